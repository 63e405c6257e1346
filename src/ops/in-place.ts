// Changing tensors in place: what optimisers do to parameters. Each change is noted, so that a backward pass over a graph that
// used the old elements is an error and not a wrong gradient.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import { modes } from '../autograd/modes.ts';
import { describeTensor, Tensor } from '../autograd/tensor.ts';
import type { NDArray } from '../ndarray/array.ts';
import { isFloat } from '../ndarray/dtype.ts';
import { DTypeError, ShapeError, showShape } from '../ndarray/errors.ts';
import { copyInto, copyOf, mapInto } from '../ndarray/map.ts';
import { broadcastShapes, sameShape } from '../ndarray/shape.ts';
import { methods } from './structured.ts';
import { tensor } from './tensor.ts';

/** What a tensor can be changed by: it stretches to the shape of the tensor. */
type By = Tensor | number;

/** The array of a tensor that may be changed now. */
function target(name: string, x: Tensor): NDArray {
  if (!(x instanceof Tensor)) {
    throw new ArgumentError(`${name}: only a Tensor can be changed in place, got ${describe(x)}`);
  }
  if (!x.isLeaf) {
    throw new ArgumentError(
      `${name}: ${describeTensor(x)} was computed by an op and is part of a graph; change a leaf, or a copy()`,
    );
  }
  if (x.requiresGrad && modes.grad) {
    throw new ArgumentError(
      `${name}: ${describeTensor(x)} requires a gradient; change it inside noGrad(() => …)`,
    );
  }
  if (x.array.strides.some((stride, k) => stride === 0 && (x.shape[k] as number) > 1)) {
    throw new ArgumentError(
      `${name}: elements of ${describeTensor(x)} share their memory (it was expanded); change a copy()`,
    );
  }
  return x.array;
}

/** What stands on the right, fitting the target. */
function source(name: string, to: NDArray, by: unknown): NDArray | number {
  if (typeof by === 'number') {
    if (!isFloat(to.dtype) && !Number.isInteger(by)) throw lossy(name, to, 'a fraction');
    return by;
  }
  if (!(by instanceof Tensor)) {
    throw new ArgumentError(`${name}: give a Tensor or a number, got ${describe(by)}`);
  }
  if (by.requiresGrad && modes.grad) {
    throw new ArgumentError(
      `${name}: ${describeTensor(by)} requires a gradient, which would be lost; change tensors inside noGrad(() => …), or use ` +
        'the op that returns a new tensor',
    );
  }
  if (!isFloat(to.dtype) && isFloat(by.dtype)) throw lossy(name, to, by.dtype);
  if (!sameShape(broadcastShapes(name, [to.shape, by.shape]), to.shape)) {
    throw new ShapeError(
      `${name}: shape ${showShape(by.shape)} does not stretch to ${showShape(to.shape)}, the shape of the tensor that is changed`,
    );
  }
  // Where both lie in the same memory, what is read must not have been written.
  return by.array.storage === to.storage && by.array !== to ? copyOf(by.array) : by.array;
}

function lossy(name: string, to: NDArray, what: string): DTypeError {
  return new DTypeError(
    `${name}: ${what} does not fit into a tensor of ${to.dtype}; convert the tensor with .to('float32') first`,
  );
}

type Rule = (a: number, b: number) => number;

function change<T extends Tensor>(name: string, x: T, by: unknown, rule: Rule): T {
  const to = target(name, x);
  mapInto(to, rule, [to, source(name, to, by)]);
  to.storage.version++;
  return x;
}

/** Options of {@link add_} and {@link sub_}. */
export interface AlphaOptions {
  /** Factor of what is added or taken away; 1 unless given. */
  alpha?: number;
}

const plus: Rule = (a, b) => a + b;
const minus: Rule = (a, b) => a - b;
const times: Rule = (a, b) => a * b;
const over: Rule = (a, b) => a / b;

function alphaOf(name: string, options: AlphaOptions | undefined): number {
  checkOptions(name, options, ['alpha']);
  const alpha: unknown = options?.alpha ?? 1;
  if (typeof alpha === 'number') return alpha;
  throw new ArgumentError(`${name}: alpha must be a number, got ${describe(alpha)}`);
}

/** Adds to a tensor in place: x += alpha · other. Source: `torch.Tensor.add_`. */
export function add_(x: Tensor, other: By, options?: AlphaOptions): Tensor {
  const alpha = alphaOf('add_', options);
  return scaled('add_', x, other, alpha);
}

/**
 * Takes away from a tensor in place: x −= alpha · other. Source: `torch.Tensor.sub_`.
 *
 * ```ts
 * const w = tensor([1, 2], { requiresGrad: true });
 * w.mul(w).sum().backward();
 * noGrad(() => w.sub_(w.grad ?? 0, { alpha: 0.25 }));
 * w.toArray(); // [0.5, 1]
 * ```
 * @throws ArgumentError for a tensor that is part of a graph, or that requires a gradient outside noGrad; ShapeError where
 *   the other does not stretch to its shape; DTypeError where a float would go into whole numbers.
 */
export function sub_(x: Tensor, other: By, options?: AlphaOptions): Tensor {
  const alpha = alphaOf('sub_', options);
  return alpha === 1 ? change('sub_', x, other, minus) : scaled('sub_', x, other, -alpha);
}

function scaled(name: string, x: Tensor, other: By, alpha: number): Tensor {
  if (alpha === 1) return change(name, x, other, plus);
  const to = target(name, x);
  if (!isFloat(to.dtype) && !Number.isInteger(alpha)) throw lossy(name, to, 'a fraction');
  mapInto(to, plusScaled, [to, source(name, to, other), alpha]);
  to.storage.version++;
  return x;
}

const plusScaled = (a: number, b: number, alpha: number): number => a + alpha * b;

/** Multiplies a tensor in place. Source: `torch.Tensor.mul_`. */
export function mul_(x: Tensor, other: By): Tensor {
  return change('mul_', x, other, times);
}

/** Divides a tensor in place. Source: `torch.Tensor.div_`. @throws DTypeError for whole numbers. */
export function div_(x: Tensor, other: By): Tensor {
  if (x instanceof Tensor && !isFloat(x.dtype)) throw lossy('div_', x.array, 'a quotient');
  return change('div_', x, other, over);
}

/** Fills a tensor with one number in place. Source: `torch.Tensor.fill_`. */
export function fill_(x: Tensor, value: number): Tensor {
  if (typeof value !== 'number') {
    throw new ArgumentError(`fill_: give a number, got ${describe(value)}`);
  }
  return assign(x, value);
}

/** Fills a tensor with zeros in place. Source: `torch.Tensor.zero_`. */
export function zero_(x: Tensor): Tensor {
  return fill_(x, 0);
}

/**
 * Puts new elements into a tensor in place: those of another tensor, of nested arrays, or one number, stretched to its shape.
 * Source: `torch.Tensor.copy_`.
 *
 * ```ts
 * tensor([1, 2, 3]).assign([4, 5, 6]).toArray(); // [4, 5, 6]
 * ```
 * @throws as {@link sub_}.
 */
export function assign(x: Tensor, elements: By | readonly unknown[]): Tensor {
  const to = target('assign', x);
  const given = Array.isArray(elements)
    ? tensor(elements as never, { dtype: to.dtype })
    : (elements as By);
  const from = source('assign', to, given);
  if (typeof from === 'number') mapInto(to, same, [from]);
  else copyInto(to, from);
  to.storage.version++;
  return x;
}

const same = (a: number): number => a;

export const inPlaceMethods = methods({ assign, add_, sub_, mul_, div_, fill_, zero_ });
