// Where the label of an edge goes: on its curve, in the free space between two columns, and not on another label.

import { type Curve, piecesOf, pointOn } from './curves.ts';

/** The middle of a label; `crowded` where it would lie on another one, so that it is shown only when it matters. */
export interface LabelPlace {
  readonly x: number;
  readonly y: number;
  readonly crowded: boolean;
}

/** Places along a piece of curve to try, in this order. */
const SHARES = [0.5, 0.44, 0.56, 0.38, 0.62];

/** Places labels of one size on curves, first come first served. */
export function placeLabels(curves: readonly Curve[], width: number, height: number): LabelPlace[] {
  const taken = new Map<number, { x: number; y: number }[]>();
  // Pictures have far fewer rows than this, to either side of the middle; a number is found sooner than a string.
  const cell = (x: number, y: number) => Math.floor(x / width) * 2 ** 26 + Math.floor(y / height);
  const free = (x: number, y: number): boolean => {
    for (let dx = -1; dx <= 1; dx++) {
      for (let dy = -1; dy <= 1; dy++) {
        for (const other of taken.get(cell(x + dx * width, y + dy * height)) ?? []) {
          if (Math.abs(other.x - x) < width && Math.abs(other.y - y) < height) return false;
        }
      }
    }
    return true;
  };
  return curves.map(curve => {
    // Near the input first, where edges have not come together yet; then near the consumer.
    const pieces = [...new Set([0, piecesOf(curve) - 1])];
    for (const piece of pieces) {
      for (const share of SHARES) {
        const { x, y } = pointOn(curve, piece, share);
        if (!free(x, y)) continue;
        const key = cell(x, y);
        const others = taken.get(key);
        if (others === undefined) taken.set(key, [{ x, y }]);
        else others.push({ x, y });
        return { x, y, crowded: false };
      }
    }
    return { ...pointOn(curve, 0, 0.5), crowded: true };
  });
}
