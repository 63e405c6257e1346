// Rows of a table by number: what turns tokens into vectors.

import { checkOptions } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { Tensor } from '../autograd/tensor.ts';
import type { NDArray } from '../ndarray/array.ts';
import { ShapeError, showShape } from '../ndarray/errors.ts';
import { checkIndices, rowsArray } from '../ndarray/gather.ts';
import { sizeOf } from '../ndarray/shape.ts';
import { where } from './arithmetic.ts';
import { eq } from './comparison.ts';
import { addRowsOp, type Indices, indicesOf, rowsOp } from './gather.ts';
import { reshape } from './reshape.ts';
import { checkIndex } from './slice.ts';
import { describeOps, shapeOf, structured, type TensorOr } from './structured.ts';
import { tensor } from './tensor.ts';

/** Options of {@link embedding}. */
export interface EmbeddingOptions {
  /** A row that gets no gradient, negative ones counted from the end; none unless given. */
  paddingIdx?: number;
}

/** Rows of a table, one of which stays as it is when the table learns. */
const paddedOp = structured<{ padding: number; size: number }>({
  name: 'embedding',
  inputs: ['weight', 'index'],
  kernel: ([weight, index]) => rowsArray(weight as NDArray, index as NDArray, 0),
  shape: ([weight = [], index = []]) => weight.with(0, index[0] ?? 1),
  vjp: [
    (g, [, index], _y, { padding, size }) => {
      const rows = index as Operand;
      const isPadding = reshape(eq(rows, padding), [...shapeOf(rows), 1]);
      return addRowsOp([where(isPadding, 0, g), rows], { dim: 0, size });
    },
    null,
  ],
  text: '{0}[{1}]',
});

/**
 * For each index that row of a table: of indices of shape [...] and a weight of shape [n, m] one of shape [..., m]. The row
 * `paddingIdx` gets no gradient. Source: `torch.nn.functional.embedding`.
 *
 * ```ts
 * embedding([1, 0, 1], tensor([[1, 2], [3, 4]])).toArray(); // [[3, 4], [1, 2], [3, 4]]
 * ```
 * @throws IndexError for an index that is not from 0 to n − 1; DTypeError unless the indices are int32; ShapeError unless the
 * weight is a matrix.
 */
export function embedding<A extends Operand>(
  indices: Indices,
  weight: A,
  options?: EmbeddingOptions,
): TensorOr<A> {
  checkOptions('embedding', options, ['paddingIdx']);
  const shape = shapeOf(weight);
  const [size = 0, width = 0] = shape;
  if (shape.length !== 2) {
    throw new ShapeError(
      `embedding: the weight must have one row per index (two dimensions), got shape ${showShape(shape)}`,
    );
  }
  const index = indicesOf('embedding', indices);
  if (index instanceof Tensor) checkIndices('embedding', index.array, size);
  const places = shapeOf(index);
  const list = reshape(index, [sizeOf(places)]);
  const rows =
    options?.paddingIdx === undefined
      ? rowsOp([weight, list], { dim: 0, size })
      : paddedOp([weight, list], {
          padding: checkIndex('embedding (paddingIdx)', options.paddingIdx, size, 0),
          size,
        });
  return reshape(rows, [...places, width]) as TensorOr<A>;
}

const of = (...shape: number[]) => ({ shape });
const table = (data: number[], ...shape: number[]) => tensor(Int32Array.from(data), { shape });

describeOps({
  embedding: {
    about: 'Rows of a table by number.',
    torch: 'torch.nn.functional.embedding',
    samples: [
      { inputs: [of(3, 2)], call: w => embedding(table([2, 0, 2, 1], 2, 2), w) },
      { inputs: [of(3, 2)], call: w => embedding(tensor(1, { dtype: 'int32' }), w) },
      { inputs: [of(3, 2)], call: w => embedding(table([], 0, 2), w) },
      { inputs: [of(3, 2)], call: w => embedding(table([0, 2, 0], 3), w, { paddingIdx: 1 }) },
      // The table is held fixed at the padding, which differences do not see.
      {
        inputs: [of(3, 2)],
        call: w => embedding(table([1, 2, 1], 3), w, { paddingIdx: -2 }),
        kink: true,
      },
    ],
  },
});
