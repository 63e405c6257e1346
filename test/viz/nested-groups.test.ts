// Groups of a gradient of a gradient: the lanes, and in each lane the blocks of the forward pass that its ops come from.

import { describe, expect, it } from 'vitest';
import { grad, record, scope, type Trace, tanh, type Value, value } from '../../src/index.ts';
import { cardFlows, foldCards } from '../../src/viz/model/folding.ts';
import { buildFrame } from '../../src/viz/model/frame.ts';
import { groupedCards } from '../../src/viz/model/grouped.ts';
import { groupCards, openByDefault } from '../../src/viz/model/grouping.ts';
import { isNested, ordersOf, originCard } from '../../src/viz/model/mirror.ts';
import { at, buildModel } from '../../src/viz/model/model.ts';
import { cardLabel, groupTitle } from '../../src/viz/model/names.ts';
import { buildPlayback, cardGradient, nodeGradient } from '../../src/viz/model/playback.ts';

/** The square of the slope of a network of blocks, differentiated by its weights. */
function penaltyTrace(blocks: number, width: number): Trace {
  const weights = Array.from({ length: blocks }, (_, l) =>
    Array.from({ length: width }, (_, k) => value(0.3 + 0.1 * k).named(`w${l}.${k}`)),
  );
  const x = value(0.7).named('x');
  const network = (t: Value): Value => {
    const first = scope('embed', () => Array.from({ length: width }, (_, k) => t.mul(k + 1)));
    let row: Value[] = first;
    weights.forEach((ws, l) => {
      row = scope(`block${l}`, () =>
        row.map((it, k) => tanh(it.mul(ws[k] as Value).add(row[(k + 1) % width] as Value))),
      );
    });
    return scope('sum', () => row.reduce((sum, it) => sum.add(it)));
  };
  return record(() => {
    const slope = grad(network)(x);
    scope('penalty', () => slope.square().add(1))
      .named('P')
      .backward();
  }).trace;
}

const stages = (trace: Trace) => {
  const single = foldCards(buildModel(trace));
  return { single, grouping: groupCards(single) };
};

describe('the groups of a gradient of a gradient', () => {
  const { single, grouping } = stages(penaltyTrace(12, 8));
  const { model } = single;
  const orders = ordersOf(model);

  it('are the lanes, and in each the blocks, those of the backward pass in its order', () => {
    expect(isNested(model)).toBe(true);
    const titles = grouping.groups
      .filter(({ parent }) => parent === undefined || grouping.groups[parent]?.parent === undefined)
      .map(group => groupTitle(group));
    expect(titles).toEqual([
      'forward',
      'embed',
      'block ×12',
      '∇',
      // Every cotangent of the last block is the 1 that the sum hands on: it computes less than the others.
      'block11',
      'block ×11',
      'embed',
    ]);
    const inner = grouping.groups.filter(
      ({ title }) => title.startsWith('block') && title !== 'block',
    );
    expect(inner.map(({ title }) => title)).toEqual([
      ...Array.from({ length: 12 }, (_, l) => `block${l}`),
      ...Array.from({ length: 12 }, (_, l) => `block${11 - l}`),
    ]);
  });

  it('never hold ops of two lanes, and every weight is with the forward block that reads it', () => {
    for (const { first, end } of grouping.groups) {
      const lanes = Array.from(grouping.ops.subarray(first, end), card =>
        at(orders, single.cards[card]?.node ?? 0),
      );
      expect(new Set(lanes).size).toBe(1);
    }
    single.cards.forEach(({ node }, card) => {
      const name = /^w(\d+)\./.exec(model.nodes[node]?.name ?? '')?.[1];
      if (name === undefined) return;
      expect(grouping.groups[at(grouping.homeOf, card)]?.title).toBe(`block${name}`);
    });
  });

  it('stand below the group that their ops come from', () => {
    const open = openByDefault(grouping);
    const cards = groupedCards(grouping, open);
    expect(cards.cards.length).toBeLessThan(300);
    // A block of the backward pass is open where the one that it comes from is.
    expect(open).toEqual(new Set(['/forward', '/∇', '/forward/embed', '/∇/embed']));
    const frame = buildFrame(cards);
    const [above, below] = cards.cards.flatMap(({ group }, card) =>
      group?.title === 'block' ? [card] : [],
    );
    expect([above, below].map(card => cardLabel(cards, card ?? 0))).toEqual([
      'block ×12',
      'block ×11',
    ]);
    expect(originCard(cards, below ?? 0)).toBe(above);
    const places = [above, below].map(card => frame.cards[card ?? 0]);
    expect(places[1]?.x).toBe(places[0]?.x);
    expect(places[1]?.y).toBeGreaterThan(places[0]?.y ?? Number.NaN);
  });

  it('keep order and gradients whatever is open', () => {
    const pass = model.passes[0];
    if (pass === undefined) throw new Error('no pass');
    const keys = grouping.groups.map(({ key }) => key);
    for (let n = 0; n < 20; n++) {
      const open = new Set(keys.filter((_, k) => (k * 7 + n * 13) % 5 < 3));
      const cards = groupedCards(grouping, open);
      for (const { source, target } of cards.edges) expect(source).toBeLessThan(target);
      const playback = buildPlayback(cards, pass, cardFlows(cards, pass));
      for (const { source, target } of cards.edges) {
        const [before, after] = [at(playback.firesAt, target), at(playback.firesAt, source)];
        if (before > 0 && after > 0) expect(after).toBeGreaterThan(before);
      }
      cards.cards.forEach((card, index) => {
        if (card.group === undefined) {
          expect(cardGradient(cards, pass, index)).toBe(nodeGradient(pass, card.node));
        }
      });
      const frame = buildFrame(cards);
      expect(frame.cards.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
    }
  });

  it('are all open in a small picture', () => {
    const small = stages(penaltyTrace(1, 2));
    const open = openByDefault(small.grouping);
    expect(groupedCards(small.grouping, open)).toBe(small.single);
  });
});
