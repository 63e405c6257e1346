// Checking a trace that comes from outside. Nothing of the input is kept: what is returned is built anew, field by field,
// so that no prototype, getter or unknown key of the input reaches anyone.

import { TraceError } from './errors.ts';
import {
  array,
  type Fields,
  field,
  finite,
  index,
  list,
  numbers,
  ordinal,
  present,
  record,
  string,
  strings,
  TRACE_LIMITS,
} from './parse-fields.ts';
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

/**
 * Checks untrusted input (JSON text, or what was parsed from it) against the trace schema and returns a clean copy.
 *
 * @throws TraceError that names the place and what is wrong there.
 */
export function parseTrace(input: unknown): Trace {
  if (typeof input === 'string') return parseData(parseText(input));
  return plainly(() => parseData(input));
}

/**
 * Checks untrusted passes over the graphs of a trace that has been checked, as {@link parseTrace} checks those of a whole one.
 *
 * @throws TraceError that names the place and what is wrong there.
 */
export function parsePasses(input: unknown, { graphs }: Pick<Trace, 'graphs'>): TracePass[] {
  return plainly(() => passesOver(input, graphs));
}

function plainly<T>(parse: () => T): T {
  try {
    return parse();
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
  const ops = list(field(object, 'ops'), 'ops', TRACE_LIMITS.ops, parseOp);
  const scopes = strings(field(object, 'scopes'), 'scopes', TRACE_LIMITS.scopes);
  const files = strings(field(object, 'files'), 'files', TRACE_LIMITS.files);
  const graphs = list(field(object, 'graphs'), 'graphs', TRACE_LIMITS.graphs, (graph, g) =>
    parseGraph(graph, `graphs[${g}]`, ops, scopes, files),
  );
  const passes = passesOver(field(object, 'passes'), graphs);
  const trace: Trace = { format: 'seegrad-trace', version: 1, ops, scopes, files, graphs, passes };
  const title = field(object, 'title');
  if (title !== undefined) trace.title = string(title, 'title');
  return trace;
}

function passesOver(value: unknown, graphs: readonly TraceGraph[]): TracePass[] {
  const edges = graphs.map(graph => graph.nodes.reduce((sum, node) => sum + node.inputs.length, 0));
  const budget = { left: TRACE_LIMITS.numbers, elements: TRACE_LIMITS.elements };
  return list(value, 'passes', TRACE_LIMITS.passes, (pass, p) =>
    parsePass(pass, `passes[${p}]`, graphs, edges, budget),
  );
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
  const partials = field(object, 'partials');
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
    partials: list(partials, `${at}.partials`, TRACE_LIMITS.inputs, (partial, i) => {
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
  const nodes = list(field(object, 'nodes'), `${at}.nodes`, TRACE_LIMITS.nodes, (node, id) =>
    parseNode(node, id, `${at}.nodes[${id}]`, ops, scopes, files),
  );
  if (nodes.length === 0)
    throw new TraceError(`${at}.nodes is empty; a graph needs at least its root`);
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
  const inputs = parseInputs(object, id, at);
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

function parseInputs(object: Fields, id: number, at: string): number[] {
  const given = array(field(object, 'inputs'), `${at}.inputs`, TRACE_LIMITS.inputs);
  const inputs: number[] = [];
  for (let k = 0; k < given.length; k++) {
    const from = given[k];
    // Nearly always right, so the place is written down only where it is not.
    if (!isPlace(from, id)) throw noInput(from, id, `${at}.inputs[${k}]`);
    inputs.push(from);
  }
  return inputs;
}

function noInput(value: unknown, id: number, at: string): TraceError {
  const from = index(value, Number.MAX_SAFE_INTEGER, at);
  return new TraceError(
    `${at} is node ${from}, which does not come before node ${id}: the graph has a cycle or its nodes are out of order`,
  );
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
      params[key] = list(param, place, TRACE_LIMITS.paramNumbers, (entry, k) =>
        finite(entry, `${place}[${k}]`),
      );
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
  const pass: TracePass = {
    graph,
    step,
    values: present(field(object, 'values'), nodes.length, `${at}.values`),
    gradients: numbers(field(object, 'gradients'), nodes.length, `${at}.gradients`),
    order: parseOrder(field(object, 'order'), nodes, `${at}.order`),
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
  const shape = list(value, at, TRACE_LIMITS.dimensions, (size, k) =>
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
    const entries = list(field(object, key), `${at}.${key}`, wanted.length, (entry, k) =>
      entry === null ? null : parseTensor(entry, `${at}.${key}[${k}]`, wanted[k] ?? 1, budget),
    );
    if (entries.length !== wanted.length) {
      throw new TraceError(`${at}.${key} has ${entries.length} entries, ${wanted.length} needed`);
    }
    return entries;
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
    const place = `${at}.${key}`;
    const [entry = null] = numbers([field(object, key)], 1, place);
    if (entry === null) throw new TraceError(`${place} is missing`);
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
  tensor.data = present(data, size, `${at}.data`);
  return tensor;
}

/** Op nodes, none twice. */
function parseOrder(value: unknown, nodes: readonly TraceNode[], at: string): number[] {
  const given = array(value, at, nodes.length);
  const seen = new Uint8Array(nodes.length);
  const order: number[] = [];
  for (let k = 0; k < given.length; k++) {
    const id = given[k];
    if (!isPlace(id, nodes.length)) index(id, nodes.length, `${at}[${k}]`);
    else if (nodes[id]?.kind !== 'op') throw new TraceError(`${at}[${k}] is no op node`);
    else if (seen[id] === 1) throw new TraceError(`${at}[${k}]: node ${id} fires twice`);
    else {
      seen[id] = 1;
      order.push(id);
    }
  }
  return order;
}

/** A node fires with a gradient, and after everything that it is an input of. */
function checkOrder(
  { order, gradients }: TracePass,
  nodes: readonly TraceNode[],
  at: string,
): void {
  const place = new Int32Array(nodes.length).fill(-1);
  for (const [k, id] of order.entries()) place[id] = k;
  for (const [k, id] of order.entries()) {
    if (gradients[id] === null)
      throw new TraceError(`${at}: node ${id} fires, but has no gradient`);
    for (const input of nodes[id]?.inputs ?? []) {
      const before = place[input] ?? -1;
      if (before >= 0 && before < k) {
        throw new TraceError(
          `${at}.order: node ${input} fires before node ${id}, which contributes to it`,
        );
      }
    }
  }
}

function isPlace(value: unknown, below: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < below;
}

export { TRACE_LIMITS } from './parse-fields.ts';
