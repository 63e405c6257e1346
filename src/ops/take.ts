// Elements by their place among all, and along a dimension by an index that broadcasts.

import { checkOptions } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { constantTensor, Tensor } from '../autograd/tensor.ts';
import { ShapeError, showShape } from '../ndarray/errors.ts';
import { joinedIndex } from '../ndarray/indexing.ts';
import { broadcastShapes, dimension, sizeOf } from '../ndarray/shape.ts';
import { gather, type Indices, indicesOf, rowsOp } from './gather.ts';
import { expand, reshape } from './reshape.ts';
import { describeOps, methods, shapeOf, type TensorOr } from './structured.ts';
import { tensor } from './tensor.ts';

/**
 * Elements by their place among all, counted in order; negative places from the end. Shape: that of the index. Source: `torch.take`.
 *
 * ```ts
 * take(tensor([[1, 2], [3, 4]]), [0, -1]).toArray(); // [1, 4]
 * ```
 * @throws IndexError for a place out of range; DTypeError unless the index is int32.
 */
export function take<A extends Operand>(x: A, index: Indices): TensorOr<A> {
  const size = sizeOf(shapeOf(x));
  const given = indicesOf('take', index);
  const shape = shapeOf(given);
  const places =
    given instanceof Tensor
      ? constantTensor(joinedIndex('take', [{ index: given.array, size, dim: 0 }], shape))
      : given;
  const list = reshape(x as Operand, [size]);
  const rows = rowsOp([list, reshape(places, [sizeOf(shape)])], { dim: 0, size });
  return reshape(rows, shape) as TensorOr<A>;
}

/** Options of {@link takeAlongDim}. */
export interface TakeAlongDimOptions {
  /** The dimension, negative ones counted from the end; all elements in order unless given. */
  dim?: number;
}

/**
 * Elements picked along a dimension, such as by what argsort gives; `x` and the indices broadcast in the other dimensions. Without a
 * dimension the places count among all elements. Source: `torch.take_along_dim`.
 *
 * ```ts
 * takeAlongDim(tensor([[1, 5], [4, 2]]), [[1], [0]], { dim: 1 }).toArray(); // [[5], [4]]
 * ```
 * @throws IndexError for an index out of range; ShapeError where the shapes do not fit; DTypeError unless the indices are int32.
 */
export function takeAlongDim<A extends Operand>(
  x: A,
  indices: Indices,
  options?: TakeAlongDimOptions,
): TensorOr<A> {
  checkOptions('takeAlongDim', options, ['dim']);
  const index = indicesOf('takeAlongDim', indices);
  if (options?.dim === undefined) {
    return take(x, reshape(index as Operand, [sizeOf(shapeOf(index))]) as Tensor);
  }
  const [shape, given] = [shapeOf(x), shapeOf(index)];
  if (shape.length !== given.length) {
    throw new ShapeError(
      `takeAlongDim: the indices must have as many dimensions as the input, got ${showShape(given)} for ${showShape(shape)}`,
    );
  }
  const dim = dimension('takeAlongDim', options.dim, shape.length);
  if (shape.length === 0) return gather(x, dim, index);
  const others = broadcastShapes('takeAlongDim', [shape.with(dim, 1), given.with(dim, 1)]);
  const from = expand(x as Operand, others.with(dim, shape[dim] as number));
  const places = expand(index as Operand, others.with(dim, given[dim] as number)) as Tensor;
  return gather(from, dim, places) as TensorOr<A>;
}

export const takeMethods = methods({ take, takeAlongDim });

const of = (...shape: number[]) => ({ shape });
const ints = (data: number[], ...shape: number[]) => tensor(Int32Array.from(data), { shape });

describeOps({
  take: {
    about: 'Elements by their place among all.',
    torch: 'torch.take',
    samples: [
      { inputs: [of(2, 3)], call: x => take(x, ints([5, 0, -1, 2], 2, 2)) },
      { inputs: [of(3)], call: x => take(x, 1) },
      { inputs: [of(2)], call: x => take(x, []) },
    ],
  },
  takeAlongDim: {
    about: 'Elements picked along a dimension by an index that broadcasts.',
    torch: 'torch.take_along_dim',
    samples: [
      { inputs: [of(2, 3)], call: x => takeAlongDim(x, ints([2, 0], 1, 2), { dim: -1 }) },
      { inputs: [of(3, 1)], call: x => takeAlongDim(x, ints([2, 0], 1, 2), { dim: 0 }) },
      { inputs: [of(2, 2)], call: x => takeAlongDim(x, ints([3, 3, 0], 3)) },
    ],
  },
});
