// `seegrad play`: a program run and shown, and what is said about one that cannot be.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { parseTrace } from '../../src/index.ts';
import { decodeProgram } from '../../src/viz/model/play-address.ts';
import { Seegrad } from './seegrad.ts';

const seegrad = new Seegrad();
beforeAll(() => seegrad.build());
afterAll(() => seegrad.remove());

/** Starts `seegrad play`, waits for the viewer, and stops it. Returns its output, the address and the trace served. */
async function play(...args: string[]) {
  const { child, ended, out } = seegrad.start(['play', ...args, '--no-open', '--port', '0']);
  const address = await vi.waitFor(
    () => {
      const found = /http:\S+/.exec(out())?.[0];
      if (found === undefined) throw new Error('no address yet');
      return new URL(found);
    },
    { timeout: 20_000 },
  );
  const trace = parseTrace(await (await fetch(new URL('/trace.json', address))).text());
  child.kill('SIGINT');
  const { code } = await ended;
  return {
    code,
    out: out(),
    code64: new URLSearchParams(address.hash.slice(1)).get('play'),
    trace,
  };
}

it('opens the network of the tutorial', async () => {
  const { code, out, code64, trace } = await play();
  expect(code).toBe(0);
  expect(out).toMatch(/^ {2}Backpropagation by hand: a 2-2-2 network: E = 0\.298371\n/);
  expect(code64).toBe('.backpropagation');
  expect(trace.graphs[0]?.nodes).toHaveLength(43);
});

it('opens a program from a file', async () => {
  const program = '# Täst\nx = 3\ny = x^2\n';
  writeFileSync(join(seegrad.folder, 'square.txt'), program);
  const { out, code64, trace } = await play('square.txt');
  expect(out).toMatch(/^ {2}Täst: y = 9\n/);
  expect(decodeProgram(code64 ?? '')).toBe(program);
  expect(trace.passes[0]?.gradients).toEqual([6, null, 1]);
});

it('points at the place of a mistake', async () => {
  writeFileSync(join(seegrad.folder, 'wrong.txt'), 'x = 3\n  y = x^2 + sim(x)\n');
  expect(await seegrad.refusal('play', 'wrong.txt')).toBe(
    `    y = x^2 + sim(x)
              ^^^
seegrad: line 2: there is no function sim; did you mean sin?
`,
  );
});

it.each([
  [['nothing.txt'], 'seegrad: there is no file nothing.txt.\n'],
  [['chian'], 'seegrad: there is no file chian; did you mean chain?\n'],
  [['.'], 'seegrad: . is not a file.\n'],
  [['a', 'b'], 'seegrad: play takes one file or name.\n'],
])('%j is refused', async (args, message) => {
  expect(await seegrad.refusal('play', ...args)).toBe(message);
});
