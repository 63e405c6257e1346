// Parts of a tensor without a copy: slices, single rows; and the order along dimensions turned round.

import { ArgumentError, checkOptions } from '../autograd/errors.ts';
import type { Operand, Writer } from '../autograd/op.ts';
import type { Tensor } from '../autograd/tensor.ts';
import type { NDArray } from '../ndarray/array.ts';
import { IndexError, showShape } from '../ndarray/errors.ts';
import { copyOf } from '../ndarray/map.ts';
import { dimension, dimensions, type Shape } from '../ndarray/shape.ts';
import { along, type SliceParams, sliceView, viewed } from '../ndarray/view.ts';
import { mul } from './arithmetic.ts';
import { describeOps, methods, shapeOf, structured, type TensorOr } from './structured.ts';
import { viewOp } from './view-op.ts';

const sliceOp = viewOp<SliceParams>({
  name: 'slice',
  inverse: 'unslice',
  symbol: '[:]',
  view: (_shape, params) => sliceView(params),
  text: w => ({ string: `${w.arg(0, 'atom')}[${ranges(w)}]`, precedence: 'atom' }),
  latex: w => ({ string: `{${w.arg(0, 'atom')}}_{[${ranges(w)}]}`, precedence: 'atom' }),
});

function ranges({ params }: Writer): string {
  const { starts, steps, sizes } = params as SliceParams;
  return starts
    .map((start, k) => {
      const step = steps[k] as number;
      const end = start + step * (sizes[k] as number);
      return `${start}:${end}${step === 1 ? '' : `:${step}`}`;
    })
    .join(', ');
}

/** Takes every `steps[k]`-th element of dimension k, from `starts[k]` on, without a copy. The parameters must fit `x`. */
export function sliceBy<A extends Operand>(x: A, params: SliceParams): TensorOr<A> {
  return sliceOp.take(x, params) as TensorOr<A>;
}

/** Which elements a slice takes. */
export interface SliceOptions {
  /** The first; negative ones are counted from the end. 0 unless given. */
  start?: number | null;
  /** The one after the last; negative ones are counted from the end. The end unless given. */
  end?: number | null;
  /** One every so many; 1 unless given. */
  step?: number;
}

/**
 * A slice along a dimension, without a copy: elements start, start + step, … before end. Bounds past the ends are cut to
 * them. Source: Python's `x[start:end:step]` in `torch`.
 *
 * ```ts
 * slice(tensor([0, 1, 2, 3, 4]), 0, { start: 1, end: -1, step: 2 }).toArray(); // [1, 3]
 * ```
 * @throws ArgumentError for a step below 1 (use {@link flip} to go backwards), IndexError for a 0-d tensor or a missing dimension.
 */
export function slice<A extends Operand>(x: A, dim: number, options?: SliceOptions): TensorOr<A> {
  checkOptions('slice', options, ['start', 'end', 'step']);
  const shape = shapeOf(x);
  const axis = dimensionOf('slice', shape, dim);
  const { start, length, step } = sliceRange('slice', shape[axis] as number, options);
  return sliceBy(x, along(shape, axis, start, length, step));
}

/** A dimension of a tensor that must have some. */
export function dimensionOf(where: string, shape: Shape, dim: number): number {
  if (shape.length > 0) return dimension(where, dim, shape.length);
  throw new IndexError(
    `${where}: a tensor without dimensions has no parts; unsqueeze it first, or take its number with item()`,
  );
}

/** The bounds of a slice of a dimension of `n`, as Python takes them. */
export function sliceRange(
  where: string,
  n: number,
  { start, end, step = 1 }: SliceOptions = {},
): { start: number; length: number; step: number } {
  if (!Number.isInteger(step) || step < 1) {
    throw new ArgumentError(
      `${where}: the step must be a whole number from 1, got ${String(step)}; use flip to go backwards`,
    );
  }
  const from = bound(where, 'start', start ?? 0, n);
  const to = bound(where, 'end', end ?? n, n);
  return { start: from, length: Math.max(0, Math.ceil((to - from) / step)), step };
}

function bound(where: string, what: string, x: unknown, n: number): number {
  // ±Infinity says "as far as there is"; a fraction or NaN is a mistake.
  if (typeof x !== 'number' || Number.isNaN(x) || (Number.isFinite(x) && !Number.isInteger(x))) {
    throw new IndexError(`${where}: ${what} must be a whole number, got ${String(x)}`);
  }
  return Math.min(n, Math.max(0, x < 0 ? x + n : x));
}

const selectOp = viewOp<{ dim: number; index: number }>({
  name: 'select',
  inverse: 'unselect',
  symbol: '[i]',
  view: (shape, { dim, index }) => {
    const { starts, moves } = sliceView(along(shape, dim, index, 1));
    return { shape: shape.toSpliced(dim, 1), starts, moves: moves.toSpliced(dim, 1) };
  },
  text: w => ({ string: `${w.arg(0, 'atom')}[${place(w)}]`, precedence: 'atom' }),
  latex: w => ({ string: `{${w.arg(0, 'atom')}}_{${place(w)}}`, precedence: 'atom' }),
});

function place({ params }: Writer): string {
  const { dim, index } = params as { dim: number; index: number };
  return `${':, '.repeat(dim)}${index}`;
}

/**
 * The part at one index of a dimension, which the result lacks; without a copy. Source: `torch.select`.
 *
 * ```ts
 * select(tensor([[1, 2], [3, 4]]), 0, -1).toArray(); // [3, 4]
 * ```
 * @throws IndexError where the dimension or the index does not exist.
 */
