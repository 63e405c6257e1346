// Finding the op that made the first NaN, in the forward or the backward pass.

import { listening } from './backward.ts';
import { AnomalyError } from './errors.ts';
import { checkFunction, watching } from './modes.ts';
import type { Op, Operand } from './op.ts';
import { callSite, type SourcePlace } from './source.ts';
import { opOf } from './sweep.ts';
import type { Chunk } from './tape.ts';
import { noteOf, Value } from './value.ts';

/**
 * Runs `fn` and throws at the first NaN that an op makes out of numbers, in a forward or a backward pass inside `fn`.
 * The error names the op, its inputs and the line of the program. Slow: meant for hunting, not for training.
 *
 * ```ts
 * detectAnomaly(() => value(-1, { name: 'x' }).log()); // throws AnomalyError: log(x = −1) is NaN …
 * ```
 * @throws AnomalyError. Source: `torch.autograd.detect_anomaly` (which checks backward passes only).
 */
export function detectAnomaly<T>(fn: () => T): T {
  checkFunction('detectAnomaly', fn);
  const created = (result: Value, op: Op, inputs: readonly Operand[]): void => {
    const source = callSite();
    if (source !== undefined) noteOf(result).source = source;
    if (!Number.isNaN(result.data)) return;
    if (inputs.some(input => Number.isNaN(input instanceof Value ? input.data : input))) return;
    throw new AnomalyError(
      `${op.name} made a NaN out of numbers: ${describeCall(op, inputs)} is NaN${at(source)}`,
    );
  };
  const begins = () => ({
    fires(chunk: Chunk, row: number, g: number) {
      if (Number.isNaN(g)) {
        const op = opOf(chunk, row);
        throw new AnomalyError(
          `the gradient that reaches ${op.name} is NaN${at(noteAt(chunk, row))}`,
        );
      }
    },
    contributes(chunk: Chunk, row: number, k: number, local: number, contribution: number) {
      if (!Number.isNaN(contribution)) return;
      const op = opOf(chunk, row);
      const x = op.inputs.map((name, i) => {
        return `${name} = ${chunk.inputValue((chunk.first[row] as number) + i)}`;
      });
      const upstream = Number.isNaN(local) ? '' : ` (a zero times an infinity)`;
      throw new AnomalyError(
        `${op.name} made a NaN in the backward pass: at ${x.join(', ')} its derivative with respect to ` +
          `${op.inputs[k]} is ${local}, times the gradient from above is NaN${upstream}${at(noteAt(chunk, row))}`,
      );
    },
  });
  return watching({ created }, () => listening({ begins, transforms: true }, fn));
}

function noteAt(chunk: Chunk, row: number): SourcePlace | undefined {
  return chunk.notes.get(row)?.source;
}

function at(source: SourcePlace | undefined): string {
  return source === undefined ? '' : `\n    at ${source.file}:${source.line}:${source.column}`;
}

function describeCall(op: Op, inputs: readonly Operand[]): string {
  const parts = inputs.map((input, k) => {
    const name = input instanceof Value ? (input.name ?? op.inputs[k]) : op.inputs[k];
    return `${name} = ${input instanceof Value ? input.data : String(input)}`;
  });
  return `${op.name}(${parts.join(', ')})`;
}
