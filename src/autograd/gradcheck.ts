// Checking gradients against finite differences, as a public tool: reverse and forward mode, random cotangents.

import { ArgumentError, checkOptions, describe, GradcheckError } from './errors.ts';
import { jvp, type Scalar, vjp } from './transforms.ts';
import { Value, value } from './value.ts';

/** A function to check: of Values, with one result or several. */
export type CheckedFunction = (...x: Value[]) => Scalar | readonly Scalar[];

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
  /** What seegrad computed. */
  analytic: number;
  /** What finite differences say. */
  numeric: number;
  error: number;
  allowed: number;
  ok: boolean;
}

/**
 * Compares the gradient of `f` at `inputs` with five-point differences, in reverse and in forward mode, with random
 * cotangents. The step is chosen where two successive estimates agree best.
 *
 * ```ts
 * gradcheck((a, b) => a.mul(b).sin(), [0.5, 2]).ok; // true
 * ```
 * @throws GradcheckError with the report, unless `raise` is false. Source: `torch.autograd.gradcheck`.
 */
export function gradcheck(
  f: CheckedFunction,
  inputs: readonly number[],
  options: GradcheckOptions = {},
): GradcheckReport {
  checkOptions('gradcheck', options, ['rtol', 'atol', 'step', 'seed', 'raise']);
  if (!Array.isArray(inputs) || inputs.some(x => typeof x !== 'number')) {
    throw new ArgumentError(
      `gradcheck: inputs must be an array of numbers, got ${describe(inputs)}`,
    );
  }
  const { rtol = 1e-9, atol = 1e-9, step = 0.01, seed = 1, raise = true } = options;
  const random = randomNumbers(seed);
  const several = (...x: Value[]): readonly Scalar[] => {
    const y = f(...x);
    return Array.isArray(y) ? (y as readonly Scalar[]) : [y as Scalar];
  };
  const [outputs, pull] = vjp(several, inputs);
  const v = outputs.map(() => random());
  const reverse = pull(v) as unknown as number[];
  const entries: GradcheckEntry[] = [];
  const compare = (
    mode: 'reverse' | 'forward',
    input: number,
    analytic: number,
    numeric: number,
  ) => {
    const error = Math.abs(analytic - numeric);
    const allowed = atol + rtol * Math.abs(numeric);
    // Written so that a NaN on either side fails.
    entries.push({ mode, input, analytic, numeric, error, allowed, ok: error <= allowed });
  };
  const weighted = (x: readonly number[]): number => dot(evaluateAt(several, x), v);
  inputs.forEach((x, k) => {
    const { estimate: numeric } = derivative(
      t => weighted(inputs.map((xi, i) => (i === k ? t : xi))),
      x,
      step,
    );
    compare('reverse', k, reverse[k] as number, numeric);
    const tangent = random();
    const tangents = inputs.map((_, i) => (i === k ? tangent : 0));
    const [, forward] = jvp(several, inputs, tangents);
    compare('forward', k, dot(forward as number[], v), numeric * tangent);
  });
  const ok = entries.every(entry => entry.ok);
  const text = report(entries, ok);
  if (!ok && raise) throw new GradcheckError(text);
  return { ok, text, entries };
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
  options: GradcheckOptions = {},
): GradcheckReport {
  const random = randomNumbers((options.seed ?? 1) + 0.5);
  const weights = Array.from({ length: 64 }, () => random());
  return gradcheck(
    (...x) => {
      const [outputs, pull] = vjp((...z: Value[]) => {
        const y = f(...z);
        return Array.isArray(y) ? (y as readonly Scalar[]) : [y as Scalar];
      }, x);
      return pull(outputs.map((_, k) => weights[k % 64] as number)) as unknown as Scalar[];
    },
    inputs,
    options,
  );
}

function evaluateAt(f: (...x: Value[]) => readonly Scalar[], x: readonly number[]): number[] {
  return f(...x.map(data => value(data))).map(y => (y instanceof Value ? y.data : y));
}

/**
 * f′(x) by five-point differences, f′ ≈ (f(x−2h) − 8f(x−h) + 8f(x+h) − f(x+2h)) / 12h, for shrinking steps. Rounding
 * grows as h shrinks while truncation falls, so the estimate that differs least from its neighbour is returned, together
 * with that difference and what rounding can do to it.
 */
export function derivative(
  f: (x: number) => number,
  x: number,
  step: number,
): { estimate: number; doubt: number } {
  let best = Number.NaN;
  let smallest = Number.POSITIVE_INFINITY;
  let previous = Number.NaN;
  let h = step * Math.max(Math.abs(x), 1);
  for (let k = 0; k < 24; k++, h /= 2) {
    // The difference of the points is used, not h itself, which x + h may round.
    const up = x + h - x;
    const [a, b, c, d] = [f(x - 2 * up), f(x - up), f(x + up), f(x + 2 * up)];
    const estimate = (a - d + 8 * (c - b)) / (12 * up);
    // What rounding alone can do, so that two estimates that agree by chance at a tiny step are not believed.
    const noise =
      (Number.EPSILON * Math.max(Math.abs(a), Math.abs(b), Math.abs(c), Math.abs(d))) / up;
    const doubt = Math.abs(estimate - previous) + noise;
    if (doubt < smallest) {
      smallest = doubt;
      best = estimate;
    }
    previous = estimate;
  }
  return { estimate: best, doubt: smallest };
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, x, k) => sum + x * (b[k] as number), 0);
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
  const lines = entries.map(({ mode, input, analytic, numeric, error, allowed, ok: passed }) =>
    [
      passed ? '  ' : '✗ ',
      mode.padEnd(8),
      `input ${input}`.padEnd(9),
      number(analytic),
      number(numeric),
      `  off by ${error.toExponential(1)}, allowed ${allowed.toExponential(1)}`,
    ].join(''),
  );
  const failed = entries.filter(entry => !entry.ok).length;
  const head = ok
    ? `gradcheck: all ${entries.length} derivatives agree with finite differences`
    : `gradcheck: ${failed} of ${entries.length} derivatives disagree with finite differences`;
  return [head, `  mode    input              seegrad         differences`, ...lines].join('\n');
}
