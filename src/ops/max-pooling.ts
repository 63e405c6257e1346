// Maximum pools: the largest element of each window, where it stood, and what puts elements back there.

import { ArgumentError, checkOptions } from '../autograd/errors.ts';
import type { Operand, Writer } from '../autograd/op.ts';
import { Tensor } from '../autograd/tensor.ts';
import type { NDArray } from '../ndarray/array.ts';
import { DTypeError, ShapeError, showShape } from '../ndarray/errors.ts';
import { maxPlacesArray, maxPoolArray, putArray, takeArray } from '../ndarray/pooling.ts';
import { type Shape, sameShape } from '../ndarray/shape.ts';
import { checkImages, type Spatial, spatial } from './spatial.ts';
import { describeOps, shapeOf, structured, type TensorOr } from './structured.ts';
import { poolWindow } from './window-terms.ts';
import {
  adaptivePoolOf,
  calledByName,
  calledByNameLatex,
  checkFlag,
  type NamedPool,
  pooledShape,
  poolOf,
  type WindowOptions,
} from './windows.ts';

const maxPoolOp = structured<NamedPool>({
  name: 'maxPool',
  inputs: ['x'],
  kernel: ([x], pool) => maxPoolArray(x as NDArray, pool),
  shape: pooledShape,
  vjp: [(g, [x], _y, pool): Operand => put([g, maxPlaces([x as Operand], pool)], planeOf(pool))],
  terms: ([x = []], pool) => poolWindow('max', x, pool),
  symbol: 'max',
  text: calledByName,
  latex: calledByNameLatex,
});

const maxPlaces = structured<NamedPool>({
  name: 'maxPlaces',
  inputs: ['x'],
  kernel: ([x], pool) => maxPlacesArray(x as NDArray, pool),
  shape: pooledShape,
  vjp: [null],
  differentiable: false,
  symbol: 'argmax',
  text: w => ({ string: argmax(w, calledByName(w).string), precedence: 'atom' }),
  latex: w => ({ string: argmax(w, calledByNameLatex(w).string), precedence: 'atom' }),
});

/** `maxPool2d(x)` as `argmaxPool2d(x)`. */
function argmax(w: Writer, call: string): string {
  const { name } = w.params as NamedPool;
  return call.replace(name, name.replace('Max', 'Argmax').replace(/^max/, 'argmax'));
}

/** A plane and the name of the pool that it belongs to. */
interface Plane {
  readonly name: string;
  readonly input: Shape;
}

function planeOf({ name, input }: NamedPool): Plane {
  return { name, input };
}

/** Elements at places of each plane. */
export const take = structured<Plane>({
  name: 'takePlaces',
  inputs: ['x', 'places'],
  kernel: ([x, places], { input, name }) => takeArray(x as NDArray, places as NDArray, input, name),
  shape: ([, places = []]) => places,
  vjp: [(g, [, places], _y, plane): Operand => put([g, places as Operand], plane), null],
  linear: true,
  symbol: '⇤',
});

/** Elements added at places of planes of zeros. */
const put = structured<Plane>({
  name: 'putPlaces',
  inputs: ['x', 'places'],
  kernel: ([x, places], { input, name }) =>
    putArray(x as NDArray, places as NDArray, input, true, name),
  shape: ([x = []], { input }) => [...x.slice(0, x.length - input.length), ...input],
  vjp: [(g, [, places], _y, plane): Operand => take([g, places as Operand], plane), null],
  linear: true,
  symbol: '⇥',
  text: w => ({ string: `unpool(${w.arg(0)}, ${w.arg(1)})`, precedence: 'atom' }),
});

/** Elements at places of planes of zeros, the last of several at one place. */
const unpool = structured<Plane>({
  name: 'maxUnpool',
  inputs: ['x', 'indices'],
  kernel: ([x, places], { input, name }) =>
    putArray(x as NDArray, places as NDArray, input, false, name),
  shape: ([x = []], { input }) => [...x.slice(0, x.length - input.length), ...input],
  vjp: [(g, [, places], _y, plane): Operand => take([g, places as Operand], plane), null],
  linear: true,
  symbol: '⇥',
});

