// A gradient of a gradient in a trace: every op of the first backward pass points to the forward op that it comes from.

import { describe, expect, it } from 'vitest';
import {
  grad,
  parseTrace,
  record,
  sin,
  type Trace,
  tensor,
  type Value,
  value,
} from '../../src/index.ts';

interface Line {
  op: string;
  name: string | undefined;
  origin: string | undefined;
}

function linesOf(trace: Trace): Line[] {
  const { nodes } = trace.graphs[0] ?? { nodes: [] };
  const opName = (id: number | undefined) =>
    id === undefined ? undefined : (trace.ops[nodes[id]?.op ?? -1]?.name ?? nodes[id]?.kind);
  return nodes.map(({ name, origin }, id) => ({
    op: opName(id) ?? '',
    name,
    origin: opName(origin),
  }));
}

describe('origins', () => {
  it("of the ops of y' for y = sin(x²), and the forward node that no rule uses", () => {
    const x = value(0.5, { name: 'x' });
    const { trace } = record(() => {
      const slope = grad((t: Value) => sin(t.mul(t)).named('y'))(x).named("y'");
      slope.backward();
    });
    const y = 0.25;
    expect(x.grad).toBeCloseTo(2 * Math.cos(y) - 4 * y * Math.sin(y), 14);
    expect(linesOf(trace)).toEqual([
      { op: 'leaf', name: 'x', origin: undefined },
      { op: 'alias', name: undefined, origin: undefined },
      { op: 'mul', name: undefined, origin: undefined },
      // y itself is needed by nobody, but the picture of the forward pass needs it.
      { op: 'sin', name: 'y', origin: undefined },
      { op: 'cos', name: undefined, origin: 'sin' },
      { op: 'constant', name: undefined, origin: undefined },
      { op: 'mul', name: undefined, origin: 'sin' },
      { op: 'mul', name: undefined, origin: 'mul' },
      { op: 'mul', name: undefined, origin: 'mul' },
      { op: 'add', name: "y'", origin: 'mul' },
    ]);
    expect(trace.graphs[0]?.root).toBe(9);
    expect(parseTrace(JSON.stringify(trace))).toEqual(trace);
  });

  it('of tensors', () => {
    const W = tensor(
      [
        [1, 2],
        [3, 4],
      ],
      { dtype: 'float64', requiresGrad: true, name: 'W' },
    );
    const x = tensor([[0.1], [0.2]], { dtype: 'float64' });
    const { trace } = record(() => {
      const slope = grad((w: typeof W) => w.matmul(x).tanh().sum())(W);
      slope.square().sum().backward();
    });
    const lines = linesOf(trace);
    expect(lines.filter(({ origin }) => origin === 'matmul').length).toBeGreaterThan(0);
    expect(lines.filter(({ origin }) => origin === 'tanh').length).toBeGreaterThan(0);
    // What the program computes from the gradient is no part of the first backward pass.
    expect(lines.at(-1)?.origin).toBeUndefined();
  });

  it('of a gradient of the fifth order come to an end', () => {
    const x = value(1.5, { name: 'x' });
    const { trace } = record(() => {
      let f = (t: Value): Value => sin(t.mul(t));
      for (let order = 1; order < 5; order++) {
        const before = f;
        f = t => grad(before)(t);
      }
      f(x).backward();
    });
    const { nodes } = trace.graphs[0] ?? { nodes: [] };
    const origins = nodes.flatMap(({ origin }) => origin ?? []);
    expect(origins.length).toBeGreaterThan(50);
    expect(Number.isFinite(x.grad)).toBe(true);
  });

  it('are absent from a plain backward pass', () => {
    const { trace } = record(() => value(2).square().backward());
    expect(trace.graphs[0]?.nodes.some(node => 'origin' in node)).toBe(false);
  });

  it('cross chunks of the tape', () => {
    const x = value(1.01);
    const { trace } = record(() => {
      const slope = grad((t: Value) => {
        let y = t;
        for (let k = 0; k < 6000; k++) y = y.mul(1.0001);
        return y.mul(y);
      })(x);
      slope.backward();
    });
    const { nodes } = trace.graphs[0] ?? { nodes: [] };
    expect(nodes.filter(({ origin }) => origin !== undefined).length).toBeGreaterThan(6000);
  });
});
