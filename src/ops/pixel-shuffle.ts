// Channels turned into finer pictures, and back.

import { ArgumentError, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { ShapeError, showShape } from '../ndarray/errors.ts';
import { permute, reshape } from './reshape.ts';
import { describeOps, methods, shapeOf, type TensorOr } from './structured.ts';

function picture(name: string, x: Operand, factor: number): readonly number[] {
  if (!Number.isInteger(factor) || factor < 1) {
    throw new ArgumentError(
      `${name}: the factor must be a whole number from 1, got ${describe(factor)}`,
    );
  }
  const shape = shapeOf(x);
  if (shape.length >= 3) return shape;
  throw new ShapeError(
    `${name}: the input must have shape [..., channels, H, W], got ${showShape(shape)}`,
  );
}

/**
 * Each r·r channels become one that is r times finer: [..., C·r², H, W] → [..., C, H·r, W·r]. Source:
 * `torch.nn.functional.pixel_shuffle`; Shi et al., Real-time super-resolution (2016).
 *
 * ```ts
 * pixelShuffle(tensor([[[1]], [[2]], [[3]], [[4]]]), 2).toArray(); // [[[1, 2], [3, 4]]]
 * ```
 * @throws ShapeError where r² does not divide the channels.
 */
export function pixelShuffle<A extends Operand>(x: A, factor: number): TensorOr<A> {
  const shape = picture('pixelShuffle', x, factor);
  const batch = shape.slice(0, -3);
  const [channels, height, width] = shape.slice(-3) as [number, number, number];
  const left = channels / factor ** 2;
  if (!Number.isInteger(left)) {
    throw new ShapeError(
      `pixelShuffle: the channels of ${showShape(shape)} must be divisible by ${factor ** 2}, the factor squared`,
    );
  }
  const n = batch.length;
  const parts = reshape(x as Operand, [...batch, left, factor, factor, height, width]);
  const order = [...batch.keys(), n, n + 3, n + 1, n + 4, n + 2];
  const y = permute(parts, order);
  return reshape(y, [...batch, left, height * factor, width * factor]) as TensorOr<A>;
}

/**
 * The inverse of {@link pixelShuffle}: [..., C, H·r, W·r] → [..., C·r², H, W]. Source: `torch.nn.functional.pixel_unshuffle`.
 *
 * ```ts
 * pixelUnshuffle(tensor([[[1, 2], [3, 4]]]), 2).toArray(); // [[[1]], [[2]], [[3]], [[4]]]
 * ```
 * @throws ShapeError where r does not divide height and width.
 */
export function pixelUnshuffle<A extends Operand>(x: A, factor: number): TensorOr<A> {
  const shape = picture('pixelUnshuffle', x, factor);
  const batch = shape.slice(0, -3);
  const [channels, height, width] = shape.slice(-3) as [number, number, number];
  const [rows, columns] = [height / factor, width / factor];
  if (!Number.isInteger(rows) || !Number.isInteger(columns)) {
    throw new ShapeError(
      `pixelUnshuffle: height and width of ${showShape(shape)} must be divisible by the factor ${factor}`,
    );
  }
  const n = batch.length;
  const parts = reshape(x as Operand, [...batch, channels, rows, factor, columns, factor]);
  const order = [...batch.keys(), n, n + 2, n + 4, n + 1, n + 3];
  const y = permute(parts, order);
  return reshape(y, [...batch, channels * factor ** 2, rows, columns]) as TensorOr<A>;
}

export const pixelMethods = methods({ pixelShuffle, pixelUnshuffle });

const of = (...shape: number[]) => ({ shape });

describeOps({
  pixelShuffle: {
    about: 'Channels turned into a finer picture.',
    torch: 'torch.nn.functional.pixel_shuffle',
    samples: [
      { inputs: [of(4, 1, 2)], call: x => pixelShuffle(x, 2) },
      { inputs: [of(1, 1, 8, 1, 1)], call: x => pixelShuffle(x, 2) },
      { inputs: [of(0, 4, 1, 1)], call: x => pixelShuffle(x, 2) },
    ],
  },
  pixelUnshuffle: {
    about: 'A picture turned into channels of coarser ones.',
    torch: 'torch.nn.functional.pixel_unshuffle',
    samples: [
      { inputs: [of(1, 2, 4)], call: x => pixelUnshuffle(x, 2) },
      { inputs: [of(1, 2, 2, 2)], call: x => pixelUnshuffle(x, 2) },
    ],
  },
});
