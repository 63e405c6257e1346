// Normalisations: running statistics, digits far from zero, fused against written out, mistakes. PyTorch's numbers are in
// torch.test.ts, gradients in tensor-gradients.test.ts.

import { describe, expect, it } from 'vitest';
import {
  ArgumentError,
  batchNorm,
  DTypeError,
  generator,
  groupNorm,
  instanceNorm,
  layerNorm,
  localResponseNorm,
  mean,
  normalize,
  ones,
  randn,
  rmsNorm,
  rsqrt,
  ShapeError,
  square,
  sub,
  sum,
  symbol,
  type Tensor,
  tensor,
  variance,
  zeros,
} from '../../src/index.ts';

const drawn = (shape: number[], seed = 1): Tensor =>
  randn(shape, { dtype: 'float64', generator: generator(seed), requiresGrad: true });

/** (x − mean) / √(variance + ε) of small ops. */
function written(x: Tensor, dim: number[], eps = 1e-5): Tensor {
  const middle = mean(x, { dim, keepdim: true });
  const spread = variance(x, { dim, keepdim: true, correction: 0 });
  return sub(x, middle).mul(rsqrt(spread.add(eps)));
}

function expectClose(a: Tensor | null, b: Tensor | null): void {
  const [p, q] = [a as Tensor, b as Tensor];
  expect(p.shape).toEqual(q.shape);
  p.data.forEach((x, k) => void expect(x).toBeCloseTo(q.data[k] as number, 11));
}

/** Value and gradient of f beside those of g. */
function expectSame(shape: number[], f: (x: Tensor) => Tensor, g: (x: Tensor) => Tensor): void {
  const [a, b] = [drawn(shape), drawn(shape)];
  const [y, z] = [f(a), g(b)];
  expectClose(y, z);
  const weights = drawn(y.shape as number[], 2).detach();
  sum(y.mul(weights)).backward();
  sum(z.mul(weights)).backward();
  expectClose(a.grad, b.grad);
}

describe('fused normalisations', () => {
  it('are what small ops make of them', () => {
    expectSame(
      [3, 4, 5],
      x => layerNorm(x, [4, 5]),
      x => written(x, [1, 2]),
    );
    expectSame(
      [4, 3],
      x => batchNorm(x, { training: true }),
      x => written(x, [0]),
    );
    expectSame(
      [2, 3, 2, 2],
      x => batchNorm(x, { training: true }),
      x => written(x, [0, 2, 3]),
    );
    expectSame(
      [2, 3, 4],
      x => instanceNorm(x),
      x => written(x, [2]),
    );
    expectSame(
      [2, 4, 3],
      x => groupNorm(x, 2),
      x => written(x.reshape([2, 2, 6]), [2]).reshape([2, 4, 3]),
    );
    expectSame(
      [3, 4],
      x => rmsNorm(x, [4], { eps: 0.1 }),
      x => x.mul(rsqrt(mean(square(x), { dim: 1, keepdim: true }).add(0.1))),
    );
  });

  it('keep their digits far from zero', () => {
    const near = tensor([[1, 2, 4]], { dtype: 'float64' });
    expectClose(layerNorm(near.add(2 ** 40), [3]), layerNorm(near, [3]));
  });

  it('keep the element type', () => {
    expect(layerNorm(zeros([2, 3]), [3]).dtype).toBe('float32');
    expect(rmsNorm(zeros([2, 3], { dtype: 'float64' }), 3).dtype).toBe('float64');
  });

  it('turn equal elements into the bias', () => {
    expect(layerNorm(ones([2]), [2], { bias: tensor([3, 4]) }).toArray()).toEqual([3, 4]);
  });

  it('read as one op in formulas', () => {
    const x = symbol('X', { shape: [2, 3] });
    expect(String(layerNorm(x, [3], { weight: symbol('w', { shape: [3] }) }))).toBe(
      'layerNorm(X, w)',
    );
  });
});

describe('batchNorm', () => {
  it('changes the running statistics in place, the variance with n − 1', () => {
    const runningMean = tensor([1, 1]);
    const runningVar = tensor([1, 1]);
    const x = tensor([
      [0, 2],
      [4, 2],
    ]);
    batchNorm(x, { training: true, momentum: 0.5, runningMean, runningVar });
    expect(runningMean.toArray()).toEqual([1.5, 1.5]);
    expect(runningVar.toArray()).toEqual([4.5, 0.5]);
    const y = batchNorm(x, { runningMean, runningVar, eps: 0 });
    expect(y.toArray()).toEqual([
      [Math.fround(-1.5 / Math.sqrt(4.5)), Math.fround(0.5 / Math.sqrt(0.5))],
      [Math.fround(2.5 / Math.sqrt(4.5)), Math.fround(0.5 / Math.sqrt(0.5))],
    ]);
  });

  it('says what is wrong', () => {
    const x = zeros([2, 3]);
    expect(() => batchNorm(x)).toThrow(ArgumentError);
    expect(() => batchNorm(x)).toThrow('training: true');
    expect(() => batchNorm(zeros([1, 3]), { training: true })).toThrow('larger batch');
    expect(() => batchNorm(zeros([3]), { training: true })).toThrow(ShapeError);
    expect(() => batchNorm(x, { training: true, weight: zeros([2]) })).toThrow(
      'weight must have shape [3], got [2]',
    );
    expect(() =>
      batchNorm(x, { training: true, runningMean: zeros([3], { requiresGrad: true }) }),
    ).toThrow('changed in place');
    expect(() => batchNorm(x, { training: true, momentum: 2 })).toThrow('momentum');
  });
});

describe('the others', () => {
  it('say what is wrong', () => {
    const x = zeros([2, 3]);
    expect(() => layerNorm(x, [2])).toThrow(ShapeError);
    expect(() => layerNorm(x, [2])).toThrow('does not end in the normalised shape [2]');
    expect(() => layerNorm(tensor([1, 2], { dtype: 'int32' }), [2])).toThrow(DTypeError);
    expect(() => layerNorm(x, [3], { weight: zeros([3], { dtype: 'float64' }) })).toThrow(
      'float64',
    );
    expect(() => layerNorm(x, [3], { eps: -1 })).toThrow('eps');
    expect(() => groupNorm(x, 2)).toThrow('3 channels');
    expect(() => instanceNorm(zeros([2, 3, 1]))).toThrow('single element');
    expect(() => localResponseNorm(x, 0)).toThrow(ArgumentError);
    expect(() => localResponseNorm(zeros([3]), 2)).toThrow('[batch, channels, ...]');
    expect(() => normalize(x, { dim: 2 })).toThrow('dimension 2');
  });
});