/** Options of the maximum pools. */
export interface MaxPoolOptions extends WindowOptions {
  /** Steps between the elements of a window; 1 unless given. */
  dilation?: Spatial;
  /** Give the places of the maxima too; false unless given. */
  returnIndices?: boolean;
}

/** Maxima and where they stood: flat indices into each plane, int32. */
export interface MaxPooled<T> {
  values: T;
  indices: T;
}

/** Asks for the indices too. */
export interface WithIndices {
  returnIndices: true;
}

function maxPool(
  name: string,
  n: number,
  x: Operand,
  kernelSize: Spatial,
  options: MaxPoolOptions = {},
): Operand | MaxPooled<Operand> {
  checkOptions(name, options, ['stride', 'padding', 'dilation', 'ceilMode', 'returnIndices']);
  const shape = checkImages(name, x, n);
  return maximum(name, x, poolOf(name, n, shape, kernelSize, options), options.returnIndices);
}

function adaptiveMaxPool(
  name: string,
  n: number,
  x: Operand,
  outputSize: number | readonly (number | null)[],
  options: { returnIndices?: boolean } = {},
): Operand | MaxPooled<Operand> {
  checkOptions(name, options, ['returnIndices']);
  const shape = checkImages(name, x, n);
  return maximum(name, x, adaptivePoolOf(name, n, shape, outputSize), options.returnIndices);
}

function maximum(
  name: string,
  x: Operand,
  pool: NamedPool,
  returnIndices: unknown = false,
): Operand | MaxPooled<Operand> {
  checkFlag(name, 'returnIndices', returnIndices);
  if (x instanceof Tensor && x.dtype === 'bool') {
    throw new DTypeError(`${name}: the input must hold numbers, not bool; convert it with to()`);
  }
  if (!returnIndices) return maxPoolOp([x], pool);
  const indices = maxPlaces([x], pool);
  return { values: take([x, indices], planeOf(pool)), indices };
}

/**
 * The largest element of each window along one dimension; NaN counts as largest, padding never wins. The gradient goes
 * to the first of equal maxima.
 *
 * Shapes: x [N, C, L] or [C, L]; result L′ = ⌊(L + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1, rounded up
 * instead with `ceilMode`, where the last window starts inside. The element type stays. With `returnIndices`
 * { values, indices }. Source: `torch.nn.functional.max_pool1d`.
 *
 * ```ts
 * maxPool1d(tensor([[2, 5, 3, 1]]), 2).toArray(); // [[5, 3]]
 * maxPool1d(tensor([[2, 5, 3, 1]]), 2, { returnIndices: true }).indices.toArray(); // [[1, 2]]
 * ```
 * @throws ShapeError where the rank does not fit or the kernel is larger than the padded input; ArgumentError for
 * options out of range, such as a padding of more than half a window; DTypeError for bool.
 */
export function maxPool1d<A extends Operand>(
  x: A,
  kernelSize: Spatial,
  options: MaxPoolOptions & WithIndices,
): MaxPooled<TensorOr<A>>;
export function maxPool1d<A extends Operand>(
  x: A,
  kernelSize: Spatial,
  options?: MaxPoolOptions & { returnIndices?: false },
): TensorOr<A>;
export function maxPool1d(x: Operand, kernelSize: Spatial, options?: MaxPoolOptions): unknown {
  return maxPool('maxPool1d', 1, x, kernelSize, options);
}

/**
 * The largest element of each window over height and width, as {@link maxPool1d}; indices count row by row. Shapes: x
 * [N, C, H, W] or [C, H, W]. Source: `torch.nn.functional.max_pool2d`.
 *
 * ```ts
 * maxPool2d(tensor([[[1, 2, 3], [4, 5, 6]]]), 2, { stride: 1 }).toArray(); // [[[5, 6]]]
 * ```
 * @throws ShapeError, ArgumentError and DTypeError as {@link maxPool1d}.
 */
