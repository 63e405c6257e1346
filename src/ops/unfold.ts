// The windows of images as columns, and columns added up into images: im2col and col2im as ops.

import { checkOptions } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import type { NDArray } from '../ndarray/array.ts';
import { ShapeError, showShape } from '../ndarray/errors.ts';
import { foldArray, type Geometry, unfoldArray } from '../ndarray/im2col.ts';
import { type Shape, sizeOf } from '../ndarray/shape.ts';
import { reshape } from './reshape.ts';
import { inBatch, type Spatial, spatial } from './spatial.ts';
import { describeOps, shapeOf, structured, type TensorOr } from './structured.ts';

const unfoldOp = structured<Geometry>({
  name: 'unfold',
  inputs: ['x'],
  kernel: ([x], geometry) => unfoldArray(x as NDArray, geometry),
  shape: ([x = []], { kernel, output }) => [
    x[0] as number,
    (x[1] as number) * sizeOf(kernel),
    sizeOf(output),
  ],
  vjp: [(g, _inputs, _y, geometry): Operand => foldOp([g], geometry)],
  linear: true,
});

const foldOp = structured<Geometry>({
  name: 'fold',
  inputs: ['x'],
  kernel: ([x], geometry) => foldArray(x as NDArray, geometry),
  shape: ([x = []], { kernel, input }) => [
    x[0] as number,
    (x[1] as number) / sizeOf(kernel),
    ...input,
  ],
  vjp: [(g, _inputs, _y, geometry): Operand => unfoldOp([g], geometry)],
  linear: true,
});

/** Options of {@link unfold} and {@link fold}. */
export interface UnfoldOptions {
  /** Steps between the elements of a window; 1 unless given. */
  dilation?: Spatial;
  /** Zeros on both sides of the image; 0 unless given. */
  padding?: Spatial;
  /** Steps from window to window; 1 unless given. */
  stride?: Spatial;
}

function geometryOf(
  where: string,
  input: Shape,
  kernelSize: Spatial,
  options: UnfoldOptions = {},
): Geometry {
  checkOptions(where, options, ['dilation', 'padding', 'stride']);
  const kernel = spatial(where, 'kernelSize', kernelSize, 2, 1);
  const stride = spatial(where, 'stride', options.stride ?? 1, 2, 1);
  const dilation = spatial(where, 'dilation', options.dilation ?? 1, 2, 1);
  const low = spatial(where, 'padding', options.padding ?? 0, 2, 0);
  const output = input.map((size, d) => {
    const extent = (dilation[d] as number) * ((kernel[d] as number) - 1) + 1;
    const padded = size + 2 * (low[d] as number);
    if (padded >= extent) return Math.floor((padded - extent) / (stride[d] as number)) + 1;
    throw new ShapeError(
      `${where}: the kernel ${showShape(kernel)} covers ${extent} elements, more than the ${padded} of the padded image ` +
        `${showShape(input)} at dimension ${d - 2}; use a smaller kernel or more padding`,
    );
  });
  return { groups: 1, stride, dilation, low, input, kernel, output };
}

/**
 * The windows of images as columns (im2col): column l has the elements of window l, channel by channel.
 *
 * Shapes: x [N, C, H, W] or [C, H, W]; result [N, C·KH·KW, L] for L windows, row by row; their number along each
 * dimension is that of {@link conv1d}. The element type stays. Source: `torch.nn.functional.unfold`.
 *
 * ```ts
 * unfold(tensor([[[1, 2, 3], [4, 5, 6]]]), 2).toArray(); // [[1, 2], [2, 3], [4, 5], [5, 6]]
 * ```
 * @throws ShapeError where the rank does not fit or the kernel is larger than the padded image; ArgumentError for
 * options out of range.
 */
export function unfold<A extends Operand>(
  x: A,
  kernelSize: Spatial,
  options?: UnfoldOptions,
): TensorOr<A> {
  return inBatch('unfold', x, 2, (images, shape) =>
    unfoldOp([images], geometryOf('unfold', shape.slice(2), kernelSize, options)),
  ) as TensorOr<A>;
}

/**
 * Columns added up into images (col2im), the inverse of {@link unfold} in the chain rule: what several windows cover is
 * the sum of theirs.
 *
 * Shapes: x [N, C·KH·KW, L] or [C·KH·KW, L]; result [N, C, ...outputSize] or [C, ...outputSize]. Source:
 * `torch.nn.functional.fold`.
 *
 * ```ts
 * fold(tensor([[1, 2], [2, 3], [4, 5], [5, 6]]), [2, 3], 2).toArray(); // [[[1, 4, 3], [4, 10, 6]]]
 * ```
 * @throws ShapeError where sizes do not fit; ArgumentError for options out of range.
 */
export function fold<A extends Operand>(
  x: A,
  outputSize: Spatial,
  kernelSize: Spatial,
  options?: UnfoldOptions,
): TensorOr<A> {
  const image = spatial('fold', 'outputSize', outputSize, 2, 1);
  const geometry = geometryOf('fold', image, kernelSize, options);
  const taps = sizeOf(geometry.kernel);
  const places = sizeOf(geometry.output);
  const shape = shapeOf(x);
  const [rows, columns] = shape.slice(-2);
  if (
    (shape.length !== 2 && shape.length !== 3) ||
    (rows as number) % taps !== 0 ||
    columns !== places
  ) {
    throw new ShapeError(
      `fold: the input must have the shape [C·${taps}, ${places}] or [N, C·${taps}, ${places}] for images of ` +
        `${showShape(image)} and a kernel of ${showShape(geometry.kernel)}, got ${showShape(shape)}`,
    );
  }
  if (shape.length === 3) return foldOp([x], geometry) as TensorOr<A>;
  const images = foldOp([reshape(x, [1, ...shape])], geometry);
  return reshape(images, shapeOf(images).slice(1)) as TensorOr<A>;
}

const of = (...shape: number[]) => ({ shape });

describeOps({
  unfold: {
    about: 'The windows of images as columns.',
    torch: 'torch.nn.functional.unfold',
    samples: [
      { inputs: [of(2, 1, 2, 3)], call: x => unfold(x, 2) },
      {
        inputs: [of(1, 3, 4)],
        call: x => unfold(x, [2, 1], { padding: [1, 0], stride: [2, 3], dilation: [2, 1] }),
      },
      { inputs: [of(0, 1, 2, 2)], call: x => unfold(x, 2) },
    ],
  },
  fold: {
    about: 'Columns added up into images.',
    torch: 'torch.nn.functional.fold',
    samples: [
      { inputs: [of(1, 4, 2)], call: x => fold(x, [2, 3], 2) },
      {
        inputs: [of(2, 6)],
        call: x => fold(x, [3, 4], [1, 2], { padding: [0, 1], stride: [2, 2] }),
      },
    ],
  },
});
