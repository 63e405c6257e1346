// Parts of a tensor by what stands between the brackets in PyTorch: numbers, slices, new dimensions, lists, tensors, masks.
// Numbers and slices make views; all lists and masks together make one list of row numbers.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { constantTensor, describeTensor, Tensor } from '../autograd/tensor.ts';
import { fromData } from '../ndarray/array.ts';
import { DTypeError, IndexError, ShapeError, showShape } from '../ndarray/errors.ts';
import {
  type Along,
  coordinates,
  counting,
  joinedIndex,
  lastWrites,
  truePlaces,
} from '../ndarray/indexing.ts';
import { flatData } from '../ndarray/map.ts';
import { broadcastShapes, type Shape, sameShape, sizeOf } from '../ndarray/shape.ts';
import { add, mul } from './arithmetic.ts';
import { addRowsOp, indicesOf, inTypeOf, put, rowsOp } from './gather.ts';
import { expand, permute, reshape } from './reshape.ts';
import { checkIndex, type SliceOptions, select, sliceBy, sliceRange } from './slice.ts';
import { describeOps, methods, shapeOf, type TensorOr } from './structured.ts';
import { tensor } from './tensor.ts';

/** Whole numbers or booleans, nested as deep as there are dimensions. */
export type IndexList = readonly (number | boolean | IndexList)[];

/**
 * One place between the brackets: a number, a slice { start, end, step }, null for a new dimension, '...' for all dimensions
 * that are not named, an int32 tensor or list of indices, a bool tensor or list as a mask.
 */
export type Index = number | SliceOptions | null | '...' | boolean | IndexList | Tensor;

/** Indices into a dimension of a view. */
interface Placed extends Along {
  /** The dimension of the view. */
  at: number;
}

/** What an index comes to: a view, and indices into some of its dimensions. */
interface Plan {
  view: Operand;
  placed: Placed[];
}

/** A place between the brackets, lists made tensors and numbers in tensors made numbers. */
type Item = number | SliceOptions | null | '...' | Tensor;

function itemOf(name: string, given: unknown): Item {
  if (given === null || given === '...' || typeof given === 'number') return given;
  if (typeof given === 'boolean') return tensor(given);
  if (Array.isArray(given)) return listed(name, given);
  if (given instanceof Tensor) {
    if (given.dtype !== 'int32' && given.dtype !== 'bool') {
      throw new DTypeError(
        `${name}: a tensor as an index must be int32 or bool, got ${describeTensor(given)}; convert it with .to('int32')`,
      );
    }
    return given.dtype === 'int32' && given.ndim === 0 ? given.item() : given;
  }
  if (typeof given === 'object' && Object.getPrototypeOf(given) === Object.prototype) {
    checkOptions(`${name} (slice)`, given as object, ['start', 'end', 'step']);
    return given as SliceOptions;
  }
  throw new ArgumentError(
    `${name}: an index must be a number, a slice { start, end, step }, null, '...', a list, or an int32 or bool Tensor, ` +
      `got ${describe(given)}`,
  );
}

function listed(name: string, list: readonly unknown[]): Tensor {
  const mask = list.flat(Number.POSITIVE_INFINITY);
  if (mask.length > 0 && mask.every(x => typeof x === 'boolean')) return tensor(list as never);
  return indicesOf(name, list) as Tensor;
}

/** How many dimensions an item stands for. */
function width(item: Item): number {
  if (item === null || item === '...') return 0;
  return item instanceof Tensor && item.dtype === 'bool' ? item.ndim : 1;
}

/** The items with '...' written out, so that they stand for all dimensions. */
function complete(name: string, items: readonly Item[], shape: Shape): Item[] {
  const used = items.reduce((sum: number, item) => sum + width(item), 0);
  if (used > shape.length) {
    throw new IndexError(
      `${name}: ${used} indices for the ${shape.length} dimension${shape.length === 1 ? '' : 's'} of shape ${showShape(shape)}`,
    );
  }
  const rest = new Array<Item>(shape.length - used).fill({});
  const dots = items.indexOf('...');
  if (dots < 0) return [...items, ...rest];
  if (items.lastIndexOf('...') !== dots) {
    throw new IndexError(`${name}: '...' can stand only once in an index`);
  }
  return items.toSpliced(dots, 1, ...rest);
}

