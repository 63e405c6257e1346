// The paths to the loss, the edges that flash, and predict mode, in a real browser.

import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { describeInBrowser } from '../../support/browser.ts';
import { networkTrace } from '../tensor-trace.ts';
import { tutorialTrace } from '../tiny-trace.ts';
import { axeComplaints, cardOf, stateOf, viewerForSuite } from './open-viewer.ts';

/** The texts of all elements with this test id. */
const texts = async (page: Page, id: string) =>
  (await page.getByTestId(id).allInnerTexts()).map(text => text.replace(/\s+/g, ' ').trim());
const text = async (page: Page, id: string) => (await texts(page, id)).join(' | ');

/** The tutorial with what finite differences might say, right for w1 and wrong for w2. */
function checkedTrace() {
  const trace = tutorialTrace();
  const [pass] = trace.passes;
  if (pass === undefined) throw new Error('no pass');
  const named = (name: string) =>
    trace.graphs[0]?.nodes.findIndex(node => node.name === name) ?? -1;
  const checks: (number | null)[] = pass.values.map(() => null);
  checks[named('w1')] = Number(pass.gradients[named('w1')]) * (1 + 1e-9);
  checks[named('w2')] = 0.5;
  pass.checks = checks;
  return trace;
}

describeInBrowser('the paths', () => {
  const open = viewerForSuite(checkedTrace);

  it('derive E(w1)′, path by path', async () => {
    const page = await open();
    await page.keyboard.press('End');
    await page.locator('[data-testid=parameter][data-name=w1]').click();
    await page.keyboard.press('p');
    await page.waitForSelector('[data-testid=derivation] .katex');
    expect(await text(page, 'paths-summary')).toBe('2 paths lead from E to w1.');
    expect(await text(page, 'cancellation')).toBe(
      'They cancel out in part: their sizes add up to 2.05 times their sum.',
    );
    expect(await page.locator('.derivation .factor-number').allTextContents()).toEqual([
      '0.74137',
      '0.18682',
      '0.40000',
      '−0.21707',
      '0.17551',
      '0.50000',
      '0.24130',
      '0.050000',
    ]);
    const latex = await page
      .locator('.derivation .formula')
      .evaluateAll(all => all.map(formula => formula.getAttribute('data-latex')));
    expect(latex).toEqual([
      "E(w_{1})'",
      '\\left(\\mathrm{outy1} - o_{1}\\right)',
      '\\mathrm{outy1} \\cdot \\left(1 - \\mathrm{outy1}\\right)',
      'w_{5}',
      '\\left(\\mathrm{outy2} - o_{2}\\right)',
      '\\mathrm{outy2} \\cdot \\left(1 - \\mathrm{outy2}\\right)',
      'w_{7}',
      '\\mathrm{outh1} \\cdot \\left(1 - \\mathrm{outh1}\\right)',
      'i_{1}',
    ]);
    expect(await page.locator('.derivation .sign').allTextContents()).toEqual([
      '=',
      '(',
      '·',
      '·',
      '+',
      '·',
      '·',
      ')',
      '·',
      '·',
      '=',
    ]);
    expect(await text(page, 'derivation-total')).toBe('0.00043857');
    expect(await text(page, 'derivation-check')).toBe('✓ the gradient of w1');
    const rows = await texts(page, 'path-row');
    expect(rows).toEqual([
      '+152.4% +0.00066840 E ×1.000 Ez ×0.7414 outy1 ×0.1868 nety1 ×0.4000 outh1 ×0.2413 neth1 ×0.05000 w1',
      '−52.4% −0.00022983 E ×1.000 Et ×−0.2171 outy2 ×0.1755 nety2 ×0.5000 outh1 ×0.2413 neth1 ×0.05000 w1',
    ]);
    // A factor flashes its edge, and a click goes to its card while the paths stay.
    const w5 = page.getByRole('button', { name: '∂nety1/∂outh1 = w5 = 0.40000' });
    await w5.hover();
    await page.waitForSelector('html[data-flashed="outh1 nety1"]');
    await page.getByTestId('derivation-total').hover();
    await page.waitForSelector('html[data-flashed=""]');
    await w5.focus();
    await page.waitForSelector('html[data-flashed="outh1 nety1"]');
    await page.keyboard.press('Enter');
    expect(await stateOf(page)).toEqual({ step: 7, selected: 'nety1' });
    expect(await text(page, 'paths-summary')).toBe('2 paths lead from E to w1.');
    // What is selected elsewhere takes the paths along.
    await cardOf(page, 'w5').dispatchEvent('click');
    await page.waitForFunction(() =>
      document.querySelector('[data-testid=paths-summary]')?.textContent?.startsWith('1 path '),
    );
    expect(await page.locator('.derivation .factor-number').allTextContents()).toHaveLength(3);
    expect(await axeComplaints(page, ['w1', 'nety1'])).toEqual([]);
    // The ledger and the rule flash edges as well.
    await page.locator('[data-testid=ledger] tbody tr').first().hover();
    await page.waitForSelector('html[data-flashed="nety1 outy1"]');
    await page.locator('[data-testid=partials] button').first().focus();
    await page.waitForSelector('html[data-flashed="w5 nety1"]');
    await page.getByTestId('rule-input').nth(1).hover();
    await page.waitForSelector('html[data-flashed="outh1 nety1"]');
    // Escape closes the bar first, and then takes the selection away.
    await page.keyboard.press('Escape');
    await page.getByTestId('paths-bar').waitFor({ state: 'detached' });
    expect((await stateOf(page)).selected).toBe('nety1');
    await page.keyboard.press('Escape');
    await page.waitForSelector('[data-selected=""]');
    // Finite differences, where they were recorded.
    await page.keyboard.press('End');
    await cardOf(page, 'w1').dispatchEvent('click');
    expect(await text(page, 'finite-difference')).toBe(
      '✓ finite difference 0.00043857 relative difference 1.0e−9, tolerance 1e−6',
    );
    await cardOf(page, 'w2').dispatchEvent('click');
    expect(await text(page, 'finite-difference')).toBe(
      '✗ finite difference says 0.50000000 relative difference 1.0, tolerance 1e−6',
    );
    await cardOf(page, 'w3').dispatchEvent('click');
    expect(await page.getByTestId('finite-difference').count()).toBe(0);
  });

  it('hide the next numbers and ask for them', async () => {
    const page = await open({ colorScheme: 'dark' });
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
    await page.locator('[data-testid=parameter][data-name=w1]').click();
    await page.keyboard.press('p');
    await page.keyboard.press('h');
    await page.waitForSelector('[data-testid=prediction]');
    await page.waitForSelector('[data-testid=derivation]');
    expect(await text(page, 'derivation-total')).toBe('?');
    const factors = () => page.locator('.derivation .factor-number').allTextContents();
    expect((await factors()).filter(number => number.trim() === '')).toHaveLength(4);
    expect(await texts(page, 'path-row')).toEqual([
      '? ? E ×1.000 Ez ×0.7414 outy1 ×? nety1 ×? outh1 ×? neth1 ×? w1',
      '? ? E ×1.000 Et ×−0.2171 outy2 ×0.1755 nety2 ×0.5000 outh1 ×? neth1 ×? w1',
    ]);
    await cardOf(page, 'outy1').dispatchEvent('click');
    await page.waitForSelector('[data-selected=outy1]');
    expect(await page.locator('[data-testid=partials] .equation').count()).toBe(0);
    expect(await page.locator('[data-testid=partials] annotation').textContent()).toContain(
      '= \\;?',
    );
    // ∂outy1/∂nety1: wrong, a hint, right; letters typed are no keys of the page.
    const field = page.getByTestId('prediction');
    await field.fill('0.9');
    await page.keyboard.press('Enter');
    expect(await text(page, 'verdict')).toBe('✗ not quite: the sign is right, but it is too large');
    await page.getByTestId('hint').click();
    await page.waitForSelector('[data-testid=hint-text] .katex');
    expect(await page.locator('[data-testid=hint-text] annotation').textContent()).toBe(
      '\\mathrm{outy1} \\cdot \\left(1 - \\mathrm{outy1}\\right)',
    );
    await field.fill('');
    await field.focus();
    await page.keyboard.type('outy1*(1-outy1)');
    await page.keyboard.press('Enter');
    expect(await text(page, 'verdict')).toBe('✓ right, it is 0.186816');
    expect(await page.locator('[data-testid=partials] .equation').count()).toBe(1);
    expect(await text(page, 'question')).toBe('What does outy1 hand to nety1?');
    await page.keyboard.type('hello');
    await page.keyboard.press('Enter');
    expect(await text(page, 'verdict')).toBe('? nothing here is called “hello”');
    await field.fill('0.1385');
    await page.keyboard.press('Enter');
    expect(await text(page, 'score')).toBe('✓ 1 of 2 at the first try, 1 after some');
    expect(await text(page, 'question')).toBe('That was all that outy1 hands on.');
    expect(await axeComplaints(page, ['outy1'])).toEqual([]);
    await page.getByTestId('predict-next').click();
    expect((await stateOf(page)).step).toBe(6);
    await page.getByTestId('reveal').click();
    expect(await text(page, 'score')).toBe('✓ 1 of 3 at the first try, 1 after some, 1 shown');
    // Out of the field the keys work again.
    await field.focus();
    await page.keyboard.press('Escape');
    await page.keyboard.press('End');
    expect(await text(page, 'question')).toBe('The backward pass is complete.');
    await page.getByTestId('start-again').click();
    expect((await stateOf(page)).step).toBe(0);
    expect(await text(page, 'score')).toBe('nothing answered yet');
    await page.getByTestId('predict-off').click();
    expect(await page.getByTestId('predict-bar').count()).toBe(0);
    await cardOf(page, 'w1').dispatchEvent('click');
    await page.waitForSelector('[data-testid=cancellation]');
    expect(await text(page, 'derivation-total')).toBe('0.00043857');
  });

  it('show between tensors which part came along which way, on a small screen too', async () => {
    const page = await open({ trace: networkTrace(1), viewport: { width: 390, height: 844 } });
    await page.keyboard.press('End');
    await cardOf(page, 'W1').dispatchEvent('click');
    await page.keyboard.press('p');
    await page.waitForSelector('[data-testid=path-row]');
    expect(await text(page, 'paths-summary')).toContain('there is no product of numbers');
    expect(await texts(page, 'path-row')).toEqual([
      '+100.0% E sub 100.0% y matmul 100.0% h tanh 100.0% z matmul 100.0% W1',
    ]);
    expect(await page.getByTestId('derivation').count()).toBe(0);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(390);
    await page.keyboard.press('h');
    await page.waitForSelector('[data-testid=predict-bar]');
    await page.keyboard.press('Home');
    expect(await text(page, 'question')).toContain('there is no single number to predict');
    await page.getByTestId('tab-Paths').click();
    await page.getByTestId('paths-close').click();
    expect(await page.getByTestId('paths-bar').count()).toBe(0);
  });
});
