// The normal distribution: bell curves, their slopes, and the distribution function.

import { low, productError } from './double-double.ts';
import { erfcxPair } from './error-function.ts';
import { expDD, expTimes } from './exponential.ts';
import { INV_ROOT_2PI, INV_ROOT_2PI_LOW, ndtrRest } from './polynomials.ts';

const INV_ROOT_2 = Math.SQRT1_2;
/** What INV_ROOT_2 lacks of 1/√2. */
const INV_ROOT_2_LOW = -4.833646656726457e-17;

/** Where the left tail of Φ begins: up to −1/√2 in theory, a little further for rounding. */
export const LEFT_TAIL = -0.71;

/** e^(−x²); 0 at ±∞. Error: at most 0.7 ulp, down to the subnormal tails. */
export function gaussian(x: number): number {
  if (x > 28 || x < -28) return 0;
  const square = x * x;
  return expDD(-square, -productError(x, x, square));
}

/** −2x · e^(−x²), the slope of {@link gaussian}. Error: at most 0.7 ulp, down to the subnormal tails. */
export function gaussianSlope(x: number): number {
  if (x > 28 || x < -28) return 0;
  const square = x * x;
  return expTimes(-square, -productError(x, x, square), -2 * x, 0);
}

/** φ(x) = e^(−x²/2) / √(2π); 0 at ±∞. Error: at most 0.6 ulp, down to the subnormal tails. */
export function normalPdf(x: number): number {
  if (x > 40 || x < -40) return 0;
  return bellTimes(x, INV_ROOT_2PI, INV_ROOT_2PI_LOW);
}

/** −x · φ(x), the slope of {@link normalPdf}. Error: at most 0.6 ulp, 1.1 where subnormal. */
export function normalPdfSlope(x: number): number {
  if (x > 40 || x < -40) return 0;
  const factor = -x * INV_ROOT_2PI;
  return bellTimes(x, factor, productError(-x, INV_ROOT_2PI, factor) - x * INV_ROOT_2PI_LOW);
}

/** (factor + factorLow) · e^(−x²/2). */
export function bellTimes(x: number, factor: number, factorLow: number): number {
  const square = x * x;
  return expTimes(-0.5 * square, -0.5 * productError(x, x, square), factor, factorLow);
}

/** Φ(x) = ½ erfc(−x/√2); Φ(−∞) = 0, Φ(∞) = 1. Error: at most 0.7 ulp, down to the subnormal tail near −38.5. */
export function ndtr(x: number): number {
  if (x < LEFT_TAIL) return x < -40 ? 0 : leftTail(x);
  return x > 9 ? 1 : ndtrPair(x) + (low[0] as number);
}

/** Φ(x) as a pair, for x ≥ LEFT_TAIL. */
export function ndtrPair(x: number): number {
  if (x > -LEFT_TAIL) {
    const right = leftTail(-x);
    const y = 1 - right;
    low[0] = 1 - y - right;
    return y;
  }
  const line = x * INV_ROOT_2PI;
  const z = x * x;
  const rest = productError(x, INV_ROOT_2PI, line) + x * (INV_ROOT_2PI_LOW + z * ndtrRest(z));
  const y = 0.5 + line;
  low[0] = line - (y - 0.5) + rest;
  return y;
}

/** Φ(x) for −40 ≤ x ≤ LEFT_TAIL. */
function leftTail(x: number): number {
  const scaled = millsPair(x);
  return bellTimes(x, scaled, low[0] as number);
}

/** e^(x²/2) · Φ(x) = ½ erfcx(−x/√2) as a pair, for x ≤ LEFT_TAIL, with the rounding of x/√2 kept. */
export function millsPair(x: number): number {
  const w = -x * INV_ROOT_2;
  const wLow = productError(-x, INV_ROOT_2, w) - x * INV_ROOT_2_LOW;
  const scaled = erfcxPair(w, wLow);
  low[0] = 0.5 * (low[0] as number);
  return 0.5 * scaled;
}
