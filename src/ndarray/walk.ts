// Walking several arrays of one shape together: neighbouring dimensions are merged, so that kernels see few long rows.

import type { NDArray } from './array.ts';
import type { Shape } from './shape.ts';

/** What is left of a shape after merging: the inner row, and outer dimensions to step over. */
export interface Walk {
  /** Length of a row. */
  length: number;
  /** For each array the step from one element of a row to the next. */
  steps: readonly number[];
  /** Sizes of the outer dimensions, outermost first. */
  outer: readonly number[];
  /** For each array the strides of the outer dimensions. */
  strides: readonly (readonly number[])[];
}

/** Merges the dimensions of arrays that all have this shape (their strides may differ). */
export function merge(shape: Shape, arrays: readonly { strides: readonly number[] }[]): Walk {
  const sizes: number[] = [];
  const strides: number[][] = arrays.map(() => []);
  for (let k = 0; k < shape.length; k++) {
    const n = shape[k] as number;
    if (n === 1) continue;
    const last = sizes.length - 1;
    const joins =
      last >= 0 &&
      arrays.every((array, a) => strides[a]?.[last] === n * (array.strides[k] as number));
    if (joins) {
      sizes[last] = (sizes[last] as number) * n;
      arrays.forEach((array, a) => {
        (strides[a] as number[])[last] = array.strides[k] as number;
      });
    } else {
      sizes.push(n);
      arrays.forEach((array, a) => void strides[a]?.push(array.strides[k] as number));
    }
  }
  const length = sizes.pop() ?? 1;
  return { length, steps: strides.map(s => s.pop() ?? 0), outer: sizes, strides };
}

/** Calls `row` for each inner row with the place of its first element in each array. */
export function eachRow(
  walk: Walk,
  starts: readonly number[],
  row: (places: readonly number[]) => void,
): void {
  const { outer, strides, length } = walk;
  if (length === 0) return;
  for (const n of outer) if (n === 0) return;
  const places = [...starts];
  if (outer.length === 0) {
    row(places);
    return;
  }
  const index = new Array<number>(outer.length).fill(0);
  for (;;) {
    row(places);
    let k = outer.length - 1;
    for (; k >= 0; k--) {
      const next = (index[k] as number) + 1;
      if (next < (outer[k] as number)) {
        index[k] = next;
        for (let a = 0; a < places.length; a++) {
          places[a] = (places[a] as number) + (strides[a]?.[k] as number);
        }
        break;
      }
      index[k] = 0;
      for (let a = 0; a < places.length; a++) {
        places[a] =
          (places[a] as number) - ((outer[k] as number) - 1) * (strides[a]?.[k] as number);
      }
    }
    if (k < 0) return;
  }
}

/** The elements of an array in order, as plain numbers. */
export function* elements(array: NDArray): Generator<number> {
  const places: number[] = [];
  const walk = merge(array.shape, [array]);
  eachRow(walk, [array.offset], ([start = 0]) => void places.push(start));
  const step = walk.steps[0] as number;
  for (const start of places) {
    for (let i = 0; i < walk.length; i++) yield array.data[start + i * step] as number;
  }
}
