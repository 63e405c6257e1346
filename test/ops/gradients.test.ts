// Every op × its samples and random points × each input × reverse and forward mode × first and second order, with random
// cotangents in float64, against five-point differences. The op table itself says what there is to test.

import { describe, expect, test } from 'vitest';
import { randomNumbers } from '../../src/autograd/gradcheck.ts';
import { applyOp, type Partial, registerAnonymousOp } from '../../src/autograd/op.ts';
import {
  jvp,
  mul,
  type Op,
  type Operand,
  ops,
  type PublicOp,
  type Scalar,
  vjp,
} from '../../src/index.ts';
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

/** The op with the rule of input `k` multiplied by a factor: as a mistake in its declaration would be. */
function withBrokenRule({ op }: PublicOp, k: number, factor: number): Op {
  const partials = op.partials.map((partial, i): Partial => {
    if (i !== k) return partial;
    if (typeof partial === 'number') return factor * partial;
    return (...x: Operand[]) => mul(factor, (partial as (...v: Operand[]) => Operand)(...x));
  });
  return registerAnonymousOp({ ...op, partials });
}

describe('a broken rule is caught', () => {
  const factors = { zeroed: 0, negated: -1, 'times 1.001': 1.001 };
  const cases = differentiable.flatMap(op =>
    // A rule that is 0 everywhere on purpose stays 0 however it is multiplied.
    op.op.inputs.flatMap((input, k) =>
      op.op.partials[k] === 0 ? [] : [[op.op.name, input, k, op] as const],
    ),
  );
  for (const [how, factor] of Object.entries(factors)) {
    for (const [mode, gradient] of Object.entries(MODES)) {
      test.each(cases)(`${how}, ${mode} mode: %s, input %s`, (_name, _input, k, op) => {
        const broken = withBrokenRule(op, k, factor);
        const { failures } = checkOp(x => applyOp(broken, x), pointsOf(op), gradient, 1);
        expect(failures.length).toBeGreaterThan(0);
      });
    }
  }
});