/** Takes the numbers, slices and new dimensions as a view, and lists the indices that are left. */
function planOf(name: string, x: Operand, given: readonly unknown[]): Plan {
  const shape = shapeOf(x);
  const items = complete(
    name,
    given.map(item => itemOf(name, item)),
    shape,
  );
  const numbers: [dim: number, index: number][] = [];
  const ranges = shape.map(n => ({ start: 0, length: n, step: 1 }));
  const viewShape: number[] = [];
  const placed: Placed[] = [];
  let dim = 0;
  for (const item of items) {
    const n = shape[dim] as number;
    if (item === null) viewShape.push(1);
    else if (typeof item === 'number') {
      numbers.push([dim, checkIndex(name, item, n, dim)]);
      dim += 1;
    } else if (item instanceof Tensor) {
      const parts = placesOf(name, item, shape, dim);
      for (const part of parts) placed.push({ ...part, at: viewShape.push(part.size) - 1 });
      dim += width(item);
    } else {
      const range = sliceRange(name, n, item as SliceOptions);
      ranges[dim] = range;
      viewShape.push(range.length);
      dim += 1;
    }
  }
  return { view: viewOf(x, ranges, numbers, viewShape), placed };
}

function viewOf(
  x: Operand,
  ranges: readonly { start: number; length: number; step: number }[],
  numbers: readonly (readonly [number, number])[],
  shape: Shape,
): Operand {
  let view = x;
  const whole = shapeOf(x).every((n, k) => ranges[k]?.length === n);
  if (!whole) {
    view = sliceBy(view, {
      starts: ranges.map(({ start }) => start),
      steps: ranges.map(({ step }) => step),
      sizes: ranges.map(({ length }) => length),
    });
  }
  for (const [dim, index] of numbers.toReversed()) view = select(view, dim, index);
  return shaped(view, shape);
}

const shaped = (x: Operand, shape: Shape): Operand =>
  sameShape(shapeOf(x), shape) ? x : reshape(x, shape);

/** A tensor as indices of one dimension; a mask as indices of as many as it has. */
function placesOf(name: string, item: Tensor, shape: Shape, dim: number): Along[] {
  const size = shape[dim] as number;
  if (item.dtype !== 'bool') return [{ index: item.array, size, dim }];
  const places = truePlaces(item.array);
  // A single truth value stands for a new dimension of one element, taken or not.
  if (item.ndim === 0) {
    return [{ index: fromData(new Int32Array(places.size), [places.size], 'int32'), size: 1, dim }];
  }
  const part = shape.slice(dim, dim + item.ndim);
  if (!sameShape(part, item.shape)) {
    throw new IndexError(
      `${name}: a mask of shape ${showShape(item.shape)} does not fit ${showShape(shape)} from dimension ${dim} on; ` +
        `its sizes must be ${showShape(part)}`,
    );
  }
  return part.map((n, k) => ({ index: coordinates(places, part, k), size: n, dim: dim + k }));
}

/**
 * Picks by indices into some dimensions of a view. What they give stands where those dimensions stood, if they are neighbours, and
 * first otherwise.
 */
function pick(name: string, { view, placed }: Plan): Operand {
  if (placed.length === 0) return view;
  const shape = shapeOf(view);
  const dims = placed.map(({ at }) => at);
  const together = dims.every((dim, k) => dim === (dims[0] as number) + k);
  const first = together ? (dims[0] as number) : 0;
  const others = [...shape.keys()].filter(k => !dims.includes(k));
  const ordered = together ? view : permute(view, [...dims, ...others]);
  const given = broadcastShapes(
    name,
    placed.map(({ index }) => index.shape),
  );
  const count = sizeOf(given);
  const places = constantTensor(joinedIndex(name, placed, given).view([count], [1]));
  const size = sizeOf(placed.map(part => part.size));
  const sizes = shapeOf(ordered).toSpliced(first, dims.length, size);
  const rows = rowsOp([shaped(ordered, sizes), places], { dim: first, size });
  return shaped(rows, sizes.toSpliced(first, 1, ...given));
}

/**
 * A part of `x`, by what stands between the brackets in PyTorch: x[1, :, None] is `index(x, 1, {}, null)`. Numbers drop their
 * dimension, slices `{ start, end, step }` cut it, null adds one, '...' stands for those not named; these make a view. Lists and
 * int32 tensors pick, negative indices counted from the end; together they broadcast to a shape that stands where they
 * stand if they are neighbours, and first otherwise. A mask picks the places where it is true. Source: indexing of
 * `torch.Tensor`.
 *
 * ```ts
 * const x = tensor([[1, 2, 3], [4, 5, 6]]);
 * x.at(-1).toArray(); // [4, 5, 6]
 * x.at({}, { start: 1 }).toArray(); // [[2, 3], [5, 6]]
 * x.at('...', [2, 0]).toArray(); // [[3, 1], [6, 4]]
 * x.at([0, 1], [1, 2]).toArray(); // [2, 6]
 * x.at(x.gt(4)).toArray(); // [5, 6]
 * ```
 * @throws IndexError for an index out of range, too many of them, or a mask that does not fit; ShapeError where lists do not
 * broadcast; DTypeError for a tensor that is neither int32 nor bool.
 */
