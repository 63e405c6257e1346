// Where NaN and ∞ come from. Once a number is not finite, all that is computed from it is likely not to be either; what a
// person looks for is the few places where one arises from finite numbers, or NaN from infinite ones. An infinite constant,
// such as the −∞ of a mask, is there by intent and is no such place, as long as nothing comes of it.

import type { TracePass } from '../../autograd/trace.ts';
import { traceNumber } from '../../autograd/trace.ts';
import { type Elements, elementsIn, type Fault, FINE, isConstant } from './faults.ts';
import { at, type Model, opOf } from './model.ts';
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
  /** How many elements are not finite, other than those that were made from such elements. */
  readonly count: number;
  /** The first of them, where it is known. */
  readonly element?: number;
  /** A value that reaches neither the root nor any gradient: it does no harm yet. */
  readonly contained: boolean;
}

export interface AnomalyReport {
  /** In the order of time: the forward pass by node, then the backward pass as it fired. */
  readonly anomalies: readonly Anomaly[];
  /** Values that are infinite by intent: infinite constants that nothing comes of, and what is infinite only where these are. */
  readonly intended: ReadonlySet<number>;
  /** How many nodes have values, and how many have gradients, that are not finite. */
  readonly values: number;
  readonly gradients: number;
}

/** Finds the places where something not finite arises in a pass. */
export function findAnomalies(model: Model, pass: TracePass): AnomalyReport {
  const elements = elementsIn(model, pass);
  const { faults } = elements;
  const bad = (some: readonly Fault[]) => some.filter(({ count }) => count > 0).length;
  const { anomalies, intended } = forwardAnomalies(model, pass, elements);
  return {
    anomalies: [...anomalies, ...backwardAnomalies(model, pass, elements)],
    intended,
    values: bad(faults.values),
    gradients: bad(faults.gradients),
  };
}

/** The step at which an anomaly arises. */
export function stepOfAnomaly(playback: Playback, { kind, node }: Anomaly): number {
  const card = at(playback.cards.cardOf, node);
  if (kind === 'value') return at(playback.computedAt, card);
  if (kind === 'contribution') return at(playback.firesAt, card);
  return Math.max(0, at(playback.completeAt, card));
}

/** Whether a fault is news, and does not merely follow from those of what it was computed from. */
function arises(fault: Fault, sources: readonly Fault[]): boolean {
  if (fault.count === 0) return false;
  if (sources.every(({ count }) => count === 0)) return true;
  return fault.nan && !sources.some(({ nan }) => nan);
}

function forwardAnomalies(
  model: Model,
  pass: TracePass,
  elements: Elements,
): { anomalies: Anomaly[]; intended: Set<number> } {
  const { faults } = elements;
  const spreads = spreadsFrom(model, elements, false);
  const harms = spreadsFrom(model, elements, true);
  const anomalies: Anomaly[] = [];
  const intended = new Set<number>();
  model.nodes.forEach(({ inputs }, node) => {
    const fault = faults.values[node] ?? FINE;
    if (fault.count === 0) return;
    const contained = spreads[node] === 0;
    const harmless = harms[node] === 0;
    if (inputs.length === 0 && harmless && isConstant(model, pass, node)) {
      intended.add(node);
      return;
    }
    const news = newsOf(model, pass, elements, node);
    if (news !== undefined) {
      anomalies.push({ kind: 'value', node, edge: -1, ...news, contained });
    } else if (harmless && inputs.every(i => faults.values[i]?.count === 0 || intended.has(i))) {
      intended.add(node);
    }
  });
  return { anomalies, intended };
}

/** How many elements of a value are not finite of themselves, and the first of them; undefined where none is. */
function newsOf(
  model: Model,
  pass: TracePass,
  elements: Elements,
  node: number,
): { count: number; element?: number } | undefined {
  const { values } = elements.faults;
  const fault = values[node] ?? FINE;
  const found = elements.arising(node);
  if (found !== undefined) {
    const [element] = found;
    return element === undefined ? undefined : { count: found.length, element };
  }
  const inputs = model.nodes[node]?.inputs ?? [];
  if (arises(fault, faultsAt(values, inputs))) return { count: fault.count };
  // Without the elements: where an elementwise function of one tensor meets infinities of one sign, it makes all of them
  // infinite or none.
  const [only] = inputs;
  const source = values[only ?? -1];
  if (inputs.length !== 1 || source === undefined || opOf(model, node)?.structured === true) {
    return undefined;
  }
  const mean = pass.tensors?.values[only ?? -1]?.mean;
  const oneSign = mean !== undefined && !source.nan && !Number.isNaN(traceNumber(mean));
  if (!oneSign || fault.count === source.count) return undefined;
  return { count: fault.count > source.count ? fault.count - source.count : fault.count };
}

/**
 * For each node 1 where a value that is not finite makes the root or a contribution to a gradient so as well; with `nan` also
 * where a NaN is made from it.
 */
function spreadsFrom(model: Model, elements: Elements, nan: boolean): Uint8Array {
  const { values, parts } = elements.faults;
  const { nodes, offsets, outOffsets, outEdges, consumerOf } = model;
  const spreads = new Uint8Array(nodes.length);
  const disturbed = new Uint8Array(nodes.length);
  parts.forEach(({ count }, e) => {
    if (count > 0) disturbed[at(consumerOf, e)] = 1;
  });
  for (let i = nodes.length - 1; i >= 0; i--) {
    const fault = values[i] ?? FINE;
    if (fault.count === 0) continue;
    let spread =
      i === model.root ||
      (nan && fault.nan) ||
      (disturbed[i] === 1 && elements.disturbs(i, undefined));
    for (let k = at(outOffsets, i); k < at(outOffsets, i + 1) && !spread; k++) {
      const edge = at(outEdges, k);
      const consumer = at(consumerOf, edge);
      const input = edge - at(offsets, consumer);
      spread =
        (disturbed[consumer] === 1 && elements.disturbs(consumer, input)) ||
        (spreads[consumer] === 1 && elements.reaches(consumer, input));
    }
    spreads[i] = spread ? 1 : 0;
  }
  return spreads;
}

function backwardAnomalies(model: Model, pass: TracePass, elements: Elements): Anomaly[] {
  const { faults } = elements;
  const found: { place: number; anomaly: Anomaly }[] = [];
  const place = new Int32Array(model.nodes.length).fill(-1);
  pass.order.forEach((node, k) => {
    place[node] = k;
  });
  for (const node of pass.order) {
    for (const anomaly of contributionAnomalies(model, node, elements)) {
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
function contributionAnomalies(model: Model, node: number, elements: Elements): Anomaly[] {
  const { values, gradients, parts } = elements.faults;
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
    const news = { kind: 'contribution', node, edge: e, contained: false } as const;
    if (arises(fault, sources)) found.push({ ...news, count: fault.count });
    else {
      // An overflow of one element beside the −∞ of another.
      const parts = elements.arisingParts(node, e);
      const [element] = parts ?? [];
      if (parts && element !== undefined) found.push({ ...news, count: parts.length, element });
    }
  }
  return found;
}

function faultsAt(faults: readonly Fault[], places: Iterable<number>): Fault[] {
  return Array.from(places, place => faults[place] ?? FINE);
}
