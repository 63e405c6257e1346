// What the colours stand for: for every card, and for every edge where they concern edges, a tone at a step.

import { edgeGain, formatGain, gainTone, worstGain } from './gain.ts';
import { at } from './model.ts';
import { gradientAt, type Playback } from './playback.ts';
import { NO_TONE, type Scale, type Sign, scaleOf, type Tone, toneOf } from './tone.ts';
import { worstNumber } from './worst.ts';

/** What the colour of a card stands for. */
export type ColourBy = 'gradient' | 'value' | 'gain' | 'none';

/** The colours of a picture. */
export interface Colouring {
  /** The tone of a card. */
  card(card: number): Tone;
  /** The tone of an edge; absent where edges have no colours of their own. */
  edge?: (edge: number) => Tone;
  /** What the label of an edge says instead of the local derivative; undefined leaves it that. */
  edgeText?: (edge: number) => string | undefined;
  /** The numbers on a card where they are not its value and its gradient. */
  lines?: (card: number) => CardLines | undefined;
  /** The sizes between which the depths run. */
  readonly scale: Scale;
  /** How to read the colours; absent where there is nothing to read. */
  readonly legend?: Legend;
}

/** One of the two numbers on a card, with what stands before it. */
export interface CardLine {
  readonly label: string;
  readonly text: string;
  readonly sign: Sign;
}

/** The two numbers on a card, and the short note at its upper right corner. */
export interface CardLines {
  readonly numbers: readonly [CardLine, CardLine];
  readonly note: string;
}

/** The key to the colours: a quantity, its two hues, and the powers of ten at the ends of the scale. */
export interface Legend {
  /** The quantity, short: `|g|`. */
  readonly what: string;
  /** Each hue with the sign or word that says the same without colour. */
  readonly sides: readonly { readonly sign: 'negative' | 'positive'; readonly word: string }[];
  readonly scale: Scale;
  /** The powers count up and down alike. */
  readonly symmetric?: true;
}

/** Colours by what the reader asked for. */
export function colouringOf(playback: Playback, colourBy: ColourBy, step: number): Colouring {
  if (colourBy === 'gain') return gainColouring(playback);
  const scale = colourScale(playback, colourBy);
  if (colourBy === 'none') return { card: () => NO_TONE, scale };
  return {
    card: card =>
      toneOf(
        colourBy === 'value'
          ? worstNumber(playback, card, 'value')
          : gradientSoFar(playback, card, step),
        scale,
      ),
    scale,
    legend: signLegend(colourBy === 'value' ? '|v|' : '|g|', scale),
  };
}

/** What a group hides is known as soon as it has fired. */
function gradientSoFar(playback: Playback, card: number, step: number): number | null {
  const fires = at(playback.firesAt, card);
  const over = playback.cards.cards[card]?.group !== undefined && fires > 0 && step >= fires;
  return over ? worstNumber(playback, card, 'gradient') : gradientAt(playback, card, step);
}

/** A key to colours that tell the sign of a number and its size. */
export function signLegend(what: string, scale: Scale): Legend {
  return {
    what,
    sides: [
      { sign: 'negative', word: '−' },
      { sign: 'positive', word: '+' },
    ],
    scale,
  };
}

const gainColourings = new WeakMap<Playback, Colouring>();

/** Edges by what they do to the size of the gradient, cards by the worst edge that they hand it on along. */
function gainColouring(playback: Playback): Colouring {
  const known = gainColourings.get(playback);
  if (known !== undefined) return known;
  const scale = { low: 0, high: GAIN_DECADES };
  const colouring: Colouring = {
    card: card => gainTone(worstGain(playback, card), GAIN_DECADES),
    edge: edge => gainTone(edgeGain(playback, edge), GAIN_DECADES),
    edgeText: edge => formatGain(edgeGain(playback, edge)),
    scale,
    legend: {
      what: 'gain',
      sides: [
        { sign: 'positive', word: '× < 1' },
        { sign: 'negative', word: '× > 1' },
      ],
      scale,
      symmetric: true,
    },
  };
  gainColourings.set(playback, colouring);
  return colouring;
}

/** A gain of more decades than this, up or down, has the full colour. */
const GAIN_DECADES = 3;

const scales = new WeakMap<Playback, Map<ColourBy, Scale>>();

/** The sizes that the colours of a pass run between. */
export function colourScale(playback: Playback, colourBy: ColourBy): Scale {
  const known = scales.get(playback)?.get(colourBy);
  if (known !== undefined) return known;
  const scale = scaleFrom(playback, colourBy);
  const ofPlayback = scales.get(playback) ?? new Map<ColourBy, Scale>();
  scales.set(playback, ofPlayback.set(colourBy, scale));
  return scale;
}

function scaleFrom(playback: Playback, colourBy: ColourBy): Scale {
  if (colourBy === 'none') return scaleOf([]);
  const by = colourBy === 'value' ? 'value' : 'gradient';
  return scaleOf(playback.cards.cards.map((_, card) => worstNumber(playback, card, by)));
}
