// Activation functions of neural networks.

import type { Operand } from '../autograd/op.ts';
import {
  gelu as geluKernel,
  geluSlope as geluSlopeKernel,
  geluTanhGate as geluTanhGateKernel,
  geluTanh as geluTanhKernel,
  geluTanhSlope as geluTanhSlopeKernel,
  logSigmoid as logSigmoidKernel,
  mish as mishKernel,
  mishSlope as mishSlopeKernel,
  sigmoid as sigmoidKernel,
  silu as siluKernel,
  siluSlope as siluSlopeKernel,
  softplus as softplusKernel,
} from '../ndarray/special/index.ts';
import { sigmoidSingle } from '../ndarray/special/single.ts';
import { add, mul, neg, sub, where } from './arithmetic.ts';
import { gt, le } from './comparison.ts';
import { type Unary, type UnaryWith, unary, unaryWith } from './elementwise.ts';
import { ndtr, normalPdf } from './error-function.ts';
import { exp } from './exponential.ts';
import { sech2, tanh } from './hyperbolic.ts';
import { square } from './power.ts';
import { clamp, min } from './rounding.ts';

const KINK = 'the left slope, as in PyTorch';

/** σ(x) = 1 / (1 + e⁻ˣ). Source: `torch.sigmoid`. */
export const sigmoid: Unary = unary({
  name: 'sigmoid',
  about: 'The logistic function σ.',
  otherNames: ['logistic'],
  value: sigmoidKernel,
  single: sigmoidSingle,
  // y·(1 − y) loses all digits where y is near 1; 1 − y is σ(−x).
  partials: [(x: Operand, y: Operand) => mul(y, sigmoid(neg(x)))],
  formulas: [(_x: Operand, y: Operand) => sigmoidDerivative(y)],
  symbol: 'σ',
  latex: '\\sigma\\left({0}\\right)',
  domain: [[-6, 6]],
  samples: [[0], [40], [-40], [-700], [700]],
  torch: 'torch.sigmoid',
});

/** y · (1 − y): the derivative of {@link sigmoid} in terms of its output. */
export const sigmoidDerivative: Unary = unary({
  name: 'sigmoidDerivative',
  about: 'The derivative of the logistic function in terms of its output, y · (1 − y).',
  partOf: 'sigmoid',
  inputs: ['y'],
  value: y => y * (1 - y),
  partials: [(y: Operand) => sub(1, mul(2, y))],
  definition: (y: Operand) => mul(y, sub(1, y)),
  symbol: 'σ′',
  text: 'sigmoid_derivative({0})',
  latex: "\\sigma'\\left({0}\\right)",
  domain: [[0.05, 0.95]],
  samples: [[0], [0.5], [1]],
});

/** ln σ(x), without underflow. Source: `torch.nn.functional.logsigmoid`. */
export const logSigmoid: Unary = unary({
  name: 'logSigmoid',
  about: 'The logarithm of the logistic function.',
  value: logSigmoidKernel,
  partials: [(x: Operand) => sigmoid(neg(x))],
  symbol: 'ln σ',
  latex: '\\ln\\sigma\\left({0}\\right)',
  domain: [[-6, 6]],
  samples: [[0], [40], [-1000], [1000]],
  torch: 'torch.nn.functional.logsigmoid',
});

/** ln(1 + eˣ), without overflow. Source: `torch.nn.functional.softplus`. */
export const softplus: Unary = unary({
  name: 'softplus',
  about: 'ln(1 + eˣ), a smooth relu.',
  value: softplusKernel,
  partials: [(x: Operand) => sigmoid(x)],
  symbol: 'softplus',
  domain: [[-6, 6]],
  samples: [[0], [100], [1000], [-700]],
  torch: 'torch.nn.functional.softplus',
});

/** max(x, 0); NaN stays NaN. Source: `torch.relu`. */
export const relu: Unary = unary({
  name: 'relu',
  result: 'same',
  about: 'The positive part of the operand.',
  exact: true,
  value: x => Math.max(x, 0),
  // Not x > 0, which would be 0 for NaN and so swallow the gradient.
  partials: [(x: Operand) => sub(1, le(x, 0))],
  formulas: [(x: Operand) => gt(x, 0)],
  selects: true,
  symbol: 'relu',
  domain: [[-5, 5]],
  samples: [[1e-300], [-1e300]],
  conventions: [{ at: [0], partials: [0], because: KINK }],
  torch: 'torch.relu',
});

/** Options of {@link leakyRelu}. */
export interface LeakyReluOptions {
  /** Slope left of 0; 0.01 unless given. */
  negativeSlope?: Operand;
}

