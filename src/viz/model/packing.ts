// Layout, third pass: the height at which every place stands. Each column wants to be level with its neighbours and may
// not overlap; the closest it can get is found by pooling places that push against each other.

import type { Columns } from './crossings.ts';
import { edgesBy, get, type Layered } from './layers.ts';

export interface PackingOptions {
  /** Free space between two cards, and beside a bend. */
  rowGap: number;
  bendGap: number;
}

/** Heights (y of the centre, downwards) for all places. */
export function packColumns(
  layered: Layered,
  columns: Columns,
  options: PackingOptions,
): Float64Array {
  const places = layered.layers.length;
  const y = new Float64Array(places);
  const left = edgesBy(layered.to, places);
  const right = edgesBy(layered.from, places);
  const steps = columns.map(column => separations(layered, column, options));
  columns.forEach((column, layer) => {
    const gaps = steps[layer];
    if (gaps !== undefined) place(column, gaps, new Float64Array(column.length), y);
  });
  const rounds = places > 20_000 ? 2 : places > 2_000 ? 4 : 12;
  for (let round = 0; round < rounds; round++) {
    const towardsInputs = round % 2 === 0;
    for (let k = 0; k < columns.length; k++) {
      const layer = towardsInputs ? k : columns.length - 1 - k;
      const column = columns[layer];
      const gaps = steps[layer];
      if (column === undefined || gaps === undefined) continue;
      const wanted = new Float64Array(column.length);
      for (let i = 0; i < column.length; i++) {
        const it = get(column, i);
        const near = meanOf(
          towardsInputs ? right : left,
          towardsInputs ? layered.to : layered.from,
          it,
          y,
        );
        const far = meanOf(
          towardsInputs ? left : right,
          towardsInputs ? layered.from : layered.to,
          it,
          y,
        );
        // The last rounds weigh both sides alike, so that a card settles between its inputs and its consumers.
        const both = round >= rounds - 2 && near !== undefined && far !== undefined;
        wanted[i] = both ? (near + far) / 2 : (near ?? far ?? get(y, it));
      }
      place(column, gaps, wanted, y);
    }
  }
  return y;
}

/** How far the centres of neighbours in a column must be apart. */
function separations(
  { input }: Layered,
  column: Int32Array,
  { rowGap, bendGap }: PackingOptions,
): Float64Array {
  const gaps = new Float64Array(Math.max(0, column.length - 1));
  const half = (place: number) => (place < input.count ? get(input.heights, place) / 2 : 0);
  for (let i = 0; i < gaps.length; i++) {
    const a = get(column, i);
    const b = get(column, i + 1);
    const gap = a < input.count && b < input.count ? rowGap : bendGap;
    gaps[i] = half(a) + gap + half(b);
  }
  return gaps;
}

/** Least squares: the heights closest to the wanted ones that keep the order and the separations. */
function place(
  column: Int32Array,
  gaps: Float64Array,
  wanted: Float64Array,
  y: Float64Array,
): void {
  const offsets = new Float64Array(column.length);
  for (let i = 1; i < column.length; i++) offsets[i] = get(offsets, i - 1) + get(gaps, i - 1);
  // Blocks of places that touch: their mean and how many they are.
  const means: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < column.length; i++) {
    let mean = get(wanted, i) - get(offsets, i);
    let count = 1;
    while (means.length > 0 && (means.at(-1) ?? 0) > mean) {
      const before = counts.pop() ?? 0;
      mean = (mean * count + (means.pop() ?? 0) * before) / (count + before);
      count += before;
    }
    means.push(mean);
    counts.push(count);
  }
  let i = 0;
  means.forEach((mean, block) => {
    for (let k = 0; k < (counts[block] ?? 0); k++, i++) y[get(column, i)] = mean + get(offsets, i);
  });
}

function meanOf(
  { offsets, edges }: { offsets: Int32Array; edges: Int32Array },
  ends: Int32Array,
  place: number,
  y: Float64Array,
): number | undefined {
  const first = get(offsets, place);
  const last = get(offsets, place + 1);
  if (first === last) return undefined;
  let total = 0;
  for (let k = first; k < last; k++) total += get(y, get(ends, get(edges, k)));
  return total / (last - first);
}
