// Products, norms, and whether any or all elements are true.

import { ArgumentError, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import type { NDArray } from '../ndarray/array.ts';
import { type DType, isFloat } from '../ndarray/dtype.ts';
import { normRow } from '../ndarray/norm.ts';
import { type RowRule, reducedShape, reduceRows } from '../ndarray/reduce.ts';
import { div, mul, where } from './arithmetic.ts';
import { eq, ne } from './comparison.ts';
import { amax, amin } from './extremes.ts';
import { pow } from './power.ts';
import { type ReduceOptions, type ReduceParams, reduceParams, spread, sum } from './reduce.ts';
import { permute, reshape } from './reshape.ts';
import { abs, sign } from './rounding.ts';
import { cumprod, preceding } from './scan.ts';
import { flip } from './slice.ts';
import { checkFloat } from './statistics.ts';
import { describeOps, methods, shapeOf, structured, type TensorOr } from './structured.ts';

const productRow: RowRule = (data, start, step, n) => {
  let product = 1;
  for (let i = 0, k = start; i < n; i++, k += step) product *= data[k] as number;
  return product;
};

const wholeProductRow: RowRule = (data, start, step, n) => {
  let product = 1;
  for (let i = 0, k = start; i < n; i++, k += step) {
    product = Math.imul(product, data[k] as number);
  }
  return product;
};

const prodOp = structured<ReduceParams>({
  name: 'prod',
  inputs: ['x'],
  kernel: ([x], { dims, keepdim }) => {
    const array = x as NDArray;
    const float = isFloat(array.dtype);
    const dtype: DType = float ? array.dtype : 'int32';
    return reduceRows(array, dims, keepdim, dtype, float ? productRow : wholeProductRow);
  },
  shape: ([x = []], { dims, keepdim }) => reducedShape(x, dims, keepdim),
  vjp: [
    (g, [x], _y, params) => mul(spread(g, x as Operand, params), others(x as Operand, params.dims)),
  ],
  symbol: 'Π',
  latex: w => ({ string: `\\prod ${w.arg(0, 'product')}`, precedence: 'product' }),
});

/** For each element the product of all the others that are reduced with it: from both sides, so that zeros do no harm. */
function others(x: Operand, dims: readonly number[]): Operand {
  const shape = shapeOf(x);
  if (dims.length === 0) return pow(x, 0);
  const kept = shape.map((_, k) => k).filter(k => !dims.includes(k));
  const order = [...kept, ...dims];
  const moved = ordered(x, order);
  const sizes = kept.map(k => shape[k] as number);
  const n = dims.reduce((size, k) => size * (shape[k] as number), 1);
  const lines = reshape(moved, [...sizes, n]);
  const last = sizes.length;
  const before = (line: Operand): Operand => preceding(cumprod(line, last), last, 1);
  const after = flip(before(flip(lines, [last])), [last]);
  const all = reshape(mul(before(lines), after), shapeOf(moved));
  return ordered(
    all,
    order.map((_, k) => order.indexOf(k)),
  );
}

function ordered(x: Operand, dims: readonly number[]): Operand {
  return dims.every((dim, k) => dim === k) ? x : permute(x, dims);
}

/**
 * The product of all elements, or along some dimensions: y = Π xᵢ; 1 of none. The gradient is the product of the others, right
 * at zeros too. int32 and bool give int32. Source: `torch.prod`.
 *
 * ```ts
 * prod(tensor([[1, 2], [3, 4]]), { dim: 1 }).toArray(); // [2, 12]
 * ```
 * @throws IndexError for a dimension that does not exist.
 */
export function prod<A extends Operand>(x: A, options?: ReduceOptions): TensorOr<A> {
  return prodOp([x], reduceParams('prod', x, options)) as TensorOr<A>;
}

/** Options of {@link norm}. */
export interface NormOptions extends ReduceOptions {
  /** 2 (the default), 1, Infinity, −Infinity, 0 or any other number; 'fro' is 2. */
  p?: number | 'fro';
}

/**
 * The p-norm over all elements, or along some dimensions: (Σ |xᵢ|ᵖ)^(1/p), without overflow on the way; the largest |xᵢ| for ∞, the smallest for −∞, the
 * number of nonzeros for 0. At 0 the gradient is 0. Source: `torch.linalg.vector_norm`, `torch.norm`.
 *
 * ```ts
 * norm(tensor([3, -4])).item(); // 5
 * norm(tensor([3, -4]), { p: Infinity }).item(); // 4
 * ```
 * @throws DTypeError for int32 and bool; IndexError for a dimension that does not exist.
 */
export function norm<A extends Operand>(x: A, options?: NormOptions): TensorOr<A> {
  reduceParams('norm', x, options, ['p']);
  checkFloat('norm', x);
  const { p: given = 2, ...rest } = options ?? {};
  const p = given === 'fro' ? 2 : given;
  if (typeof p !== 'number' || Number.isNaN(p)) {
    throw new ArgumentError(`norm: p must be a number or 'fro', got ${describe(p)}`);
  }
  return normOf(x, p, rest) as TensorOr<A>;
}

function normOf(x: Operand, p: number, options: ReduceOptions): Operand {
  if (p === Number.POSITIVE_INFINITY) return amax(abs(x), options);
  if (p === Number.NEGATIVE_INFINITY) return amin(abs(x), options);
  if (p === 1) return sum(abs(x), options);
  // A step: adding multiples by 0 gives the elements a gradient, of 0.
  if (p === 0) return sum(where(eq(x, 0), mul(x, 0), pow(x, 0)), options);
  return normOp([x], { p, ...reduceParams('norm', x, options) });
}

const normOp = structured<ReduceParams & { p: number }>({
  name: 'norm',
  inputs: ['x'],
  kernel: ([x], { dims, keepdim, p }) => {
    const array = x as NDArray;
    return reduceRows(array, dims, keepdim, array.dtype, normRow(p));
  },
  shape: ([x = []], { dims, keepdim }) => reducedShape(x, dims, keepdim),
  vjp: [
    (g, [x], y, params) => mul(spread(g, x as Operand, params), normSlope(x as Operand, y, params)),
  ],
  symbol: '‖x‖',
  text: w => ({ string: `‖${w.raw(0)}‖`, precedence: 'atom' }),
  latex: w => ({ string: `\\left\\lVert ${w.raw(0)}\\right\\rVert `, precedence: 'atom' }),
});

/** sign(x) · (|x| / y)ᵖ⁻¹; 0 where x or y is 0, where the norm has kinks. */
function normSlope(x: Operand, y: Operand, params: ReduceParams & { p: number }): Operand {
  const { p } = params;
  const zero = eq(y, 0);
  const size = spread(where(zero, 1, y), x, params);
  if (p === 2) return div(x, size);
  const none = where(eq(x, 0), 1, spread(zero, x, params));
  const ratio = div(where(none, 1, abs(x)), where(none, 1, size));
  return where(none, 0, mul(sign(x), pow(ratio, p - 1)));
}

function truth(name: string, rule: RowRule) {
  return structured<ReduceParams>({
    name,
    inputs: ['x'],
    kernel: ([x], { dims, keepdim }) => reduceRows(x as NDArray, dims, keepdim, 'bool', rule),
    shape: ([x = []], { dims, keepdim }) => reducedShape(x, dims, keepdim),
    vjp: [null],
    differentiable: false,
  });
}

const anyOp = truth('any', (data, start, step, n) => {
  for (let i = 0, k = start; i < n; i++, k += step) if (data[k] !== 0) return 1;
  return 0;
});

const allOp = truth('all', (data, start, step, n) => {
  for (let i = 0, k = start; i < n; i++, k += step) if (data[k] === 0) return 0;
  return 1;
});

/**
 * Whether any element is not 0; bool. Source: `torch.any`.
 *
 * ```ts
 * any(tensor([[0, 1], [0, 0]]), { dim: 1 }).toArray(); // [true, false]
 * ```
 */
export function any<A extends Operand>(x: A, options?: ReduceOptions): TensorOr<A> {
  return anyOp([x], reduceParams('any', x, options)) as TensorOr<A>;
}

/** Whether no element is 0 (true of none); bool. Source: `torch.all`. */
export function all<A extends Operand>(x: A, options?: ReduceOptions): TensorOr<A> {
  return allOp([x], reduceParams('all', x, options)) as TensorOr<A>;
}

/** How many elements are not 0; int32. Source: `torch.count_nonzero`. */
export function countNonzero<A extends Operand>(x: A, options?: ReduceOptions): TensorOr<A> {
  reduceParams('countNonzero', x, options);
  const truths: Operand = ne(x as Operand, 0);
  return sum(truths, options) as TensorOr<A>;
}

export const normMethods = methods({ prod, norm, any, all, countNonzero });

const of = (...shape: number[]) => ({ shape });
const zeros = (...data: number[]) => ({ shape: [data.length], data });

const truths = { shape: [2, 3], data: [0, 0, 0, 1, 0, -2] };

describeOps({
  prod: {
    about: 'Product of all elements or along dimensions.',
    torch: 'torch.prod',
    samples: [
      { inputs: [of(2, 3)], call: x => prod(x) },
      { inputs: [of(2, 3, 2)], call: x => prod(x, { dim: [0, -1], keepdim: true }) },
      { inputs: [zeros(2, 0, 3)], call: x => prod(x) },
      { inputs: [zeros(2, 0, 3, 0)], call: x => prod(x, { dim: 0 }) },
      { inputs: [of()], call: x => prod(x) },
      { inputs: [of(0, 2)], call: x => prod(x, { dim: 0 }) },
    ],
  },
  norm: {
    about: 'p-norm over all elements or along dimensions.',
    torch: 'torch.linalg.vector_norm',
    samples: [
      { inputs: [of(2, 3)], call: x => norm(x) },
      { inputs: [{ shape: [2, 3], range: [0.5, 2] }], call: x => norm(x, { p: 3, dim: 1 }) },
      { inputs: [{ shape: [3], distinct: true }], call: x => norm(x, { p: Infinity }) },
      { inputs: [{ shape: [3], range: [0.5, 2] }], call: x => norm(x, { p: 1, keepdim: true }) },
      {
        inputs: [{ shape: [2, 2], data: [0, 2, -3, 0] }],
        call: x => norm(x, { p: 4, dim: [0, 1] }),
      },
      { inputs: [zeros(0, 0)], call: x => norm(x), kink: true },
    ],
  },
  any: {
    about: 'Whether any element is not 0.',
    torch: 'torch.any',
    differentiable: false,
    samples: [{ inputs: [truths], call: x => any(x, { dim: 1 }) }],
  },
  all: {
    about: 'Whether no element is 0.',
    torch: 'torch.all',
    differentiable: false,
    samples: [{ inputs: [truths], call: x => all(x, { dim: 0, keepdim: true }) }],
  },
  countNonzero: {
    about: 'How many elements are not 0.',
    torch: 'torch.count_nonzero',
    differentiable: false,
    samples: [{ inputs: [truths], call: x => countNonzero(x, { dim: [0, -1] }) }],
  },
});
