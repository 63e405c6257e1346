// The derivation of a gradient in factored form.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  derivationOf,
  type Expression,
  factorTerms,
  multipliedOut,
  writeDerivation,
} from '../../src/viz/model/derivation.ts';
import { atom, type NotationName, Rank } from '../../src/viz/model/formula.ts';
import { pathsTo } from '../../src/viz/model/paths.ts';
import type { Playback } from '../../src/viz/model/playback.ts';
import { cardNamed, nameOf, playbackOf } from './stages.ts';
import { type Line, tinyTrace, tutorialTrace } from './tiny-trace.ts';

function derivation(playback: Playback, name: string, notation: NotationName = 'text') {
  const paths = pathsTo(playback, cardNamed(playback, name));
  const expression = paths && derivationOf(playback.cards, paths);
  if (paths === undefined || expression === undefined) return undefined;
  const terms = factorTerms(playback.cards, paths.edges, notation);
  return writeDerivation(expression, edge => terms.get(edge) ?? atom('?'), notation).string;
}

/** The derivation with the edges by the cards that they lead from and to. */
function shape(playback: Playback, name: string): string | undefined {
  const paths = pathsTo(playback, cardNamed(playback, name));
  const expression = paths && derivationOf(playback.cards, paths);
  const called = (edge: number) => {
    const { source, target } = playback.cards.edges[edge] ?? { source: -1, target: -1 };
    return atom(nameOf(playback, target) + nameOf(playback, source));
  };
  return expression && writeDerivation(expression, called, 'text').string;
}

function evaluate(expression: Expression, factors: ReadonlyMap<number, number>): number {
  if (expression.kind === 'factor') return factors.get(expression.edge) ?? Number.NaN;
  const parts = expression.parts.map(part => evaluate(part, factors));
  return expression.kind === 'sum'
    ? parts.reduce((sum, part) => sum + part, 0)
    : parts.reduce((product, part) => product * part, 1);
}

const tutorial = playbackOf(tutorialTrace());

describe('derivationOf', () => {
  it('derives E(w1)′ of the tutorial as one does by hand', () => {
    expect(derivation(tutorial, 'w1')).toBe(
      '((outy1 − o1) · outy1 · (1 − outy1) · w5 + (outy2 − o2) · outy2 · (1 − outy2) · w7)' +
        ' · outh1 · (1 − outh1) · i1',
    );
    expect(derivation(tutorial, 'w5')).toBe('(outy1 − o1) · outy1 · (1 − outy1) · outh1');
    expect(derivation(tutorial, 'w5', 'latex')).toBe(
      '\\left(\\mathrm{outy1} - o_{1}\\right) \\cdot \\mathrm{outy1} \\cdot ' +
        '\\left(1 - \\mathrm{outy1}\\right) \\cdot \\mathrm{outh1}',
    );
  });

  it('derives it just so with every op a card of its own', () => {
    const unfolded = playbackOf(tutorialTrace(), { fold: false });
    expect(derivation(unfolded, 'w1')).toContain(' · outh1 · (1 − outh1) · i1');
  });

  it('pulls out the cards that all paths run through, inside of parentheses as well', () => {
    // r → a, b, c; a and b meet in d; c and d meet in t; t → x.
    const lines: Line[] = [
      ['x', 0.5],
      ['t', 'exp', 0],
      ['d', 'exp', 1],
      ['c', 'exp', 1],
      ['b', 'exp', 2],
      ['a', 'exp', 2],
      ['s', 'mul', 5, 4],
      ['r', 'mul', 6, 3],
    ];
    const playback = playbackOf(tinyTrace(lines));
    expect(shape(playback, 'x')).toBe('(rs · (sa · ad + sb · bd) · dt + rc · ct) · tx');
  });

  it('opens what neither parts nor meets', () => {
    // a → c, d; b → d, and both c and d lead to t.
    const lines: Line[] = [
      ['x', 0.5],
      ['c', 'exp', 0],
      ['d', 'exp', 0],
      ['a', 'mul', 1, 2],
      ['b', 'exp', 2],
      ['r', 'mul', 3, 4],
    ];
    const playback = playbackOf(tinyTrace(lines));
    expect(shape(playback, 'x')).toBe('ra · (ac · cx + ad · dx) + rb · bd · dx');
  });

  it('keeps both edges of x · x, and a card used twice on the way', () => {
    const playback = playbackOf(
      tinyTrace([
        ['x', 2],
        ['y', 'mul', 0, 0],
        ['z', 'mul', 1, 0],
      ]),
    );
    expect(derivation(playback, 'x')).toBe('x · (x + x) + y');
  });

  it('factors 2^12 paths, and gives up where it would be too long', () => {
    const lines: Line[] = [['x', 1]];
    for (let i = 0; i < 12; i++) lines.push([`y${i + 1}`, 'add', i, i]);
    const paths = pathsTo(playbackOf(tinyTrace(lines)), 0);
    const playback = playbackOf(tinyTrace(lines));
    const expression = paths && derivationOf(playback.cards, paths);
    expect(expression?.kind === 'product' && expression.parts).toHaveLength(12);
    expect(paths && derivationOf(playback.cards, paths, 23)).toBeUndefined();
  });

  it('comes to the sum over the paths in any graph', () => {
    const graph = fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(graph, spec => {
        const lines: Line[] = [['x', 1.25]];
        for (const [a, b] of spec) {
          const size = lines.length;
          lines.push([`n${size}`, 'mul', a % size, b % size]);
        }
        const playback = playbackOf(tinyTrace(lines), { fold: false });
        const paths = pathsTo(playback, 0);
        if (paths === undefined) return;
        const expression = derivationOf(playback.cards, paths, 5000);
        if (expression === undefined) {
          expect(paths.edges.length === 0 || paths.count > 100n).toBe(true);
          return;
        }
        const value = evaluate(expression, paths.factors);
        expect(Math.abs(value - paths.total)).toBeLessThanOrEqual(1e-12 * paths.absolute);
      }),
      { numRuns: 200 },
    );
  });
});

describe('multipliedOut', () => {
  it.each([
    ['0.5 · 2 · (y − o)', Rank.product, '(y − o)'],
    ['−0.5 · 2 · (y − o)', Rank.sum, '−(y − o)'],
    ['2 · x', Rank.product, '2 · x'],
    ['2 · x + 3', Rank.sum, '2 · x + 3'],
    ['0.5 · 2', Rank.product, '0.5 · 2'],
    ['2 · x · 3', Rank.product, '6 · x'],
    ['exp(2 · x)', Rank.atom, 'exp(2 · x)'],
  ] as const)('makes %s', (string, rank, written) => {
    expect(multipliedOut({ string, rank }, 'text').string).toBe(written);
  });
});
