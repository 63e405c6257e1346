// Infinite constants: the −∞ of a mask is no anomaly while nothing comes of it, and is named where a NaN does.

import { describe, expect, it } from 'vitest';
import * as ops from '../../src/index.ts';
import { record, type Tensor, type Trace, tensor, value } from '../../src/index.ts';
import { findAnomalies } from '../../src/viz/model/anomalies.ts';
import { intentOf, reasonOf, reasonSentence } from '../../src/viz/model/anomaly-reason.ts';
import { isAllFinite, isSick } from '../../src/viz/model/finite.ts';
import { buildModel } from '../../src/viz/model/model.ts';
import { maskTrace } from './sick-traces.ts';

const { NEGATIVE_INFINITY: NEVER } = Number;

function firstPass(trace: Trace) {
  const [pass] = trace.passes;
  if (pass === undefined) throw new RangeError('no pass');
  return pass;
}

/** What is said to arise in a trace, and what is said to be infinite by intent. */
function sayingsOf(trace: Trace): { arises: string[]; intended: string[] } {
  const [model, pass] = [buildModel(trace), firstPass(trace)];
  const { anomalies, intended } = findAnomalies(model, pass);
  return {
    arises: anomalies.map(anomaly => reasonSentence(reasonOf(model, pass, anomaly))),
    intended: [...intended].map(node => intentOf(model, pass, node)),
  };
}

/** What is said of a program of one tensor x, of which the elements are summed. */
function sayOf(x: number[] | number[][], program: (x: Tensor) => Tensor) {
  return sayingsOf(summed(x, program));
}

function summed(x: number[] | number[][], program: (x: Tensor) => Tensor, elements = 4096): Trace {
  const leaf = tensor(x, { requiresGrad: true, dtype: 'float64' }).named('x');
  return record(() => program(leaf).named('y').sum().named('E').backward(), { elements }).trace;
}

/** The same trace without the elements of its tensors, as of tensors that are too large for a trace. */
function withoutElements(trace: Trace): Trace {
  for (const list of Object.values(firstPass(trace).tensors ?? {})) {
    for (const item of list) if (item !== null) delete (item as { data?: unknown }).data;
  }
  return trace;
}

const NOTHING = 'No NaN comes of it, and neither the loss nor a gradient takes it up.';
const OVERFLOW = 'an overflow: float64 ends at 1.8e308';

/** Two words that are 0 or 1 apart, each of two numbers. */
const WORDS = [
  [1, 0],
  [3, 1],
];
const mask = (...rows: number[][]) => tensor(rows, { dtype: 'float64' }).named('mask');

