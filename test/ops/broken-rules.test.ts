// The checks of the gradients are checked: a rule that is zeroed, negated or off by a thousandth must be found out.

import { describe, expect, test } from 'vitest';
import { applyOp, type Partial, registerAnonymousOp } from '../../src/autograd/op.ts';
import { mul, type Op, type Operand, ops, type PublicOp } from '../../src/index.ts';
import { checkOp, MODES } from '../support/op-check.ts';
import { pointsOf } from '../support/op-samples.ts';

const differentiable = [...ops.values()].filter(op => op.op.differentiable);

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
