// Normalisation of each channel over the batch, with running statistics for later.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Expression } from '../autograd/expression.ts';
import type { Operand } from '../autograd/op.ts';
import { Tensor } from '../autograd/tensor.ts';
import { fromData } from '../ndarray/array.ts';
import { ShapeError, showShape } from '../ndarray/errors.ts';
import { mapInto } from '../ndarray/map.ts';
import { type Grouping, momentsOf } from '../ndarray/normalize.ts';
import type { Shape } from '../ndarray/shape.ts';
import { add, mul, sub } from './arithmetic.ts';
import { rsqrt } from './power.ts';
import { reshape } from './reshape.ts';
import {
  channelShape,
  checkShapeOf,
  checkTypes,
  epsOf,
  type NormOfGroupsOptions,
  normalization,
  product,
  withWeights,
} from './standardize.ts';
import { describeOps, methods, shapeOf, type TensorOr } from './structured.ts';
import { tensor } from './tensor.ts';
import { checkFlag } from './windows.ts';

/** Options of {@link batchNorm}. */
export interface BatchNormOptions extends NormOfGroupsOptions {
  /** The mean of each channel so far. Used where `training` is false, else changed in place. */
  runningMean?: Tensor | Expression;
  /** The variance of each channel so far, likewise. */
  runningVar?: Tensor | Expression;
  /** Normalise by this batch (true) or by the running statistics; false unless given. */
  training?: boolean;
  /** The share of this batch in the running statistics; 0.1 unless given. */
  momentum?: number;
}

const OPTIONS = ['runningMean', 'runningVar', 'weight', 'bias', 'training', 'momentum', 'eps'];

const batchNormOp = normalization('batchNorm');

/**
 * (x − mean) / √(variance + ε) · weight + bias for each channel. In training mean and variance (divided by n) are those of
 * the channel over the batch and all further dimensions, and the running statistics, where given, are changed in place:
 * running ← (1 − momentum) · running + momentum · found, with the variance divided by n − 1. Otherwise the running
 * statistics are used; no gradient flows into them.
 *
 * Shapes: x [batch, channels, ...]; the others [channels]. float32 and float64. Source: `torch.nn.functional.batch_norm`;
 * Ioffe and Szegedy, Batch normalization (2015).
 *
 * ```ts
 * batchNorm(tensor([[1, 5], [3, 5]]), { training: true, eps: 0 }).shape; // [2, 2]
 * const runningMean = tensor([1, 2]);
 * const runningVar = tensor([1, 4]);
 * batchNorm(tensor([[1, 6]]), { runningMean, runningVar, eps: 0 }).toArray(); // [[0, 2]]
 * ```
 * @throws ShapeError where the shapes do not fit or a channel has a single element in training, DTypeError for int32 and bool
 * or weights of another type, ArgumentError for missing statistics.
 */
export function batchNorm<A extends Operand>(x: A, options?: BatchNormOptions): TensorOr<A> {
  checkOptions('batchNorm', options, OPTIONS);
  const { weight, bias, training = false, momentum = 0.1, eps = 1e-5 } = options ?? {};
  const { runningMean, runningVar } = options ?? {};
  checkFlag('batchNorm', 'training', training);
  if (typeof momentum !== 'number' || !(momentum >= 0 && momentum <= 1)) {
    throw new ArgumentError(
      `batchNorm: momentum must lie between 0 and 1, got ${describe(momentum)}`,
    );
  }
  const shape = shapeOf(x);
  if (shape.length < 2) {
    throw new ShapeError(
      `batchNorm: the input must have shape [batch, channels, ...], got ${showShape(shape)}`,
    );
  }
  const given = { weight, bias, runningMean, runningVar };
  checkTypes('batchNorm', x, Object.values(given));
  for (const [what, one] of Object.entries(given)) {
    checkShapeOf('batchNorm', what, one, [shape[1] as number]);
  }
  if (!training) {
    return byRunning(x, shape, options ?? {}, epsOf('batchNorm', eps)) as TensorOr<A>;
  }
  const grouping = groupingOf(shape, epsOf('batchNorm', eps));
  const n = grouping.outer * grouping.inner;
  if (n === 1) {
    throw new ShapeError(
      `batchNorm: a channel of ${showShape(shape)} has a single element, which has no deviation; use a larger batch`,
    );
  }
  const y = batchNormOp(withWeights(x, weight, bias, channelShape(shape)), grouping);
  if (runningMean !== undefined || runningVar !== undefined) {
    if (!(x instanceof Tensor)) {
      throw new ArgumentError('batchNorm: symbols have no statistics; leave out the running ones');
    }
    const { mean, variance } = momentsOf(x.array, grouping);
    blend('runningMean', runningMean, mean, momentum);
    const unbiased = variance.map(v => (v * n) / (n - 1));
    blend('runningVar', runningVar, unbiased, momentum);
  }
  return y as TensorOr<A>;
}

