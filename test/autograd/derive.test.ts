// derive beyond the tutorial's network: the rules of chapter 1, unnamed and twice-named nodes, hostile names, size.

import katex from 'katex';
import { describe, expect, it } from 'vitest';
import {
  ArgumentError,
  acos,
  add,
  asin,
  atan,
  cos,
  type Derivation,
  derive,
  div,
  evaluate,
  exp,
  log,
  mul,
  NoGradientError,
  pow,
  scope,
  sin,
  square,
  sub,
  type Value,
  value,
} from '../../src/index.ts';

type Rule = (x: Value) => Value;

const RULES: readonly [string, Rule, string, (x: number) => number][] = [
  ['x²', x => square(x), '2x', x => 2 * x],
  ['x³', x => pow(x, 3), '3x²', x => 3 * x * x],
  ['x⁻¹', x => pow(x, -1), '−x⁻²', x => -1 / (x * x)],
  ['C·x', x => mul(3, x), '3', () => 3],
  ['C + x', x => add(3, x), '1', () => 1],
  ['eˣ', x => exp(x), 'exp(x)', Math.exp],
  ['2ˣ', x => pow(2, x), '2^x · ln(2)', x => 2 ** x * Math.LN2],
  ['ln x', x => log(x), '1 / x', x => 1 / x],
  ['sin', x => sin(x), 'cos(x)', Math.cos],
  ['cos', x => cos(x), '−sin(x)', x => -Math.sin(x)],
  ['asin', x => asin(x), '1 / √(1 − x²)', x => 1 / Math.sqrt(1 - x * x)],
  ['acos', x => acos(x), '−1 / √(1 − x²)', x => -1 / Math.sqrt(1 - x * x)],
  ['atan', x => atan(x), '1 / (1 + x²)', x => 1 / (1 + x * x)],
  ['sum', x => add(sin(x), square(x)), 'cos(x) + 2x', x => Math.cos(x) + 2 * x],
  ['difference', x => sub(sin(x), square(x)), 'cos(x) − 2x', x => Math.cos(x) - 2 * x],
  [
    'product',
    x => mul(sin(x), exp(x)),
    'exp(x) · cos(x) + sin(x) · exp(x)',
    x => Math.exp(x) * (Math.cos(x) + Math.sin(x)),
  ],
  ['chain', x => sin(square(x)), 'cos(x²) · 2x', x => Math.cos(x * x) * 2 * x],
];

describe('the rules of chapter 1', () => {
  it.each(RULES)("(%s)'", (_name, rule, text, slope) => {
    for (const at of [0.75, 0.3]) {
      const x = value(at, { name: 'x' });
      const d = derive(rule(x), x);
      expect(d.text).toBe(text);
      expect(Math.abs(d.value - slope(at))).toBeLessThan(1e-14 * Math.max(1, Math.abs(slope(at))));
      expect(Math.abs(evaluate(d.expression, { x: at }) - d.value)).toBeLessThan(4e-15);
      rendered(d);
    }
  });

  it('the chain rule with a named step', () => {
    const x = value(3, { name: 'x' });
    const t = square(x).named('t');
    const d = derive(sin(t).named('y'), x);
    expect(d.text).toBe('cos(t) · 2x');
    expect(d.latex).toBe('\\cos\\left(t\\right) \\cdot 2 x');
    expect({ ...d.numbers }).toEqual({ x: 3, t: 9, y: Math.sin(9) });
    expect(d.steps.map(step => step.text)).toEqual([
      't = x²',
      'y = sin(t)',
      '∂y/∂t · ∂t/∂x',
      "y(x)' = ∂y/∂t · ∂t/∂x",
      '∂y/∂t = cos(t)',
      '∂t/∂x = 2x',
      "y(x)' = cos(t) · 2x",
    ]);
  });
});

/** Every line of LaTeX must be something that KaTeX sets. */
function rendered(d: Derivation): void {
  for (const latex of [d.latex, ...d.steps.map(step => step.latex)]) {
    expect(() => katex.renderToString(latex, { throwOnError: true, strict: false })).not.toThrow();
  }
}

