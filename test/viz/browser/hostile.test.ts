// What the viewer makes of traces that mean harm, are broken, or are not there.

import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Trace } from '../../../src/autograd/trace.ts';
import { describeInBrowser } from '../../support/browser.ts';
import { networkTrace } from '../tensor-trace.ts';
import { tinyTrace, tutorialTrace } from '../tiny-trace.ts';
import { ViewerBench } from './open-viewer.ts';

/** What has harmed pages before: markup, handlers, addresses, formulas, templates, prototypes, odd characters. */
const HOSTILE = [
  '<img src=x onerror="window.harmed=1">',
  '<script>window.harmed=1</script>',
  '"><svg onload=window.harmed=1>',
  "'><svg/onload=window.harmed=1>",
  '</title><script>window.harmed=1</script>',
  '</style><script>window.harmed=1</script>',
  '</textarea><img src=x onerror=window.harmed=1>',
  '<iframe srcdoc="<script>parent.harmed=1</script>">',
  '<a href="javascript:window.harmed=1">x</a>',
  '<math><mi xlink:href="javascript:window.harmed=1">x</mi></math>',
  '<object data="javascript:window.harmed=1">',
  '<embed src="javascript:window.harmed=1">',
  '<base href="https://example.org/">',
  '<link rel=stylesheet href="https://example.org/x.css">',
  '<meta http-equiv="refresh" content="0;url=https://example.org/">',
  '<form action="https://example.org/"><button>x</button></form>',
  '<style>*{display:none}</style>',
  '<b style="position:fixed;inset:0">x</b>',
  '<template><img src=x onerror=window.harmed=1></template>',
  '<!--<img src="--><img src=x onerror=window.harmed=1>',
  '<![CDATA[<script>window.harmed=1</script>]]>',
  '&lt;script&gt;window.harmed=1&lt;/script&gt;',
  '&#60;script&#62;window.harmed=1&#60;/script&#62;',
  'javascript:window.harmed=1',
  'data:text/html,<script>window.harmed=1</script>',
  'url(javascript:window.harmed=1)',
  'expression(window.harmed=1)',
  '";window.harmed=1;"',
  "';window.harmed=1;'",
  `\`$\{window.harmed=1}\``,
  '{{constructor.constructor("window.harmed=1")()}}',
  '{{7*7}}#{7*7}',
  '\\href{javascript:window.harmed=1}{x}',
  '\\url{javascript:window.harmed=1}',
  '\\htmlStyle{position:fixed}{x}',
  '\\htmlClass{app}{x}',
  '\\htmlId{app}{x}',
  '\\htmlData{x=1}{x}',
  '\\def\\x{\\x\\x}\\x',
  '\\includegraphics{https://example.org/x.png}',
  '\\rule{99999em}{99999em}',
  '\\kern{-9999em}\\raise{9999em}{x}',
  '\\unicode{x1F986}}}}}{{{{',
  '__proto__',
  'constructor',
  'toString',
  `\u202e${'W'.repeat(600)}`,
  '\u0000\u0007\u001b[2J\u2028\u2029',
  '\ud83e\udd86\u200d\ufeff\u0301'.repeat(40),
  'A'.repeat(1000),
];

/** y = 2·x·x. */
const SMALL: Trace = tinyTrace([
  ['x', 3],
  ['', '=2'],
  ['z', 'mul', 0, 0],
  ['y', 'mul', 1, 2],
]);

/** Puts a hostile string into every string of a trace, names of parameters included. */
function poison(trace: Trace, text: string): Trace {
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
      nodes: graph.nodes.map((node, i) => ({
        ...node,
        params: Object.fromEntries([[text, text]]),
        ...(node.name === undefined ? {} : { name: `${text} ${i}`.slice(-1000) }),
        ...(node.shape === undefined ? {} : { dtype: text }),
      })),
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

  it(`shows ${HOSTILE.length} hostile strings in every field as text`, async () => {
    expect(HOSTILE).toHaveLength(50);
    const { page, complaints } = await bench.open({ trace: tutorialTrace() });
    for (const [k, text] of HOSTILE.entries()) {
      // Scalars and tensors in turn: they have different panels. Small graphs mostly: a page is drawn for each.
      const trace = poison(k % 5 === 2 ? networkTrace(2) : SMALL, text);
      await page.getByTestId('open-file').setInputFiles({
        name: 'hostile.json',
        mimeType: 'application/json',
        buffer: Buffer.from(JSON.stringify(trace)),
      });
      await page.waitForFunction(
        wanted => document.querySelector('[data-testid=title]')?.textContent === wanted,
        // What is no character of its own comes back from a JSON text as it went in.
        JSON.parse(JSON.stringify(text)),
      );
      await page.keyboard.press('End');
      for (let i = 0; i < 2; i++) await page.keyboard.press('ArrowUp');
      if (k % 5 === 0) await page.keyboard.press('p');
      await page.waitForTimeout(60);
      const where = JSON.stringify(text.slice(0, 60));
      expect([where, await page.getByTestId('node-name').count()]).toEqual([where, 1]);
      expect([where, await harm(page)]).toEqual([
        where,
        { harmed: false, injected: 0, polluted: 0 },
      ]);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect([where, width <= 1440]).toEqual([where, true]);
      if (k % 5 === 0) await page.keyboard.press('Escape');
    }
    expect(complaints).toEqual([]);
    await page.close();
  }, 300_000);

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
