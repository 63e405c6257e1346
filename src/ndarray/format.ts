// Arrays for people: nested JavaScript arrays, and text in columns, shortened in the middle when there is much.

import type { NDArray } from './array.ts';
import { isFloat } from './dtype.ts';

/** Nested arrays of numbers or booleans. */
export type NestedArray = number | boolean | readonly NestedArray[];

/** The elements as nested arrays; a single number where there are no dimensions. */
export function toNested(array: NDArray): NestedArray {
  const { data, shape, strides, dtype } = array;
  const level = (dim: number, place: number): NestedArray => {
    if (dim === shape.length) {
      const x = data[place] as number;
      return dtype === 'bool' ? x !== 0 : x;
    }
    const step = strides[dim] as number;
    return Array.from({ length: shape[dim] as number }, (_, i) => level(dim + 1, place + i * step));
  };
  return level(0, array.offset);
}

/** Longer dimensions show this many elements at each end (fewer where there are many dimensions), in arrays of more than MANY. */
const EDGE = 3;
const MANY = 1000;
const WIDTH = 80;

/** The array as text such as `[[1, 2], [3, 4]]`; lines after the first are indented by `indent`. */
export function formatArray(array: NDArray, indent = 0): string {
  const edge = edgeFor(array);
  const shown = (n: number): number[] =>
    n > 2 * edge ? [...range(0, edge), -1, ...range(n - edge, n)] : range(0, n);
  const write = numberWriter(array, shown);
  const { shape, strides, data } = array;
  const level = (dim: number, place: number, depth: number): string => {
    if (dim === shape.length) return write(data[place] as number);
    const step = strides[dim] as number;
    const parts = shown(shape[dim] as number).map(i =>
      i < 0 ? '…' : level(dim + 1, place + i * step, depth + 1),
    );
    if (dim === shape.length - 1) return `[${wrap(parts, depth + 1)}]`;
    const gap = `,${'\n'.repeat(Math.max(1, shape.length - dim - 1))}${' '.repeat(depth + 1)}`;
    return `[${parts.join(gap)}]`;
  };
  return level(0, array.offset, indent);
}

function edgeFor({ shape, size }: NDArray): number {
  if (size <= MANY) return Number.POSITIVE_INFINITY;
  const left = (edge: number): number =>
    shape.reduce((count, n) => count * Math.min(n, 2 * edge), 1);
  let edge = EDGE;
  while (edge > 1 && left(edge) > 10 * MANY) edge--;
  return edge;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, k) => from + k);
}

function wrap(parts: readonly string[], indent: number): string {
  const lines: string[] = [];
  let line = '';
  for (const part of parts) {
    const next = line === '' ? part : `${line}, ${part}`;
    if (indent + next.length > WIDTH && line !== '') {
      lines.push(line);
      line = part;
    } else line = next;
  }
  lines.push(line);
  return lines.join(`,\n${' '.repeat(indent)}`);
}

/** Writes all shown numbers in one style and width. */
function numberWriter(
  array: NDArray,
  shown: (n: number) => readonly number[],
): (x: number) => string {
  const numbers = samples(array, shown);
  const style = isFloat(array.dtype)
    ? floatStyle(numbers)
    : array.dtype === 'bool'
      ? (x: number) => (x !== 0 ? 'true' : 'false')
      : String;
  if (array.shape.length === 0) return style;
  const width = numbers.reduce((most, x) => Math.max(most, style(x).length), 0);
  return x => style(x).padStart(width);
}

function samples(array: NDArray, shown: (n: number) => readonly number[]): number[] {
  const found: number[] = [];
  const level = (dim: number, place: number): void => {
    if (dim === array.shape.length) {
      found.push(array.data[place] as number);
      return;
    }
    for (const i of shown(array.shape[dim] as number)) {
      if (i >= 0) level(dim + 1, place + i * (array.strides[dim] as number));
    }
  };
  level(0, array.offset);
  return found;
}

/** Whole numbers plainly, others with up to four decimals or, where they differ widely, in scientific notation. */
function floatStyle(numbers: readonly number[]): (x: number) => string {
  const finite = numbers.filter(x => Number.isFinite(x) && x !== 0).map(Math.abs);
  const largest = finite.reduce((a, b) => Math.max(a, b), 0);
  const smallest = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const special = (x: number): string | undefined => {
    if (Number.isNaN(x)) return 'NaN';
    return Number.isFinite(x) ? undefined : x > 0 ? 'Infinity' : '-Infinity';
  };
  const negativeZero = (x: number): string => (Object.is(x, -0) ? '-0' : String(x));
  if (finite.every(Number.isInteger) && largest < 1e9) return x => special(x) ?? negativeZero(x);
  if (largest >= 1e6 || smallest < 1e-4 || largest / smallest > 1e6)
    return x => special(x) ?? (x === 0 ? negativeZero(x) : x.toExponential(4));
  return x => special(x) ?? x.toFixed(4);
}
