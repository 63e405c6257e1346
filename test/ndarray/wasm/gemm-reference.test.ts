// The plain matrix product: every kind of array, every order of strides.

import { describe, expect, it } from 'vitest';
import { gemmReference } from '../../../src/ndarray/wasm/gemm-reference.ts';
import { exact, LAYOUTS, matrix, numbers } from './matrices.ts';

const SIZES: [number, number, number][] = [
  [0, 3, 4],
  [2, 3, 0],
  [1, 1, 1],
  [1, 7, 5],
  [7, 1, 5],
  [4, 4, 4],
  [5, 6, 300],
  [130, 9, 33],
  [9, 257, 20],
];

describe('gemmReference', () => {
  it.each(LAYOUTS.flatMap(a => LAYOUTS.map(b => [a, b] as const)))(
    'sums in float64, in order: %s, %s',
    (aLayout, bLayout) => {
      const next = numbers(1);
      for (const [m, n, k] of SIZES) {
        const a = matrix(m, k, aLayout, next);
        const b = matrix(k, n, bLayout, next);
        const { product } = exact(m, n, k, a, b);
        for (const out of [new Float64Array(m * n), new Float32Array(m * n)]) {
          out.fill(7);
          // biome-ignore format: one operand a line
          gemmReference(m, n, k,
            a.data, a.offset, a.rowStride, a.columnStride,
            b.data, b.offset, b.rowStride, b.columnStride,
            out, 0);
          const expected = out instanceof Float32Array ? Float32Array.from(product) : product;
          expect([...out], `${m} × ${k} · ${k} × ${n}`).toEqual([...expected]);
        }
      }
    },
  );

  it('multiplies whole numbers modulo 2³²', () => {
    for (const [m, n, k] of SIZES) {
      const a = Int32Array.from({ length: m * k }, (_, i) => Math.imul(i + 1, 0x9e3779b1));
      const b = Int32Array.from({ length: k * n }, (_, i) => Math.imul(i + 7, 0x85ebca6b));
      const out = new Int32Array(m * n).fill(7);
      gemmReference(m, n, k, a, 0, k, 1, b, 0, n, 1, out, 0);
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let sum = 0n;
          for (let p = 0; p < k; p++) sum += BigInt(a[i * k + p] ?? 0) * BigInt(b[p * n + j] ?? 0);
          expect(out[i * n + j]).toBe(Number(BigInt.asIntN(32, sum)));
        }
      }
    }
  });

  it('writes only its part of the result', () => {
    const out = new Float64Array(12).fill(7);
    const ones = new Float64Array(4).fill(1);
    gemmReference(2, 2, 2, ones, 0, 2, 1, ones, 0, 2, 1, out, 1, 5);
    expect([...out]).toEqual([7, 2, 2, 7, 7, 7, 2, 2, 7, 7, 7, 7]);
  });

  it('lets NaN and infinities through', () => {
    const out = new Float64Array(4);
    const a = Float64Array.of(0, 1, Number.POSITIVE_INFINITY, 1);
    const b = Float64Array.of(Number.POSITIVE_INFINITY, 0, 1, Number.NaN);
    gemmReference(2, 2, 2, a, 0, 2, 1, b, 0, 2, 1, out, 0);
    expect([...out]).toEqual([Number.NaN, Number.NaN, Number.POSITIVE_INFINITY, Number.NaN]);
  });
});
