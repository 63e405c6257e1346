// A program in an address, and what an address may not do.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  decodeProgram,
  decodeValues,
  encodeProgram,
  encodeValues,
} from '../../src/viz/model/play-address.ts';
import { sharingStructure } from '../../src/viz/model/structure.ts';
import { runProgram } from '../../src/viz/play/run.ts';

it('a program goes into an address and back', () => {
  const program = '# Täst 𝒳\nx = 1.5\ny = x^2 # ∂\n';
  expect(encodeProgram('x = 1\ny = x^2')).toBe('eCA9IDEKeSA9IHheMg');
  expect(decodeProgram(encodeProgram(program))).toBe(program);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), text => {
      fc.pre(text !== '');
      expect(encodeProgram(text)).toMatch(/^[\w-]+$/);
      expect(decodeProgram(encodeProgram(text))).toBe(text);
    }),
    { numRuns: 300, seed: 3 },
  );
});

it.each([
  ['nothing', ''],
  ['another alphabet', 'a+b/'],
  ['a preset', '.chain'],
  ['no UTF-8', '_w'],
  ['a length that base64 does not have', 'abcde'],
  ['markup', '<script>'],
  ['too much', 'A'.repeat(200_000)],
  ['too long a program', encodeProgram('x'.repeat(20_001))],
])('%s is no program', (_, text) => {
  expect(decodeProgram(text)).toBeUndefined();
});

it('numbers go into an address and back', () => {
  const values = { w1: 0.2, 'ä,:': -1e-7, x: [1, 2.5, -3], one: [4] };
  const text = encodeValues(values);
  expect(text).toBe('w1:0.2,%C3%A4%2C%3A:-1e-7,x:1_2.5_-3_,one:4_');
  expect(decodeValues(text)).toEqual(values);
});

it('what is no number is left out', () => {
  const text = 'a:1,b:,c:x,d:Infinity,e:NaN,f,:3,g:1__2_,%ZZ:1,__proto__:2,h:5';
  const values = decodeValues(text);
  expect(Object.entries(values)).toEqual([
    ['a', 1],
    ['__proto__', 2],
    ['h', 5],
  ]);
  expect(({} as Record<string, unknown>)['2']).toBeUndefined();
  expect(Object.keys(decodeValues('a:1,'.repeat(5000)))).toEqual(['a']);
  expect(decodeValues(`a:${'1_'.repeat(20_000)}`)).toEqual({});
});

it('a trace with other numbers takes over the structure of the one before', () => {
  const before = runProgram('x = 1\ny = x^2').trace;
  const next = runProgram('x = 1\ny = x^2', { values: { x: 3 } }).trace;
  const shared = sharingStructure(before, next);
  expect(shared.graphs).toBe(before.graphs);
  expect(shared.ops).toBe(before.ops);
  expect(shared.passes).toBe(next.passes);
});

it('a trace with another structure does not', () => {
  const before = runProgram('x = 1\ny = x^2').trace;
  for (const program of ['x = 1\ny = x^3', 'x = 1\nz = x^2', '\nx = 1\ny = x^2']) {
    const next = runProgram(program).trace;
    expect(sharingStructure(before, next)).toBe(next);
  }
  expect(sharingStructure(undefined, before)).toBe(before);
});
