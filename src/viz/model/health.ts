// The health of a training run: for every layer and every pass the norm of the gradient of the layer's parameters, and
// what is wrong with it: vanishing or exploding beside the other layers, dead, not finite.

import type { Trace, TraceGraph } from '../../autograd/trace.ts';
import { traceNumber } from '../../autograd/trace.ts';

/** Norms by layer and pass. */
export interface Health {
  /** Names of the layers, in the order in which the program made them. */
  readonly layers: readonly string[];
  /** How many passes there are. */
  readonly passes: number;
  /** The norm of layer l in pass p at `l * passes + p`: NaN where it is not finite, −1 where the pass has no gradient of it. */
  readonly norms: Float64Array;
  /** For each pass the median over the layers, as a power of ten; NaN where there is none. */
  readonly medians: Float64Array;
}

/** What is wrong with the gradient of a layer. `absent`: the pass has none. */
export type Condition = 'fine' | 'vanishing' | 'exploding' | 'dead' | 'nonfinite' | 'absent';

/** This many decades away from the median layer a gradient counts as vanishing or exploding. */
export const DECADES_OFF = 3;

/** Measures all passes of a trace. */
export function healthOf(trace: Trace): Health {
  const layers: string[] = [];
  const known = new Map<string, number>();
  const parameters = trace.graphs.map(graph =>
    leavesOf(trace, graph).map(({ node, layer }) => {
      const index = known.get(layer) ?? layers.length;
      if (index === layers.length) layers.push(layer);
      known.set(layer, index);
      return { node, layer: index };
    }),
  );
  const passes = trace.passes.length;
  const norms = new Float64Array(layers.length * passes).fill(-1);
  trace.passes.forEach(({ graph, gradients }, p) => {
    for (const { node, layer } of parameters[graph] ?? []) {
      const gradient = gradients[node];
      if (gradient === null || gradient === undefined) continue;
      const place = layer * passes + p;
      // Squares of large gradients would overflow; hypot does not.
      norms[place] = Math.hypot(Math.max(0, norms[place] as number), traceNumber(gradient));
    }
  });
  return withoutStrangers(layers, passes, norms);
}

/** What is wrong with a layer in a pass. */
export function conditionOf(health: Health, layer: number, pass: number): Condition {
  const norm = health.norms[layer * health.passes + pass] as number;
  if (norm === -1) return 'absent';
  if (Number.isNaN(norm)) return 'nonfinite';
  if (norm === 0) return 'dead';
  const off = Math.log10(norm) - (health.medians[pass] as number);
  if (off <= -DECADES_OFF) return 'vanishing';
  return off >= DECADES_OFF ? 'exploding' : 'fine';
}

/** How a layer changes from the first tenth of the passes to the last, in decades; NaN where there is nothing to compare. */
export function trendOf({ norms, passes }: Health, layer: number): number {
  const sizes: number[] = [];
  for (let p = 0; p < passes; p++) {
    const norm = norms[layer * passes + p] as number;
    if (norm > 0) sizes.push(Math.log10(norm));
  }
  const tenth = Math.max(1, Math.floor(sizes.length / 10));
  if (sizes.length < 2) return Number.NaN;
  return median(sizes.slice(-tenth)) - median(sizes.slice(0, tenth));
}

/** What happened to a layer over all passes. */
export interface LayerSummary {
  readonly layer: number;
  readonly name: string;
  /** How often each condition was met. */
  readonly counts: Readonly<Record<Condition, number>>;
  /** The worst that ever was, and the first pass with it. */
  readonly worst: Condition;
  readonly firstWorst: number;
  readonly trend: number;
  /** The norm in the last pass that has one; NaN where it is not finite. */
  readonly last: number;
}

/** One line for every layer: the table that says what the picture shows. */
export function summariesOf(health: Health): LayerSummary[] {
  return health.layers.map((name, layer) => {
    const counts = { fine: 0, vanishing: 0, exploding: 0, dead: 0, nonfinite: 0, absent: 0 };
    let worst: Condition = 'absent';
    let firstWorst = 0;
    let last = Number.NaN;
    for (let p = 0; p < health.passes; p++) {
      const condition = conditionOf(health, layer, p);
      counts[condition]++;
      if (SEVERITY[condition] > SEVERITY[worst]) {
        worst = condition;
        firstWorst = p;
      }
      if (condition !== 'absent') last = health.norms[layer * health.passes + p] as number;
    }
    return { layer, name, counts, worst, firstWorst, trend: trendOf(health, layer), last };
  });
}

