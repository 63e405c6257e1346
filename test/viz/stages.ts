// Runs the stages of the model one after the other, for the tests of the later ones.

import type { Trace } from '../../src/autograd/trace.ts';
import { cardFlows, foldCards } from '../../src/viz/model/folding.ts';
import { buildModel, labelOf } from '../../src/viz/model/model.ts';
import { buildPlayback, type Playback } from '../../src/viz/model/playback.ts';

export function playbackOf(trace: Trace, { fold = true, pass = 0 } = {}): Playback {
  const model = buildModel(trace);
  const cards = foldCards(model, { fold });
  const it = trace.passes[pass];
  if (it === undefined) throw new RangeError(`no pass ${pass}`);
  return buildPlayback(cards, it, cardFlows(cards, it));
}

/** What the card is called. */
export function nameOf({ cards }: Playback, card: number): string {
  return labelOf(cards.model, cards.cards[card]?.node ?? -1);
}

/** The card with this name. */
export function cardNamed(playback: Playback, name: string): number {
  const index = playback.cards.cards.findIndex((_, card) => nameOf(playback, card) === name);
  if (index < 0) throw new RangeError(`no card named ${name}`);
  return index;
}
