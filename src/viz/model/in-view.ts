// Which cards and edges are in the window. A picture of ten thousand cards is painted while one looks at a hundred of
// them, so that they are found by a grid over the picture, made once for every frame.

import type { Frame } from './frame.ts';

/** A part of the picture, in pixels at zoom 1. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Width and height of a cell: a few cards. */
const CELL = 600;
/** What reaches over more cells than this is kept apart and looked at each time. */
const MOST_CELLS = 32;
/** Room for borders, arrows and shadows around what is drawn. */
const AROUND = 20;

/** Rectangles by number: left, top, right, bottom of each. */
type Boxes = Float64Array;

interface Grid {
  readonly boxes: Boxes;
  readonly cells: ReadonlyMap<number, readonly number[]>;
  readonly wide: readonly number[];
}

const cardGrids = new WeakMap<Frame, Grid>();
const edgeGrids = new WeakMap<Frame, Grid>();

/** The cards that are at least in part inside a rectangle, by ascending number. */
export function cardsInView(frame: Frame, view: Rectangle): number[] {
  return inside(gridOf(cardGrids, frame, cardBoxes), view);
}

/** The edges whose curves may be inside a rectangle, by ascending number. */
export function edgesInView(frame: Frame, view: Rectangle): number[] {
  return inside(gridOf(edgeGrids, frame, edgeBoxes), view);
}

function gridOf(grids: WeakMap<Frame, Grid>, frame: Frame, boxesOf: (frame: Frame) => Boxes): Grid {
  const known = grids.get(frame);
  if (known !== undefined) return known;
  const grid = buildGrid(boxesOf(frame));
  grids.set(frame, grid);
  return grid;
}

function cardBoxes({ cards }: Frame): Boxes {
  const boxes = new Float64Array(4 * cards.length);
  cards.forEach(({ x, y, width, height }, card) => {
    const [w, h] = [width / 2 + AROUND, height / 2 + AROUND];
    boxes.set([x - w, y - h, x + w, y + h], 4 * card);
  });
  return boxes;
}

/** A cubic curve stays inside the box of its points and control points. */
function edgeBoxes({ edges }: Frame): Boxes {
  const boxes = new Float64Array(4 * edges.length);
  edges.forEach(({ curve }, edge) => {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let k = 0; k + 1 < curve.length; k += 2) {
      const [x, y] = [curve[k] as number, curve[k + 1] as number];
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
    boxes.set([left - AROUND, top - AROUND, right + AROUND, bottom + AROUND], 4 * edge);
  });
  return boxes;
}

function buildGrid(boxes: Boxes): Grid {
  const cells = new Map<number, number[]>();
  const wide: number[] = [];
  for (let item = 0; 4 * item < boxes.length; item++) {
    const reached = cellsOf(boxes, 4 * item);
    if (reached === undefined) {
      wide.push(item);
      continue;
    }
    for (const cell of reached) {
      const list = cells.get(cell);
      if (list === undefined) cells.set(cell, [item]);
      else list.push(item);
    }
  }
  return { boxes, cells, wide };
}

function inside({ boxes, cells, wide }: Grid, view: Rectangle): number[] {
  const window = [view.left, view.top, view.right, view.bottom];
  const reached = cellsOf(window, 0, cells.size);
  const found = new Set<number>(wide);
  // A window over more cells than there are is over everything.
  if (reached === undefined) for (let item = 0; 4 * item < boxes.length; item++) found.add(item);
  else for (const cell of reached) for (const item of cells.get(cell) ?? []) found.add(item);
  return [...found].filter(item => overlaps(boxes, 4 * item, view)).sort((a, b) => a - b);
}

function overlaps(boxes: Boxes, at: number, view: Rectangle): boolean {
  return (
    (boxes[at] as number) < view.right &&
    (boxes[at + 2] as number) > view.left &&
    (boxes[at + 1] as number) < view.bottom &&
    (boxes[at + 3] as number) > view.top
  );
}

/** The numbers of the cells under a rectangle; undefined where there are too many. */
function cellsOf(
  box: ArrayLike<number>,
  at: number,
  most: number = MOST_CELLS,
): number[] | undefined {
  const [left, top, right, bottom] = [0, 1, 2, 3].map(k => Math.floor((box[at + k] ?? 0) / CELL));
  if (left === undefined || top === undefined || right === undefined || bottom === undefined)
    return undefined;
  if ((right - left + 1) * (bottom - top + 1) > most) return undefined;
  const cells: number[] = [];
  for (let column = left; column <= right; column++) {
    // Rows and columns are far fewer than this, to either side of the middle.
    for (let row = top; row <= bottom; row++) cells.push(column * 2 ** 24 + row);
  }
  return cells;
}
