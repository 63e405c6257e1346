// The paths from the root down to a card: how many there are, what they multiply to, and the strongest of them. Nothing is
// enumerated: one sweep over the cards in between does for 2⁵⁰⁰ paths as for two.

import type { Cards } from './folding.ts';
import { at } from './model.ts';
import { nodeGradient, type Playback } from './playback.ts';
import { type PathWeb, strongestPaths } from './strongest-paths.ts';

/** One path: the card edges that it runs along, from the root down. */
export interface Path {
  readonly edges: readonly number[];
  /** The gradient of the root times all factors along the path. */
  readonly product: number;
  /** The product as a part of the total; NaN where the total is 0 or not finite. */
  readonly share: number;
}

/** All paths from the root to a card. */
export interface PathSum {
  readonly card: number;
  readonly root: number;
  /** Whether every factor is a local derivative. Between tensors it is the part of a gradient that came along the edge. */
  readonly scalar: boolean;
  /** The cards and card edges that lie on some path; the cards from the root down. */
  readonly cards: readonly number[];
  readonly edges: readonly number[];
  /** The factor of each of these edges. */
  readonly factors: ReadonlyMap<number, number>;
  /** What the products start from: the gradient of the root, 1 between tensors. */
  readonly seed: number;
  /** How many paths there are; from {@link MOST_COUNTED} on, at least so many. */
  readonly count: bigint;
  /** The sum of the products, and of their sizes, over all paths. */
  readonly total: number;
  readonly absolute: number;
  /** What the total must be: the gradient of the card, 1 between tensors. */
  readonly gradient: number;
  /** Whether it is, up to rounding. */
  readonly balanced: boolean;
  /** absolute / |total|: 1 where all paths pull the same way, large where they nearly cancel out; NaN without a finite sum. */
  readonly cancellation: number;
  /** The paths with the largest products: those that are not finite first, those of 0 last. */
  readonly top: readonly Path[];
  /** All other paths together; the total is NaN where the sum is not finite. */
  readonly rest: { readonly count: bigint; readonly total: number };
  /** For each edge which part of `absolute` runs along it, 0 to 1; 1 where that cannot be told. */
  readonly weights: ReadonlyMap<number, number>;
}

/** Counting stops here. */
export const MOST_COUNTED = 10n ** 300n;

/** From this cancellation on more than a digit is lost. */
export const STRONG_CANCELLATION = 10;

const EPSILON = { single: 1.2e-7, double: 2.3e-16 };

/** The paths from the root to a card; undefined where the pass never got there. */
export function pathsTo(playback: Playback, card: number, most = 5): PathSum | undefined {
  const { cards, pass, flows } = playback;
  const { root } = cards;
  const rootGradient = nodeGradient(pass, cards.cards[root]?.node ?? -1);
  const cardGradient = nodeGradient(pass, cards.cards[card]?.node ?? -1);
  if (rootGradient === null || cardGradient === null) return undefined;
  const order = cardsBetween(playback, card);
  if (order.length === 0) return undefined;
  const edges = edgesBetween(playback, order);
  const scalar = edges.every(e => flows.locals[e] !== null);
  const factors = new Map<number, number>();
  for (const e of edges) factors.set(e, scalar ? (flows.locals[e] ?? 0) : partOf(playback, e));
  const seed = scalar ? rootGradient : 1;
  const gradient = scalar ? cardGradient : 1;
  const web = { cards, order, edges, factors, root, card };
  const sums = sumsOf(web);
  const total = seed * sums.total;
  const absolute = Math.abs(seed) * sums.absolute;
  const count = countOf(web);
  const top = strongestPaths(web, most).map(list => {
    const product = list.reduce((value, e) => value * (factors.get(e) ?? Number.NaN), seed);
    const whole = Number.isFinite(total) && total !== 0;
    return { edges: list, product, share: whole ? product / total : Number.NaN };
  });
  const single = order.some(c => isSingle(cards, c));
  const slack = (single ? EPSILON.single : EPSILON.double) * (8 + 4 * order.length);
  return {
    card,
    root,
    scalar,
    cards: order,
    edges,
    factors,
    seed,
    count,
    total,
    absolute,
    gradient,
    balanced: agree(total, gradient, slack * absolute),
    cancellation: Number.isFinite(absolute) ? absolute / Math.abs(total) : Number.NaN,
    top,
    rest: {
      count: count - BigInt(top.length),
      total: Number.isFinite(total)
        ? total - top.reduce((sum, { product }) => sum + product, 0)
        : Number.NaN,
    },
    weights: sums.weights,
  };
}

/** A count of paths as it is written: in full as far as a reader takes it in, then as a power of ten. */
export function formatPaths(count: bigint): string {
  const digits = count.toString();
  if (digits.length <= 9) return digits.replace(/\B(?=(\d{3})+$)/g, ',');
  const lead = `${digits.charAt(0)}.${digits.slice(1, 4)}`;
  return `${count >= MOST_COUNTED ? 'over ' : ''}${lead}e${digits.length - 1}`;
}

