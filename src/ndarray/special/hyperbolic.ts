// Hyperbolic functions, each of one or two exponentials as pairs.

import { low, productError, quotientError, sumError } from './double-double.ts';
import { expm1Reduced, expPair, expTimes } from './exponential.ts';
import { sinhRest } from './polynomials.ts';

/**
 * tanh x = (1 − e^−2|x|) / (1 + e^−2|x|) with the sign of x. Odd, −0 included; ±1 at ±∞. Error: at most 0.7 ulp
 * (Math.tanh: 1.9 in V8).
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

/** sinh x = (eˣ − e⁻ˣ) / 2. Odd, −0 included; ±∞ at ±∞. Error: at most 0.7 ulp (Math.sinh: 1.6 in V8). */
export function sinh(x: number): number {
  const size = Math.abs(x);
  if (size < 0.5) {
    const z = x * x;
    return x + x * z * sinhRest(z);
  }
  const y = halfOfExponentials(size, -1);
  return x < 0 ? -y : y;
}

/** cosh x = (eˣ + e⁻ˣ) / 2. Even; ∞ at ±∞. Error: at most 0.6 ulp (Math.cosh: 1.3 in V8). */
export function cosh(x: number): number {
  return halfOfExponentials(Math.abs(x), 1);
}

/** (eˣ + sign · e⁻ˣ) / 2 for x ≥ 0. */
function halfOfExponentials(x: number, sign: number): number {
  if (x > 20) return expTimes(x, 0, 0.5, 0);
  const e = expPair(x, 0);
  const eLow = low[0] as number;
  const inverse = sign / e;
  const inverseLow = quotientError(sign, 0, e, eLow, inverse);
  const y = e + inverse;
  return 0.5 * (y + (sumError(e, inverse, y) + (eLow + inverseLow)));
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

/** sech² x = 1 − tanh² x, the slope of tanh. Even; 0 at ±∞. Error: at most 0.7 ulp, down to the subnormal tails. */
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
