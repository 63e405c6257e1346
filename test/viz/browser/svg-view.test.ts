// The viewer in a browser without WebGL: the graph as an SVG, with everything that one can do to the other one.

import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser } from '../../support/browser.ts';
import { tutorialTrace } from '../tiny-trace.ts';
import { wideTrace } from '../wide-trace.ts';
import { ALL_OPEN, fingersOn, placeOf, stateOf, twoAround, ViewerBench } from './open-viewer.ts';

const texts = (page: Page) => page.locator('.svg-stage text').allTextContents();
/** Once the camera has come to rest, its place and zoom. */
const camera = async (page: Page): Promise<string> => {
  await page.waitForTimeout(150);
  return (await page.locator('.svg-stage > g').getAttribute('transform')) ?? '';
};
const zoomOf = (transform: string) => Number(/scale\((.*)\)/.exec(transform)?.[1]);

describeInBrowser('the viewer without WebGL', () => {
  let bench: ViewerBench;

  beforeAll(async () => {
    bench = await ViewerBench.start(['--disable-3d-apis']);
  });

  afterAll(async () => {
    await bench.stop();
  });

  it('draws, steps, selects, zooms and moves', async () => {
    const { page, complaints } = await bench.open({ trace: tutorialTrace() });
    await expect.poll(() => texts(page)).toContain('outh1');
    // A step changes what is there, and replaces none of it.
    await page.evaluate(() => {
      for (const text of document.querySelectorAll('.svg-stage text')) {
        if (text.textContent === 'outh1') text.parentElement?.setAttribute('data-seen', '');
      }
    });
    for (let k = 0; k < 10; k++) await page.keyboard.press('ArrowRight');
    await expect.poll(() => texts(page)).toContain('0.036350');
    expect(await page.locator('[data-seen]').textContent()).toBe('σouth1v0.59327g0.036350');

    const place = await placeOf(page, 'outh1');
    await page.mouse.move(place.x, place.y);
    await expect.poll(() => page.locator('.stage').evaluate(it => it.style.cursor)).toBe('pointer');
    await page.mouse.click(place.x, place.y);
    await page.waitForFunction(() => document.querySelector('[data-selected=outh1]') !== null);
    expect(await stateOf(page)).toEqual({ step: 10, selected: 'outh1' });
    expect(await page.getByTestId('ledger-sum').textContent()).toBe('0.036350');

    const fitted = await camera(page);
    await page.mouse.wheel(0, -400);
    const near = await camera(page);
    expect(zoomOf(near)).toBeGreaterThan(1.5 * zoomOf(fitted));
    // What was under the pointer stays there.
    await expect
      .poll(async () => Math.abs((await placeOf(page, 'outh1')).x - place.x))
      .toBeLessThan(1);
    await page.mouse.down();
    await page.mouse.move(place.x - 60, place.y + 30, { steps: 4 });
    await page.mouse.up();
    await expect
      .poll(async () => Math.round((await placeOf(page, 'outh1')).x - place.x))
      .toBeLessThan(-50);
    // To drag is not to click.
    expect((await stateOf(page)).selected).toBe('outh1');
    await page.keyboard.press('f');
    expect(await camera(page)).toBe(fitted);
    await page.getByRole('button', { name: 'Zoom out' }).click();
    expect(zoomOf(await camera(page))).toBeCloseTo(zoomOf(fitted) / 1.4, 3);

    await page.keyboard.press('f');
    const fingers = await fingersOn(page);
    for (const apart of [40, 70, 100]) await fingers(...twoAround(place, apart));
    await fingers();
    expect(zoomOf(await camera(page)) / zoomOf(fitted)).toBeCloseTo(2.5, 1);

    const colour = () =>
      page.locator('.svg-stage > g > g:nth-child(6) rect').first().getAttribute('fill');
    const light = await colour();
    await page.getByTestId('theme').click();
    await expect.poll(colour).not.toBe(light);
    const box = await page.getByTestId('graph').boundingBox();
    await page.mouse.click((box?.x ?? 0) + 8, (box?.y ?? 0) + 8);
    await expect.poll(async () => (await stateOf(page)).selected).toBe('');
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('draws a large graph from afar in few elements, and cards where one goes near', async () => {
    const { page, complaints } = await bench.open({
      trace: wideTrace(20, 50),
      hash: ALL_OPEN,
    });
    const elements = () => page.locator('.svg-stage *').count();
    await expect.poll(elements).toBeGreaterThan(10);
    expect(await elements()).toBeLessThan(400);
    expect(await page.locator('.svg-stage text').count()).toBe(0);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    const box = await page.getByTestId('graph').boundingBox();
    await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + 300);
    for (let k = 0; k < 6; k++) await page.mouse.wheel(0, -400);
    await expect.poll(() => page.locator('.svg-stage text').count()).toBeGreaterThan(5);
    expect(await elements()).toBeLessThan(3000);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('lists the steps where even that cannot be fetched', async () => {
    const { page } = await bench.open({
      trace: tutorialTrace(),
      prepare: async it => {
        await it.route(/svg-view/, route => route.abort());
      },
    });
    await page.getByTestId('step-list').waitFor();
    await page.getByRole('button', { name: /^outh1 fires/ }).click();
    expect(await page.getByTestId('ledger-sum').textContent()).toBe('0.036350');
    expect((await stateOf(page)).step).toBe(10);
    await page.close();
  });
});
