// Normalisation to unit length, and by the activity of neighbouring channels.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { ShapeError, showShape } from '../ndarray/errors.ts';
import { add, div, mul } from './arithmetic.ts';
import { unfoldDim } from './diagonal.ts';
import { norm } from './norm.ts';
import { pad } from './pad.ts';
import { pow, square } from './power.ts';
import { sum } from './reduce.ts';
import { clamp } from './rounding.ts';
import { checkTypes, epsOf } from './standardize.ts';
import { describeOps, methods, shapeOf, type TensorOr } from './structured.ts';

/** Options of {@link normalize}. */
export interface NormalizeOptions {
  /** Which norm; 2 unless given. */
  p?: number;
  /** The dimension along which the length is taken; 1 unless given. */
  dim?: number;
  /** The least length to divide by; 1e-12 unless given. */
  eps?: number;
}

/** Options of {@link localResponseNorm}. */
export interface LocalResponseNormOptions {
  /** Factor of the mean square of the neighbours; 1e-4 unless given. */
  alpha?: number;
  /** Exponent; 0.75 unless given. */
  beta?: number;
  /** Summand; 1 unless given. */
  k?: number;
}

/**
 * x / max(‖x‖ₚ, ε), with the norm along a dimension. float32 and float64. Source: `torch.nn.functional.normalize`.
 *
 * ```ts
 * normalize(tensor([[3, 4], [0, 0]]), { eps: 8 }).toArray(); // [[0.375, 0.5], [0, 0]]
 * normalize(tensor([[1, -3]]), { p: 1 }).toArray(); // [[0.25, -0.75]]
 * ```
 * @throws IndexError for a dimension that does not exist, DTypeError for int32 and bool.
 */
export function normalize<A extends Operand>(x: A, options?: NormalizeOptions): TensorOr<A> {
  checkOptions('normalize', options, ['p', 'dim', 'eps']);
  const { p = 2, dim = 1, eps = 1e-12 } = options ?? {};
  checkTypes('normalize', x, []);
  const length = norm(x, { p, dim, keepdim: true });
  return div(x, clamp(length, { min: epsOf('normalize', eps) })) as TensorOr<A>;
}

/**
 * x / (k + α · mean of the squares of `size` neighbouring channels)^β; channels beyond the ends count as 0. Shapes: x
 * [batch, channels, ...]. float32 and float64. Source: `torch.nn.functional.local_response_norm`; Krizhevsky, Sutskever
 * and Hinton, ImageNet classification (2012).
 *
 * ```ts
 * localResponseNorm(tensor([[1, 1, 1]]), 1, { alpha: 3, beta: 0.5 }).toArray(); // [[0.5, 0.5, 0.5]]
 * ```
 * @throws ShapeError for an input without channels, ArgumentError for a size below 1, DTypeError for int32 and bool.
 */
export function localResponseNorm<A extends Operand>(
  x: A,
  size: number,
  options?: LocalResponseNormOptions,
): TensorOr<A> {
  checkOptions('localResponseNorm', options, ['alpha', 'beta', 'k']);
  const { alpha = 1e-4, beta = 0.75, k = 1 } = options ?? {};
  for (const [what, given] of Object.entries({ alpha, beta, k })) {
    if (typeof given === 'number') continue;
    throw new ArgumentError(`localResponseNorm: ${what} must be a number, got ${describe(given)}`);
  }
  if (!Number.isInteger(size) || size < 1) {
    throw new ArgumentError(
      `localResponseNorm: the size must be a whole number from 1, got ${describe(size)}`,
    );
  }
  const shape = shapeOf(x);
  if (shape.length < 2) {
    throw new ShapeError(
      `localResponseNorm: the input must have shape [batch, channels, ...], got ${showShape(shape)}`,
    );
  }
  checkTypes('localResponseNorm', x, []);
  const border = [...new Array<number>(2 * (shape.length - 2)).fill(0), size >> 1, (size - 1) >> 1];
  const neighbours = unfoldDim(pad(square(x), border), 1, size, 1);
  const mean = div(sum(neighbours, { dim: -1 }), size);
  return div(x, pow(add(k, mul(alpha, mean)), beta)) as TensorOr<A>;
}

export const responseNormMethods = methods({ normalize, localResponseNorm });

const of = (...shape: number[]) => ({ shape });

describeOps({
  normalize: {
    about: 'Divided by the length along a dimension.',
    torch: 'torch.nn.functional.normalize',
    samples: [
      { inputs: [of(2, 3)], call: x => normalize(x) },
      { inputs: [of(2, 2)], call: x => normalize(x, { p: 3, dim: 0 }) },
      { inputs: [of(2)], call: x => normalize(x, { p: 1, dim: -1 }) },
      { inputs: [of(2)], call: x => normalize(x, { dim: 0, eps: 100 }) },
      { inputs: [{ shape: [2], data: [0, 0] }], call: x => normalize(x, { dim: 0 }), kink: true },
    ],
  },
  localResponseNorm: {
    about: 'Divided by a power of the activity of neighbouring channels.',
    torch: 'torch.nn.functional.local_response_norm',
    samples: [
      { inputs: [of(1, 4)], call: x => localResponseNorm(x, 2, { alpha: 0.5 }) },
      {
        inputs: [of(1, 3, 2)],
        call: x => localResponseNorm(x, 3, { alpha: 0.5, beta: 0.6, k: 2 }),
      },
    ],
  },
});
