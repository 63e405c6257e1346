// Exports from the page: the menu, what it saves, and the exported HTML file opened from disk.

import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { Download, Page } from 'playwright';
import { expect, it } from 'vitest';
import { describeInBrowser, launchBrowser } from '../../support/browser.ts';
import { tutorialTrace } from '../tiny-trace.ts';
import { axeComplaints, cardOf, isComplaint, viewerForSuite } from './open-viewer.ts';

async function saved(page: Page, format: string): Promise<Download> {
  await page.keyboard.press('x');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByTestId(`export-${format}`).click(),
  ]);
  return download;
}

async function textOf(download: Download): Promise<string> {
  return readFile(await download.path(), 'utf8');
}

describeInBrowser('exports', () => {
  const open = viewerForSuite(() => ({ ...tutorialTrace(), title: 'net: a/b <i>' }));

  it('saves what is shown in every format', async () => {
    const page = await open();
    for (let k = 0; k < 5; k++) await page.keyboard.press('ArrowRight');
    const svg = await saved(page, 'svg');
    expect(svg.suggestedFilename()).toBe('net-a-b-i-pass-0-step-5.svg');
    const wellFormed = await page.evaluate(
      text => {
        const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
        return [
          parsed.querySelector('parsererror') === null,
          parsed.querySelectorAll('text').length > 50,
        ];
      },
      await textOf(svg),
    );
    expect(wellFormed).toEqual([true, true]);
    const png = await readFile(await (await saved(page, 'png')).path());
    expect([...png.subarray(1, 4)].map(code => String.fromCharCode(code)).join('')).toBe('PNG');
    const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
    expect(width).toBeGreaterThan(2000);
    expect(height).toBeGreaterThan(500);
    expect(JSON.parse(await textOf(await saved(page, 'json'))).title).toBe('net: a/b <i>');
    expect(await textOf(await saved(page, 'dot'))).toContain('digraph "net: a/b <i>" {');
    expect(
      JSON.parse(await textOf(await saved(page, 'chrome-trace'))).traceEvents.length,
    ).toBeGreaterThan(40);
    const html = await saved(page, 'html');
    expect(html.suggestedFilename()).toBe('net-a-b-i.html');
    const file = `${await html.path()}.html`;
    await writeFile(file, await textOf(html));
    await opensFromDisk(file);
  });

  it('has a menu for the keyboard, and nothing for axe to complain about', async () => {
    const page = await open();
    await page.keyboard.press('x');
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-testid'));
    await expect.poll(focused).toBe('export-png');
    await page.keyboard.press('ArrowUp');
    await expect.poll(focused).toBe('export-chrome-trace');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect.poll(focused).toBe('export-svg');
    expect(await axeComplaints(page, [''])).toEqual([]);
    await page.keyboard.press('Escape');
    await expect.poll(focused).toBe('export');
    expect(await page.getByRole('menu').count()).toBe(0);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      (async () => {
        await page.keyboard.press('Enter');
        await expect.poll(focused).toBe('export-png');
        await page.keyboard.press('End');
        await expect.poll(focused).toBe('export-chrome-trace');
        await page.keyboard.press('Enter');
      })(),
    ]);
    expect(download.suggestedFilename()).toBe('net-a-b-i.chrome-trace.json');
    await page.waitForFunction(() =>
      document.querySelector('[data-testid=export-status]')?.textContent?.startsWith('Saved'),
    );
  });
});

/** Opens an exported file in a browser of its own: it must work without a server, a network or a complaint. */
async function opensFromDisk(file: string): Promise<void> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({
      reducedMotion: 'reduce',
      viewport: { width: 1440, height: 900 },
    });
    const complaints: string[] = [];
    page.on('console', message => {
      if (isComplaint(message)) complaints.push(message.text());
    });
    page.on('pageerror', error => complaints.push(String(error)));
    page.on('request', request => {
      const url = request.url();
      if (!/^(?:data|blob):/.test(url) && url !== pathToFileURL(file).href) complaints.push(url);
    });
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector('[data-testid=app]');
    for (let k = 0; k < 10; k++) await page.keyboard.press('ArrowRight');
    await cardOf(page, 'outh1').dispatchEvent('click');
    await page.waitForSelector('.katex');
    expect(await page.getByTestId('ledger-sum').textContent()).toBe('0.036350');
    await page.keyboard.press('x');
    expect(await page.getByTestId('export-svg').count()).toBe(1);
    expect(await page.getByTestId('export-html').count()).toBe(0);
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
  }
}
