// How often which numbers occur in a tensor: equal bins from the least to the largest finite one.

export interface Histogram {
  readonly low: number;
  readonly high: number;
  /** How many numbers fall into each bin; a number on a border counts upwards, the largest into the last. */
  readonly counts: readonly number[];
  /** What is not finite stands apart. */
  readonly nan: number;
  readonly infinite: number;
  /** The counts differ so much that bars are drawn by their logarithms. */
  readonly logarithmic: boolean;
}

const BINS = 24;
/** A bar lower than this share of the highest could not be seen. */
const LEAST_SHARE = 1 / 60;

/** Counts numbers into bins; undefined where there are none that are finite. */
export function histogramOf(numbers: readonly number[], bins = BINS): Histogram | undefined {
  const finite = numbers.filter(Number.isFinite);
  const nan = numbers.filter(Number.isNaN).length;
  const infinite = numbers.length - finite.length - nan;
  if (finite.length === 0) return undefined;
  const low = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const counts = new Array<number>(low === high ? 1 : bins).fill(0);
  for (const x of finite) {
    // In halves, so that a range wider than any number does not overflow.
    const share = low === high ? 0 : (x / 2 - low / 2) / (high / 2 - low / 2);
    const bin = Math.min(counts.length - 1, Math.floor(share * counts.length));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  const logarithmic = counts.some(count => count > 0 && count < LEAST_SHARE * most);
  return { low, high, counts, nan, infinite, logarithmic };
}

/** How high the bar of a bin is, from 0 to 1. */
export function barOf({ counts, logarithmic }: Histogram, bin: number): number {
  const count = counts[bin] ?? 0;
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  if (count === 0) return 0;
  return logarithmic ? Math.log1p(count) / Math.log1p(most) : count / most;
}

/** The borders of a bin. */
export function bordersOf({ low, high, counts }: Histogram, bin: number): [number, number] {
  const border = (k: number): number => low * (1 - k / counts.length) + high * (k / counts.length);
  return [border(bin), border(bin + 1)];
}
