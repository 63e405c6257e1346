// Making tensors: from data, filled with one number, in even steps.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import { leafTensor, type Nested, Tensor } from '../autograd/tensor.ts';
import { filled, fromData, type NDArray, zeros as zeroArray } from '../ndarray/array.ts';
import { type DType, isDType, isFloat, newData, type TypedArray } from '../ndarray/dtype.ts';
import { DTypeError, ShapeError } from '../ndarray/errors.ts';
import { checkShape, type Shape, sizeOf } from '../ndarray/shape.ts';

/** Options of everything that makes a tensor. */
export interface TensorOptions {
  /** Element type; float32 unless said otherwise (for data: what the data is). */
  dtype?: DType;
  /** Whether gradients are wanted; false unless said otherwise. Floats only. */
  requiresGrad?: boolean;
  /** Shown in derivations, traces and the viewer. */
  name?: string;
}

const OPTIONS = ['dtype', 'requiresGrad', 'name'] as const;

/** Checks the options of a function that makes a tensor; `more` names further options that it takes. */
export function checkTensorOptions(
  where: string,
  options: object | undefined,
  more: readonly string[] = [],
): void {
  checkOptions(where, options, [...OPTIONS, ...more]);
  const { dtype, requiresGrad } = (options ?? {}) as TensorOptions;
  if (dtype !== undefined && !isDType(dtype)) {
    throw new ArgumentError(
      `${where}: the dtype must be float32, float64, int32 or bool, got ${describe(dtype)}`,
    );
  }
  if (requiresGrad !== undefined && typeof requiresGrad !== 'boolean') {
    throw new ArgumentError(
      `${where}: requiresGrad must be true or false, got ${describe(requiresGrad)}`,
    );
  }
}

/** A leaf over an array, with the options applied. */
export function makeLeaf(where: string, array: NDArray, options: TensorOptions = {}): Tensor {
  const { requiresGrad = false, name } = options;
  if (requiresGrad && !isFloat(array.dtype)) {
    throw new DTypeError(
      `${where}: only float32 and float64 tensors can require a gradient, not ${array.dtype}`,
    );
  }
  const leaf = leafTensor(array, requiresGrad);
  return name === undefined ? leaf : leaf.named(name);
}

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
  return data;
}

function fromNested(data: unknown, dtype: DType | undefined): NDArray {
  const shape: number[] = [];
  for (let level: unknown = data; Array.isArray(level); level = level[0]) shape.push(level.length);
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

/**
 * A tensor filled with zeros. Source: `torch.zeros`.
 *
 * ```ts
 * zeros([2, 2]).toArray(); // [[0, 0], [0, 0]]
 * ```
 */
export function zeros(shape: Shape, options?: TensorOptions): Tensor {
  checkShape('zeros', shape);
  checkTensorOptions('zeros', options);
  return makeLeaf('zeros', zeroArray([...shape], options?.dtype ?? 'float32'), options);
}

/** A tensor filled with ones. Source: `torch.ones`. */
export function ones(shape: Shape, options?: TensorOptions): Tensor {
  return full(shape, 1, options);
}

/** A tensor filled with one number. Source: `torch.full`. */
export function full(shape: Shape, value: number, options?: TensorOptions): Tensor {
  checkShape('full', shape);
  checkTensorOptions('full', options);
  if (typeof value !== 'number') {
    throw new ArgumentError(`full: the value must be a number, got ${describe(value)}`);
  }
  return makeLeaf('full', filled([...shape], value, options?.dtype ?? 'float32'), options);
}
