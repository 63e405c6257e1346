// Errors of float64 results, in units in the last place of the true value.

/**
 * A true value: the nearest double `high`, what `high` lacks of the true value in ulps of `high` (0 if left out), and
 * for values next to a zero crossing the scale of the terms that cancel there. Infinite and NaN values are strings.
 */
export type TrueValue = readonly [
  high: number | 'Infinity' | '-Infinity' | 'NaN',
  rest?: number,
  scale?: number,
];

const double = new Float64Array(1);
const words = new BigInt64Array(double.buffer);

/** The distance from |x| to the next larger double; 2⁻¹⁰⁷⁴ for subnormal numbers, NaN for ±∞ and NaN. */
export function ulp(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN;
  double[0] = Math.abs(x);
  const exponent = Number(BigInt(words[0] as bigint) >> 52n);
  return 2 ** (Math.max(exponent, 1) - 1075);
}

/**
 * The distance of `actual` from the true value in ulps of the true value, or of `scale` where that is larger.
 *
 * An infinite or NaN true value must be matched exactly: 0, or else ∞. ∞ for an infinite or NaN `actual`, too.
 */
export function errorInUlp(actual: number, truth: TrueValue, scale = truth[2] ?? 0): number {
  const high = Number(truth[0]);
  if (!Number.isFinite(high)) return Object.is(actual, high) ? 0 : Number.POSITIVE_INFINITY;
  if (!Number.isFinite(actual)) return Number.POSITIVE_INFINITY;
  const unit = ulp(high);
  const error = Math.abs((actual - high) / unit - (truth[1] ?? 0));
  return error * (unit / Math.max(unit, ulp(scale)));
}
