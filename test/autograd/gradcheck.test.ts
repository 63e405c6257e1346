// gradcheck and gradgradcheck as public tools: right functions pass, every kind of wrong rule is caught.

import { describe, expect, it } from 'vitest';
import { derivative } from '../../src/autograd/differences.ts';
import { randomNumbers } from '../../src/autograd/gradcheck.ts';
import {
  ArgumentError,
  add,
  cos,
  customOp,
  GradcheckError,
  gradcheck,
  gradgradcheck,
  mul,
  neg,
  noGrad,
  type Operand,
  pow,
  sin,
  square,
  tanh,
  Value,
} from '../../src/index.ts';

type Rule = (x: Operand) => Operand;
const sine = (rule: Rule) => {
  const op = customOp({ name: 'sine', value: Math.sin, partials: [rule] });
  return (x: Value) => op(x) as Value;
};

describe('passes', () => {
  it('right functions of several inputs and results', () => {
    expect(gradcheck((a, b) => a.mul(b).sin(), [0.5, 2]).ok).toBe(true);
    expect(gradcheck((a, b) => [a.div(b), b.exp(), pow(a, b) as Value], [0.5, 2]).ok).toBe(true);
    expect(gradgradcheck((a, b) => [a.div(b), tanh(mul(a, b))], [0.5, 2]).ok).toBe(true);
    expect(
      gradcheck(
        sine(x => cos(x)),
        [0.7],
      ).entries.length,
    ).toBe(2);
    expect(
      gradgradcheck(
        sine(x => cos(x)),
        [0.7],
      ).ok,
    ).toBe(true);
  });

  it('functions of large, small and zero inputs', () => {
    for (const x of [0, 1e-8, -3, 1e6]) expect(gradcheck(z => z.mul(z), [x]).ok).toBe(true);
    for (const x of [0, 1e-8, -3, 20]) expect(gradcheck(z => z.sin(), [x]).ok).toBe(true);
  });

  it('constants and ignored inputs', () => {
    expect(gradcheck(() => 5, [1]).entries.map(entry => entry.analytic)).toEqual([0, 0]);
    expect(gradcheck((a, _b) => a, [1, 2]).ok).toBe(true);
  });

  it('inside noGrad as anywhere', () => {
    expect(noGrad(() => gradcheck(x => x.sin(), [0.5]).ok)).toBe(true);
  });
});

describe('catches', () => {
  const wrong: readonly [string, Rule][] = [
    ['zeroed', () => 0],
    ['negated', x => neg(cos(x))],
    ['× 1.001', x => mul(1.001, cos(x))],
    ['× (1 + 1e-7)', x => mul(1 + 1e-7, cos(x))],
    ['+ 1e-6', x => add(1e-6, cos(x))],
    ['that of another function', x => square(x)],
    ['NaN', () => Number.NaN],
  ];

  it.each(wrong)('a rule that is %s', (_what, rule) => {
    expect(() => gradcheck(sine(rule), [0.7])).toThrow(GradcheckError);
    const report = gradcheck(sine(rule), [0.7], { raise: false });
    expect(report.ok).toBe(false);
    expect(report.entries.map(entry => [entry.mode, entry.ok])).toEqual([
      ['reverse', false],
      ['forward', false],
    ]);
  });

  it('a rule that is wrong in one of three inputs, and says which', () => {
    const op = customOp({
      name: 'three',
      value: (a, b, c) => a * b * c,
      partials: [
        (_a: Operand, b: Operand, c: Operand) => mul(b, c),
        (a: Operand, _b: Operand, c: Operand) => mul(mul(a, c), 1.001),
        (a: Operand, b: Operand) => mul(a, b),
      ],
    });
    const report = gradcheck((a, b, c) => op(a, b, c) as Value, [2, 3, 4], { raise: false });
    expect(report.entries.filter(entry => !entry.ok).map(entry => entry.input)).toEqual([1, 1]);
  });

  it('a rule whose derivative is wrong only in second order', () => {
    const detached = sine(x => (typeof x === 'number' ? Math.cos(x) : cos(x)));
    expect(gradgradcheck(detached, [0.7]).ok).toBe(true);
    const cut = sine(x => (x instanceof Value ? Math.cos(x.data) : cos(x)));
    expect(gradcheck(cut, [0.7]).ok).toBe(true);
    expect(() => gradgradcheck(cut, [0.7])).toThrow(GradcheckError);
  });

  it('a wrong entry of one result among several', () => {
    const off = sine(x => mul(1.001, cos(x)));
    expect(() => gradcheck(x => [x.mul(x), off(x), x.exp()], [0.7])).toThrow(GradcheckError);
  });

  it('a kink and a jump at the point itself', () => {
    expect(gradcheck(x => x.relu(), [0], { raise: false }).ok).toBe(false);
    expect(gradcheck(x => x.floor(), [2], { raise: false }).ok).toBe(false);
  });
});

