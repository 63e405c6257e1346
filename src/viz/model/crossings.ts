// Layout, second pass: the order within every column. Barycentre sweeps to and fro; the best order seen is kept.

import { edgesBy, get, type Layered } from './layers.ts';

/** The places of every column, from top to bottom. */
export type Columns = Int32Array[];

/** Orders the columns so that few edges cross. Starts from the order of the tape, which is close to good already. */
export function orderColumns(layered: Layered): Columns {
  const places = layered.layers.length;
  const position = new Float64Array(places);
  const keys = new Float64Array(places);
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
      if (column !== undefined) sortByBarycentre(column, side, ends, position, keys);
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

/** `keys` has room for a number at every place; it spares a table for each column of each sweep. */
function sortByBarycentre(
  column: Int32Array,
  { offsets, edges }: { offsets: Int32Array; edges: Int32Array },
  ends: Int32Array,
  position: Float64Array,
  keys: Float64Array,
): void {
  let sorted = true;
  let before = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < column.length; i++) {
    const place = get(column, i);
    const first = get(offsets, place);
    const last = get(offsets, place + 1);
    let total = 0;
    for (let k = first; k < last; k++) total += get(position, get(ends, get(edges, k)));
    // A place without neighbours on that side stays where it is.
    const key = first === last ? relative(i, column.length) : total / (last - first);
    keys[place] = key;
    if (key < before) sorted = false;
    before = key;
  }
  // Positions grow along a column, so equal keys are in order as they stand.
  if (sorted) return;
  column.sort((a, b) => {
    const difference = get(keys, a) - get(keys, b);
    return difference !== 0 ? difference : get(position, a) - get(position, b);
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
  const columns = new Int32Array(to.length);
  for (let e = 0; e < columns.length; e++) columns[e] = get(layers, get(to, e));
  return edgesBy(columns, depth);
}

/** Counts with a Fenwick tree: n log n for each pair of columns. */
function countCrossings(
  { from, to, layers }: Layered,
  bySide: { offsets: Int32Array; edges: Int32Array },
  columns: Columns,
  position: Float64Array,
): number {
  const widest = columns.reduce((most, column) => Math.max(most, column.length), 0);
  const tree = new Int32Array(widest + 1);
  const rows = new Int32Array(layers.length);
  for (const column of columns) {
    const length = column.length;
    for (const place of column) rows[place] = Math.round(get(position, place) * length - 0.5);
  }
  const keys = new Float64Array(from.length);
  let crossings = 0;
  for (let layer = 0; layer + 1 < columns.length; layer++) {
    const size = columns[layer]?.length ?? 0;
    const first = get(bySide.offsets, layer);
    const last = get(bySide.offsets, layer + 1);
    for (let k = first; k < last; k++) {
      const e = get(bySide.edges, k);
      keys[k] = get(rows, get(from, e)) * size + get(rows, get(to, e));
    }
    keys.subarray(first, last).sort();
    tree.fill(0, 0, size + 1);
    for (let k = last - 1; k >= first; k--) {
      const row = get(keys, k) % size;
      for (let i = row; i > 0; i -= i & -i) crossings += get(tree, i);
      for (let i = row + 1; i <= size; i += i & -i) tree[i] = get(tree, i) + 1;
    }
  }
  return crossings;
}

function copy(columns: Columns): Columns {
  return columns.map(column => column.slice());
}
