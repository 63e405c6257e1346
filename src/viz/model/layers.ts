// Layout, first pass: the column of every card, and the bends that keep short edges out of the way of other cards.

/** What the layout needs to know of a graph: nodes by number, inputs before their consumers. */
export interface LayoutInput {
  readonly count: number;
  /** Edge e runs from `sources[e]` to `targets[e]`, and `sources[e] < targets[e]`. */
  readonly sources: Int32Array;
  readonly targets: Int32Array;
  readonly root: number;
  readonly widths: Float64Array;
  readonly heights: Float64Array;
}

/** The graph with a place for every bend: nodes first, then the bends ("dummies"). */
export interface Layered {
  readonly input: LayoutInput;
  /** The column of each place; 0 is the rightmost, where the root stands. */
  readonly layers: Int32Array;
  /** Segments between neighbouring columns, from the left place to the right one. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** The bends of edge e are the places `firstBend[e]` up to `firstBend[e] + bends[e]`, from left to right. */
  readonly firstBend: Int32Array;
  readonly bends: Int32Array;
}

/** An edge over more columns than this is drawn straight: bends for it would be most of the graph. */
export const LONGEST_BENT_SPAN = 8;

/**
 * The column of every node: its longest distance to the end of the graph. That is also the wavefront of the backward
 * pass, so scrubbing sweeps the columns. Nodes that lead nowhere stand right behind what they consume, and nodes without
 * any edge at the far left.
 */
export function assignLayers({ count, sources, targets, root }: LayoutInput): Int32Array {
  const layers = new Int32Array(count);
  const byTarget = edgesBy(targets, count);
  const leads = new Uint8Array(count);
  leads[root] = 1;
  for (let node = count - 1; node >= 0; node--) {
    for (let k = get(byTarget.offsets, node); k < get(byTarget.offsets, node + 1); k++) {
      const source = get(sources, get(byTarget.edges, k));
      if (leads[node] === 1) leads[source] = 1;
      layers[source] = Math.max(get(layers, source), get(layers, node) + 1);
    }
  }
  const used = new Uint8Array(count);
  for (const source of sources) used[source] = 1;
  const leftmost = layers.reduce((most, layer) => Math.max(most, layer), 0);
  for (let node = 0; node < count; node++) {
    const first = get(byTarget.offsets, node);
    const last = get(byTarget.offsets, node + 1);
    if (leads[node] === 1) continue;
    if (first === last) {
      if (used[node] === 0) layers[node] = leftmost;
      continue;
    }
    let nearest = Number.POSITIVE_INFINITY;
    for (let k = first; k < last; k++) {
      nearest = Math.min(nearest, get(layers, get(sources, get(byTarget.edges, k))));
    }
    layers[node] = nearest - 1;
  }
  return layers;
}

/** Cuts edges over several columns into segments. */
export function insertBends(input: LayoutInput, nodeLayers: Int32Array): Layered {
  const { count, sources, targets } = input;
  const edgeCount = sources.length;
  const firstBend = new Int32Array(edgeCount);
  const bends = new Int32Array(edgeCount);
  let places = count;
  let segments = 0;
  for (let e = 0; e < edgeCount; e++) {
    const span = get(nodeLayers, get(sources, e)) - get(nodeLayers, get(targets, e));
    firstBend[e] = places;
    if (span > LONGEST_BENT_SPAN) continue;
    bends[e] = span - 1;
    places += span - 1;
    segments += span;
  }
  const layers = new Int32Array(places);
  layers.set(nodeLayers);
  const from = new Int32Array(segments);
  const to = new Int32Array(segments);
  let segment = 0;
  for (let e = 0; e < edgeCount; e++) {
    const source = get(sources, e);
    const span = get(nodeLayers, source) - get(nodeLayers, get(targets, e));
    if (span > LONGEST_BENT_SPAN) continue;
    let left = source;
    for (let k = 0; k < span; k++) {
      const right = k === span - 1 ? get(targets, e) : get(firstBend, e) + k;
      layers[right] = get(nodeLayers, source) - k - 1;
      from[segment] = left;
      to[segment] = right;
      segment++;
      left = right;
    }
  }
  return { input, layers, from, to, firstBend, bends };
}

/** Groups edges by one of their ends: those of node i are `edges[offsets[i]]` up to `edges[offsets[i + 1]]`. */
export function edgesBy(
  ends: Int32Array,
  count: number,
): { offsets: Int32Array; edges: Int32Array } {
  const offsets = new Int32Array(count + 1);
  for (const end of ends) offsets[end + 1] = get(offsets, end + 1) + 1;
  for (let i = 0; i < count; i++) offsets[i + 1] = get(offsets, i + 1) + get(offsets, i);
  const next = offsets.slice();
  const edges = new Int32Array(ends.length);
  for (let e = 0; e < ends.length; e++) {
    const end = get(ends, e);
    const place = get(next, end);
    edges[place] = e;
    next[end] = place + 1;
  }
  return { offsets, edges };
}

/** Reads a typed array where the index is known to be inside. */
export function get(array: Int32Array | Float64Array, index: number): number {
  return array[index] as number;
}