export function maxPool2d<A extends Operand>(
  x: A,
  kernelSize: Spatial,
  options: MaxPoolOptions & WithIndices,
): MaxPooled<TensorOr<A>>;
export function maxPool2d<A extends Operand>(
  x: A,
  kernelSize: Spatial,
  options?: MaxPoolOptions & { returnIndices?: false },
): TensorOr<A>;
export function maxPool2d(x: Operand, kernelSize: Spatial, options?: MaxPoolOptions): unknown {
  return maxPool('maxPool2d', 2, x, kernelSize, options);
}

/**
 * The largest element of each window over depth, height and width, as {@link maxPool1d}. Shapes: x [N, C, D, H, W] or
 * [C, D, H, W]. Source: `torch.nn.functional.max_pool3d`.
 *
 * ```ts
 * maxPool3d(tensor([[[[1, 2], [3, 4]], [[5, 6], [8, 7]]]]), 2).toArray(); // [[[[8]]]]
 * ```
 * @throws ShapeError, ArgumentError and DTypeError as {@link maxPool1d}.
 */
export function maxPool3d<A extends Operand>(
  x: A,
  kernelSize: Spatial,
  options: MaxPoolOptions & WithIndices,
): MaxPooled<TensorOr<A>>;
export function maxPool3d<A extends Operand>(
  x: A,
  kernelSize: Spatial,
  options?: MaxPoolOptions & { returnIndices?: false },
): TensorOr<A>;
export function maxPool3d(x: Operand, kernelSize: Spatial, options?: MaxPoolOptions): unknown {
  return maxPool('maxPool3d', 3, x, kernelSize, options);
}

/**
 * The largest element of each of `outputSize` windows of about equal length, which cover the input: window j of L′ runs
 * from ⌊j·L / L′⌋ to ⌈(j + 1)·L / L′⌉. Shapes: x [N, C, L] or [C, L]; result [N, C, L′]. Source:
 * `torch.nn.functional.adaptive_max_pool1d`.
 *
 * ```ts
 * adaptiveMaxPool1d(tensor([[1, 4, 2, 3, 0]]), 2).toArray(); // [[4, 3]]
 * ```
 * @throws ShapeError where the rank does not fit or there is nothing to pool; ArgumentError for an output size below 1.
 */
export function adaptiveMaxPool1d<A extends Operand>(
  x: A,
  outputSize: Spatial,
  options: WithIndices,
): MaxPooled<TensorOr<A>>;
export function adaptiveMaxPool1d<A extends Operand>(
  x: A,
  outputSize: Spatial,
  options?: { returnIndices?: false },
): TensorOr<A>;
export function adaptiveMaxPool1d(
  x: Operand,
  outputSize: Spatial,
  options?: { returnIndices?: boolean },
): unknown {
  return adaptiveMaxPool('adaptiveMaxPool1d', 1, x, outputSize, options);
}

/**
 * {@link adaptiveMaxPool1d} over height and width; null keeps a size. Shapes: x [N, C, H, W] or [C, H, W]. Source:
 * `torch.nn.functional.adaptive_max_pool2d`.
 *
 * ```ts
 * adaptiveMaxPool2d(tensor([[[1, 2, 3], [4, 5, 6]]]), [1, null]).toArray(); // [[[4, 5, 6]]]
 * ```
 * @throws ShapeError and ArgumentError as {@link adaptiveMaxPool1d}.
 */
export function adaptiveMaxPool2d<A extends Operand>(
  x: A,
  outputSize: number | readonly (number | null)[],
  options: WithIndices,
): MaxPooled<TensorOr<A>>;
export function adaptiveMaxPool2d<A extends Operand>(
  x: A,
  outputSize: number | readonly (number | null)[],
  options?: { returnIndices?: false },
): TensorOr<A>;
export function adaptiveMaxPool2d(
  x: Operand,
  outputSize: number | readonly (number | null)[],
  options?: { returnIndices?: boolean },
): unknown {
  return adaptiveMaxPool('adaptiveMaxPool2d', 2, x, outputSize, options);
}

