// Symbols as cotangents: the sweep that gives formulas instead of numbers, and the derivative of a formula by it.

import { showShape } from '../ndarray/errors.ts';
import { sameShape } from '../ndarray/shape.ts';
import { ArgumentError, checkOptions, describe, NonScalarLossError, ShapeError } from './errors.ts';
import { Expression, numberExpression, toExpression, visit } from './expression.ts';
import { enableGrad } from './modes.ts';
import { arithmetic, type Op, type Operand, tensorArithmetic } from './op.ts';
import { makeSweep, type Route, routeTo, type Sweep } from './sweep.ts';
import type { Chunk, Node } from './tape.ts';
import { shownPartial, shownVjp } from './trace-op.ts';
import { constant, recordAny, Value, value } from './value.ts';

/** How the rows of a graph are written. */
export interface Writing {
  /** A row as a name or a formula. */
  of(chunk: Chunk, row: number): Expression;
  /** The inputs of a row. */
  inputs(chunk: Chunk, row: number): readonly Expression[];
  /** The plain parameters of its op. */
  params(chunk: Chunk, row: number): unknown;
}

/** A sweep whose cotangents are formulas, in the textbook's form of each rule. */
export function symbolicSweep(writing: Writing): Sweep<Expression> {
  const local = (op: Op, k: number, chunk: Chunk, row: number): Expression =>
    shownPartial(op, k, writing.inputs(chunk, row), writing.of(chunk, row));
  return makeSweep<Expression>({
    open: chunk => ({ cotangents: new Array(chunk.length), marks: new Uint8Array(chunk.length) }),
    close: () => {},
    add: sumOf,
    local,
    contribution(g, op, k, chunk, row) {
      const inputs = writing.inputs(chunk, row);
      const handed =
        op.structure === null
          ? productOf(g, local(op, k, chunk, row))
          : shownVjp(op, k, g, inputs, writing.of(chunk, row), writing.params(chunk, row));
      return fitted(handed, inputs[k] as Expression);
    },
  });
}

/** A cotangent in the shape of the input that it belongs to: what broadcasting stretched is summed. */
function fitted(cotangent: Expression, { shape }: Expression): Expression {
  const from = cotangent.shape;
  // A number, or a shape that a rule cannot tell, stands for whatever shape is needed.
  if (cotangent.number !== null || from === null || shape === null) return cotangent;
  if (from.length < shape.length || sameShape(from, shape)) return cotangent;
  return toExpression(tensorArithmetic().sumTo(cotangent, shape));
}

/** A sum of contributions. What comes later in the sweep was computed earlier: it stands to the left. */
export function sumOf(sum: Expression, earlier: Expression): Expression {
  return toExpression(arithmetic().add(earlier, sum));
}

/** A contribution: cotangent times local derivative, in the order in which one writes the chain rule. */
export function productOf(g: Operand, d: Expression): Expression {
  return toExpression(arithmetic().mul(g, d));
}

/** The cotangent that arrives at the one target of a route. */
export function cotangentOf(
  sweep: Sweep<Expression>,
  root: Node,
  route: Route,
  seed: Expression = numberExpression(1),
): Expression {
  let sum: Expression | null = null;
  sweep(root, seed, {
    route,
    readFreed: true,
    deliver(_node, cotangent) {
      sum = sum === null ? cotangent : sumOf(sum, cotangent);
    },
  });
  return sum ?? numberExpression(0);
}

/** Options of {@link differentiate}. */
export interface DifferentiateOptions {
  /** What the derivative is multiplied with from the left: a formula of the shape of the expression, which may be a tensor. */
  cotangent?: Expression;
}

/**
 * The derivative of a formula with respect to one of its symbols, as a formula; of a formula for a tensor the product of a
 * cotangent with it (the vjp).
 *
 * ```ts
 * const x = symbol('x');
 * String(differentiate(sin(square(x)), 'x')); // 'cos(x²) · 2x'
 * String(differentiate(differentiate(x.pow(3), 'x'), 'x')); // '6x'
 *
 * const [X, W, G] = [symbol('X', { shape: [5, 3] }), symbol('W', { shape: [3, 2] }), symbol('G', { shape: [5, 2] })];
 * String(differentiate(matmul(X, W), 'X', { cotangent: G })); // 'G·Wᵀ'
 * ```
 * @throws ArgumentError where the first argument is no Expression; NonScalarLossError where it stands for a tensor and no
 *   cotangent is given.
 */
export function differentiate(
  expression: Expression,
  name: string,
  options?: DifferentiateOptions,
): Expression {
  if (!(expression instanceof Expression)) {
    throw new ArgumentError(
      `differentiate takes an Expression and the name of a symbol, got ${describe(expression)}`,
    );
  }
  checkOptions('differentiate', options, ['cotangent']);
  const seed = seedOf(expression, options?.cotangent);
  const { root, leaf, terms } = graphOf(expression, name);
  if (root === leaf) return seed;
  if (!(root instanceof Value) || !root.requiresGrad) return numberExpression(0);
  const of = (chunk: Chunk, row: number): Expression =>
    terms.get(chunk.serial)?.get(row) as Expression;
  const sweep = symbolicSweep({
    of,
    inputs: (chunk, row) => of(chunk, row).args,
    params: (chunk, row) => of(chunk, row).params,
  });
  return cotangentOf(sweep, root, routeTo(root, [leaf]), seed);
}

function seedOf({ shape }: Expression, cotangent: unknown): Expression {
  if (cotangent === undefined) {
    if (shape === null || shape.length === 0) return numberExpression(1);
    throw new NonScalarLossError(
      `differentiate: the expression stands for a tensor of shape ${showShape(shape)}; give { cotangent: symbol('G', { shape }) } of ` +
        'this shape',
    );
  }
  if (!(cotangent instanceof Expression)) {
    throw new ArgumentError(
      `differentiate: cotangent must be an Expression, got ${describe(cotangent)}`,
    );
  }
  if (shape !== null && cotangent.shape !== null && !sameShape(shape, cotangent.shape)) {
    throw new ShapeError(
      `differentiate: the cotangent must have the shape ${showShape(shape)} of the expression, got ${showShape(cotangent.shape)}`,
    );
  }
  return cotangent;
}

/** The graph of a term in one of its symbols. The numbers in it stand for nothing: only its structure is swept. */
function graphOf(
  expression: Expression,
  name: string,
): { root: Value | number; leaf: Value; terms: Map<number, Map<number, Expression>> } {
  const leaf = value(Number.NaN);
  const nodes = new Map<Expression, Value | number>();
  const terms = new Map<number, Map<number, Expression>>();
  enableGrad(() => {
    visit(expression, term => {
      const { op, args, number, symbol } = term;
      if (op === null) {
        nodes.set(term, symbol === name ? leaf : (number ?? Number.NaN));
        return;
      }
      const inputs = args.map(arg => nodes.get(arg) as Value | number);
      const node = recordAny(op, inputs, Number.NaN);
      nodes.set(term, node.requiresGrad ? node : constant(Number.NaN));
      if (node.chunk === null) return;
      const rows = terms.get(node.chunk.serial) ?? new Map<number, Expression>();
      terms.set(node.chunk.serial, rows.set(node.row, term));
    });
  });
  return { root: nodes.get(expression) as Value | number, leaf, terms };
}
