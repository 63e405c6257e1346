// The viewer as an element of other pages: the page of the documentation, two elements under a strict policy, and what
// goes wrong. The pages come from a server that knows nothing of the viewer.

import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Frame, Page } from 'playwright';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { describeInBrowser, launchBrowser } from '../../support/browser.ts';
import { tinyTrace } from '../tiny-trace.ts';
import { isComplaint } from './open-viewer.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
};
const STRICT = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-src 'self'";
const TWO = `<!doctype html><title>two</title><script type="module" src="/viewer/element.js"></script>
<button id="before">before</button>
<seegrad-viewer id="a" src="small.json" theme="dark" step="1"></seegrad-viewer>
<seegrad-viewer id="b" theme="light" viewer="/viewer"></seegrad-viewer>
<button id="after">after</button>`;
const WRONG = `<!doctype html><title>wrong</title><script type="module" src="/viewer/element.js"></script>
<seegrad-viewer id="a" src="missing.json"></seegrad-viewer>
<seegrad-viewer id="b" src="broken.json"></seegrad-viewer>
<seegrad-viewer id="c" src="small.json" viewer="/nowhere"></seegrad-viewer>`;

/** y = x·x at 3 under the name of a danger. */
const small = {
  ...tinyTrace([
    ['x', 3],
    ['y', 'mul', 0, 0],
  ]),
  title: '</script><b>small',
};

interface Told {
  readonly id: string;
  readonly type: string;
  readonly detail: Record<string, unknown>;
}

/** Writes down what the elements tell, from before they are there. */
const LISTEN = `
  window.told = [];
  for (const type of ['load', 'error', 'step', 'select']) {
    document.addEventListener(type, ({ target, detail }) => {
      if (target.localName === 'seegrad-viewer') told.push({ id: target.id, type, detail });
    }, true);
  }`;

