// What one process measures: one engine, one graph. Started by scalar.ts, prints its figures as JSON.

import { chain, dag, type Make, net, type Scalar, wire } from './graphs.ts';

/** What one process found out. */
export interface Figures {
  /** Time of one small graph. */
  nanoseconds: number;
  /** Milliseconds that a large graph takes in all: the first time, and when it is built again. */
  first: number;
  total: number;
  /** Milliseconds of each phase of it, when it is built again. */
  forward: number;
  backward: number;
  freed: number;
  /** MiB: the most that was resident, above what was before the graph. */
  peak: number;
  /** MiB: live memory early in a loop, and by how much it grew from there. */
  held: number;
  growth: number;
}

const collect = (globalThis as { gc?: () => void }).gc ?? ((): void => {});
const MEBI = 2 ** 20;

/** Time of one step of a small graph: built, swept and dropped. */
export function small<S extends Scalar<S>>(
  make: Make<S>,
  activation: 'tanh' | 'relu',
): Partial<Figures> {
  const step = net(make, activation);
  const run = (steps: number): number => {
    const start = performance.now();
    for (let k = 0; k < steps; k++) step().backward();
    return (performance.now() - start) / steps;
  };
  run(50_000);
  const times = Array.from({ length: 9 }, () => run(20_000));
  return { nanoseconds: 1e6 * median(times) };
}

/** How far back a node's inputs may lie, where it is not the one before. */
export type Window = 1_000 | 100_000 | 1_000_000;

/** How often the large graph is built, and how many of these times count: until then the heap grows to its size. */
const BUILT = 8;
const COUNTED = 5;

/** Time and memory of a graph of a million nodes, built over and over after the code is warm: a chain, or a random graph. */
export function large<S extends Scalar<S>>(make: Make<S>, window: Window | null): Partial<Figures> {
  const graph = prepare(make, 1_000_000, window);
  const small = prepare(make, 10_000, window);
  const warm = (times: number): void => {
    for (let k = 0; k < times; k++) small.build().backward();
  };
  warm(60);
  collect();
  const before = process.memoryUsage().rss;
  const runs: Run[] = [];
  let peak = 0;
  for (let k = 0; k < BUILT; k++) {
    // A collection of everything may take a function's compiled code with it.
    warm(20);
    runs.push(once(graph));
    if (k === 0) peak = process.resourceUsage().maxRSS / 1024 - before / MEBI;
  }
  const total = ({ forward, backward, freed }: Run): number => forward + backward + freed;
  const counted = runs.slice(-COUNTED);
  const part = (time: (run: Run) => number): number => median(counted.map(time));
  return {
    first: total(runs[0] as Run),
    total: part(total),
    forward: part(run => run.forward),
    backward: part(run => run.backward),
    freed: part(run => run.freed),
    peak,
  };
}

type Run = Pick<Figures, 'forward' | 'backward' | 'freed'>;

function once<S extends Scalar<S>>({ build, drop }: Graph<S>): Run {
  const run = { forward: 0, backward: 0, freed: 0 };
  let start = performance.now();
  const lap = (name: keyof Run): void => {
    run[name] = performance.now() - start;
    start = performance.now();
  };
  let root: S | null = build();
  lap('forward');
  root.backward();
  lap('backward');
  root = null;
  drop();
  start = performance.now();
  collect();
  lap('freed');
  return run;
}

/** A graph to be built again and again, and the program's own hold on its nodes, which it can let go. */
interface Graph<S> {
  build(): S;
  drop(): void;
}

function prepare<S extends Scalar<S>>(
  make: Make<S>,
  nodes: number,
  window: Window | null,
): Graph<S> {
  if (window === null) return { build: () => chain(make, nodes), drop: () => {} };
  const wiring = wire(nodes, window);
  const kept: (S | null)[] = new Array(Math.min(nodes, window)).fill(null);
  return {
    build: () => dag(make, wiring, kept),
    drop: () => {
      kept.fill(null);
    },
  };
}

/** Two million small graphs one after the other: how far the live memory strays. */
export function loop<S extends Scalar<S>>(
  make: Make<S>,
  variant: 'backward' | 'forward' | 'kept',
  steps = 2_000_000,
): Partial<Figures> {
  const a = make(0.5);
  const b = make(-0.25);
  const kept = variant === 'kept' ? a.mul(b) : b;
  const marks: number[] = [];
  let sum = 0;
  const start = performance.now();
  for (let k = 0; k < steps; k++) {
    const y = a.mul(kept).add(b).tanh().mul(kept);
    if (variant === 'backward') y.backward();
    sum += y.data;
    if ((k + 1) % (steps / 10) === 0) {
      // Twice: what typed arrays stood in is given back a little after the first time.
      collect();
      collect();
      marks.push(held());
    }
  }
  const time = performance.now() - start;
  if (!Number.isFinite(sum)) throw new Error('the loop went astray');
  // The first mark is when everything is warm.
  const [first = 0, ...rest] = marks;
  return { growth: Math.max(...rest) - first, held: first, nanoseconds: (1e6 * time) / steps };
}

/** Live memory in MiB. */
function held(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / MEBI;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}
