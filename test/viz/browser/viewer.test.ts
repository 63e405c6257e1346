// The viewer on the tutorial's network, in a real browser.

import { expect, it } from 'vitest';
import { describeInBrowser } from '../../support/browser.ts';
import { tinyTrace, tutorialTrace } from '../tiny-trace.ts';
import {
  axeComplaints,
  cardOf,
  leafGradient,
  placeOf,
  restingPlaceOf,
  stateOf,
  viewerForSuite,
} from './open-viewer.ts';

describeInBrowser('the viewer', () => {
  const open = viewerForSuite(tutorialTrace);

  it('opens on the cards of the network, before the first step', async () => {
    const page = await open();
    expect(await page.title()).toBe('backpropagation by hand · seegrad');
    expect(await page.getByTestId('title').textContent()).toBe('backpropagation by hand');
    expect(await page.getByTestId('counts').textContent()).toBe(
      '25 cards · 43 nodes · 30 edges · pass 1 of 21',
    );
    expect(await page.getByTestId('card').count()).toBe(25);
    expect(await cardOf(page, 'neth1').textContent()).toBe(
      'neth1, w1·i1+w2·i2+b1, value 0.37750, gradient …, pending',
    );
    expect(await stateOf(page)).toEqual({ step: 0, selected: '' });
    expect(await page.getByTestId('cell').count()).toBe(11);
  });

  it('paints the cards, sharp at both densities', async () => {
    for (const deviceScaleFactor of [1, 2]) {
      const page = await open({ deviceScaleFactor });
      const { x, y } = await placeOf(page, 'E');
      const canvas = await page.evaluate(
        ([left, top]) => {
          const element = document.querySelector<HTMLCanvasElement>('canvas.sigma-scene');
          const box = element?.getBoundingClientRect();
          const context = element?.getContext('2d');
          if (!element || !box || !context) return undefined;
          const density = element.width / box.width;
          const [cx, cy] = [((left ?? 0) - box.x) * density, ((top ?? 0) - box.y) * density];
          const { data } = context.getImageData(cx - 20, cy - 10, 40, 20);
          return { density, colours: new Set(new Uint32Array(data.buffer)).size };
        },
        [x, y],
      );
      expect(canvas?.density).toBe(deviceScaleFactor);
      expect(canvas?.colours).toBeGreaterThan(5);
    }
  });

  it('steps with the keys and shows the numbers of the tutorial', async () => {
    const page = await open();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect((await stateOf(page)).step).toBe(2);
    await page.keyboard.press('ArrowLeft');
    expect((await stateOf(page)).step).toBe(1);
    expect(await page.getByTestId('sentence').textContent()).toContain('E fires');
    expect(await leafGradient(page, 'w5').textContent()).toBe('…');
    await page.keyboard.press('End');
    expect((await stateOf(page)).step).toBe(11);
    expect(await leafGradient(page, 'w5').textContent()).toBe('0.082167');
    expect(await leafGradient(page, 'w1').textContent()).toBe('0.00043857');
    await page.locator('[data-testid=parameter][data-name=w5]').click();
    expect(await page.getByTestId('node-gradient').textContent()).toBe('0.082167041');
    await page.locator('[data-testid=parameter][data-name=w1]').click();
    expect(await page.getByTestId('node-gradient').textContent()).toBe('0.00043856773');
    await page.keyboard.press('Home');
    expect(await stateOf(page)).toEqual({ step: 0, selected: 'w1' });
    await page.keyboard.press('Escape');
    expect((await stateOf(page)).selected).toBe('');
  });

  it('steps with the buttons, plays and pauses', async () => {
    const page = await open();
    for (const [button, step] of [
      ['forward', 1],
      ['forward', 2],
      ['back', 1],
      ['last', 11],
      ['forward', 11],
      ['first', 0],
      ['back', -1],
      ['first', -12],
      ['back', -12],
      ['last', 11],
      ['first', 0],
    ] as const) {
      // By force: at either end a button is marked as disabled but stays in its place.
      await page.getByTestId(button).click({ force: true });
      expect((await stateOf(page)).step).toBe(step);
    }
    await page.getByTestId('play').click();
    await page.waitForFunction(() => document.querySelector('[data-testid=app][data-step="2"]'));
    await page.keyboard.press('Space');
    expect(await page.getByTestId('play').textContent()).toBe('play');
    const speed = page.getByTestId('speed');
    const seen: (string | null)[] = [await speed.textContent()];
    for (const key of ['+', '+', '+', '+', '-']) {
      await page.keyboard.press(key);
      seen.push(await speed.textContent());
    }
    await speed.click();
    await speed.click();
    seen.push(await speed.textContent());
    expect(seen).toEqual(['1×', '2×', '4×', '8×', '8×', '4×', '½×']);
  });

  it('begins with the forward pass, and walks by columns', async () => {
    const page = await open();
    await page.keyboard.press('Home');
    expect((await stateOf(page)).step).toBe(-12);
    expect(await page.getByTestId('sentence').textContent()).toBe(
      'Before the forward pass: only the leaves have values.',
    );
    expect(await cardOf(page, 'nety1').getAttribute('data-state')).toBe('waiting');
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
    expect(await page.getByTestId('sentence').textContent()).toBe(
      'nety1 is computed: w5 · outh1 + w6 · outh2 + b2 = 1.1059.',
    );
    expect(await page.getByTestId('step').textContent()).toBe('forward 5 / 11');
    await cardOf(page, 'nety1').dispatchEvent('click');
    expect(await page.getByTestId('node-state').textContent()).toBe('computed now');
    await page.getByTestId('forward-bar').click({ position: { x: 1, y: 7 } });
    expect((await stateOf(page)).step).toBe(-12);
    await page.keyboard.press('End');
    await page.keyboard.press('Home');
    const steps: number[] = [];
    for (let i = 0; i < 4; i++) {
      await page.keyboard.press('Shift+ArrowRight');
      steps.push((await stateOf(page)).step);
    }
    // E; Et and Ez; outy2 …: the first of each column.
    expect(steps).toEqual([1, 2, 4, 5]);
  });

  it('shows partial gradients as partial', async () => {
    const page = await open();
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
    expect(await cardOf(page, 'outh1').getAttribute('data-state')).toBe('partial');
    expect(await cardOf(page, 'outh1').textContent()).toContain('gradient −0.019049, 1/2, partial');
  });

  it('goes to a step and selects its card when a cell is clicked', async () => {
    const page = await open();
    await page.getByTestId('cell').nth(6).click();
    expect(await stateOf(page)).toEqual({ step: 7, selected: 'nety1' });
    expect(
      await page
        .getByRole('slider', { name: 'Step of the backward pass' })
        .getAttribute('aria-valuenow'),
    ).toBe('7');
  });

  it('selects the card under the pointer and shows its rule and ledger', async () => {
    const page = await open();
    await page.keyboard.press('End');
    const { x, y } = await placeOf(page, 'outh1');
    await page.mouse.move(x, y);
    await page.waitForFunction(
      () => document.querySelector<HTMLElement>('[data-testid=graph]')?.style.cursor === 'pointer',
    );
    await page.mouse.click(x, y);
    await page.waitForSelector('[data-selected=outh1]');
    expect(await page.getByTestId('node-name').textContent()).toBe('outh1');
    const rows = await page.locator('[data-testid=ledger] tbody tr').allInnerTexts();
    expect(rows.map(row => row.split(/\s+/))).toEqual([
      ['nety2', '−0.038098', '0.50000', '−0.019049'],
      ['nety1', '0.13850', '0.40000', '0.055399'],
    ]);
    expect(await page.getByTestId('ledger-sum').textContent()).toBe('0.036350');
    expect(await page.getByTestId('ledger-check').textContent()).toBe('✓ equals its gradient');
    expect(await page.getByTestId('source').textContent()).toBe(
      'examples/02-backpropagation.ts:28',
    );
    expect(await page.getByTestId('scope').textContent()).toBe('network/hidden');
    await page.waitForSelector('[data-testid=rule] .katex');
    const rule = await page.locator('[data-testid=rule] annotation').allTextContents();
    expect(rule).toEqual([
      '\\mathrm{outh1} = \\sigma\\left(\\mathrm{neth1}\\right)',
      '= \\sigma\\left(0.3775\\right) = 0.59327',
    ]);
    // A second click at once would be a double click, which zooms.
    await page.waitForTimeout(400);
    const graph = await page.getByTestId('graph').boundingBox();
    await page.mouse.click((graph?.x ?? 0) + 8, (graph?.y ?? 0) + 8);
    await page.waitForSelector('[data-selected=""]');
  });

  it('shows a ledger only as far as the pass has come', async () => {
    const page = await open();
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
    await cardOf(page, 'outh1').dispatchEvent('click');
    const rows = await page.locator('[data-testid=ledger] tbody tr').allInnerTexts();
    expect(rows[1]).toContain('arrives at step 7');
    expect(await page.getByTestId('ledger-sum').textContent()).toBe('−0.019049');
    expect(await page.getByTestId('node-state').textContent()).toBe('partial 1/2');
  });

  it('shows every op, and folds again', async () => {
    const page = await open();
    await page.keyboard.press('End');
    await page.getByTestId('unfold').click();
    expect(await page.getByTestId('card').count()).toBe(43);
    expect((await stateOf(page)).step).toBe(27);
    await page.getByTestId('fold').click();
    expect(await page.getByTestId('card').count()).toBe(25);
    expect((await stateOf(page)).step).toBe(11);
  });

  it('shows other passes of the training', async () => {
    const page = await open();
    await page.getByTestId('pass-slider').focus();
    await page.keyboard.press('End');
    expect(await page.getByTestId('loss').textContent()).toBe('E 3.51019e−5');
    expect(await page.getByTestId('counts').textContent()).toContain('pass 21 of 21');
  });

  it('keeps the theme that was chosen', async () => {
    const page = await open({ colorScheme: 'dark' });
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await background();
    await page.getByTestId('theme').click();
    await page.waitForSelector('html[data-theme=light]');
    expect(await background()).not.toBe(dark);
    await page.reload();
    await page.waitForSelector('html[data-theme=light]');
  });

  it('lists its keys, and walks the cards with the arrows', async () => {
    const page = await open();
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    expect(await page.getByRole('dialog').textContent()).toContain('fit the graph to the window');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect((await stateOf(page)).selected).toBe('i2');
    await page.keyboard.press('ArrowUp');
    expect((await stateOf(page)).selected).toBe('i1');
  });

  it('comes back to the whole graph with f', async () => {
    const page = await open();
    const length = async () => (await placeOf(page, 'E')).x - (await placeOf(page, 'i1')).x;
    const before = await restingPlaceOf(page, 'E');
    const fitted = await length();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await expect.poll(length).toBeGreaterThan(1.3 * fitted);
    await page.keyboard.press('f');
    await expect.poll(length).toBeCloseTo(fitted, 0);
    expect((await placeOf(page, 'E')).x).toBeCloseTo(before.x, 0);
  });

  it.each(['light', 'dark'] as const)(
    'gives axe nothing to complain about (%s)',
    async colorScheme => {
      const page = await open({ colorScheme });
      await page.keyboard.press('End');
      expect(await axeComplaints(page, ['', 'nety1', 'i1'])).toEqual([]);
    },
  );

  it('follows a program without names, and one without a backward pass', async () => {
    const unnamed = await open({
      trace: tinyTrace([
        ['', 2],
        ['', 'mul', 0, 0],
        ['', 'exp', 1],
      ]),
    });
    await unnamed.keyboard.press('End');
    expect(await unnamed.getByTestId('sentence').textContent()).toContain('mul #1 fires');
    const trace = tinyTrace([
      ['x', 2],
      ['y', 'exp', 0],
    ]);
    Object.assign(trace.passes[0] as object, {
      order: [],
      gradients: [null, null],
      locals: [null],
      contributions: [null],
    });
    const forward = await open({ trace });
    expect(await forward.getByTestId('sentence').textContent()).toContain('Only the forward pass');
  });
});
