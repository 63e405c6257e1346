// Diagonals, triangles, and windows that slide along a dimension.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import type { Tensor } from '../autograd/tensor.ts';
import type { NDArray } from '../ndarray/array.ts';
import { IndexError, ShapeError, showShape } from '../ndarray/errors.ts';
import { checkShape, dimension, type Shape } from '../ndarray/shape.ts';
import { triangle } from '../ndarray/triangle.ts';
import type { View } from '../ndarray/view.ts';
import { mul } from './arithmetic.ts';
import { dimensionOf } from './slice.ts';
import { describeOps, methods, shapeOf, structured, type TensorOr } from './structured.ts';
import { viewOp } from './view-op.ts';

interface DiagonalParams {
  offset: number;
  dim1: number;
  dim2: number;
}

const diagonalOp = viewOp<DiagonalParams>({
  name: 'diagonal',
  inverse: 'undiagonal',
  symbol: '⟍',
  view: diagonalView,
});

/** The elements (i, i + offset) of two dimensions, as the last dimension. */
function diagonalView(shape: Shape, { offset, dim1, dim2 }: DiagonalParams): View {
  const [below, right] = [Math.max(0, -offset), Math.max(0, offset)];
  const length = Math.max(
    0,
    Math.min((shape[dim1] as number) - below, (shape[dim2] as number) - right),
  );
  const others = shape.map((_, k) => k).filter(k => k !== dim1 && k !== dim2);
  const moves = others.map(dim => shape.map((_, k) => (k === dim ? 1 : 0)));
  return {
    shape: [...others.map(k => shape[k] as number), length],
    starts: shape.map((_, k) => (k === dim1 ? below : k === dim2 ? right : 0)),
    moves: [...moves, shape.map((_, k) => (k === dim1 || k === dim2 ? 1 : 0))],
  };
}

/** Options of {@link diagonal} and {@link diagEmbed}. */
export interface DiagonalOptions {
  /** Which diagonal: above the main one where positive, below where negative; 0 unless given. */
  offset?: number;
  /** The dimension of the rows. */
  dim1?: number;
  /** The dimension of the columns. */
  dim2?: number;
}

/**
 * A diagonal of the matrices in two dimensions (0 and 1 unless given), as the last dimension; without a copy. Source: `torch.diagonal`.
 *
 * ```ts
 * diagonal(tensor([[1, 2], [3, 4]])).toArray(); // [1, 4]
 * ```
 * @throws IndexError where the dimensions do not exist or are the same.
 */
export function diagonal<A extends Operand>(x: A, options?: DiagonalOptions): TensorOr<A> {
  const rank = shapeOf(x).length;
  return diagonalOp.take(x, diagonalParams('diagonal', rank, options, [0, 1])) as TensorOr<A>;
}

function diagonalParams(
  where: string,
  rank: number,
  options: DiagonalOptions | undefined,
  [first, second]: readonly [number, number],
): DiagonalParams {
  checkOptions(where, options, ['offset', 'dim1', 'dim2']);
  const { offset = 0, dim1: d1 = first, dim2: d2 = second } = options ?? {};
  checkOffset(where, 'offset', offset);
  if (rank < 2) {
    throw new ShapeError(`${where}: takes matrices, got a tensor of ${rank} dimension(s)`);
  }
  const [dim1, dim2] = [dimension(where, d1, rank), dimension(where, d2, rank)];
  if (dim1 === dim2) {
    throw new IndexError(`${where}: dim1 and dim2 are both dimension ${dim1}; give two`);
  }
  return { offset, dim1, dim2 };
}

function checkOffset(where: string, what: string, offset: unknown): void {
  if (Number.isSafeInteger(offset)) return;
  throw new ArgumentError(`${where}: ${what} must be a whole number, got ${describe(offset)}`);
}

/**
 * Matrices, in two dimensions of the result (the last two unless given), with the elements of the last dimension of `x` on a
 * diagonal and zeros elsewhere. Source: `torch.diag_embed`.
 *
 * ```ts
 * diagEmbed(tensor([1, 2])).toArray(); // [[1, 0], [0, 2]]
 * ```
 * @throws IndexError where the dimensions do not exist or are the same.
 */
