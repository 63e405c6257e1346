// Tests of single numbers, and logic on them: 1 for true, 0 for false; anything but 0, NaN too, counts as true. No gradient.

import { type Binary, binary, type Unary, unary } from './elementwise.ts';

const INF = Number.POSITIVE_INFINITY;
const NAN = Number.NaN;

function test(name: string, about: string, holds: (x: number) => boolean): Unary {
  return unary({
    name,
    about,
    value: x => (holds(x) ? 1 : 0),
    partials: [0],
    result: 'bool',
    differentiable: false,
    exact: true,
    domain: [[-2, 2]],
    samples: [[0], [INF], [-INF], [NAN]],
    torch: `torch.${name}`,
  });
}

/** Whether x is NaN. Source: `torch.isnan`. */
export const isnan: Unary = test('isnan', '1 for NaN, else 0.', x => Number.isNaN(x));

/** Whether x is ∞ or −∞. Source: `torch.isinf`. */
export const isinf: Unary = test('isinf', '1 for ∞ and −∞, else 0.', x => Math.abs(x) === INF);

/** Whether x is neither NaN nor infinite. Source: `torch.isfinite`. */
export const isfinite: Unary = test(
  'isfinite',
  '0 for NaN, ∞ and −∞, else 1.',
  x => Math.abs(x) < INF,
);

/** 1 where x is 0, else 0. Source: `torch.logical_not`. */
export const logicalNot: Unary = unary({
  name: 'logicalNot',
  about: '1 where the operand is 0, else 0.',
  otherNames: ['not'],
  value: x => (x === 0 ? 1 : 0),
  partials: [0],
  result: 'bool',
  differentiable: false,
  exact: true,
  symbol: '¬',
  domain: [[-2, 2]],
  samples: [[0], [-0], [NAN]],
  torch: 'torch.logical_not',
});

function logic(
  name: string,
  about: string,
  symbol: string,
  other: string,
  holds: (a: boolean, b: boolean) => boolean,
): Binary {
  return binary({
    name,
    about,
    otherNames: [other],
    value: (a, b) => (holds(a !== 0, b !== 0) ? 1 : 0),
    partials: [0, 0],
    result: 'bool',
    differentiable: false,
    exact: true,
    symbol,
    domain: [
      [-2, 2],
      [-2, 2],
    ],
    samples: [
      [0, 0],
      [0, 1],
      [2, 0],
      [NAN, -1],
    ],
    torch: `torch.logical_${other}`,
  });
}

/** Whether both are not 0. Source: `torch.logical_and`. */
export const logicalAnd: Binary = logic(
  'logicalAnd',
  '1 where both operands are not 0, else 0.',
  '∧',
  'and',
  (a, b) => a && b,
);

/** Whether one or both are not 0. Source: `torch.logical_or`. */
export const logicalOr: Binary = logic(
  'logicalOr',
  '1 where an operand is not 0, else 0.',
  '∨',
  'or',
  (a, b) => a || b,
);

/** Whether just one is not 0. Source: `torch.logical_xor`. */
export const logicalXor: Binary = logic(
  'logicalXor',
  '1 where one operand is 0 and the other is not, else 0.',
  '⊻',
  'xor',
  (a, b) => a !== b,
);
