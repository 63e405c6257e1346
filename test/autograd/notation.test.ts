// How expressions are written: precedence, parentheses and signs, in text and LaTeX; and that what is written reads back.

import fc from 'fast-check';
import katex from 'katex';
import { describe, expect, it } from 'vitest';
import { type Expression, plainTerm } from '../../src/autograd/expression.ts';
import { writeLatex, writeText } from '../../src/autograd/notation.ts';
import {
  abs,
  add,
  clamp,
  customOp,
  div,
  evaluate,
  exp,
  exp2,
  expm1,
  gt,
  hypot,
  log,
  log1p,
  logaddexp,
  max,
  mul,
  neg,
  type Operand,
  ops,
  pow,
  reciprocal,
  rsqrt,
  sigmoidDerivative,
  sin,
  sqrt,
  square,
  sub,
  symbol,
  where,
} from '../../src/index.ts';
import { readFormula } from '../support/read-formula.ts';

const x = symbol('x');
const a = symbol('a');
const b = symbol('b');
const c = symbol('c');
const w5 = symbol('w5');

const TABLE: readonly [Expression, string, string][] = [
  // Sums and differences.
  [sub(a, sub(b, c)), 'a − (b − c)', 'a - \\left(b - c\\right)'],
  [sub(sub(a, b), c), 'a − b − c', 'a - b - c'],
  [sub(a, add(b, c)), 'a − (b + c)', 'a - \\left(b + c\\right)'],
  [add(a, sub(b, c)), 'a + b − c', 'a + b - c'],
  [add(a, neg(b)), 'a − b', 'a - b'],
  [sub(a, neg(b)), 'a + b', 'a + b'],
  [add(a, -3), 'a − 3', 'a - 3'],
  [sub(a, -3), 'a + 3', 'a + 3'],
  [sub(-3, a), '−3 − a', '-3 - a'],
  [sub(a, mul(-2, x)), 'a + 2x', 'a + 2 x'],
  [add(a, mul(-2, x)), 'a − 2x', 'a - 2 x'],
  // Products and quotients.
  [mul(2, x), '2x', '2 x'],
  [mul(x, 2), '2x', '2 x'],
  [mul(2, w5), '2 · w5', '2 \\cdot w_{5}'],
  [mul(0.5, x), '0.5x', '0.5 x'],
  [mul(2, mul(3, x)), '6x', '6 x'],
  [mul(mul(2, a), b), '2a · b', '2 a \\cdot b'],
  [mul(add(a, b), c), '(a + b) · c', '\\left(a + b\\right) \\cdot c'],
  [mul(a, sub(-1, b)), 'a · (−1 − b)', 'a \\cdot \\left(-1 - b\\right)'],
  [div(a, mul(b, c)), 'a / (b · c)', '\\frac{a}{b \\cdot c}'],
  [div(div(a, b), c), 'a / b / c', '\\frac{\\frac{a}{b}}{c}'],
  [div(a, div(b, c)), 'a / (b / c)', '\\frac{a}{\\frac{b}{c}}'],
  [mul(div(a, b), c), 'a / b · c', '\\frac{a}{b} \\cdot c'],
  [mul(a, div(b, c)), 'a · b / c', 'a \\cdot \\frac{b}{c}'],
  [div(a, neg(b)), 'a / (−b)', '\\frac{a}{-b}'],
  [reciprocal(mul(a, b)), '1 / (a · b)', '\\frac{1}{a \\cdot b}'],
  [div(a, reciprocal(b)), 'a / (1 / b)', '\\frac{a}{\\frac{1}{b}}'],
  [rsqrt(add(a, b)), '1 / √(a + b)', '\\frac{1}{\\sqrt{a + b}}'],
  // Signs.
  [neg(square(x)), '−x²', '-x^{2}'],
  [square(neg(x)), '(−x)²', '\\left(-x\\right)^{2}'],
  [neg(add(a, b)), '−(a + b)', '-\\left(a + b\\right)'],
  [neg(mul(a, b)), '−a · b', '-a \\cdot b'],
  [neg(neg(x)), 'x', 'x'],
  [neg(pow(a, b)), '−a^b', '-a^{b}'],
  [neg(div(a, b)), '−a / b', '-\\frac{a}{b}'],
  [mul(-2, x), '−2x', '-2 x'],
  [square(mul(-2, x)), '(−2x)²', '\\left(-2 x\\right)^{2}'],
  // Powers.
  [pow(x, -1), 'x⁻¹', 'x^{-1}'],
  [pow(x, 12), 'x¹²', 'x^{12}'],
  [pow(x, 0.5), 'x^0.5', 'x^{0.5}'],
  [pow(x, -0.5), 'x^(−0.5)', 'x^{-0.5}'],
  [pow(-2, x), '(−2)^x', '\\left(-2\\right)^{x}'],
  [pow(pow(x, 2), 3), '(x²)³', '\\left(x^{2}\\right)^{3}'],
  [pow(x, pow(a, b)), 'x^(a^b)', 'x^{a^{b}}'],
  [pow(a, sub(b, 1)), 'a^(b − 1)', 'a^{b - 1}'],
  [square(add(a, b)), '(a + b)²', '\\left(a + b\\right)^{2}'],
  [square(mul(2, x)), '(2x)²', '\\left(2 x\\right)^{2}'],
  [mul(2, square(x)), '2x²', '2 x^{2}'],
  [mul(2, exp2(x)), '2 · 2^x', '2 \\cdot 2^{x}'],
  [square(exp(x)), 'exp(x)²', '\\left(e^{x}\\right)^{2}'],
  [square(reciprocal(x)), '(1 / x)²', '\\left(\\frac{1}{x}\\right)^{2}'],
  [mul(expm1(x), a), '(exp(x) − 1) · a', '\\left(e^{x} - 1\\right) \\cdot a'],
  // Functions and comparisons.
  [abs(neg(x)), '|−x|', '\\left|-x\\right|'],
  [log(pow(a, 2)), 'ln(a²)', '\\ln\\left(a^{2}\\right)'],
  [log1p(neg(x)), 'ln(1 + (−x))', '\\ln\\left(1 + (-x)\\right)'],
  [sigmoidDerivative(a), 'sigmoid_derivative(a)', "\\sigma'\\left(a\\right)"],
  [max(a, neg(b)), 'max(a, −b)', '\\max\\left(a, -b\\right)'],
  [logaddexp(neg(a), add(b, c)), 'logaddexp(−a, b + c)', '\\ln\\left(e^{-a} + e^{b + c}\\right)'],
  [mul(gt(a, b), c), '(a > b) · c', '\\left(a > b\\right) \\cdot c'],
  [gt(add(a, b), neg(c)), 'a + b > −c', 'a + b > -c'],
  [
    where(gt(x, 0), a, b),
    'where(x > 0, a, b)',
    '\\begin{cases}a&\\text{if }x > 0\\\\b&\\text{else}\\end{cases}',
  ],
  [
    clamp(x, { min: -1, max: a }),
    'clamp(x, −1, a)',
    '\\operatorname{clamp}\\left(x, -1, a\\right)',
  ],
  // Numbers.
  [mul(1e-7, a), '1e-7 · a', '1 \\cdot 10^{-7} \\cdot a'],
  [pow(a, -1e-7), 'a^(−1e-7)', 'a^{-1 \\cdot 10^{-7}}'],
  [max(a, Number.NEGATIVE_INFINITY), 'max(a, −∞)', '\\max\\left(a, -\\infty\\right)'],
];

