// Traces with tensors that nobody vouches for.

import { describe, expect, it } from 'vitest';
import {
  matmul,
  parseTrace,
  record,
  sum,
  type Trace,
  TraceError,
  tensor,
} from '../../src/index.ts';

const sample = (): Trace =>
  record(() => {
    const w = tensor(
      [
        [1, -0],
        [Number.NaN, Number.POSITIVE_INFINITY],
      ],
      { requiresGrad: true, name: 'w' },
    );
    sum(matmul(tensor([[1, 2]]), w)).backward();
  }).trace;
const TEXT = JSON.stringify(sample());

describe('tensors in a trace', () => {
  it('come back as they were recorded', () => {
    expect(sample().passes[0]?.tensors).toBeDefined();
    expect(parseTrace(TEXT)).toEqual(sample());
  });

  it.each<[string, RegExp, (trace: Trace) => unknown]>([
    [
      'a size below 0',
      /shape/,
      t =>
        t.graphs[0]?.nodes.forEach(n => {
          n.shape = [-1];
        }),
    ],
    [
      'no dtype',
      /both a shape and a dtype/,
      t =>
        t.graphs[0]?.nodes.forEach(n => {
          delete n.dtype;
        }),
    ],
    [
      'a shape beyond counting',
      /too large/,
      t =>
        t.graphs[0]?.nodes.forEach(n => {
          n.shape = [2 ** 40, 2 ** 40];
        }),
    ],
    [
      'an element too few',
      /data has 3 entries, 4 needed/,
      t =>
        t.passes[0]?.tensors?.values.forEach(v => {
          if (v?.data?.length === 4) v.data.pop();
        }),
    ],
    [
      'a hole',
      /data\[0\] must be/,
      t =>
        t.passes[0]?.tensors?.values.forEach(v => {
          if (v?.data) delete v.data[0];
        }),
    ],
    ['a node too few', /values has/, t => t.passes[0]?.tensors?.values.pop()],
    [
      'more zeros than elements',
      /zeros/,
      t =>
        t.passes[0]?.tensors?.values.forEach(v => {
          if (v) v.zeros = 99;
        }),
    ],
  ])('are refused with %s', (_, message, spoil) => {
    const trace = JSON.parse(TEXT) as Trace;
    spoil(trace);
    expect(() => parseTrace(trace)).toThrow(TraceError);
    expect(() => parseTrace(trace)).toThrow(message);
  });
});
