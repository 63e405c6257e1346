// The largest and the smallest element: their value, shared among ties, and where they are.

import { ArgumentError, checkOptions } from '../autograd/errors.ts';
import { isOperand, type Join, type Operand } from '../autograd/op.ts';
import type { Tensor } from '../autograd/tensor.ts';
import type { NDArray } from '../ndarray/array.ts';
import type { TypedArray } from '../ndarray/dtype.ts';
import { IndexError, showShape } from '../ndarray/errors.ts';
import { contiguous } from '../ndarray/map.ts';
import { reducedShape, reduceRows } from '../ndarray/reduce.ts';
import { dimension } from '../ndarray/shape.ts';
import { div, mul, sub, where } from './arithmetic.ts';
import { eq } from './comparison.ts';
import type { Binary } from './elementwise.ts';
import { exp } from './exponential.ts';
import { gather } from './gather.ts';
import { type ReduceOptions, type ReduceParams, reduceParams, spread, sum } from './reduce.ts';
import { reshape } from './reshape.ts';
import { max as elementwiseMax, min as elementwiseMin } from './rounding.ts';
import type { ValuesAndIndices } from './scan.ts';
import { checkFloat } from './statistics.ts';
import { describeOps, methods, shapeOf, structured, type TensorOr } from './structured.ts';

/** Options of a reduction along one dimension or all. */
export interface OneDimOptions {
  /** The dimension, negative ones counted from the end; all elements unless given. */
  dim?: number;
  keepdim?: boolean;
}

/** Place, in steps, of the element that wins; the first NaN wins over everything. */
function winner(sign: 1 | -1, data: TypedArray, start: number, step: number, n: number): number {
  let best = data[start] as number;
  let place = 0;
  if (Number.isNaN(best)) return 0;
  for (let i = 1, k = start + step; i < n; i++, k += step) {
    const x = data[k] as number;
    if (sign * x > sign * best) {
      best = x;
      place = i;
    } else if (Number.isNaN(x)) return i;
  }
  return place;
}

function requireElements(name: string, x: Operand, { dims }: ReduceParams): void {
  const shape = shapeOf(x);
  if (dims.every(k => (shape[k] as number) > 0)) return;
  throw new IndexError(
    `${name}: a tensor of shape ${showShape(shape)} has no elements along the dimensions to reduce, so nothing to choose from`,
  );
}

/** Shares the cotangent among all elements that equal the result. */
function shared(g: Operand, x: Operand, y: Operand, params: ReduceParams): Operand {
  const chosen = where(eq(x, spread(y, x, params)), 1, 0);
  const ties = sum(chosen, { dim: params.dims, keepdim: true });
  return mul(div(spread(g, x, params), ties), chosen);
}

function extreme(name: string, sign: 1 | -1, symbol: string) {
  return structured<ReduceParams>({
    name,
    inputs: ['x'],
    kernel: ([x], { dims, keepdim }) => {
      const array = x as NDArray;
      return reduceRows(array, dims, keepdim, array.dtype, (data, start, step, n) =>
        Number(data[start + step * winner(sign, data, start, step, n)]),
      );
    },
    shape: ([x = []], { dims, keepdim }) => reducedShape(x, dims, keepdim),
    vjp: [(g, [x], y, params) => shared(g, x as Operand, y, params)],
    symbol,
    latex: w => ({ string: `\\${symbol} ${w.arg(0, 'atom')}`, precedence: 'product' }),
  });
}

const amaxOp = extreme('amax', 1, 'max');
const aminOp = extreme('amin', -1, 'min');

/**
 * The largest element, of all or along some dimensions; NaN if there is one. Ties share the gradient equally. Source: `torch.amax`.
 *
 * ```ts
 * amax(tensor([[1, 5], [3, 2]]), { dim: 0 }).toArray(); // [3, 5]
 * ```
 * @throws IndexError where there is no element, or no such dimension.
 */
export function amax<A extends Operand>(x: A, options?: ReduceOptions): TensorOr<A> {
  const params = reduceParams('amax', x, options);
  requireElements('amax', x, params);
  return amaxOp([x], params) as TensorOr<A>;
}

/** The smallest element; otherwise as {@link amax}. Source: `torch.amin`. */
export function amin<A extends Operand>(x: A, options?: ReduceOptions): TensorOr<A> {
  const params = reduceParams('amin', x, options);
  requireElements('amin', x, params);
  return aminOp([x], params) as TensorOr<A>;
}

