// Singular values and vectors, and the pseudo-inverse.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { Tensor } from '../autograd/tensor.ts';
import type { NDArray } from '../ndarray/array.ts';
import { stored, turnedOver } from '../ndarray/linalg/matrices.ts';
import { pinvArray } from '../ndarray/linalg/pinv.ts';
import { svdOf } from '../ndarray/linalg/svd.ts';
import type { Shape } from '../ndarray/shape.ts';
import { add, div, mul, sub } from './arithmetic.ts';
import { reciprocalGaps } from './eigen.ts';
import { matmul } from './matmul.ts';
import { matrixSizes, mT } from './matrix.ts';
import { unsqueeze } from './movement.ts';
import { square } from './power.ts';
import { describeOps, methods, shapeOf, structured, type TensorOr } from './structured.ts';

type Apply<P = undefined> = (inputs: readonly Operand[], params: P) => Operand;

/** Leading sizes, and the last two with the smaller of them. */
function sizes(shape: Shape): { lead: Shape; m: number; n: number; k: number } {
  const [m = 0, n = 0] = shape.slice(-2);
  return { lead: shape.slice(0, -2), m, n, k: Math.min(m, n) };
}

const valuesOp: Apply = structured({
  name: 'singularValues',
  inputs: ['a'],
  kernel: ([a]) => {
    const { shape, dtype } = a as NDArray;
    const { lead, k } = sizes(shape);
    return stored(svdOf(a as NDArray).values, [...lead, k], dtype);
  },
  shape: ([a = []]) => [...sizes(a).lead, sizes(a).k],
  vjp: [
    (g, [a]) => {
      const [u, vh] = [leftOp, rightOp].map(op => op([a as Operand], undefined));
      return matmul(mul(u as Operand, unsqueeze(g, -2)), vh as Operand);
    },
  ],
  symbol: 'σ',
  text: w => ({ string: `svd(${w.arg(0)}).S`, precedence: 'atom' }),
});

/** X − Xᵀ, weighed by the gaps between the squares of the singular values. */
function turning(x: Operand, values: Operand): Operand {
  return mul(sub(x, mT(x)), reciprocalGaps(values, true));
}

// Derivatives after Townsend 2016, Differentiating the singular value decomposition: how U and V turn among themselves, and
// where A is not square, into what they do not span.
const leftOp: Apply = structured({
  name: 'leftSingularVectors',
  inputs: ['a'],
  kernel: ([a]) => {
    const { shape, dtype } = a as NDArray;
    const { lead, m, k } = sizes(shape);
    return stored(turnedOver(svdOf(a as NDArray).u, k, m), [...lead, m, k], dtype);
  },
  shape: ([a = []]) => [...sizes(a).lead, sizes(a).m, sizes(a).k],
  vjp: [
    (g, [a], u) => {
      const values = valuesOp([a as Operand], undefined);
      const across = unsqueeze(values, -2);
      const x = matmul(mT(u), g);
      const inside = matmul(u, mul(turning(x, values), across));
      const { m, k } = sizes(shapeOf(a as Operand));
      const whole = m > k ? add(inside, div(sub(g, matmul(u, x)), across)) : inside;
      return matmul(whole, rightOp([a as Operand], undefined));
    },
  ],
  symbol: 'U',
  text: w => ({ string: `svd(${w.arg(0)}).U`, precedence: 'atom' }),
});

const rightOp: Apply = structured({
  name: 'rightSingularVectors',
  inputs: ['a'],
  kernel: ([a]) => {
    const { shape, dtype } = a as NDArray;
    const { lead, n, k } = sizes(shape);
    return stored(svdOf(a as NDArray).v, [...lead, k, n], dtype);
  },
  shape: ([a = []]) => [...sizes(a).lead, sizes(a).k, sizes(a).n],
  vjp: [
    (g, [a], vh) => {
      const values = valuesOp([a as Operand], undefined);
      const down = unsqueeze(values, -1);
      const x = matmul(vh, mT(g));
      const inside = matmul(mul(turning(x, values), down), vh);
      const { n, k } = sizes(shapeOf(a as Operand));
      const whole = n > k ? add(inside, div(sub(g, matmul(mT(x), vh)), down)) : inside;
      return matmul(leftOp([a as Operand], undefined), whole);
    },
  ],
  symbol: 'Vᵀ',
  text: w => ({ string: `svd(${w.arg(0)}).Vh`, precedence: 'atom' }),
});

/**
 * The reduced singular value decomposition, A = U·diag(S)·Vh: U has orthonormal columns, Vh orthonormal rows, S is descending. The
 * sign of a pair of vectors is arbitrary; their gradients are not finite where singular values repeat, or where one is zero and A is not
 * square. Shapes, with k = min(m, n): [..., m, n] → [..., m, k], [..., k] and [..., k, n]. Source: `torch.linalg.svd` with full_matrices=False.
 *
 * ```ts
 * svd(tensor([[0, 2], [3, 0]])).S.toArray(); // [3, 2]
 * ```
 * NaN throughout where a matrix is not finite.
 * @throws ShapeError for fewer than two dimensions, DTypeError unless it is float.
 */
