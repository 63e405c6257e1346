// Random tensors. Numbers come from a generator that is the same on every machine: one given, or a common one.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import { constantTensor, Tensor } from '../autograd/tensor.ts';
import { fromData, type NDArray, scalarArray } from '../ndarray/array.ts';
import { type DType, isFloat } from '../ndarray/dtype.ts';
import { DTypeError, ShapeError, SizeError, showShape } from '../ndarray/errors.ts';
import { contiguous, flatData } from '../ndarray/map.ts';
import {
  Generator,
  integerArray,
  normalArray,
  permutationArray,
  seeded,
  uniformArray,
} from '../ndarray/random.ts';
import { bernoulliArray, multinomialIndices } from '../ndarray/sampling.ts';
import { checkShape, type Shape } from '../ndarray/shape.ts';
import { describeOps, methods } from './structured.ts';
import { checkTensorOptions, makeLeaf, type TensorOptions } from './tensor-options.ts';

export { Generator, type GeneratorState } from '../ndarray/random.ts';

/** Options of everything that draws random numbers. */
export interface DrawOptions {
  /** Where the numbers come from; the common generator unless given (see {@link manualSeed}). */
  generator?: Generator;
}

/** Options of a random tensor. */
export interface RandomOptions extends TensorOptions, DrawOptions {}

/**
 * A source of random numbers: the same seed gives the same numbers on every machine. Independent ones are had with
 * `split()`. Source: Salmon et al., Parallel random numbers: as easy as 1, 2, 3 (2011): Philox 4×32-10.
 *
 * ```ts
 * randint(0, 10, [4], { generator: generator(1) }).toArray(); // [8, 5, 6, 4]
 * ```
 * @throws ArgumentError unless the seed is a whole number from 0 to 2^53 − 1.
 */
export function generator(seed: number): Generator {
  return seeded(checkSeed('generator', seed));
}

function checkSeed(where: string, seed: unknown): number {
  if (Number.isSafeInteger(seed) && (seed as number) >= 0) return seed as number;
  throw new ArgumentError(
    `${where}: the seed must be a whole number from 0 to 2^53 − 1, got ${describe(seed)}`,
  );
}

const common = seeded(0);

/**
 * Starts the common generator, from which all draws without one of their own come, at a seed (it starts at 0 by itself), and
 * returns it. Source: `torch.manual_seed`.
 *
 * ```ts
 * manualSeed(1);
 * randint(0, 10, [4]).toArray(); // [8, 5, 6, 4]
 * ```
 */
export function manualSeed(seed: number): Generator {
  common.state = seeded(checkSeed('manualSeed', seed)).state;
  return common;
}

/** The generator given in options, or the common one. @throws ArgumentError for anything else. */
export function generatorFrom(where: string, options: DrawOptions | undefined): Generator {
  const given: unknown = options?.generator;
  if (given === undefined) return common;
  if (given instanceof Generator) return given;
  throw new ArgumentError(
    `${where}: the generator must be made by generator(seed), got ${describe(given)}`,
  );
}

function checked(where: string, options: RandomOptions | undefined): Generator {
  checkTensorOptions(where, options, ['generator']);
  return generatorFrom(where, options);
}

type Draw = (generator: Generator, shape: Shape, dtype: DType) => NDArray;

function drawFloats(where: string, draw: Draw, shape: Shape, options?: RandomOptions): Tensor {
  checkShape(where, shape);
  const source = checked(where, options);
  const dtype = options?.dtype ?? 'float32';
  if (!isFloat(dtype)) {
    throw new DTypeError(
      `${where}: random numbers are float32 or float64, not ${dtype}; see randint`,
    );
  }
  return makeLeaf(where, draw(source, [...shape], dtype), options);
}

/**
 * Numbers evenly spread over [0, 1): multiples of 2⁻²⁴ (float32) or 2⁻⁵³ (float64). Source: `torch.rand`.
 *
 * ```ts
 * rand([2, 3]).shape; // [2, 3]
 * ```
 * @throws DTypeError for int32 and bool.
 */
export function rand(shape: Shape, options?: RandomOptions): Tensor {
  return drawFloats('rand', uniformArray, shape, options);
}

/**
 * Normally distributed numbers of mean 0 and deviation 1. Source: `torch.randn`; made by inverting the distribution
 * function (Wichura, Algorithm AS 241, 1988).
 *
 * ```ts
 * randn([2, 3], { dtype: 'float64' }).dtype; // 'float64'
 * ```
 * @throws DTypeError for int32 and bool.
 */
