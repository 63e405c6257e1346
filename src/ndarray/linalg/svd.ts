// Singular values and vectors by one-sided Jacobi rotations: columns are rotated in pairs until all are orthogonal. Slower than
// bidiagonal methods for large matrices, and more accurate. Source: Golub and Van Loan, 8.6; Demmel and Veselić 1992.

import type { NDArray } from '../array.ts';
import { rotateRows } from './eigen.ts';
import { identity } from './lu.ts';
import { allFinite, matricesOf, remembered, scaleDown } from './matrices.ts';
import { dot } from './triangular.ts';

/** A = Σ valuesₖ·uₖ·vₖᵀ for each matrix, values descending; row k of `u` is uₖ, row k of `v` is vₖ, k below min(m, n). */
export interface SVD {
  readonly u: Float64Array;
  readonly values: Float64Array;
  readonly v: Float64Array;
}

/** Six to ten are usual. */
const MOST_SWEEPS = 40;
/** A column of smaller square, of a matrix with elements up to 1, is zero. */
const NOTHING = 1e-280;

/** The reduced singular value decomposition. NaN for what is not finite. */
export const svdOf: (x: NDArray) => SVD = remembered(x => {
  const { data, count, m, n } = matricesOf(x);
  const k = Math.min(m, n);
  const [u, values, v] = [count * k * m, count * k, count * k * n].map(
    size => new Float64Array(size),
  ) as [Float64Array, Float64Array, Float64Array];
  for (let b = 0; b < count; b++) {
    const a = data.subarray(b * m * n, (b + 1) * m * n);
    const found = allFinite(a, 0, m * n) ? decompose(a, m, n) : null;
    put(u, b, k * m, found?.u);
    put(values, b, k, found?.values);
    put(v, b, k * n, found?.v);
  }
  return { u, values, v };
});

function put(to: Float64Array, b: number, size: number, from: Float64Array | undefined): void {
  if (from === undefined) to.fill(Number.NaN, b * size, (b + 1) * size);
  else to.set(from, b * size);
}

function decompose(a: Float64Array, m: number, n: number): SVD {
  const scale = scaleDown(a, 0, m * n);
  // The shorter side is orthogonalised: columns of A, or its rows.
  if (m < n) {
    const { u, values, v } = orthogonalised(a.slice(), n, m, scale);
    return { u: v, values, v: u };
  }
  const columns = new Float64Array(m * n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) columns[j * m + i] = a[i * n + j];
  return orthogonalised(columns, m, n, scale);
}

/** From the n columns, of m ≥ n numbers each, one after the other. */
function orthogonalised(w: Float64Array, m: number, n: number, scale: number): SVD {
  const turned = identity(n);
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) if (!rotateAll(w, turned, m, n)) break;
  const norms = Float64Array.from({ length: n }, (_, k) => {
    const square = dot(w, k * m, k * m, m);
    return square < NOTHING ? 0 : Math.sqrt(square);
  });
  const order = Array.from(norms, (_, k) => k).sort((i, j) => norms[j] - norms[i]);
  const u = new Float64Array(n * m);
  const v = new Float64Array(n * n);
  order.forEach((from, to) => {
    v.set(turned.subarray(from * n, (from + 1) * n), to * n);
    if (norms[from] === 0) complete(u, m, to);
    else for (let i = 0; i < m; i++) u[to * m + i] = w[from * m + i] / norms[from];
  });
  return { u, values: Float64Array.from(order, k => norms[k] * scale), v };
}

/** Makes each pair of columns orthogonal in turn; false where all were. */
function rotateAll(w: Float64Array, turned: Float64Array, m: number, n: number): boolean {
  const tolerance = 2 ** -52 * Math.sqrt(m);
  let any = false;
  for (let p = 0; p < n - 1; p++) {
    for (let q = p + 1; q < n; q++) {
      const alpha = dot(w, p * m, p * m, m);
      const beta = dot(w, q * m, q * m, m);
      const gamma = dot(w, p * m, q * m, m);
      if (alpha < NOTHING || beta < NOTHING) continue;
      if (Math.abs(gamma) <= tolerance * Math.sqrt(alpha) * Math.sqrt(beta)) continue;
      any = true;
      const zeta = (beta - alpha) / (2 * gamma);
      const t = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
      const c = 1 / Math.hypot(1, t);
      rotateRows(w, p * m, q * m, m, c, -c * t);
      rotateRows(turned, p * n, q * n, n, c, -c * t);
    }
  }
  return any;
}

/** Row k of `u`: a unit vector orthogonal to the rows before it, for a singular value of zero. */
function complete(u: Float64Array, m: number, k: number): void {
  // The axis that the other rows cover least.
  let [axis, least] = [0, Number.POSITIVE_INFINITY];
  for (let i = 0; i < m; i++) {
    let covered = 0;
    for (let j = 0; j < k; j++) covered += u[j * m + i] * u[j * m + i];
    if (covered < least) [axis, least] = [i, covered];
  }
  u[k * m + axis] = 1;
  // Twice is enough (Kahan and Parlett).
  for (let pass = 0; pass < 2; pass++) {
    for (let j = 0; j < k; j++) {
      const along = dot(u, k * m, j * m, m);
      for (let i = 0; i < m; i++) u[k * m + i] -= along * u[j * m + i];
    }
  }
  const norm = Math.sqrt(dot(u, k * m, k * m, m));
  for (let i = 0; i < m; i++) u[k * m + i] /= norm;
}
