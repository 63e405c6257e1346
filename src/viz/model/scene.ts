// Last pure stage: everything that is to be drawn at one step, in words that any renderer understands.

import { type CardLines, type Colouring, colouringOf } from './colouring.ts';
import { hasManyEnds } from './folding.ts';
import { formatNumber, formatSigned } from './format.ts';
import { cardAt, forwardState, type TimeState, valueKnown } from './forward.ts';
import type { CardFrame, EdgeFrame, Frame } from './frame.ts';
import { at } from './model.ts';
import { arrivals, cardValue, gradientAt, type Playback, stateAt } from './playback.ts';
import { isNorm, isTensorCard, shapeOf } from './tensors.ts';
import { NO_TONE, type Scale, type Sign, signOf, type Tone } from './tone.ts';

/**
 * What an edge is doing: handing a contribution over now (in the forward pass: a value), having done so, going to, or never.
 */
export type EdgeState = 'active' | 'delivered' | 'waiting' | 'idle';

export interface SceneCard {
  readonly index: number;
  readonly frame: CardFrame;
  readonly state: TimeState;
  /** The value; empty until it is computed. */
  readonly value: string;
  /**
   * The gradient as far as it is known: a number, `…` while pending, `–` where there will be none; empty in the forward
   * pass, which knows of none.
   */
  readonly gradient: string;
  readonly gradientSign: Sign;
  /** Whether value and gradient are norms of tensors. */
  readonly norm: boolean;
  /** For a partial gradient how many contributions are in, as `1/2`; else empty. */
  readonly progress: string;
  readonly tone: Tone;
  /** The numbers on the card where they are not its value and its gradient. */
  readonly lines: CardLines | undefined;
  readonly root: boolean;
  readonly selected: boolean;
  /** Something else is pointed out, and this is no part of it. */
  readonly dimmed: boolean;
}

export interface SceneEdge {
  readonly index: number;
  readonly frame: EdgeFrame;
  readonly state: EdgeState;
  /** The local derivative, as `∂ 0.4000`; between tensors the shape of what flows. Empty where there is neither. */
  readonly label: string;
  /** What the label says by itself, while nobody looks at the edge: between tensors the share, once it is there. */
  readonly quietLabel: string;
  /** What travels along the edge, with its sign, once it is on its way; else empty. In the forward pass it is a value. */
  readonly contribution: string;
  readonly contributionSign: Sign;
  /** Leads from the selected card to one of its consumers: a row of its ledger. */
  readonly selected: boolean;
  /** The colour of the edge itself, where colours concern edges. */
  readonly tone: Tone | undefined;
  /** Pointed out, as a part of a path is; 0 to 1 is how strongly, undefined is not at all. */
  readonly emphasis: number | undefined;
  readonly dimmed: boolean;
}

/** What is pointed out of a picture, such as the paths from a leaf to the loss; everything else steps back. */
export interface Highlight {
  readonly cards: ReadonlySet<number>;
  /** The edges, each with how strongly, 0 to 1. */
  readonly edges: ReadonlyMap<number, number>;
}

/**
 * A picture of ten thousand cards shows a hundred of them at a time, so single cards and edges are worked out when they
 * are asked for, once. `cards` and `edges` are all of them: dear for large graphs, and meant for exports and small ones.
 */
export interface Scene {
  readonly step: number;
  /** A step of the forward pass: what travels goes from the source of an edge to its target. */
  readonly forward: boolean;
  readonly frame: Frame;
  readonly scale: Scale;
  card(index: number): SceneCard | undefined;
  edge(index: number): SceneEdge | undefined;
  /** The colour of a card, without working out its texts. */
  tone(card: number): Tone;
  /** The card that the step is about. */
  readonly acting: number | undefined;
  /** The edges that are seen from afar as well: those in action, those pointed out, those of the selected card. */
  readonly loudEdges: ReadonlySet<number>;
  /** The edges into and out of a card. */
  edgesOf(card: number): readonly number[];
  readonly cards: readonly SceneCard[];
  readonly edges: readonly SceneEdge[];
}

export interface SceneOptions {
  step: number;
  /** The selected card. */
  selected?: number | undefined;
  /** The colours; those of the gradient unless given. */
  colouring?: Colouring;
  highlight?: Highlight | undefined;
}

/** Labels have less room than cards; the ledger has the other digits. */
const LABEL_DIGITS = 4;

/** The picture at a step. */
export function buildScene(playback: Playback, frame: Frame, options: SceneOptions): Scene {
  const { step, selected, highlight } = options;
  const { cards } = playback;
  const colouring = options.colouring ?? colouringOf(playback, 'gradient', step);
  const acting = cardAt(playback, step);
  const edgesOf = (card: number | undefined): readonly number[] => {
    const it = cards.cards[card ?? -1];
    return it === undefined ? [] : [...it.inputs, ...it.outputs];
  };
  const parts: SceneParts = {
    step,
    forward: step < 0,
    frame,
    scale: colouring.scale,
    acting,
    edgesOf,
    loudEdges: new Set([
      ...(cards.cards[acting ?? -1]?.inputs ?? []),
      ...edgesOf(selected),
      ...(highlight?.edges.keys() ?? []),
    ]),
    tone: card => (valueKnown(playback, card, step) ? colouring.card(card) : NO_TONE),
    card: lazily(frame.cards.length, card => sceneCard(playback, frame, card, options, colouring)),
    edge: lazily(frame.edges.length, edge => sceneEdge(playback, frame, edge, options, colouring)),
  };
  return sceneOf(parts);
}

/** What a scene consists of; its lists follow from these. */
export type SceneParts = Omit<Scene, 'cards' | 'edges'>;

