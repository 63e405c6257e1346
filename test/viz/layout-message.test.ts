// A layout on its way from the worker to the page: it arrives as it was.

import { describe, expect, it } from 'vitest';
import { packLayout, unpackLayout } from '../../src/viz/app/layout/message.ts';
import { foldCards } from '../../src/viz/model/folding.ts';
import { buildFrame, placeFrame, planFrame } from '../../src/viz/model/frame.ts';
import { layoutGraph } from '../../src/viz/model/layout.ts';
import { buildModel } from '../../src/viz/model/model.ts';
import { tutorialTrace } from './tiny-trace.ts';
import { wideTrace } from './wide-trace.ts';

describe('a layout that is handed over', () => {
  it.each([
    ['the network of the tutorial', () => tutorialTrace(), false],
    ['rows of neurons', () => wideTrace(4, 12), true],
  ])('makes the same picture: %s', (_, trace, bends) => {
    const cards = foldCards(buildModel(trace()), { fold: false });
    const plan = planFrame(cards);
    const layout = layoutGraph(plan.input, plan.options);
    const { packed, transfer } = packLayout(layout);
    const arrived = unpackLayout(structuredClone(packed, { transfer }));
    expect(packed.x.length).toBe(0);
    expect(arrived).toEqual(layout);
    expect(arrived.bends.some(list => list.length > 0)).toBe(bends);
    expect(placeFrame(plan, arrived)).toEqual(buildFrame(cards));
  });

  it('is empty for nothing', () => {
    const none = new Float64Array();
    const ends = new Int32Array();
    const input = { count: 0, sources: ends, targets: ends, root: 0, widths: none, heights: none };
    const layout = layoutGraph(input);
    expect(unpackLayout(packLayout(layout).packed)).toEqual(layout);
  });
});
