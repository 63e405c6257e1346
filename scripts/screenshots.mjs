// Takes the pictures of the viewer that the documentation shows, light and dark: the tutorial's network at the step at
// which outh1 fires, a network of tensors at z, the gains of a pass that is not well, a stack of blocks with one of them
// open, and two of a phone. Run as `node --import tsx scripts/screenshots.mjs`; needs an installed Chromium.

import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from '../test/support/launch-browser.ts';
import { serveFolder } from '../test/support/static-server.ts';
import { threeWaysTrace } from '../test/viz/sick-traces.ts';
import { stackTrace } from '../test/viz/stack-trace.ts';
import { networkTrace } from '../test/viz/tensor-trace.ts';
import { buildViewer } from './build-viewer.mjs';

const project = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const images = join(project, 'docs/images');
const folder = await mkdtemp(join(tmpdir(), 'seegrad-screenshots-'));

await buildViewer({ outdir: folder });
await mkdir(images, { recursive: true });
const server = await serveFolder(folder);
const tutorial = await readFile(join(project, 'test/viz/fixtures/backpropagation.json'), 'utf8');
const phone = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  hasTouch: true,
  isMobile: true,
};
const pictures = [
  { name: 'viewer', trace: tutorial, prepare: page => fire(page, 'outh1') },
  {
    name: 'viewer-tensor',
    trace: JSON.stringify(networkTrace()),
    prepare: page => fire(page, 'z'),
  },
  { name: 'viewer-health', trace: JSON.stringify(threeWaysTrace()), prepare: seeGains },
  { name: 'viewer-groups', trace: JSON.stringify(stackTrace(6, 3)), prepare: seeGroups },
  { name: 'viewer-phone', trace: tutorial, prepare: seePhone, screen: phone, themes: ['dark'] },
  {
    name: 'viewer-phone-paths',
    trace: tutorial,
    prepare: seePhonePaths,
    screen: phone,
    themes: ['light'],
  },
];
const only = process.argv[2];
const browser = await launchBrowser();

for (const { name, trace, prepare, screen, themes = ['light', 'dark'] } of pictures) {
  if (only !== undefined && name !== only) continue;
  server.serve(trace);
  for (const colorScheme of themes) {
    const page = await browser.newPage({
      viewport: { width: 1440, height: 900 },
      colorScheme,
      reducedMotion: 'reduce',
      ...screen,
    });
    await page.goto(server.url);
    await page.getByTestId('app').waitFor();
    await prepare(page);
    await page.evaluate(() => document.fonts.ready);
    await page.waitForTimeout(300);
    const path = join(images, `${name}-${colorScheme}.png`);
    await page.screenshot({ path });
    console.log(`${name}-${colorScheme}.png: ${Math.round((await stat(path)).size / 1000)} kB`);
    await page.close();
  }
}

await browser.close();
await server.close();
await rm(folder, { recursive: true, force: true });

/** Selects a card and goes to the step at which it fires. */
async function fire(page, name) {
  await page.locator(`[data-testid=card][data-name=${name}]`).dispatchEvent('click');
  while ((await page.getByTestId('node-state').textContent()) !== 'fires now') {
    await page.keyboard.press('ArrowRight');
  }
  await page.locator('[data-testid=partials] .katex').first().waitFor({ state: 'attached' });
}

/** The card that fires in the half-open sheet, and the picture around it near enough to be read. */
async function seePhone(page) {
  await fire(page, 'outh1');
  for (let k = 0; k < 3; k++) await page.getByRole('button', { name: 'Zoom in' }).tap();
}

/** All paths to a weight at the end of the pass. */
async function seePhonePaths(page) {
  await page.keyboard.press('End');
  await page.locator('[data-testid=card][data-name=w1]').dispatchEvent('click');
  await page.getByTestId('show-paths').tap();
  await page.locator('[data-testid=paths-bar] .katex').first().waitFor();
}

/** Colours by gain and goes to the last place where NaN arises. */
async function seeGains(page) {
  await page.getByTestId('colour-gain').click();
  await page.getByTestId('smallest-gains').waitFor();
  await page.keyboard.press('Shift+N');
  await page.getByTestId('anomaly-reason').waitFor();
  await page.locator('[data-testid=partials] .katex').first().waitFor();
}

/** Closes all parts of the blocks but those of one, at the end of the pass. */
async function seeGroups(page) {
  await page.keyboard.press('End');
  await page.getByTestId('close-groups').click();
  for (const name of ['model', 'block ×6', 'block3', 'mlp']) {
    await page.locator(`[data-testid=module-toggle][data-name="${name}"]`).click();
  }
  await page.locator('[data-testid=card][data-name=block2]').dispatchEvent('click');
  await page.getByTestId('open-group').waitFor();
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press('f');
}
