// Hyperbolic functions and their inverses.

import type { Operand } from '../autograd/op.ts';
import {
  acosh as acoshKernel,
  asinh as asinhKernel,
  atanh as atanhKernel,
  cosh as coshKernel,
  sech2 as sech2Kernel,
  sech as sechKernel,
  sinh as sinhKernel,
} from '../ndarray/special/index.ts';
import { sech2Single, tanhSingle } from '../ndarray/special/single.ts';
import { add, div, mul, neg, reciprocal, sub } from './arithmetic.ts';
import { type Unary, unary } from './elementwise.ts';
import { hypot, rsqrt, sqrt, square } from './power.ts';

/** (eˣ − e⁻ˣ) / 2. Source: `torch.sinh`. */
export const sinh: Unary = unary({
  name: 'sinh',
  about: 'Hyperbolic sine.',
  value: sinhKernel,
  partials: [(x: Operand) => cosh(x)],
  symbol: 'sinh',
  latex: '\\sinh\\left({0}\\right)',
  domain: [[-4, 4]],
  samples: [[0], [1e-10], [-300]],
  torch: 'torch.sinh',
});

/** (eˣ + e⁻ˣ) / 2. Source: `torch.cosh`. */
export const cosh: Unary = unary({
  name: 'cosh',
  about: 'Hyperbolic cosine.',
  value: coshKernel,
  partials: [(x: Operand) => sinh(x)],
  symbol: 'cosh',
  latex: '\\cosh\\left({0}\\right)',
  domain: [[-4, 4]],
  samples: [[0], [1e-10], [300]],
  torch: 'torch.cosh',
});

/** sinh x / cosh x. Source: `torch.tanh`. */
export const tanh: Unary = unary({
  name: 'tanh',
  about: 'Hyperbolic tangent.',
  value: Math.tanh,
  single: tanhSingle,
  partials: [(x: Operand) => sech2(x)],
  formulas: [(_x: Operand, y: Operand) => sub(1, square(y))],
  symbol: 'tanh',
  latex: '\\tanh\\left({0}\\right)',
  domain: [[-4, 4]],
  samples: [[0], [1e-10], [20], [-300]],
  torch: 'torch.tanh',
});

/** 1 / cosh² x = 1 − tanh² x, without cancellation in the tails: the slope of {@link tanh}. */
export const sech2: Unary = unary({
  name: 'sech2',
  about: 'The square of the hyperbolic secant, the slope of tanh.',
  partOf: 'tanh',
  value: sech2Kernel,
  single: sech2Single,
  partials: [(x: Operand, y: Operand) => mul(-2, mul(y, tanh(x)))],
  symbol: 'sech²',
  text: 'sech²({0})',
  latex: '\\operatorname{sech}^{2}\\left({0}\\right)',
  domain: [[-4, 4]],
  samples: [[0], [40], [-300]],
});

/** 1 / cosh x. */
export const sech: Unary = unary({
  name: 'sech',
  about: 'One over the hyperbolic cosine.',
  partOf: 'tanh',
  value: sechKernel,
  partials: [(x: Operand, y: Operand) => neg(mul(y, tanh(x)))],
  symbol: 'sech',
  latex: '\\operatorname{sech}\\left({0}\\right)',
  domain: [[-4, 4]],
  samples: [[0], [40], [-300]],
});

/** The inverse of {@link sinh}. Source: `torch.asinh`. */
export const asinh: Unary = unary({
  name: 'asinh',
  about: 'Inverse hyperbolic sine.',
  otherNames: ['arsinh'],
  value: asinhKernel,
  partials: [(x: Operand) => reciprocal(hypot(1, x))],
  formulas: [(x: Operand) => rsqrt(add(1, square(x)))],
  symbol: 'asinh',
  latex: '\\operatorname{arsinh}\\left({0}\\right)',
  domain: [[-10, 10]],
  samples: [[0], [1e200], [1e-10]],
  torch: 'torch.asinh',
});

/** The inverse of {@link cosh}, for x ≥ 1. Source: `torch.acosh`. */
export const acosh: Unary = unary({
  name: 'acosh',
  about: 'Inverse hyperbolic cosine, of x ≥ 1.',
  otherNames: ['arcosh'],
  value: acoshKernel,
  partials: [(x: Operand) => reciprocal(mul(sqrt(sub(x, 1)), sqrt(add(x, 1))))],
  formulas: [(x: Operand) => rsqrt(sub(square(x), 1))],
  symbol: 'acosh',
  latex: '\\operatorname{arcosh}\\left({0}\\right)',
  domain: [[1.1, 20]],
  samples: [[1.000001], [1e200]],
  conventions: [
    { at: [1], partials: [Number.POSITIVE_INFINITY], because: 'the limit, as in PyTorch' },
  ],
  torch: 'torch.acosh',
});

/** The inverse of {@link tanh}, for |x| < 1. Source: `torch.atanh`. */
export const atanh: Unary = unary({
  name: 'atanh',
  about: 'Inverse hyperbolic tangent, of |x| < 1.',
  otherNames: ['artanh'],
  value: atanhKernel,
  partials: [(x: Operand) => reciprocal(mul(sub(1, x), add(1, x)))],
  formulas: [(x: Operand) => div(1, sub(1, square(x)))],
  symbol: 'atanh',
  latex: '\\operatorname{artanh}\\left({0}\\right)',
  domain: [[-0.95, 0.95]],
  samples: [[0], [1e-10], [0.999999]],
  torch: 'torch.atanh',
});
