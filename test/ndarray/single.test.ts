// The functions of float32 against those of float64: equal when rounded, but for the last bit here and there.

import { describe, expect, it } from 'vitest';
import { sech2, sigmoid } from '../../src/ndarray/special/index.ts';
import {
  expSingle,
  sech2Single,
  sigmoidSingle,
  tanhSingle,
} from '../../src/ndarray/special/single.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

describe.each([
  ['exp', expSingle, Math.exp],
  ['tanh', tanhSingle, Math.tanh],
  ['sech2', sech2Single, sech2],
  ['sigmoid', sigmoidSingle, sigmoid],
] as const)('%s', (_, single, double) => {
  it('differs by less than 2e-9', () => {
    let worst = 0;
    for (let x = -110; x < 95; x += 0.00731) {
      for (const scale of [1, 1e-1, 1e-3, 1e-12]) {
        const expected = double(x * scale);
        // Below the smallest float32 nothing is left to be accurate.
        if (Math.abs(expected) < 1e-46) continue;
        worst = Math.max(worst, Math.abs(single(x * scale) / expected - 1));
      }
    }
    expect(worst).toBeLessThan(2e-9);
  });

  it('has the same special values', () => {
    for (const x of [
      nan,
      infinity,
      -infinity,
      0,
      -0,
      1e30,
      -1e30,
      1e-45,
      88.7228,
      88.73,
      -103.9,
      -105,
    ]) {
      expect(Math.fround(single(x)), `at ${x}`).toBe(Math.fround(double(x)));
    }
  });
});
