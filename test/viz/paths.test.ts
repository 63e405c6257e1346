// The paths from the root to a card: their number, their sum, and the strongest of them.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Trace } from '../../src/autograd/trace.ts';
import { formatPaths, pathsTo } from '../../src/viz/model/paths.ts';
import type { Playback } from '../../src/viz/model/playback.ts';
import { cardNamed, nameOf, playbackOf } from './stages.ts';
import { networkTrace, sharesTrace } from './tensor-trace.ts';
import { type Line, tinyTrace, tutorialTrace } from './tiny-trace.ts';

const tutorial = playbackOf(tutorialTrace());

function pathsOf(playback: Playback, name: string, most?: number) {
  const paths = pathsTo(playback, cardNamed(playback, name), most);
  if (paths === undefined) throw new Error(`no paths to ${name}`);
  return paths;
}

/** The cards that a path runs through, by name. */
function along(playback: Playback, edges: readonly number[]): string {
  return edges.map(e => nameOf(playback, playback.cards.edges[e]?.source ?? -1)).join(' ');
}

/** x, then `length` times one of two edges to the same next node: 2^length paths, each factor given. */
function doubling(length: number, factors: readonly [number, number]): Trace {
  const lines: Line[] = [['x', 1]];
  for (let i = 0; i < length; i++) lines.push([`y${i + 1}`, 'add', i, i]);
  const trace = tinyTrace(lines);
  const [pass] = trace.passes;
  if (pass === undefined) throw new Error('no pass');
  pass.locals = pass.locals.map((_, e) => factors[e % 2] ?? 0);
  let gradient = 1;
  for (let i = length; i >= 0; i--) {
    pass.gradients[i] = gradient;
    gradient *= factors[0] + factors[1];
  }
  return trace;
}

