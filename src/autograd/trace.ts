// The trace: what a recorded forward and backward pass looks like as plain data. The viewer, the exporters and the
// command line read nothing else. This file is the schema (version 1); `parseTrace` checks untrusted input against it.

/** A float64 as JSON can hold it: the values that JSON has no number for are written as strings. */
export type TraceNumber = number | 'NaN' | 'Infinity' | '-Infinity' | '-0';

/** A position in the program that created a node. `file` indexes {@link Trace.files}; `line` and `column` start at 1. */
export interface TraceSource {
  file: number;
  line: number;
  column: number;
}

/**
 * How to write an op down. Each string is a template: `{#0}`, `{#1}` … stand for the inputs and `{#y}` for the output,
 * to be replaced by names or by numbers (a number that begins with a minus sign goes in parentheses).
 */
export interface TraceOp {
  /** The public name of the op, such as `sigmoid`. */
  name: string;
  /** The symbol for a small card, such as `σ` or `·`. */
  symbol: string;
  /** The value as text, such as `{#0} · {#1}`. */
  text: string;
  /** The value as LaTeX, such as `\sigma\left({#0}\right)`. */
  latex: string;
  /**
   * The local derivative with respect to each input, in input order; for an op on whole tensors what it contributes to that
   * input, in terms of the gradient `{#g}` of its result, such as `{#g}·{#1}ᵀ`.
   */
  partials: { text: string; latex: string }[];
  /** Works on whole tensors, so that its partials are contributions; absent for an elementwise op. */
  structured?: true;
}

/** A parameter of an op, such as the stride of a convolution. */
export type TraceParam = number | string | boolean | number[];

/**
 * A node of the graph. Its id is its place in {@link TraceGraph.nodes}; inputs always have smaller ids, so a graph is
 * acyclic by construction. The same input may stand twice (x·x has two edges).
 */
export interface TraceNode {
  /** `leaf`: made by the user; `constant`: a plain number in the program; `op`: the result of an op. */
  kind: 'leaf' | 'constant' | 'op';
  /** Index into {@link Trace.ops}; only where kind is `op`. */
  op?: number;
  /** Ids of the inputs, in order, with multiplicity; empty for a leaf and a constant. */
  inputs: number[];
  /** Sizes of the dimensions, where the node is a tensor. */
  shape?: number[];
  /** Element type of a tensor. */
  dtype?: string;
  name?: string;
  /** Parameters of the op that are plain numbers, words or short lists of numbers, such as `{ stride: [2, 2] }`. */
  params?: Record<string, TraceParam>;
  /** For an op of a backward pass that was itself recorded: the forward node that it differentiates. */
  origin?: number;
  /** Index into {@link Trace.scopes}. */
  scope?: number;
  source?: TraceSource;
}

/** The structure shared by all passes that have it. Edges are numbered by node, then by input: see {@link edgeOffsets}. */
export interface TraceGraph {
  nodes: TraceNode[];
  /** The node that backward started from. */
  root: number;
}

/** One forward and (unless only the forward pass was recorded) backward run over a graph. */
export interface TracePass {
  /** Index into {@link Trace.graphs}. */
  graph: number;
  /** The training step or whatever the program counted; for the axis of a chart. */
  step: number;
  label?: string;
  /** Value of every node; of a tensor its norm, unless it has a single element. */
  values: TraceNumber[];
  /** Cotangent of every node (the gradient of the root with respect to it); null where the pass never reached it. */
  gradients: (TraceNumber | null)[];
  /** The op nodes in the order in which they fired: each handed its cotangent to its inputs. Empty for a forward pass. */
  order: number[];
  /** For each edge the local derivative ∂node/∂input; null where it was not needed. */
  locals: (TraceNumber | null)[];
  /**
   * For each edge what the node contributed to the gradient of that input; null where nothing flowed. To a tensor: its share
   * in the norm of the whole gradient, ⟨c, g⟩ / ‖g‖, so that the shares sum to the norm.
   */
  contributions: (TraceNumber | null)[];
  /** The tensors behind these numbers; absent where there are none. */
  tensors?: TraceTensors;
  /** For each node its gradient as finite differences estimate it, null where that was not checked; often absent. */
  checks?: (TraceNumber | null)[];
}

/** The tensors of a pass: null where there is a plain number, or nothing. Shapes stand with the nodes. */
export interface TraceTensors {
  values: (TraceTensor | null)[];
  gradients: (TraceTensor | null)[];
  contributions: (TraceTensor | null)[];
}

/** A tensor summed up; with its elements, in order, where they are few. */
export interface TraceTensor {
  min: TraceNumber;
  max: TraceNumber;
  mean: TraceNumber;
  /** √Σxᵢ² */
  norm: TraceNumber;
  /** How many elements are 0, and how many NaN or infinite. */
  zeros: number;
  nonfinite: number;
  data?: TraceNumber[];
}

/** A recorded program: structure once, then the numbers of each pass. */
export interface Trace {
  format: 'seegrad-trace';
  version: 1;
  title?: string;
  ops: TraceOp[];
  /** Scope names with `/` between the levels, such as `network/hidden`. */
  scopes: string[];
  /** Source files that nodes refer to. */
  files: string[];
  graphs: TraceGraph[];
  passes: TracePass[];
}

/** For each node the number of its first edge; the edge from input `k` of node `i` has number `offsets[i] + k`. */
export function edgeOffsets(graph: TraceGraph): Int32Array {
  const offsets = new Int32Array(graph.nodes.length + 1);
  for (let i = 0; i < graph.nodes.length; i++) {
    offsets[i + 1] = (offsets[i] ?? 0) + (graph.nodes[i]?.inputs.length ?? 0);
  }
  return offsets;
}

/** Reads a number of a trace. */
export function traceNumber(value: TraceNumber): number {
  return Number(value);
}

/** Writes a number into a trace. */
export function toTraceNumber(value: number): TraceNumber {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return Object.is(value, -0) ? '-0' : (String(value) as TraceNumber);
}

/** A name as LaTeX: w5 becomes w₅, longer words stand upright, anything else is escaped text. */
export function latexName(name: string): string {
  const [, letter, index] = /^([A-Za-z])_?(\d*)$/.exec(name) ?? [];
  if (letter !== undefined) return index === '' ? letter : `${letter}_{${index}}`;
  const [, word, number] = /^([A-Za-z]+\d*)(?:_(\d+))?$/.exec(name) ?? [];
  if (word !== undefined) return `\\mathrm{${word}}${number === undefined ? '' : `_{${number}}`}`;
  return `\\text{${name.replace(/[\\{}$&#^_~%]/g, escapeLatex)}}`;
}

function escapeLatex(character: string): string {
  if (character === '\\') return '\\textbackslash{}';
  if (character === '^') return '\\textasciicircum{}';
  if (character === '~') return '\\textasciitilde{}';
  return `\\${character}`;
}
