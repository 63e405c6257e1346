// Traces out of a program: into a file, and onto the screen.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import { parseTrace } from '../autograd/parse-trace.ts';
import type { Trace } from '../autograd/trace.ts';
import { nodePart } from './platform.ts';

/** Options of {@link show}. */
export interface ShowOptions {
  /** The wanted port, 4173 unless given; a taken one means the next free one, 0 means any. */
  port?: number;
  /** Open the default browser where there is a screen; true unless given. */
  open?: boolean;
}

/** A viewer that is open. */
export interface Shown {
  /** The address of the page, on the loopback interface. */
  url: string;
  /** Stops the server. Without that the program goes on until it is interrupted (Ctrl-C). */
  close(): Promise<void>;
}

/**
 * Writes a trace to a file as JSON, which `seegrad view` opens and `parseTrace` reads. The file appears complete or not at
 * all, and is written piece by piece, so that a large trace needs no string of its size.
 *
 * ```ts
 * const { trace } = record(() => value(3, { name: 'x' }).square().backward());
 * await save(trace, 'square.json');
 * ```
 * @throws ArgumentError for a name that is no string, TraceError for what is no trace, PlatformError outside of Node; what
 * the file system refuses is an Error of Node (`ENOENT`, `EACCES` …).
 */
export async function save(trace: Trace, file: string): Promise<void> {
  if (typeof file !== 'string' || file === '') {
    throw new ArgumentError(`save: give the name of a file, got ${describe(file)}`);
  }
  const checked = parseTrace(trace);
  const node = await nodePart('save', 'in a page make a Blob of JSON.stringify(trace)');
  await node.saveTrace(checked, file);
}

/**
 * Opens the viewer on a trace: serves it on the loopback interface, opens the default browser where there is a screen, and
 * prints nothing. The program stays alive until `close()` or Ctrl-C.
 *
 * ```ts
 * const { trace } = record(() => value(3, { name: 'x' }).square().backward());
 * const { url, close } = await show(trace, { open: false });
 * url.startsWith('http://127.0.0.1:'); // true
 * await close();
 * ```
 * @throws ArgumentError for an unknown option or an impossible port, TraceError for what is no trace, PlatformError outside
 * of Node.
 */
export async function show(trace: Trace, options: ShowOptions = {}): Promise<Shown> {
  checkOptions('show', options, ['port', 'open']);
  const { port, open = true } = options;
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new ArgumentError(
      `show: port must be a whole number from 0 to 65535, got ${describe(port)}`,
    );
  }
  if (typeof open !== 'boolean') {
    throw new ArgumentError(`show: open must be true or false, got ${describe(open)}`);
  }
  const checked = parseTrace(trace);
  const node = await nodePart(
    'show',
    'in a page offer JSON.stringify(trace) as a file for `seegrad view`',
  );
  return node.showTrace(checked, { port, open });
}
