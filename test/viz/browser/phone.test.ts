// The viewer on a phone: everything on one screen, the panels in a sheet under tabs, and what fingers do on the picture,
// drawn with WebGL and without.

import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { describeInBrowser } from '../../support/browser.ts';
import { vanishingTrace } from '../sick-traces.ts';
import { stackTrace } from '../stack-trace.ts';
import {
  axeComplaints,
  cardOf,
  fingersOn,
  type Point,
  placeOf,
  restingPlaceOf,
  stateOf,
  twoAround,
  viewerForSuite,
} from './open-viewer.ts';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const SIZES = [
  [390, 844],
  [360, 640],
  [844, 390],
] as const;

const sizeOf = (page: Page) => page.getByTestId('app').getAttribute('data-sheet');
/** The tab that is chosen, with its panel in sight or not. */
const tabOf = async (page: Page): Promise<string> => {
  const tab = page.locator('[role=tab][aria-selected=true]');
  const panel = page.locator(`[id="${await tab.getAttribute('aria-controls')}"]`);
  return `${await tab.textContent()}${(await panel.isVisible()) ? '' : ', closed'}`;
};
const boxOf = async (page: Page, testid: string) => {
  const box = await page.getByTestId(testid).boundingBox();
  if (box === null) throw new Error(`${testid} is not to be seen`);
  return { ...box, right: box.x + box.width, bottom: box.y + box.height };
};
const far = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y);

/** How far a card is from the middle of what is to be seen of the graph. */
async function offCentre(page: Page, name: string): Promise<number> {
  const { x, y, width, height } = await boxOf(page, 'graph');
  return far(await placeOf(page, name), { x: x + width / 2, y: y + height / 2 });
}

/** Drags the sheet at its head; to where it does not matter how fast. */
async function drag(page: Page, to: number): Promise<void> {
  // A finger that comes down where the head was finds the graph there: the sheet is still on its way, from a frame after it was let go.
  await page.getByTestId('sheet').evaluate(async sheet => {
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    await Promise.allSettled(sheet.getAnimations().map(it => it.finished));
  });
  const head = await boxOf(page, 'sheet-head');
  const fingers = await fingersOn(page);
  const [x, from] = [head.x + head.width / 2, head.y + 8];
  for (const share of [0, 0.3, 0.7, 1]) {
    await fingers({ x, y: from + share * (to - from) });
  }
  await fingers();
}

