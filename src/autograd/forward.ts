// Forward mode: tangents pushed from the inputs to the outputs along a recorded graph, using the same local
// derivatives as the reverse sweep.

import { sameShape } from '../ndarray/shape.ts';
import { localNumber } from './numbers.ts';
import { arithmetic, type Op, type Operand, type Partial, tensorArithmetic } from './op.ts';
import { applyPartial, fitTo, handle, handOn, inputsOf, timesLocal } from './operands.ts';
import { opOf, Reach, reachable } from './sweep.ts';
import type { Chunk } from './tape.ts';
import { Tensor } from './tensor.ts';
import { transposed } from './transpose.ts';
import type { Value } from './value.ts';

type Scalar = number | Value | Tensor;

/** What input `k` of a row of tensors adds to the tangent of the row, when it moves along `tangent`. */
function tangentThrough(
  op: Op,
  k: number,
  tangent: Operand,
  inputs: readonly Operand[],
  y: Operand,
  params: unknown,
): Operand {
  // What an elementwise op hands up is what it hands down: the same product with its slope.
  if (op.structure === null) {
    const pushed = handOn(op, k, tangent, inputs, y, params);
    // Broadcasting stretches the tangent of an input as it stretched the input.
    const stretches =
      pushed instanceof Tensor && y instanceof Tensor && !sameShape(pushed.shape, y.shape);
    return fitTo(stretches ? tensorArithmetic().expand(pushed, y.shape) : pushed, y);
  }
  return transposed(op, k, tangent, inputs, y as Tensor, params);
}

/** J·v for the given outputs: the tangent of each, from the tangents of the inputs. */
export function pushForward(
  outputs: readonly Scalar[],
  inputs: readonly (Value | Tensor)[],
  tangents: readonly Scalar[],
  recorded: boolean,
): Scalar[] {
  return outputs.map(output => {
    if (typeof output === 'number') return 0;
    const pushed = output.requiresGrad ? pushTo(output, inputs, tangents, recorded) : 0;
    // The tangent of a tensor is a tensor, also where it does not move.
    return output instanceof Tensor ? (fitTo(pushed, output) as Tensor) : pushed;
  });
}

function pushTo(
  output: Value | Tensor,
  inputs: readonly (Value | Tensor)[],
  tangents: readonly Scalar[],
  recorded: boolean,
): Scalar {
  const leaves = new Map<unknown, Scalar>();
  const rows = new Map<number, Map<number, Scalar>>();
  const rowsOf = (serial: number): Map<number, Scalar> => {
    const found = rows.get(serial) ?? new Map<number, Scalar>();
    rows.set(serial, found);
    return found;
  };
  inputs.forEach((input, k) => {
    const tangent = tangents[k] as Scalar;
    if (input.chunk === null) leaves.set(input.leaf, tangent);
    else rowsOf(input.chunk.serial).set(input.row, tangent);
  });
  if (output.chunk === null) return leaves.get(output.leaf) ?? 0;

  const { add } = arithmetic();
  const reach = new Reach(output);
  for (const { chunk, rows: found } of reachable(output)) {
    const here = rowsOf(chunk.serial);
    for (const row of found) {
      // A row that is an input itself keeps the tangent it was given.
      if (here.has(row)) continue;
      const sum = pushOne(chunk, row);
      if (sum !== null) here.set(row, sum);
    }
  }
  return rows.get(output.chunk.serial)?.get(output.row) ?? 0;

  function pushOne(chunk: Chunk, row: number): Scalar | null {
    const op = opOf(chunk, row);
    const first = chunk.first[row] as number;
    const end = chunk.first[row + 1] as number;
    let sum: Operand | null = null;
    let operands: Operand[] | null = null;
    for (let edge = first; edge < end; edge++) {
      const tangent = tangentOf(chunk, edge);
      // A zero is no tangent: along (1, 0) the slope of aᵇ in its exponent, NaN for a < 0, has no say.
      if (tangent === undefined || tangent === 0) continue;
      let part: Operand;
      if (chunk.payloads !== null) {
        operands ??= inputsOf(chunk, row, op, reach);
        const y = handle(chunk, row, reach);
        const { params } = chunk.payloads[row] ?? {};
        part = tangentThrough(op, edge - first, tangent, operands, y, params);
      } else if (recorded) {
        operands ??= inputsOf(chunk, row, op, reach);
        const rule = op.partials[edge - first] as Partial;
        part = timesLocal(op, tangent, applyPartial(rule, operands, handle(chunk, row, reach)));
      } else {
        const d = localNumber(op, edge - first, chunk, row);
        part =
          d === 0 && (op.selects || op.partials[edge - first] === 0) ? 0 : (tangent as number) * d;
      }
      sum = sum === null ? part : add(sum, part);
    }
    return sum as Scalar | null;
  }

  function tangentOf(chunk: Chunk, edge: number): Scalar | undefined {
    const input = chunk.edges[edge] as number;
    if (input >= 0) return rows.get(chunk.serial)?.get(input);
    const place = chunk.placeAt(~input);
    if (place !== undefined) return rows.get(place.serial)?.get(place.row);
    const leaf = chunk.leafAt(~input);
    return leaf && leaves.get(leaf.leaf);
  }
}
