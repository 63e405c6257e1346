// QR factors.

import type { Operand } from '../autograd/op.ts';
import type { NDArray } from '../ndarray/array.ts';
import { matricesOf, remembered, stored } from '../ndarray/linalg/matrices.ts';
import { qrFactors } from '../ndarray/linalg/qr.ts';
import { add, neg } from './arithmetic.ts';
import { triu } from './diagonal.ts';
import { cat } from './join.ts';
import { matmul } from './matmul.ts';
import { matrixSizes, mT } from './matrix.ts';
import { narrow } from './slice.ts';
import { triangularSolve } from './solve.ts';
import { describeOps, methods, structured, type TensorOr } from './structured.ts';

const qrOf = remembered((x: NDArray) => qrFactors(matricesOf(x)));

type Apply = (inputs: readonly Operand[], params: undefined) => Operand;

/** Q, for at least as many rows as columns. */
const qOp: Apply = structured({
  name: 'qrQ',
  inputs: ['a'],
  kernel: ([a]) => {
    const { shape, dtype } = a as NDArray;
    return stored(qrOf(a as NDArray).q, shape, dtype);
  },
  shape: ([a = []]) => a,
  vjp: [
    (g, [a], q) => {
      const r = rOp([a as Operand], undefined);
      return overR(add(g, matmul(q, mirrored(neg(matmul(mT(q), g))))), r);
    },
  ],
  symbol: 'Q',
  text: w => ({ string: `qr(${w.arg(0)}).Q`, precedence: 'atom' }),
});

const rOp: Apply = structured({
  name: 'qrR',
  inputs: ['a'],
  kernel: ([a]) => {
    const { shape, dtype } = a as NDArray;
    const n = shape.at(-1) as number;
    return stored(qrOf(a as NDArray).r, [...shape.slice(0, -2), n, n], dtype);
  },
  shape: ([a = []]) => [...a.slice(0, -2), a.at(-1) as number, a.at(-1) as number],
  vjp: [
    (g, [a], r) => {
      const q = qOp([a as Operand], undefined);
      return overR(matmul(q, mirrored(matmul(g, mT(r)))), r);
    },
  ],
  symbol: 'R',
  text: w => ({ string: `qr(${w.arg(0)}).R`, precedence: 'atom' }),
});

/** The symmetric matrix with this upper triangle. */
function mirrored(x: Operand): Operand {
  return add(triu(x), mT(triu(x, { diagonal: 1 })));
}

/** X·R⁻ᵀ. */
function overR(x: Operand, r: Operand): Operand {
  return mT(triangularSolve(r, mT(x)));
}

/**
 * The reduced QR factors, A = Q·R: Q has orthonormal columns, R is upper triangular. Signs are those of LAPACK: the diagonal of R
 * may be negative. Where the first columns of A depend on each other the gradient is not finite. Shapes, with k = min(m, n): [..., m, n] →
 * [..., m, k] and [..., k, n]. Source: `torch.linalg.qr`.
 *
 * ```ts
 * qr(tensor([[3, 1], [0, 2]])).R.toArray(); // [[3, 1], [0, 2]]
 * ```
 * NaN throughout where a matrix is not finite.
 * @throws ShapeError for fewer than two dimensions, DTypeError unless it is float.
 */
export function qr<A extends Operand>(a: A): { Q: TensorOr<A>; R: TensorOr<A> } {
  const [m, n] = matrixSizes('qr', a);
  const left: Operand = m < n ? narrow(a, -1, 0, m) : a;
  const Q = qOp([left], undefined);
  const square = rOp([left], undefined);
  // The columns beyond those that make Q.
  const R = m < n ? cat([square, matmul(mT(Q), narrow(a, -1, m, n - m))], { dim: -1 }) : square;
  return { Q: Q as TensorOr<A>, R: R as TensorOr<A> };
}

export const qrMethods = methods({ qr });

const tall = { shape: [3, 2], data: [2, 0.5, -0.75, 1.5, 0.25, 1] };
const wide = { shape: [2, 3], data: [2, 0.5, -0.75, 0.25, 1.5, 1] };
const pair = { shape: [2, 2, 2], data: [1.5, -0.5, 0.25, 2, -1, 0.5, 2, 1.25] };

describeOps({
  qr: {
    about: 'Factors with orthonormal columns and upper triangular.',
    torch: 'torch.linalg.qr',
    samples: [
      { inputs: [tall], call: a => qr(a).Q },
      { inputs: [tall], call: a => qr(a).R },
      { inputs: [pair], call: a => add(qr(a).Q, qr(a).R) },
      { inputs: [wide], call: a => qr(a).R },
      { inputs: [{ shape: [2, 0] }], call: a => qr(a).Q },
    ],
  },
});
