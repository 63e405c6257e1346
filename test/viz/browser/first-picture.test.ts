// The graph before WebGL has started: it is there, it steps, and a click counts; then the drawing takes its place.

import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { describeInBrowser } from '../../support/browser.ts';
import { tutorialTrace } from '../tiny-trace.ts';
import { heldBack, placeOf, stateOf, viewerForSuite } from './open-viewer.ts';

/** How many colours there are around a point of the only canvas of the first picture. */
function coloursAround(page: Page, x: number, y: number): Promise<number> {
  return page.evaluate(
    ([left, top]) => {
      const canvas = document.querySelector<HTMLCanvasElement>('.stage > canvas');
      const box = canvas?.getBoundingClientRect();
      const context = canvas?.getContext('2d');
      if (!box || !context) return 0;
      const { data } = context.getImageData(
        (left ?? 0) - box.x - 20,
        (top ?? 0) - box.y - 10,
        40,
        20,
      );
      return new Set(new Uint32Array(data.buffer)).size;
    },
    [x, y],
  );
}

describeInBrowser('the first picture', () => {
  const open = viewerForSuite(() => tutorialTrace());

  it('shows, steps and selects while WebGL is still to come, and then gives way to it', async () => {
    const there = await placeOf(await open(), 'outh1');
    const { hold, release } = heldBack('**/chunks/graph-view-*.js');
    const page = await open({
      prepare: hold,
    });
    await expect.poll(() => coloursAround(page, there.x, there.y)).toBeGreaterThan(5);
    await page.keyboard.press('End');
    await expect.poll(async () => (await stateOf(page)).step).toBe(11);
    await page.mouse.click(there.x, there.y);
    await expect.poll(async () => (await stateOf(page)).selected).toBe('outh1');
    // A press on a zoom button is kept until there is something to zoom.
    await page.getByRole('button', { name: 'Zoom in' }).click();
    expect(await page.locator('canvas.sigma-scene').count()).toBe(0);
    release();
    await page.waitForSelector('canvas.sigma-scene', { state: 'attached' });
    expect(await stateOf(page)).toEqual({ step: 11, selected: 'outh1' });
    await expect
      .poll(async () => Math.abs((await placeOf(page, 'outh1')).x - there.x))
      .toBeGreaterThan(5);
    await page.keyboard.press('f');
    await expect
      .poll(async () => Math.abs((await placeOf(page, 'outh1')).x - there.x))
      .toBeLessThan(1);
    expect(await page.locator('.stage > canvas:not([class])').count()).toBe(0);
  });

  it('gives way by itself once the page has been quiet', async () => {
    const page = await open();
    await page.waitForSelector('canvas.sigma-scene', { state: 'attached' });
  });
});
