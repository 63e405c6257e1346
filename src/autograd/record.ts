// Recording: turning forward and backward passes into a trace, which is plain data and pins no graph.

import type { NDArray } from '../ndarray/array.ts';
import { listening, type Recorded } from './backward.ts';
import {
  ArgumentError,
  checkOptions,
  describe,
  GraphFreedError,
  NonScalarLossError,
} from './errors.ts';
import { checkFunction, noGrad, watching } from './modes.ts';
import { arithmetic, type Op, type Operand } from './op.ts';
import { differentiatedRow } from './operands.ts';
import { TRACE_LIMITS } from './parse-trace.ts';
import { withOrigins } from './record-origins.ts';
import { ScopeNames } from './scope-names.ts';
import { callSite } from './source.ts';
import { type Observer, opOf } from './sweep.ts';
import type { Chunk, Note } from './tape.ts';
import { noteOfTensor, Tensor } from './tensor.ts';
import {
  type Trace,
  type TraceGraph,
  type TraceNode,
  type TracePass,
  type TraceTensor,
  toTraceNumber,
  traceNumber,
} from './trace.ts';
import { checkByDifferences } from './trace-checks.ts';
import { type OpUse, traceOp } from './trace-op.ts';
import { traceParams } from './trace-params.ts';
import { type ElementBudget, numberFor, shareOf, traceTensor } from './trace-tensor.ts';
import { noteOf, Value } from './value.ts';

/** Options of {@link record}. */
export interface RecordOptions {
  /** Shown as the title of the trace. */
  title?: string;
  /**
   * Which backward passes to keep: every n-th from the first, or those for whose number (from 0) the function says so.
   * All of them unless given.
   */
  every?: number | ((pass: number) => boolean);
  /** Note the line of the program that made each node; true unless given. */
  source?: boolean;
  /** Tensors of more elements than this are summed up only (least, largest, mean, norm); 4096 unless given. */
  elements?: number;
  /** Compare every gradient with finite differences, so that the viewer can show both. Costly: for small graphs. */
  check?: boolean;
}

/** What {@link record} returns. */
export interface Recording<T> {
  trace: Trace;
  result: T;
}

/**
 * Runs `fn` and captures its backward passes as a trace. If it runs none but returns a Value, the forward pass that
 * made this value is captured.
 *
 * ```ts
 * const { trace } = record(() => {
 *   const x = value(3, { name: 'x' });
 *   x.mul(x).named('y').backward();
 * });
 * trace.passes[0].gradients; // [6, 1]
 * ```
 * @throws ArgumentError where `fn` is asynchronous.
 */
export function record<T>(fn: () => T, options: RecordOptions = {}): Recording<T> {
  checkFunction('record', fn);
  checkOptions('record', options, ['title', 'every', 'source', 'elements', 'check']);
  if (typeof fn !== 'function') {
    throw new ArgumentError(`record: give a function to run, got ${describe(fn)}`);
  }
  const recorder = new Recorder(options);
  const result = listening(recorder, () => watching(recorder, fn));
  if (typeof (result as { then?: unknown } | null)?.then === 'function') {
    throw new ArgumentError(
      'record: the function must not be asynchronous; record each step on its own',
    );
  }
  const node = result instanceof Value || result instanceof Tensor ? result : undefined;
  if (!recorder.sawPass && node?.requiresGrad === true) recorder.forwardOnly(node);
  return { trace: recorder.trace, result };
}

/** The place of each node in the structure being written. */
interface Places {
  graph: TraceGraph;
  /** By chunk, the id of each row. */
  rows: Map<number, Map<number, number>>;
  /** Number of each node's first edge. */
  offsets: number[];
  /** Value of each node. */
  values: (number | NDArray)[];
  /** Of the nodes that an op made: the op and its parameters. */
  ops: Op[];
  params: unknown[];
}

/** A pass being recorded: tensors are kept until it is over, and then summed up. */
interface Current {
  places: Places;
  pass: TracePass;
  gradients: (Tensor | undefined)[];
  contributions: (Tensor | undefined)[];
}

