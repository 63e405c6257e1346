// Stochastic pools: in training one element of each window at random, otherwise the mean that such draws have.

import { checkOptions } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import type { NDArray } from '../ndarray/array.ts';
import { drawnPlacesArray } from '../ndarray/pooling.ts';
import { relu } from './activation.ts';
import { div, mul, where } from './arithmetic.ts';
import { checkFloats, sumPool } from './average-pooling.ts';
import { eq } from './comparison.ts';
import { take } from './max-pooling.ts';
import { type DrawOptions, generator, generatorFrom, rand } from './random.ts';
import { checkImages, type Spatial } from './spatial.ts';
import { describeOps, structured, type TensorOr } from './structured.ts';
import { checkFlag, type NamedPool, pooledShape, poolOf } from './windows.ts';

const drawnPlaces = structured<NamedPool>({
  name: 'drawnPlaces',
  inputs: ['x', 'u'],
  kernel: ([x, u], pool) => drawnPlacesArray(x as NDArray, u as NDArray, pool),
  shape: pooledShape,
  vjp: [null, null],
  differentiable: false,
  symbol: '⚂',
});

/** Options of the stochastic pools. */
export interface StochasticPoolOptions extends DrawOptions {
  /** Steps from window to window; the kernel size unless given. */
  stride?: Spatial | null;
  /** Draw (true, unless said otherwise), or give the mean of what would be drawn. */
  training?: boolean;
}

function stochasticPool(
  name: string,
  n: number,
  x: Operand,
  kernelSize: Spatial,
  options: StochasticPoolOptions = {},
): Operand {
  checkOptions(name, options, ['stride', 'generator', 'training']);
  const { stride, training = true } = options;
  checkFlag(name, 'training', training);
  checkFloats(name, x);
  const shape = checkImages(name, x, n);
  const pool = poolOf(name, n, shape, kernelSize, { stride: stride ?? null });
  const weights = relu(x);
  if (!training) {
    const total = sumPool(weights, pool);
    return div(sumPool(mul(weights, weights), pool), where(eq(total, 0), 1, total));
  }
  const numbers = rand(pooledShape([shape], pool), {
    dtype: 'float64',
    generator: generatorFrom(name, options),
  });
  const places = drawnPlaces([weights, numbers], pool);
  return take([weights, places], { name, input: pool.input });
}

/**
 * Stochastic pooling along one dimension, for activations that are not negative (negative ones count as 0). In training
 * one element of each window is drawn with the probability pᵢ = xᵢ / Σ x, and takes the whole gradient; otherwise the
 * result is the mean Σ pᵢ·xᵢ = Σ x² / Σ x. A window without a positive element gives 0.
 *
 * Shapes: x [N, C, L] or [C, L]; result L′ = ⌊(L − kernel) / stride⌋ + 1. float32 and float64. Source: Zeiler and Fergus,
 * Stochastic pooling for regularization of deep convolutional neural networks (2013).
 *
 * ```ts
 * stochasticPool1d(tensor([[0, 5, 3, 1]]), 2, { training: false }).toArray(); // [[5, 2.5]]
 * stochasticPool1d(tensor([[0, 5, 3, 1]]), 2, { generator: generator(1) }).shape; // [1, 2]
 * ```
 * @throws ShapeError where the rank does not fit or the kernel is larger than the input; ArgumentError for options out
 * of range; DTypeError for int32 and bool.
 */
export function stochasticPool1d<A extends Operand>(
  x: A,
  kernelSize: Spatial,
  options?: StochasticPoolOptions,
): TensorOr<A> {
  return stochasticPool('stochasticPool1d', 1, x, kernelSize, options) as TensorOr<A>;
}

/**
 * Stochastic pooling over height and width, as {@link stochasticPool1d}. Shapes: x [N, C, H, W] or [C, H, W]. Source: Zeiler
 * and Fergus (2013).
 *
 * ```ts
 * stochasticPool2d(tensor([[[0, 3], [0, 1]]]), 2, { training: false }).toArray(); // [[[2.5]]]
 * ```
 * @throws ShapeError, ArgumentError and DTypeError as {@link stochasticPool1d}.
 */
export function stochasticPool2d<A extends Operand>(
  x: A,
  kernelSize: Spatial,
  options?: StochasticPoolOptions,
): TensorOr<A> {
  return stochasticPool('stochasticPool2d', 2, x, kernelSize, options) as TensorOr<A>;
}

const positive = (...shape: number[]) => ({ shape, range: [0.3, 2] as const });

describeOps({
  stochasticPool1d: {
    about: 'One element of each window drawn at random, or the mean of such draws.',
    samples: [
      {
        inputs: [positive(1, 5)],
        call: x => stochasticPool1d(x, 3, { stride: 2, generator: generator(3) }),
      },
      { inputs: [positive(1, 1, 4)], call: x => stochasticPool1d(x, 2, { training: false }) },
    ],
  },
  stochasticPool2d: {
    about:
      'One element of each window over height and width drawn at random, or the mean of such draws.',
    samples: [
      {
        inputs: [positive(1, 2, 4)],
        call: x => stochasticPool2d(x, 2, { generator: generator(3) }),
      },
      {
        inputs: [positive(1, 3, 2)],
        call: x => stochasticPool2d(x, 2, { stride: 1, training: false }),
      },
    ],
  },
});
