// Normalisation of plain arrays: groups of elements are moved to mean 0 and scaled to deviation 1, each by itself, in few
// passes over the memory; and what a cotangent becomes on the way back.

import { allocate, type NDArray, type Storage } from './array.ts';
import type { TypedArray } from './dtype.ts';
import { contiguous, flatData } from './map.ts';

/** How an array falls into groups: seen as [outer, groups, inner], group k holds the elements [:, k, :]. */
export interface Grouping {
  readonly outer: number;
  readonly groups: number;
  readonly inner: number;
  /** Added to the variance. */
  readonly eps: number;
  /** Whether the mean is taken away first; without, the variance is the mean square. */
  readonly centered: boolean;
  /** How many elements that follow each other share one weight; the weights repeat from there on. */
  readonly block: number;
}

/** Mean and variance (divided by the number of elements) of each group. */
export interface Moments {
  readonly mean: Float64Array;
  /** What rounding took from the mean: far from zero it counts. */
  readonly rest: Float64Array;
  readonly variance: Float64Array;
}

interface Remembered {
  readonly version: number;
  readonly offset: number;
  readonly strides: readonly number[];
  readonly grouping: Grouping;
  readonly moments: Moments;
}

/** What the last normalisation of an array found, for the way back. */
const remembered = new WeakMap<Storage, Remembered>();

/** The moments that normalising `array` found, or else found now. */
export function momentsOf(array: NDArray, grouping: Grouping): Moments {
  const known = remembered.get(array.storage);
  const same =
    known !== undefined &&
    known.grouping === grouping &&
    known.version === array.storage.version &&
    known.offset === array.offset &&
    known.strides.every((step, k) => step === array.strides[k]);
  if (same) return known.moments;
  const { data, offset } = contiguous(array);
  return findMoments(data, offset, grouping);
}

// The variance in two passes with the correction of Chan, Golub and LeVeque (1983).
function findMoments(x: TypedArray, offset: number, grouping: Grouping): Moments {
  const { outer, groups, inner, centered } = grouping;
  const [mean, rest, variance] = [
    new Float64Array(groups),
    new Float64Array(groups),
    new Float64Array(groups),
  ];
  const n = outer * inner;
  if (centered) {
    for (let row = 0, k = offset; row < outer * groups; row++) {
      let sum = 0;
      for (const end = k + inner; k < end; k++) sum += x[k] as number;
      mean[row % groups] = (mean[row % groups] as number) + sum;
    }
    for (let group = 0; group < groups; group++) mean[group] = (mean[group] as number) / n;
  }
  for (let row = 0, k = offset; row < outer * groups; row++) {
    const middle = mean[row % groups] as number;
    let sum = 0;
    let squares = 0;
    for (const end = k + inner; k < end; k++) {
      const distance = (x[k] as number) - middle;
      sum += distance;
      squares += distance * distance;
    }
    rest[row % groups] = (rest[row % groups] as number) + sum;
    variance[row % groups] = (variance[row % groups] as number) + squares;
  }
  for (let group = 0; group < groups; group++) {
    const off = centered ? (rest[group] as number) / n : 0;
    rest[group] = off;
    variance[group] = (variance[group] as number) / n - off * off;
  }
  return { mean, rest, variance };
}

/** 1 / √(variance + eps) of each group. */
function scalesOf({ variance }: Moments, { eps }: Grouping): Float64Array {
  return variance.map(v => 1 / Math.sqrt(v + eps));
}

/** The same as an array [1, groups, 1] of the element type of `array`. */
export function scaleArray(array: NDArray, grouping: Grouping): NDArray {
  const out = allocate([1, grouping.groups, 1], array.dtype);
  out.data.set(scalesOf(momentsOf(array, grouping), grouping));
  return out;
}

