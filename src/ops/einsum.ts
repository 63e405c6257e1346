// Sums of products written with letters or lists of dimensions.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { IndexError, ShapeError, showShape } from '../ndarray/errors.ts';
import { dimension } from '../ndarray/shape.ts';
import { contract, type Labelled } from './contraction.ts';
import { checkTensor, describeOps, shapeOf, type TensorOr } from './structured.ts';

/** An equation as written: the labels of each operand and of the result (null where left out), with '...' for what it covers. */
interface Equation {
  where: string;
  terms: readonly (readonly string[])[];
  output: readonly string[] | null;
}

const ELLIPSIS = '...';

function parse(equation: string): Equation {
  if (typeof equation !== 'string') {
    throw new ArgumentError(
      `einsum: the first argument must be an equation such as 'ij,jk->ik', got ${describe(equation)}`,
    );
  }
  const where = `einsum '${equation}'`;
  const [inputs = '', output, ...more] = equation.replaceAll(' ', '').split('->');
  if (more.length > 0) throw new ArgumentError(`${where}: '->' stands more than once`);
  const terms = inputs.split(',').map(term => labelsOf(where, term));
  return { where, terms, output: output === undefined ? null : outputOf(where, output, terms) };
}

function labelsOf(where: string, term: string): readonly string[] {
  const odd = /[^a-zA-Z.]/.exec(term);
  if (odd !== null) {
    throw new ArgumentError(`${where}: '${odd[0]}' is not a label; labels are letters a-z and A-Z`);
  }
  if (!/^[a-zA-Z]*(\.\.\.)?[a-zA-Z]*$/.test(term)) {
    throw new ArgumentError(
      `${where}: points in '${term}' must be one ellipsis '...', which covers any number of dimensions`,
    );
  }
  return term.match(/\.\.\.|[a-zA-Z]/g) ?? [];
}

function outputOf(
  where: string,
  text: string,
  terms: readonly (readonly string[])[],
): readonly string[] {
  const output = labelsOf(where, text);
  output.forEach((label, k) => {
    if (output.indexOf(label) !== k) {
      throw new ArgumentError(`${where}: '${label}' stands more than once in the result`);
    }
    if (label !== ELLIPSIS && !terms.some(term => term.includes(label))) {
      throw new ArgumentError(`${where}: '${label}' of the result is a label of no operand`);
    }
  });
  return output;
}

/** Labels of `n` dimensions under an ellipsis; counted from the last, so that they line up as in broadcasting. */
function covered(n: number): string[] {
  return Array.from({ length: n }, (_, k) => `.${n - 1 - k}`);
}

/** How many dimensions the ellipsis of a term covers. */
function coveredBy(term: readonly string[], x: Operand): number {
  return term.includes(ELLIPSIS) ? shapeOf(x).length - term.length + 1 : 0;
}

function spelledOut(labels: readonly string[], n: number): string[] {
  return labels.flatMap(label => (label === ELLIPSIS ? covered(n) : [label]));
}

function labelled({ where, terms }: Equation, operands: readonly Operand[]): Labelled[] {
  if (operands.length !== terms.length) {
    throw new ArgumentError(
      `${where}: the equation has ${terms.length} operand(s), separated by commas, but ${operands.length} were given`,
    );
  }
  return operands.map((x, k) => {
    checkTensor(where, x, `operand ${k + 1}`);
    const term = terms[k] as readonly string[];
    const n = coveredBy(term, x);
    const labels = spelledOut(term, Math.max(0, n));
    if (n < 0 || labels.length !== shapeOf(x).length) {
      throw new ShapeError(
        `${where}: '${term.join('')}' does not fit operand ${k + 1} of shape ${showShape(shapeOf(x))}; ` +
          'it needs one letter for each dimension, or an ellipsis for some of them',
      );
    }
    return { x, labels };
  });
}

