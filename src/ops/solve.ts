// Linear systems: solutions, inverses, powers, and triangular systems.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { Tensor } from '../autograd/tensor.ts';
import type { NDArray } from '../ndarray/array.ts';
import { ShapeError, showShape } from '../ndarray/errors.ts';
import { inverseArray, solveArrays, triangularArrays } from '../ndarray/linalg/solve.ts';
import { choleskyArray, type Triangle } from '../ndarray/linalg/triangular.ts';
import { broadcastShapes, type Shape, sameShape } from '../ndarray/shape.ts';
import { add, mul, neg } from './arithmetic.ts';
import { eye } from './creation.ts';
import { tril, triu } from './diagonal.ts';
import { matmul } from './matmul.ts';
import { matrixSizes, mT, squareSize } from './matrix.ts';
import { squeeze, unsqueeze } from './movement.ts';
import { expand } from './reshape.ts';
import { describeOps, methods, shapeOf, structured, type TensorOr } from './structured.ts';

/** Which public function asks for an inverse; null: a singular matrix gives Infinity or NaN instead of an error. */
interface Asked {
  where: string | null;
}

const inverseOp: (inputs: readonly Operand[], params: Asked) => Operand = structured<Asked>({
  name: 'inverse',
  inputs: ['a'],
  kernel: ([a], { where }) => inverseArray(where, a as NDArray),
  shape: ([a = []]) => a,
  vjp: [(g, _inputs, y) => neg(matmul(matmul(mT(y), g), mT(y)))],
  symbol: '⁻¹',
  text: w => ({ string: `${w.arg(0, 'atom')}⁻¹`, precedence: 'power' }),
  latex: w => ({ string: `${w.arg(0, 'atom')}^{-1}`, precedence: 'power' }),
});

/** The inverse, with Infinity or NaN for a singular matrix. For derivatives, which must not throw. */
export function inverseOrInfinite(a: Operand): Operand {
  return inverseOp([a], { where: null });
}

/**
 * The inverse of square matrices. To solve A·X = B, {@link solve} is faster and more accurate. Shapes: [..., n, n] →
 * [..., n, n]. Gradient: −Yᵀ·G·Yᵀ. Source: `torch.linalg.inv`.
 *
 * ```ts
 * inverse(tensor([[2, 0], [0, 4]])).toArray(); // [[0.5, 0], [0, 0.25]]
 * ```
 * @throws LinAlgError for a singular matrix, ShapeError unless the last two sizes are equal, DTypeError unless it is float.
 */
export function inverse<A extends Operand>(a: A): TensorOr<A> {
  squareSize('inverse', a);
  return inverseOp([a], { where: 'inverse' }) as TensorOr<A>;
}

const solveOp: (inputs: readonly Operand[], params: { transpose: boolean }) => Operand =
  structured<{ transpose: boolean }>({
    name: 'solve',
    inputs: ['a', 'b'],
    kernel: ([a, b], { transpose }) => solveArrays('solve', a as NDArray, b as NDArray, transpose),
    shape: ([a = [], b = []]) => solutionShape('solve', a, b),
    vjp: [
      (g, [a], x, { transpose }) => {
        const back = solveOp([a as Operand, g], { transpose: !transpose });
        return neg(transpose ? matmul(x, mT(back)) : matmul(back, mT(x)));
      },
      (g, [a], _x, { transpose }) => solveOp([a as Operand, g], { transpose: !transpose }),
    ],
    symbol: '∖',
    text: w => ({
      string: `${w.arg(0, 'atom')}${transposes(w.params) ? '⁻ᵀ' : '⁻¹'}·${w.arg(1, 'power')}`,
      precedence: 'product',
    }),
    latex: w => ({
      string: `${w.arg(0, 'atom')}^{${transposes(w.params) ? '-\\top' : '-1'}} ${w.arg(1, 'power')}`,
      precedence: 'product',
    }),
  });

function transposes(params: unknown): boolean {
  return (params as { transpose: boolean }).transpose;
}

/** The shape of X where A·X = B; leading dimensions broadcast. */
function solutionShape(where: string, a: Shape, b: Shape): Shape {
  const lead = broadcastShapes(where, [a.slice(0, -2), b.slice(0, -2)]);
  return [...lead, ...b.slice(-2)];
}

/** Throws unless B has as many rows as A. */
function checkRows(where: string, a: Operand, b: Operand): void {
  const [p, q] = [shapeOf(a), shapeOf(b)];
  if (q.at(-2) === p.at(-1)) return;
  throw new ShapeError(
    `${where}: shapes ${showShape(p)} and ${showShape(q)} do not fit: b must have as many rows as a`,
  );
}

/**
 * Solves A·X = B for X. `b` is a matrix of columns, or a vector: one dimension, or the shape of `a` without its last. Shapes:
 * [..., n, n] and [..., n, k] → [..., n, k]; leading dimensions broadcast. Source: `torch.linalg.solve`.
 *
 * ```ts
 * solve(tensor([[2, 0], [0, 4]]), tensor([2, 2])).toArray(); // [1, 0.5]
 * ```
 * @throws LinAlgError for a singular matrix, ShapeError where shapes do not fit, DTypeError unless both are float.
 */
