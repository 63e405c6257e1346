// The scalar operand: a number that remembers how it was computed. A handle onto a row of the tape, or a leaf.

import { type BackwardOptions, backward } from './backward.ts';
import { ArgumentError, checkOptions, describe } from './errors.ts';
import { modes } from './modes.ts';
import { KIND, type Kind, type Op } from './op.ts';
import {
  type Chunk,
  chunkFor,
  connect,
  DONE,
  type Home,
  LEAF,
  type LeafState,
  type Links,
  type Node,
  type Note,
} from './tape.ts';

/** What a leaf keeps; nodes made by ops keep theirs in the columns of the tape. */
export class Leaf implements LeafState {
  // Declared, not defined, where the constructor sets them: see tape.ts.
  declare data: number;
  /** Two fields rather than `number | null`: a field that always holds a number is stored without a box. */
  grad = 0;
  hasGrad = false;
  declare readonly requiresGrad: boolean;
  note: Note = {};
  /** Serial of the chunk in which this leaf, with the data it has now, stands at `place`; −1 for none. */
  usedIn = -1;
  place = 0;

  constructor(data: number, requiresGrad: boolean) {
    this.data = data;
    this.requiresGrad = requiresGrad;
  }

  /** Adds to the gradient. */
  accumulate(cotangent: number): void {
    this.grad = this.hasGrad ? this.grad + cotangent : cotangent;
    this.hasGrad = true;
  }

  changedSince(stamp: number): boolean {
    // Not Object.is, which is no single instruction: a NaN that stayed NaN did not change.
    return stamp !== this.data && !(Number.isNaN(stamp) && Number.isNaN(this.data));
  }
}

/** Options of {@link value}. */
export interface ValueOptions {
  /** Shown in derivations, traces and the viewer. */
  name?: string;
  /** Whether gradients are wanted for this leaf; true unless said otherwise. */
  requiresGrad?: boolean;
}

/**
 * A scalar node. Its methods (`x.mul(y)`, `x.sin()` …) are the public ops; see {@link value} for making one.
 *
 * Unlike in PyTorch, every node keeps its gradient after `backward()`, not only leaves: `h.grad` is the cotangent of the
 * latest backward pass, where that of a leaf accumulates until `zeroGrad()`.
 */
export class Value implements Node {
  /** Where on the tape this node lives, or the state of a leaf: two fields in all, as handles are many. Internal. */
  declare readonly home: Home | Leaf;
  /** The row in its chunk; −1 for a leaf. Internal. */
  declare readonly row: number;

  constructor(home: Home | Leaf, row: number) {
    this.home = home;
    this.row = row;
  }

  /** The chunk of the tape that holds this node; null for a leaf. Internal. */
  get chunk(): Chunk | null {
    return this.row === LEAF ? null : (this.home as Home).chunk;
  }

  /** Earlier chunks that this node depends on. Internal. */
  get links(): Links | null {
    return this.row === LEAF ? null : (this.home as Home).links;
  }

  /** The state of a leaf. Internal. */
  get leaf(): Leaf | null {
    return this.row === LEAF ? (this.home as Leaf) : null;
  }

  /** The number itself. Only a leaf can be given a new one; graphs recorded before then refuse to run backward. */
  get data(): number {
    const { home, row } = this;
    return row === LEAF ? (home as Leaf).data : ((home as Home).values[row] as number);
  }

  set data(data: number) {
    if (this.leaf === null) {
      throw new ArgumentError(
        `${describeNode(this)} is computed by an op; only the data of a leaf can be set`,
      );
    }
    if (typeof data !== 'number') {
      throw new ArgumentError(
        `data of ${describeNode(this)} must be a number, got ${describe(data)}`,
      );
    }
    this.leaf.data = data;
    this.leaf.usedIn = -1;
  }

  /** The gradient that `backward()` left here, or null before the first one. */
  get grad(): number | null {
    if (this.leaf !== null) return this.leaf.hasGrad ? this.leaf.grad : null;
    const { marks, cotangents } = this.chunk as Chunk;
    return marks?.[this.row] === DONE ? (cotangents?.[this.row] ?? null) : null;
  }

