// Picking elements and rows by index, and adding them back: gather, scatter, and the same for whole rows.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import { Expression } from '../autograd/expression.ts';
import type { Operand } from '../autograd/op.ts';
import { constantTensor, describeTensor, Tensor } from '../autograd/tensor.ts';
import { fromData, type NDArray, scalarArray } from '../ndarray/array.ts';
import { DTypeError, IndexError, ShapeError, showShape } from '../ndarray/errors.ts';
import {
  addRowsArray,
  checkFits,
  checkIndices,
  gatherArray,
  placesAlong,
  rowsArray,
  scatterArray,
} from '../ndarray/gather.ts';
import { lastWrites } from '../ndarray/indexing.ts';
import { flatData } from '../ndarray/map.ts';
import { dimension, type Shape, sizeOf } from '../ndarray/shape.ts';
import { add, mul, where } from './arithmetic.ts';
import { eq } from './comparison.ts';
import { expand, reshape, to } from './reshape.ts';
import { slice } from './slice.ts';
import {
  type Apply,
  describeOps,
  methods,
  shapeOf,
  structured,
  type TensorOr,
} from './structured.ts';
import { tensor } from './tensor.ts';

interface AlongDim {
  dim: number;
}

interface Into extends AlongDim {
  /** Shape of the result. */
  shape: Shape;
}

const gatherOp: Apply<AlongDim> = structured<AlongDim>({
  name: 'gather',
  inputs: ['x', 'index'],
  kernel: ([x, index], { dim }) => gatherArray(x as NDArray, index as NDArray, dim),
  shape: ([, index = []]) => index,
  vjp: [
    (g, [x, index], _y, { dim }) =>
      scatterOp([g, index as Operand], { dim, shape: shapeOf(x as Operand) }),
    null,
  ],
  linear: true,
  text: '{0}[{1}]',
});

/** Zeros with the source added at the indices. */
const scatterOp: Apply<Into> = structured<Into>({
  name: 'scatterIntoZeros',
  inputs: ['source', 'index'],
  kernel: ([source, index], { dim, shape }) =>
    scatterArray(source as NDArray, index as NDArray, dim, shape),
  shape: (_, { shape }) => shape,
  vjp: [(g, [, index], _y, { dim }) => gatherOp([g, index as Operand], { dim }), null],
  linear: true,
  text: 'scatter({0}, {1})',
});

interface Rows extends AlongDim {
  /** How many rows there are. */
  size: number;
}

/** Rows by number. The numbers must be in range. */
export const rowsOp: Apply<Rows> = structured<Rows>({
  name: 'indexSelect',
  inputs: ['x', 'index'],
  kernel: ([x, index], { dim }) => rowsArray(x as NDArray, index as NDArray, dim),
  shape: ([x = [], index = []], { dim }) => (x.length === 0 ? [] : x.with(dim, index[0] ?? 1)),
  vjp: [(g, [, index], _y, params) => addRowsOp([g, index as Operand], params), null],
  linear: true,
  text: '{0}[{1}]',
});

/** Zeros with rows added at the numbers. These must be in range. */
export const addRowsOp: Apply<Rows> = structured<Rows>({
  name: 'addRowsToZeros',
  inputs: ['source', 'index'],
  kernel: ([source, index], { dim, size }) =>
    addRowsArray(source as NDArray, index as NDArray, dim, size),
  shape: ([source = []], { dim, size }) => (source.length === 0 ? [] : source.with(dim, size)),
  vjp: [(g, [, index], _y, params) => rowsOp([g, index as Operand], params), null],
  linear: true,
  text: 'scatter({0}, {1})',
});

/** What can serve as indices: an int32 tensor, nested arrays, a symbol. */
export type Indices = Tensor | Expression | number | readonly Indices[];

