// The lessons in a real browser: a chapter walked through by keyboard, the language switched, links, and a phone.

import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { lessonOf } from '../../../src/viz/lessons/index.ts';
import { describeInBrowser } from '../../support/browser.ts';
import { tutorialTrace } from '../tiny-trace.ts';
import { axeComplaints, openFresh, stateOf, viewerForSuite } from './open-viewer.ts';

/** A loaded machine takes its time. */
const PATIENT = { timeout: 20_000 };

/** For each step of the second chapter: the number to be read, the step of the pass, the card selected. */
const CHAPTER: readonly [string, number, string][] = [
  ['1.10590597', 0, 'outy1'],
  ['0.298371109', 0, 'E'],
  ['both get 1.', 1, 'Ez'],
  ['-0.217071535', 3, 'outy1'],
  ['0.138498562', 5, 'nety1'],
  ['0.082167041', 7, 'w5'],
  ['0.0363503064', 7, 'outh1'],
  ['0.241300709', 11, 'neth1'],
  ['0.000438568', 11, 'w1'],
  ['outy1*(1-outy1)', 4, 'outy1'],
  ['3.51e−5', 11, 'E'],
];

const panel = (page: Page) => page.getByTestId('lessons-panel');

async function isAt(page: Page, lesson: string, at: number): Promise<void> {
  await expect.poll(() => panel(page).getAttribute('data-lesson'), PATIENT).toBe(lesson);
  await expect.poll(() => panel(page).getAttribute('data-at'), PATIENT).toBe(String(at));
}

/** Waits until the text of the step says something. */
async function reads(page: Page, text: string): Promise<void> {
  await expect.poll(() => page.getByTestId('lesson-text').textContent(), PATIENT).toContain(text);
}

async function shows(page: Page, step: number, selected: string): Promise<void> {
  await expect.poll(() => stateOf(page), PATIENT).toEqual({ step, selected });
}

