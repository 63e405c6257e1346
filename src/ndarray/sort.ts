// Sorting lines of plain arrays: the order of their elements, NaN as the largest.

import { allocate, type NDArray } from './array.ts';
import type { TypedArray } from './dtype.ts';
import { contiguous } from './map.ts';

/** For each line along `dim` the places of its elements in sorted order; equal elements keep their order. */
export function sortedPlaces(array: NDArray, dim: number, descending: boolean): NDArray {
  const out = allocate(array.shape, 'int32');
  if (out.size === 0) return out;
  const { data, offset } = contiguous(array);
  const n = array.shape[dim] ?? 1;
  const step = array.shape.slice(dim + 1).reduce((a, b) => a * b, 1);
  const sorter = new Sorter(n);
  const sign = descending ? -1 : 1;
  for (let block = 0; block < out.size; block += n * step) {
    for (let start = block; start < block + step; start++) {
      sorter.sort(data, offset + start, step, sign);
      const { places } = sorter;
      for (let i = 0, k = start; i < n; i++, k += step) out.data[k] = places[i] as number;
    }
  }
  return out;
}

/**
 * For each line along `dim` the place of the element that has `rank` smaller ones before it in sorted order; the dimension
 * stays, with size 1. With `nanFirst` that of the first NaN, where there is one.
 */
export function rankedPlaces(
  array: NDArray,
  dim: number,
  rank: number,
  nanFirst: boolean,
): NDArray {
  const { shape } = array;
  const out = allocate(shape.length === 0 ? [] : shape.with(dim, 1), 'int32');
  if (out.size === 0) return out;
  const { data, offset } = contiguous(array);
  const n = shape[dim] ?? 1;
  const step = shape.slice(dim + 1).reduce((a, b) => a * b, 1);
  const sorter = new Sorter(n);
  let next = 0;
  for (let block = 0; block < array.size; block += n * step) {
    for (let start = block; start < block + step; start++) {
      const numbers = sorter.sort(data, offset + start, step, 1);
      out.data[next++] = sorter.places[nanFirst && numbers < n ? numbers : rank] as number;
    }
  }
  return out;
}

/** Lines up to this length are sorted by insertion. */
const RUN = 12;

/** Merge sort of lines of one length, by numbers that are moved along with their places: no comparison calls a function. */
class Sorter {
  /** After a sort, the places of the elements in their order. */
  places: Int32Array;
  private keys: Float64Array;
  private otherPlaces: Int32Array;
  private otherKeys: Float64Array;
  private readonly length: number;

  constructor(length: number) {
    this.length = length;
    this.places = new Int32Array(length);
    this.keys = new Float64Array(length);
    this.otherPlaces = new Int32Array(length);
    this.otherKeys = new Float64Array(length);
  }

  /** Sorts by sign · x, NaN last for 1 and first for −1; returns how many are not NaN. */
  sort(data: TypedArray, start: number, step: number, sign: 1 | -1): number {
    const { length } = this;
    const numbers = this.load(data, start, step, sign);
    const from = sign === 1 ? 0 : length - numbers;
    const end = from + numbers;
    for (let low = from; low < end; low += RUN) this.insert(low, Math.min(low + RUN, end));
    for (let width = RUN; width < numbers; width *= 2) {
      for (let low = from; low < end; low += 2 * width) {
        this.merge(low, Math.min(low + width, end), Math.min(low + 2 * width, end));
      }
      this.swap(from, end);
    }
    return numbers;
  }

  /** Puts the numbers together and NaN on its side; returns how many numbers there are. */
  private load(data: TypedArray, start: number, step: number, sign: 1 | -1): number {
    const { length, keys, places } = this;
    let numbers = 0;
    for (let i = 0, k = start; i < length; i++, k += step) {
      if (!Number.isNaN(data[k] as number)) numbers++;
    }
    let next = sign === 1 ? 0 : length - numbers;
    let nan = sign === 1 ? numbers : 0;
    for (let i = 0, k = start; i < length; i++, k += step) {
      const x = data[k] as number;
      const at = Number.isNaN(x) ? nan++ : next++;
      keys[at] = sign * x;
      places[at] = i;
    }
    return numbers;
  }

  private insert(low: number, high: number): void {
    const { keys, places } = this;
    for (let i = low + 1; i < high; i++) {
      const key = keys[i] as number;
      const place = places[i] as number;
      let j = i - 1;
      for (; j >= low && (keys[j] as number) > key; j--) {
        keys[j + 1] = keys[j] as number;
        places[j + 1] = places[j] as number;
      }
      keys[j + 1] = key;
      places[j + 1] = place;
    }
  }

  private merge(low: number, middle: number, high: number): void {
    const { keys, places, otherKeys, otherPlaces } = this;
    let i = low;
    let j = middle;
    for (let k = low; k < high; k++) {
      // Of equals the left one comes first.
      const left = j >= high || (i < middle && (keys[i] as number) <= (keys[j] as number));
      const from = left ? i++ : j++;
      otherKeys[k] = keys[from] as number;
      otherPlaces[k] = places[from] as number;
    }
  }

  /** What was merged becomes what is merged next; NaN outside of it stays where it is. */
  private swap(from: number, end: number): void {
    const { places, otherPlaces } = this;
    otherPlaces.set(places.subarray(0, from));
    otherPlaces.set(places.subarray(end), end);
    [this.places, this.otherPlaces] = [otherPlaces, places];
    [this.keys, this.otherKeys] = [this.otherKeys, this.keys];
  }
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
