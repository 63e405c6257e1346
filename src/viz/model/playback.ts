// The backward pass as time: which card fires at which step, and how far the gradient of every card is at that moment.

import { type TracePass, traceNumber } from '../../autograd/trace.ts';
import type { Cards, Flows } from './folding.ts';
import { at } from './model.ts';

/**
 * What the gradient of a card is at some step. `fires`: complete, and handing contributions to its inputs right now;
 * `complete`; `partial`: some consumers have contributed; `pending`: none has yet; `unreached`: the pass never gets here.
 */
export type CardState = 'fires' | 'complete' | 'partial' | 'pending' | 'unreached';

/**
 * A pass over the cards as time. Step 0 lies between its halves: all values are known, and only the root has its gradient.
 * The steps after it are the backward pass; the steps before it, which are negative, the forward pass (see forward.ts).
 */
export interface Playback {
  readonly cards: Cards;
  readonly pass: TracePass;
  readonly flows: Flows;
  /** The card that fires at step t is `steps[t - 1]`. */
  readonly steps: readonly number[];
  /** For each card the step at which it fires; 0 where it never does. */
  readonly firesAt: Int32Array;
  /** For each card the step from which its gradient is complete; -1 where it has none. */
  readonly completeAt: Int32Array;
  /** For each node its place in the firing order of the trace; -1 where it never fired. */
  readonly firingPlace: Int32Array;
  /** The cards whose values are computed, in tape order: at step t < 0 that is `forward[forward.length + t]`. */
  readonly forward: readonly number[];
  /** For each card the step, negative, at which its value is computed; leaves and constants have theirs from the start. */
  readonly computedAt: Int32Array;
}

/** Reads the order of the steps off a pass. */
export function buildPlayback(cards: Cards, pass: TracePass, flows: Flows): Playback {
  const steps: number[] = [];
  const firesAt = new Int32Array(cards.cards.length);
  const firingPlace = new Int32Array(cards.model.nodes.length).fill(-1);
  pass.order.forEach((node, place) => {
    firingPlace[node] = place;
    const card = at(cards.cardOf, node);
    if (at(firesAt, card) > 0) return;
    steps.push(card);
    firesAt[card] = steps.length;
  });
  const completeAt = new Int32Array(cards.cards.length).fill(-1);
  cards.cards.forEach((card, index) => {
    if (nodeGradient(pass, card.node) !== null) completeAt[index] = 0;
  });
  cards.edges.forEach((edge, index) => {
    if (flows.contributions[index] === null || at(completeAt, edge.source) < 0) return;
    const step = at(firesAt, edge.target);
    if (step > at(completeAt, edge.source)) completeAt[edge.source] = step;
  });
  return { cards, pass, flows, steps, firesAt, completeAt, firingPlace, ...forwardOf(cards) };
}

/** The order in which the values are computed. The node of a card comes after all that the card folds and reads. */
function forwardOf({ model, cards }: Cards): Pick<Playback, 'forward' | 'computedAt'> {
  const node = (card: number) => cards[card]?.node ?? 0;
  const forward: number[] = [];
  cards.forEach((card, index) => {
    if (model.nodes[card.node]?.kind === 'op') forward.push(index);
  });
  forward.sort((a, b) => node(a) - node(b));
  const computedAt = new Int32Array(cards.length).fill(-forward.length - 1);
  forward.forEach((card, k) => {
    computedAt[card] = k - forward.length;
  });
  return { forward, computedAt };
}

/** How far the gradient of a card is once step t has run. */
export function stateAt(
  { firesAt, completeAt, ...rest }: Playback,
  card: number,
  t: number,
): CardState {
  const complete = at(completeAt, card);
  if (complete < 0) return 'unreached';
  if (t > 0 && at(firesAt, card) === t) return 'fires';
  if (t >= complete) return 'complete';
  return arrivals({ firesAt, completeAt, ...rest }, card, t).arrived > 0 ? 'partial' : 'pending';
}

/** How many of the contributions to a card have arrived by step t, and how many there will be. */
export function arrivals(
  playback: Playback,
  card: number,
  t: number,
): { arrived: number; expected: number } {
  let arrived = 0;
  let expected = 0;
  for (const edge of playback.cards.cards[card]?.outputs ?? []) {
    const target = playback.cards.edges[edge]?.target;
    if (target === undefined || playback.flows.contributions[edge] === null) continue;
    expected++;
    if (at(playback.firesAt, target) <= t) arrived++;
  }
  return { arrived, expected };
}

/**
 * The gradient of a card as far as it is known at step t: null before the first contribution, then their running sum in
 * the order in which the pass added them, and exactly the gradient of the pass once it is complete.
 */
export function gradientAt(playback: Playback, card: number, t: number): number | null {
  const complete = at(playback.completeAt, card);
  const node = playback.cards.cards[card]?.node;
  if (complete < 0 || node === undefined) return null;
  return t >= complete ? nodeGradient(playback.pass, node) : sumOfContributions(playback, card, t);
}

/** The sum of the single contributions of the trace that have arrived by step t, in firing order; null where none has. */
export function sumOfContributions(playback: Playback, card: number, t: number): number | null {
  const { cards, pass, firesAt, firingPlace } = playback;
  const arrived: { place: number; value: number }[] = [];
  for (const index of cards.cards[card]?.outputs ?? []) {
    const edge = cards.edges[index];
    if (edge === undefined || at(firesAt, edge.target) === 0 || at(firesAt, edge.target) > t)
      continue;
    for (const e of edge.edges) {
      const value = pass.contributions[e];
      if (value === null || value === undefined) continue;
      const place = at(firingPlace, at(cards.model.consumerOf, e));
      arrived.push({ place, value: traceNumber(value) });
    }
  }
  // Array.prototype.sort is stable: the inputs of one node stay in their order.
  arrived.sort((a, b) => a.place - b.place);
  return arrived.reduce<number | null>(
    (sum, { value }) => (sum === null ? value : sum + value),
    null,
  );
}

/** The edges along which the card that fires at step t hands its contributions on. */
export function activeEdges({ cards, flows, steps }: Playback, t: number): number[] {
  const card = steps[t - 1];
  if (card === undefined) return [];
  return (cards.cards[card]?.inputs ?? []).filter(edge => flows.contributions[edge] !== null);
}

/** The gradient of a node at the end of a pass. */
export function nodeGradient(pass: TracePass, node: number): number | null {
  const gradient = pass.gradients[node];
  return gradient === null || gradient === undefined ? null : traceNumber(gradient);
}

/** The value of a node; NaN where the trace has none. */
export function nodeValue(pass: TracePass, node: number): number {
  const value = pass.values[node];
  return value === undefined ? Number.NaN : traceNumber(value);
}
