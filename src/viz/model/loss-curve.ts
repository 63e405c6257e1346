// The loss over many passes as a line of few points: for every column of the picture the least and the largest loss that
// falls into it, so that no spike gets lost, and where losses that are not finite leave gaps.

/** What the passes of one column come to. */
export interface CurveColumn {
  /** Places of the first and the last pass of the column. */
  readonly first: number;
  readonly last: number;
  /** Of the finite losses, or of the positive ones on a logarithmic scale; NaN where there are none. */
  readonly least: number;
  readonly most: number;
  /** How many losses of the column are NaN or infinite. */
  readonly gaps: number;
}

export interface LossCurve {
  readonly count: number;
  readonly columns: readonly CurveColumn[];
  /** The ends of the vertical axis, as losses; NaN where no loss can be shown. */
  readonly least: number;
  readonly most: number;
  readonly logarithmic: boolean;
}

/** Losses that differ by more than this factor are drawn on a logarithmic scale, unless somebody chooses. */
const WIDE = 50;

/** Sums losses up in columns. `scale` is what somebody chose; else it follows from the spread of the losses. */
export function lossCurve(
  losses: ArrayLike<number>,
  most: number,
  scale?: 'linear' | 'logarithmic',
): LossCurve {
  const ends = endsOf(losses, Number.NEGATIVE_INFINITY);
  const positive = ends.least > 0 && ends.most / ends.least > WIDE;
  const logarithmic = scale === undefined ? positive : scale === 'logarithmic';
  const floor = logarithmic ? 0 : Number.NEGATIVE_INFINITY;
  const count = losses.length;
  const width = Math.max(1, Math.ceil(count / most));
  const columns: CurveColumn[] = [];
  for (let first = 0; first < count; first += width) {
    const last = Math.min(count, first + width) - 1;
    columns.push({ first, last, ...endsOf(losses, floor, first, last + 1) });
  }
  const shown = logarithmic ? endsOf(losses, floor) : ends;
  return { count, columns, least: shown.least, most: shown.most, logarithmic };
}

/** A place on a picture of width and height 1; the vertical one grows downwards. Half way up where all losses are alike. */
export function heightOf({ least, most, logarithmic }: LossCurve, loss: number): number {
  const scale = logarithmic ? Math.log10 : (x: number) => x;
  const span = scale(most) - scale(least);
  return span > 0 ? (scale(most) - scale(loss)) / span : 0.5;
}

/** How far along the picture a pass is, 0 to 1. */
export function placeOfPass({ count }: LossCurve, pass: number): number {
  return count > 1 ? pass / (count - 1) : 0.5;
}

/** The pass at a place along the picture. */
export function passAt({ count }: LossCurve, share: number): number {
  return Math.min(count - 1, Math.max(0, Math.round(share * (count - 1))));
}

/** The lines of the curve: broken where a column has nothing to show. Points are places on a picture of size 1 × 1. */
export function linesOf(curve: LossCurve): { x: number; y: number }[][] {
  const lines: { x: number; y: number }[][] = [];
  let line: { x: number; y: number }[] | undefined;
  for (const { first, last, least, most } of curve.columns) {
    if (Number.isNaN(least)) {
      line = undefined;
      continue;
    }
    if (line === undefined) {
      line = [];
      lines.push(line);
    }
    const x = placeOfPass(curve, (first + last) / 2);
    line.push({ x, y: heightOf(curve, most) });
    if (most !== least) line.push({ x, y: heightOf(curve, least) });
  }
  return lines;
}

/** Neighbouring columns with losses that are not finite, as stretches of the picture from 0 to 1. */
export function gapsOf(curve: LossCurve): { from: number; to: number; count: number }[] {
  const stretches: { from: number; to: number; count: number }[] = [];
  let open: { from: number; to: number; count: number } | undefined;
  for (const { first, last, gaps } of curve.columns) {
    if (gaps === 0) {
      open = undefined;
      continue;
    }
    const to = placeOfPass(curve, last);
    if (open === undefined) {
      open = { from: placeOfPass(curve, first), to, count: gaps };
      stretches.push(open);
    } else {
      open.to = to;
      open.count += gaps;
    }
  }
  return stretches;
}

function endsOf(
  losses: ArrayLike<number>,
  floor: number,
  from = 0,
  to = losses.length,
): { least: number; most: number; gaps: number } {
  let least = Number.NaN;
  let most = Number.NaN;
  let gaps = 0;
  for (let k = from; k < to; k++) {
    const loss = losses[k] as number;
    if (!Number.isFinite(loss)) {
      gaps++;
    } else if (loss > floor) {
      if (!(loss >= least)) least = loss;
      if (!(loss <= most)) most = loss;
    }
  }
  return { least, most, gaps };
}
