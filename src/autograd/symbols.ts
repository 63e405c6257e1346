// Symbols as cotangents: the sweep that gives formulas instead of numbers, and the derivative of a formula by it.

import { ArgumentError, describe } from './errors.ts';
import { Expression, numberExpression, toExpression, visit } from './expression.ts';
import { enableGrad } from './modes.ts';
import { arithmetic, type Operand } from './op.ts';
import { makeSweep, type opOf, type Route, routeTo, type Sweep } from './sweep.ts';
import type { Chunk, Node } from './tape.ts';
import { shownPartial } from './trace-op.ts';
import { constant, recordAny, Value, value } from './value.ts';

/** How the rows of a graph are written. */
export interface Writing {
  /** A row as a name or a formula. */
  of(chunk: Chunk, row: number): Expression;
  /** The inputs of a row. */
  inputs(chunk: Chunk, row: number): readonly Expression[];
}

/** A sweep whose cotangents are formulas, in the textbook's form of each rule. */
export function symbolicSweep(writing: Writing): Sweep<Expression> {
  const local = (op: ReturnType<typeof opOf>, k: number, chunk: Chunk, row: number): Expression =>
    shownPartial(op, k, writing.inputs(chunk, row), writing.of(chunk, row));
  return makeSweep<Expression>({
    open: chunk => ({ cotangents: new Array(chunk.length), marks: new Uint8Array(chunk.length) }),
    close: () => {},
    add: sumOf,
    local,
    contribution: (g, op, k, chunk, row) => productOf(g, local(op, k, chunk, row)),
  });
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
export function cotangentOf(sweep: Sweep<Expression>, root: Node, route: Route): Expression {
  let sum: Expression | null = null;
  sweep(root, numberExpression(1), {
    route,
    readFreed: true,
    deliver(_node, cotangent) {
      sum = sum === null ? cotangent : sumOf(sum, cotangent);
    },
  });
  return sum ?? numberExpression(0);
}

/**
 * The derivative of a formula with respect to one of its symbols, as a formula.
 *
 * ```ts
 * const x = symbol('x');
 * String(differentiate(sin(square(x)), 'x')); // 'cos(x²) · 2x'
 * String(differentiate(differentiate(x.pow(3), 'x'), 'x')); // '6x'
 * ```
 * @throws ArgumentError where the first argument is no Expression.
 */
export function differentiate(expression: Expression, name: string): Expression {
  if (!(expression instanceof Expression)) {
    throw new ArgumentError(
      `differentiate takes an Expression and the name of a symbol, got ${describe(expression)}`,
    );
  }
  const { root, leaf, terms } = graphOf(expression, name);
  if (root === leaf) return numberExpression(1);
  if (!(root instanceof Value) || !root.requiresGrad) return numberExpression(0);
  const of = (chunk: Chunk, row: number): Expression =>
    terms.get(chunk.base)?.get(row) as Expression;
  const sweep = symbolicSweep({ of, inputs: (chunk, row) => of(chunk, row).args });
  return cotangentOf(sweep, root, routeTo(root, [leaf]));
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
      const rows = terms.get(node.chunk.base) ?? new Map<number, Expression>();
      terms.set(node.chunk.base, rows.set(node.row, term));
    });
  });
  return { root: nodes.get(expression) as Value | number, leaf, terms };
}
