// Losses: bounds, stable tails, conventions, mistakes. PyTorch's numbers are in torch.test.ts.

import { describe, expect, it } from 'vitest';
import {
  ArgumentError,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  cosineEmbeddingLoss,
  ctcLoss,
  DTypeError,
  gaussianNllLoss,
  hingeEmbeddingLoss,
  IndexError,
  klDiv,
  marginRankingLoss,
  multiMarginLoss,
  poissonNllLoss,
  ShapeError,
  sum,
  tensor,
  tripletMarginLoss,
  zeros,
} from '../../src/index.ts';

const none = { reduction: 'none' } as const;
const float64 = { dtype: 'float64' } as const;

describe('binary cross-entropy', () => {
  it('has bounded slopes at certain but wrong answers', () => {
    const x = tensor([0, 1, 0, 1], { ...float64, requiresGrad: true });
    const losses = binaryCrossEntropy(x, tensor([0, 1, 1, 0], float64), none);
    expect(losses.data).toEqual(Float64Array.of(0, 0, 100, 100));
    sum(losses).backward();
    expect(x.grad?.toArray()).toEqual([0, 0, -1e12, 1e12]);
  });

  it('keeps small losses of logits', () => {
    const loss = binaryCrossEntropyWithLogits(
      tensor([-40, 40], float64),
      tensor([0, 1], float64),
      none,
    );
    expect(loss.data).toEqual(
      Float64Array.of(Math.log1p(Math.exp(-40)), Math.log1p(Math.exp(-40))),
    );
  });

  it('says what is wrong', () => {
    expect(() => binaryCrossEntropy(tensor([1.5]), tensor([1]))).toThrow(
      'binaryCrossEntropyWithLogits',
    );
    expect(() => binaryCrossEntropy(tensor([0.5]), tensor([1, 0]))).toThrow(ShapeError);
    expect(() =>
      binaryCrossEntropyWithLogits(tensor([1], { dtype: 'int32' }), tensor([1])),
    ).toThrow(DTypeError);
    expect(() =>
      binaryCrossEntropy(tensor([0.5]), tensor([1]), { reduction: 'max' as 'sum' }),
    ).toThrow('reduction');
  });
});

describe('other losses', () => {
  it('count a variance below ε as ε, but hand its gradient on', () => {
    const v = tensor([0], { ...float64, requiresGrad: true });
    const loss = gaussianNllLoss(tensor([1], float64), tensor([1], float64), v, { eps: 0.5 });
    expect(loss.item()).toBeCloseTo(0.5 * Math.log(0.5), 14);
    loss.backward();
    expect(v.grad?.toArray()).toEqual([1]);
  });

  it('give ∞, or 0 where asked, to a target without an alignment', () => {
    const logProbs = zeros([2, 1, 3]);
    const labels = tensor([[1, 1]], { dtype: 'int32' });
    expect(ctcLoss(logProbs, labels, [2], [2]).item()).toBe(Infinity);
    expect(ctcLoss(logProbs, labels, [2], [2], { zeroInfinity: true }).item()).toBe(0);
    expect(ctcLoss(zeros([2, 3]), tensor([1], { dtype: 'int32' }), 2, 1, none).shape).toEqual([]);
  });

  it('take all labels after each other as well', () => {
    const logProbs = tensor(
      Float64Array.from({ length: 24 }, (_, k) => -((k * 7) % 5) - 1),
      { shape: [4, 2, 3] },
    );
    const padded = tensor(
      [
        [1, 2],
        [2, 0],
      ],
      { dtype: 'int32' },
    );
    const joined = tensor([1, 2, 2], { dtype: 'int32' });
    const [a, b] = [padded, joined].map(t => ctcLoss(logProbs, t, [4, 3], [2, 1]).item());
    expect(a).toBe(b);
  });

  it('say what is wrong', () => {
    const x = zeros([2, 3]);
    const wrong = tensor([0, 3], { dtype: 'int32' });
    expect(() => multiMarginLoss(x, wrong)).toThrow(IndexError);
    expect(() => multiMarginLoss(x, tensor([0, 1]))).toThrow(DTypeError);
    expect(() => multiMarginLoss(x, tensor([0], { dtype: 'int32' }))).toThrow(ShapeError);
    expect(() => hingeEmbeddingLoss(x, zeros([4]))).toThrow('hingeEmbeddingLoss');
    expect(() => marginRankingLoss(x, x, zeros([2]))).toThrow('marginRankingLoss');
    expect(() => cosineEmbeddingLoss(x, x, zeros([]))).toThrow(ShapeError);
    expect(() => tripletMarginLoss(x, x, x, { margin: 'wide' as never })).toThrow(ArgumentError);
    expect(() => klDiv(zeros([]), zeros([]), { reduction: 'batchmean' })).toThrow('batch');
    expect(() => poissonNllLoss(x, x, { log: true } as never)).toThrow('unknown option "log"');
    expect(() => gaussianNllLoss(x, x, tensor([-1]))).toThrow('never negative');
    expect(() => gaussianNllLoss(x, x, zeros([3, 2]))).toThrow('[2, 1] or [2]');
    expect(() => ctcLoss(zeros([2, 1, 3]), tensor([[0]], { dtype: 'int32' }), [2], [1])).toThrow(
      'not the blank 0',
    );
    expect(() => ctcLoss(zeros([2, 1, 3]), tensor([[1]], { dtype: 'int32' }), [3], [1])).toThrow(
      'inputLengths',
    );
  });
});
