// Operands as cotangents: recorded values for gradients of any order. The rules run on handles of the nodes, so the
// sweep itself is recorded and can be swept again.

import { arithmetic, type Op, type Operand, type Partial } from './op.ts';
import { makeSweep, type Reach } from './sweep.ts';
import type { Chunk, Node } from './tape.ts';
import { Value } from './value.ts';

type OperandPartial = (...x: Operand[]) => Operand;

/** Input `k` of a row as an operand that can be computed with. */
export function inputOf(chunk: Chunk, edge: number, op: Op, reach: Reach): Operand {
  const input = chunk.edges[edge] as number;
  if (input >= 0) return handle(chunk, input, reach);
  const external = chunk.externals[~input] as Node | number | null;
  if (external === null) return chunk.externalValues[~input] as number;
  if (typeof external !== 'number') {
    // A leaf without gradient may have got new data since; what the graph saw is what counts.
    const fixed = external.leaf?.requiresGrad !== true;
    return fixed ? (chunk.externalValues[~input] as number) : (external as Value);
  }
  const home = reach.chunk(chunk.foreign[external] as number, op);
  return handle(home, chunk.foreign[external + 1] as number, reach);
}

/** All inputs of a row. */
export function inputsOf(chunk: Chunk, row: number, op: Op, reach: Reach): Operand[] {
  const inputs: Operand[] = [];
  const end = chunk.first[row + 1] as number;
  for (let edge = chunk.first[row] as number; edge < end; edge++) {
    inputs.push(inputOf(chunk, edge, op, reach));
  }
  return inputs;
}

/** A new handle on a row. It holds whatever the root holds, which is all that this row can depend on. */
export function handle(chunk: Chunk, row: number, reach: Reach): Value {
  return new Value(chunk, row, reach.root.links, null);
}

/** g · d, where a rule that only selects stops g entirely at zero. */
export function timesLocal(op: Op, g: Operand, d: Operand): Operand {
  const { mul, neg, select } = arithmetic();
  if (d === 1) return g;
  if (d === 0) return 0;
  if (d === -1) return neg(g);
  return op.selects ? select(d, mul(g, d)) : mul(g, d);
}

/** Runs a partial on operands. */
export function applyPartial(partial: Partial, inputs: readonly Operand[], y: Operand): Operand {
  return typeof partial === 'number' ? partial : (partial as OperandPartial)(...inputs, y);
}

function local(op: Op, k: number, chunk: Chunk, row: number, reach: Reach): Operand {
  const partial = op.partials[k] as Partial;
  if (typeof partial === 'number') return partial;
  return applyPartial(partial, inputsOf(chunk, row, op, reach), handle(chunk, row, reach));
}

/** Sweeps with recorded values (or whatever operand the seed is). */
export const sweepOperands = makeSweep<Operand>({
  open: chunk => ({ cotangents: new Array(chunk.length), marks: new Uint8Array(chunk.length) }),
  close: () => {},
  add: (sum, contribution) => arithmetic().add(sum, contribution),
  local,
  contribution: (g, op, k, chunk, row, reach) => timesLocal(op, g, local(op, k, chunk, row, reach)),
});
