// A tensor as a picture: rows and columns of cells, each with its tone. What has more than two dimensions, once those of
// size 1 are left out, has no picture.

import type { TraceTensor } from '../../autograd/trace.ts';
import { traceNumber } from '../../autograd/trace.ts';
import type { Sign } from './tone.ts';
import { signOf } from './tone.ts';

export interface HeatCell {
  readonly value: number;
  readonly sign: Sign;
  /** Size against the largest of the tensor, 0 to 1. */
  readonly depth: number;
}

export interface HeatMap {
  readonly rows: number;
  readonly columns: number;
  /** Row by row. */
  readonly cells: readonly HeatCell[];
  /** The largest size of a finite element: where the colours end. */
  readonly most: number;
}

/** Larger tensors are summed up only. */
const MOST_CELLS = 4096;

/** The picture of a tensor; undefined where there are no elements, too many, or too many dimensions. */
export function heatMapOf(
  tensor: TraceTensor | undefined,
  shape: readonly number[],
): HeatMap | undefined {
  const data = tensor?.data;
  const sizes = shape.filter(size => size !== 1);
  if (data === undefined || data.length < 2 || data.length > MOST_CELLS) return undefined;
  if (sizes.length === 0 || sizes.length > 2) return undefined;
  // A column stays a column: the size before the last tells.
  const column = sizes.length === 1 && shape.length > 1 && shape.at(-1) === 1;
  const columns = column ? 1 : (sizes.at(-1) ?? 1);
  const values = data.map(traceNumber);
  const most = values.reduce(
    (size, x) => (Number.isFinite(x) ? Math.max(size, Math.abs(x)) : size),
    0,
  );
  const cells = values.map(value => ({
    value,
    sign: signOf(value),
    depth: Number.isFinite(value) ? (most === 0 ? 0 : Math.abs(value) / most) : 1,
  }));
  return { rows: data.length / columns, columns, cells, most };
}

/** Where an element is, as its indices in the shape: `[1, 2]`. */
export function placeOf(index: number, shape: readonly number[]): string {
  const indices: number[] = [];
  let rest = index;
  for (let d = shape.length - 1; d >= 0; d--) {
    const size = Math.max(1, shape[d] ?? 1);
    indices.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return `[${indices.join(', ')}]`;
}
