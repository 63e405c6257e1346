// Functions of functions: grad, valueAndGrad, vjp, jvp, jacobian, hessian, hvp. They nest to any order.
//
// A function is run on fresh leaves (or, inside another transform, on fresh nodes linked to the outer ones), and its
// graph is swept. Plain numbers in give plain numbers out; a Value in gives a Value that can be differentiated again.

import { sameShape } from '../ndarray/shape.ts';
import { requireGraph, seedFor } from './backward.ts';
import { ArgumentError, checkOptions, describe } from './errors.ts';
import { pushForward } from './forward.ts';
import { jacobianRows } from './jacobian.ts';
import { noGrad } from './modes.ts';
import type { KindOf } from './op.ts';
import {
  type Differentiable,
  likeArgument,
  nested,
  plain,
  pullBack,
  runOn,
  scalarResult,
  vectorResult,
} from './pull-back.ts';
import { release } from './sweep.ts';
import { describeTensor, Tensor } from './tensor.ts';
import { constant, Value } from './value.ts';

export type { Differentiable } from './pull-back.ts';

/** A number or a recorded number. */
export type Scalar = number | Value;

/** A differentiable function of scalars. */
export type ScalarFunction = (...x: Value[]) => Scalar;

/** A differentiable function with several results. */
export type VectorFunction = (...x: Value[]) => readonly Scalar[];

/** A differentiable function of tensors whose result is one number. */
export type TensorScalarFunction = (...x: Tensor[]) => Differentiable;

/** A differentiable function of tensors with several results. */
export type TensorVectorFunction = (...x: Tensor[]) => readonly Differentiable[];

type Gradients<A extends readonly Differentiable[]> = { [K in keyof A]: KindOf<A[K]> };

/** One gradient for one argument, an array for several. */
export type Gradient<A extends readonly Differentiable[]> = A extends readonly [
  infer X extends Differentiable,
]
  ? KindOf<X>
  : Gradients<A>;

