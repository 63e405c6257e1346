// Sorted order, and what follows from it: the k largest, medians, places in a sorted line, distinct elements, counts.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import { Expression } from '../autograd/expression.ts';
import type { Operand } from '../autograd/op.ts';
import { constantTensor, Tensor } from '../autograd/tensor.ts';
import { fromData, type NDArray, zeros } from '../ndarray/array.ts';
import { newData } from '../ndarray/dtype.ts';
import { DTypeError, IndexError, ShapeError, showShape } from '../ndarray/errors.ts';
import { flatData } from '../ndarray/map.ts';
import { dimension, type Shape } from '../ndarray/shape.ts';
import { rankedPlaces, searchLines, sortedPlaces } from '../ndarray/sort.ts';
import type { OneDimOptions } from './extremes.ts';
import { gather } from './gather.ts';
import { reshape } from './reshape.ts';
import type { ValuesAndIndices } from './scan.ts';
import { narrow } from './slice.ts';
import { describeOps, methods, shapeOf, structured, type TensorOr } from './structured.ts';

const places = structured<{ dim: number; descending: boolean }>({
  name: 'argsort',
  inputs: ['x'],
  kernel: ([x], { dim, descending }) => sortedPlaces(x as NDArray, dim, descending),
  shape: ([x = []]) => x,
  vjp: [null],
  differentiable: false,
});

const rankedPlace = structured<{ dim: number; rank: number; nanFirst: boolean }>({
  name: 'argrank',
  inputs: ['x'],
  kernel: ([x], { dim, rank, nanFirst }) => rankedPlaces(x as NDArray, dim, rank, nanFirst),
  shape: ([x = []], { dim }) => (x.length === 0 ? [] : x.with(dim, 1)),
  vjp: [null],
  differentiable: false,
});

/** Options of {@link sort} and {@link argsort}. */
export interface SortOptions {
  /** The dimension; the last one unless given. */
  dim?: number;
  /** Largest first; false unless given. */
  descending?: boolean;
  /** Equal elements keep their order: they always do. */
  stable?: boolean;
}

function order(name: string, x: Operand, options: SortOptions | undefined) {
  checkOptions(name, options, ['dim', 'descending', 'stable']);
  const dim = dimension(name, options?.dim ?? -1, shapeOf(x).length);
  return { dim, indices: places([x], { dim, descending: options?.descending === true }) };
}

/**
 * The elements along a dimension in ascending order, and where they were (int32). NaN comes last. Source: `torch.sort`.
 *
 * ```ts
 * sort(tensor([3, 1, 2])).values.toArray(); // [1, 2, 3]
 * sort(tensor([3, 1, 2]), { descending: true }).indices.toArray(); // [0, 2, 1]
 * ```
 * @throws IndexError for a dimension that does not exist.
 */
export function sort<A extends Operand>(
  x: A,
  options?: SortOptions,
): ValuesAndIndices<TensorOr<A>> {
  const { dim, indices } = order('sort', x, options);
  return picked(x, dim, indices) as ValuesAndIndices<TensorOr<A>>;
}

function picked(x: Operand, dim: number, indices: Operand): ValuesAndIndices<Operand> {
  return { values: gather(x, dim, indices as Tensor) as Operand, indices };
}

/** Where the elements of the sorted tensor were; int32. Source: `torch.argsort`. */
export function argsort<A extends Operand>(x: A, options?: SortOptions): TensorOr<A> {
  return order('argsort', x, options).indices as TensorOr<A>;
}

/** Options of {@link topk}. */
export interface TopkOptions {
  /** The dimension; the last one unless given. */
  dim?: number;
  /** The k largest (the default), or the k smallest. */
  largest?: boolean;
  /** In order: they always are. */
  sorted?: boolean;
}

/**
 * The k largest (or smallest) elements along a dimension, in order, and where they are (int32). Source: `torch.topk`.
 *
 * ```ts
 * topk(tensor([1, 4, 2, 3]), 2).values.toArray(); // [4, 3]
 * ```
 * @throws IndexError for a k larger than the dimension.
 */
