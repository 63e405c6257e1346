// Losses that ask for a margin: nothing is lost where the right answer leads by enough.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { Tensor } from '../autograd/tensor.ts';
import { DTypeError, IndexError, ShapeError, showShape } from '../ndarray/errors.ts';
import { broadcastShapes, sameShape } from '../ndarray/shape.ts';
import { elements } from '../ndarray/walk.ts';
import { add, div, mul, neg, sub, where } from './arithmetic.ts';
import { eq, ne } from './comparison.ts';
import { gather, indexSelect, oneHot } from './gather.ts';
import { type LossOptions, reduced, reductionOf } from './loss-reduction.ts';
import { norm } from './norm.ts';
import { sqrt, square } from './power.ts';
import { sum } from './reduce.ts';
import { reshape } from './reshape.ts';
import { clamp, min } from './rounding.ts';
import { epsOf } from './standardize.ts';
import { describeOps, methods, shapeOf, type TensorOr } from './structured.ts';
import { tensor } from './tensor.ts';
import { checkFlag } from './windows.ts';

/** Options of the losses with a margin. */
export interface MarginLossOptions extends LossOptions {
  /** By how much the right answer must lead. */
  margin?: number;
}

/** Options of {@link multiMarginLoss}. */
export interface MultiMarginLossOptions extends MarginLossOptions {
  /** The power of what is missing, 1 or 2; 1 unless given. */
  p?: 1 | 2;
  /** A factor for each class, [classes]. */
  weight?: Operand;
}

/** Options of {@link tripletMarginLoss}. */
export interface TripletMarginLossOptions extends MarginLossOptions {
  /** Which norm measures distances; 2 unless given. */
  p?: number;
  /** Added to each difference; 1e-6 unless given. */
  eps?: number;
  /** Take the smaller of the distances of the negative from anchor and positive; false unless given. */
  swap?: boolean;
}

const least = (x: Operand, bound: number): Operand => clamp(x, { min: bound });

function marginOf(name: string, options: MarginLossOptions | undefined, standard: number): number {
  const { margin = standard } = options ?? {};
  if (typeof margin === 'number') return margin;
  throw new ArgumentError(`${name}: margin must be a number, got ${describe(margin)}`);
}

/**
 * For distances x: x where the target is 1, max(0, margin − x) where it is −1; shapes broadcast. The margin is 1 unless given.
 * Source: `torch.nn.functional.hinge_embedding_loss`.
 *
 * ```ts
 * hingeEmbeddingLoss(tensor([2, 0.5]), tensor([1, -1]), { reduction: 'none' }).toArray(); // [2, 0.5]
 * ```
 * @throws ShapeError where the shapes do not broadcast.
 */
export function hingeEmbeddingLoss<A extends Operand>(
  input: A,
  target: Operand,
  options?: MarginLossOptions,
): TensorOr<A> {
  const name = 'hingeEmbeddingLoss';
  checkOptions(name, options, ['margin', 'reduction']);
  const margin = marginOf(name, options, 1);
  const reduction = reductionOf(name, options);
  broadcastShapes(name, [shapeOf(input), shapeOf(target)]);
  const far = where(ne(target, 1), least(sub(margin, input as Operand), 0), 0);
  return reduced(add(far, where(ne(target, -1), input as Operand, 0)), reduction) as TensorOr<A>;
}

/**
 * max(0, margin − t·(a − b)): `a` shall be the larger where the target is 1, `b` where it is −1; shapes broadcast. The margin
 * is 0 unless given. Source: `torch.nn.functional.margin_ranking_loss`.
 *
 * ```ts
 * marginRankingLoss(tensor([3, 3]), tensor([1, 1]), tensor([1, -1]), { reduction: 'none' }).toArray(); // [0, 2]
 * ```
 * @throws ShapeError where the shapes do not broadcast.
 */
export function marginRankingLoss<A extends Operand>(
  a: A,
  b: Operand,
  target: Operand,
  options?: MarginLossOptions,
): TensorOr<A> {
  const name = 'marginRankingLoss';
  checkOptions(name, options, ['margin', 'reduction']);
  const margin = marginOf(name, options, 0);
  const reduction = reductionOf(name, options);
  broadcastShapes(name, [shapeOf(a), shapeOf(b), shapeOf(target)]);
  const missing = sub(margin, mul(target, sub(a as Operand, b)));
  return reduced(least(missing, 0), reduction) as TensorOr<A>;
}

/** Added to the squared lengths under the cosine. */
const COSINE_EPS = 1e-12;

/**
 * For vectors in the last dimension, [features] or [batch, features]: 1 − cos(a, b) where the target is 1, max(0, cos(a, b) −
 * margin) where it is −1. Target: [] or [batch]. The margin is 0 unless given. Source: `torch.nn.functional.cosine_embedding_loss`.
 *
 * ```ts
 * cosineEmbeddingLoss(tensor([[1, 0]]), tensor([[0, 1]]), tensor([1])).item(); // 1
 * ```
 * @throws ShapeError where the shapes do not fit.
 */
