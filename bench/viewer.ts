// The viewer with traces of 1,000, 10,000 and 100,000 nodes: opened and stepped through in a headless browser, and its layout
// beside dagre and ELK on the same graphs. Each layout runs in a process of its own, which is stopped when it takes too long.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright';
import { parseTrace } from '../src/autograd/parse-trace.ts';
import { foldCards } from '../src/viz/model/folding.ts';
import { layoutGraph } from '../src/viz/model/layout.ts';
import { buildModel } from '../src/viz/model/model.ts';
import { serveViewer } from '../src/viz/server/server.ts';
import { findBrowser, launchBrowser } from '../test/support/launch-browser.ts';
import { wideTrace } from '../test/viz/wide-trace.ts';

/** Layers and neurons whose traces have about so many nodes. */
const SIZES = [
  { nodes: 1_000, layers: 10, width: 32 },
  { nodes: 10_000, layers: 33, width: 100 },
  { nodes: 100_000, layers: 100, width: 333 },
] as const;
/** A layout that takes longer is of no use to anybody. */
const PATIENCE_MS = 90_000;
const RUNS = 5;
const STEPS = 60;
/** A browser has work of its own for a while after it was asked for a window, on the same two cores. */
const SETTLE_MS = 3_000;
const WINDOW = { viewport: { width: 1440, height: 900 } };
/** What opening any page at all takes. */
const BLANK = 'data:text/html,<button>one</button>';

const [mode, ...rest] = process.argv.slice(2);
if (mode === 'layout') await timeLayout(rest[0] ?? '', rest[1] ?? '');
else await main(mode);

/** A library that is there only while benchmarks run; the compiler must not look for it. */
async function peer(name: string) {
  return await import(name);
}

/** The cards of a trace, one for every node, as the layouts get them. */
function graphOf(path: string) {
  const cards = foldCards(buildModel(parseTrace(readFileSync(path, 'utf8'))), { fold: false });
  return {
    count: cards.cards.length,
    sources: Int32Array.from(cards.edges, edge => edge.source),
    targets: Int32Array.from(cards.edges, edge => edge.target),
    root: cards.root,
    widths: new Float64Array(cards.cards.length).fill(116),
    heights: new Float64Array(cards.cards.length).fill(56),
  };
}

async function timeLayout(which: string, path: string): Promise<void> {
  const graph = graphOf(path);
  const nodes = Array.from({ length: graph.count }, (_, k) => k);
  const edges = Array.from(graph.sources, (source, e) => [source, graph.targets[e] ?? 0] as const);
  const layouts: Record<string, () => Promise<() => unknown>> = {
    seegrad: async () => () => layoutGraph(graph),
    dagre: async () => {
      const { default: dagre } = await peer('@dagrejs/dagre');
      return () => {
        const it = new dagre.graphlib.Graph({ multigraph: true });
        it.setGraph({ rankdir: 'LR' });
        it.setDefaultEdgeLabel(() => ({}));
        for (const node of nodes) it.setNode(String(node), { width: 116, height: 56 });
        for (const [e, [from, to]] of edges.entries()) {
          it.setEdge(String(from), String(to), {}, String(e));
        }
        dagre.layout(it);
      };
    },
    elk: async () => {
      const { default: ELK } = await peer('elkjs');
      const elk = new ELK();
      return () =>
        elk.layout({
          id: 'root',
          layoutOptions: { 'elk.algorithm': 'layered', 'elk.direction': 'RIGHT' },
          children: nodes.map(node => ({ id: String(node), width: 116, height: 56 })),
          edges: edges.map(([from, to], e) => ({
            id: `e${e}`,
            sources: [String(from)],
            targets: [String(to)],
          })),
        });
    },
  };
  const run = await layouts[which]?.();
  if (run === undefined) throw new Error(`no layout ${which}`);
  const times: number[] = [];
  for (let k = 0; k < RUNS; k++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
    // Once is enough for what takes seconds.
    if (which !== 'seegrad' && times[0] !== undefined && times[0] > 5_000) break;
  }
  process.stdout.write(JSON.stringify({ count: graph.count, edges: edges.length, times }));
}

async function main(only: string | undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'seegrad-bench-'));
  try {
    const traces = SIZES.map(({ nodes, layers, width }) => {
      const path = join(folder, `${nodes}.json`);
      writeFileSync(path, JSON.stringify(wideTrace(layers, width)));
      return { nodes, path };
    });
    for (const { nodes, path } of traces) parsing(nodes, path);
    if (only !== 'open') for (const { nodes, path } of traces) layouts(nodes, path);
    await browsing(traces);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function parsing(nodes: number, path: string): void {
  const text = readFileSync(path, 'utf8');
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    parseTrace(text);
    return performance.now() - start;
  });
  const size = (text.length / 1e6).toFixed(1);
  console.log(`${nodes} nodes: a trace of ${size} MB, parsed in ${median(times).toFixed(0)} ms`);
}

