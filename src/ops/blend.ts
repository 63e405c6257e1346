// Elementwise functions that are made of others: filling by a mask, replacing what is no number, blending, fused products.
// They take every kind of operand, as their parts do.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Join, KindOf, Operand } from '../autograd/op.ts';
import { describeTensor, Tensor } from '../autograd/tensor.ts';
import { isFloat } from '../ndarray/dtype.ts';
import { DTypeError, ShapeError, showShape } from '../ndarray/errors.ts';
import { add, div, mul, sub, where } from './arithmetic.ts';
import { eq, lt } from './comparison.ts';
import { isnan } from './logic.ts';
import { to } from './reshape.ts';
import { abs } from './rounding.ts';
import { describeOps, methods, shapeOf } from './structured.ts';

/** The kind that results when three operands meet. */
type Join3<A extends Operand, B extends Operand, C extends Operand> =
  Join<A, B> extends infer Both extends Operand ? Join<Both, C> : never;

/** A result in the element type of `x`. */
function like(x: Operand, y: Operand): Operand {
  return x instanceof Tensor && y instanceof Tensor && y.dtype !== x.dtype ? to(y, x.dtype) : y;
}

/**
 * `x` with a number where the mask is true; mask and `x` broadcast. The result has the element type of `x`; no gradient reaches what
 * is covered. Source: `torch.masked_fill`.
 *
 * ```ts
 * maskedFill(tensor([1, 2, 3]), tensor([true, false, true]), 0).toArray(); // [0, 2, 0]
 * ```
 * @throws DTypeError unless the mask is bool; ShapeError where the value is not a single number.
 */
export function maskedFill<A extends Operand, B extends Operand>(
  x: A,
  mask: B,
  value: Operand,
): Join<A, B> {
  if (mask instanceof Tensor && mask.dtype !== 'bool') {
    throw new DTypeError(
      `maskedFill: the mask must be bool, got ${describeTensor(mask)}; compare it with something, such as ne(mask, 0)`,
    );
  }
  if (value instanceof Tensor && value.ndim > 0) {
    throw new ShapeError(
      `maskedFill: the value must be a single number, got shape ${showShape(shapeOf(value))}; see where`,
    );
  }
  return like(x, where(mask, value, x)) as Join<A, B>;
}

/** Options of {@link nanToNum}. */
export interface NanToNumOptions {
  /** What NaN becomes; 0 unless given. */
  nan?: number;
  /** What ∞ becomes; the largest finite number of the element type unless given. */
  posinf?: number;
  /** What −∞ becomes; the smallest finite number of the element type unless given. */
  neginf?: number;
}

const MOST_FLOAT32 = 3.4028234663852886e38;

/**
 * `x` with numbers in place of NaN, ∞ and −∞; no gradient reaches those. Source: `torch.nan_to_num`.
 *
 * ```ts
 * nanToNum(tensor([1, NaN, -Infinity]), { neginf: -9 }).toArray(); // [1, 0, -9]
 * ```
 */
export function nanToNum<A extends Operand>(x: A, options?: NanToNumOptions): KindOf<A> {
  checkOptions('nanToNum', options, ['nan', 'posinf', 'neginf']);
  return numbersOf(x, options ?? {}) as KindOf<A>;
}

function numbersOf(x: Operand, options: NanToNumOptions): Operand {
  if (x instanceof Tensor && !isFloat(x.dtype)) return x;
  const most = x instanceof Tensor && x.dtype === 'float32' ? MOST_FLOAT32 : Number.MAX_VALUE;
  const { nan = 0, posinf = most, neginf = -most } = options;
  const low: Operand = where(eq(x, Number.NEGATIVE_INFINITY), neginf, x);
  const both: Operand = where(eq(x, Number.POSITIVE_INFINITY), posinf, low);
  return where(isnan(x), nan, both);
}

/**
 * From a to b: a + weight · (b − a), in the form that meets both ends exactly. Source: `torch.lerp`.
 *
 * ```ts
 * lerp(tensor([0, 10]), tensor([1, 20]), 0.25).toArray(); // [0.25, 12.5]
 * ```
 */
export function lerp<A extends Operand, B extends Operand, C extends Operand>(
  a: A,
  b: B,
  weight: C,
): Join3<A, B, C> {
  return between(a, b, weight) as Join3<A, B, C>;
}

