// LU factors with partial pivoting, and what is read off them: solutions, inverses, determinants. Source: Golub and Van Loan,
// Matrix Computations, 3.4.

import type { NDArray } from '../array.ts';
import { LinAlgError } from '../errors.ts';
import type { Shape } from '../shape.ts';
import { type Matrices, matricesOf, remembered } from './matrices.ts';

/** P·A = L·U for each of a stack of square matrices. */
export interface LU extends Matrices {
  /** Row i of P·A is row `order[i]` of A; n numbers for each matrix. */
  readonly order: Int32Array;
  /** The sign of each permutation. */
  readonly signs: Float64Array;
  /** For each matrix the first pivot that is zero, or −1. */
  readonly zeroPivot: Int32Array;
}

/** The LU factors of square matrices: U on and above the diagonal, L below it (its diagonal is 1). */
export const luOf: (x: NDArray) => LU = remembered(x => {
  const matrices = matricesOf(x);
  const { data, count, n } = matrices;
  const order = new Int32Array(count * n);
  const signs = new Float64Array(count);
  const zeroPivot = new Int32Array(count);
  for (let b = 0; b < count; b++) {
    const rows = order.subarray(b * n, (b + 1) * n);
    for (let i = 0; i < n; i++) rows[i] = i;
    [signs[b], zeroPivot[b]] = factor(data.subarray(b * n * n, (b + 1) * n * n), rows, n);
  }
  return { ...matrices, order, signs, zeroPivot };
});

function factor(a: Float64Array, order: Int32Array, n: number): [sign: number, zero: number] {
  let sign = 1;
  let zero = -1;
  for (let k = 0; k < n; k++) {
    const pivot = pivotRow(a, n, k);
    if (pivot !== k) {
      swapRows(a, n, k, pivot);
      [order[k], order[pivot]] = [order[pivot], order[k]];
      sign = -sign;
    }
    const top = a[k * n + k];
    if (top === 0) {
      if (zero < 0) zero = k;
      continue;
    }
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k] / top;
      a[i * n + k] = factor;
      subtractRow(a, i * n, k * n, factor, k + 1, n);
    }
  }
  return [sign, zero];
}

/** The row with the largest element of column k, on or below the diagonal. */
function pivotRow(a: Float64Array, n: number, k: number): number {
  let best = k;
  let most = Math.abs(a[k * n + k]);
  for (let i = k + 1; i < n; i++) {
    const size = Math.abs(a[i * n + k]);
    if (size > most) [best, most] = [i, size];
  }
  return best;
}

function swapRows(a: Float64Array, n: number, i: number, j: number): void {
  for (let c = 0; c < n; c++) {
    const kept = a[i * n + c];
    a[i * n + c] = a[j * n + c];
    a[j * n + c] = kept;
  }
}

/** Subtracts `factor` times the row at `from` from the row at `to`, columns `first` to `end`. */
export function subtractRow(
  a: Float64Array,
  to: number,
  from: number,
  factor: number,
  first: number,
  end: number,
): void {
  for (let c = first; c < end; c++) {
    a[to + c] = a[to + c] - factor * a[from + c];
  }
}

/** Solves A·X = B (or Aᵀ·X = B) for matrix `b` of the factors, with the `k` columns of B row by row; returns X likewise. */
export function solveWith(
  { data, order, n }: LU,
  b: number,
  right: Float64Array,
  k: number,
  transpose: boolean,
): Float64Array {
  const lu = data.subarray(b * n * n, (b + 1) * n * n);
  const rows = order.subarray(b * n, (b + 1) * n);
  const x = new Float64Array(n * k);
  if (!transpose) {
    for (let i = 0; i < n; i++) x.set(row(right, rows[i], k), i * k);
    for (let i = 0; i < n; i++) eliminate(x, k, i, 0, i, lu, i * n, 1);
    for (let i = n - 1; i >= 0; i--) {
      eliminate(x, k, i, i + 1, n, lu, i * n, 1);
      divideRow(x, i * k, k, lu[i * n + i]);
    }
    return x;
  }
  // Aᵀ = Uᵀ·Lᵀ·P: columns of the factors stand for rows.
  x.set(right);
  for (let i = 0; i < n; i++) {
    eliminate(x, k, i, 0, i, lu, i, n);
    divideRow(x, i * k, k, lu[i * n + i]);
  }
  for (let i = n - 1; i >= 0; i--) eliminate(x, k, i, i + 1, n, lu, i, n);
  const placed = new Float64Array(n * k);
  for (let i = 0; i < n; i++) placed.set(row(x, i, k), rows[i] * k);
  return placed;
}

