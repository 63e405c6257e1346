// A tensor of any rank as a picture: two of its axes are rows and columns, the others stand still at an index or lay the
// pictures out in a grid.

import { indicesOf } from './windows.ts';

/** Which part of a tensor is shown, and how. */
export interface View {
  /** The axes that run down and to the right; −1 where there is none. */
  readonly row: number;
  readonly column: number;
  /** Whether the other axes make a grid of pictures, instead of standing still. */
  readonly tiles: boolean;
  /** An index for every axis: where those stand that are not shown. */
  readonly at: readonly number[];
}

export interface Picture {
  readonly rows: number;
  readonly columns: number;
  /** Row by row the place in the tensor; −1 for a gap between the pictures of a grid. */
  readonly places: Int32Array;
  /** The axes that stand still. */
  readonly still: readonly number[];
}

/** A picture has at most so many cells; a grid of more shows its first pictures only. */
const MOST_CELLS = 65_536;
/** A grid wider than this would have cells too small to see. */
const WIDEST = 92;
/** A vector longer than this is broken into lines. */
const LONGEST_LINE = 64;

/** How a tensor of this shape is shown unless one says otherwise: its last axes, small pictures in a grid. */
export function standardView(shape: readonly number[]): View {
  const axes = longAxes(shape);
  const at = shape.map(() => 0);
  const last = axes.at(-1) ?? shape.length - 1;
  // A column stays a column: the size before the last tells.
  if (axes.length < 2 && shape.length > 1 && shape.at(-1) === 1) {
    return { row: last === shape.length - 1 ? -1 : last, column: -1, tiles: false, at };
  }
  return { row: axes.at(-2) ?? -1, column: last, tiles: axes.length > 2, at };
}

/** The axes along which there is more than one element. */
export function longAxes(shape: readonly number[]): number[] {
  return shape.map((_, axis) => axis).filter(axis => shape[axis] !== 1);
}

/** Another axis as rows or columns; where it is the other one already, the two change places. */
export function withAxis(view: View, which: 'row' | 'column', axis: number): View {
  const other = which === 'row' ? 'column' : 'row';
  const swapped = view[other] === axis ? { [other]: view[which] } : {};
  return { ...view, ...swapped, [which]: axis };
}

/** The same picture where the axes that stand still are at the place of an element. */
export function showing(view: View, shape: readonly number[], cell: number): View {
  return { ...view, at: indicesOf(cell, shape) };
}

/** Lays a tensor out. */
export function pictureOf(shape: readonly number[], view: View): Picture {
  const size = (axis: number): number => (axis < 0 ? 1 : (shape[axis] ?? 1));
  const strides = stridesOf(shape);
  const stride = (axis: number): number => strides[axis] ?? 0;
  const rest = longAxes(shape).filter(axis => axis !== view.row && axis !== view.column);
  const grid = view.tiles ? rest.slice(-2) : [];
  const still = rest.filter(axis => !grid.includes(axis));
  const base = shape.reduce((sum, n, axis) => {
    const moves = axis === view.row || axis === view.column || grid.includes(axis);
    return moves ? sum : sum + Math.min(n - 1, Math.max(0, view.at[axis] ?? 0)) * stride(axis);
  }, 0);
  if (shape.includes(0)) return { rows: 0, columns: 0, places: new Int32Array(0), still };
  const [height, width] = [size(view.row), size(view.column)];
  if (height === 1 && grid.length === 0 && width > LONGEST_LINE) {
    return { ...broken(width, base, stride(view.column)), still };
  }
  const { down, across, lines } = gridOf(grid.map(size), height, width);
  const rows = down * (height + 1) - 1;
  const columns = across * (width + 1) - 1;
  const places = new Int32Array(rows * columns).fill(-1);
  const count = grid.reduce((product, axis) => product * size(axis), 1);
  for (let tile = 0; tile < count; tile++) {
    const indices = indicesOf(tile, grid.map(size));
    const [p, q] = gridPlace(indices, across, lines);
    if (p >= down) break;
    const start = grid.reduce((sum, axis, k) => sum + (indices[k] ?? 0) * stride(axis), base);
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const cell = (p * (height + 1) + i) * columns + q * (width + 1) + j;
        places[cell] = start + i * stride(view.row) + j * stride(view.column);
      }
    }
  }
  return { rows, columns, places, still };
}

interface Grid {
  readonly down: number;
  readonly across: number;
  /** Over how many lines the pictures of one first index are spread. */
  readonly lines: number;
}

/** How many pictures stand below and beside each other. */
function gridOf(sizes: readonly number[], height: number, width: number): Grid {
  const room = Math.max(1, Math.floor(MOST_CELLS / ((height + 1) * (width + 1))));
  const widest = Math.max(1, Math.min(room, Math.floor(WIDEST / (width + 1))));
  const [first, second] = sizes;
  if (first === undefined) return { down: 1, across: 1, lines: 1 };
  if (second !== undefined) {
    // Each index of the first axis has lines of its own, as even as they go.
    const lines = Math.ceil(second / widest);
    const across = Math.ceil(second / lines);
    return { down: Math.min(first * lines, Math.max(1, Math.floor(room / across))), across, lines };
  }
  // As close to a square on the page as whole pictures allow.
  const square = Math.max(1, Math.round(Math.sqrt((first * height) / width)));
  const across = Math.min(first, square, widest);
  const down = Math.min(Math.ceil(first / across), Math.max(1, Math.floor(room / across)));
  return { down, across, lines: 1 };
}

/** Where a picture stands in the grid. */
function gridPlace(
  [first = 0, second]: readonly number[],
  across: number,
  lines: number,
): [number, number] {
  if (second === undefined) return [Math.floor(first / across), first % across];
  return [first * lines + Math.floor(second / across), second % across];
}

/** A long vector in lines. */
function broken(length: number, base: number, stride: number): Omit<Picture, 'still'> {
  const shown = Math.min(length, MOST_CELLS);
  const columns = Math.min(LONGEST_LINE, Math.ceil(Math.sqrt(shown)));
  const rows = Math.ceil(shown / columns);
  const places = new Int32Array(rows * columns).fill(-1);
  for (let k = 0; k < shown; k++) places[k] = base + k * stride;
  return { rows, columns, places };
}

function stridesOf(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides.unshift(stride);
    stride *= shape[axis] ?? 1;
  }
  return strides;
}

/** The cell that one comes to from another by the arrow keys, over gaps; the same where there is none. */
export function neighbour(picture: Picture, cell: number, down: number, right: number): number {
  let [i, j] = [Math.floor(cell / picture.columns), cell % picture.columns];
  for (;;) {
    i += down;
    j += right;
    if (i < 0 || j < 0 || i >= picture.rows || j >= picture.columns) return cell;
    const next = i * picture.columns + j;
    if ((picture.places[next] ?? -1) >= 0) return next;
  }
}
