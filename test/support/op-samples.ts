// The points at which an op is tested, from its declaration: its samples, and seeded random points of its domain.

import { randomNumbers } from '../../src/autograd/gradcheck.ts';
import type { Operand, PublicOp } from '../../src/index.ts';

/** Calls an op with all of its inputs in a row, also those that it takes from its options. */
export function callOp(op: PublicOp, x: readonly Operand[]): Operand {
  const names = Object.keys(op.op.options);
  if (names.length === 0) return op(...x);
  const plain = op.op.inputs.length - names.length;
  const given = names.map((name, k) => [name, x[plain + k] ?? op.op.options[name]]);
  const call = op as unknown as (x: Operand, options: object) => Operand;
  return call(x[0] as Operand, Object.fromEntries(given) as object);
}

/** A sample with the options that it leaves out at their defaults. */
function complete(op: PublicOp, x: readonly number[]): number[] {
  return op.op.inputs.map((name, k) => x[k] ?? (op.op.options[name] as number));
}

/** Random points of the domain. */
export function randomPoints(op: PublicOp, count: number, seed = 1): number[][] {
  const random = randomNumbers(seed);
  const unit = (): number => {
    const r = random();
    return r > 0 ? (r - 0.5) / 2 + 0.5 : (r + 1.5) / 2;
  };
  return Array.from({ length: count }, () =>
    op.declaration.domain.map(([low, high]) => low + (high - low) * unit()),
  );
}

/** All points of an op: its samples and eight random ones. */
export function pointsOf(op: PublicOp): number[][] {
  const samples = (op.declaration.samples ?? []).map(x => complete(op, x));
  return [...samples, ...randomPoints(op, 8)];
}
