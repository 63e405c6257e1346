// The grid finds exactly what a look at every card would find.

import { describe, expect, it } from 'vitest';
import { foldCards } from '../../src/viz/model/folding.ts';
import { buildFrame, type Frame } from '../../src/viz/model/frame.ts';
import { cardsInView, edgesInView, type Rectangle } from '../../src/viz/model/in-view.ts';
import { buildModel } from '../../src/viz/model/model.ts';
import { wideTrace } from './wide-trace.ts';

const frame = buildFrame(foldCards(buildModel(wideTrace(40, 12)), { fold: false }));

function cardsByHand({ cards }: Frame, view: Rectangle): number[] {
  return cards.flatMap(({ x, y, width, height }, card) => {
    const [w, h] = [width / 2 + 20, height / 2 + 20];
    const out = x - w >= view.right || x + w <= view.left || y - h >= view.bottom;
    return out || y + h <= view.top ? [] : [card];
  });
}

describe('what is in view', () => {
  const { width, height } = frame;
  const views: Rectangle[] = [
    { left: -width, top: -height, right: width, bottom: height },
    { left: 0, top: 0, right: 900, bottom: 600 },
    { left: -width / 2, top: -height / 2, right: -width / 2 + 1400, bottom: -height / 2 + 500 },
    { left: width, top: height, right: width + 100, bottom: height + 100 },
  ];

  it('is what a look at every card finds', () => {
    const found = views.map(view => cardsInView(frame, view));
    expect(found).toEqual(views.map(view => cardsByHand(frame, view)));
    expect(found[0]).toHaveLength(frame.cards.length);
    expect(found[1]?.length).toBeGreaterThan(0);
    expect(found[1]?.length).toBeLessThan(frame.cards.length / 4);
    expect(found[3]).toEqual([]);
  });

  it('has every edge with an end in the window', () => {
    for (const view of views) {
      const found = new Set(edgesInView(frame, view));
      frame.edges.forEach(({ curve }, edge) => {
        const inside = [0, curve.length - 2].some(k => {
          const [x, y] = [curve[k] ?? 0, curve[k + 1] ?? 0];
          return x > view.left && x < view.right && y > view.top && y < view.bottom;
        });
        if (inside) expect(found.has(edge)).toBe(true);
      });
    }
    expect(edgesInView(frame, views[0] as Rectangle)).toHaveLength(frame.edges.length);
    expect(edgesInView(frame, views[3] as Rectangle)).toEqual([]);
  });
});
