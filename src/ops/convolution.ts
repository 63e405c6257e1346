// Convolutions of any rank: one product that is linear in images, weights and outputs, whose three derivatives are the
// convolution, the transposed convolution and the gradient of the weights. Each is the rule of the others.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand, Writer } from '../autograd/op.ts';
import { Tensor } from '../autograd/tensor.ts';
import type { NDArray } from '../ndarray/array.ts';
import {
  convolveArrays,
  convolveInputArrays,
  convolveWeightArrays,
} from '../ndarray/convolution.ts';
import { DTypeError, ShapeError, showShape } from '../ndarray/errors.ts';
import type { Geometry } from '../ndarray/im2col.ts';
import type { Shape } from '../ndarray/shape.ts';
import { sum } from './reduce.ts';
import { reshape } from './reshape.ts';
import { inBatch, type Spatial, spatial } from './spatial.ts';
import { describeOps, shapeOf, structured, type TensorOr } from './structured.ts';
import { convolutionIndices, windowOver } from './window-terms.ts';

/** `conv2d(x, w)`: the name with the rank, as it is called. */
function call(name: string) {
  const rank = (w: Writer): number => (w.params as Geometry).kernel.length;
  return {
    text: (w: Writer) => ({
      string: `${name}${rank(w)}d(${w.arg(0)}, ${w.arg(1)})`,
      precedence: 'atom' as const,
    }),
    latex: (w: Writer) => ({
      string: `\\operatorname{${name}${rank(w)}d}\\left(${w.arg(0)}, ${w.arg(1)}\\right)`,
      precedence: 'atom' as const,
    }),
  };
}

const written = call('conv');

/** The shape of y: [n, o, ...output]. */
function outputShape([x = [], w = []]: readonly Shape[], { output }: Geometry): Shape {
  return [x[0] as number, w[0] as number, ...output];
}

/** Which elements of image and weight are multiplied for each element of the output. */
function convolutionWindow([image = [], weight = []]: readonly Shape[], geometry: Geometry) {
  const { labels, x, w, y } = convolutionIndices(image, weight, geometry);
  return windowOver('sum', labels, y, [x, w]);
}

const convolution = structured<Geometry>({
  name: 'convolution',
  inputs: ['x', 'w'],
  kernel: ([x, w], geometry) => convolveArrays(x as NDArray, w as NDArray, null, geometry),
  shape: outputShape,
  vjp: [
    (g, [, w], _y, geometry): Operand => convolutionInput([g, w as Operand], geometry),
    (g, [x], _y, geometry): Operand => convolutionWeight([x as Operand, g], geometry),
  ],
  linear: true,
  terms: convolutionWindow,
  symbol: '∗',
  ...written,
});

/** The derivative by x of Σ y·(x ∗ w): what PyTorch calls the transposed convolution. */
export const convolutionInput = structured<Geometry>({
  name: 'convolutionInput',
  inputs: ['y', 'w'],
  kernel: ([y, w], geometry) => convolveInputArrays(y as NDArray, w as NDArray, geometry),
  shape: ([y = [], w = []], { groups, input }) => [
    y[0] as number,
    (w[1] as number) * groups,
    ...input,
  ],
  vjp: [
    (g, [, w], _x, geometry): Operand => convolution([g, w as Operand], geometry),
    (g, [y], _x, geometry): Operand => convolutionWeight([g, y as Operand], geometry),
  ],
  linear: true,
  terms: ([of = [], weight = []], geometry) => {
    const { labels, x, w, y } = convolutionIndices(of, weight, geometry);
    return windowOver('sum', labels, x, [y, w]);
  },
  symbol: '∗ᵀ',
  ...call('convTranspose'),
});

