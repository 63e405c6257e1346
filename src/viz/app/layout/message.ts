// A layout on its way between two threads: a few long arrays, which are handed over and not copied.

import type { Layout, LayoutInput, LayoutOptions } from '../../model/layout.ts';

export interface LayoutRequest {
  readonly input: LayoutInput;
  readonly options: LayoutOptions;
}

/** A {@link Layout} whose bends stand one after the other: those of edge e begin at `starts[e]`. */
export interface PackedLayout extends Omit<Layout, 'bends'> {
  readonly bends: Float64Array<ArrayBuffer>;
  readonly starts: Uint32Array<ArrayBuffer>;
}

/** Packs a layout, and says what is to be handed over with it. */
export function packLayout(layout: Layout): { packed: PackedLayout; transfer: ArrayBuffer[] } {
  const starts = new Uint32Array(layout.bends.length + 1);
  layout.bends.forEach((list, e) => {
    starts[e + 1] = (starts[e] ?? 0) + list.length;
  });
  const bends = new Float64Array(starts.at(-1) ?? 0);
  layout.bends.forEach((list, e) => {
    bends.set(list, starts[e]);
  });
  const [x, y, layers] = [layout.x.slice(), layout.y.slice(), layout.layers.slice()];
  return {
    packed: { ...layout, x, y, layers, bends, starts },
    transfer: [x.buffer, y.buffer, layers.buffer, bends.buffer, starts.buffer],
  };
}

export function unpackLayout({ bends, starts, ...rest }: PackedLayout): Layout {
  const lists = Array.from({ length: Math.max(0, starts.length - 1) }, (_, e) =>
    bends.subarray(starts[e], starts[e + 1]),
  );
  return { ...rest, bends: lists };
}
