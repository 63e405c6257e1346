// A tensor of a trace as text: its shape, and its elements with only the outer ones where they are many.

import { type TraceTensor, traceNumber } from './trace.ts';

/** Of a longer dimension only the first and the last few are printed. */
const MOST = 6;
const EDGE = 3;
/** A tensor of one line and no more characters than this stands on the line of its label. */
const LINE = 66;

/** `3×2`; `[]` becomes `number`. */
export function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? 'number' : shape.length === 1 ? `[${shape[0]}]` : shape.join('×');
}

/**
 * The elements as nested lists, one line per row, aligned in columns: `[[1, 2],` over ` [3, 4]]`. Without elements what
 * they are like. A tensor that is short stands on one line.
 */
export function tensorLines(
  tensor: TraceTensor,
  shape: readonly number[],
  write: (x: number) => string,
): string[] {
  const { data } = tensor;
  if (data === undefined) return [summary(tensor, write)];
  const cells = data.map(x => write(traceNumber(x)));
  const [first] = cells;
  if (shape.length === 0) return [first ?? ''];
  const short = nested(cells, shape, 0, 0).join(' ');
  if (short.length <= LINE) return [short];
  const shown = visible(cells, shape);
  const width = shown.reduce((most, cell) => Math.max(most, cell.length), 0);
  return nested(cells, shape, 0, width);
}

function summary({ min, max, mean, nonfinite }: TraceTensor, write: (x: number) => string): string {
  const range = `from ${write(traceNumber(min))} to ${write(traceNumber(max))}`;
  const rest = nonfinite > 0 ? `, ${nonfinite} not finite` : '';
  return `${range}, mean ${write(traceNumber(mean))}${rest}`;
}

/** The list of the elements from `start` on, in lines. */
function nested(
  cells: readonly string[],
  shape: readonly number[],
  start: number,
  width: number,
): string[] {
  const [length = 0, ...inner] = shape;
  if (inner.length === 0) {
    const row = places(length).map(k =>
      k === null ? '…' : (cells[start + k] ?? '?').padStart(width),
    );
    return [`[${row.join(', ')}]`];
  }
  const size = inner.reduce((product, n) => product * n, 1);
  const blocks = places(length).map(k =>
    k === null ? ['…'] : nested(cells, inner, start + k * size, width),
  );
  if (blocks.length === 0) return ['[]'];
  return blocks.flatMap((block, b) =>
    block.map((line, i) => {
      const opens = b === 0 && i === 0 ? '[' : ' ';
      const ends = i < block.length - 1 ? '' : b < blocks.length - 1 ? ',' : ']';
      return `${width === 0 && opens === ' ' ? '' : opens}${line}${ends}`;
    }),
  );
}

/** The places of a dimension that are printed; null for those left out. */
function places(length: number): (number | null)[] {
  if (length <= MOST) return Array.from({ length }, (_, k) => k);
  const ends = Array.from({ length: EDGE }, (_, k) => k);
  return [...ends, null, ...ends.map(k => length - EDGE + k)];
}

/** The cells that will be printed, for the width of the columns. */
function visible(cells: readonly string[], shape: readonly number[]): string[] {
  let starts = [0];
  let size = cells.length;
  for (const length of shape) {
    size /= Math.max(1, length);
    starts = starts.flatMap(start =>
      places(length).flatMap(k => (k === null ? [] : [start + k * size])),
    );
  }
  return starts.map(place => cells[place] ?? '');
}
