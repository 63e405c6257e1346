// The backward pass as time.

import { describe, expect, it } from 'vitest';
import {
  activeEdges,
  arrivals,
  gradientAt,
  nodeGradient,
  stateAt,
} from '../../src/viz/model/playback.ts';
import { cardNamed, nameOf, playbackOf } from './stages.ts';
import { chainTrace, tinyTrace, tutorialTrace } from './tiny-trace.ts';

describe('the steps of the tutorial', () => {
  const playback = playbackOf(tutorialTrace());
  const at = (name: string) => cardNamed(playback, name);

  it('are one per card that fires, in the order of the trace', () => {
    expect(playback.steps.map(card => nameOf(playback, card))).toEqual([
      'E',
      'Et',
      'Ez',
      'outy2',
      'nety2',
      'outy1',
      'nety1',
      'outh2',
      'neth2',
      'outh1',
      'neth1',
    ]);
    expect(playbackOf(tutorialTrace(), { fold: false }).steps).toHaveLength(27);
  });

  it('begin with a gradient at the root alone', () => {
    const known = playback.cards.cards.filter((_, card) => gradientAt(playback, card, 0) !== null);
    expect(known).toHaveLength(1);
    expect(gradientAt(playback, at('E'), 0)).toBe(1);
    expect(stateAt(playback, at('E'), 0)).toBe('complete');
    expect(stateAt(playback, at('w1'), 0)).toBe('pending');
  });

  it('take outh1 from pending over partial to complete, firing, complete', () => {
    const states = [0, 4, 5, 6, 7, 9, 10, 11].map(t => stateAt(playback, at('outh1'), t));
    expect(states).toEqual([
      'pending',
      'pending',
      'partial',
      'partial',
      'complete',
      'complete',
      'fires',
      'complete',
    ]);
    expect(arrivals(playback, at('outh1'), 5)).toEqual({ arrived: 1, expected: 2 });
    expect(gradientAt(playback, at('outh1'), 4)).toBeNull();
    expect(gradientAt(playback, at('outh1'), 5)).toBeCloseTo(-0.019049118, 9);
    expect(gradientAt(playback, at('outh1'), 7)).toBeCloseTo(0.036350306, 9);
  });

  it('hand on along the inputs of the card that fires', () => {
    const receivers = (t: number) =>
      activeEdges(playback, t).map(edge =>
        nameOf(playback, playback.cards.edges[edge]?.source ?? -1),
      );
    expect(receivers(0)).toEqual([]);
    expect(receivers(1)).toEqual(['Ez', 'Et']);
    expect(receivers(3)).toEqual(['outy1', 'o1']);
    expect(receivers(7).sort()).toEqual(['b2', 'outh1', 'outh2', 'w5', 'w6']);
    expect(receivers(10)).toEqual(['neth1']);
  });

  it('end with the numbers of the tutorial, to the last bit those of the trace', () => {
    expect(gradientAt(playback, at('w5'), 11)).toBeCloseTo(0.082167041, 9);
    expect(gradientAt(playback, at('w1'), 11)).toBeCloseTo(0.000438568, 9);
    playback.cards.cards.forEach((card, index) => {
      expect(gradientAt(playback, index, 11)).toBe(nodeGradient(playback.pass, card.node));
    });
  });
});

describe('special passes', () => {
  it('counts both edges of x·x', () => {
    const playback = playbackOf(
      tinyTrace([
        ['x', 3],
        ['y', 'mul', 0, 0],
      ]),
    );
    expect(arrivals(playback, 0, 1)).toEqual({ arrived: 2, expected: 2 });
    expect(gradientAt(playback, 0, 1)).toBe(6);
    expect(activeEdges(playback, 1)).toEqual([0, 1]);
  });

  it('leaves alone what the pass never reaches', () => {
    const trace = tinyTrace([
      ['x', 3],
      ['z', 4],
      ['side', 'exp', 1],
      ['y', 'mul', 0, 0],
    ]);
    const playback = playbackOf(trace);
    expect(['z', 'side'].map(name => stateAt(playback, cardNamed(playback, name), 1))).toEqual([
      'unreached',
      'unreached',
    ]);
  });

  it('has no steps for a forward pass', () => {
    const trace = tinyTrace([
      ['x', 3],
      ['y', 'mul', 0, 0],
    ]);
    const [pass] = trace.passes;
    Object.assign(pass as object, {
      order: [],
      gradients: [null, null],
      locals: [null, null],
      contributions: [null, null],
    });
    const playback = playbackOf(trace);
    expect(playback.steps).toEqual([]);
    expect(stateAt(playback, 0, 0)).toBe('unreached');
  });

  it('keeps NaN and infinity', () => {
    const trace = tinyTrace([
      ['x', 3],
      ['y', 'mul', 0, 0],
    ]);
    const [pass] = trace.passes;
    Object.assign(pass as object, { contributions: ['NaN', 3], gradients: ['NaN', 1] });
    expect(gradientAt(playbackOf(trace), 0, 1)).toBeNaN();
  });

  it('survives a chain of 100,000 nodes', () => {
    const playback = playbackOf(chainTrace(100_000));
    expect(playback.steps).toHaveLength(99_999);
    expect(gradientAt(playback, 0, 99_999)).toBe(100_000);
    expect(gradientAt(playback, 0, 500)).toBe(500);
  });
});
