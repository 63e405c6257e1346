// What everything that makes a tensor takes: an element type, whether a gradient is wanted, a name.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import { leafTensor, type Tensor } from '../autograd/tensor.ts';
import type { NDArray } from '../ndarray/array.ts';
import { type DType, isDType, isFloat } from '../ndarray/dtype.ts';
import { DTypeError } from '../ndarray/errors.ts';

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
