// Tensors from data: nested arrays, typed arrays, numbers.

import { ArgumentError, describe } from '../autograd/errors.ts';
import { type Nested, Tensor } from '../autograd/tensor.ts';
import { fromData, type NDArray } from '../ndarray/array.ts';
import { type DType, newData, type TypedArray } from '../ndarray/dtype.ts';
import { ShapeError } from '../ndarray/errors.ts';
import { checkShape, MOST_DIMENSIONS, type Shape, sizeOf } from '../ndarray/shape.ts';
import { checkTensorOptions, makeLeaf, type TensorOptions } from './tensor-options.ts';

/**
 * Makes a tensor from nested arrays, a typed array or a number. Numbers give float32, booleans bool; a typed array keeps its
 * type and is copied. Source: `torch.tensor`.
 *
 * ```ts
 * const x = tensor([[1, 2], [3, 4]], { requiresGrad: true, name: 'x' });
 * x.shape; // [2, 2]
 * x.mul(x).sum().backward();
 * x.grad?.toArray(); // [[2, 4], [6, 8]]
 * ```
 * @throws ShapeError where rows differ in length, ArgumentError for anything but numbers and booleans.
 */
export function tensor(
  data: Nested | TypedArray | Tensor,
  options?: TensorOptions & { shape?: Shape },
): Tensor {
  checkTensorOptions('tensor', options, ['shape']);
  const array = arrayFrom(data, options?.dtype);
  if (options?.shape === undefined) return makeLeaf('tensor', array, options);
  checkShape('tensor', options.shape);
  if (sizeOf(options.shape) !== array.size) {
    throw new ShapeError(
      `tensor: ${array.size} elements do not fill the shape [${options.shape.join(', ')}]`,
    );
  }
  return makeLeaf('tensor', fromData(array.data, [...options.shape], array.dtype), options);
}

function arrayFrom(data: unknown, dtype: DType | undefined): NDArray {
  if (data instanceof Tensor) {
    const { data: elements, shape } = data;
    return fromData(converted(elements, dtype ?? data.dtype), shape, dtype ?? data.dtype);
  }
  const own = ownType(data);
  if (own !== undefined) {
    const typed = data as TypedArray;
    return fromData(converted(typed, dtype ?? own), [typed.length], dtype ?? own);
  }
  if (ArrayBuffer.isView(data)) {
    throw new ArgumentError(
      `tensor: ${describe(data)} is no Float32Array, Float64Array, Int32Array or Uint8Array; convert it first`,
    );
  }
  return fromNested(data, dtype);
}

function ownType(data: unknown): DType | undefined {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Float64Array) return 'float64';
  if (data instanceof Int32Array) return 'int32';
  // Bytes are integers; bool only where it is asked for.
  return data instanceof Uint8Array ? 'int32' : undefined;
}

function converted(from: ArrayLike<number>, dtype: DType): TypedArray {
  const data = newData(dtype, from.length);
  if (dtype === 'bool') for (let k = 0; k < data.length; k++) data[k] = from[k] !== 0 ? 1 : 0;
  else data.set(from);
  if (dtype === 'int32' && !(from instanceof Int32Array || from instanceof Uint8Array)) {
    for (let k = 0; k < data.length; k++) checkWhole('tensor', from[k] as number);
  }
  return data;
}

/** Throws where a number does not fit int32, even with its fraction cut off. */
export function checkWhole(where: string, x: number): void {
  if (x > -(2 ** 31) - 1 && x < 2 ** 31) return;
  throw new ArgumentError(`${where}: int32 does not hold ${x}; choose { dtype: 'float64' }`);
}

function fromNested(data: unknown, dtype: DType | undefined): NDArray {
  const shape: number[] = [];
  for (let level: unknown = data; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
    // Also where an array holds itself.
    if (shape.length > MOST_DIMENSIONS) break;
  }
  checkShape('tensor', shape);
  const numbers: number[] = [];
  let booleans = 0;
  const fill = (level: unknown, dim: number): void => {
    if (dim === shape.length) {
      if (typeof level === 'boolean') booleans++;
      else if (typeof level !== 'number') throw notNumbers(level);
      numbers.push(Number(level));
      return;
    }
    if (!Array.isArray(level) || level.length !== shape[dim]) throw uneven(level, dim, shape);
    for (const part of level) fill(part, dim + 1);
  };
  fill(data, 0);
  const natural = booleans > 0 && booleans === numbers.length ? 'bool' : 'float32';
  const type = dtype ?? natural;
  return fromData(converted(numbers, type), shape, type);
}

function notNumbers(got: unknown): Error {
  if (Array.isArray(got))
    return new ShapeError('tensor: some places hold an array where others hold a number');
  return new ArgumentError(`tensor: the data must be numbers or booleans, got ${describe(got)}`);
}

function uneven(got: unknown, dim: number, shape: Shape): Error {
  const length = Array.isArray(got) ? `one of ${got.length}` : describe(got);
  return new ShapeError(
    `tensor: at depth ${dim} there is an array of ${shape[dim]} and ${length}; all rows must have the same length`,
  );
}
