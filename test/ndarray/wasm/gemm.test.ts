// The float32 matrix product against one summed in float64: sizes, strides, special values, accuracy, fallback.

import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { gemmBatchedF32, gemmF32 } from '../../../src/ndarray/wasm/gemm.ts';
import { arenaMemory } from '../../../src/ndarray/wasm/memory.ts';
import { at, exact, LAYOUTS, type Matrix, matrix, numbers } from './matrices.ts';

const SIZES = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65, 100, 257];
const EPSILON = 2 ** -24;

function multiply(m: number, n: number, k: number, a: Matrix, b: Matrix): Float32Array {
  const out = new Float32Array(m * n).fill(Number.NaN);
  const done = gemmF32(
    m,
    n,
    k,
    a.data,
    a.offset,
    a.rowStride,
    a.columnStride,
    b.data,
    b.offset,
    b.rowStride,
    b.columnStride,
    out,
    0,
  );
  expect(done).toBe(true);
  return out;
}

/** The greatest error of an element, in units of ε · Σ |a·b|, the bound for one rounding of every term. */
function error(m: number, n: number, k: number, a: Matrix, b: Matrix, out: Float32Array): number {
  const { product, size } = exact(m, n, k, a, b);
  let worst = 0;
  for (let i = 0; i < m * n; i++) {
    const difference = Math.abs((out[i] as number) - (product[i] as number));
    // A result that is not a number must not pass.
    if (!(difference <= Number.MAX_VALUE)) return Number.POSITIVE_INFINITY;
    if (difference > 0) worst = Math.max(worst, difference / ((size[i] as number) * EPSILON));
  }
  return worst;
}

/** For terms of any sizes and signs; sums of equal terms, which drift, come closest. */
const allowed = (k: number): number => Math.max(4, k / 2);

/** Few enough multiplications for the test to be quick; every size still meets the small ones of the others. */
function combinations(most: number): [number, number, number][] {
  return SIZES.flatMap(m =>
    SIZES.flatMap(n => SIZES.map(k => [m, n, k] as [number, number, number])),
  ).filter(([m, n, k]) => m * n * k <= most);
}

/** Before so much has been multiplied, the kernels are not used. */
function warm(): void {
  const next = numbers(1);
  multiply(170, 170, 170, matrix(170, 170, 'rows', next), matrix(170, 170, 'rows', next));
}

