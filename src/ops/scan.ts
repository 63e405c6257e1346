// Running sums, products and extremes along a dimension.

import { checkOptions } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { Tensor } from '../autograd/tensor.ts';
import { allocate, type NDArray } from '../ndarray/array.ts';
import { type DType, isFloat } from '../ndarray/dtype.ts';
import { IndexError } from '../ndarray/errors.ts';
import { cast, contiguous } from '../ndarray/map.ts';
import { dimension } from '../ndarray/shape.ts';
import { mul, sub } from './arithmetic.ts';
import { logaddexp } from './exponential.ts';
import { gather } from './gather.ts';
import { cat } from './join.ts';
import { to } from './reshape.ts';
import { flip, slice } from './slice.ts';
import { checkFloat } from './statistics.ts';
import { describeOps, methods, shapeOf, structured, type TensorOr } from './structured.ts';

interface AlongDim {
  dim: number;
}

/** Visits each line of an array along a dimension: place of its first element, step, length. */
function eachLine(
  array: NDArray,
  dim: number,
  see: (start: number, step: number, n: number) => void,
): void {
  if (array.size === 0) return;
  const n = array.shape[dim] ?? 1;
  const step = array.shape.slice(dim + 1).reduce((a, b) => a * b, 1);
  for (let block = 0; block < array.size; block += n * step) {
    for (let start = block; start < block + step; start++) see(start, step, n);
  }
}

const cumsumOp = structured<AlongDim>({
  name: 'cumsum',
  inputs: ['x'],
  kernel: ([x], { dim }) => {
    const array = x as NDArray;
    const out = allocate(array.shape, sumType(array.dtype));
    const { data, offset } = contiguous(array);
    eachLine(out, dim, (start, step, n) => {
      let sum = 0;
      for (let i = 0, k = start; i < n; i++, k += step) {
        sum += data[offset + k] as number;
        out.data[k] = sum;
      }
    });
    return out;
  },
  shape: ([x = []]) => x,
  vjp: [(g, _x, _y, { dim }) => backward(g, dim)],
  linear: true,
});

/** The running sum from the end. */
function backward(g: Operand, dim: number): Operand {
  if (shapeOf(g).length === 0) return g;
  return flip(cumsumOp([flip(g, [dim])], { dim }), [dim]);
}

function sumType(dtype: DType): DType {
  return isFloat(dtype) ? dtype : 'int32';
}

/**
 * Running sums along a dimension: yᵢ = x₀ + … + xᵢ, of the shape of `x`. Summed in float64. Source: `torch.cumsum`.
 *
 * ```ts
 * cumsum(tensor([1, 2, 3]), 0).toArray(); // [1, 3, 6]
 * ```
 * @throws IndexError for a dimension that does not exist.
 */
export function cumsum<A extends Operand>(x: A, dim: number): TensorOr<A> {
  return cumsumOp([x], { dim: dimension('cumsum', dim, shapeOf(x).length) }) as TensorOr<A>;
}

/**
 * Combines each element with all before it, in log₂ n steps of doubling reach: after step s, element i holds the last 2ˢ
 * elements up to it. Made of whole-tensor ops, so that derivatives of any order are right, also at zeros.
 */
function doubling(
  x: Operand,
  dim: number,
  combine: (earlier: Operand, later: Operand) => Operand,
): Operand {
  const n = shapeOf(x)[dim] ?? 1;
  let y = x;
  for (let reach = 1; reach < n; reach *= 2) {
    const head = slice(y, dim, { end: reach });
    const tail = combine(slice(y, dim, { end: n - reach }), slice(y, dim, { start: reach }));
    y = cat([head, tail], { dim });
  }
  return y;
}

/**
 * Running products along a dimension: yᵢ = x₀ · … · xᵢ. Gradients are right at zeros too. Source: `torch.cumprod`.
 *
 * ```ts
 * cumprod(tensor([1, 2, 3]), 0).toArray(); // [1, 2, 6]
 * ```
 * @throws IndexError for a dimension that does not exist.
 */
export function cumprod<A extends Operand>(x: A, dim: number): TensorOr<A> {
  const along = dimension('cumprod', dim, shapeOf(x).length);
  const numbers = x instanceof Tensor ? to(x, sumType(x.dtype)) : x;
  return doubling(numbers, along, mul) as TensorOr<A>;
}

/** Running log Σ exp along a dimension, without overflow. Source: `torch.logcumsumexp`. @throws DTypeError for int32 and bool. */
export function logcumsumexp<A extends Operand>(x: A, dim: number): TensorOr<A> {
  const along = dimension('logcumsumexp', dim, shapeOf(x).length);
  checkFloat('logcumsumexp', x);
  return doubling(x, along, logaddexp) as TensorOr<A>;
}

/** Where the largest (or smallest) element so far is: the latest among equals, as PyTorch; NaN once there was one. */
function extremePlaces(array: NDArray, dim: number, sign: 1 | -1): NDArray {
  const out = allocate(array.shape, 'int32');
  const { data, offset } = contiguous(cast(array, 'float64'));
  eachLine(out, dim, (start, step, n) => {
    let best = data[offset + start] as number;
    let place = 0;
    for (let i = 0, k = start; i < n; i++, k += step) {
      const x = data[offset + k] as number;
      if (Number.isNaN(x) || (!Number.isNaN(best) && sign * x >= sign * best)) {
        best = x;
        place = i;
      }
      out.data[k] = place;
    }
  });
  return out;
}

