// Derivations with tensors: the textbook's matrix forms, told step by step, and equal to what backward computes.

import { describe, expect, test } from 'vitest';
import {
  ArgumentError,
  derive,
  differentiate,
  type Expression,
  evaluate,
  GraphFreedError,
  grad,
  log,
  matmul,
  mul,
  NoGradientError,
  NonScalarLossError,
  ShapeError,
  sigmoid,
  square,
  sub,
  sum,
  symbol,
  type Tensor,
  tanh,
  tensor,
  transpose,
  value,
} from '../../src/index.ts';

const double = { dtype: 'float64', requiresGrad: true } as const;

function network() {
  const x = tensor(
    [
      [1, 2],
      [3, 4],
      [0.5, 1],
    ],
    { dtype: 'float64', name: 'x' },
  );
  const t = tensor([[1], [0], [1]], { dtype: 'float64', name: 't' });
  const W1 = tensor(
    [
      [0.1, 0.2],
      [0.3, 0.4],
    ],
    { ...double, name: 'W1' },
  );
  const b1 = tensor([0.1, 0.2], { ...double, name: 'b1' });
  const W2 = tensor([[0.5], [-0.6]], { ...double, name: 'W2' });
  const z = matmul(x, W1).add(b1).named('z');
  const h = sigmoid(z).named('h');
  const y = matmul(h, W2).named('y');
  return { W1, b1, W2, z, E: sum(square(y.sub(t))).named('E') };
}

