// Attention: each query takes a mean of values, weighted by how well their keys fit it.

import { ArgumentError, checkOptions } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { Tensor } from '../autograd/tensor.ts';
import { DTypeError, ShapeError, showShape } from '../ndarray/errors.ts';
import { broadcastShapes } from '../ndarray/shape.ts';
import { add, mul, where } from './arithmetic.ts';
import { le } from './comparison.ts';
import { arange } from './creation.ts';
import { checkShare, dropped } from './dropout.ts';
import { matmul } from './matmul.ts';
import { type DrawOptions, generator } from './random.ts';
import { reshape, transpose } from './reshape.ts';
import { softmax } from './softmax.ts';
import { checkTypes } from './standardize.ts';
import { describeOps, shapeOf, type TensorOr } from './structured.ts';
import { checkFlag } from './windows.ts';

/** Options of {@link scaledDotProductAttention}. */
export interface AttentionOptions extends DrawOptions {
  /** Which keys a query may look at: bool, where true lets it; or numbers that are added to the scores. Broadcasts. */
  attnMask?: Operand;
  /** Query i may look at keys 0 to i only; false unless given. */
  isCausal?: boolean;
  /** The share of the weights to drop at random; 0 unless given. */
  dropoutP?: number;
  /** The factor of the scores; 1 / √(size of a query) unless given. */
  scale?: number;
}

const OPTIONS = ['attnMask', 'isCausal', 'dropoutP', 'scale', 'generator'];

/** The two factors and the product of an attention. */
export interface Attended {
  output: Operand;
  weights: Operand;
}

/**
 * softmax(scale · Q·Kᵀ + mask)·V. Shapes: query [..., L, E], key [..., S, E], value [..., S, Ev] → [..., L, Ev]; the leading
 * dimensions broadcast, as does the mask to [..., L, S]. A query that may look at nothing gets NaN. Source:
 * `torch.nn.functional.scaled_dot_product_attention`; Vaswani et al., Attention is all you need (2017).
 *
 * ```ts
 * const q = tensor([[1000, 0], [0, 1000]]);
 * scaledDotProductAttention(q, tensor([[1, 0], [0, 1]]), tensor([[1], [2]])).toArray(); // [[1], [2]]
 * scaledDotProductAttention(q, q, tensor([[1], [2]]), { isCausal: true, scale: 0 }).toArray(); // [[1], [1.5]]
 * ```
 * @throws ShapeError where the shapes do not fit, ArgumentError for a mask together with `isCausal`, DTypeError for int32 and
 * bool.
 */
export function scaledDotProductAttention<A extends Operand>(
  query: A,
  key: Operand,
  value: Operand,
  options?: AttentionOptions,
): TensorOr<A> {
  checkOptions('scaledDotProductAttention', options, OPTIONS);
  checkMask('scaledDotProductAttention', 'attnMask', query, options?.attnMask);
  return attend('scaledDotProductAttention', query, key, value, options ?? {})
    .output as TensorOr<A>;
}

/** Throws unless a mask is bool or of the element type of the query. */
export function checkMask(
  name: string,
  what: string,
  query: Operand,
  mask: Operand | undefined,
): void {
  if (!(mask instanceof Tensor) || !(query instanceof Tensor)) return;
  if (mask.dtype === 'bool' || mask.dtype === query.dtype) return;
  throw new DTypeError(
    `${name}: ${what} must be bool or ${query.dtype} as the query is, got ${mask.dtype}; convert it with to()`,
  );
}

/** Attention with its weights, for functions that are made of it. */
export function attend(
  name: string,
  query: Operand,
  key: Operand,
  value: Operand,
  options: AttentionOptions,
): Attended {
  const [q, k, v] = [shapeOf(query), shapeOf(key), shapeOf(value)];
  if ([q, k, v].some(shape => shape.length < 2)) {
    throw new ShapeError(
      `${name}: query, key and value must have at least 2 dimensions, [..., length, features], got ` +
        [q, k, v].map(showShape).join(', '),
    );
  }
  if (q.at(-1) !== k.at(-1) || k.at(-2) !== v.at(-2)) {
    throw new ShapeError(
      `${name}: query ${showShape(q)} and key ${showShape(k)} must agree in their last size, ` +
        `key and value ${showShape(v)} in their length`,
    );
  }
  checkTypes(name, query, [key, value]);
  const { attnMask, isCausal = false, dropoutP = 0 } = options;
  const { scale = 1 / Math.sqrt(q.at(-1) as number) } = options;
  checkFlag(name, 'isCausal', isCausal);
  if (typeof scale !== 'number') throw new ArgumentError(`${name}: scale must be a number`);
  if (isCausal && attnMask !== undefined) {
    throw new ArgumentError(`${name}: give either attnMask or isCausal, not both`);
  }
  const scores = matmul(mul(query, scale), transpose(key, -2, -1));
  const mask = isCausal ? causalMask(q.at(-2) as number, k.at(-2) as number) : attnMask;
  const weights = softmax(masked(name, scores, mask), { dim: -1 });
  const kept = dropped(name, weights, checkShare(name, dropoutP), options);
  return { output: matmul(kept, value), weights: kept };
}

/** True where a query may look at a key: at itself and at what comes before. */
export function causalMask(queries: number, keys: number): Tensor {
  const rows = reshape(arange(queries, { dtype: 'int32' }), [queries, 1]);
  return le(arange(keys, { dtype: 'int32' }), rows);
}

/** Scores where the mask is true, −∞ where it is false; or scores plus a mask of numbers. */
function masked(name: string, scores: Operand, mask: Operand | undefined): Operand {
  if (mask === undefined) return scores;
  const [wanted, given] = [shapeOf(scores), shapeOf(mask)];
  if (broadcastShapes(name, [wanted, given]).length > wanted.length) {
    throw new ShapeError(
      `${name}: a mask of shape ${showShape(given)} does not stretch to the scores, ${showShape(wanted)}`,
    );
  }
  const bool = mask instanceof Tensor && mask.dtype === 'bool';
  return bool ? where(mask, scores, Number.NEGATIVE_INFINITY) : add(scores, mask);
}

const of = (...shape: number[]) => ({ shape });
const seeded = () => ({ generator: generator(7) });

describeOps({
  scaledDotProductAttention: {
    about: 'A mean of values, weighted by how well their keys fit a query.',
    torch: 'torch.nn.functional.scaled_dot_product_attention',
    samples: [
      {
        inputs: [of(2, 2), of(3, 2), of(3, 1)],
        call: (q, k, v) => scaledDotProductAttention(q, k, v),
      },
      {
        inputs: [of(2, 2), of(2, 2), of(2, 1)],
        call: (q, k, v) => scaledDotProductAttention(q, k, v, { isCausal: true, scale: 2 }),
      },
      {
        inputs: [of(1, 2, 1), of(2, 1), of(2, 1), of(2, 2)],
        call: (q, k, v, m) =>
          scaledDotProductAttention(q, k, v, { attnMask: m, dropoutP: 0.3, ...seeded() }),
      },
      {
        inputs: [of(1, 2), of(2, 2), of(2, 1), { shape: [2], data: [1, 0], dtype: 'bool' }],
        call: (q, k, v, m) => scaledDotProductAttention(q, k, v, { attnMask: m }),
      },
    ],
  },
});
