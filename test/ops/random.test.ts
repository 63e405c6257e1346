// Random tensors: pinned numbers, distributions, independence of what is split off, and what is refused.

import { describe, expect, test } from 'vitest';
import {
  ArgumentError,
  bernoulli,
  DTypeError,
  full,
  generator,
  manualSeed,
  multinomial,
  rand,
  randint,
  randLike,
  randn,
  randnLike,
  randperm,
  ShapeError,
  SizeError,
  slice,
  type Tensor,
  tensor,
  zeros,
} from '../../src/index.ts';

const drawn = (seed = 1) => ({ generator: generator(seed) });

describe('the same numbers on every machine', () => {
  test('rand, randn, randint, randperm, bernoulli, multinomial', () => {
    const g = generator(42);
    expect([
      rand([3], { generator: g }).toArray(),
      rand([2], { generator: g, dtype: 'float64' }).toArray(),
      randn([3], { generator: g }).toArray(),
      randn([2], { generator: g, dtype: 'float64' }).toArray(),
      randint(-5, 5, [6], { generator: g }).toArray(),
      randperm(8, { generator: g }).toArray(),
      bernoulli(full([8], 0.5), { generator: g }).data.join(''),
      multinomial(tensor([1, 2, 3]), 3, { generator: g }).toArray(),
      multinomial(tensor([1, 2, 3]), 5, { generator: g, replacement: true }).toArray(),
      rand([1], { generator: g.split() }).toArray(),
    ]).toMatchInlineSnapshot(`
      [
        [
          0.6129598617553711,
          0.4685865044593811,
          0.07323169708251953,
        ],
        [
          0.9877186516453577,
          0.513906146990624,
        ],
        [
          0.9379573464393616,
          0.40787023305892944,
          0.2604559659957886,
        ],
        [
          0.6116014548157523,
          0.21829496301461682,
        ],
        [
          -2,
          -2,
          -2,
          -5,
          -3,
          -1,
        ],
        [
          6,
          5,
          7,
          1,
          4,
          3,
          0,
          2,
        ],
        "11111111",
        [
          2,
          0,
          1,
        ],
        [
          2,
          2,
          2,
          1,
          0,
        ],
        [
          0.7722262740135193,
        ],
      ]
    `);
  });

  test('the common generator starts at a seed, and goes on', () => {
    manualSeed(7);
    const [a, b] = [rand([2]), rand([2])];
    expect(a.toArray()).toEqual(rand([2], drawn(7)).toArray());
    expect(b.toArray()).not.toEqual(a.toArray());
    expect(manualSeed(7)).toBe(manualSeed(8));
    expect(rand([2]).toArray()).toEqual(rand([2], drawn(8)).toArray());
  });

  test('a saved state goes on where it was', () => {
    const g = generator(3);
    randn([5], { generator: g });
    g.split();
    const { state } = g;
    const next = [rand([3], { generator: g }), rand([3], { generator: g.split() })].map(String);
    const again = generator(0);
    again.state = JSON.parse(JSON.stringify(state)) as typeof state;
    expect(
      [rand([3], { generator: again }), rand([3], { generator: again.split() })].map(String),
    ).toEqual(next);
  });
});

/** (mean − expected) in units of its deviation. */
function score(x: Tensor, mean: number, deviation: number): number {
  const sum = [...x.data].reduce((a, b) => a + b, 0);
  return (sum / x.size - mean) / (deviation / Math.sqrt(x.size));
}

