// Comparing the derivatives of one op with differences, in one mode and of one order.

import { derivative } from '../../src/autograd/differences.ts';
import { randomNumbers } from '../../src/autograd/gradcheck.ts';
import { jvp, type Operand, type Scalar, type Value, vjp } from '../../src/index.ts';

const RTOL = 1e-9;
const ATOL = 1e-9;
const STEP = 0.02;

export type F = (...x: Value[]) => Scalar[];

/** First derivatives in one mode, as a function of the point. */
export type Gradient = (f: F, x: readonly Scalar[], v: Scalar) => Scalar[];

export const MODES: Record<string, Gradient> = {
  reverse: (f, x, v) => vjp(f, x)[1]([v]) as Scalar[],
  forward: (f, x, v) =>
    x.map((_, k) => {
      const direction = x.map((__, i) => (i === k ? v : 0));
      return jvp(f, x, direction)[1][0] as Scalar;
    }),
};

export interface Failure {
  x: readonly number[];
  what: string;
  got: number;
  want: number;
}

/** Compares a derivative with differences, where these can tell; counts what they could tell. */
function compare(
  f: (t: number) => number,
  at: number,
  got: number,
  place: { x: readonly number[]; what: string },
): { told: boolean; failure: Failure | null } {
  // Relative to x, so that the points used stay on one side of a singularity at 0.
  const step = at === 0 ? STEP : STEP * Math.min(Math.abs(at), 1);
  const { estimate, doubt } = derivative(f, at, step);
  const allowed = ATOL + RTOL * Math.abs(estimate);
  // Differences say nothing beyond their own uncertainty (extreme points: the accuracy fixtures cover those).
  const told = doubt <= allowed / 4;
  const fails = told && !(Math.abs(got - estimate) <= allowed);
  return { told, failure: fails ? { ...place, got, want: estimate } : null };
}

/** All failures of one op in one mode and order, and how many comparisons were made. */
export function checkOp(
  call: (x: readonly Operand[]) => Operand,
  points: readonly (readonly number[])[],
  gradient: Gradient,
  order: 1 | 2,
): { failures: Failure[]; made: number } {
  const f: F = (...x) => [call(x) as Scalar];
  const random = randomNumbers(7);
  const failures: Failure[] = [];
  let made = 0;
  for (const x of points) {
    const v = random();
    const at = (k: number, t: number): number[] => x.map((xi, i) => (i === k ? t : xi));
    const first = (y: readonly number[]): number[] => gradient(f, y, v) as number[];
    x.forEach((xk, k) => {
      if (order === 1) {
        const value = (t: number): number => v * (call(at(k, t)) as number);
        const what = `∂/∂${k}`;
        const { told, failure } = compare(value, xk, first(x)[k] as number, { x, what });
        made += Number(told);
        if (failure !== null) failures.push(failure);
        return;
      }
      const w = random();
      const second = gradient((...y) => [gradient(f, y, v)[k] as Scalar], x, w) as number[];
      x.forEach((xi, i) => {
        const slope = (t: number): number => w * (first(at(i, t))[k] as number);
        const what = `∂²/∂${i}∂${k}`;
        const { told, failure } = compare(slope, xi, second[i] as number, { x, what });
        made += Number(told);
        if (failure !== null) failures.push(failure);
      });
    });
  }
  return { failures, made };
}
