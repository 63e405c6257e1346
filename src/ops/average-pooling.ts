// Average pools, and power-average pools made of them.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand, Window } from '../autograd/op.ts';
import { Tensor } from '../autograd/tensor.ts';
import type { NDArray } from '../ndarray/array.ts';
import { isFloat } from '../ndarray/dtype.ts';
import { DTypeError } from '../ndarray/errors.ts';
import { averagePoolArray, spreadArray } from '../ndarray/pooling.ts';
import type { Shape } from '../ndarray/shape.ts';
import { where } from './arithmetic.ts';
import { eq } from './comparison.ts';
import { pow } from './power.ts';
import { checkImages, type Spatial } from './spatial.ts';
import { describeOps, structured, type TensorOr } from './structured.ts';
import { poolWindow } from './window-terms.ts';
import {
  adaptivePoolOf,
  calledByName,
  calledByNameLatex,
  type NamedPool,
  pooledShape,
  poolOf,
  type WindowOptions,
} from './windows.ts';

interface Average extends NamedPool {
  /** Divides every sum, instead of the number of elements. */
  readonly divisor: number | null;
}

/** Where all windows divide by the same number, or by how many elements they have; undefined for a mixture. */
function averageWindow([x = []]: readonly Shape[], pool: Average): Window | undefined {
  const own = (k: number): boolean =>
    pool.windows.every(({ starts, ends, counts, step }) =>
      counts.every((count, j) => {
        const inside = Math.ceil(((ends[j] as number) - (starts[j] as number)) / step);
        return count === (k === 0 ? inside : counts[0]);
      }),
    );
  if (pool.divisor === null && own(0)) return poolWindow('mean', x, pool);
  if (pool.divisor === null && !own(1)) return undefined;
  const count = pool.windows.reduce((n, { counts }) => n * (counts[0] ?? 1), 1);
  const window = poolWindow('sum', x, pool);
  return window && { ...window, scale: 1 / (pool.divisor ?? count) };
}

/** Sums of windows, divided. */
const averagePool = structured<Average>({
  name: 'averagePool',
  inputs: ['x'],
  kernel: ([x], pool) => averagePoolArray(x as NDArray, pool, pool.divisor),
  shape: pooledShape,
  vjp: [(g, _inputs, _y, pool): Operand => spread([g], pool)],
  linear: true,
  terms: averageWindow,
  symbol: 'avg',
  text: calledByName,
  latex: calledByNameLatex,
});

/** Its transpose: every element of a window gets its share. */
const spread = structured<Average>({
  name: 'spreadPool',
  inputs: ['x'],
  kernel: ([g], pool) => spreadArray(g as NDArray, pool, pool.divisor),
  shape: ([x = []], { input }) => [...x.slice(0, x.length - input.length), ...input],
  vjp: [(g, _inputs, _y, pool): Operand => averagePool([g], pool)],
  linear: true,
  symbol: 'avgᵀ',
  text: w => ({ string: `${(w.params as Average).name}ᵀ(${w.arg(0)})`, precedence: 'atom' }),
  latex: w => ({
    string: `\\operatorname{${(w.params as Average).name}}^{\\top}\\left(${w.arg(0)}\\right)`,
    precedence: 'atom',
  }),
});

/** Throws for a tensor of anything but floats. */
export function checkFloats(name: string, x: Operand): void {
  if (!(x instanceof Tensor) || isFloat(x.dtype)) return;
  throw new DTypeError(
    `${name}: the input must be float32 or float64, got ${x.dtype}; convert it with to()`,
  );
}

/** The sums of the windows of a pool. */
export function sumPool(x: Operand, pool: NamedPool): Operand {
  return averagePool([x], { ...pool, name: pool.name.replace(/^[a-z]+/, 'sum'), divisor: 1 });
}

/** Options of the average pools. */
export interface AvgPoolOptions extends WindowOptions {
  /** Count the zeros of the padding as elements; true unless given. */
  countIncludePad?: boolean;
}

