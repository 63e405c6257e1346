// What convolutions and pools share: arguments with one number for each spatial dimension, inputs with and without a batch.

import { ArgumentError, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { ShapeError, showShape } from '../ndarray/errors.ts';
import { reshape } from './reshape.ts';
import { shapeOf } from './structured.ts';

/** A whole number for all spatial dimensions, or one for each. */
export type Spatial = number | readonly number[];

/** The number for each of `n` dimensions, checked to be whole and at least `least`. */
export function spatial(
  where: string,
  what: string,
  given: unknown,
  n: number,
  least: number,
): readonly number[] {
  const list: unknown = Array.isArray(given) && given.length === 1 && n > 1 ? given[0] : given;
  const all: readonly unknown[] = Array.isArray(list) ? list : new Array(n).fill(list);
  if (all.length !== n) {
    throw new ArgumentError(
      `${where}: ${what} must be a number or ${n === 1 ? 'an array of 1' : `an array of ${n}, one for each spatial dimension`}, ` +
        `got ${describe(given)}`,
    );
  }
  for (const k of all) {
    if (typeof k === 'number' && Number.isInteger(k) && k >= least) continue;
    throw new ArgumentError(
      `${where}: ${what} must be made of whole numbers from ${least}, got ${
        Array.isArray(given) ? showShape(given as number[]) : describe(given)
      }`,
    );
  }
  return all as readonly number[];
}

const LETTERS = ['L', 'HW', 'DHW'] as const;

/** The shapes that an input may have, for messages: [C, H, W] or [N, C, H, W]. */
export function expectedShapes(n: number): string {
  const letters = [...(LETTERS[n - 1] ?? '')];
  return `${showShapeOf(['C', ...letters])} or ${showShapeOf(['N', 'C', ...letters])}`;
}

function showShapeOf(names: readonly string[]): string {
  return `[${names.join(', ')}]`;
}

/** Throws unless `x` has `n` spatial dimensions, channels, and perhaps a batch. Returns its shape. */
export function checkImages(where: string, x: Operand, n: number): readonly number[] {
  const shape = shapeOf(x);
  if (shape.length === n + 1 || shape.length === n + 2) return shape;
  throw new ShapeError(
    `${where}: the input must have the shape ${expectedShapes(n)}, got ${showShape(shape)}; ` +
      'use unsqueeze or reshape to add or remove dimensions',
  );
}

/** Runs `fn` on a batch: an input without one becomes a batch of one, and the result loses it again. */
export function inBatch(
  where: string,
  x: Operand,
  n: number,
  fn: (x: Operand, shape: readonly number[]) => Operand,
): Operand {
  const shape = checkImages(where, x, n);
  if (shape.length === n + 2) return fn(x, shape);
  const y = fn(reshape(x, [1, ...shape]), [1, ...shape]);
  return reshape(y, shapeOf(y).slice(1));
}
