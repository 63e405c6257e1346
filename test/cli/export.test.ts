// `seegrad export`: every format from the tutorial's trace, and what is refused.

import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Seegrad } from './seegrad.ts';

const FIXTURE = fileURLToPath(new URL('../viz/fixtures/backpropagation.json', import.meta.url));

describe('seegrad export', () => {
  const seegrad = new Seegrad();
  const file = (name: string): string => readFileSync(join(seegrad.folder, name), 'utf8');

  beforeAll(async () => {
    await seegrad.build();
    copyFileSync(FIXTURE, join(seegrad.folder, 'net.json'));
  });

  afterAll(() => {
    seegrad.remove();
  });

  it('writes one HTML file beside the trace, with a policy of hashes', async () => {
    expect(await seegrad.print('export', 'net.json', '--html')).toMatch(
      /^ {2}net\.html: [\d.]+ MB\n$/,
    );
    const html = file('net.html');
    const [, policy = ''] =
      /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[\w+/=]{44}'; style-src 'sha256-/,
    );
    expect(policy).not.toContain('unsafe');
    // The script itself knows of the place, for exports from the page.
    const outside = html.replace(/<script.*?<\/script>/gs, '');
    expect(outside).not.toContain('seegrad-trace-place');
    expect(html.match(/https?:\/\/(?!www\.w3\.org)[\w.]+\/\S*\.(?:js|css|woff2?)/g)).toBeNull();
  });

  it('writes the picture at a step in a theme', async () => {
    await seegrad.print(
      'export',
      'net.json',
      '--svg',
      '--step=4',
      '--theme',
      'dark',
      '--output=a.svg',
    );
    await seegrad.print('export', 'net.json', '--svg', '--step=5', '--output=b.svg');
    expect(file('a.svg')).toContain('#12151d');
    expect(file('b.svg')).toContain('#fbfcfe');
    expect(file('a.svg')).toContain('>outh1</text>');
    // At step 5 outh1 has one of two contributions, at step 4 none.
    expect(file('a.svg')).not.toContain('>1/2');
    expect(file('b.svg')).toContain('>1/2');
  });

  it('writes to the terminal', async () => {
    const dot = await seegrad.print('export', 'net.json', '--dot', '--output=-');
    expect(dot).toMatch(/^digraph "backpropagation by hand" \{\n/);
    expect(dot.trimEnd()).toMatch(/\}$/);
    const events = JSON.parse(
      await seegrad.print('export', 'net.json', '--chrome-trace', '--output=-'),
    );
    expect(events.traceEvents.length).toBeGreaterThan(40);
    const trace = JSON.parse(await seegrad.print('export', 'net.json', '--json', '--output=-'));
    expect(trace).toEqual(JSON.parse(readFileSync(FIXTURE, 'utf8')));
  });

  it.each([
    [['export'], /needs a trace file/],
    [['export', 'net.json'], /say which format/],
    [['export', 'net.json', '--svg', '--dot'], /one format at a time/],
    [['export', 'none.json', '--svg'], /there is no file none\.json/],
    [['export', '.', '--svg'], /is not a file/],
    [['export', 'net.json', '--svg', '--step=12'], /--step takes a whole number from 0 to 11/],
    [['export', 'net.json', '--svg', '--pass=21'], /--pass takes a whole number from 0 to 20/],
    [['export', 'net.json', '--svg', '--theme=blue'], /--theme is light or dark/],
    [['export', 'net.json', '--svg', '--output=no/where.svg'], /there is no such folder/],
    [['export', 'net.json', '--svg', '--output=net.json'], /the trace itself/],
    [['export', 'net.json', '--svg', '--output=viewer'], /it is a folder/],
    [['export', 'net.json', '--png'], /no option --png/],
  ])('refuses %j in a sentence', async (args, why) => {
    expect((await seegrad.refusal(...args)).replace(/\s+/g, ' ')).toMatch(why);
  });

  it('refuses what is no trace', async () => {
    writeFileSync(join(seegrad.folder, 'broken.json'), '{"format":');
    writeFileSync(join(seegrad.folder, 'other.json'), '{"a":1}');
    expect(await seegrad.refusal('export', 'broken.json', '--html')).toContain('is not JSON');
    expect(await seegrad.refusal('export', 'other.json', '--html')).toContain(
      'not a seegrad trace',
    );
  });
});
