// A tensor cut into parts along a dimension, without copies.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { ShapeError, SizeError } from '../ndarray/errors.ts';
import { along } from '../ndarray/view.ts';
import { dimensionOf, select, sliceBy, sliceRange } from './slice.ts';
import { describeOps, methods, shapeOf, type TensorOr } from './structured.ts';

/** Options of {@link split}, {@link chunk}, {@link unbind} and {@link tensorSplit}. */
export interface SplitOptions {
  /** The dimension to cut; 0 unless given. */
  dim?: number;
}

function checkedDim(where: string, x: Operand, options: SplitOptions | undefined): number {
  checkOptions(where, options, ['dim']);
  return dimensionOf(where, shapeOf(x), options?.dim ?? 0);
}

/** Parts of these sizes, one after the other. */
function cut<A extends Operand>(x: A, dim: number, sizes: readonly number[]): TensorOr<A>[] {
  const shape = shapeOf(x);
  let start = 0;
  return sizes.map(size => {
    const part = sliceBy(x, along(shape, dim, start, size));
    start += size;
    return part;
  });
}

/**
 * Parts of one size (the last may be smaller), or of the sizes given. Source: `torch.split`.
 *
 * ```ts
 * split(tensor([1, 2, 3]), 2).map(part => part.toArray()); // [[1, 2], [3]]
 * split(tensor([1, 2, 3]), [1, 2]).map(part => part.toArray()); // [[1], [2, 3]]
 * ```
 * @throws ShapeError where sizes do not add up to that of the dimension, ArgumentError for a size that is none.
 */
export function split<A extends Operand>(
  x: A,
  sizeOrSizes: number | readonly number[],
  options?: SplitOptions,
): TensorOr<A>[] {
  const dim = checkedDim('split', x, options);
  const n = shapeOf(x)[dim] as number;
  if (typeof sizeOrSizes === 'number') {
    checkCount('split', 'the size of a part', sizeOrSizes, n === 0 ? 0 : 1);
    return cut(x, dim, evenSizes(n, sizeOrSizes));
  }
  if (!Array.isArray(sizeOrSizes)) {
    throw new ArgumentError(
      `split: give a size or an array of sizes, got ${describe(sizeOrSizes)}`,
    );
  }
  const sizes: readonly number[] = sizeOrSizes;
  for (const size of sizes) checkCount('split', 'a size', size, 0);
  if (sizes.reduce((a, b) => a + b, 0) !== n) {
    throw new ShapeError(
      `split: the sizes [${sizes.join(', ')}] must add up to ${n}, the size of dimension ${dim}`,
    );
  }
  return cut(x, dim, sizes);
}

/** No dimension is longer. */
const MOST = 2 ** 31 - 1;
/** Parts to ask for: more could not be listed. */
const MOST_LISTED = 2 ** 24;

function checkCount(where: string, what: string, count: unknown, least: number, most = MOST): void {
  if (typeof count === 'number' && Number.isInteger(count) && count >= least) {
    if (count <= most) return;
    throw new SizeError(`${where}: ${what} is ${count}, more than the ${most} that can be had`);
  }
  throw new ArgumentError(
    `${where}: ${what} must be a whole number from ${least}, got ${describe(count)}`,
  );
}

function evenSizes(n: number, size: number): number[] {
  if (n === 0) return [0];
  return Array.from({ length: Math.ceil(n / size) }, (_, k) => Math.min(size, n - k * size));
}

/**
 * At most `chunks` parts of equal size; the last may be smaller. Source: `torch.chunk`.
 *
 * ```ts
 * chunk(tensor([1, 2, 3]), 2).map(part => part.toArray()); // [[1, 2], [3]]
 * ```
 */
