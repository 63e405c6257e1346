// Numbers as the viewer writes them.

import { describe, expect, it } from 'vitest';
import {
  formatConstant,
  formatCount,
  formatLatex,
  formatNumber,
  formatShort,
  formatSigned,
  isolated,
  plural,
} from '../../src/viz/model/format.ts';

it('keeps a name from right to left from turning round its neighbours', () => {
  expect(['w1', '权重', '😀'].map(isolated)).toEqual(['w1', '权重', '😀']);
  expect(isolated('משקל')).toBe('\u2068משקל\u2069');
  expect(isolated('متغير 2')).toBe('\u2068متغير 2\u2069');
});

describe('formatNumber', () => {
  it.each([
    [0.59327, '0.59327'],
    [0.03635030639, '0.036350'],
    [-0.0226025, '−0.022603'],
    [1, '1.0000'],
    [0, '0'],
    [-0, '0'],
    [12345.678, '12346'],
    [99999.4, '99999'],
    [99999.5, '100000'],
    [999999.6, '1000000'],
    [123456.7, '123457'],
    [1234567, '1.2346e6'],
    [0.00043856773, '0.00043857'],
    [0.00001234567, '1.2346e−5'],
    [-5e-324, '−4.9407e−324'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '∞'],
    [Number.NEGATIVE_INFINITY, '−∞'],
  ])('writes %s as %s', (x, text) => {
    expect(formatNumber(x)).toBe(text);
  });

  it('writes more digits when asked', () => {
    expect(formatNumber(0.08216704056423078, 8)).toBe('0.082167041');
  });

  it('never takes an exponent for what is rounded up', () => {
    expect(formatNumber(-99.53, 2)).toBe('−100');
    for (let digits = 1; digits < 6; digits++) {
      for (const x of [10 ** digits - 0.5, 10 ** digits - 0.4, 10 ** digits - 1e-9]) {
        expect(formatNumber(x, digits)).toBe(String(10 ** digits));
      }
    }
  });
});

describe('the other notations', () => {
  it('drops zeros at the end for formulas', () => {
    expect([0.5, 2, 10, 100, 0.3775, 1.5e-7, 2e9, 1.4e-10].map(x => formatShort(x))).toEqual([
      '0.5',
      '2',
      '10',
      '100',
      '0.3775',
      '1.5e−7',
      '2e9',
      '1.4e−10',
    ]);
  });

  it('writes a few constants as fractions', () => {
    expect([0.5, -0.25, 0.75, 0.3].map(formatConstant)).toEqual(['½', '−¼', '¾', '0.3']);
  });

  it('shows the sign of a contribution', () => {
    expect([0.5, -0.5, 0].map(x => formatSigned(x))).toEqual(['+0.50000', '−0.50000', '0']);
  });

  it('writes LaTeX', () => {
    expect([-0.5, 1.5e-7, Number.NaN, -Infinity].map(x => formatLatex(x))).toEqual([
      '-0.5',
      '1.5 \\cdot 10^{-7}',
      '\\mathrm{NaN}',
      '-\\infty',
    ]);
  });

  it('counts', () => {
    expect([formatCount(999), formatCount(10000), plural(1, 'card'), plural(2, 'card')]).toEqual([
      '999',
      '10,000',
      '1 card',
      '2 cards',
    ]);
  });
});
