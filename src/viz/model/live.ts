// A trace that grows: what a message adds to it, checked, and how the page keeps it from growing without end.

import { parseTrace } from '../../autograd/parse-trace.ts';
import type { Trace, TracePass } from '../../autograd/trace.ts';

/** Passes that a page keeps. */
export const MOST_KEPT = 1_000;

/**
 * A trace with what a message adds: entries at the end of its tables, and passes. The structure stays the very same object
 * where nothing is added to it, so that everything built on it is kept.
 *
 * @throws TraceError where the message is not what it should be.
 */
export function withAddition(before: Trace, message: unknown): Trace {
  const added = (key: 'ops' | 'scopes' | 'files' | 'graphs' | 'passes'): unknown[] => {
    const list = (message as Record<string, unknown> | null)?.[key];
    return Array.isArray(list) ? list : [];
  };
  const grown = <T>(list: T[], key: 'ops' | 'scopes' | 'files' | 'graphs'): unknown[] =>
    added(key).length === 0 ? list : [...list, ...added(key)];
  // Checked as a trace of its own: the structure as it is then, and only the new passes.
  const checked = parseTrace({
    ...before,
    ops: grown(before.ops, 'ops'),
    scopes: grown(before.scopes, 'scopes'),
    files: grown(before.files, 'files'),
    graphs: grown(before.graphs, 'graphs'),
    passes: added('passes'),
  });
  const same = (['ops', 'scopes', 'files', 'graphs'] as const).every(
    key => added(key).length === 0,
  );
  return { ...(same ? before : checked), passes: [...before.passes, ...checked.passes] };
}

/** At most so many passes: every second one between the first and the last goes, and never the one that is shown. */
export function thinned(trace: Trace, shown: TracePass | undefined): Trace {
  let { passes } = trace;
  if (passes.length <= MOST_KEPT) return trace;
  while (passes.length > MOST_KEPT) {
    const last = passes.length - 1;
    passes = passes.filter((pass, k) => k % 2 === 0 || k === last || pass.step === shown?.step);
  }
  return { ...trace, passes };
}
