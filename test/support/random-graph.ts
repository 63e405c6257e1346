// Random expression graphs over all differentiable ops, with shared subterms and arguments kept inside each op's domain.

import fc from 'fast-check';
import { add, mul, type Operand, ops, type PublicOp, sin } from '../../src/index.ts';

/** One node: an op (by name) and, per input, which earlier node it takes. */
interface Step {
  op: string;
  inputs: number[];
}

/** A recipe for a function of `leaves.length` arguments, and the point to look at. */
export interface RandomGraph {
  leaves: number[];
  steps: Step[];
}

/** The ops that have a slope to check. */
export const differentiable: readonly PublicOp[] = [...ops.values()].filter(
  op => op.op.differentiable,
);

/** Random graphs of up to `most` nodes. */
export function randomGraph(most: number): fc.Arbitrary<RandomGraph> {
  const step = fc.record({
    op: fc.constantFrom(...differentiable.map(op => op.op.name)),
    // Small numbers count back from the newest node, so that chains are deep; others share older ones.
    inputs: fc.array(fc.oneof(fc.nat(2), fc.nat(60)), { minLength: 3, maxLength: 3 }),
  });
  return fc.record({
    // Multiples of 2⁻²⁰: zeros and ties occur, but nothing so small that its reciprocal overflows.
    leaves: fc.array(
      fc.integer({ min: -(2 ** 21), max: 2 ** 21 }).map(n => n / 2 ** 20),
      { minLength: 1, maxLength: 4 },
    ),
    steps: fc.array(step, { minLength: 1, maxLength: most }),
  });
}

/** A smooth map of any number into the open interval (low, high): the middle plus a sine. */
function into(z: Operand, [low, high]: readonly [number, number]): Operand {
  const middle = (low + high) / 2;
  const reach = Math.min((high - low) / 2, 2) * 0.9;
  return add(middle, mul(reach, sin(z)));
}

/** The domain of an input; the last one stays away from 0 where all zeros together are singular (atan2, hypot). */
function domainOf({ declaration }: PublicOp, k: number): readonly [number, number] {
  const [low, high] = declaration.domain[k] as readonly [number, number];
  const singular = declaration.conventions?.some(({ at }) => at.every(x => x === 0)) === true;
  return singular && k > 0 ? [0.3, high] : [low, high];
}

/** Runs a recipe on operands of any kind; the result depends on the last node and, a little, on every leaf. */
export function run({ steps }: RandomGraph, leaves: readonly Operand[]): Operand {
  const nodes: Operand[] = [...leaves];
  for (const { op: name, inputs } of steps) {
    const op = ops.get(name) as PublicOp;
    const operands = op.op.inputs.map((_, k) => {
      const back = inputs[k % 3] as number;
      const z = nodes[nodes.length - 1 - (back % nodes.length)] as Operand;
      return into(z, domainOf(op, k));
    });
    nodes.push(apply(op, operands));
  }
  const sum = leaves.reduce<Operand>((total, leaf) => add(total, mul(0.125, leaf)), 0);
  return add(nodes.at(-1) as Operand, sum);
}

/** Calls a public op with all its inputs, those from the options object included. */
function apply(op: PublicOp, operands: readonly Operand[]): Operand {
  if (op.arity !== 'options') return op(...operands);
  const names = op.op.inputs.slice(1);
  const options = Object.fromEntries(names.map((name, k) => [name, operands[k + 1]]));
  return (op as unknown as (x: Operand, o: object) => Operand)(operands[0] as Operand, options);
}
