// Losses of distributions: how far one is from another, and how little a target is expected under one.

import { ArgumentError, checkOptions } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { Tensor } from '../autograd/tensor.ts';
import { ShapeError, showShape } from '../ndarray/errors.ts';
import { broadcastShapes, sameShape } from '../ndarray/shape.ts';
import { elements } from '../ndarray/walk.ts';
import { add, div, mul, sub, where } from './arithmetic.ts';
import { eq, gt } from './comparison.ts';
import { exp, log } from './exponential.ts';
import { type LossOptions, type Reduction, reduced, reductionOf } from './loss-reduction.ts';
import { square } from './power.ts';
import { sum } from './reduce.ts';
import { reshape } from './reshape.ts';
import { clamp } from './rounding.ts';
import { epsOf } from './standardize.ts';
import { describeOps, methods, shapeOf, type TensorOr } from './structured.ts';
import { tensor } from './tensor.ts';
import { checkFlag } from './windows.ts';

/** Options of {@link klDiv}. */
export interface KlDivOptions {
  /** 'batchmean' divides the sum by the first size only, as the mathematical definition demands; 'mean' unless given. */
  reduction?: Reduction | 'batchmean';
  /** Whether the target holds logarithms, too; false unless given. */
  logTarget?: boolean;
}

/** Options of {@link poissonNllLoss}. */
export interface PoissonNllLossOptions extends LossOptions {
  /** Whether the input is the logarithm of the rate; true unless given. */
  logInput?: boolean;
  /** Whether to add what depends on the target alone, by Stirling's formula; false unless given. */
  full?: boolean;
  /** Added to a rate before its logarithm is taken; 1e-8 unless given. */
  eps?: number;
}

/** Options of {@link gaussianNllLoss}. */
export interface GaussianNllLossOptions extends LossOptions {
  /** Whether to add log(2π) / 2; false unless given. */
  full?: boolean;
  /** A variance counts as at least this; 1e-6 unless given. */
  eps?: number;
}

/** t·log t, and 0 at 0. */
function entropyTerm(t: Operand): Operand {
  const zero = eq(t, 0);
  return where(zero, 0, mul(t, log(where(zero, 1, t))));
}

/**
 * The divergence of Kullback and Leibler, t·(log t − x), where x are logarithms of probabilities (the input) and t probabilities
 * (or their logarithms, with `logTarget`); shapes broadcast. Source: `torch.nn.functional.kl_div`.
 *
 * ```ts
 * klDiv(tensor([[-1, -2]]), tensor([[0, 1]]), { reduction: 'batchmean' }).item(); // 2
 * ```
 * @throws ShapeError where the shapes do not broadcast, ArgumentError for an unknown reduction.
 */
export function klDiv<A extends Operand>(
  input: A,
  target: Operand,
  options?: KlDivOptions,
): TensorOr<A> {
  checkOptions('klDiv', options, ['reduction', 'logTarget']);
  const { reduction = 'mean', logTarget = false } = options ?? {};
  checkFlag('klDiv', 'logTarget', logTarget);
  broadcastShapes('klDiv', [shapeOf(input), shapeOf(target)]);
  const errors = logTarget
    ? mul(exp(target), sub(target, input as Operand))
    : sub(entropyTerm(target), mul(target, input as Operand));
  if (reduction !== 'batchmean') {
    return reduced(errors, reductionOf('klDiv', { reduction })) as TensorOr<A>;
  }
  const batch = shapeOf(input)[0];
  if (batch === undefined) {
    throw new ShapeError('klDiv: batchmean needs an input with a batch, [batch, ...], got []');
  }
  return div(sum(errors), batch) as TensorOr<A>;
}

/**
 * The negative log-likelihood of counts t under a Poisson distribution: exp(x) − t·x for the logarithm x of the rate, or
 * x − t·log(x + ε) for the rate itself; with `full`, t·log t − t + log(2πt) / 2 is added where t > 1. Shapes broadcast.
 * Source: `torch.nn.functional.poisson_nll_loss`.
 *
 * ```ts
 * poissonNllLoss(tensor([0, 0]), tensor([1, 3]), { reduction: 'none' }).toArray(); // [1, 1]
 * ```
 * @throws ShapeError where the shapes do not broadcast.
 */
export function poissonNllLoss<A extends Operand>(
  input: A,
  target: Operand,
  options?: PoissonNllLossOptions,
): TensorOr<A> {
  const name = 'poissonNllLoss';
  checkOptions(name, options, ['logInput', 'full', 'eps', 'reduction']);
  const { logInput = true, full = false, eps = 1e-8 } = options ?? {};
  checkFlag(name, 'logInput', logInput);
  checkFlag(name, 'full', full);
  const reduction = reductionOf(name, options);
  broadcastShapes(name, [shapeOf(input), shapeOf(target)]);
  const x: Operand = input;
  const errors = logInput
    ? sub(exp(x), mul(target, x))
    : sub(x, mul(target, log(add(x, epsOf(name, eps)))));
  return reduced(full ? add(errors, stirling(target)) : errors, reduction) as TensorOr<A>;
}

