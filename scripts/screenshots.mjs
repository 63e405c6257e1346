// Takes the pictures of the viewer that the documentation shows: all of them, or those of one name. Run as
// `node --import tsx scripts/screenshots.mjs [name]`; needs an installed Chromium.

import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from '../test/support/launch-browser.ts';
import { serveFolder } from '../test/support/static-server.ts';
import { buildViewer } from './build-viewer.mjs';
import { picturesOf } from './pictures.mjs';

const project = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const images = join(project, 'docs/images');
const folder = await mkdtemp(join(tmpdir(), 'seegrad-screenshots-'));
const only = process.argv[2];

await buildViewer({ outdir: folder });
await mkdir(images, { recursive: true });
const server = await serveFolder(folder);
const browser = await launchBrowser();

for (const picture of await picturesOf(project)) {
  const { name, trace, prepare, screen, hash, themes = ['light', 'dark'] } = picture;
  if (only !== undefined && name !== only) continue;
  server.serve(trace);
  for (const colorScheme of themes) {
    const page = await browser.newPage({
      viewport: { width: 1440, height: 900 },
      colorScheme,
      reducedMotion: 'reduce',
      ...screen,
    });
    await page.goto(hash === undefined ? server.url : `${server.url}#${hash}`);
    await page.getByTestId('app').waitFor();
    await prepare(page);
    await page.evaluate(() => document.fonts.ready);
    await page.waitForTimeout(1_000);
    const path = join(images, `${name}-${colorScheme}.png`);
    await page.screenshot({ path });
    console.log(`${name}-${colorScheme}.png: ${Math.round((await stat(path)).size / 1000)} kB`);
    await page.close();
  }
}

await browser.close();
await server.close();
await rm(folder, { recursive: true, force: true });
