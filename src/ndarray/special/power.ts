// Powers with the special values of IEEE 754, which JavaScript's ** does not have.

/**
 * xʸ with the special values of IEEE 754-2019, 9.2.1: 1 for y = 0 and for x = 1, NaN included, and for x = −1 with
 * y = ±∞, where x ** y is NaN. Elsewhere x ** y.
 */
export function pow(x: number, y: number): number {
  if (x === 1 || y === 0) return 1;
  if (x === -1 && (y === Number.POSITIVE_INFINITY || y === Number.NEGATIVE_INFINITY)) return 1;
  return x ** y;
}
