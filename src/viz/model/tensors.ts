// What the other stages ask about the tensors of a trace: which cards have any, their shapes, and the tensors themselves.

import type { TracePass, TraceTensor } from '../../autograd/trace.ts';
import { traceNumber } from '../../autograd/trace.ts';
import { elementsOf, isTensor } from '../../autograd/trace-rule.ts';
import type { Cards } from './folding.ts';
import type { Model } from './model.ts';

/** Whether a card, or what is folded into it, computes with tensors, so that it has no scalar derivatives. */
export function isTensorCard({ model, cards }: Cards, card: number): boolean {
  return cards[card]?.members.some(member => isTensor(model.nodes[member])) === true;
}

/** Whether the number of a node is a norm: it is a tensor and has not just one element. */
export function isNorm(model: Model, node: number): boolean {
  const it = model.nodes[node];
  return isTensor(it) && elementsOf(it) !== 1;
}

/** The shape of a node as it is written: `3×2`, `[4]` for a vector; empty for a number. */
export function shapeOf(model: Model, node: number): string {
  const shape = model.nodes[node]?.shape ?? [];
  return shape.length === 1 ? `[${shape[0]}]` : shape.join('×');
}

/** Whether anything in the graph has more than one element. */
export function hasTensors(model: Model): boolean {
  return model.nodes.some((_, node) => isNorm(model, node));
}

/** The tensors of a node in a pass. */
export function tensorsOf(
  { tensors }: TracePass,
  node: number,
): { value: TraceTensor | undefined; gradient: TraceTensor | undefined } {
  return {
    value: tensors?.values[node] ?? undefined,
    gradient: tensors?.gradients[node] ?? undefined,
  };
}

/** What flows along a card edge, whole: of several trace edges the sum, where their elements are known. */
export function partNorm(
  { model, edges }: Cards,
  { tensors }: TracePass,
  edge: number,
): number | null {
  const parts = (edges[edge]?.edges ?? []).flatMap(e => tensors?.contributions[e] ?? []);
  const [first] = parts;
  if (first === undefined) return null;
  if (parts.length === 1) return traceNumber(first.norm);
  const sum = sumOf(parts);
  const size = elementsOf(model.nodes[model.inputOf[edges[edge]?.edges[0] ?? 0] ?? 0]);
  if (sum === undefined || sum.length !== size) return null;
  return Math.sqrt(sum.reduce((total, x) => total + x * x, 0));
}

/** The elements of several tensors of one shape, added up; undefined where the trace has not all of them. */
export function sumOf(parts: readonly TraceTensor[]): Float64Array | undefined {
  const [first] = parts;
  if (first?.data === undefined) return undefined;
  const sum = new Float64Array(first.data.length);
  for (const { data } of parts) {
    if (data?.length !== sum.length) return undefined;
    for (let i = 0; i < sum.length; i++) {
      sum[i] = (sum[i] as number) + traceNumber(data[i] ?? 0);
    }
  }
  return sum;
}