export function solve<A extends Operand, B extends Operand>(a: A, b: B): TensorOr<A | B> {
  squareSize('solve', a);
  const [p, q] = [shapeOf(a), shapeOf(b)];
  const vector = q.length === 1 || (q.length > 0 && sameShape(q, p.slice(0, -1)));
  const columns = vector ? unsqueeze(b, -1) : b;
  matrixSizes('solve', columns);
  checkRows('solve', a, columns);
  const x = solveOp([a, columns], { transpose: false });
  return (vector ? squeeze(x, { dim: -1 }) : x) as TensorOr<A | B>;
}

const triangularOp: (inputs: readonly Operand[], params: Triangle) => Operand =
  structured<Triangle>({
    name: 'triangularSolve',
    inputs: ['a', 'b'],
    kernel: ([a, b], params) => triangularArrays(a as NDArray, b as NDArray, params),
    shape: ([a = [], b = []]) => solutionShape('triangularSolve', a, b),
    vjp: [
      (g, [a], x, params) => {
        const back = backThrough(a as Operand, g, params);
        const product = params.transpose ? matmul(x, mT(back)) : matmul(back, mT(x));
        return neg(triangleOf(product, params));
      },
      (g, [a], _x, params) => backThrough(a as Operand, g, params),
    ],
    symbol: '◺∖',
    text: w => {
      const { upper, transpose } = w.params as Triangle;
      const factor = `${upper ? 'triu' : 'tril'}(${w.arg(0)})${transpose ? '⁻ᵀ' : '⁻¹'}`;
      return { string: `${factor}·${w.arg(1, 'power')}`, precedence: 'product' };
    },
  });

function backThrough(a: Operand, g: Operand, params: Triangle): Operand {
  return triangularOp([a, g], { ...params, transpose: !params.transpose });
}

function triangleOf(x: Operand, { upper, unitriangular }: Triangle): Operand {
  const shift = unitriangular ? 1 : 0;
  return upper ? triu(x, { diagonal: shift }) : tril(x, { diagonal: -shift });
}

/** Options of {@link triangularSolve}. */
export interface TriangularSolveOptions {
  /** Read the upper triangle of `a`, else the lower one; true unless given. */
  upper?: boolean;
  /** Solve Aᵀ·X = B instead; false unless given. */
  transpose?: boolean;
  /** Take the diagonal of `a` as ones; false unless given. */
  unitriangular?: boolean;
}

/**
 * Solves A·X = B where A is triangular: the other triangle is not read. A zero on the diagonal gives ±Infinity or NaN. Shapes:
 * [..., n, n] and [..., n, k] → [..., n, k]; leading dimensions broadcast. Source: `torch.triangular_solve` (there `b` is first).
 *
 * ```ts
 * triangularSolve(tensor([[2, 1], [0, 4]]), tensor([[4], [8]])).toArray(); // [[1], [2]]
 * ```
 * @throws ShapeError where shapes do not fit, DTypeError unless both are float.
 */
export function triangularSolve<A extends Operand, B extends Operand>(
  a: A,
  b: B,
  options?: TriangularSolveOptions,
): TensorOr<A | B> {
  checkOptions('triangularSolve', options, ['upper', 'transpose', 'unitriangular']);
  squareSize('triangularSolve', a);
  matrixSizes('triangularSolve', b);
  checkRows('triangularSolve', a, b);
  const { upper = true, transpose = false, unitriangular = false } = options ?? {};
  return triangularOp([a, b], { upper, transpose, unitriangular }) as TensorOr<A | B>;
}

const choleskyOp = structured({
  name: 'cholesky',
  inputs: ['a'],
  kernel: ([a]) => choleskyArray('cholesky', a as NDArray),
  shape: ([a = []]) => a,
  // Of the many cotangents of a symmetric matrix the symmetric one. Source: Murray 2016, arXiv 1602.07527.
  vjp: [
    (g, _inputs, l) => {
      const product = matmul(mT(l), g);
      const half = mul(0.5, add(tril(product), mT(tril(product, { diagonal: -1 }))));
      const lower = { upper: false, transpose: true, unitriangular: false };
      return mT(triangularOp([l, mT(triangularOp([l, half], lower))], lower));
    },
  ],
  symbol: 'chol',
});

/** Options of {@link cholesky}. */
export interface CholeskyOptions {
  /** Return the upper triangular factor, U with A = Uᵀ·U, instead of the lower one; false unless given. */
  upper?: boolean;
}