function place(name: string, sign: 1 | -1) {
  return structured<ReduceParams>({
    name,
    inputs: ['x'],
    kernel: ([x], { dims, keepdim }) => {
      const array = x as NDArray;
      // Of all elements the place counts in order, whatever the strides.
      const source = dims.length === 1 ? array : contiguous(array);
      return reduceRows(source, dims, keepdim, 'int32', (data, start, step, n) =>
        winner(sign, data, start, step, n),
      );
    },
    shape: ([x = []], { dims, keepdim }) => reducedShape(x, dims, keepdim),
    vjp: [null],
    differentiable: false,
  });
}

const argmaxOp = place('argmax', 1);
const argminOp = place('argmin', -1);

function oneOrAll(name: string, x: Operand, options: OneDimOptions | undefined): ReduceParams {
  const dim = options?.dim;
  if (dim !== undefined) dimension(name, dim, shapeOf(x).length);
  const params = reduceParams(name, x, options);
  requireElements(name, x, params);
  return params;
}

/**
 * Where the largest element is: its index along a dimension, or among all elements in order. The first among equals; the
 * first NaN if there is one. int32. Source: `torch.argmax`.
 *
 * ```ts
 * argmax(tensor([[1, 5], [3, 2]]), { dim: 1 }).toArray(); // [1, 0]
 * ```
 * @throws IndexError where there is no element, or no such dimension.
 */
export function argmax<A extends Operand>(x: A, options?: OneDimOptions): TensorOr<A> {
  return argmaxOp([x], oneOrAll('argmax', x, options)) as TensorOr<A>;
}

/** Where the smallest element is; otherwise as {@link argmax}. Source: `torch.argmin`. */
export function argmin<A extends Operand>(x: A, options?: OneDimOptions): TensorOr<A> {
  return argminOp([x], oneOrAll('argmin', x, options)) as TensorOr<A>;
}

/** log Σ exp of a row: the largest element is taken out first. */
function logsumexpRow(data: TypedArray, start: number, step: number, n: number): number {
  const most = n === 0 ? -Infinity : Number(data[start + step * winner(1, data, start, step, n)]);
  if (!Number.isFinite(most)) return most;
  let total = 0;
  for (let i = 0, k = start; i < n; i++, k += step) total += Math.exp(Number(data[k]) - most);
  return most + Math.log(total);
}

const logsumexpOp = structured<ReduceParams>({
  name: 'logsumexp',
  inputs: ['x'],
  kernel: ([x], { dims, keepdim }) => {
    const array = x as NDArray;
    return reduceRows(array, dims, keepdim, array.dtype, logsumexpRow);
  },
  shape: ([x = []], { dims, keepdim }) => reducedShape(x, dims, keepdim),
  vjp: [
    (g, [x], y, params) =>
      mul(spread(g, x as Operand, params), exp(sub(x as Operand, spread(y, x as Operand, params)))),
  ],
});

/**
 * log Σ exp(xᵢ), over all elements or along some dimensions, without overflow. Source: `torch.logsumexp`.
 *
 * ```ts
 * logsumexp(tensor([1000, 1000]), { dim: 0 }).item(); // 1000.6931762695312
 * ```
 * @throws DTypeError for int32 and bool; IndexError for a dimension that does not exist.
 */
export function logsumexp<A extends Operand>(x: A, options?: ReduceOptions): TensorOr<A> {
  const params = reduceParams('logsumexp', x, options);
  checkFloat('logsumexp', x);
  return logsumexpOp([x], params) as TensorOr<A>;
}

/** What `max` and `min` take and give: two operands element by element, all elements of one, or one dimension of it. */
export interface Extreme {
  <A extends Operand, B extends Operand>(a: A, b: B): Join<A, B>;
  <A extends Operand>(x: A): TensorOr<A>;
  <A extends Operand>(
    x: A,
    options: OneDimOptions & { dim: number },
  ): ValuesAndIndices<TensorOr<A>>;
}

function dispatcher(
  name: string,
  elementwise: Binary,
  whole: typeof amax,
  where: typeof argmax,
): Extreme {
  const call = (x: Operand, second?: unknown, extra?: unknown): unknown => {
    if (second === undefined) return whole(x);
    if (isOperand(second)) {
      return (elementwise as (...operands: unknown[]) => unknown)(x, second, extra);
    }
    checkOptions(name, second, ['dim', 'keepdim']);
    const { dim, keepdim } = second as OneDimOptions;
    if (dim === undefined) {
      throw new ArgumentError(
        `${name}: give { dim }, or use a${name}(x, { keepdim }) for all elements`,
      );
    }
    const along = dimension(name, dim, shapeOf(x).length);
    const indices = where(x, { dim: along, keepdim: true }) as Tensor;
    const values = gather(x, along, indices) as Operand;
    if (keepdim === true || shapeOf(x).length === 0) return { values, indices };
    const rest = shapeOf(x).filter((_, k) => k !== along);
    return { values: reshape(values, rest), indices: reshape(indices, rest) };
  };
  // It is the elementwise op, and more.
  const { arity, op, declaration } = elementwise;
  Object.defineProperty(call, 'name', { value: name });
  return Object.assign(call, { arity, op, declaration }) as unknown as Extreme;
}

