// The error function and its complement, plain and scaled.
//
// Method: near 0, erf x = x + x·polynomial(x²). From ½ on, erfcx w = g(v)·v with v = 1/(1 + 2w) and g between 1 and
// 1.3, smooth in v down to v = 0 (w = ∞), taken from one of six polynomials; all products and the one quotient keep
// their rounding errors, so that e^(−x²)·erfcx x is rounded once. The form (1 + 2w)·erfcx(w): Shepherd and
// Laframboise, Math. Comp. 36 (1981); the coefficients are our own (scripts/coefficients.py).

import { low, productError, quotientError, sumError } from './double-double.ts';
import { expPair, expTimes } from './exponential.ts';
import {
  erfcxSlopeRest,
  erfRest,
  MILLS_0,
  MILLS_0_LOW,
  MILLS_1,
  MILLS_1_LOW,
  MILLS_2,
  MILLS_2_LOW,
  MILLS_3,
  MILLS_3_LOW,
  MILLS_4,
  MILLS_4_LOW,
  MILLS_5,
  MILLS_5_LOW,
  mills0,
  mills1,
  mills2,
  mills3,
  mills4,
  mills5,
} from './polynomials.ts';

const INV_ROOT_PI = 0.5641895835477563;
const INV_ROOT_PI_LOW = 7.66772980658294e-18;
/** From here on erfcx falls like 1/x and its slope like 1/x². */
const FAR = 2 ** 400;
/** 2/√π as a pair. */
const TWO_INV_ROOT_PI = 1.1283791670955126;
const TWO_INV_ROOT_PI_LOW = 1.533545961316588e-17;

/** erf x = 2/√π ∫₀ˣ e^(−t²) dt. Odd; erf(±∞) = ±1. Error: at most 0.8 ulp. */
export function erf(x: number): number {
  if (x < 0.5 && x > -0.5) return x + x * erfRest(x * x);
  if (x > 6) return 1;
  if (x < -6) return -1;
  return x > 0 ? 1 - erfc(x) : erfc(-x) - 1;
}

/** erfc x = 1 − erf x. erfc(∞) = 0, erfc(−∞) = 2. Error: at most 0.7 ulp, down to the subnormal tail near 27.2. */
export function erfc(x: number): number {
  if (x < 0.5) {
    if (x > -0.5) return erfcNearZero(x) + (low[0] as number);
    return x < -6 ? 2 : 2 - erfc(-x);
  }
  if (x > 28) return 0;
  const square = x * x;
  const squareLow = productError(x, x, square);
  const scaled = erfcxPair(x, 0);
  return expTimes(-square, -squareLow, scaled, low[0] as number);
}

/** erfcx x = e^(x²)·erfc x. erfcx(∞) = 0, erfcx(−∞) = ∞. Error: at most 0.7 ulp; 1 ulp beyond 10¹⁰. */
export function erfcx(x: number): number {
  if (x > 1e10) return INV_ROOT_PI / x;
  if (x >= 0.5) return erfcxPair(x, 0) + (low[0] as number);
  if (x < -26.7) return Number.POSITIVE_INFINITY;
  const square = x * x;
  const squareLow = productError(x, x, square);
  if (x > -0.5) {
    const complement = erfcNearZero(x);
    return expTimes(square, squareLow, complement, low[0] as number);
  }
  const right = erfcxPair(-x, 0);
  const rightLow = low[0] as number;
  const e = expPair(square, squareLow);
  const eLow = low[0] as number;
  const y = 2 * e - right;
  return y + (sumError(2 * e, -right, y) + (2 * eLow - rightLow));
}

/**
 * 2x · erfcx x − 2/√π, the slope of {@link erfcx}; −0 at ∞, −∞ at −∞. The two terms cancel for large x: from 3 on, a
 * polynomial in 1/x² stands for the difference. Error: at most 1.5 ulp.
 */
export function erfcxSlope(x: number): number {
  if (x > 1e170) return -0;
  if (x > FAR) return erfcxSlope(x * 2 ** -300) * 2 ** -600;
  if (x >= 3) {
    const inverse = 1 / x;
    const inverseLow = quotientError(1, 0, x, 0, inverse);
    const z = inverse * inverse;
    const zLow = productError(inverse, inverse, z) + 2 * inverse * inverseLow;
    const rest = INV_ROOT_PI_LOW + INV_ROOT_PI * (z * erfcxSlopeRest(z));
    const g = INV_ROOT_PI + rest;
    const y = g * z;
    return -(y + (productError(g, z, y) + (g * zLow + (rest - (g - INV_ROOT_PI)) * z)));
  }
  const twice = 2 * x;
  const scaled = x >= 0.5 ? erfcxPair(x, 0) : erfcx(x);
  const scaledLow = x >= 0.5 ? (low[0] as number) : 0;
  const product = twice * scaled;
  if (!(product > -1e290)) return product;
  const slope = product - TWO_INV_ROOT_PI;
  const lost = productError(twice, scaled, product) + twice * scaledLow;
  return slope + (sumError(product, -TWO_INV_ROOT_PI, slope) + (lost - TWO_INV_ROOT_PI_LOW));
}

/** erfc x as a pair for |x| < ½. */
function erfcNearZero(x: number): number {
  const s = 1 - x;
  const rest = sumError(1, -x, s) - x * erfRest(x * x);
  const y = s + rest;
  low[0] = rest - (y - s);
  return y;
}

/** erfcx(w + wLow) as a pair, for ½ ≤ w ≤ 10¹⁵⁰. */
export function erfcxPair(w: number, wLow: number): number {
  const d = 1 + 2 * w;
  const dLow = sumError(1, 2 * w, d) + 2 * wLow;
  const v = 1 / d;
  const vLow = quotientError(1, 0, d, dLow, v);
  const g = scaledErfcx(v);
  const y = g * v;
  low[0] = productError(g, v, y) + (g * vLow + (low[0] as number) * v);
  return y;
}

/** (1 + 2w)·erfcx w as a pair, of v = 1/(1 + 2w) in [0, ½]. */
function scaledErfcx(v: number): number {
  if (v < 0.125) {
    if (v < 0.0625) return pair(MILLS_0, mills0(v - 0.03125) * (v - 0.03125) + MILLS_0_LOW);
    return pair(MILLS_1, mills1(v - 0.09375) * (v - 0.09375) + MILLS_1_LOW);
  }
  if (v < 0.25) {
    if (v < 0.1875) return pair(MILLS_2, mills2(v - 0.15625) * (v - 0.15625) + MILLS_2_LOW);
    return pair(MILLS_3, mills3(v - 0.21875) * (v - 0.21875) + MILLS_3_LOW);
  }
  if (v < 0.375) return pair(MILLS_4, mills4(v - 0.3125) * (v - 0.3125) + MILLS_4_LOW);
  return pair(MILLS_5, mills5(v - 0.4375) * (v - 0.4375) + MILLS_5_LOW);
}

function pair(high: number, rest: number): number {
  const y = high + rest;
  low[0] = rest - (y - high);
  return y;
}
