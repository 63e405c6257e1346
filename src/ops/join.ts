// Tensors put together: one after the other along a dimension, or side by side along a new one.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import { type Operand, provideTensorArithmetic } from '../autograd/op.ts';
import { allocate } from '../ndarray/array.ts';
import { type DType, promote } from '../ndarray/dtype.ts';
import { ShapeError, showShape } from '../ndarray/errors.ts';
import { dimension, type Shape, sameShape } from '../ndarray/shape.ts';
import { along, concatenate } from '../ndarray/view.ts';
import { expand, reshape, sumTo, to } from './reshape.ts';
import { sliceBy } from './slice.ts';
import { describeOps, shapeOf, structured, type TensorOr } from './structured.ts';

const catOp = structured<{ dim: number }>({
  name: 'cat',
  inputs: ['x'],
  kernel: (parts, { dim }) => {
    const shapes = parts.map(part => part.shape);
    const dtype = parts.map(part => part.dtype).reduce(promote);
    return concatenate(parts, allocate(catShape(shapes, dim), dtype), dim);
  },
  shape: (shapes, { dim }) => catShape(shapes, dim),
  vjp:
    k =>
    (g, inputs, _y, { dim }) => {
      const sizes = inputs.map(x => shapeOf(x)[dim] as number);
      const start = sizes.slice(0, k).reduce((a, b) => a + b, 0);
      return sliceBy(g, along(shapeOf(g), dim, start, sizes[k] as number));
    },
  symbol: '⧺',
  text: w => ({
    string: `[${Array.from({ length: w.count }, (_, k) => w.arg(k)).join('; ')}]`,
    precedence: 'atom',
  }),
});

function catShape(shapes: readonly Shape[], dim: number): number[] {
  const total = shapes.reduce((sum, shape) => sum + (shape[dim] as number), 0);
  return (shapes[0] as Shape).with(dim, total);
}

/** Options of {@link cat} and {@link stack}. */
export interface JoinOptions {
  /** The dimension; 0 unless given. */
  dim?: number;
}

function checkParts(where: string, parts: unknown): asserts parts is readonly Operand[] {
  if (!Array.isArray(parts)) {
    throw new ArgumentError(`${where}: give the tensors as an array, got ${describe(parts)}`);
  }
  if (parts.length === 0) throw new ArgumentError(`${where}: give at least one tensor`);
}

/**
 * Tensors one after the other along a dimension. Their other sizes must be equal; element types are promoted. Source: `torch.cat`.
 *
 * ```ts
 * cat([tensor([[1, 2]]), tensor([[3, 4]])]).toArray(); // [[1, 2], [3, 4]]
 * ```
 * @throws ShapeError where other sizes differ.
 */
export function cat<A extends Operand>(tensors: readonly A[], options?: JoinOptions): TensorOr<A> {
  checkParts('cat', tensors);
  checkOptions('cat', options, ['dim']);
  const shapes = tensors.map(shapeOf);
  const [first = []] = shapes;
  const dim = dimension('cat', options?.dim ?? 0, first.length);
  for (const shape of shapes) {
    if (shape.length > 0 && sameShape(shape.with(dim, 0), first.with(dim, 0))) continue;
    throw new ShapeError(
      `cat: shapes ${showShape(first)} and ${showShape(shape)} must have equal sizes except at dimension ${dim}` +
        (shape.length === 0 ? '; use stack to put single numbers side by side' : ''),
    );
  }
  return catOp(tensors, { dim }) as TensorOr<A>;
}

/**
 * Tensors of one shape side by side along a new dimension. Source: `torch.stack`.
 *
 * ```ts
 * stack([tensor([1, 2]), tensor([3, 4])], { dim: 1 }).toArray(); // [[1, 3], [2, 4]]
 * ```
 * @throws ShapeError where shapes differ.
 */
export function stack<A extends Operand>(
  tensors: readonly A[],
  options?: JoinOptions,
): TensorOr<A> {
  checkParts('stack', tensors);
  checkOptions('stack', options, ['dim']);
  const [first = []] = tensors.map(shapeOf);
  const dim = dimension('stack', options?.dim ?? 0, first.length + 1);
  const rows = tensors.map(x => {
    const shape = shapeOf(x);
    if (!sameShape(shape, first)) {
      throw new ShapeError(
        `stack: shapes ${showShape(first)} and ${showShape(shape)} differ; all tensors must have one shape`,
      );
    }
    return reshape(x, shape.toSpliced(dim, 0, 1));
  });
  return catOp(rows as readonly Operand[], { dim }) as TensorOr<A>;
}

provideTensorArithmetic({
  sumTo,
  expand,
  reshape,
  cast: to as (a: Operand, dtype: DType) => Operand,
  stack,
});

const of = (...shape: number[]) => ({ shape });

describeOps({
  cat: {
    about: 'Tensors one after the other along a dimension.',
    torch: 'torch.cat',
    samples: [
      { inputs: [of(2, 3), of(1, 3)], call: (a, b) => cat([a, b]) },
      { inputs: [of(2, 1), of(2, 0), of(2, 2)], call: (a, b, c) => cat([a, b, c], { dim: -1 }) },
    ],
  },
  stack: {
    about: 'Tensors of one shape side by side along a new dimension.',
    torch: 'torch.stack',
    samples: [
      { inputs: [of(2, 3), of(2, 3)], call: (a, b) => stack([a, b], { dim: -1 }) },
      { inputs: [of(), of()], call: (a, b) => stack([a, b]) },
    ],
  },
});
