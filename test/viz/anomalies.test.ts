// Where NaN and ∞ arise, and what is said of them.

import { describe, expect, it } from 'vitest';
import * as ops from '../../src/index.ts';
import { record, type Trace, tensor, type Value, value } from '../../src/index.ts';
import { findAnomalies, stepOfAnomaly } from '../../src/viz/model/anomalies.ts';
import { reasonOf, reasonSentence } from '../../src/viz/model/anomaly-reason.ts';
import { isAllFinite } from '../../src/viz/model/finite.ts';
import { buildModel, labelOf } from '../../src/viz/model/model.ts';
import { tensorPoleTrace, threeWaysTrace } from './sick-traces.ts';
import { nameOf, playbackOf } from './stages.ts';
import { tinyTrace, tutorialTrace } from './tiny-trace.ts';

/** All that is said about the first pass of a trace. */
function sentencesOf(trace: Trace): string[] {
  const model = buildModel(trace);
  const [pass] = trace.passes;
  if (pass === undefined) throw new RangeError('no pass');
  return findAnomalies(model, pass).anomalies.map(anomaly =>
    reasonSentence(reasonOf(model, pass, anomaly)),
  );
}

/** What is said about a program of one number x. */
function sayOf(x: number, program: (x: Value) => Value): string[] {
  return sentencesOf(record(() => program(value(x).named('x')).named('y').backward()).trace);
}

describe('findAnomalies', () => {
  const trace = threeWaysTrace();
  const model = buildModel(trace);
  const [pass] = trace.passes;
  const report = findAnomalies(model, pass as Trace['passes'][number]);

  it('finds where something arises, in the order of time, and not what follows from it', () => {
    expect(
      report.anomalies.map(({ kind, node, contained }) => [kind, labelOf(model, node), contained]),
    ).toEqual([
      ['value', 'logp', false],
      ['value', 'entropy', false],
      ['value', 'big', false],
      ['contribution', 'root', false],
      ['contribution', 'logp', false],
    ]);
  });

  it('counts all that is not finite', () => {
    // Values: logp, entropy, big, entropy + root·w, E. Gradients: p, x, w, u.
    expect([report.values, report.gradients]).toEqual([5, 4]);
  });

  it('says at which step each arises', () => {
    const playback = playbackOf(trace);
    const steps = report.anomalies.map(anomaly => stepOfAnomaly(playback, anomaly));
    const names = steps.slice(3).map(step => nameOf(playback, playback.steps[step - 1] ?? -1));
    expect(names).toEqual(['root', 'logp']);
    expect(steps.slice(0, 3).every(step => step < 0)).toBe(true);
    expect(steps.slice(0, 3)).toEqual([...steps.slice(0, 3)].sort((a, b) => a - b));
  });

  it('finds nothing where all is finite', () => {
    const fine = tutorialTrace();
    expect(fine.passes.every(isAllFinite)).toBe(true);
    expect(isAllFinite(pass as Trace['passes'][number])).toBe(false);
    expect(sentencesOf(fine)).toEqual([]);
  });

  it('takes a norm that overflows for what it is', () => {
    const big = tensor([1e200, 1e200], { dtype: 'float64', requiresGrad: true }).named('x');
    const { trace: overflowing } = record(() =>
      big
        .mul(tensor([1, 1]))
        .sum()
        .named('E')
        .backward(),
    );
    expect(overflowing.passes[0]?.values.includes('Infinity')).toBe(true);
    expect(sentencesOf(overflowing)).toEqual([]);
  });
});

