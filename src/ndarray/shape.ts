// Shapes: sizes, broadcasting, dimensions counted from the end.

import { bytesOf, type DType } from './dtype.ts';
import { IndexError, ShapeError, SizeError, showShape } from './errors.ts';

/** Sizes of the dimensions; [] is a single number. */
export type Shape = readonly number[];

/** Indices are 32-bit in the kernels and in WebAssembly. */
const MOST = 2 ** 31 - 1;

/** Number of elements. Throws SizeError beyond 2³¹ − 1. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const n of shape) size *= n;
  if (size > MOST) {
    throw new SizeError(
      `an array of shape ${showShape(shape)} has ${size} elements, more than the 2³¹ − 1 that can be indexed; ` +
        'work on parts of it',
    );
  }
  return size;
}

/** PyTorch's bound, too; code may recurse over dimensions. */
export const MOST_DIMENSIONS = 64;

/** Throws unless this is a list of sizes. */
export function checkShape(where: string, shape: unknown): asserts shape is Shape {
  if (!Array.isArray(shape)) {
    throw new ShapeError(`${where}: the shape must be an array of sizes such as [2, 3]`);
  }
  if (shape.length > MOST_DIMENSIONS) {
    throw new ShapeError(`${where}: a tensor can have at most ${MOST_DIMENSIONS} dimensions`);
  }
  for (const n of shape as unknown[]) {
    if (typeof n !== 'number' || !Number.isInteger(n) || n < 0) {
      throw new ShapeError(
        `${where}: the sizes of a shape must be whole numbers from 0, got ${String(n)} in ${showShape(shape)}`,
      );
    }
  }
  sizeOf(shape);
}

/** Number of elements. Throws SizeError where one piece of memory cannot hold them. */
export function checkBytes(shape: Shape, dtype: DType): number {
  const size = sizeOf(shape);
  const bytes = size * bytesOf(dtype);
  if (bytes > 2 ** 32) {
    throw new SizeError(
      `a ${dtype} array of shape ${showShape(shape)} takes ${(bytes / 2 ** 30).toFixed(1)} GiB, more than one array can hold`,
    );
  }
  return size;
}

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false;
  return true;
}

/**
 * The shape to which all of these stretch: aligned at the end, sizes must be equal or 1. Source: NumPy's broadcasting.
 * @throws ShapeError naming `where` and the shapes.
 */
export function broadcastShapes(where: string, shapes: readonly Shape[]): Shape {
  const [first = []] = shapes;
  if (shapes.every(shape => sameShape(shape, first))) return first;
  const rank = Math.max(...shapes.map(shape => shape.length));
  const result: number[] = new Array(rank).fill(1);
  for (const shape of shapes) {
    const shift = rank - shape.length;
    for (let k = 0; k < shape.length; k++) {
      const n = shape[k] as number;
      const m = result[shift + k] as number;
      if (n === m || n === 1) continue;
      if (m !== 1) {
        throw new ShapeError(
          `${where}: shapes ${shapes.map(showShape).join(' and ')} do not broadcast: ` +
            `at dimension ${k - shape.length} the sizes are ${m} and ${n}, and neither is 1; reshape or expand one of them`,
        );
      }
      result[shift + k] = n;
    }
  }
  sizeOf(result);
  return result;
}

/** Dimension `dim` of `rank`, counted from the end where negative. A 0-d array counts as having one. */
export function dimension(where: string, dim: unknown, rank: number): number {
  const bound = Math.max(rank, 1);
  if (typeof dim !== 'number' || !Number.isInteger(dim)) {
    throw new IndexError(`${where}: a dimension must be a whole number, got ${String(dim)}`);
  }
  if (dim < -bound || dim >= bound) {
    throw new IndexError(
      `${where}: dimension ${dim} is out of range for ${rank} dimension${rank === 1 ? '' : 's'}; ` +
        `use ${-bound} to ${bound - 1}`,
    );
  }
  return dim < 0 ? dim + bound : dim;
}

/** Several dimensions, distinct; undefined and [] mean all. In ascending order. */
export function dimensions(where: string, dims: unknown, rank: number): number[] {
  if (dims === undefined || dims === null || (Array.isArray(dims) && dims.length === 0)) {
    return Array.from({ length: rank }, (_, k) => k);
  }
  const list = (Array.isArray(dims) ? dims : [dims]).map(dim => dimension(where, dim, rank));
  if (new Set(list).size !== list.length) {
    throw new IndexError(`${where}: dimension given twice in [${String(dims)}]`);
  }
  return rank === 0 ? [] : list.sort((a, b) => a - b);
}

/** Strides, in elements, of an array of this shape without gaps. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let k = shape.length - 1; k >= 0; k--) {
    strides[k] = step;
    step *= Math.max(shape[k] as number, 1);
  }
  return strides;
}
