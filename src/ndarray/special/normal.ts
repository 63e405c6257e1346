// The normal distribution: bell curves and the distribution function.

import { low, productError } from './double-double.ts';
import { erfcxPair } from './error-function.ts';
import { expDD, expTimes } from './exponential.ts';
import { INV_ROOT_2PI, INV_ROOT_2PI_LOW, ndtrRest } from './polynomials.ts';

const INV_ROOT_2 = Math.SQRT1_2;
/** What INV_ROOT_2 lacks of 1/√2. */
const INV_ROOT_2_LOW = -4.833646656726457e-17;

/** e^(−x²); 0 at ±∞. Error: at most 0.6 ulp, down to the subnormal tails. */
export function gaussian(x: number): number {
  if (x > 28 || x < -28) return 0;
  const square = x * x;
  return expDD(-square, -productError(x, x, square));
}

/** φ(x) = e^(−x²/2) / √(2π); 0 at ±∞. Error: at most 0.6 ulp, down to the subnormal tails. */
export function normalPdf(x: number): number {
  if (x > 40 || x < -40) return 0;
  const square = x * x;
  const squareLow = productError(x, x, square);
  return expTimes(-0.5 * square, -0.5 * squareLow, INV_ROOT_2PI, INV_ROOT_2PI_LOW);
}

/** Φ(x) = ½ erfc(−x/√2); Φ(−∞) = 0, Φ(∞) = 1. Error: at most 0.6 ulp, down to the subnormal tail near −38.5. */
export function ndtr(x: number): number {
  if (x < 0.71) {
    if (x > -0.71) return ndtrNearZero(x);
    return x < -40 ? 0 : leftTail(x);
  }
  if (x > 9) return 1;
  // Not (x > 9), which NaN fails too: the tail's arithmetic keeps NaN.
  return 1 - leftTail(-x);
}

function ndtrNearZero(x: number): number {
  const line = x * INV_ROOT_2PI;
  const z = x * x;
  const rest = productError(x, INV_ROOT_2PI, line) + x * (INV_ROOT_2PI_LOW + z * ndtrRest(z));
  const y = 0.5 + line;
  return y + (line - (y - 0.5) + rest);
}

/** Φ(x) for x ≤ −0.71: ½ e^(−x²/2) · erfcx(−x/√2), with the rounding of x² and of x/√2 kept. */
function leftTail(x: number): number {
  const w = -x * INV_ROOT_2;
  const wLow = productError(-x, INV_ROOT_2, w) - x * INV_ROOT_2_LOW;
  const scaled = erfcxPair(w, wLow);
  const scaledLow = low[0] as number;
  const square = x * x;
  const squareLow = productError(x, x, square);
  return expTimes(-0.5 * square, -0.5 * squareLow, 0.5 * scaled, 0.5 * scaledLow);
}