export function svd<A extends Operand>(a: A): { U: TensorOr<A>; S: TensorOr<A>; Vh: TensorOr<A> } {
  matrixSizes('svd', a);
  return {
    U: leftOp([a], undefined) as TensorOr<A>,
    S: valuesOp([a], undefined) as TensorOr<A>,
    Vh: rightOp([a], undefined) as TensorOr<A>,
  };
}

/**
 * The singular values, descending. Their gradient is finite where they repeat, too. Shapes: [..., m, n] → [..., min(m, n)]. Source:
 * `torch.linalg.svdvals`.
 *
 * ```ts
 * svdvals(tensor([[0, 2], [3, 0]])).toArray(); // [3, 2]
 * ```
 * @throws ShapeError, DTypeError as {@link svd}.
 */
export function svdvals<A extends Operand>(a: A): TensorOr<A> {
  matrixSizes('svdvals', a);
  return valuesOp([a], undefined) as TensorOr<A>;
}

const pinvOp: Apply<{ rtol: number }> = structured<{ rtol: number }>({
  name: 'pinv',
  inputs: ['a'],
  kernel: ([a], { rtol }) => pinvArray(a as NDArray, rtol),
  shape: ([a = []]) => [...sizes(a).lead, sizes(a).n, sizes(a).m],
  // For a rank that does not change. Source: Golub and Pereyra 1973.
  vjp: [
    (g, [a], y) => {
      const x = a as Operand;
      const direct = matmul(matmul(mT(y), g), mT(y));
      const left = matmul(matmul(mT(g), y), mT(y));
      const right = matmul(matmul(mT(y), y), mT(g));
      const outside = add(
        sub(left, matmul(x, matmul(y, left))),
        sub(right, matmul(matmul(right, y), x)),
      );
      return sub(outside, direct);
    },
  ],
  symbol: '⁺',
  text: w => ({ string: `${w.arg(0, 'atom')}⁺`, precedence: 'power' }),
  latex: w => ({ string: `${w.arg(0, 'atom')}^{+}`, precedence: 'power' }),
});

/** Options of {@link pinv}. */
export interface PinvOptions {
  /** Singular values up to this part of the largest count as zero; max(m, n) rounding units of the element type unless given. */
  rtol?: number;
}

/**
 * The pseudo-inverse of Moore and Penrose. Its gradient holds while the rank stays the same. Shapes: [..., m, n] → [..., n, m]. Source:
 * `torch.linalg.pinv`.
 *
 * ```ts
 * pinv(tensor([[2, 0], [0, 0], [0, 4]])).toArray(); // [[0.5, 0, 0], [0, 0, 0.25]]
 * ```
 * @throws ShapeError for fewer than two dimensions, DTypeError unless it is float, ArgumentError for a negative `rtol`.
 */
export function pinv<A extends Operand>(a: A, options?: PinvOptions): TensorOr<A> {
  checkOptions('pinv', options, ['rtol']);
  const [m, n] = matrixSizes('pinv', a);
  const unit = a instanceof Tensor && a.dtype === 'float32' ? 2 ** -23 : 2 ** -52;
  const { rtol = Math.max(m, n) * unit } = options ?? {};
  if (typeof rtol !== 'number' || !(rtol >= 0)) {
    throw new ArgumentError(`pinv: rtol must be a number from 0, got ${describe(rtol)}`);
  }
  return pinvOp([a], { rtol }) as TensorOr<A>;
}

export const svdMethods = methods({ svd, svdvals, pinv });

const two = { shape: [2, 2], data: [2, 0.5, -0.75, 1.25] };
const tall = { shape: [3, 2], data: [2, 0.5, -0.75, 1.5, 0.25, 1] };
const wide = { shape: [2, 3], data: [2, 0.5, -0.75, 0.25, 1.5, 1] };
const pair = { shape: [2, 2, 2], data: [1.5, -0.5, 0.25, 3, -1, 0.5, 2, 0.25] };

describeOps({
  svd: {
    about: 'Singular values and vectors.',
    torch: 'torch.linalg.svd',
    samples: [
      { inputs: [tall], call: a => square(svd(a).U) },
      { inputs: [wide], call: a => square(svd(a).Vh) },
      {
        inputs: [two],
        call: a => {
          const { U, S, Vh } = svd(a);
          return matmul(mul(U, square(S)), Vh);
        },
      },
      { inputs: [{ shape: [0, 2] }], call: a => svd(a).Vh },
    ],
  },
  svdvals: {
    about: 'Singular values.',
    torch: 'torch.linalg.svdvals',
    samples: [
      { inputs: [pair], call: a => svdvals(a) },
      { inputs: [wide], call: a => svdvals(a) },
    ],
  },
  pinv: {
    about: 'Pseudo-inverse.',
    torch: 'torch.linalg.pinv',
    samples: [
      { inputs: [tall], call: a => pinv(a) },
      { inputs: [wide], call: a => pinv(a) },
      { inputs: [{ shape: [0, 2] }], call: a => pinv(a) },
      // Of lower rank, and kept there.
      {
        inputs: [{ shape: [2, 1], data: [1, -0.5] }],
        call: x => pinv(matmul(x, mT(x)), { rtol: 1e-6 }),
      },
    ],
  },
});
