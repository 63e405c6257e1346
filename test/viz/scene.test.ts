// What is drawn at a step, and the sentence that goes with it.

import { describe, expect, it } from 'vitest';
import { type ColourBy, colouringOf } from '../../src/viz/model/colouring.ts';
import { buildFrame } from '../../src/viz/model/frame.ts';
import { buildScene } from '../../src/viz/model/scene.ts';
import { sentenceOf } from '../../src/viz/model/sentence.ts';
import { scaleOf, signOf, toneOf } from '../../src/viz/model/tone.ts';
import { cardNamed, nameOf, playbackOf } from './stages.ts';
import { tinyTrace, tutorialTrace } from './tiny-trace.ts';

const playback = playbackOf(tutorialTrace());
const frame = buildFrame(playback.cards);
const sceneAt = (step: number, selected?: string, colourBy: ColourBy = 'gradient') =>
  buildScene(playback, frame, {
    step,
    selected: selected === undefined ? undefined : cardNamed(playback, selected),
    colouring: colouringOf(playback, colourBy, step),
  });
const card = (step: number, name: string) => sceneAt(step).cards[cardNamed(playback, name)];

describe('buildScene', () => {
  it('lets everything else step back behind what is pointed out', () => {
    const [w5, other] = [cardNamed(playback, 'w5'), cardNamed(playback, 'w1')];
    const edge = playback.cards.cards[w5]?.outputs[0] ?? -1;
    const highlight = { cards: new Set([w5]), edges: new Map([[edge, 0.5]]) };
    const scene = buildScene(playback, frame, { step: 0, highlight });
    expect(scene.cards[w5]?.dimmed).toBe(false);
    expect(scene.cards[other]?.dimmed).toBe(true);
    expect(scene.edges[edge]).toMatchObject({ dimmed: false, emphasis: 0.5 });
    expect(scene.edges.filter(it => !it.dimmed)).toHaveLength(1);
    const plain = buildScene(playback, frame, { step: 0 });
    expect(plain.cards.some(it => it.dimmed) || plain.edges.some(it => it.dimmed)).toBe(false);
  });

  it('shows a gradient only as far as it is known', () => {
    expect(card(4, 'outh1')).toMatchObject({ state: 'pending', gradient: '…', progress: '' });
    expect(card(5, 'outh1')).toMatchObject({
      state: 'partial',
      gradient: '−0.019049',
      gradientSign: 'negative',
      progress: '1/2',
    });
    expect(card(7, 'outh1')).toMatchObject({
      state: 'complete',
      gradient: '0.036350',
      gradientSign: 'positive',
      progress: '',
      value: '0.59327',
    });
    expect(card(10, 'outh1')?.state).toBe('fires');
  });

  it('lights the edges of the card that fires, and remembers what was delivered', () => {
    const { edges } = sceneAt(10);
    const active = edges.filter(edge => edge.state === 'active');
    expect(active.map(edge => nameOf(playback, edge.frame.source))).toEqual(['neth1']);
    expect(active[0]).toMatchObject({
      label: '∂ 0.2413',
      contribution: '+0.008771',
      contributionSign: 'positive',
    });
    const states = new Set(edges.map(edge => edge.state));
    expect(states).toEqual(new Set(['active', 'delivered', 'waiting']));
    expect(edges.filter(edge => edge.state === 'waiting')).toHaveLength(5);
    expect(edges.every(edge => edge.state !== 'waiting' || edge.contribution === '')).toBe(true);
  });

  it('marks the selected card and the edges of its ledger', () => {
    const scene = sceneAt(9, 'outh1');
    expect(scene.cards.filter(it => it.selected).map(it => it.frame.title)).toEqual(['outh1']);
    expect(
      scene.edges.filter(it => it.selected).map(it => nameOf(playback, it.frame.target)),
    ).toEqual(['nety1', 'nety2']);
  });

  it('colours by gradient, by value, or not at all', () => {
    const e = cardNamed(playback, 'E');
    expect(sceneAt(0).cards[e]?.tone).toEqual({ sign: 'positive', depth: 1 });
    expect(sceneAt(0).cards[cardNamed(playback, 'w1')]?.tone.sign).toBe('none');
    expect(sceneAt(0, undefined, 'value').cards[cardNamed(playback, 'w1')]?.tone.sign).toBe(
      'positive',
    );
    expect(sceneAt(0, undefined, 'none').cards[e]?.tone.sign).toBe('none');
  });

  it('says so where there will be no gradient', () => {
    const side = playbackOf(
      tinyTrace([
        ['x', 3],
        ['z', 4],
        ['y', 'mul', 0, 0],
      ]),
    );
    const scene = buildScene(side, buildFrame(side.cards), { step: 1 });
    expect(scene.cards[1]).toMatchObject({ state: 'unreached', gradient: '–' });
  });
});

