// Health in a real browser: what is not finite, gains, layers over training, and two passes side by side.

import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { record, value } from '../../../src/index.ts';
import { describeInBrowser } from '../../support/browser.ts';
import { divergingTrace, maskTrace, threeWaysTrace } from '../sick-traces.ts';
import { tutorialTrace } from '../tiny-trace.ts';
import { axeComplaints, cardOf, placeOf, stateOf, viewerForSuite } from './open-viewer.ts';

/** The text of a part of the page, once it is there. */
const textOf = (page: Page, id: string) => page.getByTestId(id).textContent();

/** Waits until a part of the page says something; it may have to be loaded first. */
async function says(page: Page, id: string, text: string): Promise<void> {
  await page.getByTestId(id).filter({ hasText: text }).waitFor();
}

const passOf = async (page: Page) =>
  Number(await page.getByTestId('app').getAttribute('data-pass'));

describeInBrowser('health', () => {
  const open = viewerForSuite(tutorialTrace);

  it('leaves room for all that the header and the foot may hold, in a small window too', async () => {
    const page = await open({ trace: threeWaysTrace() });
    await says(page, 'anomaly-badge', '⚠ 5');
    await page.keyboard.press('n');
    await cardOf(page, 'w').dispatchEvent('click');
    await page.keyboard.press('p');
    await page.getByTestId('paths-bar').waitFor();
    for (const height of [400, 700]) {
      for (const width of [320, 765, 790, 850, 950, 1005, 1050, 1100]) {
        await page.setViewportSize({ width, height });
        await expect
          .poll(() =>
            page.evaluate(() => [
              document.documentElement.scrollWidth - window.innerWidth,
              document.documentElement.scrollHeight - window.innerHeight,
            ]),
          )
          .toEqual([0, 0]);
      }
    }
  });

  it('walks from one place where NaN arises to the next, and says why', async () => {
    const page = await open({ trace: threeWaysTrace() });
    await says(page, 'anomaly-badge', '⚠ 5');
    await page.keyboard.press('n');
    await says(page, 'anomaly-reason', 'logp is −∞: ln(0) = −∞, a pole');
    expect(await textOf(page, 'anomaly-place')).toBe('⚠ 1 of 5 ');
    expect(await textOf(page, 'anomaly-source')).toMatch(/sick-traces\.ts:\d+$/);
    expect((await stateOf(page)).selected).toBe('logp');
    for (const _ of [1, 2, 3]) await page.keyboard.press('n');
    await says(page, 'anomaly-reason', 'root hands ∞ to x: upstream × local = 2 · ∞ = ∞');
    const { step, selected } = await stateOf(page);
    expect(selected).toBe('root');
    expect(await cardOf(page, 'root').getAttribute('data-state')).toBe('fires');
    expect(step).toBeGreaterThan(0);
    await page.keyboard.press('n');
    await says(page, 'anomaly-reason', '0 · ∞ = NaN, for 0 · ∞ has no value');
    expect(await page.getByTestId('anomalies').locator('li').count()).toBe(2);
    // After the last comes the first again, and before the first the last.
    await page.keyboard.press('n');
    await says(page, 'anomaly-place', '1 of 5');
    await page.keyboard.press('Shift+N');
    await says(page, 'anomaly-place', '5 of 5');
    expect(await axeComplaints(page, [''])).toEqual([]);

    await page.getByTestId('colour-gain').click();
    await page.getByTestId('smallest-gains').waitFor();
    expect(
      await page.getByTestId('smallest-gains').locator('button').first().textContent(),
    ).toContain('✕ dead');
    await page.getByTestId('largest-gains').locator('button').first().click();
    expect((await stateOf(page)).selected).toBe('logp');
    expect(await textOf(page, 'legend')).toContain('gain');
    expect(await textOf(page, 'legend-strip')).toContain('strip |g|');
    expect(await axeComplaints(page, [''])).toEqual([]);
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByTestId('anomaly-bar').waitFor({ state: 'detached' });
  });

  it('finds the first pass of a run that diverges, and shows its layers', async () => {
    const page = await open({ trace: divergingTrace(), colorScheme: 'dark' });
    await says(page, 'anomaly-badge', '⚠ 7 passes');
    expect(await page.getByTestId('loss-gap').count()).toBe(1);
    expect(await page.getByTestId('loss-curve').getAttribute('aria-label')).toContain(
      'logarithmic, 7 losses not finite',
    );
    await page.keyboard.press('n');
    await says(page, 'anomaly-reason', 'an overflow: float64 ends at 1.8e308');
    expect(await passOf(page)).toBe(5);

    await page.getByTestId('layers-open').click();
    const map = page.getByTestId('layer-map');
    await map.focus();
    await says(page, 'layer-readout', 'pass 6');
    await page.keyboard.press('Home');
    await says(page, 'layer-readout', 'w · pass 1 · ‖g‖');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    await says(page, 'layer-readout', 'b · pass 12 · ‖g‖ NaN · ⚠ not finite');
    await page.locator('summary').click();
    const rows = page.getByTestId('layer-table').locator('tbody tr');
    expect(await rows.count()).toBe(2);
    expect(await rows.first().textContent()).toContain('⚠ not finite');
    expect(await axeComplaints(page, [''])).toEqual([]);
    await map.focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('layers').waitFor({ state: 'detached' });
    expect(await passOf(page)).toBe(11);
    expect((await stateOf(page)).selected).toBe('b');
  });

  it('sets two passes side by side while the picture stays where it is', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.keyboard.press('End');
    await page.keyboard.press('c');
    await says(page, 'compare-status', 'Pass 1 is pinned as A. Choose another pass');
    await page.waitForTimeout(200);
    const before = await placeOf(page, 'w5');
    await page.getByTestId('pass-slider').focus();
    await page.keyboard.press('End');
    await says(page, 'compare-status', 'A: pass 1, B: pass 21. E 0.29');
    await page.waitForTimeout(100);
    expect(await placeOf(page, 'w5')).toEqual(before);
    expect(await page.getByTestId('cell-before').count()).toBe(11);
    expect(await textOf(page, 'legend')).toContain('B − A of g');
    await cardOf(page, 'w5').dispatchEvent('click');
    const gradient = page.getByTestId('compare-table').locator('tr', { hasText: 'g' }).last();
    expect(await gradient.locator('td').first().textContent()).toBe('0.08217');
    await page.getByTestId('compare-value').click();
    expect(await textOf(page, 'legend')).toContain('B − A of v');
    expect(await axeComplaints(page, [''])).toEqual([]);
    await page.getByTestId('compare-swap').click();
    await says(page, 'compare-status', 'A: pass 21, B: pass 1.');
    await page.getByTestId('unpin').click();
    await page.getByTestId('compare-bar').waitFor({ state: 'detached' });
    expect(await textOf(page, 'legend')).toContain('|g|');

    // The strip and the curve are scrub bars as well.
    const strip = await page.getByTestId('strip').boundingBox();
    const [left, width, middle] = [strip?.x ?? 0, strip?.width ?? 0, (strip?.y ?? 0) + 15];
    await page.mouse.move(left + width * 0.05, middle);
    expect(await textOf(page, 'strip-tip')).toBe('step 1 · E · g 1.0000');
    await page.mouse.down();
    await page.mouse.move(left + width * 0.5, middle, { steps: 4 });
    expect((await stateOf(page)).step).toBe(6);
    await page.mouse.up();
    await page.mouse.wheel(0, 80);
    await page.waitForSelector('[data-testid=app][data-step="8"]');
    const curve = await page.getByTestId('loss-curve').boundingBox();
    await page.mouse.move((curve?.x ?? 0) + 6, (curve?.y ?? 0) + 20);
    await page.mouse.down();
    await page.mouse.move((curve?.x ?? 0) + (curve?.width ?? 0) - 6, (curve?.y ?? 0) + 20);
    expect(await passOf(page)).toBe(20);
    await page.mouse.up();
    await page.getByTestId('loss-log').click();
    expect(await page.getByTestId('loss-log').getAttribute('aria-pressed')).toBe('false');
  });

  it('does not warn of a mask, and says on its card why it is infinite', async () => {
    const page = await open({ trace: maskTrace() });
    await cardOf(page, 'm').dispatchEvent('click');
    await says(
      page,
      'intended',
      'm is not finite in 1 of 4 elements, first −∞ at [0, 1]: it comes from a constant.',
    );
    expect(await page.getByTestId('anomaly-badge').count()).toBe(0);
    expect(await page.getByTestId('anomalies').count()).toBe(0);
    await page.keyboard.press('n');
    await says(
      page,
      'anomaly-reason',
      'NaN and ∞ arise nowhere. What is infinite comes from constants',
    );
    expect(await axeComplaints(page, [''])).toEqual([]);
    // Escape closes the bar first, and then lets go of the card.
    await page.keyboard.press('Escape');
    await page.getByTestId('anomaly-bar').waitFor({ state: 'detached' });
    expect((await stateOf(page)).selected).toBe('m');
    await page.keyboard.press('Escape');
    await expect.poll(async () => (await stateOf(page)).selected).not.toBe('m');
  });

  it('says so where two passes have nothing in common, and where nothing is wrong', async () => {
    const { trace } = record(() => {
      const x = value(2).named('x');
      x.mul(x).named('y').backward();
      x.mul(x).mul(x).named('y').backward();
    });
    const page = await open({ trace });
    await page.getByTestId('pin').click();
    await page.getByTestId('pass-slider').fill('1');
    await says(page, 'compare-status', 'The two passes ran over different graphs');
    expect(await page.getByTestId('compare-table').count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.getByTestId('strip').focus();
    await page.keyboard.press('n');
    await says(page, 'anomaly-reason', 'Every value and every gradient of every pass is finite.');
    expect(await page.getByTestId('anomaly-badge').count()).toBe(0);
  });
});
