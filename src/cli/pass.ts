// A recorded backward pass told as steps: which node fires, what it knows, what it hands to each of its inputs.

import {
  Expression,
  edgeOffsets,
  type Operand,
  ops,
  symbol,
  type Trace,
  type TraceGraph,
  type TraceNumber,
  type TraceOp,
  type TracePass,
  traceNumber,
} from '../index.ts';
import { brief, exact, factor } from './numbers.ts';
import { COLUMNS, cut, left, right, type Style, wrapFormula } from './terminal.ts';

/** What a node hands to one of its inputs. */
export interface Contribution {
  to: string;
  /** The local derivative as a formula, and as a number. */
  rule: string;
  local: number;
  amount: number;
}

/** A node that fires in the backward pass. */
export interface PassStep {
  node: string;
  formula: string;
  value: number;
  gradient: number;
  contributions: Contribution[];
}

/** A leaf at the end of the pass, with the parts that its gradient is the sum of. */
export interface PassLeaf {
  node: string;
  value: number;
  gradient: number;
  parts: number[];
}

/** A backward pass in words. */
export interface PassStory {
  root: string;
  steps: PassStep[];
  leaves: PassLeaf[];
}

/** Tells a pass of a trace: its steps in the order in which they happened. */
export function tellPass(trace: Trace, pass: TracePass): PassStory {
  const graph = trace.graphs[pass.graph];
  if (graph === undefined) throw new Error('the trace has no graph for this pass');
  const names = nameNodes(graph, pass);
  const name = (id: number): string => names[id] ?? '?';
  const termOf = (id: number): Expression =>
    graph.nodes[id]?.kind === 'constant' ? constant(numberOf(pass.values[id])) : symbol(name(id));
  const offsets = edgeOffsets(graph);
  const parts = new Map<number, number[]>();
  const steps = pass.order.map(id => {
    const node = graph.nodes[id];
    const op = trace.ops[node?.op ?? -1];
    const inputs = node?.inputs ?? [];
    const written = op === undefined ? undefined : writeStep(op, name(id), inputs.map(termOf));
    const contributions = inputs.flatMap((input, k) => {
      const edge = (offsets[id] ?? 0) + k;
      const amount = pass.contributions[edge] ?? null;
      if (amount === null) return [];
      parts.set(input, [...(parts.get(input) ?? []), traceNumber(amount)]);
      return {
        to: name(input),
        rule: written?.rules[k] ?? '',
        local: numberOf(pass.locals[edge]),
        amount: traceNumber(amount),
      };
    });
    return {
      node: name(id),
      formula: written?.formula ?? '',
      value: numberOf(pass.values[id]),
      gradient: numberOf(pass.gradients[id]),
      contributions,
    };
  });
  const leaves = graph.nodes.flatMap((node, id) =>
    node.kind === 'leaf' && parts.has(id)
      ? {
          node: name(id),
          value: numberOf(pass.values[id]),
          gradient: numberOf(pass.gradients[id]),
          parts: parts.get(id) ?? [],
        }
      : [],
  );
  return { root: name(graph.root), steps, leaves };
}

/** An op of the trace applied to terms, as text, with its local derivatives. */
function writeStep(
  op: TraceOp,
  name: string,
  inputs: readonly Expression[],
): { formula: string; rules: string[] } {
  const declared = ops.get(op.name)?.op;
  if (declared === undefined || declared.inputs.length !== inputs.length) {
    const fill = (template: string): string =>
      template.replace(/\{#(\d+|y)\}/g, (_, k: string) =>
        k === 'y' ? name : String(inputs[Number(k)] ?? '?'),
      );
    return { formula: fill(op.text), rules: op.partials.map(({ text }) => fill(text)) };
  }
  // The op's own rules put these very inputs in: 3x² instead of 3 · x^(3 − 1).
  const rules = declared.partials.map((partial, k) => {
    const rule = declared.formulas[k] ?? partial;
    if (typeof rule === 'number') return exact(rule);
    return String((rule as (...x: Operand[]) => Operand)(...inputs, symbol(name)));
  });
  const plain = String(new Expression(declared, inputs, null, null));
  const simpler = plain.startsWith(`${op.name}(`) ? declared.simplify?.(...inputs) : undefined;
  return { formula: simpler === undefined ? plain : String(simpler), rules };
}

function constant(x: number): Expression {
  return new Expression(null, [], null, x);
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
    if (node.kind === 'constant') return brief(numberOf(pass.values[id]));
    do last++;
    while (taken.has(`t${last}`));
    return `t${last}`;
  });
}

