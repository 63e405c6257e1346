// Layout, second pass: the order within every column. Barycentre sweeps to and fro; the best order seen is kept.

import { edgesBy, get, type Layered } from './layers.ts';

/** The places of every column, from top to bottom. */
export type Columns = Int32Array[];

/** Orders the columns so that few edges cross. Starts from the order of the tape, which is close to good already. */
export function orderColumns(layered: Layered): Columns {
  const places = layered.layers.length;
  const position = new Float64Array(places);
  let columns = startingOrder(layered);
  writePositions(columns, position);
  const left = edgesBy(layered.to, places);
  const right = edgesBy(layered.from, places);
  const bySide = segmentsByColumn(layered, columns.length);
  let best = copy(columns);
  let fewest = countCrossings(layered, bySide, columns, position);
  const sweeps = places > 20_000 ? 4 : places > 2_000 ? 8 : 16;
  for (let sweep = 0; sweep < sweeps && fewest > 0; sweep++) {
    const towardsInputs = sweep % 2 === 0;
    const side = towardsInputs ? right : left;
    const ends = towardsInputs ? layered.to : layered.from;
    for (let k = 1; k < columns.length; k++) {
      const index = towardsInputs ? k : columns.length - 1 - k;
      const column = columns[index];
      if (column !== undefined) sortByBarycentre(column, side, ends, position);
    }
    const crossings = countCrossings(layered, bySide, columns, position);
    if (crossings >= fewest) continue;
    fewest = crossings;
    best = copy(columns);
  }
  columns = best;
  return columns;
}

/** How many pairs of edges cross between neighbouring columns, for columns in this order. */
export function crossingsOf(layered: Layered, columns: Columns): number {
  const position = new Float64Array(layered.layers.length);
  writePositions(columns, position);
  return countCrossings(layered, segmentsByColumn(layered, columns.length), columns, position);
}

/** Nodes in the order of the tape; a bend stands where the node it comes from stands. */
function startingOrder({ input, layers, firstBend, bends }: Layered): Columns {
  const keys = new Float64Array(layers.length);
  let depth = 0;
  for (const layer of layers) depth = Math.max(depth, layer + 1);
  for (let node = 0; node < input.count; node++) keys[node] = node;
  for (let e = 0; e < firstBend.length; e++) {
    for (let k = 0; k < get(bends, e); k++) keys[get(firstBend, e) + k] = get(input.sources, e);
  }
  const { offsets, edges } = edgesBy(layers, depth);
  const columns: Columns = [];
  for (let layer = 0; layer < depth; layer++) {
    const column = edges.slice(offsets[layer], offsets[layer + 1]);
    columns.push(column.sort((a, b) => get(keys, a) - get(keys, b) || a - b));
  }
  return columns;
}

function sortByBarycentre(
  column: Int32Array,
  { offsets, edges }: { offsets: Int32Array; edges: Int32Array },
  ends: Int32Array,
  position: Float64Array,
): void {
  const keys = new Map<number, number>();
  for (let i = 0; i < column.length; i++) {
    const place = get(column, i);
    const first = get(offsets, place);
    const last = get(offsets, place + 1);
    let total = 0;
    for (let k = first; k < last; k++) total += get(position, get(ends, get(edges, k)));
    // A place without neighbours on that side stays where it is.
    keys.set(place, first === last ? relative(i, column.length) : total / (last - first));
  }
  const before = position;
  column.sort((a, b) => {
    const difference = (keys.get(a) ?? 0) - (keys.get(b) ?? 0);
    return difference !== 0 ? difference : get(before, a) - get(before, b);
  });
  for (let i = 0; i < column.length; i++) position[get(column, i)] = relative(i, column.length);
}

/** Positions run from 0 to 1 in every column, so that short and long columns can be compared. */
function relative(i: number, length: number): number {
  return (i + 0.5) / length;
}

function writePositions(columns: Columns, position: Float64Array): void {
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) position[get(column, i)] = relative(i, column.length);
  }
}

function segmentsByColumn(
  { layers, to }: Layered,
  depth: number,
): { offsets: Int32Array; edges: Int32Array } {
  const ends = Int32Array.from(to, place => get(layers, place));
  return edgesBy(ends, depth);
}

/** Counts with a Fenwick tree: n log n for each pair of columns. */
function countCrossings(
  layered: Layered,
  bySide: { offsets: Int32Array; edges: Int32Array },
  columns: Columns,
  position: Float64Array,
): number {
  let crossings = 0;
  for (let layer = 0; layer + 1 < columns.length; layer++) {
    const size = columns[layer]?.length ?? 0;
    const sourceCount = columns[layer + 1]?.length ?? 0;
    const segments = bySide.edges.slice(bySide.offsets[layer], bySide.offsets[layer + 1]);
    const rowOf = (place: number, length: number) =>
      Math.round(get(position, place) * length - 0.5);
    const key = (e: number) =>
      rowOf(get(layered.from, e), sourceCount) * size + rowOf(get(layered.to, e), size);
    const rows = Float64Array.from(segments, key).sort();
    const tree = new Int32Array(size + 1);
    for (let i = rows.length - 1; i >= 0; i--) {
      const row = get(rows, i) % size;
      for (let k = row; k > 0; k -= k & -k) crossings += get(tree, k);
      for (let k = row + 1; k <= size; k += k & -k) tree[k] = get(tree, k) + 1;
    }
  }
  return crossings;
}

function copy(columns: Columns): Columns {
  return columns.map(column => column.slice());
}
