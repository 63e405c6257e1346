// The hand derivation of the tutorial's network: E(w5)' and E(w1)' exactly as the notes write them, line by line.

import { describe, expect, it } from 'vitest';
import { derive, evaluate } from '../../src/index.ts';
import { type LeafName, leaves, NUMBERS, network } from '../support/tutorial-network.ts';

const W5 = '(outy1 − o1) · sigmoid_derivative(outy1) · outh1';
const W1 =
  '((outy1 − o1) · sigmoid_derivative(outy1) · w5 + (outy2 − o2) · sigmoid_derivative(outy2) · w7) · ' +
  'sigmoid_derivative(outh1) · i1';

/** A short way to write the LaTeX of the named nodes. */
const tex = (text: string): string =>
  text
    .replace(/\b(outy|outh|nety|neth)(\d)\b/g, '\\mathrm{$1$2}')
    .replace(/\b(Ez|Et)\b/g, '\\mathrm{$1}')
    .replace(/\b([wio])(\d)\b/g, '$1_{$2}')
    .replace(/∂([^/ ]+)\/∂([^ ]+?)(?=$| |\\right)/g, '\\frac{\\partial $1}{\\partial $2}')
    .replaceAll(' · ', ' \\cdot ')
    .replaceAll('−', '-');

function derivation(name: LeafName) {
  const l = leaves();
  return derive(network(l), l[name]);
}

describe("E(w5)'", () => {
  const d = derivation('w5');

  it('is the product of the notes, in text and LaTeX', () => {
    expect(d.text).toBe(W5);
    expect(String(d.expression)).toBe(W5);
    expect(d.latex).toBe(
      "\\left(\\mathrm{outy1} - o_{1}\\right) \\cdot \\sigma'\\left(\\mathrm{outy1}\\right) \\cdot \\mathrm{outh1}",
    );
    expect(d.latex).toBe(d.expression.toLatex());
  });

  it('goes step by step: definitions, path, chain, factors, result', () => {
    expect(d.steps.map(({ kind, title, text }) => [kind, title, text])).toEqual([
      ['definition', 'nety1', 'nety1 = w5 · outh1 + w6 · outh2 + b2'],
      ['definition', 'outy1', 'outy1 = sigmoid(nety1)'],
      ['definition', 'Ez', 'Ez = 0.5 · (outy1 − o1)²'],
      ['definition', 'E', 'E = Ez + Et'],
      [
        'path',
        'path 1 of 1, over Ez, outy1, nety1',
        '∂E/∂Ez · ∂Ez/∂outy1 · ∂outy1/∂nety1 · ∂nety1/∂w5',
      ],
      [
        'chain',
        'chain, with what the paths share taken out once',
        "E(w5)' = ∂Ez/∂outy1 · ∂outy1/∂nety1 · ∂nety1/∂w5",
      ],
      ['factor', 'E with respect to Ez', '∂E/∂Ez = 1'],
      ['factor', 'Ez with respect to outy1', '∂Ez/∂outy1 = outy1 − o1'],
      ['factor', 'outy1 with respect to nety1', '∂outy1/∂nety1 = sigmoid_derivative(outy1)'],
      ['factor', 'nety1 with respect to w5', '∂nety1/∂w5 = outh1'],
      ['result', "E(w5)'", `E(w5)' = ${W5}`],
    ]);
  });

  it('says the same with the numbers filled in', () => {
    expect(d.steps.map(step => step.numbers)).toEqual([
      'nety1 = 0.4 · 0.593269992 + 0.45 · 0.596884378 + 0.6 = 1.10590597',
      'outy1 = sigmoid(1.10590597) = 0.75136507',
      'Ez = 0.5 · (0.75136507 − 0.01)² = 0.274811083',
      'E = 0.274811083 + 0.0235600256 = 0.298371109',
      '1 · 0.74136507 · 0.186815602 · 0.593269992 = 0.0821670406',
      "E(w5)' = 0.74136507 · 0.186815602 · 0.593269992 = 0.0821670406",
      '∂E/∂Ez = 1',
      '∂Ez/∂outy1 = 0.75136507 − 0.01 = 0.74136507',
      '∂outy1/∂nety1 = sigmoid_derivative(0.75136507) = 0.186815602',
      '∂nety1/∂w5 = 0.593269992',
      "E(w5)' = (0.75136507 − 0.01) · sigmoid_derivative(0.75136507) · 0.593269992 = 0.0821670406",
    ]);
  });
});

