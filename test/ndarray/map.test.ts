// Elementwise loops: the way for arrays without gaps gives what the way for any strides gives.

import { afterEach, describe, expect, it, vi } from 'vitest';
import { fromData, type NDArray } from '../../src/ndarray/array.ts';
import { type DType, newData } from '../../src/ndarray/dtype.ts';
import { mapArrays, mapInto, type Rule } from '../../src/ndarray/map.ts';
import { sumRow } from '../../src/ndarray/reduce.ts';

function counting(n: number, dtype: DType): NDArray {
  const data = newData(dtype, n);
  for (let i = 0; i < n; i++) data[i] = dtype === 'bool' ? i % 2 : i - 5.25;
  return fromData(data, [n], dtype);
}

/** The same elements with a gap after each. */
function spread(x: NDArray): NDArray {
  const data = newData(x.dtype, 2 * x.size);
  for (let i = 0; i < x.size; i++) data[2 * i] = x.data[i] as number;
  return fromData(data, [2 * x.size], x.dtype).view(x.shape, [2]);
}

afterEach(() => void vi.unstubAllGlobals());

describe('mapArrays', () => {
  const dtypes: DType[] = ['float32', 'float64', 'int32', 'bool'];

  it.each([false, true])(
    'is the same for arrays with and without gaps; no generated code: %s',
    forbidden => {
      const forbid = (): never => {
        throw new EvalError('forbidden');
      };
      if (forbidden) vi.stubGlobal('Function', forbid);
      const rule: Rule = (...x) => 2 * (x[0] as number) - (x[1] as number);
      for (const n of [0, 1, 2, 7, 8, 9, 16, 27]) {
        for (const dtype of dtypes) {
          for (const result of dtypes) {
            const [a, b] = [counting(n, dtype), counting(n, 'float32')];
            const flat = mapArrays(rule, [a, b], [n], result);
            expect([...flat.data]).toEqual([...mapArrays(rule, [spread(a), b], [n], result).data]);
            const plain = mapArrays(rule, [a, 1.5], [n], result);
            const single = fromData(Float32Array.of(0, 1.5), [2], 'float32').view([1], [1], 1);
            expect([...plain.data]).toEqual([
              ...mapArrays(rule, [spread(a), single], [n], result).data,
            ]);
          }
        }
      }
    },
  );

  it('takes rows that stand still, stretch, or run backwards', () => {
    const [rows, columns] = [3, 19];
    const whole = counting(rows * columns, 'float32');
    const a = whole.view([rows, columns], [columns, -1], columns - 1);
    const row = counting(columns, 'float64').view([1, columns], [columns, 1]);
    const column = counting(rows, 'int32').view([rows, 1], [1, 1]);
    const sum: Rule = (...x) => (x[0] as number) + 100 * (x[1] as number) + 1e4 * (x[2] as number);
    const y = mapArrays(sum, [a, row, column], [rows, columns], 'float64');
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const x = whole.data[i * columns + columns - 1 - j] as number;
        const expected = sum(x, row.data[j] as number, column.data[i] as number);
        expect(y.data[i * columns + j]).toBe(expected);
      }
    }
  });

  it('writes to part of an array, also onto an input', () => {
    const whole = counting(20, 'float32');
    const part = whole.view([9], [1], 4);
    mapInto(part, x => 10 * (x as number), [part]);
    const expected = Array.from({ length: 20 }, (_, i) => (i - 5.25) * (i >= 4 && i < 13 ? 10 : 1));
    expect([...whole.data]).toEqual(expected);
    mapInto(part, (...x) => (x[0] as number) / (x[1] as number), [part, part.view([1], [1], 4)]);
    expect(whole.data[12]).toBeCloseTo(67.5 / -12.5, 5);
    expect(whole.data[4]).toBe(1);
  });
});

describe('sumRow', () => {
  it('adds every element once', () => {
    for (const n of [0, 1, 3, 4, 5, 127, 128, 129, 1000]) {
      const data = Float64Array.from({ length: 3 * n + 2 }, (_, i) => i);
      expect(sumRow(data, 2, 3, n)).toBe(2 * n + (3 * n * (n - 1)) / 2);
    }
  });
});