describe('pathsTo', () => {
  it('finds both paths from w1 to the loss of the tutorial', () => {
    const paths = pathsOf(tutorial, 'w1');
    expect(paths).toMatchObject({ count: 2n, scalar: true, seed: 1, balanced: true });
    expect(paths.top.map(({ edges }) => along(tutorial, edges))).toEqual([
      'Ez outy1 nety1 outh1 neth1 w1',
      'Et outy2 nety2 outh1 neth1 w1',
    ]);
    const outh1 = 0.5932699921071872;
    const common = outh1 * (1 - outh1) * 0.05;
    const [first, second] = paths.top.map(({ product }) => product);
    expect(first).toBeCloseTo(0.05539942 * common, 9);
    expect(second).toBeCloseTo(-0.01904912 * common, 9);
    expect(paths.total).toBeCloseTo(0.000438568, 9);
    expect(paths.gradient).toBeCloseTo(0.000438568, 9);
    const shares = paths.top.map(({ share }) => share);
    expect(shares[0]).toBeCloseTo(1.52405, 4);
    expect(shares[1]).toBeCloseTo(-0.52405, 4);
    expect(paths.cancellation).toBeCloseTo(2.0481, 3);
    expect(paths.rest).toEqual({ count: 0n, total: expect.closeTo(0, 18) });
    expect(paths.edges).toHaveLength(10);
    expect(paths.cards.map(card => nameOf(tutorial, card))).toContain('nety2');
  });

  it('tells which part of the flow runs along each edge', () => {
    const { weights, top } = pathsOf(tutorial, 'w1');
    const [strong, weak] = top.map(({ edges }) => edges.map(e => weights.get(e) ?? -1));
    expect(strong?.map(w => w.toFixed(4))).toEqual([
      '0.7441',
      '0.7441',
      '0.7441',
      '0.7441',
      '1.0000',
      '1.0000',
    ]);
    expect(weak?.[0]).toBeCloseTo(0.2559, 4);
  });

  it('knows the root, and what the loss does not depend on', () => {
    expect(pathsOf(tutorial, 'E')).toMatchObject({
      count: 1n,
      total: 1,
      gradient: 1,
      balanced: true,
      top: [{ edges: [], product: 1, share: 1 }],
    });
    const aside = playbackOf(
      tinyTrace(
        [
          ['x', 2],
          ['y', 'exp', 0],
          ['z', 'exp', 0],
        ],
        1,
      ),
    );
    expect(pathsTo(aside, cardNamed(aside, 'z'))).toBeUndefined();
  });

  it('starts from the gradient of the root', () => {
    const trace = tinyTrace([
      ['x', 3],
      ['y', 'mul', 0, 0],
    ]);
    Object.assign(trace.passes[0] as object, { gradients: [12, 2], contributions: [6, 6] });
    expect(pathsOf(playbackOf(trace), 'x')).toMatchObject({
      count: 2n,
      seed: 2,
      total: 12,
      absolute: 12,
      cancellation: 1,
      balanced: true,
    });
  });

  it('counts 2^60 paths, and finds the strongest, without walking them', () => {
    const playback = playbackOf(doubling(60, [3, -1]));
    const paths = pathsOf(playback, 'x', 3);
    expect(paths.count).toBe(2n ** 60n);
    expect(paths.total).toBe(2 ** 60);
    expect(paths.absolute).toBe(4 ** 60);
    expect(paths.cancellation).toBe(2 ** 60);
    expect(paths.balanced).toBe(true);
    expect(paths.top.map(({ product }) => product)).toEqual([
      expect.closeTo(3 ** 60, -14),
      expect.closeTo(-(3 ** 59), -14),
      expect.closeTo(-(3 ** 59), -14),
    ]);
    expect(new Set(paths.top.map(({ edges }) => edges.join(' '))).size).toBe(3);
    expect(paths.rest).toEqual({
      count: 2n ** 60n - 3n,
      total: expect.closeTo(2 ** 60 - 3 ** 59, -14),
    });
  });

  it('stops counting at 10^300', () => {
    const paths = pathsOf(playbackOf(doubling(1100, [0.5, 0.5])), 'x');
    expect(formatPaths(paths.count)).toBe('over 1.000e300');
    expect(paths.total).toBe(1);
    expect(paths.balanced).toBe(true);
    expect(paths.top).toHaveLength(5);
    // Below the smallest number that float64 has.
    expect(paths.top[0]?.product).toBe(0);
  });

  it('puts what is not finite first and what is 0 last', () => {
    const lines: Line[] = [['x', 1]];
    for (let i = 0; i < 5; i++) lines.push([`a${i}`, 'mul', 0, 0]);
    lines.push(['s', 'add', 1, 2], ['t', 'add', 6, 3], ['u', 'add', 7, 4], ['v', 'add', 8, 5]);
    const trace = tinyTrace(lines);
    const [pass] = trace.passes;
    if (pass === undefined) throw new Error('no pass');
    // ∂a0/∂x is 0 and ∞, where the first edge of s makes both 0·0 and 0·∞.
    pass.locals.splice(0, 10, 0, 'Infinity', 2, 0, -5, 0, 'NaN', 0, 'Infinity', 1);
    pass.locals.splice(10, 1, 0);
    const paths = pathsOf(playbackOf(trace, { fold: false }), 'x', 7);
    const products = paths.top.map(({ product }) => product);
    expect(products.slice(0, 2)).toEqual([Number.NaN, Number.NaN]);
    expect(products.slice(2)).toEqual([Number.POSITIVE_INFINITY, -5, 2, 1, 0]);
    expect(paths.total).toBeNaN();
    expect(paths.cancellation).toBeNaN();
    expect(paths.top[3]?.share).toBeNaN();
    expect(paths.rest.total).toBeNaN();
  });

  it('shares a gradient of tensors out among the routes', () => {
    const playback = playbackOf(networkTrace(2));
    const paths = pathsOf(playback, 'W1');
    expect(paths).toMatchObject({ scalar: false, seed: 1, gradient: 1, balanced: true });
    expect(paths.total).toBeCloseTo(1, 12);
    // The gradient of x is (3, 5); a, b and c bring (6, 8), (2, 2) and (−5, −5).
    const shared = playbackOf(sharesTrace());
    const { top, cancellation } = pathsOf(shared, 'x');
    expect(top.map(({ edges, share }) => [along(shared, edges).split(' ').at(-2), share])).toEqual([
      ['a', expect.closeTo(58 / 34, 12)],
      ['c', expect.closeTo(-40 / 34, 12)],
      ['b', expect.closeTo(16 / 34, 12)],
    ]);
    expect(cancellation).toBeCloseTo(114 / 34, 12);
  });

  it('agrees with walking every path of a random graph', () => {
    const graph = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: -3, max: 3 })), {
      minLength: 1,
      maxLength: 9,
    });
    fc.assert(
      fc.property(graph, fc.integer({ min: 1, max: 6 }), (spec, most) => {
        const lines: Line[] = [['x', 0.5]];
        for (const [a, b] of spec) {
          const size = lines.length;
          lines.push([`n${size}`, 'mul', a % size, b % size]);
        }
        const trace = tinyTrace(lines);
        const [pass] = trace.passes;
        if (pass === undefined) throw new Error('no pass');
        const locals = pass.locals.map((_, e) => (spec[e >> 1]?.[2] ?? 1) - (e % 2) * 1.5);
        pass.locals = locals.map((local, e) => (pass.locals[e] === null ? null : local));
        const playback = playbackOf(trace, { fold: false });
        const products = walk(playback, 0);
        if (products.length === 0) {
          expect(pathsTo(playback, 0)).toBeUndefined();
          return;
        }
        const paths = pathsTo(playback, 0, most);
        const total = products.reduce((sum, p) => sum + p, 0);
        const absolute = products.reduce((sum, p) => sum + Math.abs(p), 0);
        expect(paths?.count).toBe(BigInt(products.length));
        expect(Math.abs((paths?.total ?? 0) - total)).toBeLessThanOrEqual(1e-12 * absolute);
        expect(Math.abs((paths?.absolute ?? 0) - absolute)).toBeLessThanOrEqual(1e-12 * absolute);
        const sizes = products.map(Math.abs).sort((a, b) => b - a);
        const found = paths?.top.map(({ product }) => Math.abs(product)) ?? [];
        expect(found).toHaveLength(Math.min(most, products.length));
        found.forEach((size, k) => {
          expect(Math.abs(size - (sizes[k] ?? -1))).toBeLessThanOrEqual(1e-12 * size);
        });
      }),
      { numRuns: 200 },
    );
  });
});

describe('formatPaths', () => {
  it.each([
    [2n, '2'],
    [1234567n, '1,234,567'],
    [2n ** 60n, '1.152e18'],
  ])('writes %s as %s', (count, written) => {
    expect(formatPaths(count)).toBe(written);
  });
});

/** The products of all paths from the root to a card, one by one. */
function walk({ cards, flows }: Playback, card: number): number[] {
  const products: number[] = [];
  const step = (at: number, product: number): void => {
    if (at === card) {
      products.push(product);
      return;
    }
    for (const e of cards.cards[at]?.inputs ?? []) {
      if (flows.contributions[e] === null) continue;
      step(cards.edges[e]?.source ?? -1, product * (flows.locals[e] ?? Number.NaN));
    }
  };
  step(cards.root, 1);
  return products;
}
