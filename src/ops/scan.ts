// Running sums, products and extremes along a dimension.

import { checkOptions } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import type { Tensor } from '../autograd/tensor.ts';
import type { NDArray } from '../ndarray/array.ts';
import { IndexError } from '../ndarray/errors.ts';
import {
  recurrence,
  runningLogSum,
  runningPlaces,
  runningProduct,
  runningSum,
} from '../ndarray/scan.ts';
import { dimension } from '../ndarray/shape.ts';
import { mul, sub, where } from './arithmetic.ts';
import { eq } from './comparison.ts';
import { exp } from './exponential.ts';
import { gather } from './gather.ts';
import { cat } from './join.ts';
import { pad } from './pad.ts';
import { narrow, slice } from './slice.ts';
import { checkFloat } from './statistics.ts';
import {
  type Apply,
  describeOps,
  methods,
  shapeOf,
  structured,
  type TensorOr,
} from './structured.ts';

interface AlongDim {
  dim: number;
}

interface Direction extends AlongDim {
  /** From the end. */
  reverse: boolean;
}

const cumsumOp: Apply<Direction> = structured<Direction>({
  name: 'cumsum',
  inputs: ['x'],
  kernel: ([x], { dim, reverse }) => runningSum(x as NDArray, dim, reverse),
  shape: ([x = []]) => x,
  vjp: [(g, _x, _y, { dim, reverse }) => cumsumOp([g], { dim, reverse: !reverse })],
  linear: true,
});

/**
 * Running sums along a dimension: yᵢ = x₀ + … + xᵢ, of the shape of `x`. Summed in float64. Source: `torch.cumsum`.
 *
 * ```ts
 * cumsum(tensor([1, 2, 3]), 0).toArray(); // [1, 3, 6]
 * ```
 * @throws IndexError for a dimension that does not exist.
 */
export function cumsum<A extends Operand>(x: A, dim: number): TensorOr<A> {
  const along = dimension('cumsum', dim, shapeOf(x).length);
  return cumsumOp([x], { dim: along, reverse: false }) as TensorOr<A>;
}

/** For each element the next one along a dimension; the last one is followed by `end`. */
function following(x: Operand, dim: number, end: number): Operand {
  return shifted(x, dim, [-1, 1], end);
}

/** For each element the one before it along a dimension; before the first one stands `begin`. */
export function preceding(x: Operand, dim: number, begin: number): Operand {
  return shifted(x, dim, [1, -1], begin);
}

function shifted(x: Operand, dim: number, by: readonly [number, number], value: number): Operand {
  const shape = shapeOf(x);
  // Of a single number nothing is left but the filling.
  if (shape.length === 0) return value;
  if (shape[dim] === 0) return x;
  // Padding begins with the last dimension.
  const after = shape.length - 1 - dim;
  return pad(x, [...new Array<number>(2 * after).fill(0), ...by], { value });
}

/**
 * yᵢ = aᵢ · yᵢ₋₁ + bᵢ along a dimension. The rules of running products lead here and no further: its own rule is the same from the
 * other end, so that derivatives of any order are right, at zeros too, where nothing can be divided by.
 */
const recurrenceOp: Apply<Direction> = structured<Direction>({
  name: 'linearRecurrence',
  inputs: ['a', 'b'],
  kernel: ([a, b], { dim, reverse }) => recurrence(a as NDArray, b as NDArray, dim, reverse),
  shape: ([, b = []]) => b,
  vjp: [
    (g, [a], y, { dim, reverse }) => {
      const before = reverse ? following(y, dim, 0) : preceding(y, dim, 0);
      return mul(back(g, a as Operand, dim, reverse), before);
    },
    (g, [a], _y, { dim, reverse }) => back(g, a as Operand, dim, reverse),
  ],
});

/** What reaches each term, which all later results hold, multiplied by the factors in between. */
function back(g: Operand, a: Operand, dim: number, reverse: boolean): Operand {
  const factors = reverse ? preceding(a, dim, 0) : following(a, dim, 0);
  return recurrenceOp([factors, g], { dim, reverse: !reverse });
}

