// The model as a graphology graph with its parallel edges kept, for what works on such graphs.

import { MultiDirectedGraph } from 'graphology';
import type { TraceNode } from '../../autograd/trace.ts';
import { at, labelOf, type Model, opOf, scopeOf, sourceOf } from './model.ts';

/** What a node of the graphology graph carries. */
export interface NodeAttributes {
  id: number;
  kind: TraceNode['kind'];
  label: string;
  name: string | undefined;
  op: string | undefined;
  symbol: string | undefined;
  scope: string | undefined;
  source: string | undefined;
}

/** What an edge of the graphology graph carries: its number in the trace and which input of the consumer it feeds. */
export interface EdgeAttributes {
  edge: number;
  input: number;
}

export interface GraphAttributes {
  title: string;
  root: string;
}

/** Data flows along its edges: from an input to the node that consumes it. */
export type ModelGraph = MultiDirectedGraph<NodeAttributes, EdgeAttributes, GraphAttributes>;

/** The model as a graphology graph; keys are the node ids and the edge numbers. */
export function toGraphology(model: Model): ModelGraph {
  const graph: ModelGraph = new MultiDirectedGraph();
  graph.replaceAttributes({ title: model.trace.title ?? '', root: String(model.root) });
  model.nodes.forEach((node, id) => {
    const op = opOf(model, id);
    graph.addNode(String(id), {
      id,
      kind: node.kind,
      label: labelOf(model, id),
      name: node.name,
      op: op?.name,
      symbol: op?.symbol,
      scope: scopeOf(model, id),
      source: sourceOf(model, id),
    });
  });
  for (let edge = 0; edge < model.consumerOf.length; edge++) {
    const consumer = at(model.consumerOf, edge);
    graph.addDirectedEdgeWithKey(String(edge), String(at(model.inputOf, edge)), String(consumer), {
      edge,
      input: edge - at(model.offsets, consumer),
    });
  }
  return graph;
}
