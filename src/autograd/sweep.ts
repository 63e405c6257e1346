// The reverse sweep: one function, generic in the kind of the cotangent (numbers, recorded nodes, symbols).
//
// It starts at the root with a seed and visits, latest first, only nodes that the root depends on (and, where targets
// are named, that lead to one). Each node it visits has received all its contributions, so its cotangent is complete;
// it then hands each input its own contribution. Nothing here recurses, so depth costs nothing.

import { CycleError, GraphFreedError, LeafChangedError, NoGradientError } from './errors.ts';
import { type Op, opById } from './op.ts';
import { type Chunk, DONE, Home, IDLE, type Node, PENDING, PLAIN, type Place } from './tape.ts';

/** Cotangents of the rows of one chunk, and how far each row is. */
export interface Slots<C> {
  cotangents: { [row: number]: C };
  marks: Uint8Array;
}

/** What a cotangent is and what can be done with it. */
export interface CotangentKind<C> {
  /** Room for the cotangents of a chunk. */
  open(chunk: Chunk): Slots<C>;
  /** The sweep is done with a chunk. */
  close(chunk: Chunk, slots: Slots<C>): void;
  /** Sum of what came so far and one more contribution (from a consumer that was created earlier). */
  add(sum: C, contribution: C): C;
  /** The local derivative of a node with respect to its input `k`. */
  local(op: Op, k: number, chunk: Chunk, row: number, reach: Reach): C;
  /** What a node with cotangent `g` hands to its input `k`: g · local. */
  contribution(g: C, op: Op, k: number, chunk: Chunk, row: number, reach: Reach): C;
  /** A row has fired; `released` when it is not needed again. */
  done?(slots: Slots<C>, chunk: Chunk, row: number, released: boolean): void;
  /**
   * Fires all pending rows of a chunk as the loop of the sweep does, for a kind that can do so faster, where every leaf takes its
   * contributions itself and nobody watches.
   */
  fire?(run: Run<C>, entry: Open<C>): void;
}

/** Sees each step of a sweep. */
export interface Observer<C> {
  fires(chunk: Chunk, row: number, g: C): void;
  contributes(chunk: Chunk, row: number, k: number, local: C, contribution: C): void;
}

/** The nodes a sweep is to reach: rows that lead to a target, by chunk, and the targets themselves. */
export interface Route {
  rows: Map<number, Uint8Array>;
  isTarget(chunk: Chunk, row: number): boolean;
  isTargetLeaf(leaf: Node): boolean;
  /** A target row hands nothing on. */
  stopAtTargets?: boolean;
}

/** How to run a sweep. */
export interface SweepOptions<C> {
  /** Takes what a leaf receives, contribution by contribution, and the whole cotangent of a target row. */
  deliver(node: Node | { chunk: Chunk; row: number }, cotangent: C): void;
  /** Restricts the sweep to the nodes between root and targets. */
  route?: Route | undefined;
  /** Frees the nodes as they fire, so that a second sweep over them is an error. */
  release?: boolean | undefined;
  /** Read a graph that was freed: its numbers are still there, and nothing accumulates. */
  readFreed?: boolean;
  observer?: Observer<C> | undefined;
  /** `deliver` adds what a leaf receives to its own gradient, so that {@link CotangentKind.fire} may do it. */
  accumulates?: boolean;
}

/** A sweep for one kind of cotangent. */
export type Sweep<C> = (root: Node, seed: C, options: SweepOptions<C>) => void;

/** A chunk that a sweep has reached. */
export interface Open<C> {
  chunk: Chunk;
  slots: Slots<C>;
  rows: Uint8Array | null;
  /** Rows with a cotangent that have not fired; while the chunk is being swept, the sweep counts them itself. */
  pending: number;
  /** Highest pending row. */
  top: number;
}

/**
 * Builds the sweep for one kind of cotangent. It is the same code for all; building it per kind gives the JavaScript
 * engine one copy to specialise for each.
 */
