// Solves and decompositions: what PyTorch's fixtures do not say. Residuals of larger matrices, special values, errors, memory
// that changes, and how the rules read.

import { describe, expect, test } from 'vitest';
import {
  cholesky,
  DTypeError,
  det,
  eigh,
  eigvalsh,
  grad,
  inverse,
  LinAlgError,
  logdet,
  matmul,
  matrixPower,
  pinv,
  qr,
  ShapeError,
  select,
  slogdet,
  solve,
  sum,
  svd,
  svdvals,
  symbol,
  type Tensor,
  tensor,
  transpose,
  triangularSolve,
} from '../../src/index.ts';
import { hashedNumbers } from '../support/hashed-numbers.ts';

const random = (seed: number, ...shape: number[]): Tensor =>
  tensor(
    hashedNumbers(
      seed,
      shape.reduce((a, b) => a * b, 1),
      -1,
      1,
    ),
    { shape, dtype: 'float64' },
  );
const double = (data: readonly (readonly number[])[]): Tensor => tensor(data, { dtype: 'float64' });
const mT = (x: Tensor): Tensor => transpose(x, -2, -1);
const largest = (x: Tensor): number =>
  Array.from(x.data).reduce((m, e) => Math.max(m, Math.abs(e)), 0);
const eye = (n: number): Tensor => matrixPower(random(1, n, n), 0);

describe('larger matrices', () => {
  const n = 40;
  const a = random(3, n, n);
  const singular = matmul(random(4, n, 5), random(5, 5, n));
  const eps = 2e-13;

  test('solve and inverse', () => {
    expect(largest(matmul(a, inverse(a)).sub(eye(n)))).toBeLessThan(1e-11);
    const b = random(6, n, 3);
    expect(largest(matmul(a, solve(a, b)).sub(b))).toBeLessThan(1e-11);
  });

  test.each([
    ['full rank', a],
    ['rank 5', singular],
  ])('svd and qr, %s', (_name, x) => {
    const { U, S, Vh } = svd(x);
    expect(largest(matmul(U.mul(S), Vh).sub(x))).toBeLessThan(eps);
    for (const q of [mT(U), Vh]) expect(largest(matmul(q, mT(q)).sub(eye(n)))).toBeLessThan(eps);
    const values = [...S.data];
    expect(values).toEqual(values.toSorted((p, q) => q - p));
    const { Q, R } = qr(x);
    expect(largest(matmul(Q, R).sub(x))).toBeLessThan(eps);
    expect(largest(matmul(mT(Q), Q).sub(eye(n)))).toBeLessThan(eps);
  });

  test.each([
    ['full rank', a.add(mT(a))],
    ['rank 5', matmul(singular, mT(singular))],
  ])('eigh, %s', (_name, x) => {
    const { eigenvalues, eigenvectors: v } = eigh(x);
    expect(largest(matmul(v.mul(eigenvalues), mT(v)).sub(x))).toBeLessThan(eps * largest(x));
    expect(largest(matmul(mT(v), v).sub(eye(n)))).toBeLessThan(eps);
    const values = [...eigenvalues.data];
    expect(values).toEqual(values.toSorted((p, q) => p - q));
  });

  test('cholesky', () => {
    const x = matmul(a, mT(a)).add(eye(n));
    const l = cholesky(x);
    expect(largest(matmul(l, mT(l)).sub(x))).toBeLessThan(eps);
    expect(largest(cholesky(x, { upper: true }).sub(mT(l)))).toBe(0);
  });

  test('the pseudo-inverse of a matrix of low rank', () => {
    const p = pinv(singular);
    expect(largest(matmul(matmul(singular, p), singular).sub(singular))).toBeLessThan(1e-11);
  });
});

