// Runs a program with the engine and gives what the page shows: a trace of its backward passes, its leaves, and the
// derivation for one of them.

import { FormulaError, type Span } from '../../formula/error.ts';
import { type Item, operandFrom } from '../../formula/expression.ts';
import {
  type Assignment,
  inProgram,
  type Program,
  ProgramError,
  readProgram,
  type Statement,
} from '../../formula/program.ts';
import {
  alias,
  derive,
  manualSeed,
  noGrad,
  record,
  scope,
  Tensor,
  type Trace,
  tensor,
  Value,
  value,
} from '../../index.ts';
import { Budget } from './budget.ts';
import { rangeFor } from './range.ts';
import type { PlayDerivation, PlayLeaf, PlayProblem, PlayResult, RunOptions } from './result.ts';

/** No more passes than this are kept of a training run, nor more nodes in all of them together. */
const MOST_PASSES = 101;
const MOST_NODES = 200_000;
/** A program of more ops than this is not differentiated in symbols: nobody would read it. */
const MOST_DERIVED = 2000;

/**
 * Runs a program: `runProgram('x = 3\ny = x^2').leaves[0].gradient` is 6.
 *
 * @throws ProgramError where the program cannot be read, an op refuses its inputs, or there is nothing to differentiate.
 */
export function runProgram(text: string, options: RunOptions = {}): PlayResult {
  // While somebody drags a number the text stays the same.
  if (latest?.text !== text) latest = readProgram(text);
  return new Run(latest, options).run();
}

let latest: Program | undefined;

/** What is wrong with a program, for a page to show beside it. */
export function problemOf(error: unknown): PlayProblem {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof ProgramError)) return { message, line: 1, column: 1, length: 1 };
  const { text, at, line, column } = error;
  const rest = text.slice(at.start, at.end).split('\n', 1)[0] ?? '';
  return { message, line, column, length: Math.max(1, rest.length) };
}

/** A leaf in the engine. */
interface Leaf {
  readonly statement: Assignment;
  readonly node: Value | Tensor;
  readonly start: number | number[];
  /** What it had before training. */
  readonly first: number | number[];
}

type Variables = Map<string, Item>;
type Root = Pick<Assignment, 'name' | 'at'>;

class Run {
  private readonly program: Program;
  private readonly options: RunOptions;
  private readonly budget = new Budget();
  private readonly leaves = new Map<string, Leaf>();
  private derivation: PlayDerivation | undefined;
  /** Numbers and tensors do not mix in one graph: where there are tensors, a number is one of no dimensions. */
  private readonly tensors: boolean;
  /** Ops of one forward pass. */
  private size = 0;

  constructor(program: Program, options: RunOptions) {
    this.program = program;
    this.options = options;
    this.tensors = program.statements.some(
      statement => 'expression' in statement && statement.expression.usesTensors,
    );
  }

  run(): PlayResult {
    this.makeLeaves();
    const roots = this.roots();
    const training = this.find('train');
    if (training !== undefined) this.checkTraining(training, roots);
    const trace = training === undefined ? this.passes(roots) : this.train(training, roots);
    this.noteLines(trace);
    return {
      trace,
      leaves: [...this.leaves.values()].map(leaf => this.describe(leaf)),
      root: roots.at(-1)?.name ?? '',
      ...(this.derivation === undefined ? {} : { derivation: this.derivation }),
    };
  }

  private makeLeaves(): void {
    manualSeed(this.find('seed')?.seed ?? 0);
    for (const statement of this.program.statements) {
      if (statement.kind === 'leaf') this.leaves.set(statement.name, this.leaf(statement));
    }
  }

  /** A leaf with the number of the program, or with the one given in its place. */
  private leaf(statement: Assignment): Leaf {
    const { name, expression, leaf: kind } = statement;
    return this.placed(statement, () => {
      const made = operandFrom(expression.run(new Map(), this.budget));
      const given = this.options.values?.[name];
      if (typeof made === 'number') {
        const first = typeof given === 'number' && Number.isFinite(given) ? given : made;
        const wants = { name, requiresGrad: kind !== 'const' };
        const node = this.tensors
          ? tensor(first, { dtype: 'float64', ...wants })
          : value(first, wants);
        return { statement, node, start: made, first };
      }
      if (!(made instanceof Tensor)) throw new Error('a leaf is a number or a tensor');
      const { dtype, shape } = made;
      const start = [...made.data].map(Number);
      const first = fits(given, start.length) ? [...given] : start;
      const node = tensor(first, {
        shape,
        dtype,
        name,
        // Whole numbers and truth values have no gradient.
        requiresGrad: kind !== 'const' && dtype.startsWith('float'),
      });
      return { statement, node, start, first };
    });
  }