/** Indices as an int32 tensor. @throws DTypeError, ArgumentError. */
export function indicesOf(name: string, index: unknown): Tensor | Expression {
  if (index instanceof Expression) return index;
  if (index instanceof Tensor) {
    if (index.dtype === 'int32') return index;
    throw new DTypeError(
      `${name}: the index must be int32, got ${describeTensor(index)}; convert it with .to('int32')`,
    );
  }
  if (!Array.isArray(index) && typeof index !== 'number') {
    throw new ArgumentError(
      `${name}: the index must be an int32 Tensor or an array of whole numbers, got ${describe(index)}`,
    );
  }
  const numbers = tensor(index as never, { dtype: 'float64' });
  const fraction = flatData(numbers.array).find(n => !Number.isInteger(n));
  if (fraction === undefined) return to(numbers, 'int32');
  throw new DTypeError(`${name}: indices must be whole numbers, got ${fraction}`);
}

function checkRange(name: string, index: Tensor | Expression, size: number): void {
  if (index instanceof Tensor) checkIndices(name, index.array, size);
}

/** The elements of an index, which decide what a result is made of. */
function elementsOf(name: string, index: Tensor | Expression): NDArray {
  if (index instanceof Tensor) return index.array;
  throw new ArgumentError(`${name}: the index must be a Tensor, not the symbol ${String(index)}`);
}

/** Which of the places are written to, and by which number (any, where none). */
function written(from: Int32Array): { mask: Tensor; numbers: Tensor } {
  const size = [from.length];
  const mask = new Uint8Array(from.length);
  const numbers = new Int32Array(from.length);
  for (let k = 0; k < from.length; k++) {
    const number = from[k] as number;
    if (number < 0) continue;
    mask[k] = 1;
    numbers[k] = number;
  }
  return {
    mask: constantTensor(fromData(mask, size, 'bool')),
    numbers: constantTensor(fromData(numbers, size, 'int32')),
  };
}

/** `x` with elements of a list in its place: at each the one of that number, or `x` itself for −1. */
export function put(x: Operand, list: Operand, from: Int32Array): Operand {
  const shape = shapeOf(x);
  const size = sizeOf(shapeOf(list));
  const { mask, numbers } = written(from);
  const values = size === 0 ? x : reshape(rowsOp([list, numbers], { dim: 0, size }), shape);
  return where(reshape(mask, shape), values, x);
}

/** Values in the element type of `x`. */
export function inTypeOf(x: Operand, values: Operand): Operand {
  if (!(x instanceof Tensor)) return values;
  if (values instanceof Tensor) return to(values, x.dtype);
  return typeof values === 'number' ? constantTensor(scalarArray(values, x.dtype)) : values;
}

/** Checks an index that has the dimensions of `x`. */
export function pointwise(name: string, x: Operand, dim: number, given: Indices) {
  const shape = shapeOf(x);
  const along = dimension(name, dim, shape.length);
  const index = indicesOf(name, given);
  checkFits(name, shapeOf(index), shape, along);
  checkRange(name, index, shape[along] ?? 1);
  return { along, index, shape };
}

/** Checks a list of row numbers. */
function rowwise(name: string, x: Operand, dim: number, given: Indices) {
  const shape = shapeOf(x);
  const along = dimension(name, dim, shape.length);
  const index = indicesOf(name, given);
  if (shapeOf(index).length > 1) {
    throw new ShapeError(
      `${name}: the index must be a list of row numbers (one dimension), got shape ${showShape(shapeOf(index))}; see gather`,
    );
  }
  const size = shape[along] ?? 1;
  checkRange(name, index, size);
  return { along, index, shape, size };
}

/**
 * Elements picked along a dimension: y[i][j] = x[index[i][j]][j] for dim 0, and likewise for others. Shape: that of the index,
 * which may not be larger than `x` in any other dimension. Source: `torch.gather`.
 *
 * ```ts
 * gather(tensor([[1, 2], [3, 4]]), 1, [[0, 0], [1, 0]]).toArray(); // [[1, 1], [4, 3]]
 * ```
 * @throws IndexError for an index out of range or that does not fit; DTypeError unless the index is int32.
 */
