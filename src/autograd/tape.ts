// Where recorded nodes live: columns of typed arrays, cut into chunks that the garbage collector frees one by one.
//
// A node is a row: its op, its inputs, its value. Rows cost a few dozen bytes and no object each, which is what makes a
// million-node graph cheap. An input is written as one integer: a row of the same chunk (≥ 0), or the complement ~k of
// an entry k of the chunk's table of externals: a plain number, a leaf, or a row of an earlier chunk. That table is
// columns as well: what stands in typed arrays the garbage collector never looks at.
//
// What keeps memory flat: a chunk never points at another chunk. If it did, one small graph lying across each border
// would tie every chunk to the one before it, for ever. The handles of nodes that depend on earlier chunks hold those
// chunks instead (Home), so a chunk lives exactly as long as a handle of a graph that needs it.

import type { NDArray } from '../ndarray/array.ts';
import type { ScopeCall } from './scope-names.ts';

const SMALLEST = 4096;
const LARGEST = 1 << 17;

/** Rows of tensors are few and heavy: small chunks, begun anew after so many bytes, so that little is held for long. */
const TENSOR_ROWS = 256;
const TENSOR_BYTES = 16 * 2 ** 20;

/** Where the creation numbers of tensors begin: tensors depend on values, never the other way round, so they come later. */
const TENSOR_BASE = 2 ** 44;
const TENSOR_SERIAL = 2 ** 29;

/** What a row of a tensor holds beside the columns; dropped when the row is freed. In `values` it has its version. */
export interface Payload {
  array: NDArray;
  /** Plain parameters of the op, such as dimensions. */
  params: unknown;
  /** Told of the cotangent of the row, where someone asked to keep it. */
  keep?: ((cotangent: unknown) => void) | undefined;
}

/** What the user said about a node: seldom present, so it is kept beside the columns. */
export interface Note {
  name?: string;
  scope?: ScopeCall;
  source?: { file: string; line: number; column: number };
  /** For a node that a recorded sweep made: the row that was handing its cotangent on. */
  origin?: Place;
}

/** Where a row is: the serial of its chunk, and its place there. Holds no chunk. */
export interface Place {
  serial: number;
  row: number;
}

/** What the sweep needs of a leaf, whatever kind of operand it is. */
export interface LeafState {
  readonly requiresGrad: boolean;
  readonly note: Note;
  /** Whether the leaf got new data since a graph noted `stamp`. */
  changedSince(stamp: number): boolean;
}

/** A node of a graph: a row of a chunk, or a leaf. Every recorded kind of operand is one. */
export interface Node {
  readonly chunk: Chunk | null;
  /** The row in that chunk; −1 for a leaf. */
  readonly row: number;
  /** Earlier chunks that this node depends on. */
  readonly links: Links | null;
  readonly leaf: LeafState | null;
}

/** The row of what is no row but a leaf. */
export const LEAF = -1;

/** State of a row during and after a sweep. */
export const IDLE = 0;
export const PENDING = 1;
export const DONE = 2;

/** The source of an external that is a plain number. */
export const PLAIN = -1;

// Fields that a constructor sets are only declared in the classes below. Defined as class fields they would be undefined
// for a moment, and the JavaScript engine would never again know them to be small integers, numbers or typed arrays.

/** A run of consecutive rows. */
export class Chunk {
  /** Creation number of the first row. */
  declare readonly base: number;
  /** How many chunks there were before this one: tells chunks apart and orders them. */
  declare readonly serial: number;
  declare readonly capacity: number;
  /** Rows in use. */
  length = 0;
  /** Op id; its complement once the node was freed by a backward pass. */
  declare readonly ops: Int16Array;
  declare readonly values: Float64Array;
  /** Inputs of row i stand in `edges` from `first[i]` to `first[i + 1]`. */
  declare readonly first: Int32Array;
  declare edges: Int32Array;
  /** How many externals there are. */
  externals = 0;
  /** What an edge ~k refers to: the row of an earlier chunk, {@link PLAIN}, or PLAIN − 1 − j for leaf j. */
  declare sources: Int32Array;
  /** The serial of that earlier chunk; null while no input lives in one. */
  serials: Int32Array | null = null;
  readonly leaves: Node[] = [];
  /** The value that each external had when it was recorded; for a leaf this is the stamp that tells changes. */
  declare externalValues: Float64Array;
  readonly notes = new Map<number, Note>();
  /** By row, in a chunk of tensors; null in a chunk of values. */
  declare readonly payloads: (Payload | undefined)[] | null;
  /** Bytes that the arrays of its rows came with. */
  bytes = 0;
  /** Cotangents of the latest numeric backward pass and how far each row is; made when first needed. */
  cotangents: Float64Array | null = null;
  marks: Uint8Array | null = null;
  /** A numeric sweep is using `cotangents` and `marks`. */
  busy = false;
  /** Sets of earlier chunks handed out to rows of this chunk: see {@link connect}. */
  private linkSets = 0;
  private sharedHome: Home | null = null;
  /** Where its rows live that depend on no earlier chunk. */
  declare readonly home: Home;

