// An expression of a program: a formula that may also hold lists, words, named options and every op on tensors. Which
// functions there are, and how many tensors each takes, is read off the engine's two tables of ops.

import type jsep from 'jsep';
import * as engine from '../index.ts';
import {
  Expression as FormulaOfSymbols,
  type Operand,
  ops,
  type PublicOp,
  Tensor,
  tensor,
  tensorOps,
  Value,
} from '../index.ts';
import { FormulaError, type Span } from './error.ts';
import { apply, CONSTANTS, Compiler, hintFor, type Step, type Todo } from './formula.ts';
import { isNode, notJoined, parse } from './grammar.ts';

/** What a part of an expression can be: something to compute with, or what the options of an op are made of. */
export type Item = Operand | boolean | string | readonly Item[] | Results;
/** Several results under their names, such as the U, S and V of svd. */
export interface Results {
  readonly [name: string]: Item;
}

type ProgramStep =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly count: number; readonly at: Span }
  | { readonly kind: 'pick'; readonly name: string; readonly at: Span }
  | { readonly kind: 'item'; readonly at: Span }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly call: (...inputs: unknown[]) => unknown;
      /** How many inputs come first that are tensors. */
      readonly tensors: number;
      readonly count: number;
      readonly options: readonly string[];
      readonly at: Span;
    };

/** Words that stand for values, unless variables have these names. */
const WORDS: ReadonlyMap<string, Item> = new Map<string, Item>([
  ...CONSTANTS,
  ['true', true],
  ['false', false],
]);

/** Sees every op before it runs and every result after, so that its owner can bound the work. May throw. */
export interface Watch {
  /** `options` are the values of the options; an elementwise op called by its inputs alone has none. */
  before?(name: string, inputs: readonly unknown[], options?: readonly unknown[]): void;
  after?(result: Item): void;
}

/** An expression, ready to be computed. */
export class Expression {
  readonly text: string;
  /** The names of variables that it uses, in order of appearance, each with its first place. */
  readonly names: ReadonlyMap<string, Span>;
  private readonly steps: readonly (Step | ProgramStep)[];

  constructor(
    text: string,
    names: ReadonlyMap<string, Span>,
    steps: readonly (Step | ProgramStep)[],
  ) {
    this.text = text;
    this.names = names;
    this.steps = steps;
  }

  /** Whether it makes or takes tensors, by itself. */
  get usesTensors(): boolean {
    return this.steps.some(
      step => step.kind === 'list' || (step.kind === 'call' && tensorOps.has(step.name)),
    );
  }

  /**
   * Computes the expression.
   *
   * @throws FormulaError where an op does not take what it is given.
   */
  run(variables: ReadonlyMap<string, Item>, watch: Watch = {}): Item {
    const stack: Item[] = [];
    for (const step of this.steps) {
      stack.push(this.perform(step, stack, variables, watch));
    }
    const [result] = stack;
    if (result === undefined || stack.length !== 1)
      throw new Error('an expression left no single result');
    return result;
  }

  private perform(
    step: Step | ProgramStep,
    stack: Item[],
    variables: ReadonlyMap<string, Item>,
    watch: Watch,
  ): Item {
    switch (step.kind) {
      case 'number':
        return step.number;
      case 'text':
        return step.text;
      case 'name': {
        const item = variables.get(step.name) ?? WORDS.get(step.name);
        if (item === undefined) throw this.error(`${step.name} has no value`, step.at);
        return item;
      }
      case 'list':
        return stack.splice(stack.length - step.count);
      case 'pick':
        return this.pick(stack.pop(), step.name, step.at);
      case 'item': {
        const place = stack.pop();
        return this.item(stack.pop(), place, step.at);
      }
      case 'apply': {
        const inputs = stack.splice(stack.length - step.count);
        return this.guarded(step.at, () => {
          const operands = inputs.map(input => operandFrom(input));
          watch.before?.(step.op.op.name, operands);
          const result = apply(step.op, operands);
          watch.after?.(result);
          return result;
        });
      }
      case 'call': {
        const values = stack.splice(stack.length - step.options.length);
        const inputs = stack.splice(stack.length - step.count);
        return this.guarded(step.at, () => {
          // After the pattern of einsum everything is a tensor.
          const tensors = typeof inputs[0] === 'string' ? inputs.length : step.tensors;
          const given = inputs.map((input, k) =>
            k < tensors && isNumberList(input) ? operandFrom(input) : input,
          );
          watch.before?.(step.name, given, values);
          const options = Object.fromEntries(step.options.map((name, k) => [name, values[k]]));
          const result = resultOf(
            step.call(...given, ...(step.options.length === 0 ? [] : [options])),
            step.name,
          );
          watch.after?.(result);
          return result;
        });
      }
    }
  }

