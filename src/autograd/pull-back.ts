// What the transforms are made of: running a function on nodes of its own, and pulling cotangents back to these.

import { withArena } from '../ndarray/arena.ts';
import { zeros } from '../ndarray/array.ts';
import { isFloat } from '../ndarray/dtype.ts';
import { transformObserver } from './backward.ts';
import { ArgumentError, DTypeError, describe, NonScalarLossError } from './errors.ts';
import { enableGrad, modes, noGrad } from './modes.ts';
import { sweepNumbersAside } from './numbers.ts';
import { arithmetic } from './op.ts';
import { fitTo, sweepOperands, sweepTensors } from './operands.ts';
import { routeTo } from './sweep.ts';
import type { Node } from './tape.ts';
import { constantTensor, describeTensor, leafTensor, Tensor } from './tensor.ts';
import { constant, Value, value } from './value.ts';

/** What transforms differentiate by and what they give: plain numbers, Values, Tensors. */
export type Differentiable = number | Value | Tensor;

let depth = 0;

/** Runs a transform; inside it, results stay connected to whatever surrounds them. */
export function nested<T>(run: () => T): T {
  depth++;
  try {
    return run();
  } finally {
    depth--;
  }
}

/** A function that ran on nodes of its own. */
export interface Run<Y> {
  inputs: (Value | Tensor)[];
  result: Y;
  /** The sweep itself is to be recorded. */
  recorded: boolean;
}

/** Runs `f` on nodes of its own for each argument. */
export function runOn<Y>(name: string, f: unknown, x: readonly Differentiable[]): Run<Y> {
  if (typeof f !== 'function') {
    throw new ArgumentError(`${name}: the first argument must be a function, got ${describe(f)}`);
  }
  if (x.length === 0)
    throw new ArgumentError(`${name}: give at least one argument to differentiate at`);
  // What surrounds a transform inside noGrad gets no gradient, but the transform itself still has to record its function.
  const recorded =
    modes.grad && (depth > 0 || x.some(arg => typeof arg !== 'number' && arg?.requiresGrad));
  const inputs = x.map(arg => inputFor(name, arg, recorded));
  const result = nested(() => enableGrad(() => f(...inputs))) as Y;
  return { inputs, result, recorded };
}

function inputFor(name: string, arg: unknown, recorded: boolean): Value | Tensor {
  if (typeof arg === 'number') return value(arg);
  if (arg instanceof Tensor) {
    if (!isFloat(arg.dtype)) {
      throw new DTypeError(
        `${name}: ${describeTensor(arg)} cannot be differentiated by; convert it with .to('float32')`,
      );
    }
    return recorded && arg.requiresGrad
      ? (arithmetic().alias(arg) as Tensor)
      : leafTensor(arg.array, true);
  }
  if (!(arg instanceof Value)) {
    throw new ArgumentError(
      `${name}: arguments must be numbers, Values or Tensors, got ${describe(arg)}`,
    );
  }
  return recorded && arg.requiresGrad ? (arithmetic().alias(arg) as Value) : value(arg.data);
}

/** Σ seedₖ · ∂outputₖ/∂input for each input. */
export function pullBack(
  outputs: readonly Differentiable[],
  seeds: readonly Differentiable[],
  inputs: readonly (Value | Tensor)[],
  recorded: boolean,
): Differentiable[] {
  const { add } = arithmetic();
  const keys = inputs.map(keyOf);
  // The same input may be asked for twice: its gradient is gathered in the last place and copied to the others.
  const place = new Map(keys.map((key, k) => [key, k]));
  const sums: (Differentiable | null)[] = inputs.map(() => null);
  const deliver = (
    node: Node | { chunk: unknown; row: number },
    cotangent: Differentiable,
  ): void => {
    const k = place.get(keyOf(node as Value)) as number;
    const sum = sums[k] as Differentiable | null;
    // What is made here stays: it is no memory of the sweep.
    sums[k] =
      sum === null ? cotangent : withArena(null, () => add(sum, cotangent) as Differentiable);
  };
  outputs.forEach((output, k) => {
    if (typeof output === 'number' || !output.requiresGrad) return;
    const seed = seeds[k] as Differentiable;
    const route = routeTo(output, inputs);
    if (recorded) sweepOperands(output, fitTo(seed, output), { route, deliver: deliver as never });
    else if (output instanceof Tensor) {
      const start = noGrad(() => fitTo(detached(seed), output)) as Tensor;
      const observer = transformObserver(output, start);
      noGrad(() => sweepTensors(output, start, { route, deliver: deliver as never, observer }));
    } else {
      const start = numberOf(seed);
      const observer = transformObserver(output, start);
      sweepNumbersAside(output, start, { route, deliver, observer });
    }
  });
  return inputs.map((input, k) => {
    const sum = sums[place.get(keys[k]) as number] ?? 0;
    if (!(input instanceof Tensor)) return sum;
    if (sum === 0) return constantTensor(zeros(input.shape, input.dtype));
    return fitTo(sum, input) as Tensor;
  });
}

function detached(x: Differentiable): Differentiable {
  return x instanceof Tensor ? x.detach() : numberOf(x);
}

/** The plain number behind a scalar of any kind. */
export function numberOf(x: Differentiable): number {
  if (typeof x === 'number') return x;
  return x instanceof Tensor ? x.item() : x.data;
}

/** Something equal for two handles on the same node. */
function keyOf(node: { chunk: unknown; row: number; leaf?: unknown }): unknown {
  if (node.leaf !== null && node.leaf !== undefined) return node.leaf;
  return `${(node.chunk as { serial: number }).serial}:${node.row}`;
}

/** The result in the kind of the argument it belongs to. */
export function likeArgument(
  result: Differentiable,
  argument: Differentiable,
  recorded: boolean,
): Differentiable {
  if (argument instanceof Tensor) return plain(result, recorded);
  if (typeof argument !== 'number') {
    // The gradient of a Value that met tensors is a number again, unless it is part of a graph.
    if (result instanceof Tensor) return recorded ? result : constant(result.item());
    return typeof result === 'number' ? constant(result) : result;
  }
  // Inside another transform a number may depend on the outer variables: it must stay connected to them.
  if (typeof result === 'number' || (recorded && result.requiresGrad)) return result;
  return numberOf(result);
}

/** A result without its graph, where it is not to be differentiated again. */
export function plain(result: Differentiable, recorded: boolean): Differentiable {
  if (typeof result === 'number' || recorded) return result;
  return result instanceof Tensor ? result.detach() : result.data;
}

/** The one result of a function. @throws NonScalarLossError where it is something else. */
export function scalarResult(name: string, result: unknown): Differentiable {
  if (typeof result === 'number' || result instanceof Value) return result;
  if (result instanceof Tensor) {
    if (result.size === 1) return result;
    throw new NonScalarLossError(
      `${name}: the function must return one number, got ${describeTensor(result)}; reduce it, for example with .sum(), ` +
        'or use jacobian',
    );
  }
  const several = Array.isArray(result) ? '; use jacobian for a function with several results' : '';
  throw new NonScalarLossError(
    `${name}: the function must return one number, got ${describe(result)}${several}`,
  );
}

/** The results of a function with several. */
export function vectorResult(name: string, result: unknown): Differentiable[] {
  if (!Array.isArray(result)) {
    throw new ArgumentError(
      `${name}: the function must return an array of numbers, Values or Tensors, got ${describe(result)}; write x => [f(x)]`,
    );
  }
  return result.map(y => (y instanceof Tensor ? y : scalarResult(name, y)));
}
