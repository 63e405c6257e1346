// Values that tensors are computed from: the cotangent crosses from tensors to numbers, whatever made the numbers.

import { describe, expect, it } from 'vitest';
import {
  exp,
  grad,
  gradcheck,
  gradgradcheck,
  hypot,
  jvp,
  record,
  sin,
  type Tensor,
  tanh,
  tensor,
  type Value,
  value,
} from '../../src/index.ts';

const t = tensor([1, 2, 3], { dtype: 'float64' });

/** Σ (t · r(x)) for a rule r of numbers: its slope is Σt · r′(x) = 6 · r′(x). */
const rules: [string, (x: Value) => Value, (x: number) => number][] = [
  ['the leaf itself', x => x, () => 1],
  ['a product', x => x.mul(3), () => 3],
  ['a sine', x => sin(x), x => Math.cos(x)],
  [
    'a chain',
    x => tanh(sin(x).mul(x)),
    x => {
      const u = Math.sin(x) * x;
      return (1 - Math.tanh(u) ** 2) * (Math.cos(x) * x + Math.sin(x));
    },
  ],
  ['two inputs', x => hypot(x, x.mul(2)), () => Math.sqrt(5)],
  ['the output', x => exp(x), x => Math.exp(x)],
];

describe.each(rules)('%s, times a tensor', (_, rule, slope) => {
  it('gets its gradient in the backward pass', () => {
    for (const first of [true, false]) {
      const x = value(0.7);
      const product = first ? rule(x).mul(t) : t.mul(rule(x));
      product.sum().backward();
      expect(x.grad).toBeCloseTo(6 * slope(0.7), 13);
    }
  });

  it('passes the checks of both orders', () => {
    const f = (x: Value) => rule(x).mul(t).square().sum();
    gradcheck(f as never, [0.7]);
    gradgradcheck(f as never, [0.7]);
  });
});

describe('values and tensors', () => {
  it('share one backward pass', () => {
    const a = value(2);
    const w = tensor([1, -1, 0.5], { dtype: 'float64', requiresGrad: true });
    const scale = a.mul(a).add(1);
    w.mul(scale).mul(t).sum().backward();
    // Σ w·t·(a² + 1): ∂/∂a = 2a·Σ w·t, ∂/∂w = t·(a² + 1).
    expect(a.grad).toBeCloseTo(4 * 0.5, 14);
    expect(w.grad?.toArray()).toEqual([5, 10, 15]);
  });

  it('go through transforms', () => {
    const f = (x: Value) => sin(x).mul(t).sum();
    expect((grad(f as never) as (x: number) => number)(0.7)).toBeCloseTo(6 * Math.cos(0.7), 13);
    const [, [tangent]] = jvp(x => [sin(x).mul(t).sum()] as never, [0.7], [1]) as never as [
      unknown,
      [Tensor],
    ];
    expect(tangent.item()).toBeCloseTo(6 * Math.cos(0.7), 13);
  });

  it('are recorded', () => {
    const x = value(0.7, { name: 'x' });
    const { trace } = record(() => sin(x).mul(t).sum().backward(), { check: true });
    const [pass] = trace.passes;
    const at = trace.graphs[0]?.nodes.findIndex(({ name }) => name === 'x') ?? -1;
    expect(pass?.gradients[at]).toBeCloseTo(6 * Math.cos(0.7), 13);
    expect(pass?.checks?.[at]).toBeCloseTo(6 * Math.cos(0.7), 9);
  });
});