describeInBrowser('the viewer on a phone', () => {
  const open = viewerForSuite(() => vanishingTrace(4, 5));

  it('fits on one screen, upright and on its side, with targets for fingers', async () => {
    const page = await open(PHONE);
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height });
      const graph = async () => (await boxOf(page, 'graph')).height;
      await expect.poll(graph).toBeGreaterThan(height / 3);
      await expect.poll(async () => (await boxOf(page, 'strip')).right).toBeLessThan(width);
      const [wide, high] = await page.evaluate(() => {
        window.scrollTo(50, 50);
        const { scrollWidth, scrollHeight } = document.documentElement;
        return [scrollWidth + window.scrollX, scrollHeight + window.scrollY];
      });
      expect([wide, high]).toEqual([width, height]);
      expect((await boxOf(page, 'strip')).bottom).toBeLessThan(height);
      await page.getByTestId('more-tools').tap();
      await page.getByTestId('search').waitFor();
      expect(await tooSmall(page)).toEqual([]);
      await page.getByTestId('more-tools').tap();
      await page.getByTestId('search').waitFor({ state: 'hidden' });
    }
  });

  it('has its panels in a sheet, which buttons and fingers open and close', async () => {
    const page = await open(PHONE);
    expect([await sizeOf(page), await tabOf(page)]).toEqual(['closed', 'Guide, closed']);
    const toggle = page.getByTestId('sheet-toggle');
    expect(await toggle.getAttribute('aria-expanded')).toBe('false');
    await toggle.tap();
    await expect.poll(() => tabOf(page)).toBe('Guide');
    expect(await toggle.getAttribute('aria-expanded')).toBe('true');
    await page.getByTestId('sheet-full').tap();
    await expect.poll(() => sizeOf(page)).toBe('full');
    expect((await boxOf(page, 'sheet')).y).toBeLessThan(60);
    await page.getByTestId('tab-overview').tap();
    await expect.poll(() => tabOf(page)).toBe('Overview');
    expect(await tooSmall(page)).toEqual([]);
    await toggle.tap();
    await expect.poll(() => tabOf(page)).toBe('Overview, closed');

    await drag(page, 80);
    await expect.poll(() => sizeOf(page)).toBe('full');
    await drag(page, 300);
    await expect.poll(() => sizeOf(page)).toBe('half');
    await drag(page, 800);
    await expect.poll(() => sizeOf(page)).toBe('closed');
  });

  it('shows the card that is tapped beside the graph, whatever its place was', async () => {
    const page = await open({ ...PHONE, hash: 'step=5&node=h3&view=0,0,0.8' });
    expect(await tabOf(page)).toBe('h3, closed');
    await page.getByTestId('fit').tap();
    // It lies where the sheet will be.
    const fingers = await fingersOn(page);
    const before = await restingPlaceOf(page, 'h2');
    await fingers(before);
    await fingers({ x: before.x, y: before.y + 60 });
    await fingers({ x: before.x, y: before.y + 200 });
    await fingers();
    const low = await restingPlaceOf(page, 'h2');
    expect(low.y - before.y).toBeGreaterThan(120);
    await page.touchscreen.tap(low.x, low.y);
    await expect.poll(() => tabOf(page)).toBe('h2');
    expect([await sizeOf(page), (await stateOf(page)).selected]).toEqual(['half', 'h2']);
    const sheet = await boxOf(page, 'sheet');
    await expect.poll(async () => (await placeOf(page, 'h2')).y).toBeLessThan(sheet.y);
    // The graph goes on: another card, then none.
    const other = await restingPlaceOf(page, 'h3');
    await page.touchscreen.tap(other.x, other.y);
    await expect.poll(() => tabOf(page)).toBe('h3');
    await page.touchscreen.tap(20, 70);
    await expect.poll(() => tabOf(page)).toBe('Guide');
    await page.getByTestId('tab-overview').tap();
    await page.locator('[data-testid=parameter][data-name=w1]').tap();
    await expect.poll(() => tabOf(page)).toBe('w1');
  });

  it('gives each panel of a feature a tab, for fingers, for keys and for axe', async () => {
    const page = await open({ ...PHONE, colorScheme: 'dark' });
    const tabs = () => page.getByRole('tab').allTextContents();
    await cardOf(page, 'w1').dispatchEvent('click');
    await page.getByTestId('show-paths').tap();
    await page.getByTestId('paths-bar').waitFor();
    await expect.poll(() => tabOf(page)).toBe('Paths');
    await page.getByTestId('more-tools').tap();
    await page.getByTestId('list-toggle').tap();
    await page.locator('[data-testid=step-row][aria-current]').waitFor();
    expect(await tabs()).toEqual(['w1', 'Overview', 'Steps', 'Paths']);
    expect(await axeComplaints(page, [''])).toEqual([]);

    // One stop for Tab; the arrows lead around.
    const tab = (name: string) => page.getByTestId(`tab-${name}`);
    expect(await page.locator('[role=tab][tabindex="0"]').allTextContents()).toEqual(['Steps']);
    await tab('Steps').focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => tabOf(page)).toBe('Paths');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => tabOf(page)).toBe('w1');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('w1');
    expect((await stateOf(page)).step).toBe(0);
    await page.keyboard.press('End');
    await expect.poll(() => tabOf(page)).toBe('Paths');

    // What closes leaves what was there before it was opened.
    await page.getByTestId('paths-close').tap();
    await expect.poll(() => tabOf(page)).toBe('Steps');
    await page.getByTestId('list-close').tap();
    await expect.poll(() => tabOf(page)).toBe('w1');
    expect(await tabs()).toEqual(['w1', 'Overview']);
    await page.getByTestId('theme').tap();
    for (const name of ['overview', 'card']) {
      await tab(name).tap();
      expect(await axeComplaints(page, [''])).toEqual([]);
    }
    await page.getByTestId('sheet-toggle').tap();
    await page.getByTestId('more-tools').tap();
    expect(await axeComplaints(page, [''])).toEqual([]);
  });

  it('scrubs under a finger, and asks for numbers in fields that do not zoom', async () => {
    const page = await open(PHONE);
    const strip = await boxOf(page, 'strip');
    const fingers = await fingersOn(page);
    const y = strip.y + strip.height / 2;
    await fingers({ x: strip.x + 4, y });
    await expect.poll(async () => (await stateOf(page)).step).toBe(1);
    await fingers({ x: strip.right - 4, y: y - 30 });
    await expect.poll(async () => (await stateOf(page)).step).toBe(5);
    await fingers();
    // To scrub is not to ask for a panel.
    expect(await sizeOf(page)).toBe('closed');
    await page.getByTestId('first').tap();
    await page.getByTestId('more-tools').tap();
    await page.getByTestId('predict').tap();
    const field = page.getByTestId('prediction');
    await field.waitFor();
    expect(await tabOf(page)).toBe('Predict');
    expect(await field.evaluate(it => Number.parseFloat(getComputedStyle(it).fontSize))).toBe(16);
    expect(await tooSmall(page)).toEqual([]);
  });

  it('reads lessons, with the text in the sheet and what it speaks of above', async () => {
    const page = await open(PHONE);
    await page.getByTestId('more-tools').tap();
    await page.getByTestId('lessons').tap();
    await page.getByTestId('lesson-backpropagation').tap();
    await page.getByTestId('lesson-next').waitFor();
    expect(await tooSmall(page)).toEqual([]);
    const titleTop = async () => {
      const title = await page.locator('.lessons-step h3').boundingBox();
      return (title?.y ?? 0) - (await boxOf(page, 'sheet-head')).bottom;
    };
    await page.getByTestId('lesson-next').tap();
    await expect.poll(() => page.getByTestId('lessons-panel').getAttribute('data-at')).toBe('2');
    await expect.poll(titleTop).toBeLessThan(20);
    expect(await titleTop()).toBeGreaterThan(0);
    expect([await sizeOf(page), await tabOf(page)]).toEqual(['half', 'Lessons']);

    // A step goes near the card that its text is about, and shows all of the graph where it is about paths.
    const at = () => page.getByTestId('lessons-panel').getAttribute('data-at');
    while ((await at()) !== '5') await page.getByTestId('lesson-next').tap();
    await expect.poll(() => offCentre(page, 'nety1')).toBeLessThan(2);
    expect((await restingPlaceOf(page, 'E')).x).toBeGreaterThan(390);
    await page.getByTestId('lesson-next').tap();
    await expect.poll(async () => (await restingPlaceOf(page, 'E')).x).toBeLessThan(390);
    expect((await restingPlaceOf(page, 'w1')).x).toBeGreaterThan(0);
    await page.getByTestId('lesson-next').tap();
    await expect.poll(() => offCentre(page, 'outh1')).toBeLessThan(2);
  });

  it('is the same in a file that it has exported', async () => {
    const page = await open(PHONE);
    await page.getByTestId('more-tools').tap();
    await page.getByTestId('export').tap();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByTestId('export-html').tap(),
    ]);
    const file = `${await download.path()}.html`;
    await download.saveAs(file);
    await page.goto(pathToFileURL(file).href);
    await page.getByTestId('tab-overview').tap();
    await expect.poll(() => tabOf(page)).toBe('Overview');
    await page.getByTestId('more-tools').tap();
    await page.getByTestId('open').waitFor();
    expect(await page.getByTestId('playground').count()).toBe(0);
  });
});

