// Reads the accuracy fixtures; test/fixtures/accuracy/README.md describes them.

import { readdirSync, readFileSync } from 'node:fs';
import { errorInUlp, type TrueValue } from './ulp.ts';

const FOLDER = new URL('../fixtures/accuracy/', import.meta.url);

/** Inputs of an op with its true value and true slopes, null where there is none. */
export interface AccuracyPoint {
  readonly x: readonly number[];
  readonly y: TrueValue;
  readonly d: readonly (TrueValue | null)[];
}

/** The names of all ops that have a fixture. */
export function fixtureNames(): string[] {
  const files = readdirSync(FOLDER).filter(name => name.endsWith('.json'));
  return files.map(name => name.slice(0, -'.json'.length)).sort();
}

/** The sample points of an op. */
export function accuracyPoints(op: string): AccuracyPoint[] {
  const file = JSON.parse(readFileSync(new URL(`${op}.json`, FOLDER), 'utf8')) as {
    points: AccuracyPoint[];
  };
  return file.points;
}

/** The largest error of a function against a fixture, in ulp, and where it is. */
export interface WorstError {
  readonly ulp: number;
  readonly x: readonly number[];
}

/** Measures `f` against the true values, or against the true slopes with respect to input `slope`. */
export function worstError(
  points: readonly AccuracyPoint[],
  f: (...x: number[]) => number,
  slope?: number,
): WorstError {
  let worst: WorstError = { ulp: 0, x: [] };
  for (const point of points) {
    const truth = slope === undefined ? point.y : point.d[slope];
    if (truth == null) continue;
    const error = errorInUlp(f(...point.x), truth);
    if (!(error <= worst.ulp)) worst = { ulp: error, x: point.x };
  }
  return worst;
}
