// Products of matrices and vectors of exactly these ranks: matmul by other names, with stricter checks, and outer products.

import type { Operand } from '../autograd/op.ts';
import { ShapeError, showShape } from '../ndarray/errors.ts';
import { mul } from './arithmetic.ts';
import { matmul } from './matmul.ts';
import { reshape } from './reshape.ts';
import { checkTensor, describeOps, methods, shapeOf, type TensorOr } from './structured.ts';

const KINDS = ['a number', 'a vector', 'a matrix', 'a stack of matrices [batch, m, n]'] as const;

/** Throws unless the operands have these numbers of dimensions. */
export function checkRanks(
  where: string,
  operands: readonly Operand[],
  ranks: readonly (0 | 1 | 2 | 3)[],
  remedy: string,
): void {
  ranks.forEach((rank, k) => {
    const x = operands[k] as Operand;
    checkTensor(where, x, `argument ${k + 1}`);
    if (shapeOf(x).length === rank) return;
    throw new ShapeError(
      `${where}: argument ${k + 1} must be ${KINDS[rank]}, got shape ${showShape(shapeOf(x))}; ${remedy}`,
    );
  });
}

function checkInner(where: string, a: Operand, b: Operand, fits: boolean): void {
  if (fits) return;
  throw new ShapeError(
    `${where}: shapes ${showShape(shapeOf(a))} and ${showShape(shapeOf(b))} do not fit: ` +
      'the last size of the first must equal the first size of the second that is multiplied with it',
  );
}

/**
 * The product of two matrices, [m, k]·[k, n] → [m, n]. Source: `torch.mm`.
 *
 * ```ts
 * mm(tensor([[1, 2]]), tensor([[3], [4]])).toArray(); // [[11]]
 * ```
 * @throws ShapeError for anything but two matrices whose inner sizes agree; {@link matmul} takes all ranks.
 */
export function mm<A extends Operand, B extends Operand>(a: A, b: B): TensorOr<A | B> {
  checkRanks('mm', [a, b], [2, 2], 'use matmul for other ranks');
  checkInner('mm', a, b, shapeOf(a)[1] === shapeOf(b)[0]);
  return matmul(a, b);
}

/**
 * The products of two stacks of matrices, [batch, m, k]·[batch, k, n] → [batch, m, n]; nothing is stretched. Source: `torch.bmm`.
 *
 * ```ts
 * bmm(tensor([[[1, 2]], [[3, 4]]]), tensor([[[5], [6]], [[7], [8]]])).toArray(); // [[[17]], [[53]]]
 * ```
 * @throws ShapeError for other ranks, or where the numbers of matrices or the inner sizes differ.
 */
export function bmm<A extends Operand, B extends Operand>(a: A, b: B): TensorOr<A | B> {
  checkRanks('bmm', [a, b], [3, 3], 'use matmul, which broadcasts, for other ranks');
  const [p, q] = [shapeOf(a), shapeOf(b)];
  if (p[0] !== q[0]) {
    throw new ShapeError(
      `bmm: ${showShape(p)} and ${showShape(q)} are stacks of different size; use matmul to stretch a stack of one`,
    );
  }
  checkInner('bmm', a, b, p[2] === q[1]);
  return matmul(a, b);
}

/**
 * A matrix times a vector, [m, k]·[k] → [m]. Source: `torch.mv`.
 *
 * ```ts
 * mv(tensor([[1, 2], [3, 4]]), tensor([1, 1])).toArray(); // [3, 7]
 * ```
 * @throws ShapeError for other ranks or where the inner sizes differ.
 */
export function mv<A extends Operand, B extends Operand>(a: A, b: B): TensorOr<A | B> {
  checkRanks('mv', [a, b], [2, 1], 'use matmul for other ranks');
  checkInner('mv', a, b, shapeOf(a)[1] === shapeOf(b)[0]);
  return matmul(a, b);
}

/**
 * The dot product of two vectors: Σ aᵢ·bᵢ; 0 of none. Source: `torch.dot`.
 *
 * ```ts
 * dot(tensor([1, 2]), tensor([3, 4])).item(); // 11
 * ```
 * @throws ShapeError for anything but two vectors of one length.
 */
