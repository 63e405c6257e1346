// A trace that grows: what a message adds to it, checked, and how the page keeps it from growing without end.

import { parsePasses, parseTrace } from '../../autograd/parse-trace.ts';
import type { Trace, TracePass, TraceTensor } from '../../autograd/trace.ts';

/** Passes that a page keeps, and numbers in them. */
export const MOST_KEPT = 1_000;
export const MOST_NUMBERS_KEPT = 5_000_000;

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
  const same = TABLES.every(key => added(key).length === 0);
  if (same) {
    return { ...before, passes: [...before.passes, ...parsePasses(added('passes'), before)] };
  }
  const grown = Object.fromEntries(TABLES.map(key => [key, [...before[key], ...added(key)]]));
  // Checked as a trace of its own: the structure as it is then, and only the new passes.
  const checked = parseTrace({ ...before, ...grown, passes: added('passes') });
  return { ...checked, passes: [...before.passes, ...checked.passes] };
}

const TABLES = ['ops', 'scopes', 'files', 'graphs'] as const;

/** Within bounds: every second pass between the first and the last goes, and never the one that is shown. */
export function thinned(trace: Trace, shown: TracePass | undefined): Trace {
  let { passes } = trace;
  while (passes.length > 3 && isMuch(passes)) {
    const last = passes.length - 1;
    // Of four each could be the second one of something; the first, the last and the one that is shown remain.
    const every = passes.length > 4 ? 2 : last;
    passes = passes.filter((pass, k) => k % every === 0 || k === last || pass.step === shown?.step);
  }
  return passes === trace.passes ? trace : { ...trace, passes };
}

function isMuch(passes: readonly TracePass[]): boolean {
  if (passes.length > MOST_KEPT) return true;
  let numbers = 0;
  for (const pass of passes) {
    numbers += 3 * pass.values.length + 2 * pass.locals.length;
    for (const list of Object.values(pass.tensors ?? {}) as (TraceTensor | null)[][]) {
      for (const tensor of list) numbers += tensor?.data?.length ?? 0;
    }
  }
  return numbers > MOST_NUMBERS_KEPT;
}
