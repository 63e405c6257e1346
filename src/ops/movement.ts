// Other shapes and orders of the same elements, made of reshape, permute and expand: views wherever there can be one.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { Tensor } from '../autograd/tensor.ts';
import { IndexError, ShapeError, showShape } from '../ndarray/errors.ts';
import { dimension, dimensions, type Shape, sizeOf } from '../ndarray/shape.ts';
import { viewStrides } from '../ndarray/view.ts';
import { expand, inferShape, permute, reshape, transpose } from './reshape.ts';
import { describeOps, methods, shapeOf, type TensorOr } from './structured.ts';

/** Options of {@link squeeze}. */
export interface SqueezeOptions {
  /** The dimension or dimensions to leave out if their size is 1; all such unless given. */
  dim?: number | readonly number[];
}

/**
 * Leaves out dimensions of size 1, without a copy; those of another size stay. Source: `torch.squeeze`.
 *
 * ```ts
 * squeeze(tensor([[[1], [2]]])).toArray(); // [1, 2]
 * squeeze(tensor([[[1], [2]]]), { dim: 0 }).shape; // [2, 1]
 * ```
 * @throws IndexError for a dimension that does not exist or is given twice.
 */
export function squeeze<A extends Operand>(x: A, options?: SqueezeOptions): TensorOr<A> {
  checkOptions('squeeze', options, ['dim']);
  const shape = shapeOf(x);
  const { dim } = options ?? {};
  const none = Array.isArray(dim) && dim.length === 0;
  const dims = none ? [] : dimensions('squeeze', dim, shape.length);
  const left = shape.filter((n, k) => n !== 1 || !dims.includes(k));
  return reshape(x, left);
}

/**
 * A new dimension of size 1 before dimension `dim` (counted in the result), without a copy. Source: `torch.unsqueeze`.
 *
 * ```ts
 * unsqueeze(tensor([1, 2]), -1).toArray(); // [[1], [2]]
 * ```
 * @throws IndexError where the result has no such dimension.
 */
export function unsqueeze<A extends Operand>(x: A, dim: number): TensorOr<A> {
  const shape = shapeOf(x);
  return reshape(x, shape.toSpliced(dimension('unsqueeze', dim, shape.length + 1), 0, 1));
}

/** Options of {@link flatten}. */
export interface FlattenOptions {
  /** The first of the dimensions that become one; 0 unless given. */
  startDim?: number;
  /** The last of them; −1 unless given. */
  endDim?: number;
}

/**
 * Neighbouring dimensions made one; by default all of them. A 0-d tensor becomes one of shape [1]. Source: `torch.flatten`.
 *
 * ```ts
 * flatten(tensor([[1, 2], [3, 4]])).toArray(); // [1, 2, 3, 4]
 * ```
 * @throws IndexError for a dimension that does not exist, or where startDim comes after endDim.
 */
export function flatten<A extends Operand>(x: A, options?: FlattenOptions): TensorOr<A> {
  checkOptions('flatten', options, ['startDim', 'endDim']);
  const { startDim = 0, endDim = -1 } = options ?? {};
  const shape = shapeOf(x);
  const start = dimension('flatten', startDim, shape.length);
  const end = dimension('flatten', endDim, shape.length);
  if (start > end) {
    throw new IndexError(`flatten: startDim ${startDim} comes after endDim ${endDim}`);
  }
  return reshape(x, shape.toSpliced(start, end - start + 1, sizeOf(shape.slice(start, end + 1))));
}

/**
 * One dimension split into several; one of the sizes may be −1. Source: `torch.unflatten`.
 *
 * ```ts
 * unflatten(tensor([1, 2, 3, 4]), 0, [2, -1]).toArray(); // [[1, 2], [3, 4]]
 * ```
 * @throws ShapeError where the sizes do not multiply to that of the dimension.
 */
export function unflatten<A extends Operand>(
  x: A,
  dim: number,
  sizes: readonly number[],
): TensorOr<A> {
  const shape = shapeOf(x);
  const axis = dimension('unflatten', dim, shape.length);
  const parts = inferShape('unflatten', sizes, shape[axis] ?? 1);
  return reshape(x, shape.toSpliced(axis, 1, ...parts));
}

/**
 * The same memory in another shape; one size may be −1. Unlike {@link reshape} it never copies. Source: `torch.Tensor.view`.
 *
 * ```ts
 * view(tensor([1, 2, 3, 4]), [2, 2]).toArray(); // [[1, 2], [3, 4]]
 * ```
 * @throws ShapeError where the number of elements differs, or the elements lie so that a copy would be needed.
 */
export function view<A extends Operand>(x: A, shape: readonly number[]): TensorOr<A> {
  const wanted = inferShape('view', shape, sizeOf(shapeOf(x)));
  if (x instanceof Tensor && viewStrides(x.array, wanted) === null) {
    throw new ShapeError(
      `view: a tensor of shape ${showShape(x.shape)} and strides ${showShape(x.array.strides)} has no view of shape ` +
        `${showShape(wanted)} without a copy; use reshape`,
    );
  }
  return reshape(x, wanted);
}

/**
 * The transpose of a matrix, without a copy; tensors of fewer dimensions stay as they are. Source: `torch.t`.
 *
 * ```ts
 * t(tensor([[1, 2], [3, 4]])).toArray(); // [[1, 3], [2, 4]]
 * ```
 * @throws ShapeError for more than two dimensions.
 */
