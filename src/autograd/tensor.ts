// The tensor operand: an n-dimensional array that remembers how it was computed. A handle onto a row of the tape, or a leaf.

import type { NDArray } from '../ndarray/array.ts';
import { type DType, isFloat, type TypedArray } from '../ndarray/dtype.ts';
import { showShape } from '../ndarray/errors.ts';
import { formatArray, toNested } from '../ndarray/format.ts';
import { copyOf, flatData } from '../ndarray/map.ts';
import { type BackwardOptions, backward } from './backward.ts';
import { ArgumentError, describe, NonScalarLossError } from './errors.ts';
import {
  type Chunk,
  type Home,
  LEAF,
  type LeafState,
  type Links,
  type Node,
  type Note,
} from './tape.ts';

/** Nested arrays of numbers or booleans, as deep as there are dimensions. */
export type Nested = number | boolean | readonly Nested[];

/** What a leaf keeps besides its array. */
export class TensorLeaf implements LeafState {
  declare readonly array: NDArray;
  declare requiresGrad: boolean;
  grad: Tensor | null = null;
  note: Note = {};
  /** Serial of the chunk in which this leaf stands at `place`, in its version of then; −1 for none. */
  usedIn = -1;
  usedVersion = 0;
  place = 0;

  constructor(array: NDArray, requiresGrad: boolean) {
    this.array = array;
    this.requiresGrad = requiresGrad;
  }

  changedSince(stamp: number): boolean {
    return stamp !== this.array.storage.version;
  }
}

/**
 * An n-dimensional node. Its methods (`x.matmul(w)`, `x.sum()` …) are the public ops; see {@link tensor} for making one.
 * Memory is garbage-collected: there is nothing to dispose of.
 */
export class Tensor implements Node {
  /** Where on the tape this node lives, or the state of a leaf. Internal. */
  declare readonly home: Home | TensorLeaf;
  /** The row in its chunk; −1 for a leaf. Internal. */
  declare readonly row: number;
  /** The plain array. Internal: views may share its memory. */
  declare readonly array: NDArray;

