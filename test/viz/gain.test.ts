// Gains of edges: what they are, how they look, and which are worst.

import { describe, expect, it } from 'vitest';
import { record, tensor } from '../../src/index.ts';
import { colouringOf } from '../../src/viz/model/colouring.ts';
import { edgeGain, formatGain, gainTone, rankGains, worstGain } from '../../src/viz/model/gain.ts';
import type { Playback } from '../../src/viz/model/playback.ts';
import { tensorPoleTrace, threeWaysTrace, vanishingTrace } from './sick-traces.ts';
import { cardNamed, nameOf, playbackOf } from './stages.ts';
import { tinyTrace } from './tiny-trace.ts';

/** The gain of the edge from one card to another. */
function gainOf(playback: Playback, source: string, target: string): number | null {
  const [from, to] = [cardNamed(playback, source), cardNamed(playback, target)];
  const edge = playback.cards.edges.findIndex(it => it.source === from && it.target === to);
  return edgeGain(playback, edge);
}

/** Gains with the names of their edges. */
function named(playback: Playback, gains: ReturnType<typeof rankGains>['largest']) {
  return gains.map(({ edge, gain }) => {
    const { source = -1, target = -1 } = playback.cards.edges[edge] ?? {};
    return [nameOf(playback, target), nameOf(playback, source), gain];
  });
}

describe('edgeGain', () => {
  it('is the size of the local derivative between numbers', () => {
    const playback = playbackOf(
      tinyTrace([
        ['x', 3],
        ['w', -5],
        ['y', 'mul', 0, 1],
        ['c', '=2'],
        ['z', 'mul', 2, 3],
      ]),
    );
    expect(gainOf(playback, 'x', 'y')).toBe(5);
    expect(gainOf(playback, 'w', 'y')).toBe(3);
    expect(gainOf(playback, 'y', 'z')).toBe(2);
    expect(gainOf(playback, 'c', 'z')).toBeNull();
  });

  it('is the ratio of norms between tensors', () => {
    const { trace } = record(() => {
      const x = tensor([3, 4], { dtype: 'float64', requiresGrad: true }).named('x');
      const y = x.mul(tensor([10, 0], { dtype: 'float64' })).named('y');
      y.sum().named('E').backward();
    });
    const playback = playbackOf(trace);
    // ‖(1, 1)‖ arrives at y, which hands ‖(10, 0)‖ to x.
    expect(gainOf(playback, 'y', 'E')).toBeCloseTo(Math.SQRT2, 12);
    expect(gainOf(playback, 'x', 'y')).toBeCloseTo(10 / Math.SQRT2, 12);
  });

  it('is infinite where a derivative is', () => {
    const playback = playbackOf(threeWaysTrace());
    expect(gainOf(playback, 'x', 'root')).toBe(Number.POSITIVE_INFINITY);
    expect(gainOf(playback, 'logp', 'entropy')).toBe(0);
    expect(gainOf(playbackOf(tensorPoleTrace()), 'x', 'r')).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('the look of gains', () => {
  it('has a hue for less, another for more, and a depth by decades', () => {
    expect(gainTone(1e-2, 4)).toEqual({ sign: 'positive', depth: 0.5 });
    expect(gainTone(1e3, 4)).toEqual({ sign: 'negative', depth: 0.75 });
    expect(gainTone(1e9, 4)).toEqual({ sign: 'negative', depth: 1 });
    expect(gainTone(1.01, 4)).toEqual({ sign: 'none', depth: 0 });
    expect(gainTone(0, 4)).toEqual({ sign: 'zero', depth: 1 });
    expect(gainTone(Number.NaN, 4)).toEqual({ sign: 'nonfinite', depth: 1 });
    expect(gainTone(null, 4)).toEqual({ sign: 'none', depth: 0 });
  });

  it('is said in words as well', () => {
    expect([0.25, 1, 40, 0, Number.POSITIVE_INFINITY].map(formatGain)).toEqual([
      '× 0.250 ↓',
      '× 1.00',
      '× 40.0 ↑',
      '✕ dead',
      '⚠ × ∞',
    ]);
    expect(formatGain(null)).toBeUndefined();
  });

  it('colours edges, and cards by the worst edge they hand on along', () => {
    const playback = playbackOf(vanishingTrace());
    const colouring = colouringOf(playback, 'gain', 0);
    const card = cardNamed(playback, 'h3');
    expect(colouring.card(card).sign).toBe('positive');
    expect(colouring.card(card)).toEqual(gainTone(worstGain(playback, card), 3));
    // σ'(z) is at most ¼, so that every edge of h3 shrinks the gradient.
    for (const edge of playback.cards.cards[card]?.inputs ?? []) {
      expect(colouring.edge?.(edge).sign).toBe('positive');
      expect(colouring.edgeText?.(edge)).toMatch(/^× 0\.\d+ ↓$/);
    }
    expect(colouring.legend?.what).toBe('gain');
  });
});

describe('rankGains', () => {
  it('begins with what is dead and with what is not finite', () => {
    const playback = playbackOf(threeWaysTrace());
    const { smallest, largest } = rankGains(playback, 2);
    // Of √0 · w nothing gets to w; log 0 is multiplied by p = 0.
    expect(named(playback, smallest)).toEqual([
      ['entropy', 'logp', 0],
      ['E', 'w', 0],
    ]);
    expect(largest.map(({ gain }) => gain)).toEqual([
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ]);
  });

  it('orders by decades, and leaves out what is close to 1', () => {
    const playback = playbackOf(
      tinyTrace([
        ['x', 1e-3],
        ['y', 20],
        ['a', 'mul', 0, 1],
        ['b', 'add', 2, 0],
      ]),
    );
    const { smallest, largest } = rankGains(playback);
    expect(named(playback, smallest)).toEqual([['a', 'y', 1e-3]]);
    expect(named(playback, largest)).toEqual([['a', 'x', 20]]);
  });
});
