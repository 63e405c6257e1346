// Which rows of the tape belong into the picture of a pass: for a gradient of a gradient also the forward rows behind it.

import type { Recorded } from './backward.ts';
import { NoGradientError } from './errors.ts';
import { reachable } from './sweep.ts';
import type { Place } from './tape.ts';

/**
 * The rows that `root` depends on, and of the ops of a recorded backward pass among them the forward rows that they
 * differentiate with all that these depend on: a rule need not use the node that it comes from.
 */
export function withOrigins(root: Recorded): ReturnType<typeof reachable> {
  let found = reachable(root);
  const others: Place[] = [];
  try {
    // A gradient of higher order comes from one of lower order, which has origins of its own.
    for (;;) {
      const missing = originsOutside(found);
      if (missing.length === 0) return found;
      others.push(...missing);
      const more = reachable(root, undefined, others);
      if (
        more.some(({ chunk, rows }) =>
          rows.some(row => chunk.payloads?.[row] === undefined && chunk.payloads !== null),
        )
      )
        return found;
      found = more;
    }
  } catch (error) {
    // Part of the forward pass is no longer in memory: then the picture has to do without.
    if (error instanceof NoGradientError) return found;
    throw error;
  }
}

function originsOutside(found: ReturnType<typeof reachable>): Place[] {
  const known = new Map(found.map(({ chunk, rows }) => [chunk.serial, new Set(rows)]));
  const missing: Place[] = [];
  for (const { chunk, rows } of found) {
    for (const row of rows) {
      const origin = chunk.notes.get(row)?.origin;
      if (origin === undefined || known.get(origin.serial)?.has(origin.row) !== false) continue;
      known.get(origin.serial)?.add(origin.row);
      missing.push(origin);
    }
  }
  return missing;
}
