// The transforms on tensors: against closed forms, nested in each other, and with numbers and Values beside tensors.

import { describe, expect, test } from 'vitest';
import {
  customOp,
  grad,
  hessian,
  hvp,
  jacobian,
  jvp,
  matmul,
  mul,
  NonScalarLossError,
  square,
  stopGradient,
  sum,
  type Tensor,
  tensor,
  transpose,
  type Value,
  value,
  valueAndGrad,
  vjp,
} from '../../src/index.ts';

const double = (data: readonly unknown[]): Tensor => tensor(data as never, { dtype: 'float64' });
const arrays = (tensors: unknown): unknown => (tensors as Tensor[]).map(t => t.toArray());

const A = double([
  [2, 1],
  [0, 3],
]);
const x = double([5, -1]);
/** xᵀ·A·x, whose gradient is (A + Aᵀ)·x and whose Hessian is A + Aᵀ. */
const quadratic = (z: Tensor): Tensor => sum(mul(z, matmul(A, z)));

describe('closed forms', () => {
  test('gradient, value and gradient', () => {
    expect((grad(quadratic)(x) as Tensor).toArray()).toEqual([19, -1]);
    const [y, g] = valueAndGrad(quadratic)(x) as unknown as [Tensor, Tensor];
    expect(y.item()).toBe(48);
    expect(g.toArray()).toEqual([19, -1]);
  });

  test('the Jacobian of A·x is A, row by row', () => {
    const [rows] = jacobian((z: Tensor) => [matmul(A, z)], [x]) as unknown as [Tensor[]];
    expect(arrays(rows)).toEqual([A.toArray()]);
  });

  test('the Hessian of xᵀ·A·x is A + Aᵀ, its product with a vector without forming it', () => {
    const symmetric = A.add(transpose(A, 0, 1));
    expect(arrays((hessian(quadratic, [x]) as unknown as Tensor[][])[0])).toEqual([
      symmetric.toArray(),
    ]);
    const v = double([1, 10]);
    expect(arrays(hvp(quadratic, [x], [v]))).toEqual([matmul(symmetric, v).toArray()]);
  });

  test('mixed second derivatives of two tensors', () => {
    const f = (a: Tensor, b: Tensor): Tensor => sum(mul(square(a), b));
    const rows = hessian(f, [double([2, 3]), double([5, 7])]) as unknown as Tensor[][];
    expect(rows.map(arrays)).toEqual([
      [
        [
          [10, 0],
          [0, 14],
        ],
        [
          [4, 0],
          [0, 6],
        ],
      ],
      [
        [
          [4, 0],
          [0, 6],
        ],
        [
          [0, 0],
          [0, 0],
        ],
      ],
    ]);
  });

  test('vjp and jvp of a product are its two halves', () => {
    const [G, V] = [double([[1, 2]]), double([[3], [4]])];
    const B = double([[1], [2]]);
    const [[y], pull] = vjp((a: Tensor, b: Tensor) => [matmul(a, b)], [A, B]) as never as [
      [Tensor],
      (v: Tensor[]) => Tensor[],
    ];
    expect(y.toArray()).toEqual([[4], [6]]);
    expect(arrays(pull([transpose(G, 0, 1)]))).toEqual([
      [
        [1, 2],
        [2, 4],
      ],
      [[2], [7]],
    ]);
    const [, tangents] = jvp((b: Tensor) => [matmul(A, b)], [B], [V]) as [unknown, Tensor[]];
    expect(arrays(tangents)).toEqual([[[10], [12]]]);
  });
});

describe('nesting and mixing', () => {
  test('third derivative, forward over reverse over reverse', () => {
    const cubes = (z: Tensor): Tensor => sum(z.mul(z).mul(z).mul(z));
    const second = (z: Tensor): Tensor =>
      sum(grad((w: Tensor) => sum(grad(cubes)(w) as Tensor))(z) as Tensor);
    const [, [third]] = jvp((z: Tensor) => [second(z)], [x], [double([1, 0])]) as [
      unknown,
      Tensor[],
    ];
    expect((third as Tensor).item()).toBe(24 * 5);
  });

  test('a Value beside tensors, and a gradient that passes by', () => {
    const scaled = (z: Tensor, k: Value): Tensor => sum(mul(z, k));
    const three = value(3, { requiresGrad: false });
    const [a, b] = grad(scaled as never)(x as never, three as never) as never as [Tensor, Value];
    expect(a.toArray()).toEqual([3, 3]);
    expect(b.data).toBe(4);
    expect((grad((z: Tensor) => sum(mul(z, stopGradient(z))))(x) as Tensor).toArray()).toEqual([
      5, -1,
    ]);
  });

  test('custom ops take tensors, to any order', () => {
    const cube = customOp({
      name: 'cubeOfTensor',
      value: v => v ** 3,
      partials: [v => mul(3, square(v))],
    });
    const f = (z: Tensor): Tensor => sum(cube(z));
    expect((grad(f)(x) as Tensor).toArray()).toEqual([75, 3]);
    expect((grad((z: Tensor) => sum(grad(f)(z) as Tensor))(x) as Tensor).toArray()).toEqual([
      30, -6,
    ]);
  });

  test('grad refuses a result of several numbers, and points to jacobian', () => {
    expect(() => grad((z: Tensor) => matmul(A, z))(x)).toThrow(NonScalarLossError);
    expect(() => grad((z: Tensor) => matmul(A, z))(x)).toThrow(/float64 \[2\].*or use jacobian/);
  });
});
