// The number that the colour of a card goes by. Of a closed group it is the worst of what the group hides: a NaN in one block
// of twelve must be seen from outside.

import { cardGradient, cardValue, nodeGradient, nodeValue, type Playback } from './playback.ts';

const known = new WeakMap<Playback, Record<'value' | 'gradient', Map<number, number | null>>>();

/** At the end of a pass: the number of a card; of a group NaN or ∞ where anything in it is, else the largest. */
export function worstNumber(
  playback: Playback,
  card: number,
  by: 'value' | 'gradient',
): number | null {
  const { cards, pass } = playback;
  const it = cards.cards[card];
  if (it?.group === undefined) {
    return by === 'value' ? cardValue(cards, pass, card) : cardGradient(cards, pass, card);
  }
  const all = known.get(playback) ?? { value: new Map(), gradient: new Map() };
  known.set(playback, all);
  const found = all[by].get(card);
  if (found !== undefined) return found;
  let worst: number | null = null;
  for (const node of it.members) {
    const number = by === 'value' ? nodeValue(pass, node) : nodeGradient(pass, node);
    if (number !== null && (worst === null || badness(number) > badness(worst))) worst = number;
  }
  all[by].set(card, worst);
  return worst;
}

function badness(x: number): number {
  return Number.isNaN(x) ? Number.POSITIVE_INFINITY : Math.min(Math.abs(x), Number.MAX_VALUE);
}
