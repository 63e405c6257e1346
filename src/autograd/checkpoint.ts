// Memory for time: a part of the forward pass whose intermediates are thrown away and computed again when backward needs them.

import { withArena } from '../ndarray/arena.ts';
import { type Draws, drawing, redrawing } from '../ndarray/draws.ts';
import { ArgumentError, describe } from './errors.ts';
import { checkFunction, enableGrad, modes } from './modes.ts';
import { arithmetic, type Operand, registerAnonymousOp, type Structure } from './op.ts';
import { fitTo, handle, inputsOf, sweepOperands, sweepTensors } from './operands.ts';
import type { Differentiable } from './pull-back.ts';
import { opOf, Reach, reachable, routeTo } from './sweep.ts';
import { type Chunk, type Node, nextNumber, nextTensorNumber } from './tape.ts';
import { leafTensor, Tensor } from './tensor.ts';
import { recordTensor } from './tensor-record.ts';
import { latexName } from './trace.ts';
import { Value, value } from './value.ts';

type Inner = (...inputs: Differentiable[]) => Tensor;

/** What a checkpoint remembers beside its inputs. */
interface Replayed {
  f: Inner;
  /** How many inputs are arguments; what `f` takes from around it comes after them. */
  count: number;
  draws: Draws;
}

/**
 * `f(...inputs)` of which only inputs and result are kept: backward runs `f` again to get at what is between. Costs one
 * more forward pass of `f`, and saves the memory of everything inside it.
 *
 * `f` must return one tensor, and the same one when it runs again. Random numbers (dropout) come out the same; what `f`
 * takes from around it, such as the weights of a layer, gets its gradients like the inputs.
 *
 * ```ts
 * const w = tensor([2, 3], { requiresGrad: true });
 * const y = checkpoint(x => x.mul(w).exp().sum(), tensor([0, 0]));
 * y.backward();
 * w.grad?.toArray(); // [0, 0]
 * ```
 * @throws ArgumentError where `f` returns something else. Source: `torch.utils.checkpoint.checkpoint`.
 */
export function checkpoint<A extends readonly Differentiable[]>(
  f: (...inputs: A) => Tensor,
  ...inputs: A
): Tensor {
  checkFunction('checkpoint', f);
  const run = f as unknown as Inner;
  if (!modes.grad) return checked(run(...inputs));
  const begun = { values: nextNumber(), tensors: nextTensorNumber() };
  const older = (chunk: Chunk, row: number): boolean =>
    chunk.base + row < (chunk.payloads === null ? begun.values : begun.tensors);
  const draws: Draws = new Map();
  const own = inputs.map(ownNode);
  const result = drawing(draws, () => checked(run(...own)));
  if (!result.requiresGrad) return result;
  const { leaves, rows } = nodesBehind(result, older);
  // An argument that the result does not depend on gets no gradient, as without a checkpoint.
  const args = inputs.map((x, k) => (leaves.delete(own[k] as Tensor) ? x : withoutHistory(x)));
  const params: Replayed = { f: run, count: inputs.length, draws };
  return recordTensor(op, [...args, ...rows, ...leaves], result.array, params);
}

function checked(result: unknown): Tensor {
  if (result instanceof Tensor) return result;
  throw new ArgumentError(
    `checkpoint: the function must return one Tensor, got ${describe(result)}; make a checkpoint of each result, or join ` +
      'them with cat. (The graph of Values is so small that a checkpoint saves nothing.)',
  );
}

/** An argument without its history, so that what `f` does to it can be told from what came before. */
function ownNode(x: Differentiable): Differentiable {
  if (typeof x === 'number' || !x.requiresGrad) return x;
  return x instanceof Tensor ? leafTensor(x.array, true) : value(x.data);
}

function withoutHistory(x: Differentiable): Differentiable {
  if (typeof x === 'number') return x;
  return x instanceof Tensor ? x.detach() : x.data;
}