export function gather<A extends Operand>(x: A, dim: number, index: Indices): TensorOr<A> {
  const { along, index: places } = pointwise('gather', x, dim, index);
  return gatherOp([x, places], { dim: along }) as TensorOr<A>;
}

/** The part of the source that an index covers. */
export function covered(name: string, source: Operand, index: Shape): Operand {
  const shape = shapeOf(source);
  if (shape.length === 0) return expand(source, index);
  checkFits(name, index, shape, -1);
  let part = source;
  index.forEach((n, k) => {
    if (n !== shape[k]) part = slice(part, k, { end: n });
  });
  return part;
}

/**
 * `x` with elements of the source added where the index says: y[index[i][j]][j] += source[i][j] for dim 0. Source: `torch.scatter_add`.
 *
 * ```ts
 * scatterAdd(zeros([3]), 0, [0, 2, 0], tensor([1, 2, 3])).toArray(); // [4, 0, 2]
 * ```
 * @throws IndexError for an index out of range or that does not fit; DTypeError unless the index is int32.
 */
export function scatterAdd<A extends Operand>(
  x: A,
  dim: number,
  index: Indices,
  source: Operand,
): TensorOr<A> {
  const { along, index: places, shape } = pointwise('scatterAdd', x, dim, index);
  const part = covered('scatterAdd', source, shapeOf(places));
  return add(x, scatterOp([part, places], { dim: along, shape })) as TensorOr<A>;
}

/**
 * `x` with elements of the source (or one number) put where the index says: y[index[i][j]][j] = source[i][j] for dim 0.
 * Where several go to one place the last stays. Source: `torch.scatter`.
 *
 * ```ts
 * scatter(zeros([3]), 0, [2, 0], tensor([1, 2])).toArray(); // [2, 0, 1]
 * ```
 * @throws IndexError for an index out of range or that does not fit; DTypeError unless the index is int32.
 */
export function scatter<A extends Operand>(
  x: A,
  dim: number,
  index: Indices,
  source: Operand,
): TensorOr<A> {
  const { along, index: places, shape } = pointwise('scatter', x, dim, index);
  const part = covered('scatter', source, shapeOf(places));
  const from = lastWrites(placesAlong(elementsOf('scatter', places), shape, along), sizeOf(shape));
  const list = reshape(inTypeOf(x, part), [sizeOf(shapeOf(places))]);
  return put(x, list, from) as TensorOr<A>;
}

/**
 * The rows (or columns …) of `x` with these numbers along a dimension, in this order. Source: `torch.index_select`.
 *
 * ```ts
 * indexSelect(tensor([[1, 2], [3, 4], [5, 6]]), 0, [2, 0]).toArray(); // [[5, 6], [1, 2]]
 * ```
 * @throws IndexError for an index out of range; DTypeError unless the index is int32.
 */
export function indexSelect<A extends Operand>(x: A, dim: number, index: Indices): TensorOr<A> {
  const { along, index: rows, size } = rowwise('indexSelect', x, dim, index);
  return rowsOp([x, rows], { dim: along, size }) as TensorOr<A>;
}

/** Options of {@link indexAdd}. */
export interface IndexAddOptions {
  /** Factor of the source; 1 unless given. */
  alpha?: number;
}

function checkRows(name: string, source: Operand, rows: Operand, shape: Shape, dim: number): void {
  const count = shapeOf(rows)[0] ?? 1;
  const wanted = shape.length === 0 ? [] : shape.with(dim, count);
  const got = shapeOf(source);
  if (got.length === wanted.length && got.every((n, k) => n === wanted[k])) return;
  throw new ShapeError(
    `${name}: for ${count} indices along dimension ${dim} of ${showShape(shape)} the source must have the shape ` +
      `${showShape(wanted)}, got ${showShape(got)}`,
  );
}

/**
 * `x` with the rows of the source added at the row numbers. Source: `torch.index_add`.
 *
 * ```ts
 * indexAdd(zeros([3]), 0, [0, 0, 2], tensor([1, 2, 3])).toArray(); // [3, 0, 3]
 * ```
 * @throws IndexError for an index out of range; ShapeError where the source does not fit; DTypeError unless the index is int32.
 */