/** Elements of tensors in one trace, all together. */
const MOST_ELEMENTS = 4_000_000;

class Recorder {
  readonly trace: Trace;
  sawPass = false;
  private readonly every: (pass: number) => boolean;
  /** Whether the pass under way is to be kept; asked once per pass. */
  private asked: { pass: number; wanted: boolean } = { pass: -1, wanted: false };
  private readonly withSource: boolean;
  private readonly check: boolean;
  private passNumber = 0;
  private readonly opIndex = new Map<string, number>();
  private readonly indices = {
    scopes: new Map<string, number>(),
    files: new Map<string, number>(),
  };
  private readonly keys: string[] = [];
  private current: Current | null = null;
  private readonly budget: ElementBudget;

  constructor(options: RecordOptions) {
    const { title, every = 1, source = true, elements = 4096, check = false } = options;
    if (
      typeof every === 'number'
        ? !(Number.isInteger(every) && every > 0)
        : typeof every !== 'function'
    ) {
      throw new ArgumentError(
        `record: every must be a positive integer or a function, got ${describe(every)}`,
      );
    }
    if (!(Number.isInteger(elements) && elements >= 0)) {
      throw new ArgumentError(
        `record: elements must be a whole number from 0, got ${describe(elements)}`,
      );
    }
    this.budget = { left: MOST_ELEMENTS, each: elements };
    this.every = typeof every === 'number' ? pass => pass % every === 0 : every;
    if (title !== undefined && typeof title !== 'string') {
      throw new ArgumentError(`record: title must be a string, got ${describe(title)}`);
    }
    if (typeof check !== 'boolean') {
      throw new ArgumentError(`record: check must be true or false, got ${describe(check)}`);
    }
    this.withSource = source;
    this.check = check;
    this.trace = {
      format: 'seegrad-trace',
      version: 1,
      ops: [],
      scopes: [],
      files: [],
      graphs: [],
      passes: [],
    };
    if (title !== undefined) this.trace.title = clipped(title);
  }

  private wanted(pass: number): boolean {
    if (this.asked.pass !== pass) this.asked = { pass, wanted: this.every(pass) };
    return this.asked.wanted;
  }

  /** Notes the line that made a node, if the pass under way is to be kept. */
  created(_result: Recorded, _op: Op, _inputs: unknown, note: () => Note): void {
    if (!this.wanted(this.passNumber)) return;
    const origin = differentiatedRow();
    if (origin !== undefined) note().origin = origin;
    if (!this.withSource) return;
    const source = callSite();
    if (source !== undefined) note().source = source;
  }

  begins(root: Recorded, seed: number | Tensor): Observer<Operand> | null {
    this.sawPass = true;
    // An earlier pass that threw must not be entered in place of this one.
    this.current = null;
    const number = this.passNumber++;
    if (!this.wanted(number) || root.chunk === null) return null;
    const places = this.structure(root);
    const pass = this.passOver(places, number);
    const current: Current = { places, pass, gradients: [], contributions: [] };
    const gradient = (id: number, g: Operand): void => {
      if (g instanceof Tensor) current.gradients[id] = g;
      else pass.gradients[id] = toTraceNumber(g as number);
    };
    gradient(places.graph.root, seed);
    this.current = current;
    const sums: (Operand | undefined)[] = [];
    return {
      fires: (chunk, row, g) => {
        const id = idOf(places, chunk, row);
        pass.order.push(id);
        gradient(id, g);
      },
      contributes: (chunk, row, k, local, contribution) => {
        const id = idOf(places, chunk, row);
        const edge = (places.offsets[id] as number) + k;
        if (contribution instanceof Tensor) current.contributions[edge] = contribution;
        else {
          if (typeof local === 'number') pass.locals[edge] = toTraceNumber(local);
          pass.contributions[edge] = toTraceNumber(contribution as number);
        }
        const input = places.graph.nodes[id]?.inputs[k] as number;
        const sum = sums[input];
        sums[input] = sum === undefined ? contribution : plus(sum, contribution);
        if (places.graph.nodes[input]?.kind === 'leaf') gradient(input, sums[input] as Operand);
      },
    };
  }

