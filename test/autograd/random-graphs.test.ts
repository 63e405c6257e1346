// Random graphs over all ops: the gradient equals differences, the symbolic derivative and the forward mode.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  derive,
  type Expression,
  evaluate,
  grad,
  gradcheck,
  gradgradcheck,
  hessian,
  hvp,
  jvp,
  symbol,
  type Value,
  value,
} from '../../src/index.ts';
import { differentiable, type RandomGraph, randomGraph, run } from '../support/random-graph.ts';

const on =
  (graph: RandomGraph) =>
  (...x: Value[]) =>
    run(graph, x) as Value;
const plain = (graph: RandomGraph, x: readonly number[]) => run(graph, x) as number;
const close = (got: number, want: number, scale: number, tolerance: number) => {
  if (Math.abs(got - want) <= tolerance * Math.max(1, scale)) return;
  throw new Error(`${got} is not ${want} (scale ${scale})`);
};

/**
 * Whether the differences can be believed: the function is finite and smooth around the point. Judged from values of
 * the function alone (never from the gradient under test): five-point estimates with different steps must agree, and so
 * must those from one side alone, as they do not next to a kink, a jump or where rounding swamps the differences.
 */
function smoothAt(f: (x: readonly number[]) => number, x: readonly number[]): boolean {
  return x.every((_, k) => {
    const estimate = (h: number): number => {
      const [a, b, c, d] = [-2, -1, 1, 2].map(m =>
        f(x.map((xi, i) => (i === k ? xi + m * h : xi))),
      );
      return ((a as number) - (d as number) + 8 * ((c as number) - (b as number))) / (12 * h);
    };
    const side = (h: number): number => {
      const [a, b, c, d, e] = [0, 1, 2, 3, 4].map(m =>
        f(x.map((xi, i) => (i === k ? xi + m * h : xi))),
      ) as [number, number, number, number, number];
      return (-25 * a + 48 * b - 36 * c + 16 * d - 3 * e) / (12 * h);
    };
    const [coarse, middle, fine] = [estimate(4e-3), estimate(1e-3), estimate(2.5e-4)];
    const scale = 1 + Math.abs(f(x)) + Math.abs(fine);
    return (
      Math.abs(coarse - middle) < 1e-7 * scale &&
      Math.abs(middle - fine) < 1e-9 * scale &&
      Math.abs(side(1e-3) - fine) < 1e-6 * scale &&
      Math.abs(side(-1e-3) - fine) < 1e-6 * scale
    );
  });
}

function tally() {
  const counts = { seen: 0, checked: 0 };
  return {
    see: (ok: boolean): boolean => {
      counts.seen++;
      if (ok) counts.checked++;
      return ok;
    },
    share: () => counts.checked / counts.seen,
  };
}

