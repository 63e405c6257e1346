// Picking elements and rows of plain arrays by index, and putting them back: the two are transposes of each other.

import { allocate, type NDArray, zeros } from './array.ts';
import type { TypedArray } from './dtype.ts';
import { IndexError, showShape } from './errors.ts';
import { contiguous, flatData } from './map.ts';
import { contiguousStrides, type Shape } from './shape.ts';

/** Throws at the first index that is not from 0 to size − 1. */
export function checkIndices(where: string, index: NDArray, size: number): void {
  const data = flatData(index);
  for (let k = 0; k < data.length; k++) {
    const i = data[k] as number;
    if (i >= 0 && i < size) continue;
    throw new IndexError(
      `${where}: index ${i} is out of range for size ${size}; use 0 to ${size - 1}`,
    );
  }
}

/** Throws unless `index` fits into `shape` in every dimension but `dim`. */
export function checkFits(where: string, index: Shape, shape: Shape, dim: number): void {
  if (index.length === shape.length && index.every((n, k) => k === dim || n <= (shape[k] ?? 0))) {
    return;
  }
  throw new IndexError(
    `${where}: an index of shape ${showShape(index)} does not fit ${showShape(shape)}: it must have as many dimensions, and be no ` +
      `larger in any but dimension ${dim}`,
  );
}

/**
 * Visits the elements of an index in order: with the place that element has in an array of shape `shape`, in order of memory,
 * when its coordinate along `dim` is 0, and the step along `dim`.
 */
function eachPlace(
  index: Shape,
  shape: Shape,
  dim: number,
  see: (k: number, place: number) => void,
): void {
  const strides = contiguousStrides(shape);
  const size = index.reduce((a, b) => a * b, 1);
  const last = index.length - 1;
  const inner = index[last] ?? 1;
  const step = last === dim || last < 0 ? 0 : (strides[last] as number);
  const at = new Array<number>(Math.max(0, last)).fill(0);
  for (let k = 0; k < size; ) {
    let place = 0;
    for (let d = 0; d < last; d++) {
      if (d !== dim) place += (at[d] as number) * (strides[d] as number);
    }
    for (let i = 0; i < inner; i++, k++, place += step) see(k, place);
    for (let d = last - 1; d >= 0; d--) {
      at[d] = (at[d] as number) + 1;
      if ((at[d] as number) < (index[d] as number)) break;
      at[d] = 0;
    }
  }
}

function stepAlong(shape: Shape, dim: number): number {
  return contiguousStrides(shape)[dim] ?? 1;
}

/** The places, counted in order, in an array of shape `shape` that an index names along `dim`: one for each of its elements. */
export function placesAlong(index: NDArray, shape: Shape, dim: number): Int32Array {
  const places = new Int32Array(index.size);
  const indices = flatData(index);
  const step = stepAlong(shape, dim);
  eachPlace(index.shape, shape, dim, (k, place) => {
    places[k] = place + step * (indices[k] as number);
  });
  return places;
}

/** y[i][j] = x[index[i][j]][j] (along dimension 0, and likewise along others). */
export function gatherArray(x: NDArray, index: NDArray, dim: number): NDArray {
  const out = allocate(index.shape, x.dtype);
  const from = flatData(x);
  const indices = flatData(index);
  const step = stepAlong(x.shape, dim);
  eachPlace(index.shape, x.shape, dim, (k, place) => {
    out.data[k] = from[place + step * (indices[k] as number)] as number;
  });
  return out;
}

/** Where to add up: the array itself, or for float32 one of float64 that is rounded to it in the end. */
function sums(out: NDArray): TypedArray {
  return out.dtype === 'float32' ? new Float64Array(out.size) : out.data;
}

/** Zeros of `shape` to which source[i][j] is added at [index[i][j]][j]. */
export function scatterArray(source: NDArray, index: NDArray, dim: number, shape: Shape): NDArray {
  const out = zeros(shape, source.dtype);
  const total = sums(out);
  const from = flatData(source);
  const places = placesAlong(index, shape, dim);
  for (let k = 0; k < places.length; k++) {
    const place = places[k] as number;
    total[place] = (total[place] as number) + (from[k] as number);
  }
  if (total !== out.data) out.data.set(total);
  return out;
}

/** Sizes before, along and after a dimension. */
function around(shape: Shape, dim: number): [number, number, number] {
  const size = (part: Shape): number => part.reduce((a, b) => a * b, 1);
  return [size(shape.slice(0, dim)), shape[dim] ?? 1, size(shape.slice(dim + 1))];
}

/** The rows of `x` along `dim` that a list of indices names. */
export function rowsArray(x: NDArray, index: NDArray, dim: number): NDArray {
  const indices = flatData(index);
  const out = allocate(x.shape.length === 0 ? [] : x.shape.with(dim, indices.length), x.dtype);
  const { data, offset } = contiguous(x);
  const [before, along, after] = around(x.shape, dim);
  let to = 0;
  for (let b = 0; b < before; b++) {
    for (let k = 0; k < indices.length; k++, to += after) {
      const from = offset + (b * along + (indices[k] as number)) * after;
      if (after > 16) out.data.set(data.subarray(from, from + after), to);
      else for (let i = 0; i < after; i++) out.data[to + i] = data[from + i] as number;
    }
  }
  return out;
}

/** Zeros with `size` rows along `dim`, to which the rows of `source` are added at the indices. */
export function addRowsArray(source: NDArray, index: NDArray, dim: number, size: number): NDArray {
  const indices = flatData(index);
  const shape = source.shape.length === 0 ? [] : source.shape.with(dim, size);
  const out = zeros(shape, source.dtype);
  // Rows that are each hit about once need no better sums.
  const total = indices.length > 2 * size ? sums(out) : out.data;
  const { data, offset } = contiguous(source);
  const [before, , after] = around(shape, dim);
  let from = offset;
  for (let b = 0; b < before; b++) {
    for (let k = 0; k < indices.length; k++, from += after) {
      const to = (b * size + (indices[k] as number)) * after;
      for (let i = 0; i < after; i++) {
        total[to + i] = (total[to + i] as number) + (data[from + i] as number);
      }
    }
  }
  if (total !== out.data) out.data.set(total);
  return out;
}
