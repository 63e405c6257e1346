// Checking a trace that comes from outside. Nothing of the input is kept: what is returned is built anew, field by field,
// so that no prototype, getter or unknown key of the input reaches anyone.

import { TraceError } from './errors.ts';
import type {
  Trace,
  TraceGraph,
  TraceNode,
  TraceNumber,
  TraceOp,
  TraceParam,
  TracePass,
  TraceSource,
  TraceTensor,
  TraceTensors,
} from './trace.ts';

/** Bounds on what is accepted; a trace beyond them is refused before any work is done on it. */
export const TRACE_LIMITS = {
  /** Characters of JSON text. */
  text: 256 * 2 ** 20,
  ops: 10_000,
  scopes: 100_000,
  files: 10_000,
  graphs: 1_000,
  passes: 100_000,
  /** Nodes of one graph, and inputs of one node. */
  nodes: 4_000_000,
  inputs: 10_000,
  /** Numbers of all passes together. */
  numbers: 50_000_000,
  /** Elements of all tensors together; dimensions of one. */
  elements: 20_000_000,
  dimensions: 64,
  /** Parameters of an op, and numbers in one of them. */
  params: 64,
  paramNumbers: 64,
  /** Characters of a name, a title, a scope or a file name; of a formula. */
  string: 1_000,
  formula: 10_000,
} as const;

/**
 * Checks untrusted input (JSON text, or what was parsed from it) against the trace schema and returns a clean copy.
 *
 * @throws TraceError that names the place and what is wrong there.
 */
export function parseTrace(input: unknown): Trace {
  if (typeof input === 'string') return parseData(parseText(input));
  try {
    return parseData(input);
  } catch (error) {
    // An object can be a proxy or have getters in its lists, which throw whatever they like.
    if (error instanceof TraceError) throw error;
    throw new TraceError('the trace cannot be read: it is not plain data', { cause: error });
  }
}

function parseData(data: unknown): Trace {
  const object = record(data, 'trace');
  if (field(object, 'format') !== 'seegrad-trace') {
    throw new TraceError('this is not a seegrad trace: "format" must be "seegrad-trace"');
  }
  if (field(object, 'version') !== 1) {
    throw new TraceError(
      'this trace has another version than 1; record it again with this seegrad',
    );
  }
  const ops = list(field(object, 'ops'), 'ops', TRACE_LIMITS.ops).map(parseOp);
  const scopes = strings(field(object, 'scopes'), 'scopes', TRACE_LIMITS.scopes);
  const files = strings(field(object, 'files'), 'files', TRACE_LIMITS.files);
  const graphs = list(field(object, 'graphs'), 'graphs', TRACE_LIMITS.graphs).map((graph, g) =>
    parseGraph(graph, `graphs[${g}]`, ops, scopes, files),
  );
  const edges = graphs.map(graph => graph.nodes.reduce((sum, node) => sum + node.inputs.length, 0));
  const budget = { left: TRACE_LIMITS.numbers, elements: TRACE_LIMITS.elements };
  const passes = list(field(object, 'passes'), 'passes', TRACE_LIMITS.passes).map((pass, p) =>
    parsePass(pass, `passes[${p}]`, graphs, edges, budget),
  );
  const trace: Trace = { format: 'seegrad-trace', version: 1, ops, scopes, files, graphs, passes };
  const title = field(object, 'title');
  if (title !== undefined) trace.title = string(title, 'title');
  return trace;
}

