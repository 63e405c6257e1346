// Functions of functions: grad, valueAndGrad, vjp, jvp, jacobian, hessian, hvp. They nest to any order.
//
// A function is run on fresh leaves (or, inside another transform, on fresh nodes linked to the outer ones), and its
// graph is swept. Plain numbers in give plain numbers out; a Value in gives a Value that can be differentiated again.

import { requireGraph, transformObserver } from './backward.ts';
import { ArgumentError, checkOptions, describe, NonScalarLossError } from './errors.ts';
import { pushForward } from './forward.ts';
import { enableGrad, modes } from './modes.ts';
import { sweepNumbersAside } from './numbers.ts';
import { arithmetic, type KindOf } from './op.ts';
import { sweepOperands } from './operands.ts';
import { release, routeTo } from './sweep.ts';
import type { Node } from './tape.ts';
import { constant, Value, value } from './value.ts';

/** A number or a recorded number. */
export type Scalar = number | Value;

/** A differentiable function of scalars. */
export type ScalarFunction = (...x: Value[]) => Scalar;

/** A differentiable function with several results. */
export type VectorFunction = (...x: Value[]) => readonly Scalar[];

type Gradients<A extends readonly Scalar[]> = { [K in keyof A]: KindOf<A[K]> };

/** One gradient for one argument, an array for several. */
export type Gradient<A extends readonly Scalar[]> = A extends readonly [infer X extends Scalar]
  ? KindOf<X>
  : Gradients<A>;

/** What {@link grad} returns: with one argument itself a {@link ScalarFunction}, so that it can be differentiated again. */
export interface GradientFunction {
  (x: number): number;
  (x: Value): Value;
  (x: Scalar): Scalar;
  <A extends readonly Scalar[]>(...x: A): Gradients<A>;
}

let depth = 0;

/** Runs a transform; inside it, results stay connected to whatever surrounds them. */
function nested<T>(run: () => T): T {
  depth++;
  try {
    return run();
  } finally {
    depth--;
  }
}

interface Run<Y> {
  inputs: Value[];
  result: Y;
  /** The sweep itself is to be recorded. */
  recorded: boolean;
}

/** Runs `f` on nodes of its own for each argument. */
function runOn<Y>(name: string, f: (...x: Value[]) => Y, x: readonly Scalar[]): Run<Y> {
  if (typeof f !== 'function') {
    throw new ArgumentError(`${name}: the first argument must be a function, got ${describe(f)}`);
  }
  if (x.length === 0)
    throw new ArgumentError(`${name}: give at least one argument to differentiate at`);
  // What surrounds a transform inside noGrad gets no gradient, but the transform itself still has to record its function.
  const recorded =
    modes.grad && (depth > 0 || x.some(arg => arg instanceof Value && arg.requiresGrad));
  const inputs = x.map(arg => {
    if (typeof arg === 'number') return value(arg);
    if (!(arg instanceof Value)) {
      throw new ArgumentError(`${name}: arguments must be numbers or Values, got ${describe(arg)}`);
    }
    return recorded && arg.requiresGrad ? (arithmetic().alias(arg) as Value) : value(arg.data);
  });
  return { inputs, result: nested(() => enableGrad(() => f(...inputs))), recorded };
}

/** Σ seedₖ · ∂outputₖ/∂input for each input. */
function pullBack(
  outputs: readonly Scalar[],
  seeds: readonly Scalar[],
  inputs: readonly Value[],
  recorded: boolean,
): Scalar[] {
  const { add } = arithmetic();
  const keys = inputs.map(keyOf);
  // The same input may be asked for twice: its gradient is gathered in the last place and copied to the others.
  const place = new Map(keys.map((key, k) => [key, k]));
  const sums: (Scalar | null)[] = inputs.map(() => null);
  const deliver = (node: Node | { chunk: unknown; row: number }, cotangent: Scalar): void => {
    const k = place.get(keyOf(node as Value)) as number;
    const sum = sums[k] as Scalar | null;
    sums[k] = sum === null ? cotangent : (add(sum, cotangent) as Scalar);
  };
  outputs.forEach((output, k) => {
    if (typeof output === 'number' || !output.requiresGrad) return;
    const seed = seeds[k] as Scalar;
    const route = routeTo(output, inputs);
    if (recorded) sweepOperands(output, seed, { route, deliver: deliver as never });
    else {
      const start = typeof seed === 'number' ? seed : seed.data;
      const observer = transformObserver(output, start);
      sweepNumbersAside(output, start, { route, deliver, observer });
    }
  });
  return keys.map(key => sums[place.get(key) as number] ?? 0);
}

