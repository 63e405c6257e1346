// Products that a derivative rule needs whole, because one factor underflows or rounds on its own.

import { pow } from './special/index.ts';

/**
 * b · a^(b − 1), with the rounding error of b − 1 made good: a to a power that is off by δ is off by the factor a^δ,
 * which for large a costs hundreds of ulp. 0 for b = 0.
 */
export function powSlope(a: number, b: number): number {
  if (b === 0) return 0;
  const h = b - 1;
  const residual = Math.abs(b) >= 1 ? -1 - (h - b) : b - (h + 1);
  const power = pow(a, h);
  if (residual === 0 || !Number.isFinite(power) || a === 0) return scaled(b, power, a, h);
  const correction = 1 + residual * Math.log(Math.abs(a));
  return scaled(b, power, a, h) * (Number.isFinite(correction) ? correction : 1);
}

/** b · a^h, where a^h alone may be subnormal and so have lost digits. */
function scaled(b: number, power: number, a: number, h: number): number {
  if (Math.abs(power) > 1e-290 || Number.isNaN(power) || a === 0) return b * power;
  const half = pow(Math.abs(a), h / 2);
  const size = half * (b * half);
  return a < 0 && Math.abs(h) % 2 === 1 ? -size : size;
}