export function dot<A extends Operand, B extends Operand>(a: A, b: B): TensorOr<A | B> {
  checkRanks('dot', [a, b], [1, 1], 'use matmul or tensordot for other ranks');
  checkInner('dot', a, b, shapeOf(a)[0] === shapeOf(b)[0]);
  return matmul(a, b);
}

/**
 * All products of an element of one vector with one of another: yᵢⱼ = aᵢ·bⱼ, [m], [n] → [m, n]. Source: `torch.outer`.
 *
 * ```ts
 * outer(tensor([1, 2]), tensor([3, 4])).toArray(); // [[3, 4], [6, 8]]
 * ```
 * @throws ShapeError for anything but two vectors.
 */
export function outer<A extends Operand, B extends Operand>(a: A, b: B): TensorOr<A | B> {
  checkRanks('outer', [a, b], [1, 1], 'use kron or einsum for other ranks');
  const column: Operand = reshape(a as Operand, [...shapeOf(a), 1]);
  return mul(column, b as Operand) as TensorOr<A | B>;
}

/**
 * The Kronecker product: each element of `a` times the whole of `b`, as blocks. For matrices [m, n] and [p, q] it is
 * [m·p, n·q]; of other ranks the shorter shape is filled up with leading ones. Source: `torch.kron`.
 *
 * ```ts
 * kron(tensor([1, 10]), tensor([2, 3])).toArray(); // [2, 3, 20, 30]
 * ```
 */
export function kron<A extends Operand, B extends Operand>(a: A, b: B): TensorOr<A | B> {
  checkTensor('kron', a);
  checkTensor('kron', b, 'the second argument');
  const rank = Math.max(shapeOf(a).length, shapeOf(b).length);
  const [p, q] = [a, b].map(x => [
    ...Array<number>(rank - shapeOf(x).length).fill(1),
    ...shapeOf(x),
  ]) as [number[], number[]];
  const outside: Operand = reshape(
    a as Operand,
    p.flatMap(n => [n, 1]),
  );
  const inside: Operand = reshape(
    b as Operand,
    q.flatMap(n => [1, n]),
  );
  const blocks: Operand = mul(outside, inside);
  return reshape(
    blocks,
    p.map((n, k) => n * (q[k] as number)),
  ) as TensorOr<A | B>;
}

export const productMethods = methods({ mm, bmm, mv, dot, outer, kron });

const of = (...shape: number[]) => ({ shape });

describeOps({
  mm: {
    about: 'Product of two matrices.',
    torch: 'torch.mm',
    samples: [{ inputs: [of(2, 3), of(3, 2)], call: (a, b) => mm(a, b) }],
  },
  bmm: {
    about: 'Products of two stacks of matrices.',
    torch: 'torch.bmm',
    samples: [{ inputs: [of(2, 1, 3), of(2, 3, 2)], call: (a, b) => bmm(a, b) }],
  },
  mv: {
    about: 'A matrix times a vector.',
    torch: 'torch.mv',
    samples: [{ inputs: [of(2, 3), of(3)], call: (a, b) => mv(a, b) }],
  },
  dot: {
    about: 'Dot product of two vectors.',
    torch: 'torch.dot',
    samples: [
      { inputs: [of(3), of(3)], call: (a, b) => dot(a, b) },
      { inputs: [of(0), of(0)], call: (a, b) => dot(a, b) },
    ],
  },
  outer: {
    about: 'All products of the elements of two vectors.',
    torch: 'torch.outer',
    samples: [{ inputs: [of(3), of(2)], call: (a, b) => outer(a, b) }],
  },
  kron: {
    about: 'Kronecker product: each element of one times the whole of the other.',
    torch: 'torch.kron',
    samples: [
      { inputs: [of(2, 2), of(1, 2)], call: (a, b) => kron(a, b) },
      { inputs: [of(2), of(2, 2)], call: (a, b) => kron(a, b) },
      { inputs: [of(), of(2)], call: (a, b) => kron(a, b) },
      { inputs: [of(2), of(0)], call: (a, b) => kron(a, b) },
    ],
  },
});
