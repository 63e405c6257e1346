// Recording: what a trace holds, which passes it keeps, and that it leaves no mark on the program.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  ArgumentError,
  add,
  customOp,
  detectAnomaly,
  edgeOffsets,
  exp,
  noGrad,
  type Operand,
  parseTrace,
  record,
  scope,
  sin,
  type Trace,
  type TraceGraph,
  type TracePass,
  traceNumber,
  type Value,
  value,
} from '../../src/index.ts';
import { leaves, network } from '../support/tutorial-network.ts';

const only = (trace: Trace): { graph: TraceGraph; pass: TracePass } => {
  expect([trace.graphs.length, trace.passes.length]).toEqual([1, 1]);
  return { graph: trace.graphs[0] as TraceGraph, pass: trace.passes[0] as TracePass };
};
const opNames = (trace: Trace, graph: TraceGraph) =>
  graph.nodes.map(({ kind, op }) => (op === undefined ? kind : trace.ops[op]?.name));

describe('structure', () => {
  it('of x·x + 3: parallel edges, a constant, values, gradients, order', () => {
    const { trace, result } = record(() => {
      const x = value(3, { name: 'x' });
      const y = x.mul(x).add(3).named('y');
      y.backward();
      return x.grad;
    });
    expect(result).toBe(6);
    const { graph, pass } = only(trace);
    expect(graph.nodes.map(({ kind, inputs, name }) => ({ kind, inputs, name }))).toEqual([
      { kind: 'leaf', inputs: [], name: 'x' },
      { kind: 'op', inputs: [0, 0], name: undefined },
      { kind: 'constant', inputs: [], name: undefined },
      { kind: 'op', inputs: [1, 2], name: 'y' },
    ]);
    expect(opNames(trace, graph)).toEqual(['leaf', 'mul', 'constant', 'add']);
    expect(graph.root).toBe(3);
    expect(pass).toMatchObject({
      graph: 0,
      step: 0,
      values: [3, 9, 3, 12],
      gradients: [6, 1, null, 1],
      order: [3, 1],
      locals: [3, 3, 1, null],
      contributions: [3, 3, 1, null],
    });
    expect([...edgeOffsets(graph)]).toEqual([0, 0, 2, 2, 4]);
  });

  it('describes each op once, with templates for value and local derivatives', () => {
    const { trace } = record(() => {
      const x = value(3);
      x.mul(x).mul(x).sigmoid().backward();
    });
    expect(trace.ops.map(op => op.name)).toEqual(['mul', 'sigmoid']);
    expect(trace.ops[0]).toEqual({
      name: 'mul',
      symbol: '·',
      text: '{#0} · {#1}',
      latex: '{#0} \\cdot {#1}',
      partials: [
        { text: '{#1}', latex: '{#1}' },
        { text: '{#0}', latex: '{#0}' },
      ],
    });
    expect(trace.ops[1]?.partials).toEqual([
      { text: '{#y} · (1 − {#y})', latex: '{#y} \\cdot \\left(1 - {#y}\\right)' },
    ]);
  });

  it('leaves out what the root does not depend on, and keeps constants without gradient', () => {
    const { trace } = record(() => {
      const x = value(3);
      x.mul(100);
      const c = value(5, { requiresGrad: false, name: 'c' });
      x.mul(c).backward();
    });
    const { graph, pass } = only(trace);
    expect(graph.nodes.map(node => node.kind)).toEqual(['leaf', 'leaf', 'op']);
    expect(graph.nodes[1]?.name).toBe('c');
    expect(pass.gradients).toEqual([5, null, 1]);
  });

  it('keeps names and scopes, nested by /', () => {
    const { trace } = record(() => {
      const x = value(1, { name: 'x' });
      const h = scope('net', () => scope('hidden', () => x.mul(2)).tanh());
      h.add(x).backward();
    });
    const { graph } = only(trace);
    expect(trace.scopes).toEqual(['net/hidden', 'net']);
    const scopes = graph.nodes.map(({ scope: s }) => (s === undefined ? s : trace.scopes[s]));
    expect(scopes).toEqual([undefined, undefined, 'net/hidden', 'net', undefined]);
  });

  it('tells the calls of one scope apart, alike in every pass', () => {
    const { trace } = record(() => {
      for (let pass = 0; pass < 2; pass++) {
        let h = value(1, { name: 'x' }).mul(2);
        for (let k = 0; k < 3; k++) {
          h = scope('layer', () => scope('part', () => h.mul(2)).add(scope('part', () => h.exp())));
        }
        h.backward();
      }
    });
    expect(trace.graphs).toHaveLength(1);
    expect(trace.scopes).toEqual(
      ['layer', 'layer~2', 'layer~3'].flatMap(it => [`${it}/part`, `${it}/part~2`, it]),
    );
  });

  it('has names for the calls of a scope up to some number', () => {
    const { trace } = record(() => {
      let h = value(1).mul(1);
      for (let k = 0; k < 12_000; k++) h = scope('cell', () => h.mul(0.999));
      h.backward();
    });
    expect(trace.scopes).toHaveLength(10_000);
    expect(trace.scopes.at(-1)).toBe('cell~10000');
    expect(parseTrace(JSON.stringify(trace))).toEqual(trace);
  });

  it('notes the line of the program, relative to the working folder', () => {
    const { trace } = record(() => {
      const x = value(0.5);
      const y = sin(x); // marked: sin
      exp(y) // marked: exp
        .mul(2) // marked: mul
        .backward();
    });
    const { graph } = only(trace);
    expect(trace.files).toEqual(['test/autograd/record.test.ts']);
    const lines = readFileSync(new URL(import.meta.url), 'utf8').split('\n');
    const want = (name: string) => 1 + lines.findIndex(line => line.endsWith(`// marked: ${name}`));
    for (const { source, op } of graph.nodes) {
      if (op === undefined) continue;
      const name = trace.ops[op]?.name as string;
      expect([source?.file, source?.line], name).toEqual([0, want(name)]);
    }
    const without = record(() => sin(value(1)).backward(), { source: false }).trace;
    expect(without.files).toEqual([]);
    expect(without.graphs[0]?.nodes.every(node => node.source === undefined)).toBe(true);
  });
});