/** The pass with every contribution, one block per node that fires; at most `most` of them. */
export function passLines(
  story: PassStory,
  style: Style,
  most = Number.POSITIVE_INFINITY,
): string[] {
  const shown = story.steps.slice(0, most);
  const lines = shown.flatMap((step, k) => stepLines(step, k + 1, style));
  if (shown.length < story.steps.length) {
    lines.push(`   … and ${story.steps.length - shown.length} more steps`, '');
  }
  if (story.leaves.length === 0) return lines;
  const width = Math.max(...story.leaves.map(leaf => leaf.node.length));
  return [
    ...lines,
    style.bold('  Gradients'),
    ...story.leaves.flatMap(leaf => leafLines(leaf, width, style)),
  ];
}

function stepLines(
  { node, formula, gradient, value, contributions }: PassStep,
  number: number,
  style: Style,
): string[] {
  const head = `${right(String(number), 4)}  ${left(cut(`${node} = ${formula}`, 34), 35)}`;
  const width = Math.max(0, ...contributions.map(({ to }) => to.length));
  return [
    `${head}${left(`value ${brief(value)}`, 19)}${style.accent(`gradient ${brief(gradient)}`)}`,
    ...contributions.flatMap(({ to, rule, local, amount }) => {
      const known = /^[−\d.]+$/.test(rule);
      const parts = [
        `${left(to, width)} gets`,
        `${brief(gradient)} · ${/^−|\s/.test(rule) ? `(${rule})` : rule}`,
      ];
      const sum = known ? '' : ` = ${brief(gradient)} · ${factor(local)}`;
      return wrapFormula(`${parts.join(' ')}${sum} = ${brief(amount)}`, 9);
    }),
    '',
  ];
}

function leafLines({ node, gradient, parts }: PassLeaf, width: number, style: Style): string[] {
  const value = style.accent(exact(gradient));
  const head = `    ${left(node, width)} `;
  if (parts.length < 2) return [`${head} ${value}`];
  const sum = parts.map((part, k) => (k === 0 ? brief(part) : factor(part))).join(' + ');
  if (parts.length > 8) return [`${head} ${value}   (the sum of ${parts.length} contributions)`];
  const lines = wrapFormula(`= ${sum}`, head.length + 1);
  return [`${head} ${value}`, ...lines];
}

/** The pass as a table, one line per node that fires, then the leaves. */
export function passTable({ steps, leaves }: PassStory, style: Style): string[] {
  const rows = [
    ...steps.map(({ node, formula, value, gradient }, k) => ({
      number: String(k + 1),
      node,
      formula,
      value,
      gradient,
    })),
    ...leaves.map(({ node, value, gradient }) => ({
      number: '',
      node,
      formula: 'leaf',
      value,
      gradient,
    })),
  ];
  const name = Math.max(4, ...rows.map(({ node }) => node.length)) + 2;
  const formula = Math.min(
    Math.max(7, ...rows.map(row => row.formula.length)) + 2,
    COLUMNS - 6 - name - 30,
  );
  const line = (a: string, b: string, c: string, d: string, e: string): string =>
    `${right(a, 4)}  ${left(b, name)}${left(cut(c, formula - 1), formula)}${right(d, 14)}${right(e, 16)}`.trimEnd();
  return [
    style.dim(line('', 'node', 'formula', 'value', 'gradient')),
    ...rows.map(row =>
      line(row.number, row.node, row.formula, brief(row.value), brief(row.gradient)),
    ),
  ];
}