describe('names', () => {
  it('are made up where there are none', () => {
    const x = value(2);
    const w = value(5);
    const d = derive(mul(square(x), w), x);
    expect(d.text).toBe('x2 · 2 · x1');
    expect({ ...d.numbers }).toEqual({ x1: 2, x2: 5, y: 20 });
    expect(evaluate(d.expression, d.numbers)).toBe(d.value);
    expect(d.value).toBe(20);
  });

  it('that the user gave are never taken by nodes without one', () => {
    const unnamed = value(2);
    const x1 = value(5, { name: 'x1' });
    const d = derive(mul(unnamed, x1), unnamed);
    expect(d.text).toBe('x1');
    expect(d.numbers['x1']).toBe(5);
    expect(evaluate(d.expression, d.numbers)).toBe(5);
  });

  it('given twice are told apart, also the name of the loss', () => {
    const x = value(0.5, { name: 'h' });
    const first = square(x).named('h');
    const loss = sin(first).named('h');
    const d = derive(loss, x);
    expect(d.steps.map(step => step.text)).toEqual([
      'h_2 = h²',
      'h_3 = sin(h_2)',
      '∂h_3/∂h_2 · ∂h_2/∂h',
      "h_3(h)' = ∂h_3/∂h_2 · ∂h_2/∂h",
      '∂h_3/∂h_2 = cos(h_2)',
      '∂h_2/∂h = 2h',
      "h_3(h)' = cos(h_2) · 2h",
    ]);
    expect(evaluate(d.expression, d.numbers)).toBe(d.value);
  });

  it('y of an unnamed loss does not collide with a node named y', () => {
    const x = value(0.5, { name: 'x' });
    const d = derive(mul(sin(square(x).named('y')), 2), x);
    expect(d.steps.at(-1)?.text).toBe("y_2(x)' = 2 · cos(y) · 2x");
    expect(d.steps.find(step => step.kind === 'chain')?.text).toBe("y_2(x)' = ∂y_2/∂y · ∂y/∂x");
    const path = d.steps.find(step => step.kind === 'path');
    expect(path?.text).toBe('∂y_2/∂y · ∂y/∂x');
  });

  const HOSTILE = [
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '\\frac{1}{0}',
    '$x_1^2$ & 50% #1 ~ {y}',
    'a + b',
    'σ·β',
    '🦆',
    'line\nbreak',
    '<script>alert(1)</script>',
    ' ',
    'x'.repeat(5000),
  ];

  it.each(HOSTILE)('%j is a name like any other', name => {
    const x = value(0.5, { name });
    const t = square(x).named(`${name}2`);
    const d = derive(sin(t).named('L'), x);
    expect(Object.keys(d.numbers)).toContain(name);
    expect(d.numbers[name]).toBe(0.5);
    expect(evaluate(d.expression, d.numbers)).toBe(d.value);
    expect(d.value).toBeCloseTo(Math.cos(0.25), 15);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    rendered(d);
  });

  it('a scope does not change them', () => {
    const x = value(0.5, { name: 'x' });
    const y = scope('net', () => sin(x).named('y'));
    expect(derive(y, x).text).toBe('cos(x)');
  });
});

