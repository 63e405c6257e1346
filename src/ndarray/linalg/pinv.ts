// The pseudo-inverse from singular values.

import type { NDArray } from '../array.ts';
import { countOf, stored } from './matrices.ts';
import { svdOf } from './svd.ts';

/** Σ vₖ·uₖᵀ/σₖ over the singular values above `rtol` times the largest. NaN where the array is not finite. */
export function pinvArray(x: NDArray, rtol: number): NDArray {
  const lead = x.shape.slice(0, -2);
  const [m = 0, n = 0] = x.shape.slice(-2);
  const k = Math.min(m, n);
  const { u, values, v } = svdOf(x);
  const out = new Float64Array(x.size);
  const count = countOf(lead);
  for (let b = 0; b < count; b++) {
    for (let r = b * k; r < (b + 1) * k; r++) {
      if (values[r] <= rtol * values[b * k]) continue;
      for (let i = 0; i < n; i++) {
        const factor = v[r * n + i] / values[r];
        for (let j = 0; j < m; j++) out[b * m * n + i * m + j] += factor * u[r * m + j];
      }
    }
  }
  return stored(out, [...lead, n, m], x.dtype);
}
