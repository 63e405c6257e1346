// Stacks of matrices for the decompositions: copied to float64 row by row, computed one by one, rounded once when stored.

import { allocate, type NDArray, type Storage } from '../array.ts';
import { type DType, isFloat } from '../dtype.ts';
import { DTypeError, ShapeError, showShape } from '../errors.ts';
import { flatData } from '../map.ts';
import type { Shape } from '../shape.ts';

/** `count` matrices of m rows and n columns, one after the other, row by row. */
export interface Matrices {
  readonly data: Float64Array;
  readonly lead: Shape;
  readonly count: number;
  readonly m: number;
  readonly n: number;
}

/** The matrices in the last two dimensions, copied: the caller may overwrite them. */
export function matricesOf(x: NDArray): Matrices {
  const lead = x.shape.slice(0, -2);
  const [m = 1, n = 1] = x.shape.slice(-2);
  return { data: Float64Array.from(flatData(x)), lead, count: countOf(lead), m, n };
}

/** Number of matrices in leading dimensions. */
export function countOf(lead: Shape): number {
  return lead.reduce((product, size) => product * size, 1);
}

/** Numbers as an array of an element type. */
export function stored(data: Float64Array, shape: Shape, dtype: DType): NDArray {
  const out = allocate(shape, dtype);
  out.data.set(data);
  return out;
}

/** Throws unless these are floats and matrices; the last two sizes. */
export function checkMatrices(where: string, shape: Shape, dtype: DType): [number, number] {
  if (!isFloat(dtype)) {
    throw new DTypeError(
      `${where}: needs float32 or float64, got ${dtype}; convert it first: to(x, 'float32')`,
    );
  }
  if (shape.length < 2) {
    throw new ShapeError(
      `${where}: needs matrices, a tensor of at least two dimensions, got shape ${showShape(shape)}; reshape or unsqueeze it`,
    );
  }
  const [m = 0, n = 0] = shape.slice(-2);
  return [m, n];
}

/** Throws unless the last two sizes are equal. */
export function checkSquare(where: string, shape: Shape, dtype: DType): number {
  const [m, n] = checkMatrices(where, shape, dtype);
  if (m === n) return n;
  throw new ShapeError(
    `${where}: needs square matrices, the last two sizes equal, got shape ${showShape(shape)}`,
  );
}

/**
 * Remembers the last result for each piece of memory, so that a value and the derivatives that need the same decomposition
 * compute it once. It is forgotten when the memory changes (its version counts that) or is freed.
 */
export function remembered<T>(compute: (x: NDArray) => T): (x: NDArray) => T {
  const known = new WeakMap<Storage, { key: string; result: T }>();
  return x => {
    const key = `${x.storage.version} ${x.dtype} ${x.offset} [${x.shape}] [${x.strides}]`;
    const found = known.get(x.storage);
    if (found?.key === key) return found.result;
    const result = compute(x);
    known.set(x.storage, { key, result });
    return result;
  };
}

/** Whether all of `n` numbers from `start` on are finite. */
export function allFinite(data: Float64Array, start: number, n: number): boolean {
  for (let i = start; i < start + n; i++) if (!Number.isFinite(data[i])) return false;
  return true;
}

/**
 * Divides `n` numbers by a power of two, so that the largest is between 1/2 and 1 and no square over- or underflows where it
 * matters; returns the power. 1 where all are zero.
 */
export function scaleDown(data: Float64Array, start: number, n: number): number {
  let most = 0;
  for (let i = start; i < start + n; i++) most = Math.max(most, Math.abs(data[i]));
  if (most === 0) return 1;
  // From 2⁻¹⁰²² on the power and its inverse are numbers.
  const scale = 2 ** Math.max(-1022, Math.min(1022, Math.ceil(Math.log2(most))));
  for (let i = start; i < start + n; i++) data[i] = data[i] / scale;
  return scale;
}

/** Matrices of m rows and n columns, one after the other, transposed. */
export function turnedOver(data: Float64Array, m: number, n: number): Float64Array {
  const out = new Float64Array(data.length);
  const size = m * n;
  for (let start = 0; start < data.length; start += size) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) out[start + j * m + i] = data[start + i * n + j];
    }
  }
  return out;
}
