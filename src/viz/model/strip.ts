// The strip: one cell for every step, coloured by the gradient of the card that fires. Where there are more steps than
// room, a cell stands for several and shows the worst of them: the largest gradient, or one that is not finite.

import type { TracePass } from '../../autograd/trace.ts';
import { colourScale } from './colouring.ts';
import { hasManyEnds } from './folding.ts';
import { formatNumber } from './format.ts';
import { cardLabel } from './names.ts';
import { cardGradient, type Playback } from './playback.ts';
import { isNorm } from './tensors.ts';
import { type Scale, scaleOf, type Tone, toneOf } from './tone.ts';
import { worstNumber } from './worst.ts';

export interface StripCell {
  /** The steps that it stands for. */
  readonly first: number;
  readonly last: number;
  /** The card of those steps with the largest gradient; one that is not finite counts as largest. */
  readonly card: number;
  readonly tone: Tone;
  /** The same in the pass that is compared with; absent where there is none. */
  readonly before: Tone | undefined;
}

/** The cells of a pass, at most so many; with those of a pass over the same graph that it is compared with. */
export function stripCells(
  playback: Playback,
  most: number,
  before?: TracePass,
): readonly StripCell[] {
  const { steps, pass } = playback;
  const size = Math.max(1, Math.ceil(steps.length / most));
  const scale = stripScale(playback, before);
  const tone = (of: TracePass, card: number) => toneOf(gradientOf(playback, of, card), scale);
  const cells: StripCell[] = [];
  for (let k = 0; k < steps.length; k += size) {
    const some = steps.slice(k, k + size);
    const card = worst(playback, pass, some);
    cells.push({
      first: k + 1,
      last: k + some.length,
      card,
      tone: tone(pass, card),
      before: before && tone(before, worst(playback, before, some)),
    });
  }
  return cells;
}

/** The sizes that the colours of the strip run between: with two passes those of both. */
export function stripScale(playback: Playback, before?: TracePass): Scale {
  if (before === undefined) return colourScale(playback, 'gradient');
  return scaleOf(
    playback.cards.cards.flatMap((_, card) => [
      gradientOf(playback, playback.pass, card),
      gradientOf(playback, before, card),
    ]),
  );
}

/** The step of a cell that a place along the strip stands for; `share` runs from 0 at its left end to 1. */
export function stepAtShare(share: number, steps: number): number {
  return Math.min(steps, Math.max(1, Math.ceil(share * steps)));
}

/** What a step is, short: `step 3 · h1 · g −0.0123`; with the gradient of the pass that is compared with, where there is one. */
export function stepText(playback: Playback, step: number, before?: TracePass): string {
  const card = playback.steps[step - 1];
  if (card === undefined) return `step ${step}`;
  const { cards, pass } = playback;
  const node = cards.cards[card]?.node ?? -1;
  const g = isNorm(cards.model, node) || hasManyEnds(cards.cards[card]) ? '‖g‖' : 'g';
  const number = (of: TracePass) => {
    const gradient = cardGradient(cards, of, card);
    return gradient === null ? 'none' : formatNumber(gradient);
  };
  const name = cardLabel(cards, card);
  const numbers = before ? `A ${number(before)}, B ${number(pass)}` : number(pass);
  return `step ${step} · ${name} · ${g} ${numbers}`;
}

function gradientOf(playback: Playback, pass: TracePass, card: number): number | null {
  if (pass === playback.pass) return worstNumber(playback, card, 'gradient');
  return cardGradient(playback.cards, pass, card);
}

function worst(playback: Playback, pass: TracePass, cards: readonly number[]): number {
  let most = -1;
  let found = cards[0] ?? -1;
  for (const card of cards) {
    const gradient = gradientOf(playback, pass, card) ?? 0;
    const size = Number.isNaN(gradient) ? Number.POSITIVE_INFINITY : Math.abs(gradient);
    if (size > most) {
      most = size;
      found = card;
    }
  }
  return found;
}
