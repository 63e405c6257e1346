// Convolutions: values by hand, lengths, element types, mistakes, and how their derivatives read. PyTorch's numbers are in
// torch.test.ts, gradients in tensor-gradients.test.ts.

import { describe, expect, it } from 'vitest';
import { type Op, vjpOf } from '../../src/autograd/op.ts';
import {
  ArgumentError,
  conv1d,
  conv2d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  DTypeError,
  type Expression,
  fold,
  grad,
  matmul,
  mul,
  ones,
  reshape,
  ShapeError,
  sum,
  symbol,
  type Tensor,
  tensor,
  unfold,
} from '../../src/index.ts';

describe('values', () => {
  it('are those of the textbook: padding, stride and dilation', () => {
    const x = tensor([[1, 2, 3, 4, 5]]);
    const w = tensor([[[1, 0, -1]]]);
    expect(conv1d(x, w).toArray()).toEqual([[-2, -2, -2]]);
    expect(conv1d(x, w, { padding: 1 }).toArray()).toEqual([[-2, -2, -2, -2, 4]]);
    expect(conv1d(x, w, { padding: 'same' }).toArray()).toEqual([[-2, -2, -2, -2, 4]]);
    expect(conv1d(x, w, { stride: 2 }).toArray()).toEqual([[-2, -2]]);
    expect(conv1d(x, w, { dilation: 2 }).toArray()).toEqual([[-4]]);
  });

  it("put one more zero at the end where 'same' needs an odd number", () => {
    expect(conv1d(ones([1, 3]), ones([1, 1, 2]), { padding: 'same' }).toArray()).toEqual([
      [2, 2, 1],
    ]);
  });

  it('have the length of the formula over a grid of values', () => {
    for (const length of [5, 8]) {
      for (const kernel of [1, 3]) {
        for (const stride of [1, 2, 3]) {
          for (const padding of [0, 1, 4]) {
            for (const dilation of [1, 2]) {
              const x = ones([1, length]);
              const y = conv1d(x, ones([1, 1, kernel]), { stride, padding, dilation });
              const expected = (length + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
              expect(y.shape).toEqual([1, Math.floor(expected)]);
            }
          }
        }
      }
    }
  });

  it('are the product of the weights with the unfolded windows', () => {
    const data = (n: number) => Float32Array.from({ length: n }, (_, k) => ((k * 7) % 11) - 5);
    const x = tensor(data(2 * 3 * 25), { shape: [2, 3, 5, 5] });
    const w = tensor(data(4 * 3 * 6), { shape: [4, 3, 2, 3] });
    const options = { padding: [1, 0], stride: [2, 1] };
    const columns = unfold(x, [2, 3], options);
    const product = reshape(matmul(reshape(w, [4, 18]), columns), [2, 4, 3, 3]);
    expect(conv2d(x, w, options).toArray()).toEqual(product.toArray());
  });

  it('of fold count how many windows cover each element', () => {
    const x = ones([1, 3, 3]);
    expect(fold(unfold(x, 2), 3, 2).toArray()).toEqual([
      [
        [1, 2, 1],
        [2, 4, 2],
        [1, 2, 1],
      ],
    ]);
  });

  it('are the same in float32 whether a sample stands alone or in a batch', () => {
    const one = Float32Array.from({ length: 4 * 144 }, (_, k) => Math.sin(k));
    const w = tensor(
      Float32Array.from({ length: 8 * 36 }, (_, k) => Math.cos(k)),
      { shape: [8, 4, 3, 3] },
    );
    const alone = conv2d(tensor(one, { shape: [4, 12, 12] }), w);
    const batch = conv2d(tensor(Float32Array.of(...one, ...one), { shape: [2, 4, 12, 12] }), w);
    expect(batch.toArray()).toEqual([alone.toArray(), alone.toArray()]);
  });

  it('of an empty batch are empty, and its gradients zero', () => {
    const w = ones([2, 1, 2, 2], { requiresGrad: true });
    const y = conv2d(ones([0, 1, 3, 3]), w);
    expect(y.shape).toEqual([0, 2, 2, 2]);
    sum(y).backward();
    expect(sum(w.grad as Tensor).item()).toBe(0);
  });
});

it('promotes element types', () => {
  const x = ones([1, 3]);
  const w = ones([1, 1, 2], { dtype: 'float64' });
  expect(conv1d(x, ones([1, 1, 2])).dtype).toBe('float32');
  expect(conv1d(x, w).dtype).toBe('float64');
  expect(conv1d(x, ones([1, 1, 2]), { bias: ones([1], { dtype: 'float64' }) }).dtype).toBe(
    'float64',
  );
  expect(convTranspose1d(x, w).dtype).toBe('float64');
  const whole = { dtype: 'int32' } as const;
  expect(conv1d(ones([1, 3], whole), ones([1, 1, 2], whole)).dtype).toBe('int32');
});

it('takes plain arrays as sizes, of length one for all dimensions', () => {
  const x = ones([1, 4, 4]);
  const w = ones([1, 1, 2, 2]);
  expect(conv2d(x, w, { stride: [2] }).shape).toEqual([1, 2, 2]);
  expect(conv2d(x, w, { stride: [2, 1] }).shape).toEqual([1, 2, 3]);
});

describe('mistakes', () => {
  const x = ones([2, 3, 5]);
  const w = ones([4, 3, 2]);
  it.each([
    [() => conv1d(ones([5]), w), ShapeError, /conv1d.*\[C, L\] or \[N, C, L\], got \[5\]/],
    [() => conv2d(ones([5, 5]), w), ShapeError, /conv2d.*4 dimensions.*got \[4, 3, 2\]/],
    [
      () => conv1d(x, ones([4, 2, 2])),
      ShapeError,
      /conv1d.*\[2, 3, 5\] has 3 channels.*\[4, 2, 2\] takes 2/,
    ],
    [() => conv1d(x, ones([4, 1, 2]), { groups: 3 }), ShapeError, /multiple of groups = 3/],
    [() => conv1d(x, w, { groups: 2 }), ShapeError, /takes 3 in each of 2 groups/],
    [() => conv1d(x, w, { groups: 0 }), ArgumentError, /groups must be a whole number from 1/],
    [() => conv1d(x, ones([4, 3, 6])), ShapeError, /covers 6 elements, more than the 5/],
    [() => conv1d(x, w, { dilation: 5 }), ShapeError, /with dilation \[5\] covers 6 elements/],
    [() => conv1d(x, ones([4, 3, 0])), ShapeError, /none of them 0/],
    [
      () => conv1d(x, w, { bias: ones([3]) }),
      ShapeError,
      /bias must have the shape \[4\].*got \[3\]/,
    ],
    [
      () => conv1d(x, w, { stride: 0 }),
      ArgumentError,
      /stride must be made of whole numbers from 1/,
    ],
    [
      () => conv1d(x, w, { padding: -1 }),
      ArgumentError,
      /padding must be made of whole numbers from 0/,
    ],
    [() => conv1d(x, w, { padding: 'same', stride: 2 }), ArgumentError, /'same' needs stride 1/],
    [() => conv1d(x, w, { padding: 'full' as 'same' }), ArgumentError, /'same' or 'valid'/],
    [
      () => conv2d(ones([1, 3, 3]), ones([1, 1, 2, 2]), { stride: [1, 1, 1] }),
      ArgumentError,
      /array of 2/,
    ],
    [() => conv1d(x, w, { strides: 2 } as object), ArgumentError, /unknown option "strides"/],
    [
      () => conv1d(ones([1, 3], { dtype: 'bool' }), ones([1, 1, 2])),
      DTypeError,
      /input must hold numbers/,
    ],
    [() => conv3d(ones([1, 1, 1, 1]), ones([1, 1, 2, 1, 1])), ShapeError, /conv3d.*dimension -3/],
    [() => convTranspose1d(x, w), ShapeError, /has 3 channels, but the weight \[4, 3, 2\] takes 4/],
    [
      () => convTranspose1d(ones([1, 2]), ones([1, 1, 2]), { padding: 2 }),
      ShapeError,
      /gives a size of -1/,
    ],
    [
      () => convTranspose1d(ones([1, 2]), ones([1, 1, 2]), { outputPadding: 1 }),
      ArgumentError,
      /outputPadding \[1\] must be smaller than the stride \[1\]/,
    ],
    [() => convTranspose2d(ones([3, 3]), ones([1, 1, 2, 2])), ShapeError, /\[C, H, W\]/],
    [() => unfold(ones([1, 2, 2]), 3), ShapeError, /unfold.*covers 3 elements, more than the 2/],
    [() => unfold(ones([1, 2, 2]), 0), ArgumentError, /kernelSize/],
    [() => fold(ones([4, 3]), [2, 3], 2), ShapeError, /\[C·4, 2\].*got \[4, 3\]/],
    [() => fold(ones([5, 2]), [2, 3], 2), ShapeError, /got \[5, 2\]/],
  ])('number %# is named with its remedy', (fn, type, message) => {
    expect(fn).toThrow(type);
    expect(fn).toThrow(message);
  });
});

describe('with symbols', () => {
  const X = symbol('X', { shape: [2, 3, 8, 8] });
  const W = symbol('W', { shape: [4, 3, 3, 3] });
  const b = symbol('b', { shape: [4] });

  const rules = (y: Expression): string[] => {
    const { op, args, params, shape } = y;
    const G = symbol('G', { shape: shape ?? [] });
    const { structure } = op as Op & { structure: object };
    return args.map((_, k) => String(vjpOf(structure, k)?.(G, args, y, params)));
  };

  it('reads like the call', () => {
    expect(String(conv2d(X, W))).toBe('conv2d(X, W)');
    expect(String(conv2d(X, W, { bias: b }))).toBe('conv2d(X, W) + b');
    expect(conv2d(X, W, { padding: 'same' }).shape).toEqual([2, 4, 8, 8]);
    expect(conv2d(X, W).toLatex()).toBe('\\operatorname{conv2d}\\left(X, W\\right)');
  });

  it('derives to a transposed convolution and to the gradient of the weights', () => {
    expect(rules(conv2d(X, W))).toEqual(['convTranspose2d(G, W)', 'convWeight2d(X, G)']);
    expect(rules(conv2d(X, W, { bias: b }))).toEqual([
      'convTranspose2d(G, W)',
      'convWeight2d(X, G)',
      'sum(sum(G))',
    ]);
    const V = symbol('V', { shape: [4, 3, 5] });
    const Y = symbol('Y', { shape: [1, 4, 8] });
    expect(rules(convTranspose1d(Y, V))).toEqual(['conv1d(G, V)', 'convWeight1d(G, Y)']);
  });
});

it('has gradients of gradients: those of a squared convolution', () => {
  const x = tensor([[1, 2, 3]], { dtype: 'float64', requiresGrad: true });
  const w = tensor([[[1, -1]]], { dtype: 'float64', requiresGrad: true });
  const y = conv1d(x, w);
  const [dx] = grad(sum(mul(y, y)), [x], { createGraph: true }) as [Tensor];
  expect(dx.toArray()).toEqual([[-2, 0, 2]]);
  // With w = (a, b) and y = (y₁, y₂): dx = (2a·y₁, 2b·y₁ + 2a·y₂, 2b·y₂) = (−2, 0, 2).
  const [dw] = grad(sum(mul(dx, dx)), [w]) as [Tensor];
  expect(dw.toArray()).toEqual([[[-16, -48]]]);
});
