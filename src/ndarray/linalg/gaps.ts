// The reciprocal distances between eigenvalues or singular values, which the derivatives of their vectors need.

import type { NDArray } from '../array.ts';
import { flatData } from '../map.ts';
import { stored } from './matrices.ts';

/** 1/(λⱼ − λᵢ), or with squares 1/(λⱼ² − λᵢ²), and zeros on the diagonal: [..., n] → [..., n, n]. */
export function gapsArray(x: NDArray, squares: boolean): NDArray {
  const values = flatData(x);
  const n = x.shape.at(-1) as number;
  const out = new Float64Array(values.length * n);
  for (let row = 0; row < values.length; row++) {
    const start = row - (row % n);
    for (let j = 0; j < n; j++) {
      const [a, b] = [values[row], values[start + j]];
      if (start + j !== row) out[row * n + j] = 1 / ((b - a) * (squares ? b + a : 1));
    }
  }
  return stored(out, [...x.shape, n], x.dtype);
}
