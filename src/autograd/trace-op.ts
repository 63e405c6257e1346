// An op as a trace shows it: its formulas as templates in which names or numbers can be put.

import type { Shape } from '../ndarray/shape.ts';
import { ArgumentError } from './errors.ts';
import {
  Expression,
  numberExpression,
  plainTerm,
  symbol,
  toExpression,
  visit,
} from './expression.ts';
import { writeLatex, writeText } from './notation.ts';
import { type Op, type Operand, type Partial, type Structure, vjpOf, type Writer } from './op.ts';
import { applyPartial } from './operands.ts';
import { latexName, type TraceOp } from './trace.ts';

/** The shapes of the inputs and the parameters of a structured op: its formulas depend on them. */
export interface OpUse {
  shapes: readonly Shape[];
  shape: Shape;
  params: unknown;
}

/** Describes an op for a trace; a structured one as it was used. */
export function traceOp(op: Op, use?: OpUse): TraceOp {
  if (op.structure !== null) return structuredTraceOp(op, use);
  const inputs = op.inputs.map((_, k) => symbol(`#${k}`));
  const y = symbol('#y');
  const value = plainTerm(op, inputs);
  return {
    name: op.name,
    symbol: op.symbol,
    text: writeText(value, template),
    latex: writeLatex(value, template),
    partials: op.partials.map((_, k) => {
      const rule = spelledOut(shownPartial(op, k, inputs, y));
      return { text: writeText(rule, template), latex: writeLatex(rule, template) };
    }),
  };
}

function structuredTraceOp(op: Op, use: OpUse | undefined): TraceOp {
  const shapes = use?.shapes ?? op.inputs.map(() => []);
  const inputs = shapes.map((shape, k) => symbol(`#${k}`, { shape }));
  const shape = use?.shape ?? [];
  const [y, g] = [symbol('#y', { shape }), symbol('#g', { shape })];
  const write = (term: Expression): { text: string; latex: string } => ({
    text: writeText(term, template),
    latex: writeLatex(term, template),
  });
  return {
    name: op.name,
    symbol: op.symbol,
    ...write(plainTerm(op, inputs, use?.params)),
    structured: true,
    partials: inputs.map((_, k) => write(shownVjp(op, k, g, inputs, y, use?.params))),
  };
}

const template = (name: string): string => `{${name}}`;

/** The local derivative as a textbook writes it. */
export function shownPartial(
  op: Op,
  k: number,
  inputs: readonly Operand[],
  y: Operand,
): Expression {
  const rule = op.formulas[k] ?? (op.partials[k] as Partial);
  return toExpression(applyPartial(rule, inputs, y));
}

/** What a structured op hands to its input `k`, as a formula. */
export function shownVjp(
  op: Op,
  k: number,
  g: Expression,
  inputs: readonly Expression[],
  y: Expression,
  params: unknown,
): Expression {
  const rule = op.structure === null ? null : vjpOf(op.structure, k);
  if (rule === null) return numberExpression(0);
  try {
    return toExpression(rule(g, inputs, y, params));
  } catch {
    // A rule that looks at elements (indices, masks) cannot be read with symbols: its name and its arguments have to do.
    return new Expression(unreadable(op), [g, ...inputs], null, null, inputs[k]?.shape ?? null);
  }
}

const unreadables = new WeakMap<Op, Op>();

/** Stands for a vjp that cannot be written out. */
function unreadable(op: Op): Op {
  const known = unreadables.get(op);
  if (known !== undefined) return known;
  const args = (w: Writer): string =>
    Array.from({ length: w.count }, (_, k) => w.arg(k)).join(', ');
  const name = `vjp of ${op.name}`;
  const kernel = (): never => {
    throw new ArgumentError(`the ${name} has no formula in public ops, so it cannot be evaluated`);
  };
  const made: Op = Object.freeze({
    ...op,
    name,
    structure: { ...(op.structure as Structure), kernel },
    text: (w: Writer) => ({ string: `vjp_${op.name}(${args(w)})`, precedence: 'atom' as const }),
    latex: (w: Writer) => ({
      string: `\\operatorname{vjp}_{${latexName(op.name)}}\\left(${args(w)}\\right)`,
      precedence: 'atom' as const,
    }),
  });
  unreadables.set(op, made);
  return made;
}

/** An expression in which ops that only name a formula are replaced by that formula. */
function spelledOut(expression: Expression): Expression {
  const results = new Map<Expression, Expression>();
  visit(expression, term => {
    if (term.op === null) {
      results.set(term, term);
      return;
    }
    const args = term.args.map(arg => results.get(arg) as Expression);
    const formula = term.op.definition as ((...x: Expression[]) => Operand) | undefined;
    results.set(
      term,
      formula === undefined
        ? plainTerm(term.op, args, term.params)
        : toExpression(formula(...args)),
    );
  });
  return results.get(expression) as Expression;
}
