// The product of packed operands in the arena, as other kernels use it, and what it is assembled from.

import { describe, expect, it } from 'vitest';
import compile from 'watr/compile';
import { hasFusedMultiplyAdd, hasSimd, instantiate } from '../../../src/ndarray/wasm/assemble.ts';
import {
  DEPTH,
  depthStep,
  FREE,
  type GemmKernels,
  gemmKernels,
  packedLeftBytes,
  packedRightBytes,
} from '../../../src/ndarray/wasm/gemm-kernels.ts';
import { gemmText } from '../../../src/ndarray/wasm/gemm-text.ts';
import { aligned, arenaMemory, reserve } from '../../../src/ndarray/wasm/memory.ts';
import { numbers } from './matrices.ts';

function kernels(): GemmKernels {
  const found = gemmKernels();
  if (found === null) throw new Error('these tests need WebAssembly SIMD');
  return found;
}

describe('the engine', () => {
  it('has SIMD, by the module that the text stands for', () => {
    const text = '(module (func (result v128) (i8x16.splat (i32.const 0))))';
    expect(hasSimd()).toBe(WebAssembly.validate(compile(text)));
  });

  it('has fused multiply-adds or not, by the module that the text stands for', () => {
    const madd = '(f32x4.relaxed_madd (local.get 0) (local.get 0) (local.get 0))';
    const text = `(module (func (param v128) (result v128) ${madd}))`;
    expect(hasFusedMultiplyAdd()).toBe(WebAssembly.validate(compile(text)));
  });

  it.each([false, true])('takes the module of the product, fused: %s', fused => {
    if (fused && !hasFusedMultiplyAdd()) {
      const text = `(module (import "arena" "memory" (memory 1)) ${gemmText(true)})`;
      expect(compile(text).length).toBeGreaterThan(1000);
    } else {
      const { multiply } = instantiate(gemmText(fused), ['multiply']);
      expect(multiply).toBeTypeOf('function');
    }
  });

  it('is told which function a module lacks', () => {
    expect(() => instantiate('(func (export "f"))', ['g'])).toThrow('no function g');
  });
});

describe('the arena', () => {
  it('grows when it must and never shrinks', () => {
    const before = arenaMemory().buffer.byteLength;
    const view = reserve(before + 1);
    expect(view.length * 4).toBeGreaterThan(before);
    expect(view.buffer).toBe(arenaMemory().buffer);
    expect(reserve(16)).toBe(view);
    expect([0, 1, 64, 65].map(aligned)).toEqual([0, 64, 64, 128]);
  });

  it('says when there is no more', () => {
    expect(() => reserve(2 ** 33)).toThrow(RangeError);
  });
});

describe('packing', () => {
  const [gap, space] = [-1, 4096];
  const cases = [1, 2, 3, 4, 5, 7, 8, 9, 12, 13].flatMap(lines =>
    [1, 2, 3, 4, 5, 8, 11].map(depth => [lines, depth] as const),
  );

  it.each([
    ['packLeft', 4],
    ['packRight', 8],
  ] as const)('%s interleaves %i lines', (name, width) => {
    const pack = kernels()[name];
    for (const [lines, depth] of cases) {
      for (const [lineStride, depthStride] of [
        [depth, 1],
        [1, lines],
        [2 * depth, 2],
        [0, 1],
        [1, 0],
      ] as const) {
        const arena = reserve(1 << 16);
        arena.fill(gap, 0, 1 << 14);
        const from = arena.subarray(space, space + 2 * lines * depth);
        from.forEach((_, i) => {
          from[i] = i + 1;
        });
        pack(FREE, 4 * space, lines, depth, lineStride, depthStride);
        const bytes =
          name === 'packLeft' ? packedLeftBytes(lines, depth) : packedRightBytes(lines, depth);
        const to = arena.subarray(FREE / 4, (FREE + bytes) / 4);
        for (let line = 0; line < Math.ceil(lines / width) * width; line++) {
          for (let p = 0; p < depth; p++) {
            const found = to[(line - (line % width)) * depth + p * width + (line % width)];
            if (line < lines) expect(found).toBe(from[line * lineStride + p * depthStride]);
            else if (width === 4) expect(found).toBe(0);
          }
        }
        expect(arena[(FREE + bytes) / 4]).toBe(gap);
      }
    }
  });
});

describe('multiply', () => {
  it.each([
    [1, 1, 1],
    [4, 8, 3],
    [5, 9, 4],
    [6, 12, 7],
    [7, 20, 2],
    [3, 5, 256],
    [130, 11, 5],
    [260, 16, 1],
  ])('sets or adds %i × %i, depth %i', (m, n, k) => {
    const { packLeft, packRight, multiply } = kernels();
    const next = numbers(1);
    const right = FREE + packedLeftBytes(m, k);
    const out = right + packedRightBytes(n, k);
    const stride = n + 2;
    const a = out + aligned(4 * m * stride);
    const b = a + 4 * m * k;
    const arena = reserve(b + 4 * k * n);
    const whole = (): number => Math.round(8 * next());
    for (let i = a / 4; i < (b + 4 * k * n) / 4; i++) arena[i] = whole();
    arena.fill(100, out / 4, out / 4 + m * stride);
    packLeft(FREE, a, m, k, k, 1);
    packRight(right, b, n, k, 1, n);
    for (const times of [1, 2, 3]) {
      multiply(m, n, k, FREE, right, out, stride, times > 1 ? 1 : 0);
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < stride; j++) {
          let sum = 0;
          for (let p = 0; p < k && j < n; p++) {
            sum += times * (arena[a / 4 + i * k + p] ?? 0) * (arena[b / 4 + p * n + j] ?? 0);
          }
          expect(arena[out / 4 + i * stride + j]).toBe(j < n ? sum : 100);
        }
      }
    }
  });

  it('is split along the depth in equal parts', () => {
    expect([1, 255, 256, 257, 512, 513, 1000].map(depthStep)).toEqual([
      1, 255, 256, 129, 256, 171, 250,
    ]);
    for (let k = 1; k < 3000; k++) {
      const step = depthStep(k);
      expect(step).toBeLessThanOrEqual(DEPTH);
      expect(Math.ceil(k / step)).toBe(Math.ceil(k / DEPTH));
    }
  });
});
