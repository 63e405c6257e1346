// Losses of yes-or-no questions: the negative logarithm of the probability given to the right answer.

import { ArgumentError, checkOptions } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { Tensor } from '../autograd/tensor.ts';
import type { NDArray } from '../ndarray/array.ts';
import { ShapeError, showShape } from '../ndarray/errors.ts';
import { mapArrays } from '../ndarray/map.ts';
import { broadcastShapes, sameShape } from '../ndarray/shape.ts';
import { elements } from '../ndarray/walk.ts';
import { softplus } from './activation.ts';
import { add, div, mul, neg, sub } from './arithmetic.ts';
import { log, log1p } from './exponential.ts';
import { type LossOptions, reduced, reductionOf } from './loss-reduction.ts';
import { clamp } from './rounding.ts';
import { checkTypes } from './standardize.ts';
import { mean } from './statistics.ts';
import { describeOps, methods, shapeOf, structured, type TensorOr } from './structured.ts';

/** Options of {@link binaryCrossEntropy} and {@link multilabelSoftMarginLoss}. */
export interface WeightedLossOptions extends LossOptions {
  /** Factors of the single errors; broadcasts. */
  weight?: Operand;
}

/** Options of {@link binaryCrossEntropyWithLogits}. */
export interface LogitLossOptions extends WeightedLossOptions {
  /** Factors of the errors where the answer is yes; broadcasts. */
  posWeight?: Operand;
}

/** No logarithm of a probability counts as less. */
const LEAST = -100;

const clampedLog = (x: Operand): Operand => clamp(log(x), { min: LEAST });

const entropy = (x: number, target: number): number =>
  -target * Math.max(Math.log(x), LEAST) - (1 - target) * Math.max(Math.log1p(-x), LEAST);

/** The rules are PyTorch's: next to 0 and 1 the slope is bounded, but not cut off as that of the bounded logarithm would be. */
const entropyOp = structured({
  name: 'binaryCrossEntropy',
  inputs: ['x', 'target'],
  kernel: ([x, target]) => {
    const array = x as NDArray;
    return mapArrays(entropy, [array, target as NDArray], array.shape, array.dtype);
  },
  shape: ([x = []]) => x,
  vjp: [
    (g, [x, target]) => {
      const p = x as Operand;
      const spread = clamp(mul(p, sub(1, p)), { min: 1e-12 });
      return mul(g, div(sub(p, target as Operand), spread));
    },
    (g, [x]) => {
      const p = x as Operand;
      return mul(g, sub(clamp(log1p(neg(p)), { min: LEAST }), clampedLog(p)));
    },
  ],
});

function sameShapes(name: string, input: Operand, target: Operand): void {
  const [a, b] = [shapeOf(input), shapeOf(target)];
  if (sameShape(a, b)) return;
  throw new ShapeError(
    `${name}: input and target must have the same shape, got ${showShape(a)} and ${showShape(b)}`,
  );
}

function weighted(name: string, errors: Operand, weight: Operand | undefined): Operand {
  if (weight === undefined) return errors;
  broadcastShapes(name, [shapeOf(errors), shapeOf(weight)]);
  return mul(errors, weight);
}

/**
 * −t·log x − (1 − t)·log(1 − x) for probabilities x and targets t from 0 to 1 of the same shape; a logarithm counts as at least
 * −100. Take {@link binaryCrossEntropyWithLogits} where x comes from a sigmoid. Source: `torch.nn.functional.binary_cross_entropy`.
 *
 * ```ts
 * binaryCrossEntropy(tensor([0, 1]), tensor([1, 1]), { reduction: 'none' }).toArray(); // [100, 0]
 * ```
 * @throws ArgumentError for an x outside [0, 1], ShapeError where the shapes differ, DTypeError for int32 and bool probabilities.
 */
export function binaryCrossEntropy<A extends Operand>(
  input: A,
  target: Operand,
  options?: WeightedLossOptions,
): TensorOr<A> {
  const name = 'binaryCrossEntropy';
  checkOptions(name, options, ['weight', 'reduction']);
  const reduction = reductionOf(name, options);
  sameShapes(name, input, target);
  checkTypes(name, input, []);
  if (input instanceof Tensor) {
    for (const x of elements(input.array)) {
      if (!(x < 0 || x > 1)) continue;
      throw new ArgumentError(
        `${name}: probabilities lie between 0 and 1, got ${x}; for logits there is binaryCrossEntropyWithLogits`,
      );
    }
  }
  const errors = entropyOp([input, target], undefined);
  return reduced(weighted(name, errors, options?.weight), reduction) as TensorOr<A>;
}

/**
 * {@link binaryCrossEntropy} of sigmoid(x), without its loss of digits: w·t·softplus(−x) + (1 − t)·softplus(x), where w is
 * `posWeight`. Input and target have the same shape. Source: `torch.nn.functional.binary_cross_entropy_with_logits`.
 *
 * ```ts
 * binaryCrossEntropyWithLogits(tensor([1000, -1000]), tensor([0, 1]), { reduction: 'none' }).toArray(); // [1000, 1000]
 * ```
 * @throws ShapeError where the shapes do not fit, DTypeError for int32 and bool logits.
 */
