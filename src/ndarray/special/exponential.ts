// The exponential of a pair high + low, the base of every kernel with an e^x in it.
//
// Method: e^(hi + lo) = 2^k · e^r with |r| ≤ ½ ln 2, e^r = 1 + r + r²·polynomial(r); the leading sums keep what rounding
// takes from them. Math.exp takes one double: where its argument was rounded, as x² is, the result is off by the
// size of the argument times 2⁻⁵³, hundreds of ulp in the tails. Reduction: Cody and Waite, Software Manual for the
// Elementary Functions (1980).

import { low, productError } from './double-double.ts';
import { expRest } from './polynomials.ts';

/** The upper 32 bits of ln 2, so that its products with |k| < 2²⁰ are exact. */
export const LN2_HIGH = 0.6931471803691238;
export const LN2_LOW = 1.9082149292705877e-10;
/** Adding and subtracting 1.5 · 2⁵² rounds to the nearest integer. */
const ROUNDER = 6755399441055744;

/** Beyond these, results are 0 or ∞, also with a factor as large as 10¹⁹ or as small as 10⁻¹⁹. */
const UNDERFLOW = -800;
const OVERFLOW = 800;

const SMALLEST_EXPONENT = -1074;
const POWERS_OF_TWO = /* @__PURE__ */ Float64Array.from(
  { length: 1024 - SMALLEST_EXPONENT },
  (_, i) => 2 ** (i + SMALLEST_EXPONENT),
);

/** x · 2^k for −2000 < k < 2000, rounded once. */
function scaleByPower(x: number, k: number): number {
  if (k < -1022) return x * powerOfTwo(k + 1022) * 2 ** -1022;
  if (k > 1023) return x * powerOfTwo(k - 1023) * 2 ** 1023;
  return x * powerOfTwo(k);
}

function powerOfTwo(k: number): number {
  return POWERS_OF_TWO[k - SMALLEST_EXPONENT] as number;
}

/**
 * e^(hi + lo), for |lo| ≤ ulp(hi); 0 for hi = −∞, ∞ for hi = ∞, NaN for NaN.
 * Error: at most 0.53 ulp.
 */
export function expDD(hi: number, lo: number): number {
  if (!(hi > UNDERFLOW && hi < OVERFLOW)) return beyond(hi);
  const k = nearestPower(hi);
  const s = expm1Reduced(hi, lo, k);
  const y = 1 + s;
  return scaleByPower(y + (s - (y - 1) + (low[0] as number)), k);
}

/** e^(hi + lo) as a pair, to about 2⁻⁶⁰; for −700 < hi < 709. */
export function expPair(hi: number, lo: number): number {
  const k = nearestPower(hi);
  const s = expm1Reduced(hi, lo, k);
  const y = 1 + s;
  const scale = powerOfTwo(k);
  low[0] = (s - (y - 1) + (low[0] as number)) * scale;
  return y * scale;
}

/**
 * (factor + factorLow) · e^(hi + lo), rounded once at the end, so that subnormal results lose nothing before. A factor
 * above 10¹⁹ or below 10⁻¹⁹ in size is right only where |hi| < 700. Error: at most 0.55 ulp.
 */
export function expTimes(hi: number, lo: number, factor: number, factorLow: number): number {
  if (!(hi > UNDERFLOW && hi < OVERFLOW)) return Math.sign(factor) * beyond(hi);
  const k = nearestPower(hi);
  const s = expm1Reduced(hi, lo, k);
  const sLow = low[0] as number;
  const product = factor * s;
  const y = factor + product;
  const yLow =
    product -
    (y - factor) +
    (productError(factor, s, product) + (factor * sLow + factorLow * (1 + s)));
  return scaleByPower(y + yLow, k);
}

function beyond(hi: number): number {
  return hi > 0 ? Number.POSITIVE_INFINITY : hi < 0 ? 0 : Number.NaN;
}

function nearestPower(x: number): number {
  return x * Math.LOG2E + ROUNDER - ROUNDER;
}

/** e^r − 1 as a pair, r = hi + lo − k · ln 2 within ½ ln 2. */
export function expm1Reduced(hi: number, lo: number, k: number): number {
  const high = hi - k * LN2_HIGH;
  const rest = lo - k * LN2_LOW;
  const r = high + rest;
  const rLow = rest - (r - high);
  const curve = r * r * expRest(r);
  const s = r + curve;
  low[0] = curve - (s - r) + rLow * (1 + s);
  return s;
}