/** Something equal for two handles on the same node. */
function keyOf(node: { chunk: unknown; row: number; leaf?: unknown }): unknown {
  if (node.leaf !== null && node.leaf !== undefined) return node.leaf;
  return `${(node.chunk as { base: number }).base}:${node.row}`;
}

/** The result in the kind of the argument it belongs to. */
function likeArgument(result: Scalar, argument: Scalar, recorded: boolean): Scalar {
  if (typeof argument !== 'number') return typeof result === 'number' ? constant(result) : result;
  // Inside another transform a number may depend on the outer variables: it must stay connected to them.
  if (typeof result === 'number' || (recorded && result.requiresGrad)) return result;
  return result.data;
}

function scalarResult(name: string, result: unknown): Scalar {
  if (typeof result === 'number' || result instanceof Value) return result;
  const several = Array.isArray(result) ? '; use jacobian for a function with several results' : '';
  throw new NonScalarLossError(
    `${name}: the function must return one number, got ${describe(result)}${several}`,
  );
}

/**
 * The gradient of a function: `grad(f)(x)` is f′(x), with one entry per argument where there are several.
 * With a Value as first argument: the gradients of that value with respect to other values, as in `torch.autograd.grad`.
 *
 * ```ts
 * grad(x => x.mul(x))(3); // 6
 * grad(grad(x => x.pow(3)))(2); // 12
 * ```
 * @throws NonScalarLossError where the function returns several numbers.
 */
export function grad(f: ScalarFunction): GradientFunction;
export function grad(output: Value, inputs: readonly Value[], options?: GradOptions): Value[];
export function grad(
  f: ScalarFunction | Value,
  inputs?: readonly Value[],
  options?: GradOptions,
): unknown {
  if (f instanceof Value) return gradOf(f, inputs as readonly Value[], options);
  const both = valueAndGrad(f);
  return (...x: Scalar[]) => both(...x)[1];
}

/** Options of {@link grad} on values. */
export interface GradOptions {
  /** Record the sweep, so that the gradients can be differentiated again. */
  createGraph?: boolean;
  /** Keep the graph for another sweep; as `createGraph` unless given. */
  retainGraph?: boolean;
}

function gradOf(output: Value, inputs: readonly Value[], options: GradOptions = {}): Value[] {
  checkOptions('grad', options, ['createGraph', 'retainGraph']);
  requireGraph('grad', output);
  if (!Array.isArray(inputs)) {
    throw new ArgumentError(
      `grad: give the inputs as an array of Values, as in grad(y, [x]), got ${describe(inputs)}`,
    );
  }
  for (const input of inputs) {
    if (!(input instanceof Value)) {
      throw new ArgumentError(`grad: inputs must be Values, got ${describe(input)}`);
    }
  }
  const createGraph = options.createGraph ?? false;
  const sums = pullBack([output], [1], inputs, createGraph);
  if (!(options.retainGraph ?? createGraph)) release(output);
  return sums.map(sum => (typeof sum === 'number' ? constant(sum) : sum));
}

/**
 * Value and gradient in one run: `valueAndGrad(f)(x)` is `[f(x), f′(x)]`.
 *
 * ```ts
 * valueAndGrad(x => x.mul(x))(3); // [9, 6]
 * ```
 */
export function valueAndGrad(
  f: ScalarFunction,
): <A extends readonly Scalar[]>(...x: A) => [KindOf<A[number]>, Gradient<A>] {
  return ((...x: Scalar[]) => {
    const { inputs, result, recorded } = runOn('grad', f, x);
    const y = scalarResult('grad', result);
    const gradients = nested(() => pullBack([y], [1], inputs, recorded)).map((g, k) =>
      likeArgument(g, x[k] as Scalar, recorded),
    );
    const ofValues = x.some(arg => arg instanceof Value);
    const shown = plain(y, recorded);
    return [
      ofValues && typeof shown === 'number' ? constant(shown) : shown,
      x.length === 1 ? gradients[0] : gradients,
    ];
  }) as never;
}

/**
 * Runs `f` and returns its results with the function that takes cotangents back: v ↦ vᵀJ.
 *
 * ```ts
 * const [y, pull] = vjp((a, b) => [a.mul(b), a.add(b)], [2, 3]);
 * y; // [6, 5]
 * pull([1, 10]); // [13, 12]
 * ```
 * Source: `torch.func.vjp`.
 */
export function vjp<A extends readonly Scalar[]>(
  f: VectorFunction,
  x: readonly [...A],
): [Scalar[], (cotangents: readonly Scalar[]) => Gradients<A>] {
  const { inputs, result, recorded } = runOn('vjp', f, x);
  const outputs = vectorResult('vjp', result);
  const pull = (cotangents: readonly Scalar[]): Scalar[] => {
    checkScalars('vjp', 'cotangents', cotangents, outputs.length);
    const deep = recorded || cotangents.some(v => v instanceof Value && v.requiresGrad);
    return pullBack(outputs, cotangents, inputs, deep).map((g, k) =>
      likeArgument(g, x[k] as Scalar, deep),
    );
  };
  return [outputs.map(y => plain(y, recorded)), pull as never];
}