/**
 * The larger of two operands, element by element; or the largest element of one tensor (ties share the gradient); or with
 * `dim` the largest along a dimension and where it is (the first among equals, which takes the whole gradient). NaN if there
 * is one. Source: `torch.max`, `torch.maximum`.
 *
 * ```ts
 * max(tensor([1, 5]), tensor([3, 2])).toArray(); // [3, 5]
 * max(tensor([[1, 5], [3, 2]])).item(); // 5
 * max(tensor([[1, 5], [3, 2]]), { dim: 1 }).indices.toArray(); // [1, 0]
 * ```
 * @throws IndexError where there is no element, or no such dimension.
 */
export const max: Extreme = dispatcher('max', elementwiseMax, amax, argmax);

/** The smaller of two operands, the smallest element, or the smallest along a dimension; as {@link max}. Source: `torch.min`. */
export const min: Extreme = dispatcher('min', elementwiseMin, amin, argmin);

methods({ max: max as never, min: min as never });

/** `max` and `min` as methods. */
export interface ExtremeMethods {
  max(): Tensor;
  max(options: OneDimOptions & { dim: number }): ValuesAndIndices<Tensor>;
  max<B extends Operand>(other: B): Join<Tensor, B>;
  min(): Tensor;
  min(options: OneDimOptions & { dim: number }): ValuesAndIndices<Tensor>;
  min<B extends Operand>(other: B): Join<Tensor, B>;
}

export const extremesMethods = methods({ amax, amin, argmax, argmin, logsumexp });

const of = (...shape: number[]) => ({ shape });
const apart = (...shape: number[]) => ({ shape, distinct: true });
const ties = { shape: [2, 3], data: [1, 3, 3, -1, -1, -1] };

const extremeSamples = (f: typeof amax) => [
  { inputs: [apart(2, 3)], call: (x: Operand) => f(x) as never },
  { inputs: [apart(2, 3, 2)], call: (x: Operand) => f(x, { dim: [0, -1] }) as never },
  { inputs: [apart(2, 3)], call: (x: Operand) => f(x, { dim: 1, keepdim: true }) as never },
  { inputs: [of()], call: (x: Operand) => f(x) as never },
  { inputs: [ties], call: (x: Operand) => f(x, { dim: 1 }) as never, kink: true },
];

describeOps({
  max: {
    about:
      'The larger of two, the largest of all, or the largest along a dimension with its place.',
    torch: 'torch.max',
    samples: [
      { inputs: [apart(2, 3)], call: x => max(x) },
      { inputs: [apart(2, 3)], call: x => max(x, { dim: 1 }).values },
    ],
  },
  min: {
    about:
      'The smaller of two, the smallest of all, or the smallest along a dimension with its place.',
    torch: 'torch.min',
    samples: [
      { inputs: [apart(2, 3)], call: x => min(x) },
      { inputs: [apart(3, 2)], call: x => min(x, { dim: 0, keepdim: true }).values },
    ],
  },
  amax: {
    about: 'Largest element, its gradient shared among ties.',
    torch: 'torch.amax',
    samples: extremeSamples(amax),
  },
  amin: {
    about: 'Smallest element, its gradient shared among ties.',
    torch: 'torch.amin',
    samples: extremeSamples(amin),
  },
  argmax: {
    about: 'Where the largest element is.',
    torch: 'torch.argmax',
    differentiable: false,
    samples: [{ inputs: [apart(2, 3)], call: x => argmax(x, { dim: 1 }) }],
  },
  argmin: {
    about: 'Where the smallest element is.',
    torch: 'torch.argmin',
    differentiable: false,
    samples: [{ inputs: [apart(2, 3)], call: x => argmin(x) }],
  },
  logsumexp: {
    about: 'Logarithm of the sum of exponentials.',
    torch: 'torch.logsumexp',
    samples: [
      { inputs: [of(2, 3)], call: x => logsumexp(x, { dim: 1 }) },
      { inputs: [of(2, 3, 2)], call: x => logsumexp(x, { dim: [0, 2], keepdim: true }) },
      { inputs: [of()], call: x => logsumexp(x) },
    ],
  },
});
