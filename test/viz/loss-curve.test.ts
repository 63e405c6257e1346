// The curve of the loss: columns, gaps, scales, and the way back from a place to a pass.

import { describe, expect, it } from 'vitest';
import {
  gapsOf,
  heightOf,
  linesOf,
  lossCurve,
  passAt,
  placeOfPass,
} from '../../src/viz/model/loss-curve.ts';

describe('lossCurve', () => {
  it('chooses its scale by the spread, unless told', () => {
    expect(lossCurve([1, 2, 3], 100).logarithmic).toBe(false);
    expect(lossCurve([1, 51], 100).logarithmic).toBe(true);
    expect(lossCurve([-1, 1000], 100).logarithmic).toBe(false);
    expect(lossCurve([1, 51], 100, 'linear').logarithmic).toBe(false);
    expect(lossCurve([1, 2], 100, 'logarithmic').logarithmic).toBe(true);
  });

  it('keeps the least and the most of every column', () => {
    const curve = lossCurve([5, 1, 9, 2, 3, 3], 3, 'linear');
    expect(curve.columns).toEqual([
      { first: 0, last: 1, least: 1, most: 5, gaps: 0 },
      { first: 2, last: 3, least: 2, most: 9, gaps: 0 },
      { first: 4, last: 5, least: 3, most: 3, gaps: 0 },
    ]);
    expect(curve).toMatchObject({ count: 6, least: 1, most: 9 });
    expect(linesOf(curve)[0]).toHaveLength(5);
  });

  it('breaks its line where the loss is not finite, and counts', () => {
    const curve = lossCurve([4, 3, Number.NaN, Number.POSITIVE_INFINITY, 1], 100, 'linear');
    expect(linesOf(curve)).toEqual([
      [
        { x: 0, y: 0 },
        { x: 0.25, y: 1 / 3 },
      ],
      [{ x: 1, y: 1 }],
    ]);
    expect(gapsOf(curve)).toEqual([{ from: 0.5, to: 0.75, count: 2 }]);
  });

  it('leaves out of a logarithmic scale what has no logarithm', () => {
    const curve = lossCurve([100, 0, 1], 100, 'logarithmic');
    expect(curve).toMatchObject({ least: 1, most: 100 });
    expect(linesOf(curve)).toHaveLength(2);
    expect(heightOf(curve, 10)).toBe(0.5);
    expect(gapsOf(curve)).toEqual([]);
  });

  it('stands for 100,000 passes with no more points than the picture has room for, and loses no spike', () => {
    const losses = new Float64Array(100_000).fill(1);
    losses[77_777] = 1000;
    losses[3] = Number.NaN;
    const curve = lossCurve(losses, 162);
    expect(curve.columns.length).toBeLessThanOrEqual(162);
    expect(curve.most).toBe(1000);
    expect(
      linesOf(curve)
        .flat()
        .filter(({ y }) => y === 0),
    ).toHaveLength(1);
    expect(gapsOf(curve)).toMatchObject([{ from: 0, count: 1 }]);
  });

  it('says nothing where there is nothing', () => {
    const curve = lossCurve([Number.NaN, Number.NaN], 10);
    expect(curve.least).toBeNaN();
    expect(linesOf(curve)).toEqual([]);
    expect(lossCurve([], 10)).toMatchObject({ count: 0, columns: [] });
  });

  it('finds the pass at a place, and the place of a pass', () => {
    const curve = lossCurve(new Float64Array(101), 10);
    expect([-1, 0, 0.504, 0.506, 2].map(share => passAt(curve, share))).toEqual([
      0, 0, 50, 51, 100,
    ]);
    expect(placeOfPass(curve, 25)).toBe(0.25);
    expect(placeOfPass(lossCurve([1], 10), 0)).toBe(0.5);
  });
});
