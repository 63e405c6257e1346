// The pictures of the documentation: for each its trace, its themes, its screen, and what a person does before it is taken.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PIXELS, readDigits } from '../examples/data.ts';
import {
  conv2d,
  grad,
  maxPool2d,
  record,
  relu,
  scope,
  sin,
  square,
  tensor,
  value,
} from '../src/index.ts';
import { threeWaysTrace } from '../test/viz/sick-traces.ts';
import { stackTrace } from '../test/viz/stack-trace.ts';
import { networkTrace } from '../test/viz/tensor-trace.ts';

const PHONE = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  hasTouch: true,
  isMobile: true,
};

/** All pictures; a trace is the text of its file. */
export async function picturesOf(project) {
  const tutorial = await readFile(join(project, 'test/viz/fixtures/backpropagation.json'), 'utf8');
  return [
    { name: 'viewer', trace: tutorial, prepare: page => fire(page, 'outh1') },
    {
      name: 'viewer-tensor',
      trace: JSON.stringify(networkTrace()),
      prepare: page => fire(page, 'z'),
    },
    { name: 'viewer-health', trace: JSON.stringify(threeWaysTrace()), prepare: seeGains },
    { name: 'viewer-groups', trace: JSON.stringify(stackTrace(6, 3)), prepare: seeGroups },
    { name: 'viewer-paths', trace: tutorial, prepare: seePaths, themes: ['dark'] },
    { name: 'viewer-predict', trace: tutorial, prepare: predict, themes: ['light'] },
    { name: 'viewer-list', trace: tutorial, prepare: seeList, themes: ['light'] },
    { name: 'viewer-compare', trace: tutorial, prepare: compare, themes: ['dark'] },
    { name: 'viewer-windows', trace: digitsTrace(), prepare: seeWindow, themes: ['dark'] },
    { name: 'viewer-nested', trace: nestedTrace(), prepare: seeOrigin, themes: ['light'] },
    {
      name: 'viewer-playground',
      hash: 'play=.backpropagation&numbers=w5:0.45',
      prepare: page => page.locator('.play-derivation .katex').first().waitFor(),
      themes: ['dark'],
    },
    {
      name: 'viewer-playground',
      hash: 'play=.convolution-1d',
      prepare: page => page.keyboard.press('End'),
      themes: ['light'],
    },
    {
      name: 'viewer-lessons',
      hash: 'lesson=backpropagation&at=9&lang=zh',
      prepare: seeLesson,
      themes: ['dark'],
    },
    {
      name: 'viewer-lessons',
      hash: 'lesson=convolution&at=7&lang=en',
      prepare: seeLesson,
      themes: ['light'],
    },
    { name: 'viewer-phone', trace: tutorial, prepare: seePhone, screen: PHONE, themes: ['dark'] },
    {
      name: 'viewer-phone-paths',
      trace: tutorial,
      prepare: seePhonePaths,
      screen: PHONE,
      themes: ['light'],
    },
  ];
}

/** A convolution and a pooling of four handwritten digits. */
function digitsTrace() {
  const images = tensor([...readDigits().images.slice(0, 4 * PIXELS)])
    .reshape([4, 1, 8, 8])
    .named('images');
  const weights = Array.from({ length: 4 * 9 }, (_, k) => Math.sin(1 + 2.3 * k));
  const kernels = tensor(weights, { requiresGrad: true })
    .reshape([4, 1, 3, 3])
    .detach()
    .requiresGrad_()
    .named('kernels');
  const { trace } = record(
    () => {
      const features = scope('convolution', () =>
        relu(conv2d(images, kernels, { padding: 1 })).named('features'),
      );
      const pooled = scope('pooling', () => maxPool2d(features, 2).named('pooled'));
      square(pooled).mean().named('loss').backward();
    },
    { title: 'a convolution of four digits', source: false },
  );
  return JSON.stringify(trace);
}

/** The second derivative of sin(x²). */
function nestedTrace() {
  const { trace } = record(
    () => {
      const x = value(0.5, { name: 'x' });
      grad(it => sin(it.mul(it).named('u')).named('y'))(x)
        .named("y'")
        .backward();
    },
    { title: 'second derivative of sin(x²)', source: false, check: true },
  );
  return JSON.stringify(trace);
}

