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
  const y = tanhPair(size) + (low[0] as number);
  return x < 0 ? -y : y;
}

/** tanh x of x ≥ 0.17 as a pair. */
function tanhPair(x: number): number {
  const e = expPair(-2 * x, 0);
  const eLow = low[0] as number;
  const n = 1 - e;
  const d = 1 + e;
  const q = n / d;
  low[0] = quotientError(n, 1 - n - e - eLow, d, e - (d - 1) + eLow, q);
  return q;
}

/** The series of (x − tanh x) / x³ in x², without its first term 1/3. */
const SHRINK = [
  -0.13333333333333333, 0.05396825396825397, -0.021869488536155203, 0.008863235529902197,
  -0.003592128036572481, 0.0014558343870513183, -0.000590027440945586, 0.00023912911424355248,
  -9.691537956929451e-5, 3.927832388331683e-5, -1.5918905069328964e-5, 6.451689215655431e-6,
  -2.6147711512907546e-6, 1.0597268320104654e-6, -4.294911078273806e-7, 1.7406618963571648e-7,
  -7.054636946400968e-8, 2.859136662305254e-8,
];

/** x − tanh x, without loss of digits near 0, where it is x³/3. Odd; ±∞ at ±∞. Error: at most 1.1 ulp. */
export function tanhshrink(x: number): number {
  const size = Math.abs(x);
  if (size < 0.5) return shrinkSmall(x);
  if (!(size < 20)) return x - Math.sign(x);
  const high = tanhPair(size);
  const rest = size - high;
  const y = rest + (sumError(size, -high, rest) - (low[0] as number));
  return x < 0 ? -y : y;
}

function shrinkSmall(x: number): number {
  // Smaller cubes have no room for their errors.
  if (Math.abs(x) < 2 ** -300) return shrinkCube(x * 2 ** 250) * 2 ** -750;
  return shrinkCube(x);
}

function shrinkCube(x: number): number {
  const z = x * x;
  const cube = x * z;
  const cubeLow = productError(x, z, cube) + x * productError(x, x, z);
  const third = cube / 3;
  let rest = 0;
  for (let k = SHRINK.length - 1; k >= 0; k--) rest = rest * z + (SHRINK[k] as number);
  return third + (quotientError(cube, cubeLow, 3, 0, third) + cube * z * rest);
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
