// Searching nodes: what matches, what comes first, and that it stays quick.

import { describe, expect, it } from 'vitest';
import { buildModel } from '../../src/viz/model/model.ts';
import { searchNodes, subsequence } from '../../src/viz/model/search.ts';
import { tinyTrace, tutorialTrace } from './tiny-trace.ts';

const model = buildModel(tutorialTrace());
const labels = (query: string, most?: number): string[] =>
  searchNodes(model, query, most).map(({ label }) => label);

describe('searchNodes', () => {
  it('puts what it is called before what it contains', () => {
    expect(labels('w1')[0]).toBe('w1');
    expect(labels('E')[0]).toBe('E');
    expect(labels('out').slice(0, 4)).toEqual(['outh1', 'outh2', 'outy1', 'outy2']);
  });

  it('finds by parts, in any case', () => {
    expect(labels('OH1')).toContain('outh1');
    expect(labels('oy2')[0]).toBe('outy2');
    expect(labels('nh 2')).toContain('neth2');
  });

  it('finds by op, scope and source', () => {
    expect(labels('sigmoid').sort()).toEqual(['outh1', 'outh2', 'outy1', 'outy2']);
    expect(labels('network/loss')).toEqual(expect.arrayContaining(['Ez', 'Et', 'E']));
    expect(labels('network/loss')).not.toContain('outh1');
    const [found] = searchNodes(model, 'sigmoid');
    expect(found?.about).toContain('sigmoid · network/hidden');
    expect(found?.marks).toEqual([]);
  });

  it('marks where the query stands', () => {
    expect(searchNodes(model, 'th1').find(({ label }) => label === 'outh1')?.marks).toEqual([
      2, 3, 4,
    ]);
    expect(subsequence('outh1', 'oh1')?.marks).toEqual([0, 3, 4]);
  });

  it('finds nothing for nothing', () => {
    expect(labels('')).toEqual([]);
    expect(labels('   ')).toEqual([]);
    expect(labels('zzz')).toEqual([]);
    expect(labels('.*')).toEqual([]);
  });

  it('is bounded', () => {
    expect(labels('t', 3)).toHaveLength(3);
    expect(labels('x'.repeat(10_000))).toEqual([]);
  });

  it('takes names of any kind', () => {
    for (const name of ['__proto__', 'İstanbul', '</b>', '\ud800', '𝄞', '']) {
      const odd = buildModel(
        tinyTrace([
          [name, 1],
          ['y', 'mul', 0, 0],
        ]),
      );
      const found = searchNodes(odd, name);
      if (name.trim() !== '') expect(found[0]?.node).toBe(0);
    }
  });

  it('keeps the best of 100,000', () => {
    const { trace } = model;
    const nodes = Array.from({ length: 100_000 }, (_, k) => ({
      kind: 'leaf' as const,
      inputs: [],
      name: `weight ${k}`,
    }));
    const large = buildModel({ ...trace, graphs: [{ nodes, root: 99_999 }], passes: [] });
    const found = searchNodes(large, 'weight 77777', 10);
    expect(found[0]?.label).toBe('weight 77777');
    expect(found).toHaveLength(1);
    expect(searchNodes(large, 'w', 10)).toHaveLength(10);
  });
});

describe('subsequence', () => {
  it('prefers the beginnings of words, then pieces, then characters apart', () => {
    const score = (text: string, query: string) => subsequence(text, query)?.score ?? -99;
    expect(score('layer norm', 'norm')).toBeGreaterThan(score('abnormal', 'norm'));
    expect(score('abnormal', 'norm')).toBeGreaterThan(score('n o r m', 'norm'));
    expect(score('a_b_c', 'abc')).toBeGreaterThan(score('xaxbxc', 'abc'));
  });
});
