// A formula ready to be computed: a list of steps for a stack machine, which runs on any kind of operand without
// recursion. Names of functions and operators come from the engine's table of ops.

import type jsep from 'jsep';
import { neg, type Operand, ops, type PublicOp, pow } from '../index.ts';
import { FormulaError, type Span } from './error.ts';
import { isNode, notJoined, operatorSpan, POWER, parse, type Tree } from './grammar.ts';
import { didYouMean } from './suggest.ts';

/** A step of a stack machine. `at` is the place in the text that it comes from. */
export type Step =
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'name'; readonly name: string; readonly at: Span }
  | {
      readonly kind: 'apply';
      readonly op: PublicOp;
      readonly count: number;
      readonly at: Span;
    };

/** Constants that a formula may use by name, unless variables have these names. */
export const CONSTANTS: ReadonlyMap<string, number> = new Map([
  ['pi', Math.PI],
  ['π', Math.PI],
  ['e', Math.E],
]);

/** A formula of named variables. */
export class Formula {
  /** The formula as it was typed. */
  readonly text: string;
  /** The names that it uses, constants included, in order of appearance, each with its first place. */
  readonly names: ReadonlyMap<string, Span>;
  private readonly steps: readonly Step[];

  constructor(text: string, names: ReadonlyMap<string, Span>, steps: readonly Step[]) {
    this.text = text;
    this.names = names;
    this.steps = steps;
  }

  /** Computes the formula. Every name that it uses must have an operand. */
  run(operands: ReadonlyMap<string, Operand>): Operand {
    const stack: Operand[] = [];
    for (const step of this.steps) {
      if (step.kind === 'number') stack.push(step.number);
      else if (step.kind === 'name') stack.push(operandOf(step.name, operands));
      else stack.push(apply(step.op, stack.splice(stack.length - step.count)));
    }
    const [result] = stack;
    if (result === undefined || stack.length !== 1)
      throw new Error('a formula left no single result');
    return result;
  }
}

function operandOf(name: string, operands: ReadonlyMap<string, Operand>): Operand {
  const operand = operands.get(name);
  if (operand === undefined) throw new Error(`no operand was given for ${name}`);
  return operand;
}

/** Applies an op to its inputs in order; the ones that its options stand for come last. */
export function apply(op: PublicOp, inputs: readonly Operand[]): Operand {
  const optional = Object.keys(op.op.options);
  const required = op.op.inputs.length - optional.length;
  if (inputs.length <= required) return op(...inputs);
  const options = Object.fromEntries(
    optional.slice(0, inputs.length - required).map((name, k) => [name, inputs[required + k]]),
  );
  const call = op as unknown as (...operands: unknown[]) => Operand;
  return call(...inputs.slice(0, required), options);
}

/**
 * Reads a formula such as `sin(x^2)`. The variables are only used for better sentences: a name that is given as a
 * variable is never taken for a function.
 *
 * @throws FormulaError where it is not an expression of numbers, names, operators and known functions.
 */
export function readFormula(text: string, variables: ReadonlySet<string> = new Set()): Formula {
  const tree = parse(text);
  const compiler = new Compiler(tree, variables);
  return new Formula(text, compiler.names, compiler.steps);
}

const NO_POINT = 'a point can only stand in a number';

/** Parts of a tree and steps, in the order in which they are to be done. */
export type Todo<Other> = (jsep.Expression | Step | Other)[];

/** Flattens a tree into steps. Not recursive: a long sum is a deep tree. */
export class Compiler<Other extends { readonly kind: string } = never> {
  readonly steps: (Step | Other)[] = [];
  readonly names = new Map<string, Span>();
  protected readonly tree: Tree;
  protected readonly variables: ReadonlySet<string>;

