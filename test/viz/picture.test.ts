// Tensors of any rank as pictures, their histograms, and the axes that un-broadcasting sums.

import { describe, expect, it } from 'vitest';
import { record, tensor } from '../../src/index.ts';
import { barOf, bordersOf, histogramOf } from '../../src/viz/model/histogram.ts';
import {
  neighbour,
  pictureOf,
  showing,
  standardView,
  withAxis,
} from '../../src/viz/model/picture.ts';
import { contributionsTo, dataOf } from '../../src/viz/model/tensor-parts.ts';
import { axesText, summedAxes, unbroadcastsOf } from '../../src/viz/model/unbroadcast.ts';
import { cardNamed, playbackOf } from './stages.ts';
import { sharesTrace } from './tensor-trace.ts';

describe('a picture', () => {
  const rowsOf = (shape: number[], view = standardView(shape)): number[][] => {
    const { rows, columns, places } = pictureOf(shape, view);
    return Array.from({ length: rows }, (_, i) => [
      ...places.subarray(i * columns, (i + 1) * columns),
    ]);
  };

  it.each([
    [[4], [[0, 1, 2, 3]]],
    [
      [4, 1],
      [[0], [1], [2], [3]],
    ],
    [[1, 4], [[0, 1, 2, 3]]],
    [
      [1, 1, 2, 2],
      [
        [0, 1],
        [2, 3],
      ],
    ],
    [
      [2, 1, 2],
      [
        [0, 1],
        [2, 3],
      ],
    ],
    [[], [[0]]],
    [[1], [[0]]],
    [[0, 3], []],
  ])('lays %j out', (shape, rows) => {
    expect(rowsOf(shape)).toEqual(rows);
  });

  it('makes a grid of the leading axes, with gaps', () => {
    expect(rowsOf([2, 3, 2, 2])).toEqual([
      [0, 1, -1, 4, 5, -1, 8, 9],
      [2, 3, -1, 6, 7, -1, 10, 11],
      [-1, -1, -1, -1, -1, -1, -1, -1],
      [12, 13, -1, 16, 17, -1, 20, 21],
      [14, 15, -1, 18, 19, -1, 22, 23],
    ]);
    // Three pictures of one leading axis, as near to a square as they go.
    expect(rowsOf([3, 2, 2])).toEqual([
      [0, 1, -1, 4, 5],
      [2, 3, -1, 6, 7],
      [-1, -1, -1, -1, -1],
      [8, 9, -1, -1, -1],
      [10, 11, -1, -1, -1],
    ]);
  });

  it('breaks a wide grid into lines, new ones for each index of the first axis', () => {
    // 92 cells in a line are two pictures of 30: six of them take three lines.
    const shape = [2, 6, 30, 30];
    const { rows, columns, places } = pictureOf(shape, standardView(shape));
    expect([rows, columns]).toEqual([6 * 31 - 1, 2 * 31 - 1]);
    expect(places[31 * columns]).toBe(2 * 900);
    expect(places[3 * 31 * columns]).toBe(6 * 900);
  });

  it('shows any two axes, the others at an index', () => {
    const view = { row: 0, column: 2, tiles: false, at: [0, 1, 0] };
    expect(rowsOf([2, 3, 2], view)).toEqual([
      [2, 3],
      [8, 9],
    ]);
    expect(pictureOf([2, 3, 2], view).still).toEqual([1]);
    expect(rowsOf([2, 3, 2], showing(view, [2, 3, 2], 10))).toEqual([
      [4, 5],
      [10, 11],
    ]);
    // Chosen where it stands already, an axis changes places with the other.
    expect(withAxis(view, 'row', 2)).toMatchObject({ row: 2, column: 0 });
    expect(withAxis(view, 'row', 1)).toMatchObject({ row: 1, column: 2 });
  });

  it('clamps indices beyond the end', () => {
    const view = { row: 1, column: 2, tiles: false, at: [99, 0, 0] };
    expect(rowsOf([2, 1, 2], view)).toEqual([[2, 3]]);
  });

  it('breaks a long vector into lines', () => {
    const { rows, columns, places } = pictureOf([100], standardView([100]));
    expect([rows, columns, places[99]]).toEqual([10, 10, 99]);
    expect(pictureOf([65], standardView([65])).places.slice(-8)).toEqual(
      new Int32Array([64, -1, -1, -1, -1, -1, -1, -1]),
    );
  });

  it('has an end, however many elements there are', () => {
    expect(pictureOf([500, 500, 8, 8], standardView([500, 500, 8, 8])).places.length).toBeLessThan(
      70_000,
    );
    expect(pictureOf([1e6], standardView([1e6])).places.length).toBeLessThan(70_000);
  });

  it('steps from cell to cell over gaps', () => {
    const picture = pictureOf([2, 3, 2, 2], standardView([2, 3, 2, 2]));
    expect(neighbour(picture, 1, 0, 1)).toBe(3);
    expect(neighbour(picture, 8, 1, 0)).toBe(24);
    expect(neighbour(picture, 0, -1, 0)).toBe(0);
  });
});

