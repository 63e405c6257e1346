// Where the label of an edge goes: on its curve, in the free space between two columns, and not on another label.
//
// Most labels between two columns stand one below the other, each free to move as far up and down as its curve goes. So they
// are packed upwards in the order of their curves, and then let down again towards the middle of their curves.

import { type Curve, piecesOf, pointOn } from './curves.ts';

/** The middle of a label; `crowded` where it would lie on another one, so that it is shown only when it matters. */
export interface LabelPlace {
  readonly x: number;
  readonly y: number;
  readonly crowded: boolean;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** How far along a piece of curve a label may stand. Nearer to its ends it would cover a card. */
const EARLIEST = 0.35;
const LATEST = 0.65;
const HAIR = 1e-6;
/** Places to try where the packing has none, in this order. */
const SHARES = [0.5, 0.44, 0.56, 0.38, 0.62];

/** Places labels of one size on curves. */
export function placeLabels(curves: readonly Curve[], width: number, height: number): LabelPlace[] {
  const taken = new Taken(width, height);
  const places: (LabelPlace | undefined)[] = curves.map(() => undefined);
  const left: number[] = [];
  for (const gap of byGap(curves)) {
    // A hair apart, since rounding may bring them nearer than they were put.
    for (const { curve, y } of pack(gap, curves, height + HAIR)) {
      const place = Number.isNaN(y) ? undefined : onCurve(curves[curve] as Curve, y);
      if (place !== undefined && taken.take(place)) places[curve] = { ...place, crowded: false };
      else left.push(curve);
    }
  }
  for (const curve of left) places[curve] = squeezeIn(curves[curve] as Curve, taken);
  return places as LabelPlace[];
}

/** The curves that leave one column for the next, near their inputs, where edges have not come together yet. */
function byGap(curves: readonly Curve[]): Iterable<number[]> {
  const gaps = new Map<number, number[]>();
  curves.forEach((curve, index) => {
    const key = Math.round(pointOn(curve, 0, 0.5).x);
    const gap = gaps.get(key);
    if (gap === undefined) gaps.set(key, [index]);
    else gap.push(index);
  });
  return gaps.values();
}

/** Heights of the labels in one gap, as near to the middle of their curves as they can be; NaN where there is no room. */
function pack(
  gap: readonly number[],
  curves: readonly Curve[],
  height: number,
): { curve: number; y: number }[] {
  const labels = gap
    .map(curve => {
      const points = [EARLIEST, 0.5, LATEST].map(
        share => pointOn(curves[curve] as Curve, 0, share).y,
      );
      const [start = 0, middle = 0, end = 0] = points;
      return { curve, middle, top: Math.min(start, end), bottom: Math.max(start, end), y: NaN };
    })
    .sort((a, b) => a.middle - b.middle || a.bottom - b.bottom);
  let free = Number.NEGATIVE_INFINITY;
  for (const label of labels) {
    const y = Math.max(label.top, free);
    if (y > label.bottom) continue;
    label.y = y;
    free = y + height;
  }
  let below = Number.POSITIVE_INFINITY;
  for (const label of labels.reverse()) {
    if (Number.isNaN(label.y)) continue;
    label.y = Math.max(label.y, Math.min(label.middle, below - height));
    below = label.y;
  }
  return labels;
}

/** The point of the first piece at a height. It begins and ends level, so that it rises by u = 3t² − 2t³ of its height at t. */
function onCurve(curve: Curve, y: number): Point {
  const [start, end] = [curve[1] as number, curve[7] as number];
  const risen = start === end ? 0.5 : (y - start) / (end - start);
  // Rounding may carry it out of its range on a curve that is all but level.
  const share = 0.5 - Math.sin(Math.asin(Math.min(1, Math.max(-1, 1 - 2 * risen))) / 3);
  return { x: pointOn(curve, 0, share).x, y };
}

/** Some place on a curve that the others have left free. */
function squeezeIn(curve: Curve, taken: Taken): LabelPlace {
  for (const piece of new Set([0, piecesOf(curve) - 1])) {
    for (const share of SHARES) {
      const place = pointOn(curve, piece, share);
      if (taken.take(place)) return { ...place, crowded: false };
    }
  }
  return { ...pointOn(curve, 0, 0.5), crowded: true };
}

/** The places that are taken, in cells of the size of a label. */
class Taken {
  readonly #cells = new Map<number, Point[]>();
  readonly #width: number;
  readonly #height: number;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
  }

  /** Takes a place unless a label there would lie on another one. */
  take(place: Point): boolean {
    const { x, y } = place;
    const [column, row] = [Math.floor(x / this.#width), Math.floor(y / this.#height)];
    for (let dx = -1; dx <= 1; dx++) {
      for (let dy = -1; dy <= 1; dy++) {
        for (const other of this.#cells.get(key(column + dx, row + dy)) ?? []) {
          const apart =
            Math.abs(other.x - x) >= this.#width || Math.abs(other.y - y) >= this.#height;
          if (!apart) return false;
        }
      }
    }
    const cell = this.#cells.get(key(column, row));
    if (cell === undefined) this.#cells.set(key(column, row), [place]);
    else cell.push(place);
    return true;
  }
}

/** Pictures have far fewer rows than this, to either side of the middle; a number is found sooner than a string. */
function key(column: number, row: number): number {
  return column * 2 ** 26 + row;
}
