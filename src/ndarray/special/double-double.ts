// Error-free sums and products: a double and what rounding took from it, without allocation.
//
// A value carried as a pair (high, low) stands for high + low with |low| ≤ ½ ulp(high) or little more, some 106 bits.
// Functions with such a result return high and leave low in `low[0]`; read it before the next call.

/** The second half of the last result that was a pair. */
export const low = /* @__PURE__ */ new Float64Array(1);

/**
 * What `sum`, the rounded a + b, lacks of a + b: exact unless the sum overflows (then NaN).
 * Source: Knuth, The Art of Computer Programming 2, 4.2.2, theorem B.
 */
export function sumError(a: number, b: number, sum: number): number {
  const bRounded = sum - a;
  return a - (sum - bRounded) + (b - bRounded);
}

/**
 * What `product`, the rounded a · b, lacks of a · b. Exact where |a|, |b| < 2⁹⁹⁶ (beyond, splitting them overflows
 * and the answer is NaN: scale them first), the product does not overflow and is at least 2⁻⁹⁶⁹ in size (below, the
 * error itself falls under the smallest double).
 * Source: Dekker, A floating-point technique for extending the available precision, Numer. Math. 18 (1971).
 */
export function productError(a: number, b: number, product: number): number {
  // Veltkamp's splitting: the upper 26 bits, and the rest.
  const aScaled = a * SPLITTER;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = b * SPLITTER;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

const SPLITTER = 2 ** 27 + 1;

/** What `quotient`, the rounded n / d, lacks of (n + nLow) / (d + dLow), to about 2⁻¹⁰⁰ of the quotient. */
export function quotientError(
  n: number,
  nLow: number,
  d: number,
  dLow: number,
  quotient: number,
): number {
  const back = quotient * d;
  return (n - back - productError(quotient, d, back) + nLow - quotient * dLow) / d;
}
