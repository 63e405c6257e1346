// Showing a trace: serves the viewer, opens a browser where there is one, and waits to be stopped.

import type { Trace } from '../index.ts';
import {
  openBrowser,
  serveViewer,
  ViewerFilesError,
  type ViewerServer,
  viewerFolder,
} from '../viz/server/index.ts';
import type { Arguments } from './arguments.ts';
import { UsageError } from './command.ts';
import { styleOf, type Terminal } from './terminal.ts';

/**
 * Shows a trace until somebody presses Ctrl-C. `address` is what stands after the address of the page, such as `#step=3`.
 *
 * @throws UsageError where the viewer is not built or no port is free.
 */
export async function showTrace(
  shown: { trace: Trace } | { traceText: string },
  given: Arguments,
  terminal: Terminal,
  address = '',
): Promise<number> {
  const port = given.integer('port', 0, 65_535);
  const server = await serve(shown, port);
  // From here on a signal must end the program cleanly, so listen before anybody can see the address.
  const stopped = untilStopped();
  const style = styleOf(terminal);
  const url = server.url + address;
  if (port !== undefined && port !== 0 && server.port !== port) {
    terminal.out(`  Port ${port} is taken; using ${server.port} instead.\n`);
  }
  terminal.out(`  Viewer: ${style.accent(url)}   ${style.dim('(Ctrl-C stops it)')}\n`);
  if (!given.has('no-open')) openBrowser(url);
  await stopped;
  await server.close();
  terminal.out('  stopped\n');
  return 0;
}

async function serve(
  shown: { trace: Trace } | { traceText: string },
  port: number | undefined,
): Promise<ViewerServer> {
  try {
    return await serveViewer({
      ...shown,
      viewerDir: viewerFolder(),
      ...(port === undefined ? {} : { port }),
    });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (error instanceof ViewerFilesError || (error instanceof Error && code === undefined)) {
      throw new UsageError(error.message, { cause: error });
    }
    throw error;
  }
}

/** Resolves when the user or the system asks the program to end. A second request ends it on the spot. */
function untilStopped(): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolve());
  });
}