describe('a histogram', () => {
  it('counts into equal bins, a border upwards and the largest into the last', () => {
    const histogram = histogramOf([0, 1, 1.9, 2, 3.5, 4, Number.NaN, Number.POSITIVE_INFINITY], 4);
    expect(histogram).toEqual({
      low: 0,
      high: 4,
      counts: [1, 2, 1, 2],
      nan: 1,
      infinite: 1,
      logarithmic: false,
    });
    expect(histogram && bordersOf(histogram, 1)).toEqual([1, 2]);
    expect(histogram && [0, 1].map(bin => barOf(histogram, bin))).toEqual([0.5, 1]);
  });

  it('has one bin where all are alike, and none of nothing', () => {
    expect(histogramOf([3, 3, 3])?.counts).toEqual([3]);
    expect(histogramOf([])).toBeUndefined();
    expect(histogramOf([Number.NaN])).toBeUndefined();
  });

  it('draws logarithms where a bar could not be seen', () => {
    const histogram = histogramOf([...new Array<number>(1000).fill(0), 1], 2);
    expect(histogram).toMatchObject({ counts: [1000, 1], logarithmic: true });
    expect(histogram && barOf(histogram, 1)).toBeCloseTo(Math.log(2) / Math.log(1001), 12);
  });

  it('spans the whole range of numbers', () => {
    const most = Number.MAX_VALUE;
    expect(histogramOf([-most, 0, most], 2)?.counts).toEqual([1, 2]);
  });
});

describe('un-broadcasting', () => {
  it.each([
    [[3, 4], [4], [[0, 3, false]]],
    [[3, 4], [3, 1], [[1, 4, true]]],
    [
      [2, 3, 4],
      [1, 4],
      [
        [0, 2, false],
        [1, 3, true],
      ],
    ],
    [[3], [], [[0, 3, false]]],
    [[3, 4], [3, 4], []],
  ] as const)('of %j to %j', (from, to, axes) => {
    const found = summedAxes(from, to)?.map(({ axis, size, kept }) => [axis, size, kept]);
    expect(found).toEqual(axes);
  });

  it('is none where shapes do not fit', () => {
    expect(summedAxes([3], [3, 1])).toBeUndefined();
    expect(summedAxes([3, 4], [2, 4])).toBeUndefined();
  });

  it('is found on the edges of a trace', () => {
    const { trace } = record(() => {
      const b = tensor([1, 2], { requiresGrad: true }).named('b');
      const x = tensor(
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        { requiresGrad: true },
      ).named('x');
      x.add(b).named('z').sum().backward();
    });
    const playback = playbackOf(trace);
    const { model, cards } = playback.cards;
    const [found, ...others] = unbroadcastsOf(model, cards[cardNamed(playback, 'b')]?.node ?? -1);
    expect(found).toMatchObject({
      from: [3, 2],
      to: [2],
      axes: [{ axis: 0, size: 3, kept: false }],
    });
    expect(axesText(found?.axes ?? [])).toBe('axis 0 (3)');
    expect(others).toEqual([]);
    expect(unbroadcastsOf(model, cards[cardNamed(playback, 'x')]?.node ?? -1)).toEqual([]);
  });
});

it('lists what each consumer contributed, by name', () => {
  const playback = playbackOf(sharesTrace());
  const card = cardNamed(playback, 'x');
  const node = playback.cards.cards[card]?.node ?? -1;
  const parts = contributionsTo(playback, node).map(({ name, tensor }) => [name, dataOf(tensor)]);
  expect(Object.fromEntries(parts)).toEqual({ a: [6, 8], b: [2, 2], c: [-5, -5] });
});