export function makeSweep<C>(kind: CotangentKind<C>): Sweep<C> {
  return function sweep(root, seed, options) {
    const { deliver, route } = options;
    const release = options.release === true;
    const { observer } = options;
    const watched = observer !== undefined || route !== undefined;
    const fire = options.accumulates === true && !watched ? kind.fire : undefined;
    if (root.chunk === null) {
      if (route === undefined || route.isTargetLeaf(root)) deliver(root, seed);
      return;
    }
    const opened: Open<C>[] = [];
    const reach = new Reach(root);
    const run: Run<C> = { kind, opened, bySerial: null, reach, release, route, observer };
    try {
      give(kind, open(run, root.chunk), root.row, seed);
      for (let entry = latest(opened); entry !== undefined; entry = latest(opened)) {
        if (fire !== undefined) {
          fire(run, entry);
          continue;
        }
        const { chunk, rows, slots } = entry;
        const { marks } = slots;
        const { ops, first, edges, sources, externalValues } = chunk;
        let pending = entry.pending;
        for (let row = entry.top; pending > 0; row--) {
          if (marks[row] !== PENDING) continue;
          marks[row] = DONE;
          pending--;
          const stored = ops[row] as number;
          const id = stored < 0 ? ~stored : stored;
          if (stored < 0 && options.readFreed !== true) throw freed(chunk, row, opById(id));
          if (watched) {
            const g = slots.cotangents[row] as C;
            observer?.fires(chunk, row, g);
            if (route?.isTarget(chunk, row)) {
              deliver({ chunk, row }, g);
              if (route.stopAtTargets === true) continue;
            }
          }
          const begin = first[row] as number;
          const end = first[row + 1] as number;
          for (let edge = begin; edge < end; edge++) {
            const input = edges[edge] as number;
            const k = edge - begin;
            let fresh = false;
            let external: Node | null = null;
            if (input >= 0) {
              if (rows !== null && rows[input] === 0) continue;
              if (input >= row) throw cycle(opById(id));
              fresh = marks[input] !== PENDING;
              if (fresh) {
                marks[input] = PENDING;
                pending++;
              }
            } else {
              const source = sources[~input] as number;
              if (source === PLAIN) continue;
              if (source >= 0) {
                giveBack(run, entry, row, opById(id), k, ~input);
                continue;
              }
              const found = chunk.leafAt(~input) as Node;
              external = found;
              const leaf = found.leaf;
              if (leaf === null || leaf.requiresGrad !== true) continue;
              if (leaf.changedSince(externalValues[~input] as number))
                throw changed(found, opById(id));
              if (route !== undefined && !route.isTargetLeaf(found)) continue;
            }
            const c = contributionOf(run, entry, row, opById(id), k);
            if (external !== null) deliver(external, c);
            else put(kind, slots, input, c, fresh);
          }
          if (release && stored >= 0) ops[row] = ~stored;
          kind.done?.(slots, chunk, row, release);
        }
        entry.pending = 0;
      }
    } finally {
      for (const entry of opened) {
        // Only an error leaves rows pending; a later sweep must not take them for its own.
        if (entry.pending > 0) unmark(entry.slots.marks);
        kind.close(entry.chunk, entry.slots);
      }
    }
  };
}

/** What the parts of one sweep share. The parts are functions of their own: a small graph is swept in a microsecond. */
export interface Run<C> {
  kind: CotangentKind<C>;
  opened: Open<C>[];
  /** The opened chunks by serial, once an input led to an earlier one. */
  bySerial: Map<number, Open<C>> | null;
  reach: Reach;
  /** Rows are freed as they fire. */
  release: boolean;
  route: Route | undefined;
  observer: Observer<C> | undefined;
}

/** Opens a chunk, the first time that the sweep reaches it. */
function open<C>({ kind, opened, route }: Run<C>, chunk: Chunk): Open<C> {
  const rows = route === undefined ? null : (route.rows.get(chunk.serial) ?? nothing);
  const entry: Open<C> = { chunk, slots: kind.open(chunk), rows, pending: 0, top: -1 };
  opened.push(entry);
  return entry;
}

function put<C>(
  kind: CotangentKind<C>,
  { cotangents }: Slots<C>,
  row: number,
  c: C,
  fresh: boolean,
): void {
  cotangents[row] = fresh ? c : kind.add(cotangents[row] as C, c);
}

