// The passes of a program while it runs, by server-sent events. Everything that comes is checked like a trace file.

import { batch } from '@preact/signals';
import { parseTrace } from '../../../../autograd/parse-trace.ts';
import type { Trace } from '../../../../autograd/trace.ts';
import { thinned, withAddition } from '../../../model/live.ts';
import { sharingStructure } from '../../../model/structure.ts';
import { live, loading, passIndex, trace } from '../../store.ts';
import { following, showNewest, total } from './state.ts';

let source: EventSource | undefined;
/** A program that has run no pass yet: there is nothing to show, but its tables are known. */
let empty: Trace | undefined;

/** Begins to listen; a second call changes nothing. */
export function listen(): void {
  if (source !== undefined) return;
  source = new EventSource('./events');
  source.addEventListener('all', event => receive(event, takeAll));
  source.addEventListener('more', event => receive(event, takeMore));
  source.addEventListener('end', () => {
    live.value = 'over';
    // Otherwise the browser would go on asking a server that may be gone.
    source?.close();
  });
  source.addEventListener('error', () => {
    // The browser tries again by itself; what was missed comes with the greeting.
    if (isWatched() && live.value !== 'over') live.value = 'lost';
  });
}

/** Takes a message if it is what it should be; one that is not changes nothing. */
function receive(event: MessageEvent, take: (data: unknown) => void): void {
  if (!isWatched()) return;
  try {
    const data: unknown = JSON.parse(String(event.data));
    batch(() => take(data));
  } catch {
    live.value = 'lost';
  }
}

/** Whether the page still shows the program: somebody may have opened another trace since. */
function isWatched(): boolean {
  if (live.peek() !== undefined) return true;
  source?.close();
  return false;
}

function takeAll(data: unknown): void {
  const { trace: all, total: count, over } = data as Record<string, unknown>;
  const checked = parseTrace(all);
  if (checked.passes.length === 0) empty = checked;
  else show(sharingStructure(trace.peek(), checked), countOf(count, checked));
  live.value = over === true ? 'over' : 'running';
  if (over === true) source?.close();
}

function takeMore(data: unknown): void {
  const before = trace.peek() ?? empty;
  if (before === undefined) return;
  show(withAddition(before, data), countOf((data as Record<string, unknown>)['total'], before));
  live.value = 'running';
}

/** Shows what came, and stays at the same pass where the page does not follow. */
function show(next: Trace, count: number): void {
  const pass = trace.peek()?.passes[passIndex.peek()];
  const kept = thinned(next, pass);
  total.value = count;
  loading.value = { status: 'ready', trace: kept };
  const at = pass === undefined ? -1 : kept.passes.findIndex(({ step }) => step === pass.step);
  if (at >= 0) passIndex.value = at;
  if (following.peek()) showNewest();
}

function countOf(count: unknown, { passes }: Trace): number {
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0
    ? count
    : passes.length;
}
