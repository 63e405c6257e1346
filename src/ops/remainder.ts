// Whole parts, fractions, and division with a rest.

import type { Operand } from '../autograd/op.ts';
import { floorQuotient, floorRest } from '../ndarray/special/index.ts';
import { div, neg, sub } from './arithmetic.ts';
import { type Binary, binary, type Unary, unary } from './elementwise.ts';
import { round } from './rounding.ts';

const STEP = 'a step has derivative 0 wherever it has one; 0 at the step too, as in PyTorch';

/** The whole part of x: rounded towards 0. Source: `torch.trunc`. */
export const trunc: Unary = unary({
  name: 'trunc',
  result: 'same',
  about: 'The operand without its fraction.',
  exact: true,
  otherNames: ['fix'],
  value: Math.trunc,
  partials: [0],
  symbol: 'trunc',
  domain: [[-10, 10]],
  samples: [[2], [-0.5], [0]],
  conventions: [{ at: [2], partials: [0], because: STEP }],
  torch: 'torch.trunc',
});

/** x − trunc(x), with the sign of x. Source: `torch.frac`. */
export const frac: Unary = unary({
  name: 'frac',
  result: 'same',
  about: 'The fraction of the operand, with its sign.',
  exact: true,
  value: x => x - Math.trunc(x),
  partials: [1],
  symbol: 'frac',
  domain: [[3.1, 3.9]],
  samples: [[-2.25], [0.5]],
  conventions: [{ at: [2], partials: [1], because: 'the slope beside the step, as in PyTorch' }],
  torch: 'torch.frac',
});

/** a / b rounded down; gradient 0. Source: `torch.floor_divide`. */
export const floorDivide: Binary = binary({
  name: 'floorDivide',
  result: 'same',
  about: 'The quotient rounded down.',
  exact: true,
  value: floorQuotient,
  partials: [0, 0],
  symbol: '⌊a/b⌋',
  text: '⌊{0} / {1}⌋',
  latex: w => ({
    string: `\\left\\lfloor \\frac{${w.raw(0)}}{${w.raw(1)}}\\right\\rfloor `,
    precedence: 'atom',
  }),
  domain: [
    [5.2, 5.8],
    [1.5, 1.7],
  ],
  samples: [
    [7, -2.2],
    [-7.3, 2],
  ],
  conventions: [{ at: [6, 2], partials: [0, 0], because: STEP }],
  torch: 'torch.floor_divide',
});

/** a − b · ⌊a/b⌋, with the sign of b. Source: `torch.remainder`. */
export const remainder: Binary = binary({
  name: 'remainder',
  result: 'same',
  about: 'What the quotient rounded down leaves of the first operand; has the sign of the second.',
  exact: true,
  otherNames: ['mod'],
  value: floorRest,
  partials: [1, (a: Operand, b: Operand) => neg(floorDivide(a, b))],
  symbol: 'mod',
  text: w => ({ string: `${w.arg(0, 'power')} mod ${w.arg(1, 'power')}`, precedence: 'product' }),
  latex: w => ({
    string: `${w.arg(0, 'power')} \\bmod ${w.arg(1, 'power')}`,
    precedence: 'product',
  }),
  domain: [
    [5.2, 5.8],
    [1.5, 1.7],
  ],
  samples: [
    [7, -2.2],
    [-7.3, 2],
    [-7.3, -2],
  ],
  conventions: [
    { at: [6, 2], partials: [1, -3], because: 'the slopes beside the step, as in PyTorch' },
  ],
  torch: 'torch.remainder',
});

/** a − b · trunc(a/b), with the sign of a. Exact. Source: `torch.fmod`. */
export const fmod: Binary = binary({
  name: 'fmod',
  result: 'same',
  about: 'What the quotient rounded towards 0 leaves of the first operand; has its sign.',
  exact: true,
  value: (a, b) => a % b,
  partials: [
    1,
    // a − y is a whole multiple of b.
    (a: Operand, b: Operand, y: Operand) => neg(round(div(sub(a, y), b))),
  ],
  formulas: [undefined, (a: Operand, b: Operand) => neg(trunc(div(a, b)))],
  symbol: 'fmod',
  domain: [
    [5.2, 5.8],
    [1.5, 1.7],
  ],
  samples: [
    [7, -2.2],
    [-7.3, 2],
    [-7.3, -2],
  ],
  conventions: [
    { at: [6, 2], partials: [1, -3], because: 'the slopes beside the step, as in PyTorch' },
  ],
  torch: 'torch.fmod',
});
