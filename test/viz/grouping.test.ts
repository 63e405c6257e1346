// Groups: which there are, which are open by default, and that cards drawn for them tell the truth.

import { describe, expect, it } from 'vitest';
import type { Trace } from '../../src/autograd/trace.ts';
import { record, scope, tanh, type Value, value } from '../../src/index.ts';
import { type Cards, cardFlows, foldCards, hasManyEnds } from '../../src/viz/model/folding.ts';
import { buildFrame } from '../../src/viz/model/frame.ts';
import { edgeGain, worstGain } from '../../src/viz/model/gain.ts';
import { groupedCards } from '../../src/viz/model/grouped.ts';
import { type Grouping, groupCards, openByDefault } from '../../src/viz/model/grouping.ts';
import { at, buildModel } from '../../src/viz/model/model.ts';
import { cardLabel, groupTitle } from '../../src/viz/model/names.ts';
import {
  buildPlayback,
  cardGradient,
  gradientAt,
  nodeGradient,
  type Playback,
  stateAt,
} from '../../src/viz/model/playback.ts';
import { buildScene } from '../../src/viz/model/scene.ts';
import { sentenceOf } from '../../src/viz/model/sentence.ts';
import { stackTrace } from './stack-trace.ts';
import { wideTrace } from './wide-trace.ts';

const groupingOf = (trace: Trace, fold = true): Grouping =>
  groupCards(foldCards(buildModel(trace), { fold }));

function playbackOf(cards: Cards): Playback {
  const pass = cards.model.passes[0];
  if (pass === undefined) throw new Error('no pass');
  return buildPlayback(cards, pass, cardFlows(cards, pass));
}

/** The tree as indented text. */
function tree({ groups, top }: Grouping): string[] {
  const lines: string[] = [];
  const write = (ids: readonly number[], indent: string): void => {
    for (const id of ids) {
      const group = groups[id];
      if (group === undefined) continue;
      lines.push(`${indent}${groupTitle(group)}: ${group.parts}`);
      write(group.groups, `${indent}  `);
    }
  };
  write(top, '');
  return lines;
}

const keysCalled = ({ groups }: Grouping, ...titles: string[]): Set<string> =>
  new Set(groups.filter(group => titles.includes(groupTitle(group))).map(({ key }) => key));