describe('numbers', () => {
  const { trace } = record(() => network(leaves()).backward(), { title: 'by hand' });
  const { graph, pass } = only(trace);
  const offsets = edgeOffsets(graph);
  const edges = graph.nodes.flatMap((node, id) =>
    node.inputs.map((input, k) => ({ id, input, edge: (offsets[id] as number) + k })),
  );

  it('local derivative × upstream cotangent = contribution, on every edge', () => {
    expect(edges.length).toBeGreaterThan(40);
    for (const { id, input, edge } of edges) {
      const [local, part] = [pass.locals[edge], pass.contributions[edge]];
      if (part === null || part === undefined) {
        expect(graph.nodes[input]?.kind).toBe('constant');
        continue;
      }
      const g = pass.gradients[id] as number;
      expect(Math.abs((local as number) * g - (part as number))).toBeLessThan(1e-16);
    }
  });

  it('contributions sum to the gradient of every node, exactly, in the order of firing', () => {
    const sums = new Map<number, number>();
    for (const id of pass.order) {
      for (const { input, edge } of edges.filter(e => e.id === id)) {
        const part = pass.contributions[edge];
        if (typeof part !== 'number') continue;
        const sum = sums.get(input);
        sums.set(input, sum === undefined ? part : sum + part);
      }
    }
    for (const [id, sum] of sums) expect(pass.gradients[id]).toBe(sum);
    expect(sums.size).toBe(graph.nodes.filter(node => node.kind !== 'constant').length - 1);
  });

  it('fires latest first: every node after all of its consumers', () => {
    expect(pass.order[0]).toBe(graph.root);
    expect(pass.order).toEqual([...pass.order].sort((a, b) => b - a));
    expect(pass.order.length).toBe(graph.nodes.filter(node => node.kind === 'op').length);
    const place = new Map(pass.order.map((id, k) => [id, k]));
    for (const { id, input } of edges) {
      if (place.has(input)) expect(place.get(id)).toBeLessThan(place.get(input) as number);
    }
  });

  it('are those of backward', () => {
    const l = leaves();
    network(l).backward();
    graph.nodes.forEach(({ kind, name }, id) => {
      if (kind !== 'leaf') return;
      expect(pass.gradients[id]).toBe(l[name as keyof typeof l].grad);
    });
    expect(trace.title).toBe('by hand');
  });

  it('that JSON cannot hold survive it', () => {
    const odd = record(() => {
      const x = value(0, { name: 'x' });
      const y = value(-1, { name: 'y' });
      add(x.mul(-1).reciprocal(), y.log()).backward();
    }).trace;
    const text = JSON.stringify(odd);
    expect(text).not.toContain('null,null,null,null,null,null,null');
    const back = parseTrace(text);
    expect(back).toEqual(odd);
    const { graph: g, pass: p } = only(back);
    const byOp = Object.fromEntries(
      opNames(back, g).map((name, id) => [name, traceNumber(p.values[id] ?? 'NaN')]),
    );
    expect(byOp['mul']).toBe(-0);
    expect(byOp['reciprocal']).toBe(Number.NEGATIVE_INFINITY);
    expect(byOp['log']).toBeNaN();
    expect(p.values).toContain('-0');
    expect(p.values).toContain('-Infinity');
  });

  it('start from the seed', () => {
    const seeded = record(() => value(3).mul(2).backward({ gradient: -0.5 })).trace;
    expect(seeded.passes[0]?.gradients).toEqual([-1, null, -0.5]);
  });
});

