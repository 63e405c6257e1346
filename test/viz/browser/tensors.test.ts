// The viewer on a network of tensors, in a real browser.

import { expect, it } from 'vitest';
import { conv1d, record, tensor } from '../../../src/index.ts';
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
    await page.getByTestId('heat-value').waitFor();
    await page.getByTestId('show-gradient').click();
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

  it('says of a tensor without elements, or without a gradient, that there is nothing', async () => {
    const { trace } = record(() => {
      const empty = tensor([[]], { requiresGrad: true }).named('empty');
      const data = tensor([[1, 3]]).named('data');
      const w = tensor([[1, 2]], { requiresGrad: true }).named('w');
      empty.sum().add(w.mul(data).sum()).named('E').backward();
    });
    const page = await open({ trace });
    await page.keyboard.press('End');
    const cells = () => page.getByTestId('statistics').locator('tbody td').allInnerTexts();
    await cardOf(page, 'empty').dispatchEvent('click');
    await expect.poll(cells).toEqual(['0', '0', '–', '–', '–', '–', '–', '–', '0', '0']);
    await cardOf(page, 'data').dispatchEvent('click');
    await expect
      .poll(cells)
      .toEqual(['3.1623', '–', '2.0000', '–', '1.0000', '–', '3.0000', '–', '0', '–']);
  });

  it('shows the elements of a value from the step of the forward pass that computes it', async () => {
    const page = await open();
    await cardOf(page, 'h').dispatchEvent('click');
    await page.keyboard.press('Home');
    await page.getByTestId('value-later').waitFor();
    const when = await page.getByTestId('value-later').textContent();
    expect(when).toBe('Computed at step 2 of the forward pass.');
    expect(await page.getByTestId('heat-value').count()).toBe(0);
    expect(await page.getByTestId('statistics').count()).toBe(0);
    for (let i = 0; i < 2; i++) await page.keyboard.press('ArrowRight');
    await page.getByTestId('heat-value').waitFor();
    expect(await page.getByTestId('statistics').count()).toBe(1);
    await cardOf(page, 'X').dispatchEvent('click');
    await page.getByTestId('heat-value').waitFor();
  });

  it('shows other passes of the training', async () => {
    const page = await open();
    await page.keyboard.press('End');
    await cardOf(page, 'W2').dispatchEvent('click');
    await page.getByTestId('heat-value').waitFor();
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
    // Twenty rows in 276 pixels: 13 for each cell.
    const size = 13;
    const pixels = () =>
      canvas.evaluate(element => {
        // Read from a copy, which is meant to be read.
        const copy = document.createElement('canvas');
        const [width, height] = [10 * 13, 20 * 13];
        Object.assign(copy, { width, height });
        const context = copy.getContext('2d', { willReadFrequently: true });
        context?.drawImage(element as HTMLCanvasElement, 0, 0);
        return [...(context?.getImageData(0, 0, width, height).data ?? [])];
      });
    await expect.poll(async () => (await pixels())[3], { timeout: 5000 }).toBe(255);
    const data = await pixels();
    const at = (i: number, j: number, right = 1, down = 1) => {
      const pixel = 4 * (10 * size * (i * size + down) + j * size + right);
      return data.slice(pixel, pixel + 3);
    };
    expect(at(19, 0)).toEqual([0x1a, 0x5b, 0xd0]);
    expect(at(19, 9)).toEqual([0xb6, 0x44, 0x00]);
    expect(Math.min(...at(0, 0))).toBeGreaterThan(235);
    // A negative cell has a dash in its middle, a positive one has not.
    expect(at(19, 9, 6, 6)).not.toEqual(at(19, 9));
    expect(at(19, 0, 6, 6)).toEqual(at(19, 0));
    const box = await canvas.boundingBox();
    await canvas.hover({ position: { x: (box?.width ?? 0) - 2, y: (box?.height ?? 0) - 2 } });
    const told = page.getByTestId('read-value');
    expect(await told.textContent()).toBe('[19, 9]value −20.0000');
    // By keys as well; those of the page rest meanwhile.
    await page.locator('[data-testid=heat-value] .heat-body').focus();
    await page.keyboard.press('Escape');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    expect(await told.textContent()).toBe('[1, 1]value 2.00000');
    expect((await stateOf(page)).step).toBe(0);
    expect(await page.getByTestId('histogram-value').getAttribute('data-counts')).toMatch(
      /^10 10 5 10 10 5 /,
    );
  });

  it('shows any axes of a tensor, its contributions, and what was summed', async () => {
    const { trace } = record(() => {
      const x = tensor(
        Array.from({ length: 24 }, (_, k) => k),
        { requiresGrad: true },
      )
        .reshape([2, 3, 4])
        .named('x');
      const b = tensor([1, 2, 3, 4], { requiresGrad: true }).named('b');
      const y = x.add(b).named('y');
      y.add(x.mul(x).named('square')).sum().named('s').backward();
    });
    const page = await open({ trace });
    await page.keyboard.press('End');
    await cardOf(page, 'x').dispatchEvent('click');
    const body = page.locator('[data-testid=heat-value] .heat-body');
    await body.waitFor();
    // Two pictures of 3 × 4 in a grid; without tiles one of them, and a slider for the other.
    expect(await body.getAttribute('data-rows')).toBe('7');
    const axes = page.getByTestId('axes-value');
    await axes.getByRole('checkbox').uncheck();
    const cells = page.locator('[data-testid=heat-value] td');
    expect((await cells.allTextContents()).slice(0, 4)).toEqual(['0', '1', '2', '3']);
    await axes.getByRole('slider').focus();
    await page.keyboard.press('ArrowRight');
    expect((await cells.allTextContents()).slice(0, 4)).toEqual(['12', '13', '14', '15']);
    await axes.getByRole('combobox', { name: 'columns' }).selectOption('0');
    expect((await cells.allTextContents()).slice(0, 2)).toEqual(['0', '12']);
    await page.getByTestId('tensor').getByText('from square (1)').click();
    expect(
      (
        await page
          .locator('[data-testid=heat-part-0] td, [data-testid=heat-part-1] td')
          .allTextContents()
      ).slice(0, 2),
    ).toEqual(['0', '12']);
    await cardOf(page, 'b').dispatchEvent('click');
    const summed = page.getByTestId('unbroadcast');
    await summed.waitFor();
    expect(await summed.locator('p').textContent()).toBe(
      'from y: summed over axis 0 (2) and axis 1 (3)',
    );
    expect(await summed.locator('.summed').allTextContents()).toEqual(['Σ 2', 'Σ 3']);
  });

  it('shows what made an element of a convolution, and where gradients flow back', async () => {
    const { trace } = record(() => {
      const x = tensor([[[1, 2, 3, 4, 5]]], { requiresGrad: true }).named('x');
      const w = tensor([[[1, 0, 1]]], { requiresGrad: true }).named('w');
      conv1d(x, w).named('y').square().named('z').sum().named('s').backward();
    });
    const page = await open({ trace });
    await cardOf(page, 'y').dispatchEvent('click');
    const side = (k: number) => page.locator(`[data-testid=heat-window-${k}] .heat-body`);
    await side(0).focus();
    await page.keyboard.press('ArrowRight');
    expect(await side(1).getAttribute('data-marks')).toBe('1 2 3');
    expect(await side(2).getAttribute('data-marks')).toBe('0 1 2');
    const rows = (id: string) => page.locator(`[data-testid=${id}] tbody tr`).allInnerTexts();
    expect((await rows('window-made')).map(row => row.split(/\t/))).toEqual([
      ['[0, 0, 1] · [0, 0, 0]', '2 · 1', '2.0000'],
      ['[0, 0, 2] · [0, 0, 1]', '3 · 0', '0'],
      ['[0, 0, 3] · [0, 0, 2]', '4 · 1', '4.0000'],
    ]);
    expect(await page.getByTestId('window-check').textContent()).toContain('✓ = 6.00000');
    await side(0).blur();
    await page.keyboard.press('End');
    await side(1).locator('td').nth(2).hover();
    expect(await side(0).getAttribute('data-marks')).toBe('0 1 2');
    // y = 4, 6, 8 has the gradient 8, 12, 16.
    expect((await rows('window-parts')).map(row => row.split(/\t/))).toEqual([
      ['[0, 0, 0]', '8', '1', '8.000'],
      ['[0, 0, 1]', '12', '0', '0'],
      ['[0, 0, 2]', '16', '1', '16.00'],
    ]);
    expect(await page.getByTestId('window-check').textContent()).toContain('✓ = 24.0000');
    await page.getByTestId('window-backward').check();
    expect(await side(1).locator('td').allTextContents()).toEqual(['8', '12', '24', '12', '16']);
  });

  it.each(['light', 'dark'] as const)('has no barriers in the %s theme', async colorScheme => {
    const page = await open({ colorScheme });
    await page.keyboard.press('End');
    expect(await axeComplaints(page, ['h', 'W1'])).toEqual([]);
  });
});
