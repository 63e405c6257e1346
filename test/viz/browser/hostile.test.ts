// What the viewer makes of traces that mean harm, are broken, or are not there; and of a browser without WebGL.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Trace } from '../../../src/autograd/trace.ts';
import { describeInBrowser } from '../../support/browser.ts';
import { tutorialTrace } from '../tiny-trace.ts';
import { ViewerBench } from './open-viewer.ts';

const HOSTILE = [
  '<img src=x onerror="window.harmed=1">',
  '<script>window.harmed=1</script>',
  '"><svg onload=window.harmed=1>',
  '\\href{javascript:window.harmed=1}{x}',
  '\\htmlStyle{position:fixed}{x}',
  '\\def\\x{\\x\\x}\\x',
  '\\includegraphics{https://example.org/x.png}',
  '__proto__',
  'constructor',
  '{{7*7}}#{7*7}',
  `\u202e${'W'.repeat(600)}`,
  '\\rule{99999em}{99999em}',
];

/** Puts hostile strings into every string of a trace. */
function poison(trace: Trace, k: number): Trace {
  const text = HOSTILE[k % HOSTILE.length] ?? '';
  const formula = `${text} {#0} {#y}`;
  return {
    ...trace,
    title: text,
    scopes: trace.scopes.map(() => text),
    files: trace.files.map(() => text),
    ops: trace.ops.map(op => ({
      name: text,
      symbol: text,
      text: formula,
      latex: formula,
      partials: op.partials.map(() => ({ text: formula, latex: formula })),
    })),
    graphs: trace.graphs.map(graph => ({
      ...graph,
      nodes: graph.nodes.map((node, i) =>
        node.name === undefined ? node : { ...node, name: `${text} ${i}` },
      ),
    })),
    passes: trace.passes.map(pass => ({ ...pass, label: text })),
  };
}

const harm = (page: Page) =>
  page.evaluate(() => ({
    harmed: 'harmed' in window,
    injected: document.querySelectorAll(
      '#app img, #app script, #app iframe, #app a[href], svg[onload], [onerror]',
    ).length,
    polluted: Object.keys(Object.prototype).length,
  }));

describeInBrowser('the viewer and hostile traces', () => {
  let bench: ViewerBench;

  beforeAll(async () => {
    bench = await ViewerBench.start();
  });

  afterAll(async () => {
    await bench.stop();
  });

  it.each(HOSTILE.map((text, k) => [text.slice(0, 40), k] as const))(
    'shows %s as text',
    async (_, k) => {
      const { page, complaints } = await bench.open({ trace: poison(tutorialTrace(), k) });
      await page.keyboard.press('End');
      for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowUp');
      await page.waitForTimeout(250);
      expect(await page.getByTestId('title').textContent()).toBe(HOSTILE[k]);
      expect(await page.getByTestId('node-name').textContent()).toContain(HOSTILE[k]);
      expect(await harm(page)).toEqual({ harmed: false, injected: 0, polluted: 0 });
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBeLessThanOrEqual(1440);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  it.each([
    ['not JSON', '{"format":', /JSON/],
    ['something else', '{"hello":1}', /not a seegrad trace/],
    ['a list', '[]', /./],
    ['an empty answer', '', /JSON/],
    [
      'a cyclic graph',
      JSON.stringify({
        ...tutorialTrace(),
        graphs: [{ nodes: [{ kind: 'op', op: 0, inputs: [0] }], root: 0 }],
      }),
      /./,
    ],
  ])('explains what is wrong with %s', async (_, trace, reason) => {
    const { page, complaints } = await bench.open({ trace });
    const text = await page.getByTestId('failure').textContent();
    expect(text).toContain('This is not a trace that seegrad can read');
    expect(text).toMatch(reason);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('says when there is no trace, and when it holds no pass', async () => {
    const missing = await bench.open({ trace: undefined });
    expect(await missing.page.getByTestId('failure').textContent()).toContain('answered 404');
    await missing.page.close();
    const empty = await bench.open({ trace: { ...tutorialTrace(), passes: [] } });
    expect(await empty.page.getByTestId('failure').textContent()).toContain(
      'holds no recorded pass',
    );
    await empty.page.close();
  });
});

describeInBrowser('the viewer without WebGL', () => {
  let bench: ViewerBench;

  beforeAll(async () => {
    bench = await ViewerBench.start(['--disable-3d-apis']);
  });

  afterAll(async () => {
    await bench.stop();
  });

  it('lists the steps instead, with rule and ledger', async () => {
    const { page } = await bench.open({ trace: tutorialTrace() });
    expect(await page.getByTestId('step-list').textContent()).toContain('offers no WebGL');
    await page.getByRole('button', { name: /^outh1 fires/ }).click();
    expect(await page.getByTestId('ledger-sum').textContent()).toBe('0.036350');
    expect(await page.getByTestId('app').getAttribute('data-step')).toBe('10');
    await page.close();
  });
});