/** Throws where a label has two sizes: in one operand, or in two unless one of them is 1. */
function checkSizes(where: string, operands: readonly Labelled[]): void {
  const sizes = new Map<string, number>();
  operands.forEach(({ x, labels }, k) => {
    const shape = shapeOf(x);
    labels.forEach((label, dim) => {
      const size = shape[dim] as number;
      const twin = shape[labels.indexOf(label)] as number;
      const known = sizes.get(label) ?? 1;
      if (twin !== size || (size !== known && size !== 1 && known !== 1)) {
        const name = label.startsWith('.') ? "a dimension under '...'" : `'${label}'`;
        throw new ShapeError(
          `${where}: ${name} has size ${size} in operand ${k + 1} of shape ${showShape(shape)}, but also size ` +
            `${twin !== size ? twin : known}; a letter has one size (or 1 in another operand)`,
        );
      }
    });
    labels.forEach((label, dim) => {
      if ((sizes.get(label) ?? 1) === 1) sizes.set(label, shape[dim] as number);
    });
  });
}

/** Where the equation names no result: what the ellipsis covers, and then the letters that stand once, in order. */
function implicitOutput(terms: readonly (readonly string[])[]): string[] {
  const all = terms.flat().filter(label => label !== ELLIPSIS);
  const once = all.filter(label => all.indexOf(label) === all.lastIndexOf(label));
  // Capitals come first, as in PyTorch.
  return [ELLIPSIS, ...once.sort((a, b) => a.charCodeAt(0) - b.charCodeAt(0))];
}

/**
 * Einstein's sum: the product of all operands, with a letter for each of their dimensions, summed over the letters that the
 * result does not have. 'ij,jk->ik' is the product of two matrices. Without '->' the result has the letters that stand once,
 * in alphabetical order. A letter twice in one operand takes its diagonal; '...' covers any number of dimensions, which
 * broadcast; sizes of 1 stretch. Of several operands, the two are multiplied first that shrink most. Source: `torch.einsum`.
 *
 * ```ts
 * const a = tensor([[1, 2], [3, 4]]);
 * einsum('ij,jk->ik', a, a).toArray(); // [[7, 10], [15, 22]]
 * einsum('ii', a).item(); // 5
 * einsum('ij,j->i', a, tensor([1, 10])).toArray(); // [21, 43]
 * ```
 * @throws ArgumentError for an equation that cannot be read, or another number of operands; ShapeError where the letters do not
 * fit the shapes.
 */
export function einsum<A extends Operand>(
  equation: string,
  ...operands: readonly A[]
): TensorOr<A> {
  const parsed = parse(equation);
  const terms = labelled(parsed, operands);
  checkSizes(parsed.where, terms);
  const widest = operands.reduce<number>(
    (n, x, k) => Math.max(n, coveredBy(parsed.terms[k] as readonly string[], x)),
    0,
  );
  const output = spelledOut(parsed.output ?? implicitOutput(parsed.terms), widest);
  return contract(terms, output) as TensorOr<A>;
}

/** Options of {@link tensordot}. */
export interface TensordotOptions {
  /**
   * How many dimensions to sum over, the last of `a` with the first of `b`; or which: those of `a` and those of `b`, in pairs.
   * 2 unless given.
   */
  dims?: number | readonly [readonly number[], readonly number[]];
}

/** Dimensions in the order given, each once. */
function paired(dims: readonly unknown[], rank: number): number[] {
  const list = dims.map(dim => dimension('tensordot', dim, rank));
  if (new Set(list).size === list.length) return list;
  throw new IndexError(`tensordot: a dimension stands twice in [${dims.join(', ')}] of dims`);
}

