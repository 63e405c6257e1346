// Gets the trace from the server and checks it; whatever is wrong with it becomes a message that a person can read.

import { parseTrace } from '../../autograd/parse-trace.ts';
import { type Loading, live } from './store.ts';

/** Fetches and checks a trace. Never throws. */
export async function loadTrace(url: string): Promise<Loading> {
  let text: string;
  try {
    const response = await fetch(url, { cache: 'no-store' });
    if (!response.ok) {
      return failed('There is no trace here', `${url} answered ${response.status}.`);
    }
    text = await response.text();
    if (response.headers.get('X-Seegrad-Live') === '1') live.value = 'connecting';
  } catch {
    return failed('The trace could not be fetched', 'Is the seegrad server still running?');
  }
  const read = readTrace(text);
  return live.value === 'connecting' && read.status === 'failed' && read.message === EMPTY
    ? failed('Waiting for the first pass', 'The program runs, but no backward pass has come yet.')
    : read;
}

const EMPTY = 'This trace is empty';

/** Checks the text of a trace. Never throws. */
export function readTrace(text: string): Loading {
  try {
    const trace = parseTrace(text);
    if (trace.passes.length === 0) {
      return failed(EMPTY, 'It is well formed but holds no recorded pass.');
    }
    return { status: 'ready', trace };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return failed('This is not a trace that seegrad can read', sentence(detail));
  }
}

/** A message of the checks as a sentence of its own; one that begins with a place in the trace is left as it is. */
function sentence(detail: string): string {
  const begun = /^(?:the|this|there|an?) /.test(detail)
    ? `${detail.charAt(0).toUpperCase()}${detail.slice(1)}`
    : detail;
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

function failed(message: string, detail: string): Loading {
  return { status: 'failed', message, detail: detail.slice(0, 500) };
}
