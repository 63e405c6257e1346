// Reads the PyTorch fixtures (test/fixtures/torch/README.md describes them), runs their cases, and compares.

import { readdirSync, readFileSync } from 'node:fs';
import * as seegrad from '../../src/index.ts';
import { hashedNumbers } from './hashed-numbers.ts';

const FOLDER = new URL('../fixtures/torch/', import.meta.url);

type Stored = readonly (number | string)[] | 0;

/** A tensor among the arguments: stored data or a seed, and the steps from there to the view that the op is given. */
interface Input {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data?: Stored;
  readonly seed?: number;
  readonly low?: number;
  readonly high?: number;
  readonly layout?: readonly (readonly [string, ...number[]])[];
  readonly grad?: boolean;
}

/** A tensor that the op should return. */
export interface Expected {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: Stored;
  readonly grad?: boolean;
}

type ExpectedResult =
  | Expected
  | readonly Expected[]
  | { readonly record: Record<string, Expected> };

interface Call {
  readonly op: string;
  readonly note?: string;
  readonly args: readonly unknown[];
  readonly options?: Readonly<Record<string, unknown>>;
}

/** A case of one of the float64 families. */
export interface Case extends Call {
  readonly output: ExpectedResult;
  readonly cotangents?: readonly Stored[];
  readonly grads?: readonly Stored[];
  readonly weights?: readonly Stored[];
  readonly grads2?: readonly Stored[];
}

/** A tensor of the float32 family: its size, PyTorch's error relative to it, and some of the true elements. */
export interface Digest {
  readonly shape: readonly number[];
  readonly scale: number;
  readonly error: number;
  readonly places: readonly number[];
  readonly values: Stored;
}

/** A case of the float32 family. */
export interface SingleCase extends Call {
  readonly output: Digest;
  readonly cotangent: number;
  readonly grads: readonly Digest[];
}

/** As much of a tensor as the tests look at. */
export interface Live {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: ArrayLike<number>;
  readonly requiresGrad: boolean;
}

type Function = (...args: unknown[]) => unknown;

const exported: Readonly<Record<string, unknown>> = seegrad;

/** Whether seegrad has a function of that name. */
export function isThere(name: string): boolean {
  return typeof exported[name] === 'function';
}

function call(name: string, ...args: unknown[]): unknown {
  if (!isThere(name)) throw new Error(`${name} is not there yet`);
  return (exported[name] as Function)(...args);
}

/** The names of the families, float32 and whole models apart. */
export function families(): string[] {
  const files = readdirSync(FOLDER).filter(name => name.endsWith('.json'));
  const apart = ['float32', 'models'];
  return files.map(name => name.slice(0, -'.json'.length)).filter(name => !apart.includes(name));
}

function readCases<C extends Call>(family: string): Map<string, C[]> {
  const cases = JSON.parse(readFileSync(new URL(`${family}.json`, FOLDER), 'utf8')) as C[];
  const byOp = new Map<string, C[]>();
  for (const given of cases) byOp.set(given.op, [...(byOp.get(given.op) ?? []), given]);
  return byOp;
}

/** The cases of a family by op. */
export const casesOf = (family: string): Map<string, Case[]> => readCases<Case>(family);

/** The cases in single precision by op. */
export const singleCases = (): Map<string, SingleCase[]> => readCases<SingleCase>('float32');

/** A case in a few words, for messages. */
export function titleOf({ args, options, note }: Call): string {
  const brief = (x: unknown): string => {
    if (Array.isArray(x)) return `[${x.map(brief).join(', ')}]`;
    if (!isInput(x)) return JSON.stringify(x);
    return `${x.dtype}[${x.shape}]${(x.layout ?? []).map(step => `.${step[0]}(${step.slice(1)})`).join('')}`;
  };
  const named = Object.entries(options ?? {}).map(([key, x]) => `${key}: ${brief(x)}`);
  const list = [...args.map(brief), ...(named.length > 0 ? [`{ ${named.join(', ')} }`] : [])];
  return `(${list.join(', ')})${note === undefined ? '' : ` – ${note}`}`;
}

// --- running -------------------------------------------------------------------------------------------------------

/** Number of elements of a shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1);

/** Stored data as numbers. */
export function numbersOf(stored: Stored, size: number): number[] {
  return stored === 0 ? new Array<number>(size).fill(0) : stored.map(Number);
}