describe('passes', () => {
  const step = (x: Value) => {
    x.mul(x).backward();
  };

  it('share one structure, and are numbered', () => {
    const { trace } = record(() => {
      for (let k = 0; k < 5; k++) step(value(k));
    });
    expect([trace.graphs.length, trace.passes.length]).toEqual([1, 5]);
    expect(trace.passes.map(pass => pass.step)).toEqual([0, 1, 2, 3, 4]);
    expect(trace.passes.map(pass => pass.values[0])).toEqual([0, 1, 2, 3, 4]);
  });

  it('of two structures', () => {
    const { trace } = record(() => {
      for (let k = 0; k < 4; k++) {
        const x = value(k);
        if (k % 2 === 0) x.mul(x).backward();
        else x.mul(x).sin().backward();
      }
    });
    expect(trace.passes.map(pass => pass.graph)).toEqual([0, 1, 0, 1]);
  });

  it('of one graph, retained', () => {
    const { trace } = record(() => {
      const y = value(3).sin();
      y.backward({ retainGraph: true });
      y.backward({ gradient: 2 });
    });
    expect(trace.passes.map(pass => pass.gradients[1])).toEqual([1, 2]);
    expect(trace.graphs.length).toBe(1);
  });

  it('are chosen by every', () => {
    const run = (every: number | ((pass: number) => boolean)) =>
      record(() => void [0, 1, 2, 3, 4, 5, 6].forEach(k => void step(value(k))), { every });
    expect(run(3).trace.passes.map(pass => pass.step)).toEqual([0, 3, 6]);
    expect(run(k => k === 2).trace.passes.map(pass => pass.step)).toEqual([2]);
    expect(run(() => false).trace.graphs).toEqual([]);
  });

  it('that throw leave nothing, also when caught inside', () => {
    const bad = customOp({
      name: 'bad',
      value: x => x,
      partials: [
        (x: Operand) => {
          if (typeof x === 'number') throw new RangeError('mine');
          return 1;
        },
      ],
    });
    const failing = () => {
      try {
        (bad(value(1)) as Value).backward();
      } catch {
        // Goes on, as a program may.
      }
    };
    const { trace } = record(() => {
      failing();
      value(2).backward();
      failing();
      value(3).mul(2).backward();
    });
    expect(trace.passes.map(pass => pass.step)).toEqual([3]);
  });

  it('may be only forward', () => {
    const { trace } = record(() => value(3, { name: 'x' }).mul(2).sin());
    const { graph, pass } = only(trace);
    expect(graph.nodes.length).toBe(4);
    expect(pass.order).toEqual([]);
    expect(pass.gradients).toEqual([null, null, null, null]);
    expect(pass.values[3]).toBe(Math.sin(6));
    expect(parseTrace(JSON.stringify(trace))).toEqual(trace);
    expect(record(() => noGrad(() => value(3).mul(2))).trace.graphs).toEqual([]);
    expect(record(() => 5).trace.passes).toEqual([]);
  });
});

