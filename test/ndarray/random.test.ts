// The generator against the published test vectors, the quantile function against the distribution function it inverts.

import { describe, expect, test } from 'vitest';
import { normalQuantile } from '../../src/ndarray/normal-quantile.ts';
import { philox, seeded } from '../../src/ndarray/random.ts';
import { ndtr, normalPdf } from '../../src/ndarray/special/index.ts';

const ONES = 0xffffffff;

test.each([
  [[0, 0, 0, 0, 0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
  [[ONES, ONES, ONES, ONES, ONES, ONES], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0],
    'd16cfe09 94fdcceb 5001e420 24126ea1',
  ],
] as const)('Philox 4×32-10: known answers of Random123 for %j', ([a, b, c, d, k, l], words) => {
  const out = new Uint32Array(4);
  philox(out, 0, a, b, c, d, k, l);
  expect([...out].map(word => word.toString(16).padStart(8, '0')).join(' ')).toBe(words);
});

describe('a stream', () => {
  function words(count: number, generator = seeded(5)): number[] {
    const all: number[] = [];
    generator.draw(count, (piece, _start, n) => void all.push(...piece.subarray(0, n)));
    return all;
  }

  test('is the same however much is drawn at a time, and moves on by whole blocks', () => {
    const long = words(10_000);
    expect(words(5)).toEqual(long.slice(0, 5));
    const generator = seeded(5);
    expect([...words(5, generator), ...words(4, generator)]).toEqual([
      ...long.slice(0, 5),
      ...long.slice(8, 12),
    ]);
    expect(words(0, generator)).toEqual([]);
    expect(generator.state).toEqual({ key: [5, 0], drawn: 3, split: 0 });
  });

  test('counts past 2^32 blocks and takes seeds past 2^32', () => {
    const generator = seeded(2 ** 40 + 3);
    expect(generator.state.key).toEqual([3, 256]);
    generator.state = { ...generator.state, drawn: 2 ** 32 - 1 };
    const [first, second] = [words(4, generator), words(4, generator)];
    const out = new Uint32Array(8);
    philox(out, 0, ONES, 0, 0, 0, 3, 256);
    philox(out, 4, 0, 1, 0, 0, 3, 256);
    expect([...first, ...second]).toEqual([...out]);
  });
});

test('the normal quantile inverts the distribution function to the last digits', () => {
  for (let k = 1; k < 400; k++) {
    for (const p of [k / 800, 2 ** (-k / 8)]) {
      const x = normalQuantile(p);
      // A last digit of x moves p by |x| φ(x).
      const digit = Number.EPSILON * (p + Math.abs(x) * normalPdf(x));
      expect(Math.abs(ndtr(x) - p)).toBeLessThanOrEqual(4 * digit);
      if (p >= 2 ** -20) expect(normalQuantile(1 - p)).toBeCloseTo(-x, 9);
    }
  }
  expect([0, 0.5, 1, -1, 2].map(normalQuantile)).toEqual([-Infinity, 0, Infinity, NaN, NaN]);
});