/** x for x > 0, else negativeSlope · x. Source: `torch.nn.functional.leaky_relu`. */
export const leakyRelu: UnaryWith<LeakyReluOptions> = unaryWith({
  name: 'leakyRelu',
  about: 'The operand where it is positive, else a small multiple of it.',
  options: { negativeSlope: 0.01 },
  value: (x, slope) => (x > 0 ? x : x * slope),
  partials: [
    (x: Operand, slope: Operand) => where(gt(x, 0), 1, slope),
    (x: Operand) => where(gt(x, 0), 0, x),
  ],
  symbol: 'leaky',
  domain: [
    [-5, 5],
    [0.01, 0.5],
  ],
  samples: [[-2, 0.01]],
  conventions: [{ at: [0, 0.01], partials: [0.01, 0], because: KINK }],
  torch: 'torch.nn.functional.leaky_relu',
});

/** Options of {@link elu}. */
export interface EluOptions {
  /** Minus the limit at −∞; 1 unless given. */
  alpha?: Operand;
}

/** x for x > 0, else alpha · (eˣ − 1). Source: `torch.nn.functional.elu`. */
export const elu: UnaryWith<EluOptions> = unaryWith({
  name: 'elu',
  about: 'The operand where it is positive, else α(eˣ − 1).',
  options: { alpha: 1 },
  value: (x, alpha) => (x > 0 ? x : alpha * Math.expm1(x)),
  partials: [
    // exp sees only x ≤ 0, so that the branch not taken cannot overflow and turn 0 into NaN.
    (x: Operand, alpha: Operand) => where(gt(x, 0), 1, mul(alpha, exp(min(x, 0)))),
    (x: Operand) => where(gt(x, 0), 0, sub(exp(min(x, 0)), 1)),
  ],
  formulas: [(x: Operand, alpha: Operand) => where(gt(x, 0), 1, mul(alpha, exp(x)))],
  symbol: 'elu',
  domain: [
    [-5, 5],
    [0.5, 2],
  ],
  samples: [
    [-40, 1],
    [800, 1],
  ],
  conventions: [{ at: [0, 2], partials: [2, 0], because: KINK }],
  torch: 'torch.nn.functional.elu',
});

/** The two constants of self-normalising networks (Klambauer et al. 2017, arXiv 1706.02515). */
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/** λ · elu(x, α) with the constants of Klambauer et al. 2017. Source: `torch.selu`. */
export const selu: Unary = unary({
  name: 'selu',
  about: 'The self-normalising elu.',
  value: x => (x > 0 ? SELU_SCALE * x : SELU_SCALE * (SELU_ALPHA * Math.expm1(x))),
  partials: [
    (x: Operand) => where(gt(x, 0), SELU_SCALE, mul(SELU_SCALE * SELU_ALPHA, exp(min(x, 0)))),
  ],
  formulas: [(x: Operand) => where(gt(x, 0), SELU_SCALE, mul(SELU_SCALE * SELU_ALPHA, exp(x)))],
  symbol: 'selu',
  domain: [[-5, 5]],
  samples: [[-40], [800]],
  conventions: [{ at: [0], partials: [SELU_SCALE * SELU_ALPHA], because: KINK }],
  torch: 'torch.selu',
});

/** x · σ(x), also called swish. Source: `torch.nn.functional.silu`. */
export const silu: Unary = unary({
  name: 'silu',
  about: 'x · σ(x), also called swish.',
  value: siluKernel,
  partials: [(x: Operand) => siluSlope(x)],
  formulas: [(x: Operand, y: Operand) => add(sigmoid(x), mul(y, sub(1, sigmoid(x))))],
  symbol: 'silu',
  domain: [[-6, 6]],
  samples: [[0], [-100], [100], [-1.278]],
  torch: 'torch.nn.functional.silu',
});

/** x · Φ(x) with the normal distribution function Φ. Source: `torch.nn.functional.gelu`. */
export const gelu: Unary = unary({
  name: 'gelu',
  about: 'x · Φ(x), with the exact normal distribution function.',
  value: geluKernel,
  partials: [(x: Operand) => geluSlope(x)],
  formulas: [(x: Operand) => add(ndtr(x), mul(x, normalPdf(x)))],
  symbol: 'gelu',
  domain: [[-4, 4]],
  samples: [[0], [-20], [20], [-0.75]],
  torch: 'torch.nn.functional.gelu',
});

const GATE_SLOPE = 2 * Math.sqrt(2 / Math.PI);

/** x · σ(2√(2/π)(x + 0.044715x³)). Source: `torch.nn.functional.gelu` with approximate = 'tanh'. */
export const geluTanh: Unary = unary({
  name: 'geluTanh',
  about: 'gelu in its approximation by tanh.',
  value: geluTanhKernel,
  partials: [(x: Operand) => geluTanhSlope(x)],
  formulas: [
    (x: Operand, y: Operand) =>
      add(geluTanhGate(x), mul(mul(y, geluTanhGate(neg(x))), plainGateSlope(x))),
  ],
  symbol: 'gelu',
  domain: [[-4, 4]],
  samples: [[0], [-15], [20], [-0.75]],
  torch: 'torch.nn.functional.gelu',
});