for (const [renderer, flags] of [
  ['WebGL', []],
  ['SVG', ['--disable-3d-apis']],
] as const) {
  describeInBrowser(`fingers on the picture (${renderer})`, () => {
    const open = viewerForSuite(() => stackTrace(12, 8), flags);

    it('step through it near enough to be read, or with all of it in sight', async () => {
      const page = await open({ ...PHONE, reducedMotion: 'reduce' });
      const spread = async () =>
        far(await restingPlaceOf(page, 'x3'), await restingPlaceOf(page, 'E'));
      const all = await spread();
      await page.getByTestId('forward').tap();
      await expect.poll(() => offCentre(page, 'E')).toBeLessThan(2);
      const near = await spread();
      expect(near / all).toBeGreaterThan(1.2);
      await page.getByTestId('forward').tap();
      await expect.poll(() => offCentre(page, 'E')).toBeGreaterThan(50);
      await page.getByTestId('back').tap();
      await expect.poll(() => offCentre(page, 'E')).toBeLessThan(2);
      expect(await spread()).toBeCloseTo(near, 0);

      await page.getByTestId('fit').tap();
      await expect.poll(spread).toBeCloseTo(all, 0);
      await page.getByTestId('forward').tap();
      expect((await stateOf(page)).step).toBe(2);
      expect(await spread()).toBeCloseTo(all, 0);
      // Whoever goes nearer again wants to read.
      await page.getByRole('button', { name: 'Zoom in' }).tap();
      await page.getByTestId('back').tap();
      await expect.poll(() => offCentre(page, 'E')).toBeLessThan(2);
      // Paths go through the whole of it.
      await page.getByTestId('card').filter({ hasText: 'x3' }).first().dispatchEvent('click');
      await page.keyboard.press('p');
      await page.getByTestId('paths-bar').waitFor();
      await expect.poll(spread).toBeLessThan(1.05 * all);
    });

    it('move it, pinch it about their middle and open a group by two taps', async () => {
      const page = await open(PHONE);
      const first = await restingPlaceOf(page, 'x3');
      expect(await page.locator('.svg-stage').count()).toBe(renderer === 'SVG' ? 1 : 0);
      const fingers = await fingersOn(page);
      await fingers(first);
      await fingers({ x: first.x + 10, y: first.y + 10 });
      await fingers({ x: first.x + 110, y: first.y + 60 });
      await fingers();
      const moved = await restingPlaceOf(page, 'x3');
      expect(far(moved, { x: first.x + 100, y: first.y + 50 })).toBeLessThan(25);
      // To drag is not to tap.
      expect((await stateOf(page)).selected).toBe('');

      // The fingers turn as they part, and their middle wanders: what was under it stays under it.
      const distance = async () =>
        far(await restingPlaceOf(page, 'x3'), await restingPlaceOf(page, 'E'));
      const apart = await distance();
      const pair = twoAround(moved, 60);
      await fingers(pair[0]);
      await fingers(...pair);
      const middle = { x: moved.x + 30, y: moved.y + 80 };
      for (const [share, angle] of [
        [0.5, 0.3],
        [1, 0.8],
      ] as const) {
        const at = { x: moved.x + 30 * share, y: moved.y + 80 * share };
        await fingers(...twoAround(at, 60 + 90 * share, angle));
      }
      await fingers();
      const pinched = await restingPlaceOf(page, 'x3');
      expect(far(pinched, middle)).toBeLessThan(4);
      expect((await distance()) / apart).toBeCloseTo(2.5, 1);
      expect((await stateOf(page)).selected).toBe('');
      expect(await sizeOf(page)).toBe('closed');

      await page.getByTestId('fit').tap();
      const pile = await restingPlaceOf(page, 'block ×12');
      await page.touchscreen.tap(pile.x, pile.y);
      await page.touchscreen.tap(pile.x + 3, pile.y);
      await cardOf(page, 'block11').waitFor({ state: 'attached' });
      expect(await sizeOf(page)).toBe('closed');
      const last = await restingPlaceOf(page, 'block11');
      await page.touchscreen.tap(last.x, last.y);
      await expect.poll(() => sizeOf(page)).toBe('half');
      expect(await tabOf(page)).toBe('block11');
    });
  });
}

/** The controls in sight that a finger would miss, but for words in a sentence. */
function tooSmall(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, select, input, summary, [role=slider]')]
      .filter(it => it.checkVisibility() && it.closest('.unseen, .lessons-text') === null)
      .map(it => ({ name: it.outerHTML.slice(0, 80), height: it.getBoundingClientRect().height }))
      .filter(({ height }) => height > 0 && height < 40)
      .map(({ name, height }) => `${height} px: ${name}`),
  );
}