describeInBrowser('the lessons', () => {
  const open = viewerForSuite(tutorialTrace);

  it('walks through a chapter by keyboard, and every step sets the view', async () => {
    const page = await open();
    await page.keyboard.press('PageDown');
    expect(await panel(page).count()).toBe(0);
    await page.keyboard.press('l');
    await expect
      .poll(() => page.getByTestId('lessons-list').locator('li').count(), PATIENT)
      .toBe(8);
    expect(await axeComplaints(page, [''])).toEqual([]);
    await page.getByTestId('lesson-backpropagation').focus();
    await page.keyboard.press('Enter');
    for (const [k, [text, step, selected]] of CHAPTER.entries()) {
      if (k > 0) await page.keyboard.press('PageDown');
      await isAt(page, 'backpropagation', k + 1);
      await reads(page, text);
      await shows(page, step, selected);
      expect(await panel(page).getAttribute('data-strayed'), `step ${k + 1}`).toBe('false');
      // The paths belong to the steps that are about them.
      const bars = k === 5 || k === 8 ? 1 : 0;
      await expect.poll(() => page.getByTestId('paths-bar').count(), PATIENT).toBe(bars);
      if (k === 8) {
        expect(await axeComplaints(page, [''])).toEqual([]);
        await exploresAndReturns(page);
      }
      if (k === 9) await answers(page);
    }
    expect(await page.getByTestId('counts').textContent()).toContain('pass 101 of 101');

    // On to the next chapter, and back; formulas are typeset.
    await page.keyboard.press(']');
    await isAt(page, 'bitmaps', 1);
    await page.keyboard.press('[');
    await isAt(page, 'backpropagation', 11);
    await expect.poll(() => page.locator('.lessons-text .katex').count(), PATIENT).toBe(1);

    // By way of the playground and back: what was open at first is still what one returns to.
    await page.keyboard.press('e');
    await expect.poll(() => page.getByTestId('play-text').count(), PATIENT).toBe(1);
    await expect
      .poll(() => page.getByTestId('title').textContent(), PATIENT)
      .toBe('Backpropagation by hand: a 2-2-2 network');
    await page.getByTestId('lessons').click();
    await isAt(page, 'backpropagation', 11);
    await reads(page, '3.51e−5');
    await page.getByTestId('lessons-back').click();
    expect(await page.getByTestId('title').textContent()).toBe('backpropagation by hand');
    expect(await panel(page).count()).toBe(0);
  });

  it('shows the cards that it speaks of, whatever groups were closed before', async () => {
    const page = await open();
    await page.getByTestId('close-groups').click();
    await page.keyboard.press('l');
    await page.getByTestId('lesson-convolutional-networks').click();
    await isAt(page, 'convolutional-networks', 1);
    await expect.poll(async () => (await stateOf(page)).selected, PATIENT).toBe('picture');
    await page.getByTestId('lesson-next').click();
    await expect.poll(async () => (await stateOf(page)).selected, PATIENT).toBe('maps');
  });

  it('opens from a link, in Chinese, on a phone and without a trace', async () => {
    const page = await open({
      trace: '',
      locale: 'zh-CN',
      viewport: { width: 390, height: 844 },
    });
    const url = page.url().replace(/#.*/, '');
    await page.getByTestId('failure-lessons').click();
    await expect
      .poll(() => page.getByTestId('lessons-list').locator('li').count(), PATIENT)
      .toBe(8);
    await openFresh(page, `${url}#lesson=backpropagation&at=9`);
    await isAt(page, 'backpropagation', 9);
    // The browser asks for Chinese.
    await reads(page, '合在一起，并提出公因子');
    await reads(page, '0.000438568');
    await shows(page, 11, 'w1');
    expect(await panel(page).getAttribute('lang')).toBe('zh-CN');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(await axeComplaints(page, [''])).toEqual([]);

    expect(await englishIn(page)).toEqual([]);

    // A card that the text names; then English, which is remembered.
    await page.getByTestId('lang-en').click();
    await reads(page, 'with the common factors pulled out');
    expect(await panel(page).getAttribute('lang')).toBe('en');
    await expect.poll(() => page.url(), PATIENT).toContain('lesson=backpropagation&at=9&lang=en');
    await openFresh(page, `${url}#lesson=backpropagation&at=9`);
    await reads(page, 'with the common factors pulled out');
    await page.getByTestId('lesson-before').click();
    await page.getByTestId('lesson-before').click();
    await isAt(page, 'backpropagation', 7);
    await expect.poll(() => page.url(), PATIENT).toContain('&at=7&');
    await page.locator('.lessons-card[data-card=w1]').click();
    await shows(page, 7, 'w1');

    // The link decides over what is remembered; what is no lesson opens the list.
    await openFresh(page, `${url}#lesson=convolution&lang=zh&at=999`);
    await isAt(page, 'convolution', lessonOf('convolution')?.steps.length ?? 0);
    await reads(page, '0.2, 0.5, 0.3');
    // The passes of a training are spoken of in Chinese, too.
    expect(await panel(page).getByTestId('pin').textContent()).toContain('固定为 A');
    expect(await englishIn(page)).toEqual([]);
    await page.getByTestId('lessons-all').click();
    await expect
      .poll(() => page.getByTestId('lessons-list').locator('li').count(), PATIENT)
      .toBe(8);
    expect(await englishIn(page)).toEqual([]);
    await openFresh(page, `${url}#lesson=%3Cimg%20src%3Dx%3E&at=-1&lang=fr`);
    await expect
      .poll(() => page.getByTestId('lessons-list').locator('li').count(), PATIENT)
      .toBe(8);

    // The program of a step, to be changed.
    await page.getByTestId('lesson-pooling').click();
    await isAt(page, 'pooling', 1);
    await reads(page, '[2, 5, 3]');
    await page.getByTestId('lesson-edit').click();
    await expect
      .poll(() => page.getByTestId('play-text').inputValue(), PATIENT)
      .toContain('maxPool1d');
    expect(await panel(page).count()).toBe(0);
  });
});

/** Names of functions and of keys that are the same in every language, and of what has no other name. */
const SHARED = /^(sigmoid|relu|softmax|PageUp|PageDown|Transformer|libtorch|PyTorch)$/;

/** English words of the panel that are not marked as English, in its text and in what a screen reader says. */
async function englishIn(page: Page): Promise<string[]> {
  const said = await page.evaluate<string>(`(() => {
    const copy = document.querySelector('[data-testid=lessons-panel]').cloneNode(true);
    for (const it of copy.querySelectorAll('[lang=en], .formula, code, kbd')) it.remove();
    const labels = [...copy.querySelectorAll('*')].flatMap(it =>
      ['aria-label', 'aria-valuetext', 'title'].map(name => it.getAttribute(name) ?? ''));
    return [copy.textContent, copy.getAttribute('aria-label'), ...labels].join(' ');
  })()`);
  return (said.match(/[A-Za-z]{3,}/g) ?? []).filter(word => !SHARED.test(word));
}

/** Another card and another step by hand, and back to where the text is. */
async function exploresAndReturns(page: Page): Promise<void> {
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  expect(await panel(page).getAttribute('data-strayed')).toBe('true');
  await reads(page, '0.000438568');
  const back = page.getByTestId('lesson-return');
  await back.focus();
  await page.keyboard.press('Enter');
  await shows(page, 11, 'w1');
  expect(await panel(page).getAttribute('data-strayed')).toBe('false');
}

/** The question of the chapter; the field has the focus, and pages turn from there. */
async function answers(page: Page): Promise<void> {
  const field = page.getByTestId('prediction');
  await expect.poll(() => field.count(), PATIENT).toBe(1);
  await page.keyboard.type('0.5');
  await page.keyboard.press('Enter');
  await expect
    .poll(() => page.getByTestId('verdict').getAttribute('class'), PATIENT)
    .toContain('wrong');
  await field.fill('outy1*(1-outy1)');
  await page.keyboard.press('Enter');
  await expect
    .poll(() => page.getByTestId('verdict').getAttribute('class'), PATIENT)
    .toContain('right');
}
