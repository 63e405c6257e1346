// The loss of a sequence whose alignment is not known: the probabilities of all alignments are added up.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { constantTensor, Tensor } from '../autograd/tensor.ts';
import { fromData } from '../ndarray/array.ts';
import { DTypeError, ShapeError, showShape } from '../ndarray/errors.ts';
import { add, div, neg, where } from './arithmetic.ts';
import { gt } from './comparison.ts';
import { logaddexp } from './exponential.ts';
import { gather } from './gather.ts';
import { type LossOptions, reduced, reductionOf } from './loss-reduction.ts';
import { pad } from './pad.ts';
import { reshape } from './reshape.ts';
import { narrow, select } from './slice.ts';
import { checkTypes } from './standardize.ts';
import { describeOps, methods, shapeOf, type TensorOr } from './structured.ts';
import { tensor } from './tensor.ts';
import { checkFlag } from './windows.ts';

/** Options of {@link ctcLoss}. */
export interface CtcLossOptions extends LossOptions {
  /** The class that stands for nothing; 0 unless given. */
  blank?: number;
  /** Whether a target that has no alignment loses 0 instead of ∞; false unless given. */
  zeroInfinity?: boolean;
}

/** Stands for the logarithm of 0: far below any sum of logarithms, but the difference of two is a number. */
const NEVER = -1e30;

/** The states of all targets of a batch, with a blank before, between and after the labels: [batch, 2·labels + 1]. */
interface States {
  count: number;
  /** The class of each state. */
  classes: Tensor;
  /** True where a state may be entered from the one two before: a label that is not the one before. */
  skips: Tensor;
  lengths: readonly number[];
}

/** Lengths of the sequences of a batch as numbers. */
function lengthsOf(
  name: string,
  what: string,
  given: Tensor | readonly number[] | number,
  batch: number,
  most: number,
): readonly number[] {
  const list = given instanceof Tensor ? [...given.data] : Array.isArray(given) ? given : [given];
  if (list.length !== batch) {
    throw new ShapeError(
      `${name}: ${what} must have one length for each of ${batch}, got ${list.length}`,
    );
  }
  for (const n of list as unknown[]) {
    if (typeof n === 'number' && Number.isInteger(n) && n >= 0 && n <= most) continue;
    throw new ArgumentError(
      `${name}: ${what} must be whole numbers from 0 to ${most}, got ${describe(n)}`,
    );
  }
  return list as readonly number[];
}

/** Where the labels of each target begin in the data of `targets`, a row each or all after the other. */
function startsOf(
  name: string,
  targets: Tensor,
  lengths: readonly number[],
  batch: number,
): number[] {
  if (targets.ndim === 2 && targets.shape[0] === batch) {
    const width = targets.shape[1] as number;
    if (lengths.every(n => n <= width)) return lengths.map((_, k) => k * width);
  }
  const total = lengths.reduce((a, b) => a + b, 0);
  if (targets.ndim === 1 && targets.size >= total) {
    let next = 0;
    return lengths.map(n => {
      next += n;
      return next - n;
    });
  }
  throw new ShapeError(
    `${name}: targets must be [${batch}, labels] or all ${total} labels after each other, got ${showShape(targets.shape)}`,
  );
}

function statesOf(
  name: string,
  targets: Tensor,
  lengths: readonly number[],
  blank: number,
  classes: number,
): States {
  const batch = lengths.length;
  const starts = startsOf(name, targets, lengths, batch);
  const count = 2 * Math.max(0, ...lengths) + 1;
  const [states, skips] = [new Int32Array(batch * count), new Uint8Array(batch * count)];
  states.fill(blank);
  const labels = targets.data;
  lengths.forEach((n, b) => {
    for (let i = 0; i < n; i++) {
      const label = labels[(starts[b] as number) + i] as number;
      if (!(label >= 0 && label < classes) || label === blank) {
        throw new ArgumentError(
          `${name}: label ${label} must be a class from 0 to ${classes - 1} and not the blank ${blank}`,
        );
      }
      const place = b * count + 2 * i + 1;
      states[place] = label;
      skips[place] = Number(i > 0 && states[place - 2] !== label);
    }
  });
  const shape = [batch, count];
  return {
    ...{ count, lengths },
    classes: constantTensor(fromData(states, shape, 'int32')),
    skips: constantTensor(fromData(skips, shape, 'bool')),
  };
}

/**
 * −log of the probability of a target without its alignment (connectionist temporal classification): of all sequences of classes
 * that become the target when repetitions are merged and blanks removed. The mean divides each loss by the length of its
 * target first.
 *
 * Shapes: logProbs [time, batch, classes] or [time, classes], logarithms of probabilities; int32 targets [batch, labels],
 * or all labels after each other; a length for each sequence. Source: `torch.nn.functional.ctc_loss`; Graves et al.,
 * Connectionist temporal classification (2006).
 *
 * ```ts
 * const logProbs = log(tensor([[[0.5, 0.5]], [[0.5, 0.5]]]));
 * const labels = tensor([[1]], { dtype: 'int32' });
 * exp(neg(ctcLoss(logProbs, labels, [2], [1]))).item().toFixed(4); // '0.7500'
 * ```
 * @throws ShapeError where the shapes do not fit, ArgumentError for lengths and labels out of range, DTypeError for targets
 * that are not int32.
 */
