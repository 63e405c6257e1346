// Every stage of the model on traces with tensors.

import { describe, expect, it } from 'vitest';
import { record, tensor } from '../../src/index.ts';
import { buildFrame, CARD_HEIGHT, FORMULA_LINE } from '../../src/viz/model/frame.ts';
import { ledgerOf } from '../../src/viz/model/ledger.ts';
import { ruleOf } from '../../src/viz/model/rule.ts';
import { buildScene } from '../../src/viz/model/scene.ts';
import { sentenceOf } from '../../src/viz/model/sentence.ts';
import { hasTensors } from '../../src/viz/model/tensors.ts';
import { cardNamed, nameOf, playbackOf } from './stages.ts';
import { networkTrace, sharesTrace } from './tensor-trace.ts';
import { tutorialTrace } from './tiny-trace.ts';

const network = playbackOf(networkTrace());
const shares = playbackOf(sharesTrace());

function rulesOf(playback: typeof network, name: string, notation: 'text' | 'latex' = 'text') {
  const { cards, pass, flows } = playback;
  const rule = ruleOf(cards, cardNamed(playback, name), pass, flows.locals, notation);
  return {
    value: `${rule?.value.left} = ${rule?.value.symbols}`,
    handed: rule?.partials.map(({ equation }) => `${equation.left}= ${equation.symbols}`),
  };
}

describe('the rule of a tensor', () => {
  it('is what it hands on, in terms of G', () => {
    expect(rulesOf(network, 'h')).toEqual({
      value: 'h = tanh(z)',
      handed: ['G(z) += G ⊙ (1 − h²)'],
    });
  });

  it('goes through what is folded, and sums over what was stretched', () => {
    expect(rulesOf(network, 'z')).toEqual({
      value: 'z = X·W1 + b1',
      handed: ['G(W1) += Xᵀ·G', 'G(b1) += sum(G)'],
    });
    expect(rulesOf(network, 'y', 'latex')).toEqual({
      value: 'y = h W_{2} + b_{2}',
      handed: [
        'G_{h} \\mathrel{+}= G W_{2}^{\\top}',
        'G_{W_{2}} \\mathrel{+}= h^{\\top} G',
        'G_{b_{2}} \\mathrel{+}= \\sum G',
      ],
    });
    expect(rulesOf(network, 'E')).toEqual({
      value: 'E = mean((y − t)²)',
      handed: ['G(y) += (g / 3) ⊙ (2 · (y − t))'],
    });
  });

  it('keeps elementwise products and products of matrices apart', () => {
    const { trace } = record(() => {
      const A = tensor(
        [
          [1, 2],
          [3, 4],
        ],
        { requiresGrad: true },
      ).named('A');
      const B = tensor([
        [1, 0],
        [1, 1],
      ]).named('B');
      A.matmul(B).exp().tanh().matmul(B).named('C').sum().named('s').backward();
    });
    const [handed] = rulesOf(playbackOf(trace), 'C').handed ?? [];
    expect(handed).toBe('G(A) += ((G·Bᵀ) ⊙ (1 − tanh(exp(A·B))²) ⊙ exp(A·B))·Bᵀ');
  });
});