export function randn(shape: Shape, options?: RandomOptions): Tensor {
  return drawFloats('randn', normalArray, shape, options);
}

/** As {@link rand}, with the shape and the element type of another tensor. Source: `torch.rand_like`. */
export function randLike(x: Tensor, options?: RandomOptions): Tensor {
  return drawFloats('randLike', uniformArray, likeTensor('randLike', x).shape, typed(x, options));
}

/** As {@link randn}, with the shape and the element type of another tensor. Source: `torch.randn_like`. */
export function randnLike(x: Tensor, options?: RandomOptions): Tensor {
  return drawFloats('randnLike', normalArray, likeTensor('randnLike', x).shape, typed(x, options));
}

function likeTensor(where: string, x: unknown): Tensor {
  if (x instanceof Tensor) return x;
  throw new ArgumentError(`${where}: the first argument must be a Tensor, got ${describe(x)}`);
}

function typed(x: Tensor, options: RandomOptions | undefined): RandomOptions {
  return { dtype: x.dtype, ...options };
}

/** The whole numbers that an element type holds exactly. */
const RANGES: Readonly<Record<DType, readonly [number, number]>> = {
  bool: [0, 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  float32: [-(2 ** 24), 2 ** 24],
  float64: [-(2 ** 53), 2 ** 53],
};

/**
 * Whole numbers from `low` up to but not including `high`, evenly spread; int32 unless said otherwise. Source: `torch.randint`.
 *
 * ```ts
 * randint(0, 6, [3]).add(1).dtype; // 'int32'
 * ```
 * @throws ArgumentError unless low < high are whole numbers that the element type holds.
 */
export function randint(low: number, high: number, shape: Shape, options?: RandomOptions): Tensor {
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || low >= high) {
    throw new ArgumentError(
      `randint: low and high must be whole numbers, low below high, got ${String(low)} and ${String(high)}`,
    );
  }
  checkShape('randint', shape);
  const source = checked('randint', options);
  const dtype = options?.dtype ?? 'int32';
  const [least, most] = RANGES[dtype];
  if (low < least || high - 1 > most) {
    throw new ArgumentError(
      `randint: ${dtype} holds whole numbers from ${least} to ${most}, not ${low} to ${high - 1}; choose another dtype`,
    );
  }
  return makeLeaf('randint', integerArray(source, low, high, [...shape], dtype), options);
}

/**
 * The numbers 0 to n − 1 in random order; int32 unless said otherwise. Source: `torch.randperm`.
 *
 * ```ts
 * randperm(5).size; // 5
 * ```
 * @throws ArgumentError unless n is a whole number from 0, SizeError where there is no memory for so many.
 */
export function randperm(n: number, options?: RandomOptions): Tensor {
  if (!Number.isInteger(n) || n < 0) {
    throw new ArgumentError(`randperm: n must be a whole number from 0, got ${describe(n)}`);
  }
  const source = checked('randperm', options);
  const dtype = options?.dtype ?? 'int32';
  if (n - 1 > RANGES[dtype][1]) {
    throw new SizeError(`randperm: ${dtype} does not hold the numbers up to ${n - 1}`);
  }
  return makeLeaf('randperm', permutationArray(source, n, dtype), options);
}

/**
 * 1 with the given probability at each place, else 0, in the element type of `p` (a plain number gives a single float32). No
 * gradient flows. Source: `torch.bernoulli`.
 *
 * ```ts
 * bernoulli(tensor([0, 1, 1])).toArray(); // [0, 1, 1]
 * ```
 * @throws ArgumentError for a probability outside [0, 1], DTypeError for int32 and bool.
 */
export function bernoulli(p: Tensor | number, options?: DrawOptions): Tensor {
  checkOptions('bernoulli', options, ['generator']);
  const source = generatorFrom('bernoulli', options);
  const array =
    typeof p === 'number' ? scalarArray(p, 'float32') : likeTensor('bernoulli', p).array;
  const chances = floats('bernoulli', array);
  for (const chance of flatData(chances)) {
    if (!(chance >= 0 && chance <= 1)) {
      throw new ArgumentError(`bernoulli: a probability must be from 0 to 1, got ${chance}`);
    }
  }
  return constantTensor(bernoulliArray(source, contiguous(chances)));
}

function floats(where: string, array: NDArray): NDArray {
  if (isFloat(array.dtype)) return array;
  throw new DTypeError(
    `${where}: probabilities must be float32 or float64, not ${array.dtype}; convert with x.to('float32')`,
  );
}

/** Options of {@link multinomial}. */
export interface MultinomialOptions extends DrawOptions {
  /** Whether an index may be drawn again; false unless said otherwise. */
  replacement?: boolean;
}

