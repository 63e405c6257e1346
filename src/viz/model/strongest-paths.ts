// The k paths with the largest products, by dynamic programming: the best k at a card are among the best k at its
// consumers, each one edge longer. Sizes are compared as sums of logarithms, so that nothing overflows on the way.

import type { Cards } from './folding.ts';

/** All paths from the root to a card, as the cards and edges that they are made of. */
export interface PathWeb {
  cards: Cards;
  /** The cards on paths, and the edges by the card that they lead to, from the root down. */
  order: readonly number[];
  edges: readonly number[];
  factors: ReadonlyMap<number, number>;
  root: number;
  card: number;
}

/**
 * What a product has come to. Each kind is kept apart: 0 · ∞ is not a number, so a path that has only a 0 so far may
 * still overtake a larger one.
 */
const Kind = { nan: 0, infinite: 1, finite: 2, zero: 3 } as const;
type Kind = (typeof Kind)[keyof typeof Kind];

/** The beginning of a path: its last edge, and the beginning before that. */
interface Beginning {
  readonly kind: Kind;
  /** The logarithms of the finite factors other than 0, added up. */
  readonly size: number;
  readonly edge: number;
  readonly before: Beginning | undefined;
}

/** The strongest paths as lists of edges from the root down; those that are not finite come first, those of 0 last. */
export function strongestPaths(
  { cards, edges, factors, root, card }: PathWeb,
  most: number,
): number[][] {
  const best = new Map<number, Beginning[]>([
    [root, [{ kind: Kind.finite, size: 0, edge: -1, before: undefined }]],
  ]);
  for (const edge of edges) {
    const { source = -1, target = -1 } = cards.edges[edge] ?? {};
    let kept = best.get(source);
    if (kept === undefined) {
      kept = [];
      best.set(source, kept);
    }
    const factor = factors.get(edge) ?? Number.NaN;
    const own = kindOf(factor);
    const length = own === Kind.finite ? Math.log(Math.abs(factor)) : 0;
    for (const before of best.get(target) ?? []) {
      keep(kept, combined(before.kind, own), before.size + length, edge, before, most);
    }
  }
  return (best.get(card) ?? []).slice(0, most).map(edgesOf);
}

/**
 * Keeps a beginning if it is among the best of its kind. They stand in the order of the kinds, and of one kind the largest
 * first; of two that are alike the one that came first.
 */
function keep(
  kept: Beginning[],
  kind: Kind,
  size: number,
  edge: number,
  before: Beginning,
  most: number,
): void {
  let place = kept.length;
  while (place > 0) {
    const other = kept[place - 1];
    if (other === undefined || other.kind < kind) break;
    if (other.kind === kind && other.size >= size) break;
    place--;
  }
  let ahead = 0;
  while (ahead < place && kept[place - 1 - ahead]?.kind === kind) ahead++;
  if (ahead >= most) return;
  kept.splice(place, 0, { kind, size, edge, before });
  const last = place - ahead + most;
  if (kept[last]?.kind === kind) kept.splice(last, 1);
}

function kindOf(factor: number): Kind {
  if (Number.isNaN(factor)) return Kind.nan;
  if (factor === 0) return Kind.zero;
  return Number.isFinite(factor) ? Kind.finite : Kind.infinite;
}

function combined(a: Kind, b: Kind): Kind {
  if (a === Kind.finite || a === b) return b;
  return b === Kind.finite ? a : Kind.nan;
}

function edgesOf(last: Beginning): number[] {
  const edges: number[] = [];
  for (let it = last; it.before !== undefined; it = it.before) edges.push(it.edge);
  return edges.reverse();
}