  set grad(grad: number | null) {
    if (this.leaf === null) {
      throw new ArgumentError(
        `${describeNode(this)} is computed by an op; only the grad of a leaf can be set`,
      );
    }
    if (grad !== null && typeof grad !== 'number') {
      throw new ArgumentError(
        `grad of ${describeNode(this)} must be a number or null, got ${describe(grad)}`,
      );
    }
    this.leaf.grad = grad ?? 0;
    this.leaf.hasGrad = grad !== null;
  }

  /** True when gradients flow into this node. */
  get requiresGrad(): boolean {
    return this.leaf === null || this.leaf.requiresGrad;
  }

  /** True for a node that no op computed. */
  get isLeaf(): boolean {
    return this.leaf !== null;
  }

  get name(): string | undefined {
    return this.chunk !== null ? this.chunk.notes.get(this.row)?.name : this.leaf?.note.name;
  }

  /** Gives this node a name (for derivations, traces and the viewer) and returns it. */
  named(name: string): this {
    if (typeof name !== 'string' || name === '') {
      throw new ArgumentError(`a name must be a non-empty string, got ${describe(name)}`);
    }
    noteOf(this).name = name;
    return this;
  }

  /**
   * Runs the backward pass from this node: every leaf it depends on gets its gradient added to `grad`.
   *
   * ```ts
   * const x = value(3);
   * x.mul(x).backward();
   * x.grad; // 6
   * ```
   * @throws NoGradientError, GraphFreedError, LeafChangedError; each says what to do. Source: `torch.Tensor.backward`.
   */
  backward(options?: BackwardOptions): void {
    backward(this, options);
  }

  /** The number itself. Source: `torch.Tensor.item`. */
  item(): number {
    return this.data;
  }

  /** A leaf with the same number and no history. Source: `torch.Tensor.detach`. */
  detach(): Value {
    return constant(this.data);
  }

  /** Forgets the gradient of this leaf. */
  zeroGrad(): void {
    this.grad = null;
  }

  toString(): string {
    const name = this.name === undefined ? '' : `${this.name} = `;
    const grad = this.grad === null ? '' : `, grad ${this.grad}`;
    return `Value(${name}${this.data}${grad})`;
  }

