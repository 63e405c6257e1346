// Finding the op that made the first NaN, in the forward or the backward pass.

import { showShape } from '../ndarray/errors.ts';
import { elementAt, firstNaN, indicesOf } from '../ndarray/inspect.ts';
import { listening, type Recorded } from './backward.ts';
import { AnomalyError } from './errors.ts';
import { checkFunction, watching } from './modes.ts';
import type { Op, Operand } from './op.ts';
import { callSite, type SourcePlace } from './source.ts';
import { opOf } from './sweep.ts';
import type { Chunk, Node, Note } from './tape.ts';
import { Tensor } from './tensor.ts';
import { Value } from './value.ts';

/**
 * Runs `fn` and throws at the first NaN that an op makes out of numbers, in a forward or a backward pass inside `fn`.
 * The error names the op, its inputs and the line of the program; for a tensor also the place of the NaN. Slow: meant for
 * hunting, not for training.
 *
 * ```ts
 * detectAnomaly(() => value(-1, { name: 'x' }).log()); // throws AnomalyError: log(x = −1) is NaN …
 * detectAnomaly(() => tensor([4, -1], { name: 'x' }).sqrt()); // throws AnomalyError: sqrt(x[1] = −1) is NaN …
 * ```
 * @throws AnomalyError. Source: `torch.autograd.detect_anomaly` (which checks backward passes only).
 */
export function detectAnomaly<T>(fn: () => T): T {
  checkFunction('detectAnomaly', fn);
  const created = (
    result: Recorded,
    op: Op,
    inputs: readonly Operand[],
    note: () => Note,
  ): void => {
    const source = callSite();
    if (source !== undefined) note().source = source;
    const place = nanIn(result);
    if (place < 0 || inputs.some(input => nanIn(input) >= 0)) return;
    throw new AnomalyError(
      `${op.name} made a NaN out of numbers: ${describeCall(op, inputs, result, place)} is NaN${at(source)}`,
    );
  };
  const begins = () => ({
    fires(chunk: Chunk, row: number, g: Operand) {
      if (nanIn(g) < 0) return;
      const op = opOf(chunk, row);
      throw new AnomalyError(
        `the gradient that reaches ${op.name} is NaN${placeOf(g)}${at(noteAt(chunk, row))}`,
      );
    },
    contributes(chunk: Chunk, row: number, k: number, local: Operand, contribution: Operand) {
      if (nanIn(contribution) < 0) return;
      throw new AnomalyError(
        `${backwardStory(chunk, row, k, local, contribution)}${at(noteAt(chunk, row))}`,
      );
    },
  });
  return watching({ created }, () => listening({ begins, transforms: true }, fn));
}

/** The place of the first NaN of an operand; −1 where there is none. */
function nanIn(operand: Operand): number {
  if (operand instanceof Tensor) return firstNaN(operand.array);
  return Number.isNaN(operand instanceof Value ? operand.data : operand) ? 0 : -1;
}

/** Where in a tensor the first NaN stands, as ` at [1, 0]`. */
function placeOf(operand: Operand): string {
  if (!(operand instanceof Tensor) || operand.ndim === 0) return '';
  return ` at ${showShape(indicesOf(nanIn(operand), operand.shape))}`;
}

function backwardStory(
  chunk: Chunk,
  row: number,
  k: number,
  local: Operand,
  contribution: Operand,
): string {
  const op = opOf(chunk, row);
  const first = chunk.first[row] as number;
  const name = (i: number): string => op.inputs[i] ?? `input ${i}`;
  if (op.structure !== null || contribution instanceof Tensor) {
    return (
      `${op.name} made a NaN in the backward pass: what it hands to ${name(k)} is NaN${placeOf(contribution)}, ` +
      'while the gradient it got is not'
    );
  }
  const x = op.inputs.map((input, i) => `${input} = ${chunk.inputValue(first + i)}`);
  const upstream = nanIn(local) >= 0 ? '' : ` (a zero times an infinity)`;
  return (
    `${op.name} made a NaN in the backward pass: at ${x.join(', ')} its derivative with respect to ` +
    `${name(k)} is ${String(local)}, times the gradient from above is NaN${upstream}`
  );
}

function noteAt(chunk: Chunk, row: number): SourcePlace | undefined {
  return chunk.notes.get(row)?.source;
}

function at(source: SourcePlace | undefined): string {
  return source === undefined ? '' : `\n    at ${source.file}:${source.line}:${source.column}`;
}

/** The call with the numbers that met where the NaN is; of ops on whole arrays with the shapes. */
function describeCall(op: Op, inputs: readonly Operand[], result: Operand, place: number): string {
  const shape = result instanceof Tensor ? result.shape : [];
  const indices = indicesOf(place, shape);
  const parts = inputs.map((input, k) => {
    const node = typeof input === 'object' ? (input as Operand & Partial<Node>) : undefined;
    const name = (node as Value | Tensor | undefined)?.name ?? op.inputs[k] ?? `input ${k}`;
    if (!(input instanceof Tensor)) {
      return `${name} = ${input instanceof Value ? input.data : String(input)}`;
    }
    if (op.structure !== null) return `${name} ${showShape(input.shape)}`;
    const own = indices.slice(shape.length - input.ndim);
    const where =
      input.ndim === 0 ? '' : showShape(own.map((i, d) => (input.shape[d] === 1 ? 0 : i)));
    return `${name}${where} = ${elementAt(input.array, shape, indices)}`;
  });
  const at = op.structure === null ? '' : placeOf(result);
  return `${op.name}(${parts.join(', ')})${at}`;
}