function between(a: Operand, b: Operand, weight: Operand): Operand {
  const way: Operand = sub(b, a);
  const fromA = (): Operand => add(a, mul(weight, way));
  const fromB = (): Operand => sub(b, mul(sub(1, weight), way));
  if (typeof weight === 'number') return Math.abs(weight) < 0.5 ? fromA() : fromB();
  return where(lt(abs(weight), 0.5), fromA(), fromB());
}

/** Options of {@link addcmul} and {@link addcdiv}. */
export interface AddcOptions {
  /** Factor of the second summand; 1 unless given. */
  value?: number;
}

function factorOf(name: string, options: AddcOptions | undefined): number {
  checkOptions(name, options, ['value']);
  const { value = 1 } = options ?? {};
  if (typeof value === 'number') return value;
  throw new ArgumentError(`${name}: value must be a number, got ${describe(value)}`);
}

function scaled(factor: number, x: Operand): Operand {
  return factor === 1 ? x : mul(factor, x);
}

/**
 * x + value · a · b. Source: `torch.addcmul`.
 *
 * ```ts
 * addcmul(tensor([1]), tensor([2]), tensor([3]), { value: 0.5 }).toArray(); // [4]
 * ```
 */
export function addcmul<A extends Operand, B extends Operand, C extends Operand>(
  x: A,
  a: B,
  b: C,
  options?: AddcOptions,
): Join3<A, B, C> {
  return add(x, mul(scaled(factorOf('addcmul', options), a), b)) as unknown as Join3<A, B, C>;
}

/** x + value · a / b. Source: `torch.addcdiv`. */
export function addcdiv<A extends Operand, B extends Operand, C extends Operand>(
  x: A,
  a: B,
  b: C,
  options?: AddcOptions,
): Join3<A, B, C> {
  return add(x, div(scaled(factorOf('addcdiv', options), a), b)) as unknown as Join3<A, B, C>;
}

const of = (...shape: number[]) => ({ shape });
const mask = { shape: [3], data: [1, 0, 1], dtype: 'bool' as const };

export const blendMethods = methods({ maskedFill, nanToNum, lerp, addcmul, addcdiv });

describeOps({
  maskedFill: {
    about: 'A number where a mask is true.',
    torch: 'torch.masked_fill',
    samples: [
      { inputs: [of(2, 3), mask], call: (x, m) => maskedFill(x, m, -3) },
      { inputs: [of(3), mask, of()], call: (x, m, v) => maskedFill(x, m, v) },
    ],
  },
  nanToNum: {
    about: 'Numbers in place of NaN and infinities.',
    torch: 'torch.nan_to_num',
    samples: [
      { inputs: [of(2, 2)], call: x => nanToNum(x) },
      {
        inputs: [{ shape: [3], data: [Number.NaN, Number.POSITIVE_INFINITY, 2] }],
        call: x => nanToNum(x, { nan: 3, posinf: 4, neginf: 5 }),
        kink: true,
      },
    ],
  },
  lerp: {
    about: 'Part of the way from one operand to another.',
    torch: 'torch.lerp',
    samples: [
      { inputs: [of(2, 3), of(3), of(2, 1)], call: (a, b, w) => lerp(a, b, w) },
      { inputs: [of(2), of(2)], call: (a, b) => lerp(a, b, 0.25) },
      { inputs: [of(2), of(2)], call: (a, b) => lerp(a, b, 0.75) },
    ],
  },
  addcmul: {
    about: 'Sum with a multiple of a product.',
    torch: 'torch.addcmul',
    samples: [
      { inputs: [of(2, 3), of(3), of(2, 1)], call: (x, a, b) => addcmul(x, a, b) },
      { inputs: [of(2), of(2), of(2)], call: (x, a, b) => addcmul(x, a, b, { value: -0.5 }) },
    ],
  },
  addcdiv: {
    about: 'Sum with a multiple of a quotient.',
    torch: 'torch.addcdiv',
    samples: [
      {
        inputs: [of(2, 3), of(3), { shape: [2, 1], range: [0.5, 2] }],
        call: (x, a, b) => addcdiv(x, a, b, { value: 2 }),
      },
    ],
  },
});
