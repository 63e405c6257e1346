// Norms of matrices.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { IndexError } from '../ndarray/errors.ts';
import { reducedShape } from '../ndarray/reduce.ts';
import { dimension } from '../ndarray/shape.ts';
import { amax, amin } from './extremes.ts';
import { matrixSizes } from './matrix.ts';
import { movedim } from './movement.ts';
import { norm } from './norm.ts';
import { sum } from './reduce.ts';
import { reshape } from './reshape.ts';
import { abs } from './rounding.ts';
import { describeOps, methods, shapeOf, type TensorOr } from './structured.ts';
import { svdvals } from './svd.ts';

/** Options of {@link matrixNorm}. */
export interface MatrixNormOptions {
  /** Which norm; 'fro' unless given. */
  ord?: 'fro' | 'nuc' | number;
  /** The two dimensions of the matrices; the last two unless given. */
  dim?: readonly [number, number];
  /** Keep the two dimensions with size 1; false unless given. */
  keepdim?: boolean;
}

/**
 * The norm of matrices: 'fro' the root of the sum of squares, 'nuc' the sum of the singular values, 2 (−2) the largest (smallest)
 * singular value, 1 (−1) the largest (smallest) sum of |aᵢⱼ| over a column, ∞ (−∞) over a row. Source: `torch.linalg.matrix_norm`.
 *
 * ```ts
 * matrixNorm(tensor([[1, 2], [-2, 4]])).item(); // 5
 * matrixNorm(tensor([[1, 2], [-2, 4]]), { ord: 1 }).item(); // 6
 * ```
 * @throws ArgumentError for another `ord`, ShapeError for fewer than two dimensions, IndexError unless `dim` names two of them,
 * DTypeError unless it is float.
 */
export function matrixNorm<A extends Operand>(a: A, options?: MatrixNormOptions): TensorOr<A> {
  checkOptions('matrixNorm', options, ['ord', 'dim', 'keepdim']);
  matrixSizes('matrixNorm', a);
  const { ord = 'fro', keepdim = false } = options ?? {};
  const shape = shapeOf(a);
  const dims = twoDims(options?.dim ?? [-2, -1], shape.length);
  const y = lastTwo(movedim(a, dims, [-2, -1]), ord);
  return (keepdim ? reshape(y, reducedShape(shape, dims, true)) : y) as TensorOr<A>;
}

function twoDims(dims: unknown, rank: number): number[] {
  const found = Array.isArray(dims) ? dims.map(dim => dimension('matrixNorm', dim, rank)) : [];
  if (found.length === 2 && found[0] !== found[1]) return found;
  throw new IndexError(
    `matrixNorm: dim must name two dimensions, such as [-2, -1], got ${Array.isArray(dims) ? `[${dims}]` : describe(dims)}`,
  );
}

function lastTwo(x: Operand, ord: unknown): Operand {
  switch (ord) {
    case 'fro':
      return norm(x, { dim: [-2, -1] });
    case 'nuc':
      return sum(svdvals(x), { dim: -1 });
    case 2:
      return amax(svdvals(x), { dim: -1 });
    case -2:
      return amin(svdvals(x), { dim: -1 });
    case 1:
      return amax(sum(abs(x), { dim: -2 }), { dim: -1 });
    case -1:
      return amin(sum(abs(x), { dim: -2 }), { dim: -1 });
    case Number.POSITIVE_INFINITY:
      return amax(sum(abs(x), { dim: -1 }), { dim: -1 });
    case Number.NEGATIVE_INFINITY:
      return amin(sum(abs(x), { dim: -1 }), { dim: -1 });
  }
  throw new ArgumentError(
    `matrixNorm: ord must be 'fro', 'nuc', 1, 2, Infinity or one of these numbers negated, got ${describe(ord)}`,
  );
}

export const matrixNormMethods = methods({ matrixNorm });

const wide = { shape: [2, 3], data: [2, 0.5, -0.75, 0.25, 1.5, 1] };
const batch = { shape: [2, 2, 2], data: [1.5, -0.5, 0.25, 3, -1, 0.5, 2, 0.25] };

describeOps({
  matrixNorm: {
    about: 'Norms of matrices: of the elements, the rows or columns, the singular values.',
    torch: 'torch.linalg.matrix_norm',
    samples: [
      { inputs: [wide], call: a => matrixNorm(a) },
      { inputs: [wide], call: a => matrixNorm(a, { ord: 'nuc', keepdim: true }) },
      { inputs: [batch], call: a => matrixNorm(a, { ord: 2, dim: [0, -1] }) },
      { inputs: [wide], call: a => matrixNorm(a, { ord: 1 }) },
      { inputs: [wide], call: a => matrixNorm(a, { ord: Number.NEGATIVE_INFINITY }) },
    ],
  },
});
