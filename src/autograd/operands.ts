// Operands as cotangents: recorded values and tensors for gradients of any order, plain tensors for the backward pass of
// tensors. The rules run on handles of the nodes, so a sweep that is recorded can be swept again.

import { Arena, withArena } from '../ndarray/arena.ts';
import { isFloat } from '../ndarray/dtype.ts';
import { mapArrays, mapInto } from '../ndarray/map.ts';
import { sameShape } from '../ndarray/shape.ts';
import { GraphFreedError, TensorChangedError } from './errors.ts';
import { fusedRule } from './fuse.ts';
import { modes, unwatched, withFloat } from './modes.ts';
import {
  arithmetic,
  type Op,
  type Operand,
  type Partial,
  registeredOps,
  tensorArithmetic,
  vjpOf,
} from './op.ts';
import { type CotangentKind, makeSweep, type Reach, type Slots } from './sweep.ts';
import type { Chunk, Place } from './tape.ts';
import { constantTensor, describeTensor, Tensor } from './tensor.ts';
import { Value } from './value.ts';

type OperandPartial = (...x: Operand[]) => Operand;

/** Input `k` of a row as an operand that can be computed with. */
export function inputOf(chunk: Chunk, edge: number, op: Op, reach: Reach): Operand {
  const input = chunk.edges[edge] as number;
  if (input >= 0) return handle(chunk, input, reach);
  const place = chunk.placeAt(~input);
  if (place !== undefined) return handle(reach.chunk(place.serial, op), place.row, reach);
  const seen = chunk.externalValues[~input] as number;
  const leaf = chunk.leafAt(~input);
  if (leaf === undefined) return seen;
  if (leaf instanceof Tensor) {
    if (leaf.leaf?.changedSince(seen)) throw changedInPlace(op, describeTensor(leaf));
    return leaf;
  }
  // A leaf without gradient may have got new data since; what the graph saw is what counts.
  return leaf.leaf?.requiresGrad !== true ? seen : (leaf as Value);
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
export function handle(chunk: Chunk, row: number, reach: Reach): Value | Tensor {
  if (chunk.payloads === null) return new Value(reach.home(chunk), row);
  const payload = chunk.payloads[row];
  const name = chunk.notes.get(row)?.name;
  const what = name === undefined ? 'a tensor that it needs' : `"${name}"`;
  if (payload === undefined) {
    throw new GraphFreedError(
      `${what} was freed by an earlier backward pass; run the forward pass again, or pass { retainGraph: true } to it`,
    );
  }
  const { array } = payload;
  if (array.storage.version !== chunk.values[row]) throw changedInPlace(null, what);
  return new Tensor(array, reach.home(chunk), row);
}

function changedInPlace(op: Op | null, what: string): TensorChangedError {
  return new TensorChangedError(
    `${op === null ? 'backward' : op.name}: ${what} was changed in place after the graph had recorded it, so the gradient would be ` +
      'wrong; run backward before changing it, or work on a copy()',
  );
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

/**
 * A cotangent in the shape and element type of the operand that it belongs to: what broadcasting stretched is summed, here
 * and nowhere else.
 */
export function fitTo(cotangent: Operand, x: Operand): Operand {
  if (cotangent instanceof Tensor) {
    const shape = x instanceof Tensor ? x.shape : [];
    let fitting: Operand = cotangent;
    if (!sameShape(cotangent.shape, shape)) fitting = tensorArithmetic().sumTo(fitting, shape);
    if (x instanceof Tensor && cotangent.dtype !== x.dtype) {
      fitting = tensorArithmetic().cast(fitting, x.dtype);
    }
    return fitting;
  }
  if (!(x instanceof Tensor)) return cotangent;
  return tensorArithmetic().cast(tensorArithmetic().expand(cotangent, x.shape), x.dtype);
}

/** The local derivative of an elementwise op; NaN for ops on whole arrays, which have none per element. */
function local(op: Op, k: number, chunk: Chunk, row: number, reach: Reach): Operand {
  if (op.structure !== null) return Number.NaN;
  const partial = op.partials[k] as Partial;
  if (typeof partial === 'number') return partial;
  return applyPartial(partial, inputsOf(chunk, row, op, reach), handle(chunk, row, reach));
}

function contribution(
  g: Operand,
  op: Op,
  k: number,
  chunk: Chunk,
  row: number,
  reach: Reach,
): Operand {
  const { structure } = op;
  if (structure === null && chunk.payloads === null) {
    return timesLocal(op, g, local(op, k, chunk, row, reach));
  }
  const inputs = inputsOf(chunk, row, op, reach);
  const y = handle(chunk, row, reach);
  const handed = handOn(op, k, g, inputs, y, chunk.payloads?.[row]?.params);
  return fitTo(handed, inputs[k] as Operand);
}

/** What an op hands to its input `k`, before it is fitted to the shape of that input. */
export function handOn(
  op: Op,
  k: number,
  g: Operand,
  inputs: readonly Operand[],
  y: Operand,
  params: unknown,
): Operand {
  const float = y instanceof Tensor && isFloat(y.dtype) ? y.dtype : modes.float;
  return withFloat(float, () => {
    if (op.structure === null) {
      return timesLocal(op, g, applyPartial(op.partials[k] as Partial, inputs, y));
    }
    const rule = vjpOf(op.structure, k);
    return rule === null ? 0 : rule(g, inputs, y, params);
  });
}

let differentiated: Place | undefined;

/** The row that a recorded sweep is just differentiating: what the program makes now comes from it. */
export function differentiatedRow(): Place | undefined {
  return differentiated;
}

const recorded: CotangentKind<Operand> = {
  open: (chunk): Slots<Operand> => ({
    cotangents: new Array(chunk.length),
    marks: new Uint8Array(chunk.length),
  }),
  close: () => {},
  add: (sum, contribution) => arithmetic().add(sum, contribution),
  local,
  contribution,
  done: keep,
};

/** Hands the cotangent of a row to whoever asked to keep it, and drops what a freed row held. */
function keep(slots: Slots<Operand>, chunk: Chunk, row: number, released: boolean): void {
  if (chunk.payloads === null) return;
  chunk.payloads[row]?.keep?.(slots.cotangents[row]);
  if (released) chunk.payloads[row] = undefined;
}

const sweepRecorded = makeSweep<Operand>({
  ...recorded,
  contribution(g, op, k, chunk, row, reach) {
    // Only a watcher asks. It stays until the next one: the sum that this contribution goes into belongs to it, too.
    if (modes.watch !== null) differentiated = { serial: chunk.serial, row };
    return contribution(g, op, k, chunk, row, reach);
  },
});

/** Sweeps with recorded operands (or whatever operand the seed is). */
export const sweepOperands: typeof sweepRecorded = (root, seed, options) => {
  const outer = differentiated;
  try {
    sweepRecorded(root, seed, options);
  } finally {
    differentiated = outer;
  }
};

let arena = new Arena();

function hold(operand: Operand): Operand {
  if (operand instanceof Tensor) arena.hold(operand.array.storage);
  return operand;
}

function drop(operand: Operand): void {
  if (operand instanceof Tensor) arena.drop(operand.array.storage);
}

/** A delivered cotangent is not needed any more. */
export function release(cotangent: Operand): void {
  drop(cotangent);
}

/** {@link contribution} with the rule of an elementwise op in one loop, where nothing is to be recorded. */
function plainContribution(
  g: Operand,
  op: Op,
  k: number,
  chunk: Chunk,
  row: number,
  reach: Reach,
): Operand {
  const slope = op.partials[k];
  // The row of a Value that tensors were made from has a tensor for a cotangent, but is none.
  const fused =
    typeof slope === 'function' && g instanceof Tensor && chunk.payloads !== null
      ? fusedRule(op, k, g.dtype === 'float32')
      : null;
  if (fused === null) return contribution(g, op, k, chunk, row, reach);
  const y = handle(chunk, row, reach) as Tensor;
  const first = chunk.first[row] as number;
  const operandAt = (place: number): Operand => {
    if (place < 0) return g;
    return place === op.inputs.length ? y : inputOf(chunk, first + place, op, reach);
  };
  const x = inputOf(chunk, first + k, op, reach);
  const dtype = x instanceof Tensor && isFloat(x.dtype) ? x.dtype : y.dtype;
  const arrays = fused.takes.map(place => {
    const operand = operandAt(place);
    if (operand instanceof Tensor) return operand.array;
    return typeof operand === 'number' ? operand : (operand as Value).data;
  });
  return fitTo(constantTensor(mapArrays(fused.rule, arrays, y.shape, dtype)), x);
}

const sweepPlain = makeSweep<Operand>({
  ...recorded,
  contribution(g, op, k, chunk, row, reach) {
    const c = hold(plainContribution(g, op, k, chunk, row, reach));
    // A rule of the user may have kept what it was given.
    if (registeredOps().get(op.name) !== op) arena.escapeAll();
    return c;
  },
  add(sum, contribution) {
    if (addsInPlace(sum, contribution)) {
      drop(contribution);
      return sum;
    }
    const total = hold(arithmetic().add(sum, contribution));
    drop(sum);
    drop(contribution);
    return total;
  },
  done(slots, chunk, row, released) {
    const g = slots.cotangents[row] as Operand;
    if (chunk.payloads?.[row]?.keep !== undefined && g instanceof Tensor) {
      arena.escape(g.array.storage);
    }
    keep(slots, chunk, row, released);
    slots.cotangents[row] = 0;
    drop(g);
    arena.sweep();
  },
});

const plus = (a: number, b: number): number => a + b;

/** Adds a contribution to the memory of the sum so far, where nobody else looks at it. */
function addsInPlace(sum: Operand, contribution: Operand): boolean {
  if (!(sum instanceof Tensor && contribution instanceof Tensor)) return false;
  const { array } = sum;
  if (!array.contiguous || !arena.sole(array.storage)) return false;
  if (contribution.dtype !== sum.dtype || !sameShape(contribution.shape, sum.shape)) return false;
  mapInto(array, plus, [array, contribution.array]);
  return true;
}

/**
 * Sweeps with plain tensors, to be called where nothing is recorded: the memory of cotangents is given back as soon as
 * their row has fired. `deliver` must either {@link takeOver} what it gets or {@link release} it.
 */
export const sweepTensors: typeof sweepPlain = (root, seed, options) => {
  const outer = arena;
  arena = new Arena();
  try {
    const kept = options.observer === undefined ? arena : null;
    withArena(kept, () => unwatched(() => sweepPlain(root, seed, options)));
  } finally {
    arena = outer;
  }
};

/** Whether the memory of a delivered cotangent belongs to nobody else; it is the receiver's from now on. */
export function takeOver(cotangent: Tensor): boolean {
  const { storage, contiguous } = cotangent.array;
  const whole = contiguous && storage.data.length === cotangent.array.size;
  if (!whole || !arena.sole(storage)) return false;
  arena.escape(storage);
  return true;
}
