// Exponentials and logarithms.

import type { Operand, Writer } from '../autograd/op.ts';
import {
  log10 as log10Kernel,
  logaddexp as logaddexpKernel,
  sigmoidOfDifference as sigmoidOfDifferenceKernel,
} from '../ndarray/special/index.ts';
import { expSingle } from '../ndarray/special/single.ts';
import { add, div, mul, neg, reciprocal, sub } from './arithmetic.ts';
import { type Binary, binary, type Unary, unary } from './elementwise.ts';
import { pow } from './power.ts';

/** eˣ. Source: `torch.exp`. */
export const exp: Unary = unary({
  name: 'exp',
  about: 'e to the power of the operand.',
  value: Math.exp,
  single: expSingle,
  partials: [(_x: Operand, y: Operand) => y],
  symbol: 'eˣ',
  latex: w => ({ string: `e^{${w.raw(0)}}`, precedence: 'power' }),
  domain: [[-5, 5]],
  samples: [[0], [-700], [700], [1e-10]],
  torch: 'torch.exp',
});

/** 2ˣ. Source: `torch.exp2`. */
export const exp2: Unary = unary({
  name: 'exp2',
  about: 'Two to the power of the operand.',
  value: x => 2 ** x,
  partials: [(_x: Operand, y: Operand) => mul(Math.LN2, y)],
  formulas: [(x: Operand) => mul(pow(2, x), log(2))],
  symbol: '2ˣ',
  text: w => ({ string: `2^${w.arg(0, 'atom')}`, precedence: 'power' }),
  latex: w => ({ string: `2^{${w.raw(0)}}`, precedence: 'power' }),
  domain: [[-5, 5]],
  samples: [[0], [-1000], [1000], [0.5]],
  torch: 'torch.exp2',
});

/** eˣ − 1, exact near 0. Source: `torch.expm1`. */
export const expm1: Unary = unary({
  name: 'expm1',
  about: 'eˣ − 1, exact near 0.',
  value: Math.expm1,
  partials: [(x: Operand) => exp(x)],
  symbol: 'eˣ−1',
  text: w => ({ string: `exp(${w.raw(0)}) − 1`, precedence: 'sum' }),
  latex: w => ({ string: `e^{${w.raw(0)}} - 1`, precedence: 'sum' }),
  domain: [[-5, 5]],
  samples: [[0], [1e-12], [-40], [300]],
  torch: 'torch.expm1',
});

/** ln x. Source: `torch.log`. */
export const log: Unary = unary({
  name: 'log',
  about: 'Natural logarithm.',
  otherNames: ['ln'],
  value: Math.log,
  partials: [(x: Operand) => reciprocal(x)],
  symbol: 'ln',
  text: 'ln({0})',
  latex: '\\ln\\left({0}\\right)',
  domain: [[0.05, 20]],
  samples: [[1], [1e-300], [1e300]],
  torch: 'torch.log',
});

/** log₂ x. Source: `torch.log2`. */
export const log2: Unary = unary({
  name: 'log2',
  about: 'Logarithm to base 2.',
  value: Math.log2,
  partials: [(x: Operand) => reciprocal(mul(Math.LN2, x))],
  formulas: [(x: Operand) => div(1, mul(x, log(2)))],
  symbol: 'log₂',
  text: 'log₂({0})',
  latex: '\\log_{2}\\left({0}\\right)',
  domain: [[0.05, 20]],
  samples: [[1], [8], [1e-300]],
  torch: 'torch.log2',
});

/** log₁₀ x. Source: `torch.log10`. */
export const log10: Unary = unary({
  name: 'log10',
  about: 'Logarithm to base 10.',
  otherNames: ['lg'],
  value: log10Kernel,
  partials: [(x: Operand) => reciprocal(mul(Math.LN10, x))],
  formulas: [(x: Operand) => div(1, mul(x, log(10)))],
  symbol: 'log₁₀',
  text: 'log₁₀({0})',
  latex: '\\log_{10}\\left({0}\\right)',
  domain: [[0.05, 20]],
  samples: [[1], [1000], [1e-300]],
  torch: 'torch.log10',
});

/** ln(1 + x), exact near 0. Source: `torch.log1p`. */
export const log1p: Unary = unary({
  name: 'log1p',
  about: 'ln(1 + x), exact near 0.',
  value: Math.log1p,
  partials: [(x: Operand) => reciprocal(add(1, x))],
  symbol: 'ln(1+x)',
  text: w => ({ string: `ln(1 + ${summand(w)})`, precedence: 'atom' }),
  latex: w => ({ string: `\\ln\\left(1 + ${summand(w)}\\right)`, precedence: 'atom' }),
  domain: [[-0.9, 20]],
  samples: [[0], [1e-15], [1e300], [-0.999999]],
  torch: 'torch.log1p',
});

/** What stands behind a plus sign: in parentheses where it begins with a minus. */
function summand(w: Writer): string {
  const written = w.arg(0, 'sum');
  return /^[−-]/.test(written) ? `(${written})` : written;
}

/** ln(eᵃ + eᵇ) without overflow. Source: `torch.logaddexp`. */
export const logaddexp: Binary = binary({
  name: 'logaddexp',
  about: 'ln(eᵃ + eᵇ), without overflow on the way.',
  value: logaddexpKernel,
  partials: [
    (a: Operand, b: Operand) => sigmoidOfDifference(a, b),
    (a: Operand, b: Operand) => sigmoidOfDifference(b, a),
  ],
  symbol: 'lae',
  latex: '\\ln\\left(e^{{0}} + e^{{1}}\\right)',
  domain: [
    [-5, 5],
    [-5, 5],
  ],
  samples: [
    [0, 0],
    [1000, 1000],
    [-1000, 0],
    [700, -30],
  ],
  torch: 'torch.logaddexp',
});

/** σ(a − b), accurate although a − b rounds: the slope of {@link logaddexp}. */
export const sigmoidOfDifference: Binary = binary({
  name: 'sigmoidOfDifference',
  about: 'σ(a − b), accurate although a − b rounds.',
  value: sigmoidOfDifferenceKernel,
  partials: [
    (a: Operand, b: Operand, y: Operand) => mul(y, sigmoidOfDifference(b, a)),
    (a: Operand, b: Operand, y: Operand) => neg(mul(y, sigmoidOfDifference(b, a))),
  ],
  symbol: 'σ(a−b)',
  text: w => ({
    string: `sigmoid(${w.arg(0, 'sum')} − ${w.arg(1, 'product')})`,
    precedence: 'atom',
  }),
  latex: w => ({
    string: `\\sigma\\left(${w.arg(0, 'sum')} - ${w.arg(1, 'product')}\\right)`,
    precedence: 'atom',
  }),
  formulas: [
    (_a: Operand, _b: Operand, y: Operand) => mul(y, sub(1, y)),
    (_a: Operand, _b: Operand, y: Operand) => neg(mul(y, sub(1, y))),
  ],
  domain: [
    [-5, 5],
    [-5, 5],
  ],
  samples: [
    [0, 0],
    [100, 1],
    [0.1, 300],
  ],
});
