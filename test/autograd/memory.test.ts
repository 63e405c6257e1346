// Depth and memory: graphs of a million nodes, endless loops of small ones, handles that outlive their neighbours. Nothing
// here is timed.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { customOp, noGrad, sin, type Value, value } from '../../src/index.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Live memory in MiB. */
function held(): number {
  // Twice: the memory of typed arrays is given back a moment after the first.
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}

/** Records nodes that nobody keeps, enough to fill several chunks of the tape. */
function elsewhere(nodes: number): void {
  const x = value(0.5);
  for (let k = 0; k < nodes; k++) x.mul(x);
}

describe('a million nodes', () => {
  const NODES = 1_000_000;

  it('run forward and backward as a chain, and are freed', () => {
    const x = value(1);
    const one = value(1);
    const step = value(2 ** -10);
    const build = (nodes: number): Value => {
      let y = x;
      for (let k = 0; k < nodes; k += 2) y = y.mul(one).add(step);
      return y;
    };
    build(10_000).backward();
    for (const leaf of [x, one, step]) leaf.zeroGrad();
    const before = held();

    // A function of its own, without expectations, so that nothing holds the graph for longer.
    const sweep = (): { data: number; recorded: number } => {
      const y = build(NODES);
      const recorded = held() - before;
      y.backward();
      return { data: y.data, recorded };
    };
    const { data, recorded } = sweep();
    expect(data).toBe(1 + NODES / 2 / 1024);
    expect(recorded).toBeLessThan(100);
    expect(x.grad).toBe(1);
    expect(step.grad).toBe(NODES / 2);
    // The chunk in use stays, with whatever it holds.
    expect(held() - before).toBeLessThan(8);
  });

  it('run forward and backward where every node is used twice', () => {
    const x = value(1);
    const half = value(0.5);
    let y = x;
    // y·½ + y·½ is y again, and so is its slope.
    for (let k = 0; k < NODES; k += 3) y = y.mul(half).add(y.mul(half));
    y.backward();
    expect(y.data).toBe(1);
    expect(x.grad).toBe(1);
  });
});

describe('a loop of small graphs', () => {
  const STEPS = 200_000;

  function growth(step: () => void): number {
    for (let k = 0; k < STEPS / 4; k++) step();
    const before = held();
    for (let k = 0; k < STEPS; k++) step();
    return held() - before;
  }

  it('keeps memory flat with backward', () => {
    const x = value(0.5);
    const w = value(-0.25);
    expect(growth(() => x.mul(w).add(x).tanh().mul(w).backward())).toBeLessThan(3);
  });

  it('keeps memory flat without backward', () => {
    const x = value(0.5);
    const w = value(-0.25);
    expect(growth(() => x.mul(w).add(x).tanh().mul(w))).toBeLessThan(3);
  });

  it('keeps memory flat where every graph uses a node that is kept', () => {
    const x = value(0.5);
    const kept = x.mul(2);
    expect(growth(() => x.mul(kept).add(x).tanh().mul(kept))).toBeLessThan(3);
    kept.backward();
    expect(x.grad).toBe(2);
  });

  it('keeps memory flat where every graph uses a node of the one before', () => {
    let last: Value = value(0.5).mul(1);
    // Its history is cut each time; only the number goes on.
    const step = (): void => {
      last = value(noGrad(() => last.mul(0.5)).data).add(1);
    };
    expect(growth(step)).toBeLessThan(3);
    expect(last.data).toBeCloseTo(2, 12);
  });
});

describe('a kept handle', () => {
  it('has its graph and the right gradient however many graphs came after', () => {
    const x = value(0.5);
    const y = sin(x.mul(3));
    elsewhere(100_000);
    collect();
    y.backward();
    expect(x.grad).toBe(3 * Math.cos(1.5));
  });

  it('keeps all earlier chunks that its graph takes inputs from', () => {
    const x = value(0.5);
    const old: Value[] = [];
    for (let k = 1; k <= 200; k++) {
      old.push(x.mul(k));
      elsewhere(5000);
    }
    // Sums built one on another, so that each depends on every chunk before it.
    let sum: Value = value(0);
    let expected = 0;
    old.forEach((node, i) => {
      sum = sum.add(node.mul(node));
      expected += 2 * (i + 1) ** 2 * 0.5;
    });
    old.length = 0;
    elsewhere(5000);
    collect();
    sum.backward();
    expect(x.grad).toBe(expected);
  });

  it('keeps them where the sum itself is spread over many chunks', () => {
    const x = value(0.5);
    const first = x.mul(4);
    let sum: Value = value(0);
    for (let k = 0; k < 100; k++) {
      sum = sum.add(first.mul(x));
      elsewhere(3000);
    }
    collect();
    sum.backward();
    expect(x.grad).toBe(100 * 4);
    expect(first.grad).toBe(100 * 0.5);
  });

  it('sees the number that a leaf had when it was used, in each graph', () => {
    const w = value(3);
    const x = value(2);
    const before = w.mul(x);
    w.data = 5;
    const after = w.mul(x);
    expect([before.data, after.data]).toEqual([6, 10]);
    after.backward();
    expect(x.grad).toBe(5);
    expect(() => before.backward()).toThrow(/new data/);
    w.data = 3;
    before.backward();
    expect(x.grad).toBe(8);
  });
});

describe('a sweep inside a sweep', () => {
  it('leaves the outer one alone, over a graph made inside', () => {
    const cube = customOp({
      name: 'cube',
      value: x => x ** 3,
      partials: [
        (x: number): number => {
          const inner = value(x);
          inner.mul(inner).mul(inner).backward();
          return inner.grad ?? Number.NaN;
        },
      ],
    });
    const x = value(2);
    const h = x.mul(3);
    const y = (cube(h) as Value).mul(h).add(h);
    y.backward();
    // y = h⁴ + h at h = 6.
    expect(h.grad).toBe(4 * 6 ** 3 + 1);
    expect(x.grad).toBe(3 * (4 * 6 ** 3 + 1));
  });

  it('leaves the outer one alone, over nodes of the same chunk made before', () => {
    const a = value(4);
    const square = a.mul(a);
    const op = customOp({
      name: 'slopeOfSquare',
      value: x => 8 * x,
      partials: [
        (_x: number): number => {
          a.zeroGrad();
          square.backward({ retainGraph: true });
          return a.grad ?? Number.NaN;
        },
      ],
    });
    const x = value(2);
    const h = x.add(1);
    (op(h) as Value).mul(h).add(square.mul(h)).backward();
    // 8h·h + 16h at h = 3, and square reaches a once more after the inner sweeps.
    expect(h.grad).toBe(2 * 8 * 3 + 16);
    expect(x.grad).toBe(2 * 8 * 3 + 16);
  });
});