/** The derivative by w of Σ y·(x ∗ w). */
const convolutionWeight = structured<Geometry>({
  name: 'convolutionWeight',
  inputs: ['x', 'y'],
  kernel: ([x, y], geometry) => convolveWeightArrays(x as NDArray, y as NDArray, geometry),
  shape: ([x = [], y = []], { groups, kernel }) => [
    y[1] as number,
    (x[1] as number) / groups,
    ...kernel,
  ],
  vjp: [
    (g, [, y], _w, geometry): Operand => convolutionInput([y as Operand, g], geometry),
    (g, [x], _w, geometry): Operand => convolution([x as Operand, g], geometry),
  ],
  linear: true,
  terms: ([image = [], of = []], geometry) => {
    const shape = [of[1] as number, (image[1] as number) / geometry.groups, ...geometry.kernel];
    const { labels, x, w, y } = convolutionIndices(image, shape, geometry);
    return windowOver('sum', labels, w, [x, y]);
  },
  symbol: '∗ʷ',
  ...call('convWeight'),
});

/** A convolution plus a number for each channel, in one pass over the output. */
const convolutionBias = structured<Geometry>({
  name: 'convolutionBias',
  inputs: ['x', 'w', 'b'],
  kernel: ([x, w, b], geometry) =>
    convolveArrays(x as NDArray, w as NDArray, b as NDArray, geometry),
  shape: outputShape,
  vjp: [
    (g, [, w], _y, geometry): Operand => convolutionInput([g, w as Operand], geometry),
    (g, [x], _y, geometry): Operand => convolutionWeight([x as Operand, g], geometry),
    g => {
      const [n, o] = shapeOf(g) as [number, number];
      // Along the rows first, as they lie in memory.
      return sum(sum(reshape(g, [n, o, pixels(shapeOf(g))]), { dim: 2 }), { dim: 0 });
    },
  ],
  terms: (shapes, geometry) => {
    const { labels, x, w, y } = convolutionIndices(shapes[0] ?? [], shapes[1] ?? [], geometry);
    const channel = y.slice(1, 2);
    return { ...windowOver('sum', labels, y, [x, w, channel]), added: [2] };
  },
  symbol: '∗',
  text: w => ({ string: `${written.text(w).string} + ${w.arg(2, 'sum')}`, precedence: 'sum' }),
  latex: w => ({ string: `${written.latex(w).string} + ${w.arg(2, 'sum')}`, precedence: 'sum' }),
});

function pixels(shape: Shape): number {
  return shape.slice(2).reduce((a, b) => a * b, 1);
}

/** Options of the convolutions. */
export interface ConvOptions {
  /** One number for each output channel: a tensor of shape [O]. */
  bias?: Operand | null;
  /** Steps from window to window; 1 unless given. */
  stride?: Spatial;
  /** Zeros on both sides; 'valid' is none, 'same' as many as keep the size (stride 1 only). 0 unless given. */
  padding?: Spatial | 'same' | 'valid';
  /** Steps between the elements of a window; 1 unless given. */
  dilation?: Spatial;
  /** Parts into which the channels are split, each convolved on its own; 1 unless given. */
  groups?: number;
}

/** Checks what all convolutions need of their weights, groups and bias; returns the shape of the weights. */
export function checkWeights(
  where: string,
  x: Operand,
  weight: Operand,
  bias: Operand | null | undefined,
  groups: unknown,
  n: number,
  channelsOut: (w: Shape, groups: number) => number,
): asserts groups is number {
  const w = shapeOf(weight);
  const letters = ['L', 'HW', 'DHW'][n - 1] ?? '';
  if (w.length !== n + 2 || w.slice(2).includes(0)) {
    throw new ShapeError(
      `${where}: the weight must have ${n + 2} dimensions, channels, channels and the kernel sizes (${[...letters].join(', ')}), ` +
        `none of them 0, got ${showShape(w)}`,
    );
  }
  if (typeof groups !== 'number' || !Number.isInteger(groups) || groups < 1) {
    throw new ArgumentError(
      `${where}: groups must be a whole number from 1, got ${describe(groups)}`,
    );
  }
  if ((w[0] as number) % groups !== 0) {
    throw new ShapeError(
      `${where}: the first size of the weight ${showShape(w)} must be a multiple of groups = ${groups}`,
    );
  }
  for (const [name, operand] of Object.entries({ input: x, weight, bias })) {
    if (operand instanceof Tensor && operand.dtype === 'bool') {
      throw new DTypeError(
        `${where}: the ${name} must hold numbers, not bool; convert it with to()`,
      );
    }
  }
  const o = channelsOut(w, groups);
  if (bias === undefined || bias === null) return;
  const b = shapeOf(bias);
  if (b.length !== 1 || b[0] !== o) {
    throw new ShapeError(
      `${where}: the bias must have the shape [${o}], one number for each output channel, got ${showShape(b)}`,
    );
  }
}

