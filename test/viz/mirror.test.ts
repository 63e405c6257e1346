// The layout of a gradient of a gradient: lanes below the forward pass, every op below the one that it differentiates.

import { describe, expect, it } from 'vitest';
import { grad, record, sin, type Trace, type Value, value } from '../../src/index.ts';
import type { Cards } from '../../src/viz/model/folding.ts';
import { buildFrame, type Frame } from '../../src/viz/model/frame.ts';
import { isNested, ordersOf, originCard } from '../../src/viz/model/mirror.ts';
import { cardNamed, playbackOf } from './stages.ts';
import { tutorialTrace } from './tiny-trace.ts';

/** The derivative of this order of y = sin(u), u = x², with one more backward pass over it. */
function derivativeTrace(order: number): Trace {
  const x = value(0.5, { name: 'x' });
  return record(() => {
    let f = (t: Value): Value => sin(t.mul(t).named('u')).named('y');
    for (let k = 1; k <= order; k++) {
      const before = f;
      f = t => grad(before)(t).named(`d${k}`);
    }
    f(x).backward();
  }).trace;
}

function overlaps({ cards }: Frame): number {
  let count = 0;
  cards.forEach((a, i) => {
    for (const b of cards.slice(i + 1)) {
      const apart =
        Math.abs(a.x - b.x) >= (a.width + b.width) / 2 ||
        Math.abs(a.y - b.y) >= (a.height + b.height) / 2;
      if (!apart) count++;
    }
  });
  return count;
}

const lanesOf = (cards: Cards): number[] => {
  const orders = ordersOf(cards.model);
  return cards.cards.map(({ node }) => orders[node] ?? 0);
};

describe('a second derivative', () => {
  const playback = playbackOf(derivativeTrace(1));
  const { cards } = playback;
  const frame = buildFrame(cards);

  it('is told from a plain pass', () => {
    expect(isNested(cards.model)).toBe(true);
    expect(isNested(playbackOf(tutorialTrace()).cards.model)).toBe(false);
  });

  it('gives every op of the first backward pass a card below its origin', () => {
    const lanes = lanesOf(cards);
    const below = cards.cards.flatMap((_, card) => {
      const origin = originCard(cards, card);
      return origin === undefined ? [] : [[card, origin] as const];
    });
    expect(below.length).toBe(5);
    for (const [card, origin] of below) {
      expect(lanes[card]).toBe((lanes[origin] ?? 0) + 1);
      expect(frame.cards[card]?.x).toBe(frame.cards[origin]?.x);
      expect(frame.cards[card]?.y).toBeGreaterThan(frame.cards[origin]?.y ?? Infinity);
    }
    // The rule of sin comes before that of u = x², so the lane runs from the right to the left.
    const [d1, y, u] = ['d1', 'y', 'u'].map(name => frame.cards[cardNamed(playback, name)]);
    expect(d1?.x).toBe(u?.x);
    expect(u?.x).toBeLessThan(y?.x ?? 0);
    expect(d1?.formulaLines[0]).toBe('∇ u');
  });

  it('keeps the constants of the rules on the cards that use them', () => {
    expect(frame.cards.filter(({ kind }) => kind === 'constant')).toEqual([]);
  });

  it('shows the forward node that no rule uses', () => {
    expect(frame.cards[cardNamed(playback, 'y')]?.kind).toBe('op');
  });
});

describe.each([1, 2, 3, 4])('a derivative of order %i', order => {
  const { cards } = playbackOf(derivativeTrace(order));
  const frame = buildFrame(cards);

  it('has a lane for each backward pass, one below the other', () => {
    const lanes = lanesOf(cards);
    expect(Math.max(...lanes)).toBe(order);
    const spans = Array.from({ length: order + 1 }, (_, lane) => {
      const ys = frame.cards.flatMap(({ y, height }, card) =>
        lanes[card] === lane ? [y - height / 2, y + height / 2] : [],
      );
      return { top: Math.min(...ys), bottom: Math.max(...ys) };
    });
    spans.slice(1).forEach(({ top }, k) => {
      expect(top).toBeGreaterThan(spans[k]?.bottom ?? Infinity);
    });
  });

  it('lets no cards overlap, and draws every edge from card to card', () => {
    expect(overlaps(frame)).toBe(0);
    for (const { source, target, curve } of frame.edges) {
      const [from, to] = [frame.cards[source], frame.cards[target]];
      const onBorder = (card: typeof from, x = Number.NaN, y = Number.NaN): boolean =>
        card !== undefined &&
        Math.abs(x - card.x) <= card.width / 2 + 1e-9 &&
        Math.abs(y - card.y) <= card.height / 2 + 1e-9;
      expect(onBorder(from, curve[0], curve[1])).toBe(true);
      expect(onBorder(to, curve.at(-2), curve.at(-1))).toBe(true);
      expect(curve.every(Number.isFinite)).toBe(true);
    }
  });

  it('stays in its frame', () => {
    for (const { x, y, width, height } of frame.cards) {
      expect(Math.abs(x) + width / 2).toBeLessThanOrEqual(frame.width / 2 + 1e-9);
      expect(Math.abs(y) + height / 2).toBeLessThanOrEqual(frame.height / 2 + 1e-9);
    }
  });
});

it('takes any origins that a trace may claim', () => {
  const trace = derivativeTrace(1);
  const nodes = trace.graphs[0]?.nodes ?? [];
  nodes.forEach((node, id) => {
    if (id > 0) node.origin = (id * 7) % id;
  });
  const frame = buildFrame(playbackOf(trace).cards);
  expect(frame.cards.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
});