function parseText(text: string): unknown {
  if (text.length > TRACE_LIMITS.text) {
    throw new TraceError(
      `the trace has ${text.length} characters; at most ${TRACE_LIMITS.text} are read`,
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    throw new TraceError(`the trace is not JSON: ${why.slice(0, 200)}`, { cause: error });
  }
}

function parseOp(value: unknown, k: number): TraceOp {
  const at = `ops[${k}]`;
  const object = record(value, at);
  const partials = list(field(object, 'partials'), `${at}.partials`, TRACE_LIMITS.inputs);
  const structured = field(object, 'structured');
  if (structured !== undefined && structured !== true) {
    throw new TraceError(`${at}.structured must be true or absent`);
  }
  return {
    ...(structured && { structured }),
    name: string(field(object, 'name'), `${at}.name`),
    symbol: string(field(object, 'symbol'), `${at}.symbol`),
    text: string(field(object, 'text'), `${at}.text`, TRACE_LIMITS.formula),
    latex: string(field(object, 'latex'), `${at}.latex`, TRACE_LIMITS.formula),
    partials: partials.map((partial, i) => {
      const inner = record(partial, `${at}.partials[${i}]`);
      return {
        text: string(field(inner, 'text'), `${at}.partials[${i}].text`, TRACE_LIMITS.formula),
        latex: string(field(inner, 'latex'), `${at}.partials[${i}].latex`, TRACE_LIMITS.formula),
      };
    }),
  };
}

function parseGraph(
  value: unknown,
  at: string,
  ops: readonly TraceOp[],
  scopes: readonly string[],
  files: readonly string[],
): TraceGraph {
  const object = record(value, at);
  const rows = list(field(object, 'nodes'), `${at}.nodes`, TRACE_LIMITS.nodes);
  if (rows.length === 0)
    throw new TraceError(`${at}.nodes is empty; a graph needs at least its root`);
  const nodes = rows.map((row, id) => parseNode(row, id, `${at}.nodes[${id}]`, ops, scopes, files));
  return { nodes, root: index(field(object, 'root'), nodes.length, `${at}.root`) };
}

function parseNode(
  value: unknown,
  id: number,
  at: string,
  ops: readonly TraceOp[],
  scopes: readonly string[],
  files: readonly string[],
): TraceNode {
  const object = record(value, at);
  const kind = field(object, 'kind');
  if (kind !== 'leaf' && kind !== 'constant' && kind !== 'op') {
    throw new TraceError(`${at}.kind must be "leaf", "constant" or "op"`);
  }
  const inputs = list(field(object, 'inputs'), `${at}.inputs`, TRACE_LIMITS.inputs).map(
    (input, k) => {
      const from = index(input, Number.MAX_SAFE_INTEGER, `${at}.inputs[${k}]`);
      if (from >= id) {
        throw new TraceError(
          `${at}.inputs[${k}] is node ${from}, which does not come before node ${id}: the graph has a cycle or its ` +
            'nodes are out of order',
        );
      }
      return from;
    },
  );
  const node: TraceNode = { kind, inputs };
  const op = field(object, 'op');
  if (kind === 'op') {
    node.op = index(op, ops.length, `${at}.op`);
    const wanted = ops[node.op]?.partials.length;
    if (inputs.length !== wanted) {
      throw new TraceError(
        `${at} has ${inputs.length} inputs, but its op has ${wanted} derivatives`,
      );
    }
  } else if (op !== undefined || inputs.length > 0) {
    throw new TraceError(`${at} is a ${kind} and must have neither an op nor inputs`);
  }
  const shape = field(object, 'shape');
  const dtype = field(object, 'dtype');
  if ((shape === undefined) !== (dtype === undefined)) {
    throw new TraceError(`${at} must have both a shape and a dtype, or neither`);
  }
  if (shape !== undefined) {
    node.shape = parseShape(shape, `${at}.shape`);
    node.dtype = string(dtype, `${at}.dtype`);
  }
  const name = field(object, 'name');
  if (name !== undefined) node.name = string(name, `${at}.name`);
  const params = field(object, 'params');
  if (params !== undefined) node.params = parseParams(params, `${at}.params`);
  const origin = field(object, 'origin');
  if (origin !== undefined) node.origin = index(origin, id, `${at}.origin`);
  const scope = field(object, 'scope');
  if (scope !== undefined) node.scope = index(scope, scopes.length, `${at}.scope`);
  const source = field(object, 'source');
  if (source !== undefined) node.source = parseSource(source, `${at}.source`, files);
  return node;
}

function parseParams(value: unknown, at: string): Record<string, TraceParam> {
  const object = record(value, at);
  // Own keys only, and into an object without a prototype: a parameter may be called __proto__.
  const params: Record<string, TraceParam> = Object.create(null);
  const keys = Object.keys(object);
  if (keys.length > TRACE_LIMITS.params) {
    throw new TraceError(
      `${at} has ${keys.length} entries; at most ${TRACE_LIMITS.params} are accepted`,
    );
  }
  for (const key of keys) {
    const place = `${at}.${string(key, `a name in ${at}`)}`;
    const param = field(object, key);
    if (typeof param === 'boolean') params[key] = param;
    else if (typeof param === 'string') params[key] = string(param, place);
    else if (Array.isArray(param)) {
      const entries = list(param, place, TRACE_LIMITS.paramNumbers);
      params[key] = entries.map((entry, k) => finite(entry, `${place}[${k}]`));
    } else params[key] = finite(param, place);
  }
  return params;
}

function parseSource(value: unknown, at: string, files: readonly string[]): TraceSource {
  const object = record(value, at);
  return {
    file: index(field(object, 'file'), files.length, `${at}.file`),
    line: ordinal(field(object, 'line'), `${at}.line`),
    column: ordinal(field(object, 'column'), `${at}.column`),
  };
}

function parsePass(
  value: unknown,
  at: string,
  graphs: readonly TraceGraph[],
  edges: readonly number[],
  budget: Budget,
): TracePass {
  const object = record(value, at);
  const graph = index(field(object, 'graph'), graphs.length, `${at}.graph`);
  const nodes = graphs[graph]?.nodes ?? [];
  const wires = edges[graph] ?? 0;
  budget.left -= 3 * nodes.length + 2 * wires;
  if (budget.left < 0) {
    throw new TraceError(
      `the passes hold more than ${TRACE_LIMITS.numbers} numbers; record fewer passes`,
    );
  }
  const step = finite(field(object, 'step'), `${at}.step`);
  const seen = new Uint8Array(nodes.length);
  const order = list(field(object, 'order'), `${at}.order`, nodes.length).map((entry, k) => {
    const id = index(entry, nodes.length, `${at}.order[${k}]`);
    if (nodes[id]?.kind !== 'op') throw new TraceError(`${at}.order[${k}] is no op node`);
    if (seen[id] === 1) throw new TraceError(`${at}.order[${k}]: node ${id} fires twice`);
    seen[id] = 1;
    return id;
  });
  const pass: TracePass = {
    graph,
    step,
    values: numbers(field(object, 'values'), nodes.length, `${at}.values`).map((value, k) => {
      if (value === null) throw new TraceError(`${at}.values[${k}] is missing`);
      return value;
    }),
    gradients: numbers(field(object, 'gradients'), nodes.length, `${at}.gradients`),
    order,
    locals: numbers(field(object, 'locals'), wires, `${at}.locals`),
    contributions: numbers(field(object, 'contributions'), wires, `${at}.contributions`),
  };
  checkOrder(pass, nodes, at);
  const tensors = field(object, 'tensors');
  if (tensors !== undefined) {
    pass.tensors = parseTensors(tensors, `${at}.tensors`, nodes, budget);
  }
  const checks = field(object, 'checks');
  if (checks !== undefined) pass.checks = numbers(checks, nodes.length, `${at}.checks`);
  const label = field(object, 'label');
  if (label !== undefined) pass.label = string(label, `${at}.label`);
  return pass;
}

interface Budget {
  left: number;
  elements: number;
}

function parseShape(value: unknown, at: string): number[] {
  const shape = list(value, at, TRACE_LIMITS.dimensions).map((size, k) =>
    index(size, Number.MAX_SAFE_INTEGER, `${at}[${k}]`),
  );
  if (!Number.isSafeInteger(sizeOf(shape))) throw new TraceError(`${at} is too large`);
  return shape;
}

/** How many elements a shape has; a plain number counts as one. */
function sizeOf(shape: readonly number[] = []): number {
  return shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
}

/** Values and gradients have the shape of their node, a contribution that of the input which it goes to. */
function parseTensors(
  value: unknown,
  at: string,
  nodes: readonly TraceNode[],
  budget: Budget,
): TraceTensors {
  const object = record(value, at);
  const sizes = nodes.map(node => sizeOf(node.shape));
  const inputs = nodes.flatMap(node => node.inputs.map(input => sizes[input] ?? 1));
  const read = (key: string, wanted: readonly number[]): (TraceTensor | null)[] => {
    const entries = list(field(object, key), `${at}.${key}`, wanted.length);
    if (entries.length !== wanted.length) {
      throw new TraceError(`${at}.${key} has ${entries.length} entries, ${wanted.length} needed`);
    }
    return entries.map((entry, k) =>
      entry === null ? null : parseTensor(entry, `${at}.${key}[${k}]`, wanted[k] ?? 1, budget),
    );
  };
  return {
    values: read('values', sizes),
    gradients: read('gradients', sizes),
    contributions: read('contributions', inputs),
  };
}

function parseTensor(value: unknown, at: string, size: number, budget: Budget): TraceTensor {
  const object = record(value, at);
  const number = (key: string): TraceNumber => {
    const entry = numbers([field(object, key)], 1, `${at}.${key}`)[0] ?? null;
    if (entry === null) throw new TraceError(`${at}.${key} is missing`);
    return entry;
  };
  const count = (key: string): number => index(field(object, key), size + 1, `${at}.${key}`);
  const tensor: TraceTensor = {
    min: number('min'),
    max: number('max'),
    mean: number('mean'),
    norm: number('norm'),
    zeros: count('zeros'),
    nonfinite: count('nonfinite'),
  };
  const data = field(object, 'data');
  if (data === undefined) return tensor;
  budget.elements -= size;
  if (budget.elements < 0) {
    throw new TraceError(`the tensors hold more than ${TRACE_LIMITS.elements} elements`);
  }
  tensor.data = numbers(data, size, `${at}.data`).map((entry, k) => {
    if (entry === null) throw new TraceError(`${at}.data[${k}] is missing`);
    return entry;
  });
  return tensor;
}

/** A node fires with a gradient, and after everything that it is an input of. */
function checkOrder(
  { order, gradients }: TracePass,
  nodes: readonly TraceNode[],
  at: string,
): void {
  const place = new Map(order.map((id, k) => [id, k]));
  order.forEach((id, k) => {
    if (gradients[id] === null)
      throw new TraceError(`${at}: node ${id} fires, but has no gradient`);
    for (const input of nodes[id]?.inputs ?? []) {
      if ((place.get(input) ?? k) < k) {
        throw new TraceError(
          `${at}.order: node ${input} fires before node ${id}, which contributes to it`,
        );
      }
    }
  });
}

function numbers(value: unknown, length: number, at: string): (TraceNumber | null)[] {
  const entries = list(value, at, length);
  if (entries.length !== length) {
    throw new TraceError(`${at} has ${entries.length} entries, ${length} needed`);
  }
  return entries.map((entry, k) => {
    if (entry === null) return null;
    if (typeof entry === 'number') {
      // JSON text such as 1e400 parses to Infinity, which the schema writes as a string.
      if (Number.isFinite(entry)) return entry;
      throw new TraceError(
        `${at}[${k}] is beyond the range of a number; write "Infinity" if that is meant`,
      );
    }
    if (entry === 'NaN' || entry === 'Infinity' || entry === '-Infinity' || entry === '-0')
      return entry;
    throw new TraceError(
      `${at}[${k}] must be a number, null, "NaN", "Infinity", "-Infinity" or "-0"`,
    );
  });
}

type Fields = Readonly<Record<string, unknown>>;

function record(value: unknown, at: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new TraceError(`${at} must be an object`);
}

/** A field of the input itself: never one that it inherits. */
function field(object: Fields, key: string): unknown {
  const property = Object.getOwnPropertyDescriptor(object, key);
  return property?.value;
}

function list(value: unknown, at: string, longest: number): readonly unknown[] {
  if (!Array.isArray(value)) throw new TraceError(`${at} must be an array`);
  if (value.length > longest) {
    throw new TraceError(`${at} has ${value.length} entries; at most ${longest} are accepted`);
  }
  // Copied one by one: map would skip the holes of a sparse array, and an iterator of its own need not end.
  const entries: unknown[] = [];
  for (let k = 0; k < value.length; k++) entries.push(value[k]);
  return entries;
}

function strings(value: unknown, at: string, longest: number): string[] {
  return list(value, at, longest).map((entry, k) => string(entry, `${at}[${k}]`));
}

function string(value: unknown, at: string, longest: number = TRACE_LIMITS.string): string {
  if (typeof value !== 'string') throw new TraceError(`${at} must be a string`);
  if (value.length > longest) {
    throw new TraceError(`${at} has ${value.length} characters; at most ${longest} are accepted`);
  }
  return value;
}

function finite(value: unknown, at: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new TraceError(`${at} must be a finite number`);
}

function ordinal(value: unknown, at: string): number {
  const number = index(value, Number.MAX_SAFE_INTEGER, at);
  if (number === 0) throw new TraceError(`${at} is 0, but it starts at 1`);
  return number;
}

function index(value: unknown, below: number, at: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
    throw new TraceError(`${at} must be a whole number ≥ 0`);
  }
  if (value >= below) throw new TraceError(`${at} is ${value}, but there are only ${below}`);
  return value;
}