export function ctcLoss<A extends Operand>(
  logProbs: A,
  targets: Tensor,
  inputLengths: Tensor | readonly number[] | number,
  targetLengths: Tensor | readonly number[] | number,
  options?: CtcLossOptions,
): TensorOr<A> {
  const name = 'ctcLoss';
  checkOptions(name, options, ['blank', 'reduction', 'zeroInfinity']);
  const { blank = 0, zeroInfinity = false } = options ?? {};
  checkFlag(name, 'zeroInfinity', zeroInfinity);
  const reduction = reductionOf(name, options);
  const shape = shapeOf(logProbs);
  if (shape.length !== 2 && shape.length !== 3) {
    throw new ShapeError(
      `${name}: logProbs must be [time, batch, classes] or [time, classes], got ${showShape(shape)}`,
    );
  }
  checkTypes(name, logProbs, []);
  if (!(targets instanceof Tensor) || targets.dtype !== 'int32') {
    throw new DTypeError(
      `${name}: targets must be int32, got ${targets instanceof Tensor ? targets.dtype : describe(targets)}`,
    );
  }
  const batched = shape.length === 3;
  const [time = 0, classes = 0] = [shape[0], shape.at(-1)];
  const batch = batched ? (shape[1] as number) : 1;
  if (!Number.isInteger(blank) || blank < 0 || blank >= classes) {
    throw new ArgumentError(
      `${name}: blank must be a class from 0 to ${classes - 1}, got ${describe(blank)}`,
    );
  }
  const times = lengthsOf(name, 'inputLengths', inputLengths, batch, time);
  const lengths = lengthsOf(name, 'targetLengths', targetLengths, batch, targets.size);
  const states = statesOf(name, targets, lengths, blank, classes);
  const all = reshape(logProbs as Operand, [time, batch, classes]);
  const losses = neg(likelihood(all, times, states));
  const known = where(gt(losses, -NEVER / 2), zeroInfinity ? 0 : Number.POSITIVE_INFINITY, losses);
  if (reduction !== 'mean') {
    return reduced(batched ? known : reshape(known, []), reduction) as TensorOr<A>;
  }
  const divisors = tensor(
    lengths.map(n => Math.max(1, n)),
    { dtype: 'float32' },
  );
  return reduced(div(known, divisors), 'mean') as TensorOr<A>;
}

/** The logarithm of the probability of each target, [batch]: the sums over all ways to each state, step by step. */
function likelihood(all: Operand, times: readonly number[], states: States): Operand {
  const { count, classes, skips, lengths } = states;
  const [time = 0, batch = 0] = shapeOf(all);
  // Before the first step a sequence is in the first blank; the first step leads there or to the first label.
  const [start, first] = [1, 2].map(open =>
    where(
      flags(batch, count, (_, state) => state < open),
      tensor(0),
      NEVER,
    ),
  ) as [Operand, Operand];
  let ways = start;
  for (let t = 0; t < time; t++) {
    const gain = gather(select(all, 0, t), 1, classes);
    const entered: Operand = t === 0 ? first : stepped(ways, skips, count);
    const running = flags(batch, count, b => t < (times[b] as number));
    ways = where(running, add(entered, gain), ways);
  }
  const last = (before: number): Operand => {
    const places = lengths.map(n => [Math.max(0, 2 * n - before)]);
    const found = gather(ways, 1, tensor(places, { dtype: 'int32', shape: [batch, 1] }));
    return reshape(found, [batch]);
  };
  const some = tensor(
    lengths.map(n => n > 0),
    { dtype: 'bool' },
  );
  return logaddexp(last(0), where(some, last(1), NEVER));
}

/** One step: a state is entered from itself, the one before, or, where allowed, the one before that. */
function stepped(ways: Operand, skips: Tensor, count: number): Operand {
  const before = (n: number): Operand => {
    const padded = pad(ways, [n, 0], { value: NEVER });
    return narrow(padded, 1, 0, count);
  };
  const near = logaddexp(ways, before(1));
  return logaddexp(near, where(skips, before(2), NEVER));
}

function flags(
  batch: number,
  count: number,
  holds: (sample: number, state: number) => boolean,
): Tensor {
  const data = Uint8Array.from({ length: batch * count }, (_, k) =>
    Number(holds(Math.floor(k / count), k % count)),
  );
  return constantTensor(fromData(data, [batch, count], 'bool'));
}

export const ctcMethods = methods({ ctcLoss });

const labels = (...numbers: number[]): Tensor => tensor(numbers, { dtype: 'int32' });
const none = { reduction: 'none' } as const;

describeOps({
  ctcLoss: {
    about: 'The negative log-probability of a sequence over all its alignments.',
    torch: 'torch.nn.functional.ctc_loss',
    samples: [
      { inputs: [{ shape: [2, 1, 2] }], call: x => ctcLoss(x, labels(1), [2], [1], none) },
      {
        inputs: [{ shape: [3, 2, 2] }],
        call: x => ctcLoss(x, labels(0, 0, 0), [3, 2], [2, 1], { blank: 1 }),
      },
    ],
  },
});