  /** What `JSON.stringify` writes: the number, its gradient and its name, not the graph behind them. */
  toJSON(): { name: string | undefined; data: number; grad: number | null } {
    return { name: this.name, data: this.data, grad: this.grad };
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /** JavaScript's own operators cannot be differentiated, and would silently cut the graph: they throw. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString();
    throw new ArgumentError(
      `${describeNode(this)} met a JavaScript operator, which cannot be differentiated; ` +
        'write a.add(b), a.mul(b) …, or take the plain number with a.data',
    );
  }
}

/**
 * Makes a leaf: a number that gradients are wanted for.
 *
 * ```ts
 * const x = value(3, { name: 'x' });
 * const y = x.mul(x);
 * y.backward();
 * x.grad; // 6
 * ```
 * @throws ArgumentError where `data` is not a number or an option is unknown.
 */
export function value(data: number, options?: ValueOptions): Value {
  if (typeof data !== 'number') {
    throw new ArgumentError(`value: the data must be a number, got ${describe(data)}`);
  }
  if (options === undefined) return new Value(new Leaf(data, true), LEAF);
  checkOptions('value', options, ['name', 'requiresGrad']);
  const leaf = new Value(new Leaf(data, options.requiresGrad ?? true), LEAF);
  return options.name === undefined ? leaf : leaf.named(options.name);
}

/** A leaf that takes no gradient. Internal. */
export function constant(data: number): Value {
  return new Value(new Leaf(data, false), LEAF);
}

/** The note of a node, made when first asked for. Internal. */
export function noteOf(node: Value): Note {
  return node.leaf !== null ? node.leaf.note : (node.chunk as Chunk).note(node.row);
}

/** Names a node for an error message. */
export function describeNode(node: Value): string {
  return node.name === undefined ? `this Value (${node.data})` : `"${node.name}" (${node.data})`;
}

function wantsGrad(operand: Value | number): boolean {
  // A comparison with true is one instruction; a truth test of a field asks what else it might hold.
  return (
    typeof operand !== 'number' &&
    (operand.row !== LEAF || (operand.home as Leaf).requiresGrad === true)
  );
}

/** The entry of a leaf among the externals of a chunk, made at its first use there. */
export function placeOf(operand: Value, leaf: Leaf, chunk: Chunk): number {
  if (leaf.usedIn !== chunk.serial) {
    leaf.usedIn = chunk.serial;
    leaf.place = chunk.external(operand, leaf.data);
  }
  return leaf.place;
}

/** Writes one input of a new row that lives at `home` as far as the inputs before it go; returns where it lives with this one. */
function enter(home: Home, edge: number, operand: Value | number): Home {
  const { chunk } = home;
  if (typeof operand === 'number') {
    chunk.edges[edge] = chunk.external(null, operand);
    return home;
  }
  const { row } = operand;
  if (operand.home === home) {
    // Nearly always: then neither the chunk of the operand nor what it depends on need be looked at.
    chunk.edges[edge] = row;
    return home;
  }
  if (row === LEAF) {
    chunk.edges[edge] = placeOf(operand, operand.home as Leaf, chunk);
    return home;
  }
  const other = operand.home as Home;
  chunk.edges[edge] = other.chunk === chunk ? row : chunk.elsewhere(other.chunk, row);
  return connect(home, other);
}

/** Records an op of one input with value `y`. */
export function record1(op: Op, a: Value, y: number): Value {
  if (modes.plain !== true) return recordAny(op, [a], y);
  if (!wantsGrad(a)) return constant(y);
  const chunk = chunkFor(a, undefined);
  const row = chunk.length++;
  const edge = chunk.first[row] as number;
  const home = enter(chunk.home, edge, a);
  chunk.first[row + 1] = edge + 1;
  chunk.ops[row] = op.id;
  chunk.values[row] = y;
  return new Value(home, row);
}

/** Records an op of two inputs with value `y`. */
export function record2(op: Op, a: Value | number, b: Value | number, y: number): Value {
  if (modes.plain !== true) return recordAny(op, [a, b], y);
  if (!wantsGrad(a) && !wantsGrad(b)) return constant(y);
  const chunk = chunkFor(a, b);
  const row = chunk.length++;
  const edge = chunk.first[row] as number;
  const home = enter(enter(chunk.home, edge, a), edge + 1, b);
  chunk.first[row + 1] = edge + 2;
  chunk.ops[row] = op.id;
  chunk.values[row] = y;
  return new Value(home, row);
}

/** Records an op of any number of inputs with value `y`, in any mode. */
export function recordAny(op: Op, operands: readonly (Value | number)[], y: number): Value {
  const result =
    modes.grad && op.differentiable && operands.some(wantsGrad)
      ? newRow(op, operands, y)
      : constant(y);
  modes.watch?.created(result, op, operands, () => noteOf(result));
  return result;
}

function newRow(op: Op, operands: readonly (Value | number)[], y: number): Value {
  const [a, b] = operands;
  const chunk = chunkFor(a, b);
  chunk.reserve(operands.length);
  const row = chunk.length++;
  let edge = chunk.first[row] as number;
  let { home } = chunk;
  for (const operand of operands) home = enter(home, edge++, operand);
  chunk.first[row + 1] = edge;
  chunk.ops[row] = op.id;
  chunk.values[row] = y;
  return new Value(home, row);
}

const kind: Kind = {
  name: 'Value',
  rank: 1,
  apply(op, operands) {
    const inputs = operands as readonly (Value | number)[];
    const y = op.forward(...inputs.map(x => (typeof x === 'number' ? x : x.data)));
    return recordAny(op, inputs, y);
  },
};
Object.defineProperty(Value.prototype, KIND, { value: kind });