export function cosineEmbeddingLoss<A extends Operand>(
  a: A,
  b: Operand,
  target: Operand,
  options?: MarginLossOptions,
): TensorOr<A> {
  const name = 'cosineEmbeddingLoss';
  checkOptions(name, options, ['margin', 'reduction']);
  const margin = marginOf(name, options, 0);
  const reduction = reductionOf(name, options);
  const [p, q, t] = [shapeOf(a), shapeOf(b), shapeOf(target)];
  const rank = t.length + 1;
  if (t.length > 1 || p.length !== rank || q.length !== rank) {
    throw new ShapeError(
      `${name}: the inputs must be [batch, features] with targets [batch], or [features] with a target [], got ` +
        `${showShape(p)}, ${showShape(q)} and ${showShape(t)}`,
    );
  }
  broadcastShapes(name, [p, q, [...t, 1]]);
  const along = (x: Operand): Operand => sum(x, { dim: -1 });
  const lengths = mul(
    add(along(square(a as Operand)), COSINE_EPS),
    add(along(square(b)), COSINE_EPS),
  );
  const cosine = div(along(mul(a as Operand, b)), sqrt(lengths));
  const alike = where(eq(target, 1), sub(1, cosine), 0);
  const unlike = where(eq(target, -1), least(sub(cosine, margin), 0), 0);
  return reduced(add(alike, unlike), reduction) as TensorOr<A>;
}

/**
 * max(0, margin + d(anchor, positive) − d(anchor, negative)) for vectors in the last dimension, [..., features] → [...], with
 * the distance d(a, b) = ‖a − b + ε‖ₚ. The margin is 1 unless given. Source: `torch.nn.functional.triplet_margin_loss`;
 * Balntas et al., Learning local feature descriptors with triplets (2016).
 *
 * ```ts
 * const [anchor, positive, negative] = [tensor([[0, 0]]), tensor([[3, 4]]), tensor([[0, 2]])];
 * tripletMarginLoss(anchor, positive, negative, { eps: 0 }).item(); // 4
 * ```
 * @throws ShapeError where the shapes do not broadcast.
 */
export function tripletMarginLoss<A extends Operand>(
  anchor: A,
  positive: Operand,
  negative: Operand,
  options?: TripletMarginLossOptions,
): TensorOr<A> {
  const name = 'tripletMarginLoss';
  checkOptions(name, options, ['margin', 'p', 'eps', 'swap', 'reduction']);
  const { p = 2, eps = 1e-6, swap = false } = options ?? {};
  checkFlag(name, 'swap', swap);
  const margin = marginOf(name, options, 1);
  const reduction = reductionOf(name, options);
  const shape = broadcastShapes(name, [shapeOf(anchor), shapeOf(positive), shapeOf(negative)]);
  if (shape.length === 0) {
    throw new ShapeError(`${name}: the inputs must be vectors, [..., features], got []`);
  }
  const offset = epsOf(name, eps);
  const distance = (a: Operand, b: Operand): Operand =>
    norm(add(sub(a, b), offset), { p, dim: -1 });
  const own = distance(anchor, negative);
  const far = swap ? min(own, distance(positive, negative)) : own;
  const missing = sub(add(margin, distance(anchor, positive)), far);
  return reduced(least(missing, 0), reduction) as TensorOr<A>;
}

/**
 * Σ over the other classes j of max(0, margin − x[t] + x[j])ᵖ · w[t] / classes. Shapes: input [batch, classes] and int32
 * targets [batch], or [classes] and []. The margin is 1 unless given. Source: `torch.nn.functional.multi_margin_loss`.
 *
 * ```ts
 * multiMarginLoss(tensor([[1, 2]]), tensor([0], { dtype: 'int32' })).item(); // 1
 * ```
 * @throws ShapeError, IndexError for a target that is no class, DTypeError for targets that are not int32, ArgumentError
 * for another p than 1 and 2.
 */
export function multiMarginLoss<A extends Operand>(
  input: A,
  target: Tensor,
  options?: MultiMarginLossOptions,
): TensorOr<A> {
  const name = 'multiMarginLoss';
  checkOptions(name, options, ['margin', 'p', 'weight', 'reduction']);
  const { p = 1, weight } = options ?? {};
  if (p !== 1 && p !== 2) {
    throw new ArgumentError(`${name}: p must be 1 or 2, got ${describe(p)}`);
  }
  const margin = marginOf(name, options, 1);
  const reduction = reductionOf(name, options);
  const shape = shapeOf(input);
  const classes = shape.at(-1) ?? 0;
  checkClasses(name, target, shape);
  if (weight !== undefined && !sameShape(shapeOf(weight), [classes])) {
    throw new ShapeError(
      `${name}: weight must have shape [${classes}], one for each class, got ${showShape(shapeOf(weight))}`,
    );
  }
  const rows = shape.slice(0, -1);
  const column = reshape(target, [...rows, 1]);
  const own = gather(input as Operand, -1, column as Tensor);
  const missing = least(add(sub(margin, own), input as Operand), 0);
  const power = p === 1 ? missing : square(missing);
  const others = where(oneHot(target, { numClasses: classes }), 0, power);
  const errors = div(sum(others, { dim: -1 }), classes);
  if (weight === undefined) return reduced(errors, reduction) as TensorOr<A>;
  const factors = indexSelect(weight, 0, reshape(target, [-1]) as Tensor);
  return reduced(mul(errors, reshape(factors, rows)), reduction) as TensorOr<A>;
}

