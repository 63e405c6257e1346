// Checking the gradients of a recorded pass: the graph runs again with one node moved a little, and what that does to the
// root is compared with the gradient of the node. Nothing of the program itself runs, so this has no side effects.

import { fromData, type NDArray } from '../ndarray/array.ts';
import { isFloat } from '../ndarray/dtype.ts';
import { cast, flatData } from '../ndarray/map.ts';
import { derivative } from './differences.ts';
import { noGrad, unwatched } from './modes.ts';
import { applyOp, type Op, type Operand } from './op.ts';
import { constantTensor, Tensor } from './tensor.ts';
import type { TraceNode } from './trace.ts';

/** A recorded graph that can run again. */
export interface Program {
  nodes: readonly TraceNode[];
  root: number;
  /** For each node its op and the parameters of that op; undefined for leaves and constants. */
  ops: readonly (Op | undefined)[];
  params: readonly unknown[];
  /** The value of each node as it was recorded. */
  values: readonly (number | NDArray)[];
}

type Plain = number | NDArray;

/** Elements computed in all; nodes for which that does not suffice are not checked. */
const MOST_ELEMENTS = 2_000_000;
/** A graph of more nodes is not checked at all: for each of them all others would have to be looked at. */
const MOST_NODES = 2_000;
/** Largest step of the differences, times max(|x|, 1). */
const STEP = 0.01;
/** Times that the differences run the graph for a node, at most: see {@link derivative}. */
const RUNS = 96;

/**
 * The gradient of every node as five-point differences see it, in float64. Of a tensor it is the slope along its own gradient
 * g/‖g‖, which is ‖g‖ if g is right. Null where there is no gradient to check, or the graph is too large to run so often.
 */
export function checkByDifferences(
  program: Program,
  gradients: readonly (Plain | null)[],
): (number | null)[] {
  const { nodes, root } = program;
  const checks: (number | null)[] = nodes.map(() => null);
  if (nodes.length > MOST_NODES) return checks;
  const values = program.values.map(doubled);
  const consumers = consumersOf(nodes);
  let left = MOST_ELEMENTS;
  // Leaves first: they are what a program wants to know about.
  const order = [...nodes.keys()].sort((a, b) => rank(nodes[a]) - rank(nodes[b]) || b - a);
  for (const node of order) {
    const gradient = gradients[node] ?? null;
    const seed = gradients[root] ?? null;
    if (gradient === null || seed === null || node === root) continue;
    const moved = movedBy(values[node] as Plain, gradient);
    if (moved === null) continue;
    const later = dependents(consumers, node, nodes.length);
    left -= RUNS * later.reduce((sum, id) => sum + sizeOf(values[id]), 0);
    if (left < 0) break;
    const at = typeof values[node] === 'number' ? (values[node] as number) : 0;
    const f = (t: number): number => dot(rerun(program, values, node, moved(t), later), seed);
    checks[node] = noGrad(() => unwatched(() => derivative(f, at, STEP))).estimate;
  }
  return checks;
}

/** The value of the root when `node` has another value; `later` are the nodes that depend on it, in order. */
function rerun(
  { ops, params, nodes, root }: Program,
  values: readonly Plain[],
  node: number,
  value: Plain,
  later: readonly number[],
): Plain {
  const now = new Map<number, Plain>([[node, value]]);
  for (const id of later) {
    const inputs = (nodes[id]?.inputs ?? []).map(input =>
      operandOf(now.get(input) ?? (values[input] as Plain)),
    );
    const result = applyOp(ops[id] as Op, inputs, params[id]);
    now.set(id, result instanceof Tensor ? result.array : (result as number));
  }
  return now.get(root) as Plain;
}

function operandOf(value: Plain): Operand {
  return typeof value === 'number' ? value : constantTensor(value);
}

/** ⟨root, seed⟩. */
function dot(root: Plain, seed: Plain): number {
  const weights = elements(seed);
  return elements(root).reduce((sum, x, i) => sum + x * (weights[i] as number), 0);
}

/** The value moved to t, or by t along its gradient; null where there is no way to go. */
function movedBy(value: Plain, gradient: Plain): ((t: number) => Plain) | null {
  if (typeof value === 'number') return t => t;
  if (!isFloat(value.dtype)) return null;
  const g = elements(gradient);
  const norm = Math.sqrt(g.reduce((sum, x) => sum + x * x, 0));
  if (norm === 0 || !Number.isFinite(norm)) return null;
  const x = elements(value);
  return t =>
    fromData(
      Float64Array.from(x, (xi, i) => xi + (t * (g[i] as number)) / norm),
      value.shape,
      'float64',
    );
}

function doubled(value: Plain): Plain {
  return typeof value === 'number' || !isFloat(value.dtype) ? value : cast(value, 'float64');
}

function elements(value: Plain): readonly number[] {
  return typeof value === 'number' ? [value] : Array.from(flatData(value));
}

function sizeOf(value: Plain | undefined): number {
  return value === undefined || typeof value === 'number' ? 1 : Math.max(1, value.size);
}

function rank(node: TraceNode | undefined): number {
  return node?.kind === 'op' ? 1 : 0;
}

function consumersOf(nodes: readonly TraceNode[]): number[][] {
  const consumers: number[][] = nodes.map(() => []);
  nodes.forEach(({ inputs }, id) => {
    for (const input of inputs) consumers[input]?.push(id);
  });
  return consumers;
}

/** Everything computed from a node, in the order of the tape. */
function dependents(consumers: readonly number[][], node: number, count: number): number[] {
  const reached = new Uint8Array(count);
  const stack = [node];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    for (const id of consumers[next] ?? []) {
      if (reached[id] === 1) continue;
      reached[id] = 1;
      stack.push(id);
    }
  }
  return Array.from(reached.keys()).filter(id => reached[id] === 1);
}