/** What {@link grad} returns: with one argument itself a {@link ScalarFunction}, so that it can be differentiated again. */
export interface GradientFunction {
  (x: number): number;
  (x: Value): Value;
  (x: Scalar): Scalar;
  <A extends readonly Scalar[]>(...x: A): Gradients<A>;
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
export function grad(
  f: TensorScalarFunction,
): <A extends readonly Differentiable[]>(...x: A) => Gradient<A>;
export function grad(output: Value, inputs: readonly Value[], options?: GradOptions): Value[];
export function grad(output: Tensor, inputs: readonly Tensor[], options?: GradOptions): Tensor[];
export function grad(f: unknown, inputs?: unknown, options?: GradOptions): unknown {
  if (f instanceof Value || f instanceof Tensor) return gradOf(f, inputs, options);
  const both = valueAndGrad(f as ScalarFunction);
  return (...x: Scalar[]) => both(...x)[1];
}

/** Options of {@link grad} on values and tensors. */
export interface GradOptions {
  /** Record the sweep, so that the gradients can be differentiated again. */
  createGraph?: boolean;
  /** Keep the graph for another sweep; as `createGraph` unless given. */
  retainGraph?: boolean;
  /** The cotangent to start with, for a tensor one of its shape; 1 unless given. Source: `grad_outputs` in PyTorch. */
  gradient?: Differentiable;
}

function gradOf(output: Value | Tensor, inputs: unknown, options: GradOptions = {}): unknown[] {
  checkOptions('grad', options, ['createGraph', 'retainGraph', 'gradient']);
  requireGraph('grad', output);
  if (!Array.isArray(inputs)) {
    throw new ArgumentError(
      `grad: give the inputs as an array of Values or Tensors, as in grad(y, [x]), got ${describe(inputs)}`,
    );
  }
  for (const input of inputs) {
    if (!(input instanceof Value || input instanceof Tensor)) {
      throw new ArgumentError(`grad: inputs must be Values or Tensors, got ${describe(input)}`);
    }
  }
  const createGraph = options.createGraph ?? false;
  const seed = seedOf(output, options.gradient, createGraph);
  const sums = pullBack([output], [seed], inputs, createGraph);
  if (!(options.retainGraph ?? createGraph)) release(output);
  return sums.map((sum, k) => likeArgument(sum, inputs[k], createGraph));
}

function seedOf(
  output: Value | Tensor,
  given: Differentiable | undefined,
  recorded: boolean,
): Differentiable {
  if (!(output instanceof Tensor)) return given ?? 1;
  // One that is part of a graph stays so.
  if (recorded && given instanceof Tensor && sameShape(given.shape, output.shape)) return given;
  return seedFor('grad', output, given);
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
): <A extends readonly Scalar[]>(...x: A) => [KindOf<A[number]>, Gradient<A>];
export function valueAndGrad(
  f: TensorScalarFunction,
): <A extends readonly Differentiable[]>(...x: A) => [KindOf<A[number]>, Gradient<A>];
export function valueAndGrad(f: unknown): unknown {
  return (...x: Differentiable[]) => {
    const { inputs, result, recorded } = runOn('grad', f, x);
    const y = scalarResult('grad', result);
    const gradients = nested(() => pullBack([y], [1], inputs, recorded)).map((g, k) =>
      likeArgument(g, x[k] as Differentiable, recorded),
    );
    const ofValues = x.some(arg => arg instanceof Value);
    const shown = plain(y, recorded);
    return [
      ofValues && typeof shown === 'number' ? constant(shown) : shown,
      x.length === 1 ? gradients[0] : gradients,
    ];
  };
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
): [Scalar[], (cotangents: readonly Scalar[]) => Gradients<A>];
export function vjp<A extends readonly Differentiable[]>(
  f: TensorVectorFunction,
  x: readonly [...A],
): [Tensor[], (cotangents: readonly Differentiable[]) => Gradients<A>];
export function vjp(f: unknown, x: readonly Differentiable[]): unknown {
  const { inputs, result, recorded } = runOn('vjp', f, x);
  const outputs = vectorResult('vjp', result);
  const pull = (cotangents: readonly Differentiable[]): Differentiable[] => {
    checkAll('vjp', 'cotangents', cotangents, outputs);
    const deep = recorded || cotangents.some(v => typeof v !== 'number' && v.requiresGrad);
    return pullBack(outputs, cotangents, inputs, deep).map((g, k) =>
      likeArgument(g, x[k] as Differentiable, deep),
    );
  };
  return [outputs.map(y => plain(y, recorded)), pull];
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
): [Scalar[], Scalar[]];
export function jvp(
  f: TensorVectorFunction,
  x: readonly Differentiable[],
  tangents: readonly Differentiable[],
): [Tensor[], Tensor[]];
export function jvp(
  f: unknown,
  x: readonly Differentiable[],
  tangents: readonly Differentiable[],
): unknown {
  checkAll('jvp', 'tangents', tangents, x);
  const { inputs, result, recorded } = runOn('jvp', f, x);
  const outputs = vectorResult('jvp', result);
  const deep = recorded || tangents.some(v => typeof v !== 'number' && v.requiresGrad);
  const directions = deep ? tangents : tangents.map(v => plain(v, false));
  const push = () => nested(() => pushForward(outputs, inputs, directions, deep));
  const pushed = deep ? push() : noGrad(push);
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
): Gradients<A>[];
export function jacobian<A extends readonly Differentiable[]>(
  f: TensorVectorFunction,
  x: readonly [...A],
): Gradients<A>[];
export function jacobian(f: unknown, x: readonly Differentiable[]): unknown {
  const { inputs, result, recorded } = runOn('jacobian', f, x);
  const outputs = vectorResult('jacobian', result);
  return outputs.map(output =>
    nested(() => jacobianRows(output, inputs, recorded)).map((g, k) =>
      likeArgument(g, x[k] as Differentiable, recorded),
    ),
  );
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
): Gradients<A>[];
export function hessian<A extends readonly Differentiable[]>(
  f: TensorScalarFunction,
  x: readonly [...A],
): Gradients<A>[];
export function hessian(f: unknown, x: readonly Differentiable[]): unknown {
  return jacobian((...inputs: Tensor[]) => gradients(f, inputs), x);
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
): Gradients<A>;
export function hvp<A extends readonly Differentiable[]>(
  f: TensorScalarFunction,
  x: readonly [...A],
  v: readonly Differentiable[],
): Gradients<A>;
export function hvp(
  f: unknown,
  x: readonly Differentiable[],
  v: readonly Differentiable[],
): unknown {
  return jvp((...inputs: Tensor[]) => gradients(f, inputs), x, v)[1];
}

/** The gradient as an array, also for one argument. */
function gradients(f: unknown, x: readonly Differentiable[]): Differentiable[] {
  const gradient = grad(f as TensorScalarFunction)(...x) as Differentiable | Differentiable[];
  return Array.isArray(gradient) ? gradient : [gradient];
}

/**
 * The value without its history: gradients stop here. Source: `jax.lax.stop_gradient`, `torch.Tensor.detach`.
 *
 * ```ts
 * grad(x => x.mul(stopGradient(x)))(3); // 3
 * ```
 */
export function stopGradient<A extends Differentiable>(x: A): KindOf<A> {
  return (typeof x === 'number' ? x : x.detach()) as KindOf<A>;
}

/** Throws unless there is one number, Value or Tensor of fitting shape for each of `like`. */
function checkAll(
  name: string,
  what: string,
  got: readonly unknown[],
  like: readonly unknown[],
): void {
  if (!Array.isArray(got) || got.length !== like.length) {
    throw new ArgumentError(`${name}: ${like.length} ${what} needed, got ${describe(got)}`);
  }
  got.forEach((v, k) => {
    const x = like[k];
    if (v instanceof Tensor) {
      const shape = x instanceof Tensor ? x.shape : [];
      if (sameShape(v.shape, shape)) return;
      throw new ArgumentError(
        `${name}: number ${k} of the ${what} must have the shape [${shape.join(', ')}], got ${describeTensor(v)}`,
      );
    }
    if (typeof v === 'number' || v instanceof Value) return;
    throw new ArgumentError(
      `${name}: ${what} must be numbers, Values or Tensors, got ${describe(v)}`,
    );
  });
}
