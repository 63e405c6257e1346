// Inverse hyperbolic functions: 2 artanh(s) of a small pair s, or a logarithm.

import { low, productError, quotientError, sumError } from './double-double.ts';
import { logPair } from './logarithm.ts';
import { atanhRest } from './polynomials.ts';

/** From here on x + √(x² ± 1) is 2x. */
const LARGE = 2 ** 30;
const LN2 = Math.LN2;
const LN2_LOW = 2.3190468138462996e-17;

/**
 * arsinh x = 2 artanh(x / (1 + √(1 + x²))) = ln(x + √(1 + x²)). Odd, −0 included; ±∞ at ±∞. Error: at most 0.6 ulp
 * (Math.asinh: 1.5 in V8).
 */
export function asinh(x: number): number {
  const size = Math.abs(x);
  if (size < 2 ** -29 || !(size < Number.POSITIVE_INFINITY)) return x;
  if (size > LARGE) return Math.sign(x) * logOfTwice(size);
  const square = size * size;
  const u = 1 + square;
  const uLow = sumError(1, square, u) + productError(size, size, square);
  const r = Math.sqrt(u);
  const rLow = rootError(u, uLow, r);
  if (size < 0.75) {
    const d = 1 + r;
    const s = x / d;
    return twiceAtanh(s, quotientError(x, 0, d, 1 - d + r + rLow, s));
  }
  const w = size + r;
  return Math.sign(x) * logOf(w, sumError(size, r, w) + rLow);
}

/**
 * arcosh x = 2 artanh √((x − 1)/(x + 1)) = ln(x + √(x² − 1)). 0 at 1, ∞ at ∞, NaN below 1. Error: at most 0.6 ulp
 * (Math.acosh: 1.6 in V8).
 */
export function acosh(x: number): number {
  if (!(x > 1 && x < Number.POSITIVE_INFINITY)) return x < 1 ? Number.NaN : x === 1 ? 0 : x;
  if (x > LARGE) return logOfTwice(x);
  if (x < 1.25) {
    const d = x + 1;
    const q = (x - 1) / d;
    const qLow = quotientError(x - 1, 0, d, sumError(x, 1, d), q);
    const s = Math.sqrt(q);
    return twiceAtanh(s, rootError(q, qLow, s));
  }
  const square = x * x;
  const u = square - 1;
  const r = Math.sqrt(u);
  const w = x + r;
  const rLow = rootError(u, sumError(square, -1, u) + productError(x, x, square), r);
  return logOf(w, sumError(x, r, w) + rLow);
}

/**
 * artanh x = ½ ln((1 + x)/(1 − x)). Odd, −0 included; ±∞ at ±1, NaN beyond. Error: at most 0.6 ulp (Math.atanh: 1.6
 * in V8).
 */
export function atanh(x: number): number {
  const size = Math.abs(x);
  if (size < 2 ** -29) return x;
  if (size < 1 / 3) return 0.5 * twiceAtanh(x, 0);
  if (!(size < 1)) return size === 1 ? x / 0 : Number.NaN;
  const n = 1 + size;
  const d = 1 - size;
  const q = n / d;
  const y = 0.5 * logOf(q, quotientError(n, sumError(1, size, n), d, sumError(1, -size, d), q));
  return x < 0 ? -y : y;
}

/** 2 artanh(s + sLow), |s| ≤ 1/3. */
function twiceAtanh(s: number, sLow: number): number {
  const z = s * s;
  return 2 * s + (2 * sLow + s * z * atanhRest(z));
}

/** ln(w + wLow). */
function logOf(w: number, wLow: number): number {
  const log = logPair(w);
  return log + ((low[0] as number) + wLow / w);
}

/** ln 2x. */
function logOfTwice(x: number): number {
  const log = logPair(x);
  const y = log + LN2;
  return y + (sumError(log, LN2, y) + ((low[0] as number) + LN2_LOW));
}

/** What `root`, the rounded √u, lacks of √(u + uLow). */
function rootError(u: number, uLow: number, root: number): number {
  const back = root * root;
  return (u - back - productError(root, root, back) + uLow) / (2 * root);
}
