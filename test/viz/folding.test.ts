// Which nodes share a card, and what flows between cards.

import { describe, expect, it } from 'vitest';
import { traceNumber } from '../../src/autograd/trace.ts';
import { type Cards, cardFlows, foldCards } from '../../src/viz/model/folding.ts';
import { buildModel, labelOf } from '../../src/viz/model/model.ts';
import { type Line, tinyTrace, tutorialTrace } from './tiny-trace.ts';

const cardsOf = (lines: readonly Line[], fold = true, maxMembers = 16) =>
  foldCards(buildModel(tinyTrace(lines)), { fold, maxMembers });
const names = ({ cards, model }: Cards) => cards.map(card => labelOf(model, card.node));
const edgesOf = (cards: Cards) =>
  cards.edges.map(({ source, target }) => `${names(cards)[source]}→${names(cards)[target]}`);
const flowsOf = (cards: Cards) => cardFlows(cards, cards.model.passes[0] as never);

describe('foldCards', () => {
  it('makes one card per neuron of the tutorial', () => {
    const cards = foldCards(buildModel(tutorialTrace()));
    expect(cards.cards).toHaveLength(25);
    expect(cards.edges).toHaveLength(30);
    const neth1 = cards.cards.find(card => labelOf(cards.model, card.node) === 'neth1');
    expect(neth1?.members).toHaveLength(4);
    expect(names(cards)).not.toContain('0.5');
    expect(labelOf(cards.model, cards.cards[cards.root]?.node ?? 0)).toBe('E');
  });

  it('shows every op when asked', () => {
    const cards = foldCards(buildModel(tutorialTrace()), { fold: false });
    expect(cards.cards).toHaveLength(43);
    expect(cards.edges).toHaveLength(48);
  });

  it('folds nothing when nothing is named', () => {
    const lines: Line[] = [
      ['x', 2],
      ['', 'mul', 0, 0],
      ['', 'exp', 1],
      ['', 'add', 2, 0],
    ];
    expect(cardsOf(lines).cards).toHaveLength(4);
  });

  it('does not fold a node that two cards share', () => {
    const lines: Line[] = [
      ['x', 2],
      ['', 'exp', 0],
      ['a', 'mul', 1, 0],
      ['b', 'mul', 1, 1],
      ['y', 'add', 2, 3],
    ];
    expect(names(cardsOf(lines))).toEqual(['x', 'exp #1', 'a', 'b', 'y']);
  });

  it('folds a node that one card uses twice, and multiplies the derivatives along both paths', () => {
    // y = e·e + x with e = exp(x): dy/dx = 2e·e + 1
    const cards = cardsOf([
      ['x', 0.5],
      ['', 'exp', 0],
      ['', 'mul', 1, 1],
      ['y', 'add', 2, 0],
    ]);
    expect(edgesOf(cards)).toEqual(['x→y']);
    const e = Math.exp(0.5);
    expect(flowsOf(cards).locals[0]).toBeCloseTo(2 * e * e + 1, 12);
    expect(flowsOf(cards).contributions[0]).toBeCloseTo(2 * e * e + 1, 12);
  });

  it('keeps both edges of x·x where nothing is folded', () => {
    const cards = cardsOf([
      ['x', 3],
      ['y', 'mul', 0, 0],
    ]);
    expect(edgesOf(cards)).toEqual(['x→y', 'x→y']);
    expect(flowsOf(cards)).toEqual({ locals: [3, 3], contributions: [3, 3] });
  });

  it('leaves a formula that is too long unfolded', () => {
    const lines: Line[] = [
      ['x', 1],
      ['', 'exp', 0],
      ['', 'exp', 1],
      ['y', 'exp', 2],
    ];
    expect(cardsOf(lines, true, 2).cards).toHaveLength(4);
    expect(cardsOf(lines, true, 3).cards).toHaveLength(2);
  });

  it('folds the root into nothing, named or not', () => {
    const cards = foldCards(
      buildModel(
        tinyTrace(
          [
            ['x', 1],
            ['', 'exp', 0],
            ['y', 'exp', 1],
          ],
          1,
        ),
      ),
    );
    expect(names(cards)).toEqual(['x', 'exp #1', 'y']);
  });
});

describe('cardFlows', () => {
  it.each([true, false])('hands on exactly what the trace says (folded: %s)', fold => {
    const model = buildModel(tutorialTrace());
    const cards = foldCards(model, { fold });
    for (const pass of model.passes) {
      const { contributions, locals } = cardFlows(cards, pass);
      cards.cards.forEach((card, index) => {
        const gradient = traceNumber(pass.gradients[card.node] ?? 0);
        if (card.outputs.length === 0 || index === cards.root) return;
        const sum = card.outputs.reduce((total, edge) => total + (contributions[edge] ?? 0), 0);
        expect(Math.abs(sum - gradient)).toBeLessThanOrEqual(
          1e-15 * Math.max(1, Math.abs(gradient)),
        );
        for (const edge of card.outputs) {
          const target = cards.cards[cards.edges[edge]?.target ?? 0]?.node ?? 0;
          const upstream = traceNumber(pass.gradients[target] ?? 0);
          const part = upstream * (locals[edge] ?? Number.NaN);
          if (contributions[edge] !== null) expect(contributions[edge]).toBeCloseTo(part, 14);
        }
      });
    }
  });
});