/** (x − mean) / √(variance + eps) · weight + bias. */
export function normalizeArray(
  array: NDArray,
  grouping: Grouping,
  weight?: NDArray,
  bias?: NDArray,
): NDArray {
  const out = allocate(array.shape, array.dtype);
  if (out.size === 0) return out;
  const { outer, groups, inner, block } = grouping;
  const { data: x, offset } = contiguous(array);
  const moments = findMoments(x, offset, grouping);
  const { version } = array.storage;
  const { strides } = array;
  remembered.set(array.storage, { version, offset: array.offset, strides, grouping, moments });
  const scales = scalesOf(moments, grouping);
  const most = Math.max(weight?.size ?? 1, bias?.size ?? 1);
  const eachItsOwn = block === 1 && inner > 1 && most === inner;
  const w = weightsOf(weight, 1, eachItsOwn ? inner : 1);
  const b = weightsOf(bias, 0, eachItsOwn ? inner : 1);
  const y = out.data;
  const run = most === 1 ? inner : Math.min(block, inner);
  for (let row = 0, k = 0; row < outer * groups; row++) {
    const mean = moments.mean[row % groups] as number;
    const rest = moments.rest[row % groups] as number;
    const scale = scales[row % groups] as number;
    if (eachItsOwn) {
      for (let i = 0; i < inner; i++, k++) {
        const unit = ((x[offset + k] as number) - mean - rest) * scale;
        y[k] = unit * (w[i] as number) + (b[i] as number);
      }
      continue;
    }
    for (const end = k + inner; k < end; ) {
      const place = Math.floor(k / block);
      const factor = scale * (w[place % w.length] as number);
      const shift = b[place % b.length] as number;
      for (const stop = k + run; k < stop; k++) {
        y[k] = ((x[offset + k] as number) - mean - rest) * factor + shift;
      }
    }
  }
  return out;
}

/** The weights in order; a single number stands at `size` places. */
function weightsOf(given: NDArray | undefined, otherwise: number, size: number): TypedArray {
  if (given !== undefined && (given.size > 1 || size === 1)) return flatData(given);
  return new Float64Array(size).fill(given?.item() ?? otherwise);
}

/**
 * A cotangent `g` of the normalised elements y, without weights, on its way back: scale · (g − mean of g − y · mean of g·y),
 * with the means of each group.
 */
export function normalizeBackArray(g: NDArray, array: NDArray, grouping: Grouping): NDArray {
  const out = allocate(array.shape, array.dtype);
  if (out.size === 0) return out;
  const { outer, groups, inner, centered } = grouping;
  const moments = momentsOf(array, grouping);
  const scales = scalesOf(moments, grouping);
  const { data: x, offset } = contiguous(array);
  const { data: given, offset: from } = contiguous(g);
  const [sums, products] = [new Float64Array(groups), new Float64Array(groups)];
  for (let row = 0, k = 0; row < outer * groups; row++) {
    const mean = moments.mean[row % groups] as number;
    const rest = moments.rest[row % groups] as number;
    let sum = 0;
    let product = 0;
    for (const end = k + inner; k < end; k++) {
      const cotangent = given[from + k] as number;
      sum += cotangent;
      product += cotangent * ((x[offset + k] as number) - mean - rest);
    }
    sums[row % groups] = (sums[row % groups] as number) + sum;
    products[row % groups] = (products[row % groups] as number) + product;
  }
  const n = outer * inner;
  const y = out.data;
  for (let row = 0, k = 0; row < outer * groups; row++) {
    const group = row % groups;
    const mean = moments.mean[group] as number;
    const rest = moments.rest[group] as number;
    const scale = scales[group] as number;
    const middle = centered ? (sums[group] as number) / n : 0;
    const slope = ((products[group] as number) / n) * scale * scale;
    for (const end = k + inner; k < end; k++) {
      const distance = (x[offset + k] as number) - mean - rest;
      y[k] = scale * ((given[from + k] as number) - middle - distance * slope);
    }
  }
  return out;
}
