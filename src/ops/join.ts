// Parts of tensors, and tensors put together: slices with even steps, their inverse, and concatenation.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import { type Operand, provideTensorArithmetic } from '../autograd/op.ts';
import { allocate, type NDArray, zeros } from '../ndarray/array.ts';
import { type DType, promote } from '../ndarray/dtype.ts';
import { ShapeError, showShape } from '../ndarray/errors.ts';
import { copyInto } from '../ndarray/map.ts';
import { dimension, type Shape, sameShape } from '../ndarray/shape.ts';
import { expand, reshape, sumTo, to } from './reshape.ts';
import { describeOps, shapeOf, structured, type TensorOr } from './structured.ts';

/** Which elements of each dimension: from `starts`, one every `steps` (may be negative), as many as `sizes`. */
export interface SliceParams {
  starts: readonly number[];
  steps: readonly number[];
  sizes: readonly number[];
}

/** The view of an array that a slice is. */
function sliced(x: NDArray, { starts, steps, sizes }: SliceParams): NDArray {
  const offset = starts.reduce((sum, s, k) => sum + s * (x.strides[k] as number), x.offset);
  return x.view(
    sizes,
    x.strides.map((s, k) => s * (steps[k] as number)),
    sizes.includes(0) ? x.offset : offset,
  );
}

const sliceOp = structured<SliceParams>({
  name: 'slice',
  inputs: ['x'],
  kernel: ([x], params) => sliced(x as NDArray, params),
  shape: (_, { sizes }) => sizes,
  vjp: [(g, [x], _y, params) => unslice(g, shapeOf(x as Operand), params)],
  linear: true,
  symbol: '[ ]',
});

const unsliceOp = structured<SliceParams & { shape: Shape }>({
  name: 'unslice',
  inputs: ['x'],
  kernel: ([x], params) => {
    const out = zeros(params.shape, (x as NDArray).dtype);
    copyInto(sliced(out, params), x as NDArray);
    return out;
  },
  shape: (_, { shape }) => shape,
  vjp: [(g, _inputs, _y, { shape: _shape, ...params }) => sliceOp([g], params)],
  linear: true,
  symbol: '[ ]⁻¹',
});

/** A tensor of zeros of this shape with `x` where the slice takes its elements from: the inverse of a slice in the chain rule. */
function unslice(x: Operand, shape: Shape, params: SliceParams): Operand {
  return unsliceOp([x], { ...params, shape });
}

/** Takes every `steps[k]`-th element of dimension k, from `starts[k]` on, without a copy. The parameters must fit `x`. */
export function sliceBy<A extends Operand>(x: A, params: SliceParams): TensorOr<A> {
  return sliceOp([x], params) as TensorOr<A>;
}

const catOp = structured<{ dim: number }>({
  name: 'cat',
  inputs: ['x'],
  kernel: (parts, { dim }) => {
    const dtype = parts.map(part => part.dtype).reduce(promote);
    const out = allocate(
      catShape(
        parts.map(part => part.shape),
        dim,
      ),
      dtype,
    );
    let start = 0;
    for (const part of parts) {
      copyInto(sliced(out, along(out.shape, dim, start, part.shape[dim] as number)), part);
      start += part.shape[dim] as number;
    }
    return out;
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

/** The slice of `length` from `start` along one dimension, whole in the others. */
export function along(shape: Shape, dim: number, start: number, length: number): SliceParams {
  return {
    starts: shape.map((_, k) => (k === dim ? start : 0)),
    steps: shape.map(() => 1),
    sizes: shape.with(dim, length),
  };
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
