// A recorded backward pass as text: which node fires, with which gradient, and what it hands to each of its inputs.

import { ArgumentError, checkOptions } from './errors.ts';
import { shapeText, tensorLines } from './tensor-text.ts';
import {
  edgeOffsets,
  type Trace,
  type TraceGraph,
  type TraceNode,
  type TraceNumber,
  type TraceOp,
  type TracePass,
  type TraceTensor,
  traceNumber,
} from './trace.ts';
import { handedTemplate, isTensor } from './trace-rule.ts';

/** A tensor behind a number of a story, with its shape. */
export interface ToldTensor extends TraceTensor {
  shape: number[];
}

/** What a node hands to one of its inputs. */
export interface Handed {
  to: string;
  /** The local derivative as a formula, and as a number. Between tensors what is handed on, in terms of g; and NaN. */
  rule: string;
  local: number;
  /** upstream · local; of a tensor its share in the norm of the whole gradient. */
  amount: number;
  tensor?: ToldTensor;
}

/** A node that fires in the backward pass. */
export interface PassStep {
  node: string;
  formula: string;
  /** Of tensors of several elements the norms. */
  value: number;
  gradient: number;
  handed: Handed[];
  tensors?: ToldTensors;
}

/** A leaf at the end of the pass, with the parts that its gradient is the sum of. */
export interface PassLeaf {
  node: string;
  value: number;
  gradient: number;
  parts: number[];
  tensors?: ToldTensors;
}

/** The value and the gradient of a node that is a tensor. */
export interface ToldTensors {
  value?: ToldTensor;
  gradient?: ToldTensor;
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
    lines.push(`${head}  ${stepNumbers(step)}`);
    lines.push(...blocks(step.tensors, 6));
    for (const part of step.handed) {
      lines.push(`${''.padEnd(6)}→ ${part.to.padEnd(name)} ${handedText(step, part)}`);
    }
  });
  if (leaves.length > 0) lines.push('gradients of the leaves');
  for (const { node, gradient, parts, tensors } of leaves) {
    const sum =
      parts.length > 1 && parts.length <= 8
        ? ` = ${parts.map(part => bracketed(part)).join(' + ')}`
        : '';
    const [shape, norm] = [shapeOf(tensors), isLong(tensors) ? '‖gradient‖ ' : ''];
    lines.push(`${''.padEnd(6)}${node.padEnd(name)}   ${shape}${norm}${brief(gradient)}${sum}`);
    if (isLong(tensors)) lines.push(...block('', tensors?.gradient, name + 9));
  }
  return lines.join('\n');
}

/** `value 0.5  gradient 1`; of a tensor its shape and the norms. */
function stepNumbers({ value, gradient, tensors }: PassStep): string {
  const names = isLong(tensors) ? ['‖value‖', '‖gradient‖'] : ['value', 'gradient'];
  return `${shapeOf(tensors)}${names[0]} ${brief(value).padEnd(11)}  ${names[1]} ${brief(gradient)}`;
}

/** What goes to an input: `1 · 0.4 = 0.4`; of a tensor the rule, and its share in the norm of the gradient there. */
function handedText(step: PassStep, { rule, local, amount, tensor }: Handed): string {
  if (step.tensors === undefined && tensor === undefined) {
    return `${brief(step.gradient)} · ${bracketed(local)} = ${brief(amount)}`;
  }
  const numbers = tensor === undefined || size(tensor) === 1;
  return numbers ? `${rule} = ${brief(amount)}` : `${rule}, share ${brief(amount)}`;
}

function size({ shape }: ToldTensor): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** Whether there is more to print than the one number that is printed anyway. */
function isLong(tensors: ToldTensors | undefined): boolean {
  const told = tensors?.value ?? tensors?.gradient;
  return told !== undefined && size(told) !== 1;
}

