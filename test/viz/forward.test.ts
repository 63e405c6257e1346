// The forward pass as time: the steps before step 0.

import { describe, expect, it } from 'vitest';
import {
  cardAt,
  firstStep,
  forwardState,
  stepOf,
  valueKnown,
} from '../../src/viz/model/forward.ts';
import { buildFrame } from '../../src/viz/model/frame.ts';
import { gradientAt, stateAt } from '../../src/viz/model/playback.ts';
import { buildScene } from '../../src/viz/model/scene.ts';
import { sentenceOf } from '../../src/viz/model/sentence.ts';
import { cardNamed, nameOf, playbackOf } from './stages.ts';
import { tinyTrace, tutorialTrace } from './tiny-trace.ts';

const playback = playbackOf(tutorialTrace());
const at = (name: string) => cardNamed(playback, name);

describe('the forward steps of the tutorial', () => {
  it('compute one card each, inputs before their consumers', () => {
    expect(playback.forward.map(card => nameOf(playback, card))).toEqual([
      'neth1',
      'outh1',
      'neth2',
      'outh2',
      'nety1',
      'outy1',
      'nety2',
      'outy2',
      'Ez',
      'Et',
      'E',
    ]);
    expect(firstStep(playback)).toBe(-12);
    expect(playbackOf(tutorialTrace(), { fold: false }).forward).toHaveLength(27);
  });

  it('run up to step 0', () => {
    expect([-12, -11, -1, 0, 1, 11, 12].map(t => cardAt(playback, t))).toEqual([
      undefined,
      at('neth1'),
      at('E'),
      undefined,
      at('E'),
      at('neth1'),
      undefined,
    ]);
    expect(stepOf(playback, at('neth1'))).toBe(11);
    expect(stepOf(playback, at('w1'))).toBe(-12);
  });

  it('know the leaves from the start, and no gradient at all', () => {
    for (let t = -12; t < 0; t++) {
      expect(forwardState(playback, at('w1'), t)).toBe('computed');
      expect(gradientAt(playback, at('E'), t)).toBeNull();
      expect(stateAt(playback, at('w1'), t)).toBe('pending');
    }
    const outh1 = [-12, -11, -10, -9].map(t => forwardState(playback, at('outh1'), t));
    expect(outh1).toEqual(['waiting', 'waiting', 'computing', 'computed']);
    expect([-11, -10, 0, 5].map(t => valueKnown(playback, at('outh1'), t))).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });

  it('count back from the backward pass, in tape order', () => {
    const tiny = playbackOf(
      tinyTrace([
        ['x', 2],
        ['y', 'exp', 0],
        ['c', '=3'],
        ['z', 'mul', 1, 2],
        ['E', 'add', 3, 0],
      ]),
    );
    const steps = tiny.cards.cards.map((_, card) => [nameOf(tiny, card), tiny.computedAt[card]]);
    expect(Object.fromEntries(steps)).toEqual({ x: -4, c: -4, y: -3, z: -2, E: -1 });
  });

  it('are none where nothing is computed', () => {
    const leaf = playbackOf(tinyTrace([['x', 2]]));
    expect(firstStep(leaf)).toBe(0);
  });
});

describe('the picture in the forward pass', () => {
  const frame = buildFrame(playback.cards);
  const sceneAt = (step: number) => buildScene(playback, frame, { step });

  it('leaves empty what is not computed', () => {
    const scene = sceneAt(-10);
    expect(scene.forward).toBe(true);
    const shown = (name: string) => {
      const { state, value, gradient, tone } = scene.cards[at(name)] ?? {};
      return [state, value, gradient, tone?.sign];
    };
    expect(shown('neth1')).toEqual(['computed', '0.37750', '', 'none']);
    expect(shown('outh1')).toEqual(['computing', '0.59327', '', 'none']);
    expect(shown('nety1')).toEqual(['waiting', '', '', 'none']);
    expect(sceneAt(0).forward).toBe(false);
  });

  it('carries values along the edges, to the card that is computed', () => {
    const { edges } = sceneAt(-10);
    const of = (state: string) =>
      edges
        .filter(edge => edge.state === state)
        .map(({ frame: { source, target }, label }) => [
          `${nameOf(playback, source)} → ${nameOf(playback, target)}`,
          label,
        ]);
    expect(of('active')).toEqual([['neth1 → outh1', '0.3775']]);
    expect(of('delivered')).toEqual([
      ['w1 → neth1', '0.1500'],
      ['i1 → neth1', '0.05000'],
      ['w2 → neth1', '0.2000'],
      ['i2 → neth1', '0.1000'],
      ['b1 → neth1', '0.3500'],
    ]);
    expect(of('waiting').every(([, label]) => label === '')).toBe(true);
    expect(edges.every(({ contribution }) => contribution === '')).toBe(true);
  });

  it('shows no colour of a value that is not there', () => {
    const scene = buildScene(playback, frame, {
      step: -10,
      colouring: { card: () => ({ sign: 'positive', depth: 1 }), scale: { low: 0, high: 1 } },
    });
    expect(scene.cards[at('outh1')]?.tone.sign).toBe('positive');
    expect(scene.cards[at('nety1')]?.tone.sign).toBe('none');
  });
});

describe('sentenceOf', () => {
  it.each([
    [-12, 'Before the forward pass: only the leaves have values.'],
    [-11, 'neth1 is computed: w1 · i1 + w2 · i2 + b1 = 0.37750.'],
    [-10, 'outh1 is computed: sigmoid(neth1) = 0.59327.'],
    [-1, 'E is computed: Ez + Et = 0.29837.'],
  ])('describes step %i', (step, sentence) => {
    expect(sentenceOf(playback, step)).toBe(sentence);
  });
});
