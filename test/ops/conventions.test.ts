// What the derivative rules do at kinks and steps, and that the several readings of a declaration agree.

import katex from 'katex';
import { describe, expect, test } from 'vitest';
import { traceOp } from '../../src/autograd/trace-op.ts';
import {
  Expression,
  evaluate,
  grad,
  type Operand,
  ops,
  type PublicOp,
  symbol,
  symbolsOf,
  type Value,
  value,
  vjp,
} from '../../src/index.ts';
import { callOp, pointsOf, randomPoints } from '../support/op-samples.ts';

const table = [...ops.values()].map(op => [op.op.name, op] as const);

describe.each(table)('%s', (name, op: PublicOp) => {
  test('its conventions hold, in reverse and on recorded values', () => {
    for (const { at, partials } of op.declaration.conventions ?? []) {
      const x = op.op.inputs.map((input, k) => at[k] ?? (op.op.options[input] as number));
      const gradient = vjp((...v) => [callOp(op, v) as Value], x)[1]([1]) as number[];
      partials.forEach((partial, k) => {
        expect((gradient[k] as number) + 0, `∂/∂${op.op.inputs[k]} at ${x}`).toBe(partial);
      });
      const leaves = x.map(xi => value(xi));
      const y = callOp(op, leaves) as Value;
      const recorded = grad(y, leaves, { createGraph: true });
      partials.forEach((partial, k) => {
        expect((recorded[k] as Value).data + 0).toBe(partial);
      });
    }
  });

  test('a NaN input gives NaN, unless the op is a comparison, a selection or has a rule of IEEE 754', () => {
    const x = op.declaration.domain.map(([low, high]) => low + 0.6 * (high - low));
    x.forEach((_, k) => {
      const y = callOp(
        op,
        x.map((xi, i) => (i === k ? Number.NaN : xi)),
      ) as number;
      const parameter = k >= op.op.inputs.length - Object.keys(op.op.options).length;
      const silent = !op.op.differentiable || name === 'where' || parameter;
      if (!silent) expect(y, `input ${op.op.inputs[k]}`).toBeNaN();
    });
  });

  test('numbers, values and expressions agree', () => {
    const names = op.op.inputs.map((_, k) => `x${k}`);
    const expression = callOp(
      op,
      names.map(name => symbol(name)),
    ) as Expression;
    expect(expression).toBeInstanceOf(Expression);
    for (const x of pointsOf(op)) {
      const plain = callOp(op, x) as number;
      expect(
        (
          callOp(
            op,
            x.map(xi => value(xi)),
          ) as Value
        ).data,
      ).toBe(plain);
      const env = Object.fromEntries(names.map((n, k) => [n, x[k] as number]));
      // An op that simplifies to others on symbols (a slope) may round differently there.
      const read = evaluate(expression, env) as number;
      const close =
        Object.is(read, plain) || Math.abs(read - plain) <= 1e-12 * Math.max(1, Math.abs(plain));
      if (expression.op === op.op) expect(read).toBe(plain);
      else if (Number.isFinite(plain) && randomPoints(op, 8).some(p => String(p) === String(x))) {
        expect(close, `${read} ${plain} at ${x}`).toBe(true);
      }
    }
  });

  test('the textbook formula equals the stable rule', () => {
    op.op.partials.forEach((partial, k) => {
      const formula = op.op.formulas[k];
      if (formula === undefined) return;
      for (const x of randomPoints(op, 20)) {
        const y = callOp(op, x) as number;
        const run = (rule: typeof partial): number =>
          typeof rule === 'number'
            ? rule
            : ((rule as (...v: Operand[]) => Operand)(...x, y) as number);
        const [want, got] = [run(partial), run(formula)];
        expect(Math.abs(got - want)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(want)));
      }
    });
  });

  test('a definition equals the op', () => {
    const formula = op.op.definition as ((...x: Operand[]) => Operand) | undefined;
    if (formula === undefined) return;
    for (const x of pointsOf(op)) expect(formula(...x)).toBe(callOp(op, x));
  });

  test('its LaTeX renders, and its text names its inputs', () => {
    const { text, latex, partials } = traceOp(op.op);
    for (const template of [latex, ...partials.map(partial => partial.latex)]) {
      const filled = template.replace(/\{#(\d+|y)\}/g, (_, slot: string) => `{x_{${slot}}}`);
      expect(filled).not.toContain('#');
      expect(() =>
        katex.renderToString(filled, { throwOnError: true, strict: 'error' }),
      ).not.toThrow();
    }
    op.op.inputs.forEach((_, k) => {
      expect(text).toContain(`{#${k}}`);
    });
  });

  test('a rule read with symbols uses only its inputs and its output', () => {
    const inputs = op.op.inputs.map(n => symbol(n));
    op.op.partials.forEach((partial, k) => {
      for (const rule of [partial, op.op.formulas[k]]) {
        if (typeof rule !== 'function') continue;
        const read = (rule as (...v: Operand[]) => Operand)(...inputs, symbol('y'));
        const used = read instanceof Expression ? symbolsOf(read) : [];
        expect([...op.op.inputs, 'y']).toEqual(expect.arrayContaining(used));
      }
    });
  });

  test('it is declared in full', () => {
    const { about, domain, samples = [] } = op.declaration;
    expect(about).toMatch(/^\S.*\.$/);
    expect(domain).toHaveLength(op.op.inputs.length);
    for (const sample of samples) expect(sample.length).toBeLessThanOrEqual(op.op.inputs.length);
    for (const [low, high] of domain) expect(low).toBeLessThan(high);
  });
});

describe('special values', () => {
  const cases: [string, number[], number][] = [
    ['pow', [0, 0], 1],
    ['pow', [Number.NaN, 0], 1],
    ['pow', [1, Number.NaN], 1],
    ['pow', [-1, Number.POSITIVE_INFINITY], 1],
    ['pow', [-2, 0.5], Number.NaN],
    ['pow', [-2, 3], -8],
    ['round', [0.5], 0],
    ['round', [1.5], 2],
    ['round', [2.5], 2],
    ['round', [-0.5], -0],
    ['max', [Number.NaN, 1], Number.NaN],
    ['min', [1, Number.NaN], Number.NaN],
    ['clamp', [Number.NaN, 0, 1], Number.NaN],
    ['relu', [Number.NaN], Number.NaN],
    ['hypot', [1e200, 1e200], Math.SQRT2 * 1e200],
    ['logaddexp', [1000, 1000], 1000 + Math.LN2],
    ['logaddexp', [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY], Number.NEGATIVE_INFINITY],
    ['softplus', [1000], 1000],
    ['silu', [-1000], -0],
    ['sigmoid', [-1000], 0],
    ['logSigmoid', [-1000], -1000],
  ];
  test.each(cases)('%s(%j) is %d', (name, x, want) => {
    expect(callOp(ops.get(name) as PublicOp, x)).toBe(want);
  });

  test('x² at 0 has slope 0 and bend 2, through pow as through square', () => {
    const pow = ops.get('pow') as PublicOp;
    const f = (x: Value): Value => pow(x, 2) as Value;
    expect(grad(f)(0)).toBe(0);
    expect(grad((x: Value) => grad(f)(x))(0)).toBe(2);
  });

  test('a selection stops NaN and ∞ from above, a product does not', () => {
    const relu = ops.get('relu') as PublicOp;
    const x = value(-1);
    (relu(x) as Value).backward({ gradient: Number.POSITIVE_INFINITY });
    expect(x.grad).toBe(0);
    const z = value(2);
    z.mul(0).backward({ gradient: Number.POSITIVE_INFINITY });
    expect(z.grad).toBeNaN();
  });
});