function groupingOf(shape: Shape, eps: number): Grouping {
  const [outer, groups, ...rest] = shape as [number, number, ...number[]];
  const inner = product(rest);
  return { outer, groups, inner, block: inner, centered: true, eps };
}

const mixture = (old: number, found: number, momentum: number): number =>
  (1 - momentum) * old + momentum * found;

/** Changes a running statistic in place. */
function blend(
  what: string,
  running: Tensor | Expression | undefined,
  found: Float64Array,
  momentum: number,
): void {
  if (running === undefined) return;
  if (!(running instanceof Tensor) || running.leaf === null || running.requiresGrad) {
    throw new ArgumentError(
      `batchNorm: ${what} must be a plain tensor that takes no gradient, as it is changed in place`,
    );
  }
  const { array } = running;
  mapInto(array, mixture, [array, fromData(found, [found.length], 'float64'), momentum]);
  array.storage.version++;
}

function byRunning(x: Operand, shape: Shape, options: BatchNormOptions, eps: number): Operand {
  const { runningMean, runningVar, weight, bias } = options;
  if (runningMean === undefined || runningVar === undefined) {
    throw new ArgumentError(
      'batchNorm: give runningMean and runningVar, or normalise by the batch with training: true',
    );
  }
  const aligned = channelShape(shape);
  const still = (z: Tensor | Expression): Operand =>
    reshape(z instanceof Tensor ? z.detach() : z, aligned);
  const scale = rsqrt(add(still(runningVar), eps));
  const factor = weight === undefined ? scale : mul(scale, reshape(weight, aligned));
  const y = mul(sub(x, still(runningMean)), factor);
  return bias === undefined ? y : add(y, reshape(bias, aligned));
}

export const batchNormMethods = methods({ batchNorm });

const of = (...shape: number[]) => ({ shape });
const statistics = () => ({
  runningMean: tensor([0.5, -1], { dtype: 'float64' }),
  runningVar: tensor([2, 0.5], { dtype: 'float64' }),
});

describeOps({
  batchNorm: {
    about: 'Mean 0 and deviation 1 for each channel over the batch.',
    torch: 'torch.nn.functional.batch_norm',
    samples: [
      { inputs: [of(3, 2)], call: x => batchNorm(x, { training: true }) },
      {
        inputs: [of(3, 2), of(2), of(2)],
        call: (x, weight, bias) => batchNorm(x, { training: true, weight, bias, eps: 0.1 }),
      },
      {
        inputs: [of(2, 2, 1, 2), of(2)],
        call: (x, weight) => batchNorm(x, { training: true, weight, ...statistics() }),
      },
      {
        inputs: [of(1, 2, 2), of(2), of(2)],
        call: (x, weight, bias) => batchNorm(x, { weight, bias, ...statistics() }),
      },
      { inputs: [of(2, 2)], call: x => batchNorm(x, { ...statistics(), eps: 0.1 }) },
    ],
  },
});
