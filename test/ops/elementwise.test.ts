// Division with a rest, masks, logic, blending and the activations with parameters, beyond what PyTorch's fixtures hold.

import { describe, expect, test } from 'vitest';
import {
  addcmul,
  celu,
  derive,
  floorDivide,
  fmod,
  frac,
  glu,
  grad,
  hardtanh,
  isnan,
  lerp,
  logicalAnd,
  logicalNot,
  maskedFill,
  nanToNum,
  prelu,
  remainder,
  softshrink,
  sum,
  type Tensor,
  tensor,
  threshold,
  trunc,
  value,
} from '../../src/index.ts';

const INF = Number.POSITIVE_INFINITY;
const whole = (data: number[]) => tensor(data, { dtype: 'int32' });

test('products of int32 wrap modulo 2³², to the last bit', () => {
  const x = tensor([0x7fffffff, -0x80000000, 65537], { dtype: 'int32' });
  expect(x.mul(x).toArray()).toEqual([1, 0, 131073]);
});

describe('division with a rest', () => {
  const signs: [number, number][] = [
    [7, 3],
    [-7, 3],
    [7, -3],
    [-7, -3],
  ];
  test.each(signs)('%d by %d: quotient and rest give the number back', (a, b) => {
    expect(floorDivide(a, b) * b + remainder(a, b)).toBe(a);
    expect(trunc(a / b) * b + fmod(a, b)).toBe(a);
    expect(Math.sign(remainder(a, b))).toBe(Math.sign(b));
    expect(Math.sign(fmod(a, b))).toBe(Math.sign(a));
  });

  test('does not trust the rounded quotient', () => {
    // 1 / 0.1 is 10, while ten times the double 0.1 is a little more than 1.
    expect([floorDivide(1, 0.1), remainder(1, 0.1)]).toEqual([9, expect.closeTo(0.1, 15)]);
    const slope = grad((b: Tensor) => remainder(tensor(1, { dtype: 'float64' }), b));
    expect((slope(tensor(0.1, { dtype: 'float64' })) as Tensor).item()).toBe(-9);
  });

  test('of integers stays with integers', () => {
    const y = remainder(whole([7, -7]), whole([3, 3]));
    expect([y.dtype, y.toArray()]).toEqual(['int32', [1, 2]]);
    expect(floorDivide(whole([7, -7]), 2).toArray()).toEqual([3, -4]);
    expect(frac(tensor([1.5, -1.5])).toArray()).toEqual([0.5, -0.5]);
  });

  test('as symbols and values', () => {
    const a = value(7, { name: 'a' });
    const b = value(3, { name: 'b' });
    const y = remainder(a, b);
    y.backward();
    expect([y.data, a.grad, b.grad]).toEqual([1, 1, -2]);
    expect(derive(remainder(a, b), b).text).toContain('⌊a / b⌋');
  });
});

describe('masks and logic', () => {
  const x = tensor([1, Number.NaN, 0]);

  test('give bool', () => {
    for (const y of [isnan(x), logicalNot(x), logicalAnd(x, whole([0, 1, 1]))]) {
      expect(y.dtype).toBe('bool');
    }
    expect(logicalAnd(x, 1).toArray()).toEqual([true, true, false]);
    expect([isnan(2), logicalNot(0)]).toEqual([0, 1]);
  });

  test('filling keeps the element type and stops every gradient', () => {
    const filled = maskedFill(whole([1, 2]), tensor([true, false]), 9);
    expect([filled.dtype, filled.toArray()]).toEqual(['int32', [9, 2]]);
    expect(maskedFill(tensor([1]), tensor([true]), tensor(0.1, { dtype: 'float64' })).dtype).toBe(
      'float32',
    );
    const f = (z: Tensor): Tensor => sum(maskedFill(z, isnan(z), 0));
    expect((grad(f)(x) as Tensor).toArray()).toEqual([1, 0, 1]);
  });

  test('numbers in place of infinities are those of the element type', () => {
    expect(nanToNum(tensor([INF, -INF, Number.NaN])).toArray()).toEqual([
      3.4028234663852886e38, -3.4028234663852886e38, 0,
    ]);
    expect(nanToNum(tensor([INF], { dtype: 'float64' })).item()).toBe(Number.MAX_VALUE);
    expect(nanToNum(whole([3])).dtype).toBe('int32');
    expect(nanToNum(Number.NaN, { nan: 4 })).toBe(4);
  });
});

describe('blending', () => {
  test('meets both ends exactly', () => {
    const [a, b] = [0.1, 123.456];
    expect([lerp(a, b, 0), lerp(a, b, 1)]).toEqual([a, b]);
    const weights = tensor([0, 1], { dtype: 'float64' });
    expect(lerp(a, b, weights).toArray()).toEqual([a, b]);
  });

  test('takes every kind of operand', () => {
    const a = value(2);
    addcmul(a, a, 3, { value: 2 }).backward();
    expect(a.grad).toBe(7);
  });
});

describe('activations', () => {
  test('with learned parameters hand gradients to them', () => {
    const slopes = tensor([0.1, 0.5], { requiresGrad: true });
    sum(
      prelu(
        tensor([
          [-1, INF],
          [2, -2],
        ]),
        slopes,
      ),
    ).backward();
    expect(slopes.grad?.toArray()).toEqual([-1, -2]);
    const bound = value(1);
    hardtanh(value(3), { maxVal: bound }).backward();
    expect(bound.grad).toBe(1);
    const alpha = value(2);
    celu(value(-INF), { alpha }).backward();
    expect(alpha.grad).toBe(-1);
  });

  test('let NaN through', () => {
    expect(softshrink(Number.NaN)).toBeNaN();
    expect(threshold(Number.NaN, { threshold: 0, value: 1 })).toBeNaN();
  });
});

describe('errors', () => {
  const x = tensor([[1, 2, 3]]);
  const cases: [string, () => unknown, string, ...string[]][] = [
    ['a mask of numbers', () => maskedFill(x, x, 0), 'DTypeError', 'maskedFill', 'bool'],
    [
      'many values',
      () => maskedFill(x, isnan(x), x),
      'ShapeError',
      'maskedFill',
      '[1, 3]',
      'where',
    ],
    ['half of three', () => glu(x), 'ShapeError', 'glu', '[1, 3]', 'even'],
    ['two slopes for three', () => prelu(x, tensor([1, 2])), 'ShapeError', 'prelu', '3 channels'],
    [
      'a threshold alone',
      () => threshold(x, { threshold: 1 } as never),
      'ArgumentError',
      'threshold',
      'got the number 1 and undefined',
    ],
    [
      'a tensor as factor',
      () => addcmul(x, x, x, { value: x as never }),
      'ArgumentError',
      'addcmul',
    ],
    [
      'an unknown option',
      () => nanToNum(x, { inf: 1 } as never),
      'ArgumentError',
      'nanToNum',
      'inf',
    ],
    ['shapes that do not fit', () => remainder(x, tensor([1, 2])), 'ShapeError', 'remainder'],
  ];
  test.each(cases)('%s', (_, call, name, ...parts) => {
    expect(call).toThrow(expect.objectContaining({ name }));
    for (const part of parts) expect(call).toThrow(part);
  });
});
