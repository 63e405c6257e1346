// The backward pass as time: which card fires at which step, and how far the gradient of every card is at that moment.

import { type TracePass, traceNumber } from '../../autograd/trace.ts';
import { type Cards, type Flows, hasManyEnds, sizeOf } from './folding.ts';
import { Heap } from './heap.ts';
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
  const firingPlace = new Int32Array(cards.model.nodes.length).fill(-1);
  pass.order.forEach((node, place) => {
    firingPlace[node] = place;
  });
  const grouped = cards.cards.some(({ group }) => group !== undefined);
  const steps = grouped ? groupedSteps(cards, pass, firingPlace) : stepsOf(cards, pass);
  const firesAt = new Int32Array(cards.cards.length);
  steps.forEach((card, k) => {
    firesAt[card] = k + 1;
  });
  const completeAt = new Int32Array(cards.cards.length).fill(-1);
  cards.cards.forEach((_, index) => {
    if (cardGradient(cards, pass, index) !== null) completeAt[index] = 0;
  });
  cards.edges.forEach((edge, index) => {
    if (flows.contributions[index] === null || at(completeAt, edge.source) < 0) return;
    const step = at(firesAt, edge.target);
    if (step > at(completeAt, edge.source)) completeAt[edge.source] = step;
  });
  return { cards, pass, flows, steps, firesAt, completeAt, firingPlace, ...forwardOf(cards) };
}

/** The cards in the order in which they begin to fire. */
function stepsOf({ cardOf }: Cards, { order }: TracePass): number[] {
  return [...new Set(order.map(node => at(cardOf, node)))];
}

/**
 * The same where some cards are groups. The ops of a group need not fire one right after the other, and it hands on all at
 * once: of the cards whose consumers have all fired the one goes next whose last op fired first.
 */
function groupedSteps({ cards, edges, cardOf }: Cards, pass: TracePass, places: Int32Array) {
  const last = new Int32Array(cards.length).fill(-1);
  for (const node of pass.order) {
    const card = at(cardOf, node);
    last[card] = Math.max(at(last, card), at(places, node));
  }
  const missing = cards.map(
    ({ outputs }) => outputs.filter(e => at(last, edges[e]?.target ?? 0) >= 0).length,
  );
  const ready = new Heap(last);
  const fires = (card: number) => at(last, card) >= 0;
  cards.forEach((_, card) => {
    if (fires(card) && missing[card] === 0) ready.push(card);
  });
  const steps: number[] = [];
  for (let card = ready.pop(); card !== undefined; card = ready.pop()) {
    steps.push(card);
    for (const e of cards[card]?.inputs ?? []) {
      const source = edges[e]?.source ?? 0;
      missing[source] = (missing[source] ?? 0) - 1;
      if (missing[source] === 0 && fires(source)) ready.push(source);
    }
  }
  return steps;
}

/** The order in which the values are computed. A card comes after all that it reads. */
function forwardOf({ model, cards }: Cards): Pick<Playback, 'forward' | 'computedAt'> {
  const forward: number[] = [];
  cards.forEach((card, index) => {
    if (model.nodes[card.node]?.kind === 'op') forward.push(index);
  });
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
  if (complete < 0) return null;
  return t >= complete
    ? cardGradient(playback.cards, playback.pass, card)
    : sumOfContributions(playback, card, t);
}

/** The gradient of a card at the end of a pass: that of its node; of a group with several ends the norm of theirs. */
export function cardGradient({ cards }: Cards, pass: TracePass, card: number): number | null {
  const it = cards[card];
  if (it === undefined) return null;
  if (!hasManyEnds(it)) return nodeGradient(pass, it.node);
  const all = it.group?.ends.flatMap(end => nodeGradient(pass, end) ?? []) ?? [];
  return all.length === 0 ? null : sizeOf(all);
}

/** The value of a card, likewise. */
export function cardValue({ cards }: Cards, pass: TracePass, card: number): number {
  const it = cards[card];
  if (it === undefined || !hasManyEnds(it)) return nodeValue(pass, it?.node ?? -1);
  return sizeOf(it.group?.ends.map(end => nodeValue(pass, end)) ?? []);
}

/** The sum of the single contributions of the trace that have arrived by step t, in firing order; null where none has. */
export function sumOfContributions(playback: Playback, card: number, t: number): number | null {
  const { cards, pass, firesAt, firingPlace } = playback;
  const arrived: { place: number; value: number; input: number }[] = [];
  for (const index of cards.cards[card]?.outputs ?? []) {
    const edge = cards.edges[index];
    if (edge === undefined || at(firesAt, edge.target) === 0 || at(firesAt, edge.target) > t)
      continue;
    for (const e of edge.edges) {
      const value = pass.contributions[e];
      if (value === null || value === undefined) continue;
      const place = at(firingPlace, at(cards.model.consumerOf, e));
      arrived.push({ place, value: traceNumber(value), input: at(cards.model.inputOf, e) });
    }
  }
  // Array.prototype.sort is stable: the inputs of one node stay in their order.
  arrived.sort((a, b) => a.place - b.place);
  if (hasManyEnds(cards.cards[card])) {
    const sums = new Map<number, number>();
    for (const { input, value } of arrived) sums.set(input, (sums.get(input) ?? 0) + value);
    return sums.size === 0 ? null : sizeOf([...sums.values()]);
  }
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
