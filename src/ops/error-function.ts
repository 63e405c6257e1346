// The error function and the normal distribution.

import type { Operand } from '../autograd/op.ts';
import {
  erfc as erfcKernel,
  erf as erfKernel,
  gaussian as gaussianKernel,
  ndtr as ndtrKernel,
  normalPdf as normalPdfKernel,
} from '../ndarray/special/index.ts';
import { mul, neg } from './arithmetic.ts';
import { type Unary, unary } from './elementwise.ts';

const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

/** erf x = 2/√π ∫₀ˣ e^(−t²) dt. Source: `torch.erf`. */
export const erf: Unary = unary({
  name: 'erf',
  about: 'The error function.',
  value: erfKernel,
  partials: [(x: Operand) => mul(TWO_OVER_ROOT_PI, gaussian(x))],
  symbol: 'erf',
  latex: '\\operatorname{erf}\\left({0}\\right)',
  domain: [[-3, 3]],
  samples: [[0], [1e-10], [5], [-20]],
  torch: 'torch.erf',
});

/** 1 − erf x, accurate where it is tiny. Source: `torch.erfc`. */
export const erfc: Unary = unary({
  name: 'erfc',
  about: 'One minus the error function, accurate where it is tiny.',
  value: erfcKernel,
  partials: [(x: Operand) => mul(-TWO_OVER_ROOT_PI, gaussian(x))],
  symbol: 'erfc',
  latex: '\\operatorname{erfc}\\left({0}\\right)',
  domain: [[-3, 3]],
  samples: [[0], [5], [20], [-20]],
  torch: 'torch.erfc',
});

/** e^(−x²), accurate in the tails. */
export const gaussian: Unary = unary({
  name: 'gaussian',
  about: 'e^(−x²), accurate in the tails.',
  value: gaussianKernel,
  partials: [(x: Operand, y: Operand) => mul(-2, mul(x, y))],
  symbol: 'e^−x²',
  text: w => ({ string: `exp(−${w.arg(0, 'atom')}²)`, precedence: 'atom' }),
  latex: w => ({ string: `e^{-${w.arg(0, 'atom')}^{2}}`, precedence: 'power' }),
  domain: [[-3, 3]],
  samples: [[0], [10], [-20]],
});

/** Φ(x), the normal distribution function. Source: `torch.special.ndtr`. */
export const ndtr: Unary = unary({
  name: 'ndtr',
  about: 'The normal distribution function Φ.',
  value: ndtrKernel,
  partials: [(x: Operand) => normalPdf(x)],
  symbol: 'Φ',
  latex: '\\Phi\\left({0}\\right)',
  domain: [[-4, 4]],
  samples: [[0], [-20], [20]],
  torch: 'torch.special.ndtr',
});

/** φ(x) = e^(−x²/2) / √(2π), the normal density. */
export const normalPdf: Unary = unary({
  name: 'normalPdf',
  about: 'The normal density φ.',
  value: normalPdfKernel,
  partials: [(x: Operand, y: Operand) => neg(mul(x, y))],
  symbol: 'φ',
  latex: '\\varphi\\left({0}\\right)',
  domain: [[-4, 4]],
  samples: [[0], [-20], [20]],
});
