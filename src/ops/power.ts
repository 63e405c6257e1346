// Powers and roots.

import type { Expression } from '../autograd/expression.ts';
import type { Operand, Writer } from '../autograd/op.ts';
import {
  hypot as hypotKernel,
  powExponentSlope as powExponentSlopeKernel,
  pow as powKernel,
  powSlope as powSlopeKernel,
  rsqrt as rsqrtKernel,
} from '../ndarray/special/index.ts';
import { add, div, mul, neg, reciprocal, sub, where } from './arithmetic.ts';
import { eq, ge } from './comparison.ts';
import { type Binary, binary, type Unary, unary } from './elementwise.ts';
import { log } from './exponential.ts';

const SUPERSCRIPT = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A base with an exponent: x², x⁻¹, x^n, 2^(n − 1). */
function superscript(w: Writer): { string: string; precedence: 'power' } {
  const n = w.number(1);
  const base = w.arg(0, 'atom');
  if (n !== undefined && Number.isInteger(n) && Math.abs(n) < 100) {
    const digits = [...String(Math.abs(n))].map(d => SUPERSCRIPT[Number(d)]).join('');
    return { string: `${base}${n < 0 ? '⁻' : ''}${digits}`, precedence: 'power' };
  }
  return { string: `${base}^${w.arg(1, 'atom')}`, precedence: 'power' };
}

/**
 * a to the power b: aᵇ.
 *
 * Special values are those of IEEE 754: x⁰ = 1 and 1ʸ = 1 for all x and y, NaN included.
 * A negative base with an exponent that is not an integer gives NaN. Source: `torch.pow`.
 */
export const pow: Binary = binary({
  name: 'pow',
  result: 'same',
  about: 'The first operand to the power of the second.',
  otherNames: ['power'],
  value: powKernel,
  partials: [
    (a: Operand, b: Operand) => powSlope(a, b),
    (a: Operand, b: Operand) => powExponentSlope(a, b),
  ],
  formulas: [
    (a: Operand, b: Operand) => mul(b, pow(a, sub(b, 1))),
    (a: Operand, _b: Operand, y: Operand) => mul(y, log(a)),
  ],
  symbol: 'aᵇ',
  text: superscript,
  latex: w => ({ string: `${w.arg(0, 'atom')}^{${w.raw(1)}}`, precedence: 'power' }),
  simplify(a, b) {
    if (b.number === 1) return a;
    if (b.number === 0 || a.number === 1) return 1;
    return undefined;
  },
  domain: [
    [0.1, 4],
    [-3, 3],
  ],
  samples: [
    [2, 3],
    [-2, 3],
    [-2, -3],
    [1e-100, 2],
    [3, 0],
  ],
  conventions: [
    { at: [0, 2], partials: [0, 0], because: 'x² is flat at 0' },
    { at: [0, 1], partials: [1, 0], because: 'x¹ is x' },
    { at: [0, 0], partials: [0, 0], because: '0⁰ is 1, and x⁰ is constant, as in PyTorch' },
    { at: [0, 0.5], partials: [Number.POSITIVE_INFINITY, 0], because: 'the slope of √x at 0' },
  ],
  torch: 'torch.pow',
});

/** b · aᵇ⁻¹: the slope of a power, exact where b − 1 rounds; 0 for b = 0. */
export const powSlope: Binary = binary({
  name: 'powSlope',
  about: 'The slope b · aᵇ⁻¹ of a power.',
  partOf: 'pow',
  value: powSlopeKernel,
  partials: [
    (a: Operand, b: Operand) => mul(b, powSlope(a, sub(b, 1))),
    (a: Operand, b: Operand) => {
      const flat = mul(eq(a, 0), ge(b, 1));
      const safe = where(flat, 1, a);
      return where(flat, 0, mul(pow(safe, sub(b, 1)), add(1, mul(b, log(safe)))));
    },
  ],
  symbol: 'baᵇ⁻¹',
  simplify: (a: Expression, b: Expression) => mul(b, pow(a, sub(b, 1))),
  domain: [
    [0.1, 4],
    [-3, 3],
  ],
  samples: [
    [2, 3],
    [-2, 3],
    [3, 0],
    [3, 1],
  ],
  conventions: [{ at: [0, 2], partials: [2, 0], because: 'the slope of x² is 2x' }],
});

