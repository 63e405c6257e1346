// Normalisation of each sample by itself: over its last dimensions, over groups of channels, over each channel.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { Tensor } from '../autograd/tensor.ts';
import { ShapeError, showShape } from '../ndarray/errors.ts';
import { type Shape, sameShape } from '../ndarray/shape.ts';
import {
  channelShape,
  checkShapeOf,
  checkTypes,
  epsOf,
  type NormOfGroupsOptions,
  normalization,
  normalizeBack,
  product,
  withWeights,
} from './standardize.ts';
import { describeOps, methods, shapeOf, type TensorOr } from './structured.ts';

/** Options of {@link layerNorm}. */
export type LayerNormOptions = NormOfGroupsOptions;

/** Options of {@link rmsNorm}. */
export interface RmsNormOptions {
  /** Factors after the normalisation, of the normalised shape; 1 unless given. */
  weight?: Operand;
  /** Added to the mean square; the machine epsilon of the element type unless given. */
  eps?: number;
}

const layerNormOp = normalization('layerNorm');
const rmsNormOp = normalization('rmsNorm');
const groupNormOp = normalization('groupNorm');
const instanceNormOp = normalization('instanceNorm');

/** Rows over the last dimensions, which must be `normalizedShape`. */
function rowsOf(
  name: string,
  x: Operand,
  normalizedShape: unknown,
): { inner: number; rows: number } {
  const shape = shapeOf(x);
  const last: unknown = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
  if (!Array.isArray(last) || last.length === 0) {
    throw new ArgumentError(
      `${name}: give the shape to normalise over, such as [4], got ${describe(normalizedShape)}`,
    );
  }
  if (!sameShape(shape.slice(-last.length), last)) {
    throw new ShapeError(
      `${name}: an input of shape ${showShape(shape)} does not end in the normalised shape ${showShape(last)}`,
    );
  }
  return { inner: product(last), rows: product(shape.slice(0, -last.length)) };
}

/**
 * (x − mean) / √(variance + ε) · weight + bias, with mean and variance (divided by n) over the last dimensions, whose sizes are
 * `normalizedShape`; weight and bias have that shape. float32 and float64. Source: `torch.nn.functional.layer_norm`; Ba, Kiros
 * and Hinton, Layer normalization (2016).
 *
 * ```ts
 * layerNorm(tensor([[1, 3], [5, 5]]), [2], { eps: 0 }).at(0).toArray(); // [-1, 1]
 * layerNorm(tensor([[5, 5]]), [2], { bias: tensor([1, 2]) }).toArray(); // [[1, 2]]
 * ```
 * @throws ShapeError where the shapes do not fit, DTypeError for int32 and bool or weights of another type, ArgumentError
 * for a negative ε.
 */
export function layerNorm<A extends Operand>(
  x: A,
  normalizedShape: Shape | number,
  options?: LayerNormOptions,
): TensorOr<A> {
  checkOptions('layerNorm', options, ['weight', 'bias', 'eps']);
  const { weight, bias, eps = 1e-5 } = options ?? {};
  const { inner, rows } = rowsOf('layerNorm', x, normalizedShape);
  const wanted = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
  checkTypes('layerNorm', x, [weight, bias]);
  checkShapeOf('layerNorm', 'weight', weight, wanted);
  checkShapeOf('layerNorm', 'bias', bias, wanted);
  return layerNormOp(withWeights(x, weight, bias, wanted), {
    ...{ outer: 1, groups: rows, inner, block: 1, centered: true },
    eps: epsOf('layerNorm', eps),
  }) as TensorOr<A>;
}

/**
 * x / √(mean of x² + ε) · weight, with the mean over the last dimensions, whose sizes are `normalizedShape`; the weight has
 * that shape. float32 and float64. Source: `torch.nn.functional.rms_norm`; Zhang and Sennrich, Root mean square layer
 * normalization (2019).
 *
 * ```ts
 * rmsNorm(tensor([1, 1, -1, -1]), [4], { weight: tensor([1, 2, 3, 4]), eps: 0 }).toArray(); // [1, 2, -3, -4]
 * ```
 * @throws ShapeError, DTypeError and ArgumentError as {@link layerNorm}.
 */
