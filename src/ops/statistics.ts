// Means and variances. Composites of sums: their derivatives, of any order, are those of the parts.

import { ArgumentError, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { Tensor } from '../autograd/tensor.ts';
import type { NDArray } from '../ndarray/array.ts';
import { isFloat } from '../ndarray/dtype.ts';
import { DTypeError } from '../ndarray/errors.ts';
import { mapArrays } from '../ndarray/map.ts';
import { reducedShape, sumArray } from '../ndarray/reduce.ts';
import { div, mul, sub, where } from './arithmetic.ts';
import { eq, ne } from './comparison.ts';
import { pow, sqrt, square } from './power.ts';
import { type ReduceOptions, type ReduceParams, reduceParams, spread, sum } from './reduce.ts';
import { reshape } from './reshape.ts';
import { describeOps, methods, shapeOf, structured, type TensorOr } from './structured.ts';
import { reductionWindow } from './window-terms.ts';

/** Options of {@link variance}, {@link std} and the pairs with the mean. */
export interface VarianceOptions extends ReduceOptions {
  /** What is taken from the number of elements in the divisor; 1 unless given. */
  correction?: number;
}

/** Throws for element types that have no mean. */
export function checkFloat(where: string, x: Operand): void {
  if (!(x instanceof Tensor) || isFloat(x.dtype)) return;
  throw new DTypeError(
    `${where}: ${x.dtype} has no ${where}; convert the tensor with .to('float32')`,
  );
}

/** How many elements go into one result. */
export function countOf(x: Operand, { dims }: ReduceParams): number {
  const shape = shapeOf(x);
  return dims.reduce((n, k) => n * (shape[k] as number), 1);
}

const quotient = (a: number, b: number): number => a / b;

const meanOp = structured<ReduceParams>({
  name: 'mean',
  inputs: ['x'],
  kernel: ([x], { dims, keepdim }) => {
    const array = x as NDArray;
    const n = dims.reduce((size, k) => size * (array.shape[k] as number), 1);
    const total = sumArray(array, dims, keepdim, 'float64');
    return mapArrays(quotient, [total, n], total.shape, array.dtype);
  },
  shape: ([x = []], { dims, keepdim }) => reducedShape(x, dims, keepdim),
  vjp: [
    (g, [x], _y, params) => div(spread(g, x as Operand, params), countOf(x as Operand, params)),
  ],
  linear: true,
  terms: ([x = []], params) => reductionWindow('mean', x, params),
});

/**
 * The mean over all elements, or along some dimensions: y = Σ xᵢ / n; NaN of none. float32 and float64. Source: `torch.mean`.
 *
 * ```ts
 * mean(tensor([[1, 2], [3, 4]]), { dim: 1 }).toArray(); // [1.5, 3.5]
 * ```
 * @throws DTypeError for int32 and bool; IndexError for a dimension that does not exist.
 */
export function mean<A extends Operand>(x: A, options?: ReduceOptions): TensorOr<A> {
  const params = reduceParams('mean', x, options);
  checkFloat('mean', x);
  return meanOp([x], params) as TensorOr<A>;
}

/** The sum of what is a number; NaN counts as 0. Source: `torch.nansum`. */
export function nansum<A extends Operand>(x: A, options?: ReduceOptions): TensorOr<A> {
  reduceParams('nansum', x, options);
  return sum(numbersOf(x), options) as TensorOr<A>;
}

/** The mean of what is a number; NaN is left out. Source: `torch.nanmean`. */
export function nanmean<A extends Operand>(x: A, options?: ReduceOptions): TensorOr<A> {
  reduceParams('nanmean', x, options);
  checkFloat('nanmean', x);
  return div(sum(numbersOf(x), options), sum(eq(x, x), options)) as TensorOr<A>;
}

/** The elements, 0 in place of NaN (which is the one number that does not equal itself). */
function numbersOf(x: Operand): Operand {
  return where(ne(x, x), 0, x);
}

/** The variance, and the mean that it is about (with the reduced dimensions kept). */
function spreadOf(
  name: string,
  x: Operand,
  options: VarianceOptions | undefined,
): { variance: Operand; middle: Operand } {
  const params = reduceParams(name, x, options, ['correction']);
  checkFloat(name, x);
  const { correction = 1, ...rest } = options ?? {};
  if (typeof correction !== 'number') {
    throw new ArgumentError(`${name}: correction must be a number, got ${describe(correction)}`);
  }
  const middle = meanOp([x], { ...params, keepdim: true });
  const squares = sum(square(sub(x, middle)), rest);
  return { variance: div(squares, Math.max(0, countOf(x, params) - correction)), middle };
}

/** The mean in the shape of the variance beside it. */
function meanBeside({ variance, middle }: { variance: Operand; middle: Operand }): Operand {
  return reshape(middle, shapeOf(variance));
}

/**
 * The variance: Σ (xᵢ − mean)² / (n − correction); NaN or ∞ where n ≤ correction. Source: `torch.var`, the name of its method here.
 *
 * ```ts
 * variance(tensor([[1, 3], [2, 2]]), { dim: 1 }).toArray(); // [2, 0]
 * variance(tensor([[1, 3], [2, 2]]), { dim: 1, correction: 0 }).toArray(); // [1, 0]
 * ```
 * @throws DTypeError for int32 and bool; IndexError for a dimension that does not exist.
 */
export function variance<A extends Operand>(x: A, options?: VarianceOptions): TensorOr<A> {
  return spreadOf('variance', x, options).variance as TensorOr<A>;
}

/** The standard deviation, the root of {@link variance}; its gradient is 0 where it is 0. Source: `torch.std`. */
export function std<A extends Operand>(x: A, options?: VarianceOptions): TensorOr<A> {
  return rootOf(spreadOf('std', x, options).variance) as TensorOr<A>;
}

/** Variance and mean together. Source: `torch.var_mean`. */
export function varMean<A extends Operand>(
  x: A,
  options?: VarianceOptions,
): { variance: TensorOr<A>; mean: TensorOr<A> } {
  const found = spreadOf('varMean', x, options);
  return { variance: found.variance, mean: meanBeside(found) } as {
    variance: TensorOr<A>;
    mean: TensorOr<A>;
  };
}

/** Standard deviation and mean together. Source: `torch.std_mean`. */
export function stdMean<A extends Operand>(
  x: A,
  options?: VarianceOptions,
): { std: TensorOr<A>; mean: TensorOr<A> } {
  const found = spreadOf('stdMean', x, options);
  return { std: rootOf(found.variance), mean: meanBeside(found) } as {
    std: TensorOr<A>;
    mean: TensorOr<A>;
  };
}

/** x^(1/p), with derivative 0 at 0, where a norm or a deviation has a kink; a power of 0 in the rule would be infinite. */
export function rootOf(x: Operand, p = 2): Operand {
  const zero = eq(x, 0);
  const safe = where(zero, 1, x);
  return where(zero, mul(x, 0), p === 2 ? sqrt(safe) : pow(safe, 1 / p));
}

export const statisticsMethods = methods({
  mean,
  nansum,
  nanmean,
  var: variance,
  std,
});

const of = (...shape: number[]) => ({ shape });
const withNaN = { shape: [2, 3], data: [1, Number.NaN, 3, -2, 0.5, Number.NaN] };

describeOps({
  mean: {
    about: 'Mean over all elements or along dimensions.',
    torch: 'torch.mean',
    samples: [
      { inputs: [of(2, 3)], call: x => mean(x) },
      { inputs: [of(2, 3, 2)], call: x => mean(x, { dim: [0, -1] }) },
      { inputs: [of(2, 3)], call: x => mean(x, { dim: 1, keepdim: true }) },
      { inputs: [of()], call: x => mean(x) },
      { inputs: [of(0, 2)], call: x => sum(mean(x, { dim: 1 })) },
    ],
  },
  nansum: {
    about: 'Sum that leaves NaN out.',
    torch: 'torch.nansum',
    samples: [{ inputs: [withNaN], call: x => nansum(x, { dim: 1 }), kink: true }],
  },
  nanmean: {
    about: 'Mean that leaves NaN out.',
    torch: 'torch.nanmean',
    samples: [{ inputs: [withNaN], call: x => nanmean(x, { dim: 1 }), kink: true }],
  },
  variance: {
    about: 'Mean square distance from the mean.',
    torch: 'torch.var',
    samples: [
      { inputs: [of(2, 3)], call: x => variance(x) },
      { inputs: [of(2, 3)], call: x => variance(x, { dim: -1, correction: 0, keepdim: true }) },
      { inputs: [of(1)], call: x => variance(x, { correction: 0 }) },
    ],
  },
  std: {
    about: 'Root of the variance.',
    torch: 'torch.std',
    samples: [
      { inputs: [of(2, 3)], call: x => std(x, { dim: 1 }) },
      { inputs: [{ shape: [3], data: [2, 2, 2] }], call: x => std(x), kink: true },
    ],
  },
  varMean: {
    about: 'Variance and mean together.',
    torch: 'torch.var_mean',
    samples: [{ inputs: [of(2, 3)], call: x => varMean(x, { dim: 0 }).variance }],
  },
  stdMean: {
    about: 'Standard deviation and mean together.',
    torch: 'torch.std_mean',
    samples: [{ inputs: [of(2, 3)], call: x => stdMean(x, { dim: 0 }).mean }],
  },
});