  /** One pass from each root. */
  private passes(roots: readonly Root[]): Trace {
    const { check = false, step: asked = roots.length - 1 } = this.options;
    const wanted = Math.min(asked, roots.length - 1);
    const { trace } = record(
      () => {
        const variables = this.forward();
        roots.forEach((root, k) => {
          const node = this.rootNode(root, variables);
          if (k === wanted) this.derive(node, root, k);
          this.backward(node, root, k < roots.length - 1);
        });
      },
      { title: this.title(), source: false, check },
    );
    return trace;
  }

  /** Gradient descent: a pass before the first step and after each; of many, as many as can be looked at are kept. */
  private train(
    { steps, rate }: { readonly steps: number; readonly rate: number },
    [root]: readonly Root[],
  ): Trace {
    const wanted = Math.min(this.options.step ?? steps, steps);
    let stride = 1;
    const { trace } = record(
      () => {
        for (let step = 0; step <= steps && root !== undefined; step++) {
          const node = this.rootNode(root, this.forward());
          if (step === 0) stride = strideFor(steps, this.size);
          if (step === wanted) this.derive(node, root, step);
          this.backward(node, root);
          if (step < steps) this.descend(rate);
        }
      },
      {
        title: this.title(),
        source: false,
        every: pass => pass % stride === 0 || pass === steps,
      },
    );
    return trace;
  }

  private forward(): Variables {
    const before = this.budget.ops;
    const variables: Variables = new Map(
      [...this.leaves].map(([name, { node }]): [string, Item] => [name, node]),
    );
    const results = this.program.statements.filter(
      (statement): statement is Assignment => statement.kind === 'result',
    );
    this.compute(results, 0, variables);
    this.size = this.budget.ops - before;
    return variables;
  }

  /** Computes results that stand in the same blocks down to `depth`. A block is one scope, however many results are in it. */
  private compute(results: readonly Assignment[], depth: number, variables: Variables): void {
    for (let k = 0; k < results.length; ) {
      const statement = results[k] as Assignment;
      const block = statement.scopes[depth];
      let end = k + 1;
      if (block === undefined) {
        variables.set(
          statement.name,
          this.placed(statement, () => this.result(statement, variables)),
        );
      } else {
        while (results[end]?.scopes[depth] === block) end++;
        scope(block.name, () => this.compute(results.slice(k, end), depth + 1, variables));
      }
      k = end;
    }
  }

  /** Computes a result and gives it its name; something that has one already gets another node for it. */
  private result({ name, expression }: Assignment, variables: Variables): Item {
    const item = expression.run(variables, this.budget);
    if (!(item instanceof Value || item instanceof Tensor)) return item;
    const own = item.name === undefined ? item : (alias(item) as Value | Tensor);
    return own.named(name);
  }

  private rootNode({ name, at }: Root, variables: Variables): Value | Tensor {
    const node = variables.get(name);
    if (!(node instanceof Value || node instanceof Tensor)) {
      throw this.error(`${name} is not one number that could be differentiated`, at);
    }
    if (node instanceof Tensor && node.size !== 1) {
      const shape = node.shape.join('×');
      throw this.error(
        `${name} has ${node.size} elements (${shape}); what is differentiated is one number, such as sum(${name})`,
        at,
      );
    }
    if (!node.requiresGrad) {
      throw this.error(`${name} depends on no leaf that wants a gradient`, at);
    }
    return node;
  }

  private backward(node: Value | Tensor, { at }: Root, retainGraph = false): void {
    for (const leaf of this.leaves.values()) leaf.node.zeroGrad();
    this.guarded(at, () => node.backward({ retainGraph }));
  }

  private descend(rate: number): void {
    noGrad(() => {
      for (const { node, statement } of this.leaves.values()) {
        if (statement.leaf !== 'param' || node.grad === null) continue;
        if (node instanceof Value) node.data -= rate * (node.grad as number);
        else node.sub_((node.grad as Tensor).mul(rate));
      }
    });
  }