export function binaryCrossEntropyWithLogits<A extends Operand>(
  input: A,
  target: Operand,
  options?: LogitLossOptions,
): TensorOr<A> {
  const name = 'binaryCrossEntropyWithLogits';
  checkOptions(name, options, ['weight', 'posWeight', 'reduction']);
  const reduction = reductionOf(name, options);
  sameShapes(name, input, target);
  checkTypes(name, input, []);
  const missed = mul(target, softplus(neg(input as Operand)));
  const yes = weighted(name, missed, options?.posWeight);
  const errors = add(yes, mul(sub(1, target), softplus(input as Operand)));
  return reduced(weighted(name, errors, options?.weight), reduction) as TensorOr<A>;
}

/**
 * log(1 + exp(−t·x)) for targets of 1 and −1; shapes broadcast. Source: `torch.nn.functional.soft_margin_loss`.
 *
 * ```ts
 * softMarginLoss(tensor([1000, 1000]), tensor([1, -1]), { reduction: 'none' }).toArray(); // [0, 1000]
 * ```
 * @throws ShapeError where the shapes do not broadcast.
 */
export function softMarginLoss<A extends Operand>(
  input: A,
  target: Operand,
  options?: LossOptions,
): TensorOr<A> {
  checkOptions('softMarginLoss', options, ['reduction']);
  const reduction = reductionOf('softMarginLoss', options);
  broadcastShapes('softMarginLoss', [shapeOf(input), shapeOf(target)]);
  return reduced(softplus(neg(mul(target, input as Operand))), reduction) as TensorOr<A>;
}

/**
 * {@link binaryCrossEntropyWithLogits} of several labels, as the mean over the last dimension: [..., classes] → [...].
 * Source: `torch.nn.functional.multilabel_soft_margin_loss`.
 *
 * ```ts
 * multilabelSoftMarginLoss(tensor([[1000, -1000]]), tensor([[0, 0]]), { reduction: 'none' }).toArray(); // [500]
 * ```
 * @throws ShapeError where the shapes do not fit, DTypeError for int32 and bool logits.
 */
export function multilabelSoftMarginLoss<A extends Operand>(
  input: A,
  target: Operand,
  options?: WeightedLossOptions,
): TensorOr<A> {
  const name = 'multilabelSoftMarginLoss';
  checkOptions(name, options, ['weight', 'reduction']);
  const reduction = reductionOf(name, options);
  if (shapeOf(input).length === 0) {
    throw new ShapeError(`${name}: the input must have shape [..., classes], got []`);
  }
  const { weight } = options ?? {};
  const errors = binaryCrossEntropyWithLogits(input as Operand, target, {
    ...(weight !== undefined && { weight }),
    reduction: 'none',
  });
  return reduced(mean(errors, { dim: -1 }), reduction) as TensorOr<A>;
}

export const binaryLossMethods = methods({
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  softMarginLoss,
  multilabelSoftMarginLoss,
});

const of = (...shape: number[]) => ({ shape });
const share = (...shape: number[]) => ({ shape, range: [0.1, 0.9] as const });
const signs = { shape: [4], data: [1, -1, 1, -1] };

describeOps({
  binaryCrossEntropy: {
    about: 'The negative log-probability of the right answer to a yes-or-no question.',
    torch: 'torch.nn.functional.binary_cross_entropy',
    samples: [
      { inputs: [share(2, 2), share(2, 2)], call: (x, t) => binaryCrossEntropy(x, t) },
      {
        inputs: [share(3), share(3), of()],
        call: (x, t, weight) => binaryCrossEntropy(x, t, { weight, reduction: 'none' }),
      },
      {
        inputs: [share(), share()],
        call: (x, t) => binaryCrossEntropy(x, t, { reduction: 'sum' }),
      },
    ],
  },
  binaryCrossEntropyWithLogits: {
    about: 'Binary cross-entropy of the sigmoid.',
    torch: 'torch.nn.functional.binary_cross_entropy_with_logits',
    samples: [
      { inputs: [of(2, 2), share(2, 2)], call: (x, t) => binaryCrossEntropyWithLogits(x, t) },
      {
        inputs: [of(2, 2), share(2, 2), of(2), of(2, 1)],
        call: (x, t, posWeight, weight) =>
          binaryCrossEntropyWithLogits(x, t, { posWeight, weight, reduction: 'sum' }),
      },
      {
        inputs: [{ shape: [2], data: [40, -40] }, share(2)],
        call: (x, t) => binaryCrossEntropyWithLogits(x, t, { reduction: 'none' }),
      },
    ],
  },
  softMarginLoss: {
    about: 'The softplus of minus the product with a target of 1 or −1.',
    torch: 'torch.nn.functional.soft_margin_loss',
    samples: [
      { inputs: [of(4), signs], call: (x, t) => softMarginLoss(x, t) },
      { inputs: [of(4), signs], call: (x, t) => softMarginLoss(x, t, { reduction: 'none' }) },
    ],
  },
  multilabelSoftMarginLoss: {
    about: 'Binary cross-entropy of several labels, as their mean.',
    torch: 'torch.nn.functional.multilabel_soft_margin_loss',
    samples: [
      { inputs: [of(2, 2), share(2, 2)], call: (x, t) => multilabelSoftMarginLoss(x, t) },
      {
        inputs: [of(2, 2), share(2, 2), of(2)],
        call: (x, t, weight) => multilabelSoftMarginLoss(x, t, { weight, reduction: 'none' }),
      },
    ],
  },
});
