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
 * What `product`, the rounded a · b, lacks of a · b. Exact where the product is at least 2⁻⁹⁶⁹ in size (below, the
 * error itself falls under the smallest double) and does not overflow.
 * Source: Dekker, A floating-point technique for extending the available precision, Numer. Math. 18 (1971).
 */
export function productError(a: number, b: number, product: number): number {
  const aHigh = upperHalf(a);
  const aLow = a - aHigh;
  const bHigh = upperHalf(b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

const SPLITTER = 2 ** 27 + 1;
/** Above this the multiplication by SPLITTER could overflow. */
const SPLIT_LIMIT = 2 ** 995;

/** The upper 26 bits of x (Veltkamp's splitting). */
function upperHalf(x: number): number {
  if (x > SPLIT_LIMIT || x < -SPLIT_LIMIT) {
    const small = x * 2 ** -28;
    const scaled = small * SPLITTER;
    return (scaled - (scaled - small)) * 2 ** 28;
  }
  const scaled = x * SPLITTER;
  return scaled - (scaled - x);
}

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
