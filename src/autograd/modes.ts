// Switches that change how ops run: whether they are recorded, under which scope, and who watches them.

import type { DType } from '../ndarray/dtype.ts';
import { ArgumentError, describe } from './errors.ts';
import type { Op, Operand } from './op.ts';
import type { ScopeCall } from './scope-names.ts';
import type { Note } from './tape.ts';
import type { Tensor } from './tensor.ts';
import type { Value } from './value.ts';

/** Sees every op that produces a value, when someone asked to (a recording, anomaly detection, a scope). */
export interface Watcher {
  created(result: Value | Tensor, op: Op, inputs: readonly Operand[], note: () => Note): void;
}

/** The state that every op looks at. One object, so that the common case costs one load each. */
export const modes: {
  /** Ops on values that want a gradient are recorded. */
  grad: boolean;
  /** Called for each new value; null in the common case. */
  watch: Watcher | null;
  /** Recording, and nobody watches: what ops test first. */
  plain: boolean;
  /** The float type of tensors made of plain numbers alone; in a derivative rule that of the cotangent. */
  float: DType;
} = { grad: true, watch: null, plain: true, float: 'float32' };

function setModes(grad: boolean, watch: Watcher | null): void {
  modes.grad = grad;
  modes.watch = watch;
  modes.plain = grad && watch === null;
}

/**
 * Runs `fn` without recording: values computed inside have no graph and get no gradient.
 *
 * ```ts
 * const w = value(2);
 * const y = noGrad(() => w.mul(3));
 * y.requiresGrad; // false
 * ```
 * Source: `torch.no_grad`.
 */
export function noGrad<T>(fn: () => T): T {
  return withGrad(false, fn);
}

/** Runs `fn` with recording switched on, inside {@link noGrad}. Source: `torch.enable_grad`. */
export function enableGrad<T>(fn: () => T): T {
  return withGrad(true, fn);
}

function withGrad<T>(grad: boolean, fn: () => T): T {
  checkFunction(grad ? 'enableGrad' : 'noGrad', fn);
  const before = modes.grad;
  setModes(grad, modes.watch);
  try {
    return fn();
  } finally {
    setModes(before, modes.watch);
  }
}

/**
 * Runs a derivative rule for a cotangent of this element type: a slope such as `where(x > 0, 1, 0.01)` is made of plain
 * numbers, and must not lose digits on its way to a float64 cotangent.
 */
export function withFloat<T>(dtype: DType, rule: () => T): T {
  const before = modes.float;
  modes.float = dtype;
  try {
    return rule();
  } finally {
    modes.float = before;
  }
}

/** Throws where something to be run is no function. */
export function checkFunction(where: string, fn: unknown): void {
  if (typeof fn === 'function') return;
  throw new ArgumentError(`${where} takes a function to run, got ${describe(fn)}`);
}

const watchers: Watcher[] = [];

/** Runs `fn` while `watcher` sees every op. Watchers nest; each sees everything. */
export function watching<T>(watcher: Watcher, fn: () => T): T {
  watchers.push(watcher);
  update();
  try {
    return fn();
  } finally {
    watchers.splice(watchers.lastIndexOf(watcher), 1);
    update();
  }
}

/** Runs `fn` while nobody sees the ops: those of a backward pass on plain tensors are no steps of the program. */
export function unwatched<T>(fn: () => T): T {
  const { watch } = modes;
  if (watch === null) return fn();
  setModes(modes.grad, null);
  try {
    return fn();
  } finally {
    setModes(modes.grad, watch);
  }
}

function update(): void {
  const [first] = watchers;
  if (first === undefined || watchers.length === 1) {
    setModes(modes.grad, first ?? null);
    return;
  }
  const all = [...watchers];
  setModes(modes.grad, {
    created(result, op, inputs, note) {
      for (const watcher of all) watcher.created(result, op, inputs, note);
    },
  });
}

let currentScope: ScopeCall | undefined;

/**
 * Groups the nodes made inside `fn` under `name`; scopes nest, joined by `/`. Each call is a group of its own: in a trace the second
 * one of a name is `name~2`. The viewer folds by scope.
 *
 * ```ts
 * const x = value(1);
 * const h = scope('hidden', () => x.mul(2).tanh());
 * ```
 */
export function scope<T>(name: string, fn: () => T): T {
  checkFunction('scope', fn);
  if (typeof name !== 'string' || name === '') {
    throw new ArgumentError(`scope: the name must be a non-empty string, got ${describe(name)}`);
  }
  const before = currentScope;
  const here: ScopeCall = { name, outer: before };
  currentScope = here;
  try {
    return watching(
      {
        created(_result, _op, _inputs, note) {
          note().scope = here;
        },
      },
      fn,
    );
  } finally {
    currentScope = before;
  }
}