function layouts(nodes: number, path: string): void {
  for (const which of ['seegrad', 'dagre', 'elk']) {
    const { stdout, status, signal, stderr } = spawnSync(
      process.execPath,
      ['--max-old-space-size=8192', fileURLToPath(import.meta.url), 'layout', which, path],
      { timeout: PATIENCE_MS, encoding: 'utf8', maxBuffer: 1e8 },
    );
    if (status !== 0) {
      const why = signal === null ? (/^\w*Error: .*/m.exec(stderr)?.[0] ?? 'failed') : 'stopped';
      const after = signal === null ? '' : ` after ${PATIENCE_MS / 1000} s`;
      console.log(`${nodes} nodes: layout ${which} ${why.slice(0, 80)}${after}`);
      continue;
    }
    const { count, edges, times } = JSON.parse(stdout) as {
      count: number;
      edges: number;
      times: number[];
    };
    const note = `${count} cards, ${edges} edges, median of ${times.length}`;
    console.log(`${nodes} nodes: layout ${which} ${median(times).toFixed(0)} ms (${note})`);
  }
}

/** Opens each trace in a new page, as it is opened by itself and with every op shown, and steps through it. */
async function browsing(traces: readonly { nodes: number; path: string }[]): Promise<void> {
  const viewerDir = fileURLToPath(new URL('../../dist/viewer', import.meta.url));
  if (!existsSync(join(viewerDir, 'index.html')) || findBrowser() === undefined) {
    console.log('no built viewer (npm run build) or no browser: nothing was opened');
    return;
  }
  const browser = await launchBrowser();
  try {
    const blank = await openings(browser, BLANK, async page => {
      await page.waitForSelector('button');
      await page.keyboard.press('ArrowRight');
    });
    console.log(`a page with one button: takes a key after ${inPlaces(blank)}`);
    for (const { nodes, path } of traces) {
      const server = await serveViewer({
        viewerDir,
        port: 0,
        traceText: readFileSync(path, 'utf8'),
      });
      try {
        for (const all of nodes > 10_000 ? [false] : [false, true]) {
          await opening(browser, nodes, all ? `${server.url}#open=all` : server.url, all);
        }
      } finally {
        await server.close();
      }
    }
  } finally {
    await browser.close();
  }
}

async function opening(browser: Browser, nodes: number, url: string, all: boolean): Promise<void> {
  const rested: number[] = [];
  const steps: number[] = [];
  const opened = await openings(browser, url, takeStep, async (page, start) => {
    // The places of the cards are noted once all has been drawn and is at rest.
    await page.waitForSelector('[data-testid=card][data-x]', { state: 'attached' });
    rested.push(performance.now() - start);
    steps.push(await scriptOfStep(page));
  });
  console.log(
    `${nodes} nodes, ${all ? 'every op shown' : 'as it opens'}: takes a step after ${inPlaces(opened)}, ` +
      `all drawn after ${median(rested).toFixed(0)} ms; a step takes ${median(steps).toFixed(1)} ms of script`,
  );
}

/** The page is interactive when it takes a step. */
async function takeStep(page: Page): Promise<void> {
  await page.waitForSelector('[data-testid=app]');
  await page.keyboard.press('ArrowRight');
  await page.waitForSelector('[data-testid=app][data-step="1"]');
}

interface Openings {
  /** In a new tab of a window that is there, as where a program opens an address. */
  readonly tab: number[];
  /** In a new window with a profile of its own, whose interface the browser sets up at the same time. */
  readonly window: number[];
}

function inPlaces({ tab, window }: Openings): string {
  return `${median(tab).toFixed(0)} ms in a new tab, ${median(window).toFixed(0)} ms in a new window`;
}

/** Opens a page several times, and tells how long it took until `ready`; `after` looks at it further, in the tab. */
async function openings(
  browser: Browser,
  url: string,
  ready: (page: Page) => Promise<void>,
  after?: (page: Page, start: number) => Promise<void>,
): Promise<Openings> {
  const found: Openings = { tab: [], window: [] };
  const open = async (kind: keyof Openings, context: BrowserContext): Promise<void> => {
    const page = await context.newPage();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const start = performance.now();
    await page.goto(url, { waitUntil: 'commit' });
    await ready(page);
    found[kind].push(performance.now() - start);
    if (kind === 'tab') await after?.(page, start);
    await page.close();
  };
  for (let k = 0; k < RUNS; k++) {
    const context = await browser.newContext(WINDOW);
    await open('window', context);
    await context.newPage();
    await sleep(SETTLE_MS);
    await open('tab', context);
    await context.close();
  }
  return found;
}

/** Milliseconds of script that a step takes. */
async function scriptOfStep(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const script = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? 0);
  };
  const frames = () =>
    page.evaluate(
      () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
  for (let n = 0; n < 5; n++) await page.keyboard.press('ArrowRight');
  await frames();
  const before = await script();
  for (let n = 0; n < STEPS; n++) {
    await page.keyboard.press('ArrowRight');
    await frames();
  }
  return ((await script()) - before) / STEPS;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
