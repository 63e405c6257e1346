// Views that the chain rule itself needs: stretching and its inverse, other shapes and orders, other element types.

import { ArgumentError, describe } from '../autograd/errors.ts';
import type { Operand, Writer } from '../autograd/op.ts';
import { Tensor } from '../autograd/tensor.ts';
import { broadcastTo, type NDArray } from '../ndarray/array.ts';
import { type DType, isDType } from '../ndarray/dtype.ts';
import { IndexError, ShapeError, showShape } from '../ndarray/errors.ts';
import { cast, copyOf } from '../ndarray/map.ts';
import { sumArray } from '../ndarray/reduce.ts';
import {
  checkShape,
  contiguousStrides,
  dimension,
  type Shape,
  sameShape,
  sizeOf,
} from '../ndarray/shape.ts';
import { viewStrides } from '../ndarray/view.ts';
import { describeOps, methods, shapeOf, structured, type TensorOr } from './structured.ts';

const expandOp = structured<{ shape: Shape }>({
  name: 'expand',
  inputs: ['x'],
  kernel: ([x], { shape }) => broadcastTo(x as NDArray, shape),
  shape: (_, { shape }) => shape,
  vjp: [(g, [x]) => sumTo(g, shapeOf(x as Operand))],
  linear: true,
  movesOnly: true,
  symbol: '⇲',
  // Stretching is silent in formulas, as broadcasting is.
  text: w => ({ string: w.arg(0, 'atom'), precedence: 'atom' }),
  latex: w => ({ string: w.arg(0, 'atom'), precedence: 'atom' }),
});

const sumToOp = structured<{ shape: Shape }>({
  name: 'sumTo',
  inputs: ['x'],
  kernel: ([x], { shape }) => sumArrayTo(x as NDArray, shape),
  shape: (_, { shape }) => shape,
  vjp: [(g, [x]) => expand(g, shapeOf(x as Operand))],
  linear: true,
  symbol: '⇱',
  text: w => ({ string: `sum(${w.arg(0)})`, precedence: 'atom' }),
  latex: w => ({ string: `\\sum ${w.arg(0, 'product')}`, precedence: 'product' }),
});

function sumArrayTo(x: NDArray, shape: Shape): NDArray {
  const shift = x.shape.length - shape.length;
  const dims = x.shape
    .map((_, k) => k)
    .filter(k => k < shift || (shape[k - shift] === 1 && x.shape[k] !== 1));
  const kept = sumArray(x, dims, true, x.dtype);
  return kept.view(shape, kept.strides.slice(shift));
}

/**
 * Sums over what broadcasting stretched, so that the result has the given shape: the inverse of {@link expand} in the chain
 * rule. Source: `torch.Tensor.sum_to_size`.
 *
 * ```ts
 * sumTo(tensor([[1, 2], [3, 4]]), [1, 2]).toArray(); // [[4, 6]]
 * ```
 * @throws ShapeError where `shape` does not stretch to the shape of `x`.
 */
export function sumTo<A extends Operand>(x: A, shape: Shape): TensorOr<A> {
  checkShape('sumTo', shape);
  const from = shapeOf(x);
  const shift = from.length - shape.length;
  if (shift < 0 || shape.some((n, k) => n !== 1 && n !== from[shift + k])) {
    throw new ShapeError(
      `sumTo: ${showShape(shape)} does not stretch to ${showShape(from)}, the shape of the tensor`,
    );
  }
  return (sameShape(from, shape) ? x : sumToOp([x], { shape: [...shape] })) as TensorOr<A>;
}

/**
 * Stretches sizes of 1 without a copy; −1 keeps a size. Source: `torch.Tensor.expand`.
 *
 * ```ts
 * expand(tensor([[1], [2]]), [2, 3]).toArray(); // [[1, 1, 1], [2, 2, 2]]
 * ```
 * @throws ShapeError where a size is neither 1 nor the one asked for.
 */
export function expand<A extends Operand>(x: A, shape: Shape): TensorOr<A> {
  const from = shapeOf(x);
  if (!Array.isArray(shape))
    throw new ArgumentError(`expand: give a shape such as [2, 3], got ${describe(shape)}`);
  const shift = shape.length - from.length;
  const wanted = shape.map((n, k) => (n === -1 && k >= shift ? (from[k - shift] as number) : n));
  checkShape('expand', wanted);
  return expandOp([x], { shape: wanted }) as TensorOr<A>;
}

const reshapeOp = structured<{ shape: Shape }>({
  name: 'reshape',
  inputs: ['x'],
  kernel: ([x], { shape }) => reshaped(x as NDArray, shape),
  shape: (_, { shape }) => shape,
  vjp: [(g, [x]) => reshape(g, shapeOf(x as Operand))],
  linear: true,
  movesOnly: true,
  symbol: '▭',
  text: w => ({ string: w.arg(0, 'atom'), precedence: 'atom' }),
  latex: w => ({ string: w.arg(0, 'atom'), precedence: 'atom' }),
});