describe('an infinite constant', () => {
  it('is no anomaly in a healthy causal attention', () => {
    const trace = summed(WORDS, x => ops.scaledDotProductAttention(x, x, x, { isCausal: true }));
    expect(isAllFinite(firstPass(trace))).toBe(false);
    expect(isSick(firstPass(trace), trace.graphs[0]?.root ?? 0)).toBe(false);
    expect(sayingsOf(trace)).toEqual({
      arises: [],
      intended: [
        `a constant is −∞: the program put it in. ${NOTHING}`,
        `where #7 is not finite in 1 of 4 elements, first −∞ at [0, 1]: it comes from a constant. ${NOTHING}`,
      ],
    });
    expect(sayingsOf(withoutElements(trace))).toEqual({
      arises: [],
      intended: [
        `a constant is −∞: the program put it in. ${NOTHING}`,
        `where #7 is not finite in 1 of 4 elements: it comes from a constant. ${NOTHING}`,
      ],
    });
  });

  it('may be filled in or added, and go through log-softmax', () => {
    const filled = `m is not finite in 1 of 4 elements, first −∞ at [0, 1]: it comes from a constant. ${NOTHING}`;
    expect(sayingsOf(maskTrace())).toEqual({
      arises: [],
      intended: [`a constant is −∞: the program put it in. ${NOTHING}`, filled],
    });
    const added = (after: (t: Tensor) => Tensor) =>
      sayOf(WORDS, x => after(x.add(mask([0, NEVER], [0, 0])).named('m')));
    const intended = [
      `mask is not finite in 1 of 4 elements, first −∞ at [0, 1]: the program put it in. ${NOTHING}`,
      `m is not finite in 1 of 4 elements, first −∞ at [0, 1]: it comes from mask. ${NOTHING}`,
    ];
    expect(added(m => m.softmax({ dim: 1 }))).toEqual({ arises: [], intended });
    expect(added(m => m.logSoftmax({ dim: 1 }).narrow(1, 0, 1))).toEqual({
      arises: [],
      intended: [
        ...intended,
        `logSoftmax #3 is not finite in 1 of 4 elements, first −∞ at [0, 1]: it comes from mask. ${NOTHING}`,
      ],
    });
  });

  it('is one where the loss takes it up', () => {
    expect(sayOf(WORDS, x => x.add(mask([0, NEVER], [0, 0])))).toEqual({
      arises: ['mask is not finite in 1 of 4 elements, first −∞ at [0, 1]: the program put it in.'],
      intended: [],
    });
  });

  it('is one where a gradient takes it up', () => {
    const { arises, intended } = sayOf([1, 2], x =>
      ops.sigmoid(x.mul(tensor([NEVER, 1]).named('k'))),
    );
    expect(arises[0]).toBe(
      'k is not finite in 1 of 2 elements, first −∞ at [0]: the program put it in.',
    );
    expect(arises[1]).toBe(
      'mul #2 hands what is not finite in 1 of 2 elements, first NaN at [0] to x: upstream × local = 0 · (−∞) = NaN, ' +
        'for 0 · ∞ has no value; −∞ comes from k.',
    );
    expect(intended).toEqual([]);
  });

  it('is one where it is learned, and not constant', () => {
    const { arises, intended } = sayOf([NEVER, 1], x => ops.sigmoid(x));
    expect(arises).toEqual([
      'x is not finite in 1 of 2 elements, first −∞ at [0]: the program put it in.',
    ]);
    expect(intended).toEqual([]);
  });

  it('is one where it is NaN', () => {
    const nan = tensor([Number.NaN, 1], { dtype: 'float64' }).named('c');
    const { arises } = sayOf([1, 2], x => ops.where(tensor([false, true]), nan, x));
    expect(arises).toEqual([
      'c is not finite in 1 of 2 elements, first NaN at [0]: the program put it in.',
    ]);
  });

  it('is the reason of the NaN that comes of a row that is masked entirely', () => {
    const program = (x: Tensor) =>
      x
        .add(mask([0, 0], [NEVER, NEVER]))
        .named('m')
        .softmax({ dim: 1 });
    const { arises, intended } = sayOf(WORDS, program);
    expect(arises.slice(0, 2)).toEqual([
      'mask is not finite in 2 of 4 elements, first −∞ at [1, 0]: the program put it in.',
      'y is not finite in 2 of 4 elements, first NaN at [1, 0]: softmax(m), row [1, :] of m is masked entirely: −∞ throughout, which comes from mask.',
    ]);
    expect(intended).toEqual([]);
    const attention = sayOf(WORDS, x =>
      ops.scaledDotProductAttention(x, x, x, {
        attnMask: tensor([
          [true, true],
          [false, false],
        ]),
      }),
    );
    expect(attention.arises.slice(0, 2)).toEqual([
      'a constant is −∞: the program put it in.',
      'softmax #8 is not finite in 2 of 4 elements, first NaN at [1, 0]: softmax(where #7), ' +
        'row [1, :] of where #7 is masked entirely: −∞ throughout, which comes from a constant.',
    ]);
    expect(sayingsOf(withoutElements(summed(WORDS, program))).arises[1]).toBe(
      'y is not finite in 2 of 4 elements: softmax(m), from infinite elements that came in; ∞ comes from mask.',
    );
  });

  it('is the reason of 0 · ∞', () => {
    const { trace } = record(() => value(0).named('x').mul(NEVER).named('y').backward());
    expect(sayingsOf(trace).arises).toEqual([
      'a constant is −∞: the program put it in.',
      'y is NaN: 0 · (−∞) = NaN, for 0 · ∞ has no value; −∞ comes from a constant.',
    ]);
  });

  it('is one where a NaN comes of it that goes nowhere', () => {
    const ok = tensor([true, true]);
    const { arises } = sayOf([0, 1], x =>
      ops.where(ok, x, x.mul(tensor([NEVER, 0]).named('k')).named('n')),
    );
    expect(arises.slice(0, 2)).toEqual([
      'k is not finite in 1 of 2 elements, first −∞ at [0]: the program put it in.',
      'n is not finite in 1 of 2 elements, first NaN at [0]: 0 · (−∞) = NaN, for 0 · ∞ has no value; −∞ comes from k.',
    ]);
  });
});

describe('what is computed', () => {
  it('is an anomaly where it is infinite, even if nothing comes of it', () => {
    // In the branch that is not taken.
    const { arises, intended } = sayOf([1e200, 1], x =>
      ops.where(tensor([false, true]), x.mul(1e200).named('big'), x),
    );
    expect(arises).toEqual([
      `big is not finite in 1 of 2 elements, first ∞ at [0]: 1e200 · 1e200 = ∞, ${OVERFLOW}.`,
    ]);
    expect(intended).toEqual([]);
  });

  const overflowing = () =>
    summed([1000, 1], x =>
      x
        .add(tensor([0, NEVER]).named('mask'))
        .named('m')
        .exp()
        .named('e'),
    );

  it('is told from the −∞ beside it, element by element', () => {
    const { arises, intended } = sayingsOf(overflowing());
    expect(arises).toEqual([
      `y is not finite in 1 of 2 elements, first ∞ at [0]: exp(1000) = ∞, ${OVERFLOW}.`,
    ]);
    expect(intended).toEqual([
      `mask is not finite in 1 of 2 elements, first −∞ at [1]: the program put it in. ${NOTHING}`,
      `m is not finite in 1 of 2 elements, first −∞ at [1]: it comes from mask. ${NOTHING}`,
    ]);
  });

  it('is told by the number of infinities where the trace has no elements', () => {
    const x = [1000, 1, 2, 3];
    const program = (t: Tensor) =>
      t
        .add(tensor([0, NEVER, NEVER, NEVER]).named('mask'))
        .named('m')
        .exp()
        .named('e');
    expect(sayingsOf(withoutElements(summed(x, program))).arises).toContain(
      'y is not finite in 1 of 4 elements: exp(m), from elements as large as 1000.',
    );
  });

  it('is told from the −∞ in another window', () => {
    const { arises } = sayOf(
      [
        [1e308, 1e308],
        [1, 1],
      ],
      x =>
        x
          .add(mask([0, 0], [NEVER, 0]))
          .named('m')
          .sum({ dim: 1 })
          .named('rows')
          .sigmoid(),
    );
    expect(arises[0]).toBe(
      'rows is not finite in 1 of 2 elements, first ∞ at [0]: sum(m), from elements as large as 1e308.',
    );
  });
});
