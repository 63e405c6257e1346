// The playground in a real browser: programs typed, chosen and linked to, numbers dragged, mistakes shown.

import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { formatShort } from '../../../src/viz/model/format.ts';
import { encodeProgram } from '../../../src/viz/model/play-address.ts';
import { presetOf } from '../../../src/viz/play/presets.ts';
import { runProgram } from '../../../src/viz/play/run.ts';
import { describeInBrowser } from '../../support/browser.ts';
import { tutorialTrace } from '../tiny-trace.ts';
import {
  axeComplaints,
  cardOf,
  openFresh,
  placeOf,
  stateOf,
  viewerForSuite,
} from './open-viewer.ts';

/** A loaded machine takes its time. */
const PATIENT = { timeout: 20_000 };

function row(page: Page, leaf: string) {
  return page.locator(`[data-testid=play-leaves] [data-name="${leaf}"]`);
}

/** Waits until the gradient that a leaf shows is this one. */
async function gradientIs(page: Page, leaf: string, gradient: string): Promise<void> {
  await expect.poll(() => row(page, leaf).locator('.number').textContent(), PATIENT).toBe(gradient);
}

function gradientOf(program: string, leaf: string, values: Record<string, number>): number {
  const { leaves } = runProgram(program, { values });
  return leaves.find(({ name }) => name === leaf)?.gradient as number;
}

