// A small program: one statement per line. Leaves and named results, scopes, what to differentiate, and training.
//
//   # a neuron
//   const x = 2               a leaf that wants no gradient
//   param w = 0.5             a leaf that training changes
//   b = -1 from -3 to 3       a leaf with the range of its slider
//   scope neuron {
//     y = sigmoid(w*x + b)    a named result
//   }
//   E = 1/2 * (y - 1)^2       the last result is what is differentiated, unless `backward` says otherwise
//   train 100 steps lr 0.5

import { FormulaError, type Span } from './error.ts';
import { type Expression, isWord, readExpression } from './expression.ts';
import { didYouMean } from './suggest.ts';

/** Longer than any program that somebody writes by hand. */
export const MAX_PROGRAM = 20_000;
const MAX_STATEMENTS = 1000;
export const MAX_TRAINING = 10_000;
const MAX_SCOPES = 20;

/** How a leaf is treated: `const` wants no gradient, `param` is what training changes. */
export type LeafKind = 'leaf' | 'const' | 'param';

/** A block `scope NAME { … }`, with the place of its first line. */
export interface ProgramScope {
  readonly name: string;
  readonly at: Span;
}

/** A statement of a program. `at` is its place in the program's text. */
export type Statement =
  | {
      readonly kind: 'leaf' | 'result';
      readonly name: string;
      readonly leaf: LeafKind;
      readonly expression: Expression;
      /** The text before the expression starts here in the program's text. */
      readonly offset: number;
      readonly range?: readonly [number, number];
      /** The blocks `scope NAME { … }` around it, from the outside in; each block is one object for all that is in it. */
      readonly scopes: readonly ProgramScope[];
      readonly at: Span;
    }
  | { readonly kind: 'backward'; readonly name: string; readonly at: Span }
  | { readonly kind: 'train'; readonly steps: number; readonly rate: number; readonly at: Span }
  | { readonly kind: 'seed'; readonly seed: number; readonly at: Span };

export type Assignment = Extract<Statement, { name: string; expression: Expression }>;

/** A program, read and checked. */
export interface Program {
  readonly text: string;
  readonly statements: readonly Statement[];
}

/** A program that cannot be read or run: a sentence about a place in it. */
export class ProgramError extends FormulaError {
  override name = 'ProgramError';
  /** Line and column of the place, from 1. */
  readonly line: number;
  readonly column: number;

  constructor(message: string, text: string, at: Span) {
    super(message, text, at);
    const before = text.slice(0, at.start);
    this.line = before.split('\n').length;
    this.column = at.start - before.lastIndexOf('\n');
  }
}

/**
 * Reads a program.
 *
 * @throws ProgramError at the first place that cannot be understood.
 */
export function readProgram(text: string): Program {
  return new Reader(text).read();
}

/** A formula's complaint as one about the program that it stands in. */
export function inProgram(error: FormulaError, text: string, offset: number): ProgramError {
  if (error instanceof ProgramError) return error;
  const start = Math.min(error.at.start + offset, text.length);
  return new ProgramError(error.message, text, { start, end: error.at.end + offset });
}

/** Lines that belong together, because a bracket is open at their end. */
interface Chunk {
  readonly text: string;
  readonly start: number;
}

const NAME = '[\\p{L}_$][\\p{L}\\p{M}\\p{N}_$]*';
const ASSIGNMENT = new RegExp(`^\\s*(?:(const|param)\\s+)?(${NAME})\\s*=(?!=)`, 'u');
const RANGE = /\s+from\s+(\S+)\s+to\s+(\S+)\s*$/;
const SCOPE = new RegExp(`^\\s*scope\\s+(${NAME}(?:[ .-][\\p{L}\\p{N}_$.-]+)*)\\s*\\{\\s*$`, 'u');
const BACKWARD = new RegExp(`^\\s*backward\\s+(${NAME})\\s*$`, 'u');
const TRAIN = /^\s*train\s+(\S+)\s+steps?\s+lr\s+(\S+)\s*$/;
const SEED = /^\s*seed\s+(\d{1,9})\s*$/;
const KEYWORD = /^\s*(scope|backward|train|seed|const|param)(?=\s|$)(?!\s*=)/;
const SHAPES: Readonly<Record<string, string>> = {
  scope: 'scope NAME {',
  backward: 'backward NAME',
  train: 'train 100 steps lr 0.5',
  seed: 'seed 7',
  const: 'const NAME = VALUE',
  param: 'param NAME = VALUE',
};

