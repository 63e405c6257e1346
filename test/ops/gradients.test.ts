// Every op × its samples and random points × each input × reverse and forward mode × first and second order, with random
// cotangents in float64, against five-point differences. The op table itself says what there is to test.

import { describe, expect, test } from 'vitest';
import { randomNumbers } from '../../src/autograd/gradcheck.ts';
import { jvp, type Operand, ops, type PublicOp, type Scalar, vjp } from '../../src/index.ts';
import { checkOp, type F, MODES } from '../support/op-check.ts';
import { callOp, pointsOf } from '../support/op-samples.ts';

const differentiable = [...ops.values()].filter(op => op.op.differentiable);

describe.each(differentiable.map(op => [op.op.name, op] as const))('%s', (_name, op: PublicOp) => {
  const points = pointsOf(op);
  const call = (x: readonly Operand[]): Operand => callOp(op, x);

  for (const order of [1, 2] as const) {
    for (const [mode, gradient] of Object.entries(MODES)) {
      test(`${mode} mode, order ${order}`, () => {
        const { failures, made } = checkOp(call, points, gradient, order);
        expect(failures).toEqual([]);
        // The random points are all tame, so differences can tell nearly everywhere.
        expect(made).toBeGreaterThanOrEqual(5 * op.op.inputs.length ** order);
      });
    }
  }

  test('⟨v, J·u⟩ = ⟨Jᵀ·v, u⟩', () => {
    const random = randomNumbers(3);
    for (const x of points) {
      const f: F = (...y) => [call(y) as Scalar];
      const u = x.map(() => random());
      const v = random();
      const pushed = jvp(f, x, u)[1][0] as number;
      const pulled = vjp(f, x)[1]([v]) as number[];
      const parts = pulled.map((g, k) => g * (u[k] as number));
      const scale = Math.max(...parts.map(Math.abs));
      if (!Number.isFinite(scale)) continue;
      const sum = parts.reduce((a, b) => a + b, 0);
      expect(Math.abs(v * pushed - sum)).toBeLessThanOrEqual(1e-15 * scale * 4);
    }
  });
});