  /** Enters the pass once it went through; one that threw leaves no trace. */
  ends(): void {
    if (this.current === null) return;
    const { current } = this;
    this.current = null;
    if (this.check) this.compare(current);
    this.sumUp(current);
    this.push(current);
  }

  private compare({ places, pass, gradients }: Current): void {
    const { nodes, root } = places.graph;
    const known = pass.gradients.map(
      (g, id) => gradients[id]?.array ?? (g === null ? null : traceNumber(g)),
    );
    const checks = checkByDifferences({ ...places, nodes, root }, known);
    pass.checks = checks.map(check => (check === null ? null : toTraceNumber(check)));
  }

  forwardOnly(root: Recorded): void {
    if (root.chunk === null) throw new NonScalarLossError('record: the function computed nothing');
    const places = this.structure(root);
    const pass = this.passOver(places, 0);
    const current: Current = { places, pass, gradients: [], contributions: [] };
    this.sumUp(current);
    this.push(current);
  }

  private push({ places, pass }: Current): void {
    pass.graph = this.enter(places.graph);
    this.trace.passes.push(pass);
  }

  /** Puts numbers where tensors are, and the tensors beside them. */
  private sumUp({ places, pass, gradients, contributions }: Current): void {
    if (places.values.every(value => typeof value === 'number')) return;
    const shown = (tensor: Tensor | undefined): TraceTensor | null =>
      tensor === undefined ? null : traceTensor(tensor.array, this.budget);
    pass.tensors = {
      values: places.values.map(value =>
        typeof value === 'number' ? null : traceTensor(value, this.budget),
      ),
      gradients: places.values.map((_, id) => shown(gradients[id])),
      contributions: pass.contributions.map((_, edge) => shown(contributions[edge])),
    };
    gradients.forEach((g, id) => {
      pass.gradients[id] = numberFor(g?.array as NDArray);
    });
    places.graph.nodes.forEach(({ inputs }, id) => {
      inputs.forEach((input, k) => {
        const edge = (places.offsets[id] as number) + k;
        const [c, g] = [contributions[edge], gradients[input]];
        if (c === undefined) return;
        const share =
          g === undefined || c.size === 1 ? numberFor(c.array) : shareOf(c.array, g.array);
        pass.contributions[edge] = typeof share === 'number' ? toTraceNumber(share) : share;
      });
    });
  }

  private passOver(places: Places, step: number): TracePass {
    const edges = places.offsets[places.graph.nodes.length] as number;
    return {
      graph: 0,
      step,
      values: places.values.map(x => (typeof x === 'number' ? toTraceNumber(x) : numberFor(x))),
      gradients: places.graph.nodes.map(() => null),
      order: [],
      locals: new Array(edges).fill(null),
      contributions: new Array(edges).fill(null),
    };
  }

