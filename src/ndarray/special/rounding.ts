// Rounding to integers.

/** From 2⁵² on every double is an integer. */
const ALL_INTEGERS = 4503599627370496;

/**
 * The nearest integer, of two equally near ones the even one, with the sign of x kept on 0: IEEE 754-2019
 * roundToIntegralTiesToEven. Exact. (Math.round rounds halves up.)
 */
export function roundHalfEven(x: number): number {
  const size = Math.abs(x);
  // Also NaN and ±0.
  if (!(size > 0 && size < ALL_INTEGERS)) return x;
  // The sum has no room for a fraction: the addition itself rounds, halves to even.
  const rounded = size + ALL_INTEGERS - ALL_INTEGERS;
  return x < 0 ? -rounded : rounded;
}

/**
 * a − b · ⌊a/b⌋, with the sign of b. The rest of the truncated division is exact, so that the result is within half an ulp. NaN for
 * b = 0 and infinite a.
 */
export function floorRest(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

/** ⌊a/b⌋, right also where a/b rounds up to an integer; a/b for b = 0. */
export function floorQuotient(a: number, b: number): number {
  if (b === 0) return a / b;
  const rest = a % b;
  // A whole number but for rounding.
  const whole = roundHalfEven((a - rest) / b);
  return rest !== 0 && rest < 0 !== b < 0 ? whole - 1 : whole;
}