function plainGateSlope(x: Operand): Operand {
  return mul(GATE_SLOPE, add(1, mul(3 * 0.044715, square(x))));
}

function gateSlope(x: Operand): Operand {
  // Where the square would overflow the gate is 0 or 1 and its slope 0, which must not become 0 · ∞.
  const bounded = clamp(x, { min: -1e100, max: 1e100 });
  return plainGateSlope(bounded);
}

/** σ(2√(2/π)(x + 0.044715x³)): the factor of x in {@link geluTanh}. */
export const geluTanhGate: Unary = unary({
  name: 'geluTanhGate',
  about: 'The factor of x in geluTanh.',
  partOf: 'geluTanh',
  value: geluTanhGateKernel,
  partials: [(x: Operand, y: Operand) => mul(mul(y, geluTanhGate(neg(x))), gateSlope(x))],
  formulas: [(x: Operand, y: Operand) => mul(mul(y, sub(1, y)), plainGateSlope(x))],
  symbol: 'gate',
  domain: [[-4, 4]],
  samples: [[0], [-15]],
});

/** x · tanh(softplus(x)) (Misra 2019, arXiv 1908.08681). Source: `torch.nn.functional.mish`. */
export const mish: Unary = unary({
  name: 'mish',
  about: 'x · tanh(softplus(x)).',
  value: mishKernel,
  partials: [(x: Operand) => mishSlope(x)],
  formulas: [
    (x: Operand) => {
      const s = softplus(x);
      return add(tanh(s), mul(mul(x, sigmoid(x)), sech2(s)));
    },
  ],
  symbol: 'mish',
  domain: [[-6, 6]],
  samples: [[0], [-100], [100], [-1.19]],
  torch: 'torch.nn.functional.mish',
});

// The slopes of the functions above that cross zero: as sums of public ops they lose digits next to the crossing and in
// the subnormal tail, so each is an op with a kernel of its own.

/** The slope of {@link silu}. */
export const siluSlope: Unary = unary({
  name: 'siluSlope',
  about: 'The slope of silu.',
  partOf: 'silu',
  value: siluSlopeKernel,
  partials: [
    (x: Operand) => {
      const p = sigmoid(x);
      const q = sigmoid(neg(x));
      return mul(mul(p, q), add(2, mul(x, sub(q, p))));
    },
  ],
  symbol: 'slope',
  simplify: x => add(sigmoid(x), mul(x, mul(sigmoid(x), sub(1, sigmoid(x))))),
  domain: [[-6, 6]],
  samples: [[0], [-100], [100]],
});

/** The slope of {@link gelu}. */
export const geluSlope: Unary = unary({
  name: 'geluSlope',
  about: 'The slope of gelu.',
  partOf: 'gelu',
  value: geluSlopeKernel,
  partials: [(x: Operand) => mul(normalPdf(x), sub(2, square(x)))],
  symbol: 'slope',
  simplify: x => add(ndtr(x), mul(x, normalPdf(x))),
  domain: [[-4, 4]],
  samples: [[0], [-20], [20]],
});

/** The slope of {@link geluTanh}. */
export const geluTanhSlope: Unary = unary({
  name: 'geluTanhSlope',
  about: 'The slope of geluTanh.',
  partOf: 'geluTanh',
  value: geluTanhSlopeKernel,
  partials: [
    (x: Operand) => {
      const p = geluTanhGate(x);
      const q = geluTanhGate(neg(x));
      const bounded = clamp(x, { min: -1e100, max: 1e100 });
      const inner = gateSlope(x);
      const first = mul(mul(p, q), inner);
      const bend = mul(GATE_SLOPE * 6 * 0.044715, bounded);
      const second = add(mul(first, mul(sub(q, p), inner)), mul(mul(p, q), bend));
      return add(mul(2, first), mul(bounded, second));
    },
  ],
  symbol: 'slope',
  simplify: x =>
    add(
      geluTanhGate(x),
      mul(x, mul(mul(geluTanhGate(x), geluTanhGate(neg(x))), plainGateSlope(x))),
    ),
  domain: [[-4, 4]],
  samples: [[0], [-15], [20]],
});

/** The slope of {@link mish}. */
export const mishSlope: Unary = unary({
  name: 'mishSlope',
  about: 'The slope of mish.',
  partOf: 'mish',
  value: mishSlopeKernel,
  partials: [
    (x: Operand) => {
      // With h = tanh(s), s = softplus(x): mish″ = 2h′ + x·h″.
      const s = softplus(x);
      const p = sigmoid(x);
      const tail = sech2(s);
      const inner = sub(mul(p, sigmoid(neg(x))), mul(2, mul(tanh(s), square(p))));
      return mul(tail, add(mul(2, p), mul(x, inner)));
    },
  ],
  symbol: 'slope',
  simplify: x => {
    const s = softplus(x);
    return add(tanh(s), mul(mul(x, sigmoid(x)), sech2(s)));
  },
  domain: [[-6, 6]],
  samples: [[0], [-100], [100]],
});