/** A view where one has this shape, else a view of a copy. */
export function reshaped(x: NDArray, shape: Shape): NDArray {
  const strides = viewStrides(x, shape);
  return strides !== null
    ? x.view(shape, strides)
    : copyOf(x).view(shape, contiguousStrides(shape));
}

/** A shape in which one size may be −1: what is left for it. */
export function inferShape(where: string, shape: readonly number[], size: number): Shape {
  if (!Array.isArray(shape))
    throw new ArgumentError(`${where}: give a shape such as [2, 3], got ${describe(shape)}`);
  const open = shape.indexOf(-1);
  const known = shape.reduce((product, n, k) => (k === open ? product : product * n), 1);
  const wanted = open < 0 ? shape : shape.with(open, known === 0 ? 0 : size / known);
  if (open < 0 || Number.isInteger(wanted[open])) {
    checkShape(where, wanted);
    if (sizeOf(wanted) === size && !(open >= 0 && known === 0)) return wanted;
  }
  throw new ShapeError(
    `${where}: ${size} elements do not fit the shape ${showShape(shape)}; the sizes must multiply to ${size}` +
      ' (one of them may be −1)',
  );
}

/**
 * The same elements in another shape; one size may be −1. Source: `torch.reshape`.
 *
 * ```ts
 * reshape(tensor([1, 2, 3, 4]), [2, -1]).toArray(); // [[1, 2], [3, 4]]
 * ```
 * @throws ShapeError where the number of elements differs.
 */
export function reshape<A extends Operand>(x: A, shape: readonly number[]): TensorOr<A> {
  const wanted = inferShape('reshape', shape, sizeOf(shapeOf(x)));
  return reshapeOp([x], { shape: [...wanted] }) as TensorOr<A>;
}

const permuteOp = structured<{ dims: readonly number[] }>({
  name: 'permute',
  inputs: ['x'],
  kernel: ([x], { dims }) => permuted(x as NDArray, dims),
  shape: ([x], { dims }) => dims.map(k => x?.[k] as number),
  vjp: [
    (g, _inputs, _y, { dims }) =>
      permute(
        g,
        dims.map((_, k) => dims.indexOf(k)),
      ),
  ],
  linear: true,
  movesOnly: true,
  symbol: 'ᵀ',
  text: w => written(w, 'ᵀ', inner => `permute(${inner})`),
  latex: w => written(w, '^{\\top}', inner => `\\operatorname{permute}\\left(${inner}\\right)`),
});

function written(w: Writer, sign: string, standard: (inner: string) => string) {
  const { dims } = w.params as { dims: readonly number[] };
  const n = dims.length;
  // The last two swapped is what one writes as a transpose.
  const swapped =
    n >= 2 && dims.every((d, k) => d === (k === n - 1 ? n - 2 : k === n - 2 ? n - 1 : k));
  return swapped
    ? { string: `${w.arg(0, 'atom')}${sign}`, precedence: 'power' as const }
    : { string: standard(w.arg(0)), precedence: 'atom' as const };
}

/** A view with its dimensions in another order. */
export function permuted(x: NDArray, dims: readonly number[]): NDArray {
  return x.view(
    dims.map(k => x.shape[k] as number),
    dims.map(k => x.strides[k] as number),
  );
}

/**
 * The dimensions in another order, without a copy. Source: `torch.permute`.
 *
 * ```ts
 * permute(tensor([[1, 2], [3, 4]]), [1, 0]).toArray(); // [[1, 3], [2, 4]]
 * ```
 * @throws IndexError unless `dims` names every dimension once.
 */
export function permute<A extends Operand>(x: A, dims: readonly number[]): TensorOr<A> {
  const rank = shapeOf(x).length;
  if (!Array.isArray(dims))
    throw new ArgumentError(`permute: give the dimensions as an array, got ${describe(dims)}`);
  const order = dims.map(dim => dimension('permute', dim, rank));
  if (order.length !== rank || new Set(order).size !== rank) {
    throw new IndexError(
      `permute: [${dims.join(', ')}] must name each of the ${rank} dimensions of ${showShape(shapeOf(x))} once`,
    );
  }
  return permuteOp([x], { dims: order }) as TensorOr<A>;
}

/**
 * Two dimensions swapped, without a copy. Source: `torch.transpose`.
 *
 * ```ts
 * transpose(tensor([[1, 2], [3, 4]]), 0, 1).toArray(); // [[1, 3], [2, 4]]
 * ```
 */
export function transpose<A extends Operand>(x: A, dim0: number, dim1: number): TensorOr<A> {
  const rank = shapeOf(x).length;
  const [a, b] = [dimension('transpose', dim0, rank), dimension('transpose', dim1, rank)];
  const dims = Array.from({ length: rank }, (_, k) => (k === a ? b : k === b ? a : k));
  return permute(x, dims);
}

