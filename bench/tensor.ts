// Tensor programs in seegrad beside TensorFlow.js and jax-js, in one process. The engines take turns, each figure is a
// median, and no figure is printed before the engines have agreed on the result.

import { cpus } from 'node:os';
import { instantiate } from '../src/ndarray/wasm/assemble.ts';
import { jax } from './in-jax.ts';
import { seegrad } from './in-seegrad.ts';
import { tfjs } from './in-tfjs.ts';
import { median } from './measure.ts';
import {
  chain,
  cnn,
  type Engine,
  matmul,
  mlp,
  type Program,
  type Task,
  transformer,
} from './tasks.ts';

/** Milliseconds that a program runs for in each round, and before the first one, until its code is compiled. */
const SLICE = 80;
const WARM = 1000;
const ROUNDS = 11;
/** Sums of the loop in registers: enough to hide how long an addition takes. */
const SUMS = 12;
/** Greatest relative difference between engines. */
const AGREE = 1e-4;

interface Entry {
  readonly engine: Engine;
  readonly program: Program;
  readonly times: number[];
}

const engines = [seegrad, ...(await tfjs()), ...(await jax())];
const only = process.argv[2];

console.log(`${cpus()[0]?.model}, Node ${process.version}; medians of rounds that take turns`);
console.log('ratio = that engine / seegrad; – where it cannot\n');
print(['', ...engines.map(engine => engine.name)]);
for (const n of [64, 128, 256, 512, 1024]) {
  await compare(`matmul ${n}`, () => matmul(n), 2 * n ** 3);
}
await compare('elementwise chain, 1e3', () => chain(1e3));
await compare('elementwise chain, 1e6', () => chain(1e6));
await compare('MLP step', mlp);
await compare('CNN step', cnn);
await compare('transformer layer step', transformer);

async function compare(name: string, task: () => Task, operations?: number): Promise<void> {
  if (only !== undefined && !name.includes(only)) return;
  const given = task();
  const entries: Entry[] = [];
  for (const engine of engines) {
    await engine.activate();
    const program = engine.prepare(given);
    if (program !== null) entries.push({ engine, program, times: [] });
  }
  await agree(name, entries);
  for (const { engine, program } of entries) {
    await engine.activate();
    await time(program, WARM);
  }
  const peaks: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    if (operations !== undefined) peaks.push(peak());
    for (const { engine, program, times } of entries) {
      await engine.activate();
      times.push(await time(program));
    }
  }
  const of = (engine: Engine): number =>
    median(entries.find(entry => entry.engine === engine)?.times ?? []);
  const mine = of(seegrad);
  print([name, ...engines.map(engine => milliseconds(of(engine)))]);
  print(['  ratio', ...engines.map(engine => ratio(of(engine) / mine))]);
  if (operations === undefined) return;
  const rate = (ms: number): string =>
    Number.isNaN(ms) ? '–' : `${(operations / ms / 1e6).toFixed(1)}`;
  print(['  GFLOP/s', ...engines.map(engine => rate(of(engine)))]);
  const best = Math.min(...(entries[0]?.times ?? []));
  const top = Math.max(...peaks);
  const share = ((100 * operations) / best / 1e6 / top).toFixed(0);
  console.log(
    `  best of seegrad ${rate(best)}: ${share} % of the ${top.toFixed(1)} of a loop in registers`,
  );
}

/** Runs the engines side by side for a few steps. */
async function agree(name: string, entries: readonly Entry[]): Promise<void> {
  for (let step = 0; step < 3; step++) {
    const values: number[] = [];
    for (const { engine, program } of entries) {
      await engine.activate();
      await program.run();
      values.push(await program.value());
    }
    const [mine = Number.NaN, ...others] = values;
    if (others.every(value => Math.abs(value - mine) <= AGREE * Math.abs(mine))) continue;
    const list = entries.map(({ engine }, k) => `${engine.name} ${values[k]}`).join(', ');
    throw new Error(`${name}, step ${step}: the engines do not agree: ${list}`);
  }
}

/** Milliseconds for one run. */
async function time(program: Program, least = SLICE): Promise<number> {
  const start = performance.now();
  let runs = 0;
  let now = start;
  while (now - start < least) {
    await program.run();
    runs++;
    now = performance.now();
  }
  return (now - start) / runs;
}

let registers: ((turns: number) => number) | undefined;

/** GFLOP/s of multiplications and additions of vectors that never leave the registers. */
function peak(): number {
  registers ??= registerLoop();
  const turns = 200_000;
  const start = performance.now();
  registers(turns);
  return (turns * SUMS * 8) / (performance.now() - start) / 1e6;
}

function registerLoop(): (turns: number) => number {
  const sums = Array.from({ length: SUMS }, (_, k) => `$s${k}`);
  const text = `(func (export "loop") (param $n i32) (result f32)
    ${[...sums, '$x', '$y'].map(name => `(local ${name} v128)`).join(' ')}
    (local.set $x (f32x4.splat (f32.const 0.999)))
    (local.set $y (f32x4.splat (f32.const 0.001)))
    (loop $next
      ${sums.map(s => `(local.set ${s} (f32x4.add (f32x4.mul (local.get ${s}) (local.get $x)) (local.get $y)))`).join('\n')}
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (f32x4.extract_lane 0 ${sums.map(s => `(local.get ${s})`).reduce((a, b) => `(f32x4.add ${a} ${b})`)}))`;
  return instantiate(text, ['loop']).loop;
}

function milliseconds(ms: number): string {
  return Number.isNaN(ms) ? '–' : `${ms < 10 ? ms.toFixed(3) : ms.toFixed(1)} ms`;
}

function ratio(r: number): string {
  return Number.isNaN(r) ? '–' : `${r.toFixed(2)}×`;
}

function print([head = '', ...rest]: readonly string[]): void {
  console.log((head.padEnd(24) + rest.map(cell => cell.padStart(13)).join('')).trimEnd());
}
