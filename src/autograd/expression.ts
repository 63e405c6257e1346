// The symbolic operand: a number, a symbol, or an op applied to expressions. What derivations and formulas are made of.

import { broadcastShapes, checkShape, type Shape, sameShape } from '../ndarray/shape.ts';
import { ArgumentError, checkOptions, describe } from './errors.ts';
import { modes } from './modes.ts';
import { writeLatex, writeText } from './notation.ts';
import {
  applyOp,
  isOperand,
  KIND,
  type Kind,
  type Op,
  type Operand,
  tensorArithmetic,
} from './op.ts';

/** A symbolic term. Immutable; terms may share subterms. Its methods (`x.mul(y)`, `x.sin()` …) are the public ops. */
export class Expression {
  /** The op of a term; null for a number or a symbol. */
  readonly op: Op | null;
  readonly args: readonly Expression[];
  /** The name of a symbol. */
  readonly symbol: string | null;
  /** The number that this is, if it is one. */
  readonly number: number | null;
  /** Number of ops when written out (shared subterms counted each time), at most {@link Number.MAX_SAFE_INTEGER}. */
  readonly size: number;
  /** Sizes of the dimensions where it stands for a tensor, [] for a scalar; null where they are not known. */
  readonly shape: Shape | null;
  /** Plain parameters of a structured op. */
  readonly params: unknown;

  constructor(
    op: Op | null,
    args: readonly Expression[],
    symbolName: string | null,
    number: number | null,
    shape: Shape | null = [],
    params: unknown = undefined,
  ) {
    this.shape = shape;
    this.params = params;
    this.op = op;
    this.args = args;
    this.symbol = symbolName;
    this.number = number;
    let size = op === null ? 0 : 1;
    for (const arg of args) size = Math.min(size + arg.size, Number.MAX_SAFE_INTEGER);
    this.size = size;
  }

  /** The term as text, such as `cos(x²) · 2x`. */
  toString(): string {
    return writeText(this);
  }

  /** The term as LaTeX, such as `\cos\left(x^{2}\right) \cdot 2 x`. */
  toLatex(): string {
    return writeLatex(this);
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `Expression(${writeText(this)})`;
  }

  /** JavaScript's own operators do not build terms: they throw. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return writeText(this);
    throw new ArgumentError(
      'an Expression met a JavaScript operator, which builds no term; write a.add(b), a.mul(b) …',
    );
  }
}

/**
 * Makes a symbol.
 *
 * ```ts
 * const x = symbol('x');
 * String(sin(square(x))); // 'sin(x²)'
 * ```
 */
export function symbol(name: string, options?: SymbolOptions): Expression {
  if (typeof name !== 'string' || name === '') {
    throw new ArgumentError(`symbol: the name must be a non-empty string, got ${describe(name)}`);
  }
  checkOptions('symbol', options, ['shape']);
  if (options?.shape !== undefined) checkShape('symbol', options.shape);
  return new Expression(null, [], name, null, options?.shape ?? []);
}

/** Options of {@link symbol}. */
export interface SymbolOptions {
  /** Sizes of the dimensions of a symbol that stands for a tensor; a scalar unless given. */
  shape?: Shape;
}

/** A number as an expression; with a shape, a tensor of which it is every element. */
export function numberExpression(number: number, shape: Shape = []): Expression {
  return new Expression(null, [], null, number, shape);
}

/** Lifts a number to an expression; expressions stay as they are. */
export function toExpression(operand: Operand): Expression {
  if (operand instanceof Expression) return operand;
  if (typeof operand === 'number') return numberExpression(operand);
  throw new ArgumentError(
    `a ${operand.constructor.name} met an Expression; use symbols throughout and put numbers, Values or Tensors in with ` +
      'evaluate(expression, { name: value })',
  );
}

/** A term as it stands, without simplifying. */
export function plainTerm(op: Op, args: readonly Expression[], params?: unknown): Expression {
  return new Expression(op, args, null, null, shapeOfTerm(op, args, params), params);
}

function shapeOfTerm(op: Op, args: readonly Expression[], params: unknown): Shape | null {
  const shapes: Shape[] = [];
  for (const { shape } of args) {
    if (shape === null) return null;
    shapes.push(shape);
  }
  if (op.structure === null) return broadcastShapes(op.name, shapes);
  return op.structure.shape?.(shapes, params) ?? null;
}

/** Applies an op to expressions: simplified by the op's own rule, or folded when all are numbers and the result is short. */
export function term(op: Op, operands: readonly Operand[], params?: unknown): Expression {
  const args = operands.map(toExpression);
  const shape = shapeOfTerm(op, args, params);
  const plain = (): Expression => new Expression(op, args, null, null, shape, params);
  if (op.structure !== null) {
    const number = args[0]?.number ?? null;
    const moved = op.structure.movesOnly && args.length === 1 && number !== null && shape !== null;
    return moved ? numberExpression(number, shape) : plain();
  }
  if (args.length > 0 && args.every(arg => arg.number !== null)) {
    const result = op.forward(...args.map(arg => arg.number as number));
    // A short result says the same in less (½·2 → 1); log(2) says more than 0.6931471805599453.
    if (Number.isFinite(result) && String(result).length <= 6) {
      return numberExpression(result, shape ?? []);
    }
  }
  const simpler = op.simplify?.(...args);
  if (simpler === undefined) return plain();
  const found = toExpression(simpler);
  if (shape === null || shape.length === 0 || sameShape(found.shape ?? [], shape)) return found;
  // Of another shape, as b instead of 1·b where the ones stretch it: right only for a number, which fills any shape.
  return found.number === null ? plain() : numberExpression(found.number, shape);
}

const kind: Kind = { name: 'Expression', rank: 3, apply: term };
Object.defineProperty(Expression.prototype, KIND, { value: kind });

/** Visits every distinct subterm once, arguments before the terms that hold them. Not recursive. */
export function visit(expression: Expression, see: (term: Expression) => void): void {
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
    see(top.term);
  }
}

