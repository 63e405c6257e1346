// Softmax along a dimension, and its logarithm: one kernel each, safe for logits of any size.

import { checkOptions } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { Tensor } from '../autograd/tensor.ts';
import type { NDArray } from '../ndarray/array.ts';
import { isFloat } from '../ndarray/dtype.ts';
import { DTypeError } from '../ndarray/errors.ts';
import { dimension } from '../ndarray/shape.ts';
import { softmaxArray } from '../ndarray/softmax.ts';
import { mul, neg, sub } from './arithmetic.ts';
import { exp } from './exponential.ts';
import { sum } from './reduce.ts';
import { describeOps, methods, shapeOf, structured, type TensorOr } from './structured.ts';
import { shareWindow } from './window-terms.ts';

/** Options of {@link softmax}, {@link logSoftmax} and {@link softmin}. */
export interface SoftmaxOptions {
  /** The dimension along which the results add up to 1; negative ones count from the end. */
  dim: number;
}

interface SoftmaxParams {
  dim: number;
}

const along = (x: Operand, dim: number): Operand =>
  shapeOf(x).length === 0 ? x : sum(x, { dim, keepdim: true });

const softmaxOp = structured<SoftmaxParams>({
  name: 'softmax',
  inputs: ['x'],
  kernel: ([x], { dim }) => softmaxArray(x as NDArray, dim, false),
  shape: ([x = []]) => x,
  vjp: [(g, _x, y, { dim }) => mul(y, sub(g, along(mul(g, y), dim)))],
  terms: ([x = []], { dim }) => shareWindow(x, dim),
});

const logSoftmaxOp = structured<SoftmaxParams>({
  name: 'logSoftmax',
  inputs: ['x'],
  kernel: ([x], { dim }) => softmaxArray(x as NDArray, dim, true),
  shape: ([x = []]) => x,
  vjp: [(g, _x, y, { dim }) => sub(g, mul(exp(y), along(g, dim)))],
});

function softmaxParams(where: string, x: Operand, options: SoftmaxOptions): SoftmaxParams {
  checkOptions(where, options, ['dim']);
  const dim = dimension(where, options?.dim, shapeOf(x).length);
  if (x instanceof Tensor && !isFloat(x.dtype)) {
    throw new DTypeError(`${where}: ${x.dtype} has no ${where}; use to(x, 'float32') first`);
  }
  return { dim };
}

/**
 * Positive shares that add up to 1 along a dimension: y = exp(xᵢ) / Σⱼ exp(xⱼ), of the shape and float type of `x`. The
 * greatest element is subtracted first, so that large logits stay finite; a row of −Infinity alone is NaN, as in PyTorch.
 * Source: `torch.softmax`.
 *
 * ```ts
 * softmax(tensor([[0, 0], [1000, -1000]]), { dim: 1 }).toArray(); // [[0.5, 0.5], [1, 0]]
 * ```
 * @throws IndexError for a dimension that is missing or does not exist, DTypeError for int32 and bool.
 */
export function softmax<A extends Operand>(x: A, options: SoftmaxOptions): TensorOr<A> {
  return softmaxOp([x], softmaxParams('softmax', x, options)) as TensorOr<A>;
}

/**
 * The logarithm of {@link softmax} without its loss of digits: y = xᵢ − log Σⱼ exp(xⱼ). Source: `torch.log_softmax`.
 *
 * ```ts
 * logSoftmax(tensor([1000, -1000]), { dim: 0 }).toArray(); // [0, -2000]
 * ```
 * @throws IndexError for a dimension that is missing or does not exist, DTypeError for int32 and bool.
 */
export function logSoftmax<A extends Operand>(x: A, options: SoftmaxOptions): TensorOr<A> {
  return logSoftmaxOp([x], softmaxParams('logSoftmax', x, options)) as TensorOr<A>;
}

/**
 * {@link softmax} of −x: the smallest element gets the largest share. Source: `torch.nn.functional.softmin`.
 *
 * ```ts
 * softmin(tensor([1000, -1000]), { dim: 0 }).toArray(); // [0, 1]
 * ```
 * @throws IndexError for a dimension that is missing or does not exist, DTypeError for int32 and bool.
 */
export function softmin<A extends Operand>(x: A, options: SoftmaxOptions): TensorOr<A> {
  return softmaxOp([neg(x)], softmaxParams('softmin', x, options)) as TensorOr<A>;
}

export const softmaxMethods = methods({ softmax, logSoftmax, softmin });

const of = (...shape: number[]) => ({ shape });
const far = { shape: [2, 2], data: [1000, -1000, -3, 2] };

const samples = (f: (x: Tensor, options: SoftmaxOptions) => Tensor) => [
  { inputs: [of(2, 3)], call: (x: Tensor) => f(x, { dim: 1 }) },
  { inputs: [of(2, 3, 2)], call: (x: Tensor) => f(x, { dim: -2 }) },
  { inputs: [far], call: (x: Tensor) => f(x, { dim: -1 }) },
  { inputs: [of()], call: (x: Tensor) => f(x, { dim: 0 }) },
  { inputs: [of(0, 2)], call: (x: Tensor) => f(x, { dim: 0 }) },
];

describeOps({
  softmax: {
    about: 'Positive shares that add up to 1 along a dimension.',
    torch: 'torch.softmax',
    samples: samples(softmax),
  },
  logSoftmax: {
    about: 'The logarithm of softmax along a dimension.',
    torch: 'torch.log_softmax',
    samples: samples(logSoftmax),
  },
  softmin: {
    about: 'Softmax of the negated elements.',
    torch: 'torch.nn.functional.softmin',
    samples: samples(softmin),
  },
});
