// The natural logarithm as a pair high + low, the base of powers and of logarithms of sums; the decimal logarithm.

import { low, productError, quotientError, sumError } from './double-double.ts';
import { LN2_HIGH, LN2_LOW } from './exponential.ts';
import { LOG_TABLE } from './polynomials.ts';

const double = /* @__PURE__ */ new Float64Array(1);
const words = /* @__PURE__ */ new Int32Array(double.buffer);
/** Where a double keeps its sign and exponent: the second word, but on big-endian machines. */
const HEAD = /* @__PURE__ */ new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;
/** The upper word of √½. */
const ROOT_HALF = 0x3fe6a09e;
const SMALLEST_NORMAL = 2 ** -1022;

/**
 * ln x as a pair, for finite x > 0. Error: at most 2⁻⁶⁵ of ln x.
 *
 * Method: x = 2^k · m with m between √½ and √2; c = j/32 next to m; ln m = ln c + 2 atanh(s), s = (m − c)/(m + c),
 * |s| < 0.012, with ln c from a table and s as a pair. After Tang, ACM Trans. Math. Softw. 16 (1990).
 */
export function logPair(x: number): number {
  const subnormal = x < SMALLEST_NORMAL;
  double[0] = subnormal ? x * 2 ** 54 : x;
  const head = (words[HEAD] as number) - ROOT_HALF;
  words[HEAD] = (head & 0xfffff) + ROOT_HALF;
  const m = double[0] as number;
  const k = (head >> 20) - (subnormal ? 54 : 0);
  const j = Math.round(m * 32);
  const c = j / 32;
  const n = m - c;
  const d = m + c;
  const s = n / d;
  const z = s * s;
  const rest =
    2 * quotientError(n, 0, d, sumError(m, c, d), s) +
    s * z * (2 / 3 + z * (2 / 5 + z * (2 / 7 + z * (2 / 9))));
  const power = k * LN2_HIGH;
  const entry = 2 * j - 44;
  const table = LOG_TABLE[entry] as number;
  const sum = power + table;
  const total = sum + 2 * s;
  const lost = sumError(power, table, sum) + sumError(sum, 2 * s, total);
  const tail = lost + (k * LN2_LOW + (LOG_TABLE[entry + 1] as number)) + rest;
  const y = total + tail;
  low[0] = tail - (y - total);
  return y;
}

/** 1/ln 10 as a pair. */
const INV_LN10 = Math.LOG10E;
const INV_LN10_LOW = 1.098319650216765e-17;

/** log₁₀ x, exact at powers of ten. −∞ at 0, ∞ at ∞, NaN for x < 0. Error: at most 0.6 ulp (Math.log10: 1.8 in V8). */
export function log10(x: number): number {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY)) return Math.log(x);
  const log = logPair(x);
  const y = log * INV_LN10;
  return (
    y + (productError(log, INV_LN10, y) + (log * INV_LN10_LOW + (low[0] as number) * INV_LN10))
  );
}
