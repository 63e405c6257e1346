// Looking into arrays, for messages: where the first NaN is, and what stands at a place.

import { broadcastTo, type NDArray } from './array.ts';
import { flatData } from './map.ts';
import type { Shape } from './shape.ts';

/** The place of the first NaN, counted through the elements in order; −1 where there is none. */
export function firstNaN(array: NDArray): number {
  if (!array.dtype.startsWith('float')) return -1;
  const data = flatData(array);
  for (let k = 0; k < data.length; k++) if (Number.isNaN(data[k])) return k;
  return -1;
}

/** The indices of an element, one per dimension, from its place in order. */
export function indicesOf(place: number, shape: Shape): number[] {
  const indices = new Array<number>(shape.length);
  let rest = place;
  for (let k = shape.length - 1; k >= 0; k--) {
    const n = shape[k] as number;
    indices[k] = rest % n;
    rest = Math.floor(rest / n);
  }
  return indices;
}

/** The element of an array, stretched to `shape`, at these indices. */
export function elementAt(array: NDArray, shape: Shape, indices: readonly number[]): number {
  const { data, offset, strides } = broadcastTo(array, shape);
  return data[indices.reduce((at, i, k) => at + i * (strides[k] as number), offset)] as number;
}
