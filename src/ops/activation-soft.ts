// Further smooth activation functions.

import type { Operand } from '../autograd/op.ts';
import { tanhshrink as tanhshrinkKernel } from '../ndarray/special/index.ts';
import { add, div, mul, reciprocal, sub, where } from './arithmetic.ts';
import { gt } from './comparison.ts';
import { type Unary, type UnaryWith, unary, unaryWith } from './elementwise.ts';
import { exp, expm1 } from './exponential.ts';
import { tanh } from './hyperbolic.ts';
import { square } from './power.ts';
import { abs, max, min } from './rounding.ts';

/** Options of {@link celu}. */
export interface CeluOptions {
  /** Minus the limit at −∞, and the scale of the curve; 1 unless given. */
  alpha?: Operand;
}

/**
 * x for x > 0, else α · (exp(x/α) − 1), which is smooth at 0 for every α (Barron 2017, arXiv 1704.07483).
 * Source: `torch.nn.functional.celu`.
 */
export const celu: UnaryWith<CeluOptions> = unaryWith({
  name: 'celu',
  about: 'The operand where it is positive, else α(exp(x/α) − 1).',
  options: { alpha: 1 },
  value: (x, alpha) => (x > 0 ? x : alpha * Math.expm1(x / alpha)),
  partials: [
    // exp sees only x ≤ 0, so that the branch not taken cannot overflow.
    (x: Operand, alpha: Operand) => where(gt(x, 0), 1, exp(div(min(x, 0), alpha))),
    (x: Operand, alpha: Operand) => {
      // exp is 0 long before −800, and ∞ · 0 is NaN.
      const z = max(div(min(x, 0), alpha), -800);
      return where(gt(x, 0), 0, sub(expm1(z), mul(z, exp(z))));
    },
  ],
  formulas: [(x: Operand, alpha: Operand) => where(gt(x, 0), 1, exp(div(x, alpha)))],
  symbol: 'celu',
  domain: [
    [-5, 5],
    [0.5, 2],
  ],
  samples: [
    [-40, 1],
    [800, 1],
  ],
  torch: 'torch.nn.functional.celu',
});

/** x / (1 + |x|). Source: `torch.nn.functional.softsign`. */
export const softsign: Unary = unary({
  name: 'softsign',
  about: 'x / (1 + |x|).',
  value: x => x / (1 + Math.abs(x)),
  partials: [(x: Operand) => square(reciprocal(add(1, abs(x))))],
  formulas: [(x: Operand) => div(1, square(add(1, abs(x))))],
  symbol: 'softsign',
  text: w => ({ string: `${w.arg(0, 'product')} / (1 + |${w.raw(0)}|)`, precedence: 'product' }),
  latex: w => ({
    string: `\\frac{${w.raw(0)}}{1 + \\left|${w.raw(0)}\\right|}`,
    precedence: 'product',
  }),
  domain: [[-5, 5]],
  samples: [[1e-3], [1e10], [-1e10]],
  torch: 'torch.nn.functional.softsign',
});

/** x − tanh x, without loss of digits near 0. Source: `torch.nn.functional.tanhshrink`. */
export const tanhshrink: Unary = unary({
  name: 'tanhshrink',
  about: 'The operand less its hyperbolic tangent.',
  value: tanhshrinkKernel,
  partials: [(x: Operand) => square(tanh(x))],
  symbol: 'x−tanh',
  text: w => ({ string: `${w.arg(0, 'sum')} − tanh(${w.raw(0)})`, precedence: 'sum' }),
  latex: w => ({
    string: `${w.arg(0, 'sum')} - \\tanh\\left(${w.raw(0)}\\right)`,
    precedence: 'sum',
  }),
  domain: [[-4, 4]],
  samples: [[0], [1e-3], [-30]],
  torch: 'torch.nn.functional.tanhshrink',
});
