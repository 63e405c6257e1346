// Activation functions of the form x · gate(x), and their slopes gate + x · gate'.
//
// Each slope crosses zero left of 0, where its two terms cancel. There it is h times a polynomial in h, the distance
// from the zero, which is known to 106 bits; elsewhere the sum is a pair, rounded once. The slopes of silu, gelu and
// geluTanh are ½ plus an odd function.

import { low, productError, quotientError, sumError } from './double-double.ts';
import { expPair, expTimes } from './exponential.ts';
import { GELU_TANH_CUBIC, GELU_TANH_SLOPE, geluTanhArgument, tanhSoftplusPair } from './gates.ts';
import { logisticPair } from './logistic.ts';
import { bellTimes, LEFT_TAIL, millsPair, ndtrPair } from './normal.ts';
import {
  GELU_BEND,
  GELU_BEND_LOW,
  GELU_TANH_BEND,
  GELU_TANH_BEND_LOW,
  GELU_TANH_ZERO,
  GELU_TANH_ZERO_LOW,
  GELU_ZERO,
  GELU_ZERO_LOW,
  geluSlopeOddRest,
  geluSlopeRest,
  geluTanhSlopeRest,
  INV_ROOT_2PI,
  INV_ROOT_2PI_LOW,
  MISH_BEND,
  MISH_BEND_LOW,
  MISH_ZERO,
  MISH_ZERO_LOW,
  mishSlopeRest,
  SILU_BEND,
  SILU_BEND_LOW,
  SILU_ZERO,
  SILU_ZERO_LOW,
  siluSlopeRest,
} from './polynomials.ts';

/** How far from its zero a slope is taken from its polynomial. */
const NEAR = 0.24;

/** x · σ(x); 0 at −∞. Error: at most 0.6 ulp, down to the subnormal tail. */
export function silu(x: number): number {
  if (x < -40) return expTimes(x, 0, x, 0);
  if (x > 40) return x;
  const gate = logisticPair(x, 0);
  return times(x, gate, low[0] as number);
}

/** The slope of {@link silu}, σ(x)(1 + x σ(−x)); 0 at −∞, 1 at ∞. Error: at most 1.2 ulp. */
export function siluSlope(x: number): number {
  if (x > 0) return 1 - siluSlope(-x);
  if (x < -40) return expTimes(x, 0, 1 + x, sumError(1, x, 1 + x));
  const h = x - SILU_ZERO;
  if (h < NEAR && h > -NEAR) {
    const rest = SILU_BEND_LOW + h * siluSlopeRest(h);
    return nearZero(h, SILU_ZERO_LOW, SILU_BEND, rest);
  }
  const gate = logisticPair(x, 0);
  const gateLow = low[0] as number;
  return gateSlope(gate, gateLow, x, 0);
}

/** gate · (1 + u · (1 − gate)) of pairs, for gate ≤ ½. */
function gateSlope(gate: number, gateLow: number, u: number, uLow: number): number {
  const rest = 1 - gate;
  const restLow = 1 - rest - gate - gateLow;
  const product = u * rest;
  const productLow = productError(u, rest, product) + (u * restLow + uLow * rest);
  const sum = 1 + product;
  return times(gate, sum, sumError(1, product, sum) + productLow, gateLow);
}

/** x · Φ(x); 0 at −∞. Error: at most 0.7 ulp, down to the subnormal tail. */
export function gelu(x: number): number {
  if (x > 9) return x;
  if (x > LEFT_TAIL) {
    const gate = ndtrPair(x);
    return times(x, gate, low[0] as number);
  }
  if (x < -40) return 0;
  const scaled = millsPair(x);
  const factor = x * scaled;
  return bellTimes(x, factor, productError(x, scaled, factor) + x * (low[0] as number));
}

/** The slope of {@link gelu}, Φ(x) + x φ(x); 0 at −∞, 1 at ∞. Error: at most 0.8 ulp. */
export function geluSlope(x: number): number {
  if (x > -LEFT_TAIL) return x > 40 ? 1 : 1 - geluSlope(-x);
  const h = x - GELU_ZERO;
  if (h < NEAR && h > -NEAR) {
    const rest = GELU_BEND_LOW + h * geluSlopeRest(h);
    return nearZero(h, GELU_ZERO_LOW, GELU_BEND, rest);
  }
  if (x > LEFT_TAIL) {
    const line = 2 * x * INV_ROOT_2PI;
    const z = x * x;
    const lineLow = productError(2 * x, INV_ROOT_2PI, line);
    const rest = lineLow + x * (2 * INV_ROOT_2PI_LOW + z * geluSlopeOddRest(z));
    const y = 0.5 + line;
    return y + (sumError(0.5, line, y) + rest);
  }
  if (x < -40) return 0;
  const scaled = millsPair(x);
  const scaledLow = low[0] as number;
  const line = x * INV_ROOT_2PI;
  const lineLow = productError(x, INV_ROOT_2PI, line) + x * INV_ROOT_2PI_LOW;
  const factor = line + scaled;
  return bellTimes(x, factor, sumError(line, scaled, factor) + (scaledLow + lineLow));
}

