// What a mask selects: where it is true, the elements there, and elements put there.

import { ArgumentError } from '../autograd/errors.ts';
import { Expression } from '../autograd/expression.ts';
import type { Operand } from '../autograd/op.ts';
import { constantTensor, describeTensor, Tensor } from '../autograd/tensor.ts';
import { allocate, broadcastTo, type NDArray } from '../ndarray/array.ts';
import { DTypeError, ShapeError, showShape } from '../ndarray/errors.ts';
import { coordinates, truePlaces } from '../ndarray/indexing.ts';
import { broadcastShapes, type Shape, sizeOf } from '../ndarray/shape.ts';
import { inTypeOf, put, rowsOp } from './gather.ts';
import { expand, reshape } from './reshape.ts';
import { describeOps, methods, shapeOf, type TensorOr } from './structured.ts';
import { tensor } from './tensor.ts';

/** The array of a tensor whose elements decide on shapes. */
function known(name: string, x: unknown): NDArray {
  if (x instanceof Tensor) return x.array;
  const what = x instanceof Expression ? `the symbol ${String(x)}` : String(x);
  throw new ArgumentError(`${name}: needs the elements of a Tensor, got ${what}`);
}

/** A mask stretched to a shape together with `x`, and that shape. */
function masked(name: string, x: Operand, mask: Operand): { shape: Shape; places: NDArray } {
  const array = known(name, mask);
  if (mask instanceof Tensor && mask.dtype !== 'bool') {
    throw new DTypeError(
      `${name}: the mask must be bool, got ${describeTensor(mask)}; compare it with something, such as ne(mask, 0)`,
    );
  }
  const shape = broadcastShapes(name, [shapeOf(x), array.shape]);
  return { shape, places: truePlaces(broadcastTo(array, shape, name)) };
}

/**
 * The indices of all elements that are not zero, one row for each; int32 of shape [count, dimensions]. No gradient. Source:
 * `torch.nonzero`.
 *
 * ```ts
 * nonzero(tensor([[0, 3], [5, 0]])).toArray(); // [[0, 1], [1, 0]]
 * ```
 */
export function nonzero(x: Operand): Tensor {
  const array = known('nonzero', x);
  const places = truePlaces(array);
  const rank = array.shape.length;
  const out = allocate([places.size, rank], 'int32');
  for (let dim = 0; dim < rank; dim++) {
    const { data } = coordinates(places, array.shape, dim);
    for (let k = 0; k < places.size; k++) out.data[k * rank + dim] = data[k] as number;
  }
  return constantTensor(out);
}

/**
 * The elements of `x` where the mask is true, in order, as a list; mask and `x` broadcast. Source: `torch.masked_select`.
 *
 * ```ts
 * maskedSelect(tensor([[1, 2], [3, 4]]), tensor([true, false])).toArray(); // [1, 3]
 * ```
 * @throws DTypeError unless the mask is bool; ShapeError where the shapes do not broadcast.
 */
export function maskedSelect<A extends Operand>(x: A, mask: Operand): TensorOr<A> {
  const { shape, places } = masked('maskedSelect', x, mask);
  const size = sizeOf(shape);
  const list = reshape(expand(x as Operand, shape), [size]);
  return rowsOp([list, constantTensor(places)], { dim: 0, size }) as TensorOr<A>;
}

/**
 * `x` with the elements of the source, in order, where the mask is true; mask and `x` broadcast. Source: `torch.masked_scatter`.
 *
 * ```ts
 * maskedScatter(tensor([1, 2, 3]), tensor([true, false, true]), tensor([8, 9])).toArray(); // [8, 2, 9]
 * ```
 * @throws DTypeError unless the mask is bool; ShapeError where the shapes do not broadcast or the source has too few elements.
 */
export function maskedScatter<A extends Operand>(
  x: A,
  mask: Operand,
  source: Operand,
): TensorOr<A> {
  const { shape, places } = masked('maskedScatter', x, mask);
  const given = shapeOf(source);
  const size = sizeOf(given);
  if (size < places.size) {
    throw new ShapeError(
      `maskedScatter: the mask is true at ${places.size} places, but a source of shape ${showShape(given)} has ${size} elements`,
    );
  }
  const from = new Int32Array(sizeOf(shape)).fill(-1);
  for (let k = 0; k < places.size; k++) from[places.data[k] as number] = k;
  const list = reshape(inTypeOf(x, source), [size]);
  return put(expand(x as Operand, shape), list, from) as TensorOr<A>;
}

export const maskMethods = methods({ nonzero, maskedSelect, maskedScatter });

const of = (...shape: number[]) => ({ shape });
const bools = (data: number[], ...shape: number[]) => ({ shape, data, dtype: 'bool' as const });

describeOps({
  nonzero: {
    about: 'The indices of the elements that are not zero.',
    torch: 'torch.nonzero',
    differentiable: false,
    samples: [{ inputs: [of(2, 3)], call: x => nonzero(x) }],
  },
  maskedSelect: {
    about: 'The elements where a mask is true.',
    torch: 'torch.masked_select',
    samples: [
      { inputs: [of(2, 3), bools([1, 0, 1], 3)], call: (x, m) => maskedSelect(x, m) },
      { inputs: [of(3), bools([1, 0], 2, 1)], call: (x, m) => maskedSelect(x, m) },
      { inputs: [of()], call: x => maskedSelect(x, tensor(true)) },
      { inputs: [of(2)], call: x => maskedSelect(x, tensor([false, false])) },
    ],
  },
  maskedScatter: {
    about: 'Elements put, in order, where a mask is true.',
    torch: 'torch.masked_scatter',
    samples: [
      {
        inputs: [of(2, 3), bools([1, 0, 1], 3), of(5)],
        call: (x, m, s) => maskedScatter(x, m, s),
      },
      { inputs: [of(2), bools([0, 1], 2, 1), of(2)], call: (x, m, s) => maskedScatter(x, m, s) },
      {
        inputs: [of(2), of(0)],
        call: (x, s) => maskedScatter(x, tensor([false, false]), s),
      },
    ],
  },
});
