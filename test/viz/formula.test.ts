// Filling the templates of ops, with parentheses where they are due.

import { describe, expect, it } from 'vitest';
import { latexName } from '../../src/autograd/trace.ts';
import { atom, compose, numberTerm, product, sum, type Term } from '../../src/viz/model/formula.ts';

const fill =
  (...terms: Term[]) =>
  (place: number | 'y') =>
    place === 'y' ? atom('y') : (terms[place] ?? atom('?'));
const text = (template: string, ...terms: Term[]) => compose(template, 'text', fill(...terms));
const aPlusB = text('{#0} + {#1}', atom('a'), atom('b'));
const aTimesB = text('{#0} · {#1}', atom('a'), atom('b'));

describe('compose', () => {
  it.each([
    ['{#0} · {#1}', '(a + b) · c'],
    ['{#1} − {#0}', 'c − (a + b)'],
    ['{#0} − {#1}', 'a + b − c'],
    ['sin({#0})', 'sin(a + b)'],
    ['{#0}²', '(a + b)²'],
    ['{#0}^{#1}', '(a + b)^c'],
    ['|{#0}|', '|a + b|'],
    ['1/{#0}', '1/(a + b)'],
    ['max({#0}, {#1})', 'max(a + b, c)'],
    ['−{#0}', '−(a + b)'],
    ['{#y} · (1 − {#y})', 'y · (1 − y)'],
    ['{#0} ≥ {#1}', 'a + b ≥ c'],
  ])('puts a sum into %s', (template, expected) => {
    expect(text(template, aPlusB, atom('c')).string).toBe(expected);
  });

  it.each([
    ['{#0} + {#1}', 'a · b + c'],
    ['{#0} · {#1}', 'a · b · c'],
    ['{#1} / {#0}', 'c / (a · b)'],
    ['{#0}²', '(a · b)²'],
  ])('puts a product into %s', (template, expected) => {
    expect(text(template, aTimesB, atom('c')).string).toBe(expected);
  });

  it('sets LaTeX parentheses that grow, and none inside braces', () => {
    const latex = (template: string) => compose(template, 'latex', fill(aPlusB, atom('c'))).string;
    expect(latex('{#0} \\cdot {#1}')).toBe('\\left(a + b\\right) \\cdot c');
    expect(latex('\\frac{{#0}}{{#1}}')).toBe('\\frac{a + b}{c}');
    expect(latex('e^{{#0}}')).toBe('e^{a + b}');
    expect(latex('e^{-{#0}}')).toBe('e^{-\\left(a + b\\right)}');
    expect(latex('{#0}^{2}')).toBe('\\left(a + b\\right)^{2}');
    expect(latex('\\sigma\\left({#0}\\right)')).toBe('\\sigma\\left(a + b\\right)');
  });

  it('puts negative numbers in parentheses after an operator', () => {
    expect(text('{#0} · {#1}', atom('a'), numberTerm('−2')).string).toBe('a · (−2)');
    expect(text('{#0} + {#1}', atom('a'), numberTerm('−2')).string).toBe('a + (−2)');
    expect(text('{#0} + {#1}', numberTerm('−2'), atom('a')).string).toBe('−2 + a');
    expect(text('sin({#0})', numberTerm('−2')).string).toBe('sin(−2)');
    expect(text('{#0}²', numberTerm('−2')).string).toBe('(−2)²');
  });

  it('cuts what would grow without bound', () => {
    let term: Term = atom('x');
    for (let i = 0; i < 40; i++) term = text('{#0} + {#1}', term, term);
    expect(term.string.length).toBeLessThan(3_100);
    expect(term.string).toContain('…');
  });
});

describe('product and sum', () => {
  it('drop ones and gather signs', () => {
    expect(product([atom('1'), atom('a'), numberTerm('−1'), aPlusB], 'text').string).toBe(
      '−a · (a + b)',
    );
    expect(product([], 'text').string).toBe('1');
    expect(product([numberTerm('−1'), numberTerm('−1')], 'text').string).toBe('1');
    expect(product([aPlusB], 'text')).toEqual(aPlusB);
  });

  it('turn a negative summand into a difference', () => {
    expect(sum([atom('a'), numberTerm('−2')], 'text').string).toBe('a − 2');
    expect(sum([], 'text').string).toBe('0');
  });
});

describe('latexName', () => {
  it.each([
    ['x', 'x'],
    ['w5', 'w_{5}'],
    ['outy1', '\\mathrm{outy1}'],
    ['a_b', '\\text{a\\_b}'],
    ['\\href{x}', '\\text{\\textbackslash{}href\\{x\\}}'],
    ['50% $', '\\text{50\\% \\$}'],
    ['损失', '\\text{损失}'],
  ])('writes %s as %s', (name, latex) => {
    expect(latexName(name)).toBe(latex);
  });
});