/** x · σ(2√(2/π)(x + 0.044715 x³)); 0 at −∞. Error: at most 0.6 ulp, down to the subnormal tail. */
export function geluTanh(x: number): number {
  if (x > 20) return x;
  if (x < -25) return 0;
  const u = geluTanhArgument(x);
  const uLow = low[0] as number;
  if (u < -40) return expTimes(u, uLow, x, 0);
  if (u > 40) return x;
  const gate = logisticPair(u, uLow);
  return times(x, gate, low[0] as number);
}

/** The slope of {@link geluTanh}; 0 at −∞, 1 at ∞. Error: at most 1.4 ulp. */
export function geluTanhSlope(x: number): number {
  if (x > 0) return 1 - geluTanhSlope(-x);
  if (x < -25) return 0;
  const h = x - GELU_TANH_ZERO;
  if (h < NEAR && h > -NEAR) {
    const rest = GELU_TANH_BEND_LOW + h * geluTanhSlopeRest(h);
    return nearZero(h, GELU_TANH_ZERO_LOW, GELU_TANH_BEND, rest);
  }
  const u = geluTanhArgument(x);
  const uLow = low[0] as number;
  // x times the slope of the argument: the argument plus twice its cubic term.
  const cubic = 2 * GELU_TANH_SLOPE * GELU_TANH_CUBIC * x * x * x;
  const v = u + cubic;
  const vLow = sumError(u, cubic, v) + uLow;
  if (u < -40) return expTimes(u, uLow, 1 + v, sumError(1, v, 1 + v) + vLow);
  const gate = logisticPair(u, uLow);
  const gateLow = low[0] as number;
  return gateSlope(gate, gateLow, v, vLow);
}

/** x · tanh(ln(1 + eˣ)); 0 at −∞. Error: at most 0.6 ulp, 0.8 where subnormal. */
export function mish(x: number): number {
  if (x < -40) return expTimes(x, 0, x, 0);
  if (x > 40) return x;
  const gate = tanhSoftplusPair(x);
  return times(x, gate, low[0] as number);
}

/** The slope of {@link mish}; 0 at −∞, 1 at ∞. Error: at most 1 ulp. */
export function mishSlope(x: number): number {
  if (x > 40) return 1;
  if (x < -40) return expTimes(x, 0, 1 + x, sumError(1, x, 1 + x));
  const h = x - MISH_ZERO;
  if (h < NEAR && h > -NEAR) {
    const rest = MISH_BEND_LOW + h * mishSlopeRest(h);
    return nearZero(h, MISH_ZERO_LOW, MISH_BEND, rest);
  }
  if (x > 1) {
    const t = expPair(-x, 0);
    const r = t / (1 + 2 * t * (1 + t));
    return 1 + (4 * x - 2 + t * (4 * x - 4 - 4 * t)) * r * r;
  }
  // e · ω / δ², e = eˣ, δ = 2 + 2e + e², ω = 4(x + 1) + e(4x + 6 + e(4 + e)).
  const e = expPair(x, 0);
  const eLow = low[0] as number;
  const four = 4 + e;
  const curve = e * four;
  const curveLow = productError(e, four, curve) + e * (e - (four - 4) + eLow) + eLow * four;
  const line = 4 * x + 6;
  const inner = line + curve;
  const innerLow = sumError(line, curve, inner) + sumError(4 * x, 6, line) + curveLow;
  const product = e * inner;
  const productLow = productError(e, inner, product) + (e * innerLow + eLow * inner);
  const head = 4 * x + 4;
  const omega = head + product;
  const omegaLow = sumError(head, product, omega) + sumError(4 * x, 4, head) + productLow;
  const two = 2 + e;
  const n = e * two;
  const nLow = productError(e, two, n) + e * (e - (two - 2) + eLow) + eLow * two;
  const d = 2 + n;
  const dLow = sumError(2, n, d) + nLow;
  const left = e / d;
  const right = omega / d;
  const rightLow = quotientError(omega, omegaLow, d, dLow, right);
  return times(left, right, rightLow, quotientError(e, eLow, d, dLow, left));
}

/** (h − zeroLow) · (bend + rest): a slope at the distance h from the upper half of its zero. */
function nearZero(h: number, zeroLow: number, bend: number, rest: number): number {
  const ratio = bend + rest;
  const distance = h - zeroLow;
  return times(distance, ratio, rest - (ratio - bend), h - distance - zeroLow);
}

/** x · (y + yLow), or (x + xLow) · (y + yLow). Where the error of a product would be subnormal, it is left out. */
function times(x: number, y: number, yLow: number, xLow = 0): number {
  const product = x * y;
  if (product < 1e-290 && product > -1e-290) return product;
  return product + (productError(x, y, product) + (x * yLow + xLow * y));
}
