// Activation functions made of straight pieces. NaN passes through all of them, and so does the gradient there.

import type { Operand } from '../autograd/op.ts';
import { add, div, mul, neg, sub, where } from './arithmetic.ts';
import { ge, gt, le, lt } from './comparison.ts';
import { type Unary, type UnaryWith, unary, unaryWith } from './elementwise.ts';

const KINK = 'the slope of the flat side, as in PyTorch';

/** 1 between two bounds, 0 at them and beyond. */
function inside(x: Operand, low: Operand, high: Operand): Operand {
  return where(le(x, low), 0, where(ge(x, high), 0, 1));
}

/** Options of {@link hardtanh}. */
export interface HardtanhOptions {
  /** −1 unless given. */
  minVal?: Operand;
  /** 1 unless given. */
  maxVal?: Operand;
}

/** x between two bounds, else the bound; gradients flow to the bounds as well. Source: `torch.nn.functional.hardtanh`. */
export const hardtanh: UnaryWith<HardtanhOptions> = unaryWith({
  name: 'hardtanh',
  result: 'same',
  about: 'The operand kept between two bounds, flat at the bounds too.',
  exact: true,
  options: { minVal: -1, maxVal: 1 },
  value: (x, low, high) => Math.min(Math.max(x, low), high),
  partials: [
    inside,
    (x: Operand, low: Operand) => le(x, low),
    (x: Operand, low: Operand, high: Operand) => mul(gt(x, low), ge(x, high)),
  ],
  selects: true,
  symbol: 'hardtanh',
  domain: [
    [-3, 3],
    [-2, -1],
    [1, 2],
  ],
  samples: [[0.5], [-3], [3]],
  conventions: [
    { at: [-1, -1, 1], partials: [0, 1, 0], because: KINK },
    { at: [1, -1, 1], partials: [0, 0, 1], because: KINK },
  ],
  torch: 'torch.nn.functional.hardtanh',
});

/** min(max(x, 0), 6). Source: `torch.nn.functional.relu6`. */
export const relu6: Unary = unary({
  name: 'relu6',
  result: 'same',
  about: 'The positive part of the operand, at most 6.',
  exact: true,
  value: x => Math.min(Math.max(x, 0), 6),
  partials: [(x: Operand) => inside(x, 0, 6)],
  selects: true,
  symbol: 'relu6',
  domain: [[-3, 9]],
  samples: [[-1], [3], [7]],
  conventions: [
    { at: [0], partials: [0], because: KINK },
    { at: [6], partials: [0], because: KINK },
  ],
  torch: 'torch.nn.functional.relu6',
});

/** min(max(x + 3, 0), 6) / 6. Source: `torch.nn.functional.hardsigmoid`. */
export const hardsigmoid: Unary = unary({
  name: 'hardsigmoid',
  about: 'A sigmoid of three straight pieces.',
  value: x => Math.min(Math.max(x + 3, 0), 6) / 6,
  partials: [(x: Operand) => where(le(x, -3), 0, where(ge(x, 3), 0, 1 / 6))],
  selects: true,
  symbol: 'hardσ',
  domain: [[-5, 5]],
  samples: [[0], [-4], [4]],
  conventions: [
    { at: [-3], partials: [0], because: KINK },
    { at: [3], partials: [0], because: KINK },
  ],
  torch: 'torch.nn.functional.hardsigmoid',
});

function hardswishValue(x: number): number {
  // Not through the product, which overflows sooner than the result.
  return x >= 3 ? x : (x * Math.max(x + 3, 0)) / 6;
}

/** x · hardsigmoid(x) (Howard et al. 2019, arXiv 1905.02244). Source: `torch.nn.functional.hardswish`. */
export const hardswish: Unary = unary({
  name: 'hardswish',
  about: 'The operand times its hardsigmoid.',
  value: hardswishValue,
  partials: [(x: Operand) => where(lt(x, -3), 0, where(le(x, 3), div(add(mul(2, x), 3), 6), 1))],
  symbol: 'hardswish',
  domain: [[-5, 5]],
  samples: [[0], [-1.5], [-4], [4]],
  conventions: [
    { at: [-3], partials: [-0.5], because: 'the slope of the middle piece, as in PyTorch' },
    { at: [3], partials: [1.5], because: 'the slope of the middle piece, as in PyTorch' },
  ],
  torch: 'torch.nn.functional.hardswish',
});

/** Options of {@link hardshrink} and {@link softshrink}. */
export interface ShrinkOptions {
  /** Numbers up to this size become 0; 0.5 unless given. */
  lambd?: Operand;
}

/** Slope 0 between −λ and λ, both included, 1 elsewhere. */
function outside(x: Operand, lambd: Operand): Operand {
  return sub(1, mul(ge(x, neg(lambd)), le(x, lambd)));
}

/** x where |x| > λ, else 0. Source: `torch.nn.functional.hardshrink`. */
export const hardshrink: UnaryWith<ShrinkOptions> = unaryWith({
  name: 'hardshrink',
  result: 'same',
  about: 'The operand, 0 where it is small.',
  exact: true,
  options: { lambd: 0.5 },
  value: (x, lambd) => (x >= -lambd && x <= lambd ? 0 : x),
  partials: [outside, 0],
  selects: true,
  symbol: 'hardshrink',
  domain: [
    [-3, 3],
    [0.3, 0.7],
  ],
  samples: [[0.25], [-0.75]],
  conventions: [
    { at: [0.5, 0.5], partials: [0, 0], because: KINK },
    { at: [-0.5, 0.5], partials: [0, 0], because: KINK },
  ],
  torch: 'torch.nn.functional.hardshrink',
});

/** x − λ for x > λ, x + λ for x < −λ, else 0. Source: `torch.nn.functional.softshrink`. */
export const softshrink: UnaryWith<ShrinkOptions> = unaryWith({
  name: 'softshrink',
  result: 'same',
  about: 'The operand moved towards 0, and 0 where it is small.',
  options: { lambd: 0.5 },
  // NaN · 0 is NaN.
  value: (x, lambd) => (x > lambd ? x - lambd : x < -lambd ? x + lambd : x * 0),
  partials: [outside, (x: Operand, lambd: Operand) => sub(lt(x, neg(lambd)), gt(x, lambd))],
  selects: true,
  symbol: 'softshrink',
  domain: [
    [-3, 3],
    [0.3, 0.7],
  ],
  samples: [[0.25], [-0.75]],
  conventions: [
    { at: [0.5, 0.5], partials: [0, 0], because: KINK },
    { at: [-0.5, 0.5], partials: [0, 0], because: KINK },
  ],
  torch: 'torch.nn.functional.softshrink',
});
