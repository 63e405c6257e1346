// First stage: one graph of a trace as an index of typed arrays.

import {
  edgeOffsets,
  type Trace,
  type TraceNode,
  type TraceOp,
  type TracePass,
  traceNumber,
} from '../../autograd/trace.ts';
import { formatShort } from './format.ts';

/** One graph of a trace, indexed. */
export interface Model {
  readonly trace: Trace;
  readonly graphIndex: number;
  readonly nodes: readonly TraceNode[];
  readonly root: number;
  /** Number of the first edge of every node; see `edgeOffsets`. */
  readonly offsets: Int32Array;
  /** For every edge the node that consumes and the node that is consumed. */
  readonly consumerOf: Int32Array;
  readonly inputOf: Int32Array;
  /** The edges that leave node i are `outEdges[outOffsets[i]]` up to `outEdges[outOffsets[i + 1]]`, in order. */
  readonly outOffsets: Int32Array;
  readonly outEdges: Int32Array;
  /** The passes that ran over this graph. */
  readonly passes: readonly TracePass[];
}

/** Indexes one graph of a trace. */
export function buildModel(trace: Trace, graphIndex = 0): Model {
  const graph = trace.graphs[graphIndex];
  if (graph === undefined) throw new RangeError(`the trace has no graph ${graphIndex}`);
  const { nodes, root } = graph;
  const offsets = edgeOffsets(graph);
  const edgeCount = offsets[nodes.length] ?? 0;
  const consumerOf = new Int32Array(edgeCount);
  const inputOf = new Int32Array(edgeCount);
  const outOffsets = new Int32Array(nodes.length + 1);
  nodes.forEach((node, i) => {
    node.inputs.forEach((input, k) => {
      const edge = at(offsets, i) + k;
      consumerOf[edge] = i;
      inputOf[edge] = input;
      outOffsets[input + 1] = at(outOffsets, input + 1) + 1;
    });
  });
  for (let i = 0; i < nodes.length; i++) {
    outOffsets[i + 1] = at(outOffsets, i + 1) + at(outOffsets, i);
  }
  const next = outOffsets.slice();
  const outEdges = new Int32Array(edgeCount);
  for (let edge = 0; edge < edgeCount; edge++) {
    const input = at(inputOf, edge);
    const place = at(next, input);
    outEdges[place] = edge;
    next[input] = place + 1;
  }
  const passes = trace.passes.filter(pass => pass.graph === graphIndex);
  return {
    trace,
    graphIndex,
    nodes,
    root,
    offsets,
    consumerOf,
    inputOf,
    outOffsets,
    outEdges,
    passes,
  };
}

/** The op of a node; undefined for leaves and constants. */
export function opOf(model: Model, id: number): TraceOp | undefined {
  const index = model.nodes[id]?.op;
  return index === undefined ? undefined : model.trace.ops[index];
}

/** What a node is called: its name, the number of a constant, or its op with its id. */
export function labelOf(model: Model, id: number): string {
  const node = model.nodes[id];
  if (node?.name !== undefined) return node.name;
  if (node?.kind === 'constant') {
    const value = constantOf(model, id);
    return value === undefined ? 'constant' : formatShort(value);
  }
  return `${opOf(model, id)?.name ?? node?.kind ?? 'node'} #${id}`;
}

/** The number that a constant stands for: the same in every pass. */
export function constantOf(model: Model, id: number): number | undefined {
  const value = model.passes[0]?.values[id];
  return value === undefined ? undefined : traceNumber(value);
}

export function scopeOf(model: Model, id: number): string | undefined {
  const scope = model.nodes[id]?.scope;
  return scope === undefined ? undefined : model.trace.scopes[scope];
}

/** Where the program made a node, as `file:line`. */
export function sourceOf(model: Model, id: number): string | undefined {
  const source = model.nodes[id]?.source;
  if (source === undefined) return undefined;
  const file = model.trace.files[source.file];
  return file === undefined ? undefined : `${file}:${source.line}`;
}

/** Reads a typed array where the index is known to be inside. */
export function at(array: Int32Array | Float64Array, index: number): number {
  return array[index] as number;
}
