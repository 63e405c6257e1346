// A recorded backward pass as text: which node fires, with which gradient, and what it hands to each of its inputs.

import { ArgumentError, checkOptions } from './errors.ts';
import {
  edgeOffsets,
  type Trace,
  type TraceGraph,
  type TraceNumber,
  type TracePass,
  traceNumber,
} from './trace.ts';

/** What a node hands to one of its inputs. */
export interface Handed {
  to: string;
  /** The local derivative as a formula, and as a number. */
  rule: string;
  local: number;
  /** upstream · local */
  amount: number;
}

/** A node that fires in the backward pass. */
export interface PassStep {
  node: string;
  formula: string;
  value: number;
  gradient: number;
  handed: Handed[];
}

/** A leaf at the end of the pass, with the parts that its gradient is the sum of. */
export interface PassLeaf {
  node: string;
  value: number;
  gradient: number;
  parts: number[];
}

/** A backward pass told step by step. */
export interface PassStory {
  root: string;
  steps: PassStep[];
  leaves: PassLeaf[];
}

/** Options of {@link formatTrace}. */
export interface FormatTraceOptions {
  /** Which pass, counted from 0; the first unless given. */
  pass?: number;
}

/**
 * A pass of a trace as a table for the terminal: one block per node that fires, latest first, then the leaves.
 *
 * ```ts
 * const { trace } = record(() => {
 *   const x = value(3, { name: 'x' });
 *   x.mul(x).named('y').backward();
 * });
 * formatTrace(trace).split('\n')[0]; // 'backward from y, 1 step'
 * ```
 */
export function formatTrace(trace: Trace, options: FormatTraceOptions = {}): string {
  checkOptions('formatTrace', options, ['pass']);
  const number = options.pass ?? 0;
  const pass = trace.passes[number];
  if (pass === undefined) {
    throw new ArgumentError(
      `formatTrace: pass ${number} of ${trace.passes.length} passes does not exist`,
    );
  }
  const { root, steps, leaves } = tellPass(trace, pass);
  const name = Math.max(4, ...steps.map(s => s.node.length), ...leaves.map(l => l.node.length));
  const formula = Math.max(0, ...steps.map(s => s.formula.length));
  const lines = [`backward from ${root}, ${steps.length} ${steps.length === 1 ? 'step' : 'steps'}`];
  steps.forEach((step, k) => {
    const head = `${String(k + 1).padStart(4)}  ${step.node.padEnd(name)} = ${step.formula.padEnd(formula)}`;
    lines.push(`${head}  value ${brief(step.value).padEnd(11)}  gradient ${brief(step.gradient)}`);
    for (const { to, local, amount } of step.handed) {
      const product = `${brief(step.gradient)} · ${bracketed(local)} = ${brief(amount)}`;
      lines.push(`${''.padEnd(6)}→ ${to.padEnd(name)} ${product}`);
    }
  });
  if (leaves.length > 0) lines.push('gradients of the leaves');
  for (const { node, gradient, parts } of leaves) {
    const sum =
      parts.length > 1 && parts.length <= 8 ? ` = ${parts.map(bracketed).join(' + ')}` : '';
    lines.push(`${''.padEnd(6)}${node.padEnd(name)}   ${brief(gradient)}${sum}`);
  }
  return lines.join('\n');
}

/** Tells a pass of a trace: its steps in the order in which they happened. */
export function tellPass(trace: Trace, pass: TracePass): PassStory {
  const graph = trace.graphs[pass.graph];
  if (graph === undefined) throw new ArgumentError('the trace has no graph for this pass');
  const names = nameNodes(graph, pass);
  const name = (id: number): string => names[id] ?? '?';
  const offsets = edgeOffsets(graph);
  const parts = new Map<number, number[]>();
  const steps = pass.order.map(id => {
    const node = graph.nodes[id];
    const op = trace.ops[node?.op ?? -1];
    const inputs = node?.inputs ?? [];
    const fill = (template: string): string =>
      template.replace(/\{#(\d+|y)\}/g, (_, k: string) =>
        name(k === 'y' ? id : (inputs[Number(k)] ?? -1)),
      );
    const handed = inputs.flatMap((input, k) => {
      const edge = (offsets[id] ?? 0) + k;
      const amount = pass.contributions[edge] ?? null;
      if (amount === null) return [];
      const own = parts.get(input);
      if (own === undefined) parts.set(input, [traceNumber(amount)]);
      else own.push(traceNumber(amount));
      const rule = fill(op?.partials[k]?.text ?? '');
      return {
        to: name(input),
        rule,
        local: numberOf(pass.locals[edge]),
        amount: traceNumber(amount),
      };
    });
    return {
      node: name(id),
      formula: fill(op?.text ?? ''),
      value: numberOf(pass.values[id]),
      gradient: numberOf(pass.gradients[id]),
      handed,
    };
  });
  const leaves = graph.nodes.flatMap((node, id) => {
    const own = parts.get(id);
    if (node.kind !== 'leaf' || own === undefined) return [];
    const [value, gradient] = [numberOf(pass.values[id]), numberOf(pass.gradients[id])];
    return { node: name(id), value, gradient, parts: own };
  });
  return { root: name(graph.root), steps, leaves };
}

function numberOf(x: TraceNumber | null | undefined): number {
  return x === null || x === undefined ? Number.NaN : traceNumber(x);
}

/** A name for every node: its own, t1, t2 … for those without one, and the number itself for a constant. */
function nameNodes(graph: TraceGraph, pass: TracePass): string[] {
  const taken = new Set(graph.nodes.map(node => node.name));
  let last = 0;
  return graph.nodes.map((node, id) => {
    if (node.name !== undefined) return node.name;
    if (node.kind === 'constant') return bracketed(numberOf(pass.values[id]));
    do last++;
    while (taken.has(`t${last}`));
    return `t${last}`;
  });
}

/** Six significant digits with a true minus sign. */
function brief(x: number): string {
  const text = Object.is(x, -0) ? '-0' : String(Number(x.toPrecision(6)));
  return text.replaceAll('-', '−').replace('Infinity', '∞');
}

function bracketed(x: number): string {
  const text = brief(x);
  return text.startsWith('−') ? `(${text})` : text;
}
