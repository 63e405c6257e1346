// Plain numbers as cotangents: the default and fast kind. Cotangents live in a column beside the values.

import { type Expression, symbol } from './expression.ts';
import { type Op, type Operand, opById, type Partial, registeredOps } from './op.ts';
import {
  type CotangentKind,
  changed,
  cycle,
  freed,
  giveBack,
  makeSweep,
  type Open,
  type Run,
  type Slots,
} from './sweep.ts';
import { type Chunk, DONE, PENDING, PLAIN } from './tape.ts';
import type { Leaf, Value } from './value.ts';

type NumberPartial = (...x: number[]) => number;

// Most rules are trivial: a constant (sum), one of the inputs (product) or the output (exp). Which, is found out once per
// rule, by running it on symbols, so that the sweep need not call it. One code per op and input:
const UNKNOWN = 0;
const CALL = -1;
const ZERO = -2;
const ONE = -3;
const OUTPUT = -4;
/** Input j has code j + 1. Further inputs of an op than these are always called. */
const WIDTH = 2;

/** By op id, of which a tape can store 2¹⁵, and input: never too short, so that looking up is one load. */
const codes = new Int8Array(WIDTH * 2 ** 15);

function codeOf(id: number, k: number): number {
  const code = k < WIDTH ? (codes[id * WIDTH + k] as number) : CALL;
  return code === UNKNOWN ? findCode(id, k) : code;
}

function findCode(id: number, k: number): number {
  const code = trivial(opById(id), k);
  codes[id * WIDTH + k] = code;
  return code;
}

function trivial(op: Op, k: number): number {
  const partial = op.partials[k] as Partial;
  if (typeof partial === 'number') return partial === 0 ? ZERO : partial === 1 ? ONE : CALL;
  // A custom rule may do one thing with numbers and another with symbols; it is always called.
  if (op.selects || registeredOps().get(op.name) !== op) return CALL;
  const inputs = op.inputs.map(name => symbol(name));
  const y = symbol('y');
  const result = (partial as (...x: Expression[]) => Operand)(...inputs, y);
  if (result === y) return OUTPUT;
  const input = inputs.indexOf(result as Expression);
  return input >= 0 && input < 100 ? input + 1 : CALL;
}

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

function contribution(g: number, id: number, k: number, chunk: Chunk, row: number): number {
  const code = codeOf(id, k);
  if (code === ONE) return g;
  if (code > 0) return g * chunk.inputValue((chunk.first[row] as number) + code - 1);
  if (code === OUTPUT) return g * (chunk.values[row] as number);
  if (code === ZERO) return 0;
  return called(g, opById(id), k, chunk, row);
}

function called(g: number, op: Op, k: number, chunk: Chunk, row: number): number {
  const d = localNumber(op, k, chunk, row);
  return d === 0 && op.selects ? 0 : g * d;
}

/**
 * The loop of the sweep for plain numbers, in one function that hands no number on: calling another with a cotangent would
 * put it into a box, and a small graph is swept in a microsecond.
 */
function fireRows(run: Run<number>, entry: Open<number>): void {
  const { chunk, slots } = entry;
  const { cotangents, marks } = slots;
  const { ops, values, first, edges, sources, externalValues, leaves } = chunk;
  let pending = entry.pending;
  for (let row = entry.top; pending > 0; row--) {
    if (marks[row] !== PENDING) continue;
    marks[row] = DONE;
    pending--;
    const id = ops[row] as number;
    if (id < 0) throw freed(chunk, row, opById(~id));
    const g = cotangents[row] as number;
    const begin = first[row] as number;
    const count = (first[row + 1] as number) - begin;
    for (let k = 0; k < count; k++) {
      const input = edges[begin + k] as number;
      let leaf: Leaf | null = null;
      if (input < 0) {
        const source = sources[~input] as number;
        if (source === PLAIN) continue;
        if (source >= 0) {
          giveBack(run, entry, row, opById(id), k, ~input);
          continue;
        }
        const found = leaves[PLAIN - 1 - source] as Value;
        leaf = found.home as Leaf;
        if (leaf.requiresGrad !== true) continue;
        if (leaf.changedSince(externalValues[~input] as number)) throw changed(found, opById(id));
      } else if (input >= row) throw cycle(opById(id));
      const code = k < WIDTH ? (codes[id * WIDTH + k] as number) : CALL;
      let c = g;
      if (code > 0) {
        const factor = edges[begin + code - 1] as number;
        c *= factor >= 0 ? (values[factor] as number) : (externalValues[~factor] as number);
      } else if (code === OUTPUT) c *= values[row] as number;
      else if (code !== ONE) c = contribution(g, id, k, chunk, row);
      if (leaf !== null) leaf.accumulate(c);
      else if (marks[input] === PENDING) (cotangents[input] as number) += c;
      else {
        cotangents[input] = c;
        marks[input] = PENDING;
        pending++;
      }
    }
    if (run.release) ops[row] = ~id;
  }
  entry.pending = 0;
}

const arithmetic: Omit<CotangentKind<number>, 'open' | 'close'> = {
  add: (sum, contribution) => sum + contribution,
  local: localNumber,
  contribution: (g, op, k, chunk, row) => contribution(g, op.id, k, chunk, row),
  fire: fireRows,
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
