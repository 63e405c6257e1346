// Elements gathered at the places that an index names and reduced there: sums, means, products, extremes.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { constantTensor, Tensor } from '../autograd/tensor.ts';
import { filled, fromData, type NDArray } from '../ndarray/array.ts';
import { isFloat } from '../ndarray/dtype.ts';
import { placesAlong } from '../ndarray/gather.ts';
import { pairings, scatterExtreme } from '../ndarray/scatter-reduce.ts';
import { type Shape, sizeOf } from '../ndarray/shape.ts';
import { div, mul, where } from './arithmetic.ts';
import { eq } from './comparison.ts';
import {
  covered,
  gather,
  type Indices,
  inTypeOf,
  pointwise,
  rowsOp,
  scatterAdd,
} from './gather.ts';
import { cat } from './join.ts';
import { floorDivide } from './remainder.ts';
import { reshape } from './reshape.ts';
import { describeOps, methods, shapeOf, structured, type TensorOr } from './structured.ts';
import { tensor } from './tensor.ts';

interface Extreme {
  dim: number;
  sign: 1 | -1;
  includeSelf: boolean;
}

/** Shares a cotangent among the elements that equal the extreme. */
function shares(g: Operand, inputs: readonly Operand[], y: Operand, params: Extreme) {
  const [x, source, given] = inputs as [Operand, Operand, Tensor];
  const { dim, includeSelf } = params;
  const others = where(eq(source, gather(y, dim, given)), 1, 0);
  const own = includeSelf ? where(eq(x, y), 1, 0) : untouched(x, dim, given);
  const share = div(g, scatterAdd(own, dim, given, others));
  return { own: mul(share, own), others: mul(gather(share, dim, given), others) };
}

/** 1 where no index leads, 0 elsewhere. */
function untouched(x: Operand, dim: number, index: Tensor): Operand {
  const none = where(eq(x, x), 0, 0);
  return where(eq(scatterAdd(none, dim, index, where(eq(index, index), 1, 0)), 0), 1, 0);
}

const extremeOp = structured<Extreme>({
  name: 'scatterExtreme',
  inputs: ['x', 'source', 'index'],
  kernel: ([x, source, index], { dim, sign, includeSelf }) =>
    scatterExtreme(x as NDArray, source as NDArray, index as NDArray, dim, sign, includeSelf),
  shape: ([x = []]) => x,
  vjp: [
    (g, inputs, y, params) => shares(g, inputs, y, params).own,
    (g, inputs, y, params) => shares(g, inputs, y, params).others,
    null,
  ],
});

const REDUCTIONS = ['sum', 'prod', 'mean', 'amax', 'amin'] as const;

/** Options of {@link scatterReduce}. */
export interface ScatterReduceOptions {
  reduce: (typeof REDUCTIONS)[number];
  /** Whether the element of `x` takes part; if not, it stays only where no index leads. True unless given. */
  includeSelf?: boolean;
}

/** What there is to reduce, checked. */
interface Task {
  x: Operand;
  source: Operand;
  index: Tensor;
  dim: number;
  shape: Shape;
  includeSelf: boolean;
}

/** How many elements of the source go to each place. */
function countsOf({ index, shape, dim }: Task): Int32Array {
  const counts = new Int32Array(sizeOf(shape));
  for (const place of placesAlong(index.array, shape, dim))
    counts[place] = (counts[place] ?? 0) + 1;
  return counts;
}

function total(task: Task, counts: Int32Array): Operand {
  const { x, source, index, dim, shape, includeSelf } = task;
  const kept = constantTensor(
    fromData(
      Uint8Array.from(counts, n => (n === 0 ? 1 : 0)),
      shape,
      'bool',
    ),
  );
  return scatterAdd(includeSelf ? x : where(kept, x, 0), dim, index, source);
}

function average(task: Task, counts: Int32Array): Operand {
  const { x, shape, includeSelf } = task;
  const numbers = counts.map(n => (includeSelf ? n + 1 : Math.max(n, 1)));
  const count = constantTensor(fromData(numbers, shape, 'int32'));
  const float = !(x instanceof Tensor) || isFloat(x.dtype);
  return (float ? div : floorDivide)(total(task, counts), count);
}

/**
 * Products by pairs: neighbours in each group are multiplied until one is left. Nothing is divided, so that the derivatives are right
 * beside zeros, too.
 */
