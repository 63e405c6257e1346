// Reductions, running reductions and sorting beyond what PyTorch's fixtures hold: NaN, overflow, derivatives where there is a
// zero or an infinity, element types, long lines, and what the errors say.

import { describe, expect, test } from 'vitest';
import {
  all,
  amax,
  amin,
  any,
  argmax,
  argmin,
  argsort,
  bincount,
  bucketize,
  countNonzero,
  cummax,
  cummin,
  cumprod,
  cumsum,
  diff,
  differentiate,
  full,
  grad,
  kthvalue,
  logcumsumexp,
  logsumexp,
  max,
  mean,
  median,
  min,
  mul,
  nanmean,
  nansum,
  norm,
  prod,
  rand,
  searchsorted,
  sort,
  std,
  stdMean,
  sum,
  symbol,
  type Tensor,
  tensor,
  topk,
  transpose,
  unique,
  variance,
  varMean,
} from '../../src/index.ts';

const INF = Number.POSITIVE_INFINITY;
const double = (data: number | number[] | number[][]) => tensor(data, { dtype: 'float64' });
const whole = (data: number[]) => tensor(data, { dtype: 'int32' });
const gradOf = (f: (x: Tensor) => Tensor, data: number[]) =>
  (grad(f)(double(data)) as Tensor).toArray() as number[];

describe('NaN is never swallowed', () => {
  const spoilt = [1, Number.NaN, 3];
  const reductions: Record<string, (x: Tensor) => Tensor> = {
    sum: x => sum(x),
    mean: x => mean(x),
    prod: x => prod(x),
    amax: x => amax(x),
    amin: x => amin(x),
    max: x => max(x),
    'max with dim': x => max(x, { dim: 0 }).values,
    'min with dim': x => min(x, { dim: 0 }).values,
    median: x => median(x),
    'median with dim': x => median(x, { dim: 0 }).values,
    variance: x => variance(x),
    std: x => std(x),
    logsumexp: x => logsumexp(x),
    norm: x => norm(x),
    '1-norm': x => norm(x, { p: 1 }),
    '3-norm': x => norm(x, { p: 3 }),
    '∞-norm': x => norm(x, { p: INF }),
    '−∞-norm': x => norm(x, { p: -INF }),
    '−1-norm': x => norm(x, { p: -1 }),
  };
  test.each(Object.entries(reductions))('%s', (_, f) => {
    expect(f(double(spoilt)).item()).toBeNaN();
    expect(f(tensor(spoilt)).item()).toBeNaN();
  });

  test.each([
    ['cumsum', cumsum],
    ['cumprod', cumprod],
    ['logcumsumexp', logcumsumexp],
    ['cummax', (x: Tensor, dim: number) => cummax(x, dim).values],
    ['cummin', (x: Tensor, dim: number) => cummin(x, dim).values],
  ])('%s, from there on', (_, f) => {
    expect(f(double(spoilt), 0).toArray()).toEqual([1, Number.NaN, Number.NaN]);
  });

  test('only where it is asked for', () => {
    expect(nansum(double(spoilt)).item()).toBe(4);
    expect(nanmean(double(spoilt)).item()).toBe(2);
    expect(gradOf(nanmean, spoilt)).toEqual([0.5, 0, 0.5]);
  });
});

describe('float32', () => {
  test('a million tenths make a hundred thousand', () => {
    const tenths = full([1_000_000], 0.1);
    expect(Math.abs(sum(tenths).item() - 100_000)).toBeLessThan(0.01);
    expect(Math.abs((cumsum(tenths, 0).data.at(-1) as number) - 100_000)).toBeLessThan(0.01);
    expect(Math.abs(mean(tenths).item() - 0.1)).toBeLessThan(1e-8);
    expect(std(tenths).item()).toBeLessThan(1e-8);
  });
});