describe('the ledger of a tensor', () => {
  it('has the norm of every part, and shares that add up to the norm', () => {
    // dy/dx = 2x + 2 − 5 = (3, 5); the parts are (6, 8), (2, 2) and (−5, −5).
    const ledger = ledgerOf(shares, cardNamed(shares, 'x'));
    const norm = Math.hypot(3, 5);
    const rows = new Map(ledger.rows.map(row => [nameOf(shares, row.consumer), row]));
    expect(rows.get('a')?.contribution).toBeCloseTo((6 * 3 + 8 * 5) / norm, 12);
    expect(rows.get('b')?.contribution).toBeCloseTo((2 * 3 + 2 * 5) / norm, 12);
    expect(rows.get('c')?.contribution).toBeCloseTo((-5 * 3 - 5 * 5) / norm, 12);
    expect(rows.get('a')?.norm).toBeCloseTo(10, 12);
    expect(rows.get('c')?.norm).toBeCloseTo(Math.hypot(5, 5), 12);
    expect(ledger.sum).toBeCloseTo(norm, 12);
    expect(ledger).toMatchObject({ tensor: true, balanced: true });
  });

  it.each([true, false])('adds up for every card and every pass (folded: %s)', fold => {
    const trace = networkTrace();
    trace.passes.forEach((_, pass) => {
      const playback = playbackOf(trace, { fold, pass });
      playback.cards.cards.forEach((_card, index) => {
        expect(ledgerOf(playback, index).balanced).toBe(true);
      });
    });
  });

  it('notices a part that is off in one element only', () => {
    const trace = structuredClone(sharesTrace());
    const part = trace.passes[0]?.tensors?.contributions.find(it => it?.data?.[0] === 6);
    Object.assign(part as object, { data: [6, 8.01] });
    const playback = playbackOf(trace);
    expect(ledgerOf(playback, cardNamed(playback, 'x')).balanced).toBe(false);
  });

  it('balances parts that cancel out', () => {
    const { trace } = record(() => {
      const x = tensor([1, 2], { requiresGrad: true }).named('x');
      x.mul(3).sub(x.mul(3)).sum().named('y').backward();
    });
    const playback = playbackOf(trace, { fold: false });
    const ledger = ledgerOf(playback, cardNamed(playback, 'x'));
    expect(ledger.rows).toHaveLength(2);
    expect(ledger).toMatchObject({ sum: 0, gradient: 0, balanced: true });
  });

  it('compares elements one by one where some are not finite', () => {
    const { trace } = record(() => {
      const x = tensor([0, 0.1, 0.3], { requiresGrad: true, dtype: 'float64' }).named('x');
      const a = x.log().named('a');
      a.mul(x).add(x.mul(0.7)).sum().named('y').backward();
    });
    const playback = playbackOf(trace, { fold: false });
    const x = cardNamed(playback, 'x');
    expect(ledgerOf(playback, x)).toMatchObject({ gradient: Number.NaN, balanced: true });
    const wrong = structuredClone(trace);
    Object.assign(wrong.passes[0]?.tensors?.gradients[0] ?? {}, { data: ['NaN', 1, 2] });
    const other = playbackOf(wrong, { fold: false });
    expect(ledgerOf(other, x).balanced).toBe(false);
  });

  it('of numbers has neither norms nor shares', () => {
    const tutorial = playbackOf(tutorialTrace());
    const ledger = ledgerOf(tutorial, cardNamed(tutorial, 'outh1'));
    expect(ledger.tensor).toBe(false);
    expect(ledger.rows.map(row => row.norm)).toEqual([null, null]);
  });
});

describe('the scene of tensors', () => {
  const frame = buildFrame(network.cards);
  const card = (name: string) => cardNamed(network, name);
  const sceneAt = (step: number) => buildScene(network, frame, { step });

  it('has cards with a shape and norms', () => {
    expect(frame.cards[card('h')]).toMatchObject({
      shape: '3×3',
      symbol: 'tanh',
      height: CARD_HEIGHT + FORMULA_LINE,
    });
    expect(frame.cards[card('E')]).toMatchObject({ shape: '', formula: 'mean((y−t)²)' });
    expect(sceneAt(3).cards[card('h')]).toMatchObject({
      norm: true,
      state: 'fires',
      value: '1.6836',
      gradient: '0.59258',
    });
    expect(sceneAt(4).cards[card('b2')]).toMatchObject({ norm: false, gradient: '−1.1766' });
    expect(sceneAt(0).cards[card('E')]).toMatchObject({ norm: false, value: '0.35589' });
  });

  it('has edges with the shape of what flows, then with the share', () => {
    const edge = (step: number, source: string) =>
      sceneAt(step).edges.find(it => it.frame.source === card(source));
    expect(edge(0, 'W1')).toMatchObject({ label: '2×3', quietLabel: '2×3', contribution: '' });
    expect(edge(4, 'W1')).toMatchObject({
      state: 'active',
      label: '2×3',
      contribution: '+0.5492',
      quietLabel: 'share 0.5492',
    });
    expect(edge(4, 'b2')).toMatchObject({ label: '[1]', quietLabel: '−1.177' });
    expect(edge(4, 'X')).toMatchObject({ label: '', state: 'idle' });
  });

  it('leaves the scene of numbers as it was', () => {
    const tutorial = playbackOf(tutorialTrace());
    const scene = buildScene(tutorial, buildFrame(tutorial.cards), { step: 10 });
    expect(scene.cards.every(it => !it.norm && it.frame.shape === '')).toBe(true);
    expect(scene.edges.every(it => it.quietLabel === it.label)).toBe(true);
    expect(hasTensors(tutorial.cards.model)).toBe(false);
  });

  it.each([
    [1, 'E fires: its gradient is 1.0000; it hands a share of 0.68886 to y.'],
    [3, 'h fires: its gradient (3×3) has norm 0.59258; it hands a share of 0.48306 to z.'],
  ])('is told in a sentence at step %i', (step, sentence) => {
    expect(sentenceOf(network, step)).toBe(sentence);
  });
});

it('tells the elements of a vector, and adds up the shares of a partial gradient', () => {
  expect(sentenceOf(shares, 3)).toContain('its gradient (2 elements) has norm 1.4142');
  const scene = buildScene(shares, buildFrame(shares.cards), { step: 3 });
  expect(scene.cards[cardNamed(shares, 'x')]).toMatchObject({
    state: 'partial',
    progress: '2/3',
    gradient: '−4.1160',
  });
});