describe('graphs', () => {
  it('that backward has freed can still be derived', () => {
    const x = value(0.5, { name: 'x' });
    const y = sin(square(x));
    y.backward();
    const d = derive(y, x);
    expect(d.text).toBe('cos(x²) · 2x');
    expect(d.value).toBe(x.grad);
    expect(() => y.backward()).toThrow(/freed/);
  });

  it('are left as they were: no gradient appears, backward still runs', () => {
    const x = value(0.5, { name: 'x' });
    const h = square(x);
    const y = sin(h);
    derive(y, x);
    expect([x.grad, h.grad, y.grad]).toEqual([null, null, null]);
    y.backward();
    expect(x.grad).toBeCloseTo(Math.cos(0.25), 15);
  });

  it('count parallel edges', () => {
    const x = value(3, { name: 'x' });
    expect(derive(x.mul(x), x).text).toBe('2x');
    expect(derive(x.mul(x), x).value).toBe(6);
    const h = square(x).named('h');
    const d = derive(mul(h, h).named('y'), x);
    expect(d.value).toBe(108);
    expect(evaluate(d.expression, d.numbers)).toBe(108);
  });

  it('with respect to an interior node, named or not', () => {
    const x = value(0.5, { name: 'x' });
    const h = square(x);
    const y = sin(h).named('y');
    expect(derive(y, h).text).toBe('cos(t1)');
    expect(derive(y, h).value).toBe(Math.cos(0.25));
    h.named('h');
    expect(derive(y, h).text).toBe('cos(h)');
    expect(derive(y, h).steps.at(-1)?.text).toBe("y(h)' = cos(h)");
  });

  it('of which the loss is the leaf itself', () => {
    const x = value(3, { name: 'x' });
    expect(derive(x, x)).toMatchObject({ text: '1', value: 1 });
    const y = sin(x).named('y');
    expect(derive(y, y)).toMatchObject({ text: '1', value: 1 });
  });

  it('in which the leaf has no part are an error that names both', () => {
    const x = value(3, { name: 'x' });
    const other = value(4, { name: 'other' });
    const loss = sin(x).named('loss');
    expect(() => derive(loss, other)).toThrow(NoGradientError);
    expect(() => derive(loss, other)).toThrow(/derive: loss does not depend on other/);
    expect(() => derive(loss.detach(), x)).toThrow(NoGradientError);
    for (const wrong of [5, 'x', null, undefined, {}, [x]]) {
      expect(() => derive(wrong as never, x)).toThrow(ArgumentError);
      expect(() => derive(loss, wrong as never)).toThrow(/derive takes two Values/);
    }
  });

  it('derive of a constant factor at a kink follows the conventions of backward', () => {
    const x = value(0, { name: 'x' });
    const y = x.abs().add(x.relu());
    const d = derive(y, x);
    y.backward();
    expect(d.value).toBe(x.grad);
    expect(evaluate(d.expression, d.numbers)).toBe(0);
  });
});

describe('size', () => {
  it('long unnamed formulas get names, and every line stays readable', () => {
    const x = value(0.01, { name: 'x' });
    let y: Value = x;
    for (let k = 0; k < 300; k++) y = sin(y);
    const d = derive(y.named('y'), x);
    expect(d.numbers).toHaveProperty('t1');
    for (const step of d.steps.filter(({ kind }) => kind === 'definition')) {
      expect(step.text.length).toBeLessThan(400);
    }
    const direct = evaluate(d.expression, d.numbers);
    expect(Math.abs(direct - d.value)).toBeLessThan(1e-13 * Math.abs(d.value));
  });

  it('many paths are not all written out', () => {
    const x = value(0.9, { name: 'x' });
    let y: Value = x;
    for (let k = 0; k < 12; k++) y = add(sin(y), cos(y)).named(`y${k}`);
    const z = add(y, mul(y, y).named('q')).named('z');
    const d = derive(z, x);
    expect(d.steps.filter(step => step.kind === 'path').length).toBeLessThanOrEqual(8);
    z.backward();
    expect(d.value).toBe(x.grad);
  });

  it('chains of 10,000 nodes are derived in no time, named or not', () => {
    for (const named of [false, true]) {
      const x = value(0.5, { name: 'x' });
      let y: Value = x;
      for (let k = 0; k < 10_000; k++) {
        y = k % 2 === 0 ? mul(y, 1.0001) : div(y, 1.0001);
        if (named) y.named(`n${k}`);
      }
      const d = derive(y, x);
      expect(Math.abs(d.value - 1)).toBeLessThan(1e-11);
      expect(d.text.length).toBeLessThan(200_000);
      expect(Math.abs(evaluate(d.expression, d.numbers) - d.value)).toBeLessThan(1e-11);
    }
  });
});
