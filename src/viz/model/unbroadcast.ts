// Un-broadcasting: an elementwise op stretches its inputs to one shape, so what flows back is summed over the axes that
// were stretched.

import { at, type Model, opOf } from './model.ts';

/** An axis of the consumer over which its gradient was summed. */
export interface SummedAxis {
  readonly axis: number;
  readonly size: number;
  /** Whether the input has this axis, with size 1; else it has fewer axes. */
  readonly kept: boolean;
}

/** An edge on which something was summed. */
export interface Unbroadcast {
  readonly edge: number;
  readonly consumer: number;
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly axes: readonly SummedAxis[];
}

/** The axes of `from` over which one sums to come to `to`; undefined where the shapes do not broadcast. */
export function summedAxes(
  from: readonly number[],
  to: readonly number[],
): SummedAxis[] | undefined {
  const missing = from.length - to.length;
  if (missing < 0) return undefined;
  const axes: SummedAxis[] = [];
  for (const [axis, size] of from.entries()) {
    const own = to[axis - missing];
    if (own === size) continue;
    if (own !== undefined && own !== 1) return undefined;
    axes.push({ axis, size, kept: own === 1 });
  }
  return axes;
}

/** The edges to the consumers of a node on which its gradient was summed. */
export function unbroadcastsOf(model: Model, node: number): Unbroadcast[] {
  const to = model.nodes[node]?.shape ?? [];
  const edges = model.outEdges.subarray(at(model.outOffsets, node), at(model.outOffsets, node + 1));
  return Array.from(edges).flatMap(edge => {
    const consumer = at(model.consumerOf, edge);
    const from = model.nodes[consumer]?.shape;
    if (from === undefined || opOf(model, consumer)?.structured === true) return [];
    const axes = summedAxes(from, to);
    return axes === undefined || axes.length === 0 ? [] : [{ edge, consumer, from, to, axes }];
  });
}

/** `axis 0 (64) and axis 2 (5)`. */
export function axesText(axes: readonly SummedAxis[]): string {
  return axes.map(({ axis, size }) => `axis ${axis} (${size})`).join(' and ');
}
