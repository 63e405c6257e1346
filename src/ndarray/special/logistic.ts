// The logistic function and the logarithms of sums of exponentials.

import { low, quotientError, sumError } from './double-double.ts';
import { expDD, expPair } from './exponential.ts';
import { atanhRest } from './polynomials.ts';

/** From here on e^(−x) is below a quarter ulp of 1. */
const SATURATED = 40;

/** σ(x) = 1 / (1 + e⁻ˣ). σ(−∞) = 0, σ(∞) = 1. Error: at most 0.6 ulp, down to the subnormal tail. */
export function sigmoid(x: number): number {
  return logistic(x, 0);
}

/**
 * σ(a − b), accurate although a − b rounds: the slope of {@link logaddexp} in a. NaN where a − b is, that is for
 * equal infinities. Error: at most 0.6 ulp.
 */
export function sigmoidOfDifference(a: number, b: number): number {
  const d = a - b;
  if (d > SATURATED) return 1;
  return logistic(d, d < -760 ? 0 : sumError(a, -b, d));
}

/** σ(hi + lo). */
export function logistic(hi: number, lo: number): number {
  if (hi > SATURATED) return 1;
  if (hi < -SATURATED) return expDD(hi, lo);
  return logisticPair(hi, lo) + (low[0] as number);
}

/** σ(hi + lo) as a pair, for |hi| ≤ 40. */
export function logisticPair(hi: number, lo: number): number {
  const e = hi >= 0 ? expPair(-hi, -lo) : expPair(hi, lo);
  const eLow = low[0] as number;
  const d = 1 + e;
  const dLow = e - (d - 1) + eLow;
  if (hi >= 0) {
    const q = 1 / d;
    low[0] = quotientError(1, 0, d, dLow, q);
    return q;
  }
  const q = e / d;
  low[0] = quotientError(e, eLow, d, dLow, q);
  return q;
}

/** ln(1 + eˣ), x itself for large x. softplus(−∞) = 0. Error: at most 0.6 ulp, down to the subnormal tail. */
export function softplus(x: number): number {
  if (x > SATURATED) return x;
  if (x <= 0) return log1pExp(x, 0);
  const rest = log1pExp(-x, 0);
  const restLow = low[0] as number;
  const y = x + rest;
  return y + (sumError(x, rest, y) + restLow);
}

/** ln σ(x) = −softplus(−x), without underflow. Error: that of {@link softplus}. */
export function logSigmoid(x: number): number {
  return -softplus(-x);
}

/**
 * ln(eᵃ + eᵇ). logaddexp(−∞, b) = b, logaddexp(∞, b) = ∞ for every b that is a number; NaN if either is NaN.
 * Error: at most 0.6 ulp of the result or 0.1 ulp of max(a, b), whichever is larger: the latter counts where the
 * two terms of max(a, b) + ln(1 + e^−|a − b|) nearly cancel.
 */
export function logaddexp(a: number, b: number): number {
  const high = Math.max(a, b);
  const least = Math.min(a, b);
  const d = least - high;
  // Also for d = NaN: two equal infinities, or a NaN, which Math.max passes on.
  if (!(d > -760)) return high;
  const rest = log1pExp(d, sumError(least, -high, d));
  const restLow = low[0] as number;
  const y = high + rest;
  return y + (sumError(high, rest, y) + restLow);
}

/**
 * ln(1 + e^(hi + lo)) as a pair for hi ≤ 0: 2 atanh(e/(2 + e)), whose series in s = e/(2 + e) ≤ 1/3 starts with the
 * pair 2s, so that the polynomial's own rounding weighs little.
 */
function log1pExp(hi: number, lo: number): number {
  if (hi < -SATURATED) {
    const e = expDD(hi, lo);
    low[0] = 0;
    return e;
  }
  const e = expPair(hi, lo);
  const eLow = low[0] as number;
  const d = 2 + e;
  const s = e / d;
  const sLow = quotientError(e, eLow, d, e - (d - 2) + eLow, s);
  const z = s * s;
  const rest = 2 * sLow + s * z * atanhRest(z);
  const y = 2 * s + rest;
  low[0] = rest - (y - 2 * s);
  return y;
}
