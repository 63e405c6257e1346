// A page that watches a program: passes come in, the page follows or stays, and says when the program is through.

import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { record, type Trace, value } from '../../../src/index.ts';
import { History } from '../../../src/live/history.ts';
import { type LivePage, watchPage } from '../../../src/live/node.ts';
import { EventStream, serveViewer } from '../../../src/viz/server/index.ts';
import { describeInBrowser, launchBrowser } from '../../support/browser.ts';
import { axeComplaints, isComplaint } from './open-viewer.ts';

const QUIET = { port: 0, open: false, announce: false };

function stepTrace(x: number): Trace {
  return record(() => value(x, { name: 'x' }).square().named('E').backward()).trace;
}

describeInBrowser('watching a program', () => {
  let browser: Browser;
  const folder = inject('viewer');

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser.close();
  });

  it('follows the passes as they come, stays where one wants to, and sees the end', async () => {
    const history = new History('a run');
    history.add(stepTrace(5));
    const live: LivePage = await watchPage(history, QUIET, folder);
    const page = await browser.newPage({
      reducedMotion: 'reduce',
      viewport: { width: 1440, height: 900 },
    });
    const complaints: string[] = [];
    page.on('console', message => {
      if (isComplaint(message)) complaints.push(message.text());
    });
    page.on('pageerror', error => complaints.push(String(error)));
    const step = (x: number) => live.send(history.add(stepTrace(x)));
    const says = (text: RegExp) =>
      page.waitForFunction(
        ([pattern]) =>
          new RegExp(pattern ?? '').test(
            document.querySelector('[data-testid=live]')?.textContent ?? '',
          ),
        [text.source],
      );
    const passShown = () => page.getByTestId('app').getAttribute('data-pass');

    await page.goto(live.url);
    await says(/live · 1 pass$/);
    const boxBefore = await page.getByTestId('graph').boundingBox();
    step(4);
    step(3);
    await says(/live · 3 passes$/);
    expect(await passShown()).toBe('2');
    expect(await page.getByTestId('loss').textContent()).toBe('E 9.00000');
    expect(await page.getByTestId('graph').boundingBox()).toEqual(boxBefore);

    await page.keyboard.press('w');
    expect(await page.getByTestId('follow').getAttribute('aria-pressed')).toBe('false');
    await page.getByTestId('pass-slider').fill('1');
    step(2);
    await says(/live · 4 passes$/);
    expect(await passShown()).toBe('1');
    expect(await page.getByTestId('loss').textContent()).toBe('E 16.0000');
    await page.getByTestId('follow').click();
    expect(await passShown()).toBe('3');
    expect(await axeComplaints(page, [''])).toEqual([]);

    const late = await browser.newPage();
    await late.goto(live.url);
    await late.waitForFunction(() =>
      document.querySelector('[data-testid=live]')?.textContent?.includes('4 passes'),
    );
    await late.close();

    await live.close();
    await says(/ended · 4 passes$/);
    expect(complaints).toEqual([]);
    expect(await page.getByTestId('follow').count()).toBe(0);
    await page.close();
  });

  it('waits for the first pass, says when the program is gone, and takes up the next one', async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    const says = (text: string) =>
      page.waitForFunction(
        ([wanted]) =>
          document.querySelector('[data-testid=live]')?.textContent?.includes(wanted ?? ''),
        [text],
      );
    /** A program with its page, which can be gone from one moment to the next. */
    const program = async (history: History, port: number) => {
      const traceText = () => JSON.stringify(history.trace);
      const events = new EventStream(() => ({
        event: 'all',
        data: `{"total":${history.total},"over":false,"trace":${traceText()}}`,
      }));
      const server = await serveViewer({ live: { traceText, events }, viewerDir: folder, port });
      return { events, server };
    };

    const history = new History('slow to begin');
    const first = await program(history, 0);
    await page.goto(first.server.url);
    await page.waitForFunction(() =>
      document.body.textContent?.includes('Waiting for the first pass'),
    );
    await expect.poll(() => first.events.size, { timeout: 20_000 }).toBe(1);
    first.events.send('more', JSON.stringify(history.add(stepTrace(5))));
    await says('live · 1 pass');
    expect(await page.title()).toBe('slow to begin · seegrad');

    // What is not a pass changes nothing but the badge.
    first.events.send('more', '{"total":2,"passes":[{"graph":0,"step":"<b>"}]}');
    await says('connection lost');
    expect(await page.getByTestId('live').textContent()).toContain('1 pass');
    first.events.send('more', JSON.stringify(history.add(stepTrace(4))));
    await says('live · 2 passes');

    await first.server.close();
    await says('connection lost, trying again');
    expect(await page.getByTestId('loss').textContent()).toBe('E 16.0000');
    const next = new History('the next run');
    next.add(stepTrace(7));
    const second = await program(next, first.server.port);
    expect(second.server.port).toBe(first.server.port);
    await says('live · 1 pass');
    await page.waitForFunction(() => document.title === 'the next run · seegrad');
    expect(await axeComplaints(page, [''])).toEqual([]);

    // Whoever opens another trace is not taken away from it.
    await page.evaluate(
      text => {
        const dropped = new DataTransfer();
        dropped.items.add(new File([text], 'mine.json', { type: 'application/json' }));
        for (const kind of ['dragenter', 'dragover', 'drop']) {
          const event = new DragEvent(kind, {
            bubbles: true,
            cancelable: true,
            dataTransfer: dropped,
          });
          document.body.dispatchEvent(event);
        }
      },
      JSON.stringify(stepTrace(3)),
    );
    await page.waitForFunction(() => document.title === 'trace · seegrad');
    second.events.send('more', JSON.stringify(next.add(stepTrace(8))));
    await page.waitForFunction(() => document.querySelector('[data-testid=live]') === null);
    expect(await page.title()).toBe('trace · seegrad');
    second.events.close();
    await second.server.close();
    first.events.close();
    await page.close();
  });
});
