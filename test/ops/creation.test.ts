// Making tensors: element types, what is refused, and what comes back out.

import { describe, expect, test } from 'vitest';
import {
  ArgumentError,
  arange,
  clone,
  DTypeError,
  eye,
  full,
  fullLike,
  linspace,
  NonScalarLossError,
  ones,
  onesLike,
  ShapeError,
  SizeError,
  tensor,
  zeros,
  zerosLike,
} from '../../src/index.ts';

describe('element types', () => {
  test('follow the data', () => {
    expect(tensor([1, 2]).dtype).toBe('float32');
    expect(tensor([true, false]).dtype).toBe('bool');
    expect(tensor([true, 2]).toArray()).toEqual([1, 2]);
    expect(tensor(new Float64Array(2)).dtype).toBe('float64');
    expect(tensor(new Uint8Array(2)).dtype).toBe('int32');
    expect(tensor([1.7, -1.7], { dtype: 'int32' }).toArray()).toEqual([1, -1]);
    expect(tensor([0, Number.NaN, 0.1], { dtype: 'bool' }).toArray()).toEqual([false, true, true]);
    expect(full([2], true).toArray()).toEqual([true, true]);
    expect(full([1], 0.5, { dtype: 'bool' }).toArray()).toEqual([true]);
  });

  test('of ranges: whole numbers are int32, unless a gradient is wanted', () => {
    expect(arange(3).dtype).toBe('int32');
    expect(arange(0, 1, 0.5).dtype).toBe('float32');
    expect(arange(3, { requiresGrad: true }).dtype).toBe('float32');
    expect(arange(2, 4, { dtype: 'float64', name: 'n' }).name).toBe('n');
    expect(linspace(1, 0, 3).toArray()).toEqual([1, 0.5, 0]);
    expect(linspace(0.1, 0.7, 4, { dtype: 'float64' }).data.at(-1)).toBe(0.7);
    expect(eye(2, { dtype: 'bool' }).toArray()).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  test('of another tensor', () => {
    const x = tensor([[1], [2]], { dtype: 'float64', requiresGrad: true });
    const all = [zerosLike(x), onesLike(x), fullLike(x, 3)];
    expect(all.map(y => [y.dtype, y.shape, y.requiresGrad])).toEqual(
      all.map(() => ['float64', [2, 1], false]),
    );
    expect(onesLike(x, { dtype: 'int32', requiresGrad: false }).dtype).toBe('int32');
  });
});

test('memory: data is copied in and out; clone has its own and lets gradients through', () => {
  const data = Float32Array.of(1, 2);
  const x = tensor(data, { requiresGrad: true });
  data[0] = 9;
  x.data[1] = 9;
  expect(x.toArray()).toEqual([1, 2]);
  expect(x.detach().array.storage).toBe(x.array.storage);
  const copy = clone(x);
  expect(copy.array.storage).not.toBe(x.array.storage);
  copy.sum().backward();
  expect(x.grad?.toArray()).toEqual([1, 1]);
  expect(x.transpose(0, 0).data).toEqual(Float32Array.of(1, 2));
});

test('elements come out in order, of views too', () => {
  const x = tensor([
    [1, 2],
    [3, 4],
  ]);
  expect([...x.t().data]).toEqual([1, 3, 2, 4]);
  expect(x.select(0, 1).select(0, 0).item()).toBe(3);
  expect(tensor([[true]]).toArray()).toEqual([[true]]);
  expect(zeros([2, 0]).toArray()).toEqual([[], []]);
  expect(() => x.item()).toThrow(NonScalarLossError);
});

const inside: unknown[] = [];
inside.push(inside);

test.each<[string, () => unknown, new (text: string) => Error, string]>([
  ['uneven rows', () => tensor([[1], [2, 3]]), ShapeError, 'all rows must have the same length'],
  ['text', () => tensor(['1'] as never), ArgumentError, 'numbers or booleans'],
  ['an array in itself', () => tensor(inside as never), ShapeError, 'at most 64 dimensions'],
  ['a wrong shape', () => tensor([1, 2], { shape: [3] }), ShapeError, '2 elements do not fill'],
  [
    'what int32 does not hold',
    () => tensor([3e9], { dtype: 'int32' }),
    ArgumentError,
    'int32 does not hold 3000000000',
  ],
  [
    'NaN as a whole number',
    () => full([1], Number.NaN, { dtype: 'int32' }),
    ArgumentError,
    'does not hold NaN',
  ],
  [
    'whole numbers with a gradient',
    () => ones([1], { dtype: 'int32', requiresGrad: true }),
    DTypeError,
    'only float32 and float64',
  ],
  [
    'an unknown dtype',
    () => zeros([1], { dtype: 'float16' as never }),
    ArgumentError,
    'float32, float64, int32 or bool',
  ],
  [
    'an unknown option',
    () => ones([1], { type: 'int32' } as never),
    ArgumentError,
    'unknown option "type"',
  ],
  ['a negative size', () => ones([-1]), ShapeError, 'ones: the sizes'],
  ['no shape', () => zeros(3 as never), ShapeError, 'zeros: the shape must be an array'],
  ['a step of 0', () => arange(0, 1, 0), ArgumentError, 'steps of 0'],
  ['a step away', () => arange(0, 1, -1), ArgumentError, 'do not lead from 0 to 1'],
  ['an endless range', () => arange(Number.POSITIVE_INFINITY), ArgumentError, 'must be finite'],
  ['a range past int32', () => arange(3e9, 3e9 + 2), ArgumentError, "dtype: 'float64'"],
  [
    'a fraction of a step',
    () => linspace(0, 1, 2.5),
    ArgumentError,
    'steps must be a whole number',
  ],
  ['no tensor', () => zerosLike([1] as never), ArgumentError, 'zerosLike: the first argument'],
  ['2^31 elements', () => zeros([2 ** 31]), SizeError, '2³¹ − 1'],
  ['2^32 elements', () => eye(2 ** 16), SizeError, '2³¹ − 1'],
  ['an endless linspace', () => linspace(0, 1, 2 ** 33), SizeError, '2³¹ − 1'],
  ['a long range', () => arange(0, 1, 1e-12), SizeError, '2³¹ − 1'],
  ['16 GiB at once', () => full([2 ** 31 - 1], 1, { dtype: 'float64' }), SizeError, 'GiB'],
])('refuses %s', (_what, call, error, text) => {
  expect(call).toThrow(error);
  expect(call).toThrow(text);
});
