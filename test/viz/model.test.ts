// Trace → model.

import { describe, expect, it } from 'vitest';
import { toGraphology } from '../../src/viz/model/graph.ts';
import { buildModel, labelOf, scopeOf, sourceOf } from '../../src/viz/model/model.ts';
import { tinyTrace, tutorialTrace } from './tiny-trace.ts';

describe('buildModel', () => {
  const model = buildModel(
    tinyTrace([
      ['x', 3],
      ['', '=2'],
      ['', 'mul', 0, 0],
      ['y', 'mul', 1, 2],
    ]),
  );

  it('numbers the edges by node, then by input', () => {
    expect([...model.inputOf]).toEqual([0, 0, 1, 2]);
    expect([...model.consumerOf]).toEqual([2, 2, 3, 3]);
    expect([...model.outOffsets]).toEqual([0, 2, 3, 4, 4]);
    expect([...model.outEdges]).toEqual([0, 1, 2, 3]);
  });

  it('keeps the parallel edges of x·x in graphology', () => {
    const graph = toGraphology(model);
    expect(graph.order).toBe(4);
    expect(graph.size).toBe(4);
    expect(graph.edges('0', '2').sort()).toEqual(['0', '1']);
    expect(graph.getEdgeAttributes('1')).toEqual({ edge: 1, input: 1 });
    expect(graph.getNodeAttributes('3')).toMatchObject({ label: 'y', op: 'mul', symbol: '·' });
    expect(graph.getAttribute('root')).toBe('3');
  });

  it('labels named nodes, constants and ops', () => {
    expect([0, 1, 2, 3].map(id => labelOf(model, id))).toEqual(['x', '2', 'mul #2', 'y']);
  });

  it('knows where a node was made', () => {
    const tutorial = buildModel(tutorialTrace());
    const outh1 = tutorial.nodes.findIndex(node => node.name === 'outh1');
    expect(sourceOf(tutorial, outh1)).toBe('examples/02-backpropagation.ts:28');
    expect(scopeOf(tutorial, outh1)).toBe('network/hidden');
    expect(tutorial.passes).toHaveLength(21);
  });

  it('refuses a graph that is not there', () => {
    expect(() => buildModel(tutorialTrace(), 1)).toThrow('the trace has no graph 1');
  });
});
