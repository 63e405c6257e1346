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
