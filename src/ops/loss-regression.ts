// Losses that measure how far numbers are from their targets. All are composites of elementwise ops.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import type { Tensor } from '../autograd/tensor.ts';
import { broadcastShapes } from '../ndarray/shape.ts';
import { div, mul, sub, where } from './arithmetic.ts';
import { lt } from './comparison.ts';
import { type LossOptions, reduced, reductionOf } from './loss-reduction.ts';
import { square } from './power.ts';
import { abs } from './rounding.ts';
import { describeOps, methods, shapeOf, type TensorOr } from './structured.ts';

/** Options of {@link smoothL1Loss}. */
export interface SmoothL1LossOptions extends LossOptions {
  /** Distance at which the square turns into the absolute value, from 0; 1 unless given. */
  beta?: number;
}

/** Options of {@link huberLoss}. */
export interface HuberLossOptions extends LossOptions {
  /** Distance at which the square turns into a line, above 0; 1 unless given. */
  delta?: number;
}

/** input − target, after a check that the shapes fit. */
function difference(name: string, input: Operand, target: Operand): Operand {
  broadcastShapes(name, [shapeOf(input), shapeOf(target)]);
  return sub(input, target);
}

function checkDistance(name: string, what: string, value: unknown, zero: boolean): void {
  const fits = typeof value === 'number' && (zero ? value >= 0 : value > 0);
  if (fits) return;
  throw new ArgumentError(
    `${name}: ${what} must be a number ${zero ? 'from' : 'above'} 0, got ${describe(value)}`,
  );
}

/**
 * The squared error (input − target)²; shapes broadcast. Source: `torch.nn.functional.mse_loss`.
 *
 * ```ts
 * mseLoss(tensor([1, 2]), tensor([1, 4])).item(); // 2
 * ```
 * @throws ShapeError where the shapes do not broadcast.
 */
export function mseLoss<A extends Operand>(
  input: A,
  target: Operand,
  options?: LossOptions,
): TensorOr<A> {
  checkOptions('mseLoss', options, ['reduction']);
  const reduction = reductionOf('mseLoss', options);
  return reduced(square(difference('mseLoss', input, target)), reduction) as TensorOr<A>;
}

/**
 * The absolute error |input − target|, with slope 0 where there is none; shapes broadcast. Source: `torch.nn.functional.l1_loss`.
 *
 * ```ts
 * l1Loss(tensor([1, 2]), tensor([1, 4]), { reduction: 'none' }).toArray(); // [0, 2]
 * ```
 * @throws ShapeError where the shapes do not broadcast.
 */
export function l1Loss<A extends Operand>(
  input: A,
  target: Operand,
  options?: LossOptions,
): TensorOr<A> {
  checkOptions('l1Loss', options, ['reduction']);
  const reduction = reductionOf('l1Loss', options);
  return reduced(abs(difference('l1Loss', input, target)), reduction) as TensorOr<A>;
}

/**
 * With d = |input − target|: d² / (2β) where d < β, else d − β/2; shapes broadcast. β = 0 is {@link l1Loss}.
 * Source: `torch.nn.functional.smooth_l1_loss`.
 *
 * ```ts
 * smoothL1Loss(tensor([1, 2]), tensor([1.5, 4]), { reduction: 'none' }).toArray(); // [0.125, 1.5]
 * ```
 * @throws ShapeError where the shapes do not broadcast, ArgumentError for a negative β.
 */
export function smoothL1Loss<A extends Operand>(
  input: A,
  target: Operand,
  options?: SmoothL1LossOptions,
): TensorOr<A> {
  checkOptions('smoothL1Loss', options, ['reduction', 'beta']);
  const { beta = 1 } = options ?? {};
  checkDistance('smoothL1Loss', 'beta', beta, true);
  const reduction = reductionOf('smoothL1Loss', options);
  const distance = difference('smoothL1Loss', input, target);
  const size = abs(distance);
  if (beta === 0) return reduced(size, reduction) as TensorOr<A>;
  const near = div(square(distance), 2 * beta);
  return reduced(where(lt(size, beta), near, sub(size, beta / 2)), reduction) as TensorOr<A>;
}

/**
 * With d = |input − target|: d² / 2 where d < δ, else δ·(d − δ/2); shapes broadcast. Source: `torch.nn.functional.huber_loss`.
 *
 * ```ts
 * huberLoss(tensor([1, 2]), tensor([2, 6]), { delta: 2, reduction: 'none' }).toArray(); // [0.5, 6]
 * ```
 * @throws ShapeError where the shapes do not broadcast, ArgumentError for a δ of 0 or less.
 */
export function huberLoss<A extends Operand>(
  input: A,
  target: Operand,
  options?: HuberLossOptions,
): TensorOr<A> {
  checkOptions('huberLoss', options, ['reduction', 'delta']);
  const { delta = 1 } = options ?? {};
  checkDistance('huberLoss', 'delta', delta, false);
  const reduction = reductionOf('huberLoss', options);
  const distance = difference('huberLoss', input, target);
  const size = abs(distance);
  const far = mul(delta, sub(size, delta / 2));
  return reduced(where(lt(size, delta), mul(0.5, square(distance)), far), reduction) as TensorOr<A>;
}

export const regressionMethods = methods({ mseLoss, l1Loss, smoothL1Loss, huberLoss });

const of = (...shape: number[]) => ({ shape });
const apart = [
  { shape: [4], data: [1, 2, -3, 0.5] },
  { shape: [4], data: [0.7, -1, 2, 0.2] },
];

type Loss = (input: Tensor, target: Tensor, options?: LossOptions) => Tensor;

const samples = (loss: Loss) => [
  { inputs: apart, call: (a: Tensor, b: Tensor) => loss(a, b) },
  { inputs: apart, call: (a: Tensor, b: Tensor) => loss(a, b, { reduction: 'none' }) },
  { inputs: [of(2, 2), of(2)], call: (a: Tensor, b: Tensor) => loss(a, b, { reduction: 'sum' }) },
  { inputs: [of(), of()], call: (a: Tensor, b: Tensor) => loss(a, b) },
];

describeOps({
  mseLoss: {
    about: 'The squared distance from the target.',
    torch: 'torch.nn.functional.mse_loss',
    samples: samples(mseLoss),
  },
  l1Loss: {
    about: 'The absolute distance from the target.',
    torch: 'torch.nn.functional.l1_loss',
    samples: samples(l1Loss),
  },
  smoothL1Loss: {
    about: 'The distance from the target, rounded off by a square near 0.',
    torch: 'torch.nn.functional.smooth_l1_loss',
    samples: [
      ...samples(smoothL1Loss),
      { inputs: apart, call: (a, b) => smoothL1Loss(a, b, { beta: 2 }) },
    ],
  },
  huberLoss: {
    about: 'The squared distance from the target, a line beyond δ.',
    torch: 'torch.nn.functional.huber_loss',
    samples: [
      ...samples(huberLoss),
      { inputs: apart, call: (a, b) => huberLoss(a, b, { delta: 2 }) },
    ],
  },
});
