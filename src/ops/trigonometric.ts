// Trigonometric functions and their inverses. Angles are in radians.

import type { Operand } from '../autograd/op.ts';
import { add, div, mul, neg, reciprocal, sub, where } from './arithmetic.ts';
import { eq, gt } from './comparison.ts';
import { type Binary, binary, type Unary, unary } from './elementwise.ts';
import { hypot, rsqrt, square } from './power.ts';
import { abs } from './rounding.ts';

/** sin x, x in radians. Source: `torch.sin`. */
export const sin: Unary = unary({
  name: 'sin',
  about: 'Sine.',
  value: Math.sin,
  partials: [(x: Operand) => cos(x)],
  symbol: 'sin',
  latex: '\\sin\\left({0}\\right)',
  domain: [[-7, 7]],
  samples: [[0], [1e-10], [100]],
  torch: 'torch.sin',
});

/** cos x, x in radians. Source: `torch.cos`. */
export const cos: Unary = unary({
  name: 'cos',
  about: 'Cosine.',
  value: Math.cos,
  partials: [(x: Operand) => neg(sin(x))],
  symbol: 'cos',
  latex: '\\cos\\left({0}\\right)',
  domain: [[-7, 7]],
  samples: [[0], [1e-10], [100]],
  torch: 'torch.cos',
});

/** tan x, x in radians. Source: `torch.tan`. */
export const tan: Unary = unary({
  name: 'tan',
  about: 'Tangent.',
  value: Math.tan,
  partials: [(_x: Operand, y: Operand) => add(1, square(y))],
  symbol: 'tan',
  latex: '\\tan\\left({0}\\right)',
  domain: [[-1.4, 1.4]],
  samples: [[0], [3], [1e-10]],
  torch: 'torch.tan',
});

/** The angle in [−π/2, π/2] with sine x. Source: `torch.asin`. */
export const asin: Unary = unary({
  name: 'asin',
  about: 'Inverse sine, in [−π/2, π/2].',
  otherNames: ['arcsin'],
  value: Math.asin,
  partials: [(x: Operand) => rsqrt(mul(sub(1, x), add(1, x)))],
  formulas: [(x: Operand) => rsqrt(sub(1, square(x)))],
  symbol: 'asin',
  latex: '\\arcsin\\left({0}\\right)',
  domain: [[-0.95, 0.95]],
  samples: [[0], [1e-10], [0.999999]],
  conventions: [
    { at: [1], partials: [Number.POSITIVE_INFINITY], because: 'the limit, as in PyTorch' },
  ],
  torch: 'torch.asin',
});

/** The angle in [0, π] with cosine x. Source: `torch.acos`. */
export const acos: Unary = unary({
  name: 'acos',
  about: 'Inverse cosine, in [0, π].',
  otherNames: ['arccos'],
  value: Math.acos,
  partials: [(x: Operand) => neg(rsqrt(mul(sub(1, x), add(1, x))))],
  formulas: [(x: Operand) => neg(rsqrt(sub(1, square(x))))],
  symbol: 'acos',
  latex: '\\arccos\\left({0}\\right)',
  domain: [[-0.95, 0.95]],
  samples: [[0], [0.999999]],
  conventions: [
    { at: [1], partials: [Number.NEGATIVE_INFINITY], because: 'the limit, as in PyTorch' },
  ],
  torch: 'torch.acos',
});

/** The angle in (−π/2, π/2) with tangent x. Source: `torch.atan`. */
export const atan: Unary = unary({
  name: 'atan',
  about: 'Inverse tangent, in (−π/2, π/2).',
  otherNames: ['arctan'],
  value: Math.atan,
  partials: [
    (x: Operand) => {
      // x² overflows long before its reciprocal vanishes.
      const large = gt(abs(x), 1e150);
      const inverse = square(reciprocal(where(large, x, 1)));
      return where(large, inverse, reciprocal(add(1, square(where(large, 1, x)))));
    },
  ],
  formulas: [(x: Operand) => div(1, add(1, square(x)))],
  symbol: 'atan',
  latex: '\\arctan\\left({0}\\right)',
  domain: [[-10, 10]],
  samples: [[0], [1e100], [1e-10]],
  torch: 'torch.atan',
});

/** The angle of the point (x, y), in [−π, π]; the first operand is y. Source: `torch.atan2`. */
export const atan2: Binary = binary({
  name: 'atan2',
  about: 'The angle of the point (b, a), in [−π, π].',
  inputs: ['y', 'x'],
  value: Math.atan2,
  partials: [
    (y: Operand, x: Operand) => {
      const r = radius(y, x);
      return div(div(x, r), r);
    },
    (y: Operand, x: Operand) => {
      const r = radius(y, x);
      return neg(div(div(y, r), r));
    },
  ],
  formulas: [
    (y: Operand, x: Operand) => div(x, add(square(x), square(y))),
    (y: Operand, x: Operand) => neg(div(y, add(square(x), square(y)))),
  ],
  symbol: 'atan2',
  domain: [
    [-5, 5],
    [-5, 5],
  ],
  samples: [
    [1, 0],
    [-1, 0],
    [0, 1],
    [1e200, 1e200],
  ],
  conventions: [{ at: [0, 0], partials: [0, 0], because: 'no direction; PyTorch gives NaN' }],
  torch: 'torch.atan2',
});

function radius(y: Operand, x: Operand): Operand {
  const r = hypot(y, x);
  return where(eq(r, 0), 1, r);
}