export function select<A extends Operand>(x: A, dim: number, index: number): TensorOr<A> {
  const shape = shapeOf(x);
  const axis = dimensionOf('select', shape, dim);
  const n = shape[axis] as number;
  return selectOp.take(x, {
    dim: axis,
    index: checkIndex('select', index, n, axis),
  }) as TensorOr<A>;
}

/** An index of a dimension of `n`, counted from the end where negative. */
export function checkIndex(where: string, index: unknown, n: number, dim: number): number {
  if (typeof index !== 'number' || !Number.isInteger(index)) {
    throw new IndexError(`${where}: an index must be a whole number, got ${String(index)}`);
  }
  if (index < -n || index >= n) {
    const use = n === 0 ? 'it is empty' : `use ${-n} to ${n - 1}`;
    throw new IndexError(
      `${where}: index ${index} is out of range for dimension ${dim} of size ${n}; ${use}`,
    );
  }
  return index < 0 ? index + n : index;
}

/**
 * `length` elements from `start` on along a dimension, without a copy. Source: `torch.narrow`.
 *
 * ```ts
 * narrow(tensor([0, 1, 2, 3]), 0, 1, 2).toArray(); // [1, 2]
 * ```
 * @throws IndexError where they are not all there.
 */
export function narrow<A extends Operand>(
  x: A,
  dim: number,
  start: number,
  length: number,
): TensorOr<A> {
  const shape = shapeOf(x);
  const axis = dimensionOf('narrow', shape, dim);
  const n = shape[axis] as number;
  const from = Number.isInteger(start) && start < 0 ? start + n : start;
  const whole = Number.isInteger(from) && Number.isInteger(length);
  if (!whole || from < 0 || length < 0 || from + length > n) {
    throw new IndexError(
      `narrow: ${String(length)} elements from ${String(start)} on are not in dimension ${axis} of ${showShape(shape)}`,
    );
  }
  return sliceBy(x, along(shape, axis, from, length));
}

const flipOp = structured<{ dims: readonly number[] }>({
  name: 'flip',
  inputs: ['x'],
  // A copy, as in PyTorch: a change in place of the result must not reach x.
  kernel: ([x], { dims }) => copyOf(reversed(x as NDArray, dims)),
  shape: ([x = []]) => x,
  vjp: [(g, _inputs, _y, { dims }) => flip(g, dims)],
  linear: true,
  symbol: '⇄',
});

/** A view with the elements along some dimensions in reverse order. */
export function reversed(x: NDArray, dims: readonly number[]): NDArray {
  const { shape } = x;
  const turned = shape.map((_, k) => dims.includes(k));
  return viewed(
    x,
    sliceView({
      starts: shape.map((n, k) => (turned[k] ? n - 1 : 0)),
      steps: turned.map(turn => (turn ? -1 : 1)),
      sizes: shape,
    }),
  );
}

/**
 * The elements along some dimensions in reverse order (a copy). Source: `torch.flip`.
 *
 * ```ts
 * flip(tensor([[1, 2], [3, 4]]), 1).toArray(); // [[2, 1], [4, 3]]
 * ```
 * @throws IndexError for a dimension that does not exist or is given twice.
 */
export function flip<A extends Operand>(x: A, dims: number | readonly number[]): TensorOr<A> {
  const none = Array.isArray(dims) && dims.length === 0;
  const list = none ? [] : dimensions('flip', dims, shapeOf(x).length);
  return flipOp([x], { dims: list }) as TensorOr<A>;
}

export const sliceMethods = methods({ slice, select, narrow, flip });

const of = (...shape: number[]) => ({ shape });

/** Not linear, so that second derivatives go through the inverse of a view. */
const squared = (x: Tensor): Tensor => mul(x, x);

describeOps({
  slice: {
    about: 'A slice along a dimension, without a copy.',
    torch: 'torch.slice_copy',
    samples: [
      { inputs: [of(5, 2)], call: x => slice(x, 0, { start: 1, end: -1 }) },
      { inputs: [of(2, 5)], call: x => slice(x, -1, { start: -4, step: 2 }) },
      { inputs: [of(3)], call: x => slice(x, 0, { start: 2, end: 1 }) },
      { inputs: [of(2, 3)], call: x => squared(slice(x, 1, { start: 1, step: 2 })) },
    ],
  },
  select: {
    about: 'The part at one index of a dimension, without a copy.',
    torch: 'torch.select',
    samples: [
      { inputs: [of(3, 2)], call: x => select(x, 0, 1) },
      { inputs: [of(2, 3, 2)], call: x => select(x, -2, -1) },
      { inputs: [of(3)], call: x => select(x, 0, 2) },
      { inputs: [of(2, 0)], call: x => select(x, 0, 1) },
      { inputs: [of(2, 2)], call: x => squared(select(x, 1, 0)) },
    ],
  },
  narrow: {
    about: 'A number of elements from a start on, without a copy.',
    torch: 'torch.narrow',
    samples: [
      { inputs: [of(2, 5)], call: x => narrow(x, -1, -3, 2) },
      { inputs: [of(3)], call: x => narrow(x, 0, 3, 0) },
    ],
  },
  flip: {
    about: 'The elements along some dimensions in reverse order.',
    torch: 'torch.flip',
    samples: [
      { inputs: [of(2, 3)], call: x => flip(x, [0, -1]) },
      { inputs: [of(3)], call: x => flip(x, 0) },
      { inputs: [of()], call: x => flip(x, []) },
      { inputs: [of(0, 2)], call: x => flip(x, 0) },
    ],
  },
});