describe('element types', () => {
  const three = whole([2, -1, 3]);
  const truths = tensor([true, false, true]);
  test.each<[string, Tensor, string, unknown]>([
    ['sum of int32', sum(three), 'int32', 4],
    ['sum of bool', sum(truths), 'int32', 2],
    ['prod of int32', prod(three), 'int32', -6],
    ['prod of bool', prod(truths), 'int32', 0],
    ['prod modulo 2³²', prod(whole([65537, 65537])), 'int32', 131073],
    ['cumsum of bool', cumsum(truths, 0), 'int32', [1, 1, 2]],
    ['cumprod of int32', cumprod(three, 0), 'int32', [2, -2, -6]],
    ['amax of int32', amax(three), 'int32', 3],
    ['amin of bool', amin(truths), 'bool', false],
    ['argmin', argmin(three), 'int32', 1],
    ['median of int32', median(three), 'int32', 2],
    ['any', any(three), 'bool', true],
    ['all', all(truths), 'bool', false],
    ['countNonzero', countNonzero(truths), 'int32', 2],
    ['sort of bool', sort(truths).values, 'bool', [false, true, true]],
    ['diff of bool', diff(truths), 'bool', [true, true]],
    ['mean of float64', mean(double([1, 2])), 'float64', 1.5],
    [
      'bincount with weights',
      bincount(whole([1, 1]), { weights: double([0.5, 2]) }),
      'float64',
      [0, 2.5],
    ],
  ])('%s', (_, got, dtype, want) => {
    expect(got.dtype).toBe(dtype);
    expect(got.toArray()).toEqual(want);
  });
});

describe('products', () => {
  test('have the product of the others as gradient, of any order, at zeros too', () => {
    expect(gradOf(prod, [2, 0, 3])).toEqual([0, 6, 0]);
    expect(gradOf(prod, [2, 0, 0])).toEqual([0, 0, 0]);
    expect(gradOf(prod, [0, INF])).toEqual([INF, 0]);
    const product = (x: Tensor): Tensor => prod(x);
    const second = (x: Tensor): Tensor =>
      sum(mul(grad(product)(x) as Tensor, double([1, 10, 100])));
    expect(gradOf(second, [2, 0, 0])).toEqual([0, 200, 20]);
    const third = (x: Tensor): Tensor => sum(grad(second)(x) as Tensor);
    expect(gradOf(third, [0, 0, 0])).toEqual([110, 101, 11]);
  });

  test('run along a dimension, with gradients at zeros', () => {
    // y = [x₀, x₀x₁, x₀x₁x₂]
    expect(gradOf(x => sum(cumprod(x, 0)), [2, 0, 5])).toEqual([1, 12, 0]);
    expect(gradOf(x => sum(cumprod(x, 0)), [0, 0, 5])).toEqual([1, 0, 0]);
  });
});

describe('norms', () => {
  test('neither overflow nor vanish on the way', () => {
    expect(norm(double([3e200, -4e200])).item()).toBeCloseTo(5e200, -187);
    expect(norm(double([3e-200, 4e-200])).item() / 5e-200).toBeCloseTo(1, 14);
    expect(norm(tensor([3e30, 4e30])).item() / 5e30).toBeCloseTo(1, 6);
    expect(norm(double([1e150, 1e150]), { p: 3 }).item() / (1e150 * Math.cbrt(2))).toBeCloseTo(
      1,
      14,
    );
    expect(gradOf(norm, [3e200, -4e200])).toEqual([0.6, -0.8].map(x => expect.closeTo(x, 15)));
  });

  test('of zeros and infinities', () => {
    expect(norm(double([0, 0])).item()).toBe(0);
    expect(norm(double([1, -INF])).item()).toBe(INF);
    expect(norm(double([2, 0]), { p: -1 }).item()).toBe(0);
    expect(norm(double([2, 0, -3]), { p: 0 }).item()).toBe(2);
    expect(norm(double([]), { p: 2 }).item()).toBe(0);
  });

  test.each([1, 2, 3, 0.5, INF, -INF, -1, 0])('have gradient 0 at 0, p = %d', p => {
    expect(gradOf(x => norm(x, { p }), [0, 0]).map(g => g + 0)).toEqual([0, 0]);
  });

  test('a single zero takes no gradient', () => {
    expect(gradOf(x => norm(x, { p: 0.5 }), [0, 4])).toEqual([0, 1]);
    expect(gradOf(x => norm(x, { p: 1.5 }), [0, 4])).toEqual([0, 1]);
  });
});

