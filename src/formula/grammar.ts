// The grammar of formulas: jsep, set up for + − * / comparisons, signs and calls, with powers added as a postfix of
// tokens so that they bind tighter than a sign before them (−x² is −(x²)) and group from the right (2^3^2 is 2^(3^2)).

import jsep from 'jsep';
import { FormulaError, type Span } from './error.ts';
import { MAX_DEPTH, scan, tooDeep } from './scan.ts';

/** A formula as jsep sees it, and where each of its parts stands in the text. */
export interface Tree {
  readonly text: string;
  readonly root: jsep.Expression;
  /** Where a part stands, without parentheses around it. */
  span(node: jsep.Expression): Span;
  /** The same with the parentheses. */
  outerSpan(node: jsep.Expression): Span;
}

/** The operator of a power in the tree, however it was written. */
export const POWER = '^';

/** Binary operators by precedence. Those that no formula may have are known here so that the error can name them. */
const BINARY: ReadonlyMap<string, number> = new Map([
  ['=', 1],
  ['==', 6],
  ['!=', 6],
  ['===', 6],
  ['!==', 6],
  ['<', 7],
  ['<=', 7],
  ['>', 7],
  ['>=', 7],
  ['+', 9],
  ['-', 9],
  ['*', 10],
  ['/', 10],
]);

const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const WORD = /[\w$.\u0080-\uffff]+/y;

/** What is known of a parse under way, by jsep's own state object. */
interface Parse {
  /** Where each token that is being read began. */
  readonly starts: number[];
  readonly inner: Spans;
  readonly outer: Spans;
}
type Spans = WeakMap<jsep.Expression, Span>;
const parses = new WeakMap<jsep.HookScope, Parse>();
let latest: Parse | undefined;

configure();

/**
 * Parses a formula, or an expression of a program.
 *
 * @throws FormulaError where the text is not an expression.
 */
export function parse(text: string, inProgram = false): Tree {
  const plain = scan(text, inProgram);
  latest = undefined;
  let root: jsep.Expression;
  try {
    root = jsep(plain);
  } catch (error) {
    throw error instanceof FormulaError ? at(error, text) : explained(error, text, plain);
  }
  const { inner, outer } = (latest as Parse | undefined) ?? newParse();
  const tree: Tree = {
    text,
    root,
    span: node => spanOf(node, inner),
    outerSpan: node => spanOf(node, outer),
  };
  checkWhole(tree, plain);
  return tree;
}

/** The same error about the text as it was typed. */
function at(error: FormulaError, text: string): FormulaError {
  return new FormulaError(error.message, text, error.at);
}

function configure(): void {
  jsep.removeAllUnaryOps();
  jsep.addUnaryOp('-');
  jsep.addUnaryOp('+');
  jsep.removeAllBinaryOps();
  for (const [operator, precedence] of BINARY) jsep.addBinaryOp(operator, precedence);
  jsep.removeAllLiterals();
  jsep.hooks.add('gobble-token', function (env) {
    const parse = stateOf(this);
    if (parse.starts.push(this.index) > MAX_DEPTH + 1) throw tooDeep(this.expr, this.index);
    const number = numberAt(this);
    if (number !== undefined) env.node = number;
  });
  jsep.hooks.add('after-token', function (env) {
    const parse = stateOf(this);
    const start = parse.starts.at(-1) ?? 0;
    if (env.node) {
      enter(parse, env.node, start, this);
      enterParts(parse, env.node, start, this);
      const power = powerOf(this, env.node);
      if (power !== undefined) {
        enter(parse, power, start, this);
        env.node = power;
      }
    }
    parse.starts.pop();
  });
}

function stateOf(scope: jsep.HookScope): Parse {
  let parse = parses.get(scope);
  if (parse === undefined) {
    parse = newParse();
    parses.set(scope, parse);
    latest = parse;
  }
  return parse;
}

function newParse(): Parse {
  return { starts: [], inner: new WeakMap(), outer: new WeakMap() };
}

/** Notes where a token stands. A group in parentheses is the same node again, with a wider place. */
function enter(parse: Parse, node: jsep.Expression, start: number, scope: jsep.HookScope): void {
  const span = { start, end: trimmedEnd(scope.expr, scope.index) };
  if (!parse.inner.has(node)) parse.inner.set(node, span);
  parse.outer.set(node, span);
}

/** What stands before a point, an index or the inputs of a call begins where the whole of it does. */
function enterParts(
  parse: Parse,
  node: jsep.Expression,
  start: number,
  scope: jsep.HookScope,
): void {
  for (let part: unknown = node; isNode(part); part = part['object'] ?? part['callee']) {
    if (!parse.inner.has(part)) enter(parse, part, start, scope);
  }
}

/** A number at the current place. jsep would read it itself, but return it without running the hook for powers. */
function numberAt(scope: jsep.HookScope): jsep.Expression | undefined {
  const { expr, index: start } = scope;
  NUMBER.lastIndex = start;
  const raw = NUMBER.exec(expr)?.[0];
  if (raw === undefined) return undefined;
  const end = start + raw.length;
  WORD.lastIndex = end;
  const rest = WORD.exec(expr)?.[0];
  if (rest !== undefined) {
    const product = /^[a-zA-Z\u0080-\uffff]+$/.test(rest)
      ? `; for a product write ${raw}*${rest}`
      : '';
    throw new FormulaError(`"${raw}${rest}" is not a number${product}`, expr, {
      start,
      end: end + rest.length,
    });
  }
  const value = Number(raw);
  if (!Number.isFinite(value)) {
    throw new FormulaError(`${raw} is too large for a double-precision number`, expr, {
      start,
      end,
    });
  }
  scope.index = end;
  return { type: 'Literal', value, raw };
}

