// `record(…, { check: true })`: finite differences beside the gradients, and that they notice a wrong one.

import { describe, expect, it } from 'vitest';
import {
  ArgumentError,
  conv1d,
  customOp,
  record,
  type TracePass,
  tensor,
  traceNumber,
  value,
} from '../../src/index.ts';
import { leaves, network } from '../support/tutorial-network.ts';

const only = (run: () => unknown): TracePass =>
  record(run, { check: true }).trace.passes[0] as TracePass;

/** Largest difference between gradients and checks, and how many nodes were checked. */
function compared({ gradients, checks = [] }: TracePass): { checked: number; worst: number } {
  let [checked, worst] = [0, 0];
  checks.forEach((check, id) => {
    if (check === null) return;
    checked++;
    const [a, b] = [traceNumber(check), traceNumber(gradients[id] ?? 'NaN')];
    worst = Math.max(worst, Math.abs(a - b) / Math.max(Math.abs(a), 1));
  });
  return { checked, worst };
}

describe('differences beside the gradients', () => {
  it('agree at every node of the tutorial network', () => {
    const pass = only(() => network(leaves()).backward());
    const { checked, worst } = compared(pass);
    const reached = pass.gradients.filter(g => g !== null).length;
    expect(checked).toBe(reached - 1);
    expect(worst).toBeLessThan(1e-12);
  });

  it('agree for tensors: the slope along the gradient is its norm', () => {
    const pass = only(() => {
      const x = tensor([[1, 2, 3, 4, 5]], { dtype: 'float64' });
      const k = tensor([[[0.2, 0.5, 0.3]]], { dtype: 'float64', requiresGrad: true });
      conv1d(x.reshape([1, 1, 5]), k)
        .tanh()
        .square()
        .sum()
        .backward();
    });
    const { checked, worst } = compared(pass);
    expect(checked).toBeGreaterThanOrEqual(4);
    expect(worst).toBeLessThan(1e-11);
  });

  it('agree to float32 where the program computes in float32', () => {
    const pass = only(() => {
      const w = tensor([0.3, -0.7, 0.2], { requiresGrad: true });
      w.mul(tensor([1, 2, 3]))
        .sigmoid()
        .sum()
        .backward();
    });
    const { checked, worst } = compared(pass);
    expect(checked).toBeGreaterThanOrEqual(3);
    expect(worst).toBeLessThan(1e-6);
  });

  it('start from the seed of the pass', () => {
    const pass = only(() => {
      const x = value(3);
      x.mul(x).backward({ gradient: 10 });
    });
    expect(pass.gradients[0]).toBe(60);
    expect(traceNumber(pass.checks?.[0] ?? 'NaN')).toBeCloseTo(60, 10);
  });

  it('notice a rule that is wrong', () => {
    const wrong = customOp({
      name: 'wrongSquare',
      value: (x: number) => x * x,
      partials: [(x: never) => x],
    });
    const pass = only(() => (wrong(value(3)) as ReturnType<typeof value>).backward());
    expect(pass.gradients[0]).toBe(3);
    expect(traceNumber(pass.checks?.[0] ?? 'NaN')).toBeCloseTo(6, 9);
  });

  it('leave out what has no gradient, and the root', () => {
    const pass = only(() => {
      const x = value(2);
      x.mul(3).backward();
    });
    expect(pass.checks?.[1]).toBeNull();
    expect(pass.checks?.[2]).toBeNull();
  });

  it('do not change the program, and are absent unless asked for', () => {
    const x = value(2);
    const { trace } = record(() => x.mul(x).backward(), { check: true });
    expect(x.grad).toBe(4);
    expect(trace.passes).toHaveLength(1);
    expect(record(() => value(2).mul(3).backward()).trace.passes[0]).not.toHaveProperty('checks');
    expect(() => record(() => 1, { check: 1 as never })).toThrow(ArgumentError);
  });

  it('end in time in a graph too large to check', () => {
    const pass = only(() => {
      let x = value(1);
      for (let k = 0; k < 1900; k++) x = x.add(1e-9);
      x.backward();
    });
    const checked = pass.checks?.filter(check => check !== null).length ?? 0;
    expect(checked).toBeLessThan(1900);
  });
});
