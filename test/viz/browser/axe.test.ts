// Axe on everything that a key opens, in both themes.

import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { describeInBrowser } from '../../support/browser.ts';
import { vanishingTrace } from '../sick-traces.ts';
import { axeComplaints, cardOf, viewerForSuite } from './open-viewer.ts';

/** What a key opens, and how to tell that it is open. */
const PARTS: readonly { key: string; open: string }[] = [
  { key: '?', open: '[role=dialog], dialog[open]' },
  { key: '/', open: '[data-testid=search-field]' },
  { key: 'x', open: '[role=menu]' },
  { key: 's', open: '[data-testid=step-row]' },
  { key: 'p', open: '[data-testid=paths-bar]' },
  { key: 'h', open: '[data-testid=predict-bar]' },
  { key: 'c', open: '[data-testid=pin][aria-pressed=true]' },
  { key: 'l', open: '[data-testid=lessons-panel]' },
  { key: 'e', open: '[data-testid=play-panel]' },
];

describeInBrowser('what a key opens', () => {
  const open = viewerForSuite(() => vanishingTrace(3, 4));

  it.each(['light', 'dark'] as const)('gives axe nothing to complain about (%s)', async theme => {
    const page = await open({ colorScheme: theme });
    await page.keyboard.press('End');
    await cardOf(page, 'w1').dispatchEvent('click');
    const complaints: string[] = [];
    for (const { key, open: sign } of PARTS) {
      await page.keyboard.press(key);
      await page.locator(sign).first().waitFor({ timeout: 20_000 });
      for (const complaint of await axeComplaints(page, ['']))
        complaints.push(`${key}${complaint}`);
      await close(page, key);
    }
    expect(complaints).toEqual([]);
  });
});

/** Dialogs close by Escape, everything else by its key. */
async function close(page: Page, key: string): Promise<void> {
  await page.keyboard.press('?/x'.includes(key) ? 'Escape' : key);
  await page.waitForTimeout(100);
}
