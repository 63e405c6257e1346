// Eigenvalues and eigenvectors of symmetric matrices.

import type { Operand } from '../autograd/op.ts';
import type { Tensor } from '../autograd/tensor.ts';
import type { NDArray } from '../ndarray/array.ts';
import { eigenOf } from '../ndarray/linalg/eigen.ts';
import { gapsArray } from '../ndarray/linalg/gaps.ts';
import { stored, turnedOver } from '../ndarray/linalg/matrices.ts';
import { add, mul, sub } from './arithmetic.ts';
import { matmul } from './matmul.ts';
import { mT, squareSize } from './matrix.ts';
import { unsqueeze } from './movement.ts';
import { square } from './power.ts';
import { sum } from './reduce.ts';
import { describeOps, methods, structured, type TensorOr } from './structured.ts';

type Apply<P = undefined> = (inputs: readonly Operand[], params: P) => Operand;

/** Whether the gaps are those between the squares. */
interface Gaps {
  squares: boolean;
}

/**
 * How the vectors of a decomposition feel each other: F with Fᵢⱼ = 1/(λⱼ − λᵢ) and zeros on the diagonal; with `squares`
 * 1/(λⱼ² − λᵢ²). Infinite where two λ are the same, as the derivatives of their vectors are.
 */
const gapsOp: Apply<Gaps> = structured<Gaps>({
  name: 'reciprocalGaps',
  inputs: ['λ'],
  kernel: ([values], { squares }) => gapsArray(values as NDArray, squares),
  shape: ([values = []]) => [...values, values.at(-1) as number],
  vjp: [
    (g, [values], f, { squares }) => {
      const flow = mul(g, square(f));
      const slope = sub(sum(flow, { dim: -1 }), sum(flow, { dim: -2 }));
      return squares ? mul(2, mul(values as Operand, slope)) : slope;
    },
  ],
  symbol: 'F',
  text: w => ({ string: `F(${w.arg(0)})`, precedence: 'atom' }),
});

/** See `reciprocalGaps`. */
export function reciprocalGaps(values: Operand, squares: boolean): Operand {
  return gapsOp([values], { squares });
}

const eigenvaluesOp: Apply = structured({
  name: 'eigenvalues',
  inputs: ['a'],
  kernel: ([a]) => {
    const { shape, dtype } = a as NDArray;
    return stored(eigenOf(a as NDArray).values, shape.slice(0, -1), dtype);
  },
  shape: ([a = []]) => a.slice(0, -1),
  vjp: [
    (g, [a]) => {
      const v = eigenvectorsOp([a as Operand], undefined);
      return matmul(mul(v, unsqueeze(g, -2)), mT(v));
    },
  ],
  symbol: 'λ',
  text: w => ({ string: `eigh(${w.arg(0)}).eigenvalues`, precedence: 'atom' }),
});

// What a change of A does is V·((Vᵀ·dA·V)⊙F) (Giles 2008, An extended collection of matrix derivative results).
const eigenvectorsOp: Apply = structured({
  name: 'eigenvectors',
  inputs: ['a'],
  kernel: ([a]) => {
    const { shape, dtype } = a as NDArray;
    const n = shape.at(-1) as number;
    return stored(turnedOver(eigenOf(a as NDArray).vectors, n, n), shape, dtype);
  },
  shape: ([a = []]) => a,
  vjp: [
    (g, [a], v) => {
      const gaps = reciprocalGaps(eigenvaluesOp([a as Operand], undefined), false);
      return matmul(matmul(v, mul(matmul(mT(v), g), gaps)), mT(v));
    },
  ],
  symbol: 'V',
  text: w => ({ string: `eigh(${w.arg(0)}).eigenvectors`, precedence: 'atom' }),
});

/**
 * Eigenvalues, ascending, and eigenvectors (columns, of length 1) of symmetric matrices: A = V·diag(λ)·Vᵀ. Only the lower triangle
 * is read. The sign of a vector is arbitrary, and its gradient is not finite where eigenvalues repeat. Shapes: [..., n, n] →
 * [..., n] and [..., n, n]. Source: `torch.linalg.eigh`.
 *
 * ```ts
 * eigh(tensor([[3, 0], [0, 1]])).eigenvalues.toArray(); // [1, 3]
 * ```
 * NaN throughout where a matrix is not finite.
 * @throws ShapeError unless the last two sizes are equal, DTypeError unless it is float.
 */
export function eigh<A extends Operand>(
  a: A,
): { eigenvalues: TensorOr<A>; eigenvectors: TensorOr<A> } {
  squareSize('eigh', a);
  return {
    eigenvalues: eigenvaluesOp([a], undefined) as TensorOr<A>,
    eigenvectors: eigenvectorsOp([a], undefined) as TensorOr<A>,
  };
}

/**
 * The eigenvalues of symmetric matrices, ascending; only the lower triangle is read. Their gradient is finite where they repeat,
 * too. Shapes: [..., n, n] → [..., n]. Source: `torch.linalg.eigvalsh`.
 *
 * ```ts
 * eigvalsh(tensor([[3, 0], [0, 1]])).toArray(); // [1, 3]
 * ```
 * @throws ShapeError, DTypeError as {@link eigh}.
 */
export function eigvalsh<A extends Operand>(a: A): TensorOr<A> {
  squareSize('eigvalsh', a);
  return eigenvaluesOp([a], undefined) as TensorOr<A>;
}

export const eigenMethods = methods({ eigh, eigvalsh });

const three = { shape: [3, 3], data: [2, 0.5, -0.25, 0.5, -1, 0.75, -0.25, 0.75, 0.5] };
const pair = { shape: [2, 2, 2], data: [1.5, -0.5, -0.5, 2, -0.25, 1, 1, 0.5] };
const symmetric = (x: Tensor): Tensor => mul(0.5, add(x, mT(x))) as Tensor;

describeOps({
  eigh: {
    about: 'Eigenvalues and eigenvectors of symmetric matrices.',
    torch: 'torch.linalg.eigh',
    samples: [
      { inputs: [three], call: a => square(eigh(symmetric(a)).eigenvectors) },
      {
        inputs: [pair],
        call: a => {
          const { eigenvalues, eigenvectors } = eigh(symmetric(a));
          return mul(square(eigenvectors), unsqueeze(eigenvalues, -2));
        },
      },
      { inputs: [{ shape: [0, 0] }], call: a => eigh(a).eigenvectors },
    ],
  },
  eigvalsh: {
    about: 'Eigenvalues of symmetric matrices.',
    torch: 'torch.linalg.eigvalsh',
    samples: [
      { inputs: [three], call: a => eigvalsh(symmetric(a)) },
      { inputs: [{ shape: [2, 1, 1] }], call: a => eigvalsh(a) },
    ],
  },
});
