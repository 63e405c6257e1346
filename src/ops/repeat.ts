// The same elements several times, in rotation, or as the coordinates of a grid: made of the simpler movements.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { constantTensor, Tensor } from '../autograd/tensor.ts';
import { allocate } from '../ndarray/array.ts';
import { IndexError, ShapeError, showShape } from '../ndarray/errors.ts';
import { checkShape, dimension, dimensions, type Shape } from '../ndarray/shape.ts';
import { along } from '../ndarray/view.ts';
import { indexSelect } from './gather.ts';
import { cat } from './join.ts';
import { flatten } from './movement.ts';
import { expand, reshape, transpose } from './reshape.ts';
import { flip, sliceBy } from './slice.ts';
import { describeOps, methods, shapeOf, type TensorOr } from './structured.ts';

/** Throws unless these are whole numbers from 0. */
function checkRepeats(where: string, repeats: unknown): asserts repeats is readonly number[] {
  if (Array.isArray(repeats) && repeats.every(n => Number.isInteger(n) && n >= 0)) return;
  const got = Array.isArray(repeats) ? `[${repeats.join(', ')}]` : describe(repeats);
  throw new ArgumentError(
    `${where}: give whole numbers from 0, one for each dimension, got ${got}`,
  );
}

/**
 * The whole tensor several times along each dimension, as tiles; more numbers than dimensions add dimensions in front.
 * Source: `torch.Tensor.repeat`.
 *
 * ```ts
 * repeat(tensor([1, 2]), [2, 2]).toArray(); // [[1, 2, 1, 2], [1, 2, 1, 2]]
 * ```
 * @throws ShapeError where there are fewer numbers than dimensions.
 */
export function repeat<A extends Operand>(x: A, repeats: readonly number[]): TensorOr<A> {
  checkRepeats('repeat', repeats);
  const shape = shapeOf(x);
  const added = repeats.length - shape.length;
  if (added < 0) {
    throw new ShapeError(
      `repeat: ${showShape(repeats)} has fewer numbers than shape ${showShape(shape)} has dimensions`,
    );
  }
  const from = [...new Array<number>(added).fill(1), ...shape];
  // A dimension of size 1 before each is stretched, and joined with it.
  const result = from.map((n, k) => n * (repeats[k] as number));
  checkShape('repeat', result);
  const apart = reshape(
    x,
    from.flatMap(n => [1, n]),
  );
  const stretched = expand(
    apart,
    from.flatMap((n, k) => [repeats[k] as number, n]),
  );
  return reshape(stretched, result) as TensorOr<A>;
}

/**
 * The whole tensor several times along each dimension, as tiles; missing numbers, in front, are 1. Source: `torch.tile`.
 *
 * ```ts
 * tile(tensor([[1], [2]]), [2]).toArray(); // [[1, 1], [2, 2]]
 * ```
 */
export function tile<A extends Operand>(x: A, dims: readonly number[]): TensorOr<A> {
  checkRepeats('tile', dims);
  const missing = Math.max(0, shapeOf(x).length - dims.length);
  return repeat(x, [...new Array<number>(missing).fill(1), ...dims]);
}

/** Options of {@link repeatInterleave}. */
export interface RepeatInterleaveOptions {
  /** The dimension; that of the flattened tensor unless given. */
  dim?: number;
}

/**
 * Each element (or row, column … along `dim`) `repeats` times in a row; an array or an int32 tensor gives each a number of its
 * own. Source: `torch.repeat_interleave`.
 *
 * ```ts
 * repeatInterleave(tensor([1, 2]), 2).toArray(); // [1, 1, 2, 2]
 * repeatInterleave(tensor([1, 2, 3]), [2, 0, 1]).toArray(); // [1, 1, 3]
 * ```
 * @throws ArgumentError unless the numbers are whole ones from 0, ShapeError where there is not one for each element.
 */
export function repeatInterleave<A extends Operand>(
  x: A,
  repeats: number | readonly number[] | Tensor,
  options?: RepeatInterleaveOptions,
): TensorOr<A> {
  checkOptions('repeatInterleave', options, ['dim']);
  if (options?.dim === undefined) return interleaved(flatten(x), 0, repeats) as TensorOr<A>;
  const rank = shapeOf(x).length;
  const dim = dimension('repeatInterleave', options.dim, rank);
  return interleaved(rank === 0 ? flatten(x) : x, dim, repeats) as TensorOr<A>;
}