describe('special matrices', () => {
  test('the gradient of det at a matrix of rank n − 1 is the cofactors, at lower rank 0', () => {
    const cofactors = grad(det)(
      double([
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ]),
    );
    const want = double([
      [-3, 6, -3],
      [6, -12, 6],
      [-3, 6, -3],
    ]);
    expect(largest(cofactors.sub(want))).toBeLessThan(1e-13);
    expect(
      largest(
        grad(det)(
          double([
            [1, 2, 3],
            [2, 4, 6],
            [3, 6, 9],
          ]),
        ),
      ),
    ).toBeLessThan(1e-13);
    expect(grad(det)(double([[0]])).toArray()).toEqual([[1]]);
  });

  test('logarithms of determinants that do not fit a double, are zero, or negative', () => {
    const large = eye(200).mul(1e10);
    expect(det(large).item()).toBe(Number.POSITIVE_INFINITY);
    expect(logdet(large).item()).toBeCloseTo(200 * Math.log(1e10), 8);
    const { sign, logabsdet } = slogdet(
      double([
        [1, 2],
        [2, 4],
      ]),
    );
    expect([sign.item(), logabsdet.item()]).toEqual([0, Number.NEGATIVE_INFINITY]);
    expect(
      logdet(
        double([
          [1, 2],
          [2, 4],
        ]),
      ).item(),
    ).toBe(Number.NEGATIVE_INFINITY);
    expect(
      logdet(
        double([
          [0, 1],
          [1, 0],
        ]),
      ).item(),
    ).toBeNaN();
  });

  test('of no rows and no columns', () => {
    const none = tensor([], { shape: [0, 0] });
    expect(det(none).item()).toBe(1);
    expect(inverse(none).shape).toEqual([0, 0]);
    expect(eigvalsh(none).shape).toEqual([0]);
    expect(svd(tensor([], { shape: [3, 0] })).U.shape).toEqual([3, 0]);
    expect(qr(tensor([], { shape: [0, 3] })).R.shape).toEqual([0, 3]);
    expect(pinv(tensor([], { shape: [0, 3] })).shape).toEqual([3, 0]);
    expect(solve(tensor([], { shape: [0, 2, 2] }), tensor([[1], [1]])).shape).toEqual([0, 2, 1]);
  });

  test('very large and very small elements', () => {
    for (const scale of [1e-300, 1e300]) {
      const x = double([
        [3 * scale, 0],
        [0, -4 * scale],
      ]);
      expect([...svdvals(x).data].map(e => e / scale)).toEqual([4, 3]);
      expect([...eigvalsh(x).data].map(e => e / scale)).toEqual([-4, 3]);
      expect(largest(qr(x).R) / scale).toBe(4);
    }
  });

  test('eigenvalues that repeat have a gradient, zeros have singular vectors', () => {
    expect(grad((x: Tensor) => sum(eigvalsh(x)))(eye(3)).toArray()).toEqual(eye(3).toArray());
    const { U, S } = svd(
      double([
        [0, 0],
        [0, 0],
        [0, 0],
      ]),
    );
    expect(S.toArray()).toEqual([0, 0]);
    expect(matmul(mT(U), U).toArray()).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  test('NaN among the elements shows in the result, and only there', () => {
    const bad = Number.NaN;
    const x = double([
      [1, bad],
      [bad, 2],
    ]);
    for (const y of [det(x), svdvals(x), eigvalsh(x), qr(x).R, pinv(x), inverse(x), cholesky(x)]) {
      const elements = [...y.data];
      expect(elements.some(Number.isNaN)).toBe(true);
    }
    const rest = eigvalsh(
      tensor([
        [
          [1, bad],
          [bad, 2],
        ],
        [
          [3, 0],
          [0, 1],
        ],
      ]),
    );
    expect(rest.toArray()).toEqual([
      [Number.NaN, Number.NaN],
      [1, 3],
    ]);
  });
});

test('float32 in, float32 out, computed in float64', () => {
  const x = tensor([
    [1, 1],
    [1, 1 + 2 ** -20],
  ]);
  expect(inverse(x).dtype).toBe('float32');
  expect(det(x).item()).toBe(2 ** -20);
  expect(svd(x).Vh.dtype).toBe('float32');
});

test('a changed matrix is decomposed again', () => {
  const x = double([
    [2, 0],
    [0, 4],
  ]);
  expect(inverse(x).toArray()).toEqual([
    [0.5, 0],
    [0, 0.25],
  ]);
  // What an update in place does.
  x.array.data.set([4, 0, 0, 2]);
  x.array.storage.version++;
  expect(inverse(x).toArray()).toEqual([
    [0.25, 0],
    [0, 0.5],
  ]);
  expect(det(mT(x)).item()).toBe(8);
});

describe('errors', () => {
  const batch = tensor([
    [
      [1, 0],
      [0, 1],
    ],
    [
      [1, 2],
      [2, 4],
    ],
  ]);
  const ones = tensor([[1], [1]]);
  test.each<[string, () => unknown, new (message: string) => Error, RegExp]>([
    [
      'inverse',
      () => inverse(batch),
      LinAlgError,
      /inverse: .*batch index \[1\] is singular.*pinv/,
    ],
    ['solve', () => solve(batch, ones), LinAlgError, /solve: .*batch index \[1\] is singular/],
    ['power', () => matrixPower(batch, -1), LinAlgError, /matrixPower: .*singular/],
    [
      'cholesky',
      () =>
        cholesky(
          tensor([
            [1, 2],
            [2, 1],
          ]),
        ),
      LinAlgError,
      /cholesky: the matrix is not positive definite \(leading minor 2\)/,
    ],
    ['square', () => det(ones), ShapeError, /det: needs square matrices.*\[2, 1\]/],
    ['vector', () => svd(tensor([1, 2])), ShapeError, /svd: needs matrices.*\[2\]/],
    ['rows', () => solve(tensor([[1]]), ones), ShapeError, /solve: shapes \[1, 1\] and \[2, 1\]/],
    [
      'whole',
      () => eigh(tensor([[1]], { dtype: 'int32' })),
      DTypeError,
      /eigh: needs float32 or float64, got int32/,
    ],
  ])('%s', (_name, run, type, message) => {
    expect(run).toThrow(type);
    expect(run).toThrow(message);
  });

  test('a zero on the diagonal of a triangle is no error, as in PyTorch', () => {
    const x = triangularSolve(
      tensor([
        [1, 0],
        [0, 0],
      ]),
      ones,
    );
    expect(x.toArray()).toEqual([[Number.NaN], [Number.POSITIVE_INFINITY]]);
  });
});

test('rules with symbols', () => {
  const [a, b] = [symbol('A', { shape: [2, 2] }), symbol('B', { shape: [2, 1] })];
  expect(String(inverse(a))).toBe('A⁻¹');
  expect(String(solve(a, b))).toBe('A⁻¹·B');
  expect(String(det(a))).toBe('det(A)');
  expect(String(eigh(a).eigenvalues)).toBe('eigh(A).eigenvalues');
});

test('the gradient of pinv of a matrix of low rank', () => {
  const line = double([
    [1, 2],
    [2, 4],
  ]);
  const first = (x: Tensor): Tensor => select(select(pinv(x, { rtol: 1e-9 }), 0, 0), 0, 0);
  // pinv(t·A) = pinv(A)/t, so along A itself the slope is −pinv(A).
  const slope = sum(grad(first)(line).mul(line)).item();
  expect(slope).toBeCloseTo(-first(line).item(), 12);
});
