// Determinants. Their derivatives are cofactors, which exist where the inverse does not.

import type { Operand } from '../autograd/op.ts';
import type { Tensor } from '../autograd/tensor.ts';
import type { NDArray } from '../ndarray/array.ts';
import { ShapeError, showShape } from '../ndarray/errors.ts';
import { cofactors, cofactorsAlong } from '../ndarray/linalg/cofactor.ts';
import {
  determinantSigns,
  determinants,
  type LU,
  logDeterminants,
  luOf,
} from '../ndarray/linalg/lu.ts';
import { stored } from '../ndarray/linalg/matrices.ts';
import type { Shape } from '../ndarray/shape.ts';
import { add, mul, sub } from './arithmetic.ts';
import { diagonal } from './diagonal.ts';
import { log } from './exponential.ts';
import { matmul } from './matmul.ts';
import { inner, mT, perMatrix, squareSize } from './matrix.ts';
import { sum } from './reduce.ts';
import { inverseOrInfinite } from './solve.ts';
import { describeOps, methods, shapeOf, structured, type TensorOr } from './structured.ts';

const leading = ([a = []]: readonly Shape[]): Shape => a.slice(0, -2);

/** A kernel that reads one number for each matrix off its LU factors. */
function perFactors(read: (lu: LU) => Float64Array): (inputs: readonly NDArray[]) => NDArray {
  return ([a]) => {
    const { shape, dtype } = a as NDArray;
    return stored(read(luOf(a as NDArray)), shape.slice(0, -2), dtype);
  };
}

const detOp = structured({
  name: 'det',
  inputs: ['a'],
  kernel: perFactors(determinants),
  shape: leading,
  vjp: [(g, [a]) => mul(perMatrix(g), cofactorOp([a as Operand], undefined))],
  symbol: 'det',
  latex: w => ({ string: `\\det\\left(${w.arg(0)}\\right)`, precedence: 'atom' }),
});

type Apply = (inputs: readonly Operand[], params: undefined) => Operand;

const cofactorOp: Apply = structured({
  name: 'cofactor',
  inputs: ['a'],
  kernel: ([a]) => cofactors(a as NDArray),
  shape: ([a = []]) => a,
  vjp: [(g, [a]) => cofactorAlongOp([a as Operand, g], undefined)],
  symbol: 'cof',
});

/** The derivative of the cofactors along G, which is symmetric: G and a cotangent can change places. */
const cofactorAlongOp: Apply = structured({
  name: 'cofactorAlong',
  inputs: ['a', 'g'],
  kernel: ([a, g]) => cofactorsAlong(a as NDArray, g as NDArray),
  shape: ([a = []]) => a,
  vjp: [
    (h, [a, g]) => thirdDerivative(a as Operand, g as Operand, h),
    (h, [a]) => cofactorAlongOp([a as Operand, h], undefined),
  ],
  symbol: 'cof′',
});

/** ∂³det(A) along G and H. By the inverse: at a singular matrix it is not finite. */
function thirdDerivative(a: Operand, g: Operand, h: Operand): Operand {
  const x = mT(inverseOrInfinite(a));
  const [p, q] = [g, h].map(t => matmul(matmul(x, mT(t)), x)) as [Operand, Operand];
  const [gx, hx] = [inner(g, x), inner(h, x)];
  const once = add(mul(hx, p), mul(gx, q));
  const twice = add(matmul(matmul(x, mT(h)), p), matmul(matmul(x, mT(g)), q));
  const whole = mul(sub(mul(gx, hx), inner(h, p)), x);
  return mul(perMatrix(detOp([a], undefined)), add(sub(whole, once), twice));
}

const logabsdetOp = structured({
  name: 'logabsdet',
  inputs: ['a'],
  kernel: perFactors(logDeterminants),
  shape: leading,
  vjp: [(g, [a]) => mul(perMatrix(g), mT(inverseOrInfinite(a as Operand)))],
  symbol: 'log|·|',
  text: w => ({ string: `log|det(${w.arg(0)})|`, precedence: 'atom' }),
  latex: w => ({
    string: `\\log\\left|\\det\\left(${w.arg(0)}\\right)\\right|`,
    precedence: 'atom',
  }),
});

const signdetOp = structured({
  name: 'signdet',
  inputs: ['a'],
  kernel: perFactors(determinantSigns),
  shape: leading,
  vjp: [null],
  differentiable: false,
  symbol: '±',
  text: w => ({ string: `sign(det(${w.arg(0)}))`, precedence: 'atom' }),
});