  constructor(base: number, serial: number, capacity: number, tensors = false) {
    this.payloads = tensors ? [] : null;
    this.base = base;
    this.serial = serial;
    this.capacity = capacity;
    // One piece of memory for all columns: the small chunks of small graphs are made often.
    const memory = new ArrayBuffer(22 * capacity + 4);
    this.values = new Float64Array(memory, 0, capacity);
    this.edges = new Int32Array(memory, 8 * capacity, 2 * capacity);
    this.first = new Int32Array(memory, 16 * capacity, capacity + 1);
    this.ops = new Int16Array(memory, 20 * capacity + 4, capacity);
    // Few rows take an external of their own: a leaf has one entry in a chunk, however often it is used.
    this.externalValues = new Float64Array(capacity >> 3);
    this.sources = new Int32Array(capacity >> 3);
    this.home = new Home(this, null);
  }

  /** Notes an input that is a plain number, or a leaf with the stamp it has now. */
  external(leaf: Node | null, value: number): number {
    return this.enter(leaf === null ? PLAIN : PLAIN - this.leaves.push(leaf), value);
  }

  /** Notes an input that is a row of an earlier chunk. */
  elsewhere(chunk: Chunk, row: number): number {
    const edge = this.enter(row, chunk.values[row] as number);
    this.serials ??= new Int32Array(this.sources.length);
    this.serials[~edge] = chunk.serial;
    return edge;
  }

  /** The leaf that external k is; undefined where it is none. */
  leafAt(k: number): Node | undefined {
    return this.leaves[PLAIN - 1 - (this.sources[k] as number)];
  }

  /** Where external k is, in an earlier chunk; undefined where it is no row. */
  placeAt(k: number): Place | undefined {
    const row = this.sources[k] as number;
    return row < 0 ? undefined : { serial: this.serials?.[k] as number, row };
  }

  /** Frees a row: no sweep can run over it again, and what it held can go. */
  free(row: number): void {
    const id = this.ops[row] as number;
    if (id >= 0) this.ops[row] = ~id;
    if (this.payloads !== null) this.payloads[row] = undefined;
  }

  /** Value of the input that `edge` refers to. */
  inputValue(edge: number): number {
    const input = this.edges[edge] as number;
    return input >= 0 ? (this.values[input] as number) : (this.externalValues[~input] as number);
  }

  private enter(source: number, value: number): number {
    const k = this.externals++;
    if (k === this.sources.length) this.growExternals();
    this.sources[k] = source;
    this.externalValues[k] = value;
    return ~k;
  }

  private growExternals(): void {
    // A chunk that has many of them has one for about every row. What is not used yet is not there yet either.
    const length = Math.max(this.capacity, 2 * this.sources.length);
    const grown = <A extends Float64Array | Int32Array>(column: A, larger: A): A => {
      larger.set(column);
      return larger;
    };
    this.externalValues = grown(this.externalValues, new Float64Array(length));
    this.sources = grown(this.sources, new Int32Array(length));
    if (this.serials !== null) this.serials = grown(this.serials, new Int32Array(length));
  }

  /** Makes room for a row with `count` inputs, so that all rows after it still have room for two each. */
  reserve(count: number): void {
    const used = this.first[this.length] as number;
    const needed = used + count + 2 * (this.capacity - this.length - 1);
    if (needed <= this.edges.length) return;
    const edges = new Int32Array(Math.max(needed, Math.ceil(1.5 * this.edges.length)));
    edges.set(this.edges);
    this.edges = edges;
  }

