// Every op beside PyTorch: values, gradients and gradients of gradients, in double precision, from committed fixtures.

import { describe, expect, test } from 'vitest';
import {
  type Case,
  casesOf,
  type Expected,
  families,
  gradients,
  isThere,
  type Live,
  makeTensor,
  numbersOf,
  paired,
  problem,
  run,
  sizeOf,
  titleOf,
  weighted,
} from '../support/torch-fixtures.ts';

const TIGHT = 1e-12;
const LONG_SUMS = 1e-10;
const TOLERANCE: Readonly<Record<string, number>> = {
  linalg: LONG_SUMS,
  convolution: LONG_SUMS,
  normalisation: LONG_SUMS,
  attention: LONG_SUMS,
};

/** The size of the terms of a gradient that may cancel to nothing. */
const CANCELLED = 0.01;

type Problems = (string | undefined)[];

function checkValues(given: Case, tolerance: number): Problems {
  const { result } = run(given);
  return paired(result, given.output).map(([got, want, name]) =>
    problem(name, got, want, tolerance),
  );
}

interface Differentiated {
  outputs: [Live, Expected, string][];
  cotangents: Live[];
  leaves: Live[];
  grads: Live[];
}

/** First gradients of a case; `deep` where they are to be differentiated again, by the cotangents as well. */
function differentiate(given: Case, deep: boolean): Differentiated {
  const { leaves, result } = run(given);
  const outputs = paired(result, given.output).filter(([, want]) => want.grad === true);
  const cotangents = outputs.map(([, { shape, dtype }], k) =>
    makeTensor(numbersOf(given.cotangents?.[k] ?? 0, sizeOf(shape)), shape, dtype, deep),
  );
  const total = weighted(
    outputs.map(([y]) => y),
    cotangents,
  );
  return { outputs, cotangents, leaves, grads: gradients(total, leaves, deep) };
}

function compareAll(
  name: string,
  got: readonly Live[],
  like: readonly Live[],
  want: Case['grads'] = [],
  tolerance: number,
): Problems {
  return got.map((g, k) => {
    const { shape, dtype } = like[k] as Live;
    return problem(`${name}[${k}]`, g, { shape, dtype, data: want[k] ?? 0 }, tolerance, CANCELLED);
  });
}

function checkGradients(given: Case, tolerance: number): Problems {
  const { leaves, grads } = differentiate(given, false);
  return compareAll('grads', grads, leaves, given.grads, tolerance);
}

function checkSecondGradients(given: Case, tolerance: number): Problems {
  const { cotangents, leaves, grads } = differentiate(given, true);
  const weights = grads.map((g, k) =>
    makeTensor(numbersOf(given.weights?.[k] ?? 0, sizeOf(g.shape)), g.shape, g.dtype),
  );
  const wanted = [...leaves, ...cotangents];
  const second = gradients(weighted(grads, weights), wanted);
  return [
    ...compareAll('grads', grads, leaves, given.grads, tolerance),
    ...compareAll('grads2', second, wanted, given.grads2, tolerance),
  ];
}

/** Runs a check on each case; one line per thing that is wrong. */
function failures(
  cases: readonly Case[],
  check: (given: Case, tolerance: number) => Problems,
  tolerance: number,
): string[] {
  return cases.flatMap(given => {
    try {
      const found = check(given, tolerance).filter(text => text !== undefined);
      return found.map(text => `${given.op}${titleOf(given)}: ${text}`);
    } catch (error) {
      return [`${given.op}${titleOf(given)}: ${String(error).split('\n')[0]}`];
    }
  });
}

describe.each(families())('%s', family => {
  const tolerance = TOLERANCE[family] ?? TIGHT;
  describe.each([...casesOf(family)])('%s', (op, cases) => {
    if (!isThere(op)) {
      test('is exported', () => expect.fail(`${op} is not there yet`));
      return;
    }
    const first = cases.filter(({ grads }) => grads !== undefined);
    const second = cases.filter(({ grads2 }) => grads2 !== undefined);

    test('value', () => expect(failures(cases, checkValues, tolerance)).toEqual([]));

    if (first.length > 0) {
      test('gradient', () => expect(failures(first, checkGradients, tolerance)).toEqual([]));
    }
    if (second.length > 0) {
      test('double backward', () =>
        expect(failures(second, checkSecondGradients, tolerance)).toEqual([]));
    }
  });
});
