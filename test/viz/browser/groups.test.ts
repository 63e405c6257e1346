// Groups on the page: opened and closed by double click, by key, in the tree and by the address, without losing one's place.

import { expect, it } from 'vitest';
import { describeInBrowser } from '../../support/browser.ts';
import { stackTrace } from '../stack-trace.ts';
import { wideTrace } from '../wide-trace.ts';
import {
  axeComplaints,
  cardOf,
  heldBack,
  openFresh,
  restingPlaceOf,
  stateOf,
  viewerForSuite,
} from './open-viewer.ts';

describeInBrowser('groups', () => {
  const open = viewerForSuite(() => stackTrace(12, 8));

  it('open where they are and close again, by pointer and by key', async () => {
    const page = await open();
    const row = cardOf(page, 'block ×12');
    const place = await restingPlaceOf(page, 'block ×12');
    await page.mouse.dblclick(place.x, place.y);
    await cardOf(page, 'block11').waitFor({ state: 'attached' });
    expect(await row.count()).toBe(0);
    const last = await restingPlaceOf(page, 'block11');
    // The strip below the graph has no room for names any more, which leaves a little more for the graph.
    expect(Math.abs(last.x - place.x)).toBeLessThan(2);
    expect(Math.abs(last.y - place.y)).toBeLessThan(16);

    await cardOf(page, 'block3').dispatchEvent('click');
    await expect.poll(async () => (await stateOf(page)).selected).toBe('block3');
    await page.keyboard.press('Enter');
    await cardOf(page, 'attn').waitFor({ state: 'attached' });
    // What was selected is the last op of the block, now on the card of the part that it is in.
    expect((await stateOf(page)).selected).toBe('mlp');
    await expect
      .poll(() => page.evaluate(() => location.hash))
      .toMatch(/open=(?:\d+\.){4}\d+&node=\d+/);
    await page.reload();
    await cardOf(page, 'attn').waitFor({ state: 'attached' });
    expect(await cardOf(page, 'block4').count()).toBe(1);

    await cardOf(page, 'mlp').dispatchEvent('click');
    await page.keyboard.press('Shift+Enter');
    await cardOf(page, 'block3').waitFor({ state: 'attached' });
    expect((await stateOf(page)).selected).toBe('block3');
    await page.getByTestId('reset-groups').click();
    await row.waitFor({ state: 'attached' });
  });

  it('stay at the step, and time runs over what is shown', async () => {
    const page = await open();
    await page.getByTestId('close-groups').click();
    await cardOf(page, 'model').waitFor({ state: 'attached' });
    await page.keyboard.press('End');
    await expect.poll(async () => (await stateOf(page)).step).toBe(2);
    await page.keyboard.press('ArrowLeft');
    // The loss fires; opened, its last op does.
    await page.locator('[data-testid=module-toggle][data-name=loss]').click();
    await expect.poll(async () => (await stateOf(page)).step).toBe(1);
    expect(
      await page.locator('[data-testid=card][data-state=fires]').getAttribute('data-name'),
    ).toBe('E');
  });

  it('are laid out in a worker when they are many, while the page goes on as it was', async () => {
    const { hold, release } = heldBack('**/layout-worker.js');
    const page = await open({
      trace: wideTrace(12, 100),
      prepare: hold,
    });
    const steps = async () => Number(await page.getByTestId('app').getAttribute('data-steps'));
    const few = await steps();
    expect(few).toBeLessThan(300);
    await page.getByTestId('open-groups').click();
    const status = page.getByText(/^Arranging 3,\d\d\d cards …$/);
    await status.waitFor();
    await page.keyboard.press('End');
    await expect.poll(async () => (await stateOf(page)).step).toBe(few);
    release();
    await expect.poll(steps).toBeGreaterThan(2_000);
    expect(await status.count()).toBe(0);
    // It was at the end, and is.
    expect((await stateOf(page)).step).toBe(await steps());
    await expect.poll(() => page.evaluate(() => location.hash)).toContain('open=all');
    // An address is obeyed at once: which steps there are depends on what is open.
    await openFresh(page, `${new URL(page.url()).origin}/#open=all&step=2000`);
    await expect.poll(async () => (await stateOf(page)).step).toBe(2_000);
  });

  it('are laid out in the page where there is no worker', async () => {
    const page = await open({
      trace: wideTrace(12, 100),
      prepare: async it => {
        await it.addInitScript(() => {
          Reflect.deleteProperty(window, 'Worker');
        });
      },
    });
    await page.getByTestId('open-groups').click();
    await expect
      .poll(async () => Number(await page.getByTestId('app').getAttribute('data-steps')))
      .toBeGreaterThan(2_000);
  });

  it('play a long pass in half a minute at most', async () => {
    const page = await open({ trace: wideTrace(10, 32), hash: 'open=all&step=900' });
    const steps = Number(await page.getByTestId('app').getAttribute('data-steps'));
    expect(steps).toBeGreaterThan(950);
    for (let k = 0; k < 10; k++) await page.keyboard.press('+');
    const speed = page.getByTestId('speed');
    await expect.poll(() => speed.textContent()).toBe('64×');
    await page.keyboard.press('Space');
    await expect.poll(async () => (await stateOf(page)).step).toBe(steps);
    await speed.click();
    expect(await speed.textContent()).toBe('½×');
  });

  it('show a NaN from outside, and open for what is looked for', async () => {
    const page = await open({ trace: stackTrace(12, 8, 5) });
    await page.keyboard.press('End');
    const row = page.locator('[data-testid=module][data-name="block ×12"]');
    await expect.poll(() => row.textContent()).toContain('⚠ NaN');
    await page.keyboard.press('/');
    await page.getByTestId('search-field').waitFor();
    await page.keyboard.type('w5.3');
    await page.keyboard.press('Enter');
    // Its own card, and not the closed group that it was in.
    await expect.poll(async () => (await stateOf(page)).selected).toBe('w5.3');

    await page.getByTestId('close-groups').click();
    await cardOf(page, 'model').waitFor({ state: 'attached' });
    await page.keyboard.press('f');
    await page.keyboard.press('/');
    await page.getByTestId('search-field').waitFor();
    await page.keyboard.type('e3');
    await page.keyboard.press('Enter');
    await cardOf(page, 'e3').waitFor({ state: 'attached' });
    // In the middle of the picture.
    const box = await page.getByTestId('graph').boundingBox();
    const { x, y } = await restingPlaceOf(page, 'e3');
    expect(Math.abs(x - (box?.x ?? 0) - (box?.width ?? 0) / 2)).toBeLessThan(2);
    expect(Math.abs(y - (box?.y ?? 0) - (box?.height ?? 0) / 2)).toBeLessThan(16);
  });

  it('let paths through', async () => {
    const page = await open();
    await page.keyboard.press('End');
    await page.locator('[data-testid=parameter][data-name=e1]').click();
    await page.keyboard.press('p');
    await page.getByTestId('paths-bar').waitFor();
    await expect.poll(() => page.getByTestId('derivation-check').textContent()).toMatch(/^✓/);
    const text = await page.getByTestId('paths-bar').textContent();
    expect(text).toContain('from E to e1');
  });

  it.each(['light', 'dark'] as const)('give axe nothing to complain about (%s)', async theme => {
    const page = await open({ colorScheme: theme });
    expect(await axeComplaints(page, ['block ×12'])).toEqual([]);
  });
});
