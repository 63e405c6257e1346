// Checking gradients against finite differences, as a public tool: reverse and forward mode, random cotangents.

import { fromData, type NDArray } from '../ndarray/array.ts';
import { copyOf } from '../ndarray/map.ts';
import { derivative } from './differences.ts';
import { ArgumentError, checkOptions, DTypeError, describe, GradcheckError } from './errors.ts';
import { constantTensor, describeTensor, Tensor } from './tensor.ts';
import { type Differentiable, jvp, type Scalar, vjp } from './transforms.ts';
import { Value, value } from './value.ts';

/** A function to check: of Values, with one result or several. */
export type CheckedFunction = (...x: Value[]) => Scalar | readonly Scalar[];

/** A function of tensors to check, with one result or several. */
export type CheckedTensorFunction = (...x: Tensor[]) => Differentiable | readonly Differentiable[];

/** Options of {@link gradcheck}. */
export interface GradcheckOptions {
  /** Relative tolerance; 1e-9 unless given. */
  rtol?: number;
  /** Absolute tolerance; 1e-9 unless given. */
  atol?: number;
  /** Largest step of the differences, times max(|x|, 1); smaller ones are tried too. 0.01 unless given. */
  step?: number;
  /** Number that the random cotangents start from; the same number gives the same check. */
  seed?: number;
  /** Throw where the check fails; true unless given. */
  raise?: boolean;
}

/** What {@link gradcheck} found. */
export interface GradcheckReport {
  ok: boolean;
  /** One line per input and mode, readable in a terminal. */
  text: string;
  entries: GradcheckEntry[];
}

/** One comparison. */
export interface GradcheckEntry {
  mode: 'reverse' | 'forward';
  input: number;
  /** Which element of a tensor, in order. */
  element?: number;
  /** What seegrad computed. */
  analytic: number;
  /** What finite differences say. */
  numeric: number;
  error: number;
  allowed: number;
  ok: boolean;
}

type Several = (...x: never[]) => readonly Differentiable[];

/**
 * Compares the gradient of `f` at `inputs` with five-point differences, in reverse and in forward mode, with random
 * cotangents. The step is chosen where two successive estimates agree best. Tensors must be float64.
 *
 * ```ts
 * gradcheck((a, b) => a.mul(b).sin(), [0.5, 2]).ok; // true
 * gradcheck((w: Tensor) => w.matmul(w).sum(), [tensor([[1, 2], [3, 4]], { dtype: 'float64' })]).ok; // true
 * ```
 * @throws GradcheckError with the report, unless `raise` is false. Source: `torch.autograd.gradcheck`.
 */
export function gradcheck(
  f: CheckedFunction,
  inputs: readonly number[],
  options?: GradcheckOptions,
): GradcheckReport;
export function gradcheck(
  f: CheckedTensorFunction,
  inputs: readonly (number | Tensor)[],
  options?: GradcheckOptions,
): GradcheckReport;
export function gradcheck(
  f: unknown,
  inputs: readonly (number | Tensor)[],
  options: GradcheckOptions = {},
): GradcheckReport {
  checkOptions('gradcheck', options, ['rtol', 'atol', 'step', 'seed', 'raise']);
  checkInputs(inputs);
  const { rtol = 1e-9, atol = 1e-9, step = 0.01, seed = 1, raise = true } = options;
  const random = randomNumbers(seed);
  const several = asSeveral(f);
  const [outputs, pull] = vjp(several as never, inputs as readonly Tensor[]) as unknown as [
    Differentiable[],
    (v: readonly Differentiable[]) => Differentiable[],
  ];
  const v = outputs.map(y => weights(y, random));
  const reverse = pull(v);
  const entries: GradcheckEntry[] = [];
  const compare = (
    mode: 'reverse' | 'forward',
    place: { input: number; element?: number },
    analytic: number,
    numeric: number,
  ) => {
    const error = Math.abs(analytic - numeric);
    const allowed = atol + rtol * Math.abs(numeric);
    // Written so that a NaN on either side fails.
    entries.push({ mode, ...place, analytic, numeric, error, allowed, ok: error <= allowed });
  };
  const weighted = (x: readonly (number | Tensor)[]): number => dot(evaluateAt(several, x), v);
  inputs.forEach((x, k) => {
    elementsOf(x).forEach((xi, i) => {
      const moved = (t: number) => inputs.with(k, withElement(x, i, t));
      const { estimate: numeric } = derivative(t => weighted(moved(t)), xi, step);
      const place = x instanceof Tensor ? { input: k, element: i } : { input: k };
      compare('reverse', place, elementsOf(reverse[k])[i] as number, numeric);
      const tangent = random();
      const tangents = inputs.map((other, o) => direction(other, o === k ? i : -1, tangent));
      const [, forward] = jvp(several as never, inputs as readonly Tensor[], tangents);
      compare('forward', place, dot(forward, v), numeric * tangent);
    });
  });
  const ok = entries.every(entry => entry.ok);
  const text = report(entries, ok);
  if (!ok && raise) throw new GradcheckError(text);
  return { ok, text, entries };
}

