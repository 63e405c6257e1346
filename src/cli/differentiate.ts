// The derivative of a formula as a formula: the reverse sweep over a symbolic term, with the rules that the ops
// declare. Unlike `derive`, which follows one recorded run, it can be applied to its own result.

import { add, Expression, mul, type Op, type Operand } from '../index.ts';

/** More distinct terms than this are not worked out: nobody would read them. */
const MOST_TERMS = 4000;

/**
 * ∂expression/∂name, or undefined where it has more terms than anybody would read.
 *
 * The textbook's form of a rule is used where the op has one beside the numerically stable one.
 */
export function differentiate(expression: Expression, name: string): Expression | undefined {
  const terms = termsOf(expression);
  if (terms.length > MOST_TERMS) return undefined;
  const varying = new Set<Expression>();
  for (const term of terms) {
    if (term.symbol === name || term.args.some(arg => varying.has(arg))) varying.add(term);
  }
  const cotangents = new Map<Expression, Operand>([[expression, 1]]);
  let derivative: Operand = 0;
  for (const term of terms.reverse()) {
    const g = cotangents.get(term);
    if (g === undefined || !varying.has(term)) continue;
    if (term.op === null) derivative = derivative === 0 ? g : add(g, derivative);
    else hand(term, term.op, g, varying, cotangents);
  }
  return asExpression(derivative);
}

/** Gives each varying input of a term its share. What comes later was computed earlier: it stands to the left. */
function hand(
  term: Expression,
  op: Op,
  g: Operand,
  varying: ReadonlySet<Expression>,
  cotangents: Map<Expression, Operand>,
): void {
  term.args.forEach((arg, k) => {
    if (!varying.has(arg)) return;
    const share = mul(asExpression(g), localDerivative(op, k, term));
    const sum = cotangents.get(arg);
    cotangents.set(arg, sum === undefined ? share : add(share, sum));
  });
}

function localDerivative(op: Op, k: number, term: Expression): Expression {
  const rule = op.formulas[k] ?? op.partials[k] ?? 0;
  if (typeof rule === 'number') return asExpression(rule);
  return asExpression((rule as (...x: Operand[]) => Operand)(...term.args, term));
}

function asExpression(operand: Operand): Expression {
  if (operand instanceof Expression) return operand;
  if (typeof operand === 'number') return new Expression(null, [], null, operand);
  throw new Error('a rule gave a recorded value for symbols');
}

/** The distinct terms of an expression, inputs before what uses them; one more than the limit where there are more. */
function termsOf(expression: Expression): Expression[] {
  const order: Expression[] = [];
  const seen = new Set<Expression>();
  const stack: { term: Expression; next: number }[] = [{ term: expression, next: 0 }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const arg = top.term.args[top.next++];
    if (arg !== undefined) {
      if (!seen.has(arg)) stack.push({ term: arg, next: 0 });
      continue;
    }
    stack.pop();
    if (seen.has(top.term)) continue;
    seen.add(top.term);
    order.push(top.term);
    if (order.length > MOST_TERMS) break;
  }
  return order;
}