/** What `result` depends on: leaves, and the nearest rows made before. */
function nodesBehind(
  result: Tensor,
  older: (chunk: Chunk, row: number) => boolean,
): { leaves: Set<Value | Tensor>; rows: (Value | Tensor)[] } {
  const reach = new Reach(result);
  const leaves = new Set<Value | Tensor>(result.leaf === null ? [] : [result]);
  const before: (Value | Tensor)[] = [];
  for (const { chunk, rows } of reachable(result, older)) {
    for (const row of rows) {
      if (older(chunk, row)) before.push(handle(chunk, row, reach));
      else {
        for (const input of inputsOf(chunk, row, opOf(chunk, row), reach)) {
          if (isNode(input) && input.leaf?.requiresGrad === true) leaves.add(input);
        }
      }
    }
  }
  return { leaves, rows: before };
}

function isNode(x: unknown): x is Value | Tensor {
  return x instanceof Tensor || x instanceof Value;
}

/** Cotangents of all inputs of a checkpoint: `f` runs again, and its graph is swept at once. */
function replay(g: Operand, inputs: readonly Operand[], params: Replayed): (Operand | null)[] {
  const { f, count, draws } = params;
  const deep = modes.grad;
  const args = (inputs.slice(0, count) as Differentiable[]).map(x => {
    if (!deep) return ownNode(x);
    // A node of its own for each argument, also where the same one was given twice.
    return typeof x === 'number' || !x.requiresGrad ? x : (arithmetic().alias(x) as Tensor);
  });
  const nodes = [...args, ...inputs.slice(count)];
  const place = new Map(nodes.map((node, k) => [keyOf(node), k]));
  const targets = nodes.filter((x): x is Value | Tensor => isNode(x) && x.requiresGrad);
  const result = enableGrad(() => redrawing(draws, () => checked(f(...args))));
  const sums: (Operand | null)[] = nodes.map(() => null);
  if (!result.requiresGrad) return sums;
  const sweep = deep ? sweepOperands : sweepTensors;
  sweep(result, fitTo(g, result), {
    route: { ...routeTo(result, targets, true), stopAtTargets: true },
    deliver(node, cotangent) {
      const k = place.get(keyOf(node)) as number;
      const sum = sums[k] ?? null;
      sums[k] = sum === null ? cotangent : withArena(null, () => arithmetic().add(sum, cotangent));
    },
  });
  return sums;
}

/** Something equal for two handles on the same node. */
function keyOf(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node;
  const { leaf, chunk, row } = node as Node;
  return leaf ?? `${chunk?.serial}:${row}`;
}

/** What a replay gave, until all inputs have asked for their part. */
const replays = new WeakMap<object, WeakMap<Replayed, (Operand | null)[]>>();

function cotangentFor(
  k: number,
  g: Operand,
  inputs: readonly Operand[],
  params: Replayed,
): Operand {
  const key = g as object;
  const known = replays.get(key) ?? new WeakMap<Replayed, (Operand | null)[]>();
  replays.set(key, known);
  let parts = known.get(params);
  if (parts === undefined) {
    parts = withArena(null, () => replay(g, inputs, params));
    known.set(params, parts);
  }
  const part = parts[k] ?? 0;
  parts[k] = null;
  return part;
}

const structure: Structure<Replayed> = {
  kernel: () => {
    throw new ArgumentError('checkpoint: a recorded checkpoint cannot be evaluated with symbols');
  },
  shape: undefined,
  vjp: k => (g, inputs, _y, params) => cotangentFor(k, g, inputs, params),
  linear: false,
  movesOnly: false,
};

const op = registerAnonymousOp({
  name: 'checkpoint',
  inputs: [],
  options: {},
  forward: () => Number.NaN,
  partials: [],
  formulas: [],
  selects: false,
  differentiable: true,
  definition: undefined,
  symbol: '↻',
  text: w => ({ string: `checkpoint(${list(w.count, k => w.arg(k))})`, precedence: 'atom' }),
  latex: w => ({
    string: `${latexName('checkpoint')}\\left(${list(w.count, k => w.arg(k))}\\right)`,
    precedence: 'atom',
  }),
  simplify: undefined,
  result: 'float',
  condition: false,
  structure: structure as Structure,
});

function list(count: number, write: (k: number) => string): string {
  return Array.from({ length: count }, (_, k) => write(k)).join(', ');
}
