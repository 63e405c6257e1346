// Distances and angles between vectors, and the cross product: all of the vectors in one dimension.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { Tensor } from '../autograd/tensor.ts';
import { allocate, type NDArray, broadcastTo as stretched } from '../ndarray/array.ts';
import { promote } from '../ndarray/dtype.ts';
import { DTypeError, ShapeError, showShape } from '../ndarray/errors.ts';
import { mapInto } from '../ndarray/map.ts';
import { broadcastShapes, dimension, type Shape, sameShape } from '../ndarray/shape.ts';
import { add, div, mul, sub } from './arithmetic.ts';
import { broadcastTo, unsqueeze } from './movement.ts';
import { norm } from './norm.ts';
import { sum } from './reduce.ts';
import { clamp } from './rounding.ts';
import { dimensionOf } from './slice.ts';
import { checkFloat } from './statistics.ts';
import {
  checkTensor,
  describeOps,
  methods,
  shapeOf,
  structured,
  type TensorOr,
} from './structured.ts';

const crossOp = structured<{ dim: number }>({
  name: 'cross',
  inputs: ['a', 'b'],
  kernel: ([a, b], { dim }) => crossArrays(a as NDArray, b as NDArray, dim),
  shape: ([a = [], b = []]) => broadcastShapes('cross', [a, b]),
  // ⟨g, a×b⟩ is a volume, which stays the same when its three sides go round.
  vjp: [
    (g, [, b], _y, params) => crossOp([b as Operand, g], params),
    (g, [a], _y, params) => crossOp([g, a as Operand], params),
  ],
  linear: true,
  symbol: '×',
  text: w => ({ string: `${w.arg(0, 'power')}×${w.arg(1, 'power')}`, precedence: 'product' }),
  latex: w => ({
    string: `${w.arg(0, 'power')} \\times ${w.arg(1, 'power')}`,
    precedence: 'product',
  }),
}) as (inputs: readonly Operand[], params: { dim: number }) => Operand;

const minor = (a: number, b: number, c: number, d: number): number => a * b - c * d;
const wholeMinor = (a: number, b: number, c: number, d: number): number =>
  (Math.imul(a, b) - Math.imul(c, d)) | 0;

function crossArrays(a: NDArray, b: NDArray, dim: number): NDArray {
  const shape = broadcastShapes('cross', [a.shape, b.shape]);
  const out = allocate(shape, promote(a.dtype, b.dtype));
  const [p, q] = [stretched(a, shape), stretched(b, shape)];
  const rule = out.dtype === 'int32' ? wholeMinor : minor;
  for (let k = 0; k < 3; k++) {
    const [i, j] = [(k + 1) % 3, (k + 2) % 3];
    const sides = [part(p, dim, i), part(q, dim, j), part(p, dim, j), part(q, dim, i)];
    mapInto(part(out, dim, k), rule, sides);
  }
  return out;
}

/** The elements with index `k` in a dimension. */
function part(x: NDArray, dim: number, k: number): NDArray {
  const start = x.offset + k * (x.strides[dim] as number);
  return x.view(x.shape.toSpliced(dim, 1), x.strides.toSpliced(dim, 1), start);
}

/** Options of {@link cross}. */
export interface CrossOptions {
  /** The dimension of the vectors, of size 3; the last unless given. */
  dim?: number;
}

/**
 * The cross product of vectors of three elements; other dimensions broadcast. Source: `torch.linalg.cross`.
 *
 * ```ts
 * cross(tensor([1, 0, 0]), tensor([0, 1, 0])).toArray(); // [0, 0, 1]
 * ```
 * @throws ShapeError unless both have as many dimensions and 3 elements along `dim`; DTypeError for bool.
 */
export function cross<A extends Operand, B extends Operand>(
  a: A,
  b: B,
  options?: CrossOptions,
): TensorOr<A | B> {
  checkOptions('cross', options, ['dim']);
  checkTensor('cross', a);
  checkTensor('cross', b, 'the second argument');
  const [p, q] = [shapeOf(a), shapeOf(b)];
  const dim = dimensionOf('cross', p, options?.dim ?? -1);
  if (p.length !== q.length || p[dim] !== 3 || q[dim] !== 3) {
    throw new ShapeError(
      `cross: shapes ${showShape(p)} and ${showShape(q)} must have the same number of dimensions, and size 3 in dimension ${dim}`,
    );
  }
  if ([a, b].every(x => x instanceof Tensor && x.dtype === 'bool')) {
    throw new DTypeError("cross: bool has no differences; convert the tensors with .to('int32')");
  }
  broadcastShapes('cross', [p, q]);
  return crossOp([a, b], { dim }) as TensorOr<A | B>;
}

