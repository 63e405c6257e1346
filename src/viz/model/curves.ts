// The curves of the edges: cubic pieces with level tangents, around the bends that the layout chose.

/** A curve: x₀ y₀, then for every piece two control points and its end. Any renderer can draw it as it stands. */
export type Curve = Float64Array;

/** The curve from (x0, y0) to (x1, y1) by way of bends, given as left, right, y triples. */
export function curveThrough(
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  bends: ArrayLike<number> = [],
): Curve {
  const numbers: number[] = [x0, y0];
  let x = x0;
  let y = y0;
  const to = (nextX: number, nextY: number) => {
    const middle = (x + nextX) / 2;
    numbers.push(middle, y, middle, nextY, nextX, nextY);
    x = nextX;
    y = nextY;
  };
  for (let k = 0; k + 2 < bends.length; k += 3) {
    to(bends[k] ?? 0, bends[k + 2] ?? 0);
    to(bends[k + 1] ?? 0, bends[k + 2] ?? 0);
  }
  to(x1, y1);
  return Float64Array.from(numbers);
}

/** How many pieces a curve has. */
export function piecesOf(curve: Curve): number {
  return (curve.length - 2) / 6;
}

/** The point at share t of one piece. */
export function pointOn(curve: Curve, piece: number, t: number): { x: number; y: number } {
  const rest = 1 - t;
  // Written out, since it is asked for ten thousand times: the weights of the start, the two control points and the end.
  const a = rest * rest * rest;
  const b = 3 * t * rest * rest;
  const c = 3 * t * t * rest;
  const d = t * t * t;
  const on = (k: number): number =>
    a * (curve[k] as number) +
    b * (curve[k + 2] as number) +
    c * (curve[k + 4] as number) +
    d * (curve[k + 6] as number);
  return { x: on(6 * piece), y: on(6 * piece + 1) };
}

/** The point at share t of the whole curve, every piece counting alike. */
export function pointAlong(curve: Curve, t: number): { x: number; y: number } {
  const pieces = piecesOf(curve);
  const place = Math.min(1, Math.max(0, t)) * pieces;
  const piece = Math.min(pieces - 1, Math.floor(place));
  return pointOn(curve, piece, place - piece);
}
