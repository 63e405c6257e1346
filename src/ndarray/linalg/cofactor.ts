// Derivatives of determinants, right at singular matrices too, where det(A)·A⁻ᵀ is 0·∞: from the singular values, without
// division. With A = U·S·Vᵀ the matrix of cofactors is det(U)·det(V)·U·cof(S)·Vᵀ.

import type { NDArray } from '../array.ts';
import { determinant, determinants, identity, luOf, solveWith } from './lu.ts';
import { matricesOf, stored } from './matrices.ts';
import { svdOf } from './svd.ts';

/** A condition number up to which the inverse loses next to no digits. */
const WELL = 1e3;

/** The matrix of cofactors of each square matrix: ∂det(A)/∂A. */
export function cofactors(x: NDArray): NDArray {
  const { data, count, n } = matricesOf(x);
  const lu = luOf(x);
  const dets = determinants(lu);
  const out = new Float64Array(data.length);
  for (let b = 0; b < count; b++) {
    const a = data.subarray(b * n * n, (b + 1) * n * n);
    const target = out.subarray(b * n * n, (b + 1) * n * n);
    const inverse = lu.zeroPivot[b] < 0 ? solveWith(lu, b, identity(n), n, true) : null;
    // Aᵀ has the norm of columns where A has that of rows.
    if (inverse !== null && !(largestRow(a, n) * largestColumn(inverse, n) > WELL)) {
      for (let i = 0; i < n * n; i++) target[i] = dets[b] * inverse[i];
    } else fromSingularValues(x, b, n, target);
  }
  return stored(out, x.shape, x.dtype);
}

function largestRow(a: Float64Array, n: number): number {
  let most = 0;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += Math.abs(a[i * n + j]);
    most = Math.max(most, sum);
  }
  return most;
}

function largestColumn(a: Float64Array, n: number): number {
  let most = 0;
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += Math.abs(a[i * n + j]);
    most = Math.max(most, sum);
  }
  return most;
}

/** Singular vectors of matrix b as rows, singular values, and det(U)·det(V), which is 1 or −1. */
function parts(x: NDArray, b: number, n: number) {
  const svd = svdOf(x);
  const u = svd.u.subarray(b * n * n, (b + 1) * n * n);
  const v = svd.v.subarray(b * n * n, (b + 1) * n * n);
  const values = svd.values.subarray(b * n, (b + 1) * n);
  return { u, v, values, sign: Math.sign(determinant(u, n) * determinant(v, n)) };
}

function fromSingularValues(x: NDArray, b: number, n: number, target: Float64Array): void {
  const { u, v, values, sign } = parts(x, b, n);
  const middle = new Float64Array(n * n);
  productsWithout(values, -1).forEach((product, k) => {
    middle[k * n + k] = sign * product;
  });
  target.set(product(product(flipped(u, n), middle, n), v, n));
}

/** For each k the product of all values but the k-th and the one at `without`. */
function productsWithout(values: Float64Array, without: number): Float64Array {
  const n = values.length;
  const out = new Float64Array(n);
  let before = 1;
  for (let k = 0; k < n; k++) {
    out[k] = before;
    if (k !== without) before *= values[k];
  }
  let after = 1;
  for (let k = n - 1; k >= 0; k--) {
    out[k] *= after;
    if (k !== without) after *= values[k];
  }
  return out;
}

/**
 * The derivative of the cofactors along G: Σₖₗ ∂²det(A)/∂A∂Aₖₗ·Gₖₗ for each matrix. Where A is diagonal, the elements are
 * Σ Pᵢⱼ·Gⱼⱼ on the diagonal and −Pᵢⱼ·Gⱼᵢ off it, P being the products of the other diagonal elements.
 */
export function cofactorsAlong(x: NDArray, along: NDArray): NDArray {
  const { data, count, n } = matricesOf(along);
  const out = new Float64Array(data.length);
  for (let b = 0; b < count; b++) {
    const { u, v, values, sign } = parts(x, b, n);
    const g = data.subarray(b * n * n, (b + 1) * n * n);
    const middle = alongDiagonal(values, product(product(u, g, n), flipped(v, n), n), sign, n);
    out.set(product(product(flipped(u, n), middle, n), v, n), b * n * n);
  }
  return stored(out, x.shape, x.dtype);
}

function alongDiagonal(values: Float64Array, g: Float64Array, sign: number, n: number) {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const others = productsWithout(values, i);
    for (let j = 0; j < n; j++) {
      if (j === i) continue;
      out[i * n + i] += sign * others[j] * g[j * n + j];
      out[i * n + j] = -sign * others[j] * g[j * n + i];
    }
  }
  return out;
}

function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const factor = a[i * n + k];
      for (let j = 0; j < n; j++) out[i * n + j] += factor * b[k * n + j];
    }
  }
  return out;
}

function flipped(a: Float64Array, n: number): Float64Array {
  return Float64Array.from(a, (_, k) => a[(k % n) * n + Math.floor(k / n)]);
}
