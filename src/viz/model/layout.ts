// Third stage: where every card stands. Layered from the inputs on the left to the loss on the right, in near linear time.

import { orderColumns } from './crossings.ts';
import { assignLayers, get, insertBends, type LayoutInput } from './layers.ts';
import { packColumns } from './packing.ts';

export type { LayoutInput } from './layers.ts';

export interface LayoutOptions {
  columnGap?: number;
  rowGap?: number;
  bendGap?: number;
}

/** Positions in pixels at zoom 1: x grows towards the loss, y downwards; the middle of the picture is (0, 0). */
export interface Layout {
  /** The centre of every card. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly layers: Int32Array;
  /** For each edge the bends on its way, as x₁ left, x₁ right, y₁, x₂ left …, from left to right. */
  readonly bends: readonly Float64Array[];
  readonly width: number;
  readonly height: number;
}

const NO_BENDS = new Float64Array(0);

/** Lays out a graph. The same graph always gets the same layout. */
export function layoutGraph(
  input: LayoutInput,
  { columnGap = 68, rowGap = 16, bendGap = 12 }: LayoutOptions = {},
): Layout {
  const layers = assignLayers(input);
  const layered = insertBends(input, layers);
  const columns = orderColumns(layered);
  const height = packColumns(layered, columns, { rowGap, bendGap });
  const { left, right } = columnEdges(input, layers, columns.length, columnGap);
  const x = new Float64Array(input.count);
  for (let node = 0; node < input.count; node++) {
    const layer = get(layers, node);
    x[node] = (get(left, layer) + get(right, layer)) / 2;
  }
  const bends = Array.from(layered.bends, (count, e) => {
    // Most edges have none; those share one empty list.
    if (count === 0) return NO_BENDS;
    const list = new Float64Array(count * 3);
    for (let k = 0; k < count; k++) {
      const place = get(layered.firstBend, e) + k;
      const layer = get(layered.layers, place);
      list[3 * k] = get(left, layer);
      list[3 * k + 1] = get(right, layer);
      list[3 * k + 2] = get(height, place);
    }
    return list;
  });
  return centred({ x, y: height.slice(0, input.count), layers, bends }, input);
}

/** The left and right border of every column; the root's is the last. */
function columnEdges(
  { widths }: LayoutInput,
  layers: Int32Array,
  depth: number,
  gap: number,
): { left: Float64Array; right: Float64Array } {
  const width = new Float64Array(depth);
  layers.forEach((layer, node) => {
    width[layer] = Math.max(get(width, layer), get(widths, node));
  });
  const left = new Float64Array(depth);
  const right = new Float64Array(depth);
  let border = 0;
  for (let layer = 0; layer < depth; layer++) {
    right[layer] = border;
    left[layer] = border - get(width, layer);
    border = get(left, layer) - gap;
  }
  return { left, right };
}

/** Moves everything, in place, so that the middle is at the origin. */
function centred(
  layout: Omit<Layout, 'width' | 'height'>,
  { widths, heights }: LayoutInput,
): Layout {
  const { x, y, bends } = layout;
  let [west, east, north, south] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let node = 0; node < x.length; node++) {
    west = Math.min(west, get(x, node) - get(widths, node) / 2);
    east = Math.max(east, get(x, node) + get(widths, node) / 2);
    north = Math.min(north, get(y, node) - get(heights, node) / 2);
    south = Math.max(south, get(y, node) + get(heights, node) / 2);
  }
  for (const list of bends) {
    for (let k = 2; k < list.length; k += 3) {
      north = Math.min(north, get(list, k));
      south = Math.max(south, get(list, k));
    }
  }
  if (x.length === 0) return { ...layout, width: 0, height: 0 };
  const dx = (west + east) / 2;
  const dy = (north + south) / 2;
  for (let node = 0; node < x.length; node++) {
    x[node] = get(x, node) - dx;
    y[node] = get(y, node) - dy;
  }
  for (const list of bends) {
    for (let k = 0; k < list.length; k++) list[k] = get(list, k) - (k % 3 === 2 ? dy : dx);
  }
  return { ...layout, width: east - west, height: south - north };
}
