// The derivation of a gradient: the sum over all paths with common factors pulled out, as one does it by hand:
// E(w1)′ = ((outy1 − o1) · … · w5 + (outy2 − o2) · … · w7) · outh1 · (1 − outh1) · i1. Every factor is an edge.

import type { Cards } from './folding.ts';
import { atom, type NotationName, numberTerm, product, sum, type Term } from './formula.ts';
import type { PathSum } from './paths.ts';
import { localTerms } from './rule.ts';

/** A sum of products of factors, nested. */
export type Expression =
  | { readonly kind: 'factor'; readonly edge: number }
  | { readonly kind: 'product'; readonly parts: readonly Expression[] }
  | { readonly kind: 'sum'; readonly parts: readonly Expression[] };

/** A longer derivation is not written out: its strongest paths say more. */
export const MOST_FACTORS = 48;
/** Parentheses deeper than this neither. */
const DEEPEST = 24;

/** The sum over the paths in factored form; undefined where it would be too long. */
export function derivationOf(
  cards: Cards,
  paths: PathSum,
  most = MOST_FACTORS,
): Expression | undefined {
  // Every edge stands in it at least once.
  if (paths.edges.length === 0 || paths.edges.length > most) return undefined;
  const inner = paths.cards.filter(card => card !== paths.root && card !== paths.card);
  return new Factoring(cards, paths, most).between({
    from: paths.root,
    to: paths.card,
    inner,
    direct: true,
    depth: 0,
  });
}

/** The expression in writing. */
export function writeDerivation(
  expression: Expression,
  termOf: (edge: number) => Term,
  notation: NotationName,
): Term {
  if (expression.kind === 'factor') return termOf(expression.edge);
  const parts = expression.parts.map(part => writeDerivation(part, termOf, notation));
  return expression.kind === 'sum' ? sum(parts, notation) : product(parts, notation);
}

/** For each of these edges its local derivative in symbols, with plain numbers multiplied out: 0.5 · 2 · (y − o) is (y − o). */
export function factorTerms(
  cards: Cards,
  edges: readonly number[],
  notation: NotationName,
): Map<number, Term> {
  const wanted = new Set(edges);
  const terms = new Map<number, Term>();
  for (const card of new Set(edges.map(edge => cards.edges[edge]?.target ?? -1))) {
    const written = localTerms(cards, card, notation);
    (cards.cards[card]?.inputs ?? []).forEach((edge, k) => {
      if (wanted.has(edge)) terms.set(edge, multipliedOut(written[k] ?? atom('?'), notation));
    });
  }
  return terms;
}

/** A product with the plain numbers among its factors multiplied to one, in front. */
export function multipliedOut(term: Term, notation: NotationName): Term {
  const minus = /^[-−]/.test(term.string);
  const factors = factorsOf(minus ? term.string.slice(1).trimStart() : term.string, notation);
  if (factors === undefined || factors.length < 2) return term;
  const numbers = factors.filter(factor => NUMBER.test(factor));
  if (numbers.length === 0 || numbers.length === factors.length) return term;
  const value = numbers.reduce((all, factor) => all * Number(factor), minus ? -1 : 1);
  const written = String(value).replace('-', notation === 'text' ? '−' : '-');
  // An exponent would have to be written as a power.
  if (written.includes('e')) return term;
  const others = factors.filter(factor => !NUMBER.test(factor));
  return product([numberTerm(written), ...others.map(atom)], notation);
}

const NUMBER = /^\d+(?:\.\d+)?$/;

/** The factors of a product, split at the dots outside all brackets; undefined where it is no product throughout. */
function factorsOf(string: string, notation: NotationName): string[] | undefined {
  const dot = notation === 'latex' ? ' \\cdot ' : ' · ';
  const factors: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < string.length; i++) {
    const character = string.charAt(i);
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    if (depth > 0) continue;
    if ('+-−/⊙<>=≤≥≠?'.includes(character)) return undefined;
    if (string.startsWith(dot, i)) {
      factors.push(string.slice(start, i));
      start = i + dot.length;
      i = start - 1;
    }
  }
  factors.push(string.slice(start));
  return factors;
}

interface Stretch {
  from: number;
  to: number;
  inner: readonly number[];
  direct: boolean;
  depth: number;
}

class Factoring {
  private readonly cards: Cards;
  private readonly paths: PathSum;
  private left: number;

  constructor(cards: Cards, paths: PathSum, most: number) {
    this.cards = cards;
    this.paths = paths;
    this.left = most;
  }

  /**
   * All paths from one card down to another through some of the cards `inner`, given from the root down; and, if `direct`,
   * along the edges that join the two at once.
   */
  between({ from, to, inner, direct, depth }: Stretch): Expression | undefined {
    if (depth > DEEPEST) return undefined;
    const parts: Expression[] = [];
    let above = from;
    let start = 0;
    for (const cut of [...this.cuts({ from, to, inner, direct }), inner.length]) {
      const below = inner[cut] ?? to;
      const part = this.sum({
        from: above,
        to: below,
        inner: inner.slice(start, cut),
        direct: direct || above !== from || below !== to,
        depth,
      });
      if (part === undefined) return undefined;
      parts.push(part);
      above = below;
      start = cut + 1;
    }
    return joined('product', parts);
  }

