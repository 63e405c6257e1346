// The search: opened by a key, walked with the arrows, and it leads to the card.

import { expect, it } from 'vitest';
import { describeInBrowser } from '../../support/browser.ts';
import { tutorialTrace } from '../tiny-trace.ts';
import { axeComplaints, heldBack, placeOf, stateOf, viewerForSuite } from './open-viewer.ts';

describeInBrowser('the search', () => {
  const open = viewerForSuite(tutorialTrace);

  it('finds a card by its name or op, by keyboard alone', async () => {
    const page = await open();
    await page.keyboard.press('/');
    const field = page.getByTestId('search-field');
    await field.waitFor();
    await page.keyboard.type('sigm');
    expect(await page.getByTestId('search-count').textContent()).toBe('4 matches');
    const options = page.getByRole('option');
    expect(await options.first().getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    const id = await options.nth(2).getAttribute('id');
    expect(await field.getAttribute('aria-activedescendant')).toBe(id);
    const name = (await options.nth(2).locator('.found-label').textContent()) ?? '';
    expect(await axeComplaints(page, [''])).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByTestId('search-dialog').waitFor({ state: 'detached' });
    expect((await stateOf(page)).selected).toBe(name);
    // In the middle of the picture.
    const box = await page.getByTestId('graph').boundingBox();
    await expect
      .poll(async () => {
        const { x, y } = await placeOf(page, name);
        return [
          Math.abs(x - (box?.x ?? 0) - (box?.width ?? 0) / 2) < 2,
          Math.abs(y - (box?.y ?? 0) - (box?.height ?? 0) / 2) < 2,
        ];
      })
      .toEqual([true, true]);

    await page.getByTestId('search').click();
    await field.fill('<b>');
    expect(await page.getByTestId('search-count').textContent()).toBe('Nothing matches.');
    await page.keyboard.press('Enter');
    await field.fill('w5');
    await options.first().click();
    expect((await stateOf(page)).selected).toBe('w5');
    await page.keyboard.press('/');
    await field.fill('neth');
    await page.keyboard.press('Escape');
    await page.getByTestId('search-dialog').waitFor({ state: 'detached' });
    expect((await stateOf(page)).selected).toBe('w5');
  });

  it('takes what is typed before its field is there, and nothing of it for a key of the page', async () => {
    const { hold, release } = heldBack('**/chunks/dialog-*.js');
    const page = await open({
      prepare: hold,
    });
    await page.keyboard.type('/heptx');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('2');
    expect(await page.getByTestId('predict-bar').count()).toBe(0);
    release();
    const field = page.getByTestId('search-field');
    await field.waitFor();
    await expect.poll(() => field.inputValue()).toBe('h2');
    await page.keyboard.type('x');
    expect(await field.inputValue()).toBe('h2x');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Enter');
    expect((await stateOf(page)).selected).toMatch(/h2$/);
    // Opened again, it is empty.
    await page.keyboard.press('/');
    await field.waitFor();
    expect(await field.inputValue()).toBe('');
  });

  it('gives the keys back where it cannot be loaded', async () => {
    const page = await open({
      prepare: async it => {
        const body = 'throw new Error("broken on the way")';
        const answer = { contentType: 'text/javascript', body };
        await it.route('**/chunks/dialog-*.js', route => route.fulfill(answer));
      },
    });
    await page.keyboard.press('/');
    await expect
      .poll(async () => {
        await page.keyboard.press('ArrowRight');
        return (await stateOf(page)).step;
      })
      .toBeGreaterThan(0);
  });
});
