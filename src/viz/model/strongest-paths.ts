// The k paths with the largest products, by dynamic programming: the best k at a card are among the best k at its
// consumers, each one edge longer. Sizes are compared as sums of logarithms, so that nothing overflows on the way.

import type { Cards } from './folding.ts';

export interface PathsAsked {
  cards: Cards;
  /** The cards on paths, from the root down. */
  order: readonly number[];
  factors: ReadonlyMap<number, number>;
  root: number;
  card: number;
  most: number;
}

/**
 * What a product has come to. Each kind is kept apart: 0 · ∞ is not a number, so a path that has only a 0 so far may
 * still overtake a larger one.
 */
const Kind = { nan: 0, infinite: 1, finite: 2, zero: 3 } as const;
type Kind = (typeof Kind)[keyof typeof Kind];

const KINDS = [Kind.nan, Kind.infinite, Kind.finite, Kind.zero] as const;

/** The beginning of a path: its last edge, and the beginning before that. */
interface Beginning {
  readonly kind: Kind;
  /** The logarithms of the finite factors other than 0, added up. */
  readonly size: number;
  readonly edge: number;
  readonly before: Beginning | undefined;
}

/** The strongest paths as lists of edges from the root down; those that are not finite come first, those of 0 last. */
export function strongestPaths(asked: PathsAsked): number[][] {
  const { cards, order, factors, root, card, most } = asked;
  const best = new Map<number, readonly Beginning[]>([
    [root, [{ kind: Kind.finite, size: 0, edge: -1, before: undefined }]],
  ]);
  for (const next of order) {
    if (next === root) continue;
    const longer: Beginning[] = [];
    for (const edge of cards.cards[next]?.outputs ?? []) {
      const factor = factors.get(edge);
      if (factor === undefined) continue;
      for (const before of best.get(cards.edges[edge]?.target ?? -1) ?? []) {
        longer.push(extend(before, edge, factor));
      }
    }
    best.set(next, bestOfEachKind(longer, most));
  }
  return (best.get(card) ?? []).slice(0, most).map(edgesOf);
}

function extend(before: Beginning, edge: number, factor: number): Beginning {
  const own = kindOf(factor);
  return {
    kind: combined(before.kind, own),
    size: own === Kind.finite ? before.size + Math.log(Math.abs(factor)) : before.size,
    edge,
    before,
  };
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

/** In the order of the kinds, and of one kind the largest first; equals stay in the order of the edges. */
function bestOfEachKind(all: readonly Beginning[], most: number): Beginning[] {
  return KINDS.flatMap(kind =>
    all
      .filter(it => it.kind === kind)
      .sort((a, b) => b.size - a.size)
      .slice(0, most),
  );
}

function edgesOf(last: Beginning): number[] {
  const edges: number[] = [];
  for (let it = last; it.before !== undefined; it = it.before) edges.push(it.edge);
  return edges.reverse();
}
