// Two passes over one graph, card by card: A is pinned, B is shown, and the colours tell where B is above or below A.

import { type TracePass, type TraceTensor, traceNumber } from '../../autograd/trace.ts';
import { type CardLines, type Colouring, signLegend } from './colouring.ts';
import { formatNumber, formatSigned } from './format.ts';
import { valueKnown } from './forward.ts';
import { at } from './model.ts';
import { cardGradient, cardValue, type Playback } from './playback.ts';
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
  /** Between tensors ‖B − A‖, where the trace has the elements of both; else null. */
  readonly distance: number | null;
  /** |B − A| against the larger of |A| and |B|, 0 to 2; between tensors the distance. NaN where that has no value. */
  readonly relative: number;
}

/** Relative changes below this are equally faint: 10⁻⁴. */
const LEAST = -4;

interface Known {
  readonly before: TracePass;
  readonly gradient: Map<number, Difference>;
  readonly value: Map<number, Difference>;
}

const known = new WeakMap<Playback, Known>();

/** A card in both passes. */
export function differenceOf(
  playback: Playback,
  before: TracePass,
  card: number,
  by: CompareBy,
): Difference {
  // Colours and numbers ask at every step, and tensors have many elements.
  const last = known.get(playback);
  const all = last?.before === before ? last : { before, gradient: new Map(), value: new Map() };
  known.set(playback, all);
  const found = all[by].get(card) ?? measured(playback, before, card, by);
  all[by].set(card, found);
  return found;
}

function measured(
  { cards, pass }: Playback,
  before: TracePass,
  card: number,
  by: CompareBy,
): Difference {
  const node = cards.cards[card]?.node ?? -1;
  const number = by === 'value' ? cardValue : cardGradient;
  const [a, b] = [number(cards, before, card), number(cards, pass, card)];
  const tensor = by === 'value' ? 'values' : 'gradients';
  const distance = distanceOf(before.tensors?.[tensor][node], pass.tensors?.[tensor][node]);
  if (a === null || b === null) {
    return { a, b, difference: null, distance, relative: Number.NaN };
  }
  // Two times the same ∞ or NaN is no difference.
  if ((Object.is(a, b) || a === b) && !distance) {
    return { a, b, difference: 0, distance, relative: 0 };
  }
  const difference = b - a;
  const size = distance ?? Math.abs(difference);
  return { a, b, difference, distance, relative: size / Math.max(Math.abs(a), Math.abs(b)) };
}

/** How far apart two tensors are: √ of the sum of the squares of what lies between their elements. */
function distanceOf(
  a: TraceTensor | null | undefined,
  b: TraceTensor | null | undefined,
): number | null {
  const other = b?.data;
  if (a?.data === undefined || other === undefined || other.length !== a.data.length) return null;
  return a.data.reduce<number>(
    (total, x, i) => Math.hypot(total, traceNumber(other[i] ?? 0) - traceNumber(x)),
    0,
  );
}

/** The tone of a difference: its hue is the sign of B − A, its depth the relative change on a logarithmic scale. */
export function differenceTone({ difference, relative }: Difference): Tone {
  if (difference === null) return NO_TONE;
  // A tensor that turned without growing has a distance and no sign; it counts as larger.
  const turned = difference === 0 && relative > 0;
  const sign = !Number.isFinite(relative) ? 'nonfinite' : turned ? 'positive' : signOf(difference);
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
      ? valueKnown(playback, card, step)
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
export function changeText({ a, b, difference, relative }: Difference): string {
  if (a === null || b === null || difference === null) return '–';
  if (difference === 0) return relative > 0 ? '‖=‖' : '=';
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