describe('derive of a network of matrices', () => {
  test('is written as in a textbook', () => {
    const { E, W1, b1, W2, z } = network();
    expect(derive(E, W2).text).toBe('hᵀ·(2 · (y − t))');
    expect(derive(E, W1).text).toBe('xᵀ·(((2 · (y − t))·W2ᵀ) ⊙ sigmoid_derivative(h))');
    expect(derive(E, b1).text).toBe('sum(((2 · (y − t))·W2ᵀ) ⊙ sigmoid_derivative(h))');
    expect(derive(E, z).text).toBe('((2 · (y − t))·W2ᵀ) ⊙ sigmoid_derivative(h)');
    expect(derive(E, W2).latex).toBe('h^{\\top} \\left(2 \\cdot \\left(y - t\\right)\\right)');
  });

  test('equals backward, and its expression comes to the same with the numbers put in', () => {
    const { E, W1, b1, W2 } = network();
    for (const leaf of [W1, b1, W2]) {
      const { value, expression, numbers } = derive(E, leaf);
      E.backward({ retainGraph: true });
      expect((value as Tensor).toArray()).toEqual(leaf.grad?.toArray());
      const evaluated = evaluate(expression, numbers) as Tensor;
      expect(evaluated.shape).toEqual(leaf.shape);
      const got = evaluated.data;
      leaf.grad?.data.forEach((g, k) => void expect(got[k]).toBeCloseTo(g, 14));
      for (const each of [W1, b1, W2]) each.zeroGrad();
    }
  });

  test('goes from the loss to the leaf, cotangent by cotangent', () => {
    const { E, W1 } = network();
    const { steps } = derive(E, W1);
    expect(steps.map(({ text }) => text)).toEqual([
      'z = x·W1 + b1',
      'h = sigmoid(z)',
      'y = h·W2',
      'E = sum((y − t)²)',
      '∂E/∂y = 2 · (y − t)',
      '∂E/∂h = ∂E/∂y·W2ᵀ',
      '∂E/∂z = ∂E/∂h ⊙ sigmoid_derivative(h)',
      '∂E/∂W1 = xᵀ·∂E/∂z',
      '∂E/∂W1 = xᵀ·(((2 · (y − t))·W2ᵀ) ⊙ sigmoid_derivative(h))',
    ]);
    expect(steps[0]?.numbers).toMatch(
      /^z = \[\[1, 2\], \[3, 4\], \[0\.5, 1\]\]·\[\[0\.1, 0\.2\].* = \[\[0\.8, 1\.2\]/,
    );
    expect(steps[4]?.numbers).toMatch(/^∂E\/∂y = \[\[−2\.23226\], \[−0\.268174\]/);
    expect(steps[5]?.latex).toBe(
      '\\frac{\\partial E}{\\partial h} = \\frac{\\partial E}{\\partial y} W_{2}^{\\top}',
    );
  });

  test('a node used twice gathers both parts, a Value stands beside tensors', () => {
    const k = value(3, { name: 'k' });
    const x = tensor([1, 2], { ...double, name: 'x' });
    const h = x.mul(k).named('h');
    const E = sum(h.mul(tanh(h))).named('E');
    expect(derive(E, k).text).toMatch(/^sum\(/);
    E.backward({ retainGraph: true });
    expect(derive(E, k).value).toBe(k.grad);
    expect(derive(E, x).steps.filter(({ kind }) => kind === 'factor')).toHaveLength(2);
  });

  test('large tensors go by their names', () => {
    const x = tensor(
      Array.from({ length: 50 }, (_, k) => k),
      { ...double, name: 'x' },
    );
    const { steps } = derive(sum(square(x)).named('E'), x);
    expect(steps.at(-1)?.numbers).toBe('∂E/∂x = 2x = a tensor [50]');
  });

  test('refuses what it cannot do', () => {
    const { E, W1 } = network();
    expect(() => derive(E, tensor([1], { ...double, name: 'other' }))).toThrow(NoGradientError);
    expect(() => derive(matmul(W1, W1), W1)).toThrow(NonScalarLossError);
    expect(() => derive(E, 3 as never)).toThrow(ArgumentError);
    E.backward();
    expect(() => derive(E, W1)).toThrow(GraphFreedError);
  });
});

describe('the vjp of a formula', () => {
  const X = symbol('X', { shape: [5, 3] });
  const W = symbol('W', { shape: [3, 2] });
  const G = symbol('G', { shape: [5, 2] });
  const vjp = (y: Expression, name: string): string =>
    String(differentiate(y, name, { cotangent: G }));

  test('of matmul', () => {
    expect(vjp(matmul(X, W), 'X')).toBe('G·Wᵀ');
    expect(vjp(matmul(X, W), 'W')).toBe('Xᵀ·G');
    expect(differentiate(matmul(X, W), 'X', { cotangent: G }).toLatex()).toBe('G W^{\\top}');
  });

  test('of elementwise ops between matrices, and of what broadcasting stretches', () => {
    const b = symbol('b', { shape: [2] });
    const c = symbol('c');
    expect(vjp(tanh(matmul(X, W)), 'X')).toBe('(G ⊙ (1 − tanh(X·W)²))·Wᵀ');
    expect(vjp(matmul(X, W).add(b), 'b')).toBe('sum(G)');
    expect(vjp(mul(c, matmul(X, W)), 'c')).toBe('sum(G ⊙ (X·W))');
    expect(vjp(transpose(transpose(G, 0, 1), 0, 1), 'G')).toBe('(Gᵀ)ᵀ');
  });

  test('of formulas that are numbers once summed', () => {
    expect(String(differentiate(sum(matmul(X, W)), 'W'))).toBe('Xᵀ·𝟏');
    expect(String(differentiate(sum(log(X)), 'X'))).toBe('1 / X');
    expect(String(differentiate(sum(sub(X, X)), 'X'))).toBe('0');
  });

  test('evaluates to what the engine computes', () => {
    const [x, w] = [
      tensor([
        [1, 2],
        [3, 4],
      ]),
      tensor([
        [0.5, -1],
        [2, 0.25],
      ]),
    ];
    const A = symbol('A', { shape: [2, 2] });
    const B = symbol('B', { shape: [2, 2] });
    const d = differentiate(sum(tanh(matmul(A, B))), 'A');
    const exact = grad((a: Tensor) => sum(tanh(matmul(a, w))))(x) as Tensor;
    const got = (evaluate(d, { A: x, B: w }) as Tensor).data;
    exact.data.forEach((g, k) => void expect(got[k]).toBeCloseTo(g, 6));
  });

  test('refuses a missing or misshapen cotangent', () => {
    expect(() => differentiate(matmul(X, W), 'X')).toThrow(NonScalarLossError);
    expect(() => differentiate(matmul(X, W), 'X', { cotangent: X })).toThrow(ShapeError);
    expect(() => differentiate(matmul(X, W), 'X', { cotangent: 1 as never })).toThrow(
      ArgumentError,
    );
    expect(() => differentiate(X, 'X', { seed: G } as never)).toThrow(/unknown option "seed"/);
  });
});
