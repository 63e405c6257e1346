// QR factors by Householder reflections. Source: Golub and Van Loan, 5.2; signs as LAPACK's dgeqrf has them.

import { allFinite, type Matrices, scaleDown } from './matrices.ts';

/** Q (m × n) and R (n × n) of each matrix of at least as many rows as columns. */
export interface QR {
  readonly q: Float64Array;
  readonly r: Float64Array;
}

/** A = Q·R for each of the matrices, m ≥ n, which are overwritten. NaN throughout where A is not finite. */
export function qrFactors({ data, count, m, n }: Matrices): QR {
  const q = new Float64Array(count * m * n);
  const r = new Float64Array(count * n * n);
  for (let b = 0; b < count; b++) {
    const a = data.subarray(b * m * n, (b + 1) * m * n);
    const qb = q.subarray(b * m * n, (b + 1) * m * n);
    const rb = r.subarray(b * n * n, (b + 1) * n * n);
    if (!allFinite(a, 0, m * n)) {
      qb.fill(Number.NaN);
      rb.fill(Number.NaN);
      continue;
    }
    const scale = scaleDown(a, 0, m * n);
    const taus = reduce(a, m, n);
    for (let i = 0; i < n; i++) {
      for (let j = i; j < n; j++) rb[i * n + j] = a[i * n + j] * scale;
    }
    expandQ(a, taus, qb, m, n);
  }
  return { q, r };
}

/** Leaves R on and above the diagonal of A, and below it the vectors v (v₀ = 1 left out) of the reflections I − τ·v·vᵀ. */
function reduce(a: Float64Array, m: number, n: number): Float64Array {
  const taus = new Float64Array(n);
  const sums = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    taus[k] = reflector(a, m, n, k);
    reflect(a, a, m, n, k, taus[k], k + 1, sums);
  }
  return taus;
}

/** Makes the reflection that clears column k below the diagonal; returns its τ, 0 where nothing is to be cleared. */
function reflector(a: Float64Array, m: number, n: number, k: number): number {
  let tail = 0;
  for (let i = k + 1; i < m; i++) tail += a[i * n + k] * a[i * n + k];
  if (tail === 0) return 0;
  const alpha = a[k * n + k];
  const beta = -Math.sign(alpha || 1) * Math.sqrt(alpha * alpha + tail);
  for (let i = k + 1; i < m; i++) a[i * n + k] /= alpha - beta;
  a[k * n + k] = beta;
  return (beta - alpha) / beta;
}

/** Applies reflection k of `a` to the columns from `first` on of `x`, which has the size of `a`. */
function reflect(
  a: Float64Array,
  x: Float64Array,
  m: number,
  n: number,
  k: number,
  tau: number,
  first: number,
  sums: Float64Array,
): void {
  if (tau === 0) return;
  for (let j = first; j < n; j++) sums[j] = x[k * n + j];
  for (let i = k + 1; i < m; i++) {
    const v = a[i * n + k];
    for (let j = first; j < n; j++) sums[j] += v * x[i * n + j];
  }
  for (let j = first; j < n; j++) x[k * n + j] -= tau * sums[j];
  for (let i = k + 1; i < m; i++) {
    const v = tau * a[i * n + k];
    for (let j = first; j < n; j++) x[i * n + j] -= v * sums[j];
  }
}

/** The first n columns of the product of the reflections. */
function expandQ(a: Float64Array, taus: Float64Array, q: Float64Array, m: number, n: number): void {
  const sums = new Float64Array(n);
  for (let k = 0; k < n; k++) q[k * n + k] = 1;
  for (let k = n - 1; k >= 0; k--) reflect(a, q, m, n, k, taus[k], k, sums);
}