/** The cards on paths from the root to a card, from the root down: a card has a larger number than what it consumes. */
function cardsBetween({ cards, flows: { contributions } }: Playback, card: number): number[] {
  const leads = new Uint8Array(cards.cards.length);
  const waiting = [card];
  leads[card] = 1;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const e of cards.cards[next]?.outputs ?? []) {
      const target = cards.edges[e]?.target ?? 0;
      if (leads[target] === 1 || (contributions[e] ?? null) === null) continue;
      leads[target] = 1;
      waiting.push(target);
    }
  }
  const { root } = cards;
  if (leads[root] !== 1) return [];
  const reached = [root];
  leads[root] = 2;
  for (let k = 0; k < reached.length; k++) {
    const next = reached[k] ?? 0;
    if (next === card) continue;
    for (const e of cards.cards[next]?.inputs ?? []) {
      const source = cards.edges[e]?.source ?? 0;
      if (leads[source] !== 1 || (contributions[e] ?? null) === null) continue;
      leads[source] = 2;
      reached.push(source);
    }
  }
  return reached.sort((a, b) => b - a);
}

/** The edges between these cards that something flowed along. */
function edgesBetween(
  { cards, flows: { contributions } }: Playback,
  order: readonly number[],
): number[] {
  const inside = new Uint8Array(cards.cards.length);
  for (const card of order) inside[card] = 1;
  const edges: number[] = [];
  for (const card of order) {
    for (const e of cards.cards[card]?.inputs ?? []) {
      const source = cards.edges[e]?.source ?? 0;
      if (inside[source] === 1 && (contributions[e] ?? null) !== null) edges.push(e);
    }
  }
  return edges;
}

/** Which part of the gradient of a card came along an edge: its parts add up to 1, and so do the products over paths. */
function partOf({ cards, pass, flows: { contributions } }: Playback, edge: number): number {
  const source = cards.edges[edge]?.source ?? -1;
  const contribution = contributions[edge] ?? 0;
  if (contribution === 0) return 0;
  return contribution / (nodeGradient(pass, cards.cards[source]?.node ?? -1) ?? Number.NaN);
}

/** Sums over all paths, worked out from the card up to the root and from the root down; edges come from the root down. */
function sumsOf({ cards, edges, factors, root, card }: PathWeb) {
  const signed = new Float64Array(cards.cards.length);
  const up = new Float64Array(cards.cards.length);
  const down = new Float64Array(cards.cards.length);
  signed[card] = 1;
  up[card] = 1;
  down[root] = 1;
  for (let k = edges.length - 1; k >= 0; k--) {
    const edge = edges[k] ?? -1;
    const factor = factors.get(edge) ?? 0;
    const { source = 0, target = 0 } = cards.edges[edge] ?? {};
    signed[target] = at(signed, target) + factor * at(signed, source);
    up[target] = at(up, target) + Math.abs(factor) * at(up, source);
  }
  const absolute = at(up, root);
  const weights = new Map<number, number>();
  for (const edge of edges) {
    const { source = 0, target = 0 } = cards.edges[edge] ?? {};
    const flow = at(down, target) * Math.abs(factors.get(edge) ?? 0);
    down[source] = at(down, source) + flow;
    const weight = (flow * at(up, source)) / absolute;
    weights.set(edge, Number.isFinite(weight) ? Math.min(1, weight) : 1);
  }
  return { total: at(signed, root), absolute, weights };
}

/** How many paths there are: in whole numbers of any size only where float64 has not digits enough. */
function countOf({ cards, edges, root, card }: PathWeb): bigint {
  const counts = new Float64Array(cards.cards.length);
  counts[card] = 1;
  for (let k = edges.length - 1; k >= 0; k--) {
    const { source = 0, target = 0 } = cards.edges[edges[k] ?? -1] ?? {};
    counts[target] = at(counts, target) + at(counts, source);
  }
  if (at(counts, root) <= Number.MAX_SAFE_INTEGER) return BigInt(at(counts, root));
  const exact = new Map([[card, 1n]]);
  for (let k = edges.length - 1; k >= 0; k--) {
    const { source = 0, target = 0 } = cards.edges[edges[k] ?? -1] ?? {};
    const count = (exact.get(target) ?? 0n) + (exact.get(source) ?? 0n);
    exact.set(target, count > MOST_COUNTED ? MOST_COUNTED : count);
  }
  return exact.get(root) ?? 0n;
}

function isSingle({ model, cards }: Cards, card: number): boolean {
  return model.nodes[cards[card]?.node ?? -1]?.dtype === 'float32';
}

function agree(total: number, gradient: number, slack: number): boolean {
  return Object.is(total, gradient) || Math.abs(total - gradient) <= slack;
}