const card = (page, name) => page.locator(`[data-testid=card][data-name="${name}"]`);

/** Selects a card and goes to the step at which it fires. */
async function fire(page, name) {
  await card(page, name).dispatchEvent('click');
  while ((await page.getByTestId('node-state').textContent()) !== 'fires now') {
    await page.keyboard.press('ArrowRight');
  }
  await page.locator('[data-testid=partials] .katex').first().waitFor({ state: 'attached' });
}

/** All paths to a weight at the end of the pass. */
async function seePaths(page) {
  await page.keyboard.press('End');
  await card(page, 'w1').dispatchEvent('click');
  await page.keyboard.press('p');
  await page.locator('[data-testid=paths-bar] .katex').first().waitFor();
}

/** A wrong answer on the way to a weight, and a hint. */
async function predict(page) {
  await card(page, 'w1').dispatchEvent('click');
  await page.keyboard.press('p');
  await page.locator('[data-testid=paths-bar] .katex').first().waitFor();
  for (let k = 0; k < 5; k++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('h');
  await page.getByTestId('hint').click();
  await page.getByTestId('prediction').fill('0.25');
  await page.getByTestId('check').click();
  await page.getByTestId('verdict').waitFor();
}

/** The list of steps beside the graph. */
async function seeList(page) {
  await fire(page, 'nety1');
  await page.keyboard.press('s');
  await page.getByTestId('step-row').first().waitFor();
}

/** A late pass of the training beside the first. */
async function compare(page) {
  await page.keyboard.press('End');
  await page.keyboard.press('c');
  await card(page, 'w5').dispatchEvent('click');
  const slider = page.locator('input[type=range]').first();
  await slider.focus();
  for (let k = 0; k < 4; k++) await page.keyboard.press('ArrowRight');
  await page.evaluate(() => document.activeElement?.blur());
  await page.getByTestId('compare-table').waitFor();
}

/** The window of a convolution under the cursor, and the gradient that flows back to it. */
async function seeWindow(page) {
  await page.keyboard.press('End');
  await card(page, 'features').dispatchEvent('click');
  const result = page.getByTestId('window').locator('.heat-body').first();
  await result.waitFor();
  await result.focus();
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
  await page
    .getByTestId('window')
    .evaluate(section => section.scrollIntoView({ block: 'start', behavior: 'instant' }));
}

/** An op of the backward pass and the one that it differentiates. */
async function seeOrigin(page) {
  await page.keyboard.press('End');
  await card(page, 'cos').dispatchEvent('click');
  await page.locator('[data-testid=partials] .katex').first().waitFor({ state: 'attached' });
}

/** The step of a lesson, once its numbers have been computed. */
async function seeLesson(page) {
  await page.getByTestId('lesson-step').locator('.katex').first().waitFor();
  await page.locator('[data-testid=paths-bar] .katex').first().waitFor();
}

/** The card that fires in the half-open sheet, and the picture around it near enough to be read. */
async function seePhone(page) {
  await fire(page, 'outh1');
}

async function seePhonePaths(page) {
  await page.keyboard.press('End');
  await card(page, 'w1').dispatchEvent('click');
  await page.getByTestId('show-paths').tap();
  await page.locator('[data-testid=paths-bar] .katex').first().waitFor();
}

/** Colours by gain and goes to the last place where NaN arises. */
async function seeGains(page) {
  await page.getByTestId('colour-gain').click();
  await page.getByTestId('smallest-gains').waitFor();
  await page.keyboard.press('Shift+N');
  await page.getByTestId('anomaly-reason').waitFor();
  await page.locator('[data-testid=partials] .katex').first().waitFor();
}

/** Closes all parts of the blocks but those of one, at the end of the pass. */
async function seeGroups(page) {
  await page.keyboard.press('End');
  await page.getByTestId('close-groups').click();
  for (const name of ['model', 'block ×6', 'block3', 'mlp']) {
    await page.locator(`[data-testid=module-toggle][data-name="${name}"]`).click();
  }
  await card(page, 'block2').dispatchEvent('click');
  await page.getByTestId('open-group').waitFor();
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press('f');
}
