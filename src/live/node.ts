// What `save` and `show` do with the help of Node: files and the loopback server.

import { open as openFile, rename, rm } from 'node:fs/promises';
import type { Trace } from '../autograd/trace.ts';
import { openBrowser, serveViewer, viewerFolder } from '../viz/server/index.ts';
import type { Shown } from './show.ts';

/** Writes a trace beside its place first, and puts it there when it is complete. */
export async function saveTrace(trace: Trace, path: string): Promise<void> {
  const draft = `${path}.${process.pid}.part`;
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