describe('written', () => {
  it.each(TABLE.map(([term, text, latex]) => ({ text, latex, term })))('$text', row => {
    expect(String(row.term)).toBe(row.text);
    expect(row.term.toString()).toBe(row.text);
    expect(row.term.toLatex()).toBe(row.latex);
    expect(() => katex.renderToString(row.latex, { throwOnError: true })).not.toThrow();
  });

  it('the sum under the root of hypot is of squares', () => {
    expect(hypot(add(a, b), c).toLatex()).toMatch(/\\left\(a \+ b\\right\)\^\{?2\}? \+ c\^\{?2\}?/);
  });

  it('every op writes LaTeX that KaTeX sets, also with compound and negative arguments', () => {
    for (const [name, op] of ops) {
      for (const inner of [x, neg(x), add(a, b), mul(a, b), div(a, b), pow(a, b), gt(a, b)]) {
        const term = plainTerm(
          op.op,
          op.op.inputs.map(() => inner),
        );
        expect(
          () => katex.renderToString(writeLatex(term), { throwOnError: true }),
          name,
        ).not.toThrow();
        expect(writeText(term)).not.toMatch(/[{}]|undefined/);
        expect(writeText(term)).not.toMatch(/[+−] −/);
        expect(writeLatex(term)).not.toMatch(/[+-] -/);
      }
    }
  });

  it('numbers filled in for names stand in parentheses where they are negative', () => {
    const term = sub(mul(a, b), c) as Expression;
    const fill = (name: string) => ({ a: -0.2, b: 0.5, c: -3 })[name];
    expect(writeText(term, fill)).toBe('(−0.2) · 0.5 − (−3)');
    expect(writeLatex(term, fill)).toBe('\\left(-0.2\\right) \\cdot 0.5 - \\left(-3\\right)');
    expect(writeText(square(a), fill)).toBe('(−0.2)²');
    expect(writeText(mul(2, a), () => '3')).toBe('2 · 3');
  });
});