/**
 * The lower triangular L with A = L·Lᵀ for symmetric positive definite matrices, of which only the lower triangle is read (with
 * `upper`: U with A = Uᵀ·U, from the upper triangle). The gradient is a symmetric matrix. Shapes: [..., n, n] → [..., n, n].
 * Source: `torch.linalg.cholesky`.
 *
 * ```ts
 * cholesky(tensor([[4, 2], [2, 5]])).toArray(); // [[2, 0], [1, 2]]
 * ```
 * @throws LinAlgError where a matrix is not positive definite, ShapeError unless the last two sizes are equal, DTypeError unless it is float.
 */
export function cholesky<A extends Operand>(a: A, options?: CholeskyOptions): TensorOr<A> {
  checkOptions('cholesky', options, ['upper']);
  squareSize('cholesky', a);
  if (options?.upper === true) return mT(choleskyOp([mT(a)], undefined)) as TensorOr<A>;
  return choleskyOp([a], undefined) as TensorOr<A>;
}

/**
 * Square matrices multiplied with themselves: Aⁿ, the identity for n = 0, powers of the inverse for n < 0. Source: `torch.linalg.matrix_power`.
 *
 * ```ts
 * matrixPower(tensor([[1, 1], [0, 1]]), 3).toArray(); // [[1, 3], [0, 1]]
 * ```
 * @throws ArgumentError unless n is a whole number, LinAlgError where n < 0 and a matrix is singular, ShapeError, DTypeError as
 * {@link inverse}.
 */
export function matrixPower<A extends Operand>(a: A, n: number): TensorOr<A> {
  const size = squareSize('matrixPower', a);
  if (!Number.isSafeInteger(n)) {
    throw new ArgumentError(
      `matrixPower: the exponent must be a whole number, got ${describe(n)}; for other powers of a symmetric matrix use eigh`,
    );
  }
  if (n === 0) {
    const one = eye(size, a instanceof Tensor ? { dtype: a.dtype } : {});
    return expand(one, shapeOf(a)) as TensorOr<A>;
  }
  let factor: Operand = n < 0 ? inverseOp([a], { where: 'matrixPower' }) : a;
  let power: Operand | null = null;
  for (let rest = Math.abs(n); ; factor = matmul(factor, factor)) {
    if (rest % 2 === 1) power = power === null ? factor : matmul(power, factor);
    rest = Math.floor(rest / 2);
    if (rest === 0) return power as TensorOr<A>;
  }
}

export const solveMethods = methods({ inverse, solve, triangularSolve, cholesky, matrixPower });

const of = (...shape: number[]) => ({ shape });
/** Well conditioned. */
const good = { shape: [2, 2], data: [2, 0.5, -0.75, 1.5] };
const pair = { shape: [2, 2, 2], data: [1.5, -0.5, 0.25, 2, 0.25, 1.5, 2, -0.5] };
const symmetric = (x: Tensor): Tensor => matmul(x, mT(x)) as Tensor;

describeOps({
  inverse: {
    about: 'Inverse of square matrices.',
    torch: 'torch.linalg.inv',
    samples: [
      { inputs: [good], call: a => inverse(a) },
      { inputs: [pair], call: a => inverse(a) },
      { inputs: [of(0, 0)], call: a => inverse(a) },
    ],
  },
  solve: {
    about: 'Solution X of A·X = B.',
    torch: 'torch.linalg.solve',
    samples: [
      { inputs: [good, of(2, 1)], call: (a, b) => solve(a, b) },
      { inputs: [good, of(2)], call: (a, b) => solve(a, b) },
      { inputs: [good, of(2, 2, 1)], call: (a, b) => solve(a, b) },
      { inputs: [pair, of(2, 1)], call: (a, b) => solve(a, b) },
      { inputs: [good, of(2, 0)], call: (a, b) => solve(a, b) },
    ],
  },
  triangularSolve: {
    about: 'Solution of a triangular system.',
    torch: 'torch.triangular_solve',
    samples: [
      { inputs: [good, of(2, 2)], call: (a, b) => triangularSolve(a, b) },
      {
        inputs: [good, of(2, 1)],
        call: (a, b) => triangularSolve(a, b, { upper: false, transpose: true }),
      },
      {
        inputs: [pair, of(2, 1)],
        call: (a, b) => triangularSolve(a, b, { transpose: true, unitriangular: true }),
      },
      {
        inputs: [good, of(2, 2, 1)],
        call: (a, b) => triangularSolve(a, b, { upper: false, unitriangular: true }),
      },
    ],
  },
  cholesky: {
    about: 'Triangular factor of positive definite matrices.',
    torch: 'torch.linalg.cholesky',
    samples: [
      { inputs: [good], call: a => cholesky(symmetric(a)) },
      { inputs: [pair], call: a => cholesky(symmetric(a), { upper: true }) },
    ],
  },
  matrixPower: {
    about: 'Integer powers of square matrices.',
    torch: 'torch.linalg.matrix_power',
    samples: [
      { inputs: [of(2, 2)], call: a => matrixPower(a, 3) },
      { inputs: [pair], call: a => matrixPower(a, -2) },
      { inputs: [of(1, 1)], call: a => matrixPower(a, 1) },
    ],
  },
});
