// The backward pass as users call it: gradients accumulate into the leaves.

import { withArena } from '../ndarray/arena.ts';
import { broadcastTo, scalarArray } from '../ndarray/array.ts';
import { cast, copyOf, mapInto } from '../ndarray/map.ts';
import { sameShape } from '../ndarray/shape.ts';
import {
  ArgumentError,
  checkOptions,
  describe,
  NoGradientError,
  NonScalarLossError,
} from './errors.ts';
import { noGrad } from './modes.ts';
import { sweepNumbers } from './numbers.ts';
import type { Operand } from './op.ts';
import { fitTo, release, sweepTensors, takeOver } from './operands.ts';
import type { Observer } from './sweep.ts';
import type { Chunk, Node } from './tape.ts';
import { constantTensor, describeTensor, Tensor, type TensorLeaf } from './tensor.ts';
import { describeNode, type Leaf, Value } from './value.ts';

/** A recorded node that a backward pass can start from. */
export type Recorded = Value | Tensor;

/** Options of `backward`. */
export interface BackwardOptions {
  /** The cotangent to start with; 1 unless given. For a tensor one of its shape. Source: `gradient` in PyTorch. */
  gradient?: number | Tensor;
  /** Keep the graph, so that it can be swept again. */
  retainGraph?: boolean;
}

/** Watches backward passes: a recording, or anomaly detection. */
export interface PassListener {
  /** A pass is about to start; returns what is to see its steps, if anything. */
  begins(root: Recorded, seed: number | Tensor): Observer<Operand> | null;
  /** The sweeps of `grad`, `vjp` … on plain numbers and tensors are of interest too. */
  transforms?: true;
  /** The pass went through. */
  ends?(root: Recorded): void;
}

const listeners: PassListener[] = [];

/** Runs `fn` while `listener` is told of every backward pass. */
export function listening<T>(listener: PassListener, fn: () => T): T {
  listeners.push(listener);
  try {
    return fn();
  } finally {
    listeners.splice(listeners.lastIndexOf(listener), 1);
  }
}

/** Sweeps from `root` and adds what each leaf receives to its gradient. */
export function backward(root: Recorded, options?: BackwardOptions): void {
  if (options !== undefined) checkOptions('backward', options, ['gradient', 'retainGraph']);
  const given = options?.gradient;
  requireGraph('backward', root);
  if (root instanceof Tensor) backwardOfTensor(root, given, options?.retainGraph !== true);
  else backwardOfValue(root, given, options?.retainGraph !== true);
  for (const listener of listeners) listener.ends?.(root);
}

function backwardOfValue(root: Value, given: unknown, free: boolean): void {
  const seed = given === undefined ? 1 : given;
  if (typeof seed !== 'number') {
    throw new ArgumentError(`backward: gradient must be a number, got ${describe(seed)}`);
  }
  const observer = listeners.length === 0 ? undefined : observers(listeners, root, seed);
  sweepNumbers(root, seed, { release: free, observer, deliver: accumulate, accumulates: true });
}

function backwardOfTensor(root: Tensor, given: unknown, free: boolean): void {
  const seed = seedFor('backward', root, given);
  const observer = listeners.length === 0 ? undefined : observers(listeners, root, seed);
  noGrad(() => sweepTensors(root, seed, { release: free, observer, deliver: accumulateTensor }));
}

/** The cotangent that a sweep from a tensor starts with. */
export function seedFor(where: string, root: Tensor, given: unknown): Tensor {
  if (given === undefined) {
    if (root.size === 1) return constantTensor(cast(ones(root.shape), root.dtype));
    throw new NonScalarLossError(
      `${where}: ${describeTensor(root)} is not a single number; reduce it (for example with .sum()) or give { gradient } of its shape`,
    );
  }
  if (typeof given === 'number') return fitTo(given, root) as Tensor;
  if (given instanceof Tensor && sameShape(given.shape, root.shape)) {
    return noGrad(() => fitTo(given.detach(), root) as Tensor);
  }
  throw new ArgumentError(
    `${where}: gradient must be a number or a Tensor of the shape of ${describeTensor(root)}, got ${
      given instanceof Tensor ? describeTensor(given) : describe(given)
    }`,
  );
}

function ones(shape: readonly number[]) {
  return broadcastTo(scalarArray(1, 'float64'), shape);
}

function accumulate(node: Node | { chunk: Chunk; row: number }, cotangent: number): void {
  ((node as Value).leaf as Leaf).accumulate(cotangent);
}

const sum = (a: number, b: number): number => a + b;

function accumulateTensor(node: Node | { chunk: Chunk; row: number }, cotangent: Operand): void {
  if (node instanceof Value) {
    const number = cotangent instanceof Tensor ? cotangent.item() : (cotangent as number);
    (node.leaf as Leaf).accumulate(number);
    release(cotangent);
    return;
  }
  const leaf = (node as Tensor).leaf as TensorLeaf;
  // What is made here stays: it is no memory of the sweep.
  withArena(null, () => addTo(leaf, fitTo(cotangent, node as Tensor) as Tensor));
}

function addTo(leaf: TensorLeaf, cotangent: Tensor): void {
  if (leaf.grad === null) {
    if (takeOver(cotangent)) leaf.grad = cotangent;
    else {
      leaf.grad = constantTensor(copyOf(cotangent.array));
      release(cotangent);
    }
    return;
  }
  // A gradient that is itself part of a graph, or a stretched view, cannot be added to in place.
  if (leaf.grad.requiresGrad || !leaf.grad.array.contiguous) leaf.grad = leaf.grad.copy();
  const { array } = leaf.grad;
  mapInto(array, sum, [array, cotangent.array]);
  array.storage.version++;
  release(cotangent);
}

/** Throws where no gradient can flow from `root`. */
export function requireGraph(where: string, root: Recorded): void {
  if (root.requiresGrad) return;
  const node = root instanceof Tensor ? describeTensor(root) : describeNode(root);
  const remedy = root instanceof Tensor ? 'tensor(data, { requiresGrad: true })' : 'value(x)';
  throw new NoGradientError(
    `${where}: ${node} depends on nothing that requires a gradient; make its leaves with ${remedy}, and ` +
      'compute it outside noGrad and without detach',
  );
}

/** What is to see the steps of a sweep that a transform runs. */
export function transformObserver(
  root: Recorded,
  seed: number | Tensor,
): Observer<Operand> | undefined {
  if (listeners.length === 0) return undefined;
  return observers(
    listeners.filter(listener => listener.transforms === true),
    root,
    seed,
  );
}

function observers(
  told: readonly PassListener[],
  root: Recorded,
  seed: number | Tensor,
): Observer<Operand> | undefined {
  const all = told
    .map(listener => listener.begins(root, seed))
    .filter(observer => observer !== null);
  if (all.length <= 1) return all[0];
  return {
    fires(chunk, row, g) {
      for (const observer of all) observer.fires(chunk, row, g);
    },
    contributes(chunk, row, k, local, contribution) {
      for (const observer of all) observer.contributes(chunk, row, k, local, contribution);
    },
  };
}
