// Traces damaged at random: they read as something consistent or as a TraceError, never as anything else.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mul, parseTrace, record, sum, type Trace, TraceError, tensor } from '../../src/index.ts';
import { consistent, sampleTrace } from '../support/sample-trace.ts';

/** Passes over tensors. */
const tensors = record(() => {
  const w = tensor([1, Number.NaN], { requiresGrad: true });
  sum(mul(w, w)).backward();
}).trace;
const TEXTS = [sampleTrace(), tensors].map(trace => JSON.stringify(trace));

describe.each(TEXTS)('random damage %#', TEXT => {
  const copy = (): Trace => JSON.parse(TEXT);

  const anything = fc.oneof(
    fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true, maxDepth: 2 }),
    fc.constantFrom<unknown>('__proto__', 'NaN', '-0', -1, 0, 1, 1e9, Number.NaN, 2 ** 31, [], {}),
    fc.nat(60),
  );

  it('to the data gives a consistent trace or a TraceError', () => {
    let good = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.array(fc.nat(1000)), anything), { minLength: 1, maxLength: 3 }),
        changes => {
          const trace = copy() as unknown;
          for (const [walk, replacement] of changes) {
            let owner = trace as Record<string, unknown>;
            let key = 'ops';
            for (const step of [...walk, 1, 2]) {
              const keys = Object.keys(owner);
              if (keys.length === 0) break;
              key = keys[step % keys.length] as string;
              const next = owner[key];
              if (typeof next !== 'object' || next === null) break;
              owner = next as Record<string, unknown>;
              key = Object.keys(owner)[step % Math.max(1, Object.keys(owner).length)] ?? 'x';
            }
            Object.defineProperty(owner, key, {
              value: replacement,
              enumerable: true,
              writable: true,
              configurable: true,
            });
          }
          try {
            consistent(parseTrace(trace));
            good++;
          } catch (error) {
            expect(error).toBeInstanceOf(TraceError);
          }
        },
      ),
      { numRuns: 1500 },
    );
    expect(good).toBeGreaterThan(20);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('to the text likewise', () => {
    const piece = fc.constantFrom(
      '',
      '"',
      ',',
      '[',
      ']',
      '{',
      '}',
      '0',
      '-',
      '1e400',
      'null',
      '\\',
      '"__proto__":',
    );
    fc.assert(
      fc.property(fc.nat(TEXT.length), fc.nat(40), piece, (at, cut, insert) => {
        try {
          consistent(parseTrace(TEXT.slice(0, at) + insert + TEXT.slice(at + cut)));
        } catch (error) {
          expect(error).toBeInstanceOf(TraceError);
        }
      }),
      { numRuns: 1500 },
    );
  });
});