describe('the groups of a stack of blocks', () => {
  const grouping = groupingOf(stackTrace(3, 2));

  it('follow the scopes, and put blocks that are alike into one row', () => {
    expect(tree(grouping)).toEqual([
      'model: 2',
      '  embed: 8',
      '  block ×3: 3',
      '    block0: 2',
      '      attn: 6',
      '      mlp: 10',
      '    block1: 2',
      '      attn: 6',
      '      mlp: 10',
      '    block2: 2',
      '      attn: 6',
      '      mlp: 10',
      'loss: 3',
    ]);
    expect(grouping.parts).toBe(2);
  });

  it('draw one card each while they are closed', () => {
    const cards = groupedCards(grouping, new Set());
    expect(cards.cards.map((_, card) => cardLabel(cards, card))).toEqual(['model', 'loss']);
    const open = groupedCards(grouping, keysCalled(grouping, 'model'));
    expect(open.cards.map((_, card) => cardLabel(open, card))).toEqual([
      'embed',
      'block ×3',
      'loss',
    ]);
    expect(open.edges.map(({ source, target }) => [source, target])).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  it('are the very cards of the graph while all are open', () => {
    const all = new Set(grouping.groups.map(({ key }) => key));
    expect(groupedCards(grouping, all)).toBe(grouping.cards);
    expect(openByDefault(grouping)).toEqual(all);
  });

  it('have the same keys when every op is shown', () => {
    const keys = (of: Grouping) => of.groups.map(({ key }) => key);
    expect(keys(groupingOf(stackTrace(3, 2), false))).toEqual(keys(grouping));
  });

  it('are open as far as there is room', () => {
    const large = groupingOf(stackTrace(12, 8));
    const open = openByDefault(large);
    const titles = large.groups.filter(({ key }) => open.has(key)).map(groupTitle);
    expect(titles).toEqual(['model', 'embed', 'loss']);
    expect(groupedCards(large, open).cards.length).toBeLessThanOrEqual(300);
  });
});

describe('calls of one scope', () => {
  it('are groups of their own, and a row where they are alike', () => {
    const { trace } = record(() => {
      let h: Value = value(0.5).named('x').mul(2);
      for (let k = 0; k < 4; k++) h = scope('layer', () => tanh(h.mul(value(0.3))).add(h));
      return h.named('E').backward();
    });
    expect(tree(groupingOf(trace, false))).toEqual([
      'layer ×4: 4',
      '  layer: 4',
      '  layer~2: 4',
      '  layer~3: 4',
      '  layer~4: 4',
    ]);
  });
});

describe('scopes in a row', () => {
  const named = (...names: string[]) =>
    tree(
      groupingOf(
        record(() => {
          let h: Value = value(0.5).named('x').mul(2);
          for (const name of names) h = scope(name, () => tanh(h.mul(0.3)));
          return h.named('E').backward();
        }).trace,
        false,
      ),
    ).filter(line => !line.startsWith(' '));

  it('are one where they are called alike, apart from a number', () => {
    expect(named('block.0', 'block.1')).toEqual(['block ×2: 2']);
    expect(named('0', '1', '2')).toEqual(['0 … 2 ×3: 3']);
  });

  it('are not where they are not', () => {
    expect(named('hidden', 'output')).toEqual(['hidden: 3', 'output: 3']);
  });
});

describe('a closed group', () => {
  it('of one result has its value, its gradient and its exact derivative', () => {
    const { trace } = record(() => {
      const [x, w] = [value(0.5).named('x'), value(2).named('w')];
      const h = scope('inner', () => tanh(x.mul(w)).mul(x));
      return h.mul(3).named('E').backward();
    });
    const grouping = groupingOf(trace, false);
    const playback = playbackOf(groupedCards(grouping, new Set()));
    const { cards, flows, pass } = playback;
    const group = cards.cards.findIndex(card => card.group !== undefined);
    expect(cards.cards[group]?.group).toMatchObject({
      title: 'inner',
      ops: 3,
      leaves: 2,
      times: 1,
    });
    const open = playbackOf(grouping.cards);
    const last = cards.cards[group]?.node ?? -1;
    expect(cardGradient(cards, pass, group)).toBe(nodeGradient(pass, last));
    expect(cardGradient(cards, pass, group)).toBe(3);
    expect(gradientAt(open, at(open.cards.cardOf, last), open.steps.length)).toBe(3);
    expect(flows.locals.filter(local => local !== null)).toContain(3);
    expect(sentenceOf(playback, 2)).toMatch(/^inner fires: its gradient is 3\.0000;/);
  });

  it('keeps the derivative of a chain, to the last digits', () => {
    const { trace } = record(() => {
      const x = value(0.4).named('x');
      const kept = x.mul(1).named('kept');
      const h = scope('inner', () => tanh(kept.mul(kept).add(kept)));
      return h.add(kept).named('E').backward();
    });
    const playback = playbackOf(groupedCards(groupingOf(trace, false), new Set()));
    const { cards, flows } = playback;
    const group = cards.cards.findIndex(card => card.group !== undefined);
    const [edge = -1] = cards.cards[group]?.inputs ?? [];
    const y = Math.tanh(0.4 * 0.4 + 0.4);
    expect(flows.locals[edge]).toBeCloseTo((1 - y * y) * (2 * 0.4 + 1), 14);
  });

  it('of several results has norms, and no derivative', () => {
    const playback = playbackOf(groupedCards(groupingOf(stackTrace(3, 2)), new Set()));
    const { cards, flows, pass } = playback;
    const model = cards.cards[0];
    expect(hasManyEnds(model)).toBe(true);
    const ends = model?.group?.ends.map(end => nodeGradient(pass, end) ?? 0) ?? [];
    expect(cardGradient(cards, pass, 0)).toBeCloseTo(Math.hypot(...ends), 14);
    expect(flows.locals).toEqual([null]);
    expect(flows.contributions[0]).toBeCloseTo(Math.hypot(...ends), 14);
  });

  it('has the gain of the op in it that kills the gradient', () => {
    const { trace } = record(() => {
      const x = value(0.5).named('x').mul(2);
      const h = scope('inner', () => x.mul(2).relu().add(x.sub(3).relu()).add(x));
      return h.mul(2).named('E').backward();
    });
    const playback = playbackOf(groupedCards(groupingOf(trace, false), new Set()));
    const card = playback.cards.cards.findIndex(({ group }) => group !== undefined);
    expect(worstGain(playback, card)).toBe(0);
    const whole = playback.cards.cards[card]?.inputs.map(edge => edgeGain(playback, edge));
    expect(whole).toContain(3);
  });

  it('shows a NaN that it hides', () => {
    const { trace } = record(() => {
      const x = value(0.5).named('x');
      const h = scope('inner', () => x.mul(value(Number.NaN).named('w')).mul(0).add(x));
      return scope('outer', () => h.mul(2).add(1))
        .named('E')
        .backward();
    });
    const playback = playbackOf(groupedCards(groupingOf(trace, false), new Set()));
    const frame = buildFrame(playback.cards);
    const card = playback.cards.cards.findIndex(({ group }) => group?.title === 'inner');
    const scene = buildScene(playback, frame, { step: playback.steps.length });
    expect(scene.tone(card)).toEqual({ sign: 'nonfinite', depth: 1 });
    expect(frame.cards[card]).toMatchObject({ title: 'inner', group: true });
  });
});

/** Scopes at random over a graph at random, so that blocks interleave, end in each other and hide leaves. */
function randomTrace(seed: number): Trace {
  let state = seed * 2654435761 + 1;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return record(() => {
    const nodes: Value[] = Array.from({ length: 4 }, (_, k) => value(0.1 * k + 0.3));
    const pick = (): Value => nodes[Math.max(0, nodes.length - 1 - random(12))] as Value;
    const step = (depth: number): void => {
      if (depth < 3 && random(4) === 0) {
        scope(`s${random(3)}`, () => {
          for (let k = random(7); k >= 0; k--) step(depth + 1);
        });
        return;
      }
      if (random(6) === 0) nodes.push(value(0.2));
      const [a, b] = [pick(), pick()];
      nodes.push(random(2) === 0 ? a.mul(b) : tanh(a.add(b)));
    };
    for (let k = 0; k < 25; k++) step(0);
    const loss = nodes.reduce((sum, it) => sum.add(it)).named('E');
    loss.backward();
    return loss;
  }).trace;
}

describe('whatever is open', () => {
  it('no cycle arises, time runs in order, and every gradient is the one of the pass', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const grouping = groupingOf(randomTrace(seed), seed % 2 === 0);
      const open = new Set(
        grouping.groups.filter(({ id }) => (seed * 7 + id * 13) % 3 === 0).map(({ key }) => key),
      );
      const playback = playbackOf(groupedCards(grouping, open));
      const { cards, steps, firesAt, completeAt, computedAt, pass, flows } = playback;
      for (const { source, target } of cards.edges) {
        expect(source).toBeLessThan(target);
        expect(at(computedAt, source)).toBeLessThan(at(computedAt, target));
      }
      expect(cards.cards.flatMap(({ members }) => members).sort((a, b) => a - b)).toEqual(
        cards.model.nodes.map((_, node) => node),
      );
      for (const [k, card] of steps.entries()) {
        expect(at(firesAt, card)).toBe(k + 1);
        // Whatever fires has all that it hands on.
        expect(at(completeAt, card)).toBeLessThanOrEqual(k);
        expect(stateAt(playback, card, k + 1)).toBe('fires');
      }
      const fired = new Set(pass.order.map(node => at(cards.cardOf, node)));
      expect(new Set(steps)).toEqual(fired);
      cards.cards.forEach((card, index) => {
        const gradient = cardGradient(cards, pass, index);
        if (gradient === null || index === cards.root || hasManyEnds(card)) return;
        const sum = card.outputs.reduce((total, e) => total + (flows.contributions[e] ?? 0), 0);
        expect(sum).toBeCloseTo(gradient, 8);
        // Through a group of one result derivatives multiply as through a single op.
        for (const e of card.inputs) {
          const [local, contribution] = [flows.locals[e], flows.contributions[e]];
          if (local === null || local === undefined) continue;
          expect(local * gradient).toBeCloseTo(contribution ?? Number.NaN, 8);
        }
      });
    }
  });
});

describe('a large graph without scopes', () => {
  it('is put into chunks of the tape, so that little is shown at once', () => {
    const grouping = groupingOf(wideTrace(20, 100));
    expect(grouping.groups.every(({ kind }) => kind === 'chunk')).toBe(true);
    const cards = groupedCards(grouping, openByDefault(grouping));
    expect(cards.cards.length).toBeLessThan(400);
    const [first] = grouping.top;
    expect(grouping.groups[first ?? -1]?.title).toBe('1–32');
    for (const { source, target } of cards.edges) expect(source).toBeLessThan(target);
  });

  it('or with a scope of thousands of levels does no harm', () => {
    const { trace } = record(() => value(1).mul(2).mul(3).named('E').backward());
    const hostile: Trace = structuredClone(trace);
    hostile.scopes = ['a/'.repeat(20_000), `${'a/'.repeat(20_000)}b`];
    hostile.graphs[0]?.nodes.forEach((node, k) => {
      node.scope = k % 2;
    });
    const grouping = groupingOf(hostile, false);
    expect(groupedCards(grouping, new Set()).cards.length).toBeGreaterThan(0);
  });
});
