// The still part of the picture: curves, labels, texts of the cards.

import { describe, expect, it } from 'vitest';
import {
  type Curve,
  curveThrough,
  piecesOf,
  pointAlong,
  pointOn,
} from '../../src/viz/model/curves.ts';
import {
  buildFrame,
  CARD_HEIGHT,
  CARD_WIDTH,
  FORMULA_LINE,
  LABEL_HEIGHT,
  LABEL_WIDTH,
  linesOf,
  QUIET_LABEL_HEIGHT,
} from '../../src/viz/model/frame.ts';
import { placeLabels } from '../../src/viz/model/labels.ts';
import { cardNamed, playbackOf } from './stages.ts';
import { tinyTrace, tutorialTrace } from './tiny-trace.ts';

describe('curves', () => {
  it('leave and arrive level', () => {
    expect([...curveThrough(0, 0, 100, 50)]).toEqual([0, 0, 50, 0, 50, 50, 100, 50]);
    expect(pointOn(curveThrough(0, 0, 100, 50), 0, 0.5)).toEqual({ x: 50, y: 25 });
  });

  it('pass straight through the columns at their bends', () => {
    const curve = curveThrough(0, 0, 100, 0, [40, 60, 30]);
    expect(piecesOf(curve)).toBe(3);
    expect(pointOn(curve, 1, 0)).toEqual({ x: 40, y: 30 });
    expect(pointOn(curve, 1, 1)).toEqual({ x: 60, y: 30 });
    expect(pointAlong(curve, 0)).toEqual({ x: 0, y: 0 });
    expect(pointAlong(curve, 1)).toEqual({ x: 100, y: 0 });
    expect(pointAlong(curve, 0.5).x).toBeCloseTo(50, 12);
  });
});

describe('placeLabels', () => {
  it('puts a label in the middle, and marks one that finds no free place', () => {
    const curve = curveThrough(0, 0, 100, 0);
    const places = placeLabels([curve, curve], 60, 20);
    expect(places).toEqual([
      { x: 50, y: 0, crowded: false },
      { x: 50, y: 0, crowded: true },
    ]);
  });

  it('lets labels make room for each other, on their curves and in the order of these', () => {
    // Three edges into one card, whose middles are nearer to each other than a label is high.
    const curves = [0, 30, 100].map(y => curveThrough(0, y, 100, 40));
    const places = placeLabels(curves, 60, 24);
    expect(places.map(({ crowded }) => crowded)).toEqual([false, false, false]);
    const [high = 0, middle = 0, low = 0] = places.map(({ y }) => y);
    expect(middle - high).toBeCloseTo(24, 5);
    expect(low).toBe(70);
    expect(middle).toBeCloseTo(35, 0);
  });

  it('puts labels on their curves, level ones and those with bends', () => {
    const curves = [
      ...[0, 20, 40, 60, 80].map(y => curveThrough(0, y, 100, 200 - 2 * y)),
      curveThrough(0, 300, 100, 300),
      curveThrough(0, 400, 100, 400 + 1e-13),
      curveThrough(0, 500, 300, 600, [100, 200, 550]),
    ];
    placeLabels(curves, 60, 20).forEach(({ x, y }, k) => {
      const curve = curves[k] as Curve;
      const along = Array.from({ length: 2001 }, (_, n) => pointAlong(curve, n / 2000));
      const nearest = Math.min(...along.map(point => Math.hypot(point.x - x, point.y - y)));
      expect(nearest).toBeLessThan(0.2);
    });
  });

  it('leaves room for both lines of those that are lit together, into one card', () => {
    const { edges } = buildFrame(playbackOf(tutorialTrace()).cards);
    let pairs = 0;
    edges.forEach((a, i) => {
      for (const b of edges.slice(i + 1).filter(({ target }) => target === a.target)) {
        if (Math.abs(a.label.x - b.label.x) >= LABEL_WIDTH) continue;
        expect(Math.abs(a.label.y - b.label.y)).toBeGreaterThanOrEqual(LABEL_HEIGHT - 2);
        pairs++;
      }
    });
    expect(pairs).toBeGreaterThan(20);
  });

  it('never puts two labels on each other that are not marked', () => {
    const { edges } = buildFrame(playbackOf(tutorialTrace()).cards);
    const labels = edges.map(edge => edge.label).filter(label => !label.crowded);
    expect(labels.length).toBe(edges.length);
    labels.forEach((a, i) => {
      for (const b of labels.slice(i + 1)) {
        if (Math.abs(a.x - b.x) >= LABEL_WIDTH) continue;
        expect(Math.abs(a.y - b.y)).toBeGreaterThanOrEqual(QUIET_LABEL_HEIGHT);
      }
    });
  });
});

describe('buildFrame', () => {
  const playback = playbackOf(tutorialTrace());
  const frame = buildFrame(playback.cards);
  const card = (name: string) => frame.cards[cardNamed(playback, name)];

  it('writes name, symbol and formula on the cards', () => {
    expect(card('outh1')).toMatchObject({
      title: 'outh1',
      symbol: 'σ',
      formula: '',
      kind: 'op',
      width: CARD_WIDTH,
      height: CARD_HEIGHT,
    });
    expect(card('nety1')).toMatchObject({
      symbol: '',
      formula: 'w5·outh1+w6·outh2+b2',
      formulaLines: ['w5·outh1', '+w6·outh2+b2'],
      height: CARD_HEIGHT + 2 * FORMULA_LINE,
    });
    expect(card('w1')).toMatchObject({ kind: 'leaf', title: 'w1', symbol: '', formulaLines: [] });
  });

  it('has seven columns, from the inputs to E', () => {
    expect(frame.columns).toBe(7);
    expect((card('w1')?.x ?? 0) < (card('neth1')?.x ?? 0)).toBe(true);
    expect(Math.max(...frame.cards.map(({ x }) => x))).toBe(card('E')?.x);
  });

  it('draws the two edges of x·x beside each other', () => {
    const { edges } = buildFrame(
      playbackOf(
        tinyTrace([
          ['x', 3],
          ['y', 'mul', 0, 0],
        ]),
      ).cards,
    );
    expect(edges.map(edge => [edge.curve[1], edge.curve.at(-1)])).toEqual([
      [-3.5, -3.5],
      [3.5, 3.5],
    ]);
  });
});

describe('linesOf', () => {
  it.each([
    ['w1·i1+w2·i2+b1', ['w1·i1+w2·i2+b1']],
    ['w5·outh1+w6·outh2+b2', ['w5·outh1', '+w6·outh2+b2']],
    ['alpha·beta·gamma·delta', ['alpha·beta·gamma', '·delta']],
    ['a1·b1+a2·b2+a3·b3+a4·b4+a5·b5+a6·b6', ['a1·b1+a2·b2', '+a3·b3+a4·b4…']],
    ['averyveryverylongname', ['averyveryverylo…']],
    ['', []],
  ])('breaks %s', (formula, lines) => {
    expect(linesOf(formula)).toEqual(lines);
  });
});
