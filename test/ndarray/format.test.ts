// How tensors are printed, by String and by console.log.

import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { arange, ones, tensor, zeros } from '../../src/index.ts';

const lines = (...text: string[]): string => text.join('\n');

test.each([
  ['one number', tensor(5), 'Tensor(5)'],
  ['a fraction', tensor(-0.5, { dtype: 'float64' }), 'Tensor(-0.5000, float64)'],
  [
    'columns',
    tensor([
      [1.5, -22.25],
      [3, Number.NaN],
    ]),
    lines('Tensor([[  1.5000, -22.2500],', '        [  3.0000,      NaN]], shape [2, 2])'),
  ],
  [
    'infinities and −0 beside whole numbers',
    tensor([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 7]),
    'Tensor([ Infinity, -Infinity,        -0,         7], shape [4])',
  ],
  ['wide ranges', tensor([1e-8, 1]), 'Tensor([1.0000e-8, 1.0000e+0], shape [2])'],
  ['truth', tensor([true, false]), 'Tensor([ true, false], shape [2], bool)'],
  ['nothing', zeros([0, 3]), 'Tensor([], shape [0, 3])'],
  ['rows of nothing', zeros([2, 0]), lines('Tensor([[],', '        []], shape [2, 0])')],
  [
    'names and gradients',
    tensor([1, 2], { requiresGrad: true, name: 'w' }),
    'Tensor(w = [1, 2], shape [2], requiresGrad)',
  ],
  [
    'a stack of matrices',
    arange(4).reshape([2, 1, 2]),
    lines('Tensor([[[0, 1]],', '', '        [[2, 3]]], shape [2, 1, 2], int32)'),
  ],
  [
    'a long vector',
    arange(1001),
    'Tensor([   0,    1,    2, …,  998,  999, 1000], shape [1001], int32)',
  ],
  [
    'a view',
    arange(6).reshape([2, 3]).transpose(0, 1),
    lines('Tensor([[0, 3],', '        [1, 4],', '        [2, 5]], shape [3, 2], int32)'),
  ],
])('%s', (_what, x, text) => {
  expect(String(x)).toBe(text);
  expect(`${x}`).toBe(text);
  expect(inspect(x)).toBe(text);
});

test('lines are broken, and large tensors stay short', () => {
  expect(
    Math.max(
      ...String(arange(100))
        .split('\n')
        .map(line => line.length),
    ),
  ).toBeLessThan(100);
  expect(String(zeros([2000, 2000]))).toMatch(/^Tensor\(\[\[0, 0, 0, …, 0, 0, 0\],\n.*…,\n/s);
  // Many dimensions: one element at each end.
  expect(String(ones([4, 4, 4, 4, 4, 4, 4, 4])).length).toBeLessThan(10_000);
  expect(inspect({ x: [tensor([1])] })).toBe('{ x: [ Tensor([1], shape [1]) ] }');
});