const cumprodOp = structured<AlongDim>({
  name: 'cumprod',
  inputs: ['x'],
  kernel: ([x], { dim }) => runningProduct(x as NDArray, dim),
  shape: ([x = []]) => x,
  vjp: [(g, [x], y, { dim }) => mul(back(g, x as Operand, dim, false), preceding(y, dim, 1))],
});

/**
 * Running products along a dimension: yᵢ = x₀ · … · xᵢ. Gradients are right at zeros too. int32 and bool give int32.
 * Source: `torch.cumprod`.
 *
 * ```ts
 * cumprod(tensor([1, 2, 3]), 0).toArray(); // [1, 2, 6]
 * ```
 * @throws IndexError for a dimension that does not exist.
 */
export function cumprod<A extends Operand>(x: A, dim: number): TensorOr<A> {
  return cumprodOp([x], { dim: dimension('cumprod', dim, shapeOf(x).length) }) as TensorOr<A>;
}

const logcumsumexpOp = structured<AlongDim>({
  name: 'logcumsumexp',
  inputs: ['x'],
  kernel: ([x], { dim }) => runningLogSum(x as NDArray, dim),
  shape: ([x = []]) => x,
  vjp: [
    (g, [x], y, { dim }) => {
      // From the end, each result passes on exp(yᵢ − yᵢ₊₁) ≤ 1 of what it got: nothing overflows.
      const shares = share(y, followedByItself(y, dim));
      const sums = recurrenceOp([shares, g], { dim, reverse: true });
      return mul(sums, share(x as Operand, y));
    },
  ],
});

/** For each element the next one along a dimension, for the last one itself. */
function followedByItself(x: Operand, dim: number): Operand {
  const n = shapeOf(x)[dim] ?? 0;
  return n === 0 ? x : cat([narrow(x, dim, 1, n - 1), narrow(x, dim, n - 1, 1)], { dim });
}

/** exp(part − whole); 0 for a part of −∞, whatever the whole. */
function share(part: Operand, whole: Operand): Operand {
  const none = eq(part, Number.NEGATIVE_INFINITY);
  // −∞ must not reach the difference, whose derivative would be NaN.
  return where(none, 0, exp(sub(where(none, 0, part), where(none, 0, whole))));
}

/**
 * Running log Σ exp along a dimension, without overflow: yᵢ = log(exp x₀ + … + exp xᵢ). An element of −∞ takes no gradient.
 * Source: `torch.logcumsumexp`.
 *
 * ```ts
 * logcumsumexp(tensor([1000, -Infinity, 1000], { dtype: 'float64' }), 0).toArray(); // [1000, 1000, 1000.6931471805599]
 * ```
 * @throws DTypeError for int32 and bool; IndexError for a dimension that does not exist.
 */
export function logcumsumexp<A extends Operand>(x: A, dim: number): TensorOr<A> {
  const along = dimension('logcumsumexp', dim, shapeOf(x).length);
  checkFloat('logcumsumexp', x);
  return logcumsumexpOp([x], { dim: along }) as TensorOr<A>;
}

function places(name: string, sign: 1 | -1) {
  return structured<AlongDim>({
    name,
    inputs: ['x'],
    kernel: ([x], { dim }) => runningPlaces(x as NDArray, dim, sign),
    shape: ([x = []]) => x,
    vjp: [null],
    differentiable: false,
  });
}

const cummaxPlaces = places('cummaxPlaces', 1);
const cumminPlaces = places('cumminPlaces', -1);

/** Values and where they are. */
export interface ValuesAndIndices<T> {
  values: T;
  /** int32 */
  indices: T;
}

function running<A extends Operand>(
  name: string,
  op: typeof cummaxPlaces,
  x: A,
  dim: number,
): ValuesAndIndices<TensorOr<A>> {
  const along = dimension(name, dim, shapeOf(x).length);
  const indices = op([x], { dim: along });
  const values = gather(x, along, indices as Tensor);
  return { values, indices } as ValuesAndIndices<TensorOr<A>>;
}