/** A scene whose lists of cards and edges are made when somebody asks for them. */
export function sceneOf(parts: SceneParts): Scene {
  let cards: readonly SceneCard[] | undefined;
  let edges: readonly SceneEdge[] | undefined;
  return {
    ...parts,
    get cards() {
      cards ??= parts.frame.cards.flatMap((_, index) => parts.card(index) ?? []);
      return cards;
    },
    get edges() {
      edges ??= parts.frame.edges.flatMap((_, index) => parts.edge(index) ?? []);
      return edges;
    },
  };
}

/** The items of a list, each made when it is first asked for. */
export function lazily<T>(
  count: number,
  make: (index: number) => T,
): (index: number) => T | undefined {
  const made = new Map<number, T>();
  return index => {
    if (index < 0 || index >= count) return undefined;
    const known = made.get(index);
    if (known !== undefined) return known;
    const item = make(index);
    made.set(index, item);
    return item;
  };
}

function sceneCard(
  playback: Playback,
  frame: Frame,
  index: number,
  { step, selected, highlight }: SceneOptions,
  colouring: Colouring,
): SceneCard {
  const { cards, pass } = playback;
  const it = cards.cards[index];
  const known = valueKnown(playback, index, step);
  const state = step < 0 ? forwardState(playback, index, step) : stateAt(playback, index, step);
  const gradient = gradientAt(playback, index, step);
  const value = cardValue(cards, pass, index);
  const { arrived, expected } = state === 'partial' ? arrivals(playback, index, step) : NOTHING;
  return {
    index,
    frame: frame.cards[index] as CardFrame,
    state,
    value: known ? formatNumber(value) : '',
    gradient: step < 0 ? '' : gradientText(state, gradient),
    gradientSign: signOf(gradient),
    norm: isNorm(cards.model, it?.node ?? 0) || hasManyEnds(it),
    progress: state === 'partial' ? `${arrived}/${expected}` : '',
    tone: known ? colouring.card(index) : NO_TONE,
    lines: colouring.lines?.(index),
    root: index === cards.root,
    selected: index === selected,
    dimmed: highlight !== undefined && !highlight.cards.has(index),
  };
}

function sceneEdge(
  playback: Playback,
  frame: Frame,
  index: number,
  options: SceneOptions,
  colouring: Colouring,
): SceneEdge {
  const edge = frame.edges[index] as EdgeFrame;
  const { step, selected, highlight } = options;
  if (step < 0) return forwardEdge(playback, edge, index, options);
  const { flows } = playback;
  const contribution = flows.contributions[index] ?? null;
  const local = flows.locals[index] ?? null;
  const state = edgeState(at(playback.firesAt, edge.target), contribution, step);
  const shown = state === 'active' || state === 'delivered' ? contribution : null;
  const own = colouring.edgeText?.(index);
  const label = own ?? edgeLabel(playback, edge, local, contribution);
  return {
    index,
    frame: edge,
    state,
    label,
    quietLabel:
      own !== undefined || shown === null || local !== null
        ? label
        : shareText(playback, edge, shown),
    contribution: shown === null ? '' : formatSigned(shown, LABEL_DIGITS),
    contributionSign: signOf(shown),
    selected: edge.source === selected && contribution !== null,
    tone: colouring.edge?.(index),
    emphasis: highlight?.edges.get(index),
    dimmed: highlight !== undefined && !highlight.edges.has(index),
  };
}

/** An edge in the forward pass: it carries the value of its source to the card that is being computed. */
function forwardEdge(
  playback: Playback,
  edge: EdgeFrame,
  index: number,
  { step, selected, highlight }: SceneOptions,
): SceneEdge {
  const { cards, pass, computedAt } = playback;
  const computed = at(computedAt, edge.target);
  const state = computed === step ? 'active' : computed < step ? 'delivered' : 'waiting';
  const value = cardValue(cards, pass, edge.source);
  const shown = state === 'waiting' ? '' : formatNumber(value, LABEL_DIGITS);
  return {
    index,
    frame: edge,
    state,
    label: shown,
    quietLabel: shown,
    contribution: '',
    contributionSign: 'none',
    selected: edge.source === selected || edge.target === selected,
    tone: undefined,
    emphasis: highlight?.edges.get(index),
    dimmed: highlight !== undefined && !highlight.edges.has(index),
  };
}

const NOTHING = { arrived: 0, expected: 0 };

/** What went along an edge between tensors: a share in a norm, or into a single element all of it. */
function shareText({ cards }: Playback, { source }: EdgeFrame, contribution: number): string {
  const norm = isNorm(cards.model, cards.cards[source]?.node ?? -1);
  const word = norm ? 'share ' : '';
  return word + formatNumber(contribution, LABEL_DIGITS);
}

function edgeLabel(
  { cards }: Playback,
  edge: EdgeFrame,
  local: number | null,
  contribution: number | null,
): string {
  if (local !== null) return `∂ ${formatNumber(local, LABEL_DIGITS)}`;
  if (contribution === null || !isTensorCard(cards, edge.target)) return '';
  return shapeOf(cards.model, cards.cards[edge.source]?.node ?? -1) || 'number';
}

function gradientText(state: TimeState, gradient: number | null): string {
  if (state === 'unreached') return '–';
  return gradient === null ? '…' : formatNumber(gradient);
}

function edgeState(firesAt: number, contribution: number | null, step: number): EdgeState {
  if (contribution === null || firesAt === 0) return 'idle';
  if (firesAt === step) return 'active';
  return firesAt < step ? 'delivered' : 'waiting';
}
