// Attention, dropout and resampling: masks, shares, mistakes. PyTorch's numbers are in torch.test.ts.

import { describe, expect, it } from 'vitest';
import {
  ArgumentError,
  DTypeError,
  dropout,
  eye,
  generator,
  gridSample,
  gumbelSoftmax,
  interpolate,
  multiHeadAttention,
  ones,
  pixelShuffle,
  pixelUnshuffle,
  ShapeError,
  scaledDotProductAttention,
  sum,
  tensor,
  zeros,
} from '../../src/index.ts';

describe('dropout', () => {
  it('drops about the share asked for, and enlarges the rest', () => {
    const x = ones([1000], { requiresGrad: true });
    const y = dropout(x, { p: 0.2, generator: generator(1) });
    const kept = [...y.data].filter(v => v !== 0);
    expect(new Set(kept)).toEqual(new Set([1.25]));
    expect(kept.length).toBeGreaterThan(760);
    expect(kept.length).toBeLessThan(840);
    sum(y).backward();
    expect(x.grad?.toArray()).toEqual(y.toArray());
    expect([...dropout(x, { p: 0.2, generator: generator(1) }).data]).toEqual([...y.data]);
  });

  it('says what is wrong', () => {
    expect(() => dropout(ones([2]), { p: 1.5 })).toThrow('between 0 and 1, got the number 1.5');
    expect(() => dropout(ones([2], { dtype: 'int32' }))).toThrow(DTypeError);
  });
});

describe('attention', () => {
  it('sees what the mask lets it', () => {
    const [q, v] = [zeros([2, 2]), tensor([[1], [3]])];
    const attnMask = tensor([
      [true, false],
      [true, true],
    ]);
    expect(scaledDotProductAttention(q, q, v, { attnMask }).toArray()).toEqual([[1], [2]]);
    expect(scaledDotProductAttention(q, q, v, { isCausal: true }).toArray()).toEqual([[1], [2]]);
  });

  it('gives the weights of each head where asked', () => {
    const x = zeros([3, 2, 4]);
    const projections = { inProjWeight: zeros([12, 4]), outProjWeight: eye(4) };
    const all = { numHeads: 2, ...projections };
    const each = multiHeadAttention(x, x, x, { ...all, averageWeights: false, isCausal: true });
    expect(each.weights?.shape).toEqual([2, 2, 3, 3]);
    expect(each.weights?.select(0, 0).select(0, 1).select(0, 1).toArray()).toEqual([0.5, 0.5, 0]);
    expect(multiHeadAttention(x, x, x, { ...all, needWeights: false }).weights).toBe(null);
    const padded = multiHeadAttention(x, x, x, {
      ...{ ...all, isCausal: true },
      keyPaddingMask: tensor([
        [false, true, false],
        [false, false, false],
      ]),
    });
    expect(padded.weights?.select(0, 0).toArray()).toEqual([
      [1, 0, 0],
      [1, 0, 0],
      [0.5, 0, 0.5],
    ]);
  });

  it('says what is wrong', () => {
    const x = zeros([2, 4]);
    expect(() => scaledDotProductAttention(x, zeros([2, 3]), x)).toThrow(ShapeError);
    expect(() =>
      scaledDotProductAttention(x, x, x, { isCausal: true, attnMask: zeros([2, 2]) }),
    ).toThrow('not both');
    expect(() =>
      scaledDotProductAttention(x, x, x, { attnMask: zeros([2, 2], { dtype: 'int32' }) }),
    ).toThrow(DTypeError);
    expect(() => scaledDotProductAttention(x, x, x, { attnMask: zeros([3, 2]) })).toThrow(
      '[2, 2] and [3, 2]',
    );
    const projections = { inProjWeight: zeros([12, 4]), outProjWeight: eye(4) };
    expect(() => multiHeadAttention(x, x, x, { numHeads: 3, ...projections })).toThrow(
      'numHeads must divide the 4 features',
    );
    expect(() => multiHeadAttention(x, zeros([2, 3]), x, { numHeads: 2, ...projections })).toThrow(
      ShapeError,
    );
  });
});

describe('gumbelSoftmax', () => {
  it('chooses in proportion to the softmax', () => {
    const logits = zeros([2000, 2]).add(tensor([Math.log(3), 0]));
    const y = gumbelSoftmax(logits, { hard: true, generator: generator(1) });
    const [first, second] = sum(y, { dim: 0 }).toArray() as number[];
    expect(first as number).toBeCloseTo(1500, -2);
    expect((first as number) + (second as number)).toBe(2000);
  });
});

describe('resampling', () => {
  it('undoes itself', () => {
    const x = tensor(
      Float64Array.from({ length: 16 }, (_, k) => k),
      { shape: [1, 4, 2, 2] },
    );
    expect(pixelUnshuffle(pixelShuffle(x, 2), 2).toArray()).toEqual(x.toArray());
    expect(interpolate(x, { size: [2, 2], mode: 'bilinear' }).toArray()).toEqual(x.toArray());
  });

  it('says what is wrong', () => {
    const x = zeros([1, 3, 4]);
    expect(() => interpolate(x, { size: 2, mode: 'bilinear' })).toThrow(ShapeError);
    expect(() => interpolate(x, {})).toThrow('either size or scaleFactor');
    expect(() => interpolate(x, { size: 2, alignCorners: true })).toThrow(ArgumentError);
    expect(() => interpolate(x, { size: [1, 2] })).toThrow('1 spatial dimensions');
    expect(() => interpolate(x, { size: 2, mode: 'cubic' as 'linear' })).toThrow('mode');
    expect(() => pixelShuffle(x, 2)).toThrow('divisible by 4');
    expect(() => pixelUnshuffle(x, 2)).toThrow('divisible by the factor 2');
    expect(() => gridSample(x, x)).toThrow(ShapeError);
  });
});