describe('first order', () => {
  it('the ops drawn from are those that are declared', () => {
    expect(differentiable.length).toBeGreaterThan(45);
    expect(differentiable.map(op => op.op.name)).toContain('sigmoid');
  });

  it('reverse and forward agree with five-point differences', () => {
    const { see, share } = tally();
    fc.assert(
      fc.property(randomGraph(12), graph => {
        if (!see(smoothAt(x => plain(graph, x), graph.leaves))) return;
        const report = gradcheck(on(graph), graph.leaves, { raise: false });
        if (!report.ok) throw new Error(report.text);
      }),
      { numRuns: 300 },
    );
    expect(share()).toBeGreaterThan(0.6);
  });

  it('on Values, the same number as on plain numbers, bit by bit', () => {
    fc.assert(
      fc.property(randomGraph(40), graph => {
        const y = on(graph)(...graph.leaves.map(x => value(x)));
        expect(y.data).toBe(plain(graph, graph.leaves));
      }),
      { numRuns: 300 },
    );
  });

  it('reverse, forward and recorded sweeps agree on up to 40 nodes', () => {
    fc.assert(
      fc.property(randomGraph(40), graph => {
        const leaves = graph.leaves.map(x => value(x));
        const y = on(graph)(...leaves);
        const recorded = grad(y, leaves, { createGraph: true }).map(g => g.data);
        y.backward();
        const reverse = leaves.map(x => x.grad as number);
        const scale = Math.max(...reverse.map(Math.abs));
        if (!Number.isFinite(scale)) return;
        reverse.forEach((d, k) => {
          expect(recorded[k]).toBe(d);
          const unit = leaves.map((_, i) => (i === k ? 1 : 0));
          close(
            jvp((...x) => [on(graph)(...x)], graph.leaves, unit)[1][0] as number,
            d,
            scale,
            1e-10,
          );
        });
      }),
      { numRuns: 300 },
    );
  });

  it('the derivation is the same number, and so is its formula', () => {
    const { see, share } = tally();
    fc.assert(
      fc.property(randomGraph(25), graph => {
        const leaves = graph.leaves.map((x, k) => value(x, { name: `x${k}` }));
        const y = on(graph)(...leaves);
        const derived = leaves.map(leaf => derive(y, leaf));
        y.backward();
        derived.forEach((d, k) => {
          expect(d.value).toBe(leaves[k]?.grad);
          // Formulas are written as in a textbook, which at kinks and with cancellation is not what is computed.
          if (!see(smoothAt(x => plain(graph, x), graph.leaves))) return;
          close(evaluate(d.expression, d.numbers), d.value, Math.abs(d.value), 1e-7);
        });
      }),
      { numRuns: 200 },
    );
    expect(share()).toBeGreaterThan(0.4);
  });

  it('the formula of the function, evaluated, is the recorded value', () => {
    fc.assert(
      fc.property(randomGraph(40), graph => {
        const names = graph.leaves.map((_, k) => `x${k}`);
        const formula = run(
          graph,
          names.map(name => symbol(name)),
        ) as Expression;
        const at = Object.fromEntries(names.map((name, k) => [name, graph.leaves[k] as number]));
        const want = plain(graph, graph.leaves);
        if (!Number.isFinite(want)) return;
        const got = evaluate(formula, at);
        const shaken = plain(
          graph,
          graph.leaves.map(x => x * (1 + 1e-13) + 1e-13),
        );
        // Simplifying may round differently; what that can do is seen from shaking the leaves by as much.
        close(got, want, Math.max(1, Math.abs(want)), 1e-9 + 1e3 * Math.abs(shaken - want));
      }),
      { numRuns: 300 },
    );
  });
});

describe('second order', () => {
  it('agrees with differences of the gradient', () => {
    const { see, share } = tally();
    fc.assert(
      fc.property(randomGraph(4), graph => {
        const smooth = smoothAt(x => plain(graph, x), graph.leaves);
        const slopes = graph.leaves.every((_, k) =>
          smoothAt(x => gradientOf(graph, x)[k] as number, graph.leaves),
        );
        if (!see(smooth && slopes)) return;
        const report = gradgradcheck(on(graph), graph.leaves, { raise: false });
        if (!report.ok) throw new Error(report.text);
      }),
      { numRuns: 150 },
    );
    expect(share()).toBeGreaterThan(0.5);
  });

  it('Hessians are symmetric, and hvp is their product', () => {
    fc.assert(
      fc.property(randomGraph(8), graph => {
        const H = hessian(on(graph), graph.leaves) as number[][];
        const scale = Math.max(...H.flat().map(Math.abs));
        if (!Number.isFinite(scale)) return;
        const v = graph.leaves.map((_, k) => 1 - 0.75 * k);
        const product = hvp(on(graph), graph.leaves, v) as number[];
        H.forEach((row, i) => {
          row.forEach((h, k) => void close(h, H[k]?.[i] as number, scale, 1e-8));
          const sum = row.reduce((s, h, k) => s + h * (v[k] as number), 0);
          close(product[i] as number, sum, scale, 1e-8);
        });
      }),
      { numRuns: 150 },
    );
  });
});

function gradientOf(graph: RandomGraph, x: readonly number[]): number[] {
  const leaves = x.map(data => value(data));
  on(graph)(...leaves).backward();
  return leaves.map(leaf => leaf.grad as number);
}
