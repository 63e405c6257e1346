// Value and first derivative of every op within 4 ulp of the true value (computed with mpmath to hundreds of digits),
// over the whole domain: tails, subnormal results, next to singularities.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ops, type PublicOp, value, vjp } from '../../src/index.ts';
import { callOp } from '../support/op-samples.ts';
import { errorInUlp, type TrueValue } from '../support/ulp.ts';

const ALLOWED = 4;
const folder = new URL('../fixtures/accuracy/', import.meta.url);

interface Point {
  x: number[];
  y: TrueValue;
  d: (TrueValue | null)[];
}

function fixture(name: string): Point[] {
  const file = new URL(`${name}.json`, folder);
  return (JSON.parse(readFileSync(file, 'utf8')) as { points: Point[] }).points;
}

const measured = [...ops.keys()].filter(name => existsSync(new URL(`${name}.json`, folder)));

test('every op of the table is measured, exact, or a named part of one that is measured', () => {
  const rest = [...ops.keys()].filter(name => !measured.includes(name));
  const excused = (name: string): boolean => {
    const { exact, partOf } = (ops.get(name) as PublicOp).declaration;
    return exact === true || partOf !== undefined;
  };
  expect(rest.filter(name => !excused(name))).toEqual([]);
  const files = readdirSync(folder).filter(name => name.endsWith('.json'));
  expect(files.filter(name => !ops.has(name.slice(0, -5)))).toEqual([]);
});

describe.each(measured)('%s', name => {
  const op = ops.get(name) as PublicOp;
  const points = fixture(name);

  test('value', () => {
    const bad = points.flatMap(({ x, y }) => {
      const error = errorInUlp(callOp(op, x) as number, y);
      return error <= ALLOWED ? [] : [{ x, error, got: callOp(op, x), want: y }];
    });
    expect(bad).toEqual([]);
  });

  test('derivative', () => {
    const bad = points.flatMap(({ x, d }) => {
      const [, pull] = vjp((...v) => [callOp(op, v) as never], x);
      const gradient = pull([1]) as number[];
      return d.flatMap((truth, k) => {
        if (truth === null) return [];
        const error = errorInUlp(gradient[k] as number, truth);
        return error <= ALLOWED ? [] : [{ x, k, error, got: gradient[k], want: truth }];
      });
    });
    expect(bad).toEqual([]);
  });

  test('the value recorded is the value at plain numbers', () => {
    for (const { x } of points) {
      const recorded = callOp(
        op,
        x.map(v => value(v)),
      );
      expect((recorded as { data: number }).data).toBe(callOp(op, x));
    }
  });
});