  private derive(node: Value | Tensor, root: Root, step: number): void {
    const leaf = this.leaves.get(this.options.derive ?? '');
    if (leaf === undefined || !leaf.node.requiresGrad || this.size > MOST_DERIVED) return;
    try {
      const { text, latex, value: number, steps } = derive(node, leaf.node as Tensor);
      this.derivation = {
        ...{ root: root.name, leaf: leaf.statement.name, step, text, latex, steps },
        value: numbersOf(number),
      };
    } catch {
      // The root does not depend on the leaf, or an op in between cannot be written in symbols: nothing to show.
    }
  }

  /** What is differentiated: what `backward` lines say, else the last result. */
  private roots(): Root[] {
    const asked = this.program.statements.filter(statement => statement.kind === 'backward');
    if (asked.length > 0) return asked;
    const last = this.program.statements.findLast(({ kind }) => kind === 'result');
    if (last?.kind === 'result') return [last];
    const [first] = this.program.statements.slice(-1);
    const at = first?.at ?? { start: 0, end: 1 };
    throw this.error('nothing is computed yet; write a line such as y = x^2', at);
  }

  private checkTraining({ at }: { readonly at: Span }, roots: readonly Root[]): void {
    if (roots.length > 1) throw this.error('training follows one backward line', at);
    if ([...this.leaves.values()].some(({ statement }) => statement.leaf === 'param')) return;
    throw this.error('there is nothing to train; write param before a leaf: param w = 0.5', at);
  }

  private describe({ statement, node, start, first }: Leaf): PlayLeaf {
    const { name, leaf: kind, at, range } = statement;
    const [min, max] = range ?? rangeFor(start);
    return {
      ...{ name, kind, start, min, max },
      value: first,
      gradient: node.grad === null ? null : numbersOf(node.grad),
      shape: node instanceof Tensor ? [...node.shape] : [],
      line: this.program.text.slice(0, at.start).split('\n').length,
    };
  }

  /** Named nodes get the line of the program that made them. */
  private noteLines(trace: Trace): void {
    const lines = new Map<string, { line: number; column: number }>();
    for (const statement of this.program.statements) {
      if (statement.kind !== 'leaf' && statement.kind !== 'result') continue;
      const { line, column } = new ProgramError('', this.program.text, statement.at);
      lines.set(statement.name, { line, column });
    }
    trace.files.push('program');
    for (const { nodes } of trace.graphs) {
      for (const node of nodes) {
        const place = lines.get(node.name ?? '');
        if (place !== undefined) node.source = { file: trace.files.length - 1, ...place };
      }
    }
  }

  /** The comment that the program begins with. */
  private title(): string {
    const comment = /^\s*#\s*(\S[^\n]*?)\s*(?:\n|$)/.exec(this.program.text)?.[1];
    return comment ?? 'playground';
  }

  private find<K extends Statement['kind']>(kind: K): Extract<Statement, { kind: K }> | undefined {
    return this.program.statements.find(
      (statement): statement is Extract<Statement, { kind: K }> => statement.kind === kind,
    );
  }

  /** Runs what a statement says; complaints about its expression become ones about the program. */
  private placed<T>({ offset, at }: Assignment, run: () => T): T {
    try {
      return run();
    } catch (error) {
      if (error instanceof FormulaError) throw inProgram(error, this.program.text, offset);
      throw this.error(error instanceof Error ? error.message : String(error), at);
    }
  }

  private guarded(at: Span, run: () => void): void {
    try {
      run();
    } catch (error) {
      throw this.error(error instanceof Error ? error.message : String(error), at);
    }
  }

  private error(message: string, at: Span): ProgramError {
    return new ProgramError(message, this.program.text, at);
  }
}

function strideFor(steps: number, ops: number): number {
  const most = Math.max(2, Math.min(MOST_PASSES, Math.floor(MOST_NODES / Math.max(1, ops))));
  return Math.ceil(steps / (most - 1));
}

function fits(given: unknown, length: number): given is readonly number[] {
  return Array.isArray(given) && given.length === length && given.every(x => Number.isFinite(x));
}

function numbersOf(x: number | Tensor): number | number[] {
  if (typeof x === 'number') return x;
  return x.shape.length === 0 ? x.item() : [...x.data].map(Number);
}
