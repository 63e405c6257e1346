// Derivatives by finite differences, as good as they get in float64.

/**
 * f′(x) by five-point differences, f′ ≈ (f(x−2h) − 8f(x−h) + 8f(x+h) − f(x+2h)) / 12h, for shrinking steps. Rounding
 * grows as h shrinks while truncation falls, so the estimate that differs least from its neighbour is returned, together
 * with that difference and what rounding can do to it.
 */
export function derivative(
  f: (x: number) => number,
  x: number,
  step: number,
): { estimate: number; doubt: number } {
  let best = Number.NaN;
  let smallest = Number.POSITIVE_INFINITY;
  let previous = Number.NaN;
  let h = step * Math.max(Math.abs(x), 1);
  for (let k = 0; k < 24; k++, h /= 2) {
    // The difference of the points is used, not h itself, which x + h may round.
    const up = x + h - x;
    const [a, b, c, d] = [f(x - 2 * up), f(x - up), f(x + up), f(x + 2 * up)];
    const estimate = (a - d + 8 * (c - b)) / (12 * up);
    // What rounding alone can do, so that two estimates that agree by chance at a tiny step are not believed.
    const noise =
      (Number.EPSILON * Math.max(Math.abs(a), Math.abs(b), Math.abs(c), Math.abs(d))) / up;
    const doubt = Math.abs(estimate - previous) + noise;
    if (doubt < smallest) {
      smallest = doubt;
      best = estimate;
    }
    previous = estimate;
  }
  return { estimate: best, doubt: smallest };
}