/** A cell of the picture: a layer over some passes, of which it shows the worst. */
export interface HealthCell {
  readonly pass: number;
  readonly condition: Condition;
  /** The norm as a power of ten; −∞ for 0, NaN where it is not finite or absent. */
  readonly size: number;
}

/** The picture: rows of cells, one row for every layer, at most so many columns. */
export function healthRows(health: Health, most: number): HealthCell[][] {
  const width = Math.max(1, Math.ceil(health.passes / most));
  return health.layers.map((_, layer) => {
    const cells: HealthCell[] = [];
    for (let from = 0; from < health.passes; from += width) {
      let pass = from;
      for (let p = from + 1; p < Math.min(health.passes, from + width); p++) {
        const worse =
          SEVERITY[conditionOf(health, layer, p)] > SEVERITY[conditionOf(health, layer, pass)];
        if (worse) pass = p;
      }
      cells.push(cellOf(health, layer, pass));
    }
    return cells;
  });
}

/** The range of all finite norms, as powers of ten. */
export function rangeOf({ norms }: Health): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const norm of norms) {
    if (!(norm > 0)) continue;
    low = Math.min(low, Math.log10(norm));
    high = Math.max(high, Math.log10(norm));
  }
  return low <= high ? { low, high } : { low: 0, high: 0 };
}

/** The parameters of a layer in a graph, by id: what a click on the layer selects. */
export function parametersOf(trace: Trace, graph: number, layer: string): number[] {
  const it = trace.graphs[graph];
  if (it === undefined) return [];
  return leavesOf(trace, it).flatMap(leaf => (leaf.layer === layer ? [leaf.node] : []));
}

const SEVERITY: Readonly<Record<Condition, number>> = {
  absent: 0,
  fine: 1,
  vanishing: 2,
  dead: 3,
  exploding: 4,
  nonfinite: 5,
};

function cellOf(health: Health, layer: number, pass: number): HealthCell {
  const norm = health.norms[layer * health.passes + pass] as number;
  return {
    pass,
    condition: conditionOf(health, layer, pass),
    size: norm < 0 ? Number.NaN : Math.log10(norm),
  };
}

/** The leaves of a graph with their layers: the scope that made a leaf, else the first that uses it, else its name. */
function leavesOf(trace: Trace, { nodes }: TraceGraph): { node: number; layer: string }[] {
  const usedIn = new Map<number, number>();
  for (const { inputs, scope } of nodes) {
    if (scope === undefined) continue;
    for (const input of inputs) if (!usedIn.has(input)) usedIn.set(input, scope);
  }
  return nodes.flatMap(({ kind, name, scope }, node) => {
    if (kind !== 'leaf') return [];
    const own = trace.scopes[scope ?? usedIn.get(node) ?? -1];
    // A module names its parameters with dots: layers.0.weight belongs to layers.0.
    const prefix = name?.includes('.') === true ? name.slice(0, name.lastIndexOf('.')) : name;
    return [{ node, layer: own ?? prefix ?? `leaf #${node}` }];
  });
}

/** Leaves that no pass has a gradient of, such as data, are no layers. */
function withoutStrangers(names: string[], passes: number, all: Float64Array): Health {
  const row = (layer: number) => all.subarray(layer * passes, (layer + 1) * passes);
  const kept = names.flatMap((_, layer) => (row(layer).every(x => x === -1) ? [] : [layer]));
  const norms = new Float64Array(kept.length * passes);
  kept.forEach((layer, k) => {
    norms.set(
      row(layer).map(x => (Number.isFinite(x) ? x : Number.NaN)),
      k * passes,
    );
  });
  const medians = new Float64Array(passes);
  for (let p = 0; p < passes; p++) {
    const sizes: number[] = [];
    for (let k = 0; k < kept.length; k++) {
      const norm = norms[k * passes + p] as number;
      if (norm > 0) sizes.push(Math.log10(norm));
    }
    medians[p] = median(sizes);
  }
  return { layers: kept.map(layer => names[layer] ?? ''), passes, norms, medians };
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) return Number.NaN;
  const lower = sorted[sorted.length % 2 === 0 ? middle - 1 : middle] ?? upper;
  return (lower + upper) / 2;
}
