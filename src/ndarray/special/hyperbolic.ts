// Hyperbolic functions.

import { low, productError, quotientError, sumError } from './double-double.ts';
import { expm1Reduced, expPair, expTimes } from './exponential.ts';
import { logPair } from './logarithm.ts';
import { atanhRest } from './polynomials.ts';

/**
 * tanh x = (1 − e^−2|x|) / (1 + e^−2|x|) with the sign of x. Odd, −0 included; ±1 at ±∞. Error: at most 0.6 ulp
 * (Math.tanh: 1.8 in V8).
 */
export function tanh(x: number): number {
  const size = Math.abs(x);
  if (size < 2 ** -29) return x;
  if (size > 20) return Math.sign(x);
  if (size < 0.17) {
    const t = expm1Reduced(2 * x, 0, 0);
    const d = 2 + t;
    const q = t / d;
    return q + quotientError(t, low[0] as number, d, t - (d - 2) + (low[0] as number), q);
  }
  const e = expPair(-2 * size, 0);
  const eLow = low[0] as number;
  const n = 1 - e;
  const d = 1 + e;
  const q = n / d;
  const y = q + quotientError(n, 1 - n - e - eLow, d, e - (d - 1) + eLow, q);
  return x < 0 ? -y : y;
}

/**
 * artanh x = ½ ln((1 + x)/(1 − x)). Odd, −0 included; ±∞ at ±1, NaN beyond. Error: at most 0.6 ulp (Math.atanh: 1.5
 * in V8).
 */
export function atanh(x: number): number {
  const size = Math.abs(x);
  if (size < 1 / 3) {
    const z = x * x;
    return x + 0.5 * x * z * atanhRest(z);
  }
  if (!(size < 1)) return size === 1 ? x / 0 : Number.NaN;
  const n = 1 + size;
  const d = 1 - size;
  const q = n / d;
  const qLow = quotientError(n, sumError(1, size, n), d, sumError(1, -size, d), q);
  const log = logPair(q);
  const y = 0.5 * (log + ((low[0] as number) + qLow / q));
  return x < 0 ? -y : y;
}

/** sech x = 1 / cosh x, without overflow. Even; 0 at ±∞. Error: at most 0.6 ulp, down to the subnormal tails. */
export function sech(x: number): number {
  const size = Math.abs(x);
  if (size > 20) return expTimes(-size, 0, 2, 0);
  const e = expPair(-size, 0);
  const eLow = low[0] as number;
  const square = e * e;
  const squareLow = productError(e, e, square) + 2 * e * eLow;
  const d = 1 + square;
  const q = (2 * e) / d;
  return q + quotientError(2 * e, 2 * eLow, d, square - (d - 1) + squareLow, q);
}

/** sech² x = 1 − tanh² x, the slope of tanh. Even; 0 at ±∞. Error: at most 0.6 ulp, down to the subnormal tails. */
export function sech2(x: number): number {
  const twice = 2 * Math.abs(x);
  if (twice > 40) return expTimes(-twice, 0, 4, 0);
  const e = expPair(-twice, 0);
  const eLow = low[0] as number;
  const root = 1 + e;
  const rootLow = e - (root - 1) + eLow;
  const d = root * root;
  const dLow = productError(root, root, d) + 2 * root * rootLow;
  const q = (4 * e) / d;
  return q + quotientError(4 * e, 4 * eLow, d, dLow, q);
}
