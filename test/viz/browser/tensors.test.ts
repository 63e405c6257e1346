// The viewer on a network of tensors, in a real browser.

import { expect, it } from 'vitest';
import { record, tensor } from '../../../src/index.ts';
import { describeInBrowser } from '../../support/browser.ts';
import { networkTrace } from '../tensor-trace.ts';
import { axeComplaints, cardOf, leafGradient, stateOf, viewerForSuite } from './open-viewer.ts';

describeInBrowser('the viewer and tensors', () => {
  const open = viewerForSuite(networkTrace);

  it('steps, and shows shapes, norms, shares, rules and elements', async () => {
    const page = await open();
    expect(await cardOf(page, 'z').textContent()).toBe(
      'z, X·W1+b1, 3×3, ‖value‖ 2.5740, ‖gradient‖ …, pending',
    );
    await cardOf(page, 'h').dispatchEvent('click');
    expect(await page.getByTestId('heat-gradient').count()).toBe(0);
    expect(await page.getByTestId('gradient-later').textContent()).toBe('Complete at step 2.');
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
    expect(await stateOf(page)).toEqual({ step: 3, selected: 'h' });
    expect(await page.getByTestId('sentence').textContent()).toBe(
      'h fires: its gradient (3×3) has norm 0.59258; it hands a share of 0.48306 to z.',
    );
    expect(await page.getByTestId('node-shape').textContent()).toBe('3×3 float64');
    expect(await page.getByTestId('node-gradient').textContent()).toBe('0.59257597');
    const [row = ''] = await page.locator('[data-testid=ledger] tbody tr').allInnerTexts();
    expect(row.split(/\s+/)).toEqual(['y', '0.68886', '0.59258', '0.59258']);
    expect(await page.getByTestId('ledger-check').textContent()).toContain('✓');
    await page.waitForSelector('[data-testid=partials] .katex');
    expect(await page.locator('[data-testid=partials] annotation').allTextContents()).toEqual([
      'G_{z} \\mathrel{+} = G \\odot \\left(1 - h^{2}\\right)',
    ]);
    const cells = page.locator('[data-testid=heat-gradient] td');
    expect(await cells.allTextContents()).toEqual([
      '−0.3262',
      '0.1864',
      '−0.1398',
      '−0.2834',
      '0.1619',
      '−0.1214',
      '−0.2141',
      '0.1224',
      '−0.09177',
    ]);
    await page.keyboard.press('End');
    expect(await leafGradient(page, 'W1').textContent()).toBe('0.54921');
    expect(await leafGradient(page, 'b2').textContent()).toBe('−1.1766');
  });

  it('shows other passes of the training', async () => {
    const page = await open();
    await page.keyboard.press('End');
    await cardOf(page, 'W2').dispatchEvent('click');
    const first = await page.locator('[data-testid=heat-value] td').first().textContent();
    expect(first).toBe('0.7');
    await page.getByTestId('pass-slider').focus();
    await page.keyboard.press('ArrowRight');
    // 0.7 minus half of the gradient before, −0.33213.
    expect(await page.locator('[data-testid=heat-value] td').first().textContent()).toBe('0.8661');
    expect((await stateOf(page)).selected).toBe('W2');
  });

  it('paints larger tensors as a picture that tells its elements', async () => {
    const { trace } = record(() => {
      const rows = Array.from({ length: 20 }, (_, i) =>
        Array.from({ length: 10 }, (_, j) => (j < 5 ? i + 1 : -i - 1)),
      );
      tensor(rows, { requiresGrad: true }).named('x').square().sum().named('y').backward();
    });
    const page = await open({ trace, colorScheme: 'light' });
    await cardOf(page, 'x').dispatchEvent('click');
    const canvas = page.locator('[data-testid=heat-value] canvas');
    const pixels = () =>
      canvas.evaluate(element => {
        // Read from a copy, which is meant to be read.
        const copy = document.createElement('canvas');
        const context = copy.getContext('2d', { willReadFrequently: true });
        context?.drawImage(element as HTMLCanvasElement, 0, 0);
        return [...(context?.getImageData(0, 0, 10, 20).data ?? [])];
      });
    await expect.poll(async () => (await pixels())[3], { timeout: 5000 }).toBe(255);
    const data = await pixels();
    const at = (i: number, j: number) => data.slice(4 * (10 * i + j), 4 * (10 * i + j) + 3);
    expect(at(19, 0)).toEqual([0x1a, 0x5b, 0xd0]);
    expect(at(19, 9)).toEqual([0xb6, 0x44, 0x00]);
    expect(Math.min(...at(0, 0))).toBeGreaterThan(235);
    const box = await canvas.boundingBox();
    await canvas.hover({ position: { x: (box?.width ?? 0) - 2, y: (box?.height ?? 0) - 2 } });
    expect(await page.locator('[data-testid=heat-value] figcaption').textContent()).toBe(
      '[19, 9] = −20.0000',
    );
  });

  it.each(['light', 'dark'] as const)('has no barriers in the %s theme', async colorScheme => {
    const page = await open({ colorScheme });
    await page.keyboard.press('End');
    expect(await axeComplaints(page, ['h', 'W1'])).toEqual([]);
  });
});