  /** The places in `inner` of the cards that every path runs through: no edge leaps over them. */
  private cuts({ from, to, inner, direct }: Omit<Stretch, 'depth'>): number[] {
    const order = [from, ...inner, to];
    const place = new Map(order.map((card, k) => [card, k]));
    const cuts: number[] = [];
    let farthest = 0;
    order.forEach((card, k) => {
      if (k > 0 && k < order.length - 1 && farthest <= k) cuts.push(k - 1);
      for (const edge of this.edgesInto(card)) {
        const source = this.sourceOf(edge);
        if (k === 0 && source === to && !direct) continue;
        farthest = Math.max(farthest, place.get(source) ?? 0);
      }
    });
    return cuts;
  }

  /** Paths that have no card in common but their ends: a sum over the parts that hang together. */
  private sum({ from, to, inner, direct, depth }: Stretch): Expression | undefined {
    const pieces = this.pieces(inner);
    const pieceOf = new Map(pieces.flatMap(piece => piece.map(card => [card, piece] as const)));
    const alone = pieces.length === 1 && !direct;
    const terms: Expression[] = [];
    const done = new Set<readonly number[]>();
    for (const edge of this.edgesInto(from)) {
      const source = this.sourceOf(edge);
      if (source === to) {
        if (direct && !this.addFactor(terms, edge)) return undefined;
        continue;
      }
      const piece = pieceOf.get(source);
      if (piece === undefined || done.has(piece)) continue;
      done.add(piece);
      const part = { from, to, inner: piece, direct: false, depth: depth + 1 };
      const term = alone ? this.opened(part) : this.between(part);
      if (term === undefined) return undefined;
      terms.push(term);
    }
    return joined('sum', terms);
  }

  /** Paths that neither part nor meet in one place: a sum over the first edge, and what follows each of them. */
  private opened({ from, to, inner, depth }: Stretch): Expression | undefined {
    const first = new Map<number, Expression[]>();
    for (const edge of this.edgesInto(from)) {
      const source = this.sourceOf(edge);
      if (!inner.includes(source)) continue;
      const known = first.get(source) ?? [];
      if (!this.addFactor(known, edge)) return undefined;
      first.set(source, known);
    }
    const terms: Expression[] = [];
    for (const [card, edges] of first) {
      const reached = this.below(card, new Set(inner));
      const below = inner.filter(it => reached.has(it));
      const rest = this.between({ from: card, to, inner: below, direct: true, depth });
      if (rest === undefined) return undefined;
      terms.push(joined('product', [joined('sum', edges), rest]));
    }
    return joined('sum', terms);
  }

  /** The parts of a set of cards that hang together, each from the root down. */
  private pieces(inner: readonly number[]): number[][] {
    const piece = new Map<number, number>(inner.map(card => [card, card]));
    const find = (card: number): number => {
      let top = card;
      for (let next = piece.get(top); next !== undefined && next !== top; next = piece.get(top)) {
        top = next;
      }
      return top;
    };
    for (const card of inner) {
      for (const edge of this.edgesInto(card)) {
        const source = this.sourceOf(edge);
        if (piece.has(source)) piece.set(find(source), find(card));
      }
    }
    const pieces = new Map<number, number[]>();
    for (const card of inner) {
      const top = find(card);
      pieces.set(top, [...(pieces.get(top) ?? []), card]);
    }
    return [...pieces.values()];
  }

  /** What of a set of cards is reached from one of them, without it. */
  private below(card: number, inside: ReadonlySet<number>): Set<number> {
    const found = new Set<number>();
    const waiting = [card];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const edge of this.edgesInto(next)) {
        const source = this.sourceOf(edge);
        if (!inside.has(source) || found.has(source)) continue;
        found.add(source);
        waiting.push(source);
      }
    }
    return found;
  }

  /** The edges into a card that lie on some path. */
  private edgesInto(card: number): number[] {
    return (this.cards.cards[card]?.inputs ?? []).filter(edge => this.paths.factors.has(edge));
  }

  private sourceOf(edge: number): number {
    return this.cards.edges[edge]?.source ?? -1;
  }

  private addFactor(to: Expression[], edge: number): boolean {
    this.left--;
    to.push({ kind: 'factor', edge });
    return this.left >= 0;
  }
}

/** Joins expressions; one of the same kind is taken apart, and a single one stands for itself. */
function joined(kind: 'product' | 'sum', parts: readonly Expression[]): Expression {
  const flat = parts.flatMap(part => (part.kind === kind ? part.parts : [part]));
  const [only] = flat;
  return flat.length === 1 && only !== undefined ? only : { kind, parts: flat };
}