export function indexAdd<A extends Operand>(
  x: A,
  dim: number,
  index: Indices,
  source: Operand,
  options?: IndexAddOptions,
): TensorOr<A> {
  checkOptions('indexAdd', options, ['alpha']);
  const { along, index: rows, size, shape } = rowwise('indexAdd', x, dim, index);
  checkRows('indexAdd', source, rows, shape, along);
  const scaled = options?.alpha === undefined ? source : mul(source, options.alpha);
  return add(x, addRowsOp([scaled, rows], { dim: along, size })) as TensorOr<A>;
}

/** `x` with the rows at the row numbers replaced by those of the source. Source: `torch.index_copy`. */
export function indexCopy<A extends Operand>(
  x: A,
  dim: number,
  index: Indices,
  source: Operand,
): TensorOr<A> {
  const { along, index: rows, size, shape } = rowwise('indexCopy', x, dim, index);
  checkRows('indexCopy', source, rows, shape, along);
  const { mask, numbers } = written(lastWrites(flatData(elementsOf('indexCopy', rows)), size));
  const stretch = shape.map((_, k) => (k === along ? size : 1));
  const count = shapeOf(rows)[0] ?? 1;
  const rowsAt = (size: number) => rowsOp([inTypeOf(x, source), numbers], { dim: along, size });
  const values = count === 0 ? x : rowsAt(count);
  return where(reshape(mask, stretch), values, x) as TensorOr<A>;
}

/** `x` with the rows at the row numbers filled with one number (or a 0-d tensor). Source: `torch.index_fill`. */
export function indexFill<A extends Operand>(
  x: A,
  dim: number,
  index: Indices,
  value: Operand,
): TensorOr<A> {
  const { along, index: rows, shape, size } = rowwise('indexFill', x, dim, index);
  if (shapeOf(value).length > 0) {
    throw new ShapeError(
      `indexFill: the value must be a single number, got shape ${showShape(shapeOf(value))}; see indexCopy`,
    );
  }
  const { mask } = written(lastWrites(flatData(elementsOf('indexFill', rows)), size));
  const stretch = shape.map((_, k) => (k === along ? size : 1));
  return where(reshape(mask, stretch), inTypeOf(x, value), x) as TensorOr<A>;
}

/** Options of {@link oneHot}. */
export interface OneHotOptions {
  /** Size of the new dimension; one more than the largest index unless given. */
  numClasses?: number;
}

/**
 * For each index a row of zeros with a 1 at that place; int32. Source: `torch.nn.functional.one_hot`.
 *
 * ```ts
 * oneHot([0, 2]).toArray(); // [[1, 0, 0], [0, 0, 1]]
 * ```
 * @throws IndexError for a negative index or one that is not below `numClasses`; DTypeError unless the index is int32.
 */
export function oneHot(index: Indices, options?: OneHotOptions): Tensor {
  checkOptions('oneHot', options, ['numClasses']);
  const places = indicesOf('oneHot', index);
  if (!(places instanceof Tensor)) {
    throw new ArgumentError('oneHot: the indices must be a Tensor, not an Expression');
  }
  const most = (flatData(places.array) as Int32Array).reduce((a, b) => Math.max(a, b), -1);
  const classes = options?.numClasses ?? most + 1;
  if (!Number.isInteger(classes) || classes < 1) {
    throw new IndexError(
      `oneHot: numClasses must be a whole number from 1, got ${describe(classes)}; it cannot be told from no indices`,
    );
  }
  checkRange('oneHot', places, classes);
  const numbers = tensor(Int32Array.from({ length: classes }, (_, k) => k));
  return eq(reshape(places, [...places.shape, 1]), numbers).to('int32');
}

export const gatherMethods = methods({
  gather,
  scatterAdd,
  scatter,
  indexSelect,
  indexAdd,
  indexCopy,
  indexFill,
});