export function rmsNorm<A extends Operand>(
  x: A,
  normalizedShape: Shape | number,
  options?: RmsNormOptions,
): TensorOr<A> {
  checkOptions('rmsNorm', options, ['weight', 'eps']);
  const { weight, eps = machineEpsilon(x) } = options ?? {};
  const { inner, rows } = rowsOf('rmsNorm', x, normalizedShape);
  const wanted = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
  checkTypes('rmsNorm', x, [weight]);
  checkShapeOf('rmsNorm', 'weight', weight, wanted);
  return rmsNormOp(withWeights(x, weight, undefined, wanted), {
    ...{ outer: 1, groups: rows, inner, block: 1, centered: false },
    eps: epsOf('rmsNorm', eps),
  }) as TensorOr<A>;
}

function machineEpsilon(x: Operand): number {
  return x instanceof Tensor && x.dtype === 'float64' ? Number.EPSILON : 2 ** -23;
}

function batchOfChannels(name: string, x: Operand, least: number): Shape {
  const shape = shapeOf(x);
  if (shape.length >= least) return shape;
  const wanted = least === 2 ? '[batch, channels, ...]' : '[batch, channels, length, ...]';
  throw new ShapeError(`${name}: the input must have shape ${wanted}, got ${showShape(shape)}`);
}

/**
 * Layer normalisation over each of `numGroups` groups of channels that follow each other. Shapes: x [batch, channels, ...];
 * weight and bias [channels]. float32 and float64. Source: `torch.nn.functional.group_norm`; Wu and He, Group
 * normalization (2018).
 *
 * ```ts
 * groupNorm(tensor([[1, 3, 5, 5]]), 2, { eps: 0.25, bias: tensor([1, 1, 0, 0]) }).shape; // [1, 4]
 * ```
 * @throws ShapeError where the shapes do not fit, DTypeError for int32 and bool or weights of another type, ArgumentError
 * unless the groups are equal in size.
 */
export function groupNorm<A extends Operand>(
  x: A,
  numGroups: number,
  options?: NormOfGroupsOptions,
): TensorOr<A> {
  checkOptions('groupNorm', options, ['weight', 'bias', 'eps']);
  const { weight, bias, eps = 1e-5 } = options ?? {};
  const shape = batchOfChannels('groupNorm', x, 2);
  const [batch, channels, ...rest] = shape as [number, number, ...number[]];
  if (!Number.isInteger(numGroups) || numGroups < 1 || channels % numGroups !== 0) {
    throw new ArgumentError(
      `groupNorm: the ${channels} channels of ${showShape(shape)} cannot be divided into ${String(numGroups)} equal groups`,
    );
  }
  checkTypes('groupNorm', x, [weight, bias]);
  checkShapeOf('groupNorm', 'weight', weight, [channels]);
  checkShapeOf('groupNorm', 'bias', bias, [channels]);
  const block = product(rest);
  return groupNormOp(withWeights(x, weight, bias, channelShape(shape)), {
    ...{ outer: 1, groups: batch * numGroups, inner: (channels / numGroups) * block },
    ...{ block, centered: true, eps: epsOf('groupNorm', eps) },
  }) as TensorOr<A>;
}

/**
 * Normalisation over each channel of each sample. Shapes: x [batch, channels, length, ...]; weight and bias [channels].
 * float32 and float64. Source: `torch.nn.functional.instance_norm` (without running statistics); Ulyanov, Vedaldi and
 * Lempitsky, Instance normalization (2016).
 *
 * ```ts
 * instanceNorm(tensor([[[1, 3], [5, 5]]]), { eps: 0.0 }).shape; // [1, 2, 2]
 * ```
 * @throws ShapeError where the shapes do not fit, DTypeError for int32 and bool or weights of another type, ArgumentError
 * for a negative ε.
 */
