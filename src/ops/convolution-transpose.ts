// Transposed convolutions: the convolution's own derivative by its input, as an op for users.

import { ArgumentError, checkOptions } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { ShapeError, showShape } from '../ndarray/errors.ts';
import type { Geometry } from '../ndarray/im2col.ts';
import type { Shape } from '../ndarray/shape.ts';
import { add } from './arithmetic.ts';
import { checkWeights, convolutionInput } from './convolution.ts';
import { reshape } from './reshape.ts';
import { inBatch, type Spatial, spatial } from './spatial.ts';
import { describeOps, shapeOf, type TensorOr } from './structured.ts';

/** Options of the transposed convolutions. */
export interface ConvTransposeOptions {
  /** One number for each output channel: a tensor of shape [O]. */
  bias?: Operand | null;
  /** Steps in the output from one window to the next; 1 unless given. */
  stride?: Spatial;
  /** Elements cut off at both sides of the output; 0 unless given. */
  padding?: Spatial;
  /** Elements added at the end of the output, fewer than the stride or the dilation; 0 unless given. */
  outputPadding?: Spatial;
  /** Parts into which the channels are split; 1 unless given. */
  groups?: number;
  /** Steps between the elements of a window; 1 unless given. */
  dilation?: Spatial;
}

function convolveTransposed(
  where: string,
  n: number,
  x: Operand,
  weight: Operand,
  options: ConvTransposeOptions = {},
): Operand {
  checkOptions(where, options, [
    'bias',
    'stride',
    'padding',
    'outputPadding',
    'groups',
    'dilation',
  ]);
  const { bias, groups = 1 } = options;
  checkWeights(where, x, weight, bias, groups, n, (w, g) => (w[1] as number) * g);
  return inBatch(where, x, n, (images, shape) => {
    const geometry = geometryOf(where, n, shape, shapeOf(weight), options, groups);
    const y = convolutionInput([images, weight], geometry);
    if (bias === undefined || bias === null) return y;
    return add(y, reshape(bias, [-1, ...geometry.kernel.map(() => 1)]));
  });
}

function geometryOf(
  where: string,
  n: number,
  x: Shape,
  w: Shape,
  options: ConvTransposeOptions,
  groups: number,
): Geometry {
  if (x[1] !== w[0]) {
    throw new ShapeError(
      `${where}: an input of shape ${showShape(x)} has ${x[1]} channels, but the weight ${showShape(w)} takes ${w[0]}; ` +
        'its first size must be the channels of the input',
    );
  }
  const stride = spatial(where, 'stride', options.stride ?? 1, n, 1);
  const dilation = spatial(where, 'dilation', options.dilation ?? 1, n, 1);
  const low = spatial(where, 'padding', options.padding ?? 0, n, 0);
  const more = spatial(where, 'outputPadding', options.outputPadding ?? 0, n, 0);
  if (more.some((k, d) => k >= Math.max(stride[d] as number, dilation[d] as number))) {
    throw new ArgumentError(
      `${where}: outputPadding ${showShape(more)} must be smaller than the stride ${showShape(stride)} ` +
        `or the dilation ${showShape(dilation)}`,
    );
  }
  const [kernel, output] = [w.slice(2), x.slice(2)];
  const input = output.map((size, d) => {
    const windows = (size - 1) * (stride[d] as number);
    const extent = (dilation[d] as number) * ((kernel[d] as number) - 1) + 1;
    const length = windows + extent - 2 * (low[d] as number) + (more[d] as number);
    if (size > 0 && length > 0) return length;
    throw new ShapeError(
      `${where}: an input of shape ${showShape(x)} with kernel ${showShape(kernel)} and padding ${showShape(low)} gives a size ` +
        `of ${length} at dimension ${d - n}; use less padding`,
    );
  });
  return { groups, stride, dilation, low, input, kernel, output };
}

/**
 * One-dimensional transposed convolution: the gradient of {@link conv1d} by its input, as an op. Each element of x adds
 * the kernel, times itself, to the output.
 *
 * Shapes: x [N, C, L] or [C, L]; weight [C, O / groups, K]; bias [O]; result [N, O, L′] with
 * L′ = (L − 1)·stride − 2·padding + dilation·(K − 1) + outputPadding + 1. Element types are promoted. Source:
 * `torch.nn.functional.conv_transpose1d`.
 *
 * ```ts
 * convTranspose1d(tensor([[1, 10]]), tensor([[[1, 2, 3]]]), { stride: 2 }).toArray(); // [[1, 2, 13, 20, 30]]
 * ```
 * @throws ShapeError where ranks, channels or groups do not fit or nothing is left; ArgumentError for options out of
 * range; DTypeError for bool.
 */
export function convTranspose1d<A extends Operand, B extends Operand>(
  x: A,
  weight: B,
  options?: ConvTransposeOptions,
): TensorOr<A | B> {
  return convolveTransposed('convTranspose1d', 1, x, weight, options) as TensorOr<A | B>;
}

/**
 * Two-dimensional transposed convolution, as {@link convTranspose1d} over height and width. Shapes: x [N, C, H, W] or
 * [C, H, W]; weight [C, O / groups, KH, KW]. Source: `torch.nn.functional.conv_transpose2d`.
 *
 * ```ts
 * convTranspose2d(tensor([[[1, 2]]]), ones([1, 1, 2, 2])).toArray(); // [[[1, 3, 2], [1, 3, 2]]]
 * ```
 * @throws ShapeError, ArgumentError and DTypeError as {@link convTranspose1d}.
 */
export function convTranspose2d<A extends Operand, B extends Operand>(
  x: A,
  weight: B,
  options?: ConvTransposeOptions,
): TensorOr<A | B> {
  return convolveTransposed('convTranspose2d', 2, x, weight, options) as TensorOr<A | B>;
}

const of = (...shape: number[]) => ({ shape });

describeOps({
  convTranspose1d: {
    about: 'Transposed convolution over one dimension.',
    torch: 'torch.nn.functional.conv_transpose1d',
    samples: [
      { inputs: [of(1, 2, 2), of(2, 1, 2)], call: (x, w) => convTranspose1d(x, w) },
      {
        inputs: [of(2, 3), of(2, 1, 2), of(2)],
        call: (x, w, bias) =>
          convTranspose1d(x, w, { bias, groups: 2, stride: 2, padding: 1, outputPadding: 1 }),
      },
      {
        inputs: [of(0, 1, 3), of(1, 2, 2)],
        call: (x, w) => convTranspose1d(x, w, { dilation: 2 }),
      },
    ],
  },
  convTranspose2d: {
    about: 'Transposed convolution over two dimensions.',
    torch: 'torch.nn.functional.conv_transpose2d',
    samples: [
      { inputs: [of(1, 1, 2, 2), of(1, 2, 2, 1)], call: (x, w) => convTranspose2d(x, w) },
      {
        inputs: [of(1, 2, 2), of(1, 1, 2, 2), of(1)],
        call: (x, w, bias) => convTranspose2d(x, w, { bias, stride: [1, 2], padding: [1, 0] }),
      },
    ],
  },
});
