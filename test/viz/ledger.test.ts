// Where a gradient comes from.

import { describe, expect, it } from 'vitest';
import { ledgerOf } from '../../src/viz/model/ledger.ts';
import { cardNamed, nameOf, playbackOf } from './stages.ts';
import { tinyTrace, tutorialTrace } from './tiny-trace.ts';

describe('ledgerOf', () => {
  it('has a row per consumer, in the order of arrival', () => {
    const playback = playbackOf(tutorialTrace());
    const ledger = ledgerOf(playback, cardNamed(playback, 'outh1'));
    expect(ledger.rows.map(row => [nameOf(playback, row.consumer), row.step])).toEqual([
      ['nety2', 5],
      ['nety1', 7],
    ]);
    const [first, second] = ledger.rows;
    expect(first?.upstream).toBeCloseTo(-0.038098237, 9);
    expect(first?.local).toBe(0.5);
    expect(first?.contribution).toBeCloseTo(-0.019049118, 9);
    expect(second?.local).toBe(0.4);
    expect(ledger.sum).toBe(ledger.gradient);
    expect(ledger.balanced).toBe(true);
  });

  it.each([true, false])('adds up for every card and every pass (folded: %s)', fold => {
    const trace = tutorialTrace();
    trace.passes.forEach((_, pass) => {
      const playback = playbackOf(trace, { fold, pass });
      playback.cards.cards.forEach((_card, index) => {
        expect(ledgerOf(playback, index).balanced).toBe(true);
      });
    });
  });

  it('says that the root has its gradient from nobody', () => {
    const playback = playbackOf(tutorialTrace());
    const ledger = ledgerOf(playback, playback.cards.root);
    expect(ledger).toMatchObject({ rows: [], seed: 1, gradient: 1, balanced: true });
  });

  it('has two rows for the two edges of x·x', () => {
    const playback = playbackOf(
      tinyTrace([
        ['x', 3],
        ['y', 'mul', 0, 0],
      ]),
    );
    expect(ledgerOf(playback, 0).rows.map(row => row.contribution)).toEqual([3, 3]);
  });

  it('notices when the rows do not add up', () => {
    const trace = tinyTrace([
      ['x', 3],
      ['y', 'mul', 0, 0],
    ]);
    Object.assign(trace.passes[0] as object, { gradients: [6.001, 1] });
    expect(ledgerOf(playbackOf(trace), 0).balanced).toBe(false);
  });

  it('balances NaN with NaN and an infinity with itself', () => {
    const trace = tinyTrace([
      ['x', 3],
      ['y', 'mul', 0, 0],
    ]);
    Object.assign(trace.passes[0] as object, { contributions: ['NaN', 3], gradients: ['NaN', 1] });
    expect(ledgerOf(playbackOf(trace), 0).balanced).toBe(true);
    Object.assign(trace.passes[0] as object, {
      contributions: ['Infinity', 3],
      gradients: ['Infinity', 1],
    });
    expect(ledgerOf(playbackOf(trace), 0).balanced).toBe(true);
  });
});
