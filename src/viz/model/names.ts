// What cards are called.

import type { Cards } from './folding.ts';
import { isolated } from './format.ts';
import { labelOf, opOf } from './model.ts';

/** What a card is called: a closed group by its title and how many blocks it has, any other by its node. */
export function cardLabel({ model, cards }: Cards, card: number): string {
  const it = cards[card];
  if (it?.group === undefined) return labelOf(model, it?.node ?? -1);
  return groupTitle(it.group);
}

/** What stands on a card: the group, the name, the number of a constant, or the op. */
export function titleOf(cards: Cards, card: number): string {
  const it = cards.cards[card];
  const { name, kind } = cards.model.nodes[it?.node ?? -1] ?? {};
  if (it?.group !== undefined || name !== undefined || kind !== 'op') return cardLabel(cards, card);
  return opOf(cards.model, it?.node ?? -1)?.name ?? 'op';
}

/** The longest name in a sentence; what is longer would leave no room for what happens. */
const LONGEST_SAID = 40;

/** What a card is called in a sentence. */
export function saidName(cards: Cards, card: number): string {
  const characters = Array.from(cardLabel(cards, card));
  if (characters.length <= LONGEST_SAID) return isolated(characters.join(''));
  return isolated(`${characters.slice(0, LONGEST_SAID - 1).join('')}…`);
}

/** The title of a group, as `layer ×12`. */
export function groupTitle({ title, times }: { title: string; times: number }): string {
  return times > 1 ? `${title} ×${times}` : title;
}
