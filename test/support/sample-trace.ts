// A trace with everything in it, and what a reader of a checked trace may rely on.

import { expect } from 'vitest';
import { edgeOffsets, record, scope, type Trace, value } from '../../src/index.ts';
import { leaves, network } from './tutorial-network.ts';

/** A trace with everything in it: title, label, scopes, sources, two graphs, strings for numbers, a forward pass. */
export function sampleTrace(): Trace {
  const { trace } = record(
    () => {
      scope('net', () => network(leaves())).backward();
      const x = value(0, { name: 'x' });
      for (let k = 0; k < 2; k++) x.mul(-1).reciprocal().backward();
    },
    { title: 'all of it' },
  );
  (trace.passes[0] as { label?: string }).label = 'first';
  return trace;
}

/** What a reader may rely on. */
export function consistent(trace: Trace): void {
  const whole = (n: number | undefined, below: number) =>
    expect(Number.isInteger(n) && (n as number) >= 0 && (n as number) < below).toBe(true);
  for (const graph of trace.graphs) {
    whole(graph.root, graph.nodes.length);
    graph.nodes.forEach((node, id) => {
      for (const input of node.inputs) whole(input, id);
      if (node.kind === 'op') {
        whole(node.op, trace.ops.length);
        expect(trace.ops[node.op as number]?.partials.length).toBe(node.inputs.length);
      } else expect([node.op, node.inputs.length]).toEqual([undefined, 0]);
      if (node.scope !== undefined) whole(node.scope, trace.scopes.length);
      if (node.source !== undefined) whole(node.source.file, trace.files.length);
    });
  }
  for (const pass of trace.passes) {
    whole(pass.graph, trace.graphs.length);
    const graph = trace.graphs[pass.graph] as Trace['graphs'][number];
    const edges = edgeOffsets(graph)[graph.nodes.length];
    expect(Number.isFinite(pass.step)).toBe(true);
    expect([pass.values.length, pass.gradients.length]).toEqual([
      graph.nodes.length,
      graph.nodes.length,
    ]);
    expect([pass.locals.length, pass.contributions.length]).toEqual([edges, edges]);
    expect(new Set(pass.order).size).toBe(pass.order.length);
    for (const id of pass.order) expect(graph.nodes[id]?.kind).toBe('op');
  }
}