function interleaved(
  x: Operand,
  dim: number,
  repeats: number | readonly number[] | Tensor,
): Operand {
  const shape = shapeOf(x);
  const n = shape[dim] as number;
  if (typeof repeats === 'number') {
    checkRepeats('repeatInterleave', [repeats]);
    const result = shape.with(dim, n * repeats);
    checkShape('repeatInterleave', result);
    const apart = reshape(x, shape.toSpliced(dim + 1, 0, 1));
    return reshape(expand(apart, shape.toSpliced(dim + 1, 0, repeats)), result);
  }
  const counts = repeats instanceof Tensor ? countsOf(repeats) : repeats;
  checkRepeats('repeatInterleave', counts);
  if (counts.length !== n) {
    throw new ShapeError(
      `repeatInterleave: ${counts.length} numbers for dimension ${dim} of ${showShape(shape)}; give one for each of ${n}`,
    );
  }
  const total = counts.reduce((a, b) => a + b, 0);
  checkShape('repeatInterleave', shape.with(dim, total));
  const places = allocate([total], 'int32');
  let at = 0;
  counts.forEach((count, k) => {
    places.data.fill(k, at, at + count);
    at += count;
  });
  return indexSelect(x, dim, constantTensor(places));
}

function countsOf(repeats: Tensor): number[] {
  if (repeats.dtype === 'int32' && repeats.ndim === 1) return [...repeats.data];
  throw new ArgumentError(
    `repeatInterleave: the numbers must be an int32 vector, got ${repeats.dtype} ${showShape(repeats.shape)}`,
  );
}

/** Options of {@link roll}. */
export interface RollOptions {
  /** The dimensions to roll along, one for each shift; the flattened tensor unless given. */
  dims?: number | readonly number[];
}

/**
 * The elements shifted along dimensions; what leaves at one end comes back at the other. Source: `torch.roll`.
 *
 * ```ts
 * roll(tensor([1, 2, 3, 4]), 1).toArray(); // [4, 1, 2, 3]
 * ```
 * @throws ArgumentError where the numbers of shifts and dimensions differ.
 */
export function roll<A extends Operand>(
  x: A,
  shifts: number | readonly number[],
  options?: RollOptions,
): TensorOr<A> {
  checkOptions('roll', options, ['dims']);
  const shape = shapeOf(x);
  const list = checkShifts(shifts);
  const { dims } = options ?? {};
  if (dims === undefined) {
    if (list.length !== 1) {
      throw new ArgumentError(`roll: ${list.length} shifts need as many dims`);
    }
    return reshape(rolled(flatten(x), 0, list[0] as number), shape) as TensorOr<A>;
  }
  const places = (Array.isArray(dims) ? dims : [dims]).map(dim =>
    dimension('roll', dim, shape.length),
  );
  if (places.length !== list.length) {
    throw new ArgumentError(`roll: ${list.length} shifts do not go with ${places.length} dims`);
  }
  if (shape.length === 0) return reshape(x, shape);
  return places.reduce<Operand>((y, dim, k) => rolled(y, dim, list[k] as number), x) as TensorOr<A>;
}

function checkShifts(shifts: number | readonly number[]): readonly number[] {
  const list: readonly number[] = Array.isArray(shifts) ? shifts : [shifts];
  for (const shift of list) {
    if (!Number.isSafeInteger(shift)) {
      throw new ArgumentError(`roll: a shift must be a whole number, got ${describe(shift)}`);
    }
  }
  return list;
}

function rolled(x: Operand, dim: number, shift: number): Operand {
  const shape = shapeOf(x);
  const n = shape[dim] as number;
  const moved = n === 0 ? 0 : ((shift % n) + n) % n;
  if (moved === 0) return reshape(x, shape);
  const end = sliceBy(x, along(shape, dim, n - moved, moved));
  return cat([end, sliceBy(x, along(shape, dim, 0, n - moved))], { dim });
}

/** Options of {@link rot90}. */
export interface Rot90Options {
  /** How many quarter turns, from the first dimension towards the second; 1 unless given. */
  k?: number;
  /** The plane to turn in; [0, 1] unless given. */
  dims?: readonly number[];
}

/**
 * Quarter turns in the plane of two dimensions. Source: `torch.rot90`.
 *
 * ```ts
 * rot90(tensor([[1, 2], [3, 4]])).toArray(); // [[2, 4], [1, 3]]
 * ```
 * @throws IndexError unless `dims` are two different dimensions.
 */
export function rot90<A extends Operand>(x: A, options?: Rot90Options): TensorOr<A> {
  checkOptions('rot90', options, ['k', 'dims']);
  const { k = 1, dims = [0, 1] } = options ?? {};
  if (!Number.isSafeInteger(k)) {
    throw new ArgumentError(`rot90: k must be a whole number of quarter turns, got ${describe(k)}`);
  }
  const rank = shapeOf(x).length;
  if (!Array.isArray(dims) || dims.length !== 2 || dimensions('rot90', dims, rank).length !== 2) {
    throw new IndexError(`rot90: dims must be two different dimensions, got ${describe(dims)}`);
  }
  const [a = 0, b = 0] = dims.map(dim => dimension('rot90', dim, rank));
  const turns = ((k % 4) + 4) % 4;
  if (turns === 1) return flip(transpose(x, a, b), a) as TensorOr<A>;
  if (turns === 2) return flip(x, [a, b]);
  return (turns === 3 ? flip(transpose(x, a, b), b) : reshape(x, shapeOf(x))) as TensorOr<A>;
}