describe('the report', () => {
  it('is a table that says what is off by how much', () => {
    let text = '';
    try {
      gradcheck(
        sine(x => mul(1.5, cos(x))),
        [0],
      );
    } catch (error) {
      text = (error as Error).message;
    }
    const lines = text.split('\n');
    expect(lines[0]).toBe('gradcheck: 2 of 2 derivatives disagree with finite differences');
    expect(lines[1]).toMatch(/mode +input +seegrad +differences/);
    expect(lines[2]).toMatch(/^✗ reverse +input 0 .*off by \d\.\de[+-]\d+, allowed \d\.\de-\d+$/);
    expect(lines[3]).toMatch(/^✗ forward/);
    expect(lines.length).toBe(4);
    expect(gradcheck(x => sin(x), [0]).text).toMatch(/^gradcheck: all 2 derivatives agree/);
  });

  it('is the same for the same seed, another for another', () => {
    const numbers = (seed: number) =>
      gradcheck(x => x.exp(), [1], { seed }).entries.map(entry => entry.analytic);
    expect(numbers(1)).toEqual(numbers(1));
    expect(numbers(1)).not.toEqual(numbers(2));
  });

  it('obeys the tolerances', () => {
    const off = sine(x => mul(1.001, cos(x)));
    expect(gradcheck(off, [0.7], { rtol: 0.01 }).ok).toBe(true);
    expect(gradcheck(off, [0.7], { atol: 0.01 }).ok).toBe(true);
    expect(gradcheck(off, [0.7], { rtol: 0.0005, raise: false }).ok).toBe(false);
  });

  it('refuses wrong arguments', () => {
    for (const inputs of [5, null, ['1'], [null], undefined]) {
      expect(() => gradcheck(x => x, inputs as never)).toThrow(ArgumentError);
    }
    expect(() => gradcheck(x => x, [1], { tol: 1 } as never)).toThrow(/unknown option "tol"/);
    expect(() => gradcheck(x => x, [])).toThrow(/at least one argument/);
    expect(() => gradcheck(5 as never, [1])).toThrow();
  });
});

describe('its parts', () => {
  it('five-point differences reach 1e-11 on smooth functions', () => {
    for (const x of [0.1, 1, 3]) {
      expect(Math.abs(derivative(Math.exp, x, 0.01).estimate - Math.exp(x))).toBeLessThan(
        1e-11 * Math.exp(x),
      );
      expect(Math.abs(derivative(Math.sin, x, 0.01).estimate - Math.cos(x))).toBeLessThan(1e-11);
    }
    expect(derivative(x => x * x * x, 2, 0.01).estimate).toBeCloseTo(12, 10);
    expect(derivative(() => Number.NaN, 2, 0.01).estimate).toBeNaN();
  });

  it('random cotangents stay away from 0, have both signs and do not repeat', () => {
    const random = randomNumbers(7);
    const draws = Array.from({ length: 1000 }, () => random());
    for (const draw of draws) {
      expect(Math.abs(draw)).toBeGreaterThanOrEqual(0.5);
      expect(Math.abs(draw)).toBeLessThanOrEqual(1.5);
    }
    const positive = draws.filter(draw => draw > 0).length;
    expect(positive).toBeGreaterThan(430);
    expect(positive).toBeLessThan(570);
    expect(new Set(draws).size).toBe(1000);
  });
});
