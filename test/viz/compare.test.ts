// Two passes over one graph: numbers, tones, and what stands on the cards.

import { describe, expect, it } from 'vitest';
import { record, tensor } from '../../src/index.ts';
import {
  changeText,
  compareColouring,
  type Difference,
  differenceOf,
  differenceTone,
} from '../../src/viz/model/compare.ts';
import { buildFrame } from '../../src/viz/model/frame.ts';
import { buildScene } from '../../src/viz/model/scene.ts';
import { cardNamed, playbackOf } from './stages.ts';
import { tinyTrace } from './tiny-trace.ts';

/** y = x·w for two values of x and w, as two passes over one graph. */
function twoPasses(a: [number, number], b: [number, number]) {
  const lines = ([x, w]: [number, number]) =>
    tinyTrace([
      ['x', x],
      ['w', w],
      ['y', 'mul', 0, 1],
    ]);
  const trace = lines(a);
  trace.passes.push(...lines(b).passes);
  return { playback: playbackOf(trace, { pass: 1 }), before: trace.passes[0] as never };
}

describe('differenceOf', () => {
  const { playback, before } = twoPasses([2, 3], [2, -1]);
  const of = (name: string, by: 'gradient' | 'value') =>
    differenceOf(playback, before, cardNamed(playback, name), by);

  it('has both numbers and what lies between them', () => {
    expect(of('w', 'value')).toEqual({
      a: 3,
      b: -1,
      difference: -4,
      distance: null,
      relative: 4 / 3,
    });
    expect(of('x', 'gradient')).toEqual({
      a: 3,
      b: -1,
      difference: -4,
      distance: null,
      relative: 4 / 3,
    });
    expect(of('w', 'gradient')).toEqual({ a: 2, b: 2, difference: 0, distance: null, relative: 0 });
  });

  it('finds no difference between two times the same NaN, and one where only one is', () => {
    const nan = twoPasses([Number.NaN, 1], [Number.NaN, 1]);
    const card = cardNamed(nan.playback, 'y');
    expect(differenceOf(nan.playback, nan.before, card, 'value').difference).toBe(0);
    const half = twoPasses([1, 1], [Number.NaN, 1]);
    const it = differenceOf(half.playback, half.before, card, 'value');
    expect(differenceTone(it)).toEqual({ sign: 'nonfinite', depth: 1 });
  });
});

describe('tensors', () => {
  it('differ element by element, where the trace has the elements', () => {
    const { trace } = record(() => {
      for (const data of [
        [3, 4],
        [4, 3],
      ]) {
        const x = tensor(data, { dtype: 'float64', requiresGrad: true }).named('x');
        x.square().sum().named('E').backward();
      }
    });
    const playback = playbackOf(trace, { pass: 1 });
    const [first] = trace.passes;
    if (first === undefined) throw new RangeError('no pass');
    const it = differenceOf(playback, first, cardNamed(playback, 'x'), 'value');
    expect(it).toEqual({
      a: 5,
      b: 5,
      difference: 0,
      distance: Math.SQRT2,
      relative: Math.SQRT2 / 5,
    });
    expect(changeText(it)).toBe('‖=‖');
    expect(differenceTone(it).sign).toBe('positive');
    for (const list of Object.values(first.tensors ?? {})) list.fill(null);
    const again = playbackOf(trace, { pass: 1 });
    expect(differenceOf(again, first, cardNamed(again, 'x'), 'value').distance).toBeNull();
  });
});

const between = (a: number | null, b: number | null): Difference => ({
  a,
  b,
  difference: a === null || b === null ? null : b - a,
  distance: null,
  relative:
    a === null || b === null ? Number.NaN : Math.abs(b - a) / Math.max(Math.abs(a), Math.abs(b)),
});

describe('differenceTone', () => {
  it('has the sign of B − A, and a depth by the size of the relative change', () => {
    expect(differenceTone(between(1, 0.99))).toEqual({
      sign: 'negative',
      depth: expect.closeTo(0.5, 12),
    });
    expect(differenceTone(between(0, 5))).toEqual({ sign: 'positive', depth: 1 });
    expect(differenceTone(between(1, 1 + 1e-9)).depth).toBe(0);
    expect(differenceTone({ ...between(1, 1), relative: 0 }).sign).toBe('zero');
    expect(differenceTone(between(null, 1)).sign).toBe('none');
  });
});

describe('changeText', () => {
  it.each<[number | null, number | null, string]>([
    [1, 1.12, '+12 %'],
    [-1, -0.5, '−50 %'],
    [2, 6.8, '×3.4'],
    [2, -2, '±'],
    [0, 0.5, '+0.50'],
    [3, 3, '='],
    [3, 0, '−100 %'],
    [null, 3, '–'],
    [1, Number.POSITIVE_INFINITY, '⚠'],
  ])('from %s to %s', (a, b, text) => {
    expect(changeText(between(a, b))).toBe(text);
  });
});

describe('compareColouring', () => {
  const { playback, before } = twoPasses([2, 3], [2, -1]);
  const frame = buildFrame(playback.cards);
  const sceneAt = (step: number, by: 'gradient' | 'value') =>
    buildScene(playback, frame, {
      step,
      colouring: compareColouring(playback, before, by, step),
    });
  const x = cardNamed(playback, 'x');

  it('puts both passes on the cards, once they are known', () => {
    expect(sceneAt(0, 'gradient').cards[x]?.lines).toBeUndefined();
    expect(sceneAt(0, 'gradient').cards[x]?.tone.sign).toBe('none');
    expect(sceneAt(1, 'gradient').cards[x]?.lines).toEqual({
      numbers: [
        { label: 'A', text: '3.0000', sign: 'positive' },
        { label: 'B', text: '−1.0000', sign: 'negative' },
      ],
      note: '±',
    });
    expect(sceneAt(1, 'gradient').cards[x]?.tone).toEqual({ sign: 'negative', depth: 1 });
  });

  it('compares values before the backward pass begins', () => {
    const w = cardNamed(playback, 'w');
    expect(sceneAt(0, 'value').cards[w]?.lines?.numbers.map(({ text }) => text)).toEqual([
      '3.0000',
      '−1.0000',
    ]);
    expect(sceneAt(0, 'value').cards[x]?.lines?.note).toBe('=');
    expect(sceneAt(0, 'value').cards[x]?.tone.sign).toBe('zero');
  });
});