/** log t! by Stirling's formula, where t > 1. */
function stirling(target: Operand): Operand {
  const many = gt(target, 1);
  const t = where(many, target, 1);
  const formula = add(sub(mul(t, log(t)), t), mul(0.5, log(mul(2 * Math.PI, t))));
  return where(many, formula, 0);
}

/**
 * The negative log-likelihood of a target under normal distributions: (log v + (x − t)² / v) / 2 for means x and variances v,
 * which have the shape of the input, or a last size of 1, or lack that dimension. A variance below ε counts as ε, though its
 * gradient still flows. Source: `torch.nn.functional.gaussian_nll_loss`.
 *
 * ```ts
 * gaussianNllLoss(tensor([1, 2]), tensor([3, 2]), tensor([1, 1]), { reduction: 'none' }).toArray(); // [2, 0]
 * ```
 * @throws ShapeError where the shapes do not fit, ArgumentError for a negative variance.
 */
export function gaussianNllLoss<A extends Operand>(
  input: A,
  target: Operand,
  variance: Operand,
  options?: GaussianNllLossOptions,
): TensorOr<A> {
  const name = 'gaussianNllLoss';
  checkOptions(name, options, ['full', 'eps', 'reduction']);
  const { full = false, eps = 1e-6 } = options ?? {};
  checkFlag(name, 'full', full);
  const reduction = reductionOf(name, options);
  broadcastShapes(name, [shapeOf(input), shapeOf(target)]);
  const v = fromBelow(alignedVariance(input, variance), epsOf(name, eps));
  const errors = mul(0.5, add(log(v), div(square(sub(input as Operand, target)), v)));
  const constant = 0.5 * Math.log(2 * Math.PI);
  return reduced(full ? add(errors, constant) : errors, reduction) as TensorOr<A>;
}

function alignedVariance(input: Operand, variance: Operand): Operand {
  const [x, v] = [shapeOf(input), shapeOf(variance)];
  if (variance instanceof Tensor) {
    for (const one of elements(variance.array)) {
      if (one >= 0 || Number.isNaN(one)) continue;
      throw new ArgumentError(`gaussianNllLoss: a variance is never negative, got ${one}`);
    }
  }
  if (sameShape(v, x)) return variance;
  const rest = x.slice(0, -1);
  if (sameShape(v, rest)) return reshape(variance, [...rest, 1]);
  if (sameShape(v, [...rest, 1])) return variance;
  throw new ShapeError(
    `gaussianNllLoss: the variance must have shape ${showShape(x)}, ${showShape([...rest, 1])} or ${showShape(rest)}, ` +
      `got ${showShape(v)}`,
  );
}

/** At least `least`, with the gradient of the identity. */
function fromBelow(x: Operand, least: number): Operand {
  const high = clamp(x, { min: least });
  return high instanceof Tensor && x instanceof Tensor ? add(x, sub(high, x).detach()) : high;
}

export const distributionLossMethods = methods({ klDiv, poissonNllLoss, gaussianNllLoss });

const of = (...shape: number[]) => ({ shape });
const positive = (...shape: number[]) => ({ shape, range: [0.3, 2] as const });
const counts = { shape: [4], data: [0.5, 1.5, 2, 5] };

describeOps({
  klDiv: {
    about: 'The divergence of a distribution from the one with given log-probabilities.',
    torch: 'torch.nn.functional.kl_div',
    samples: [
      { inputs: [of(2, 2), positive(2, 2)], call: (x, t) => klDiv(x, t) },
      {
        inputs: [of(2, 2), of(2, 2)],
        call: (x, t) => klDiv(x, t, { logTarget: true, reduction: 'batchmean' }),
      },
      {
        inputs: [of(2, 2)],
        call: x => klDiv(x, tensor([0, 0.5], { dtype: 'float64' }), { reduction: 'none' }),
      },
    ],
  },
  poissonNllLoss: {
    about: 'The negative log-likelihood of counts under a Poisson distribution.',
    torch: 'torch.nn.functional.poisson_nll_loss',
    samples: [
      { inputs: [of(4), counts], call: (x, t) => poissonNllLoss(x, t) },
      {
        inputs: [of(4), counts],
        call: (x, t) => poissonNllLoss(x, t, { full: true, reduction: 'none' }),
      },
      {
        inputs: [positive(4), counts],
        call: (x, t) => poissonNllLoss(x, t, { logInput: false, eps: 0.1, reduction: 'sum' }),
      },
    ],
  },
  gaussianNllLoss: {
    about: 'The negative log-likelihood of a target under normal distributions.',
    torch: 'torch.nn.functional.gaussian_nll_loss',
    samples: [
      { inputs: [of(2), of(2), positive(2)], call: (x, t, v) => gaussianNllLoss(x, t, v) },
      {
        inputs: [of(2, 2), of(2, 2), positive(2)],
        call: (x, t, v) => gaussianNllLoss(x, t, v, { full: true, reduction: 'none' }),
      },
      {
        inputs: [of(2), of(2), { shape: [2], data: [0.01, 0.5] }],
        call: (x, t, v) => gaussianNllLoss(x, t, v, { eps: 0.1 }),
        kink: true,
      },
    ],
  },
});
