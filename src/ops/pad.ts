// Padding: a border of one number, or of the elements themselves.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import type { Tensor } from '../autograd/tensor.ts';
import { filled, type NDArray } from '../ndarray/array.ts';
import { ShapeError, showShape } from '../ndarray/errors.ts';
import { copyInto } from '../ndarray/map.ts';
import { checkShape, type Shape } from '../ndarray/shape.ts';
import { along, type SliceParams, sliceView, viewed } from '../ndarray/view.ts';
import { mul } from './arithmetic.ts';
import { cat } from './join.ts';
import { expand } from './reshape.ts';
import { flip, sliceBy } from './slice.ts';
import { describeOps, methods, shapeOf, structured, type TensorOr } from './structured.ts';

/** Elements to add before and after each dimension; negative ones are cut off. */
interface PadParams {
  before: readonly number[];
  after: readonly number[];
  value: number;
}

const padOp = structured<PadParams>({
  name: 'pad',
  inputs: ['x'],
  kernel: ([x], params) => padded(x as NDArray, params),
  shape: ([x = []], params) => paddedShape(x, params),
  vjp: [
    // What was added is cut off again, and the other way round.
    (g, _inputs, _y, { before, after }) => {
      const back = (n: number): number => -n;
      return padOp([g], { before: before.map(back), after: after.map(back), value: 0 }) as Operand;
    },
  ],
  symbol: '▣',
}) as (inputs: readonly Operand[], params: PadParams) => Operand;

function paddedShape(shape: Shape, { before, after }: PadParams): number[] {
  return shape.map((n, k) => n + (before[k] as number) + (after[k] as number));
}

function padded(x: NDArray, params: PadParams): NDArray {
  const { before, after, value } = params;
  const out = filled(paddedShape(x.shape, params), value, x.dtype);
  const sizes = x.shape.map(
    (n, k) => n + Math.min(0, before[k] as number) + Math.min(0, after[k] as number),
  );
  if (sizes.some(n => n <= 0)) return out;
  const steps = sizes.map(() => 1);
  const part = (starts: readonly number[]): SliceParams => ({ starts, steps, sizes });
  const to = part(before.map(n => Math.max(0, n)));
  const from = part(before.map(n => Math.max(0, -n)));
  copyInto(viewed(out, sliceView(to)), viewed(x, sliceView(from)));
  return out;
}

/** How {@link pad} fills the border. */
export type PadMode = 'constant' | 'reflect' | 'replicate' | 'circular';

/** Options of {@link pad}. */
export interface PadOptions {
  /**
   * What the border is: one number ('constant', unless said otherwise), the elements mirrored at the outermost one ('reflect'),
   * the outermost one ('replicate'), or the elements of the other end ('circular').
   */
  mode?: PadMode;
  /** The number of a constant border; 0 unless given. */
  value?: number;
}

/**
 * A border around a tensor: `padding` has the elements to add before and after the last dimension, then those for the last but
 * one, and so on: [left, right, top, bottom, …]. Negative numbers cut elements off. Source: `torch.nn.functional.pad`.
 *
 * ```ts
 * pad(tensor([1, 2, 3]), [1, 2]).toArray(); // [0, 1, 2, 3, 0, 0]
 * pad(tensor([1, 2, 3]), [2, 0], { mode: 'reflect' }).toArray(); // [3, 2, 1, 2, 3]
 * pad(tensor([1, 2, 3]), [1, 1], { mode: 'circular' }).toArray(); // [3, 1, 2, 3, 1]
 * ```
 * @throws ShapeError where `padding` does not fit the shape: too many numbers, more cut off than there is, a mirror or a
 * repetition longer than the dimension. ArgumentError for an unknown mode, or a value with another mode than 'constant'.
 */
export function pad<A extends Operand>(
  x: A,
  padding: readonly number[],
  options?: PadOptions,
): TensorOr<A> {
  checkOptions('pad', options, ['mode', 'value']);
  const { mode = 'constant', value } = options ?? {};
  const shape = shapeOf(x);
  const params = { ...bordersOf(padding, shape), value: value ?? 0 };
  if (typeof params.value !== 'number') {
    throw new ArgumentError(`pad: the value must be a number, got ${describe(value)}`);
  }
  checkShape('pad', paddedShape(shape, params));
  if (mode === 'constant') return padOp([x], params) as TensorOr<A>;
  const border: Border | undefined = Object.hasOwn(BORDERS, mode) ? BORDERS[mode] : undefined;
  if (border === undefined) {
    throw new ArgumentError(
      `pad: mode must be 'constant', 'reflect', 'replicate' or 'circular', got ${describe(mode)}`,
    );
  }
  if (value !== undefined) {
    throw new ArgumentError(`pad: a value goes with mode 'constant' only, not with '${mode}'`);
  }
  return alongEach(x, params, mode, border) as TensorOr<A>;
}