/** Names of the symbols of an expression, in order of appearance. */
export function symbolsOf(expression: Expression): string[] {
  const names = new Set<string>();
  visit(expression, ({ symbol: name }) => {
    if (name !== null) names.add(name);
  });
  return [...names];
}

/**
 * Puts operands in for the symbols: numbers give a number, Values a recorded Value, expressions a new expression.
 *
 * ```ts
 * evaluate(sin(square(symbol('x'))), { x: 1.5 }); // 0.7780731968879212
 * ```
 * @throws ArgumentError where a symbol has no operand.
 */
export function evaluate<A extends Operand>(
  expression: Expression,
  operands: Readonly<Record<string, A>>,
): A | number {
  if (!(expression instanceof Expression)) {
    throw new ArgumentError(`evaluate: give an Expression first, got ${describe(expression)}`);
  }
  if (typeof operands !== 'object' || operands === null) {
    throw new ArgumentError(
      `evaluate: give the operands as an object such as { x: 1.5 }, got ${describe(operands)}`,
    );
  }
  const results = new Map<Expression, Operand>();
  visit(expression, subterm => {
    results.set(subterm, evaluateOne(subterm, operands, results));
  });
  return results.get(expression) as A | number;
}

function evaluateOne(
  { op, args, symbol: name, number, shape, params }: Expression,
  operands: Readonly<Record<string, Operand>>,
  results: ReadonlyMap<Expression, Operand>,
): Operand {
  if (number !== null) return shape?.length ? filled(number, shape) : number;
  if (op !== null) {
    return applyOp(
      op,
      args.map(arg => results.get(arg) as Operand),
      params,
    );
  }
  const key = name as string;
  if (!Object.hasOwn(operands, key)) {
    throw new ArgumentError(`evaluate: no operand given for the symbol "${key}"`);
  }
  const operand = operands[key];
  if (!isOperand(operand)) {
    throw new ArgumentError(
      `evaluate: the operand of "${key}" must be a number, a Value, a Tensor or an Expression, got ${describe(operand)}`,
    );
  }
  return operand;
}

/** A tensor of which every element is `number`. */
function filled(number: number, shape: Shape): Operand {
  const { expand, cast } = tensorArithmetic();
  return cast(expand(number, shape), modes.float);
}

/** Whether two expressions are the same term. Gives up (false) on large ones, so it is cheap to ask. */
export function sameTerm(a: Expression, b: Expression): boolean {
  const stack: [Expression, Expression][] = [[a, b]];
  let budget = 200;
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const [p, q] = top;
    if (p === q) continue;
    if (budget-- === 0) return false;
    if (p.op !== q.op || p.symbol !== q.symbol || p.size !== q.size) return false;
    if (p.params !== q.params && JSON.stringify(p.params) !== JSON.stringify(q.params))
      return false;
    if (p.number !== null && !sameShape(p.shape ?? [], q.shape ?? [])) return false;
    if (!Object.is(p.number, q.number) || p.args.length !== q.args.length) return false;
    p.args.forEach((arg, k) => void stack.push([arg, q.args[k] as Expression]));
  }
  return true;
}
