// Predict mode: what is asked, and what counts as right.

import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/viz/model/arithmetic.ts';
import { buildFrame } from '../../src/viz/model/frame.ts';
import {
  hintOf,
  isSecret,
  judge,
  type Question,
  questionsAt,
  questionText,
} from '../../src/viz/model/predict.ts';
import { buildScene } from '../../src/viz/model/scene.ts';
import { withFlash, withSecrets } from '../../src/viz/model/scene-overlay.ts';
import { cardNamed, playbackOf } from './stages.ts';
import { sharesTrace } from './tensor-trace.ts';
import { tinyTrace, tutorialTrace } from './tiny-trace.ts';

const tutorial = playbackOf(tutorialTrace());
/** The step before the card with this name fires. */
const stepBefore = (name: string) => (tutorial.firesAt[cardNamed(tutorial, name)] ?? 0) - 1;
const asked = (name: string) => questionsAt(tutorial, stepBefore(name));

describe('questionsAt', () => {
  it('asks for the derivative, what it contributes, and the gradient that is complete then', () => {
    expect(asked('outy1').map(it => questionText(tutorial, it))).toEqual([
      'What is ∂outy1/∂nety1?',
      'What does outy1 hand to nety1?',
    ]);
    const [local, contribution] = asked('outy1');
    expect(local?.answer).toBeCloseTo(0.1868156, 7);
    expect(contribution?.answer).toBeCloseTo(0.13849856, 7);
    const nety1 = asked('nety1').filter(({ what }) => what === 'gradient');
    expect(nety1.map(it => questionText(tutorial, it))).toEqual([
      'What is the gradient of outh1, with all that has arrived?',
      'What is the gradient of outh2, with all that has arrived?',
      'What is the gradient of b2, with all that has arrived?',
    ]);
    expect(nety1[0]?.answer).toBeCloseTo(0.0363503, 7);
    // nety2 fires first, and leaves both partial.
    expect(asked('nety2').some(({ what }) => what === 'gradient')).toBe(false);
  });

  it('does not ask what a gradient times 1 is', () => {
    expect(asked('E').map(({ what }) => what)).toEqual(['local', 'local']);
  });

  it('has nothing to ask between tensors, and when all is done', () => {
    const tensors = playbackOf(sharesTrace());
    tensors.steps.forEach((_, t) => {
      expect(questionsAt(tensors, t)).toEqual([]);
    });
    expect(questionsAt(tutorial, tutorial.steps.length)).toEqual([]);
  });

  it('gives hints', () => {
    const [local, contribution] = asked('outy1') as [Question, Question];
    const t = stepBefore('outy1');
    expect(hintOf(tutorial, local, t, 'outy1 · (1 − outy1)')).toBe('outy1 · (1 − outy1)');
    expect(hintOf(tutorial, contribution, t, '')).toBe(
      'gradient of outy1 × local derivative = 0.74137 × 0.18682',
    );
    const gradient = asked('nety1').find(({ what }) => what === 'gradient') as Question;
    expect(hintOf(tutorial, gradient, stepBefore('nety1'), '').split(' + ').sort()).toEqual([
      '(−0.019049)',
      '0.055399',
    ]);
  });
});

describe('judge', () => {
  const [local, contribution] = asked('outy1') as [Question, Question];
  const t = stepBefore('outy1');
  it.each([
    ['0.18681560', true],
    ['0.1868', true],
    ['0.187', true],
    ['.19', true],
    ['0,19', true],
    ['0.2', false],
    ['0.18', false],
    ['0.1869', true],
    ['0.1872', false],
    ['outy1*(1-outy1)', true],
    ['outy1 · (1 − outy1)', true],
    ['outy1 - outy1²', true],
    ['sigmoid(nety1)*(1-sigmoid(nety1))', true],
    ['-0.1868', false],
  ])('takes %s for ∂outy1/∂nety1: %s', (text, right) => {
    expect(judge(tutorial, local, t, text)).toMatchObject({ right, read: true });
  });

  it('knows g as the gradient of the card that fires', () => {
    expect(judge(tutorial, contribution, t, 'g*outy1*(1-outy1)').right).toBe(true);
  });

  it('says what is wrong', () => {
    const message = (text: string) => judge(tutorial, local, t, text).message;
    expect(message('0.1868')).toBe('right, it is 0.186816');
    expect(message('-0.1868')).toBe('almost: look at the sign');
    expect(message('-3')).toBe('not quite: the sign is different');
    expect(message('3')).toBe('not quite: the sign is right, but it is too large');
    expect(message('0.01')).toBe('not quite: the sign is right, but it is too small');
    expect(message('0.1872')).toBe('very close: one more digit');
    expect(message('∞')).toBe('not quite: it is a finite number');
    expect(judge(tutorial, local, t, 'outy3')).toEqual({
      right: false,
      read: false,
      message: 'nothing here is called “outy3”',
    });
  });

  it('judges 0, and what is not finite', () => {
    const about = (answer: number): Question => ({ ...local, answer });
    const right = (answer: number, text: string) => judge(tutorial, about(answer), t, text).right;
    expect(right(0, '0')).toBe(true);
    expect(right(0, '1e-9')).toBe(false);
    expect(right(Number.NaN, 'nan')).toBe(true);
    expect(right(Number.NaN, '1')).toBe(false);
    expect(right(Number.NEGATIVE_INFINITY, '-inf')).toBe(true);
    expect(right(Number.NEGATIVE_INFINITY, '∞')).toBe(false);
    expect(right(1 / 3, '1/3')).toBe(true);
    expect(right(0.002, '2e-3')).toBe(true);
  });
});