/** A tensor with the given elements. */
export function makeTensor(
  numbers: ArrayLike<number>,
  shape: readonly number[],
  dtype: string,
  requiresGrad = false,
): Live {
  const data = Float64Array.from(numbers);
  return call('tensor', data, { shape, dtype, ...(requiresGrad ? { requiresGrad } : {}) }) as Live;
}

function isObject(x: unknown): x is Readonly<Record<string, unknown>> {
  return typeof x === 'object' && x !== null && !Array.isArray(x);
}

function isInput(x: unknown): x is Input {
  return isObject(x) && 'shape' in x && 'dtype' in x && ('data' in x || 'seed' in x);
}

function leafOf({ shape, dtype, data = 0, seed, low = 0, high = 1, grad }: Input): Live {
  const size = sizeOf(shape);
  if (seed === undefined) return makeTensor(numbersOf(data, size), shape, dtype, grad);
  const numbers = hashedNumbers(seed, size, low, high);
  return makeTensor(dtype === 'int32' ? numbers.map(Math.floor) : numbers, shape, dtype, grad);
}

/** The steps from stored data to a view, as `STEPS` in common.py. */
const STEPS: Readonly<Record<string, (x: unknown, ...n: number[]) => unknown>> = {
  transpose: (x, a, b) => call('transpose', x, a, b),
  slice: (x, dim, start, end, step) => call('slice', x, dim, { start, end, step }),
  flip: (x, ...dims) => call('flip', x, dims),
  expand: (x, ...shape) => call('expand', x, shape),
  select: (x, dim, index) => call('select', x, dim, index),
  symmetric: x => call('mul', call('add', x, call('transpose', x, -2, -1)), 0.5),
  logSoftmax: x => call('logSoftmax', x, { dim: -1 }),
};

function viewOf(leaf: Live, layout: Input['layout'] = []): unknown {
  return layout.reduce<unknown>((x, [name, ...numbers]) => {
    const step = STEPS[name];
    if (step === undefined) throw new Error(`unknown step ${name}`);
    return step(x, ...numbers);
  }, leaf);
}

/** What running a case gives: the leaves that want a gradient in order, and what the op returned. */
export interface Run {
  readonly leaves: Live[];
  readonly result: unknown;
}

/** Runs the op of a case. */
export function run({ op, args, options }: Call): Run {
  const leaves: Live[] = [];
  const built = (x: unknown): unknown => {
    if (Array.isArray(x)) return x.map(built);
    if (!isObject(x)) return x;
    if (isInput(x)) {
      const leaf = leafOf(x);
      if (x.grad) leaves.push(leaf);
      return viewOf(leaf, x.layout);
    }
    const keys = Object.keys(x);
    if (keys.length === 1 && keys[0] === 'number') return Number(x['number']);
    return Object.fromEntries(Object.entries(x).map(([key, y]) => [key, built(y)]));
  };
  const positional = args.map(built);
  const result = call(op, ...positional, ...(options === undefined ? [] : [built(options)]));
  return { leaves, result: turned(op, result) };
}

/** The tensors of a result beside those that should be there, in order; throws where the structure differs. */
export function paired(result: unknown, expected: ExpectedResult): [Live, Expected, string][] {
  if (Array.isArray(expected)) {
    // Two results without names in PyTorch may have names here.
    const list: unknown[] = Array.isArray(result) ? result : Object.values(result as object);
    if (list.length !== expected.length) {
      throw new Error(`${expected.length} tensors expected, got ${list.length}`);
    }
    return list.map((y, k) => [y as Live, expected[k] as Expected, `output[${k}]`]);
  }
  if (!('record' in expected)) return [[result as Live, expected as Expected, 'output']];
  return Object.entries(expected.record).map(([name, tensor]) => {
    const got = isObject(result) ? result[name] : undefined;
    if (got === undefined) {
      throw new Error(`${name} is missing, got ${Object.keys(result as object)}`);
    }
    return [got as Live, tensor, name];
  });
}

/** Σ ⟨tensorₖ, weightₖ⟩. */
export function weighted(tensors: readonly unknown[], weights: readonly unknown[]): Live {
  const terms = tensors.map((y, k) => call('sum', call('mul', y, weights[k])));
  return terms.reduce((a, b) => call('add', a, b)) as Live;
}

