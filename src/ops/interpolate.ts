// Pictures, sounds and volumes in another size.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import type { NDArray } from '../ndarray/array.ts';
import { ShapeError, showShape } from '../ndarray/errors.ts';
import { type Resampling, resampled, resampledBack } from '../ndarray/resample.ts';
import { checkShape } from '../ndarray/shape.ts';
import { square } from './power.ts';
import type { Spatial } from './spatial.ts';
import { checkTypes } from './standardize.ts';
import {
  type Apply,
  describeOps,
  methods,
  shapeOf,
  structured,
  type TensorOr,
} from './structured.ts';
import { checkFlag } from './windows.ts';

/** How {@link interpolate} finds elements between elements. */
export type InterpolationMode = 'nearest' | 'linear' | 'bilinear' | 'trilinear';

/** Options of {@link interpolate}: either `size` or `scaleFactor`. */
export interface InterpolateOptions {
  /** The sizes of the spatial dimensions of the result; one number for all of them, or one for each. */
  size?: Spatial;
  /** How many times larger the result is, likewise. */
  scaleFactor?: Spatial;
  /** 'nearest' unless given; the linear ones each for their number of spatial dimensions. */
  mode?: InterpolationMode;
  /** Whether the outermost elements stay where they are, at the ends; false unless given, and never with 'nearest'. */
  alignCorners?: boolean;
}

const resample: Apply<Resampling> = structured<Resampling>({
  name: 'resample',
  inputs: ['x'],
  kernel: ([x], resampling) => resampled(x as NDArray, resampling),
  shape: ([x = []], { dim, to }) => x.with(dim, to),
  vjp: [(g, _x, _y, resampling) => resampleBack([g], resampling)],
  linear: true,
});

const resampleBack: Apply<Resampling> = structured<Resampling>({
  name: 'resampleBack',
  inputs: ['g'],
  kernel: ([g], resampling) => resampledBack(g as NDArray, resampling),
  shape: ([g = []], { dim, from }) => g.with(dim, from),
  vjp: [(g, _x, _y, resampling) => resample([g], resampling)],
  linear: true,
});

/** Spatial dimensions that a mode is for. */
const RANKS: Readonly<Record<InterpolationMode, readonly number[]>> = {
  nearest: [1, 2, 3],
  linear: [1],
  bilinear: [2],
  trilinear: [3],
};

/**
 * `x` in another size. 'nearest' copies the element ⌊i · n / n′⌋; the linear modes weight the two neighbours in each
 * dimension of the place (i + ½) · n / n′ − ½, or with `alignCorners` i · (n − 1) / (n′ − 1). With `scaleFactor` s, n′ is
 * ⌊n · s⌋, and 1 / s stands for n / n′.
 *
 * Shapes: x [batch, channels, L] (nearest, linear), [batch, channels, H, W] (nearest, bilinear) or [batch, channels, D, H, W]
 * (nearest, trilinear). float32 and float64. Source: `torch.nn.functional.interpolate`.
 *
 * ```ts
 * interpolate(tensor([[[1, 2]]]), { size: 4 }).toArray(); // [[[1, 1, 2, 2]]]
 * interpolate(tensor([[[1, 2]]]), { scaleFactor: 2, mode: 'linear' }).toArray(); // [[[1, 1.25, 1.75, 2]]]
 * ```
 * @throws ShapeError where the shape does not fit the mode, ArgumentError unless exactly one of size and scale factor is
 * given, DTypeError for int32 and bool.
 */
export function interpolate<A extends Operand>(x: A, options: InterpolateOptions): TensorOr<A> {
  const name = 'interpolate';
  checkOptions(name, options, ['size', 'scaleFactor', 'mode', 'alignCorners']);
  const { mode = 'nearest', alignCorners, size, scaleFactor } = options ?? {};
  if (!Object.hasOwn(RANKS, mode)) {
    throw new ArgumentError(
      `${name}: mode must be 'nearest', 'linear', 'bilinear' or 'trilinear', got ${describe(mode)}`,
    );
  }
  if (alignCorners !== undefined && alignCorners !== null) {
    checkFlag(name, 'alignCorners', alignCorners);
    if (mode === 'nearest') {
      throw new ArgumentError(
        `${name}: alignCorners goes with the linear modes, not with 'nearest'`,
      );
    }
  }
  const shape = shapeOf(x);
  const rank = shape.length - 2;
  if (!RANKS[mode].includes(rank)) {
    throw new ShapeError(
      `${name}: mode '${mode}' takes [batch, channels] and ${RANKS[mode].join(', ')} spatial dimensions, got ` +
        `${showShape(shape)}; use another mode or reshape`,
    );
  }
  checkTypes(name, x, []);
  if ((size === undefined) === (scaleFactor === undefined)) {
    throw new ArgumentError(`${name}: give either size or scaleFactor`);
  }
  const input = shape.slice(2);
  const factors =
    scaleFactor === undefined ? null : numbersFor(name, 'scaleFactor', scaleFactor, rank);
  const sizes = factors
    ? input.map((n, d) => Math.floor(n * (factors[d] as number)))
    : numbersFor(name, 'size', size, rank);
  checkShape(name, sizes);
  if ([...input, ...sizes].includes(0)) {
    throw new ShapeError(
      `${name}: no size may be 0, got ${showShape(input)} to ${showShape(sizes)}`,
    );
  }
  let y: Operand = x;
  input.forEach((from, d) => {
    const to = sizes[d] as number;
    const ratio = factors ? 1 / (factors[d] as number) : from / to;
    const step = alignCorners ? (to > 1 ? (from - 1) / (to - 1) : 0) : ratio;
    const kind = mode === 'nearest' ? 'nearest' : 'linear';
    const params = { dim: d + 2, from, to, mode: kind, step, alignCorners: alignCorners === true };
    if (from !== to || step !== 1) y = resample([y], params as Resampling);
  });
  return y as TensorOr<A>;
}

function numbersFor(name: string, what: string, given: unknown, rank: number): readonly number[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : new Array(rank).fill(given);
  if (list.length === rank && list.every(n => typeof n === 'number' && n > 0)) {
    return list as readonly number[];
  }
  throw new ArgumentError(
    `${name}: ${what} must be a number above 0, or an array of one for each of the ${rank} spatial dimensions, got ` +
      (Array.isArray(given) ? showShape(given as number[]) : describe(given)),
  );
}

export const interpolateMethods = methods({ interpolate });

const of = (...shape: number[]) => ({ shape });

describeOps({
  interpolate: {
    about: 'Pictures, sounds and volumes in another size.',
    torch: 'torch.nn.functional.interpolate',
    samples: [
      { inputs: [of(1, 2, 3)], call: x => interpolate(x, { size: 5 }) },
      { inputs: [of(1, 1, 4)], call: x => square(interpolate(x, { size: [3], mode: 'linear' })) },
      {
        inputs: [of(1, 1, 2, 3)],
        call: x => interpolate(x, { scaleFactor: [2, 0.7], mode: 'bilinear' }),
      },
      {
        inputs: [of(1, 1, 3, 2)],
        call: x => interpolate(x, { size: [2, 3], mode: 'bilinear', alignCorners: true }),
      },
      { inputs: [of(1, 1, 2, 1, 2)], call: x => interpolate(x, { size: 3, mode: 'trilinear' }) },
    ],
  },
});