describe('tones', () => {
  it('tell the signs apart', () => {
    expect([1, -1, 0, Number.NaN, Infinity, null].map(signOf)).toEqual([
      'positive',
      'negative',
      'zero',
      'nonfinite',
      'nonfinite',
      'none',
    ]);
  });

  it('run over the decades of a pass, at least two and at most six', () => {
    expect(scaleOf([1, -0.001, 0, Number.NaN, null])).toEqual({ low: -3, high: 0 });
    expect(scaleOf([1, 1])).toEqual({ low: -2, high: 0 });
    expect(scaleOf([1, 1e-30])).toEqual({ low: -6, high: 0 });
    expect(scaleOf([])).toEqual({ low: -2, high: 0 });
    expect(toneOf(-0.1, { low: -2, high: 0 })).toEqual({ sign: 'negative', depth: 0.5 });
    expect(toneOf(1e-30, { low: -2, high: 0 })).toEqual({ sign: 'positive', depth: 0 });
    expect(toneOf(Number.NaN, { low: -2, high: 0 })).toEqual({ sign: 'nonfinite', depth: 1 });
  });
});

describe('sentenceOf', () => {
  it.each([
    [0, 'Before the backward pass: only E has a gradient, 1.0000, to start from.'],
    [1, 'E fires: its gradient is 1.0000; it hands 1.0000 to Ez and 1.0000 to Et.'],
    [7, 'nety1 fires: its gradient is 0.13850; it contributes to w5, outh1, w6, outh2 and b2.'],
    [10, 'outh1 fires: its 2 contributions sum to 0.036350; it hands 0.0087714 to neth1.'],
    [12, ''],
  ])('describes step %i', (step, sentence) => {
    expect(sentenceOf(playback, step)).toBe(sentence);
  });

  it('says when there was no backward pass', () => {
    const trace = tinyTrace([
      ['x', 3],
      ['y', 'mul', 0, 0],
    ]);
    Object.assign(trace.passes[0] as object, { order: [] });
    expect(sentenceOf(playbackOf(trace), 0)).toContain('Only the forward pass was recorded');
  });

  it('says that a loss which is a leaf hands nothing on', () => {
    const leaf = tinyTrace([['x', 3]]);
    expect(sentenceOf(playbackOf(leaf), 0)).toBe(
      'x has the gradient 1.0000, and there is nothing to hand it to.',
    );
  });

  it('works out only what is asked for, and that once', () => {
    const asked: number[] = [];
    const own = colouringOf(playback, 'gradient', 4);
    const colouring = {
      ...own,
      card: (index: number) => {
        asked.push(index);
        return own.card(index);
      },
    };
    const scene = buildScene(playback, frame, { step: 4, colouring });
    expect(asked).toEqual([]);
    expect(scene.card(3)).toBe(scene.card(3));
    expect(asked).toEqual([3]);
    expect(scene.card(frame.cards.length)).toBeUndefined();
    expect(scene.cards[3]).toBe(scene.card(3));
    expect(asked).toHaveLength(frame.cards.length);
  });

  it('knows the edges that are seen from afar', () => {
    const { acting, loudEdges, edges } = sceneAt(4);
    expect(acting).toBe(playback.steps[3]);
    const active = edges.filter(({ state }) => state === 'active').map(({ index }) => index);
    expect([...loudEdges].sort((a, b) => a - b)).toEqual(active.sort((a, b) => a - b));
    expect(active.length).toBeGreaterThan(0);
  });
});
