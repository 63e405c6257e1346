// Tensors filled with one number, in even steps, and the identity matrix.

import { ArgumentError, describe } from '../autograd/errors.ts';
import { Tensor } from '../autograd/tensor.ts';
import { allocate, filled, type NDArray, zeros as zeroArray } from '../ndarray/array.ts';
import type { DType } from '../ndarray/dtype.ts';
import { SizeError } from '../ndarray/errors.ts';
import { checkShape, type Shape } from '../ndarray/shape.ts';
import { describeOps } from './structured.ts';
import { checkWhole } from './tensor.ts';
import { checkTensorOptions, makeLeaf, type TensorOptions } from './tensor-options.ts';

/**
 * A tensor filled with zeros. Source: `torch.zeros`.
 *
 * ```ts
 * zeros([2, 2]).toArray(); // [[0, 0], [0, 0]]
 * ```
 * @throws ShapeError for a size that is no whole number from 0, SizeError where the memory cannot be had.
 */
export function zeros(shape: Shape, options?: TensorOptions): Tensor {
  checkShape('zeros', shape);
  checkTensorOptions('zeros', options);
  return makeLeaf('zeros', zeroArray([...shape], options?.dtype ?? 'float32'), options);
}

/** A tensor filled with ones. Source: `torch.ones`. */
export function ones(shape: Shape, options?: TensorOptions): Tensor {
  return filledTensor('ones', shape, 1, options);
}

/**
 * A tensor filled with one number; of bool where it is true or false. Source: `torch.full`.
 *
 * ```ts
 * full([2], 0.5).toArray(); // [0.5, 0.5]
 * ```
 */
export function full(shape: Shape, value: number | boolean, options?: TensorOptions): Tensor {
  return filledTensor('full', shape, value, options);
}

function filledTensor(
  where: string,
  shape: Shape,
  value: number | boolean,
  options: TensorOptions | undefined,
): Tensor {
  checkShape(where, shape);
  checkTensorOptions(where, options);
  if (typeof value !== 'number' && typeof value !== 'boolean') {
    throw new ArgumentError(`${where}: the value must be a number, got ${describe(value)}`);
  }
  const dtype = options?.dtype ?? (typeof value === 'boolean' ? 'bool' : 'float32');
  if (dtype === 'int32') checkWhole(where, Number(value));
  return makeLeaf(where, filled([...shape], Number(value), dtype), options);
}

/**
 * Zeros with the shape and the element type of another tensor. Source: `torch.zeros_like`.
 *
 * ```ts
 * zerosLike(tensor([[1, 2]])).toArray(); // [[0, 0]]
 * ```
 */
export function zerosLike(x: Tensor, options?: TensorOptions): Tensor {
  checkLike('zerosLike', x);
  return zeros(x.shape, { dtype: x.dtype, ...options });
}

/** Ones with the shape and the element type of another tensor. Source: `torch.ones_like`. */
export function onesLike(x: Tensor, options?: TensorOptions): Tensor {
  checkLike('onesLike', x);
  return filledTensor('onesLike', x.shape, 1, { dtype: x.dtype, ...options });
}

/** One number everywhere, with the shape and the element type of another tensor. Source: `torch.full_like`. */
export function fullLike(x: Tensor, value: number | boolean, options?: TensorOptions): Tensor {
  checkLike('fullLike', x);
  return filledTensor('fullLike', x.shape, value, { dtype: x.dtype, ...options });
}

function checkLike(where: string, x: unknown): void {
  if (x instanceof Tensor) return;
  throw new ArgumentError(`${where}: the first argument must be a Tensor, got ${describe(x)}`);
}

/**
 * The numbers start, start + step, … before end. int32 where all three are whole numbers and no gradient is wanted, else float32.
 * Source: `torch.arange`.
 *
 * ```ts
 * arange(3).toArray(); // [0, 1, 2]
 * arange(1, 2, 0.25).toArray(); // [1, 1.25, 1.5, 1.75]
 * ```
 * @throws ArgumentError for a step of 0 or one that leads away from the end, SizeError for too many numbers.
 */
export function arange(end: number, options?: TensorOptions): Tensor;
export function arange(start: number, end: number, options?: TensorOptions): Tensor;
export function arange(start: number, end: number, step: number, options?: TensorOptions): Tensor;
export function arange(first: number, ...rest: (number | TensorOptions | undefined)[]): Tensor {
  const [numbers, options] = positional(rest, 2);
  const [start, end] = numbers.length === 0 ? [0, first] : [first, numbers[0] as number];
  const step = numbers[1] ?? 1;
  checkTensorOptions('arange', options);
  const given = [start, end, step];
  if (!given.every(Number.isFinite)) {
    throw new ArgumentError(`arange: start, end and step must be finite, got ${given.join(', ')}`);
  }
  if (step === 0 || (end - start) / step < 0) {
    throw new ArgumentError(`arange: steps of ${step} do not lead from ${start} to ${end}`);
  }
  const whole = given.every(Number.isInteger) && options?.requiresGrad !== true;
  const dtype = options?.dtype ?? (whole ? 'int32' : 'float32');
  const count = Math.ceil((end - start) / step);
  const last = start + Math.max(0, count - 1) * step;
  if (dtype === 'int32') for (const x of [start, last]) checkWhole('arange', x);
  return makeLeaf(
    'arange',
    sequence('arange', count, dtype, i => start + i * step),
    options,
  );
}

