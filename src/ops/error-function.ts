// The error function and the normal distribution.

import type { Operand } from '../autograd/op.ts';
import {
  erfc as erfcKernel,
  erfcx as erfcxKernel,
  erfcxSlope as erfcxSlopeKernel,
  erf as erfKernel,
  gaussian as gaussianKernel,
  gaussianSlope as gaussianSlopeKernel,
  ndtr as ndtrKernel,
  normalPdf as normalPdfKernel,
  normalPdfSlope as normalPdfSlopeKernel,
} from '../ndarray/special/index.ts';
import { add, mul, neg, sub } from './arithmetic.ts';
import { type Unary, unary } from './elementwise.ts';
import { square } from './power.ts';

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

/** e^(x²) · erfc x: what is left of erfc without its decay. Source: `torch.special.erfcx`. */
export const erfcx: Unary = unary({
  name: 'erfcx',
  about: 'e^(x²) · erfc x, the error function complement without its decay.',
  value: erfcxKernel,
  partials: [(x: Operand) => erfcxSlope(x)],
  formulas: [(x: Operand, y: Operand) => sub(mul(2, mul(x, y)), TWO_OVER_ROOT_PI)],
  symbol: 'erfcx',
  latex: '\\operatorname{erfcx}\\left({0}\\right)',
  domain: [[-2, 5]],
  samples: [[0], [50], [-3]],
  torch: 'torch.special.erfcx',
});

/** 2x · erfcx x − 2/√π: the slope of {@link erfcx}, whole, because its two terms cancel for large x. */
export const erfcxSlope: Unary = unary({
  name: 'erfcxSlope',
  about: 'The slope of erfcx.',
  partOf: 'erfcx',
  value: erfcxSlopeKernel,
  partials: [(x: Operand) => mul(2, add(erfcx(x), mul(x, erfcxSlope(x))))],
  symbol: 'slope',
  simplify: x => sub(mul(2, mul(x, erfcx(x))), TWO_OVER_ROOT_PI),
  domain: [[-2, 5]],
  samples: [[0], [20]],
});

/** e^(−x²), accurate in the tails. */
export const gaussian: Unary = unary({
  name: 'gaussian',
  about: 'e^(−x²), accurate in the tails.',
  value: gaussianKernel,
  partials: [(x: Operand) => gaussianSlope(x)],
  formulas: [(x: Operand, y: Operand) => mul(-2, mul(x, y))],
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
  partials: [(x: Operand) => normalPdfSlope(x)],
  formulas: [(x: Operand, y: Operand) => neg(mul(x, y))],
  symbol: 'φ',
  latex: '\\varphi\\left({0}\\right)',
  domain: [[-4, 4]],
  samples: [[0], [-20], [20]],
});

/** −2x · e^(−x²): the slope of {@link gaussian}, whole, because e^(−x²) alone loses digits where it is subnormal. */
export const gaussianSlope: Unary = unary({
  name: 'gaussianSlope',
  about: 'The slope of e^(−x²).',
  partOf: 'gaussian',
  value: gaussianSlopeKernel,
  partials: [(x: Operand) => mul(sub(mul(4, square(x)), 2), gaussian(x))],
  symbol: 'slope',
  simplify: x => mul(-2, mul(x, gaussian(x))),
  domain: [[-3, 3]],
  samples: [[0], [10]],
});

/** −x · φ(x): the slope of {@link normalPdf}, whole for the same reason. */
export const normalPdfSlope: Unary = unary({
  name: 'normalPdfSlope',
  about: 'The slope of the normal density.',
  partOf: 'normalPdf',
  value: normalPdfSlopeKernel,
  partials: [(x: Operand) => mul(sub(square(x), 1), normalPdf(x))],
  symbol: 'slope',
  simplify: x => neg(mul(x, normalPdf(x))),
  domain: [[-4, 4]],
  samples: [[0], [20]],
});