describe('reasonOf', () => {
  const POLE = 'a pole: it grows beyond all bounds there';
  const OVERFLOW = 'an overflow: float64 ends at 1.8e308';
  it.each<[string, number, (x: Value) => Value, string]>([
    ['log', 0, x => ops.log(x), `y is −∞: ln(0) = −∞, ${POLE}.`],
    ['a quotient', 0, x => value(1).div(x), `y is ∞: 1 / 0 = ∞, ${POLE}.`],
    [
      '√ of a negative',
      -4,
      x => ops.sqrt(x),
      'y is NaN: √(−4) = NaN, outside the domain: no real number does that.',
    ],
    ['0 / 0', 0, x => x.div(x), 'y is NaN: 0 / 0 = NaN, for 0 / 0 has no value.'],
    ['exp', 800, x => ops.exp(x), `y is ∞: exp(800) = ∞, ${OVERFLOW}.`],
    ['a product', -1e200, x => x.mul(x), `y is ∞: (−1e200) · (−1e200) = ∞, ${OVERFLOW}.`],
  ])('reads the reason off the numbers: %s', (_, x, program, sentence) => {
    expect(sayOf(x, program)[0]).toBe(sentence);
  });

  it('reads ∞ − ∞ and 0 · ∞ off infinite numbers', () => {
    const infinite = Number.POSITIVE_INFINITY;
    expect(sayOf(infinite, x => x.sub(x))).toEqual([
      'x is ∞: the program put it in.',
      'y is NaN: ∞ − ∞ = NaN, for ∞ − ∞ has no value.',
    ]);
    expect(sayOf(infinite, x => x.mul(0))).toEqual([
      'x is ∞: the program put it in.',
      'y is NaN: ∞ · 0 = NaN, for 0 · ∞ has no value.',
    ]);
  });

  it('says what the program put in', () => {
    expect(sayOf(Number.NaN, x => x.mul(2))).toEqual(['x is NaN: the program put it in.']);
  });

  it('tells an infinite derivative from 0 · ∞', () => {
    expect(sayOf(0, x => ops.sqrt(x).mul(3))).toEqual([
      'sqrt #1 hands ∞ to x: upstream × local = 3 · ∞ = ∞, the derivative 1 / (2 · 0) is infinite: a pole.',
    ]);
    expect(sayOf(0, x => ops.sqrt(x).mul(0))).toEqual([
      'sqrt #1 hands NaN to x: upstream × local = 0 · ∞ = NaN, for 0 · ∞ has no value, and the derivative 1 / (2 · 0) is infinite.',
    ]);
    expect(sayOf(0, x => ops.sqrt(x.mul(x)))[1]).toBe(
      'mul #1 hands NaN to x: upstream × local = ∞ · 0 = NaN, for 0 · ∞ has no value.',
    );
  });

  it('explains sums of contributions', () => {
    // e⁸⁰⁰ − e⁸⁰⁰: the contributions are ∞ and −∞.
    expect(sayOf(800, x => ops.exp(x).sub(ops.exp(x))).at(-1)).toBe(
      'the gradient of x is NaN: ∞ + (−∞) = NaN, for ∞ − ∞ has no value.',
    );
  });

  it('explains a backward pass that was started with something that is not finite', () => {
    const trace = tinyTrace([
      ['x', 2],
      ['y', 'exp', 0],
    ]);
    Object.assign(trace.passes[0] as object, {
      gradients: ['NaN', 'NaN'],
      contributions: ['NaN'],
    });
    expect(sentencesOf(trace)).toEqual([
      'the gradient of y is NaN: the backward pass was started with it.',
    ]);
  });

  it('does not explain what does not add up', () => {
    const trace = tinyTrace([
      ['x', 2],
      ['y', 'exp', 0],
    ]);
    Object.assign(trace.passes[0] as object, { gradients: ['NaN', 1], contributions: [0.5] });
    expect(sentencesOf(trace)).toEqual([
      'the gradient of x is NaN: 0.5 = NaN, which does not follow from that.',
    ]);
  });

  it('points out the first element of a tensor', () => {
    expect(sentencesOf(tensorPoleTrace())).toEqual([
      'r hands what is not finite in 2 of 6 elements, first ∞ at [0, 1] to x: ' +
        'upstream × local = 1 · (1 / (2 · 0)) = ∞, the derivative 1 / (2 · 0) is infinite: a pole.',
    ]);
    const { trace } = record(() => {
      const x = tensor([[2, 4]], { requiresGrad: true }).named('x');
      x.div(tensor([[1], [0]]))
        .named('q')
        .sum()
        .backward();
    });
    // The element at [1, 0] reads 2 and, broadcast, 0.
    expect(sentencesOf(trace)[0]).toBe(
      `q is not finite in 2 of 4 elements, first ∞ at [1, 0]: 2 / 0 = ∞, ${POLE}.`,
    );
  });

  it('speaks of whole tensors where single elements tell nothing', () => {
    const { trace } = record(() => {
      const x = tensor(
        [
          [1e30, 0],
          [3, 1],
        ],
        { requiresGrad: true },
      ).named('x');
      x.matmul(x).named('z').sum().backward();
    });
    expect(sentencesOf(trace)[0]).toBe(
      'z is not finite in 1 of 4 elements, first ∞ at [0, 0]: x·x, from elements as large as 1e30.',
    );
  });

  it('does without elements that the trace has not', () => {
    const trace = tensorPoleTrace();
    for (const list of Object.values(trace.passes[0]?.tensors ?? {})) {
      for (const item of list) if (item !== null) delete (item as { data?: unknown }).data;
    }
    expect(sentencesOf(trace)).toEqual([
      'r hands what is not finite in 2 of 6 elements to x: its gradient and the values that it reads are finite.',
    ]);
  });
});
