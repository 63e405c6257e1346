// Layers over training: norms, what is wrong with them, and the picture of many.

import { describe, expect, it } from 'vitest';
import type { Trace, TraceNode, TraceNumber } from '../../src/autograd/trace.ts';
import {
  conditionOf,
  healthOf,
  healthRows,
  parametersOf,
  rangeOf,
  summariesOf,
  trendOf,
} from '../../src/viz/model/health.ts';
import { divergingTrace, vanishingTrace } from './sick-traces.ts';

/** Leaves with these names and gradients, pass by pass; `scope/name` puts a leaf into a scope. */
function leavesTrace(names: readonly string[], passes: readonly (TraceNumber | null)[][]): Trace {
  const scopes = [...new Set(names.flatMap(name => name.split('/').slice(0, -1).join('/') || []))];
  const nodes = names.map((path): TraceNode => {
    const [name = '', scope] = path.split('/').reverse();
    const node: TraceNode = { kind: 'leaf', inputs: [], name };
    return scope === undefined ? node : { ...node, scope: scopes.indexOf(scope) };
  });
  return {
    format: 'seegrad-trace',
    version: 1,
    ops: [],
    scopes,
    files: [],
    graphs: [{ nodes, root: 0 }],
    passes: passes.map((gradients, step) => ({
      graph: 0,
      step,
      values: nodes.map(() => 1),
      gradients,
      order: [],
      locals: [],
      contributions: [],
    })),
  };
}

describe('healthOf', () => {
  it('joins the parameters of a layer, and leaves out what never has a gradient', () => {
    const trace = leavesTrace(
      ['first/W', 'first/b', 'X', 'head.weight', 'head.bias', 'w'],
      [
        [3, 4, null, 1, 0, 2],
        [0, 0, null, null, null, 'NaN'],
      ],
    );
    const health = healthOf(trace);
    expect(health.layers).toEqual(['first', 'head', 'w']);
    expect([...health.norms]).toEqual([5, 0, 1, -1, 2, Number.NaN]);
    expect(parametersOf(trace, 0, 'head')).toEqual([3, 4]);
    expect(parametersOf(trace, 7, 'head')).toEqual([]);
    const conditions = health.layers.map((_, layer) => conditionOf(health, layer, 1));
    expect(conditions).toEqual(['dead', 'absent', 'nonfinite']);
  });

  it('takes the scope that uses a leaf where the leaf has none', () => {
    const health = healthOf(vanishingTrace(3, 2));
    expect(health.layers).toEqual(['layer0', 'layer1', 'layer2']);
  });

  it('does not overflow where a gradient is large', () => {
    const health = healthOf(leavesTrace(['a/x', 'a/y'], [[3e200, 4e200]]));
    expect(health.norms[0]).toBeCloseTo(5e200, -190);
    expect(conditionOf(health, 0, 0)).toBe('fine');
  });

  it('calls vanishing and exploding what is a thousand times off the median layer', () => {
    const health = healthOf(leavesTrace(['a', 'b', 'c', 'd', 'e'], [[1e-3, 2e-3, 1, 999, 1000]]));
    expect(health.medians[0]).toBe(0);
    const conditions = health.layers.map((_, layer) => conditionOf(health, layer, 0));
    expect(conditions).toEqual(['vanishing', 'fine', 'fine', 'fine', 'exploding']);
  });

  it('sees the first layers of a deep network of sigmoids vanish', () => {
    const health = healthOf(vanishingTrace(12, 3));
    expect(conditionOf(health, 0, 0)).toBe('vanishing');
    expect(conditionOf(health, 5, 0)).toBe('fine');
    expect(conditionOf(health, 11, 0)).toBe('fine');
  });
});

describe('what health comes to', () => {
  it('has a trend over the passes', () => {
    const passes = Array.from({ length: 20 }, (_, k) => [10 ** k, 1]);
    const health = healthOf(leavesTrace(['a', 'b'], passes));
    // From the median of the first two passes to that of the last two.
    expect(trendOf(health, 0)).toBeCloseTo(18, 12);
    expect(trendOf(health, 1)).toBe(0);
    expect(trendOf(healthOf(leavesTrace(['a'], [[1]])), 0)).toBeNaN();
  });

  it('is summed up by layer', () => {
    const health = healthOf(divergingTrace());
    const w = summariesOf(health)[0];
    expect(w).toMatchObject({ name: 'w', worst: 'nonfinite' });
    expect(w?.counts.fine).toBe(w?.firstWorst);
    expect((w?.counts.fine ?? 0) + (w?.counts.nonfinite ?? 0)).toBe(12);
    expect(w?.last).toBeNaN();
  });

  it('has a picture of so many columns, of which each shows the worst of its passes', () => {
    const passes = Array.from({ length: 10 }, (_, k): TraceNumber[] =>
      k === 3 ? ['Infinity', 1] : k === 7 ? [0, 1] : [0.1, 1],
    );
    const rows = healthRows(healthOf(leavesTrace(['a', 'b'], passes)), 4);
    expect(rows.map(row => row.length)).toEqual([4, 4]);
    expect(rows[0]?.map(({ pass, condition }) => [pass, condition])).toEqual([
      [0, 'fine'],
      [3, 'nonfinite'],
      [7, 'dead'],
      [9, 'fine'],
    ]);
    expect(rows[0]?.[0]?.size).toBeCloseTo(-1, 12);
    expect(rows[0]?.[2]?.size).toBe(Number.NEGATIVE_INFINITY);
  });

  it('works for 100 layers and 10,000 passes', () => {
    const names = Array.from({ length: 100 }, (_, l) => `layer${l}/w`);
    const gradients = names.map((_, l) => 10 ** (-l / 10));
    const health = healthOf(leavesTrace(names, new Array(10_000).fill(gradients)));
    const rows = healthRows(health, 400);
    expect([rows.length, rows[0]?.length]).toEqual([100, 400]);
    expect(rangeOf(health).low).toBeCloseTo(-9.9, 12);
    expect(rangeOf(health).high).toBe(0);
    expect(conditionOf(health, 0, 9_999)).toBe('exploding');
    expect(conditionOf(health, 99, 0)).toBe('vanishing');
  });
});