export function t<A extends Operand>(x: A): TensorOr<A> {
  const shape = shapeOf(x);
  if (shape.length > 2) {
    throw new ShapeError(
      `t: takes a matrix, got shape ${showShape(shape)}; name the dimensions: transpose(x, -2, -1)`,
    );
  }
  return shape.length === 2 ? transpose(x, 0, 1) : permute(x, [...shape.keys()]);
}

/** Two dimensions swapped, without a copy: another name of {@link transpose}. Source: `torch.swapaxes`. */
export function swapaxes<A extends Operand>(x: A, dim0: number, dim1: number): TensorOr<A> {
  return transpose(x, dim0, dim1);
}

/**
 * Moves dimensions to other places, without a copy; the others keep their order. Source: `torch.movedim`.
 *
 * ```ts
 * movedim(zeros([2, 3, 4]), 0, -1).shape; // [3, 4, 2]
 * ```
 * @throws IndexError for dimensions that do not exist or are given twice, ArgumentError where their numbers differ.
 */
export function movedim<A extends Operand>(
  x: A,
  source: number | readonly number[],
  destination: number | readonly number[],
): TensorOr<A> {
  const rank = shapeOf(x).length;
  const from = placesOf(source, rank);
  const to = placesOf(destination, rank);
  if (from.length !== to.length) {
    throw new ArgumentError(
      `movedim: ${from.length} dimensions cannot move to ${to.length} places; give one place for each`,
    );
  }
  const rest = Array.from({ length: rank }, (_, k) => k).filter(k => !from.includes(k));
  const order = Array.from({ length: rank }, (_, k) => {
    const moved = to.indexOf(k);
    return (moved >= 0 ? from[moved] : rest.shift()) as number;
  });
  return permute(x, order);
}

function placesOf(dims: number | readonly number[], rank: number): number[] {
  const list = (typeof dims === 'number' ? [dims] : dims) as readonly number[];
  if (!Array.isArray(list)) {
    throw new ArgumentError(
      `movedim: give dimensions as a number or an array, got ${describe(dims)}`,
    );
  }
  const places = list.map(dim => dimension('movedim', dim, rank));
  if (new Set(places).size === places.length) return places;
  throw new IndexError(`movedim: dimension given twice in [${list.join(', ')}]`);
}

/** Stretches sizes of 1 to the shape of another tensor, without a copy. Source: `torch.Tensor.expand_as`. */
export function expandAs<A extends Operand>(x: A, other: Operand): TensorOr<A> {
  return expand(x, shapeOf(other));
}

/** Stretches sizes of 1 without a copy: another name of {@link expand}. Source: `torch.broadcast_to`. */
export function broadcastTo<A extends Operand>(x: A, shape: Shape): TensorOr<A> {
  return expand(x, shape);
}

export const movementMethods = methods({
  squeeze,
  unsqueeze,
  flatten,
  unflatten,
  view,
  t,
  swapaxes,
  movedim,
  expandAs,
  broadcastTo,
});

const of = (...shape: number[]) => ({ shape });

describeOps({
  squeeze: {
    about: 'Leaves out dimensions of size 1.',
    torch: 'torch.squeeze',
    samples: [
      { inputs: [of(1, 3, 1)], call: x => squeeze(x) },
      { inputs: [of(1, 3, 1)], call: x => squeeze(x, { dim: [0, 1] }) },
      { inputs: [of(1)], call: x => squeeze(x, { dim: -1 }) },
    ],
  },
  unsqueeze: {
    about: 'A new dimension of size 1.',
    torch: 'torch.unsqueeze',
    samples: [
      { inputs: [of(2, 3)], call: x => unsqueeze(x, -2) },
      { inputs: [of()], call: x => unsqueeze(x, 0) },
    ],
  },
  flatten: {
    about: 'Neighbouring dimensions made one.',
    torch: 'torch.flatten',
    samples: [
      { inputs: [of(2, 1, 3)], call: x => flatten(x) },
      { inputs: [of(2, 2, 2)], call: x => flatten(x, { startDim: -2, endDim: -1 }) },
      { inputs: [of()], call: x => flatten(x) },
    ],
  },
  unflatten: {
    about: 'One dimension split into several.',
    torch: 'torch.unflatten',
    samples: [{ inputs: [of(2, 4)], call: x => unflatten(x, -1, [2, -1]) }],
  },
  view: {
    about: 'The same memory in another shape, never a copy.',
    torch: 'torch.Tensor.view',
    samples: [{ inputs: [of(4)], call: x => view(x, [2, -1]) }],
  },
  t: {
    about: 'The transpose of a matrix.',
    torch: 'torch.t',
    samples: [
      { inputs: [of(2, 3)], call: x => t(x) },
      { inputs: [of(3)], call: x => t(x) },
    ],
  },
  swapaxes: {
    about: 'Two dimensions swapped; another name of transpose.',
    torch: 'torch.swapaxes',
    samples: [{ inputs: [of(2, 3)], call: x => swapaxes(x, 0, 1) }],
  },
  movedim: {
    about: 'Moves dimensions to other places.',
    torch: 'torch.movedim',
    samples: [{ inputs: [of(2, 3, 1)], call: x => movedim(x, [0, 1], [-1, 0]) }],
  },
  expandAs: {
    about: 'Stretches sizes of 1 to the shape of another tensor.',
    torch: 'torch.Tensor.expand_as',
    samples: [{ inputs: [of(2, 1), of(2, 3)], call: (x, y) => expandAs(x, y) }],
  },
  broadcastTo: {
    about: 'Stretches sizes of 1; another name of expand.',
    torch: 'torch.broadcast_to',
    samples: [{ inputs: [of(2, 1)], call: x => broadcastTo(x, [2, 2, 2]) }],
  },
});
