// Matrix products: the one op behind matmul, mm, bmm, mv and dot.

import type { Operand, Writer } from '../autograd/op.ts';
import type { NDArray } from '../ndarray/array.ts';
import { ShapeError, showShape } from '../ndarray/errors.ts';
import { matmulArrays, matmulShape } from '../ndarray/matmul.ts';
import { reshape, sumTo, transpose } from './reshape.ts';
import { describeOps, methods, shapeOf, structured, type TensorOr } from './structured.ts';
import { matmulWindow } from './window-terms.ts';

const matmulOp = structured({
  name: 'matmul',
  inputs: ['a', 'b'],
  kernel: ([a, b]) => matmulArrays(a as NDArray, b as NDArray),
  shape: ([a = [], b = []]) => matmulShape(a, b),
  vjp: [
    (g, [a, b]) => sumTo(matmul(g, transpose(b as Operand, -2, -1)), shapeOf(a as Operand)),
    (g, [a, b]) => sumTo(matmul(transpose(a as Operand, -2, -1), g), shapeOf(b as Operand)),
  ],
  linear: true,
  terms: ([a = [], b = []]) => matmulWindow(a, b),
  symbol: '@',
  text: w => ({ string: `${side(w, 0)}·${side(w, 1)}`, precedence: 'product' }),
  latex: w => ({ string: `${side(w, 0)} ${side(w, 1)}`, precedence: 'product' }),
});

/** Products of matrices stand side by side; an elementwise product among them needs parentheses. */
function side(w: Writer, k: number): string {
  return w.arg(k, w.opOf(k) === matmulOp.op ? 'product' : 'power');
}

/**
 * The matrix product, for all ranks: a vector on the left is a row, on the right a column, and further dimensions are stacks
 * of matrices that broadcast. Shapes: [n]·[n] → [], [m, k]·[k, n] → [m, n], [..., m, k]·[..., k, n] → [..., m, n].
 * Source: `torch.matmul`.
 *
 * ```ts
 * matmul(tensor([[1, 2], [3, 4]]), tensor([5, 6])).toArray(); // [17, 39]
 * ```
 * @throws ShapeError where the inner sizes differ or an operand has no dimensions.
 */
export function matmul<A extends Operand, B extends Operand>(a: A, b: B): TensorOr<A | B> {
  const [p, q] = [shapeOf(a), shapeOf(b)];
  if (p.length === 0 || q.length === 0 || p.at(-1) !== (q.at(-2) ?? q.at(-1))) {
    throw new ShapeError(
      `matmul: shapes ${showShape(p)} and ${showShape(q)} do not fit: ` +
        (p.length === 0 || q.length === 0
          ? 'both operands need at least one dimension; use mul to scale by a number'
          : `the last size of the first must equal the last but one of the second; transpose one of them?`),
    );
  }
  const row = p.length === 1 ? reshape(a, [1, ...p]) : a;
  const column = q.length === 1 ? reshape(b, [...q, 1]) : b;
  const product = matmulOp([row, column], undefined);
  if (p.length > 1 && q.length > 1) return product as TensorOr<A | B>;
  const shape = shapeOf(product).slice();
  if (q.length === 1) shape.pop();
  if (p.length === 1) shape.splice(q.length === 1 ? -1 : -2, 1);
  return reshape(product, shape) as TensorOr<A | B>;
}

export const matmulMethods = methods({ matmul });

const of = (...shape: number[]) => ({ shape });

describeOps({
  matmul: {
    about: 'Product of matrices, vectors and stacks of matrices.',
    torch: 'torch.matmul',
    samples: [
      { inputs: [of(2, 3), of(3, 2)], call: (a, b) => matmul(a, b) },
      { inputs: [of(3), of(3)], call: (a, b) => matmul(a, b) },
      { inputs: [of(2, 3), of(3)], call: (a, b) => matmul(a, b) },
      { inputs: [of(3), of(2, 3, 2)], call: (a, b) => matmul(a, b) },
      { inputs: [of(2, 1, 2, 3), of(3, 3, 2)], call: (a, b) => matmul(a, b) },
      { inputs: [of(2, 0), of(0, 3)], call: (a, b) => matmul(a, b) },
    ],
  },
});