describe('extremes', () => {
  test('of all share the gradient among ties, along a dimension the first takes it', () => {
    expect(gradOf(x => max(x), [1, 3, 3])).toEqual([0, 0.5, 0.5]);
    expect(gradOf(x => max(x, { dim: 0 }).values, [1, 3, 3])).toEqual([0, 1, 0]);
    expect(gradOf(x => amax(x, { dim: 0 }), [1, 3, 3])).toEqual([0, 0.5, 0.5]);
    expect(gradOf(x => median(x), [3, 1, 3])).toEqual([1, 0, 0]);
  });

  test('as functions and as methods', () => {
    const x = double([
      [1, 5],
      [7, 2],
    ]);
    const y = x.max({ dim: 1, keepdim: true });
    expect([y.values.toArray(), y.indices.toArray()]).toEqual([
      [[5], [7]],
      [[1], [0]],
    ]);
    expect(x.min().item()).toBe(1);
    expect(x.max(3).toArray()).toEqual([
      [3, 5],
      [7, 3],
    ]);
    expect([max(2, 3), min(2, 3)]).toEqual([3, 2]);
    expect(argmax(transpose(x, 0, 1)).item()).toBe(1);
  });

  test('running ones remember the latest of equals', () => {
    const { values, indices } = cummax(double([1, 3, 3, 2]), 0);
    expect([values.toArray(), indices.toArray()]).toEqual([
      [1, 3, 3, 3],
      [0, 1, 2, 2],
    ]);
  });
});

describe('sums of exponentials', () => {
  test('along a line with infinities', () => {
    const line = (data: number[]) => logcumsumexp(double(data), 0).toArray();
    expect(line([-INF, -INF, 0, 0])).toEqual([-INF, -INF, 0, expect.closeTo(Math.LN2, 15)]);
    expect(line([INF, 0, INF])).toEqual([INF, INF, INF]);
    expect(line([1e308, -1e308, 1e308])).toEqual([1e308, 1e308, 1e308]);
    expect(line([-1000, 1000])).toEqual([-1000, 1000]);
  });

  test('an element of −∞ takes no gradient and spoils none', () => {
    const f = (x: Tensor): Tensor => sum(logcumsumexp(x, 0));
    const got = gradOf(f, [-INF, 0, 0]);
    expect(got).toEqual([0, 1.5, 0.5].map(x => expect.closeTo(x, 15)));
    const again = gradOf(x => sum(mul(grad(f)(x) as Tensor, x.detach().exp())), [-INF, 0, 0]);
    expect(again).toEqual([0, expect.closeTo(0, 15), expect.closeTo(0, 15)]);
  });
});

describe('spread', () => {
  test('is 0, with gradient 0, where all are equal', () => {
    expect(std(double([2, 2, 2])).item()).toBe(0);
    expect(gradOf(std, [2, 2, 2])).toEqual([0, 0, 0]);
    expect(variance(double([2])).item()).toBeNaN();
  });

  test('with the mean beside it', () => {
    const x = double([
      [1, 3],
      [2, 2],
    ]);
    const { variance: v, mean: m } = varMean(x, { dim: 1 });
    expect([v.toArray(), m.toArray()]).toEqual([
      [2, 0],
      [2, 2],
    ]);
    expect(stdMean(x, { correction: 0, keepdim: true }).mean.toArray()).toEqual([[2]]);
    expect(x.var({ dim: 1 }).toArray()).toEqual([2, 0]);
  });
});

describe('sorting', () => {
  test('a long line, and many lines of a view', () => {
    const line = rand([5000], { dtype: 'float64' });
    const plain = [...line.data].sort((a, b) => a - b);
    expect([...sort(line).values.data]).toEqual(plain);
    expect([...sort(line, { descending: true }).values.data]).toEqual(plain.reverse());
    expect(median(line).item()).toBe(plain[2500]);
    expect([...topk(line, 3).values.data]).toEqual(plain.slice(0, 3));
    expect(kthvalue(line, 4999).values.item()).toBe(plain[1]);
    const table = rand([30, 40]);
    expect(sort(transpose(table, 0, 1), { dim: 0 }).values.toArray()).toEqual(
      transpose(sort(table).values, 0, 1).toArray(),
    );
  });

  test('keeps the order of equals, NaN on the side of the largest', () => {
    const x = double([2, Number.NaN, 1, 2, Number.NaN, -INF, 1, 2, 1, 1, 2, 2, 1, 1, 2]);
    const up = [5, 2, 6, 8, 9, 12, 13, 0, 3, 7, 10, 11, 14, 1, 4];
    expect(argsort(x).toArray()).toEqual(up);
    const down = [1, 4, 0, 3, 7, 10, 11, 14, 2, 6, 8, 9, 12, 13, 5];
    expect(argsort(x, { descending: true }).toArray()).toEqual(down);
    expect(topk(x, 1).indices.toArray()).toEqual([1]);
    expect(median(x, { dim: 0 }).indices.item()).toBe(1);
    expect(searchsorted(double([1, 2, Number.NaN]), double([Number.NaN, 5])).toArray()).toEqual([
      2, 2,
    ]);
  });

  test('finds and counts', () => {
    expect(unique(double([2, Number.NaN, -1, 2])).toArray()).toEqual([-1, 2, Number.NaN]);
    expect(unique(tensor([true, true])).dtype).toBe('bool');
    expect(bucketize(double([1, 2]), double([1, 2]), { right: true }).toArray()).toEqual([1, 2]);
    expect(bincount(whole([])).toArray()).toEqual([]);
  });
});

