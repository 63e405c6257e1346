// Pictures read at places given by another tensor, for warps and rotations that are learnt.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import type { Tensor } from '../autograd/tensor.ts';
import { ShapeError, showShape } from '../ndarray/errors.ts';
import { add, div, mul, sub, where } from './arithmetic.ts';
import { eq, ge, le } from './comparison.ts';
import { gather } from './gather.ts';
import { fmod } from './remainder.ts';
import { expand, reshape, to } from './reshape.ts';
import { abs, clamp, floor, round } from './rounding.ts';
import { select } from './slice.ts';
import { checkTypes } from './standardize.ts';
import { describeOps, methods, shapeOf, type TensorOr } from './structured.ts';
import { checkFlag } from './windows.ts';

/** Options of {@link gridSample}. */
export interface GridSampleOptions {
  /** The mean of the four neighbours by their distance ('bilinear', unless said otherwise), or the nearest one. */
  mode?: 'bilinear' | 'nearest';
  /** What lies outside: zeros (unless said otherwise), the elements of the border, or the picture mirrored at it. */
  paddingMode?: 'zeros' | 'border' | 'reflection';
  /** Whether −1 and 1 are the middles of the outermost elements, or their outer edges (false, unless said otherwise). */
  alignCorners?: boolean;
}

const MODES: readonly unknown[] = ['bilinear', 'nearest'];
const PADDINGS: readonly unknown[] = ['zeros', 'border', 'reflection'];

/**
 * y[n, c, i, j] = x[n, c] at the place grid[n, i, j] = (x, y), where −1 and 1 are the ends of width and height. Shapes: x
 * [batch, channels, H, W], grid [batch, H′, W′, 2] → [batch, channels, H′, W′]. float32 and float64. Source:
 * `torch.nn.functional.grid_sample`; Jaderberg et al., Spatial transformer networks (2015).
 *
 * ```ts
 * gridSample(tensor([[[[1, 2], [3, 4]]]]), tensor([[[[0, 0], [0.5, -0.5]]]])).toArray(); // [[[[2.5, 2]]]]
 * ```
 * @throws ShapeError where the shapes do not fit, ArgumentError for unknown modes, DTypeError for int32, bool or two types.
 */
export function gridSample<A extends Operand>(
  x: A,
  grid: Operand,
  options?: GridSampleOptions,
): TensorOr<A> {
  const name = 'gridSample';
  checkOptions(name, options, ['mode', 'paddingMode', 'alignCorners']);
  const { mode = 'bilinear', paddingMode = 'zeros', alignCorners = false } = options ?? {};
  checkFlag(name, 'alignCorners', alignCorners);
  if (!MODES.includes(mode)) {
    throw new ArgumentError(`${name}: mode must be 'bilinear' or 'nearest', got ${describe(mode)}`);
  }
  if (!PADDINGS.includes(paddingMode)) {
    throw new ArgumentError(
      `${name}: paddingMode must be 'zeros', 'border' or 'reflection', got ${describe(paddingMode)}`,
    );
  }
  const [shape, places] = [shapeOf(x), shapeOf(grid)];
  const [batch = 0, channels = 0, height = 0, width = 0] = shape;
  if (shape.length !== 4 || places.length !== 4 || places[0] !== batch || places[3] !== 2) {
    throw new ShapeError(
      `${name}: the input must be [batch, channels, H, W] and the grid [batch, H, W, 2], got ${showShape(shape)} and ` +
        showShape(places),
    );
  }
  if (height === 0 || width === 0) {
    throw new ShapeError(`${name}: a picture of shape ${showShape(shape)} has nothing to read`);
  }
  checkTypes(name, x, [grid]);
  const [, rows = 0, columns = 0] = places;
  const at = (k: number, size: number): Operand => {
    const along = reshape(select(grid, -1, k), [batch, 1, rows * columns]);
    return inside(unscaled(along, size, alignCorners), size, paddingMode, alignCorners);
  };
  const picture: Picture = {
    flat: reshape(x as Operand, [batch, channels, height * width]),
    ...{ batch, channels, height, width, count: rows * columns },
  };
  const [column, row] = [at(0, width), at(1, height)];
  const y = mode === 'nearest' ? nearest(picture, row, column) : bilinear(picture, row, column);
  return reshape(y, [batch, channels, rows, columns]) as TensorOr<A>;
}