/**
 * The largest element so far along a dimension, and where it is. Source: `torch.cummax`.
 *
 * ```ts
 * cummax(tensor([1, 3, 2]), 0).values.toArray(); // [1, 3, 3]
 * ```
 * @throws IndexError for a dimension that does not exist.
 */
export function cummax<A extends Operand>(x: A, dim: number): ValuesAndIndices<TensorOr<A>> {
  return running('cummax', cummaxPlaces, x, dim);
}

/** The smallest element so far along a dimension, and where it is. Source: `torch.cummin`. */
export function cummin<A extends Operand>(x: A, dim: number): ValuesAndIndices<TensorOr<A>> {
  return running('cummin', cumminPlaces, x, dim);
}

/** Options of {@link diff}. */
export interface DiffOptions {
  /** How often the difference is taken; 1 unless given. */
  n?: number;
  /** The dimension; the last one unless given. */
  dim?: number;
}

/**
 * Differences of neighbours along a dimension: yᵢ = xᵢ₊₁ − xᵢ. Source: `torch.diff`.
 *
 * ```ts
 * diff(tensor([1, 4, 9])).toArray(); // [3, 5]
 * ```
 * @throws IndexError for a dimension that does not exist or a negative count.
 */
export function diff<A extends Operand>(x: A, options?: DiffOptions): TensorOr<A> {
  checkOptions('diff', options, ['n', 'dim']);
  const { n = 1, dim = -1 } = options ?? {};
  const shape = shapeOf(x);
  const along = dimension('diff', dim, shape.length);
  if (shape.length === 0) throw new IndexError('diff: a 0-d tensor has no neighbours');
  if (!Number.isInteger(n) || n < 0) {
    throw new IndexError(`diff: n must be a whole number from 0, got ${String(n)}`);
  }
  let y: Operand = x;
  for (let k = 0; k < n; k++) {
    const size = shapeOf(y)[along] as number;
    if (size === 0) break;
    y = sub(slice(y, along, { start: 1 }), slice(y, along, { end: size - 1 }));
  }
  return y as TensorOr<A>;
}

export const scanMethods = methods({ cumsum, cumprod, logcumsumexp, cummax, cummin, diff });

const of = (...shape: number[]) => ({ shape });
const apart = (...shape: number[]) => ({ shape, distinct: true });

describeOps({
  cumsum: {
    about: 'Running sums along a dimension.',
    torch: 'torch.cumsum',
    samples: [
      { inputs: [of(2, 3)], call: x => cumsum(x, 1) },
      { inputs: [of(2, 2, 2)], call: x => cumsum(x, -3) },
      { inputs: [of()], call: x => cumsum(x, 0) },
    ],
  },
  cumprod: {
    about: 'Running products along a dimension.',
    torch: 'torch.cumprod',
    samples: [
      { inputs: [of(2, 3)], call: x => cumprod(x, -1) },
      { inputs: [{ shape: [4], data: [2, 0, 3, 0] }], call: x => cumprod(x, 0) },
      { inputs: [of()], call: x => cumprod(x, 0) },
      { inputs: [of(0, 2)], call: x => cumprod(x, 0) },
    ],
  },
  logcumsumexp: {
    about: 'Running logarithms of sums of exponentials.',
    torch: 'torch.logcumsumexp',
    samples: [
      { inputs: [of(3, 2)], call: x => logcumsumexp(x, 0) },
      { inputs: [{ shape: [3], data: [900, -900, 901] }], call: x => logcumsumexp(x, -1) },
    ],
  },
  cummax: {
    about: 'Largest element so far, and its place.',
    torch: 'torch.cummax',
    samples: [{ inputs: [apart(2, 3)], call: x => cummax(x, 1).values }],
  },
  cummin: {
    about: 'Smallest element so far, and its place.',
    torch: 'torch.cummin',
    samples: [{ inputs: [apart(2, 3)], call: x => cummin(x, 0).values }],
  },
  diff: {
    about: 'Differences of neighbours.',
    torch: 'torch.diff',
    samples: [
      { inputs: [of(2, 3)], call: x => diff(x) },
      { inputs: [of(4, 1)], call: x => diff(x, { n: 2, dim: 0 }) },
    ],
  },
});
