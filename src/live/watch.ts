// Watching a program train: each step is recorded and streamed to the viewer, which never holds the program up.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import { record } from '../autograd/record.ts';
import { History } from './history.ts';
import type { LivePage } from './node.ts';
import { nodePart } from './platform.ts';

/** Options of {@link watch}; those of the first call hold for the run. */
export interface WatchOptions {
  /** Shown as the title. */
  title?: string;
  /** Record every n-th step only; the others run at full speed. 1 unless given. */
  every?: number;
  /** The wanted port, 4173 unless given; a taken one means the next free one, 0 means any. */
  port?: number;
  /** Open the default browser where there is a screen; true unless given. */
  open?: boolean;
  /** Say on the error stream where the page is; true unless given. */
  announce?: boolean;
}

interface Session {
  history: History;
  page: LivePage;
  every: number;
  steps: number;
}

let session: Promise<Session> | undefined;

/**
 * Runs one step of a training, records its backward passes and streams them to the viewer. Returns what the step returns.
 *
 * ```ts
 * const w = value(2, { name: 'w' });
 * for (let k = 0; k < 3; k++) {
 *   await watch(() => {
 *     w.square().backward();
 *     w.data -= 0.1 * (w.grad ?? 0);
 *     w.zeroGrad();
 *   }, { port: 0, open: false, announce: false });
 * }
 * await watch.close();
 * ```
 * The page is served on the loopback interface from the first step on. It may be opened late, paused, closed and opened
 * again: training does not wait for it. What is kept is bounded (500 passes, 2 million numbers): the first, the latest,
 * and those in between ever more thinly. The program ends when it is through; `await watch.end()` keeps the page up until
 * Ctrl-C.
 *
 * @throws ArgumentError for an unknown option or an asynchronous step, PlatformError outside of Node; what the step itself
 * throws.
 */
export async function watch<T>(step: () => T, options: WatchOptions = {}): Promise<T> {
  if (typeof step !== 'function') {
    throw new ArgumentError(`watch: give a function to run, got ${describe(step)}`);
  }
  const state = await begun(options);
  if (state.steps++ % state.every !== 0) {
    const result = step();
    await turn();
    return result;
  }
  const { trace, result } = record(step);
  if (trace.passes.length > 0) state.page.send(state.history.add(trace));
  await turn();
  return result;
}

/** Ends the watch: open pages are told, and the server stops. The next `watch` begins anew. */
watch.close = async (): Promise<void> => {
  const ended = session;
  session = undefined;
  await (await ended?.catch(() => undefined))?.page.close();
};

/** Tells open pages that the training is through, and keeps them served until the program is interrupted (Ctrl-C). */
watch.end = async (): Promise<void> => {
  await (await session?.catch(() => undefined))?.page.end();
};

async function begun(options: WatchOptions): Promise<Session> {
  session ??= start(options);
  const current = session;
  try {
    return await current;
  } catch (error) {
    // The next call may ask for another port.
    if (session === current) session = undefined;
    throw error;
  }
}

async function start(options: WatchOptions): Promise<Session> {
  checkOptions('watch', options, ['title', 'every', 'port', 'open', 'announce']);
  const { title, every = 1, port, open = true, announce = true } = options;
  if (title !== undefined && typeof title !== 'string') {
    throw new ArgumentError(`watch: title must be a string, got ${describe(title)}`);
  }
  if (!(Number.isInteger(every) && every > 0)) {
    throw new ArgumentError(`watch: every must be a positive integer, got ${describe(every)}`);
  }
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new ArgumentError(
      `watch: port must be a whole number from 0 to 65535, got ${describe(port)}`,
    );
  }
  for (const [name, flag] of Object.entries({ open, announce })) {
    if (typeof flag === 'boolean') continue;
    throw new ArgumentError(`watch: ${name} must be true or false, got ${describe(flag)}`);
  }
  const node = await nodePart('watch', 'in a page use the playground, or record and show a trace');
  const history = new History(title?.slice(0, 1000));
  const page = await node.watchPage(history, { port, open, announce });
  return { history, page, every, steps: 0 };
}

/** Lets the server have its turn: a promise alone would not. */
function turn(): Promise<void> {
  return new Promise(resolve => {
    setImmediate(resolve);
  });
}
