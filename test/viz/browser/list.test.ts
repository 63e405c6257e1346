// The list of steps: a pass from beginning to end without the picture, by keyboard, and on traces that are long.

import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { describeInBrowser } from '../../support/browser.ts';
import { tutorialTrace } from '../tiny-trace.ts';
import { wideTrace } from '../wide-trace.ts';
import { ALL_OPEN, axeComplaints, placeOf, stateOf, viewerForSuite } from './open-viewer.ts';

/** What a screen reader says about the row that has the focus. */
const focusedRow = (page: Page): Promise<string> =>
  page.evaluate(() => document.activeElement?.textContent ?? '');

describeInBrowser('the list of steps', () => {
  const open = viewerForSuite(tutorialTrace);

  it('reads the network of the tutorial from beginning to end, by keyboard alone', async () => {
    const page = await open();
    const before = await placeOf(page, 'E');
    await page.keyboard.press('s');
    await page.getByTestId('list').waitFor();
    // The graph makes room, and is fitted into what is left.
    await expect
      .poll(async () => (await placeOf(page, 'E')).x, { timeout: 10_000 })
      .toBeLessThan(before.x - 100);
    expect(await page.getByTestId('step-row').count()).toBeGreaterThan(15);

    const rows = page.locator('[data-testid=step-row][aria-current=step]');
    await rows.focus();
    await page.keyboard.press('Home');
    expect((await stateOf(page)).step).toBe(-12);
    const read: string[] = [await focusedRow(page)];
    for (let k = 0; k < 23; k++) {
      await page.keyboard.press('ArrowDown');
      read.push(await focusedRow(page));
    }
    expect(read[0]).toBe('Before the forward pass: only the leaves have values.');
    expect(read[1]).toBe('forward 1 neth1 value 0.37750 = w1 · i1 + w2 · i2 + b1');
    expect(read[5]).toBe('forward 5 nety1 value 1.1059 = w5 · outh1 + w6 · outh2 + b2');
    expect(read[13]).toBe('step 1 E gradient 1.0000 hands 1.0000 to Ez, 1.0000 to Et');
    expect(read[19]).toBe(
      'step 7 nety1 gradient 0.13850 hands 0.082167 to w5, 0.055399 to outh1, 0.082668 to w6, 0.062324 to outh2, 0.13850 to b2',
    );
    expect(read[23]).toContain('step 11 neth1 gradient 0.0087714 hands 0.00043857 to w1');
    expect((await stateOf(page)).step).toBe(11);
    // The row is read out already; the live text says nothing as long as the focus is here.
    const sentence = page.getByTestId('sentence');
    expect(await sentence.getAttribute('aria-live')).toBe('off');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    expect(await stateOf(page)).toEqual({ step: 10, selected: 'outh1' });
    expect(await axeComplaints(page, [''])).toEqual([]);
    await page.getByTestId('list-alone').click();
    expect(await sentence.getAttribute('aria-live')).toBe('polite');
    expect(await page.getByTestId('graph').isVisible()).toBe(false);
    await expect.poll(() => page.evaluate(() => location.hash)).toContain('list=alone');
    await page.reload();
    await page.getByTestId('list').waitFor();
    expect(await rows.getAttribute('data-step')).toBe('10');
    await page.keyboard.press('s');
    await page.getByTestId('list').waitFor({ state: 'detached' });
    expect(await page.getByTestId('graph').isVisible()).toBe(true);
  });

  it('gives nothing away while one predicts', async () => {
    const page = await open();
    await page.keyboard.press('s');
    await page.keyboard.press('h');
    await page.getByTestId('predict-bar').waitFor();
    const row = page.locator('[data-testid=step-row][data-step="7"]');
    await expect.poll(() => row.textContent()).toMatch(/^step 7 nety1\s*$/);
    await page.getByTestId('last').click();
    await expect.poll(() => row.textContent()).toContain('gradient 0.13850');
  });

  it('holds only the rows in view of a long pass, and the current one', async () => {
    const page = await open({ trace: wideTrace(20, 60), hash: ALL_OPEN });
    await page.keyboard.press('s');
    const rows = page.getByTestId('step-row');
    await rows.first().waitFor();
    const app = page.getByTestId('app');
    await expect
      .poll(async () => Number(await app.getAttribute('data-steps')))
      .toBeGreaterThan(1000);
    const last = Number(await app.getAttribute('data-steps'));
    expect(await rows.count()).toBeLessThan(40);
    await page.keyboard.press('End');
    const current = page.locator('[data-testid=step-row][aria-current=step]');
    await expect.poll(() => current.getAttribute('data-step')).toBe(String(last));
    const item = current.locator('xpath=..');
    const size = await item.getAttribute('aria-setsize');
    expect(await item.getAttribute('aria-posinset')).toBe(size);
    await current.focus();
    await page.locator('.step-rows').evaluate(element => {
      element.scrollTop = 0;
    });
    await page.waitForTimeout(100);
    // Scrolled far away, the current row is still there, and keeps the focus.
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-step'))).toBe(
      String(last),
    );
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => current.isVisible()).toBe(true);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-step'))).toBe(
      String(last - 1),
    );
    expect(await rows.count()).toBeLessThan(40);
  });

  it('works on a phone, where nothing is wider than the window', async () => {
    const page = await open({
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
      colorScheme: 'dark',
    });
    await page.getByTestId('more-tools').tap();
    await page.getByTestId('search').tap();
    await page.getByTestId('search-field').fill('w5');
    await page.getByTestId('search-found').first().tap();
    expect((await stateOf(page)).selected).toBe('w5');
    await page.getByTestId('more-tools').tap();
    await page.getByTestId('help').tap();
    await page.getByRole('dialog').waitFor();
    expect(await axeComplaints(page, [''])).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByTestId('more-tools').tap();
    await page.getByTestId('list-toggle').tap();
    await page.locator('[data-testid=step-row][data-step="2"]').tap();
    expect(await stateOf(page)).toEqual({ step: 2, selected: 'Et' });
    expect(await axeComplaints(page, [''])).toEqual([]);
    const [inner, wide] = await page.evaluate(() => [
      document.documentElement.clientWidth,
      document.documentElement.scrollWidth,
    ]);
    expect(wide).toBe(inner);
  });
});