/** Options of the unpools. */
export interface MaxUnpoolOptions {
  /** Of the pool that is undone; the kernel size unless given. */
  stride?: Spatial | null;
  /** Of the pool that is undone; 0 unless given. */
  padding?: Spatial;
  /** Spatial sizes of the result (or its whole shape), where several inputs of the pool give the same sizes. */
  outputSize?: readonly number[] | null;
}

function maxUnpool(
  name: string,
  n: number,
  x: Operand,
  indices: Operand,
  kernelSize: Spatial,
  options: MaxUnpoolOptions = {},
): Operand {
  checkOptions(name, options, ['stride', 'padding', 'outputSize']);
  const shape = checkImages(name, x, n);
  if (!sameShape(shape, shapeOf(indices))) {
    throw new ShapeError(
      `${name}: the indices must have the shape of the input ${showShape(shape)}, got ${showShape(shapeOf(indices))}; ` +
        'use those that the pool returns with { returnIndices: true }',
    );
  }
  if (indices instanceof Tensor && indices.dtype !== 'int32') {
    throw new DTypeError(`${name}: the indices must be int32, got ${indices.dtype}`);
  }
  const kernel = spatial(name, 'kernelSize', kernelSize, n, 1);
  const stride = spatial(name, 'stride', options.stride ?? kernel, n, 1);
  const padding = spatial(name, 'padding', options.padding ?? 0, n, 0);
  const usual = shape
    .slice(-n)
    .map(
      (size, d) =>
        (size - 1) * (stride[d] as number) - 2 * (padding[d] as number) + (kernel[d] as number),
    );
  const input = unpooledSizes(name, n, usual, stride, options.outputSize);
  return unpool([x, indices], { name, input });
}

function unpooledSizes(
  name: string,
  n: number,
  usual: readonly number[],
  stride: readonly number[],
  outputSize: readonly number[] | null | undefined,
): Shape {
  const given = outputSize ?? usual;
  const sizes = Array.isArray(given) && given.length > n ? given.slice(-n) : given;
  const input = spatial(name, 'outputSize', sizes, n, 1);
  if (input.some((size, d) => Math.abs(size - (usual[d] as number)) >= (stride[d] as number))) {
    if (!sameShape(input, usual)) {
      throw new ArgumentError(
        `${name}: outputSize ${showShape(input)} must be less than a stride ${showShape(stride)} from ${showShape(usual)}, ` +
          'the sizes that follow from kernel and stride',
      );
    }
  }
  return input;
}

/**
 * Elements back where a maximum pool found them, zeros elsewhere. Shapes: x and indices [N, C, L] or [C, L]; result
 * L′ = (L − 1)·stride − 2·padding + kernel unless `outputSize` says otherwise. Source:
 * `torch.nn.functional.max_unpool1d`.
 *
 * ```ts
 * maxUnpool1d(tensor([[5, 3]]), tensor([[1, 2]], { dtype: 'int32' }), 2).toArray(); // [[0, 5, 3, 0]]
 * ```
 * @throws ShapeError where shapes do not fit; IndexError for an index outside of the result; DTypeError unless the
 * indices are int32; ArgumentError for options out of range.
 */
export function maxUnpool1d<A extends Operand>(
  x: A,
  indices: Operand,
  kernelSize: Spatial,
  options?: MaxUnpoolOptions,
): TensorOr<A> {
  return maxUnpool('maxUnpool1d', 1, x, indices, kernelSize, options) as TensorOr<A>;
}

/**
 * {@link maxUnpool1d} over height and width. Shapes: x and indices [N, C, H, W] or [C, H, W]. Source:
 * `torch.nn.functional.max_unpool2d`.
 *
 * ```ts
 * const pooled = maxPool2d(tensor([[[1, 2], [4, 3]]]), 2, { returnIndices: true });
 * maxUnpool2d(pooled.values, pooled.indices, 2).toArray(); // [[[0, 0], [4, 0]]]
 * ```
 * @throws ShapeError, IndexError, DTypeError and ArgumentError as {@link maxUnpool1d}.
 */