describeInBrowser('the playground', () => {
  const open = viewerForSuite(tutorialTrace);

  it('drags a number: gradients and the derivation follow, picture, selection and step stay', async () => {
    const page = await open();
    await page.keyboard.press('e');
    await gradientIs(page, 'w5', '0.082167');
    await gradientIs(page, 'w1', '0.00043857');
    expect(await row(page, 'i1').locator('.play-gradient').textContent()).toBe('constant');
    expect(await cardOf(page, 'E').textContent()).toContain('value 0.29837');

    await page.getByTestId('play-leaves').getByRole('button', { name: 'Select w5 in' }).click();
    await page.keyboard.press('ArrowLeft');
    const before = { ...(await stateOf(page)), ...(await placeOf(page, 'w5')) };
    expect(before).toMatchObject({ step: 10, selected: 'w5' });

    const slider = row(page, 'w5').getByRole('slider');
    await slider.focus();
    for (let k = 0; k < 3; k++) await page.keyboard.press('ArrowRight');
    const program = presetOf('backpropagation')?.program ?? '';
    await gradientIs(page, 'w5', formatShort(gradientOf(program, 'w5', { w5: 0.43 })));
    await gradientIs(page, 'w8', formatShort(gradientOf(program, 'w8', { w5: 0.43 })));
    expect({ ...(await stateOf(page)), ...(await placeOf(page, 'w5')) }).toEqual(before);

    // The derivation is the engine's own, with the numbers of the moment.
    expect(await page.getByTestId('play-derive').inputValue()).toBe('w5');
    const derived = runProgram(program, { values: { w5: 0.43 }, derive: 'w5' }).derivation;
    await expect
      .poll(() => page.getByTestId('play-numbers').textContent(), PATIENT)
      .toBe(derived?.steps.at(-1)?.numbers);
    expect(await page.getByTestId('play-derivation').locator('.katex').count()).toBeGreaterThan(0);

    // By the field, and back by the button.
    const field = row(page, 'w5').getByRole('spinbutton');
    expect(await field.inputValue()).toBe('0.43');
    await field.selectText();
    await field.pressSequentially('-1.5');
    await gradientIs(page, 'w5', formatShort(gradientOf(program, 'w5', { w5: -1.5 })));
    await page.getByTestId('play-derive').selectOption('w1');
    await expect
      .poll(() => page.getByTestId('play-numbers').textContent(), PATIENT)
      .toMatch(/^E\(w1\)' = /);
    await page.getByTestId('play-reset').click();
    await gradientIs(page, 'w5', '0.082167');
    expect(await axeComplaints(page, [''])).toEqual([]);

    await page.getByTestId('play-back').click();
    expect(await page.getByTestId('title').textContent()).toBe('backpropagation by hand');
    expect(await page.getByTestId('play-panel').count()).toBe(0);
  });

  it('runs what is typed, points at mistakes, and refuses what is too large', async () => {
    const page = await open();
    await page.getByTestId('playground').click();
    const text = page.getByTestId('play-text');
    await text.fill('sin(x^2)');
    await gradientIs(page, 'x', formatShort(2 * Math.cos(1)));
    expect(await cardOf(page, 'y').textContent()).toContain(`value ${formatShort(Math.sin(1))}`);

    // What is not finite is written and marked as it is elsewhere.
    await text.fill('x = 0\ny = log(x)');
    await gradientIs(page, 'x', '∞');
    expect(await row(page, 'x').locator('.number').getAttribute('class')).toBe('number nonfinite');
    expect(await page.getByTestId('play-numbers').textContent()).toMatch(/= ∞$/);

    await text.fill('x = 1.5\ny = sin(x^2) + sim(x)');
    const problem = page.getByTestId('play-problem');
    await expect
      .poll(() => problem.locator('p').textContent(), PATIENT)
      .toBe('Line 2: there is no function sim; did you mean sin?');
    expect(await problem.locator('pre').textContent()).toBe(
      `y = sin(x^2) + sim(x)\n${' '.repeat(15)}^^^`,
    );
    expect(await text.getAttribute('aria-invalid')).toBe('true');
    // The last picture stays meanwhile.
    expect(await page.getByTestId('card').count()).toBe(2);
    // Letters that are keys elsewhere are only letters here.
    await text.press('End');
    await text.pressSequentially('\nfpeh');
    expect(await page.getByTestId('play-panel').count()).toBe(1);
    expect(await text.inputValue()).toContain('fpeh');

    await text.fill('x = [1]\ny = sum(ones([100000, 100000]) * x)');
    await expect
      .poll(() => problem.locator('p').textContent(), PATIENT)
      .toBe('Line 2: a tensor of the playground has at most 10000 elements');
    await text.fill('<img src=x onerror=alert(1)>');
    await expect.poll(() => problem.locator('p').textContent(), PATIENT).toMatch(/^Line 1: /);
    expect(await page.locator('.playground img').count()).toBe(0);

    await page.getByTestId('play-presets').selectOption('convolution-1d');
    await expect.poll(() => cardOf(page, 'y').textContent(), PATIENT).toContain('‖value‖ 10.770');
    expect(await problem.textContent()).toBe('');
    // One element of the kernel: its gradient stays, that of x changes.
    await page.getByLabel('kernel[0, 0, 1]').fill('2');
    const kernel = runProgram(presetOf('convolution-1d')?.program ?? '', {
      values: { kernel: [1, 2, 1] },
    });
    const x = kernel.leaves[0]?.gradient as number[];
    await gradientIs(page, 'x', formatShort(Math.hypot(...x)));
  });

  it('opens from a link, program and numbers, and without a trace', async () => {
    const page = await open({ trace: '' });
    await page.getByTestId('failure-playground').click();
    await gradientIs(page, 'w1', '0.00043857');

    const program = '# mine\na = 3\nb = 4\nc = a*b\n';
    const url = page.url().replace(/#.*/, '');
    await openFresh(page, `${url}#play=${encodeProgram(program)}&numbers=a:5,zzz:1`);
    await gradientIs(page, 'b', '5');
    expect(await page.getByTestId('play-text').inputValue()).toBe(program);
    expect(await page.getByTestId('title').textContent()).toBe('mine');
    await row(page, 'a').getByRole('spinbutton').fill('7');
    await gradientIs(page, 'b', '7');
    await page.getByTestId('play-share').click();
    await expect.poll(() => page.url(), PATIENT).toContain('numbers=a%3A7');
    await page.reload();
    await gradientIs(page, 'b', '7');

    // What is no program opens the first preset.
    await openFresh(page, `${url}#play=%3Cscript%3E&numbers=${'9'.repeat(2000)}`);
    await gradientIs(page, 'w1', '0.00043857');

    await expect.poll(() => page.url(), PATIENT).toContain('play=.backpropagation');
    await openFresh(page, `${url}#play=.training`);
    await gradientIs(page, 'w1', '0.00043857');
    await expect
      .poll(() => page.getByTestId('counts').textContent(), PATIENT)
      .toContain('pass 1 of 101');
  });
});
