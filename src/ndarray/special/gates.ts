// The factors by which activation functions multiply their operand.

import { low, productError, quotientError, sumError } from './double-double.ts';
import { expDD, expPair } from './exponential.ts';
import { logistic } from './logistic.ts';

/** 2√(2/π) as a pair. */
export const GELU_TANH_SLOPE = 1.5957691216057308;
const GELU_TANH_SLOPE_LOW = -9.96930880911092e-17;
/** The decimal number 0.044715 as a pair. */
export const GELU_TANH_CUBIC = 0.044715;
const GELU_TANH_CUBIC_LOW = 2.1960211427085595e-18;

/**
 * σ(2√(2/π)(x + 0.044715 x³)): the factor of x in the approximation of gelu by tanh (Hendrycks and Gimpel 2016,
 * arXiv 1606.08415), 0.044715 being the decimal number. The argument is a pair, as its rounding alone would cost
 * hundreds of ulp in the left tail. 0 at −∞, 1 at ∞. Error: at most 0.6 ulp, down to the subnormal tail.
 */
export function geluTanhGate(x: number): number {
  if (x > 20) return 1;
  if (x < -25) return 0;
  const hi = geluTanhArgument(x);
  return logistic(hi, low[0] as number);
}

/** 2√(2/π)(x + 0.044715 x³) as a pair. */
export function geluTanhArgument(x: number): number {
  const square = x * x;
  const squareLow = productError(x, x, square);
  const bend = GELU_TANH_CUBIC * square;
  const bendLow =
    productError(GELU_TANH_CUBIC, square, bend) +
    (GELU_TANH_CUBIC * squareLow + GELU_TANH_CUBIC_LOW * square);
  const factor = 1 + bend;
  const factorLow = sumError(1, bend, factor) + bendLow;
  const line = x * factor;
  const lineLow = productError(x, factor, line) + x * factorLow;
  const hi = GELU_TANH_SLOPE * line;
  low[0] =
    productError(GELU_TANH_SLOPE, line, hi) +
    (GELU_TANH_SLOPE * lineLow + GELU_TANH_SLOPE_LOW * line);
  return hi;
}

/**
 * tanh(ln(1 + eˣ)) = (2e + e²) / (2 + 2e + e²), e = eˣ: the factor of x in mish (Misra 2019, arXiv 1908.08681).
 * 0 at −∞, 1 at ∞. Error: at most 0.6 ulp, down to the subnormal tail.
 */
export function tanhSoftplus(x: number): number {
  if (x > 20) return 1;
  if (x < -40) return expDD(x, 0);
  return tanhSoftplusPair(x) + (low[0] as number);
}

/** tanh(ln(1 + eˣ)) as a pair, for |x| ≤ 40. */
export function tanhSoftplusPair(x: number): number {
  if (x > 0) {
    // Divided through by e²: 1 − 2t² / (1 + 2t + 2t²), t = e⁻ˣ.
    const t = expPair(-x, 0);
    const tLow = low[0] as number;
    const n = 2 * t * t;
    const nLow = 2 * (productError(t, t, t * t) + 2 * t * tLow);
    const s = 1 + 2 * t;
    const d = s + n;
    const dLow = sumError(1, 2 * t, s) + sumError(s, n, d) + (2 * tLow + nLow);
    const q = n / d;
    const y = 1 - q;
    low[0] = 1 - y - q - quotientError(n, nLow, d, dLow, q);
    return y;
  }
  const e = expPair(x, 0);
  const eLow = low[0] as number;
  const s = 2 + e;
  const sLow = e - (s - 2) + eLow;
  const n = e * s;
  const nLow = productError(e, s, n) + (e * sLow + eLow * s);
  const d = n + 2;
  const dLow = sumError(2, n, d) + nLow;
  const q = n / d;
  low[0] = quotientError(n, nLow, d, dLow, q);
  return q;
}