describe('gemmF32', () => {
  beforeAll(warm);

  it('multiplies matrices of all sizes', () => {
    const next = numbers(2);
    for (const [m, n, k] of combinations(300_000)) {
      const a = matrix(m, k, 'rows', next);
      const b = matrix(k, n, 'rows', next);
      expect(
        error(m, n, k, a, b, multiply(m, n, k, a, b)),
        `${m} × ${k} · ${k} × ${n}`,
      ).toBeLessThan(allowed(k));
    }
  });

  it.each(LAYOUTS.flatMap(a => LAYOUTS.map(b => [a, b] as const)))(
    'takes operands in any order of strides: %s, %s',
    (aLayout, bLayout) => {
      const next = numbers(3);
      const sizes: [number, number, number][] = [
        [1, 31, 64],
        [31, 1, 65],
        [4, 8, 16],
        [7, 33, 9],
        [65, 17, 31],
        [33, 100, 257],
        [2, 3, 300],
      ];
      for (const [m, n, k] of sizes) {
        const a = matrix(m, k, aLayout, next);
        const b = matrix(k, n, bLayout, next);
        expect(
          error(m, n, k, a, b, multiply(m, n, k, a, b)),
          `${m} × ${k} · ${k} × ${n}`,
        ).toBeLessThan(allowed(k));
      }
    },
  );

  it('multiplies matrices of more than one block', () => {
    const next = numbers(4);
    for (const [m, n, k] of [
      [1030, 9, 300],
      [5, 2100, 270],
      [1, 1500, 600],
      [1100, 1, 513],
      [1026, 1027, 3],
    ] as const) {
      for (const layout of ['rows', 'columns', 'slice'] as const) {
        const a = matrix(m, k, layout, next);
        const b = matrix(k, n, layout, next);
        expect(
          error(m, n, k, a, b, multiply(m, n, k, a, b)),
          `${m} × ${k} · ${k} × ${n}`,
        ).toBeLessThan(allowed(k));
      }
    }
    // A product of any size goes through a bounded arena.
    expect(arenaMemory().buffer.byteLength).toBeLessThan(2 ** 25);
  });

  it('gives zeros for a depth of 0, and nothing for no rows or columns', () => {
    const none = new Float32Array(0);
    const out = new Float32Array(6).fill(7);
    expect(gemmF32(2, 3, 0, none, 0, 0, 1, none, 0, 3, 1, out, 0)).toBe(true);
    expect([...out]).toEqual([0, 0, 0, 0, 0, 0]);
    out.fill(7);
    expect(gemmF32(0, 3, 4, none, 0, 4, 1, new Float32Array(12), 0, 3, 1, out, 0)).toBe(true);
    expect(gemmF32(2, 0, 4, new Float32Array(8), 0, 4, 1, none, 0, 0, 1, out, 0)).toBe(true);
    expect([...out]).toEqual([7, 7, 7, 7, 7, 7]);
  });

  it.each([
    [1, 40, 40],
    [40, 1, 40],
    [17, 40, 40],
    [3, 2, 2],
  ])('writes only its part of the result: %i × %i, depth %i', (m, n, k) => {
    const next = numbers(5);
    const a = matrix(m, k, 'rows', next);
    const b = matrix(k, n, 'rows', next);
    const stride = n + 3;
    const out = new Float32Array(m * stride + 8).fill(7);
    gemmF32(m, n, k, a.data, 0, k, 1, b.data, 0, n, 1, out, 5, stride);
    const packed = multiply(m, n, k, a, b);
    for (let i = 0; i < out.length; i++) {
      const [row, column] = [Math.floor((i - 5) / stride), (i - 5) % stride];
      const inside = i >= 5 && row < m && column < n;
      expect(out[i], `element ${i}`).toBe(inside ? packed[row * n + column] : 7);
    }
  });

  it('lets NaN and infinities through, and takes no zero for granted', () => {
    for (const size of [2, 9, 33]) {
      for (const [x, y, expected] of [
        [Number.NaN, 1, Number.NaN],
        [Number.NaN, 0, Number.NaN],
        [Number.POSITIVE_INFINITY, 0, Number.NaN],
        [Number.POSITIVE_INFINITY, 1, Number.POSITIVE_INFINITY],
        [Number.NEGATIVE_INFINITY, 1, Number.NEGATIVE_INFINITY],
        [3e38, 3, Number.POSITIVE_INFINITY],
      ] as const) {
        for (const place of [0, size - 1]) {
          const a = matrix(size, size, 'rows', () => 0.5);
          const b = matrix(size, size, 'rows', () => y);
          a.data[place * size + place] = x;
          const out = multiply(size, size, size, a, b);
          for (let i = 0; i < size * size; i++) {
            const row = Math.floor(i / size);
            const other = Math.fround(0.5 * y * size);
            expect(out[i], `${x} · ${y}, row ${row}`).toBe(row === place ? expected : other);
          }
        }
      }
    }
  });

  it('sums a great depth to the accuracy of float32', () => {
    const next = numbers(6);
    const k = 100_000;
    const a = matrix(4, k, 'rows', () => (next() + 1) / 2);
    const b = matrix(k, 8, 'rows', () => (next() + 1) / 2);
    // PyTorch's error on sums like these is some 20 units; one running sum in float32 has thousands.
    expect(error(4, 8, k, a, b, multiply(4, 8, k, a, b))).toBeLessThan(60);
    const ones = matrix(3, k, 'one', () => 1);
    const tenths = matrix(k, 5, 'one', () => 0.1);
    for (const x of multiply(3, 5, k, ones, tenths)) expect(x / 1e4).toBeCloseTo(1, 5);
  });

  it('gives the same element in a product of any size', () => {
    const next = numbers(7);
    const [m, n, k] = [37, 29, 300];
    const a = matrix(m, k, 'rows', next);
    const b = matrix(k, n, 'columns', next);
    const whole = multiply(m, n, k, a, b);
    for (const [i, j, rows, columns] of [
      [0, 0, 1, n],
      [36, 0, 1, n],
      [0, 28, m, 1],
      [5, 3, 3, 7],
      [11, 17, 14, 12],
      [20, 20, 1, 1],
    ] as const) {
      const part = multiply(rows, columns, k, { ...a, offset: i * k }, { ...b, offset: j * k });
      const expected = [...part.keys()].map(
        e => whole[(i + Math.floor(e / columns)) * n + j + (e % columns)],
      );
      expect([...part]).toEqual(expected);
    }
    // A tiny one takes another way.
    const [small, tiny] = [
      { ...a, offset: 3 },
      { ...b, offset: 3 },
    ];
    expect(multiply(1, 1, 5, small, tiny)[0]).toBe(multiply(m, n, 5, small, tiny)[0]);
  });

  it('is not disturbed by what was multiplied before', () => {
    const next = numbers(8);
    for (const size of [300, 5, 64, 700, 3, 31, 512, 8, 1]) {
      const a = matrix(size, 9, 'rows', next);
      const b = matrix(9, size, 'columns', next);
      expect(error(size, size, 9, a, b, multiply(size, size, 9, a, b))).toBeLessThan(9);
      const nothing = new Float32Array(100).fill(Number.NaN);
      gemmF32(10, 10, 10, nothing, 0, 10, 1, nothing, 0, 10, 1, new Float32Array(100), 0);
    }
  });

  it('takes arrays that are views', () => {
    const next = numbers(9);
    const buffer = new Float32Array(4000).map(next);
    const a = new Float32Array(buffer.buffer, 40, 30 * 30);
    const b = new Float32Array(buffer.buffer, 8000, 30 * 30);
    const left = { data: a, offset: 0, rowStride: 30, columnStride: 1 };
    const right = { data: b, offset: 0, rowStride: 30, columnStride: 1 };
    expect(error(30, 30, 30, left, right, multiply(30, 30, 30, left, right))).toBeLessThan(15);
  });
});