/** Splits what follows the first argument into at most `most` numbers and the options. */
function positional(
  rest: readonly (number | TensorOptions | undefined)[],
  most: number,
): [number[], TensorOptions | undefined] {
  const list = rest.slice(0, most + 1);
  while (list.length > 0 && list.at(-1) === undefined) list.pop();
  const last = list.at(-1);
  const options = typeof last === 'object' ? last : undefined;
  return [(options === undefined ? list : list.slice(0, -1)) as number[], options];
}

function sequence(where: string, n: number, dtype: DType, rule: (i: number) => number): NDArray {
  if (n > 2 ** 31 - 1) {
    throw new SizeError(`${where}: ${n} elements are more than the 2³¹ − 1 that can be indexed`);
  }
  const out = allocate([n], dtype);
  const { data } = out;
  const bool = dtype === 'bool';
  for (let i = 0; i < n; i++) data[i] = bool ? Number(rule(i) !== 0) : rule(i);
  return out;
}

/**
 * `steps` numbers from start to end, both included, at even distances. Source: `torch.linspace`.
 *
 * ```ts
 * linspace(0, 1, 5).toArray(); // [0, 0.25, 0.5, 0.75, 1]
 * ```
 * @throws ArgumentError unless start and end are numbers and `steps` is a whole number from 0.
 */
export function linspace(
  start: number,
  end: number,
  steps: number,
  options?: TensorOptions,
): Tensor {
  checkTensorOptions('linspace', options);
  if (typeof start !== 'number' || typeof end !== 'number') {
    throw new ArgumentError(
      `linspace: start and end must be numbers, got ${describe(start)} and ${describe(end)}`,
    );
  }
  if (!Number.isInteger(steps) || steps < 0) {
    throw new ArgumentError(
      `linspace: steps must be a whole number from 0, got ${describe(steps)}`,
    );
  }
  const dtype = options?.dtype ?? 'float32';
  if (dtype === 'int32') for (const x of [start, end]) checkWhole('linspace', x);
  // From the nearer end, so that both are met exactly.
  const step = steps > 1 ? (end - start) / (steps - 1) : 0;
  const at = (i: number): number =>
    i < steps / 2 ? start + i * step : end - (steps - 1 - i) * step;
  return makeLeaf('linspace', sequence('linspace', steps, dtype, at), options);
}

/**
 * The matrix of n rows and m columns (n unless given) with ones on the main diagonal. Source: `torch.eye`.
 *
 * ```ts
 * eye(2).toArray(); // [[1, 0], [0, 1]]
 * ```
 */
export function eye(n: number, options?: TensorOptions): Tensor;
export function eye(n: number, m: number, options?: TensorOptions): Tensor;
export function eye(n: number, ...rest: (number | TensorOptions | undefined)[]): Tensor {
  const [[m = n], options] = positional(rest, 1);
  checkShape('eye', [n, m]);
  checkTensorOptions('eye', options);
  const out = zeroArray([n, m], options?.dtype ?? 'float32');
  for (let i = 0; i < Math.min(n, m); i++) out.data[i * m + i] = 1;
  return makeLeaf('eye', out, options);
}

const common = { differentiable: false } as const;
const shape = [2, 3];

describeOps({
  zeros: {
    ...common,
    about: 'Filled with zeros.',
    torch: 'torch.zeros',
    samples: [{ inputs: [], call: () => zeros(shape) }],
  },
  ones: {
    ...common,
    about: 'Filled with ones.',
    torch: 'torch.ones',
    samples: [{ inputs: [], call: () => ones(shape) }],
  },
  full: {
    ...common,
    about: 'Filled with one number.',
    torch: 'torch.full',
    samples: [{ inputs: [], call: () => full(shape, 0.5) }],
  },
  zerosLike: {
    ...common,
    about: 'Zeros with shape and element type of another tensor.',
    torch: 'torch.zeros_like',
    samples: [{ inputs: [{ shape }], call: x => zerosLike(x) }],
  },
  onesLike: {
    ...common,
    about: 'Ones with shape and element type of another tensor.',
    torch: 'torch.ones_like',
    samples: [{ inputs: [{ shape }], call: x => onesLike(x) }],
  },
  fullLike: {
    ...common,
    about: 'One number, with shape and element type of another tensor.',
    torch: 'torch.full_like',
    samples: [{ inputs: [{ shape }], call: x => fullLike(x, 0.5) }],
  },
  arange: {
    ...common,
    about: 'Numbers in even steps before an end.',
    torch: 'torch.arange',
    samples: [{ inputs: [], call: () => arange(1, 2, 0.25) }],
  },
  linspace: {
    ...common,
    about: 'So many numbers at even distances, both ends included.',
    torch: 'torch.linspace',
    samples: [{ inputs: [], call: () => linspace(0, 1, 4) }],
  },
  eye: {
    ...common,
    about: 'Ones on the diagonal.',
    torch: 'torch.eye',
    samples: [{ inputs: [], call: () => eye(2, 3) }],
  },
});
