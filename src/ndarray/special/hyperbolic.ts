// Hyperbolic functions.

import { low, productError, quotientError } from './double-double.ts';
import { expPair, expTimes } from './exponential.ts';

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