function row(x: Float64Array, i: number, k: number): Float64Array {
  return x.subarray(i * k, (i + 1) * k);
}

/** Subtracts from row i of X the rows j of `first` to `end`, each times the factor at `start + j·step`. */
export function eliminate(
  x: Float64Array,
  k: number,
  i: number,
  first: number,
  end: number,
  factors: Float64Array,
  start: number,
  step: number,
): void {
  for (let j = first; j < end; j++) {
    subtractRow(x, i * k, j * k, factors[start + j * step], 0, k);
  }
}

/** Divides the k numbers of a row. */
export function divideRow(x: Float64Array, start: number, k: number, by: number): void {
  for (let c = start; c < start + k; c++) x[c] = x[c] / by;
}

/** The identity, row by row. */
export function identity(n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) out[i * n + i] = 1;
  return out;
}

/** Throws for the first matrix that has no inverse. Source: `torch.linalg.LinAlgError`. */
export function checkInvertible(where: string, { zeroPivot, lead }: LU): void {
  const b = zeroPivot.findIndex(pivot => pivot >= 0);
  if (b < 0) return;
  throw new LinAlgError(
    `${where}: the matrix${batchIndex(b, lead)} is singular (pivot ${zeroPivot[b]} is zero), so it has no inverse; ` +
      'use pinv for a least-squares solution, or add a small multiple of the identity',
  );
}

/** ` at batch index [1, 0]`, or nothing where there is no batch. */
export function batchIndex(b: number, lead: Shape): string {
  if (lead.length === 0) return '';
  const index: number[] = [];
  let rest = b;
  for (let k = lead.length - 1; k >= 0; k--) {
    const n = lead[k];
    index.unshift(rest % n);
    rest = Math.floor(rest / n);
  }
  return ` at batch index [${index.join(', ')}]`;
}

/** The sign of each determinant: −1, 0, 1, or NaN. */
export function determinantSigns({ data, signs, count, n }: LU): Float64Array {
  return Float64Array.from({ length: count }, (_, b) => {
    let sign = signs[b];
    for (let i = 0; i < n; i++) sign *= Math.sign(data[b * n * n + i * n + i]);
    return sign + 0;
  });
}

/** Each determinant: the product of the pivots. */
export function determinants({ data, signs, count, n }: LU): Float64Array {
  return Float64Array.from({ length: count }, (_, b) => {
    return productOfDiagonal(data.subarray(b * n * n, (b + 1) * n * n), signs[b], n);
  });
}

/** The determinant of one matrix. */
export function determinant(a: Float64Array, n: number): number {
  const lu = a.slice();
  const [sign] = factor(lu, new Int32Array(n), n);
  return productOfDiagonal(lu, sign, n);
}

function productOfDiagonal(lu: Float64Array, sign: number, n: number): number {
  let product = sign;
  for (let i = 0; i < n; i++) product *= lu[i * n + i];
  return product;
}

/** log |det| of each matrix: −Infinity where it is singular. */
export function logDeterminants({ data, count, n }: LU): Float64Array {
  return Float64Array.from({ length: count }, (_, b) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += Math.log(Math.abs(data[b * n * n + i * n + i]));
    return sum;
  });
}