  private pick(from: Item | undefined, name: string, at: Span): Item {
    if (isResults(from)) {
      const found = Object.hasOwn(from, name) ? from[name] : undefined;
      if (found !== undefined) return found;
      throw this.error(`there is no result ${name}; there are ${namesOf(from)}`, at);
    }
    throw this.error(`this has no part ${name}; write functions as ${name}(x)`, at);
  }

  private item(from: Item | undefined, place: Item | undefined, at: Span): Item {
    if (typeof place !== 'number' || !Number.isInteger(place)) {
      throw this.error('a place is a whole number, counted from 0', at);
    }
    if (from instanceof Tensor) return this.guarded(at, () => from.at(place));
    if (Array.isArray(from)) {
      const found = (from as readonly Item[]).at(place);
      if (found !== undefined) return found;
      throw this.error(`there is no place ${place} in a list of ${from.length}`, at);
    }
    throw this.error('only a tensor or a list has places', at);
  }

  private guarded<T>(at: Span, run: () => T): T {
    try {
      return run();
    } catch (error) {
      if (error instanceof FormulaError) throw error;
      throw this.error(error instanceof Error ? error.message : String(error), at);
    }
  }

  private error(message: string, at: Span): FormulaError {
    return new FormulaError(message, this.text, at);
  }
}

/**
 * Reads an expression of a program, such as `conv1d(x, [1, 0, 1], padding=1)`.
 *
 * @throws FormulaError where it is not an expression of numbers, lists, names, operators and known functions.
 */
export function readExpression(text: string, variables: ReadonlySet<string>): Expression {
  const compiler = new ExpressionCompiler(parse(text, true), variables);
  return new Expression(text, compiler.names, compiler.steps);
}

/** True for a word with a meaning of its own that is no variable. */
export function isWord(name: string): boolean {
  return WORDS.has(name);
}

/** True for the name of a function. */
export function isFunction(name: string): boolean {
  return ops.has(name) || tensorOps.has(name);
}

/** Something to compute with: lists of numbers become tensors. */
export function operandFrom(item: Item): Operand {
  if (typeof item === 'number' || item instanceof Value || item instanceof Tensor) return item;
  if (item instanceof FormulaOfSymbols) return item;
  if (typeof item === 'boolean') return item ? 1 : 0;
  if (typeof item === 'string') throw new Error('text in quotes cannot be computed with');
  if (isNumberList(item)) return tensor(item as engine.Nested, { dtype: 'float64' });
  if (Array.isArray(item))
    throw new Error('a list with tensors in it: join them with stack or cat');
  throw new Error(
    `there are several results (${namesOf(item as Results)}); choose one with a point`,
  );
}

function isNumberList(item: Item | undefined): boolean {
  if (!Array.isArray(item)) return false;
  const todo: unknown[] = [...(item as readonly unknown[])];
  for (let next = todo.pop(); todo.length > 0 || next !== undefined; next = todo.pop()) {
    if (Array.isArray(next)) todo.push(...(next as unknown[]));
    else if (typeof next !== 'number') return false;
  }
  return true;
}

function isResults(item: Item | undefined): item is Results {
  return (
    typeof item === 'object' &&
    !Array.isArray(item) &&
    !(item instanceof Value || item instanceof Tensor || item instanceof FormulaOfSymbols)
  );
}

function namesOf(results: Results): string {
  return Object.keys(results).join(', ');
}

/** What an op gave, if it is something that an expression can go on with. */
function resultOf(result: unknown, name: string): Item {
  if (typeof result === 'number' || typeof result === 'boolean') return result;
  if (typeof result === 'object' && result !== null) return result as Item;
  throw new Error(`${name} gives nothing to compute with`);
}

