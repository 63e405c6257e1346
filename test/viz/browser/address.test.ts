// The address of the page: written while one works, read when the page opens and when somebody edits it.

import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { describeInBrowser } from '../../support/browser.ts';
import { tutorialTrace } from '../tiny-trace.ts';
import { cardOf, stateOf, viewerForSuite } from './open-viewer.ts';

const hashOf = (page: Page): Promise<Record<string, string>> =>
  page.evaluate(() => Object.fromEntries(new URLSearchParams(location.hash.slice(1))));

/** Until the address says so. */
async function says(page: Page, expected: Record<string, string>): Promise<void> {
  await expect.poll(() => hashOf(page), { timeout: 10_000 }).toEqual(expected);
}

/** Goes to an address as somebody does who edits it. */
async function edit(page: Page, hash: string): Promise<void> {
  await page.evaluate(to => {
    location.hash = to;
  }, hash);
}

describeInBrowser('the address', () => {
  const open = viewerForSuite(tutorialTrace);

  it('records what is shown, and shows it again after a reload', async () => {
    const page = await open();
    await says(page, {});
    for (let k = 0; k < 5; k++) await page.keyboard.press('ArrowRight');
    await cardOf(page, 'outh1').dispatchEvent('click');
    await page.getByTestId('colour-value').click();
    await says(page, { step: '5', node: 'outh1', colour: 'value' });
    await page.getByTestId('unfold').click();
    await page.keyboard.press('Home');
    await page.keyboard.press('Home');
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await expect.poll(async () => (await hashOf(page))['view']).toMatch(/^-?\d+,-?\d+,[\d.]+$/);
    const before = await hashOf(page);
    expect(before).toMatchObject({ step: '-28', node: 'outh1', colour: 'value', fold: '0' });

    await page.reload();
    await page.waitForSelector('[data-testid=app]');
    await expect.poll(() => stateOf(page)).toEqual({ step: -28, selected: 'outh1' });
    expect(await page.getByTestId('app').getAttribute('data-folded')).toBe('false');
    await says(page, before);
    // Nothing of all this is a step back in the history.
    expect(await page.evaluate(() => history.length)).toBeLessThanOrEqual(3);
  });

  it('is read when it is edited, and whatever it says is no error', async () => {
    const page = await open();
    await edit(page, '#step=10&node=outh1&paths=1');
    await expect.poll(() => stateOf(page)).toEqual({ step: 10, selected: 'outh1' });
    await page.getByTestId('paths-bar').waitFor();
    await edit(page, '#node=4&step=3');
    await expect.poll(() => stateOf(page)).toEqual({ step: 3, selected: 'w1' });
    for (const hash of [
      '#step=999999&node=nobody&pass=77&colour=mud&view=1,2&fold=x',
      '#step=-999999&pass=-5&node=-1&view=NaN,Infinity,0',
      `#step=1e9&node=${'x'.repeat(5000)}&pin=abc&paths=%00&numbers=%F0%9F`,
      '#%E0%A4%A&=&&step',
      '#__proto__=1&constructor=2&node=__proto__',
    ]) {
      await edit(page, hash);
      await page.waitForTimeout(50);
    }
    const { step, selected } = await stateOf(page);
    expect(step).toBeGreaterThanOrEqual(-12);
    expect(step).toBeLessThanOrEqual(11);
    expect(selected).toBe('');
    await page.keyboard.press('End');
    await expect.poll(async () => (await stateOf(page)).step).toBe(11);
  });
});
