// The rule of a card: symbols and numbers.

import { describe, expect, it } from 'vitest';
import { formulaOf, ruleOf } from '../../src/viz/model/rule.ts';
import { cardNamed, nameOf, playbackOf } from './stages.ts';
import { type Line, tinyTrace, tutorialTrace } from './tiny-trace.ts';

const tutorial = playbackOf(tutorialTrace());
const rule = (playback: typeof tutorial, name: string, notation: 'latex' | 'text' = 'text') =>
  ruleOf(playback.cards, cardNamed(playback, name), playback.pass, playback.flows.locals, notation);
const partials = (playback: typeof tutorial, name: string, notation: 'latex' | 'text' = 'text') =>
  rule(playback, name, notation)?.partials.map(
    ({ input, equation: { symbols, numbers, result } }) => [
      nameOf(playback, input),
      symbols,
      numbers,
      result,
    ],
  );

describe('ruleOf', () => {
  it('writes a sigmoid in terms of its output', () => {
    expect(rule(tutorial, 'outh1', 'latex')).toMatchObject({
      value: {
        left: '\\mathrm{outh1}',
        symbols: '\\sigma\\left(\\mathrm{neth1}\\right)',
        numbers: '\\sigma\\left(0.3775\\right)',
        result: '0.59327',
      },
      partials: [
        {
          equation: {
            left: '\\frac{\\partial \\mathrm{outh1}}{\\partial \\mathrm{neth1}}',
            symbols: '\\mathrm{outh1} \\cdot \\left(1 - \\mathrm{outh1}\\right)',
            numbers: '0.59327 \\cdot \\left(1 - 0.59327\\right)',
            result: '0.2413',
          },
        },
      ],
    });
  });

  it('writes out what is folded into a neuron', () => {
    expect(rule(tutorial, 'neth1')?.value).toEqual({
      left: 'neth1',
      symbols: 'w1 · i1 + w2 · i2 + b1',
      numbers: '0.15 · 0.05 + 0.2 · 0.1 + 0.35',
      result: '0.3775',
    });
    expect(partials(tutorial, 'neth1')).toEqual([
      ['w1', 'i1', '0.05', '0.05'],
      ['i1', 'w1', '0.15', '0.15'],
      ['w2', 'i2', '0.1', '0.1'],
      ['i2', 'w2', '0.2', '0.2'],
      ['b1', '1', '1', '1'],
    ]);
  });

  it('multiplies the factors along what is folded into a loss', () => {
    expect(rule(tutorial, 'Et')?.value.symbols).toBe('0.5 · (outy2 − o2)²');
    expect(partials(tutorial, 'Et')).toEqual([
      ['outy2', '0.5 · 2 · (outy2 − o2)', '0.5 · 2 · (0.77293 − 0.99)', '−0.21707'],
      ['o2', '−0.5 · 2 · (outy2 − o2)', '−0.5 · 2 · (0.77293 − 0.99)', '0.21707'],
    ]);
  });

  it('sums over the paths of a folded card', () => {
    const lines: Line[] = [
      ['x', 0.5],
      ['', 'exp', 0],
      ['', 'mul', 1, 1],
      ['y', 'add', 2, 0],
    ];
    const playback = playbackOf(tinyTrace(lines));
    expect(rule(playback, 'y')?.value.symbols).toBe('exp(x) · exp(x) + x');
    expect(partials(playback, 'y')?.[0]?.[1]).toBe('(exp(x) + exp(x)) · exp(x) + 1');
  });

  it('writes short unnamed inputs out, and long ones by number', () => {
    const lines: Line[] = [
      ['x', 0.5],
      ['', 'exp', 0],
      ['', 'mul', 1, 0],
      ['y', 'exp', 2],
    ];
    const playback = playbackOf(tinyTrace(lines), { fold: false });
    expect(rule(playback, 'y')?.value).toMatchObject({
      symbols: 'exp(exp(x) · x)',
      numbers: 'exp(0.82436)',
    });
    const long: Line[] = [['x', 0.5]];
    for (let i = 0; i < 12; i++) long.push(['', 'add', i, 0]);
    long.push(['y', 'exp', 12]);
    const deep = playbackOf(tinyTrace(long), { fold: false });
    expect(rule(deep, 'y')?.value.symbols).toBe('exp(#12)');
    expect(rule(deep, 'y', 'latex')?.value.symbols).toBe('e^{v_{12}}');
  });

  it('puts negative numbers in parentheses', () => {
    const playback = playbackOf(
      tinyTrace([
        ['a', -2],
        ['b', -3],
        ['y', 'mul', 0, 1],
      ]),
    );
    expect(rule(playback, 'y')?.value.numbers).toBe('(−2) · (−3)');
  });

  it('has nothing to say about a leaf', () => {
    expect(rule(tutorial, 'w1')).toBeUndefined();
  });
});

describe('formulaOf', () => {
  it.each([
    ['neth1', 'w1·i1+w2·i2+b1'],
    ['outh1', 'σ'],
    ['Ez', '½(outy1−o1)²'],
    ['w1', ''],
  ])('labels %s with "%s"', (name, formula) => {
    expect(formulaOf(tutorial.cards, cardNamed(tutorial, name))).toBe(formula);
  });
});
