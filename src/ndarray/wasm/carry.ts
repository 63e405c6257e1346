// Carries blocks of matrices from ordinary arrays into the arena and back.

/** A batch of matrices in an array: strides from row to row, column to column and matrix to matrix, in elements. */
export interface Operand {
  readonly data: Float32Array;
  readonly offset: number;
  readonly rowStride: number;
  readonly columnStride: number;
  readonly batchStride: number;
}

/** A block in the arena: byte address, strides in elements, and the bytes from one matrix of the batch to the next. */
export interface Staged {
  readonly at: number;
  readonly rowStride: number;
  readonly columnStride: number;
  readonly step: number;
}

/** From this length on, a line is copied as a whole and not element by element. */
const LINE = 24;

/** The elements that {@link carryIn} may need for a block of `count`: it copies small gaps along. */
export function roomFor(count: number): number {
  return 2 * count + 16;
}

/**
 * Copies the rows × columns block at (row, column) of a matrix to byte address `at` of the arena: as one piece where
 * the block lies close together in its array, else line by line, else element by element.
 */
export function carryIn(
  arena: Float32Array,
  at: number,
  operand: Operand,
  index: number,
  row: number,
  column: number,
  rows: number,
  columns: number,
): Staged {
  const { data, offset, batchStride, rowStride, columnStride } = operand;
  const from = offset + index * batchStride + row * rowStride + column * columnStride;
  const span = (rows - 1) * rowStride + (columns - 1) * columnStride + 1;
  const to = at / 4;
  if (rowStride >= 0 && columnStride >= 0 && span <= roomFor(rows * columns)) {
    copy(arena, to, data, from, span);
    return { at, rowStride, columnStride, step: 0 };
  }
  if (rowStride === 1 && rows >= LINE) {
    for (let j = 0; j < columns; j++)
      copy(arena, to + j * rows, data, from + j * columnStride, rows);
    return { at, rowStride: 1, columnStride: rows, step: 0 };
  }
  const whole = columnStride === 1 && columns >= LINE;
  for (let i = 0; i < rows; i++) {
    const line = from + i * rowStride;
    if (whole) copy(arena, to + i * columns, data, line, columns);
    else gather(arena, to + i * columns, data, line, columns, columnStride);
  }
  return { at, rowStride: columns, columnStride: 1, step: 0 };
}

/** Copies whole matrices, the `first` and those after it, to the arena, which must have {@link roomFor} each of them. */
export function carryInAll(
  arena: Float32Array,
  at: number,
  operand: Operand,
  first: number,
  count: number,
  rows: number,
  columns: number,
): Staged {
  const { data, offset, batchStride, rowStride, columnStride } = operand;
  if (batchStride === 0) return carryIn(arena, at, operand, 0, 0, 0, rows, columns);
  const one = (rows - 1) * rowStride + (columns - 1) * columnStride + 1;
  const all = (count - 1) * batchStride + one;
  const forward = rowStride >= 0 && columnStride >= 0 && batchStride > 0;
  if (forward && all <= count * roomFor(rows * columns)) {
    copy(arena, at / 4, data, offset + first * batchStride, all);
    return { at, rowStride, columnStride, step: 4 * batchStride };
  }
  const step = 4 * roomFor(rows * columns);
  let staged: Staged = { at, rowStride, columnStride, step };
  for (let i = 0; i < count; i++) {
    staged = carryIn(arena, at + i * step, operand, first + i, 0, 0, rows, columns);
  }
  return { ...staged, at, step };
}

/** Copies a rows × columns block without gaps from byte address `at` of the arena into rows that are `rowStride` apart. */
export function carryOut(
  arena: Float32Array,
  at: number,
  rows: number,
  columns: number,
  out: Float32Array,
  offset: number,
  rowStride: number,
): void {
  const from = at / 4;
  if (rowStride === columns || rows === 1) {
    copy(out, offset, arena, from, rows * columns);
    return;
  }
  for (let i = 0; i < rows; i++) {
    copy(out, offset + i * rowStride, arena, from + i * columns, columns);
  }
}

function copy(
  to: Float32Array,
  toOffset: number,
  from: Float32Array,
  fromOffset: number,
  count: number,
): void {
  if (count < LINE) {
    for (let i = 0; i < count; i++) to[toOffset + i] = from[fromOffset + i] as number;
  } else if (count === from.length && fromOffset === 0) {
    to.set(from, toOffset);
  } else {
    to.set(from.subarray(fromOffset, fromOffset + count), toOffset);
  }
}

function gather(
  to: Float32Array,
  toOffset: number,
  from: Float32Array,
  fromOffset: number,
  count: number,
  stride: number,
): void {
  for (let i = 0; i < count; i++) to[toOffset + i] = from[fromOffset + i * stride] as number;
}
