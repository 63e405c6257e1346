// Traces out of a program: files that are complete or not there, a viewer that answers until it is closed.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  ArgumentError,
  PlatformError,
  parseTrace,
  record,
  save,
  show,
  type Trace,
  TraceError,
  tensor,
  value,
} from '../src/index.ts';
import { piecesOf } from '../src/live/node.ts';
import { nodePart } from '../src/live/platform.ts';

const folder = mkdtempSync(join(tmpdir(), 'seegrad-live-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const traces: [string, Trace][] = [
  ['a pass', record(() => value(3, { name: 'x' }).square().backward()).trace],
  [
    'several passes with tensors',
    record(() => {
      const w = tensor([1, Number.NaN, -0], { requiresGrad: true });
      for (let k = 0; k < 3; k++) w.mul(k).sum().backward();
    }).trace,
  ],
  ['no pass', record(() => 1, { title: '</script>\u2028' }).trace],
];

describe('save', () => {
  it.each(traces)('writes %s so that it can be read again', async (_, trace) => {
    await save(trace, at('trace.json'));
    expect(parseTrace(readFileSync(at('trace.json'), 'utf8'))).toEqual(trace);
    expect(JSON.parse([...piecesOf(trace)].join(''))).toEqual(JSON.parse(JSON.stringify(trace)));
  });

  it('leaves what was there, and nothing else, where it fails', async () => {
    const before = readdirSync(folder);
    const [[, trace]] = traces as [[string, Trace]];
    await expect(save(trace, at('no/where.json'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(save(trace, folder)).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(before);
    writeFileSync(at('old.json'), 'old');
    await expect(save({} as Trace, at('old.json'))).rejects.toThrow(TraceError);
    expect(readFileSync(at('old.json'), 'utf8')).toBe('old');
  });

  it.each([undefined, '', 3, null])('does not take %s for a file name', async file => {
    const [[, trace]] = traces as [[string, Trace]];
    await expect(save(trace, file as string)).rejects.toThrow(ArgumentError);
  });
});

describe('show', () => {
  it('serves the trace until it is closed', async () => {
    const [[, trace]] = traces as [[string, Trace]];
    const { url, close } = await show(trace, { port: 0, open: false });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const answer = await fetch(`${url}trace.json`);
    expect(parseTrace(await answer.text())).toEqual(trace);
    await close();
    await expect(fetch(url)).rejects.toThrow();
  });

  it('finds another port where the wanted one is taken', async () => {
    const [[, trace]] = traces as [[string, Trace]];
    const first = await show(trace, { port: 0, open: false });
    const port = Number(new URL(first.url).port);
    const second = await show(trace, { port, open: false });
    expect(Number(new URL(second.url).port)).toBeGreaterThan(port);
    await Promise.all([first.close(), second.close()]);
  });

  it.each([{ port: -1 }, { port: 1.5 }, { port: '80' }, { open: 1 }, { colour: 'red' }])(
    'refuses %j',
    async options => {
      const [[, trace]] = traces as [[string, Trace]];
      await expect(show(trace, options as never)).rejects.toThrow(ArgumentError);
    },
  );

  it('refuses what is no trace', async () => {
    await expect(show([] as never)).rejects.toThrow(TraceError);
  });
});

it('says what to do where there is no Node', async () => {
  const { process } = globalThis;
  Object.defineProperty(globalThis, 'process', { value: undefined, configurable: true });
  try {
    await expect(nodePart('save', 'make a Blob')).rejects.toThrow(
      new PlatformError('save needs Node; make a Blob'),
    );
  } finally {
    Object.defineProperty(globalThis, 'process', { value: process, configurable: true });
  }
});
