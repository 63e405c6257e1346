// An op as a trace shows it: its formulas as templates in which names or numbers can be put.

import { type Expression, plainTerm, symbol, toExpression, visit } from './expression.ts';
import { writeLatex, writeText } from './notation.ts';
import type { Op, Operand, Partial } from './op.ts';
import { applyPartial } from './operands.ts';
import type { TraceOp } from './trace.ts';

/** Describes an op for a trace. */
export function traceOp(op: Op): TraceOp {
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
      formula === undefined ? plainTerm(term.op, args) : toExpression(formula(...args)),
    );
  });
  return results.get(expression) as Expression;
}
