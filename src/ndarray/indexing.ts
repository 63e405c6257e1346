// Places in plain arrays: where a mask is true, what several indices name together, which of several writes stays.

import { allocate, broadcastTo, type NDArray, zeros } from './array.ts';
import { IndexError } from './errors.ts';
import { flatData } from './map.ts';
import { contiguousStrides, type Shape } from './shape.ts';

/** The places, counted in order, of the elements that are not zero. */
export function truePlaces(mask: NDArray): NDArray {
  const data = flatData(mask);
  let count = 0;
  for (let k = 0; k < data.length; k++) if (data[k] !== 0) count++;
  const places = allocate([count], 'int32');
  let n = 0;
  for (let k = 0; k < data.length; k++) if (data[k] !== 0) places.data[n++] = k;
  return places;
}

/** The coordinates along one dimension of places counted in order. */
export function coordinates(places: NDArray, shape: Shape, dim: number): NDArray {
  const out = allocate(places.shape, 'int32');
  const step = contiguousStrides(shape)[dim] as number;
  const size = shape[dim] as number;
  const { data } = places;
  for (let k = 0; k < out.size; k++) {
    out.data[k] = (((data[k] as number) / step) | 0) % size;
  }
  return out;
}

/** Indices of one dimension. */
export interface Along {
  index: NDArray;
  /** Size of that dimension. */
  size: number;
  /** Its number, for messages. */
  dim: number;
}

/**
 * Indices of several dimensions as indices of the one that those make together; all broadcast to `shape`, negative ones counted
 * from the end.
 */
export function joinedIndex(where: string, parts: readonly Along[], shape: Shape): NDArray {
  const out = zeros(shape, 'int32');
  let step = 1;
  for (const { index, size, dim } of parts.toReversed()) {
    const data = flatData(broadcastTo(index, shape, where));
    for (let k = 0; k < out.size; k++) {
      const i = data[k] as number;
      if (i < -size || i >= size) throw outOfRange(where, i, size, dim);
      out.data[k] = (out.data[k] as number) + (i < 0 ? i + size : i) * step;
    }
    step *= size;
  }
  return out;
}

function outOfRange(where: string, index: number, size: number, dim: number): IndexError {
  const use = size === 0 ? 'it is empty' : `use ${-size} to ${size - 1}`;
  return new IndexError(
    `${where}: index ${index} is out of range for dimension ${dim} of size ${size}; ${use}`,
  );
}

/** 0, 1, 2 … */
export function counting(size: number): Int32Array {
  const numbers = new Int32Array(size);
  for (let k = 0; k < size; k++) numbers[k] = k;
  return numbers;
}

/** For each of `size` places which write comes last there: its number, or −1 for none. */
export function lastWrites(places: ArrayLike<number>, size: number): Int32Array {
  const last = new Int32Array(size).fill(-1);
  for (let k = 0; k < places.length; k++) last[places[k] as number] = k;
  return last;
}
