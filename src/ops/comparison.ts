// Comparisons: 1 for true, 0 for false, of the same kind as the operands. They take no gradient.

import type { Precedence } from '../autograd/op.ts';
import { type Binary, binary } from './elementwise.ts';

function comparison(
  name: string,
  about: string,
  sign: string,
  latex: string,
  holds: (a: number, b: number) => boolean,
): Binary {
  const precedence: Precedence = 'comparison';
  const infix = (symbol: string) => (w: { arg(k: number, p: Precedence): string }) => ({
    string: `${w.arg(0, 'sum')} ${symbol} ${w.arg(1, 'sum')}`,
    precedence,
  });
  return binary({
    name,
    about,
    value: (a, b) => (holds(a, b) ? 1 : 0),
    partials: [0, 0],
    result: 'bool',
    differentiable: false,
    exact: true,
    symbol: sign,
    text: infix(sign),
    latex: infix(latex),
    domain: [
      [-2, 2],
      [-2, 2],
    ],
    samples: [
      [1, 1],
      [0, -0],
      [Number.NaN, 1],
    ],
    torch: `torch.${name}`,
  });
}

/** a < b. Source: `torch.lt`. */
export const lt: Binary = comparison('lt', '1 where a < b, else 0.', '<', '<', (a, b) => a < b);

/** a ≤ b. Source: `torch.le`. */
export const le: Binary = comparison('le', '1 where a ≤ b, else 0.', '≤', '\\le', (a, b) => a <= b);

/** a > b. Source: `torch.gt`. */
export const gt: Binary = comparison('gt', '1 where a > b, else 0.', '>', '>', (a, b) => a > b);

/** a ≥ b. Source: `torch.ge`. */
export const ge: Binary = comparison('ge', '1 where a ≥ b, else 0.', '≥', '\\ge', (a, b) => a >= b);

/** a = b. Source: `torch.eq`. */
export const eq: Binary = comparison('eq', '1 where a = b, else 0.', '=', '=', (a, b) => a === b);

/** a ≠ b. Source: `torch.ne`. */
export const ne: Binary = comparison(
  'ne',
  '1 where a ≠ b, else 0.',
  '≠',
  '\\ne',
  (a, b) => a !== b,
);