describe('gemmBatchedF32', () => {
  beforeAll(warm);

  const sizes: [number, number, number, number][] = [
    [0, 4, 4, 4],
    [1, 5, 6, 7],
    [5, 2, 3, 4],
    [64, 32, 32, 16],
    [9, 17, 10, 300],
    [3, 1, 20, 30],
    [3, 20, 1, 30],
    [3, 140, 140, 10],
    [4, 6, 7, 0],
  ];
  const strides = ['dense', 'sparse', 'sharedLeft', 'sharedRight', 'sharedBoth', 'spread'] as const;

  it.each(sizes.flatMap(size => strides.map(kind => [...size, kind] as const)))(
    '%i products of %i × %i, depth %i, operands %s',
    (batch, m, n, k, kind) => {
      const next = numbers(10);
      const gap = kind === 'sparse' ? 3 : kind === 'spread' ? 5000 : 0;
      const aStep = kind === 'sharedLeft' || kind === 'sharedBoth' ? 0 : m * k + gap;
      const bStep = kind === 'sharedRight' || kind === 'sharedBoth' ? 0 : k * n + gap;
      const outStep = m * n + gap;
      const a = new Float32Array(batch * aStep + m * k + 2).map(next);
      const b = new Float32Array(batch * bStep + k * n + 2).map(next);
      const out = new Float32Array(batch * outStep + 2).fill(7);
      // biome-ignore format: one operand a line
      expect(gemmBatchedF32(batch, m, n, k,
        a, 1, aStep, k, 1,
        b, 2, bStep, 1, k,
        out, 1, outStep)).toBe(true);
      for (let i = 0; i < batch; i++) {
        const left = { data: a, offset: 1 + i * aStep, rowStride: k, columnStride: 1 };
        const right = { data: b, offset: 2 + i * bStep, rowStride: 1, columnStride: k };
        const from = 1 + i * outStep;
        expect([...out.subarray(from, from + m * n)]).toEqual([...multiply(m, n, k, left, right)]);
        if (gap > 0) expect(out[from + m * n]).toBe(7);
      }
      expect(out[0]).toBe(7);
      expect(out[out.length - 1]).toBe(7);
    },
  );
});

describe('without', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  const fresh = async () => {
    vi.resetModules();
    return await import('../../../src/ndarray/wasm/gemm.ts');
  };
  const two = (gemm: typeof gemmF32, size: number): [boolean, Float32Array] => {
    const data = new Float32Array(size * size).fill(0.5);
    const out = new Float32Array(size * size).fill(7);
    return [gemm(size, size, size, data, 0, size, 1, data, 0, size, 1, out, 0), out];
  };

  it('WebAssembly it says so and writes nothing', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    const { gemmF32 } = await fresh();
    for (const size of [1, 20, 200]) {
      const [done, out] = two(gemmF32, size);
      expect(done).toBe(false);
      expect(out.every(x => x === 7)).toBe(true);
    }
  });

  it('WebAssembly SIMD it says so', async () => {
    vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
    const { gemmF32 } = await fresh();
    expect(two(gemmF32, 20)[0]).toBe(false);
    vi.restoreAllMocks();
  });

  it('memory, or leave to compile, it says so when it would need them', async () => {
    for (const failure of [
      new RangeError('no memory'),
      new WebAssembly.CompileError('forbidden'),
      new EvalError('forbidden'),
    ]) {
      const { gemmF32 } = await fresh();
      vi.stubGlobal('WebAssembly', {
        ...Object.fromEntries(
          Object.getOwnPropertyNames(WebAssembly).map(name => [
            name,
            Reflect.get(WebAssembly, name),
          ]),
        ),
        Memory: class {
          constructor() {
            throw failure;
          }
        },
      });
      const [done, out] = two(gemmF32, 200);
      expect(done).toBe(false);
      expect(out.every(x => x === 7)).toBe(true);
      vi.unstubAllGlobals();
    }
  });

  it('enough to do the kernels are not assembled, and the result is the same', async () => {
    const { gemmF32 } = await fresh();
    const compiled = vi.spyOn(WebAssembly, 'Module');
    const next = numbers(11);
    const size = 40;
    const a = matrix(size, size, 'rows', next);
    const b = matrix(size, size, 'columns', next);
    const run = (): number[] => {
      const out = new Float32Array(size * size);
      gemmF32(size, size, size, a.data, 0, size, 1, b.data, 0, 1, size, out, 0);
      return [...out];
    };
    const first = run();
    expect(compiled).not.toHaveBeenCalled();
    two(gemmF32, 170);
    expect(compiled).toHaveBeenCalledTimes(1);
    expect(run()).toEqual(first);
    expect(at(a, 0, 0)).toBe(a.data[0]);
    vi.restoreAllMocks();
  });
});
