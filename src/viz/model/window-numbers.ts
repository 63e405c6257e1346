// The numbers of a window: the terms that sum to an element of a result, and the parts of the gradient that the elements
// of a result send back to an element of an input.

import { type TensorWindow, type Term, termsThrough } from './windows.ts';

/** The elements of one tensor; undefined where the trace does not have them. */
export type Elements = readonly number[] | undefined;

/** One term of an element of a result. */
export interface Product {
  readonly term: Term;
  /** The elements of the inputs that are multiplied. */
  readonly factors: readonly number[];
  /** What the term adds; for a maximum 1 where it is the one that was taken, for a share exp(x) / Σ. */
  readonly product: number;
}

/** How an element of a result came about. */
export interface Made {
  readonly products: readonly Product[];
  /** What is added besides, by side. */
  readonly added: readonly { side: number; cell: number; value: number }[];
  readonly scale: number;
  readonly result: number;
  readonly cut: boolean;
}

/** One part of the gradient of an element of an input. */
export interface Part {
  readonly term: Term;
  /** The gradient of the element of the result. */
  readonly upstream: number;
  readonly local: number;
  readonly part: number;
}

export interface Parts {
  readonly parts: readonly Part[];
  readonly sum: number;
  readonly cut: boolean;
}

/** How the element `cell` of the result was made. `values` are the elements of the result and of the inputs. */
export function madeFrom(
  window: TensorWindow,
  cell: number,
  values: readonly Elements[],
): Made | undefined {
  const { terms, cut } = termsThrough(window, 0, cell);
  const factors = factorSides(window);
  if (factors.some(side => values[side] === undefined)) return undefined;
  const read = (side: number, term: Term): number => values[side]?.[term[side] ?? -1] ?? Number.NaN;
  const all = terms.map(term => factors.map(side => read(side, term)));
  const weights = weighted(window, terms, all);
  const products = terms.map((term, k) => ({
    term,
    factors: all[k] ?? [],
    product: weights[k] ?? Number.NaN,
  }));
  const [first] = terms;
  const added = window.added.flatMap(side => {
    const at = first?.[side];
    const value = at === undefined ? undefined : values[side]?.[at];
    return at === undefined || value === undefined ? [] : [{ side, cell: at, value }];
  });
  const scale = window.kind === 'mean' ? 1 / Math.max(1, terms.length) : window.scale;
  return { products, added, scale, result: resultOf(window, cell, products, added, scale), cut };
}

function factorSides({ sides, added }: TensorWindow): number[] {
  return sides.map((_, side) => side).filter(side => side > 0 && !added.includes(side));
}

function weighted(
  { kind }: TensorWindow,
  terms: readonly Term[],
  factors: readonly (readonly number[])[],
): number[] {
  const products = factors.map(list => list.reduce((product, x) => product * x, 1));
  if (kind === 'max') {
    const taken = takenOf(products);
    return terms.map((_, k) => (k === taken ? 1 : 0));
  }
  if (kind !== 'share') return products;
  const most = products.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = products.map(x => Math.exp(x - most));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map(x => x / total);
}

/** The first of the largest; NaN is larger than anything. */
function takenOf(list: readonly number[]): number {
  const broken = list.findIndex(Number.isNaN);
  if (broken >= 0) return broken;
  return list.indexOf(list.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY));
}

function resultOf(
  { kind }: TensorWindow,
  cell: number,
  products: readonly Product[],
  added: readonly { value: number }[],
  scale: number,
): number {
  if (kind === 'max')
    return products.find(({ product }) => product === 1)?.factors[0] ?? Number.NaN;
  if (kind === 'share') return products.find(({ term }) => term[1] === cell)?.product ?? Number.NaN;
  const sum = products.reduce((total, { product }) => total + product, 0);
  return added.reduce((total, { value }) => total + value, sum * scale);
}

/** What the elements of the result send back to the element `cell` of the side `side`, from their gradients. */
export function partsOf(
  window: TensorWindow,
  side: number,
  cell: number,
  values: readonly Elements[],
  gradients: Elements,
): Parts | undefined {
  if (gradients === undefined || !known(window, side, values)) return undefined;
  const { terms, cut } = termsThrough(window, side, cell);
  const local = localOf(window, side, values);
  const parts = terms.map(term => {
    const upstream = gradients[term[0] ?? -1] ?? Number.NaN;
    const slope = local(term);
    // Where a maximum took another element nothing flows, whatever the gradient is.
    const part = window.kind === 'max' && slope === 0 ? 0 : upstream * slope;
    return { term, upstream, local: slope, part };
  });
  return { parts, sum: parts.reduce((total, { part }) => total + part, 0), cut };
}

/** Whether all elements are there that the local derivatives need. */
function known(window: TensorWindow, side: number, values: readonly Elements[]): boolean {
  if (window.kind === 'max') return values[1] !== undefined;
  if (window.kind === 'share') return values[0] !== undefined;
  if (window.added.includes(side)) return true;
  return factorSides(window).every(other => other === side || values[other] !== undefined);
}

/** ∂y/∂x along a term. */
function localOf(
  window: TensorWindow,
  side: number,
  values: readonly Elements[],
): (term: Term) => number {
  const read = (of: number, term: Term): number => values[of]?.[term[of] ?? -1] ?? Number.NaN;
  if (window.added.includes(side)) return () => 1;
  if (window.kind === 'mean') {
    const { counted } = counter(window);
    return term => 1 / counted(term[0] ?? 0);
  }
  if (window.kind === 'max') {
    return term => {
      const made = madeFrom(window, term[0] ?? 0, values);
      const taken = made?.products.find(({ product }) => product === 1);
      return taken?.term[1] === term[1] ? 1 : 0;
    };
  }
  if (window.kind === 'share') {
    // yᵢ·(δᵢⱼ − yⱼ), where the result and the input have one shape.
    return term => {
      const [i = 0, j = 0] = term;
      const share = values[0]?.[j] ?? Number.NaN;
      return read(0, term) * ((i === j ? 1 : 0) - share);
    };
  }
  const others = factorSides(window).filter(other => other !== side);
  return term => others.reduce((product, other) => product * read(other, term), window.scale);
}

function counter(window: TensorWindow): { counted(cell: number): number } {
  const known = new Map<number, number>();
  return {
    counted(cell) {
      const count = known.get(cell) ?? termsThrough(window, 0, cell).terms.length;
      known.set(cell, count);
      return count;
    },
  };
}

/** Whether two ways to the same number agree up to the rounding of what was added. */
export function agrees(a: number, b: number, sizes: Iterable<number>, single: boolean): boolean {
  if (Object.is(a, b)) return true;
  let size = Math.abs(a);
  for (const x of sizes) size += Math.abs(x);
  return Math.abs(a - b) <= (single ? 1e-5 : 1e-12) * size;
}