describe("E(w1)'", () => {
  const d = derivation('w1');

  it('is the product of a sum over two paths, not an expanded mess', () => {
    expect(d.text).toBe(W1);
    expect(d.latex).toBe(
      "\\left(\\left(\\mathrm{outy1} - o_{1}\\right) \\cdot \\sigma'\\left(\\mathrm{outy1}\\right) \\cdot w_{5} + " +
        "\\left(\\mathrm{outy2} - o_{2}\\right) \\cdot \\sigma'\\left(\\mathrm{outy2}\\right) \\cdot w_{7}\\right) " +
        "\\cdot \\sigma'\\left(\\mathrm{outh1}\\right) \\cdot i_{1}",
    );
  });

  it('defines every named node on the way, in order of computation', () => {
    const defined = d.steps.filter(step => step.kind === 'definition').map(step => step.title);
    expect(defined).toEqual([
      'neth1',
      'outh1',
      'nety1',
      'outy1',
      'nety2',
      'outy2',
      'Ez',
      'Et',
      'E',
    ]);
  });

  it('names both paths, and their products sum to the derivative', () => {
    const paths = d.steps.filter(step => step.kind === 'path');
    expect(paths.map(step => step.title)).toEqual([
      'path 1 of 2, over Ez, outy1, nety1, outh1, neth1',
      'path 2 of 2, over Et, outy2, nety2, outh1, neth1',
    ]);
    expect(paths.map(step => step.text)).toEqual([
      '∂E/∂Ez · ∂Ez/∂outy1 · ∂outy1/∂nety1 · ∂nety1/∂outh1 · ∂outh1/∂neth1 · ∂neth1/∂w1',
      '∂E/∂Et · ∂Et/∂outy2 · ∂outy2/∂nety2 · ∂nety2/∂outh1 · ∂outh1/∂neth1 · ∂neth1/∂w1',
    ]);
    const products = paths.map(step => Number(step.numbers.split(' = ')[1]?.replace('−', '-')));
    expect(products).toEqual([0.000668396021, -0.000229828287]);
    expect(Math.abs((products[0] ?? 0) + (products[1] ?? 0) - d.value)).toBeLessThan(1e-12);
  });

  it('takes out of the chain what the paths share', () => {
    const chain = d.steps.find(step => step.kind === 'chain');
    const text =
      '(∂Ez/∂outy1 · ∂outy1/∂nety1 · ∂nety1/∂outh1 + ∂Et/∂outy2 · ∂outy2/∂nety2 · ∂nety2/∂outh1) · ' +
      '∂outh1/∂neth1 · ∂neth1/∂w1';
    expect(chain?.text).toBe(`E(w1)' = ${text}`);
    const inLatex = tex(text.replace('(', '').replace(')', ' \\right)'));
    expect(chain?.latex).toBe(
      `\\frac{\\partial E}{\\partial w_{1}} = \\left(${inLatex.replace(' \\right)', '\\right)')}`,
    );
    expect(chain?.numbers).toBe(
      "E(w1)' = (0.74136507 · 0.186815602 · 0.4 + (−0.217071535) · 0.175510053 · 0.5) · 0.241300709 · 0.05 = " +
        '0.000438567734',
    );
  });

  it('gives the factors level by level', () => {
    const factors = d.steps.filter(step => step.kind === 'factor').map(step => step.text);
    expect(factors).toEqual([
      '∂E/∂Ez = 1',
      '∂E/∂Et = 1',
      '∂Ez/∂outy1 = outy1 − o1',
      '∂Et/∂outy2 = outy2 − o2',
      '∂outy1/∂nety1 = sigmoid_derivative(outy1)',
      '∂outy2/∂nety2 = sigmoid_derivative(outy2)',
      '∂nety1/∂outh1 = w5',
      '∂nety2/∂outh1 = w7',
      '∂outh1/∂neth1 = sigmoid_derivative(outh1)',
      '∂neth1/∂w1 = i1',
    ]);
  });

  it('ends with the result, with the numbers filled in', () => {
    const last = d.steps.at(-1);
    expect(last?.kind).toBe('result');
    expect(last?.text).toBe(`E(w1)' = ${W1}`);
    expect(last?.numbers).toBe(
      "E(w1)' = ((0.75136507 − 0.01) · sigmoid_derivative(0.75136507) · 0.4 + " +
        '(0.772928465 − 0.99) · sigmoid_derivative(0.772928465) · 0.5) · sigmoid_derivative(0.593269992) · 0.05 = ' +
        '0.000438567734',
    );
  });
});

describe('numbers', () => {
  it('are those of the worked example', () => {
    const l = leaves();
    const loss = network(l);
    expect(loss.data.toFixed(9)).toBe('0.298371109');
    expect(derive(loss, l.w5).value.toFixed(9)).toBe('0.082167041');
    expect(derive(loss, l.w1).value.toFixed(9)).toBe('0.000438568');
  });

  it('equal backward for every leaf, and so does the formula evaluated', () => {
    const l = leaves();
    const loss = network(l);
    const names = Object.keys(NUMBERS) as LeafName[];
    const derived = names.map(name => derive(loss, l[name]));
    loss.backward();
    names.forEach((name, k) => {
      const grad = l[name].grad as number;
      const { value, expression, numbers } = derived[k] as (typeof derived)[number];
      expect(value).toBe(grad);
      const formula = evaluate(expression, numbers);
      expect(Math.abs(formula - grad)).toBeLessThanOrEqual(1e-15 * Math.abs(grad));
    });
  });
});