/**
 * The determinant of square matrices. Its gradient is the matrix of cofactors, at singular matrices too. Shapes: [..., n, n] →
 * [...]. Source: `torch.linalg.det`.
 *
 * ```ts
 * det(tensor([[1, 2], [3, 5]])).toArray(); // -1
 * ```
 * @throws ShapeError unless the last two sizes are equal, DTypeError unless it is float.
 */
export function det<A extends Operand>(a: A): TensorOr<A> {
  squareSize('det', a);
  return detOp([a], undefined) as TensorOr<A>;
}

/**
 * The logarithm of the determinant: NaN where that is negative, −Infinity where it is zero. Shapes: [..., n, n] → [...].
 * Gradient: A⁻ᵀ. Source: `torch.logdet`.
 *
 * ```ts
 * logdet(tensor([[2, 0], [0, 0.5]])).toArray(); // 0
 * ```
 * @throws ShapeError, DTypeError as {@link det}.
 */
export function logdet<A extends Operand>(a: A): TensorOr<A> {
  squareSize('logdet', a);
  // log(sign) is 0 where the determinant is positive.
  return add(logabsdetOp([a], undefined), log(signdetOp([a], undefined))) as TensorOr<A>;
}

/**
 * Sign and logarithm of the absolute value of the determinant, which itself may over- or underflow. The sign takes no gradient;
 * that of logabsdet is A⁻ᵀ. A singular matrix has sign 0 and logarithm −Infinity. Source: `torch.linalg.slogdet`.
 *
 * ```ts
 * slogdet(tensor([[0, 1], [1, 0]])).sign.toArray(); // -1
 * ```
 * @throws ShapeError, DTypeError as {@link det}.
 */
export function slogdet<A extends Operand>(a: A): { sign: TensorOr<A>; logabsdet: TensorOr<A> } {
  squareSize('slogdet', a);
  return {
    sign: signdetOp([a], undefined) as TensorOr<A>,
    logabsdet: logabsdetOp([a], undefined) as TensorOr<A>,
  };
}

/**
 * The sum of the main diagonal of a matrix. Source: `torch.trace`.
 *
 * ```ts
 * trace(tensor([[1, 2], [3, 4]])).toArray(); // 5
 * ```
 * @throws ShapeError unless it has two dimensions.
 */
export function trace<A extends Operand>(a: A): TensorOr<A> {
  const shape = shapeOf(a);
  if (shape.length !== 2) {
    throw new ShapeError(
      `trace: needs a matrix, got shape ${showShape(shape)}; for a stack of them use sum(diagonal(a, { dim1: -2, dim2: -1 }), { dim: -1 })`,
    );
  }
  return sum(diagonal(a)) as TensorOr<A>;
}

export const determinantMethods = methods({ det, logdet, slogdet, trace });

const of = (...shape: number[]) => ({ shape });
const square = (...data: number[]) => ({
  shape: [Math.sqrt(data.length), Math.sqrt(data.length)],
  data,
});
const pair = { shape: [2, 2, 2], data: [1.5, -0.5, 0.25, 2, -1, 0.5, 2, 1.25] };

describeOps({
  det: {
    about: 'Determinant; its gradient is right at singular matrices.',
    torch: 'torch.linalg.det',
    samples: [
      { inputs: [square(2, 1, -0.5, 0.25, -1.5, 1, 0.75, 0.5, 1)], call: a => det(a) },
      { inputs: [square(1, 2, 2, 4)], call: a => det(a) },
      { inputs: [square(1, 2, 3, 2, 4, 6, -1, -2, -3)], call: a => det(a) },
      { inputs: [pair], call: a => det(a) },
      { inputs: [of(0, 0)], call: a => det(a) },
      // What the gradient is made of, so that third derivatives are tested.
      {
        inputs: [square(2, 1, -0.5, 0.25, -1.5, 1, 0.75, 0.5, 1)],
        call: a => cofactorOp([a], undefined) as Tensor,
      },
    ],
  },
  logdet: {
    about: 'Logarithm of the determinant.',
    torch: 'torch.logdet',
    samples: [
      { inputs: [square(2, 1, -0.5, 1.5)], call: a => logdet(a) },
      { inputs: [of(1, 0, 0)], call: a => logdet(a) },
    ],
  },
  slogdet: {
    about: 'Sign and logarithm of the determinant.',
    torch: 'torch.linalg.slogdet',
    samples: [{ inputs: [pair], call: a => slogdet(a).logabsdet }],
  },
  trace: {
    about: 'Sum of the main diagonal.',
    torch: 'torch.trace',
    samples: [
      { inputs: [of(2, 3)], call: a => trace(a) },
      { inputs: [of(0, 2)], call: a => trace(a) },
    ],
  },
});