/**
 * Runs `f` and its derivative along `tangents` in one forward sweep: `[f(x), J·v]`.
 *
 * ```ts
 * jvp((a, b) => [a.mul(b)], [2, 3], [1, 10]); // [[6], [23]]
 * ```
 * Source: `torch.func.jvp`.
 */
export function jvp<A extends readonly Scalar[]>(
  f: VectorFunction,
  x: readonly [...A],
  tangents: readonly Scalar[],
): [Scalar[], Scalar[]] {
  checkScalars('jvp', 'tangents', tangents, x.length);
  const { inputs, result, recorded } = runOn('jvp', f, x);
  const outputs = vectorResult('jvp', result);
  const deep = recorded || tangents.some(v => v instanceof Value && v.requiresGrad);
  const directions = deep ? tangents : tangents.map(v => plain(v, false));
  const pushed = nested(() => pushForward(outputs, inputs, directions, deep));
  return [outputs.map(y => plain(y, recorded)), pushed.map(t => plain(t, deep))];
}

/**
 * The Jacobian: row i, column k is ∂fᵢ/∂xₖ.
 *
 * ```ts
 * jacobian((a, b) => [a.mul(b), a.add(b)], [2, 3]); // [[3, 2], [1, 1]]
 * ```
 * Source: `torch.func.jacrev`.
 */
export function jacobian<A extends readonly Scalar[]>(
  f: VectorFunction,
  x: readonly [...A],
): Gradients<A>[] {
  const { inputs, result, recorded } = runOn('jacobian', f, x);
  const outputs = vectorResult('jacobian', result);
  return outputs.map(output =>
    nested(() => pullBack([output], [1], inputs, recorded)).map((g, k) =>
      likeArgument(g, x[k] as Scalar, recorded),
    ),
  ) as never;
}

/**
 * The matrix of second derivatives: row i, column k is ∂²f/∂xᵢ∂xₖ.
 *
 * ```ts
 * hessian((a, b) => a.mul(a).mul(b), [2, 3]); // [[6, 4], [4, 0]]
 * ```
 * Source: `torch.func.hessian`.
 */
export function hessian<A extends readonly Scalar[]>(
  f: ScalarFunction,
  x: readonly [...A],
): Gradients<A>[] {
  return jacobian((...inputs) => gradients(f, inputs), x);
}

/**
 * The product of the Hessian with a vector, without forming the Hessian: forward over reverse.
 *
 * ```ts
 * hvp((a, b) => a.mul(a).mul(b), [2, 3], [1, 0]); // [6, 4]
 * ```
 * Source: `torch.autograd.functional.hvp`.
 */
export function hvp<A extends readonly Scalar[]>(
  f: ScalarFunction,
  x: readonly [...A],
  v: readonly Scalar[],
): Gradients<A> {
  return jvp((...inputs) => gradients(f, inputs), x, v)[1] as never;
}

/** The gradient as an array, also for one argument. */
function gradients(f: ScalarFunction, x: readonly Value[]): Scalar[] {
  const gradient = grad(f)(...x) as unknown as Scalar | Scalar[];
  return Array.isArray(gradient) ? gradient : [gradient];
}

/**
 * The value without its history: gradients stop here. Source: `jax.lax.stop_gradient`, `torch.Tensor.detach`.
 *
 * ```ts
 * grad(x => x.mul(stopGradient(x)))(3); // 3
 * ```
 */
export function stopGradient<A extends Scalar>(x: A): KindOf<A> {
  return (x instanceof Value ? x.detach() : x) as KindOf<A>;
}

function plain(result: Scalar, recorded: boolean): Scalar {
  return typeof result === 'number' || recorded ? result : result.data;
}

function vectorResult(name: string, result: unknown): Scalar[] {
  if (Array.isArray(result)) return result.map(y => scalarResult(name, y));
  throw new ArgumentError(
    `${name}: the function must return an array of numbers or Values, got ${describe(result)}; write x => [f(x)]`,
  );
}

function checkScalars(name: string, what: string, got: readonly unknown[], wanted: number): void {
  if (!Array.isArray(got) || got.length !== wanted) {
    throw new ArgumentError(`${name}: ${wanted} ${what} needed, got ${describe(got)}`);
  }
  for (const v of got) {
    if (typeof v === 'number' || v instanceof Value) continue;
    throw new ArgumentError(`${name}: ${what} must be numbers or Values, got ${describe(v)}`);
  }
}
