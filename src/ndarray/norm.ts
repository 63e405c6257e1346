// Norms of rows of plain arrays, without overflow or underflow on the way.

import type { TypedArray } from './dtype.ts';
import type { RowRule } from './reduce.ts';

/** Below, squares and other powers lose digits or vanish in float64. */
const SMALL = 1e-280;

/** (Σ |xᵢ|ᵖ)^(1/p) in float64. */
export function normRow(p: number): RowRule {
  const total = p === 2 ? sumOfSquares : powerSum(p);
  const root = p === 2 ? Math.sqrt : (sum: number): number => sum ** (1 / p);
  return (data, start, step, n) => {
    const sum = total(data, start, step, n, 1);
    // NaN too is a result.
    if (!(sum === Infinity || sum < SMALL)) return root(sum);
    const size = scaleOf(data, start, step, n, p);
    return size === 0 || size === Infinity
      ? root(sum)
      : size * root(total(data, start, step, n, size));
  };
}

/** The element that decides the size of the norm: the largest, or for p < 0 the smallest. */
function scaleOf(data: TypedArray, start: number, step: number, n: number, p: number): number {
  let scale = n === 0 ? 0 : Math.abs(data[start] as number);
  for (let i = 1, k = start + step; i < n; i++, k += step) {
    const size = Math.abs(data[k] as number);
    if (p > 0 ? size > scale : size < scale) scale = size;
  }
  return scale;
}

type Total = (data: TypedArray, start: number, step: number, n: number, size: number) => number;

/** Long rows are added in pairs. */
function sumOfSquares(
  data: TypedArray,
  start: number,
  step: number,
  n: number,
  size: number,
): number {
  if (n > 128) {
    const half = n >> 1;
    const rest = start + half * step;
    return (
      sumOfSquares(data, start, step, half, size) + sumOfSquares(data, rest, step, n - half, size)
    );
  }
  let sum = 0;
  for (let i = 0, k = start; i < n; i++, k += step) {
    const x = (data[k] as number) / size;
    sum += x * x;
  }
  return sum;
}

function powerSum(p: number): Total {
  return function total(data, start, step, n, size): number {
    if (n > 128) {
      const half = n >> 1;
      const rest = start + half * step;
      return total(data, start, step, half, size) + total(data, rest, step, n - half, size);
    }
    let sum = 0;
    for (let i = 0, k = start; i < n; i++, k += step) {
      sum += Math.abs((data[k] as number) / size) ** p;
    }
    return sum;
  };
}
