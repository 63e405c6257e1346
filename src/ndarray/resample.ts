// Resampling of plain arrays along one dimension: each element of the result is a mean of two neighbours, or a copy of one.

import { allocate, type NDArray, zeros } from './array.ts';
import { cast, contiguous } from './map.ts';

/** Which elements make which. */
export interface Resampling {
  readonly dim: number;
  /** Sizes of the dimension before and after. */
  readonly from: number;
  readonly to: number;
  readonly mode: 'nearest' | 'linear';
  /** Steps between the places of the result, in elements of the input. */
  readonly step: number;
  /** Ends fall on ends (true), or elements are tiles that cover the same length. */
  readonly alignCorners: boolean;
}

interface Places {
  readonly low: Int32Array;
  readonly high: Int32Array;
  /** The weight of the second. */
  readonly share: Float64Array;
}

function placesOf({ from, to, mode, step, alignCorners }: Resampling): Places {
  const [low, high, share] = [new Int32Array(to), new Int32Array(to), new Float64Array(to)];
  for (let i = 0; i < to; i++) {
    const tile = alignCorners ? i * step : Math.max(0, (i + 0.5) * step - 0.5);
    const place = mode === 'nearest' ? Math.floor(i * step) : tile;
    const first = Math.min(Math.floor(place), from - 1);
    low[i] = first;
    high[i] = Math.min(first + 1, from - 1);
    share[i] = mode === 'nearest' ? 0 : Math.min(1, place - first);
  }
  return { low, high, share };
}

/** Numbers of elements before and after a dimension. */
function around(array: NDArray, dim: number): [outer: number, inner: number] {
  const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
  return [size(array.shape.slice(0, dim)), size(array.shape.slice(dim + 1))];
}

/** The array with dimension `dim` resampled. */
export function resampled(array: NDArray, resampling: Resampling): NDArray {
  const { dim, from, to } = resampling;
  const out = allocate(array.shape.with(dim, to), array.dtype);
  const [outer, inner] = around(array, dim);
  const { low, high, share } = placesOf(resampling);
  const { data: x, offset } = contiguous(array);
  const y = out.data;
  for (let block = 0, o = 0; block < outer; block++) {
    const start = offset + block * from * inner;
    for (let i = 0; i < to; i++) {
      const weight = share[i] as number;
      let a = start + (low[i] as number) * inner;
      let b = start + (high[i] as number) * inner;
      if (weight === 0) {
        for (const end = a + inner; a < end; ) y[o++] = x[a++] as number;
        continue;
      }
      for (const end = a + inner; a < end; ) {
        y[o++] = (1 - weight) * (x[a++] as number) + weight * (x[b++] as number);
      }
    }
  }
  return out;
}

/** A cotangent of the result on its way back: each element adds to those that it was made of. */
export function resampledBack(g: NDArray, resampling: Resampling): NDArray {
  const { dim, from, to } = resampling;
  const sum = zeros(g.shape.with(dim, from), 'float64');
  const [outer, inner] = around(g, dim);
  const { low, high, share } = placesOf(resampling);
  const { data: given, offset } = contiguous(g);
  const x = sum.data;
  for (let block = 0, k = offset; block < outer; block++) {
    const start = block * from * inner;
    for (let i = 0; i < to; i++) {
      const weight = share[i] as number;
      let a = start + (low[i] as number) * inner;
      let b = start + (high[i] as number) * inner;
      for (const end = a + inner; a < end; a++, b++, k++) {
        const cotangent = given[k] as number;
        x[a] = (x[a] as number) + (1 - weight) * cotangent;
        if (weight !== 0) x[b] = (x[b] as number) + weight * cotangent;
      }
    }
  }
  return cast(sum, g.dtype);
}
