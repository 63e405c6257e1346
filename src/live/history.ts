// The passes of a training run, recorded step by step and put together into one trace that never grows beyond a bound.

import type { Trace, TraceGraph, TraceOp, TracePass } from '../autograd/trace.ts';

/** Passes kept at most, and numbers in them; beyond that every second pass is let go of. */
const MOST_PASSES = 500;
const MOST_NUMBERS = 2_000_000;
/** A program may build another graph at every step: graphs kept at most, their nodes, and entries of the other tables. */
const MOST_GRAPHS = 200;
const MOST_NODES = 400_000;
const MOST_ENTRIES = { ops: 5_000, scopes: 50_000, files: 5_000 } as const;

/** What one step added: new entries at the end of the tables of the trace, and its passes. */
export interface Addition {
  ops: TraceOp[];
  scopes: string[];
  files: string[];
  graphs: TraceGraph[];
  passes: TracePass[];
  /** How many passes there were in all by then, kept or not. */
  total: number;
  /** The tables were cleared of what no pass needs any more: whoever has the old ones must get everything anew. */
  anew: boolean;
}

type Tables = Pick<Trace, 'ops' | 'scopes' | 'files' | 'graphs'>;

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
  /** Nodes of all graphs. */
  private nodes = 0;
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
    const graphs = step.graphs.map(graph => this.enterGraph(graph, step));
    const passes = step.passes.map(pass => ({
      ...pass,
      graph: graphs[pass.graph] ?? 0,
      step: this.total++,
    }));
    for (const pass of passes) this.keep(pass);
    const anew = this.isLarge();
    if (anew) this.clear();
    return {
      anew,
      ops: trace.ops.slice(before.ops),
      scopes: trace.scopes.slice(before.scopes),
      files: trace.files.slice(before.files),
      graphs: trace.graphs.slice(before.graphs),
      passes,
      total: this.total,
    };
  }

  private enterGraph(graph: TraceGraph, from: Tables): number {
    const known = this.trace.graphs.length;
    const place = this.enter(
      'graphs',
      renumbered(graph, {
        op: op => this.enter('ops', from.ops[op] as TraceOp),
        scope: scope => this.enter('scopes', from.scopes[scope] as string),
        file: file => this.enter('files', from.files[file] as string),
      }),
    );
    if (place === known) this.nodes += graph.nodes.length;
    return place;
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
    this.thinUntil(() => passes.length <= MOST_PASSES && this.numbers <= MOST_NUMBERS);
  }

  /** Lets go of every second pass between the first and the latest, until it is enough or none is left. */
  private thinUntil(enough: () => boolean): void {
    const { passes } = this.trace;
    while (passes.length > 2 && !enough()) {
      this.stride *= 2;
      for (let k = passes.length - 2; k > 0; k--) {
        if ((passes[k] as TracePass).step % this.stride !== 0) this.drop(k);
      }
    }
  }

  /** Whether the tables are larger than they may be, and hold something that no pass needs or could be thinned out. */
  private isLarge(): boolean {
    const { graphs, passes } = this.trace;
    if (passes.length <= 2 && this.graphsInUse().size === graphs.length) return false;
    return graphs.length > MOST_GRAPHS || this.nodes > MOST_NODES || this.hasManyEntries(1);
  }

  private hasManyEntries(part: number): boolean {
    return (['ops', 'scopes', 'files'] as const).some(
      table => this.trace[table].length > part * MOST_ENTRIES[table],
    );
  }

  private graphsInUse(): Set<number> {
    return new Set(this.trace.passes.map(({ graph }) => graph));
  }

  /** Thins the passes until their graphs take half of the room, and builds the tables anew with what is still needed. */
  private clear(): void {
    for (let most = MOST_GRAPHS / 2; most >= 1; most /= 2) {
      this.thinUntil(() => {
        const used = this.graphsInUse();
        let nodes = 0;
        for (const graph of used) nodes += this.trace.graphs[graph]?.nodes.length ?? 0;
        return used.size <= most && nodes <= MOST_NODES / 2;
      });
      this.rebuild();
      if (!this.hasManyEntries(0.5)) return;
    }
  }

  private rebuild(): void {
    const { ops, scopes, files, graphs, passes } = this.trace;
    const before: Tables = { ops, scopes, files, graphs };
    Object.assign(this.trace, { ops: [], scopes: [], files: [], graphs: [] });
    for (const places of Object.values(this.places)) places.clear();
    this.nodes = 0;
    const now = new Map<number, number>();
    for (const [k, pass] of passes.entries()) {
      const graph =
        now.get(pass.graph) ?? this.enterGraph(graphs[pass.graph] as TraceGraph, before);
      now.set(pass.graph, graph);
      passes[k] = { ...pass, graph };
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

/** Where the entries of a graph stand in other tables. */
interface Places {
  op(place: number): number;
  scope(place: number): number;
  file(place: number): number;
}

function renumbered({ nodes, root }: TraceGraph, places: Places): TraceGraph {
  return {
    root,
    nodes: nodes.map(node => {
      const { op, scope, source } = node;
      const now = { ...node };
      if (op !== undefined) now.op = places.op(op);
      if (scope !== undefined) now.scope = places.scope(scope);
      if (source !== undefined) now.source = { ...source, file: places.file(source.file) };
      return now;
    }),
  };
}