function bordersOf(
  padding: readonly number[],
  shape: Shape,
): { before: readonly number[]; after: readonly number[] } {
  if (!Array.isArray(padding) || padding.length % 2 === 1 || !padding.every(Number.isInteger)) {
    throw new ArgumentError(
      'pad: give two whole numbers for each dimension to pad, the last dimension first: [left, right, top, bottom]',
    );
  }
  const list: readonly number[] = padding;
  if (list.length > 2 * shape.length) {
    throw new ShapeError(
      `pad: ${showShape(list)} is for ${list.length / 2} dimensions, and shape ${showShape(shape)} has ${shape.length}`,
    );
  }
  const at = (k: number, side: number): number => list[2 * (shape.length - 1 - k) + side] ?? 0;
  const before = shape.map((_, k) => at(k, 0));
  const after = shape.map((_, k) => at(k, 1));
  shape.forEach((n, k) => {
    const [left = 0, right = 0] = [before[k], after[k]];
    if (n + left + right < 0 || n + Math.min(0, left) + Math.min(0, right) < 0) {
      throw new ShapeError(
        `pad: [${left}, ${right}] cuts more off dimension ${k} of ${showShape(shape)} than there is`,
      );
    }
  });
  return { before, after };
}

/** A border made of the elements along one dimension. */
interface Border {
  /** How wide it may be where there are n elements. */
  most: (n: number) => number;
  /** `width` elements to put before the first. */
  before: (x: Operand, dim: number, width: number) => Operand;
  /** `width` elements to put after the last. */
  after: (x: Operand, dim: number, width: number) => Operand;
}

/** Elements from `start` on; counted from the end where negative. */
function part(x: Operand, dim: number, start: number, length: number): Operand {
  const shape = shapeOf(x);
  const from = start < 0 ? (shape[dim] as number) + start : start;
  return sliceBy(x, along(shape, dim, from, length));
}

function stretched(x: Operand, dim: number, width: number): Operand {
  return expand(x, shapeOf(x).with(dim, width));
}

const BORDERS: Readonly<Record<Exclude<PadMode, 'constant'>, Border>> = {
  reflect: {
    most: n => n - 1,
    before: (x, dim, width) => flip(part(x, dim, 1, width), dim),
    after: (x, dim, width) => flip(part(x, dim, -1 - width, width), dim),
  },
  replicate: {
    most: n => (n === 0 ? 0 : Number.POSITIVE_INFINITY),
    before: (x, dim, width) => stretched(part(x, dim, 0, 1), dim, width),
    after: (x, dim, width) => stretched(part(x, dim, -1, 1), dim, width),
  },
  circular: {
    most: n => n,
    before: (x, dim, width) => part(x, dim, -width, width),
    after: (x, dim, width) => part(x, dim, 0, width),
  },
};

function alongEach(x: Operand, params: PadParams, mode: string, border: Border): Operand {
  const cuts = (list: readonly number[]): number[] => list.map(n => Math.min(0, n));
  let y = padOp([x], { before: cuts(params.before), after: cuts(params.after), value: 0 });
  const shape = shapeOf(y);
  shape.forEach((n, dim) => {
    const [left, right] = [params.before[dim] as number, params.after[dim] as number];
    if (left <= 0 && right <= 0) return;
    if (Math.max(left, right) > border.most(n)) {
      throw new ShapeError(
        `pad: mode '${mode}' can add at most ${Math.max(0, border.most(n))} elements at an end of dimension ${dim} of size ${n}, ` +
          `not ${Math.max(left, right)}`,
      );
    }
    const parts = [
      ...(left > 0 ? [border.before(y, dim, left)] : []),
      y,
      ...(right > 0 ? [border.after(y, dim, right)] : []),
    ];
    y = cat(parts, { dim });
  });
  return y;
}

export const padMethods = methods({ pad });

const of = (...shape: number[]) => ({ shape });

/** Not linear, so that second derivatives go through the rule of the rule. */
const squared = (x: Tensor): Tensor => mul(x, x);

describeOps({
  pad: {
    about: 'A border of one number, or of the elements mirrored or repeated.',
    torch: 'torch.nn.functional.pad',
    samples: [
      { inputs: [of(2, 2)], call: x => squared(pad(x, [1, -1, 0, 1], { value: 0.5 })) },
      { inputs: [of(0, 2)], call: x => pad(x, [0, 0, 1, 0]) },
      { inputs: [of()], call: x => pad(x, []) },
      { inputs: [of(2, 3)], call: x => pad(x, [2, 1, 0, 1], { mode: 'reflect' }) },
      { inputs: [of(1, 2)], call: x => pad(x, [2, 3, 1, 0], { mode: 'replicate' }) },
      { inputs: [of(2, 3)], call: x => pad(x, [-1, 2, 1, 2], { mode: 'circular' }) },
    ],
  },
});