/**
 * Random indices, drawn with chances in proportion to weights (which need not add up to 1): of shape [n] → [numSamples], of each
 * row of [m, n] → [m, numSamples]. int32; no gradient flows. Source: `torch.multinomial`.
 *
 * ```ts
 * multinomial(tensor([0, 3, 0, 0]), 2, { replacement: true }).toArray(); // [1, 1]
 * ```
 * @throws ShapeError for other shapes, ArgumentError for weights that are negative, not finite or all zero, or where more
 * indices are asked for than have a weight and none may be drawn again.
 */
export function multinomial(
  probs: Tensor,
  numSamples: number,
  options?: MultinomialOptions,
): Tensor {
  checkOptions('multinomial', options, ['replacement', 'generator']);
  const source = generatorFrom('multinomial', options);
  const { replacement = false } = options ?? {};
  const array = floats('multinomial', likeTensor('multinomial', probs).array);
  const { shape } = array;
  if (shape.length !== 1 && shape.length !== 2) {
    throw new ShapeError(
      `multinomial: the weights must have shape [n] or [m, n], got ${showShape(shape)}`,
    );
  }
  if (!Number.isInteger(numSamples) || numSamples < 1) {
    throw new ArgumentError(
      `multinomial: the number of samples must be a whole number from 1, got ${describe(numSamples)}`,
    );
  }
  const n = shape.at(-1) as number;
  const rows = shape.length === 2 ? (shape[0] as number) : 1;
  const result = [...shape.slice(0, -1), numSamples];
  checkShape('multinomial', result);
  const weights = flatData(array);
  for (let row = 0; row < rows; row++) {
    checkWeights(weights.subarray(row * n, (row + 1) * n), replacement ? 1 : numSamples);
  }
  const indices = multinomialIndices(source, weights, rows, n, numSamples, replacement);
  return constantTensor(fromData(indices, result, 'int32'));
}

function checkWeights(weights: ArrayLike<number>, least: number): void {
  let positive = 0;
  for (let k = 0; k < weights.length; k++) {
    const weight = weights[k] as number;
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new ArgumentError(
        `multinomial: a weight must be finite and not negative, got ${weight}`,
      );
    }
    if (weight > 0) positive++;
  }
  if (positive < least) {
    throw new ArgumentError(
      `multinomial: ${least} different indices cannot be drawn where ${positive} have a weight` +
        (least > 1 ? '; allow { replacement: true }?' : ''),
    );
  }
}

export const randomMethods = methods({ bernoulli, multinomial });

const seed = () => ({ generator: seeded(3) });

describeOps({
  rand: {
    about: 'Numbers evenly spread over [0, 1).',
    torch: 'torch.rand',
    differentiable: false,
    samples: [{ inputs: [], call: () => rand([2, 3], seed()) }],
  },
  randn: {
    about: 'Normally distributed numbers.',
    torch: 'torch.randn',
    differentiable: false,
    samples: [{ inputs: [], call: () => randn([2, 3], seed()) }],
  },
  randLike: {
    about: 'As rand, with shape and element type of another tensor.',
    torch: 'torch.rand_like',
    differentiable: false,
    samples: [{ inputs: [{ shape: [2, 3] }], call: x => randLike(x, seed()) }],
  },
  randnLike: {
    about: 'As randn, with shape and element type of another tensor.',
    torch: 'torch.randn_like',
    differentiable: false,
    samples: [{ inputs: [{ shape: [2, 3] }], call: x => randnLike(x, seed()) }],
  },
  randint: {
    about: 'Whole numbers evenly spread from low to high − 1.',
    torch: 'torch.randint',
    differentiable: false,
    samples: [{ inputs: [], call: () => randint(-2, 5, [4], seed()) }],
  },
  randperm: {
    about: 'The numbers 0 to n − 1 in random order.',
    torch: 'torch.randperm',
    differentiable: false,
    samples: [{ inputs: [], call: () => randperm(5, seed()) }],
  },
  bernoulli: {
    about: '1 with the given probability, else 0.',
    torch: 'torch.bernoulli',
    differentiable: false,
    samples: [{ inputs: [{ shape: [2, 3], range: [0, 1] }], call: x => bernoulli(x, seed()) }],
  },
  multinomial: {
    about: 'Random indices with chances in proportion to weights.',
    torch: 'torch.multinomial',
    differentiable: false,
    samples: [{ inputs: [{ shape: [2, 3], range: [0, 1] }], call: x => multinomial(x, 2, seed()) }],
  },
});