function checkInputs(inputs: unknown): void {
  const list = Array.isArray(inputs) ? (inputs as unknown[]) : [undefined];
  for (const x of list) {
    if (x instanceof Tensor) {
      if (x.dtype === 'float64') continue;
      throw new DTypeError(
        `gradcheck: ${describeTensor(x)} is too coarse for differences; make it float64 with .to('float64')`,
      );
    }
    if (typeof x === 'number') continue;
    throw new ArgumentError(
      `gradcheck: inputs must be an array of numbers or Tensors, got ${describe(inputs)}`,
    );
  }
}

function asSeveral(f: unknown): Several {
  return (...x) => {
    const y = (f as (...x: never[]) => Differentiable | readonly Differentiable[])(...x);
    return Array.isArray(y) ? y : [y as Differentiable];
  };
}

/** The numbers of an input or a result, in order. */
function elementsOf(x: Differentiable | undefined): number[] {
  if (x instanceof Tensor) return [...x.data];
  return [x instanceof Value ? x.data : (x as number)];
}

function filledLike(x: Tensor, element: (i: number) => number): Tensor {
  const data = Float64Array.from({ length: x.size }, (_, i) => element(i));
  return constantTensor(fromData(data, x.shape, 'float64'));
}

/** A random cotangent for a result. */
function weights(y: Differentiable, random: () => number): number | Tensor {
  return y instanceof Tensor ? filledLike(y, random) : random();
}

/** An input with one element replaced. */
function withElement(x: number | Tensor, i: number, t: number): number | Tensor {
  if (!(x instanceof Tensor)) return t;
  const array: NDArray = copyOf(x.array);
  array.data[array.offset + i] = t;
  return constantTensor(array);
}

/** A tangent along one element of an input; along none where i is −1. */
function direction(x: number | Tensor, i: number, tangent: number): number | Tensor {
  if (x instanceof Tensor) return filledLike(x, k => (k === i ? tangent : 0));
  return i < 0 ? 0 : tangent;
}

/**
 * {@link gradcheck} of the gradient itself: checks second derivatives.
 *
 * ```ts
 * gradgradcheck((a, b) => a.mul(b).sin(), [0.5, 2]).ok; // true
 * ```
 * Source: `torch.autograd.gradgradcheck`.
 */
export function gradgradcheck(
  f: CheckedFunction,
  inputs: readonly number[],
  options?: GradcheckOptions,
): GradcheckReport;
export function gradgradcheck(
  f: CheckedTensorFunction,
  inputs: readonly (number | Tensor)[],
  options?: GradcheckOptions,
): GradcheckReport;
export function gradgradcheck(
  f: unknown,
  inputs: readonly (number | Tensor)[],
  options: GradcheckOptions = {},
): GradcheckReport {
  const several = asSeveral(f);
  const gradients = (...x: Tensor[]): Differentiable[] => {
    // The same cotangents at every call: what is checked is a function of the inputs.
    const random = randomNumbers((options.seed ?? 1) + 0.5);
    const [outputs, pull] = vjp(several as never, x);
    return pull(outputs.map(y => weights(y, random))) as Differentiable[];
  };
  return gradcheck(gradients, inputs, options);
}

function evaluateAt(f: Several, x: readonly (number | Tensor)[]): readonly Differentiable[] {
  const leaves = x.map(data => (data instanceof Tensor ? data : value(data)));
  return f(...(leaves as never[]));
}

/** Σ ⟨aₖ, bₖ⟩ over all elements. */
function dot(a: readonly Differentiable[], b: readonly Differentiable[]): number {
  let sum = 0;
  a.forEach((x, k) => {
    const weights = elementsOf(b[k]);
    elementsOf(x).forEach((xi, i) => {
      sum += xi * (weights[i] as number);
    });
  });
  return sum;
}

/** Numbers in ±[0.5, 1.5): never near 0, so that no error can hide behind a small cotangent. */
export function randomNumbers(seed: number): () => number {
  let counter = Math.floor(seed * 2 ** 16) >>> 0;
  return () => {
    // A counter, mixed by the finaliser of MurmurHash3 (multiply and fold, twice): ample for test weights.
    counter = (counter + 0x9e3779b9) >>> 0;
    let h = Math.imul(counter ^ (counter >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    const unit = ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
    return unit < 0.5 ? 0.5 + 2 * unit : -(0.5 + 2 * (unit - 0.5));
  };
}

function report(entries: readonly GradcheckEntry[], ok: boolean): string {
  const number = (x: number): string => x.toPrecision(12).padStart(20);
  const lines = entries.map(entry => {
    const { mode, input, element, analytic, numeric, error, allowed, ok: passed } = entry;
    return [
      passed ? '  ' : '✗ ',
      mode.padEnd(8),
      `input ${input}${element === undefined ? '' : `[${element}]`}`.padEnd(9),
      number(analytic),
      number(numeric),
      `  off by ${error.toExponential(1)}, allowed ${allowed.toExponential(1)}`,
    ].join('');
  });
  const failed = entries.filter(entry => !entry.ok).length;
  const head = ok
    ? `gradcheck: all ${entries.length} derivatives agree with finite differences`
    : `gradcheck: ${failed} of ${entries.length} derivatives disagree with finite differences`;
  return [head, `  mode    input              seegrad         differences`, ...lines].join('\n');
}