export function instanceNorm<A extends Operand>(x: A, options?: NormOfGroupsOptions): TensorOr<A> {
  checkOptions('instanceNorm', options, ['weight', 'bias', 'eps']);
  const { weight, bias, eps = 1e-5 } = options ?? {};
  const shape = batchOfChannels('instanceNorm', x, 3);
  const [batch, channels, ...rest] = shape as [number, number, ...number[]];
  checkTypes('instanceNorm', x, [weight, bias]);
  checkShapeOf('instanceNorm', 'weight', weight, [channels]);
  checkShapeOf('instanceNorm', 'bias', bias, [channels]);
  const inner = product(rest);
  if (inner === 1) {
    throw new ShapeError(
      `instanceNorm: a channel of ${showShape(shape)} has a single element, which has no deviation`,
    );
  }
  return instanceNormOp(withWeights(x, weight, bias, channelShape(shape)), {
    ...{ outer: 1, groups: batch * channels, inner, block: inner },
    ...{ centered: true, eps: epsOf('instanceNorm', eps) },
  }) as TensorOr<A>;
}

export const layerNormMethods = methods({ layerNorm, rmsNorm, groupNorm, instanceNorm });

const of = (...shape: number[]) => ({ shape });
const rowOfThree = { outer: 1, groups: 1, inner: 3 };

describeOps({
  layerNorm: {
    about: 'Mean 0 and deviation 1 over the last dimensions.',
    torch: 'torch.nn.functional.layer_norm',
    samples: [
      { inputs: [of(2, 3)], call: x => layerNorm(x, [3]) },
      {
        inputs: [of(2, 3), of(3), of(3)],
        call: (x, weight, bias) => layerNorm(x, [3], { weight, bias, eps: 0.1 }),
      },
      {
        inputs: [of(2, 2, 2), of(2, 2)],
        call: (x, weight) => layerNorm(x, [2, 2], { weight }),
      },
      { inputs: [of(2), of(2)], call: (x, bias) => layerNorm(x, 2, { bias, eps: 0.5 }) },
      { inputs: [of(0, 2)], call: x => layerNorm(x, [2]) },
      // What the gradient is made of, so that third derivatives are tested.
      {
        inputs: [of(1, 3), of(1, 3)],
        call: (g, x) =>
          normalizeBack([g, x], { ...rowOfThree, block: 1, centered: true, eps: 0.1 }) as Tensor,
      },
    ],
  },
  rmsNorm: {
    about: 'Root mean square 1 over the last dimensions.',
    torch: 'torch.nn.functional.rms_norm',
    samples: [
      { inputs: [of(2, 3)], call: x => rmsNorm(x, [3]) },
      {
        inputs: [of(2, 1, 2), of(1, 2)],
        call: (x, weight) => rmsNorm(x, [1, 2], { weight, eps: 0.1 }),
      },
    ],
  },
  groupNorm: {
    about: 'Mean 0 and deviation 1 over groups of channels.',
    torch: 'torch.nn.functional.group_norm',
    samples: [
      { inputs: [of(1, 4)], call: x => groupNorm(x, 2, { eps: 0.1 }) },
      {
        inputs: [of(1, 4, 2), of(4), of(4)],
        call: (x, weight, bias) => groupNorm(x, 2, { weight, bias }),
      },
    ],
  },
  instanceNorm: {
    about: 'Mean 0 and deviation 1 over each channel of each sample.',
    torch: 'torch.nn.functional.instance_norm',
    samples: [
      { inputs: [of(1, 2, 3)], call: x => instanceNorm(x, { eps: 0.1 }) },
      {
        inputs: [of(2, 1, 3), of(1), of(1)],
        call: (x, weight, bias) => instanceNorm(x, { weight, bias }),
      },
    ],
  },
});
