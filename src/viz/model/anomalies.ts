// Where NaN and ∞ come from. Once a number is not finite, all that is computed from it is likely not to be either; what a
// person looks for is the few places where one arises from finite numbers, or NaN from infinite ones.

import type { TraceNumber, TracePass, TraceTensor } from '../../autograd/trace.ts';
import { traceNumber } from '../../autograd/trace.ts';
import { at, type Model } from './model.ts';
import type { Playback } from './playback.ts';

/**
 * A place where something not finite arises. `value`: the value of `node`, in the forward pass. `contribution`: what `node`
 * hands along its edge `edge` in the backward pass. `gradient`: the sum of the contributions to `node`, or what the
 * backward pass started from.
 */
export interface Anomaly {
  readonly kind: 'value' | 'contribution' | 'gradient';
  /** The node whose forward or backward rule it is. */
  readonly node: number;
  /** Number of the trace edge; -1 where it is not about an edge. */
  readonly edge: number;
  /** How many elements are not finite. */
  readonly count: number;
  /** A value that reaches neither the root nor any gradient, such as the −∞ of a mask. */
  readonly contained: boolean;
}

export interface AnomalyReport {
  /** In the order of time: the forward pass by node, then the backward pass as it fired. */
  readonly anomalies: readonly Anomaly[];
  /** How many nodes have values, and how many have gradients, that are not finite. */
  readonly values: number;
  readonly gradients: number;
}

/** What is wrong with a number or a tensor. */
interface Fault {
  readonly count: number;
  readonly nan: boolean;
}

const FINE: Fault = { count: 0, nan: false };

/** Finds the places where something not finite arises in a pass. */
export function findAnomalies(model: Model, pass: TracePass): AnomalyReport {
  const values = model.nodes.map((_, i) => faultOf(pass.values[i], pass.tensors?.values[i]));
  const gradients = model.nodes.map((_, i) =>
    faultOf(pass.gradients[i], pass.tensors?.gradients[i]),
  );
  const parts = Array.from(model.consumerOf, (_, e) =>
    faultOf(pass.contributions[e], pass.tensors?.contributions[e]),
  );
  const faults = { values, gradients, parts };
  const bad = (some: readonly Fault[]) => some.filter(({ count }) => count > 0).length;
  return {
    anomalies: [...forwardAnomalies(model, faults), ...backwardAnomalies(model, pass, faults)],
    values: bad(values),
    gradients: bad(gradients),
  };
}

/** The step at which an anomaly arises. */
export function stepOfAnomaly(playback: Playback, { kind, node }: Anomaly): number {
  const card = at(playback.cards.cardOf, node);
  if (kind === 'value') return at(playback.computedAt, card);
  if (kind === 'contribution') return at(playback.firesAt, card);
  return Math.max(0, at(playback.completeAt, card));
}

interface Faults {
  readonly values: readonly Fault[];
  readonly gradients: readonly Fault[];
  readonly parts: readonly Fault[];
}

function faultOf(x: TraceNumber | null | undefined, tensor: TraceTensor | null | undefined): Fault {
  if (tensor) {
    if (tensor.nonfinite === 0) return FINE;
    // The norm of a tensor with a NaN in it is NaN; with infinities alone it is ∞.
    return { count: tensor.nonfinite, nan: Number.isNaN(traceNumber(tensor.norm)) };
  }
  if (x === null || x === undefined) return FINE;
  const number = traceNumber(x);
  return Number.isFinite(number) ? FINE : { count: 1, nan: Number.isNaN(number) };
}

/** Whether a fault is news, and does not merely follow from those of what it was computed from. */
function arises(fault: Fault, sources: readonly Fault[]): boolean {
  if (fault.count === 0) return false;
  if (sources.every(({ count }) => count === 0)) return true;
  return fault.nan && !sources.some(({ nan }) => nan);
}

function forwardAnomalies(model: Model, faults: Faults): Anomaly[] {
  const { values } = faults;
  const spreads = spreadsFrom(model, faults);
  return model.nodes.flatMap(({ inputs }, node): Anomaly[] => {
    const fault = values[node] ?? FINE;
    if (fault.count === 0 || !arises(fault, faultsAt(values, inputs))) return [];
    return [{ kind: 'value', node, edge: -1, count: fault.count, contained: spreads[node] === 0 }];
  });
}

/** For each node 1 where a value that is not finite makes the root or a contribution to a gradient so as well. */
function spreadsFrom(model: Model, { values, parts }: Faults): Uint8Array {
  const { nodes, offsets, outOffsets, outEdges, consumerOf } = model;
  const spreads = new Uint8Array(nodes.length);
  const disturbs = new Uint8Array(nodes.length);
  parts.forEach(({ count }, e) => {
    if (count > 0) disturbs[at(consumerOf, e)] = 1;
  });
  for (let i = nodes.length - 1; i >= 0; i--) {
    if (values[i]?.count === 0) continue;
    let spread = i === model.root || (offsets[i] !== offsets[i + 1] && disturbs[i] === 1);
    for (let k = at(outOffsets, i); k < at(outOffsets, i + 1) && !spread; k++) {
      const consumer = at(consumerOf, at(outEdges, k));
      spread = spreads[consumer] === 1 || disturbs[consumer] === 1;
    }
    spreads[i] = spread ? 1 : 0;
  }
  return spreads;
}

function backwardAnomalies(model: Model, pass: TracePass, faults: Faults): Anomaly[] {
  const found: { place: number; anomaly: Anomaly }[] = [];
  const place = new Int32Array(model.nodes.length).fill(-1);
  pass.order.forEach((node, k) => {
    place[node] = k;
  });
  for (const node of pass.order) {
    for (const anomaly of contributionAnomalies(model, node, faults)) {
      found.push({ place: at(place, node), anomaly });
    }
  }
  model.nodes.forEach((_, node) => {
    const fault = faults.gradients[node] ?? FINE;
    const edges = model.outEdges.subarray(
      at(model.outOffsets, node),
      at(model.outOffsets, node + 1),
    );
    if (fault.count === 0 || !arises(fault, faultsAt(faults.parts, edges))) return;
    const last = edges.reduce((most, e) => Math.max(most, at(place, at(model.consumerOf, e))), -1);
    found.push({
      // A sum is complete when the last of its consumers has fired.
      place: last + 0.5,
      anomaly: { kind: 'gradient', node, edge: -1, count: fault.count, contained: false },
    });
  });
  // Array.prototype.sort is stable: the edges of one node stay in their order.
  return found.sort((a, b) => a.place - b.place).map(({ anomaly }) => anomaly);
}

/** What a node hands on that is not finite, though its gradient and the values that its rule reads are. */
function contributionAnomalies(model: Model, node: number, faults: Faults): Anomaly[] {
  const { values, gradients, parts } = faults;
  const found: Anomaly[] = [];
  let sources: Fault[] | undefined;
  for (let e = at(model.offsets, node); e < at(model.offsets, node + 1); e++) {
    const fault = parts[e] ?? FINE;
    if (fault.count === 0) continue;
    sources ??= [
      gradients[node] ?? FINE,
      values[node] ?? FINE,
      ...faultsAt(values, model.nodes[node]?.inputs ?? []),
    ];
    if (arises(fault, sources)) {
      found.push({ kind: 'contribution', node, edge: e, count: fault.count, contained: false });
    }
  }
  return found;
}

function faultsAt(faults: readonly Fault[], places: Iterable<number>): Fault[] {
  return Array.from(places, place => faults[place] ?? FINE);
}