function checkClasses(name: string, target: Tensor, shape: readonly number[]): void {
  if (!(target instanceof Tensor) || target.dtype !== 'int32') {
    const got = target instanceof Tensor ? target.dtype : describe(target);
    throw new DTypeError(`${name}: targets must be int32, got ${got}`);
  }
  const fits = shape.length === 1 || shape.length === 2;
  if (!fits || !sameShape(target.shape, shape.slice(0, -1))) {
    throw new ShapeError(
      `${name}: the input must be [batch, classes] with targets [batch], or [classes] with a target [], got ` +
        `${showShape(shape)} and ${showShape(target.shape)}`,
    );
  }
  const classes = shape.at(-1) as number;
  for (const k of elements(target.array)) {
    if (k >= 0 && k < classes) continue;
    throw new IndexError(`${name}: target ${k} is no class; use 0 to ${classes - 1}`);
  }
}

export const marginLossMethods = methods({
  hingeEmbeddingLoss,
  marginRankingLoss,
  cosineEmbeddingLoss,
  tripletMarginLoss,
  multiMarginLoss,
});

const of = (...shape: number[]) => ({ shape });
const signs = (): Tensor => tensor([1, -1, 1], { dtype: 'float64' });
const spaced = { shape: [3], data: [0.3, -0.4, 1.7] };

describeOps({
  hingeEmbeddingLoss: {
    about:
      'The distance of what belongs together, and what is missing to a margin of what does not.',
    torch: 'torch.nn.functional.hinge_embedding_loss',
    samples: [
      { inputs: [spaced], call: x => hingeEmbeddingLoss(x, signs()) },
      {
        inputs: [spaced],
        call: x => hingeEmbeddingLoss(x, neg(signs()), { margin: 0.5, reduction: 'none' }),
      },
    ],
  },
  marginRankingLoss: {
    about: 'What is missing for one of two numbers to lead by a margin.',
    torch: 'torch.nn.functional.margin_ranking_loss',
    samples: [
      { inputs: [spaced, of(3)], call: (a, b) => marginRankingLoss(a, b, signs()) },
      {
        inputs: [spaced, of()],
        call: (a, b) => marginRankingLoss(a, b, signs(), { margin: 5, reduction: 'sum' }),
      },
    ],
  },
  cosineEmbeddingLoss: {
    about: 'How far the angle of two vectors is from what it should be.',
    torch: 'torch.nn.functional.cosine_embedding_loss',
    samples: [
      {
        inputs: [of(3, 2), of(3, 2)],
        call: (a, b) => cosineEmbeddingLoss(a, b, signs(), { margin: -1.5, reduction: 'none' }),
      },
      { inputs: [of(2), of(2)], call: (a, b) => cosineEmbeddingLoss(a, b, tensor(1)) },
    ],
  },
  tripletMarginLoss: {
    about: 'What is missing for an anchor to be nearer to one vector than to another.',
    torch: 'torch.nn.functional.triplet_margin_loss',
    samples: [
      {
        inputs: [of(2, 2), of(2, 2), of(2, 2)],
        call: (a, p, n) => tripletMarginLoss(a, p, n, { margin: 5 }),
      },
      {
        inputs: [of(2), of(2), of(2)],
        call: (a, p, n) => tripletMarginLoss(a, p, n, { margin: 5, p: 3, eps: 0.1, swap: true }),
      },
    ],
  },
  multiMarginLoss: {
    about: 'What is missing for the right class to lead the others by a margin.',
    torch: 'torch.nn.functional.multi_margin_loss',
    samples: [
      { inputs: [of(2, 3)], call: x => multiMarginLoss(x, tensor([1, 0], { dtype: 'int32' })) },
      {
        inputs: [of(2, 3), of(3)],
        call: (x, weight) =>
          multiMarginLoss(x, tensor([2, 2], { dtype: 'int32' }), {
            ...{ p: 2, weight, margin: 5, reduction: 'none' },
          }),
      },
      { inputs: [of(2)], call: x => multiMarginLoss(x, tensor(1, { dtype: 'int32' })) },
    ],
  },
});