function places(name: string, sign: 1 | -1) {
  return structured<AlongDim>({
    name,
    inputs: ['x'],
    kernel: ([x], { dim }) => extremePlaces(x as NDArray, dim, sign),
    shape: ([x = []]) => x,
    vjp: [null],
    differentiable: false,
  });
}

const cummaxPlaces = places('cummaxPlaces', 1);
const cumminPlaces = places('cumminPlaces', -1);

/** Values and where they are. */
export interface ValuesAndIndices<T> {
  values: T;
  /** int32 */
  indices: T;
}

function running<A extends Operand>(
  name: string,
  op: typeof cummaxPlaces,
  x: A,
  dim: number,
): ValuesAndIndices<TensorOr<A>> {
  const along = dimension(name, dim, shapeOf(x).length);
  const indices = op([x], { dim: along });
  const values = gather(x, along, indices as Tensor);
  return { values, indices } as ValuesAndIndices<TensorOr<A>>;
}

/**
 * The largest element so far along a dimension, and where it is. Source: `torch.cummax`.
 *
 * ```ts
 * cummax(tensor([1, 3, 2]), 0).values.toArray(); // [1, 3, 3]
 * ```
 * @throws IndexError for a dimension that does not exist.
 */
export function cummax<A extends Operand>(x: A, dim: number): ValuesAndIndices<TensorOr<A>> {
  return running('cummax', cummaxPlaces, x, dim);
}

/** The smallest element so far along a dimension, and where it is. Source: `torch.cummin`. */
export function cummin<A extends Operand>(x: A, dim: number): ValuesAndIndices<TensorOr<A>> {
  return running('cummin', cumminPlaces, x, dim);
}

/** Options of {@link diff}. */
export interface DiffOptions {
  /** How often the difference is taken; 1 unless given. */
  n?: number;
  /** The dimension; the last one unless given. */
  dim?: number;
}

/**
 * Differences of neighbours along a dimension: yᵢ = xᵢ₊₁ − xᵢ. Source: `torch.diff`.
 *
 * ```ts
 * diff(tensor([1, 4, 9])).toArray(); // [3, 5]
 * ```
 * @throws IndexError for a dimension that does not exist or a negative count.
 */
export function diff<A extends Operand>(x: A, options?: DiffOptions): TensorOr<A> {
  checkOptions('diff', options, ['n', 'dim']);
  const { n = 1, dim = -1 } = options ?? {};
  const shape = shapeOf(x);
  const along = dimension('diff', dim, shape.length);
  if (shape.length === 0) throw new IndexError('diff: a 0-d tensor has no neighbours');
  if (!Number.isInteger(n) || n < 0) {
    throw new IndexError(`diff: n must be a whole number from 0, got ${String(n)}`);
  }
  let y: Operand = x;
  for (let k = 0; k < n; k++) {
    const size = shapeOf(y)[along] as number;
    if (size === 0) break;
    y = sub(slice(y, along, { start: 1 }), slice(y, along, { end: size - 1 }));
  }
  return y as TensorOr<A>;
}

export const scanMethods = methods({ cumsum, cumprod, logcumsumexp, cummax, cummin, diff });

const of = (...shape: number[]) => ({ shape });
const apart = (...shape: number[]) => ({ shape, distinct: true });

describeOps({
  cumsum: {
    about: 'Running sums along a dimension.',
    torch: 'torch.cumsum',
    samples: [
      { inputs: [of(2, 3)], call: x => cumsum(x, 1) },
      { inputs: [of(2, 2, 2)], call: x => cumsum(x, -3) },
      { inputs: [of()], call: x => cumsum(x, 0) },
    ],
  },
  cumprod: {
    about: 'Running products along a dimension.',
    torch: 'torch.cumprod',
    samples: [
      { inputs: [of(2, 3)], call: x => cumprod(x, -1) },
      { inputs: [{ shape: [4], data: [2, 0, 3, 0] }], call: x => cumprod(x, 0) },
    ],
  },
  logcumsumexp: {
    about: 'Running logarithms of sums of exponentials.',
    torch: 'torch.logcumsumexp',
    samples: [{ inputs: [of(3, 2)], call: x => logcumsumexp(x, 0) }],
  },
  cummax: {
    about: 'Largest element so far, and its place.',
    torch: 'torch.cummax',
    samples: [{ inputs: [apart(2, 3)], call: x => cummax(x, 1).values }],
  },
  cummin: {
    about: 'Smallest element so far, and its place.',
    torch: 'torch.cummin',
    samples: [{ inputs: [apart(2, 3)], call: x => cummin(x, 0).values }],
  },
  diff: {
    about: 'Differences of neighbours.',
    torch: 'torch.diff',
    samples: [
      { inputs: [of(2, 3)], call: x => diff(x) },
      { inputs: [of(4, 1)], call: x => diff(x, { n: 2, dim: 0 }) },
    ],
  },
});