/** Gradients of a scalar tensor; zeros where there is no graph at all, as of a step function. */
export function gradients(of: Live, inputs: readonly Live[], createGraph = false): Live[] {
  if (!of.requiresGrad) {
    return inputs.map(({ shape, dtype }) =>
      makeTensor(new Array<number>(sizeOf(shape)).fill(0), shape, dtype),
    );
  }
  return call('grad', of, inputs, createGraph ? { createGraph } : {}) as Live[];
}

// --- decompositions that are unique up to signs ----------------------------------------------------------------------

function turned(op: string, result: unknown): unknown {
  if (!isObject(result)) return result;
  const { Q, R, U, Vh, eigenvectors } = result as Record<string, Live>;
  if (op === 'qr' && Q && R) {
    const signs = signsOf(R, (x, k) => x(k, k));
    return { Q: bySign(Q, signs, false), R: bySign(R, signs, true) };
  }
  if (op === 'svd' && U && Vh) {
    const signs = signsOf(U, largest);
    return { ...result, U: bySign(U, signs, false), Vh: bySign(Vh, signs, true) };
  }
  if (op === 'eigh' && eigenvectors) {
    const signs = signsOf(eigenvectors, largest);
    return { ...result, eigenvectors: bySign(eigenvectors, signs, false) };
  }
  return result;
}

type Element = (row: number, column: number) => number;

function largest(x: Element, column: number, rows: number): number {
  let best = 0;
  for (let i = 0; i < rows; i++) if (Math.abs(x(i, column)) > Math.abs(best)) best = x(i, column);
  return best;
}

/** For each matrix of a batch the sign of one number per column. */
function signsOf(
  x: Live,
  of: (element: Element, column: number, rows: number) => number,
): number[][] {
  const [rows = 0, columns = 0] = x.shape.slice(-2);
  const { data } = x;
  return Array.from({ length: data.length / (rows * columns) }, (_, b) => {
    const element: Element = (i, j) => data[(b * rows + i) * columns + j] ?? 0;
    return Array.from({ length: columns }, (_, k) => Math.sign(of(element, k, rows)));
  });
}

/** The matrices with their columns (or rows) multiplied by the signs. */
function bySign(x: Live, signs: readonly number[][], rowwise: boolean): unknown {
  const [rows = 0, columns = 0] = x.shape.slice(-2);
  const factors = Array.from(x.data, (_, n) => {
    const place = rowwise ? Math.floor(n / columns) % rows : n % columns;
    return signs[Math.floor(n / (rows * columns))]?.[place] ?? 0;
  });
  return call('mul', x, makeTensor(factors, x.shape, x.dtype));
}

// --- comparing -----------------------------------------------------------------------------------------------------

/**
 * What is wrong with a tensor, or nothing. Errors count relative to the element plus the largest element, or plus `least`
 * where all are smaller: gradients that cancel leave a rest of rounding.
 */
export function problem(
  what: string,
  got: Live,
  want: { shape: readonly number[]; dtype: string; data: Stored },
  tolerance: number,
  least = 0,
): string | undefined {
  if (typeof got !== 'object' || got === null || !('data' in got)) {
    return `${what}: no tensor but ${String(got)}`;
  }
  if (String(got.shape) !== String(want.shape)) {
    return `${what}: shape [${got.shape}], not [${want.shape}]`;
  }
  if (got.dtype !== want.dtype) return `${what}: ${got.dtype}, not ${want.dtype}`;
  const { data } = got;
  const numbers = numbersOf(want.data, sizeOf(want.shape));
  const float = want.dtype.startsWith('float');
  const allowed = want.dtype === 'float32' ? Math.max(tolerance, 1e-6) : float ? tolerance : 0;
  const scale = numbers.reduce(
    (m, x) => (Number.isFinite(x) ? Math.max(m, Math.abs(x)) : m),
    least,
  );
  for (let k = 0; k < numbers.length; k++) {
    const a = Number(data[k]);
    const b = numbers[k] as number;
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    if (!(Math.abs(a - b) <= allowed * (scale + Math.abs(b)))) {
      return `${what}: at ${k} got ${a}, want ${b} (${((a - b) / scale).toExponential(1)} of the largest)`;
    }
  }
  return undefined;
}