export function diagEmbed<A extends Operand>(x: A, options?: DiagonalOptions): TensorOr<A> {
  const from = shapeOf(x);
  dimensionOf('diagEmbed', from, -1);
  const params = diagonalParams('diagEmbed', from.length + 1, options, [-2, -1]);
  const size = (from.at(-1) as number) + Math.abs(params.offset);
  const others = from.slice(0, -1);
  const shape = Array.from({ length: from.length + 1 }, (_, k) =>
    k === params.dim1 || k === params.dim2 ? size : (others.shift() as number),
  );
  checkShape('diagEmbed', shape);
  return diagonalOp.put(x, shape, params) as TensorOr<A>;
}

/** Options of {@link diag}. */
export interface DiagOptions {
  /** Which diagonal: above the main one where positive, below where negative; 0 unless given. */
  offset?: number;
}

/**
 * Of a matrix its diagonal (a view), of a vector the matrix that has it as its diagonal. Source: `torch.diag`.
 *
 * ```ts
 * diag(tensor([[1, 2], [3, 4]])).toArray(); // [1, 4]
 * diag(tensor([1, 2]), { offset: -1 }).toArray(); // [[0, 0, 0], [1, 0, 0], [0, 2, 0]]
 * ```
 * @throws ShapeError for other than one or two dimensions.
 */
export function diag<A extends Operand>(x: A, options?: DiagOptions): TensorOr<A> {
  checkOptions('diag', options, ['offset']);
  const shape = shapeOf(x);
  if (shape.length === 1) return diagEmbed(x, options);
  if (shape.length === 2) return diagonal(x, options);
  throw new ShapeError(
    `diag: takes a vector or a matrix, got shape ${showShape(shape)}; use diagonal or diagEmbed for stacks of them`,
  );
}

/** Options of {@link triu} and {@link tril}. */
export interface TriangleOptions {
  /** The diagonal that bounds the triangle: above the main one where positive, below where negative; 0 unless given. */
  diagonal?: number;
}

type TriangleOp = (x: Operand, diagonal: number) => Operand;

function triangleOp(name: string, upper: boolean, symbol: string): TriangleOp {
  const op = structured<{ diagonal: number }>({
    name,
    inputs: ['x'],
    kernel: ([x], { diagonal: bound }) => triangle(x as NDArray, upper, bound),
    shape: ([x = []]) => x,
    vjp: [(g, _inputs, _y, params) => op([g], params)],
    linear: true,
    symbol,
  }) as (inputs: readonly Operand[], params: { diagonal: number }) => Operand;
  return (x, bound) => op([x], { diagonal: bound });
}

const triuOp = triangleOp('triu', true, '◹');
const trilOp = triangleOp('tril', false, '◺');

function boundOf(where: string, x: Operand, options: TriangleOptions | undefined): number {
  checkOptions(where, options, ['diagonal']);
  const { diagonal: bound = 0 } = options ?? {};
  checkOffset(where, 'diagonal', bound);
  const shape = shapeOf(x);
  if (shape.length >= 2) return bound;
  throw new ShapeError(`${where}: takes matrices, got a tensor of shape ${showShape(shape)}`);
}

/**
 * The upper triangle of the matrices in the last two dimensions: elements (i, j) with j − i ≥ diagonal, zeros elsewhere.
 * Source: `torch.triu`.
 *
 * ```ts
 * triu(tensor([[1, 2], [3, 4]])).toArray(); // [[1, 2], [0, 4]]
 * ```
 * @throws ShapeError for fewer than two dimensions.
 */
export function triu<A extends Operand>(x: A, options?: TriangleOptions): TensorOr<A> {
  return triuOp(x, boundOf('triu', x, options)) as TensorOr<A>;
}

/**
 * The lower triangle of the matrices in the last two dimensions: elements (i, j) with j − i ≤ diagonal, zeros elsewhere.
 * Source: `torch.tril`.
 *
 * ```ts
 * tril(tensor([[1, 2], [3, 4]]), { diagonal: -1 }).toArray(); // [[0, 0], [3, 0]]
 * ```
 * @throws ShapeError for fewer than two dimensions.
 */
export function tril<A extends Operand>(x: A, options?: TriangleOptions): TensorOr<A> {
  return trilOp(x, boundOf('tril', x, options)) as TensorOr<A>;
}

