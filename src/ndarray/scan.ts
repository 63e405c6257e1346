// Running sums, products and extremes along one dimension of plain arrays.

import { allocate, type NDArray } from './array.ts';
import { type DType, isFloat, type TypedArray } from './dtype.ts';
import { contiguous } from './map.ts';

/** Fills a line of `n` elements, the first at `start`, one every `step`; of the input shifted by `offset`. */
type LineRule = (start: number, step: number, n: number) => void;

/** Visits each line of an array without gaps along a dimension. */
function eachLine({ shape, size }: NDArray, dim: number, see: LineRule): void {
  if (size === 0) return;
  const n = shape[dim] ?? 1;
  let step = 1;
  for (let k = dim + 1; k < shape.length; k++) step *= shape[k] as number;
  for (let block = 0; block < size; block += n * step) {
    for (let start = block; start < block + step; start++) see(start, step, n);
  }
}

/** Running sums and products of int32 and bool are int32. */
export function runningType(dtype: DType): DType {
  return isFloat(dtype) ? dtype : 'int32';
}

/** yᵢ = x₀ + … + xᵢ in float64; with `reverse` from the end. */
export function runningSum(array: NDArray, dim: number, reverse: boolean): NDArray {
  const out = allocate(array.shape, runningType(array.dtype));
  const { data: x, offset } = contiguous(array);
  const y = out.data;
  eachLine(out, dim, (start, step, n) => {
    const stride = reverse ? -step : step;
    let k = reverse ? start + (n - 1) * step : start;
    let sum = 0;
    for (let i = 0; i < n; i++, k += stride) {
      sum += x[offset + k] as number;
      y[k] = sum;
    }
  });
  return out;
}

/** yᵢ = x₀ · … · xᵢ in float64, of integers modulo 2³². */
export function runningProduct(array: NDArray, dim: number): NDArray {
  const out = allocate(array.shape, runningType(array.dtype));
  const { data: x, offset } = contiguous(array);
  const y = out.data;
  const whole = out.dtype === 'int32';
  eachLine(out, dim, (start, step, n) => {
    let product = 1;
    for (let i = 0, k = start; i < n; i++, k += step) {
      const factor = x[offset + k] as number;
      product = whole ? Math.imul(product, factor) : product * factor;
      y[k] = product;
    }
  });
  return out;
}

/** yᵢ = log(exp x₀ + … + exp xᵢ): the sum is kept relative to the largest element so far. */
export function runningLogSum(array: NDArray, dim: number): NDArray {
  const out = allocate(array.shape, array.dtype);
  const { data: x, offset } = contiguous(array);
  const y = out.data;
  eachLine(out, dim, (start, step, n) => {
    let most = -Infinity;
    let sum = 0;
    for (let i = 0, k = start; i < n; i++, k += step) {
      const next = x[offset + k] as number;
      if (next <= most) {
        // Equal infinities have no difference.
        sum += next === most ? 1 : Math.exp(next - most);
      } else {
        // The first one, a larger one, or NaN, which stays.
        sum = next - most === Infinity ? 1 : sum * Math.exp(most - next) + 1;
        most = Number.isNaN(most) ? most : next;
      }
      y[k] = most + (Math.abs(most) === Infinity ? 0 : Math.log(sum));
    }
  });
  return out;
}

/** yᵢ = aᵢ · yᵢ₋₁ + bᵢ, beginning with y₀ = b₀ (a₀ is not looked at); with `reverse` from the end. */
export function recurrence(a: NDArray, b: NDArray, dim: number, reverse: boolean): NDArray {
  const out = allocate(b.shape, b.dtype);
  const factors = contiguous(a);
  const terms = contiguous(b);
  const y = out.data;
  eachLine(out, dim, (start, step, n) => {
    const stride = reverse ? -step : step;
    let k = reverse ? start + (n - 1) * step : start;
    let last = terms.data[terms.offset + k] as number;
    y[k] = last;
    for (let i = 1; i < n; i++) {
      k += stride;
      last =
        (factors.data[factors.offset + k] as number) * last +
        (terms.data[terms.offset + k] as number);
      y[k] = last;
    }
  });
  return out;
}

/** Where the largest (or smallest) element so far is: the latest among equals; the latest NaN once there was one. */
export function runningPlaces(array: NDArray, dim: number, sign: 1 | -1): NDArray {
  const out = allocate(array.shape, 'int32');
  const { data, offset } = contiguous(array);
  eachLine(out, dim, (start, step, n) => {
    placesOfLine(data, offset, out.data, sign, start, step, n);
  });
  return out;
}

function placesOfLine(
  x: TypedArray,
  offset: number,
  y: TypedArray,
  sign: 1 | -1,
  start: number,
  step: number,
  n: number,
): void {
  let best = x[offset + start] as number;
  let place = 0;
  for (let i = 0, k = start; i < n; i++, k += step) {
    const next = x[offset + k] as number;
    if (Number.isNaN(next) || sign * next >= sign * best) {
      best = next;
      place = i;
    }
    y[k] = place;
  }
}
