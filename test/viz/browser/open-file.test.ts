// Opening a trace file in the page, and what is said of one that is none.

import { expect, it } from 'vitest';
import { describeInBrowser } from '../../support/browser.ts';
import { tinyTrace, tutorialTrace } from '../tiny-trace.ts';
import { axeComplaints, cardOf, viewerForSuite } from './open-viewer.ts';

const file = (name: string, text: string) => ({
  name,
  mimeType: 'application/json',
  buffer: Buffer.from(text),
});

describeInBrowser('opening a file', () => {
  const open = viewerForSuite(tutorialTrace);

  it('shows it from its beginning, or says what is wrong with it', async () => {
    const page = await open();
    await page.keyboard.press('End');
    await cardOf(page, 'outh1').dispatchEvent('click');
    const other = {
      ...tinyTrace([
        ['x', 3],
        ['y', 'mul', 0, 0],
      ]),
      title: 'another one',
    };
    const chosen = page.waitForEvent('filechooser');
    // The browser must have been told to hand the dialog over before it opens.
    await page.evaluate(() => {});
    await page.waitForTimeout(500);
    await page.keyboard.press('o');
    const chooser = await chosen;
    await chooser.setFiles(file('broken.json', '{"format":'));
    await page.getByTestId('file-problem').waitFor();
    expect(await page.getByTestId('file-problem').textContent()).toMatch(
      /^broken\.json: This is not a trace that seegrad can read\. The trace is not JSON: .*\.close$/,
    );
    expect(await axeComplaints(page, [''])).toEqual([]);
    // What is shown stays.
    expect(await page.getByTestId('title').textContent()).toBe('backpropagation by hand');

    await page.getByTestId('open-file').setInputFiles(file('other.json', JSON.stringify(other)));
    await page.waitForFunction(
      () => document.querySelector('[data-testid=title]')?.textContent === 'another one',
    );
    const app = page.getByTestId('app');
    expect(await app.getAttribute('data-step')).toBe('0');
    expect(await app.getAttribute('data-selected')).toBe('');
    expect(await page.getByTestId('file-problem').count()).toBe(0);

    const dropped = JSON.stringify({ ...other, title: 'dropped' });
    const drop = (text: string) =>
      page.evaluate(content => {
        const data = new DataTransfer();
        data.items.add(new File([content], 'dropped.json'));
        const init = { dataTransfer: data, bubbles: true, cancelable: true };
        document.body.dispatchEvent(new DragEvent('dragover', init));
        const shown = document.querySelector('.drop-here') !== null;
        document.body.dispatchEvent(new DragEvent('drop', init));
        return shown;
      }, text);
    await drop(dropped);
    await page.waitForFunction(
      () => document.querySelector('[data-testid=title]')?.textContent === 'dropped',
    );
    await drop('<img src=x onerror=alert(1)>');
    await page.getByTestId('file-problem').waitFor();
    expect(await page.locator('.drop-here').count()).toBe(0);
  });
});
