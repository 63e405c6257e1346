// The tensors of one node as the panel lists them: its value, its gradient, and what each consumer contributed to it.

import type { TracePass, TraceTensor } from '../../autograd/trace.ts';
import { traceNumber } from '../../autograd/trace.ts';
import { at, labelOf } from './model.ts';
import { cardLabel } from './names.ts';
import type { Playback } from './playback.ts';

/** What a consumer contributed along one edge of the trace. */
export interface ContributionPart {
  readonly edge: number;
  readonly name: string;
  /** The step at which it arrives. */
  readonly step: number;
  readonly tensor: TraceTensor;
}

/** The contributions to a node, in the order in which they arrive. */
export function contributionsTo(playback: Playback, node: number): ContributionPart[] {
  const { cards, pass } = playback;
  const { model } = cards;
  const edges = model.outEdges.subarray(at(model.outOffsets, node), at(model.outOffsets, node + 1));
  const parts = Array.from(edges).flatMap(edge => {
    const tensor = pass.tensors?.contributions[edge] ?? undefined;
    if (tensor === undefined) return [];
    const consumer = at(model.consumerOf, edge);
    const card = at(cards.cardOf, consumer);
    const own = labelOf(model, consumer);
    const single = cards.cards[card]?.group === undefined && cards.cards[card]?.node === consumer;
    const name = single ? own : `${own} in ${cardLabel(cards, card)}`;
    return [{ edge, name, step: at(playback.firesAt, card), tensor }];
  });
  return numbered(parts).sort((a, b) => a.step - b.step || b.edge - a.edge);
}

/** Parts of one name get a number: x·x consumes x twice. */
function numbered(parts: readonly ContributionPart[]): ContributionPart[] {
  return parts.map((part, k) => {
    const alike = parts.filter(({ name }) => name === part.name);
    if (alike.length === 1) return part;
    const place = parts.slice(0, k + 1).filter(({ name }) => name === part.name).length;
    return { ...part, name: `${part.name} (${place})` };
  });
}

/** The elements of a tensor as numbers; undefined where the trace does not have them. */
export function dataOf(tensor: TraceTensor | null | undefined): readonly number[] | undefined {
  if (tensor?.data === undefined) return undefined;
  const known = numbers.get(tensor);
  if (known !== undefined) return known;
  const data = tensor.data.map(traceNumber);
  numbers.set(tensor, data);
  return data;
}

const numbers = new WeakMap<TraceTensor, readonly number[]>();

/** The elements of the value of a node, also of a plain number; undefined where the trace does not have them. */
export function valuesOf(pass: TracePass, node: number): readonly number[] | undefined {
  const tensor = pass.tensors?.values[node];
  if (tensor !== null && tensor !== undefined) return dataOf(tensor);
  const value = pass.values[node];
  return value === undefined ? undefined : [traceNumber(value)];
}

/** The elements of the gradient of a node, likewise. */
export function gradientsOf(pass: TracePass, node: number): readonly number[] | undefined {
  const tensor = pass.tensors?.gradients[node];
  if (tensor !== null && tensor !== undefined) return dataOf(tensor);
  const gradient = pass.gradients[node];
  return gradient === undefined || gradient === null ? undefined : [traceNumber(gradient)];
}

/** The nodes that declare a window around a card: its members, then the consumers of its node. */
export function windowedNodes(
  playback: Playback,
  card: number,
  has: (node: number) => boolean,
): number[] {
  const { model, cards } = playback.cards;
  const it = cards[card];
  if (it === undefined) return [];
  const edges = model.outEdges.subarray(
    at(model.outOffsets, it.node),
    at(model.outOffsets, it.node + 1),
  );
  const consumers = Array.from(edges, edge => at(model.consumerOf, edge));
  const members = it.group === undefined ? [...it.members].reverse() : [it.node];
  return [...new Set([...members, ...consumers])].filter(has);
}