describe('recording', () => {
  it('nests: each recording sees what runs inside it', () => {
    const outer = record(() => {
      value(1).mul(2).backward();
      return record(() => value(3).sin().backward()).trace;
    });
    expect(outer.trace.passes.length).toBe(2);
    expect(outer.result.passes.length).toBe(1);
    const both = record(() => detectAnomaly(() => value(3).sin().backward())).trace;
    expect(both.passes.length).toBe(1);
  });

  it('stops, and restores everything, when the function throws', () => {
    expect(() =>
      record(() => {
        throw new RangeError('mine');
      }),
    ).toThrow(RangeError);
    const x = value(3);
    const y = x.mul(2);
    y.backward();
    expect(y.chunk?.notes.get(y.row)).toBeUndefined();
    const { trace } = record(() => 1);
    value(1).mul(2).backward();
    expect(trace.passes).toEqual([]);
  });

  it('changes no number', () => {
    const run = () => {
      const l = leaves();
      network(l).backward();
      return Object.values(l).map(leaf => leaf.grad);
    };
    expect(record(run).result).toEqual(run());
  });

  it('notes nothing when it is off', () => {
    const y = value(3).mul(2);
    expect(y.chunk?.notes.has(y.row)).toBe(false);
  });

  it('holds plain data only: no live value is reachable', () => {
    const { trace } = record(() => network(leaves()).backward());
    const seen: unknown[] = [trace];
    for (let at = 0; at < seen.length; at++) {
      const thing = seen[at];
      if (typeof thing !== 'object' || thing === null) {
        expect(['string', 'number', 'object', 'undefined']).toContain(typeof thing);
        continue;
      }
      expect([Object.prototype, Array.prototype]).toContain(Object.getPrototypeOf(thing));
      for (const inner of Object.values(thing)) if (!seen.includes(inner)) seen.push(inner);
    }
  });

  it('shortens names that the schema would refuse', () => {
    const { trace } = record(
      () => {
        const x = value(1, { name: 'n'.repeat(5000) });
        scope('s'.repeat(5000), () => x.mul(2)).backward();
      },
      { title: 't'.repeat(5000) },
    );
    expect(parseTrace(JSON.stringify(trace))).toEqual(trace);
    expect(trace.title?.length).toBe(1000);
    expect(trace.graphs[0]?.nodes[0]?.name?.endsWith('…')).toBe(true);
  });

  it('refuses asynchronous functions and wrong options', () => {
    expect(() => record(async () => 1)).toThrow(/must not be asynchronous; record each step/);
    for (const every of [0, -1, 1.5, Number.NaN, '2', null, {}]) {
      expect(() => record(() => 1, { every: every as never })).toThrow(/every must be a positive/);
    }
    expect(() => record(() => 1, { title: 5 as never })).toThrow(/title must be a string/);
    expect(() => record(() => 1, { tittle: 'x' } as never)).toThrow(/unknown option "tittle"/);
    expect(() => record(5 as never)).toThrow(ArgumentError);
  });
});