function product({ x, source, index, dim, shape, includeSelf }: Task): Operand {
  const size = sizeOf(shape);
  const one = constantTensor(filled([1], 1, x instanceof Tensor ? x.dtype : 'float32'));
  const parts = [reshape(x, [size]), reshape(source, [index.size])];
  let list: Operand = cat([...parts, one] as Tensor[], { dim: 0 });
  const rounds = pairings(placesAlong(index.array, shape, dim), size, includeSelf);
  rounds.forEach(({ first, second }, k) => {
    const rows = (which: Int32Array) => {
      const places = constantTensor(fromData(which, [which.length], 'int32'));
      return rowsOp([list, places], { dim: 0, size: sizeOf(shapeOf(list)) });
    };
    const next = mul(rows(first), rows(second));
    list = k === rounds.length - 1 ? next : cat([next, one] as Tensor[], { dim: 0 });
  });
  return reshape(list, shape);
}

function extreme(task: Task, sign: 1 | -1): Operand {
  const { x, source, index, dim, includeSelf } = task;
  return extremeOp([x, source, index], { dim, sign, includeSelf });
}

/**
 * `x` with elements of the source reduced into it where the index says: for 'sum' y[index[i][j]][j] += source[i][j] for dim 0, and
 * likewise for 'prod', 'mean', 'amax' and 'amin'; without `includeSelf` the elements of `x` take no part. Ties share the gradient of
 * extremes equally; the mean of int32 is rounded down. Source: `torch.scatter_reduce`.
 *
 * ```ts
 * scatterReduce(ones([2]), 0, [0, 0, 1], tensor([2, 3, 4]), { reduce: 'prod' }).toArray(); // [6, 4]
 * scatterReduce(ones([2]), 0, [0, 0], tensor([2, 3]), { reduce: 'mean', includeSelf: false }).toArray(); // [2.5, 1]
 * ```
 * @throws IndexError for an index out of range or that does not fit; DTypeError unless the index is int32; ArgumentError for
 * another reduction.
 */
export function scatterReduce<A extends Operand>(
  x: A,
  dim: number,
  index: Indices,
  source: Operand,
  options: ScatterReduceOptions,
): TensorOr<A> {
  checkOptions('scatterReduce', options, ['reduce', 'includeSelf']);
  const { reduce, includeSelf = true } = options ?? {};
  if (reduce === undefined || !REDUCTIONS.includes(reduce)) {
    throw new ArgumentError(
      `scatterReduce: reduce must be one of ${REDUCTIONS.join(', ')}, got ${describe(reduce)}`,
    );
  }
  const { along, index: given, shape } = pointwise('scatterReduce', x, dim, index);
  if (!(given instanceof Tensor)) {
    throw new ArgumentError('scatterReduce: the index must be a Tensor, not an Expression');
  }
  const part = inTypeOf(x, covered('scatterReduce', source, given.shape));
  const task = { x, source: part, index: given, dim: along, shape, includeSelf };
  return reduced(reduce, task) as TensorOr<A>;
}

function reduced(reduce: ScatterReduceOptions['reduce'], task: Task): Operand {
  if (reduce === 'sum') return total(task, countsOf(task));
  if (reduce === 'mean') return average(task, countsOf(task));
  if (reduce === 'prod') return product(task);
  return extreme(task, reduce === 'amax' ? 1 : -1);
}

export const scatterReduceMethods = methods({ scatterReduce });

const index = () => tensor(Int32Array.of(0, 2, 0, 1, 1, 1), { shape: [2, 3] });
const list = () => tensor(Int32Array.of(0, 0, 1));
const apart = (...shape: number[]) => ({ shape, distinct: true });
const of = (...shape: number[]) => ({ shape });

describeOps({
  scatterReduce: {
    about: 'Elements reduced at the places that an index names.',
    torch: 'torch.scatter_reduce',
    samples: [
      {
        inputs: [of(2, 3), of(2, 3)],
        call: (x, s) => scatterReduce(x, 1, index(), s, { reduce: 'mean', includeSelf: false }),
      },
      {
        inputs: [
          { shape: [2], data: [0, 1] },
          { shape: [3], data: [0, 3, 0] },
        ],
        call: (x, s) => scatterReduce(x, 0, list(), s, { reduce: 'prod' }),
      },
      {
        inputs: [of(3), of(3)],
        call: (x, s) => scatterReduce(x, -1, list(), s, { reduce: 'prod', includeSelf: false }),
      },
      {
        inputs: [
          { shape: [2], data: [1, 2] },
          { shape: [3], data: [0, 3, 1.5] },
        ],
        call: (x, s) => scatterReduce(x, 0, list(), s, { reduce: 'amax' }),
      },
      {
        inputs: [of(3), apart(3)],
        call: (x, s) => scatterReduce(x, 0, list(), s, { reduce: 'amin', includeSelf: false }),
      },
      {
        inputs: [of(3), of(3)],
        call: (x, s) => scatterReduce(x, 0, list(), s, { reduce: 'sum' }),
      },
    ],
  },
});
