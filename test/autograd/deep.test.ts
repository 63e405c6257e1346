// Depth costs nothing: chains of 200,000 nodes through every kind of sweep, at the default stack size.

import { describe, expect, it } from 'vitest';
import {
  derive,
  evaluate,
  grad,
  hvp,
  jvp,
  parseTrace,
  record,
  type Value,
  value,
  vjp,
} from '../../src/index.ts';

const DEPTH = 200_000;

/** (x·c·d·c·d …) with c·d = 1 up to rounding: value and slope stay near 1. */
function chain(x: Value, depth = DEPTH): Value {
  let y = x;
  for (let k = 0; k < depth; k++) y = y.mul(k % 2 === 0 ? 1.0009765625 : 1 / 1.0009765625);
  return y;
}

/** x ↦ sin(x)-like steps with curvature: y ← y + y²/depth. */
function curved(x: Value, depth = DEPTH): Value {
  let y = x;
  for (let k = 0; k < depth; k++) y = y.add(y.mul(y).mul(1 / depth));
  return y;
}

const near = (got: number | null | undefined, want: number, tolerance = 1e-9) =>
  expect(Math.abs((got as number) - want)).toBeLessThan(tolerance * Math.abs(want));

describe(`a chain of ${DEPTH} nodes`, () => {
  it('backward', () => {
    const x = value(2);
    const y = chain(x);
    y.backward();
    near(x.grad, y.data / 2);
    const z = value(1);
    let sum = z;
    for (let k = 1; k < DEPTH; k++) sum = sum.add(z);
    sum.backward();
    expect([sum.data, z.grad]).toEqual([DEPTH, DEPTH]);
  });

  it('grad, vjp, jvp', () => {
    near(grad(x => chain(x))(2), 1);
    near(vjp(x => [chain(x)], [2])[1]([3])[0], 3);
    near(jvp(x => [chain(x)], [2], [3])[1][0] as number, 3);
  });

  it('gradient of a gradient, by a graph of the sweep', () => {
    const x = value(0.5);
    const y = curved(x, DEPTH / 4);
    const [slope] = grad(y, [x], { createGraph: true });
    slope?.backward();
    // y ≈ x / (1 − x): slope 1/(1 − x)², curvature 2/(1 − x)³
    near(slope?.data, 4, 1e-3);
    near(x.grad, 16, 1e-3);
  });

  it('hessian-vector product', () => {
    near(hvp(x => curved(x, DEPTH / 4), [0.5], [1])[0], 16, 1e-3);
  });

  it('derive', () => {
    const x = value(2, { name: 'x' });
    const d = derive(chain(x).named('y'), x);
    near(d.value, 1);
    near(evaluate(d.expression, d.numbers), d.value);
    expect(d.text.length).toBeLessThan(100_000);
  });

  it('record, and back from JSON', () => {
    const { trace } = record(() => chain(value(2)).backward(), { source: false });
    expect(trace.passes[0]?.order.length).toBe(DEPTH);
    near(trace.passes[0]?.gradients[0] as number, 1);
    expect(parseTrace(JSON.stringify(trace))).toEqual(trace);
  });
});

describe('a wide graph', () => {
  it('a leaf used 200,000 times, a sum of 100,000 leaves', () => {
    const leaves = Array.from({ length: 100_000 }, (_, k) => value(k));
    let sum: Value = value(0);
    for (const leaf of leaves) sum = sum.add(leaf.mul(leaf));
    sum.backward();
    expect(leaves.every((leaf, k) => leaf.grad === 2 * k)).toBe(true);
  });
});