function checkPair(name: string, a: Operand, b: Operand): Shape {
  checkTensor(name, a);
  checkTensor(name, b, 'the second argument');
  checkFloat(name, a);
  checkFloat(name, b);
  return broadcastShapes(name, [shapeOf(a), shapeOf(b)]);
}

function checkNumber(name: string, what: string, x: unknown): asserts x is number {
  if (typeof x === 'number' && x >= 0) return;
  throw new ArgumentError(`${name}: ${what} must be a number from 0, got ${describe(x)}`);
}

/** Options of {@link cosineSimilarity}. */
export interface CosineSimilarityOptions {
  /** The dimension of the vectors; 1 unless given. */
  dim?: number;
  /** The least length that is divided by; 1e-8 unless given. */
  eps?: number;
}

/**
 * The cosine of the angle between vectors: Σ aᵢ·bᵢ / (max(‖a‖, eps)·max(‖b‖, eps)). The operands broadcast; the dimension of
 * the vectors goes. Source: `torch.nn.functional.cosine_similarity`.
 *
 * ```ts
 * cosineSimilarity(tensor([[1, 0], [2, 0]]), tensor([[0, 3], [-1, 0]])).toArray(); // [0, -1]
 * ```
 * @throws DTypeError for int32 and bool; ShapeError where the shapes do not fit; IndexError for a dimension that does not exist.
 */
export function cosineSimilarity<A extends Operand, B extends Operand>(
  a: A,
  b: B,
  options?: CosineSimilarityOptions,
): TensorOr<A | B> {
  checkOptions('cosineSimilarity', options, ['dim', 'eps']);
  const { dim: given = 1, eps = 1e-8 } = options ?? {};
  const shape = checkPair('cosineSimilarity', a, b);
  checkNumber('cosineSimilarity', 'eps', eps);
  const dim = dimension('cosineSimilarity', given, shape.length);
  const unit = (x: Operand): Operand => {
    const whole = sameShape(shapeOf(x), shape) ? x : broadcastTo(x, shape);
    return div(whole, clamp(norm(whole, { dim, keepdim: true }), { min: eps }));
  };
  const cosines: Operand = mul(unit(a), unit(b));
  return sum(cosines, { dim }) as TensorOr<A | B>;
}

/** Options of {@link pairwiseDistance}. */
export interface PairwiseDistanceOptions {
  /** Which norm of the difference; 2 unless given. */
  p?: number;
  /** Added to each difference, so that no distance is exactly 0; 1e-6 unless given. */
  eps?: number;
  /** Keep the last dimension with size 1; false unless said otherwise. */
  keepdim?: boolean;
}

/**
 * The distance between vectors in the last dimension: ‖a − b + eps‖ₚ. The operands broadcast. At distance 0 the gradient is 0.
 * Source: `torch.nn.functional.pairwise_distance`.
 *
 * ```ts
 * pairwiseDistance(tensor([3, 4]), tensor([0, 0]), { eps: 0 }).item(); // 5
 * ```
 * @throws DTypeError for int32 and bool; ShapeError where the shapes do not fit.
 */
export function pairwiseDistance<A extends Operand, B extends Operand>(
  a: A,
  b: B,
  options?: PairwiseDistanceOptions,
): TensorOr<A | B> {
  checkOptions('pairwiseDistance', options, ['p', 'eps', 'keepdim']);
  const { p = 2, eps = 1e-6, keepdim = false } = options ?? {};
  const shape = checkPair('pairwiseDistance', a, b);
  checkNumber('pairwiseDistance', 'eps', eps);
  checkNumber('pairwiseDistance', 'p', p);
  dimensionOf('pairwiseDistance', shape, -1);
  const apart: Operand = add(sub(a as Operand, b as Operand), eps);
  return norm(apart, { p, dim: -1, keepdim }) as TensorOr<A | B>;
}

