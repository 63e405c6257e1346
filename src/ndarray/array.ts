// The plain n-dimensional array: memory, and how indices map to it. Knows no gradient. Views share memory.

import { noteBorn } from './arena.ts';
import { type DType, newData, type TypedArray } from './dtype.ts';
import { ShapeError, SizeError, showShape } from './errors.ts';
import { takeFree } from './pool.ts';
import { checkBytes, contiguousStrides, type Shape, sameShape, sizeOf } from './shape.ts';

/** Memory that arrays share. The version counts in-place changes, so that a graph can tell that one came in between. */
export class Storage {
  declare readonly data: TypedArray;
  version = 0;

  constructor(data: TypedArray) {
    this.data = data;
  }
}

/** An array: element (i, j, …) is `data[offset + i·strides[0] + j·strides[1] + …]`. Strides may be 0 (a stretched view). */
export class NDArray {
  declare readonly storage: Storage;
  declare readonly dtype: DType;
  declare readonly shape: Shape;
  declare readonly strides: readonly number[];
  declare readonly offset: number;
  /** Number of elements. */
  declare readonly size: number;
  /** Elements follow each other without gaps, in order. */
  declare readonly contiguous: boolean;

  constructor(
    storage: Storage,
    dtype: DType,
    shape: Shape,
    strides: readonly number[],
    offset: number,
  ) {
    this.storage = storage;
    this.dtype = dtype;
    this.shape = shape;
    this.strides = strides;
    this.offset = offset;
    this.size = sizeOf(shape);
    this.contiguous = isContiguous(shape, strides);
  }

  /** The memory, which other views may share. */
  get data(): TypedArray {
    return this.storage.data;
  }

  get rank(): number {
    return this.shape.length;
  }

  /** A view of the same memory. */
  view(shape: Shape, strides: readonly number[], offset: number = this.offset): NDArray {
    return new NDArray(this.storage, this.dtype, shape, strides, offset);
  }

  /** The only element. */
  item(): number {
    return this.data[this.offset] as number;
  }
}

function isContiguous(shape: Shape, strides: readonly number[]): boolean {
  let step = 1;
  for (let k = shape.length - 1; k >= 0; k--) {
    const n = shape[k] as number;
    if (n === 0) return true;
    if (n !== 1 && strides[k] !== step) return false;
    step *= n;
  }
  return true;
}

/** An array of zeros. @throws SizeError where the memory cannot be had. */
export function zeros(shape: Shape, dtype: DType): NDArray {
  const size = checkBytes(shape, dtype);
  const free = takeFree(dtype, size);
  return own(free?.fill(0) ?? fresh(shape, dtype, size), shape, dtype);
}

/** An array with arbitrary contents, for kernels that write every element. @throws SizeError as {@link zeros}. */
export function allocate(shape: Shape, dtype: DType): NDArray {
  const size = checkBytes(shape, dtype);
  return own(takeFree(dtype, size) ?? fresh(shape, dtype, size), shape, dtype);
}

function own(data: TypedArray, shape: Shape, dtype: DType): NDArray {
  const array = fromData(data, shape, dtype);
  noteBorn(array.storage);
  return array;
}

function fresh(shape: Shape, dtype: DType, size: number): TypedArray {
  try {
    return newData(dtype, size);
  } catch (error) {
    throw new SizeError(
      `no memory for a ${dtype} array of shape ${showShape(shape)} (${size} elements)`,
      { cause: error },
    );
  }
}

/** An array over existing memory, in order. */
export function fromData(data: TypedArray, shape: Shape, dtype: DType): NDArray {
  return new NDArray(new Storage(data), dtype, shape, contiguousStrides(shape), 0);
}

/** An array with the same number everywhere. */
export function filled(shape: Shape, value: number, dtype: DType): NDArray {
  const array = allocate(shape, dtype);
  array.data.fill(dtype === 'bool' ? Number(value !== 0) : value);
  return array;
}

/** A single number as an array. */
export function scalarArray(value: number, dtype: DType): NDArray {
  const array = zeros([], dtype);
  array.data[0] = value;
  return array;
}

/** A stretched view: sizes of 1 repeat without a copy. @throws ShapeError naming `where`. */
export function broadcastTo(array: NDArray, shape: Shape, where = 'expand'): NDArray {
  if (sameShape(array.shape, shape)) return array;
  const shift = shape.length - array.shape.length;
  const fits =
    shift >= 0 && array.shape.every((n, k) => n === 1 || n === (shape[shift + k] as number));
  if (!fits) {
    throw new ShapeError(
      `${where}: shape ${showShape(array.shape)} does not stretch to ${showShape(shape)}; ` +
        'sizes, aligned at the end, must be equal or 1',
    );
  }
  const strides = shape.map((n, k) => {
    const own = k - shift;
    return own < 0 || (array.shape[own] === 1 && n !== 1) ? 0 : (array.strides[own] as number);
  });
  return array.view(shape, strides);
}
