// Activation functions that take more than numbers: fixed values, gates, learned slopes.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Join, KindOf, Operand } from '../autograd/op.ts';
import { ShapeError, showShape } from '../ndarray/errors.ts';
import { dimension } from '../ndarray/shape.ts';
import { leakyRelu, sigmoid } from './activation.ts';
import { mul, where } from './arithmetic.ts';
import { le } from './comparison.ts';
import { reshape } from './reshape.ts';
import { narrow } from './slice.ts';
import { describeOps, methods, shapeOf, type TensorOr } from './structured.ts';

/** Options of {@link threshold}; both must be given. */
export interface ThresholdOptions {
  threshold: number;
  /** What takes the place of everything up to the threshold. */
  value: number;
}

/**
 * x where it is above the threshold, else the value; NaN stays. Source: `torch.nn.functional.threshold`.
 *
 * ```ts
 * threshold(tensor([0.5, 1, 2]), { threshold: 1, value: -1 }).toArray(); // [-1, -1, 2]
 * ```
 * @throws ArgumentError unless both options are numbers.
 */
export function threshold<A extends Operand>(x: A, options: ThresholdOptions): KindOf<A> {
  checkOptions('threshold', options, ['threshold', 'value']);
  const { threshold: bound, value } = options ?? {};
  if (typeof bound !== 'number' || typeof value !== 'number') {
    throw new ArgumentError(
      `threshold: give two numbers { threshold, value }, got ${describe(bound)} and ${describe(value)}`,
    );
  }
  const y: Operand = where(le(x as Operand, bound), value, x as Operand);
  return y as KindOf<A>;
}

/** Options of {@link glu}. */
export interface GluOptions {
  /** The dimension that is halved; the last one unless given. */
  dim?: number;
}

/**
 * The gated linear unit a · σ(b), where a and b are the halves of `x` along a dimension (Dauphin et al. 2016, arXiv 1612.08083).
 * Shape: that of `x` with half the size there. Source: `torch.nn.functional.glu`.
 *
 * ```ts
 * glu(tensor([1, 2, 0, 0])).toArray(); // [0.5, 1]
 * ```
 * @throws ShapeError where the size is odd or there is no dimension; IndexError for a dimension that does not exist.
 */
export function glu<A extends Operand>(x: A, options?: GluOptions): TensorOr<A> {
  checkOptions('glu', options, ['dim']);
  const shape = shapeOf(x);
  const dim = dimension('glu', options?.dim ?? -1, shape.length);
  const half = (shape[dim] ?? 1) / 2;
  if (!Number.isInteger(half)) {
    throw new ShapeError(
      `glu: shape ${showShape(shape)} cannot be halved at dimension ${dim}; the size there must be even`,
    );
  }
  const [a, b]: Operand[] = [narrow(x, dim, 0, half), narrow(x, dim, half, half)];
  return mul(a as Operand, sigmoid(b as Operand)) as TensorOr<A>;
}

/**
 * x for x > 0, else weight · x (He et al. 2015, arXiv 1502.01852). The weight holds one slope for all, or one for each channel, which is
 * dimension 1 of `x`. Source: `torch.nn.functional.prelu`.
 *
 * ```ts
 * prelu(tensor([[-1, 1], [2, -2]]), tensor([0.1, 0.5])).toArray(); // [[-0.10000000149011612, 1], [2, -1]]
 * ```
 * @throws ShapeError where the weight is neither of the two.
 */
export function prelu<A extends Operand, B extends Operand>(x: A, weight: B): Join<A, B> {
  const shape = shapeOf(x);
  const sizes = shapeOf(weight);
  const channels = shape[1] ?? 1;
  const count = sizes[0] ?? 1;
  if (sizes.length > 1 || (count !== 1 && count !== channels)) {
    throw new ShapeError(
      `prelu: the weight must have one element, or one for each of the ${channels} channels of ${showShape(shape)} (dimension 1); ` +
        `got shape ${showShape(sizes)}`,
    );
  }
  const slopes: Operand =
    count === 1
      ? reshape(weight, [])
      : reshape(
          weight,
          shape.slice(1).map((_, k) => (k === 0 ? count : 1)),
        );
  return leakyRelu(x as Operand, { negativeSlope: slopes }) as Join<A, B>;
}

export const activationMethods = methods({ threshold, glu, prelu });

const of = (...shape: number[]) => ({ shape });

describeOps({
  threshold: {
    about: 'The operand above a threshold, else a fixed value.',
    torch: 'torch.nn.functional.threshold',
    samples: [
      { inputs: [of(2, 3)], call: x => threshold(x, { threshold: 0.1, value: -7 }) },
      {
        inputs: [{ shape: [2], data: [0.5, 1] }],
        call: x => threshold(x, { threshold: 0.5, value: 2 }),
        kink: true,
      },
    ],
  },
  glu: {
    about: 'One half of the elements gated by the other.',
    torch: 'torch.nn.functional.glu',
    samples: [
      { inputs: [of(2, 4)], call: x => glu(x) },
      { inputs: [of(2, 3)], call: x => glu(x, { dim: -2 }) },
      { inputs: [of(0, 2)], call: x => glu(x) },
    ],
  },
  prelu: {
    about: 'The operand where it is positive, else a learned multiple of it.',
    torch: 'torch.nn.functional.prelu',
    samples: [
      { inputs: [of(2, 2, 2), of(2)], call: (x, w) => prelu(x, w) },
      { inputs: [of(3), of(1)], call: (x, w) => prelu(x, w) },
      { inputs: [of(), of()], call: (x, w) => prelu(x, w) },
    ],
  },
});
