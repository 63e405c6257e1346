// Softmax and its logarithm along one dimension of plain arrays, each in one pass over the memory.

import { allocate, type NDArray } from './array.ts';
import { contiguous } from './map.ts';

/** exp(x − m) / Σ exp(x − m) along `dim`, or its logarithm x − m − log Σ exp(x − m), where m is the greatest element. */
export function softmaxArray(array: NDArray, dim: number, log: boolean): NDArray {
  const out = allocate(array.shape, array.dtype);
  if (out.size === 0) return out;
  const { data: x, offset } = contiguous(array);
  const y = out.data;
  const n = array.shape[dim] ?? 1;
  // Elements along `dim` lie `step` apart.
  const step = array.shape.slice(dim + 1).reduce((a, b) => a * b, 1);
  const powers = new Float64Array(n);
  for (let block = 0; block < out.size; block += n * step) {
    for (let start = block; start < block + step; start++) {
      let greatest = -Infinity;
      for (let i = 0, k = offset + start; i < n; i++, k += step) {
        const value = x[k] as number;
        if (value > greatest) greatest = value;
      }
      // NaN is passed over above but not here: one of them makes the sum, and so the whole row, NaN.
      let total = 0;
      for (let i = 0, k = offset + start; i < n; i++, k += step) {
        const power = Math.exp((x[k] as number) - greatest);
        powers[i] = power;
        total += power;
      }
      if (log) {
        const rest = Math.log(total);
        for (let i = 0, k = start; i < n; i++, k += step) {
          y[k] = (x[offset + k] as number) - greatest - rest;
        }
      } else {
        for (let i = 0, k = start; i < n; i++, k += step) y[k] = (powers[i] as number) / total;
      }
    }
  }
  return out;
}