const unfoldDimOp = viewOp<{ dim: number; size: number; step: number }>({
  name: 'unfoldDim',
  inverse: 'foldDim',
  symbol: '⧈',
  overlaps: true,
  view: (shape, { dim, size, step }) => {
    const moves = shape.map((_, i) => shape.map((_n, k) => (k === i ? (i === dim ? step : 1) : 0)));
    const windows = Math.floor(((shape[dim] as number) - size) / step) + 1;
    return {
      shape: [...shape.with(dim, windows), size],
      starts: shape.map(() => 0),
      moves: [...moves, shape.map((_, k) => (k === dim ? 1 : 0))],
    };
  },
});

/**
 * The windows of `size` elements along a dimension, one every `step`; the elements of a window are in a new last dimension.
 * Without a copy. Source: `torch.Tensor.unfold` (`F.unfold` is {@link unfold}).
 *
 * ```ts
 * unfoldDim(tensor([1, 2, 3, 4]), 0, 2, 1).toArray(); // [[1, 2], [2, 3], [3, 4]]
 * ```
 * @throws ArgumentError for a size below 0 or a step below 1, ShapeError where the size is larger than the dimension.
 */
export function unfoldDim<A extends Operand>(
  x: A,
  dim: number,
  size: number,
  step: number,
): TensorOr<A> {
  const shape = shapeOf(x);
  const axis = dimensionOf('unfoldDim', shape, dim);
  if (!Number.isInteger(size) || size < 0 || !Number.isInteger(step) || step < 1) {
    throw new ArgumentError(
      `unfoldDim: the size must be a whole number from 0 and the step one from 1, got ${String(size)} and ${String(step)}`,
    );
  }
  if (size > (shape[axis] as number)) {
    throw new ShapeError(
      `unfoldDim: a window of ${size} does not fit in dimension ${axis} of ${showShape(shape)}`,
    );
  }
  return unfoldDimOp.take(x, { dim: axis, size, step }) as TensorOr<A>;
}

export const diagonalMethods = methods({ diagonal, diagEmbed, diag, triu, tril, unfoldDim });

const of = (...shape: number[]) => ({ shape });

/** Not linear, so that second derivatives go through the inverse of a view. */
const squared = (x: Tensor): Tensor => mul(x, x);

describeOps({
  diagonal: {
    about: 'A diagonal of matrices, without a copy.',
    torch: 'torch.diagonal',
    samples: [
      { inputs: [of(2, 3)], call: x => squared(diagonal(x, { offset: 1 })) },
      { inputs: [of(3, 2)], call: x => diagonal(x, { offset: -1 }) },
      { inputs: [of(2, 2, 2)], call: x => diagonal(x, { dim1: -1, dim2: 0 }) },
      { inputs: [of(2, 2)], call: x => diagonal(x, { offset: 4 }) },
    ],
  },
  diagEmbed: {
    about: 'Matrices with given diagonals.',
    torch: 'torch.diag_embed',
    samples: [
      { inputs: [of(2, 2)], call: x => diagEmbed(x, { offset: -1 }) },
      { inputs: [of(2)], call: x => squared(diagEmbed(x, { dim1: 1, dim2: 0 })) },
    ],
  },
  diag: {
    about: 'The diagonal of a matrix, or the matrix of a diagonal.',
    torch: 'torch.diag',
    samples: [
      { inputs: [of(2, 3)], call: x => diag(x) },
      { inputs: [of(2)], call: x => diag(x, { offset: 1 }) },
    ],
  },
  triu: {
    about: 'The upper triangle, zeros elsewhere.',
    torch: 'torch.triu',
    samples: [
      { inputs: [of(2, 3)], call: x => triu(x) },
      { inputs: [of(2, 2, 2)], call: x => triu(x, { diagonal: -1 }) },
    ],
  },
  tril: {
    about: 'The lower triangle, zeros elsewhere.',
    torch: 'torch.tril',
    samples: [
      { inputs: [of(3, 2)], call: x => tril(x) },
      { inputs: [of(2, 3)], call: x => tril(x, { diagonal: 1 }) },
      { inputs: [of(0, 2)], call: x => tril(x) },
    ],
  },
  unfoldDim: {
    about: 'Windows that slide along a dimension, without a copy.',
    torch: 'torch.Tensor.unfold',
    samples: [
      { inputs: [of(5)], call: x => squared(unfoldDim(x, 0, 3, 1)) },
      { inputs: [of(4, 2)], call: x => unfoldDim(x, -2, 2, 2) },
      { inputs: [of(2, 5)], call: x => unfoldDim(x, 1, 1, 3) },
      { inputs: [of(2)], call: x => unfoldDim(x, 0, 0, 1) },
    ],
  },
});