function convolve(
  where: string,
  n: number,
  x: Operand,
  weight: Operand,
  options: ConvOptions = {},
): Operand {
  checkOptions(where, options, ['bias', 'stride', 'padding', 'dilation', 'groups']);
  const { bias, groups = 1 } = options;
  checkWeights(where, x, weight, bias, groups, n, w => w[0] as number);
  return inBatch(where, x, n, (images, shape) => {
    const geometry = geometryOf(where, n, shape, shapeOf(weight), options, groups);
    return bias === undefined || bias === null
      ? convolution([images, weight], geometry)
      : convolutionBias([images, weight, bias], geometry);
  });
}

function geometryOf(
  where: string,
  n: number,
  x: Shape,
  w: Shape,
  options: ConvOptions,
  groups: number,
): Geometry {
  if (x[1] !== (w[1] as number) * groups) {
    throw new ShapeError(
      `${where}: an input of shape ${showShape(x)} has ${x[1]} channels, but the weight ${showShape(w)} takes ` +
        `${w[1]}${groups === 1 ? '' : ` in each of ${groups} groups`}; its second size must be channels / groups`,
    );
  }
  const kernel = w.slice(2);
  const input = x.slice(2);
  const stride = spatial(where, 'stride', options.stride ?? 1, n, 1);
  const dilation = spatial(where, 'dilation', options.dilation ?? 1, n, 1);
  const extent = kernel.map((k, d) => (dilation[d] as number) * (k - 1) + 1);
  const { low, both } = paddingOf(where, n, options.padding ?? 0, extent, stride);
  const output = input.map((size, d) => {
    const room = size + (both[d] as number) - (extent[d] as number);
    if (room >= 0) return Math.floor(room / (stride[d] as number)) + 1;
    throw new ShapeError(
      `${where}: the kernel ${showShape(kernel)}${dilation.some(k => k > 1) ? ` with dilation ${showShape(dilation)}` : ''} ` +
        `covers ${extent[d]} elements, more than the ${size + (both[d] as number)} of the padded input ${showShape(x)} ` +
        `at dimension ${d - n}; use a smaller kernel or more padding`,
    );
  });
  return { groups, stride, dilation, low, input, kernel, output };
}

/** Zeros before each dimension, and on both sides together. */
function paddingOf(
  where: string,
  n: number,
  padding: unknown,
  extent: readonly number[],
  stride: readonly number[],
): { low: readonly number[]; both: readonly number[] } {
  if (padding === 'same') {
    if (stride.some(s => s !== 1)) {
      throw new ArgumentError(
        `${where}: padding 'same' needs stride 1, got ${showShape(stride)}; give the padding as a number`,
      );
    }
    // One more at the end where the sides cannot be equal, as in PyTorch.
    const both = extent.map(e => e - 1);
    return { low: both.map(k => Math.floor(k / 2)), both };
  }
  if (typeof padding === 'string' && padding !== 'valid') {
    throw new ArgumentError(
      `${where}: padding must be a number, an array, 'same' or 'valid', got ${describe(padding)}`,
    );
  }
  const low = spatial(where, 'padding', padding === 'valid' ? 0 : padding, n, 0);
  return { low, both: low.map(k => 2 * k) };
}

/**
 * One-dimensional convolution (without turning the kernel, as in all of deep learning): y[n, o, l] = b[o] + Σ
 * w[o, c, k]·x[n, c, l·stride + k·dilation − padding] over c and k.
 *
 * Shapes: x [N, C, L] or [C, L]; weight [O, C / groups, K]; bias [O]; result [N, O, L′] with
 * L′ = ⌊(L + 2·padding − dilation·(K − 1) − 1) / stride⌋ + 1. The element types are promoted; sums are float32 for
 * float32. Source: `torch.nn.functional.conv1d`.
 *
 * ```ts
 * conv1d(tensor([[1, 2, 4, 7]]), tensor([[[-1, 1]]])).toArray(); // [[1, 2, 3]]
 * ```
 * @throws ShapeError where ranks, channels or groups do not fit or the kernel is larger than the padded input;
 * ArgumentError for options out of range; DTypeError for bool.
 */