/** aᵇ · ln a: how a power changes with its exponent; 0 for a = 0 and b ≥ 0, where it does not. */
export const powExponentSlope: Binary = binary({
  name: 'powExponentSlope',
  about: 'The slope aᵇ · ln a of a power in its exponent.',
  partOf: 'pow',
  value: powExponentSlopeKernel,
  partials: [
    (a: Operand, b: Operand) => {
      const safe = where(eq(a, 0), 1, a);
      return mul(pow(a, sub(b, 1)), add(1, mul(b, log(safe))));
    },
    (a: Operand, _b: Operand, y: Operand) => mul(y, log(where(eq(a, 0), 1, a))),
  ],
  symbol: 'aᵇ ln a',
  simplify: (a: Expression, b: Expression) => mul(pow(a, b), log(a)),
  domain: [
    [0.1, 4],
    [-3, 3],
  ],
  samples: [
    [2, 3],
    [1, 2],
  ],
});

/** x². Source: `torch.square`. */
export const square: Unary = unary({
  name: 'square',
  result: 'same',
  about: 'The operand times itself.',
  value: x => x * x,
  partials: [(x: Operand) => mul(2, x)],
  symbol: 'x²',
  text: w => ({ string: `${w.arg(0, 'atom')}²`, precedence: 'power' }),
  latex: w => ({ string: `${w.arg(0, 'atom')}^{2}`, precedence: 'power' }),
  domain: [[-10, 10]],
  samples: [[0], [1e150], [1e-170]],
  torch: 'torch.square',
});

/** √x; ∞ slope at 0. Source: `torch.sqrt`. */
export const sqrt: Unary = unary({
  name: 'sqrt',
  about: 'Square root.',
  otherNames: ['root'],
  value: Math.sqrt,
  partials: [(_x: Operand, y: Operand) => div(0.5, y)],
  formulas: [(_x: Operand, y: Operand) => div(1, mul(2, y))],
  symbol: '√',
  text: '√({0})',
  latex: '\\sqrt{{0}}',
  domain: [[0.05, 20]],
  samples: [[1e-300], [1e300]],
  conventions: [
    { at: [0], partials: [Number.POSITIVE_INFINITY], because: 'the limit, as in PyTorch' },
  ],
  torch: 'torch.sqrt',
});

/** 1/√x. Source: `torch.rsqrt`. */
export const rsqrt: Unary = unary({
  name: 'rsqrt',
  about: 'One over the square root.',
  value: rsqrtKernel,
  partials: [(x: Operand, y: Operand) => mul(-0.5, div(y, x))],
  formulas: [(x: Operand, y: Operand) => neg(div(y, mul(2, x)))],
  symbol: '1/√x',
  text: w => ({ string: `1 / √(${w.raw(0)})`, precedence: 'product' }),
  latex: w => ({ string: `\\frac{1}{\\sqrt{${w.raw(0)}}}`, precedence: 'product' }),
  domain: [[0.05, 20]],
  samples: [[1e-200], [1e200]],
  torch: 'torch.rsqrt',
});

/** ∛x. */
export const cbrt: Unary = unary({
  name: 'cbrt',
  about: 'Cube root, of negative numbers too.',
  value: Math.cbrt,
  partials: [(_x: Operand, y: Operand) => reciprocal(mul(3, mul(y, y)))],
  formulas: [(_x: Operand, y: Operand) => div(1, mul(3, square(y)))],
  symbol: '∛',
  text: '∛({0})',
  latex: '\\sqrt[3]{{0}}',
  domain: [[0.05, 20]],
  samples: [[-8], [-0.3], [1e-200], [1e200]],
  conventions: [{ at: [0], partials: [Number.POSITIVE_INFINITY], because: 'the limit' }],
});

/** √(a² + b²) without overflow. Source: `torch.hypot`. */
export const hypot: Binary = binary({
  name: 'hypot',
  about: 'The length √(a² + b²), without overflow on the way.',
  value: hypotKernel,
  partials: [
    (a: Operand, _b: Operand, y: Operand) => div(a, where(eq(y, 0), 1, y)),
    (_a: Operand, b: Operand, y: Operand) => div(b, where(eq(y, 0), 1, y)),
  ],
  formulas: [
    (a: Operand, _b: Operand, y: Operand) => div(a, y),
    (_a: Operand, b: Operand, y: Operand) => div(b, y),
  ],
  symbol: 'hypot',
  latex: w => ({
    string: `\\sqrt{${w.arg(0, 'atom')}^{2} + ${w.arg(1, 'atom')}^{2}}`,
    precedence: 'atom',
  }),
  domain: [
    [-5, 5],
    [-5, 5],
  ],
  samples: [
    [3, 4],
    [1e200, 1e200],
    [0, 2],
  ],
  conventions: [
    { at: [0, 0], partials: [0, 0], because: 'the middle of all slopes; PyTorch gives NaN' },
  ],
  torch: 'torch.hypot',
});
