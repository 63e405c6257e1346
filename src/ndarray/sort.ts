// Sorting lines of plain arrays: the order of their elements, NaN as the largest.

import { allocate, type NDArray } from './array.ts';
import { contiguous } from './map.ts';

/** For each line along `dim` the places of its elements in sorted order; equal elements keep their order. */
export function sortedPlaces(array: NDArray, dim: number, descending: boolean): NDArray {
  const out = allocate(array.shape, 'int32');
  if (out.size === 0) return out;
  const { data, offset } = contiguous(array);
  const n = array.shape[dim] ?? 1;
  const step = array.shape.slice(dim + 1).reduce((a, b) => a * b, 1);
  const line = new Float64Array(n);
  const places = new Uint32Array(n);
  const sign = descending ? -1 : 1;
  const compare = (i: number, j: number): number => {
    const [a, b] = [line[i] as number, line[j] as number];
    if (a < b) return -sign;
    if (a > b) return sign;
    // Equal, or one of them is NaN.
    const nan = Number(Number.isNaN(a)) - Number(Number.isNaN(b));
    return nan === 0 ? i - j : sign * nan;
  };
  for (let block = 0; block < out.size; block += n * step) {
    for (let start = block; start < block + step; start++) {
      for (let i = 0; i < n; i++) {
        line[i] = data[offset + start + i * step] as number;
        places[i] = i;
      }
      places.sort(compare);
      for (let i = 0; i < n; i++) out.data[start + i * step] = places[i] as number;
    }
  }
  return out;
}

/**
 * For each value the place in an ascending line at which it can be put in: before its equals, or (`right`) after them. Lines
 * are the last dimension; one line serves all values, or each line of values has its own.
 */
export function searchLines(sorted: NDArray, values: NDArray, right: boolean): NDArray {
  const out = allocate(values.shape, 'int32');
  const line = contiguous(sorted);
  const wanted = contiguous(values);
  const n = sorted.shape.at(-1) ?? 1;
  const own = sorted.shape.length > 1 ? (values.shape.at(-1) ?? 1) : out.size;
  for (let k = 0; k < out.size; k++) {
    const value = wanted.data[wanted.offset + k] as number;
    const start = line.offset + Math.floor(k / own) * n;
    let [low, high] = [0, n];
    while (low < high) {
      const middle = (low + high) >> 1;
      const x = line.data[start + middle] as number;
      // NaN is the largest here too.
      const before = right ? !(x > value) : Number.isNaN(value) ? !Number.isNaN(x) : x < value;
      if (before) low = middle + 1;
      else high = middle;
    }
    out.data[k] = low;
  }
  return out;
}
