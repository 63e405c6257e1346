// Sums of products over labelled dimensions: what einsum, tensordot and bilinear come down to. Two tensors at a time become a
// product of stacks of matrices, by views where the dimensions lie well.

import type { Operand } from '../autograd/op.ts';
import { sameShape, sizeOf } from '../ndarray/shape.ts';
import { mul } from './arithmetic.ts';
import { diagonal } from './diagonal.ts';
import { matmul } from './matmul.ts';
import { sum } from './reduce.ts';
import { permute, reshape } from './reshape.ts';
import { shapeOf } from './structured.ts';

/** A tensor with a label for each dimension. */
export interface Labelled {
  x: Operand;
  labels: readonly string[];
}

type Test = (label: string) => boolean;

/**
 * y[output] = Σ Πₖ xₖ[labelsₖ], summed over all labels that `output` does not have. A label that an operand has twice takes its
 * diagonal; a size of 1 stretches. Sizes must fit and `output` must name labels of the operands, each once.
 */
export function contract(operands: readonly Labelled[], output: readonly string[]): Operand {
  const whole = operands.map(withoutRepeats);
  const sizes = sizesOf(whole);
  let terms = whole.map(term => withoutStretched(term, sizes));
  while (terms.length > 1) {
    const [i, j] = nextPair(terms, output, sizes);
    const rest = terms.filter((_, k) => k !== i && k !== j);
    const needed = neededBy(output, rest);
    terms = [product(terms[i] as Labelled, terms[j] as Labelled, needed, output), ...rest];
  }
  const last = summed(terms[0] as Labelled, label => output.includes(label));
  return ordered(last, output).x;
}

/** The full size of each label. */
function sizesOf(terms: readonly Labelled[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { x, labels } of terms) {
    const shape = shapeOf(x);
    labels.forEach((label, k) => {
      if ((sizes.get(label) ?? 1) === 1) sizes.set(label, shape[k] as number);
    });
  }
  return sizes;
}

/** Labels that stand twice become one, along the diagonal. */
function withoutRepeats(term: Labelled): Labelled {
  let { x, labels } = term;
  for (;;) {
    const dim2 = labels.findIndex((label, k) => labels.indexOf(label) !== k);
    if (dim2 < 0) return { x, labels };
    const label = labels[dim2] as string;
    const dim1 = labels.indexOf(label);
    x = diagonal(x, { dim1, dim2 });
    labels = [...labels.filter((_, k) => k !== dim1 && k !== dim2), label];
  }
}

/** Without the dimensions of size 1 that would stretch: the product with them is the same without. */
function withoutStretched({ x, labels }: Labelled, sizes: Map<string, number>): Labelled {
  const shape = shapeOf(x);
  const kept = labels.map((label, k) => shape[k] !== 1 || sizes.get(label) === 1);
  if (kept.every(Boolean)) return { x, labels };
  return {
    x: reshape(
      x,
      shape.filter((_, k) => kept[k]),
    ),
    labels: labels.filter((_, k) => kept[k]),
  };
}

function neededBy(output: readonly string[], terms: readonly Labelled[]): Test {
  return label => output.includes(label) || terms.some(({ labels }) => labels.includes(label));
}

/** Which two to multiply next: the two that shrink most when they become one. Source: the greedy path of opt_einsum. */
function nextPair(
  terms: readonly Labelled[],
  output: readonly string[],
  sizes: Map<string, number>,
): [number, number] {
  // Not sizeOf: some of these would be too large to make.
  const size = (labels: readonly string[]): number =>
    labels.reduce((n, label) => n * (sizes.get(label) ?? 1), 1);
  let best: [number, number] = [0, 1];
  let least = Number.POSITIVE_INFINITY;
  for (let j = 1; j < terms.length && terms.length > 2; j++) {
    for (let i = 0; i < j; i++) {
      const [a, b] = [(terms[i] as Labelled).labels, (terms[j] as Labelled).labels];
      const rest = terms.filter((_, k) => k !== i && k !== j);
      const kept = [...new Set([...a, ...b])].filter(neededBy(output, rest));
      const growth = size(kept) - size(a) - size(b);
      if (growth < least) [least, best] = [growth, [i, j]];
    }
  }
  return best;
}

/** Summed over the labels that nobody needs. */
function summed(term: Labelled, needed: Test): Labelled {
  const dim = term.labels.map((_, k) => k).filter(k => !needed(term.labels[k] as string));
  if (dim.length === 0) return term;
  return { x: sum(term.x, { dim }), labels: term.labels.filter(needed) };
}

/** Two terms multiplied, and summed over the labels that nobody needs. */
function product(a: Labelled, b: Labelled, needed: Test, output: readonly string[]): Labelled {
  const p = summed(a, label => needed(label) || b.labels.includes(label));
  const q = summed(b, label => needed(label) || a.labels.includes(label));
  // The product whose rows come first in the output needs no transpose.
  const [left, right] = place(p, q, output) <= place(q, p, output) ? [p, q] : [q, p];
  const shared = left.labels.filter(label => right.labels.includes(label));
  const batch = shared.filter(needed);
  const inner = shared.filter(label => !needed(label));
  const rows = left.labels.filter(label => !shared.includes(label));
  const columns = right.labels.filter(label => !shared.includes(label));
  if (inner.length === 0 || (batch.length > 0 && rows.length + columns.length === 0)) {
    const labels = [...batch, ...rows, ...columns, ...inner];
    const x: Operand = mul(aligned(left, labels), aligned(right, labels));
    return summed({ x, labels }, needed);
  }
  const stacks = batch.map(label => [label]);
  const x = matmul(
    grouped(left, [...stacks, rows, inner]),
    grouped(right, [...stacks, inner, columns]),
  );
  const sizes = sizesOf([left, right]);
  const labels = [...batch, ...rows, ...columns];
  return {
    x: shaped(
      x,
      labels.map(label => sizes.get(label) as number),
    ),
    labels,
  };
}

/** Where in the output the first label stands that only `term` has. */
function place(term: Labelled, other: Labelled, output: readonly string[]): number {
  return output.findIndex(label => term.labels.includes(label) && !other.labels.includes(label));
}

/** With its dimensions in the order of `labels`. */
function ordered({ x, labels: from }: Labelled, labels: readonly string[]): Labelled {
  const dims = labels.filter(label => from.includes(label)).map(label => from.indexOf(label));
  return { x: dims.every((dim, k) => dim === k) ? x : permute(x, dims), labels };
}

/** With a dimension for each of `labels`, of size 1 where it has none of its own. */
function aligned(term: Labelled, labels: readonly string[]): Operand {
  const { x } = ordered(term, labels);
  const own = [...shapeOf(x)];
  return shaped(
    x,
    labels.map(label => (term.labels.includes(label) ? (own.shift() as number) : 1)),
  );
}

/** With the labels of each group together in one dimension. */
function grouped(term: Labelled, groups: readonly (readonly string[])[]): Operand {
  const { x } = ordered(term, groups.flat());
  const own = [...shapeOf(x)];
  return shaped(
    x,
    groups.map(group => sizeOf(own.splice(0, group.length))),
  );
}

function shaped(x: Operand, shape: readonly number[]): Operand {
  return sameShape(shapeOf(x), shape) ? x : reshape(x, shape);
}