export function chunk<A extends Operand>(
  x: A,
  chunks: number,
  options?: SplitOptions,
): TensorOr<A>[] {
  const dim = checkedDim('chunk', x, options);
  checkCount('chunk', 'the number of chunks', chunks, 1, MOST_LISTED);
  const n = shapeOf(x)[dim] as number;
  // Parts of nothing: as many as asked for.
  const sizes = n === 0 ? new Array<number>(chunks).fill(0) : evenSizes(n, Math.ceil(n / chunks));
  return cut(x, dim, sizes);
}

/**
 * A number of parts whose sizes differ by at most 1, or parts that end before the given indices. Source: `torch.tensor_split`.
 *
 * ```ts
 * tensorSplit(tensor([1, 2, 3]), 2).map(part => part.toArray()); // [[1, 2], [3]]
 * tensorSplit(tensor([1, 2, 3]), [1]).map(part => part.toArray()); // [[1], [2, 3]]
 * ```
 */
export function tensorSplit<A extends Operand>(
  x: A,
  countOrIndices: number | readonly number[],
  options?: SplitOptions,
): TensorOr<A>[] {
  const dim = checkedDim('tensorSplit', x, options);
  const n = shapeOf(x)[dim] as number;
  if (typeof countOrIndices === 'number') {
    const count = countOrIndices;
    checkCount('tensorSplit', 'the number of parts', count, 1, MOST_LISTED);
    const size = (k: number): number => Math.floor(n / count) + (k < n % count ? 1 : 0);
    const sizes = Array.from({ length: count }, (_, k) => size(k));
    return cut(x, dim, sizes);
  }
  if (!Array.isArray(countOrIndices)) {
    throw new ArgumentError(
      `tensorSplit: give a number of parts or an array of indices, got ${describe(countOrIndices)}`,
    );
  }
  const indices: readonly number[] = countOrIndices;
  const shape = shapeOf(x);
  return [...indices, n].map((end, k) => {
    const range = { start: k === 0 ? 0 : (indices[k - 1] as number), end };
    const { start, length } = sliceRange('tensorSplit', n, range);
    return sliceBy(x, along(shape, dim, start, length));
  });
}

/**
 * The parts at each index of a dimension, which they lack. Source: `torch.unbind`.
 *
 * ```ts
 * unbind(tensor([[1, 2], [3, 4]])).map(row => row.toArray()); // [[1, 2], [3, 4]]
 * ```
 */
export function unbind<A extends Operand>(x: A, options?: SplitOptions): TensorOr<A>[] {
  const dim = checkedDim('unbind', x, options);
  return Array.from({ length: shapeOf(x)[dim] as number }, (_, k) => select(x, dim, k));
}

// Not chunk: so the engine calls the part of the tape that a tensor is on.
export const splitMethods = methods({ split, tensorSplit, unbind });

const of = (...shape: number[]) => ({ shape });

describeOps({
  split: {
    about: 'Parts of one size, or of the sizes given.',
    torch: 'torch.split',
    samples: [
      { inputs: [of(5)], call: x => last(split(x, 2)) },
      { inputs: [of(2, 3)], call: x => last(split(x, [1, 0, 2], { dim: -1 })) },
      { inputs: [of(0, 2)], call: x => last(split(x, 2)) },
    ],
  },
  chunk: {
    about: 'At most so many parts of equal size.',
    torch: 'torch.chunk',
    samples: [{ inputs: [of(2, 5)], call: x => last(chunk(x, 2, { dim: 1 })) }],
  },
  tensorSplit: {
    about: 'Parts whose sizes differ by at most 1, or that end before given indices.',
    torch: 'torch.tensor_split',
    samples: [
      { inputs: [of(5)], call: x => last(tensorSplit(x, 2)) },
      { inputs: [of(2, 4)], call: x => last(tensorSplit(x, [-3, 3], { dim: 1 })) },
    ],
  },
  unbind: {
    about: 'The parts at each index of a dimension.',
    torch: 'torch.unbind',
    samples: [{ inputs: [of(2, 3)], call: x => last(unbind(x, { dim: -1 })) }],
  },
});

function last<T>(parts: readonly T[]): T {
  return parts.at(-1) as T;
}
