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
/** Rounding may bring labels nearer to each other than they were put. */
const HAIR = 1e-6;
/** By so much less each time they stand apart, until there is room for all of them. */
const LESS = 3;
/** Places to try where the packing has none, in this order. */
const SHARES = [0.5, 0.44, 0.56, 0.38, 0.62];

/**
 * Places labels of one size on curves. At rest a label is only `quiet` high: where there is not room for all of them otherwise,
 * they come as near to each other as that.
 */
export function placeLabels(
  curves: readonly Curve[],
  width: number,
  height: number,
  quiet = height,
): LabelPlace[] {
  const taken = new Taken(width, height);
  const places: (LabelPlace | undefined)[] = curves.map(() => undefined);
  const left: number[] = [];
  for (const gap of byGap(curves)) {
    const labels = gap.map(index => labelOn(curves, index)).sort(inOrder);
    const apart = roomFor(labels, height, quiet);
    for (const { curve, y } of labels) {
      const place = Number.isNaN(y) ? undefined : onCurve(curves[curve] as Curve, y);
      if (place !== undefined && taken.take(place, apart))
        places[curve] = { ...place, crowded: false };
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

/** A label in a gap: where its curve allows it to be, and where it is put; NaN where there is no room. */
interface Label {
  readonly curve: number;
  readonly top: number;
  readonly middle: number;
  readonly bottom: number;
  y: number;
}

function labelOn(curves: readonly Curve[], index: number): Label {
  const height = (share: number) => pointOn(curves[index] as Curve, 0, share).y;
  const [start, end] = [height(EARLIEST), height(LATEST)];
  const [top, bottom] = [Math.min(start, end), Math.max(start, end)];
  return { curve: index, top, middle: height(0.5), bottom, y: Number.NaN };
}

function inOrder(a: Label, b: Label): number {
  return a.middle - b.middle || a.bottom - b.bottom;
}

/** Puts all labels of a gap as far from each other as there is room for, up to their height. Where there is none, some are left. */
function roomFor(labels: readonly Label[], height: number, quiet: number): number {
  for (let apart = height; apart >= quiet; apart -= LESS) {
    if (pack(labels, apart + HAIR)) return apart;
  }
  pack(labels, height + HAIR);
  return height;
}

/** Puts labels as near to the middle of their curves as they can be; says whether there is room for all. */
function pack(labels: readonly Label[], height: number): boolean {
  let all = true;
  let free = Number.NEGATIVE_INFINITY;
  for (const label of labels) {
    const y = Math.max(label.top, free);
    const fits = y <= label.bottom;
    label.y = fits ? y : Number.NaN;
    if (fits) free = y + height;
    else all = false;
  }
  let below = Number.POSITIVE_INFINITY;
  for (const label of labels.toReversed()) {
    if (Number.isNaN(label.y)) continue;
    label.y = Math.max(label.y, Math.min(label.middle, below - height));
    below = label.y;
  }
  return all;
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

  /** Takes a place unless a label there would lie on another one, that is nearer to it than `tall`. */
  take(place: Point, tall = this.#height): boolean {
    const { x, y } = place;
    const [column, row] = [Math.floor(x / this.#width), Math.floor(y / this.#height)];
    for (let dx = -1; dx <= 1; dx++) {
      for (let dy = -1; dy <= 1; dy++) {
        for (const other of this.#cells.get(key(column + dx, row + dy)) ?? []) {
          if (Math.abs(other.x - x) < this.#width && Math.abs(other.y - y) < tall) return false;
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
