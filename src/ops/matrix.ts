// What the ops of linear algebra share: checks, transposes, and numbers that belong to whole matrices.

import type { Operand } from '../autograd/op.ts';
import { Tensor } from '../autograd/tensor.ts';
import type { DType } from '../ndarray/dtype.ts';
import { checkMatrices, checkSquare } from '../ndarray/linalg/matrices.ts';
import { mul } from './arithmetic.ts';
import { sum } from './reduce.ts';
import { reshape, transpose } from './reshape.ts';
import { checkTensor, shapeOf, type TensorOr } from './structured.ts';

/** Matrices, symbols and all: the element type of a tensor. */
function dtypeOf(x: Operand): DType {
  return x instanceof Tensor ? x.dtype : 'float64';
}

/** Throws unless `x` is matrices of floats; their sizes. */
export function matrixSizes(where: string, x: Operand): [number, number] {
  checkTensor(where, x);
  return checkMatrices(where, shapeOf(x), dtypeOf(x));
}

/** Throws unless `x` is square matrices of floats; their size. */
export function squareSize(where: string, x: Operand): number {
  checkTensor(where, x);
  return checkSquare(where, shapeOf(x), dtypeOf(x));
}

/** The transposed matrices. Source: `torch.Tensor.mT`. */
export function mT<A extends Operand>(x: A): TensorOr<A> {
  return transpose(x, -2, -1);
}

/** One number for each matrix, so that it multiplies the whole matrix. */
export function perMatrix(x: Operand): Operand {
  return reshape(x, [...shapeOf(x), 1, 1]);
}

/** Σ aᵢⱼ·bᵢⱼ for each matrix, so that it multiplies a whole matrix. */
export function inner(a: Operand, b: Operand): Operand {
  return sum(mul(a, b), { dim: [-2, -1], keepdim: true });
}
