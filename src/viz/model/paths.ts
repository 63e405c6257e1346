// The paths from the root down to a card: how many there are, what they multiply to, and the strongest of them. Nothing is
// enumerated: one sweep over the cards in between does for 2⁵⁰⁰ paths as for two.

import type { Cards } from './folding.ts';
import { at } from './model.ts';
import { nodeGradient, type Playback } from './playback.ts';
import { strongestPaths } from './strongest-paths.ts';

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
  const between = cardsBetween(playback, card);
  if (between.length === 0) return undefined;
  const inside = new Set(between);
  const edges = between.flatMap(c =>
    (cards.cards[c]?.inputs ?? []).filter(e => runs(playback, e, inside)),
  );
  const scalar = edges.every(e => flows.locals[e] !== null);
  const factors = new Map(
    edges.map(e => [e, scalar ? (flows.locals[e] ?? 0) : partOf(playback, e)] as const),
  );
  const seed = scalar ? rootGradient : 1;
  const gradient = scalar ? cardGradient : 1;
  const { count, total, absolute, weights } = sums(cards, { between, factors, root, card });
  const scaled = { total: seed * total, absolute: Math.abs(seed) * absolute };
  const found = strongestPaths({ cards, order: between, factors, root, card, most });
  const top = found.map(list => {
    const product = list.reduce((value, e) => value * (factors.get(e) ?? Number.NaN), seed);
    const whole = Number.isFinite(scaled.total) && scaled.total !== 0;
    return { edges: list, product, share: whole ? product / scaled.total : Number.NaN };
  });
  const single = between.some(c => isSingle(cards, c));
  const slack = (single ? EPSILON.single : EPSILON.double) * (8 + 4 * between.length);
  return {
    card,
    root,
    scalar,
    cards: between,
    edges,
    factors,
    seed,
    count,
    ...scaled,
    gradient,
    balanced: agree(scaled.total, gradient, slack * scaled.absolute),
    cancellation: Number.isFinite(scaled.absolute)
      ? scaled.absolute / Math.abs(scaled.total)
      : Number.NaN,
    top,
    rest: {
      count: count - BigInt(top.length),
      total: Number.isFinite(scaled.total)
        ? scaled.total - top.reduce((sum, { product }) => sum + product, 0)
        : Number.NaN,
    },
    weights,
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
function cardsBetween(playback: Playback, card: number): number[] {
  const { cards } = playback;
  const leads = new Set([card]);
  const waiting = [card];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const e of cards.cards[next]?.outputs ?? []) {
      const target = cards.edges[e]?.target;
      if (target === undefined || leads.has(target) || !flows(playback, e)) continue;
      leads.add(target);
      waiting.push(target);
    }
  }
  const reached = new Set<number>();
  if (leads.has(cards.root)) {
    reached.add(cards.root);
    waiting.push(cards.root);
  }
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === card) continue;
    for (const e of cards.cards[next]?.inputs ?? []) {
      const source = cards.edges[e]?.source;
      if (source === undefined || !leads.has(source) || !flows(playback, e)) continue;
      if (reached.has(source)) continue;
      reached.add(source);
      waiting.push(source);
    }
  }
  return [...reached].sort((a, b) => b - a);
}

function flows({ flows: { contributions } }: Playback, edge: number): boolean {
  return (contributions[edge] ?? null) !== null;
}

function runs(playback: Playback, edge: number, inside: ReadonlySet<number>): boolean {
  const source = playback.cards.edges[edge]?.source ?? -1;
  return inside.has(source) && flows(playback, edge);
}

/** Which part of the gradient of a card came along an edge: its parts add up to 1, and so do the products over paths. */
function partOf({ cards, pass, flows: { contributions } }: Playback, edge: number): number {
  const source = cards.edges[edge]?.source ?? -1;
  const contribution = contributions[edge] ?? 0;
  if (contribution === 0) return 0;
  return contribution / (nodeGradient(pass, cards.cards[source]?.node ?? -1) ?? Number.NaN);
}

interface Inside {
  between: readonly number[];
  factors: ReadonlyMap<number, number>;
  root: number;
  card: number;
}

/** Sums over all paths, worked out from the card up to the root and from the root down. */
function sums(cards: Cards, { between, factors, root, card }: Inside) {
  const place = new Map(between.map((c, k) => [c, k]));
  const counts: bigint[] = between.map(c => (c === card ? 1n : 0n));
  const signed = Float64Array.from(between, c => (c === card ? 1 : 0));
  const up = Float64Array.from(between, c => (c === card ? 1 : 0));
  const down = Float64Array.from(between, c => (c === root ? 1 : 0));
  const each = (k: number, visit: (edge: number, factor: number, source: number) => void) => {
    for (const e of cards.cards[between[k] ?? -1]?.inputs ?? []) {
      const factor = factors.get(e);
      const source = place.get(cards.edges[e]?.source ?? -1);
      if (factor !== undefined && source !== undefined) visit(e, factor, source);
    }
  };
  for (let k = between.length - 1; k >= 0; k--) {
    each(k, (_, factor, source) => {
      const count = (counts[k] ?? 0n) + (counts[source] ?? 0n);
      counts[k] = count > MOST_COUNTED ? MOST_COUNTED : count;
      signed[k] = at(signed, k) + factor * at(signed, source);
      up[k] = at(up, k) + Math.abs(factor) * at(up, source);
    });
  }
  const absolute = at(up, 0);
  const weights = new Map<number, number>();
  for (let k = 0; k < between.length; k++) {
    each(k, (edge, factor, source) => {
      down[source] = at(down, source) + at(down, k) * Math.abs(factor);
      const weight = (at(down, k) * Math.abs(factor) * at(up, source)) / absolute;
      weights.set(edge, Number.isFinite(weight) ? Math.min(1, weight) : 1);
    });
  }
  return { count: counts[0] ?? 0n, total: at(signed, 0), absolute, weights };
}

function isSingle({ model, cards }: Cards, card: number): boolean {
  return model.nodes[cards[card]?.node ?? -1]?.dtype === 'float32';
}

function agree(total: number, gradient: number, slack: number): boolean {
  return Object.is(total, gradient) || Math.abs(total - gradient) <= slack;
}