/** Adds a contribution to a row of a chunk that is not the one being swept. */
function give<C>(kind: CotangentKind<C>, entry: Open<C>, row: number, c: C): void {
  const { marks } = entry.slots;
  const fresh = marks[row] !== PENDING;
  put(kind, entry.slots, row, c, fresh);
  if (!fresh) return;
  marks[row] = PENDING;
  entry.pending++;
  if (row > entry.top) entry.top = row;
}

/** The earlier chunk with this serial, opened; `op` took an input from it. */
function openAt<C>(run: Run<C>, serial: number, op: Op): Open<C> {
  run.bySerial ??= new Map(run.opened.map(entry => [entry.chunk.serial, entry]));
  let entry = run.bySerial.get(serial);
  if (entry === undefined) {
    entry = open(run, run.reach.chunk(serial, op));
    run.bySerial.set(serial, entry);
  }
  return entry;
}

/** Hands an input in an earlier chunk its contribution; `external` is its number among the externals. */
export function giveBack<C>(
  run: Run<C>,
  entry: Open<C>,
  row: number,
  op: Op,
  k: number,
  external: number,
): void {
  const { serials, sources } = entry.chunk;
  const there = sources[external] as number;
  const serial = serials?.[external] as number;
  if (run.route !== undefined && run.route.rows.get(serial)?.[there] !== 1) return;
  const earlier = openAt(run, serial, op);
  give(run.kind, earlier, there, contributionOf(run, entry, row, op, k));
}

function contributionOf<C>(
  { kind, observer, reach }: Run<C>,
  { chunk, slots }: Open<C>,
  row: number,
  op: Op,
  k: number,
): C {
  const c = kind.contribution(slots.cotangents[row] as C, op, k, chunk, row, reach);
  observer?.contributes(chunk, row, k, kind.local(op, k, chunk, row, reach), c);
  return c;
}

const nothing = new Uint8Array(0);

function latest<C>(opened: readonly Open<C>[]): Open<C> | undefined {
  let found: Open<C> | undefined;
  for (const entry of opened) {
    if (entry.pending > 0 && (found === undefined || entry.chunk.serial > found.chunk.serial))
      found = entry;
  }
  return found;
}

function unmark(marks: Uint8Array): void {
  for (let row = 0; row < marks.length; row++) if (marks[row] === PENDING) marks[row] = IDLE;
}

/** Frees every node that `root` depends on, so that no sweep can run over them again. */
export function release(root: Node): void {
  for (const { chunk, rows } of reachable(root)) {
    for (const row of rows) chunk.free(row);
  }
}

/** Finds the chunks that a root depends on. */
export class Reach {
  declare readonly root: Node;
  private chunks: Map<number, Chunk> | null = null;
  private latestHome: Home | null = null;

  constructor(root: Node) {
    this.root = root;
  }

  /** Where a row of a chunk lives that may depend on whatever the root depends on. */
  home(chunk: Chunk): Home {
    const { links } = this.root;
    if (links === null) return chunk.home;
    if (this.latestHome?.chunk !== chunk) this.latestHome = new Home(chunk, links);
    return this.latestHome;
  }

  /** The chunk with this serial; `op` took an input from it. */
  chunk(serial: number, op: Op): Chunk {
    if (this.chunks === null) {
      this.chunks = new Map();
      if (this.root.chunk !== null) this.chunks.set(this.root.chunk.serial, this.root.chunk);
      for (const chunk of this.root.links?.chunks ?? []) this.chunks.set(chunk.serial, chunk);
    }
    const chunk = this.chunks.get(serial);
    if (chunk === undefined) {
      throw new NoGradientError(
        `${op.name}: an input of this node is no longer in memory; keep its Value`,
      );
    }
    return chunk;
  }
}

export function freed(chunk: Chunk, row: number, op: Op): GraphFreedError {
  const name = chunk.notes.get(row)?.name;
  return new GraphFreedError(
    `backward reached ${op.name}${name === undefined ? '' : ` "${name}"`}, whose graph an earlier backward pass has ` +
      'freed; run the forward pass again, or pass { retainGraph: true } to the earlier backward',
  );
}