export function topk<A extends Operand>(
  x: A,
  k: number,
  options?: TopkOptions,
): ValuesAndIndices<TensorOr<A>> {
  checkOptions('topk', options, ['dim', 'largest', 'sorted']);
  const shape = shapeOf(x);
  const dim = dimension('topk', options?.dim ?? -1, shape.length);
  checkRank('topk', k, 0, shape[dim] ?? 1);
  const all = places([x], { dim, descending: options?.largest !== false });
  const indices = shape.length === 0 ? all : narrow(all, dim, 0, k);
  return picked(x, dim, indices) as ValuesAndIndices<TensorOr<A>>;
}

function checkRank(name: string, k: unknown, least: number, most: number): void {
  if (Number.isInteger(k) && (k as number) >= least && (k as number) <= most) return;
  throw new IndexError(
    `${name}: k must be a whole number from ${least} to ${most}, the size of the dimension, got ${describe(k)}`,
  );
}

/** Options of {@link kthvalue}. */
export interface KthOptions extends OneDimOptions {}

/** One element of each sorted line. */
function oneOf(
  x: Operand,
  dim: number,
  indices: Operand,
  keepdim: boolean | undefined,
): ValuesAndIndices<Operand> {
  const found = picked(x, dim, indices);
  const shape = shapeOf(x);
  if (keepdim === true || shape.length === 0) return found;
  const rest = shape.filter((_, d) => d !== dim);
  return { values: reshape(found.values, rest), indices: reshape(found.indices, rest) };
}

/**
 * The k-th smallest element along a dimension (k from 1), and where it is. Source: `torch.kthvalue`.
 *
 * ```ts
 * kthvalue(tensor([30, 10, 20]), 2).values.item(); // 20
 * ```
 * @throws IndexError for a k larger than the dimension.
 */
export function kthvalue<A extends Operand>(
  x: A,
  k: number,
  options?: KthOptions,
): ValuesAndIndices<TensorOr<A>> {
  checkOptions('kthvalue', options, ['dim', 'keepdim']);
  const shape = shapeOf(x);
  const dim = dimension('kthvalue', options?.dim ?? -1, shape.length);
  checkRank('kthvalue', k, 1, shape[dim] ?? 1);
  const place = rankedPlace([x], { dim, rank: k - 1, nanFirst: false });
  return oneOf(x, dim, place, options?.keepdim) as ValuesAndIndices<TensorOr<A>>;
}

/**
 * The median of all elements, or with `dim` along one dimension, then with where it is; the lower of the two in the middle of
 * an even number; NaN if there is one. Source: `torch.median`.
 *
 * ```ts
 * median(tensor([4, 1, 3, 2])).item(); // 2
 * median(tensor([[5, 1, 3]]), { dim: 1 }).indices.toArray(); // [2]
 * ```
 * @throws IndexError for a dimension that does not exist, or one without elements.
 */
export function median<A extends Operand>(x: A): TensorOr<A>;
export function median<A extends Operand>(
  x: A,
  options: OneDimOptions & { dim: number },
): ValuesAndIndices<TensorOr<A>>;
export function median(x: Operand, options?: OneDimOptions): Operand | ValuesAndIndices<Operand> {
  checkOptions('median', options, ['dim', 'keepdim']);
  if (options?.dim === undefined) {
    if (options?.keepdim !== undefined) {
      throw new ArgumentError('median: keepdim needs a dim');
    }
    const size = shapeOf(x).reduce((a, b) => a * b, 1);
    return oneOf(reshape(x, [size]), 0, middle(reshape(x, [size]), 0), false).values;
  }
  const dim = dimension('median', options.dim, shapeOf(x).length);
  return oneOf(x, dim, middle(x, dim), options.keepdim);
}

