// What a number looks like: its sign as a hue and its size, on a logarithmic scale, as a depth. NaN and ∞ stand apart.

export type Sign = 'positive' | 'negative' | 'zero' | 'nonfinite' | 'none';

/** A colour role; renderers choose the colours. `depth` runs from 0 (faint) to 1 (strong). */
export interface Tone {
  readonly sign: Sign;
  readonly depth: number;
}

/** The sizes between which the depth runs, as powers of ten. */
export interface Scale {
  readonly low: number;
  readonly high: number;
}

/** Anything smaller than the largest by more decades than this is equally faint. */
const DECADES = 6;
/** Sizes that are all alike are not made to look far apart. */
const LEAST_DECADES = 2;

export const NO_TONE: Tone = { sign: 'none', depth: 0 };

/** The sign of a number; null means that there is none yet. */
export function signOf(x: number | null): Sign {
  if (x === null) return 'none';
  if (!Number.isFinite(x)) return 'nonfinite';
  if (x === 0) return 'zero';
  return x > 0 ? 'positive' : 'negative';
}

/** The scale that spans these numbers. */
export function scaleOf(numbers: Iterable<number | null>): Scale {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const x of numbers) {
    if (x === null || x === 0 || !Number.isFinite(x)) continue;
    const size = Math.log10(Math.abs(x));
    low = Math.min(low, size);
    high = Math.max(high, size);
  }
  if (high < low) return { low: -LEAST_DECADES, high: 0 };
  return { low: Math.max(Math.min(low, high - LEAST_DECADES), high - DECADES), high };
}

/** The tone of a number on a scale. */
export function toneOf(x: number | null, { low, high }: Scale): Tone {
  const sign = signOf(x);
  if (x === null || sign === 'none') return NO_TONE;
  if (sign === 'nonfinite') return { sign, depth: 1 };
  if (sign === 'zero') return { sign, depth: 0 };
  const depth = (Math.log10(Math.abs(x)) - low) / (high - low);
  return { sign, depth: Math.min(1, Math.max(0, depth)) };
}
