// The list of steps: what a reader of it learns about every step, against the tutorial's numbers.

import { describe, expect, it } from 'vitest';
import { numberText, quietLine, stepLine } from '../../src/viz/model/step-lines.ts';
import { playbackOf } from './stages.ts';
import { tinyTrace, tutorialTrace } from './tiny-trace.ts';

describe('stepLine', () => {
  const playback = playbackOf(tutorialTrace());

  it.each([
    [-12, '', '', '', 'Before the forward pass: only the leaves have values.'],
    [-11, 'neth1', 'value', '0.37750', '= w1 · i1 + w2 · i2 + b1'],
    [-1, 'E', 'value', '0.29837', '= Ez + Et'],
    [0, '', '', '', 'Before the backward pass: only E has a gradient, 1.0000, to start from.'],
    [2, 'Et', 'gradient', '1.0000', 'hands −0.21707 to outy2, 0.21707 to o2'],
    [
      7,
      'nety1',
      'gradient',
      '0.13850',
      'hands 0.082167 to w5, 0.055399 to outh1, 0.082668 to w6, 0.062324 to outh2, 0.13850 to b2',
    ],
    [10, 'outh1', 'gradient', '0.036350', 'the sum of 2 contributions; hands 0.0087714 to neth1'],
  ])('says what happens at step %i', (t, name, kind, number, about) => {
    const line = stepLine(playback, t);
    expect({ ...line, card: undefined, number: numberText(line) }).toEqual({
      card: undefined,
      name,
      kind,
      number,
      about,
    });
  });

  it('keeps numbers beside names from right to left in their order', () => {
    const hebrew = playbackOf(
      tinyTrace([
        ['משקל', 2],
        ['קלט', 3],
        ['y', 'mul', 0, 1],
      ]),
    );
    expect(stepLine(hebrew, 1).about).toBe(
      'hands 3.0000 to \u2068משקל\u2069, 2.0000 to \u2068קלט\u2069',
    );
    expect(stepLine(hebrew, -1).about).toBe('= \u2068משקל\u2069 · \u2068קלט\u2069');
  });

  it('counts receivers beyond the eighth', () => {
    const names = ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k'];
    const leaves = names.map((name): [string, number] => [name, 2]);
    // Ten unnamed sums fold into y, which then reads all ten leaves.
    const sums = names
      .slice(1)
      .map((_, k): [string, string, number, number] => [
        k === names.length - 2 ? 'y' : '',
        'add',
        k === 0 ? 0 : names.length + k - 1,
        k + 1,
      ]);
    const wide = playbackOf(tinyTrace([...leaves, ...sums]));
    expect(wide.steps.length).toBe(1);
    const { about } = stepLine(wide, 1);
    expect(about.split(',').length).toBe(8);
    expect(about.endsWith(' and to 2 more')).toBe(true);
  });

  it('names the card and keeps its numbers to itself where these are to be found', () => {
    const line = quietLine(playback, 7);
    expect([line.name, numberText(line), line.about]).toEqual(['nety1', '', '']);
  });
});