/** Where the median of each line is. */
function middle(x: Operand, dim: number): Operand {
  const n = shapeOf(x)[dim] ?? 1;
  if (n === 0) {
    throw new IndexError(
      `median: a tensor of shape ${showShape(shapeOf(x))} has no elements along dimension ${dim}, so no median`,
    );
  }
  return rankedPlace([x], { dim, rank: (n - 1) >> 1, nanFirst: true });
}

/** Options of {@link searchsorted} and {@link bucketize}. */
export interface SearchOptions {
  /** After equal elements instead of before them. */
  right?: boolean;
}

const searchOp = structured<{ right: boolean }>({
  name: 'searchsorted',
  inputs: ['sorted', 'values'],
  kernel: ([sorted, values], { right }) => searchLines(sorted as NDArray, values as NDArray, right),
  shape: ([, values = []]) => values,
  vjp: [null, null],
  differentiable: false,
});

/**
 * For each value the place in an ascending line at which it can be put in; int32. The line is 1-D, or has one line for each
 * line of values. Source: `torch.searchsorted`.
 *
 * ```ts
 * searchsorted(tensor([1, 3, 5]), tensor([3, 6])).toArray(); // [1, 3]
 * ```
 * @throws ShapeError where the leading dimensions differ.
 */
export function searchsorted(sorted: Operand, values: Operand, options?: SearchOptions): Tensor {
  return search('searchsorted', sorted, values, options);
}

/** For each element the bucket between ascending boundaries it falls into; int32. Source: `torch.bucketize`. */
export function bucketize(values: Operand, boundaries: Operand, options?: SearchOptions): Tensor {
  if (shapeOf(boundaries).length !== 1) {
    throw new ShapeError(
      `bucketize: the boundaries must have one dimension, got ${showShape(shapeOf(boundaries))}`,
    );
  }
  return search('bucketize', boundaries, values, options);
}

function search(
  name: string,
  sorted: Operand,
  values: Operand,
  options: SearchOptions | undefined,
): Tensor {
  checkOptions(name, options, ['right']);
  const [p, q] = [shapeOf(sorted), shapeOf(values)];
  const fits: boolean =
    p.length === 1 || (p.length === q.length && sameLeading(p, q) && p.length > 0);
  if (!fits) {
    throw new ShapeError(
      `${name}: a sorted tensor of shape ${showShape(p)} does not fit values of shape ${showShape(q)}: it must have one ` +
        'dimension, or all sizes but the last in common with them',
    );
  }
  return searchOp([sorted, values], { right: options?.right === true }) as Tensor;
}

function sameLeading(p: Shape, q: Shape): boolean {
  return p.slice(0, -1).every((n, k) => n === q[k]);
}

/** The elements themselves, which these ops look at. */
function elementsOf(name: string, x: unknown): Tensor {
  if (x instanceof Tensor) return x;
  const got = x instanceof Expression ? 'an Expression, whose elements are not known' : describe(x);
  throw new ArgumentError(`${name}: give a Tensor, got ${got}`);
}

/**
 * The distinct elements, ascending. Source: `torch.unique`.
 *
 * ```ts
 * unique(tensor([2, 1, 2])).toArray(); // [1, 2]
 * ```
 */
export function unique(x: Tensor): Tensor {
  const { array, dtype } = elementsOf('unique', x);
  const distinct = [...new Set(flatData(array) as Iterable<number>)];
  distinct.sort((a, b) => (Number.isNaN(a) ? 1 : Number.isNaN(b) ? -1 : a - b));
  const data = newData(dtype, distinct.length);
  data.set(distinct);
  return constantTensor(fromData(data, [distinct.length], dtype));
}

/** Options of {@link bincount}. */
export interface BincountOptions {
  /** What each element counts; 1 unless given. */
  weights?: Tensor;
  /** At least so many counts. */
  minlength?: number;
}

/**
 * How often each whole number occurs; int32, or the element type of the weights. Source: `torch.bincount`.
 *
 * ```ts
 * bincount(tensor([0, 2, 2], { dtype: 'int32' })).toArray(); // [1, 0, 2]
 * ```
 * @throws DTypeError unless int32; IndexError for a negative number; ShapeError for weights of another shape.
 */
