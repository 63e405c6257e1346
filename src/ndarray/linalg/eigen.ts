// Eigenvalues and eigenvectors of symmetric matrices: Householder's tridiagonal form, then implicit QR steps with Wilkinson's
// shift. Source: Golub and Van Loan, 8.3. Absolute errors are a few rounding errors of the norm.

import type { NDArray } from '../array.ts';
import { LinAlgError } from '../errors.ts';
import { identity } from './lu.ts';
import { allFinite, matricesOf, remembered, scaleDown } from './matrices.ts';

/** A = Vᵀ·diag(values)·V for each matrix, values ascending; row k of V is the eigenvector of value k. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

const EPS = 2 ** -52;
/** Two or three steps per eigenvalue are usual. */
const MOST_STEPS = 60;

/** The eigenvalues and eigenvectors of symmetric matrices, of which only the lower triangle is read. NaN for what is not finite. */
export const eigenOf: (x: NDArray) => Eigen = remembered(x => {
  const { data, count, n } = matricesOf(x);
  const values = new Float64Array(count * n);
  const vectors = new Float64Array(count * n * n);
  for (let b = 0; b < count; b++) {
    const a = data.subarray(b * n * n, (b + 1) * n * n);
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) a[i * n + j] = a[j * n + i];
    const found = allFinite(a, 0, n * n) ? decompose(a, n) : null;
    if (found === null) {
      values.fill(Number.NaN, b * n, (b + 1) * n);
      vectors.fill(Number.NaN, b * n * n, (b + 1) * n * n);
    } else {
      values.set(found.values, b * n);
      vectors.set(found.vectors, b * n * n);
    }
  }
  return { values, vectors };
});

function decompose(a: Float64Array, n: number): Eigen {
  const scale = scaleDown(a, 0, n * n);
  const rows = identity(n);
  const [d, e] = tridiagonal(a, n, rows);
  diagonalise(d, e, rows, n);
  const order = Array.from(d, (_, k) => k).sort((i, j) => d[i] - d[j]);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    vectors.set(rows.subarray(from * n, (from + 1) * n), to * n);
  });
  return { values: Float64Array.from(order, k => d[k] * scale), vectors };
}

/**
 * Reduces symmetric A, which is overwritten, to the tridiagonal T = Q·A·Qᵀ with diagonal d and e beside it; Q is left in `q`,
 * which must be the identity.
 */
function tridiagonal(a: Float64Array, n: number, q: Float64Array): [Float64Array, Float64Array] {
  const e = new Float64Array(n);
  const v = new Float64Array(n);
  const p = new Float64Array(n);
  for (let k = 0; k < n - 1; k++) {
    const tau = reflector(a, n, k, v);
    e[k] = a[(k + 1) * n + k];
    if (tau === 0) continue;
    // A ← (I − τvvᵀ)·A·(I − τvvᵀ) = A − v·pᵀ − p·vᵀ
    let vp = 0;
    for (let i = k + 1; i < n; i++) {
      let sum = 0;
      for (let j = k + 1; j < n; j++) sum += a[i * n + j] * v[j];
      p[i] = tau * sum;
      vp += v[i] * p[i];
    }
    for (let i = k + 1; i < n; i++) p[i] -= 0.5 * tau * vp * v[i];
    for (let i = k + 1; i < n; i++) {
      for (let j = k + 1; j < n; j++) a[i * n + j] -= v[i] * p[j] + p[i] * v[j];
    }
    reflectRows(q, n, k, tau, v, p);
  }
  return [Float64Array.from({ length: n }, (_, i) => a[i * n + i]), e];
}

/** The reflection I − τ·v·vᵀ that clears column k below the element under the diagonal, which takes the norm of both. */
function reflector(a: Float64Array, n: number, k: number, v: Float64Array): number {
  const top = a[(k + 1) * n + k];
  let tail = 0;
  for (let i = k + 2; i < n; i++) tail += a[i * n + k] * a[i * n + k];
  if (tail === 0) return 0;
  const beta = -Math.sign(top || 1) * Math.sqrt(top * top + tail);
  v[k + 1] = 1;
  for (let i = k + 2; i < n; i++) v[i] = a[i * n + k] / (top - beta);
  a[(k + 1) * n + k] = beta;
  return (beta - top) / beta;
}

/** Q ← (I − τ·v·vᵀ)·Q; `sums` is for scratch. */
function reflectRows(
  q: Float64Array,
  n: number,
  k: number,
  tau: number,
  v: Float64Array,
  sums: Float64Array,
): void {
  sums.fill(0);
  for (let i = k + 1; i < n; i++) {
    for (let j = 0; j < n; j++) sums[j] += v[i] * q[i * n + j];
  }
  for (let i = k + 1; i < n; i++) {
    const factor = tau * v[i];
    for (let j = 0; j < n; j++) q[i * n + j] -= factor * sums[j];
  }
}

/** Makes T diagonal by rotations, which are applied to `rows` as well; d is left with the eigenvalues. */
function diagonalise(d: Float64Array, e: Float64Array, rows: Float64Array, n: number): void {
  let end = n - 1;
  let steps = 0;
  while (end > 0) {
    if (negligible(d, e, end - 1)) {
      e[end - 1] = 0;
      end--;
      steps = 0;
      continue;
    }
    let start = end - 1;
    while (start > 0 && !negligible(d, e, start - 1)) start--;
    if (++steps > MOST_STEPS) {
      throw new LinAlgError(`eigh: no convergence after ${MOST_STEPS} steps; check the matrix`);
    }
    step(d, e, rows, n, start, end);
  }
}

/** What lies beside the diagonal adds less than rounding; the largest element is about 1. */
function negligible(d: Float64Array, e: Float64Array, k: number): boolean {
  const size = Math.abs(e[k]);
  return size <= EPS * (Math.abs(d[k]) + Math.abs(d[k + 1])) || size <= EPS * EPS;
}

/** One QR step on the block from `start` to `end`: the shift makes a bulge, rotations chase it down and out. */
function step(
  d: Float64Array,
  e: Float64Array,
  rows: Float64Array,
  n: number,
  start: number,
  end: number,
): void {
  const half = (d[end - 1] - d[end]) / 2;
  const last = e[end - 1];
  const shift = d[end] - (last * last) / (half + Math.sign(half || 1) * Math.hypot(half, last));
  let x = d[start] - shift;
  let z = e[start];
  for (let k = start; k < end; k++) {
    const r = Math.hypot(x, z);
    const c = r === 0 ? 1 : x / r;
    const s = r === 0 ? 0 : z / r;
    if (k > start) e[k - 1] = r;
    const a = d[k];
    const b = e[k];
    const f = d[k + 1];
    d[k] = c * c * a + 2 * c * s * b + s * s * f;
    d[k + 1] = s * s * a - 2 * c * s * b + c * c * f;
    e[k] = c * s * (f - a) + (c * c - s * s) * b;
    if (k < end - 1) {
      x = e[k];
      z = s * e[k + 1];
      e[k + 1] *= c;
    }
    rotateRows(rows, k * n, (k + 1) * n, n, c, s);
  }
}

/** Rotates two rows of `n` numbers: p ← c·p + s·q, q ← c·q − s·p. */
export function rotateRows(
  rows: Float64Array,
  p: number,
  q: number,
  n: number,
  c: number,
  s: number,
): void {
  for (let j = 0; j < n; j++) {
    const x = rows[p + j];
    const y = rows[q + j];
    rows[p + j] = c * x + s * y;
    rows[q + j] = c * y - s * x;
  }
}
