// What one process measures: one engine, one graph. Started by scalar.ts, prints its figures as JSON.

import { chain, dag, type Make, net, type Scalar, wire } from './graphs.ts';

/** What one process found out. */
export interface Figures {
  /** Time of one small graph. */
  nanoseconds: number;
  /** Milliseconds of each phase of a large graph. */
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

/** Time and memory of one graph of a million nodes, after the code is warm: a chain, or a random graph. */
export function large<S extends Scalar<S>>(make: Make<S>, window: Window | null): Partial<Figures> {
  const build = prepare(make, 1_000_000, window);
  const small = prepare(make, 10_000, window);
  const warm = (times: number): void => {
    for (let k = 0; k < times; k++) small().backward();
  };
  warm(60);
  collect();
  const before = process.memoryUsage().rss;
  // A collection of everything may take a function's compiled code with it.
  warm(20);
  const figures: Partial<Figures> = {};
  let start = performance.now();
  const lap = (name: 'forward' | 'backward' | 'freed'): void => {
    figures[name] = performance.now() - start;
    start = performance.now();
  };
  let root: S | null = build();
  lap('forward');
  root.backward();
  lap('backward');
  figures.peak = process.resourceUsage().maxRSS / 1024 - before / MEBI;
  root = null;
  start = performance.now();
  collect();
  lap('freed');
  return figures;
}

function prepare<S extends Scalar<S>>(
  make: Make<S>,
  nodes: number,
  window: Window | null,
): () => S {
  if (window === null) return () => chain(make, nodes);
  const wiring = wire(nodes, window);
  return () => dag(make, wiring, window);
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
