// The optional fields of a trace that nobody vouches for: parameters of ops, origins, checks.

import { describe, expect, it } from 'vitest';
import { TRACE_LIMITS } from '../../src/autograd/parse-trace.ts';
import { parseTrace, type Trace, TraceError } from '../../src/index.ts';
import { sampleTrace } from '../support/sample-trace.ts';

type Node = Trace['graphs'][0]['nodes'][0];

/** A copy of the sample with something changed in its last node, which is an op. */
function withLast(change: (node: Node & Record<string, unknown>, trace: Trace) => void): Trace {
  const trace: Trace = JSON.parse(JSON.stringify(sampleTrace()));
  change(trace.graphs[0]?.nodes.at(-1) as never, trace);
  return trace;
}

const refused = (trace: unknown, message: RegExp): void => {
  expect(() => parseTrace(trace)).toThrow(TraceError);
  expect(() => parseTrace(trace)).toThrow(message);
};

describe('parameters of an op', () => {
  it('come back as they were', () => {
    const params = { stride: [2, 1], mode: 'same', eps: 1e-5, causal: true, empty: [] };
    const parsed = parseTrace(
      JSON.stringify(
        withLast(node => {
          node.params = params;
        }),
      ),
    );
    expect({ ...parsed.graphs[0]?.nodes.at(-1)?.params }).toEqual(params);
  });

  it('may be called anything, and reach no prototype', () => {
    const text = JSON.stringify(
      withLast(node => {
        node.params = { stand: 1 };
      }),
    ).replace('"stand":1', '"__proto__":1,"constructor":2,"toString":3');
    const params = parseTrace(text).graphs[0]?.nodes.at(-1)?.params ?? {};
    expect(Object.keys(params).sort()).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Object.getPrototypeOf(params)).toBeNull();
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });

  it.each([
    [{ a: null }, /params\.a must be a finite number/],
    [{ a: { b: 1 } }, /params\.a must be a finite number/],
    [{ a: [1, 'x'] }, /params\.a\[1\] must be a finite number/],
    [{ a: [[1]] }, /params\.a\[0\] must be a finite number/],
    [{ a: Number.POSITIVE_INFINITY }, /params\.a must be a finite number/],
    [[1], /params must be an object/],
    ['x', /params must be an object/],
    [{ a: 'x'.repeat(TRACE_LIMITS.string + 1) }, /characters/],
    [{ ['k'.repeat(TRACE_LIMITS.string + 1)]: 1 }, /characters/],
    [{ a: new Array(TRACE_LIMITS.paramNumbers + 1).fill(0) }, /entries/],
    [
      Object.fromEntries(Array.from({ length: TRACE_LIMITS.params + 1 }, (_, k) => [k, 1])),
      /entries/,
    ],
  ])('are refused where they are not plain: %#', (params, message) => {
    refused(
      withLast(node => {
        node['params'] = params as never;
      }),
      message,
    );
  });
});

describe('an origin', () => {
  it('is an earlier node', () => {
    const trace = withLast(node => {
      node.origin = 0;
    });
    expect(parseTrace(trace)).toEqual(trace);
  });

  it.each([1e9, -1, 0.5, '0', null])('cannot be %s', origin => {
    refused(
      withLast(node => {
        node['origin'] = origin as never;
      }),
      /origin/,
    );
  });

  it('cannot be the node itself', () => {
    refused(
      withLast((node, { graphs }) => {
        node.origin = (graphs[0]?.nodes.length ?? 0) - 1;
      }),
      /origin/,
    );
  });
});

describe('checks', () => {
  it('are numbers or null, one for each node', () => {
    const trace = withLast((_, { graphs, passes }) => {
      for (const pass of passes) {
        pass.checks = (graphs[pass.graph]?.nodes ?? []).map((__, k) =>
          k % 2 === 0 ? null : 'NaN',
        );
      }
    });
    expect(parseTrace(trace)).toEqual(trace);
  });

  it.each([
    [[], /entries/],
    ['x', /array/],
    [[{}], /entries|number/],
  ])('cannot be %s', (checks, why) => {
    refused(
      withLast((_, { passes }) => {
        (passes[0] as { checks?: unknown }).checks = checks;
      }),
      why,
    );
  });
});

describe('structured', () => {
  it.each([false, 1, 'true', null])('cannot be %s', structured => {
    refused(
      withLast((_, { ops }) => {
        (ops[0] as { structured?: unknown }).structured = structured;
      }),
      /structured/,
    );
  });
});
