// The engine in its worker, as the page sees it: ask for a run, get an answer. While one runs only the newest of the other
// requests waits, so that dragging never builds up a queue; what runs too long is ended.

import type { PlayAnswer, PlayRequest, RunOptions } from '../../../play/result.ts';

/** How long a run may take; the first one also loads the engine. */
const PATIENCE_MS = 10_000;

interface Waiting {
  readonly request: PlayRequest;
  readonly done: (answer: PlayAnswer | undefined) => void;
}

let worker: Worker | undefined;
let running: Waiting | undefined;
let next: Waiting | undefined;
let patience: ReturnType<typeof setTimeout> | undefined;
let lastId = 0;

/** Runs a program. Undefined where a newer request has taken the place of this one. Never rejects. */
export function ask(program: string, options: RunOptions): Promise<PlayAnswer | undefined> {
  return new Promise(done => {
    next?.done(undefined);
    next = { request: { id: ++lastId, program, options }, done };
    advance();
  });
}

function advance(): void {
  if (running !== undefined || next === undefined) return;
  running = next;
  next = undefined;
  patience = setTimeout(
    () => giveUp(`This takes longer than ${PATIENCE_MS / 1000} seconds; make it smaller.`),
    PATIENCE_MS,
  );
  try {
    worker ??= start();
    worker.postMessage(running.request);
  } catch {
    giveUp('The engine cannot be started in this page.');
  }
}

function start(): Worker {
  const started = new Worker(new URL('play-worker.js', document.baseURI), { type: 'module' });
  started.addEventListener('message', ({ data }: MessageEvent<PlayAnswer>) => {
    if (data.id === running?.request.id) finish(data);
  });
  started.addEventListener('error', event => {
    event.preventDefault();
    if (started === worker) giveUp('The engine could not be loaded, or stopped.');
  });
  return started;
}

/** Ends the worker with whatever it does; the next run starts a new one. */
function giveUp(message: string): void {
  worker?.terminate();
  worker = undefined;
  if (running === undefined) return;
  finish({ id: running.request.id, problem: { message, line: 1, column: 1, length: 1 } });
}

function finish(answer: PlayAnswer): void {
  clearTimeout(patience);
  const { done } = running ?? {};
  running = undefined;
  done?.(answer);
  advance();
}
