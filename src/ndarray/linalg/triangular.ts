// Triangular systems, and Cholesky factors, which lead to them.

import type { NDArray } from '../array.ts';
import { LinAlgError } from '../errors.ts';
import { batchIndex, divideRow, eliminate } from './lu.ts';
import { matricesOf, stored } from './matrices.ts';

/** Which triangle of A counts, and how it is meant. */
export interface Triangle {
  /** The upper triangle; else the lower one. */
  readonly upper: boolean;
  /** Solve Aᵀ·X = B instead. */
  readonly transpose: boolean;
  /** The diagonal counts as ones. */
  readonly unitriangular: boolean;
}

/** Solves A·X = B for one triangular matrix, in place of the `k` columns of B; 0 on the diagonal gives ±Infinity or NaN. */
export function solveTriangle(
  a: Float64Array,
  n: number,
  x: Float64Array,
  k: number,
  { upper, transpose, unitriangular }: Triangle,
): void {
  // Row i of Aᵀ is column i of A, and the other triangle.
  const [across, down] = transpose ? [n, 1] : [1, n];
  const backward = upper !== transpose;
  for (let step = 0; step < n; step++) {
    const i = backward ? n - 1 - step : step;
    const [first, end] = backward ? [i + 1, n] : [0, i];
    eliminate(x, k, i, first, end, a, i * down, across);
    if (!unitriangular) divideRow(x, i * k, k, a[i * n + i]);
  }
}

/**
 * The lower triangular L with positive diagonal and A = L·Lᵀ, for symmetric positive definite A of which only the lower
 * triangle is read. Source: Golub and Van Loan, 4.2.
 */
export function choleskyArray(where: string, x: NDArray): NDArray {
  const { data, lead, count, n } = matricesOf(x);
  for (let b = 0; b < count; b++) {
    const failed = factorCholesky(data.subarray(b * n * n, (b + 1) * n * n), n);
    if (failed < 0) continue;
    throw new LinAlgError(
      `${where}: the matrix${batchIndex(b, lead)} is not positive definite (leading minor ${failed + 1}); ` +
        'make it symmetric, and add a small multiple of the identity if rounding is the cause',
    );
  }
  return stored(data, x.shape, x.dtype);
}

/** Column by column: row i takes what the rows before it leave. Returns the column where it fails, or −1. NaN passes through. */
function factorCholesky(a: Float64Array, n: number): number {
  for (let j = 0; j < n; j++) {
    const rest = a[j * n + j] - dot(a, j * n, j * n, j);
    if (rest <= 0) return j;
    const root = Math.sqrt(rest);
    a[j * n + j] = root;
    for (let i = j + 1; i < n; i++) {
      a[i * n + j] = (a[i * n + j] - dot(a, i * n, j * n, j)) / root;
      a[j * n + i] = 0;
    }
  }
  return -1;
}

/** Σ a[p + c]·a[q + c] for c below `n`. */
export function dot(a: Float64Array, p: number, q: number, n: number): number {
  let sum = 0;
  for (let c = 0; c < n; c++) sum += a[p + c] * a[q + c];
  return sum;
}
