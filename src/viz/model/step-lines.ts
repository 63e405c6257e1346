// A pass as a list to read: for every step of either half one line with its card, its number and what it hands to whom.

import { hasManyEnds } from './folding.ts';
import { formatNumber } from './format.ts';
import { cardAt } from './forward.ts';
import { cardLabel } from './names.ts';
import { activeEdges, arrivals, cardValue, gradientAt, type Playback } from './playback.ts';
import { ruleOf } from './rule.ts';
import { handedAlong, sentenceOf } from './sentence.ts';
import { isNorm } from './tensors.ts';

/** What happens at one step. */
export interface StepLine {
  /** The card that fires or is computed; undefined at the beginning of a half. */
  readonly card: number | undefined;
  readonly name: string;
  /** What the number is: `gradient`, `value`, or the norm of either. */
  readonly kind: string;
  /** The value that is computed, or the gradient that is complete; null where there is none. */
  readonly number: number | null;
  /** Where it comes from and what it hands on, or, at the beginning of a half, a sentence. */
  readonly about: string;
}

/** More receivers than this are counted and not named. */
const MOST_RECEIVERS = 8;

/** A formula of more characters than this would fill the list by itself. */
const LONGEST_FORMULA = 120;

/** The line of step t, which is negative in the forward pass. */
export function stepLine(playback: Playback, t: number): StepLine {
  const { cards, pass } = playback;
  const card = cardAt(playback, t);
  const node = card === undefined ? undefined : cards.cards[card]?.node;
  if (card === undefined || node === undefined) {
    return { card: undefined, name: '', kind: '', number: null, about: sentenceOf(playback, t) };
  }
  const kind = t < 0 ? 'value' : 'gradient';
  return {
    card,
    name: cardLabel(cards, card),
    kind: isNorm(cards.model, node) || hasManyEnds(cards.cards[card]) ? `‖${kind}‖` : kind,
    number: t < 0 ? cardValue(cards, pass, card) : gradientAt(playback, card, t),
    about: t < 0 ? formulaOf(playback, card) : `${origin(playback, card, t)}${handed(playback, t)}`,
  };
}

/** The same without its numbers: for a step whose numbers are still to be found. */
export function quietLine(playback: Playback, t: number): StepLine {
  return { ...stepLine(playback, t), number: null, about: '' };
}

/** A number of a line as text. */
export function numberText({ number }: StepLine): string {
  return number === null ? '' : formatNumber(number);
}

function formulaOf({ cards, pass, flows }: Playback, card: number): string {
  const symbols = ruleOf(cards, card, pass, flows.locals, 'text')?.value.symbols ?? '';
  return symbols.length > LONGEST_FORMULA ? '' : symbols && `= ${symbols}`;
}

function origin(playback: Playback, card: number, t: number): string {
  const { arrived } = arrivals(playback, card, t);
  return arrived > 1 ? `the sum of ${arrived} contributions; ` : '';
}

function handed(playback: Playback, t: number): string {
  const edges = activeEdges(playback, t);
  if (edges.length === 0) return 'hands nothing on';
  const named = edges.slice(0, MOST_RECEIVERS).map(edge => handedAlong(playback, edge));
  const others = edges.length - named.length;
  return `hands ${named.join(', ')}${others > 0 ? ` and to ${others} more` : ''}`;
}