export function conv1d<A extends Operand, B extends Operand>(
  x: A,
  weight: B,
  options?: ConvOptions,
): TensorOr<A | B> {
  return convolve('conv1d', 1, x, weight, options) as TensorOr<A | B>;
}

/**
 * Two-dimensional convolution, as {@link conv1d} over height and width. Shapes: x [N, C, H, W] or [C, H, W]; weight
 * [O, C / groups, KH, KW]; bias [O]; result [N, O, H′, W′], lengths as there. Source: `torch.nn.functional.conv2d`.
 *
 * ```ts
 * const x = tensor([[[1, 2, 0], [0, 1, 3], [4, 1, 0]]]);
 * conv2d(x, tensor([[[[1, 0], [0, -1]]]])).toArray(); // [[[0, -1], [-1, 1]]]
 * conv2d(x, tensor([[[[1]]]]), { padding: 1, stride: 2 }).toArray(); // [[[0, 0, 0], [0, 1, 0], [0, 0, 0]]]
 * ```
 * @throws ShapeError, ArgumentError and DTypeError as {@link conv1d}.
 */
export function conv2d<A extends Operand, B extends Operand>(
  x: A,
  weight: B,
  options?: ConvOptions,
): TensorOr<A | B> {
  return convolve('conv2d', 2, x, weight, options) as TensorOr<A | B>;
}

/**
 * Three-dimensional convolution, as {@link conv1d} over depth, height and width. Shapes: x [N, C, D, H, W] or
 * [C, D, H, W]; weight [O, C / groups, KD, KH, KW]. Source: `torch.nn.functional.conv3d`.
 *
 * ```ts
 * conv3d(ones([1, 2, 2, 2]), ones([1, 1, 2, 2, 2])).toArray(); // [[[[8]]]]
 * ```
 * @throws ShapeError, ArgumentError and DTypeError as {@link conv1d}.
 */
export function conv3d<A extends Operand, B extends Operand>(
  x: A,
  weight: B,
  options?: ConvOptions,
): TensorOr<A | B> {
  return convolve('conv3d', 3, x, weight, options) as TensorOr<A | B>;
}

const of = (...shape: number[]) => ({ shape });

describeOps({
  conv1d: {
    about: 'Convolution over one dimension.',
    torch: 'torch.nn.functional.conv1d',
    samples: [
      { inputs: [of(2, 1, 4), of(2, 1, 2)], call: (x, w) => conv1d(x, w) },
      {
        inputs: [of(2, 5), of(2, 1, 2), of(2)],
        call: (x, w, bias) => conv1d(x, w, { bias, groups: 2, stride: 2, padding: 1 }),
      },
      {
        inputs: [of(1, 1, 5), of(1, 1, 4)],
        call: (x, w) => conv1d(x, w, { padding: 'same', dilation: 2 }),
      },
      { inputs: [of(0, 1, 3), of(2, 1, 2)], call: (x, w) => conv1d(x, w, { padding: 'valid' }) },
    ],
  },
  conv2d: {
    about: 'Convolution over two dimensions.',
    torch: 'torch.nn.functional.conv2d',
    samples: [
      { inputs: [of(1, 1, 3, 3), of(2, 1, 2, 2)], call: (x, w) => conv2d(x, w) },
      {
        inputs: [of(1, 2, 3, 2), of(1, 2, 2, 1), of(1)],
        call: (x, w, bias) => conv2d(x, w, { bias, padding: [1, 0], stride: [2, 1] }),
      },
      { inputs: [of(2, 2, 3), of(1, 2, 1, 1)], call: (x, w) => conv2d(x, w) },
    ],
  },
  conv3d: {
    about: 'Convolution over three dimensions.',
    torch: 'torch.nn.functional.conv3d',
    samples: [
      {
        inputs: [of(1, 2, 2, 2), of(1, 1, 1, 2, 2)],
        call: (x, w) => conv3d(x, w, { padding: [0, 1, 0] }),
      },
    ],
  },
});