export function changed(node: Node, op: Op): LeafChangedError {
  const name = node.leaf?.note.name;
  return new LeafChangedError(
    `${op.name}: its input leaf${name === undefined ? '' : ` "${name}"`} got new data after the graph was recorded, so ` +
      'the gradient would belong to neither; run backward before changing a leaf, or the forward pass again',
  );
}

export function cycle(op: Op): CycleError {
  return new CycleError(
    `${op.name}: this node takes itself as an input, directly or through others`,
  );
}

/** The op of a row, freed or not. */
export function opOf(chunk: Chunk, row: number): Op {
  const id = chunk.ops[row] as number;
  return opById(id < 0 ? ~id : id);
}

/**
 * Finds every row that `root`, or one of `others` in chunks that it depends on, depends on, earliest first; what lies behind
 * a row at which to `stop` is left out.
 */
export function reachable(
  root: Node,
  stop?: (chunk: Chunk, row: number) => boolean,
  others: readonly Place[] = [],
): { chunk: Chunk; rows: number[] }[] {
  const reach = new Reach(root);
  const marks = new Map<number, { chunk: Chunk; marks: Uint8Array; rows: number[] }>();
  const stack: [Chunk, number][] = [];
  const visit = (chunk: Chunk, row: number): void => {
    let entry = marks.get(chunk.serial);
    if (entry === undefined) {
      entry = { chunk, marks: new Uint8Array(chunk.length), rows: [] };
      marks.set(chunk.serial, entry);
    }
    if (entry.marks[row] !== 0) return;
    entry.marks[row] = 1;
    entry.rows.push(row);
    if (stop?.(chunk, row) !== true) stack.push([chunk, row]);
  };
  if (root.chunk !== null) {
    visit(root.chunk, root.row);
    for (const { serial, row } of others)
      visit(reach.chunk(serial, opOf(root.chunk, root.row)), row);
  }
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const [chunk, row] = top;
    const end = chunk.first[row + 1] as number;
    for (let edge = chunk.first[row] as number; edge < end; edge++) {
      const input = chunk.edges[edge] as number;
      if (input >= 0) visit(chunk, input);
      else {
        const place = chunk.placeAt(~input);
        if (place !== undefined) visit(reach.chunk(place.serial, opOf(chunk, row)), place.row);
      }
    }
  }
  const found = [...marks.values()].sort((a, b) => a.chunk.serial - b.chunk.serial);
  for (const entry of found) entry.rows.sort((a, b) => a - b);
  return found.map(({ chunk, rows }) => ({ chunk, rows }));
}

/** The route from `root` to `targets`: which rows lead to one of them. Looks no further than these where it may `stop`. */
export function routeTo(root: Node, targets: readonly Node[], stop = false): Route {
  const leaves = new Set<unknown>();
  const targetRows = new Map<number, Set<number>>();
  for (const target of targets) {
    if (target.chunk === null) leaves.add(target.leaf);
    else {
      const rows = targetRows.get(target.chunk.serial) ?? new Set();
      targetRows.set(target.chunk.serial, rows.add(target.row));
    }
  }
  const isTarget = (chunk: Chunk, row: number): boolean =>
    targetRows.get(chunk.serial)?.has(row) === true;
  const rows = new Map<number, Uint8Array>();
  for (const { chunk, rows: found } of reachable(root, stop ? isTarget : undefined)) {
    const leads = new Uint8Array(chunk.length);
    rows.set(chunk.serial, leads);
    for (const row of found) {
      if (isTarget(chunk, row)) leads[row] = 1;
      const end = chunk.first[row + 1] as number;
      for (let edge = chunk.first[row] as number; edge < end && leads[row] === 0; edge++) {
        if (leadsOn(chunk, chunk.edges[edge] as number, leads)) leads[row] = 1;
      }
    }
  }
  return {
    rows,
    isTarget,
    isTargetLeaf: node => leaves.has(node.leaf),
  };

  function leadsOn(chunk: Chunk, input: number, leads: Uint8Array): boolean {
    if (input >= 0) return leads[input] === 1;
    const place = chunk.placeAt(~input);
    if (place !== undefined) return rows.get(place.serial)?.[place.row] === 1;
    const leaf = chunk.leafAt(~input);
    return leaf !== undefined && leaves.has(leaf.leaf);
  }
}