describeInBrowser('the element', () => {
  const folder = inject('viewer');
  let browser: Browser;
  let server: Server;
  let url: string;

  beforeAll(async () => {
    browser = await launchBrowser();
    const made: Record<string, string> = {
      '/two.html': TWO,
      '/wrong.html': WRONG,
      '/small.json': JSON.stringify(small),
      '/broken.json': '{"format": "no trace"}',
    };
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const built = /^\/(?:dist\/)?viewer\/(.*)$/.exec(pathname)?.[1];
      const file = built === undefined ? join(ROOT, pathname) : join(folder, built);
      response.setHeader('Content-Type', TYPES[extname(pathname)] ?? 'application/octet-stream');
      if (pathname === '/two.html') response.setHeader('Content-Security-Policy', STRICT);
      const text = made[pathname];
      if (text !== undefined) response.end(text);
      else
        readFile(file).then(
          content => response.end(content),
          () => response.writeHead(404).end(),
        );
    });
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
  });

  async function open(path: string): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage({
      viewport: { width: 1440, height: 1400 },
      reducedMotion: 'reduce',
    });
    const complaints: string[] = [];
    page.on('console', message => {
      if (isComplaint(message)) complaints.push(message.text());
    });
    page.on('pageerror', error => complaints.push(String(error)));
    await page.addInitScript(LISTEN);
    await page.goto(url + path);
    return { page, complaints };
  }

  const told = (page: Page, id: string, type: string): Promise<Record<string, unknown>[]> =>
    page.evaluate(
      ([wanted, of]) =>
        (window as unknown as { told: Told[] }).told
          .filter(it => it.id === wanted && it.type === of)
          .map(({ detail }) => detail),
      [id, type] as const,
    );
  const attribute = (page: Page, id: string, name: string) =>
    page.locator(`#${id}`).getAttribute(name);

  /** The page inside an element. */
  async function inside(page: Page, selector: string): Promise<Frame> {
    const frame = await page.locator(`${selector} iframe`).elementHandle();
    const content = await frame?.contentFrame();
    if (content === null || content === undefined) throw new Error(`no frame in ${selector}`);
    await content.waitForSelector('[data-testid=app], [data-testid=failure]');
    return content;
  }

  it('shows a trace on the page of the documentation, and both sides follow each other', async () => {
    const { page, complaints } = await open('/docs/embedding.html');
    const viewer = await inside(page, 'seegrad-viewer');
    const app = viewer.getByTestId('app');
    await expect.poll(() => app.getAttribute('data-step')).toBe('5');
    expect(await app.getAttribute('data-selected')).toBe('outh1');
    await page.getByRole('button', { name: 'hands it on' }).click();
    await expect.poll(() => app.getAttribute('data-step')).toBe('10');
    expect(await viewer.getByTestId('ledger-sum').textContent()).toBe('0.036350');
    await expect.poll(() => page.locator('output').textContent()).toBe('10 of 11');
    await page.evaluate(() => document.querySelector('seegrad-viewer')?.focus());
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => page.locator('output').textContent()).toBe('9 of 11');
    expect(await page.locator('seegrad-viewer').getAttribute('step')).toBe('9');
    // The address of the page around it is its own.
    expect(page.url()).toBe(`${url}/docs/embedding.html`);
    expect(await page.locator('seegrad-viewer iframe').getAttribute('title')).toBe(
      'The backward pass of a small network',
    );
    // There is a favicon on no such page; nothing else is missing.
    expect(complaints.filter(it => !it.includes('404'))).toEqual([]);
    await page.close();
  });

  it('stands on a page twice, under a strict policy, with a trace from a script', async () => {
    const { page, complaints } = await open('/two.html');
    const a = await inside(page, '#a');
    expect(await a.getByTestId('app').getAttribute('data-step')).toBe('1');
    expect(await a.locator('html').getAttribute('data-theme')).toBe('dark');
    await page.evaluate(trace => {
      const it = document.querySelector('#b') as unknown as { trace: unknown };
      it.trace = trace;
    }, small);
    const b = await inside(page, '#b');
    expect(await b.locator('html').getAttribute('data-theme')).toBe('light');
    expect(await b.getByTestId('title').textContent()).toBe('</script><b>small');
    await expect.poll(() => told(page, 'b', 'load')).toEqual([{ title: '</script><b>small' }]);

    // Where the page around it is narrow, an element is as well.
    await page.setViewportSize({ width: 400, height: 1400 });
    await b.getByTestId('sheet-toggle').click();
    await b.getByTestId('welcome').waitFor();
    await page.setViewportSize({ width: 1440, height: 1400 });
    await b.getByTestId('sheet').waitFor({ state: 'detached' });

    // Keys reach the one that has the focus, and Tab leads in and out.
    await page.locator('#before').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Home');
    await expect.poll(() => attribute(page, 'a', 'step')).toBe('0');
    expect(await attribute(page, 'b', 'step')).toBe('0');
    await b.locator('[data-testid=card][data-name=x]').dispatchEvent('click');
    await expect.poll(() => told(page, 'b', 'select')).toEqual([{ node: 0, name: 'x' }]);
    expect(await told(page, 'a', 'select')).toEqual([]);

    // What is set as an attribute or as a property is shown, within bounds.
    await page.locator('#b').evaluate(it => it.setAttribute('step', '99'));
    await expect
      .poll(() => told(page, 'b', 'step').then(all => all.at(-1)))
      .toMatchObject({
        step: 1,
        steps: 1,
        pass: 0,
        passes: 1,
      });
    await page.locator('#b').evaluate(it => it.setAttribute('theme', 'dark'));
    await expect.poll(() => b.locator('html').getAttribute('data-theme')).toBe('dark');

    // Away, and back at the step where it was; then gone for good.
    await page.evaluate(() => {
      const it = document.querySelector('#b');
      if (it === null) return;
      it.remove();
      document.body.prepend(it);
    });
    const again = await inside(page, '#b');
    await expect.poll(() => again.getByTestId('app').getAttribute('data-step')).toBe('1');
    await page.evaluate(() => document.querySelector('#b')?.remove());
    expect(page.frames()).toHaveLength(2);
    expect(complaints.filter(it => !it.includes('404'))).toEqual([]);
    await page.close();
  });

  it('says what is wrong', async () => {
    const { page } = await open('/wrong.html');
    const missing = await inside(page, '#a');
    expect(await missing.getByTestId('failure').textContent()).toContain('answered 404');
    const broken = await inside(page, '#b');
    expect(await broken.getByTestId('failure').textContent()).toContain('not a trace');
    await page.getByText(/The files of the viewer are not at .*nowhere/).waitFor();
    for (const id of ['a', 'b', 'c']) {
      await expect.poll(() => told(page, id, 'error').then(all => all.length)).toBe(1);
    }
    // A viewer from another origin is kept in a sandbox, and works.
    await page.evaluate(
      folder => {
        const it = document.createElement('seegrad-viewer');
        it.id = 'd';
        it.setAttribute('src', 'small.json');
        it.setAttribute('step', '1');
        it.setAttribute('viewer', folder);
        document.body.prepend(it);
      },
      `${url.replace('127.0.0.1', 'localhost')}/viewer`,
    );
    const elsewhere = await inside(page, '#d');
    expect(await elsewhere.getByTestId('app').getAttribute('data-step')).toBe('1');
    expect(await page.locator('#d iframe').getAttribute('sandbox')).toContain('allow-scripts');
    expect(await page.locator('#a iframe').getAttribute('sandbox')).toBeNull();
    // A trace that is there after all.
    await page.locator('#a').evaluate(it => it.setAttribute('src', 'small.json'));
    await missing.getByTestId('app').waitFor();
    await page.close();
  });

  it('can be imported where there is no page', async () => {
    const element = await import(pathToFileURL(join(folder, 'element.js')).href);
    expect(Object.keys(element)).toEqual(['SeegradViewer']);
  });

  it('comes with a page whose own policy is that of the server', async () => {
    const { SECURITY_HEADERS } = await import('../../../src/viz/server/headers.ts');
    const html = await readFile(join(folder, 'index.html'), 'utf8');
    const [, own] = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(html) ?? [];
    expect(`${own}; frame-ancestors 'none'`).toBe(SECURITY_HEADERS['Content-Security-Policy']);
  });
});
