// Single precision beside PyTorch: no error larger than four times that of PyTorch itself against double precision.

import { describe, expect, test } from 'vitest';
import { hashedNumbers } from '../support/hashed-numbers.ts';
import {
  type Digest,
  gradients,
  isThere,
  type Live,
  makeTensor,
  numbersOf,
  run,
  type SingleCase,
  singleCases,
  sizeOf,
  titleOf,
  weighted,
} from '../support/torch-fixtures.ts';

const FACTOR = 4;
/** One unit in the last place of the largest element: what no rounding can promise to beat. */
const FLOOR = 2 ** -23;

function tooFar(what: string, got: Live, want: Digest): string[] {
  if (got.dtype !== 'float32') return [`${what}: ${got.dtype}, not float32`];
  if (String(got.shape) !== String(want.shape)) {
    return [`${what}: shape [${got.shape}], not [${want.shape}]`];
  }
  const { data } = got;
  const truth = numbersOf(want.values, want.places.length);
  const errors = want.places.map((place, k) =>
    Math.abs(Number(data[place]) - (truth[k] as number)),
  );
  const scale = want.scale === 0 ? 1 : want.scale;
  const worst = Math.max(0, ...errors) / scale;
  const allowed = Math.max(FACTOR * want.error, FLOOR);
  if (worst <= allowed) return [];
  return [`${what}: error ${worst.toExponential(2)}, PyTorch's is ${want.error.toExponential(2)}`];
}

function check(given: SingleCase): string[] {
  const { leaves, result } = run(given);
  const output = result as Live;
  const wrong = tooFar('output', output, given.output);
  const { shape } = given.output;
  const cotangent = makeTensor(
    hashedNumbers(given.cotangent, sizeOf(shape), -1, 1),
    shape,
    'float32',
  );
  const grads = gradients(weighted([output], [cotangent]), leaves);
  return [...wrong, ...grads.flatMap((g, k) => tooFar(`grads[${k}]`, g, given.grads[k] as Digest))];
}

describe.each([...singleCases()])('%s', (op, cases) => {
  if (!isThere(op)) {
    test('is exported', () => expect.fail(`${op} is not there yet`));
    return;
  }
  test.each(cases.map(given => [titleOf(given), given] as const))('%s', (_, given) => {
    expect(check(given)).toEqual([]);
  });
});

test('the hashed numbers are those of the script', () => {
  expect(Array.from(hashedNumbers(7, 3, 0, 1))).toEqual([
    0.3903075489215553, 0.01560049899853766, 0.9877541835885495,
  ]);
});