export function bincount(x: Tensor, options?: BincountOptions): Tensor {
  checkOptions('bincount', options, ['weights', 'minlength']);
  const { array } = elementsOf('bincount', x);
  const { weights, minlength = 0 } = options ?? {};
  if (array.dtype !== 'int32' || array.shape.length !== 1) {
    throw new DTypeError(
      `bincount: give an int32 tensor of one dimension, got ${array.dtype} ${showShape(array.shape)}`,
    );
  }
  if (weights !== undefined && String(weights.shape) !== String(array.shape)) {
    throw new ShapeError(
      `bincount: the weights must have the shape ${showShape(array.shape)}, got ${showShape(weights.shape)}`,
    );
  }
  const numbers = flatData(array) as Int32Array;
  const least = numbers.reduce((a, b) => Math.min(a, b), 0);
  if (least < 0) throw new IndexError(`bincount: ${least} is negative; counts begin at 0`);
  const size = Math.max(minlength, numbers.reduce((a, b) => Math.max(a, b), -1) + 1);
  const counts = zeros([size], weights?.dtype ?? 'int32');
  const amounts = weights === undefined ? undefined : flatData(weights.array);
  numbers.forEach((n, k) => {
    counts.data[n] = (counts.data[n] as number) + (amounts?.[k] ?? 1);
  });
  return constantTensor(counts);
}

export const sortMethods = methods({ sort, argsort, topk, kthvalue, median, unique, bincount });

const apart = (...shape: number[]) => ({ shape, distinct: true });
const line = { shape: [3], data: [-1, 0, 0.5] };

describeOps({
  sort: {
    about: 'Elements along a dimension in order, and where they were.',
    torch: 'torch.sort',
    samples: [
      { inputs: [apart(2, 3)], call: x => sort(x).values },
      { inputs: [apart(3, 2)], call: x => sort(x, { dim: 0, descending: true }).values },
    ],
  },
  argsort: {
    about: 'Where the elements of the sorted tensor were.',
    torch: 'torch.argsort',
    differentiable: false,
    samples: [{ inputs: [apart(2, 3)], call: x => argsort(x) }],
  },
  topk: {
    about: 'The k largest elements, and where they are.',
    torch: 'torch.topk',
    samples: [
      { inputs: [apart(2, 3)], call: x => topk(x, 2).values },
      { inputs: [apart(3, 2)], call: x => topk(x, 1, { dim: 0, largest: false }).values },
    ],
  },
  kthvalue: {
    about: 'The k-th smallest element, and where it is.',
    torch: 'torch.kthvalue',
    samples: [{ inputs: [apart(2, 3)], call: x => kthvalue(x, 2).values }],
  },
  median: {
    about: 'The middle element; the lower of two.',
    torch: 'torch.median',
    samples: [
      { inputs: [apart(2, 3)], call: x => median(x) },
      { inputs: [apart(2, 3)], call: x => median(x, { dim: 1 }).values },
    ],
  },
  searchsorted: {
    about: 'Where values can be put into an ascending line.',
    torch: 'torch.searchsorted',
    differentiable: false,
    samples: [{ inputs: [line, apart(2, 3)], call: (s, v) => searchsorted(s, v, { right: true }) }],
  },
  bucketize: {
    about: 'Between which boundaries elements fall.',
    torch: 'torch.bucketize',
    differentiable: false,
    samples: [{ inputs: [apart(2, 3), line], call: (v, s) => bucketize(v, s) }],
  },
  unique: {
    about: 'The distinct elements.',
    torch: 'torch.unique',
    differentiable: false,
    samples: [{ inputs: [{ shape: [2, 2], data: [2, 1, 2, 0] }], call: x => unique(x) }],
  },
  bincount: {
    about: 'How often each whole number occurs.',
    torch: 'torch.bincount',
    differentiable: false,
    samples: [
      { inputs: [{ shape: [3], data: [0, 2, 2], dtype: 'int32' }], call: x => bincount(x) },
    ],
  },
});
