// Where the cards stand, pass by pass.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossingsOf, orderColumns } from '../../src/viz/model/crossings.ts';
import {
  assignLayers,
  insertBends,
  type LayoutInput,
  LONGEST_BENT_SPAN,
} from '../../src/viz/model/layers.ts';
import { layoutGraph } from '../../src/viz/model/layout.ts';
import { packColumns } from '../../src/viz/model/packing.ts';

function graph(
  count: number,
  edges: readonly (readonly [number, number])[],
  root = count - 1,
): LayoutInput {
  return {
    count,
    sources: Int32Array.from(edges, ([source]) => source),
    targets: Int32Array.from(edges, ([, target]) => target),
    root,
    widths: new Float64Array(count).fill(100),
    heights: new Float64Array(count).fill(40),
  };
}

describe('assignLayers', () => {
  it('takes the longest distance to the root', () => {
    // 0 → 1 → 3 and 0 → 3, with 2 feeding 3 directly: 2 stands next to 3, and 0 behind 1.
    expect([
      ...assignLayers(
        graph(4, [
          [0, 1],
          [1, 3],
          [0, 3],
          [2, 3],
        ]),
      ),
    ]).toEqual([2, 1, 1, 0]);
  });

  it('puts dead ends right behind what they consume, and loose nodes at the far left', () => {
    // 0 → 1 → 2 → 5 (root); 3 hangs on 0; 4 hangs on nothing.
    const layers = assignLayers(
      graph(6, [
        [0, 1],
        [1, 2],
        [0, 3],
        [2, 5],
      ]),
    );
    expect([...layers]).toEqual([3, 2, 1, 2, 3, 0]);
  });

  it('survives a chain of 100,000 nodes', () => {
    const chain = Array.from({ length: 99_999 }, (_, i) => [i, i + 1] as const);
    expect(assignLayers(graph(100_000, chain))[0]).toBe(99_999);
  });
});

describe('insertBends', () => {
  it('bends an edge at every column that it skips', () => {
    const input = graph(4, [
      [0, 1],
      [1, 2],
      [2, 3],
      [0, 3],
    ]);
    const layered = insertBends(input, assignLayers(input));
    expect([...layered.bends]).toEqual([0, 0, 0, 2]);
    expect([...layered.layers]).toEqual([3, 2, 1, 0, 2, 1]);
    expect([...layered.from]).toEqual([0, 1, 2, 0, 4, 5]);
    expect([...layered.to]).toEqual([1, 2, 3, 4, 5, 3]);
  });

  it('gives no bends to an edge that is too long', () => {
    const length = LONGEST_BENT_SPAN + 2;
    const chain = Array.from({ length: length - 1 }, (_, i) => [i, i + 1] as const);
    const input = graph(length, [...chain, [0, length - 1]]);
    const layered = insertBends(input, assignLayers(input));
    expect(layered.bends.at(-1)).toBe(0);
    expect(layered.layers).toHaveLength(length);
  });
});

describe('orderColumns', () => {
  it('uncrosses what can be uncrossed', () => {
    // a, b, c feed the opposite of d, e, f; all of these feed the root.
    const input = graph(7, [
      [0, 5],
      [1, 4],
      [2, 3],
      [3, 6],
      [4, 6],
      [5, 6],
    ]);
    const layered = insertBends(input, assignLayers(input));
    const before = [Int32Array.of(6), Int32Array.of(3, 4, 5), Int32Array.of(0, 1, 2)];
    expect(crossingsOf(layered, before)).toBe(3);
    expect(crossingsOf(layered, orderColumns(layered))).toBe(0);
  });

  it('counts the crossings of a complete pair of columns', () => {
    const input = graph(5, [
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
      [2, 4],
      [3, 4],
    ]);
    const layered = insertBends(input, assignLayers(input));
    expect(crossingsOf(layered, orderColumns(layered))).toBe(1);
  });
});

describe('packColumns', () => {
  it('stands a single input level with its consumer, and three around it', () => {
    const input = graph(5, [
      [0, 3],
      [1, 3],
      [2, 3],
      [3, 4],
    ]);
    const layered = insertBends(input, assignLayers(input));
    const y = packColumns(layered, orderColumns(layered), { rowGap: 10, bendGap: 5 });
    expect([...y]).toEqual([-50, 0, 50, 0, 0]);
  });
});

describe('layoutGraph', () => {
  it('puts the root at the right and the middle at the origin', () => {
    const { x, y, width, height } = layoutGraph(graph(2, [[0, 1]]), { columnGap: 60 });
    expect([...x]).toEqual([-80, 80]);
    expect([...y]).toEqual([0, 0]);
    expect([width, height]).toEqual([260, 40]);
  });

  const anyGraph = fc
    .integer({ min: 2, max: 60 })
    .chain(count =>
      fc.tuple(
        fc.constant(count),
        fc.array(fc.tuple(fc.nat(count - 2), fc.nat(count)), { maxLength: 150 }),
      ),
    )
    .map(([count, pairs]) =>
      graph(
        count,
        pairs.map(([a, b]) => [a, a + 1 + (b % (count - 1 - a))] as const),
      ),
    );

  it('never lets cards overlap, and every edge runs to the right', () => {
    fc.assert(
      fc.property(anyGraph, input => {
        const { x, y, layers } = layoutGraph(input);
        for (let a = 0; a < input.count; a++) {
          for (let b = 0; b < a; b++) {
            const apart =
              Math.abs((x[a] ?? 0) - (x[b] ?? 0)) >= 100 - 1e-6 ||
              Math.abs((y[a] ?? 0) - (y[b] ?? 0)) >= 40 - 1e-6;
            expect(apart).toBe(true);
          }
        }
        input.sources.forEach((source, e) => {
          const target = input.targets[e] ?? 0;
          expect(layers[source]).toBeGreaterThan(layers[target] ?? 0);
          expect(x[source]).toBeLessThan(x[target] ?? 0);
        });
      }),
      { numRuns: 150 },
    );
  });

  it('keeps bends clear of cards', () => {
    fc.assert(
      fc.property(anyGraph, input => {
        const { x, y, bends } = layoutGraph(input);
        for (const list of bends) {
          for (let k = 0; k < list.length; k += 3) {
            for (let card = 0; card < input.count; card++) {
              const inColumn =
                (x[card] ?? 0) > (list[k] ?? 0) && (x[card] ?? 0) < (list[k + 1] ?? 0);
              if (!inColumn) continue;
              expect(Math.abs((y[card] ?? 0) - (list[k + 2] ?? 0))).toBeGreaterThanOrEqual(20);
            }
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('gives the same graph the same layout', () => {
    fc.assert(
      fc.property(anyGraph, input => {
        expect(layoutGraph(input)).toEqual(layoutGraph(input));
      }),
      { numRuns: 30 },
    );
  });

  it('lays out a graph without edges, and one without nodes', () => {
    expect(layoutGraph(graph(3, [])).height).toBeGreaterThanOrEqual(120);
    expect(layoutGraph(graph(0, [])).width).toBe(0);
  });
});