const castOp = structured<{ dtype: DType }>({
  name: 'to',
  inputs: ['x'],
  kernel: ([x], { dtype }) => cast(x as NDArray, dtype),
  shape: ([x = []]) => x,
  vjp: [(g, [x]) => to(g, (x as Tensor).dtype)],
  linear: true,
  movesOnly: true,
  symbol: '→',
  text: w => ({ string: w.arg(0, 'atom'), precedence: 'atom' }),
  latex: w => ({ string: w.arg(0, 'atom'), precedence: 'atom' }),
});

/**
 * Another element type; the tensor itself where it has it. Floats are cut towards zero on the way to int32. Source:
 * `torch.Tensor.to`.
 *
 * ```ts
 * to(tensor([1.7, -1.7]), 'int32').toArray(); // [1, -1]
 * ```
 * @throws ArgumentError for a type that does not exist.
 */
export function to<A extends Operand>(x: A, dtype: DType): TensorOr<A> {
  if (!isDType(dtype)) {
    throw new ArgumentError(
      `to: the dtype must be float32, float64, int32 or bool, got ${describe(dtype)}`,
    );
  }
  if (!(x instanceof Tensor) || x.dtype === dtype) return x as unknown as TensorOr<A>;
  return castOp([x], { dtype }) as TensorOr<A>;
}

const cloneOp = structured({
  name: 'clone',
  inputs: ['x'],
  kernel: ([x]) => copyOf(x as NDArray),
  shape: ([x = []]) => x,
  vjp: [g => g],
  linear: true,
  symbol: '⧉',
  text: w => ({ string: w.arg(0, 'atom'), precedence: 'atom' }),
  latex: w => ({ string: w.arg(0, 'atom'), precedence: 'atom' }),
});

/**
 * A copy of the elements in memory of its own; gradients flow through it (`detach().clone()` has none). Source: `torch.clone`.
 *
 * ```ts
 * clone(tensor([1, 2])).add_(1).toArray(); // [2, 3]
 * ```
 */
export function clone<A extends Operand>(x: A): TensorOr<A> {
  return cloneOp([x], undefined) as TensorOr<A>;
}

export const reshapeMethods = methods({
  clone,
  sumTo,
  expand,
  reshape,
  permute,
  transpose,
  to,
});

/** A random float64 input of this shape. */
const of = (...shape: number[]) => ({ shape });

describeOps({
  clone: {
    about: 'A copy in memory of its own.',
    torch: 'torch.clone',
    samples: [{ inputs: [of(2, 3)], call: x => clone(x) }],
  },
  expand: {
    about: 'Stretches sizes of 1 to a shape, without a copy.',
    torch: 'torch.Tensor.expand',
    samples: [
      { inputs: [of(2, 1)], call: x => expand(x, [2, 3]) },
      { inputs: [of(3)], call: x => expand(x, [2, -1]) },
      { inputs: [of()], call: x => expand(x, [2, 2]) },
      { inputs: [of(1, 0)], call: x => expand(x, [3, 0]) },
    ],
  },
  sumTo: {
    about: 'Sums over what broadcasting stretched, down to a shape.',
    torch: 'torch.Tensor.sum_to_size',
    samples: [
      { inputs: [of(2, 3)], call: x => sumTo(x, [1, 3]) },
      { inputs: [of(2, 3)], call: x => sumTo(x, []) },
      { inputs: [of(2, 3, 2)], call: x => sumTo(x, [3, 1]) },
    ],
  },
  reshape: {
    about: 'The same elements in another shape.',
    torch: 'torch.reshape',
    samples: [
      { inputs: [of(2, 3)], call: x => reshape(x, [3, -1]) },
      { inputs: [of()], call: x => reshape(x, [1, 1]) },
      { inputs: [of(0, 3)], call: x => reshape(x, [3, 0]) },
    ],
  },
  permute: {
    about: 'The dimensions in another order.',
    torch: 'torch.permute',
    samples: [
      { inputs: [of(2, 3, 2)], call: x => permute(x, [2, 0, 1]) },
      { inputs: [of()], call: x => permute(x, []) },
    ],
  },
  transpose: {
    about: 'Two dimensions swapped.',
    torch: 'torch.transpose',
    samples: [{ inputs: [of(2, 3)], call: x => transpose(x, 0, -1) }],
  },
  to: {
    about: 'Another element type.',
    torch: 'torch.Tensor.to',
    samples: [
      // float32 holds these numbers, and those around them that differences look at.
      {
        inputs: [{ shape: [3], data: [1.5625, -3.125, 6.25] }],
        call: x => to(x, 'float32'),
        rounds: true,
      },
    ],
  },
});
