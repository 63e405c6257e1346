// Tensors as a trace holds them: what they come to, and their elements where these are few.

import type { NDArray } from '../ndarray/array.ts';
import { flatData } from '../ndarray/map.ts';
import { type TraceNumber, type TraceTensor, toTraceNumber } from './trace.ts';

/** How many more elements a trace may hold. */
export interface ElementBudget {
  left: number;
  /** A larger tensor is summed up only. */
  readonly each: number;
}

/** A tensor summed up; with its elements where the budget allows. */
export function traceTensor(array: NDArray, budget: ElementBudget): TraceTensor {
  let [min, max, sum, squares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  let [zeros, nonfinite] = [0, 0];
  for (const x of flatData(array)) {
    if (Number.isFinite(x)) {
      if (x < min) min = x;
      if (x > max) max = x;
    } else nonfinite++;
    if (x === 0) zeros++;
    sum += x;
    squares += x * x;
  }
  const { size } = array;
  const finite = size > nonfinite;
  const tensor: TraceTensor = {
    min: toTraceNumber(finite ? min : Number.NaN),
    max: toTraceNumber(finite ? max : Number.NaN),
    mean: toTraceNumber(sum / size),
    norm: toTraceNumber(Math.sqrt(squares)),
    zeros,
    nonfinite,
  };
  if (size <= budget.each && size <= budget.left) {
    budget.left -= size;
    tensor.data = Array.from(flatData(array), toTraceNumber);
  }
  return tensor;
}

/** √Σxᵢ². */
export function normOf(array: NDArray): number {
  let squares = 0;
  for (const x of flatData(array)) squares += x * x;
  return Math.sqrt(squares);
}

/**
 * What a contribution adds to the length of the whole gradient: ⟨c, g⟩ / ‖g‖. These shares of all contributions sum to ‖g‖,
 * and a negative one works against the others.
 */
export function shareOf(contribution: NDArray, gradient: NDArray): number {
  const norm = normOf(gradient);
  if (norm === 0 || !Number.isFinite(norm)) return normOf(contribution);
  const g = flatData(gradient);
  let sum = 0;
  flatData(contribution).forEach((x, i) => {
    sum += x * (g[i] as number);
  });
  return sum / norm;
}

/** A number for a tensor of any size: the element of a single one, else the norm. */
export function numberFor(array: NDArray): TraceNumber {
  return toTraceNumber(array.size === 1 ? array.item() : normOf(array));
}