  constructor(tree: Tree, variables: ReadonlySet<string>) {
    this.tree = tree;
    this.variables = variables;
    const todo: Todo<Other> = [tree.root];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      if ('kind' in next) this.steps.push(next as Step | Other);
      else todo.push(...this.expand(next as jsep.Expression).reverse());
    }
  }

  /** What has to be done for a node, in order: its operands, then the step that takes them. */
  protected expand(node: jsep.Expression): Todo<Other> {
    switch (node.type) {
      case 'Literal':
        return [{ kind: 'number', number: Number((node as jsep.Literal).value) }];
      case 'Identifier':
        return [this.name(node as jsep.Identifier)];
      case 'UnaryExpression':
        return this.sign(node as jsep.UnaryExpression);
      case 'BinaryExpression':
        return this.operator(node as jsep.BinaryExpression);
      case 'CallExpression':
        return this.call(node as jsep.CallExpression);
      case 'MemberExpression':
        throw this.error(node, NO_POINT);
      case 'SequenceExpression':
        throw this.sequence(node as jsep.SequenceExpression);
      case 'ThisExpression':
        throw this.error(node, '"this" is not a variable that can be given');
      default:
        throw this.error(node, 'this cannot stand in an expression');
    }
  }

  protected name(node: jsep.Identifier): Step {
    const { name } = node;
    if (ops.has(name) && !this.variables.has(name)) {
      throw this.error(node, `${name} is a function; write ${signature(ops.get(name), name)}`);
    }
    return this.use(name, this.tree.span(node));
  }

  protected use(name: string, at: Span): Step {
    if (!this.names.has(name)) this.names.set(name, at);
    return { kind: 'name', name, at };
  }

  private sign(node: jsep.UnaryExpression): Todo<Other> {
    const { operator, argument } = node;
    if (operator === '+') return [argument];
    // A negative number is one constant, not a negation of one.
    if (argument.type === 'Literal') {
      return [{ kind: 'number', number: -Number((argument as jsep.Literal).value) }];
    }
    return [argument, { kind: 'apply', op: negation, count: 1, at: this.tree.span(node) }];
  }

  private operator(node: jsep.BinaryExpression): Todo<Other> {
    const { left, operator, right } = node;
    const at = operatorSpan(this.tree, left, operator);
    const op = operators.get(operator);
    if (op === undefined) {
      const hint = operator === '=' ? 'to compare write ==' : `write ${operator.slice(0, -1)}`;
      throw new FormulaError(`${operator} has no meaning here; ${hint}`, this.tree.text, at);
    }
    if (
      isComparison(operator) &&
      isComparison((left as jsep.BinaryExpression).operator) &&
      !this.isGroup(left)
    ) {
      const message = 'comparisons cannot be chained; write (a < b) * (b < c)';
      throw new FormulaError(message, this.tree.text, at);
    }
    return [left, right, { kind: 'apply', op, count: 2, at }];
  }

  private isGroup(node: jsep.Expression): boolean {
    return this.tree.text.charAt(this.tree.outerSpan(node).start) === '(';
  }

  protected call(node: jsep.CallExpression): Todo<Other> {
    const { name, at } = this.callee(node);
    const op = ops.get(name);
    if (op === undefined || this.variables.has(name)) throw this.unknown(name, at);
    const given = this.inputs(node);
    this.checkCount(op, given.length, at);
    return [...given, { kind: 'apply', op, count: given.length, at }];
  }

  /** The name of the function that is called, and where it stands. */
  protected callee(node: jsep.CallExpression): { name: string; at: Span } {
    const { callee } = node;
    const { start, end } = this.tree.span(node);
    if (callee.type === 'MemberExpression') throw this.error(node, NO_POINT);
    if (callee.type !== 'Identifier' || this.tree.text.charAt(start) === '(') {
      throw notJoined(this.tree.text, openingOf(this.tree.text, end - 1));
    }
    const { name } = callee as jsep.Identifier;
    return { name, at: { start, end: start + name.length } };
  }

  protected inputs(node: jsep.CallExpression): jsep.Expression[] {
    const given = node.arguments.filter(isNode);
    this.checkCommas(given);
    return given;
  }

  protected checkCount(op: PublicOp, given: number, at: Span): void {
    const { name, inputs, options } = op.op;
    const least = inputs.length - Object.keys(options).length;
    if (given >= least && given <= inputs.length) return;
    throw new FormulaError(wrongCount(op, name, given), this.tree.text, at);
  }

  protected unknown(name: string, at: Span): FormulaError {
    const isValue = this.variables.has(name) || CONSTANTS.has(name);
    const message = isValue
      ? `${name} is not a function; for a product write ${name}*(…)`
      : `there is no function ${name}${hintFor(name)}`;
    return new FormulaError(message, this.tree.text, at);
  }

  /** jsep also takes inputs that stand side by side without a comma. */
  protected checkCommas(inputs: readonly jsep.Expression[]): void {
    const { text } = this.tree;
    for (let k = 1; k < inputs.length; k++) {
      const [left, right] = [inputs[k - 1], inputs[k]];
      if (left === undefined || right === undefined) continue;
      const { end } = this.tree.outerSpan(left);
      if (!text.slice(end, this.tree.outerSpan(right).start).includes(',')) {
        throw notJoined(text, end);
      }
    }
  }

  private sequence(node: jsep.SequenceExpression): FormulaError {
    const [first] = node.expressions;
    return first === undefined
      ? this.error(node, 'there is nothing in these parentheses')
      : notJoined(this.tree.text, this.tree.outerSpan(first).end);
  }

  protected error(node: jsep.Expression, message: string): FormulaError {
    return new FormulaError(message, this.tree.text, this.tree.span(node));
  }
}

