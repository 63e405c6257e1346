// Random choices that a gradient flows through.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { constantTensor, Tensor } from '../autograd/tensor.ts';
import type { DType } from '../ndarray/dtype.ts';
import { cast, mapArrays } from '../ndarray/map.ts';
import { type Generator, uniformArray } from '../ndarray/random.ts';
import { dimension, type Shape } from '../ndarray/shape.ts';
import { add, div, sub } from './arithmetic.ts';
import { eq } from './comparison.ts';
import { arange } from './creation.ts';
import { argmax } from './extremes.ts';
import { type DrawOptions, generator, generatorFrom } from './random.ts';
import { reshape, to } from './reshape.ts';
import { softmax } from './softmax.ts';
import { checkTypes } from './standardize.ts';
import { describeOps, methods, shapeOf, type TensorOr } from './structured.ts';
import { checkFlag } from './windows.ts';

/** Options of {@link gumbelSoftmax}. */
export interface GumbelSoftmaxOptions extends DrawOptions {
  /** Temperature: the lower, the nearer to a choice of one; 1 unless given. */
  tau?: number;
  /** Return 1 for the choice and 0 for the rest, with the gradient of the soft result; false unless given. */
  hard?: boolean;
  /** The dimension of the choices; the last unless given. */
  dim?: number;
}

/** −log of an exponentially distributed number; the smallest u keeps it finite. */
const gumbel = (u: number): number => -Math.log(-Math.log1p(-Math.max(u, 2 ** -54)));

function gumbelNumbers(source: Generator, shape: Shape, dtype: DType): Tensor {
  const u = uniformArray(source, shape, 'float64');
  return constantTensor(cast(mapArrays(gumbel, [u], shape, 'float64'), dtype));
}

/**
 * softmax((x + g) / τ) with random numbers g of Gumbel's distribution: a random choice among the elements along a dimension,
 * element i with probability softmax(x)ᵢ, softened so that a gradient flows. float32 and float64. Source:
 * `torch.nn.functional.gumbel_softmax`; Jang, Gu and Poole (2017); Maddison, Mnih and Teh (2017).
 *
 * ```ts
 * gumbelSoftmax(tensor([0, 100, 0]), { hard: true, generator: generator(1) }).toArray(); // [0, 1, 0]
 * ```
 * @throws ArgumentError unless τ is above 0, IndexError for a dimension that does not exist, DTypeError for int32 and bool.
 */
export function gumbelSoftmax<A extends Operand>(
  logits: A,
  options?: GumbelSoftmaxOptions,
): TensorOr<A> {
  const name = 'gumbelSoftmax';
  checkOptions(name, options, ['tau', 'hard', 'dim', 'generator']);
  const { tau = 1, hard = false } = options ?? {};
  const shape = shapeOf(logits);
  const dim = dimension(name, options?.dim ?? -1, shape.length);
  if (typeof tau !== 'number' || !(tau > 0)) {
    throw new ArgumentError(`${name}: tau must be a number above 0, got ${describe(tau)}`);
  }
  checkFlag(name, 'hard', hard);
  checkTypes(name, logits, []);
  const dtype = logits instanceof Tensor ? logits.dtype : 'float32';
  const noise = gumbelNumbers(generatorFrom(name, options), shape, dtype);
  const soft = softmax(div(add(logits as Operand, noise), tau), { dim });
  if (!hard) return soft as TensorOr<A>;
  if (!(soft instanceof Tensor)) {
    throw new ArgumentError(`${name}: symbols are never chosen among; leave out hard: true`);
  }
  // The value of the choice with the derivative of the soft result.
  return add(soft, sub(chosen(soft, dim), soft).detach()) as TensorOr<A>;
}

/** 1 at the greatest element along a dimension, else 0. */
function chosen(soft: Tensor, dim: number): Tensor {
  if (soft.ndim === 0) return to(eq(soft, soft), soft.dtype);
  const n = soft.shape[dim] as number;
  const places = reshape(
    arange(n, { dtype: 'int32' }),
    soft.shape.map((_, k) => (k === dim ? n : 1)),
  );
  return to(eq(places, argmax(soft.detach(), { dim, keepdim: true })), soft.dtype);
}

export const gumbelMethods = methods({ gumbelSoftmax });

const of = (...shape: number[]) => ({ shape });
const seed = () => ({ generator: generator(5) });

describeOps({
  gumbelSoftmax: {
    about: 'A random choice, softened so that a gradient flows.',
    torch: 'torch.nn.functional.gumbel_softmax',
    samples: [
      { inputs: [of(2, 3)], call: x => gumbelSoftmax(x, { tau: 2, ...seed() }) },
      {
        inputs: [of(2, 2)],
        call: x => gumbelSoftmax(x, { dim: 0, hard: true, ...seed() }),
        kink: true,
      },
    ],
  },
});
