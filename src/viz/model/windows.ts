// Windows: which elements of the inputs of an op make an element of its result, and which elements of the result send
// gradients back to an element of an input. Read from what the op declared in the trace; no op is known by name.

import type { TraceNode, TraceParam } from '../../autograd/trace.ts';

/** How terms make an element of the result: see `Window` in docs/trace.md. */
export type WindowKind = 'sum' | 'mean' | 'max' | 'share';
const KINDS: readonly WindowKind[] = ['sum', 'mean', 'max', 'share'];

/** A tensor of a window: for each axis the constant and the coefficients of the labels. */
interface Side {
  readonly shape: readonly number[];
  readonly rows: readonly (readonly number[])[];
}

export interface TensorWindow {
  readonly kind: WindowKind;
  readonly labels: readonly number[];
  /** The result, then the inputs. */
  readonly sides: readonly Side[];
  /** Sides that are no factor but added once. */
  readonly added: readonly number[];
  readonly scale: number;
}

/** One assignment of the labels: the element of each side, as flat indices. */
export type Term = readonly number[];

export interface Terms {
  readonly terms: readonly Term[];
  /** There are more than these. */
  readonly cut: boolean;
}

/** Bounds on what a trace may ask for. */
const MOST_LABELS = 32;
const MOST_TERMS = 4096;
const MOST_VISITS = 400_000;

/** The window that a node declares; undefined where there is none, or where it makes no sense. */
export function windowOf(nodes: readonly TraceNode[], id: number): TensorWindow | undefined {
  const node = nodes[id];
  const params = node?.params;
  const kind = KINDS.find(it => it === params?.['window']);
  const labels = listOf(params?.['window.labels']);
  if (node === undefined || params === undefined || kind === undefined || labels === undefined) {
    return undefined;
  }
  if (labels.length > MOST_LABELS || !labels.every(isSize)) return undefined;
  const tables = [params['window.y'], ...node.inputs.map((_, k) => params[`window.${k}`])];
  const owners = [node, ...node.inputs.map(input => nodes[input])];
  const sides: Side[] = [];
  for (const [k, table] of tables.entries()) {
    const rows = rowsOf(table, labels.length + 1);
    const shape = owners[k]?.shape ?? [];
    if (rows === undefined || rows.length !== shape.length) return undefined;
    sides.push({ shape, rows });
  }
  const added = (listOf(params['window.added']) ?? []).map(k => k + 1);
  const scale = params['window.scale'] ?? 1;
  const sound =
    typeof scale === 'number' &&
    added.every(k => Number.isInteger(k) && k >= 1 && k < sides.length) &&
    added.length < sides.length - 1 &&
    (kind === 'sum' || sides.length === 2);
  return sound ? { kind, labels, sides, added, scale } : undefined;
}

function listOf(param: TraceParam | undefined): readonly number[] | undefined {
  return Array.isArray(param) ? param : undefined;
}

function isSize(x: number): boolean {
  return Number.isSafeInteger(x) && x > 0;
}

function rowsOf(param: TraceParam | undefined, width: number): number[][] | undefined {
  const list = listOf(param);
  if (list === undefined || list.length % width !== 0 || !list.every(Number.isSafeInteger)) {
    return undefined;
  }
  return Array.from({ length: list.length / width }, (_, i) =>
    list.slice(i * width, (i + 1) * width),
  );
}

/** All terms that an element of one side takes part in, in the order of the labels. */
export function termsThrough(window: TensorWindow, side: number, cell: number): Terms {
  const target = window.sides[side];
  if (target === undefined) return { terms: [], cut: false };
  return new Search(window, side, target, cell).run();
}

