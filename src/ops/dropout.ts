// Dropout: elements set to zero at random, so that a network learns not to depend on any one of them.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { constantTensor, Tensor } from '../autograd/tensor.ts';
import { mapInto } from '../ndarray/map.ts';
import { uniformArray } from '../ndarray/random.ts';
import { mul } from './arithmetic.ts';
import { type DrawOptions, generator, generatorFrom } from './random.ts';
import { checkTypes } from './standardize.ts';
import { describeOps, methods, shapeOf, type TensorOr } from './structured.ts';
import { checkFlag } from './windows.ts';

/** Options of {@link dropout}. */
export interface DropoutOptions extends DrawOptions {
  /** The probability that an element is dropped; 0.5 unless given. */
  p?: number;
  /** Drop (true, unless said otherwise), or return the input as it is. */
  training?: boolean;
}

const keepBelow = (u: number, share: number, factor: number): number => (u < share ? factor : 0);

/**
 * Each element is dropped (set to 0) with probability p, and otherwise divided by 1 − p, so that the mean stays. float32 and
 * float64. Source: `torch.nn.functional.dropout`; Srivastava et al., Dropout (2014).
 *
 * ```ts
 * dropout(tensor([1, 2, 3]), { training: false }).toArray(); // [1, 2, 3]
 * dropout(tensor([1, 2, 3, 4]), { p: 0.5, generator: generator(2) }).shape; // [4]
 * ```
 * @throws ArgumentError for a p outside [0, 1], DTypeError for int32 and bool.
 */
export function dropout<A extends Operand>(x: A, options?: DropoutOptions): TensorOr<A> {
  checkOptions('dropout', options, ['p', 'training', 'generator']);
  const { p = 0.5, training = true } = options ?? {};
  checkFlag('dropout', 'training', training);
  checkTypes('dropout', x, []);
  return dropped('dropout', x, training ? p : checkShare('dropout', p) * 0, options) as TensorOr<A>;
}

/** The share to drop, checked. */
export function checkShare(where: string, p: unknown): number {
  if (typeof p === 'number' && p >= 0 && p <= 1) return p;
  throw new ArgumentError(
    `${where}: the share to drop must lie between 0 and 1, got ${describe(p)}`,
  );
}

/** `x` with a share `p` of its elements dropped. */
export function dropped(
  where: string,
  x: Operand,
  p: number,
  options: DrawOptions | undefined,
): Operand {
  const share = 1 - checkShare(where, p);
  const source = generatorFrom(where, options);
  if (share === 1) return x;
  const mask = uniformArray(source, shapeOf(x), x instanceof Tensor ? x.dtype : 'float32');
  mapInto(mask, keepBelow, [mask, share, share === 0 ? 0 : 1 / share]);
  return mul(x, constantTensor(mask));
}

export const dropoutMethods = methods({ dropout });

const of = (...shape: number[]) => ({ shape });

describeOps({
  dropout: {
    about: 'Elements set to zero at random, the others enlarged to make up for it.',
    torch: 'torch.nn.functional.dropout',
    samples: [
      { inputs: [of(2, 3)], call: x => dropout(x, { p: 0.4, generator: generator(4) }) },
      { inputs: [of(2)], call: x => dropout(x, { training: false }) },
      { inputs: [of()], call: x => dropout(x, { p: 1 }) },
      { inputs: [of(0)], call: x => dropout(x, { p: 0 }) },
    ],
  },
});
