// Losses of classifiers: the negative logarithm of the probability given to the right class.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { Tensor } from '../autograd/tensor.ts';
import { isFloat } from '../ndarray/dtype.ts';
import { DTypeError, IndexError, ShapeError, showShape } from '../ndarray/errors.ts';
import { type Shape, sameShape } from '../ndarray/shape.ts';
import { elements } from '../ndarray/walk.ts';
import { add, div, mul, neg, where } from './arithmetic.ts';
import { eq, ne } from './comparison.ts';
import { arange } from './creation.ts';
import { type LossOptions, type Reduction, reduced, reductionOf } from './loss-reduction.ts';
import { sum } from './reduce.ts';
import { reshape } from './reshape.ts';
import { logSoftmax } from './softmax.ts';
import { describeOps, methods, shapeOf, type TensorOr } from './structured.ts';
import { tensor } from './tensor.ts';

/** Options of {@link nllLoss}. */
export interface NllLossOptions extends LossOptions {
  /** A weight for each class, of shape [classes]; 1 each unless given. */
  weight?: Tensor;
  /** The target that counts nothing; −100 unless given. */
  ignoreIndex?: number;
}

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions extends NllLossOptions {
  /** The share of the target, from 0 to 1, that is spread evenly over all classes; 0 unless given. */
  labelSmoothing?: number;
}

/** Checked arguments: the classes lie in dimension `dim`, `classes` of them. */
interface Classes {
  name: string;
  shape: Shape;
  dim: number;
  classes: number;
  weight: Operand | null;
  ignoreIndex: number;
  reduction: Reduction;
}

function classesOf(name: string, input: Operand, options: NllLossOptions | undefined): Classes {
  const shape = shapeOf(input);
  if (shape.length === 0) {
    throw new ShapeError(
      `${name}: the input must have a dimension of classes, [classes] or [batch, classes, ...], got []`,
    );
  }
  const dim = shape.length === 1 ? 0 : 1;
  const classes = shape[dim] as number;
  const { weight, ignoreIndex = -100 } = options ?? {};
  if (!Number.isInteger(ignoreIndex)) {
    throw new ArgumentError(
      `${name}: ignoreIndex must be a whole number, got ${describe(ignoreIndex)}`,
    );
  }
  if (weight !== undefined && !sameShape(shapeOf(weight), [classes])) {
    throw new ShapeError(
      `${name}: weight must have shape [${classes}], one for each class of the input ${showShape(shape)}, ` +
        `got ${showShape(shapeOf(weight))}`,
    );
  }
  const aligned = shape.map((_, k) => (k === dim ? classes : 1));
  return {
    name,
    shape,
    dim,
    classes,
    weight: weight === undefined ? null : reshape(weight, aligned),
    ignoreIndex,
    reduction: reductionOf(name, options),
  };
}

function checkTargets(target: Tensor, { name, shape, dim, classes, ignoreIndex }: Classes): void {
  if (isFloat(target.dtype) || target.dtype === 'bool') {
    throw new DTypeError(`${name}: class targets must be int32, got ${target.dtype}`);
  }
  const wanted = shape.toSpliced(dim, 1);
  if (!sameShape(target.shape, wanted)) {
    throw new ShapeError(
      `${name}: for an input of shape ${showShape(shape)} the targets must have shape ${showShape(wanted)}, ` +
        `got ${showShape(target.shape)}`,
    );
  }
  for (const k of elements(target.array)) {
    if (k === ignoreIndex || (k >= 0 && k < classes)) continue;
    throw new IndexError(
      `${name}: target ${k} is no class; the input has ${classes}, so use 0 to ${classes - 1} or ignoreIndex ${ignoreIndex}`,
    );
  }
}

/** True at the right class of each sample, and nowhere for an ignored one. */
function rightClass(
  target: Tensor,
  { shape, dim, classes, ignoreIndex }: Classes,
): [Operand, Operand] {
  const column = reshape(target, shape.with(dim, 1));
  const numbers = reshape(
    arange(0, classes, 1, { dtype: 'int32' }),
    shape.map((_, k) => (k === dim ? classes : 1)),
  );
  const counts = ne(column, ignoreIndex);
  return [where(counts, eq(column, numbers), eq(numbers, -1)), counts];
}

/** −Σ over the classes of `logs` where `mask`, weighted. */
function surprise(mask: Operand, logs: Operand, { dim, weight }: Classes): Operand {
  const weighted = weight === null ? logs : mul(logs, weight);
  return neg(sum(where(mask, weighted, 0), { dim }));
}

/** The mean divides by the weights of the targets. */
function reducedByWeight(errors: Operand, mask: Operand, rule: Classes): Operand {
  if (rule.reduction !== 'mean') return reduced(errors, rule.reduction);
  return div(sum(errors), sum(where(mask, rule.weight ?? 1, 0)));
}