  /** Where a row lives that takes an input from an earlier chunk. */
  newHome(): Home {
    // Sharing one set after the first few bounds the bookkeeping of graphs that refer back from every node.
    if (this.linkSets < 64) {
      this.linkSets++;
      return new Home(this, new Links(this.serial));
    }
    this.sharedHome ??= new Home(this, new Links(this.serial));
    return this.sharedHome;
  }

  note(row: number): Note {
    let note = this.notes.get(row);
    if (note === undefined) {
      note = {};
      this.notes.set(row, note);
    }
    return note;
  }
}

/** Where nodes live: their chunk, and the earlier chunks that they depend on. One object for many handles, as handles are many. */
export class Home {
  declare readonly chunk: Chunk;
  declare readonly links: Links | null;
  /** The values of the chunk: a step less to each number. */
  declare readonly values: Float64Array;

  constructor(chunk: Chunk, links: Links | null) {
    this.chunk = chunk;
    this.links = links;
    this.values = chunk.values;
  }
}

/** The earlier chunks that a node of one chunk depends on, directly or not. Held by handles only. */
export class Links {
  readonly chunks = new Set<Chunk>();
  declare private readonly owner: number;
  /** Smallest serial in the set. */
  private low = Number.POSITIVE_INFINITY;
  /** Holds every chunk from `low` up to its owner, as in a large graph; then most additions are known at a glance. */
  private complete = false;

  constructor(owner: number) {
    this.owner = owner;
  }

  add(chunk: Chunk): void {
    if (this.complete && chunk.serial >= this.low) return;
    this.chunks.add(chunk);
    this.low = Math.min(this.low, chunk.serial);
    this.complete = this.chunks.size === this.owner - this.low;
  }

  /** Adds what a node with links `other` depends on. */
  addAll(other: Links): void {
    if (this.complete && other.low >= this.low) return;
    for (const chunk of other.chunks) if (chunk.serial < this.owner) this.add(chunk);
  }
}

let current = new Chunk(0, 0, SMALLEST);
let currentTensors = new Chunk(TENSOR_BASE, TENSOR_SERIAL, TENSOR_ROWS, true);

/** The chunk that takes the next row of a tensor whose array has so many bytes. */
export function tensorChunkFor(bytes: number): Chunk {
  const { base, length, capacity, serial } = currentTensors;
  if (length === capacity || (length > 0 && currentTensors.bytes > TENSOR_BYTES)) {
    currentTensors = new Chunk(base + length, serial + 1, TENSOR_ROWS, true);
  }
  currentTensors.bytes += bytes;
  return currentTensors;
}

/** The chunk that takes the next row. It has room for two inputs; {@link Chunk.reserve} makes room for more. */
export function chunkFor(a: Node | number | undefined, b: Node | number | undefined): Chunk {
  const chunk = current;
  return chunk.length === chunk.capacity ? nextChunk(chunk, a, b) : chunk;
}

/** The number that the next node will get. */
export function nextNumber(): number {
  return current.base + current.length;
}

/** The number that the next tensor will get. */
export function nextTensorNumber(): number {
  return currentTensors.base + currentTensors.length;
}

function nextChunk(full: Chunk, a: Node | number | undefined, b: Node | number | undefined): Chunk {
  // A graph that already spans the chunk before the full one is large and gets larger chunks; a loop of small graphs
  // stays with small ones.
  const spans = reaches(a, full.serial - 1) || reaches(b, full.serial - 1);
  const capacity = spans ? Math.min(2 * full.capacity, LARGEST) : SMALLEST;
  current = new Chunk(full.base + full.length, full.serial + 1, capacity);
  return current;
}

function reaches(input: Node | number | undefined, serial: number): boolean {
  if (typeof input !== 'object') return false;
  for (const chunk of input.links?.chunks ?? []) if (chunk.serial === serial) return true;
  return false;
}

/**
 * The home of a new row with an input that lives at `other`: `home` is what the inputs before it came to, at first
 * that of the chunk itself.
 */
export function connect(home: Home, other: Home): Home {
  if (other.chunk !== home.chunk) {
    const joined = home.links === null ? home.chunk.newHome() : home;
    const links = joined.links as Links;
    links.add(other.chunk);
    if (other.links !== null) links.addAll(other.links);
    return joined;
  }
  if (other.links === null || other.links === home.links) return home;
  if (home.links === null) return other;
  home.links.addAll(other.links);
  return home;
}
