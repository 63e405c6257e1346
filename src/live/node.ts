// What `save`, `show` and `watch` do with the help of Node: files and the loopback server.

import { open as openFile, rename, rm } from 'node:fs/promises';
import type { Trace } from '../autograd/trace.ts';
import { EventStream, openBrowser, serveViewer, viewerFolder } from '../viz/server/index.ts';
import type { Addition, History } from './history.ts';
import type { Shown } from './show.ts';

/** Drafts so far: two at once must not be the same file. */
let drafts = 0;

/** Writes a trace beside its place first, and puts it there when it is complete. */
export async function saveTrace(trace: Trace, path: string): Promise<void> {
  const draft = `${path}.${process.pid}-${drafts++}.part`;
  const file = await openFile(draft, 'wx');
  try {
    for (const piece of piecesOf(trace)) await file.write(piece);
    await file.close();
    await rename(draft, path);
  } catch (error) {
    await file.close().catch(() => {});
    await rm(draft, { force: true });
    throw error;
  }
}

/** The JSON of a trace, graph by graph and pass by pass. */
export function* piecesOf({ graphs, passes, ...rest }: Trace): Generator<string> {
  yield `${JSON.stringify(rest).slice(0, -1)},"graphs":[`;
  for (const [k, graph] of graphs.entries()) yield (k === 0 ? '' : ',') + JSON.stringify(graph);
  yield '],"passes":[';
  for (const [k, pass] of passes.entries()) yield (k === 0 ? '' : ',') + JSON.stringify(pass);
  yield ']}\n';
}

/** Serves the viewer with a trace and opens a browser on it. */
export async function showTrace(
  trace: Trace,
  { port, open }: { port: number | undefined; open: boolean },
): Promise<Shown> {
  const server = await serveViewer({
    trace,
    viewerDir: viewerFolder(),
    ...(port === undefined ? {} : { port }),
  });
  if (open) openBrowser(server.url);
  return { url: server.url, close: () => server.close() };
}

/** The page of a run that is being watched. */
export interface LivePage {
  readonly url: string;
  /** Tells the pages what a step added. Never waits. */
  send(addition: Addition): void;
  /** Tells the pages that the run is over, and serves them until the program is interrupted. */
  end(): Promise<void>;
  close(): Promise<void>;
}

/** Additions are told together, at most so often. */
const EVERY_MS = 100;
/** More passes than this in that time are thinned out: nobody could see them all. */
const MOST_AT_ONCE = 100;

/** Serves the viewer with the history of a run. */
export async function watchPage(
  history: History,
  { port, open, announce }: { port: number | undefined; open: boolean; announce: boolean },
  viewerDir = viewerFolder(),
): Promise<LivePage> {
  let over = false;
  const traceText = (): string => [...piecesOf(history.trace)].join('').trimEnd();
  let pending: Addition | undefined;
  let anew = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const [addition, all] = [pending, anew];
    pending = undefined;
    anew = false;
    if (all) events.sendAll();
    else if (addition !== undefined) events.send('more', JSON.stringify(addition));
  };
  const events = new EventStream(() => {
    // What is still to be told is part of everything: it goes to the others first, and to nobody twice.
    flush();
    return {
      event: 'all',
      data: `{"total":${history.total},"over":${over},"trace":${traceText()}}`,
    };
  });
  const server = await serveViewer({
    live: { traceText, events },
    viewerDir,
    ...(port === undefined ? {} : { port }),
  });
  server.unref();
  if (announce) process.stderr.write(`seegrad: watch it at ${server.url}\n`);
  if (open) openBrowser(server.url);
  const finish = (): void => {
    if (over) return;
    over = true;
    flush();
    events.send('end', '{}');
  };
  const close = async (): Promise<void> => {
    process.off('beforeExit', close);
    finish();
    events.close();
    await server.close();
  };
  // The program is through, and nothing else keeps it alive.
  process.on('beforeExit', close);
  return {
    url: server.url,
    send(addition) {
      if (events.size === 0) return;
      anew ||= addition.anew;
      pending = pending === undefined ? addition : joined(pending, addition);
      timer ??= setTimeout(flush, EVERY_MS).unref();
    },
    async end() {
      finish();
      server.ref();
      await interrupted();
      await close();
    },
    close,
  };
}

function joined(a: Addition, b: Addition): Addition {
  const passes = [...a.passes, ...b.passes];
  return {
    ops: [...a.ops, ...b.ops],
    scopes: [...a.scopes, ...b.scopes],
    files: [...a.files, ...b.files],
    graphs: [...a.graphs, ...b.graphs],
    passes:
      passes.length <= MOST_AT_ONCE
        ? passes
        : passes.filter((_, k) => k % 2 === 1 || k === passes.length - 1),
    total: b.total,
    anew: false,
  };
}

/** Resolves when the user or the system asks the program to end. */
function interrupted(): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolve());
  });
}
