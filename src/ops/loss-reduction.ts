// What the losses share: how the errors of single elements become one number.

import { ArgumentError, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { div } from './arithmetic.ts';
import { sum } from './reduce.ts';
import { shapeOf } from './structured.ts';

/** How a loss comes out: the mean or the sum over all elements, or each element by itself. */
export type Reduction = 'mean' | 'sum' | 'none';

/** Options of every loss. */
export interface LossOptions {
  /** 'mean' unless given. */
  reduction?: Reduction;
}

const REDUCTIONS: readonly string[] = ['mean', 'sum', 'none'];

/** The reduction asked for. @throws ArgumentError for any other. */
export function reductionOf(where: string, options: LossOptions | undefined): Reduction {
  const { reduction = 'mean' } = options ?? {};
  if (REDUCTIONS.includes(reduction)) return reduction;
  throw new ArgumentError(
    `${where}: reduction must be 'mean', 'sum' or 'none', got ${describe(reduction)}`,
  );
}

/** Errors of single elements, put together as asked. The mean of none is NaN, as in PyTorch. */
export function reduced(errors: Operand, reduction: Reduction): Operand {
  if (reduction === 'none') return errors;
  const total = sum(errors);
  return reduction === 'sum'
    ? total
    : div(
        total,
        shapeOf(errors).reduce((a, b) => a * b, 1),
      );
}
