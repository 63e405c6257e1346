// Reductions of plain arrays over some of their dimensions.

import { allocate, type NDArray } from './array.ts';
import type { DType, TypedArray } from './dtype.ts';
import { contiguous } from './map.ts';
import type { Shape } from './shape.ts';
import { eachRow, merge } from './walk.ts';

/** Reduces `n` elements, the first at `start`, one every `step`. */
export type RowRule = (data: TypedArray, start: number, step: number, n: number) => number;

/** The shape that is left when dimensions are reduced. */
export function reducedShape(shape: Shape, dims: readonly number[], keepdim: boolean): number[] {
  return keepdim
    ? shape.map((n, k) => (dims.includes(k) ? 1 : n))
    : shape.filter((_, k) => !dims.includes(k));
}

/** Applies a rule to the elements along `dims` (ascending), for each place of the other dimensions. */
export function reduceRows(
  array: NDArray,
  dims: readonly number[],
  keepdim: boolean,
  dtype: DType,
  rule: RowRule,
): NDArray {
  const out = allocate(reducedShape(array.shape, dims, keepdim), dtype);
  if (out.size === 0) return out;
  const others = array.shape.map((_, k) => k).filter(k => !dims.includes(k));
  const pick = <T>(list: readonly T[], which: readonly number[]): T[] =>
    which.map(k => list[k] as T);
  let source = array;
  let inner = merge(pick(source.shape, dims), [{ strides: pick(source.strides, dims) }]);
  if (inner.outer.length > 0) {
    // The reduced dimensions are no evenly spaced row: gather them at the end of a copy.
    const order = [...others, ...dims];
    const whole = contiguous(array.view(pick(array.shape, order), pick(array.strides, order)));
    const back = order.map((_, k) => order.indexOf(k));
    source = whole.view(array.shape, pick(whole.strides, back));
    inner = merge(pick(source.shape, dims), [{ strides: pick(source.strides, dims) }]);
  }
  const n = dims.reduce((size, k) => size * (array.shape[k] as number), 1);
  const step = inner.steps[0] as number;
  const outer = merge(pick(source.shape, others), [{ strides: pick(source.strides, others) }]);
  const { data } = source;
  let o = 0;
  eachRow(outer, [source.offset], ([start = 0]) => {
    for (let i = 0; i < outer.length; i++) {
      out.data[o++] = rule(data, start + i * (outer.steps[0] as number), step, n);
    }
  });
  return out;
}

/** Adds up in pairs, so that rounding grows with the logarithm of the number of elements. */
export function sumRow(data: TypedArray, start: number, step: number, n: number): number {
  if (n > 128) {
    const half = (n >> 1) & ~7;
    return sumRow(data, start, step, half) + sumRow(data, start + half * step, step, n - half);
  }
  let sum = 0;
  let k = start;
  let i = 0;
  // Four sums at a time: an addition need not wait for the one before.
  if (n >= 4) {
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (; i <= n - 4; i += 4, k += 4 * step) {
      s0 += data[k] as number;
      s1 += data[k + step] as number;
      s2 += data[k + 2 * step] as number;
      s3 += data[k + 3 * step] as number;
    }
    sum = s0 + s1 + (s2 + s3);
  }
  for (; i < n; i++, k += step) sum += data[k] as number;
  return sum;
}

/** Sums over some dimensions, in float64 and in pairs. */
export function sumArray(
  array: NDArray,
  dims: readonly number[],
  keepdim: boolean,
  dtype: DType,
): NDArray {
  const leading = dims.length > 0 && dims.every((dim, k) => dim === k) && array.contiguous;
  const rest = array.shape.slice(dims.length).reduce((a, b) => a * b, 1);
  // Down the columns of a matrix: whole rows are added, in the order of memory.
  if (leading && rest > 4 && array.size > 0) return sumRows(array, dims, keepdim, dtype, rest);
  return reduceRows(array, dims, keepdim, dtype, sumRow);
}

function sumRows(
  array: NDArray,
  dims: readonly number[],
  keepdim: boolean,
  dtype: DType,
  length: number,
): NDArray {
  const out = allocate(reducedShape(array.shape, dims, keepdim), dtype);
  const { data, offset } = array;
  const total = new Float64Array(length);
  const block = new Float64Array(length);
  const rows = array.size / length;
  for (let begin = 0; begin < rows; begin += 128) {
    block.fill(0);
    const end = Math.min(rows, begin + 128);
    for (let row = begin; row < end; row++) {
      const start = offset + row * length;
      for (let i = 0; i < length; i++)
        block[i] = (block[i] as number) + (data[start + i] as number);
    }
    for (let i = 0; i < length; i++) total[i] = (total[i] as number) + (block[i] as number);
  }
  out.data.set(total);
  return out;
}
