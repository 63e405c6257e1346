// What the colours stand for: for every card, and for every edge where they concern edges, a tone at a step.

import { gradientAt, nodeGradient, nodeValue, type Playback } from './playback.ts';
import { NO_TONE, type Scale, scaleOf, type Tone, toneOf } from './tone.ts';

/** What the colour of a card stands for. */
export type ColourBy = 'gradient' | 'value' | 'none';

/** The colours of a picture. */
export interface Colouring {
  /** The tone of a card. */
  card(card: number): Tone;
  /** The tone of an edge; absent where edges have no colours of their own. */
  edge?: (edge: number) => Tone;
  /** The sizes between which the depths run. */
  readonly scale: Scale;
}

/** Colours by what the reader asked for. */
export function colouringOf(playback: Playback, colourBy: ColourBy, step: number): Colouring {
  const scale = colourScale(playback, colourBy);
  if (colourBy === 'none') return { card: () => NO_TONE, scale };
  const { cards, pass } = playback;
  return {
    card: card =>
      toneOf(
        colourBy === 'value'
          ? nodeValue(pass, cards.cards[card]?.node ?? 0)
          : gradientAt(playback, card, step),
        scale,
      ),
    scale,
  };
}

/** The sizes that the colours of a pass run between. */
export function colourScale({ cards, pass }: Playback, colourBy: ColourBy): Scale {
  if (colourBy === 'none') return scaleOf([]);
  return scaleOf(
    cards.cards.map(({ node }) =>
      colourBy === 'value' ? nodeValue(pass, node) : nodeGradient(pass, node),
    ),
  );
}