/** Options of the average pools over two and three dimensions. */
export interface AvgPoolOptionsNd extends AvgPoolOptions {
  /** Divide all sums by this number. */
  divisorOverride?: number | null;
}

function avgPool(
  name: string,
  n: number,
  x: Operand,
  kernelSize: Spatial,
  options: AvgPoolOptionsNd = {},
): Operand {
  const known = ['stride', 'padding', 'ceilMode', 'countIncludePad'];
  checkOptions(name, options, n === 1 ? known : [...known, 'divisorOverride']);
  const divisor = options.divisorOverride ?? null;
  if (divisor !== null && (typeof divisor !== 'number' || !(divisor !== 0))) {
    throw new ArgumentError(
      `${name}: divisorOverride must be a number other than 0, got ${describe(divisor)}`,
    );
  }
  checkFloats(name, x);
  const pool = poolOf(name, n, checkImages(name, x, n), kernelSize, options);
  return averagePool([x], { ...pool, divisor });
}

function adaptiveAvgPool(
  name: string,
  n: number,
  x: Operand,
  outputSize: number | readonly (number | null)[],
): Operand {
  checkFloats(name, x);
  const pool = adaptivePoolOf(name, n, checkImages(name, x, n), outputSize);
  return averagePool([x], { ...pool, divisor: null });
}

/**
 * The mean of each window along one dimension. Zeros of the padding are elements too unless `countIncludePad` is false;
 * what a window of `ceilMode` has beyond the padding is not.
 *
 * Shapes: x [N, C, L] or [C, L]; result L′ = ⌊(L + 2·padding − kernel) / stride⌋ + 1, rounded up instead with
 * `ceilMode`. float32 and float64; sums in float64. Source: `torch.nn.functional.avg_pool1d`.
 *
 * ```ts
 * avgPool1d(tensor([[1, 2, 3, 6]]), 2).toArray(); // [[1.5, 4.5]]
 * avgPool1d(tensor([[1, 3, 5]]), 2, { padding: 1, countIncludePad: false }).toArray(); // [[1, 4]]
 * ```
 * @throws ShapeError where the rank does not fit or the kernel is larger than the padded input; ArgumentError for
 * options out of range, such as a padding of more than half a window; DTypeError for int32 and bool.
 */
export function avgPool1d<A extends Operand>(
  x: A,
  kernelSize: Spatial,
  options?: AvgPoolOptions,
): TensorOr<A> {
  return avgPool('avgPool1d', 1, x, kernelSize, options) as TensorOr<A>;
}

/**
 * The mean of each window over height and width, as {@link avgPool1d}. Shapes: x [N, C, H, W] or [C, H, W]. Source:
 * `torch.nn.functional.avg_pool2d`.
 *
 * ```ts
 * avgPool2d(tensor([[[1, 2, 3], [4, 5, 6]]]), 2, { stride: 1 }).toArray(); // [[[3, 4]]]
 * ```
 * @throws ShapeError, ArgumentError and DTypeError as {@link avgPool1d}.
 */
export function avgPool2d<A extends Operand>(
  x: A,
  kernelSize: Spatial,
  options?: AvgPoolOptionsNd,
): TensorOr<A> {
  return avgPool('avgPool2d', 2, x, kernelSize, options) as TensorOr<A>;
}

/**
 * The mean of each window over depth, height and width, as {@link avgPool1d}. Shapes: x [N, C, D, H, W] or
 * [C, D, H, W]. Source: `torch.nn.functional.avg_pool3d`.
 *
 * ```ts
 * avgPool3d(tensor([[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]]), 2).toArray(); // [[[[4.5]]]]
 * ```
 * @throws ShapeError, ArgumentError and DTypeError as {@link avgPool1d}.
 */
export function avgPool3d<A extends Operand>(
  x: A,
  kernelSize: Spatial,
  options?: AvgPoolOptionsNd,
): TensorOr<A> {
  return avgPool('avgPool3d', 3, x, kernelSize, options) as TensorOr<A>;
}

