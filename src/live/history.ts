// The passes of a training run, recorded step by step and put together into one trace that never grows beyond a bound.

import type { Trace, TraceGraph, TraceOp, TracePass } from '../autograd/trace.ts';

/** Passes kept at most, and numbers in them; beyond that every second pass is let go of. */
const MOST_PASSES = 500;
const MOST_NUMBERS = 4_000_000;

/** What one step added: new entries at the end of the tables of the trace, and its passes. */
export interface Addition {
  ops: TraceOp[];
  scopes: string[];
  files: string[];
  graphs: TraceGraph[];
  passes: TracePass[];
  /** How many passes there were in all by then, kept or not. */
  total: number;
}

export class History {
  readonly trace: Trace;
  /** Passes seen so far. */
  total = 0;
  private readonly places = {
    ops: new Map<string, number>(),
    scopes: new Map<string, number>(),
    files: new Map<string, number>(),
    graphs: new Map<string, number>(),
  };
  private numbers = 0;
  /** Only every so many-th pass is kept. */
  private stride = 1;

  constructor(title: string | undefined) {
    this.trace = {
      format: 'seegrad-trace',
      version: 1,
      ops: [],
      scopes: [],
      files: [],
      graphs: [],
      passes: [],
    };
    if (title !== undefined) this.trace.title = title;
  }

  /** Takes over what one step recorded, and says what is new. The passes are counted on: their `step` is the number of each. */
  add(step: Trace): Addition {
    const { trace } = this;
    const before = {
      ops: trace.ops.length,
      scopes: trace.scopes.length,
      files: trace.files.length,
      graphs: trace.graphs.length,
    };
    const ops = step.ops.map(op => this.enter('ops', op));
    const scopes = step.scopes.map(scope => this.enter('scopes', scope));
    const files = step.files.map(file => this.enter('files', file));
    const graphs = step.graphs.map(graph =>
      this.enter('graphs', renumbered(graph, ops, scopes, files)),
    );
    const passes = step.passes.map(pass => ({
      ...pass,
      graph: graphs[pass.graph] ?? 0,
      step: this.total++,
    }));
    for (const pass of passes) this.keep(pass);
    return {
      ops: trace.ops.slice(before.ops),
      scopes: trace.scopes.slice(before.scopes),
      files: trace.files.slice(before.files),
      graphs: trace.graphs.slice(before.graphs),
      passes,
      total: this.total,
    };
  }

  private enter<K extends 'ops' | 'scopes' | 'files' | 'graphs'>(
    table: K,
    entry: Trace[K][number],
  ): number {
    const key = JSON.stringify(entry);
    const known = this.places[table].get(key);
    if (known !== undefined) return known;
    const place = (this.trace[table] as (typeof entry)[]).push(entry) - 1;
    this.places[table].set(key, place);
    return place;
  }

  /** Keeps the first pass, every so many-th, and the latest, which makes room for the next one. */
  private keep(pass: TracePass): void {
    const { passes } = this.trace;
    const last = passes.at(-1);
    if (last !== undefined && last.step % this.stride !== 0) this.drop(passes.length - 1);
    passes.push(pass);
    this.numbers += sizeOf(pass);
    while (passes.length > 2 && (passes.length > MOST_PASSES || this.numbers > MOST_NUMBERS)) {
      this.stride *= 2;
      for (let k = passes.length - 2; k > 0; k--) {
        if ((passes[k] as TracePass).step % this.stride !== 0) this.drop(k);
      }
      if (this.stride > pass.step) break;
    }
  }

  private drop(k: number): void {
    const [gone] = this.trace.passes.splice(k, 1);
    if (gone !== undefined) this.numbers -= sizeOf(gone);
  }
}

/** Numbers that a pass holds. */
function sizeOf({ values, locals, tensors }: TracePass): number {
  let size = 3 * values.length + 2 * locals.length;
  for (const list of Object.values(tensors ?? {})) {
    for (const tensor of list as ({ data?: unknown[] } | null)[]) size += tensor?.data?.length ?? 0;
  }
  return size;
}

function renumbered(
  { nodes, root }: TraceGraph,
  ops: readonly number[],
  scopes: readonly number[],
  files: readonly number[],
): TraceGraph {
  return {
    root,
    nodes: nodes.map(node => {
      const { op, scope, source } = node;
      const now = { ...node };
      if (op !== undefined) now.op = ops[op] ?? op;
      if (scope !== undefined) now.scope = scopes[scope] ?? scope;
      if (source !== undefined) now.source = { ...source, file: files[source.file] ?? source.file };
      return now;
    }),
  };
}