describe('evaluate', () => {
  it.each([
    ['1 + 2 * 3', 7],
    ['-2^2', -4],
    ['2^-1', 0.5],
    ['2^3^2', 512],
    ['(1 + 2) · 3', 9],
    ['1/3', 1 / 3],
    ['2e-3', 0.002],
    ['exp(0) + sqrt(4)', 3],
    ['1 − −1', 2],
    ['x² + a.b[0]', 13],
  ])('reads %s as %d', (text, value) => {
    const names = new Map([
      ['x', 3],
      ['a.b[0]', 4],
    ]);
    expect(evaluate(text, name => names.get(name))).toMatchObject({ ok: true, value });
  });

  it.each([
    ['', 'type a number'],
    ['1 +', 'something is missing at the end'],
    ['(1', 'a parenthesis is not closed'],
    ['1)', '“)” is not expected here'],
    ['constructor', 'nothing here is called “constructor”'],
    ['exp', 'nothing here is called “exp”'],
    ['1 < 2', '“<” does not belong in a number'],
    ['('.repeat(201), 'that is too long'],
  ])('does not read %s', (text, message) => {
    expect(evaluate(text)).toEqual({ ok: false, message });
  });

  it.each([
    ['0.240', 3],
    ['0.024', 2],
    ['1200', 2],
    ['-3.5e-4', 2],
    ['1/3', undefined],
  ])('counts the digits of %s', (text, digits) => {
    expect(evaluate(text)).toMatchObject({ digits });
  });
});

describe('what is laid over a scene', () => {
  const playback = playbackOf(
    tinyTrace([
      ['x', 2],
      ['y', 'mul', 0, 0],
      ['z', 'exp', 1],
    ]),
  );
  const frame = buildFrame(playback.cards);
  const scene = (step: number) => buildScene(playback, frame, { step });

  it('hides the derivatives of cards that have not fired, except those that were answered', () => {
    const labels = (step: number, answered: readonly number[]) =>
      withSecrets(scene(step), edge =>
        isSecret(playback, edge, step, it => answered.includes(it)),
      ).edges.map(({ label }) => label);
    expect(labels(0, [])).toEqual(['∂ ?', '∂ ?', '∂ ?']);
    expect(labels(1, [])).toEqual(['∂ ?', '∂ ?', '∂ 54.60']);
    expect(labels(1, [1])).toEqual(['∂ ?', '∂ 2.000', '∂ 54.60']);
    expect(labels(2, [])).toEqual(scene(2).edges.map(({ label }) => label));
    const plain = scene(1);
    expect(withSecrets(plain, undefined)).toBe(plain);
  });

  it('points one edge out, and lets the others that are pointed out step back', () => {
    const plain = buildScene(playback, frame, {
      step: 0,
      highlight: { cards: new Set([0, 1]), edges: new Map([[0, 0.5]]) },
    });
    const flashed = withFlash(plain, 2).edges;
    expect(flashed.map(({ emphasis }) => emphasis)).toEqual([0.15, undefined, 1]);
    expect(flashed.map(({ dimmed }) => dimmed)).toEqual([false, true, false]);
    expect(withFlash(plain, undefined)).toBe(plain);
    expect(withFlash(plain, 99)).toBe(plain);
  });
});