/**
 * The mean of each of `outputSize` windows of about equal length, which cover the input: window j of L′ runs from
 * ⌊j·L / L′⌋ to ⌈(j + 1)·L / L′⌉. Shapes: x [N, C, L] or [C, L]; result [N, C, L′]. Source:
 * `torch.nn.functional.adaptive_avg_pool1d`.
 *
 * ```ts
 * adaptiveAvgPool1d(tensor([[1, 2, 3, 4, 6]]), 2).toArray(); // [[2, 4.333333492279053]]
 * ```
 * @throws ShapeError where the rank does not fit or there is nothing to pool; ArgumentError for an output size below 1;
 * DTypeError for int32 and bool.
 */
export function adaptiveAvgPool1d<A extends Operand>(x: A, outputSize: Spatial): TensorOr<A> {
  return adaptiveAvgPool('adaptiveAvgPool1d', 1, x, outputSize) as TensorOr<A>;
}

/**
 * {@link adaptiveAvgPool1d} over height and width; null keeps a size. Shapes: x [N, C, H, W] or [C, H, W]. Source:
 * `torch.nn.functional.adaptive_avg_pool2d`.
 *
 * ```ts
 * adaptiveAvgPool2d(tensor([[[1, 2, 3], [5, 6, 7]]]), [1, null]).toArray(); // [[[3, 4, 5]]]
 * ```
 * @throws ShapeError, ArgumentError and DTypeError as {@link adaptiveAvgPool1d}.
 */
export function adaptiveAvgPool2d<A extends Operand>(
  x: A,
  outputSize: number | readonly (number | null)[],
): TensorOr<A> {
  return adaptiveAvgPool('adaptiveAvgPool2d', 2, x, outputSize) as TensorOr<A>;
}

/** Options of the power-average pools. */
export interface LpPoolOptions {
  /** Steps from window to window; the kernel size unless given. */
  stride?: Spatial | null;
  /** Keep the last window where it reaches beyond the input; false unless given. */
  ceilMode?: boolean;
}

function lpPool(
  name: string,
  n: number,
  x: Operand,
  normType: number,
  kernelSize: Spatial,
  options: LpPoolOptions = {},
): Operand {
  checkOptions(name, options, ['stride', 'ceilMode']);
  if (typeof normType !== 'number' || !(normType > 0) || normType === Number.POSITIVE_INFINITY) {
    throw new ArgumentError(
      `${name}: normType must be a positive number, got ${describe(normType)}` +
        (normType === Number.POSITIVE_INFINITY ? '; use maxPool for the largest element' : ''),
    );
  }
  checkFloats(name, x);
  const pool = poolOf(name, n, checkImages(name, x, n), kernelSize, options);
  const sums = sumPool(pow(x, normType), pool);
  // The root has no slope at 0: a window of zeros gives 0 and takes no gradient.
  const empty = eq(sums, 0);
  return where(empty, 0, pow(where(empty, 1, sums), 1 / normType));
}

/**
 * The power sum of each window along one dimension: y = (Σ xᵖ)^(1/p) for p = `normType`. A window of zeros takes no
 * gradient. A window of `ceilMode` that reaches beyond the input has the sum of what it covers.
 *
 * Shapes: x [N, C, L] or [C, L]; result L′ = ⌊(L − kernel) / stride⌋ + 1, rounded up instead with `ceilMode`. float32
 * and float64. Source: `torch.nn.functional.lp_pool1d`, which weights such a last window otherwise.
 *
 * ```ts
 * lpPool1d(tensor([[3, 4, 6, 8]]), 2, 2).toArray(); // [[5, 10]]
 * ```
 * @throws ShapeError where the rank does not fit or the kernel is larger than the input; ArgumentError for options out
 * of range; DTypeError for int32 and bool.
 */