export function index<A extends Operand>(x: A, ...indices: Index[]): TensorOr<A> {
  return pick('index', planOf('index', x, indices)) as TensorOr<A>;
}

/** Options of {@link indexPut}. */
export interface IndexPutOptions {
  /** Adds the values to what is there, all that go to one place; otherwise they replace it, and the last stays. False unless given. */
  accumulate?: boolean;
}

/**
 * A copy of `x` with values put, or added, at a part of it: x[indices] = values. The values stretch to the shape of the part; see
 * {@link index} for the indices. Source: `torch.index_put`.
 *
 * ```ts
 * indexPut(tensor([1, 2, 3]), [[0, 2]], tensor([7, 8])).toArray(); // [7, 2, 8]
 * indexPut(tensor([1, 2, 3]), [[0, 0]], 5, { accumulate: true }).toArray(); // [11, 2, 3]
 * ```
 * @throws ArgumentError unless the indices are an array, ShapeError where the values do not stretch; and as {@link index}.
 */
export function indexPut<A extends Operand>(
  x: A,
  indices: readonly Index[],
  values: Operand,
  options?: IndexPutOptions,
): TensorOr<A> {
  checkOptions('indexPut', options, ['accumulate']);
  if (!Array.isArray(indices)) {
    throw new ArgumentError(
      `indexPut: the indices must be an array with one index per dimension, got ${describe(indices)}`,
    );
  }
  const shape = shapeOf(x);
  const size = sizeOf(shape);
  const counted = constantTensor(fromData(counting(size), shape, 'int32'));
  const places = pick('indexPut', planOf('indexPut', counted, indices)) as Tensor;
  const source = stretched('indexPut', inTypeOf(x, values), places.shape);
  const list = reshape(source, [places.size]);
  if (options?.accumulate !== true)
    return put(x, list, lastWrites(flatData(places.array), size)) as TensorOr<A>;
  const rows = reshape(places, [places.size]);
  return add(x, reshape(addRowsOp([list, rows], { dim: 0, size }), shape)) as TensorOr<A>;
}

function stretched(name: string, values: Operand, shape: Shape): Operand {
  const given = shapeOf(values);
  if (given.length <= shape.length && sameShape(broadcastShapes(name, [given, shape]), shape)) {
    return expand(values, shape);
  }
  throw new ShapeError(
    `${name}: values of shape ${showShape(given)} do not stretch to the part that is indexed, ${showShape(shape)}`,
  );
}

export const indexingMethods = methods({ at: index, indexPut });

const of = (...shape: number[]) => ({ shape });
const ints = (data: number[], ...shape: number[]) => tensor(Int32Array.from(data), { shape });
const mask = { shape: [3], data: [1, 0, 1], dtype: 'bool' as const };

/** Not linear, so that second derivatives go through it. */
const squared = (x: Tensor): Tensor => mul(x, x);

describeOps({
  index: {
    about: 'A part by numbers, slices, new dimensions, lists and masks.',
    torch: 'torch.Tensor.__getitem__',
    samples: [
      { inputs: [of(2, 3, 2)], call: x => squared(index(x, 1, { start: 1 }, null)) },
      { inputs: [of(2, 3)], call: x => index(x, '...', [2, 0, -1]) },
      { inputs: [of(2, 3, 2)], call: x => index(x, [0, 1], {}, ints([1, 0, 1, 1], 2, 2)) },
      { inputs: [of(3, 2), mask], call: (x, m) => squared(index(x, m, { end: 1 })) },
      { inputs: [of()], call: x => index(x, null, true) },
      { inputs: [of(2, 2)], call: x => index(x, [false, false]) },
    ],
  },
  indexPut: {
    about: 'Values put or added at a part.',
    torch: 'torch.index_put',
    samples: [
      { inputs: [of(3, 2), of(2)], call: (x, v) => indexPut(x, [[2, 0, 2]], v) },
      {
        inputs: [of(2, 3), of(2, 2)],
        call: (x, v) => indexPut(x, [{}, [2, 2]], v, { accumulate: true }),
      },
      { inputs: [of(3, 2), mask, of()], call: (x, m, v) => indexPut(x, [m], v) },
      { inputs: [of(2, 3), of(0, 3)], call: (x, v) => indexPut(x, [[]], v) },
    ],
  },
});