/** Tries the labels one after the other, and gives up early where an axis can no longer come to its index. */
class Search {
  private readonly terms: Term[] = [];
  private visits = 0;
  private cut = false;
  private readonly chosen: number[];
  /** What each axis still lacks. */
  private readonly lacks: number[];
  /** For each axis and label the least and the most that the labels from there on can add. */
  private readonly least: number[][];
  private readonly most: number[][];
  /** How many values each label takes: one where the side that is added does not depend on it. */
  private readonly counts: readonly number[];
  private readonly checked: readonly Side[];

  private readonly window: TensorWindow;
  private readonly target: Side;

  constructor(window: TensorWindow, side: number, target: Side, cell: number) {
    this.window = window;
    this.target = target;
    const { labels, sides, added } = window;
    const isAdded = added.includes(side);
    const [y] = sides;
    const still = (label: number): boolean =>
      isAdded && y?.rows.every(row => row[label + 1] === 0) === true;
    this.counts = labels.map((size, label) => (still(label) ? 1 : size));
    this.checked = sides.filter((_, k) => (isAdded ? k === 0 || k === side : !added.includes(k)));
    this.chosen = labels.map(() => 0);
    const place = indicesOf(cell, target.shape);
    this.lacks = target.rows.map((row, d) => (place[d] ?? 0) - (row[0] ?? 0));
    this.least = target.rows.map(row => this.ahead(row, Math.min));
    this.most = target.rows.map(row => this.ahead(row, Math.max));
  }

  private ahead(row: readonly number[], better: (a: number, b: number) => number): number[] {
    const sums = new Array<number>(this.counts.length + 1).fill(0);
    for (let label = this.counts.length - 1; label >= 0; label--) {
      const reach = (row[label + 1] ?? 0) * ((this.counts[label] ?? 1) - 1);
      sums[label] = (sums[label + 1] ?? 0) + better(0, reach);
    }
    return sums;
  }

  run(): Terms {
    this.from(0);
    return { terms: this.terms, cut: this.cut };
  }

  private from(label: number): void {
    if (this.cut) return;
    if (++this.visits > MOST_VISITS || this.terms.length >= MOST_TERMS) {
      this.cut = true;
      return;
    }
    const possible = this.lacks.every(
      (lack, d) => lack >= (this.least[d]?.[label] ?? 0) && lack <= (this.most[d]?.[label] ?? 0),
    );
    if (!possible) return;
    if (label === this.counts.length) {
      this.enter();
      return;
    }
    const count = this.counts[label] ?? 1;
    for (let value = 0; value < count && !this.cut; value++) {
      this.chosen[label] = value;
      this.move(label, -value);
      this.from(label + 1);
      this.move(label, value);
    }
    this.chosen[label] = 0;
  }

  private move(label: number, by: number): void {
    this.target.rows.forEach((row, d) => {
      this.lacks[d] = (this.lacks[d] ?? 0) + by * (row[label + 1] ?? 0);
    });
  }

  private enter(): void {
    if (!this.checked.every(side => this.place(side) >= 0)) return;
    this.terms.push(this.window.sides.map(side => this.place(side)));
  }

  /** The flat index on a side; −1 outside of it, in the padding. */
  private place({ shape, rows }: Side): number {
    let flat = 0;
    for (const [d, row] of rows.entries()) {
      const size = shape[d] ?? 1;
      const index = this.chosen.reduce(
        (sum, value, k) => sum + value * (row[k + 1] ?? 0),
        row[0] ?? 0,
      );
      if (index < 0 || index >= size) return -1;
      flat = flat * size + index;
    }
    return flat;
  }
}

/** The indices of an element from its place in order. */
export function indicesOf(flat: number, shape: readonly number[]): number[] {
  const indices: number[] = [];
  let rest = flat;
  for (let d = shape.length - 1; d >= 0; d--) {
    const size = Math.max(1, shape[d] ?? 1);
    indices.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return indices;
}

/** The same as it is written: `[1, 2]`. */
export function placeOf(flat: number, shape: readonly number[]): string {
  return `[${indicesOf(flat, shape).join(', ')}]`;
}
