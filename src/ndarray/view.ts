// Views that pick elements at even steps: slices, single rows, diagonals, sliding windows; and what undoes them.

import { type NDArray, zeros } from './array.ts';
import { cast, copyInto } from './map.ts';
import { contiguousStrides, type Shape } from './shape.ts';
import { eachRow, merge } from './walk.ts';

/** Which element of an array stands where in a view of it: element j is at index starts + Σ jᵢ·moves[i]. */
export interface View {
  /** The shape of the view. */
  readonly shape: Shape;
  /** The index of its first element, one number for each dimension of the array. */
  readonly starts: readonly number[];
  /** For each dimension of the view, how far a step along it moves along each dimension of the array. */
  readonly moves: readonly (readonly number[])[];
}

/** The view of an array: no copy. */
export function viewed(x: NDArray, { shape, starts, moves }: View): NDArray {
  const steps = (counts: readonly number[]): number =>
    counts.reduce((sum, count, k) => sum + count * (x.strides[k] as number), 0);
  return x.view(shape, moves.map(steps), shape.includes(0) ? x.offset : x.offset + steps(starts));
}

/** An array of zeros of this shape with the elements of `x` added where the view takes its elements from. */
export function unviewed(x: NDArray, shape: Shape, view: View, overlaps: boolean): NDArray {
  const out = zeros(shape, overlaps ? 'float64' : x.dtype);
  const target = viewed(out, view);
  if (!overlaps) {
    copyInto(target, x);
    return out;
  }
  const walk = merge(view.shape, [target, x]);
  const [to = 0, from = 0] = walk.steps;
  const [sum, given] = [out.data, x.data];
  eachRow(walk, [target.offset, x.offset], ([o = 0, a = 0]) => {
    for (let i = 0; i < walk.length; i++) {
      sum[o + i * to] = (sum[o + i * to] as number) + (given[a + i * from] as number);
    }
  });
  return cast(out, x.dtype);
}

/**
 * The strides of a view of `x` in another shape of as many elements, or null where only a copy has that shape: dimensions can
 * be joined only where they follow each other evenly in memory. Source: PyTorch's `computeStride`.
 */
export function viewStrides(x: NDArray, shape: Shape): number[] | null {
  if (x.contiguous) return contiguousStrides(shape);
  const strides = new Array<number>(shape.length);
  let next = shape.length - 1;
  let step = x.strides.at(-1) as number;
  let [had, given] = [1, 1];
  for (let k = x.rank - 1; k >= 0; k--) {
    had *= x.shape[k] as number;
    const follows = k > 0 && (x.shape[k - 1] === 1 || (x.strides[k - 1] as number) === had * step);
    if (follows) continue;
    for (; next >= 0 && (given < had || shape[next] === 1); next--) {
      strides[next] = given * step;
      given *= shape[next] as number;
    }
    if (given !== had) return null;
    step = x.strides[k - 1] ?? 0;
    [had, given] = [1, 1];
  }
  return strides;
}

/** Every `steps[k]`-th element of dimension k (backwards where negative), from `starts[k]` on, `sizes[k]` of them. */
export interface SliceParams {
  readonly starts: readonly number[];
  readonly steps: readonly number[];
  readonly sizes: readonly number[];
}

/** A slice as a view. */
export function sliceView({ starts, steps, sizes }: SliceParams): View {
  return {
    shape: sizes,
    starts,
    moves: steps.map((step, i) => steps.map((_, k) => (k === i ? step : 0))),
  };
}

/** The slice of `length` from `start` along one dimension, whole in the others. */
export function along(
  shape: Shape,
  dim: number,
  start: number,
  length: number,
  step = 1,
): SliceParams {
  return {
    starts: shape.map((_, k) => (k === dim ? start : 0)),
    steps: shape.map((_, k) => (k === dim ? step : 1)),
    sizes: shape.with(dim, length),
  };
}

/** Writes arrays one after the other along a dimension to `out`, which they fill, and returns it. */
export function concatenate(parts: readonly NDArray[], out: NDArray, dim: number): NDArray {
  let start = 0;
  for (const part of parts) {
    const length = part.shape[dim] as number;
    copyInto(viewed(out, sliceView(along(out.shape, dim, start, length))), part);
    start += length;
  }
  return out;
}