function pairsOf(a: Operand, b: Operand, dims: unknown): [number[], number[]] {
  const [p, q] = [shapeOf(a).length, shapeOf(b).length];
  if (typeof dims === 'number') {
    if (Number.isInteger(dims) && dims >= 0 && dims <= Math.min(p, q)) {
      const places = Array.from({ length: dims }, (_, k) => k);
      return [places.map(k => p - dims + k), places];
    }
    throw new ArgumentError(
      `tensordot: dims must be a whole number from 0 to ${Math.min(p, q)} for shapes ${showShape(shapeOf(a))} and ` +
        `${showShape(shapeOf(b))}, got ${dims}`,
    );
  }
  if (!Array.isArray(dims) || dims.length !== 2 || !dims.every(Array.isArray)) {
    throw new ArgumentError(
      `tensordot: dims must be a number or two lists of dimensions, got ${describe(dims)}`,
    );
  }
  const [first, second] = [paired(dims[0], p), paired(dims[1], q)];
  if (first.length === second.length) return [first, second];
  throw new ArgumentError(
    `tensordot: dims pairs ${first.length} dimension(s) of the first with ${second.length} of the second; give as many of each`,
  );
}

/**
 * The sum of products over some dimensions of `a` and as many of `b`; the result has the other dimensions of `a`, then those
 * of `b`. Source: `torch.tensordot`.
 *
 * ```ts
 * const [a, b] = [tensor([[1, 2], [3, 4]]), tensor([[1, 0], [0, 1]])];
 * tensordot(a, b).item(); // 5
 * tensordot(a, b, { dims: [[0], [1]] }).toArray(); // [[1, 3], [2, 4]]
 * ```
 * @throws ShapeError where the sizes of a pair differ and none is 1; ArgumentError for other `dims`; IndexError for a dimension
 * that does not exist.
 */
export function tensordot<A extends Operand, B extends Operand>(
  a: A,
  b: B,
  options?: TensordotOptions,
): TensorOr<A | B> {
  checkOptions('tensordot', options, ['dims']);
  checkTensor('tensordot', a);
  checkTensor('tensordot', b, 'the second argument');
  const [first, second] = pairsOf(a, b, options?.dims ?? 2);
  const left = shapeOf(a).map((_, k) => `a${k}`);
  const right = shapeOf(b).map((_, k) =>
    second.includes(k) ? (left[first[second.indexOf(k)] as number] as string) : `b${k}`,
  );
  first.forEach((k, i) => {
    const [m, n] = [shapeOf(a)[k], shapeOf(b)[second[i] as number]];
    if (m === n || m === 1 || n === 1) return;
    throw new ShapeError(
      `tensordot: dimension ${k} of ${showShape(shapeOf(a))} and dimension ${second[i]} of ${showShape(shapeOf(b))} differ; ` +
        'the sizes of a pair must be the same',
    );
  });
  const pair = [
    { x: a, labels: left },
    { x: b, labels: right },
  ];
  const rest = [...left, ...right].filter(label => left.includes(label) !== right.includes(label));
  return contract(pair, rest) as TensorOr<A | B>;
}

const of = (...shape: number[]) => ({ shape });

describeOps({
  einsum: {
    about: 'Sum of products, written with a letter for each dimension.',
    torch: 'torch.einsum',
    samples: [
      { inputs: [of(2, 2), of(2, 1)], call: (a, b) => einsum('ij,jk->ki', a, b) },
      { inputs: [of(2, 2, 1)], call: x => einsum('iij->ji', x) },
      {
        inputs: [of(2, 1), of(2, 1, 2), of(2, 1)],
        call: (a, b, c) => einsum('bi,b...i,bj', a, b, c),
      },
      { inputs: [of(2, 1), of(2, 1)], call: (a, b) => einsum('ij,ij->j', a, b) },
      { inputs: [of(2, 0), of(0)], call: (a, b) => einsum('ij,j->i', a, b) },
    ],
  },
  tensordot: {
    about: 'Sum of products over pairs of dimensions.',
    torch: 'torch.tensordot',
    samples: [
      { inputs: [of(1, 1, 2), of(1, 2, 1)], call: (a, b) => tensordot(a, b) },
      {
        inputs: [of(2, 1), of(2, 2)],
        call: (a, b) => tensordot(a, b, { dims: [[0], [-1]] }),
      },
      { inputs: [of(2), of(1)], call: (a, b) => tensordot(a, b, { dims: 0 }) },
    ],
  },
});