function shapeOf(tensors: ToldTensors | undefined): string {
  const told = tensors?.value ?? tensors?.gradient;
  return told === undefined || told.shape.length === 0 ? '' : `${shapeText(told.shape)}  `;
}

/** Value and gradient in full below the line of their step. */
function blocks(tensors: ToldTensors | undefined, indent: number): string[] {
  if (!isLong(tensors)) return [];
  return [
    ...block('value    ', tensors?.value, indent),
    ...block('gradient ', tensors?.gradient, indent),
  ];
}

function block(label: string, tensor: ToldTensor | undefined, indent: number): string[] {
  if (tensor === undefined) return [];
  return tensorLines(tensor, tensor.shape, x => brief(x, 5)).map(
    (line, k) => ' '.repeat(indent) + (k === 0 ? label : label.replace(/./g, ' ')) + line,
  );
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
      template.replace(/\{#(\d+|[gy])\}/g, (_, k: string) =>
        k === 'g' ? k : name(k === 'y' ? id : (inputs[Number(k)] ?? -1)),
      );
    const handed = inputs.flatMap((input, k) => {
      const edge = (offsets[id] ?? 0) + k;
      const amount = pass.contributions[edge] ?? null;
      if (amount === null) return [];
      const own = parts.get(input);
      if (own === undefined) parts.set(input, [traceNumber(amount)]);
      else own.push(traceNumber(amount));
      const handedOn: Handed = {
        to: name(input),
        rule: fill(ruleOf(op, k, node, graph) ?? ''),
        local: numberOf(pass.locals[edge]),
        amount: traceNumber(amount),
      };
      const tensor = told(pass.tensors?.contributions[edge], graph.nodes[input]);
      return tensor === undefined ? handedOn : { ...handedOn, tensor };
    });
    const step: PassStep = {
      node: name(id),
      formula: fill(op?.text ?? ''),
      value: numberOf(pass.values[id]),
      gradient: numberOf(pass.gradients[id]),
      handed,
    };
    return { ...step, ...tensorsOf(pass, id, node) };
  });
  const leaves = graph.nodes.flatMap((node, id) => {
    const own = parts.get(id);
    if (node.kind !== 'leaf' || own === undefined) return [];
    const [value, gradient] = [numberOf(pass.values[id]), numberOf(pass.gradients[id])];
    return { node: name(id), value, gradient, parts: own, ...tensorsOf(pass, id, node) };
  });
  return { root: name(graph.root), steps, leaves };
}

/** The template of what a node hands to an input: between numbers the local derivative. */
function ruleOf(
  op: TraceOp | undefined,
  k: number,
  node: TraceNode | undefined,
  { nodes }: TraceGraph,
): string | undefined {
  if (op === undefined || node === undefined) return undefined;
  if (!isTensor(node)) return op.partials[k]?.text;
  const inputs = node.inputs.map(input => nodes[input]);
  return handedTemplate(op, k, 'text', node, inputs);
}

function told(tensor: TraceTensor | null | undefined, node?: TraceNode): ToldTensor | undefined {
  if (tensor === null || tensor === undefined) return undefined;
  return { shape: node?.shape ?? [], ...tensor };
}

function tensorsOf(
  { tensors }: TracePass,
  id: number,
  node: TraceNode | undefined,
): { tensors?: ToldTensors } {
  const value = told(tensors?.values[id], node);
  const gradient = told(tensors?.gradients[id], node);
  if (value === undefined && gradient === undefined) return {};
  return { tensors: { ...(value && { value }), ...(gradient && { gradient }) } };
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

/** Six significant digits, or as many as asked, with a true minus sign. */
function brief(x: number, digits = 6): string {
  const text = Object.is(x, -0) ? '-0' : String(Number(x.toPrecision(digits)));
  return text.replaceAll('-', '−').replace('Infinity', '∞');
}

function bracketed(x: number): string {
  const text = brief(x);
  return text.startsWith('−') ? `(${text})` : text;
}
