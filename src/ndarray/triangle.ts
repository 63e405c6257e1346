// The upper or lower part of matrices.

import { type NDArray, zeros } from './array.ts';
import { contiguous } from './map.ts';

/** The matrices of the last two dimensions with zeros below (or above) a diagonal: what is dropped may be NaN. */
export function triangle(x: NDArray, upper: boolean, diagonal: number): NDArray {
  const out = zeros(x.shape, x.dtype);
  if (out.size === 0) return out;
  const rows = x.shape.at(-2) as number;
  const columns = x.shape.at(-1) as number;
  const { data, offset } = contiguous(x);
  const matrices = out.size / (rows * columns);
  for (let m = 0; m < matrices; m++) {
    for (let i = 0; i < rows; i++) {
      const from = upper ? Math.max(0, i + diagonal) : 0;
      const to = upper ? columns : Math.min(columns, i + diagonal + 1);
      if (from >= to) continue;
      const row = (m * rows + i) * columns;
      out.data.set(data.subarray(offset + row + from, offset + row + to), row + from);
    }
  }
  return out;
}
