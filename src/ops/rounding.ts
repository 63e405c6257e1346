// Rounding, sign and absolute value, extrema: functions with steps and kinks.

import type { Operand } from '../autograd/op.ts';
import { roundHalfEven } from '../ndarray/special/index.ts';
import { add, mul, where } from './arithmetic.ts';
import { eq, ge, gt, le, lt } from './comparison.ts';
import {
  type Binary,
  binary,
  type Unary,
  type UnaryWith,
  unary,
  unaryWith,
} from './elementwise.ts';

const STEP = 'a step has derivative 0 wherever it has one; 0 at the step too, as in PyTorch';

/** |x|. Source: `torch.abs`. */
export const abs: Unary = unary({
  name: 'abs',
  result: 'same',
  about: 'Absolute value.',
  exact: true,
  value: Math.abs,
  partials: [(x: Operand) => sign(x)],
  symbol: '|x|',
  text: '|{0}|',
  latex: '\\left|{0}\\right|',
  domain: [[-10, 10]],
  samples: [[0], [-0], [1e-320], [-1e300]],
  conventions: [{ at: [0], partials: [0], because: 'the middle of −1 and 1, as in PyTorch' }],
  torch: 'torch.abs',
});

/** −1, 0 or 1 after the sign of x. Source: `torch.sign`. */
export const sign: Unary = unary({
  name: 'sign',
  result: 'same',
  about: 'The sign of the operand: −1, 0 or 1.',
  exact: true,
  otherNames: ['sgn'],
  value: Math.sign,
  partials: [0],
  symbol: 'sgn',
  latex: '\\operatorname{sgn}\\left({0}\\right)',
  domain: [[-10, 10]],
  samples: [[0], [1e-320]],
  conventions: [{ at: [0], partials: [0], because: STEP }],
  torch: 'torch.sign',
});

/** The largest integer ≤ x. Source: `torch.floor`. */
export const floor: Unary = unary({
  name: 'floor',
  result: 'same',
  about: 'The largest integer not above the operand.',
  exact: true,
  value: Math.floor,
  partials: [0],
  symbol: '⌊x⌋',
  text: '⌊{0}⌋',
  latex: '\\left\\lfloor {0}\\right\\rfloor ',
  domain: [[-10, 10]],
  samples: [[2], [-0.5], [0]],
  conventions: [{ at: [2], partials: [0], because: STEP }],
  torch: 'torch.floor',
});

/** The smallest integer ≥ x. Source: `torch.ceil`. */
export const ceil: Unary = unary({
  name: 'ceil',
  result: 'same',
  about: 'The smallest integer not below the operand.',
  exact: true,
  value: Math.ceil,
  partials: [0],
  symbol: '⌈x⌉',
  text: '⌈{0}⌉',
  latex: '\\left\\lceil {0}\\right\\rceil ',
  domain: [[-10, 10]],
  samples: [[2], [-0.5], [0]],
  conventions: [{ at: [2], partials: [0], because: STEP }],
  torch: 'torch.ceil',
});

/** The nearest integer, halves to the even one. Source: `torch.round`, IEEE 754 roundToIntegralTiesToEven. */
export const round: Unary = unary({
  name: 'round',
  result: 'same',
  about: 'The nearest integer, halves to the even one.',
  exact: true,
  value: roundHalfEven,
  partials: [0],
  symbol: 'round',
  domain: [[-10, 10]],
  samples: [[0.5], [1.5], [2.5], [-0.5], [0]],
  conventions: [{ at: [2.5], partials: [0], because: STEP }],
  torch: 'torch.round',
});

/** 1 where a is the larger one, a half where both are equal: the slope of {@link max} as it is written down. */
function larger(a: Operand, b: Operand): Operand {
  return add(gt(a, b), mul(0.5, eq(a, b)));
}

/** The larger operand; NaN if either is. Source: `torch.maximum`. */
export const max: Binary = binary({
  name: 'max',
  result: 'same',
  about: 'The larger of two operands; NaN if either is.',
  exact: true,
  value: Math.max,
  partials: [
    (a: Operand, b: Operand) => where(lt(a, b), 0, where(eq(a, b), 0.5, 1)),
    (a: Operand, b: Operand) => where(lt(b, a), 0, where(eq(a, b), 0.5, 1)),
  ],
  formulas: [(a: Operand, b: Operand) => larger(a, b), (a: Operand, b: Operand) => larger(b, a)],
  selects: true,
  symbol: 'max',
  latex: '\\max\\left({0}, {1}\\right)',
  domain: [
    [-5, 5],
    [-5, 5],
  ],
  samples: [
    [1, 2],
    [2, 1],
  ],
  conventions: [
    { at: [3, 3], partials: [0.5, 0.5], because: 'ties share equally, as in PyTorch' },
    { at: [0, 0], partials: [0.5, 0.5], because: 'ties share equally, as in PyTorch' },
  ],
  torch: 'torch.maximum',
});

/** The smaller operand; NaN if either is. Source: `torch.minimum`. */
export const min: Binary = binary({
  name: 'min',
  result: 'same',
  about: 'The smaller of two operands; NaN if either is.',
  exact: true,
  value: Math.min,
  partials: [
    (a: Operand, b: Operand) => where(gt(a, b), 0, where(eq(a, b), 0.5, 1)),
    (a: Operand, b: Operand) => where(gt(b, a), 0, where(eq(a, b), 0.5, 1)),
  ],
  formulas: [(a: Operand, b: Operand) => larger(b, a), (a: Operand, b: Operand) => larger(a, b)],
  selects: true,
  symbol: 'min',
  latex: '\\min\\left({0}, {1}\\right)',
  domain: [
    [-5, 5],
    [-5, 5],
  ],
  samples: [
    [1, 2],
    [2, 1],
  ],
  conventions: [{ at: [3, 3], partials: [0.5, 0.5], because: 'ties share equally, as in PyTorch' }],
  torch: 'torch.minimum',
});

/** Options of {@link clamp}; a bound left out does not bind. */
export interface ClampOptions {
  min?: Operand;
  max?: Operand;
}

/** min(max(x, min), max); gradients flow to the bounds as well. Source: `torch.clamp`. */
export const clamp: UnaryWith<ClampOptions> = unaryWith({
  name: 'clamp',
  result: 'same',
  about: 'The operand kept between two bounds.',
  exact: true,
  options: { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY },
  value: (x, lower, upper) => Math.min(Math.max(x, lower), upper),
  partials: [
    (x: Operand, lower: Operand, upper: Operand) => mul(ge(x, lower), le(x, upper)),
    (x: Operand, lower: Operand, upper: Operand) => mul(lt(x, lower), lt(lower, upper)),
    (x: Operand, lower: Operand, upper: Operand) => where(lt(upper, lower), 1, gt(x, upper)),
  ],
  selects: true,
  symbol: 'clamp',
  domain: [
    [-5, 5],
    [-2, -1],
    [1, 2],
  ],
  samples: [
    [0, -1, 1],
    [-3, -1, 1],
    [3, -1, 1],
    [0.5, Number.NEGATIVE_INFINITY, 1],
  ],
  conventions: [
    {
      at: [1, -1, 1],
      partials: [1, 0, 0],
      because: 'the bounds belong to the inside, as in PyTorch',
    },
    {
      at: [-1, -1, 1],
      partials: [1, 0, 0],
      because: 'the bounds belong to the inside, as in PyTorch',
    },
  ],
  torch: 'torch.clamp',
});
