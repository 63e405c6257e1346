// The backward pass as users call it: gradients accumulate into the leaves.

import { ArgumentError, checkOptions, describe, NoGradientError } from './errors.ts';
import { sweepNumbers } from './numbers.ts';
import type { Observer } from './sweep.ts';
import type { Chunk, Node } from './tape.ts';
import { describeNode, type Leaf, type Value } from './value.ts';

/** Options of `backward`. */
export interface BackwardOptions {
  /** The cotangent to start with; 1 unless given. Source: `gradient` in PyTorch. */
  gradient?: number;
  /** Keep the graph, so that it can be swept again. */
  retainGraph?: boolean;
}

/** Watches numeric backward passes: a recording, or anomaly detection. */
export interface PassListener {
  /** A pass is about to start; returns what is to see its steps, if anything. */
  begins(root: Value, seed: number): Observer<number> | null;
  /** The sweeps of `grad`, `vjp` … on numbers are of interest too. */
  transforms?: true;
  /** The pass went through. */
  ends?(root: Value): void;
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
export function backward(root: Value, options?: BackwardOptions): void {
  if (options !== undefined) checkOptions('backward', options, ['gradient', 'retainGraph']);
  const seed = options?.gradient === undefined ? 1 : options.gradient;
  if (typeof seed !== 'number') {
    throw new ArgumentError(`backward: gradient must be a number, got ${describe(seed)}`);
  }
  requireGraph('backward', root);
  const observer = listeners.length === 0 ? undefined : observers(listeners, root, seed);
  sweepNumbers(root, seed, {
    release: options?.retainGraph !== true,
    observer,
    deliver: accumulate,
    accumulates: true,
  });
  for (const listener of listeners) listener.ends?.(root);
}

function accumulate(node: Node | { chunk: Chunk; row: number }, cotangent: number): void {
  ((node as Value).leaf as Leaf).accumulate(cotangent);
}

/** Throws where no gradient can flow from `root`. */
export function requireGraph(where: string, root: Value): void {
  if (root.requiresGrad) return;
  throw new NoGradientError(
    `${where}: ${describeNode(root)} depends on nothing that requires a gradient; make its leaves with value(x), and ` +
      'compute it outside noGrad and without detach',
  );
}

/** What is to see the steps of a sweep that a transform runs. */
export function transformObserver(root: Value, seed: number): Observer<number> | undefined {
  if (listeners.length === 0) return undefined;
  return observers(
    listeners.filter(listener => listener.transforms === true),
    root,
    seed,
  );
}

function observers(
  told: readonly PassListener[],
  root: Value,
  seed: number,
): Observer<number> | undefined {
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
