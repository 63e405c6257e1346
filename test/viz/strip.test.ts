// The cells of the strip: which steps they stand for, and the worst of them.

import { describe, expect, it } from 'vitest';
import { stepAtShare, stepText, stripCells } from '../../src/viz/model/strip.ts';
import { threeWaysTrace } from './sick-traces.ts';
import { nameOf, playbackOf } from './stages.ts';
import { chainTrace, tutorialTrace } from './tiny-trace.ts';

describe('stripCells', () => {
  const playback = playbackOf(tutorialTrace());

  it('has a cell for every step while there is room', () => {
    const cells = stripCells(playback, 240);
    expect(cells.map(({ first, last }) => [first, last])).toEqual(
      playback.steps.map((_, k) => [k + 1, k + 1]),
    );
    expect(cells.map(({ card }) => card)).toEqual(playback.steps);
    expect(cells.every(({ before }) => before === undefined)).toBe(true);
  });

  it('shows the largest of several steps', () => {
    const cells = stripCells(playback, 4);
    expect(cells.map(({ first, last }) => [first, last])).toEqual([
      [1, 3],
      [4, 6],
      [7, 9],
      [10, 11],
    ]);
    // The root has the gradient 1, the largest of all.
    expect(nameOf(playback, cells[0]?.card ?? -1)).toBe('E');
    expect(cells[0]?.tone).toEqual({ sign: 'positive', depth: 1 });
  });

  it('lets what is not finite win', () => {
    const sick = playbackOf(threeWaysTrace());
    const [cell] = stripCells(sick, 1);
    expect(cell?.tone.sign).toBe('nonfinite');
    expect(nameOf(sick, cell?.card ?? -1)).toBe('u');
  });

  it('keeps to its number of cells', () => {
    const long = playbackOf(chainTrace(3001), { fold: false });
    expect(stripCells(long, 240)).toHaveLength(231);
    expect(stripCells(long, 240).at(-1)).toMatchObject({ first: 2991, last: 3000 });
  });

  it('sets another pass beside it', () => {
    const trace = tutorialTrace();
    const late = playbackOf(trace, { pass: 20 });
    const cells = stripCells(late, 240, trace.passes[0]);
    // Both on one scale: after the training all gradients are fainter, but those of the loss and its terms, which are 1.
    const depths = cells.map(({ before, tone }) => [before?.depth ?? 0, tone.depth]);
    expect(depths.filter(([a, b]) => a === 1 && b === 1)).toHaveLength(3);
    expect(depths.filter(([a = 0, b = 0]) => a > b)).toHaveLength(8);
  });
});

describe('the steps of the strip', () => {
  it('are where the pointer is', () => {
    expect([0, 0.001, 0.1, 0.11, 1].map(share => stepAtShare(share, 10))).toEqual([1, 1, 1, 2, 10]);
  });

  it('are named with their gradients', () => {
    const trace = tutorialTrace();
    const playback = playbackOf(trace);
    expect(stepText(playback, 1)).toBe('step 1 · E · g 1.0000');
    expect(stepText(playback, 10)).toBe('step 10 · outh1 · g 0.036350');
    expect(stepText(playback, 1, trace.passes[3])).toBe('step 1 · E · g A 1.0000, B 1.0000');
    expect(stepText(playback, 99)).toBe('step 99');
  });
});