test('symbols', () => {
  const x = symbol('X', { shape: [2, 3] });
  const written = (y: ReturnType<typeof sum<typeof x>>) => {
    const g = symbol('g', { shape: y.shape ?? [] });
    return [String(y), String(differentiate(y, 'X', { cotangent: g }))];
  };
  expect(written(mean(x, { dim: 1 }))).toEqual(['mean(X)', 'g / 3']);
  expect(written(norm(x))).toEqual(['‖X‖', 'g ⊙ X / where(‖X‖ = 0, 1, ‖X‖)']);
  expect(written(logsumexp(x, { dim: 1 }))[1]).toBe('g ⊙ exp(X − logsumexp(X))');
  expect(written(max(x, { dim: 1 }).values)).toEqual(['X[argmax(X)]', 'scatter(g, argmax(X))']);
  expect(written(cumsum(x, 1))[1]).toBe('cumsum(g)');
});

describe('errors', () => {
  const x = tensor([[1, 2]]);
  const none = tensor(new Float32Array(0), { shape: [0, 2] });
  const cases: [string, () => unknown, string, ...string[]][] = [
    ['a dimension too far', () => sum(x, { dim: 2 }), 'IndexError', 'sum', '-2 to 1'],
    ['a dimension twice', () => amax(x, { dim: [0, -2] }), 'IndexError', 'amax', 'twice'],
    ['an unknown option', () => prod(x, { dims: 1 } as never), 'ArgumentError', 'prod', 'dims'],
    ['the mean of integers', () => mean(whole([1])), 'DTypeError', 'mean', 'int32', 'float32'],
    ['the norm of integers', () => norm(whole([1])), 'DTypeError', 'norm'],
    [
      'a norm that is none',
      () => norm(x, { p: 'nuc' as never }),
      'ArgumentError',
      'norm',
      'p must',
    ],
    [
      'a correction that is none',
      () => std(x, { correction: true as never }),
      'ArgumentError',
      'std',
    ],
    ['the largest of nothing', () => max(none), 'IndexError', 'amax', '[0, 2]'],
    ['the first of nothing', () => argmax(none, { dim: 0 }), 'IndexError', 'argmax', '[0, 2]'],
    ['keepdim alone', () => max(x, { keepdim: true } as never), 'ArgumentError', 'amax'],
    ['the median of nothing', () => median(none), 'IndexError', 'median'],
    ['too many of few', () => topk(x, 3), 'IndexError', 'topk', '0 to 2'],
    ['the zeroth', () => kthvalue(x, 0), 'IndexError', 'kthvalue', '1 to 2'],
    ['a negative difference', () => diff(x, { n: -1 }), 'IndexError', 'diff'],
    ['a table of boundaries', () => bucketize(x, x), 'ShapeError', 'bucketize'],
    [
      'lines that differ',
      () => searchsorted(x, tensor([1])),
      'ShapeError',
      'searchsorted',
      '[1, 2]',
    ],
    ['negative counts', () => bincount(whole([-1])), 'IndexError', 'bincount', '-1'],
    ['counts of floats', () => bincount(x), 'DTypeError', 'bincount'],
    ['elements of a symbol', () => unique(symbol('s') as never), 'ArgumentError', 'unique'],
  ];
  test.each(cases)('%s', (_, call, name, ...parts) => {
    expect(call).toThrow(expect.objectContaining({ name }));
    for (const part of parts) expect(call).toThrow(part);
  });
});
