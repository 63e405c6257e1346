// The scalar engine against micrograd: small graphs, large graphs, long loops. Every measurement runs in a process of its
// own, the engines take turns, and what counts are ratios of medians; a machine that slows down slows down both.

import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Bare } from './bare.ts';
import type { Make, Scalar } from './graphs.ts';
import { type Figures, large, loop, median, small } from './measure.ts';
import { Value } from './micrograd.ts';

type Engine = 'seegrad' | 'after' | 'recorded' | 'micrograd' | 'bare';
type Task = 'tanh' | 'relu' | Large | 'backward' | 'forward' | 'kept';
type Large = 'chain' | 'near' | 'far' | 'anywhere';

const [child, task] = process.argv.slice(2) as [Engine | undefined, Task | undefined];
if (child === undefined || task === undefined) report();
else console.log(JSON.stringify(await measure(child, task)));

async function measure(engine: Engine, task: Task): Promise<Partial<Figures>> {
  if (engine === 'micrograd') return run((data: number) => new Value(data), task);
  if (engine === 'bare') return run((data: number) => new Bare(data), task);
  const { value } = await import('../src/autograd/value.ts');
  await import('../src/ops/index.ts');
  if (engine === 'recorded') await (await import('./pollute.ts')).recordOnce();
  if (engine === 'after') await (await import('./pollute.ts')).everything();
  return run(value as unknown as Make<Value>, task);
}

function run<S extends Scalar<S>>(make: Make<S>, task: Task): Partial<Figures> {
  switch (task) {
    case 'tanh':
    case 'relu':
      return small(make, task);
    case 'chain':
      return large(make, null);
    case 'near':
      return large(make, 1_000);
    case 'far':
      return large(make, 100_000);
    case 'anywhere':
      return large(make, 1_000_000);
    default:
      return loop(make, task);
  }
}

/** Runs the engines in turn and takes the median of each figure. */
function compare(task: Task, engines: readonly Engine[], rounds: number): Figures[] {
  const seen = engines.map((): Figures[] => []);
  for (let round = 0; round < rounds; round++) {
    engines.forEach((engine, k) => {
      const self = fileURLToPath(import.meta.url);
      const { stdout } = spawnSync(process.execPath, ['--expose-gc', self, engine, task], {
        stdio: ['ignore', 'pipe', 'inherit'],
        encoding: 'utf8',
      });
      seen[k]?.push(JSON.parse(stdout) as Figures);
    });
  }
  return seen.map(all => {
    const names = Object.keys(all[0] ?? {}) as (keyof Figures)[];
    const medians = names.map(name => [name, median(all.map(figures => figures[name]))]);
    return Object.fromEntries(medians) as Figures;
  });
}

function report(): void {
  const [cpu] = cpus();
  console.log(
    `${cpu?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`,
  );
  console.log('medians of runs that take turns; ratio = micrograd / seegrad\n');
  reportSmall();
  reportLarge();
  reportLoops();
}

function reportSmall(): void {
  print(['42 nodes, rebuilt', 'seegrad', 'after others', 'micrograd', 'ratio', 'target']);
  for (const task of ['relu', 'tanh'] as const) {
    const [plain, after, recorded, other] = compare(
      task,
      ['seegrad', 'after', 'recorded', 'micrograd'],
      11,
    ).map(figures => figures.nanoseconds) as [number, number, number, number];
    const us = (ns: number): string => `${(ns / 1000).toFixed(2)} µs`;
    print([`  ${task} net`, us(plain), us(after), us(other), ratio(other, plain), '≥ 3×']);
    print(['  after record, vs never', us(recorded), '', '', ratio(recorded, plain), '1.00×']);
  }
  console.log('  "after others": once derive, jacobian, hessian and jvp have run in the process');
  console.log(
    '  tanh and its slope are good to a few ulp here, also in the tails; micrograd takes 1 − t²\n',
  );
}

function reportLarge(): void {
  print(['a million nodes, rebuilt', 'seegrad', '', 'micrograd', 'ratio', 'target']);
  const names: Record<Large, string> = {
    chain: 'chain',
    near: 'random, latest 1,000',
    far: 'random, latest 100,000',
    anywhere: 'random, all earlier',
  };
  for (const task of ['chain', 'near', 'far', 'anywhere'] as const) {
    const [mine, other] = compare(task, ['seegrad', 'micrograd'], 3) as [Figures, Figures];
    const line = (name: string, key: keyof Figures, unit = 'ms', target = ''): void =>
      print([
        `  ${name}`,
        `${mine[key].toFixed(0)} ${unit}`,
        '',
        `${other[key].toFixed(0)} ${unit}`,
        ratio(other[key], mine[key]),
        target,
      ]);
    line(names[task], 'total', 'ms', '≥ 5×');
    for (const part of ['forward', 'backward', 'freed'] as const) line(`  ${part}`, part);
    line('  the first time', 'first');
    line('  peak memory', 'peak', 'MiB');
  }
  const [bare] = compare('anywhere', ['bare'], 3);
  if (bare !== undefined) print(['    forward, nothing recorded', `${bare.forward.toFixed(0)} ms`]);
  console.log('  the last line: one object and one number a node, over the same random graph\n');
}

function reportLoops(): void {
  print(['two million small graphs', 'time each', 'held', 'growth', '', 'target']);
  const names = {
    backward: 'with backward',
    forward: 'forward only',
    kept: 'forward only, on a kept node',
  };
  for (const task of ['backward', 'forward', 'kept'] as const) {
    const [figures] = compare(task, ['seegrad'], 1);
    if (figures === undefined) continue;
    const { nanoseconds, held, growth } = figures;
    print([
      `  ${names[task]}`,
      `${nanoseconds.toFixed(0)} ns`,
      `${held.toFixed(1)} MiB`,
      `${growth.toFixed(2)} MiB`,
      '',
      'flat',
    ]);
  }
}

function ratio(a: number, b: number): string {
  return `${(a / b).toFixed(2)}×`;
}

function print(cells: readonly string[]): void {
  const [head = '', ...rest] = cells;
  console.log((head.padEnd(32) + rest.map(cell => cell.padStart(14)).join('')).trimEnd());
}
