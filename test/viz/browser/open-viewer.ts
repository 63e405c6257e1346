// Serves the viewer and opens it in a real browser; notes everything the browser complains about.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, ConsoleMessage, Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import type { Trace } from '../../../src/autograd/trace.ts';
import { launchBrowser } from '../../support/browser.ts';
import { type StaticServer, serveFolder } from '../../support/static-server.ts';

/** What Chromium says of putting WebGL and a page together without a graphics card: no fault of the page. */
const SLOW_DRIVER = /GL Driver Message .* GPU stall due to ReadPixels/;

/** Whether something that the browser says must not be said. */
export function isComplaint(message: ConsoleMessage): boolean {
  return ['error', 'warning'].includes(message.type()) && !SLOW_DRIVER.test(message.text());
}

export interface OpenOptions extends BrowserContextOptions {
  /** The trace to serve: an object, the text itself, or nothing at all. */
  trace: Trace | string | undefined;
  /** What the address says after the `#`. */
  hash?: string;
  /** What is to be done to the page before anything is loaded. */
  prepare?: (page: Page) => Promise<void>;
}

/** An open page and what went wrong on it: console errors, uncaught errors, violations of the policy. */
export interface OpenPage {
  readonly page: Page;
  readonly complaints: string[];
}

export class ViewerBench {
  readonly #browser: Browser;
  readonly #server: StaticServer;

  constructor(browser: Browser, server: StaticServer) {
    this.#browser = browser;
    this.#server = server;
  }

  static async start(flags: readonly string[] = []): Promise<ViewerBench> {
    const browser = await launchBrowser(flags);
    return new ViewerBench(browser, await serveFolder(inject('viewer')));
  }

  async open({ trace, prepare, hash = '', ...context }: OpenOptions): Promise<OpenPage> {
    this.#server.serve(typeof trace === 'object' ? JSON.stringify(trace) : trace);
    const page = await this.#browser.newPage({
      viewport: { width: 1440, height: 900 },
      reducedMotion: 'reduce',
      ...context,
    });
    const complaints: string[] = [];
    page.on('console', message => {
      if (isComplaint(message)) complaints.push(message.text());
    });
    page.on('pageerror', error => complaints.push(String(error)));
    page.on('dialog', dialog => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', event => {
        console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
    await prepare?.(page);
    await page.goto(hash === '' ? this.#server.url : `${this.#server.url}#${hash}`);
    await page.waitForSelector('[data-testid=app], [data-testid=failure]');
    return { page, complaints };
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await this.#server.close();
  }
}

/** Keeps a file of the viewer on its way: `hold` prepares a page, and `release` lets the file arrive. */
export function heldBack(file: string): {
  hold: (page: Page) => Promise<void>;
  release: () => void;
} {
  let release: () => void = () => {};
  const held = new Promise<void>(done => {
    release = done;
  });
  const hold = async (page: Page): Promise<void> => {
    await page.route(file, async route => {
      await held;
      await route.continue();
    });
  };
  return { hold, release: () => release() };
}

/** For the address: every group of a large graph is open, as they are in a small one. */
export const ALL_OPEN = `open=${Array.from({ length: 500 }, (_, id) => id).join('.')}`;

/** Opens an address as from a link: on an open page it would be an edit, which the page may answer before it is reloaded. */
export async function openFresh(page: Page, url: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(url);
}

/** The state of the page as it stands on its root element. */
export async function stateOf(page: Page): Promise<{ step: number; selected: string }> {
  const app = page.getByTestId('app');
  return {
    step: Number(await app.getAttribute('data-step')),
    selected: (await app.getAttribute('data-selected')) ?? '',
  };
}

/** A card of the graph, as it stands in the list for screen readers. */
export function cardOf(page: Page, name: string): Locator {
  return page.locator(`[data-testid=card][data-name="${name}"]`);
}

/** Where a card is on the page. */
export async function placeOf(page: Page, name: string): Promise<Point> {
  const card = cardOf(page, name);
  // The places are known once the graph can be moved about, which starts when somebody comes near it.
  await page.getByTestId('graph').dispatchEvent('pointerenter');
  await page.waitForFunction(
    wanted => document.querySelector(`[data-name="${wanted}"][data-x]`) !== null,
    name,
  );
  const box = await page.getByTestId('graph').boundingBox();
  return {
    x: (box?.x ?? 0) + Number(await card.getAttribute('data-x')),
    y: (box?.y ?? 0) + Number(await card.getAttribute('data-y')),
  };
}

/** The same once nothing moves any more. */
export async function restingPlaceOf(page: Page, name: string): Promise<Point> {
  let before = await placeOf(page, name);
  for (;;) {
    await page.waitForTimeout(300);
    const now = await placeOf(page, name);
    if (now.x === before.x && now.y === before.y) return now;
    before = now;
  }
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Fingers on a page: the places of all that touch it now, in the order in which they came. None lifts all at once. */
export async function fingersOn(page: Page): Promise<(...places: Point[]) => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  let down = 0;
  return async (...places) => {
    const type =
      places.length === 0 ? 'touchEnd' : places.length > down ? 'touchStart' : 'touchMove';
    down = places.length;
    const touchPoints = places.map(({ x, y }, id) => ({ x, y, id }));
    await session.send('Input.dispatchTouchEvent', { type, touchPoints });
  };
}

/** Two fingers around a place, so far apart, at an angle. */
export function twoAround({ x, y }: Point, apart: number, angle = 0): [Point, Point] {
  const [dx, dy] = [(Math.cos(angle) * apart) / 2, (Math.sin(angle) * apart) / 2];
  return [
    { x: x - dx, y: y - dy },
    { x: x + dx, y: y + dy },
  ];
}

/** The gradient that the list of leaves shows. */
export function leafGradient(page: Page, name: string): Locator {
  return page.locator(`[data-testid=parameter][data-name="${name}"] .number`);
}

/**
 * A bench for the tests of a suite, and what opens a page on it: with a trace of its own, else with `standard`. After each
 * test the pages are closed, and nothing may have been complained about.
 */
export function viewerForSuite(
  standard: () => Trace,
  flags: readonly string[] = [],
): (options?: Partial<OpenOptions>) => Promise<Page> {
  let bench: ViewerBench;
  const opened: OpenPage[] = [];
  beforeAll(async () => {
    bench = await ViewerBench.start(flags);
  });
  afterEach(async () => {
    for (const { page, complaints } of opened.splice(0)) {
      await page.close();
      expect(complaints).toEqual([]);
    }
  });
  afterAll(async () => {
    await bench.stop();
  });
  return async options => {
    const it = await bench.open({ trace: standard(), ...options });
    opened.push(it);
    return it.page;
  };
}

interface AxeResults {
  violations: { id: string; impact?: string | null; nodes: { html: string }[] }[];
}

/** What axe has to complain about on a page, with each of these cards selected; `''` is none. */
export async function axeComplaints(page: Page, cards: readonly string[]): Promise<string[]> {
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const complaints: string[] = [];
  for (const selected of cards) {
    if (selected !== '') await cardOf(page, selected).dispatchEvent('click');
    await page.waitForTimeout(100);
    // Through the debugger, so that the policy of the page does not stop it.
    await page.evaluate(axe);
    const results = (await page.evaluate('axe.run(document)')) as AxeResults;
    const serious = results.violations.filter(({ impact }) => impact !== 'minor');
    complaints.push(...serious.map(({ id, nodes }) => `${selected}: ${id}: ${nodes[0]?.html}`));
  }
  return complaints;
}
