// Plain numbers as cotangents: the default and fast kind. Cotangents live in a column beside the values.

import type { Op, Partial } from './op.ts';
import { type CotangentKind, makeSweep, type Slots } from './sweep.ts';
import type { Chunk } from './tape.ts';

type NumberPartial = (...x: number[]) => number;

/** The local derivative of row `row` with respect to its input `k`, as a number. */
export function localNumber(op: Op, k: number, chunk: Chunk, row: number): number {
  const partial = op.partials[k] as Partial;
  if (typeof partial === 'number') return partial;
  const rule = partial as NumberPartial;
  const edge = chunk.first[row] as number;
  const y = chunk.values[row] as number;
  switch (op.inputs.length) {
    case 1:
      return rule(chunk.inputValue(edge), y);
    case 2:
      return rule(chunk.inputValue(edge), chunk.inputValue(edge + 1), y);
    default: {
      const x: number[] = [];
      for (let e = edge; e < (chunk.first[row + 1] as number); e++) x.push(chunk.inputValue(e));
      return rule(...x, y);
    }
  }
}

const arithmetic: Omit<CotangentKind<number>, 'open' | 'close'> = {
  add: (sum, contribution) => sum + contribution,
  local: localNumber,
  contribution(g, op, k, chunk, row) {
    const partial = op.partials[k];
    if (typeof partial === 'number') return partial === 1 ? g : partial === 0 ? 0 : g * partial;
    const d = localNumber(op, k, chunk, row);
    return d === 0 && op.selects ? 0 : g * d;
  },
};

/** Sweeps with plain numbers on the side: the `grad` of no node changes. */
export const sweepNumbersAside = makeSweep<number>({
  ...arithmetic,
  open: chunk => ({
    cotangents: new Float64Array(chunk.length),
    marks: new Uint8Array(chunk.length),
  }),
  close: () => {},
});

/** Sweeps with plain numbers; each node's cotangent stays readable as its `grad`. */
export const sweepNumbers = makeSweep<number>({
  ...arithmetic,
  open(chunk): Slots<number> {
    // A sweep inside a sweep (a custom rule that runs backward) over the same chunk must not share its columns.
    if (chunk.busy) {
      return { cotangents: new Float64Array(chunk.length), marks: new Uint8Array(chunk.length) };
    }
    chunk.busy = true;
    chunk.cotangents ??= new Float64Array(chunk.capacity);
    chunk.marks ??= new Uint8Array(chunk.capacity);
    return { cotangents: chunk.cotangents, marks: chunk.marks };
  },
  close(chunk, slots) {
    if (slots.marks === chunk.marks) chunk.busy = false;
  },
});