const of = (...shape: number[]) => ({ shape });
const list = (data: number[]) => tensor(Int32Array.from(data));
const table = (data: number[], ...shape: number[]) => tensor(Int32Array.from(data), { shape });

describeOps({
  gather: {
    about: 'Elements picked along a dimension by an index of the same rank.',
    torch: 'torch.gather',
    samples: [
      { inputs: [of(2, 3)], call: x => gather(x, 1, table([0, 2, 1, 1], 2, 2)) },
      { inputs: [of(2, 3)], call: x => gather(x, -2, table([1, 0, 1, 0, 0, 0], 2, 3)) },
      { inputs: [of(2, 2, 2)], call: x => gather(x, 1, table([1, 0], 2, 1, 1)) },
      { inputs: [of()], call: x => gather(x, 0, tensor(0, { dtype: 'int32' })) },
    ],
  },
  scatterAdd: {
    about: 'Elements added at the places that an index names.',
    torch: 'torch.scatter_add',
    samples: [
      {
        inputs: [of(2, 3), of(2, 3)],
        call: (x, s) => scatterAdd(x, 1, table([0, 0, 2, 1, 1, 1], 2, 3), s),
      },
      { inputs: [of(3, 2), of(2, 2)], call: (x, s) => scatterAdd(x, 0, table([2, 0], 1, 2), s) },
    ],
  },
  scatter: {
    about: 'Elements put at the places that an index names.',
    torch: 'torch.scatter',
    samples: [
      {
        inputs: [of(2, 3), of(2, 2)],
        call: (x, s) => scatter(x, 1, table([0, 2, 1, 0], 2, 2), s),
      },
      { inputs: [of(2, 3)], call: x => scatter(x, 0, table([1, 0, 1], 1, 3), 2) },
      { inputs: [of(2), of(3)], call: (x, s) => scatter(x, 0, list([1, 1, 1]), s) },
    ],
  },
  indexSelect: {
    about: 'Rows with these numbers.',
    torch: 'torch.index_select',
    samples: [
      { inputs: [of(3, 2)], call: x => indexSelect(x, 0, list([2, 0, 2])) },
      { inputs: [of(2, 3, 2)], call: x => indexSelect(x, -2, list([1])) },
      { inputs: [of(3, 2)], call: x => indexSelect(x, 1, list([])) },
    ],
  },
  indexAdd: {
    about: 'Rows added to the rows with these numbers.',
    torch: 'torch.index_add',
    samples: [
      { inputs: [of(3, 2), of(2, 2)], call: (x, s) => indexAdd(x, 0, list([2, 2]), s) },
      {
        inputs: [of(2, 2), of(2, 1)],
        call: (x, s) => indexAdd(x, -1, list([1]), s, { alpha: 3 }),
      },
    ],
  },
  indexCopy: {
    about: 'Rows with these numbers replaced.',
    torch: 'torch.index_copy',
    samples: [
      { inputs: [of(3, 2), of(2, 2)], call: (x, s) => indexCopy(x, 0, list([2, 0]), s) },
      { inputs: [of(2, 3), of(2, 2)], call: (x, s) => indexCopy(x, -1, list([1, 1]), s) },
      { inputs: [of(2), of(0)], call: (x, s) => indexCopy(x, 0, list([]), s) },
    ],
  },
  indexFill: {
    about: 'Rows with these numbers filled with one number.',
    torch: 'torch.index_fill',
    samples: [
      { inputs: [of(2, 3)], call: x => indexFill(x, 1, list([2, 0]), 5) },
      { inputs: [of(2, 3), of()], call: (x, v) => indexFill(x, 0, list([1]), v) },
    ],
  },
  oneHot: {
    about: 'Rows of zeros with a 1 at each index.',
    torch: 'torch.nn.functional.one_hot',
    differentiable: false,
    samples: [{ inputs: [{ shape: [3], data: [0, 2, 2], dtype: 'int32' }], call: x => oneHot(x) }],
  },
});
