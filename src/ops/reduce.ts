// Reductions: sums.

import { checkOptions } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import type { NDArray } from '../ndarray/array.ts';
import type { DType } from '../ndarray/dtype.ts';
import { isFloat } from '../ndarray/dtype.ts';
import { reducedShape, sumArray } from '../ndarray/reduce.ts';
import { dimensions } from '../ndarray/shape.ts';
import { expand, reshape } from './reshape.ts';
import { describeOps, methods, shapeOf, structured, type TensorOr } from './structured.ts';
import { reductionWindow } from './window-terms.ts';

/** Options of the reductions. */
export interface ReduceOptions {
  /** The dimension or dimensions to reduce, negative ones counted from the end; all of them unless given. */
  dim?: number | readonly number[];
  /** Keep the reduced dimensions with size 1; false unless said otherwise. */
  keepdim?: boolean;
}

/** The checked parameters of a reduction. */
export interface ReduceParams {
  dims: readonly number[];
  keepdim: boolean;
}

/** Checks the options of a reduction of `x`; `more` names further options that it takes. */
export function reduceParams(
  where: string,
  x: Operand,
  options: ReduceOptions | undefined,
  more: readonly string[] = [],
): ReduceParams {
  checkOptions(where, options, ['dim', 'keepdim', ...more]);
  const { dim, keepdim = false } = options ?? {};
  return { dims: dimensions(where, dim, shapeOf(x).length), keepdim };
}

/** A reduced result (or its cotangent) with the reduced dimensions back at size 1, stretched to the shape of `x`. */
export function spread(g: Operand, x: Operand, { dims }: ReduceParams): Operand {
  const shape = shapeOf(x);
  return expand(reshape(g, reducedShape(shape, dims, true)), shape);
}

/** Sums of int32 and bool are int32. */
function sumType(dtype: DType): DType {
  return isFloat(dtype) ? dtype : 'int32';
}

const sumOp = structured<ReduceParams>({
  name: 'sum',
  inputs: ['x'],
  kernel: ([x], { dims, keepdim }) => {
    const array = x as NDArray;
    return sumArray(array, dims, keepdim, sumType(array.dtype));
  },
  shape: ([x = []], { dims, keepdim }) => reducedShape(x, dims, keepdim),
  vjp: [(g, [x], _y, params) => spread(g, x as Operand, params)],
  linear: true,
  terms: ([x = []], params) => reductionWindow('sum', x, params),
  symbol: 'Σ',
  latex: w => ({ string: `\\sum ${w.arg(0, 'product')}`, precedence: 'product' }),
});

/**
 * The sum over all elements, or along some dimensions: y = Σ xᵢ. Added in pairs in float64. Source: `torch.sum`.
 *
 * ```ts
 * sum(tensor([[1, 2], [3, 4]]), { dim: 0 }).toArray(); // [4, 6]
 * ```
 * @throws IndexError for a dimension that does not exist.
 */
export function sum<A extends Operand>(x: A, options?: ReduceOptions): TensorOr<A> {
  return sumOp([x], reduceParams('sum', x, options)) as TensorOr<A>;
}

export const reduceMethods = methods({ sum });

const of = (...shape: number[]) => ({ shape });

describeOps({
  sum: {
    about: 'Sum over all elements or along dimensions.',
    torch: 'torch.sum',
    samples: [
      { inputs: [of(2, 3)], call: x => sum(x) },
      { inputs: [of(2, 3, 2)], call: x => sum(x, { dim: [0, -1] }) },
      { inputs: [of(2, 3)], call: x => sum(x, { dim: 1, keepdim: true }) },
      { inputs: [of()], call: x => sum(x) },
      { inputs: [of(0, 2)], call: x => sum(x, { dim: 0 }) },
    ],
  },
});