class ExpressionCompiler extends Compiler<ProgramStep> {
  protected override expand(node: jsep.Expression): Todo<ProgramStep> {
    if (node.type === 'Literal' && typeof node['value'] === 'string') {
      return [{ kind: 'text', text: node['value'] }];
    }
    if (node.type === 'ArrayExpression') return this.list(node as jsep.ArrayExpression);
    if (node.type === 'MemberExpression') return this.member(node as jsep.MemberExpression);
    return super.expand(node);
  }

  protected override name(node: jsep.Identifier): Step {
    // Names of tensor ops are everyday words (t, mean, index): alone they are variables, before a parenthesis functions.
    if (ops.has(node.name)) return super.name(node);
    return this.use(node.name, this.tree.span(node));
  }

  protected override call(node: jsep.CallExpression): Todo<ProgramStep> {
    if (node.callee.type === 'MemberExpression') {
      const { property } = node.callee as jsep.MemberExpression;
      const name = String((property as jsep.Identifier).name ?? '…');
      throw this.error(node, `functions stand before their inputs; write ${name}(x)`);
    }
    const { name, at } = this.callee(node);
    const call = functionNamed(name);
    if (call === undefined) throw this.unknownFunction(name, at);
    const inputs = this.inputs(node);
    const first = inputs.findIndex(isOption);
    const plain = first < 0 ? inputs : inputs.slice(0, first);
    const options = (first < 0 ? [] : inputs.slice(first)).map(input => this.option(input));
    const op = tensorOps.has(name) ? undefined : ops.get(name);
    if (op !== undefined && options.length === 0) {
      this.checkCount(op, plain.length, at);
      return [...plain, { kind: 'apply', op, count: plain.length, at }];
    }
    return [
      ...plain,
      ...options.map(({ value }) => value),
      {
        kind: 'call',
        name,
        call,
        tensors: tensorsOf(name, op),
        count: plain.length,
        options: options.map(option => option.name),
        at,
      },
    ];
  }

  private option(node: jsep.Expression): { name: string; value: jsep.Expression } {
    if (!isOption(node)) throw this.error(node, 'options such as padding=1 come after the inputs');
    const { left, right } = node as jsep.BinaryExpression;
    return { name: (left as jsep.Identifier).name, value: right };
  }

  private list(node: jsep.ArrayExpression): Todo<ProgramStep> {
    const elements = node.elements.filter(isNode);
    this.checkCommas(elements);
    return [...elements, { kind: 'list', count: elements.length, at: this.tree.span(node) }];
  }

  private member(node: jsep.MemberExpression): Todo<ProgramStep> {
    const at = this.tree.span(node);
    if (node.optional === true) throw notJoined(this.tree.text, at.start);
    if (node.computed) return [node.object, node.property, { kind: 'item', at }];
    return [node.object, { kind: 'pick', name: (node.property as jsep.Identifier).name, at }];
  }

  private unknownFunction(name: string, at: Span): FormulaError {
    if (this.variables.has(name) || isWord(name)) return this.unknown(name, at);
    const known = [...ops.keys(), ...tensorOps.keys()];
    const message = `there is no function ${name}${hintFor(name, known)}`;
    return new FormulaError(message, this.tree.text, at);
  }
}

/** `name=value` among the inputs of a call. */
function isOption(node: jsep.Expression): boolean {
  return (
    node.type === 'BinaryExpression' &&
    node['operator'] === '=' &&
    (node['left'] as jsep.Expression).type === 'Identifier'
  );
}

const functions = engine as unknown as Readonly<Record<string, unknown>>;

/** A function of the two tables; nothing else of the engine can be called. */
function functionNamed(name: string): ((...inputs: unknown[]) => unknown) | undefined {
  if (!isFunction(name)) return undefined;
  const found = functions[name] ?? ops.get(name);
  return typeof found === 'function' ? (found as (...inputs: unknown[]) => unknown) : undefined;
}

/** How many of the first inputs are tensors: what each of the op's samples is called with. Lists after them are sizes. */
function tensorsOf(name: string, op: PublicOp | undefined): number {
  if (op !== undefined) return op.op.inputs.length;
  const counts = tensorOps.get(name)?.samples.map(({ inputs }) => inputs.length) ?? [];
  return counts.length === 0 ? 0 : Math.min(...counts);
}