  /** Writes the structure below `root`: leaves and constants right before the node that first uses them. */
  private structure(root: Recorded): Places {
    const graph: TraceGraph = { nodes: [], root: 0 };
    const places: Places = {
      graph,
      rows: new Map(),
      offsets: [0],
      values: [],
      ops: [],
      params: [],
    };
    const leaves = new Map<unknown, number>();
    const scopes = new ScopeNames();
    const push = (node: TraceNode, value: number | NDArray): number => {
      if (typeof value !== 'number') {
        node.shape = [...value.shape];
        node.dtype = value.dtype;
      }
      places.values.push(value);
      places.offsets.push((places.offsets.at(-1) as number) + node.inputs.length);
      return graph.nodes.push(node) - 1;
    };
    const idOfInput = (chunk: Chunk, edge: number): number => {
      const input = chunk.edges[edge] as number;
      if (input >= 0) return idOf(places, chunk, input);
      const place = chunk.placeAt(~input);
      if (place !== undefined) return places.rows.get(place.serial)?.get(place.row) as number;
      const value = chunk.externalValues[~input] as number;
      const external = chunk.leafAt(~input);
      if (external === undefined) return push({ kind: 'constant', inputs: [] }, value);
      let id = leaves.get(external.leaf);
      if (id === undefined) {
        const leaf: TraceNode = { kind: 'leaf', inputs: [] };
        id =
          external instanceof Tensor
            ? push(this.annotated(leaf, noteOfTensor(external), scopes), external.array)
            : push(this.annotated(leaf, noteOf(external as Value), scopes), value);
        leaves.set(external.leaf, id);
      }
      return id;
    };
    for (const { chunk, rows } of withOrigins(root)) {
      const ids = new Map<number, number>();
      places.rows.set(chunk.serial, ids);
      for (const row of rows) {
        const inputs: number[] = [];
        const end = chunk.first[row + 1] as number;
        for (let edge = chunk.first[row] as number; edge < end; edge++) {
          inputs.push(idOfInput(chunk, edge));
        }
        const payload = chunk.payloads?.[row];
        if (chunk.payloads !== null && payload === undefined) throw freedTensor();
        const shapes = inputs.map(id => graph.nodes[id]?.shape ?? []);
        const use = { shapes, shape: payload?.array.shape ?? [], params: payload?.params };
        const op = opOf(chunk, row);
        const node: TraceNode = { kind: 'op', op: this.opNumber(op, use), inputs };
        const params = traceParams(op, shapes, payload?.params);
        if (params !== undefined) node.params = params;
        const value = payload?.array ?? (chunk.values[row] as number);
        const id = push(this.annotated(node, chunk.notes.get(row), scopes), value);
        ids.set(row, id);
        const origin = chunk.notes.get(row)?.origin;
        const from = origin && places.rows.get(origin.serial)?.get(origin.row);
        if (from !== undefined) node.origin = from;
        places.ops[id] = op;
        places.params[id] = payload?.params;
      }
    }
    graph.root = idOf(places, root.chunk as Chunk, root.row);
    return places;
  }

  private annotated(node: TraceNode, note: Note | undefined, scopes: ScopeNames): TraceNode {
    if (note?.name !== undefined) node.name = clipped(note.name);
    if (note?.scope !== undefined) node.scope = this.intern('scopes', scopes.of(note.scope));
    if (note?.source !== undefined && this.withSource) {
      const { file, line, column } = note.source;
      node.source = { file: this.intern('files', file), line, column };
    }
    return node;
  }

  private intern(table: 'scopes' | 'files', text: string): number {
    const indices = this.indices[table];
    let index = indices.get(text);
    if (index === undefined) {
      index = this.trace[table].push(clipped(text)) - 1;
      indices.set(text, index);
    }
    return index;
  }

  private opNumber(op: Op, use: OpUse): number {
    // The formulas of a structured op depend on how it is used, those of others do not.
    const key = op.structure === null ? String(op.id) : `${op.id} ${brief(use)}`;
    let index = this.opIndex.get(key);
    if (index === undefined) {
      index = this.trace.ops.push(traceOp(op, use)) - 1;
      this.opIndex.set(key, index);
    }
    return index;
  }

  /** The number of a structure that equals this one, or of this one as a new entry. */
  private enter(graph: TraceGraph): number {
    const key = JSON.stringify(graph);
    const known = this.keys.indexOf(key);
    if (known >= 0) return known;
    this.keys.push(key);
    return this.trace.graphs.push(graph) - 1;
  }
}

/** A name no longer than a trace may hold. */
function clipped(text: string): string {
  return text.length <= TRACE_LIMITS.string ? text : `${text.slice(0, TRACE_LIMITS.string - 1)}…`;
}

function idOf(places: Places, chunk: Chunk, row: number): number {
  return places.rows.get(chunk.serial)?.get(row) as number;
}

/** What distinguishes two uses of an op; long lists of indices do not change how it is written. */
function brief({ shapes, params }: OpUse): string {
  return `${JSON.stringify(shapes)} ${String(JSON.stringify(params)).slice(0, 200)}`;
}

function plus(a: Operand, b: Operand): Operand {
  return noGrad(() => arithmetic().add(a, b));
}

function freedTensor(): GraphFreedError {
  return new GraphFreedError(
    'record: the tensors of this graph were freed by an earlier backward pass; record that pass instead, or pass { retainGraph: true } to it',
  );
}
