// Two passes over one graph, card by card: A is pinned, B is shown, and the colours tell where B is above or below A.

import type { TracePass } from '../../autograd/trace.ts';
import { type CardLines, type Colouring, signLegend } from './colouring.ts';
import { formatNumber, formatSigned } from './format.ts';
import { at } from './model.ts';
import { nodeGradient, nodeValue, type Playback } from './playback.ts';
import { isNorm } from './tensors.ts';
import { NO_TONE, signOf, type Tone } from './tone.ts';

/** What of the two passes is compared. */
export type CompareBy = 'gradient' | 'value';

/** A number in both passes. Null where a pass has no gradient there. */
export interface Difference {
  readonly a: number | null;
  readonly b: number | null;
  /** B − A; null where one of them is missing. */
  readonly difference: number | null;
  /** |B − A| against the larger of |A| and |B|, 0 to 2; NaN where that has no value. */
  readonly relative: number;
}

/** Relative changes below this are equally faint: 10⁻⁴. */
const LEAST = -4;

/** A card in both passes. */
export function differenceOf(
  { cards, pass }: Playback,
  before: TracePass,
  card: number,
  by: CompareBy,
): Difference {
  const node = cards.cards[card]?.node ?? -1;
  const number = by === 'value' ? nodeValue : nodeGradient;
  const [a, b] = [number(before, node), number(pass, node)];
  if (a === null || b === null) return { a, b, difference: null, relative: Number.NaN };
  // Two times the same ∞ or NaN is no difference.
  if (Object.is(a, b) || a === b) return { a, b, difference: 0, relative: 0 };
  const difference = b - a;
  return { a, b, difference, relative: Math.abs(difference) / Math.max(Math.abs(a), Math.abs(b)) };
}

/** The tone of a difference: its hue is the sign of B − A, its depth the relative change on a logarithmic scale. */
export function differenceTone({ difference, relative }: Difference): Tone {
  if (difference === null) return NO_TONE;
  const sign = Number.isFinite(relative) ? signOf(difference) : 'nonfinite';
  if (sign === 'zero') return { sign, depth: 0 };
  if (sign === 'nonfinite') return { sign, depth: 1 };
  return { sign, depth: Math.min(1, Math.max(0, (Math.log10(relative) - LEAST) / -LEAST)) };
}

/** The picture of a comparison at a step: what a card shows is there once it is known in B. */
export function compareColouring(
  playback: Playback,
  before: TracePass,
  by: CompareBy,
  step: number,
): Colouring {
  const known = (card: number) =>
    by === 'value'
      ? at(playback.computedAt, card) <= step
      : at(playback.completeAt, card) >= 0 && at(playback.completeAt, card) <= step;
  const scale = { low: LEAST, high: 0 };
  return {
    card: card =>
      known(card) ? differenceTone(differenceOf(playback, before, card, by)) : NO_TONE,
    lines: card => {
      if (!known(card)) return undefined;
      return linesOf(playback, card, differenceOf(playback, before, card, by));
    },
    scale,
    legend: signLegend(`B − A of ${by === 'value' ? 'v' : 'g'}, relative`, scale),
  };
}

/** The change from A to B in a word: `+12 %`, `×3.4`, `sign`, `=`. */
export function changeText({ a, b, difference }: Difference): string {
  if (a === null || b === null || difference === null) return '–';
  if (difference === 0) return '=';
  if (!Number.isFinite(difference)) return '⚠';
  if (a === 0) return formatSigned(difference, 2);
  const ratio = b / a;
  if (ratio >= 2) return `×${formatNumber(ratio, 2)}`;
  if (ratio >= 0) {
    const percent = (ratio - 1) * 100;
    return `${formatSigned(percent, 2)} %`;
  }
  return '±';
}

function linesOf({ cards }: Playback, card: number, it: Difference): CardLines {
  const bars = isNorm(cards.model, cards.cards[card]?.node ?? -1) ? '‖' : '';
  const line = (letter: string, x: number | null) => ({
    label: `${bars}${letter}${bars}`,
    text: x === null ? '–' : formatNumber(x),
    sign: signOf(x),
  });
  return { numbers: [line('A', it.a), line('B', it.b)], note: changeText(it) };
}