/**
 * −w[t]·x[t] for each sample with target t, where x are logarithms of probabilities: `input` [classes], [batch, classes] or
 * [batch, classes, ...], int32 `target` of that shape without the classes. The mean divides by the sum of w[t]; targets
 * equal to `ignoreIndex` count nothing. Source: `torch.nn.functional.nll_loss`.
 *
 * ```ts
 * nllLoss(tensor([[-1, -2], [-3, -4]]), tensor([0, 1], { dtype: 'int32' })).item(); // 2.5
 * ```
 * @throws ShapeError, IndexError for a target that is no class, DTypeError for targets that are not int32.
 */
export function nllLoss<A extends Operand>(
  input: A,
  target: Tensor,
  options?: NllLossOptions,
): TensorOr<A> {
  checkOptions('nllLoss', options, ['weight', 'ignoreIndex', 'reduction']);
  const rule = classesOf('nllLoss', input, options);
  checkTargets(target, rule);
  const [mask] = rightClass(target, rule);
  return reducedByWeight(surprise(mask, input, rule), mask, rule) as TensorOr<A>;
}

/**
 * −Σ_c w[c]·p[c]·logSoftmax(x)[c] for each sample. `target` holds classes (int32, the shape of `input` without the classes)
 * or probabilities p (floats, the shape of `input`). Label smoothing ε mixes p with the even share: (1 − ε)·p + ε/classes.
 * The mean divides by the weights of the targets, or for probabilities by the number of samples.
 * Source: `torch.nn.functional.cross_entropy`.
 *
 * ```ts
 * crossEntropy(tensor([[1000, -1000]]), tensor([1], { dtype: 'int32' })).item(); // 2000
 * ```
 * @throws ShapeError, IndexError for a target that is no class, DTypeError for bool targets.
 */
export function crossEntropy<A extends Operand>(
  input: A,
  target: Tensor,
  options?: CrossEntropyOptions,
): TensorOr<A> {
  checkOptions('crossEntropy', options, ['weight', 'ignoreIndex', 'reduction', 'labelSmoothing']);
  const { labelSmoothing: smoothing = 0 } = options ?? {};
  if (typeof smoothing !== 'number' || !(smoothing >= 0 && smoothing <= 1)) {
    throw new ArgumentError(
      `crossEntropy: labelSmoothing must lie between 0 and 1, got ${describe(smoothing)}`,
    );
  }
  const rule = classesOf('crossEntropy', input, options);
  const logs = logSoftmax(input, { dim: rule.dim });
  if (!(target instanceof Tensor) || isFloat(target.dtype)) {
    return fromShares(logs, target, smoothing, rule) as TensorOr<A>;
  }
  checkTargets(target, rule);
  const [mask, counts] = rightClass(target, rule);
  const own = reducedByWeight(surprise(mask, logs, rule), mask, rule);
  if (smoothing === 0) return own as TensorOr<A>;
  const even = reducedByWeight(surprise(counts, logs, rule), mask, rule);
  return add(mul(1 - smoothing, own), mul(smoothing / rule.classes, even)) as TensorOr<A>;
}

/** Cross-entropy with probabilities as targets. */
function fromShares(logs: Operand, target: Operand, smoothing: number, rule: Classes): Operand {
  const { shape, dim, classes, weight, reduction } = rule;
  if (!sameShape(shapeOf(target), shape)) {
    throw new ShapeError(
      `crossEntropy: probabilities must have the shape of the input, ${showShape(shape)}, got ` +
        `${showShape(shapeOf(target))}; class targets are int32`,
    );
  }
  const share = smoothing === 0 ? target : add(mul(1 - smoothing, target), smoothing / classes);
  const terms = mul(share, weight === null ? logs : mul(logs, weight));
  return reduced(neg(sum(terms, { dim })), reduction);
}

export const classLossMethods = methods({ nllLoss, crossEntropy });

const logits = { shape: [3, 2] };
const classes = (): Tensor => tensor([1, 0, -100], { dtype: 'int32' });
const weight = { shape: [2], range: [0.5, 2] } as const;

describeOps({
  nllLoss: {
    about: 'The negative log-probability of the right class.',
    torch: 'torch.nn.functional.nll_loss',
    samples: [
      { inputs: [logits], call: x => nllLoss(x, classes()) },
      {
        inputs: [logits, weight],
        call: (x, w) => nllLoss(x, classes(), { weight: w, reduction: 'sum' }),
      },
    ],
  },
  crossEntropy: {
    about: 'The negative log of the softmax at the right class.',
    torch: 'torch.nn.functional.cross_entropy',
    samples: [
      { inputs: [logits], call: x => crossEntropy(x, classes()) },
      {
        inputs: [logits],
        call: x => crossEntropy(x, classes(), { labelSmoothing: 0.2, reduction: 'none' }),
      },
      {
        inputs: [logits, { shape: [3, 2], range: [0.1, 0.9] }],
        call: (x, p) => crossEntropy(x, p),
      },
    ],
  },
});