export function lpPool1d<A extends Operand>(
  x: A,
  normType: number,
  kernelSize: Spatial,
  options?: LpPoolOptions,
): TensorOr<A> {
  return lpPool('lpPool1d', 1, x, normType, kernelSize, options) as TensorOr<A>;
}

/**
 * The power sum of each window over height and width, as {@link lpPool1d}. Shapes: x [N, C, H, W] or [C, H, W]. Source:
 * `torch.nn.functional.lp_pool2d`.
 *
 * ```ts
 * lpPool2d(tensor([[[1, 2], [2, 4]]]), 2, 2).toArray(); // [[[5]]]
 * ```
 * @throws ShapeError, ArgumentError and DTypeError as {@link lpPool1d}.
 */
export function lpPool2d<A extends Operand>(
  x: A,
  normType: number,
  kernelSize: Spatial,
  options?: LpPoolOptions,
): TensorOr<A> {
  return lpPool('lpPool2d', 2, x, normType, kernelSize, options) as TensorOr<A>;
}

const of = (...shape: number[]) => ({ shape });
const positive = (...shape: number[]) => ({ shape, range: [0.3, 2] as const });

describeOps({
  avgPool1d: {
    about: 'Mean of each window along one dimension.',
    torch: 'torch.nn.functional.avg_pool1d',
    samples: [
      { inputs: [of(2, 1, 5)], call: x => avgPool1d(x, 2) },
      {
        inputs: [of(1, 6)],
        call: x =>
          avgPool1d(x, 3, { stride: 2, padding: 1, ceilMode: true, countIncludePad: false }),
      },
    ],
  },
  avgPool2d: {
    about: 'Mean of each window over height and width.',
    torch: 'torch.nn.functional.avg_pool2d',
    samples: [
      { inputs: [of(1, 3, 3)], call: x => avgPool2d(x, 2, { stride: 1, padding: 1 }) },
      { inputs: [of(1, 1, 3, 4)], call: x => avgPool2d(x, [2, 3], { divisorOverride: 5 }) },
      { inputs: [of(0, 2, 2, 2)], call: x => avgPool2d(x, 2) },
    ],
  },
  avgPool3d: {
    about: 'Mean of each window over depth, height and width.',
    torch: 'torch.nn.functional.avg_pool3d',
    samples: [{ inputs: [of(1, 2, 3, 2)], call: x => avgPool3d(x, [2, 2, 1], { stride: 1 }) }],
  },
  adaptiveAvgPool1d: {
    about: 'Mean of each of a number of windows.',
    torch: 'torch.nn.functional.adaptive_avg_pool1d',
    samples: [
      { inputs: [of(1, 5)], call: x => adaptiveAvgPool1d(x, 2) },
      { inputs: [of(1, 1, 2)], call: x => adaptiveAvgPool1d(x, 3) },
    ],
  },
  adaptiveAvgPool2d: {
    about: 'Mean of each of a number of windows over height and width.',
    torch: 'torch.nn.functional.adaptive_avg_pool2d',
    samples: [
      { inputs: [of(1, 3, 4)], call: x => adaptiveAvgPool2d(x, [2, null]) },
      { inputs: [of(2, 1, 2, 2)], call: x => adaptiveAvgPool2d(x, 1) },
    ],
  },
  lpPool1d: {
    about: 'Power sum of each window along one dimension.',
    torch: 'torch.nn.functional.lp_pool1d',
    samples: [
      { inputs: [of(1, 5)], call: x => lpPool1d(x, 2, 2) },
      { inputs: [positive(1, 1, 5)], call: x => lpPool1d(x, 1.5, 2, { ceilMode: true }) },
      { inputs: [{ shape: [1, 4], data: [0, 0, 3, 4] }], call: x => lpPool1d(x, 2, 2), kink: true },
    ],
  },
  lpPool2d: {
    about: 'Power sum of each window over height and width.',
    torch: 'torch.nn.functional.lp_pool2d',
    samples: [{ inputs: [positive(1, 2, 3)], call: x => lpPool2d(x, 3, 2, { stride: [2, 1] }) }],
  },
});