class Reader {
  private readonly text: string;
  private readonly statements: Statement[] = [];
  private readonly scopes: ProgramScope[] = [];
  private readonly known = new Set<string>();

  constructor(text: string) {
    this.text = text;
  }

  read(): Program {
    if (this.text.length > MAX_PROGRAM) {
      throw this.error(
        `the program has ${this.text.length} characters; no more than ${MAX_PROGRAM} are read`,
        { start: MAX_PROGRAM, end: MAX_PROGRAM + 1 },
      );
    }
    const chunks = chunksOf(this.text);
    for (const chunk of chunks) this.statement(chunk);
    const [open] = this.scopes.slice(-1);
    if (open !== undefined) throw this.error('this scope is never closed; end it with }', open.at);
    if (!this.statements.some(({ kind }) => kind === 'leaf' || kind === 'result')) {
      const message = 'the program is empty; try y = sin(x^2) with x = 1.5 on the line above';
      throw this.error(message, { start: 0, end: 1 });
    }
    return { text: this.text, statements: this.statements };
  }

  private statement(chunk: Chunk): void {
    const at = trimmed(chunk);
    if (this.statements.length >= MAX_STATEMENTS) {
      throw this.error(`a program has no more than ${MAX_STATEMENTS} statements`, at);
    }
    const { text } = chunk;
    if (/^\s*\}\s*$/.test(text)) {
      if (this.scopes.pop() === undefined) throw this.error('there is no scope to close here', at);
      return;
    }
    const scope = SCOPE.exec(text)?.[1];
    if (scope !== undefined) {
      if (this.scopes.push({ name: scope, at }) > MAX_SCOPES) {
        throw this.error(`scopes are nested more than ${MAX_SCOPES} deep`, at);
      }
      return;
    }
    const own = this.directive(text, at);
    if (own !== undefined) this.statements.push(own);
    else this.assignment(chunk, at);
  }

  private directive(text: string, at: Span): Statement | undefined {
    const root = BACKWARD.exec(text)?.[1];
    if (root !== undefined) {
      if (!this.known.has(root))
        throw this.unknownName(root, { ...at, start: at.end - root.length });
      return { kind: 'backward', name: root, at };
    }
    const seed = SEED.exec(text)?.[1];
    if (seed !== undefined) return { kind: 'seed', seed: Number(seed), at };
    const training = TRAIN.exec(text);
    if (training !== null) return this.training(Number(training[1]), Number(training[2]), at);
    const keyword = ASSIGNMENT.test(text) ? undefined : KEYWORD.exec(text)?.[1];
    if (keyword !== undefined) throw this.error(`this line should read ${SHAPES[keyword]}`, at);
    return undefined;
  }

  private training(steps: number, rate: number, at: Span): Statement {
    if (!(Number.isInteger(steps) && steps >= 1 && steps <= MAX_TRAINING)) {
      throw this.error(`train takes a whole number of steps from 1 to ${MAX_TRAINING}`, at);
    }
    if (!Number.isFinite(rate)) throw this.error('lr must be a number', at);
    if (this.statements.some(({ kind }) => kind === 'train')) {
      throw this.error('a program trains once', at);
    }
    return { kind: 'train', steps, rate, at };
  }

  private assignment({ text, start }: Chunk, at: Span): void {
    const [head = '', kind, given] = ASSIGNMENT.exec(text) ?? [];
    if (given !== undefined)
      this.checkName(given, start + head.indexOf(given, (kind ?? '').length));
    const range = RANGE.exec(text);
    const body = text.slice(head.length, range === null ? undefined : range.index);
    const offset = start + head.length;
    const expression = this.expression(body, offset, at);
    const alone = given === undefined && this.known.size === 0;
    for (const [used, place] of expression.names) {
      if (this.known.has(used) || isWord(used)) continue;
      if (alone) {
        this.implicitLeaf(used, at);
        continue;
      }
      throw this.unknownName(used, { start: place.start + offset, end: place.end + offset });
    }
    const name = given ?? freeName(this.known);
    const uses = [...expression.names.keys()].some(used => this.known.has(used));
    if (uses && kind !== undefined) {
      throw this.error(`only numbers and tensors can be ${kind}; ${name} is computed`, at);
    }
    if (uses && range !== null) {
      throw this.error(`only a leaf has a range; ${name} is computed`, at);
    }
    const bounds = range === null ? undefined : this.range(range, start);
    this.statements.push({
      kind: uses ? 'result' : 'leaf',
      name,
      leaf: kind === 'const' || kind === 'param' ? kind : 'leaf',
      expression,
      offset,
      ...(bounds === undefined ? {} : { range: bounds }),
      scopes: [...this.scopes],
      at,
    });
    this.known.add(name);
  }

  /** A program may be one expression, such as sin(x^2): its variables begin at 1. */
  private implicitLeaf(name: string, at: Span): void {
    const expression = readExpression('1', this.known);
    const place = { offset: at.start, scopes: [], at };
    this.statements.push({ kind: 'leaf', name, leaf: 'leaf', expression, ...place });
    this.known.add(name);
  }

  private expression(body: string, offset: number, at: Span): Expression {
    if (body.trim() === '') throw this.error('there is no value after =', at);
    try {
      return readExpression(body, this.known);
    } catch (error) {
      if (error instanceof FormulaError) throw inProgram(error, this.text, offset);
      throw error;
    }
  }

  private checkName(name: string, start: number): void {
    if (!this.known.has(name)) return;
    const at = { start, end: start + name.length };
    throw this.error(`${name} has a value already; choose another name`, at);
  }

  private range(match: RegExpExecArray, start: number): [number, number] {
    const [low, high] = [Number(match[1]), Number(match[2])];
    if (Number.isFinite(low) && Number.isFinite(high) && low < high) return [low, high];
    const at = { start: start + match.index + 1, end: start + match.index + match[0].length };
    throw this.error('a range goes from a number to a larger one, such as from -1 to 1', at);
  }

  private unknownName(name: string, at: Span): ProgramError {
    const hint = didYouMean(name, this.known) || `; write ${name} = 1 on a line above`;
    return this.error(`${name} has no value yet${hint}`, at);
  }

  private error(message: string, at: Span): ProgramError {
    return new ProgramError(message, this.text, at);
  }
}

