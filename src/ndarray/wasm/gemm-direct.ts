// The float32 matrix product as plain loops over the operands where they lie, for products so small that carrying them
// into the arena costs more than multiplying them. It rounds as the WebAssembly kernel does: every element is summed
// along k in float32, in order, in the same parts, so that it does not depend on the size of the product it is in.

import { hasFusedMultiplyAdd } from './assemble.ts';
import { depthStep } from './gemm-kernels.ts';

const { fround } = Math;

/**
 * out = A · B for any strides; k may be 0.
 *
 * The sums are those of the kernel to the last bit. With fused multiply-adds that holds but for one sum in about 10⁸:
 * a float64 holds the product of two float32 exactly, but rounds its sum with a third, and so that rounds twice.
 */
export function gemmDirect(
  m: number,
  n: number,
  k: number,
  a: Float32Array,
  aOffset: number,
  aRowStride: number,
  aColStride: number,
  b: Float32Array,
  bOffset: number,
  bRowStride: number,
  bColStride: number,
  out: Float32Array,
  outOffset: number,
  outRowStride: number,
  outColStride = 1,
): void {
  if (n < 4 && m > n) {
    // The transposed product, which has rows long enough for the tiles.
    // biome-ignore format: one operand a line
    gemmDirect(n, m, k,
      b, bOffset, bColStride, bRowStride,
      a, aOffset, aColStride, aRowStride,
      out, outOffset, outColStride, outRowStride);
    return;
  }
  const fused = hasFusedMultiplyAdd();
  const step = k === 0 ? 1 : depthStep(k);
  let first = 0;
  do {
    const depth = Math.min(step, k - first);
    let j = 0;
    for (; j + 4 <= n; j += 4) {
      for (let i = 0; i < m; i++) {
        const at = outOffset + i * outRowStride + j * outColStride;
        let s0 = 0;
        let s1 = 0;
        let s2 = 0;
        let s3 = 0;
        let ia = aOffset + i * aRowStride + first * aColStride;
        let ib = bOffset + j * bColStride + first * bRowStride;
        for (let p = 0; p < depth; p++) {
          const x = a[ia] as number;
          const p0 = x * (b[ib] as number);
          s0 = fround(s0 + (fused ? p0 : fround(p0)));
          const p1 = x * (b[ib + bColStride] as number);
          s1 = fround(s1 + (fused ? p1 : fround(p1)));
          const p2 = x * (b[ib + 2 * bColStride] as number);
          s2 = fround(s2 + (fused ? p2 : fround(p2)));
          const p3 = x * (b[ib + 3 * bColStride] as number);
          s3 = fround(s3 + (fused ? p3 : fround(p3)));
          ia += aColStride;
          ib += bRowStride;
        }
        if (first > 0) {
          s0 = fround((out[at] as number) + s0);
          s1 = fround((out[at + outColStride] as number) + s1);
          s2 = fround((out[at + 2 * outColStride] as number) + s2);
          s3 = fround((out[at + 3 * outColStride] as number) + s3);
        }
        out[at] = s0;
        out[at + outColStride] = s1;
        out[at + 2 * outColStride] = s2;
        out[at + 3 * outColStride] = s3;
      }
    }
    for (; j < n; j++) {
      for (let i = 0; i < m; i++) {
        const at = outOffset + i * outRowStride + j * outColStride;
        let s = 0;
        let ia = aOffset + i * aRowStride + first * aColStride;
        let ib = bOffset + j * bColStride + first * bRowStride;
        for (let p = 0; p < depth; p++) {
          const product = (a[ia] as number) * (b[ib] as number);
          s = fround(s + (fused ? product : fround(product)));
          ia += aColStride;
          ib += bRowStride;
        }
        out[at] = first > 0 ? fround((out[at] as number) + s) : s;
      }
    }
    first += step;
  } while (first < k);
}