describe('distributions', () => {
  const n = 40_000;

  test.each(['float32', 'float64'] as const)('%s: mean, deviation, bounds', dtype => {
    const u = rand([n], { ...drawn(11), dtype });
    const z = randn([n], { ...drawn(12), dtype });
    expect([u.dtype, z.dtype]).toEqual([dtype, dtype]);
    expect(Math.abs(score(u, 1 / 2, Math.sqrt(1 / 12)))).toBeLessThan(4);
    expect(u.data.every(x => x >= 0 && x < 1)).toBe(true);
    expect(Math.abs(score(z, 0, 1))).toBeLessThan(4);
    expect(Math.abs(score(z.mul(z), 1, Math.sqrt(2)))).toBeLessThan(4);
    expect(Math.abs(score(z.mul(z).mul(z).mul(z), 3, Math.sqrt(96)))).toBeLessThan(4);
    // Neighbours have nothing to do with each other.
    const [a, b] = [slice(z, 0, { end: -1 }), slice(z, 0, { start: 1 })];
    expect(Math.abs(score(a.mul(b), 0, 1))).toBeLessThan(4);
  });

  test('whole numbers, yes and no, indices', () => {
    const counts = (x: Tensor, values: number): number[] => {
      const count = new Array<number>(values).fill(0);
      for (const value of x.data) count[value] = (count[value] ?? 0) + 1;
      return count;
    };
    const near = (got: number[], shares: number[], total: number): void =>
      got.forEach((count, k) => {
        const share = shares[k] as number;
        expect(Math.abs(count - total * share)).toBeLessThanOrEqual(
          4 * Math.sqrt(total * share * (1 - share)),
        );
      });
    near(counts(randint(0, 4, [n], drawn()), 4), [0.25, 0.25, 0.25, 0.25], n);
    near(counts(bernoulli(full([n], 0.3), drawn()), 2), [0.7, 0.3], n);
    const weights = tensor([1, 0, 2, 5]);
    const often = multinomial(weights, n, { ...drawn(), replacement: true });
    near(counts(often, 4), [1 / 8, 0, 2 / 8, 5 / 8], n);
    // Without putting back: the first of each row goes by the weights, and none comes twice.
    const rows = 8000;
    const once = multinomial(weights.expand([rows, 4]), 2, drawn());
    near(counts(once.select(1, 0), 4), [1 / 8, 0, 2 / 8, 5 / 8], rows);
    expect(once.select(1, 0).eq(once.select(1, 1)).data.some(Boolean)).toBe(false);
    expect(once.dtype).toBe('int32');
  });

  test('children differ from their parent and from each other, whatever was drawn before', () => {
    const parent = generator(1);
    rand([3], { generator: parent });
    const children = [parent.split(), parent.split(), parent.split().split()];
    const streams = [generator(1), ...children].map(g => String(rand([4], { generator: g })));
    expect(new Set(streams).size).toBe(4);
    expect(streams[1]).toBe(String(rand([4], { generator: generator(1).split() })));
  });
});

test('shapes, element types and options', () => {
  expect([rand([]).shape, rand([0, 3]).shape, randperm(0).shape]).toEqual([[], [0, 3], [0]]);
  const like = zeros([2, 3], { dtype: 'float64' });
  expect([randLike(like).dtype, randnLike(like, { dtype: 'float32' }).dtype]).toEqual([
    'float64',
    'float32',
  ]);
  const w = randn([2], { requiresGrad: true, name: 'w' });
  expect([w.requiresGrad, w.name, w.isLeaf]).toEqual([true, 'w', true]);
  expect(randint(0, 2, [3], { dtype: 'bool' }).dtype).toBe('bool');
  expect(randint(-(2 ** 31), 2 ** 31, [2]).dtype).toBe('int32');
  expect(randperm(3, { dtype: 'float32' }).dtype).toBe('float32');
  expect(bernoulli(1).toArray()).toBe(1);
  expect(bernoulli(tensor([[0, 1]]).transpose(0, 1)).toArray()).toEqual([[0], [1]]);
  expect(bernoulli(tensor([0.5], { requiresGrad: true })).requiresGrad).toBe(false);
});

test.each([
  ['a seed below 0', () => generator(-1), ArgumentError, 'seed must be a whole number'],
  ['a fractional seed', () => manualSeed(0.5), ArgumentError, 'manualSeed: the seed'],
  ['no generator', () => rand([2], { generator: 3 as never }), ArgumentError, 'generator(seed)'],
  ['integers', () => randn([2], { dtype: 'int32' }), DTypeError, 'not int32; see randint'],
  ['unknown options', () => rand([2], { sede: 1 } as never), ArgumentError, '"sede"'],
  ['a wrong shape', () => rand([-1]), ShapeError, 'rand: the sizes'],
  ['no room', () => rand([2 ** 16, 2 ** 16]), SizeError, '2³¹'],
  ['an empty range', () => randint(3, 3, [1]), ArgumentError, 'low below high'],
  ['out of int32', () => randint(0, 2 ** 32, [1]), ArgumentError, 'choose another dtype'],
  ['a negative length', () => randperm(-1), ArgumentError, 'randperm: n must be'],
  ['too many', () => randperm(2 ** 33), SizeError, 'does not hold'],
  ['no probability', () => bernoulli(tensor([0.5, NaN])), ArgumentError, 'from 0 to 1, got NaN'],
  ['whole numbers', () => bernoulli(tensor([1], { dtype: 'int32' })), DTypeError, "to('float32')"],
  ['a cube', () => multinomial(zeros([1, 1, 1]), 1), ShapeError, '[n] or [m, n]'],
  ['a negative weight', () => multinomial(tensor([1, -1]), 1), ArgumentError, 'not negative'],
  ['no weight', () => multinomial(zeros([2]), 1), ArgumentError, '0 have a weight'],
  ['too few', () => multinomial(tensor([0, 1]), 2), ArgumentError, 'replacement: true'],
  ['no samples', () => multinomial(tensor([1]), 0), ArgumentError, 'number of samples'],
] as const)('refuses %s', (_what, call, error, text) => {
  expect(call).toThrow(error);
  expect(call).toThrow(text);
});