/** The power that begins with `base`, if a ^ or ** follows. The exponent is a token, with its own sign and powers. */
function powerOf(scope: jsep.HookScope, base: jsep.Expression): jsep.Expression | undefined {
  scope.gobbleSpaces();
  const sign = /^(?:\^|\*\*)/.exec(scope.expr.slice(scope.index, scope.index + 2))?.[0];
  if (sign === undefined) return undefined;
  const start = scope.index;
  scope.index += sign.length;
  const exponent = scope.gobbleToken();
  if (!exponent) {
    const end = start + sign.length;
    throw new FormulaError(`there is no exponent after ${sign}`, scope.expr, { start, end });
  }
  return { type: 'BinaryExpression', operator: POWER, left: base, right: exponent };
}

/** Where a node stands. Sums and products are put together by jsep without a hook: they span their operands. */
function spanOf(node: jsep.Expression, spans: Spans): Span {
  const first = spans.get(outermost(node, 'left', spans));
  const last = spans.get(outermost(node, 'right', spans));
  return { start: first?.start ?? 0, end: last?.end ?? 1 };
}

function outermost(node: jsep.Expression, side: 'left' | 'right', spans: Spans): jsep.Expression {
  let current = node;
  while (!spans.has(current)) {
    const next = current[side];
    if (!isNode(next)) break;
    current = next;
  }
  return current;
}

/** True for a node of jsep's tree. */
export function isNode(value: unknown): value is jsep.Expression {
  return typeof value === 'object' && value !== null && 'type' in value;
}

/** jsep skips commas and takes several expressions in a row: the whole text must be one. */
function checkWhole({ text, root, outerSpan }: Tree, plain: string): void {
  if (root.type === 'Compound') {
    const [first] = (root as jsep.Compound).body;
    throw first === undefined ? unexpected(text, 0) : notJoined(text, outerSpan(first).end);
  }
  const { start, end } = outerSpan(root);
  const before = plain.slice(0, start).search(/\S/);
  if (before >= 0) throw unexpected(text, before);
  const after = plain.slice(end).search(/\S/);
  if (after >= 0) throw unexpected(text, end + after);
}

/** Two expressions stand side by side; `end` is where the first one ends. */
export function notJoined(text: string, end: number): FormulaError {
  const start = skipSpaces(text, end);
  const message =
    text.charAt(start) === ','
      ? 'a comma can only stand between the inputs of a function'
      : 'an operator is missing before this; for a product write *';
  return new FormulaError(message, text, { start, end: start + 1 });
}

function unexpected(text: string, index: number): FormulaError {
  const character = String.fromCodePoint(text.codePointAt(index) ?? 32);
  const at = { start: index, end: index + character.length };
  return new FormulaError(`"${character}" cannot stand here`, text, at);
}

/** jsep's complaint as a sentence about the right place. */
function explained(error: unknown, text: string, plain: string): FormulaError {
  if (error instanceof RangeError) return tooDeep(text, 0);
  const { index, description } = error as { index?: number; description?: string };
  if (index === undefined || description === undefined) throw error;
  const place = skipSpaces(plain, index);
  const missing = /^Expected expression after (\S+)/.exec(description)?.[1];
  if (missing !== undefined || description === 'missing unaryOp argument') {
    const end = trimmedEnd(plain, place);
    const operator = missing ?? plain.charAt(end - 1);
    if (/[)\s]|^$/.test(plain.charAt(place))) {
      const start = end - operator.length;
      return new FormulaError(`something is missing after ${operator}`, text, { start, end });
    }
    return unexpected(text, place);
  }
  if (description === 'Expected comma' && /[\w$.(\u0080-\uffff]/.test(plain.charAt(place))) {
    return notJoined(text, trimmedEnd(plain, index));
  }
  if (description === 'Unexpected period') return unexpected(text, index - 1);
  if (place >= plain.length) {
    const end = trimmedEnd(plain, plain.length);
    return new FormulaError('the expression ends too early', text, { start: end, end: end + 1 });
  }
  return unexpected(text, place);
}

function skipSpaces(plain: string, index: number): number {
  const offset = plain.slice(index).search(/\S/);
  return offset < 0 ? plain.length : index + offset;
}

/** The end of what stands before `index`, without the spaces there. */
function trimmedEnd(plain: string, index: number): number {
  let end = index;
  while (end > 0 && /\s/.test(plain.charAt(end - 1))) end--;
  return end;
}

/** Where the operator between two operands stands. */
export function operatorSpan(tree: Tree, left: jsep.Expression, operator: string): Span {
  const start = skipSpaces(tree.text, tree.outerSpan(left).end);
  const length = operator === POWER && tree.text.startsWith('**', start) ? 2 : operator.length;
  return { start, end: start + length };
}
