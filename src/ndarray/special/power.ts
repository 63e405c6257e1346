// Powers with the special values of IEEE 754, which JavaScript's ** does not have; their slopes; roots of squares.

import { low, productError, quotientError, sumError } from './double-double.ts';
import { expTimes } from './exponential.ts';
import { logPair } from './logarithm.ts';

/**
 * xʸ with the special values of IEEE 754-2019, 9.2.1: 1 for y = 0 and for x = 1, NaN included, and for x = −1 with
 * y = ±∞, where x ** y is NaN. Elsewhere x ** y, whose error is at most 1 ulp in V8.
 */
export function pow(x: number, y: number): number {
  if (x === 1 || y === 0) return 1;
  if (x === -1 && (y === Number.POSITIVE_INFINITY || y === Number.NEGATIVE_INFINITY)) return 1;
  return x ** y;
}

/**
 * y · xʸ⁻¹, the slope of xʸ in x; 0 for y = 0. As a whole, since y − 1 rounds and xʸ⁻¹ may underflow where the product
 * does not. Error: at most 0.6 ulp.
 */
export function powSlope(x: number, y: number): number {
  if (y === 0) return 0;
  if (y === 1) return 1;
  const size = Math.abs(x);
  if (!(size > 0 && size < Number.POSITIVE_INFINITY) || !Number.isFinite(y)) {
    return y * pow(x, y - 1);
  }
  if (x < 0 && !Number.isInteger(y)) return Number.NaN;
  const h = y - 1;
  const hLow = sumError(y, -1, h);
  const log = logPair(size);
  const exponent = h * log;
  const rest = productError(h, log, exponent) + (h * (low[0] as number) + hLow * log);
  const slope = expTimes(exponent, rest, y, 0);
  return x < 0 && y % 2 === 0 ? -slope : slope;
}

/**
 * xʸ · ln x, the slope of xʸ in y; 0 at x = 0 for y ≥ 0, NaN for x < 0. Error: at most 0.6 ulp, down to subnormal xʸ.
 */
export function powExponentSlope(x: number, y: number): number {
  if (x === 1 || (x === 0 && y >= 0)) return 0;
  if (!(x > 0 && x < Number.POSITIVE_INFINITY) || !Number.isFinite(y)) {
    const power = pow(x, y);
    return power === 0 ? 0 : power * Math.log(x);
  }
  const log = logPair(x);
  const logLow = low[0] as number;
  const exponent = y * log;
  return expTimes(exponent, productError(y, log, exponent) + y * logLow, log, logLow);
}

const LARGE = 2 ** 500;
const SMALL = 2 ** -400;

/**
 * √(a² + b²) without overflow or underflow on the way; ∞ if either is infinite, even beside NaN. Error: at most
 * 0.6 ulp (Math.hypot: 1.8 in V8). Method: the rounded root corrected by its residual, Borges, An improved algorithm
 * for hypot(a, b), arXiv 1904.09481.
 */
export function hypot(a: number, b: number): number {
  const sizeA = Math.abs(a);
  const sizeB = Math.abs(b);
  if (sizeA === Number.POSITIVE_INFINITY || sizeB === Number.POSITIVE_INFINITY) {
    return Number.POSITIVE_INFINITY;
  }
  const x = Math.max(sizeA, sizeB);
  const y = Math.min(sizeA, sizeB);
  if (y <= x * 2 ** -54) return x + y;
  if (x > LARGE) return root(x * 2 ** -600, y * 2 ** -600) * 2 ** 600;
  if (x < SMALL) return root(x * 2 ** 600, y * 2 ** 600) * 2 ** -600;
  return root(x, y);
}

function root(x: number, y: number): number {
  const xx = x * x;
  const yy = y * y;
  const h = Math.sqrt(xx + yy);
  const hh = h * h;
  const lost = productError(h, h, hh) - productError(x, x, xx) - productError(y, y, yy);
  return h - (hh - xx - yy + lost) / (2 * h);
}

/** 1/√x; ±∞ at ±0, 0 at ∞, NaN for x < 0. Error: at most 0.6 ulp (1 / Math.sqrt(x): 1.4). */
export function rsqrt(x: number): number {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY)) return 1 / Math.sqrt(x);
  if (x < 2 ** -900) return rsqrt(x * 2 ** 200) * 2 ** 100;
  const s = Math.sqrt(x);
  const ss = s * s;
  const sLow = (x - ss - productError(s, s, ss)) / (2 * s);
  const y = 1 / s;
  return y + quotientError(1, 0, s, sLow, y);
}