/** Options of {@link cdist}. */
export interface CdistOptions {
  /** Which norm of the differences, from 0 to Infinity; 2 unless given. */
  p?: number;
}

/**
 * The distances between all vectors of two sets: yᵢⱼ = ‖aᵢ − bⱼ‖ₚ, from the differences themselves, so that small distances keep
 * their digits. Shapes: [..., m, d], [..., n, d] → [..., m, n]; leading dimensions broadcast. At distance 0 the gradient is 0.
 * Source: `torch.cdist`.
 *
 * ```ts
 * cdist(tensor([[0, 0], [3, 4]]), tensor([[0, 0]])).toArray(); // [[0], [5]]
 * ```
 * @throws DTypeError for int32 and bool; ShapeError where the shapes do not fit.
 */
export function cdist<A extends Operand, B extends Operand>(
  a: A,
  b: B,
  options?: CdistOptions,
): TensorOr<A | B> {
  checkOptions('cdist', options, ['p']);
  const { p = 2 } = options ?? {};
  checkNumber('cdist', 'p', p);
  checkTensor('cdist', a);
  checkTensor('cdist', b, 'the second argument');
  checkFloat('cdist', a);
  checkFloat('cdist', b);
  const [from, to] = [shapeOf(a), shapeOf(b)];
  if (from.length < 2 || to.length < 2 || from.at(-1) !== to.at(-1)) {
    throw new ShapeError(
      `cdist: shapes ${showShape(from)} and ${showShape(to)} do not fit: give [..., m, d] and [..., n, d], the vectors in rows`,
    );
  }
  broadcastShapes('cdist', [from.slice(0, -2), to.slice(0, -2)]);
  const rows: Operand = unsqueeze(a as Operand, -2);
  const columns: Operand = unsqueeze(b as Operand, -3);
  return norm(sub(rows, columns), { p, dim: -1 }) as TensorOr<A | B>;
}

export const distanceMethods = methods({ cross });

const of = (...shape: number[]) => ({ shape });
const same = { shape: [2, 2], data: [1, 2, 0, 0] };

describeOps({
  cross: {
    about: 'Cross product of vectors of three elements.',
    torch: 'torch.linalg.cross',
    samples: [
      { inputs: [of(3), of(3)], call: (a, b) => cross(a, b) },
      { inputs: [of(3, 1), of(3, 2)], call: (a, b) => cross(a, b, { dim: 0 }) },
    ],
  },
  cosineSimilarity: {
    about: 'Cosine of the angle between vectors.',
    torch: 'torch.nn.functional.cosine_similarity',
    samples: [
      { inputs: [of(2, 2), of(1, 2)], call: (a, b) => cosineSimilarity(a, b) },
      { inputs: [of(3), of(3)], call: (a, b) => cosineSimilarity(a, b, { dim: 0, eps: 0.1 }) },
      {
        inputs: [{ shape: [2], data: [0, 0] }, of(2)],
        call: (a, b) => cosineSimilarity(a, b, { dim: -1 }),
        kink: true,
      },
    ],
  },
  pairwiseDistance: {
    about: 'Distance between vectors, pair by pair.',
    torch: 'torch.nn.functional.pairwise_distance',
    samples: [
      { inputs: [of(2, 2), of(2)], call: (a, b) => pairwiseDistance(a, b) },
      {
        inputs: [of(1, 2), of(1, 2)],
        call: (a, b) => pairwiseDistance(a, b, { p: 3, eps: 0.01, keepdim: true }),
      },
    ],
  },
  cdist: {
    about: 'Distances between all vectors of two sets.',
    torch: 'torch.cdist',
    samples: [
      { inputs: [of(2, 2), of(1, 2)], call: (a, b) => cdist(a, b) },
      { inputs: [of(2, 1, 2), of(1, 2)], call: (a, b) => cdist(a, b, { p: 1 }) },
      { inputs: [same, same], call: (a, b) => cdist(a, b), kink: true },
      { inputs: [of(0, 2), of(1, 2)], call: (a, b) => cdist(a, b) },
    ],
  },
});