/** Options of {@link meshgrid}. */
export interface MeshgridOptions {
  /** 'ij' (rows first, unless said otherwise) or 'xy' (the first two dimensions of the results swapped). */
  indexing?: 'ij' | 'xy';
}

/**
 * The coordinates of a grid: result k has the elements of vector k along dimension k, repeated along the others. Views without
 * copies. Source: `torch.meshgrid`.
 *
 * ```ts
 * meshgrid([tensor([1, 2]), tensor([3, 4])]).map(x => x.toArray()); // [[[1, 1], [2, 2]], [[3, 4], [3, 4]]]
 * ```
 * @throws ShapeError for tensors of more than one dimension.
 */
export function meshgrid<A extends Operand>(
  tensors: readonly A[],
  options?: MeshgridOptions,
): TensorOr<A>[] {
  checkOptions('meshgrid', options, ['indexing']);
  const { indexing = 'ij' } = options ?? {};
  if (indexing !== 'ij' && indexing !== 'xy') {
    throw new ArgumentError(`meshgrid: indexing must be 'ij' or 'xy', got ${describe(indexing)}`);
  }
  if (!Array.isArray(tensors) || tensors.length === 0) {
    throw new ArgumentError(`meshgrid: give tensors as an array, got ${describe(tensors)}`);
  }
  const sizes = tensors.map(x => lengthOf(shapeOf(x)));
  const swapped = indexing === 'xy' && sizes.length > 1;
  const place = (k: number): number => (swapped && k < 2 ? 1 - k : k);
  const grid = sizes.map((_, k) => sizes[place(k)] as number);
  checkShape('meshgrid', grid);
  return tensors.map((x, k) => {
    const own = grid.map((n, dim) => (dim === place(k) ? n : 1));
    return expand(reshape(x as Operand, own), grid);
  }) as TensorOr<A>[];
}

function lengthOf(shape: Shape): number {
  if (shape.length <= 1) return shape[0] ?? 1;
  throw new ShapeError(`meshgrid: takes vectors, got a tensor of shape ${showShape(shape)}`);
}

export const repeatMethods = methods({ repeat, tile, repeatInterleave, roll, rot90 });

const of = (...shape: number[]) => ({ shape });

describeOps({
  repeat: {
    about: 'The whole tensor several times along each dimension.',
    torch: 'torch.Tensor.repeat',
    samples: [
      { inputs: [of(2, 3)], call: x => repeat(x, [2, 1]) },
      { inputs: [of(2)], call: x => repeat(x, [2, 2]) },
      { inputs: [of()], call: x => repeat(x, [3]) },
      { inputs: [of(2)], call: x => repeat(x, [0]) },
    ],
  },
  tile: {
    about: 'The whole tensor several times; missing numbers are 1.',
    torch: 'torch.tile',
    samples: [{ inputs: [of(2, 2)], call: x => tile(x, [2]) }],
  },
  repeatInterleave: {
    about: 'Each element several times in a row.',
    torch: 'torch.repeat_interleave',
    samples: [
      { inputs: [of(2, 2)], call: x => repeatInterleave(x, 2) },
      { inputs: [of(2, 2)], call: x => repeatInterleave(x, 2, { dim: -2 }) },
      { inputs: [of(2, 3)], call: x => repeatInterleave(x, [2, 0, 1], { dim: 1 }) },
      { inputs: [of()], call: x => repeatInterleave(x, 2) },
    ],
  },
  roll: {
    about: 'Elements shifted along dimensions, round the end.',
    torch: 'torch.roll',
    samples: [
      { inputs: [of(2, 3)], call: x => roll(x, -2) },
      { inputs: [of(2, 3)], call: x => roll(x, [1, 4], { dims: [0, -1] }) },
      { inputs: [of(0, 2)], call: x => roll(x, 1, { dims: 0 }) },
      { inputs: [of()], call: x => roll(x, 1) },
    ],
  },
  rot90: {
    about: 'Quarter turns in the plane of two dimensions.',
    torch: 'torch.rot90',
    samples: [
      { inputs: [of(2, 3)], call: x => rot90(x) },
      { inputs: [of(1, 2, 3)], call: x => rot90(x, { k: -1, dims: [-1, 1] }) },
      { inputs: [of(2, 3)], call: x => rot90(x, { k: 2 }) },
    ],
  },
  meshgrid: {
    about: 'The coordinates of a grid.',
    torch: 'torch.meshgrid',
    samples: [
      { inputs: [of(2), of(3)], call: (x, y) => meshgrid([x, y])[1] as Tensor },
      { inputs: [of(2), of()], call: (x, y) => meshgrid([x, y], { indexing: 'xy' })[0] as Tensor },
    ],
  },
});