/** The statements as text, each at its place: comments are blanked, and lines joined while a bracket is open. */
function chunksOf(text: string): Chunk[] {
  const chunks: Chunk[] = [];
  let open = 0;
  let start = 0;
  let current: Chunk | undefined;
  for (const raw of text.split('\n')) {
    const line = withoutComment(raw);
    for (const character of line) {
      if (character === '(' || character === '[') open++;
      if (character === ')' || character === ']') open = Math.max(0, open - 1);
    }
    current =
      current === undefined
        ? { text: line, start }
        : { text: `${current.text}\n${line}`, start: current.start };
    start += raw.length + 1;
    // A bracket that is forgotten must not swallow the rest of the program: a new assignment ends it.
    if (open > 0 && !startsStatement(text, start)) continue;
    if (current.text.trim() !== '') chunks.push(current);
    current = undefined;
    open = 0;
  }
  if (current !== undefined && current.text.trim() !== '') chunks.push(current);
  return chunks;
}

/** Whether the line that begins here looks like a statement of its own. */
function startsStatement(text: string, start: number): boolean {
  const line = text.slice(
    start,
    text.indexOf('\n', start) < 0 ? undefined : text.indexOf('\n', start),
  );
  return (ASSIGNMENT.test(line) && !/[)\]]/.test(line)) || KEYWORD.test(line);
}

function withoutComment(line: string): string {
  const at = line.indexOf('#');
  return at < 0 ? line : line.slice(0, at) + ' '.repeat(line.length - at);
}

function trimmed({ text, start }: Chunk): Span {
  const before = text.length - text.trimStart().length;
  return { start: start + before, end: start + text.trimEnd().length };
}

function freeName(taken: ReadonlySet<string>): string {
  const free = ['y', 'f', 'g', 'out'].find(name => !taken.has(name));
  if (free !== undefined) return free;
  for (let k = 1; ; k++) if (!taken.has(`out${k}`)) return `out${k}`;
}
