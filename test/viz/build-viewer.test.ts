// What the build makes of the viewer: how much a page has to fetch before it shows anything.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildViewer } from '../../scripts/build-viewer.mjs';

describe('the built viewer', () => {
  let folder: string;
  let initialScript: number;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seegrad-build-'));
    ({ initialScript } = await buildViewer({ outdir: folder }));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('starts with a small script, in few pieces', async () => {
    expect(initialScript).toBeGreaterThan(20_000);
    expect(initialScript).toBeLessThan(120_000);
    const html = await readFile(join(folder, 'index.html'), 'utf8');
    expect(html.match(/modulepreload/g)?.length).toBeLessThanOrEqual(3);
  });

  it('keeps the drawing with WebGL, KaTeX and the engine out of it', async () => {
    const html = await readFile(join(folder, 'index.html'), 'utf8');
    const chunks = [...html.matchAll(/modulepreload" href="([^"]+)"/g)].map(([, path]) => path);
    const texts = await Promise.all(
      ['app.js', ...chunks].map(path => readFile(join(folder, path ?? ''), 'utf8')),
    );
    const start = texts.join('\n');
    expect(start).toContain('data-testid');
    for (const word of ['gl_Position', 'mathnormal', 'convTranspose2d']) {
      expect(start).not.toContain(word);
    }
  });
});