/** Where the parenthesis stands that the one at `closing` closes. */
function openingOf(text: string, closing: number): number {
  let depth = 0;
  for (let i = closing; i >= 0; i--) {
    if (text.charAt(i) === ')') depth++;
    if (text.charAt(i) === '(' && --depth === 0) return i;
  }
  return 0;
}

export function hintFor(name: string, known: Iterable<string> = ops.keys()): string {
  const wanted = name.toLowerCase();
  const synonym = [...ops.values()].find(op => op.declaration.otherNames?.includes(wanted))?.op
    .name;
  return synonym === undefined ? didYouMean(name, known) : `; it is called ${synonym} here`;
}

/** `atan2(y, x)`, with optional inputs in brackets. */
function signature(op: PublicOp | undefined, name: string): string {
  if (op === undefined) return `${name}(…)`;
  const optional = new Set(Object.keys(op.op.options));
  const [required, rest] = [
    op.op.inputs.filter(input => !optional.has(input)),
    op.op.inputs.filter(input => optional.has(input)),
  ];
  return `${name}(${required.join(', ')}${rest.map(input => `[, ${input}]`).join('')})`;
}

function wrongCount(op: PublicOp, name: string, got: number): string {
  const most = op.op.inputs.length;
  const least = most - Object.keys(op.op.options).length;
  const range = least === most ? String(most) : `${least} to ${most}`;
  const inputs = most === 1 ? 'input' : 'inputs';
  return `${name} takes ${range} ${inputs}, ${signature(op, name)}, but got ${got}`;
}

/** How the signs of the ops are typed, where a keyboard lacks them. */
const TYPED: ReadonlyMap<string, string> = new Map([
  ['−', '-'],
  ['·', '*'],
  ['≤', '<='],
  ['≥', '>='],
  ['=', '=='],
  ['≠', '!='],
]);

/** The binary operators of the grammar: the ops that are written down with a sign between their operands, and powers. */
const operators: ReadonlyMap<string, PublicOp> = infixOps();
const negation = neg as unknown as PublicOp;

function isComparison(operator: string | undefined): boolean {
  return operator !== undefined && /^(?:[<>]=?|[=!]=)$/.test(operator);
}

function infixOps(): Map<string, PublicOp> {
  const found = new Map<string, PublicOp>();
  for (const op of ops.values()) {
    if (op.op.inputs.length !== 2) continue;
    const sign = /^a (\S+) b$/.exec(written(op))?.[1];
    const typed = sign === undefined ? undefined : (TYPED.get(sign) ?? sign);
    if (typed !== undefined && !found.has(typed)) found.set(typed, op);
  }
  return found.set(POWER, pow as unknown as PublicOp);
}

/** An op written down with a and b as its inputs. */
function written(op: PublicOp): string {
  const letter = (k: number): string => 'ab'.charAt(k);
  return op.op.text({
    arg: letter,
    raw: letter,
    number: () => undefined,
    opOf: () => undefined,
    tensor: () => false,
    count: 2,
    params: undefined,
  }).string;
}