/** From [−1, 1] to elements. */
function unscaled(place: Operand, size: number, alignCorners: boolean): Operand {
  const along = add(place, 1);
  return alignCorners ? mul(along, (size - 1) / 2) : sub(mul(along, size / 2), 0.5);
}

/** A place beyond the border brought back, unless zeros lie there. */
function inside(
  place: Operand,
  size: number,
  padding: 'zeros' | 'border' | 'reflection',
  alignCorners: boolean,
): Operand {
  if (padding === 'zeros') return place;
  const back = padding === 'border' ? place : mirrored(place, size, alignCorners);
  return clamp(back, { min: 0, max: size - 1 });
}

/** Mirrored at the middles of the outermost elements, or at their edges, as often as needed. */
function mirrored(place: Operand, size: number, alignCorners: boolean): Operand {
  const low = alignCorners ? 0 : -0.5;
  const span = alignCorners ? size - 1 : size;
  if (span === 0) return mul(place, 0);
  const distance = abs(sub(place, low));
  const rest = fmod(distance, span);
  const even = eq(fmod(floor(div(distance, span)), 2), 0);
  return add(where(even, rest, sub(span, rest)), low);
}

/** A picture with its rows after each other, and the number of places to read. */
interface Picture {
  flat: Operand;
  batch: number;
  channels: number;
  height: number;
  width: number;
  count: number;
}

/** The elements at whole rows and columns, [batch, channels, places], times a factor; 0 outside. */
function read(picture: Picture, row: Operand, column: Operand, factor: Operand): Operand {
  const { flat, batch, channels, height, width, count } = picture;
  const within = (k: Operand, size: number): Operand => mul(ge(k, 0), le(k, size - 1));
  const bounded = (k: Operand, size: number): Operand =>
    to(clamp(k, { min: 0, max: size - 1 }), 'int32');
  const place = add(mul(bounded(row, height), width), bounded(column, width));
  const values = gather(flat, 2, expand(place, [batch, channels, count]) as Tensor);
  const known = mul(within(row, height), within(column, width));
  return mul(values, where(known, factor, 0));
}

function nearest(picture: Picture, row: Operand, column: Operand): Operand {
  // The place itself, times 0, so that its gradient is 0 and not missing.
  const factor = add(mul(add(row, column), 0), 1);
  return read(picture, round(row), round(column), factor);
}

function bilinear(picture: Picture, row: Operand, column: Operand): Operand {
  const [top, left] = [floor(row), floor(column)];
  const [down, right] = [sub(row, top), sub(column, left)];
  const [up, back] = [sub(1, down), sub(1, right)];
  const [bottom, end] = [add(top, 1), add(left, 1)];
  const upper = add(
    read(picture, top, left, mul(up, back)),
    read(picture, top, end, mul(up, right)),
  );
  const lower = add(
    read(picture, bottom, left, mul(down, back)),
    read(picture, bottom, end, mul(down, right)),
  );
  return add(upper, lower);
}

export const gridSampleMethods = methods({ gridSample });

const of = (...shape: number[]) => ({ shape });
const somewhere = { shape: [1, 2, 1, 2], data: [-0.33, 0.21, 1.37, -1.23] };

describeOps({
  gridSample: {
    about: 'A picture read at places given by another tensor.',
    torch: 'torch.nn.functional.grid_sample',
    samples: [
      { inputs: [of(1, 1, 2, 3), somewhere], call: (x, grid) => gridSample(x, grid) },
      {
        inputs: [of(1, 2, 2, 2), somewhere],
        call: (x, grid) => gridSample(x, grid, { paddingMode: 'reflection', alignCorners: true }),
      },
      {
        inputs: [of(1, 1, 2, 2), somewhere],
        call: (x, grid) => gridSample(x, grid, { paddingMode: 'border' }),
      },
      {
        inputs: [of(1, 1, 2, 2), somewhere],
        call: (x, grid) => gridSample(x, grid, { mode: 'nearest' }),
      },
    ],
  },
});