describe('custom ops', () => {
  it('put compound arguments in parentheses unless the template does', () => {
    const declare = (text: string) => {
      const op = customOp({ name: 'cube', value: z => z ** 3, partials: [1], text, latex: text });
      return (z: Operand) => String(op(z));
    };
    expect(declare('{0}³')(add(a, b))).toBe('(a + b)³');
    expect(declare('{0}³')(a)).toBe('a³');
    expect(declare('cube({0})')(add(a, b))).toBe('cube(a + b)');
    expect(declare('[ {0} ]')(neg(b))).toBe('[ −b ]');
  });

  it('have a standard notation; names that LaTeX would choke on are escaped', () => {
    for (const name of ['cube', 'my_op', '100%', '\\evil{', '#$&', '🦆']) {
      const op = customOp({ name, value: (p, q) => p + q, partials: [1, 1] });
      const term = op(a, add(b, c)) as Expression;
      expect(String(term)).toBe(`${name}(a, b + c)`);
      expect(() =>
        katex.renderToString(term.toLatex(), { throwOnError: true, strict: false }),
      ).not.toThrow();
    }
  });
});

describe('read back by the usual rules', () => {
  const leaf = fc.oneof(
    fc.constantFrom(a, b, c, x),
    fc.constantFrom(2, 0.5, -3, 1.25, -1, 10).map(n => mul(n, 1) as unknown as number),
  );
  const unaries = [neg, square, reciprocal, sin, exp, abs, (z: Operand) => pow(z, 3)];
  const binaries = [add, sub, mul, div];
  const { term } = fc.letrec<{ term: Operand }>(tie => ({
    term: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      leaf,
      fc.tuple(fc.constantFrom(...unaries), tie('term')).map(([op, z]) => op(z) as Operand),
      fc
        .tuple(fc.constantFrom(...binaries), tie('term'), tie('term'))
        .map(([op, p, q]) => op(p as Expression, q as Expression) as Operand),
      tie('term').map(z => sqrt(abs(z)) as Operand),
    ),
  }));
  const at = { a: 1.37, b: -0.61, c: 0.83, x: -1.9 };

  it('gives the value again, for simplified and for plain terms', () => {
    let compared = 0;
    fc.assert(
      fc.property(term, simplified => {
        if (typeof simplified === 'number') return;
        for (const expression of [simplified as Expression, plain(simplified as Expression)]) {
          const want = evaluate(expression, at);
          if (!Number.isFinite(want) || Math.abs(want) > 1e8) continue;
          const text = String(expression);
          const got = readFormula(text, at);
          // sin of a large argument turns rounding into noise; such points say nothing.
          if (/sin\(/.test(text) && Math.abs(want - got) < 1e-4) continue;
          compared++;
          expect(got, text).toSatisfy(
            (v: number) => Math.abs(v - want) <= 1e-9 * Math.max(1, Math.abs(want)),
          );
        }
      }),
      { numRuns: 1000 },
    );
    expect(compared).toBeGreaterThan(600);
  });

  /** The same ops without any simplification. */
  function plain(expression: Expression): Expression {
    return expression.op === null
      ? expression
      : plainTerm(expression.op, expression.args.map(plain));
  }
});