export function maxUnpool2d<A extends Operand>(
  x: A,
  indices: Operand,
  kernelSize: Spatial,
  options?: MaxUnpoolOptions,
): TensorOr<A> {
  return maxUnpool('maxUnpool2d', 2, x, indices, kernelSize, options) as TensorOr<A>;
}

const of = (...shape: number[]) => ({ shape, distinct: true });
const places = (shape: number[], data: number[]) => ({ shape, data, dtype: 'int32' as const });

describeOps({
  maxPool1d: {
    about: 'Largest element of each window along one dimension.',
    torch: 'torch.nn.functional.max_pool1d',
    samples: [
      { inputs: [of(2, 1, 5)], call: x => maxPool1d(x, 2) },
      {
        inputs: [of(1, 7)],
        call: x => maxPool1d(x, 3, { stride: 2, padding: 1, dilation: 2, ceilMode: true }),
      },
      { inputs: [of(1, 5)], call: x => maxPool1d(x, 2, { returnIndices: true, stride: 1 }).values },
      { inputs: [{ shape: [1, 4], data: [1, 1, 2, 2] }], call: x => maxPool1d(x, 2), kink: true },
    ],
  },
  maxPool2d: {
    about: 'Largest element of each window over height and width.',
    torch: 'torch.nn.functional.max_pool2d',
    samples: [
      { inputs: [of(1, 3, 3)], call: x => maxPool2d(x, 2, { stride: 1 }) },
      {
        inputs: [of(1, 1, 3, 4)],
        call: x => maxPool2d(x, [2, 3], { padding: [1, 0], ceilMode: true, stride: [2, 1] }),
      },
      { inputs: [of(0, 2, 2, 2)], call: x => maxPool2d(x, 2) },
    ],
  },
  maxPool3d: {
    about: 'Largest element of each window over depth, height and width.',
    torch: 'torch.nn.functional.max_pool3d',
    samples: [{ inputs: [of(1, 2, 3, 2)], call: x => maxPool3d(x, [2, 2, 1], { stride: 1 }) }],
  },
  adaptiveMaxPool1d: {
    about: 'Largest element of each of a number of windows.',
    torch: 'torch.nn.functional.adaptive_max_pool1d',
    samples: [
      { inputs: [of(1, 5)], call: x => adaptiveMaxPool1d(x, 2) },
      { inputs: [of(1, 1, 2)], call: x => adaptiveMaxPool1d(x, 3, { returnIndices: true }).values },
    ],
  },
  adaptiveMaxPool2d: {
    about: 'Largest element of each of a number of windows over height and width.',
    torch: 'torch.nn.functional.adaptive_max_pool2d',
    samples: [
      { inputs: [of(1, 3, 4)], call: x => adaptiveMaxPool2d(x, [2, null]) },
      { inputs: [of(2, 1, 2, 2)], call: x => adaptiveMaxPool2d(x, 1) },
    ],
  },
  maxUnpool1d: {
    about: 'Elements back where a maximum pool found them.',
    torch: 'torch.nn.functional.max_unpool1d',
    samples: [
      {
        inputs: [of(1, 3), places([1, 3], [1, 2, 4])],
        call: (x, indices) => maxUnpool1d(x, indices, 2),
      },
      {
        inputs: [of(2, 1, 2), places([2, 1, 2], [0, 3, 4, 1])],
        call: (x, indices) =>
          maxUnpool1d(x, indices, 3, { stride: 2, padding: 0, outputSize: [6] }),
      },
    ],
  },
  maxUnpool2d: {
    about: 'Elements back where a maximum pool over height and width found them.',
    torch: 'torch.nn.functional.max_unpool2d',
    samples: [
      {
        inputs: [of(1, 2, 1), places([1, 2, 1], [3, 4])],
        call: (x, indices) => maxUnpool2d(x, indices, 2),
      },
    ],
  },
});