  constructor(array: NDArray, home: Home | TensorLeaf, row: number) {
    this.array = array;
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
  get leaf(): TensorLeaf | null {
    return this.row === LEAF ? (this.home as TensorLeaf) : null;
  }

  /** Sizes of the dimensions; [] for a single number. */
  get shape(): readonly number[] {
    return this.array.shape;
  }

  get dtype(): DType {
    return this.array.dtype;
  }

  /** Number of dimensions. Source: `torch.Tensor.dim`. */
  get ndim(): number {
    return this.array.shape.length;
  }

  /** Number of elements. Source: `torch.Tensor.numel`. */
  get size(): number {
    return this.array.size;
  }

  /** A copy of the elements in order. Writing to it changes nothing; see {@link assign}. */
  get data(): TypedArray {
    return flatData(this.array).slice();
  }

  /** The elements as nested arrays (of booleans for bool), a plain number where there are no dimensions. */
  toArray(): Nested {
    return toNested(this.array);
  }

  /**
   * The only element as a number. Source: `torch.Tensor.item`.
   * @throws NonScalarLossError where there are several.
   */
  item(): number {
    if (this.size === 1) return this.array.item();
    throw new NonScalarLossError(
      `item: a tensor of shape ${showShape(this.shape)} has ${this.size} elements; use toArray(), or reduce it first`,
    );
  }

  /** The gradient that `backward()` left here, or null. On a node that is no leaf only after {@link retainGrad}. */
  get grad(): Tensor | null {
    return this.chunk === null ? (this.leaf as TensorLeaf).grad : (this.payload()?.grad ?? null);
  }

  set grad(grad: Tensor | null) {
    const { leaf } = this;
    if (leaf === null) {
      throw new ArgumentError(
        `${describeTensor(this)} is computed by an op; only the grad of a leaf can be set`,
      );
    }
    if (grad !== null && !(grad instanceof Tensor)) {
      throw new ArgumentError(`grad must be a Tensor or null, got ${describe(grad)}`);
    }
    if (grad !== null && String(grad.shape) !== String(this.shape)) {
      throw new ArgumentError(
        `grad of ${describeTensor(this)} must have its shape, got ${showShape(grad.shape)}`,
      );
    }
    leaf.grad = grad;
  }

  private payload(): { grad: Tensor | null } | undefined {
    return kept.get(this);
  }

  /** Keeps the gradient of this inner node at the next backward passes. Source: `torch.Tensor.retain_grad`. */
  retainGrad(): this {
    const { chunk, row } = this;
    if (chunk === null) return this;
    const payload = chunk.payloads?.[row];
    const place: { grad: Tensor | null } = { grad: null };
    kept.set(this, place);
    if (payload !== undefined) {
      payload.keep = cotangent => {
        place.grad = cotangent as Tensor;
      };
    }
    return this;
  }

  /** True when gradients flow into this node. */
  get requiresGrad(): boolean {
    return this.chunk !== null || (this.leaf as TensorLeaf).requiresGrad;
  }

  /**
   * Makes a leaf take a gradient from now on, or no longer; returns it. Source: `torch.Tensor.requires_grad_`.
   * @throws ArgumentError for a node that an op computed, or whole numbers.
   */
  requiresGrad_(requiresGrad = true): this {
    const { leaf } = this;
    if (leaf === null) {
      throw new ArgumentError(
        `${describeTensor(this)} is computed by an op, so whether gradients flow into it is settled; use detach() to cut it off`,
      );
    }
    if (requiresGrad && !isFloat(this.dtype)) {
      throw new ArgumentError(
        `${describeTensor(this)} cannot take a gradient: only float32 and float64 can; convert it with .to('float32')`,
      );
    }
    leaf.requiresGrad = requiresGrad === true;
    return this;
  }

  /** True for a node that no op computed. */
  get isLeaf(): boolean {
    return this.chunk === null;
  }

  get name(): string | undefined {
    return this.chunk !== null ? this.chunk.notes.get(this.row)?.name : this.leaf?.note.name;
  }

  /** Gives this node a name (for derivations, traces and the viewer) and returns it. */
  named(name: string): this {
    if (typeof name !== 'string' || name === '') {
      throw new ArgumentError(`a name must be a non-empty string, got ${describe(name)}`);
    }
    noteOfTensor(this).name = name;
    return this;
  }

  /**
   * Runs the backward pass from this node: every leaf it depends on gets its gradient added to `grad`.
   *
   * ```ts
   * const x = tensor([1, 2, 3], { requiresGrad: true });
   * x.mul(x).sum().backward();
   * x.grad?.toArray(); // [2, 4, 6]
   * ```
   * @throws NonScalarLossError, NoGradientError, GraphFreedError, TensorChangedError. Source: `torch.Tensor.backward`.
   */
  backward(options?: BackwardOptions): void {
    backward(this, options);
  }

  /** A leaf with the same memory and no history. Source: `torch.Tensor.detach`. */
  detach(): Tensor {
    return constantTensor(this.array);
  }

  /** A leaf with a copy of the elements and no history. */
  copy(): Tensor {
    return constantTensor(copyOf(this.array));
  }

  /** Forgets the gradient of this leaf. */
  zeroGrad(): void {
    this.grad = null;
  }

  /**
   * The elements in columns, shortened in the middle where there are more than 1000; then the shape, the element type unless
   * float32, and whether a gradient is wanted. What `console.log` shows, too.
   */
  toString(): string {
    const name = this.name === undefined ? '' : `${this.name} = `;
    const notes = [
      this.ndim === 0 ? '' : `, shape ${showShape(this.shape)}`,
      this.dtype === 'float32' ? '' : `, ${this.dtype}`,
      this.requiresGrad ? ', requiresGrad' : '',
    ].join('');
    return `Tensor(${name}${formatArray(this.array, 'Tensor('.length + name.length)}${notes})`;
  }

  /** What `JSON.stringify` writes: the elements, not the graph behind them. */
  toJSON(): { name: string | undefined; dtype: DType; shape: readonly number[]; data: Nested } {
    return { name: this.name, dtype: this.dtype, shape: this.shape, data: this.toArray() };
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /** JavaScript's own operators cannot be differentiated, and would silently cut the graph: they throw. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString();
    throw new ArgumentError(
      `${describeTensor(this)} met a JavaScript operator, which cannot be differentiated; ` +
        'write a.add(b), a.mul(b) …, or take a plain number with a.item()',
    );
  }
}

/** Gradients of inner nodes that someone asked to keep. */
const kept = new WeakMap<Tensor, { grad: Tensor | null }>();

/** A leaf that takes no gradient, over this array. Internal. */
export function constantTensor(array: NDArray): Tensor {
  return leafTensor(array, false);
}

/** A leaf over this array. Internal. */
export function leafTensor(array: NDArray, requiresGrad: boolean): Tensor {
  return new Tensor(array, new TensorLeaf(array, requiresGrad), LEAF);
}

/** The note of a node, made when first asked for. Internal. */
export function noteOfTensor(node: Tensor): Note {
  return node.leaf !== null ? node.leaf.note : (node.chunk as Chunk).note(node.row);
}

/** Names a node for an error message. */
export function describeTensor(node: Tensor): string {
  const what = `${node.dtype} ${showShape(node.shape)}`;
  return node.name === undefined ? `this Tensor (${what})` : `"${node.name}" (${what})`;
}
