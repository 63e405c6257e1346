// Pools: values by hand, lengths, special values, mistakes, and how their derivatives read. PyTorch's numbers are in
// torch.test.ts, gradients in tensor-gradients.test.ts.

import { describe, expect, it } from 'vitest';
import { type Op, vjpOf } from '../../src/autograd/op.ts';
import {
  ArgumentError,
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveMaxPool2d,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  DTypeError,
  type Expression,
  generator,
  IndexError,
  lpPool1d,
  lpPool2d,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  maxUnpool1d,
  maxUnpool2d,
  ones,
  rand,
  ShapeError,
  stochasticPool1d,
  stochasticPool2d,
  sum,
  symbol,
  type Tensor,
  tensor,
} from '../../src/index.ts';

const { NaN: nan, NEGATIVE_INFINITY: least } = Number;

/** The gradient of the sum of what `f` makes of `data`. */
function gradient(f: (x: Tensor) => Tensor, data: number[][]): unknown {
  const x = tensor(data, { requiresGrad: true });
  sum(f(x)).backward();
  return x.grad?.toArray();
}

describe('maxima', () => {
  it('let NaN win, and never the padding', () => {
    const x = tensor([[nan, 1, 2, -3]]);
    expect(maxPool1d(x, 2).toArray()).toEqual([[nan, 2]]);
    expect(maxPool1d(tensor([[1, nan, 3, 4]]), 3, { stride: 1 }).toArray()).toEqual([[nan, nan]]);
    expect(maxPool1d(tensor([[-5, -6]]), 2, { padding: 1 }).toArray()).toEqual([[-5, -6]]);
  });

  it('have the places of the first of equals, the last NaN, the start of a window of −∞', () => {
    const places = (row: number[]) =>
      maxPool1d(tensor([row]), 3, { returnIndices: true }).indices.toArray();
    expect(places([2, 2, 1])).toEqual([[0]]);
    expect(places([nan, 5, nan])).toEqual([[2]]);
    expect(places([0, 0, 0, least, least, least])).toEqual([[0, 3]]);
    const padded = maxPool1d(tensor([[least, least]]), 2, { padding: 1, returnIndices: true });
    expect(padded.indices.toArray()).toEqual([[0, 1]]);
  });

  it('count rows, planes and padding in their indices', () => {
    const x = tensor([
      [
        [1, 2, 3],
        [4, 9, 6],
        [7, 8, 5],
      ],
    ]);
    const { values, indices } = maxPool2d(x, 2, { padding: 1, returnIndices: true });
    expect(values.toArray()).toEqual([
      [
        [1, 3],
        [7, 9],
      ],
    ]);
    expect(indices.toArray()).toEqual([
      [
        [0, 2],
        [6, 4],
      ],
    ]);
    expect(indices.dtype).toBe('int32');
  });

  it('send the gradient to one place of each window, and add up where windows overlap', () => {
    expect(gradient(x => maxPool1d(x, 2, { stride: 1 }), [[1, 5, 5, 2]])).toEqual([[0, 2, 1, 0]]);
  });

  it('keep int32', () => {
    expect(maxPool1d(tensor([[1, 3]], { dtype: 'int32' }), 2).dtype).toBe('int32');
  });

  it('are the same for large float32 inputs as for float64, and so are their gradients', () => {
    const data = rand([2, 3, 21, 18], { generator: generator(5) });
    for (const options of [
      {},
      { stride: 2, padding: 1 },
      { dilation: 2, stride: 1 },
      { ceilMode: true },
    ]) {
      const [single, double] = (['float32', 'float64'] as const).map(dtype => {
        const x = tensor(data, { dtype, requiresGrad: true });
        const { values, indices } = maxPool2d(x, 3, { ...options, returnIndices: true });
        sum(maxPool2d(x, 3, options)).backward();
        return [values.toArray(), indices.toArray(), x.grad?.toArray()];
      });
      expect(single).toEqual(double);
    }
  });

  it('keep NaN and −∞ of large float32 inputs, and give no place in the padding', () => {
    const numbers = rand([4, 20, 20], { generator: generator(6) }).data.map((x, k) =>
      k < 400 ? least : k % 37 === 0 ? nan : x,
    );
    const [single, double] = (['float32', 'float64'] as const).map(dtype => {
      const x = tensor(numbers, { dtype, shape: [4, 20, 20] });
      const { values, indices } = maxPool2d(x, 3, { padding: 1, returnIndices: true });
      return [maxPool2d(x, 3, { padding: 1 }).toArray(), values.toArray(), indices.toArray()];
    });
    expect(single).toEqual(double);
  });
});

describe('averages', () => {
  it('count the padding unless told not to, and never what is beyond it', () => {
    const x = tensor([[2, 4, 6, 8]]);
    expect(avgPool1d(x, 3, { padding: 1, stride: 2 }).toArray()).toEqual([[2, 6]]);
    const own = { padding: 1, stride: 2, countIncludePad: false };
    expect(avgPool1d(x, 3, own).toArray()).toEqual([[3, 6]]);
    expect(avgPool1d(x, 3, { stride: 2, ceilMode: true }).toArray()).toEqual([[4, 7]]);
  });

  it('share the gradient out', () => {
    expect(gradient(x => avgPool1d(x, 2, { stride: 1 }), [[1, 2, 3]])).toEqual([[0.5, 1, 0.5]]);
  });

  it('adapt to the size that is asked for', () => {
    const x = tensor([[1, 2, 3, 4, 5]], { dtype: 'float64' });
    expect(adaptiveAvgPool1d(x, 3).toArray()).toEqual([[1.5, 3, 4.5]]);
    expect(adaptiveAvgPool2d(ones([2, 3, 4, 5]), [null, 2]).shape).toEqual([2, 3, 4, 2]);
    expect(adaptiveMaxPool2d(ones([3, 4, 5]), 1).shape).toEqual([3, 1, 1]);
  });
});

it('lengths are those of the formula', () => {
  for (const size of [5, 8]) {
    for (const kernel of [2, 3]) {
      for (const stride of [1, 2, 3]) {
        for (const padding of [0, 1]) {
          const steps = (size + 2 * padding - kernel) / stride;
          const length = (ceilMode: boolean) =>
            maxPool1d(ones([1, size]), kernel, { stride, padding, ceilMode }).shape[1];
          expect(length(false)).toBe(Math.floor(steps) + 1);
          const up = Math.ceil(steps) + 1;
          expect(length(true)).toBe((up - 1) * stride >= size + padding ? up - 1 : up);
        }
      }
    }
  }
});

it('a window of zeros has a power sum without a slope', () => {
  expect(gradient(x => lpPool1d(x, 2, 2), [[0, 0, 3, 4]])).toEqual([
    [0, 0, Math.fround(0.6), Math.fround(0.8)],
  ]);
});

describe('unpooling', () => {
  it('undoes a pool as far as it can', () => {
    const x = tensor([[1, 3, 2, 4, 5]]);
    const { values, indices } = maxPool1d(x, 2, { returnIndices: true });
    expect(maxUnpool1d(values, indices, 2).toArray()).toEqual([[0, 3, 0, 4]]);
    expect(maxUnpool1d(values, indices, 2, { outputSize: [1, 5] }).toArray()).toEqual([
      [0, 3, 0, 4, 0],
    ]);
  });
});

describe('stochastic pools', () => {
  it('draw each element as often as its share says', () => {
    const x = tensor([[1, 0, 3, 6]]);
    const source = generator(7);
    const counts = new Map<number, number>();
    for (let k = 0; k < 1000; k++) {
      const drawn = stochasticPool1d(x, 4, { generator: source }).item();
      counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([1, 3, 6]);
    for (const value of [1, 3, 6]) {
      expect(Math.abs((counts.get(value) ?? 0) - 100 * value)).toBeLessThan(50);
    }
  });

  it('draw the same from the same seed, and send the whole gradient to what was drawn', () => {
    const data = rand([2, 4, 6], { generator: generator(1) });
    const run = (): unknown[] => {
      const x = tensor(data, { requiresGrad: true });
      const y = stochasticPool2d(x, 2, { generator: generator(2) });
      sum(y).backward();
      return [y.toArray(), x.grad?.toArray(), sum(x.grad as Tensor).item()];
    };
    expect(run()).toEqual(run());
    expect(run()[2]).toBe(12);
  });

  it('give 0 where nothing is positive, and NaN where one is', () => {
    for (const training of [true, false]) {
      const x = tensor([[0, 0, -1, 0, nan, 2]]);
      expect(stochasticPool1d(x, 2, { training }).toArray()).toEqual([[0, 0, nan]]);
    }
  });
});

describe('mistakes', () => {
  const x = ones([1, 4]);
  const whole = tensor([[1, 2]], { dtype: 'int32' });
  it.each([
    [() => maxPool1d(ones([4]), 2), ShapeError, /maxPool1d.*\[C, L\] or \[N, C, L\], got \[4\]/],
    [() => maxPool2d(x, 2), ShapeError, /maxPool2d.*\[C, H, W\]/],
    [() => maxPool3d(ones([1, 1, 2, 2]), 2), ShapeError, /covers 2 elements, more than the 1/],
    [() => maxPool1d(x, 5), ShapeError, /covers 5 elements, more than the 4.*smaller kernel/],
    [() => maxPool1d(x, 2, { padding: 2 }), ArgumentError, /padding \[2\] is more than half/],
    [() => maxPool1d(ones([1, 2]), 2, { padding: 1, dilation: 3 }), ShapeError, /sees nothing/],
    [() => maxPool1d(x, 0), ArgumentError, /kernelSize must be made of whole numbers from 1/],
    [() => maxPool1d(x, 2, { stride: 0 }), ArgumentError, /stride/],
    [
      () => maxPool1d(x, 2, { ceilMode: 1 } as object),
      ArgumentError,
      /ceilMode must be true or false/,
    ],
    [() => maxPool1d(x, 2, { countIncludePad: true } as object), ArgumentError, /unknown option/],
    [() => maxPool1d(tensor([[true]]), 1), DTypeError, /not bool/],
    [() => avgPool1d(whole, 2), DTypeError, /avgPool1d.*int32/],
    [() => avgPool1d(x, 2, { divisorOverride: 2 } as object), ArgumentError, /unknown option/],
    [() => avgPool2d(ones([1, 2, 2]), 2, { divisorOverride: 0 }), ArgumentError, /other than 0/],
    [() => avgPool3d(ones([2, 2, 2]), 2), ShapeError, /\[C, D, H, W\]/],
    [() => adaptiveAvgPool1d(x, 0), ArgumentError, /outputSize/],
    [() => adaptiveAvgPool1d(ones([1, 0]), 2), ShapeError, /at least one element/],
    [() => lpPool1d(x, 0, 2), ArgumentError, /normType must be a positive number/],
    [() => lpPool2d(ones([1, 2, 2]), Infinity, 2), ArgumentError, /use maxPool/],
    [() => maxUnpool1d(x, whole, 2), ShapeError, /indices must have the shape/],
    [() => maxUnpool1d(ones([1, 2]), ones([1, 2]), 2), DTypeError, /indices must be int32/],
    [
      () => maxUnpool1d(ones([1, 2]), tensor([[0, 4]], { dtype: 'int32' }), 2),
      IndexError,
      /index 4/,
    ],
    [
      () => maxUnpool2d(ones([1, 1, 1]), ones([1, 1, 1]), 2, { outputSize: [5, 5] }),
      DTypeError,
      /int32/,
    ],
    [
      () => maxUnpool1d(ones([1, 2]), whole, 2, { outputSize: [9] }),
      ArgumentError,
      /outputSize \[9\]/,
    ],
    [() => stochasticPool1d(x, 2, { training: 0 } as object), ArgumentError, /training/],
    [() => stochasticPool1d(x, 2, { generator: 3 } as object), ArgumentError, /generator/],
  ])('number %# is named with its remedy', (fn, type, message) => {
    expect(fn).toThrow(type);
    expect(fn).toThrow(message);
  });
});

describe('with symbols', () => {
  const X = symbol('X', { shape: [2, 4, 4] });
  const rule = ({ op, args, params, shape }: Expression): string => {
    const { structure } = op as Op & { structure: object };
    return String(vjpOf(structure, 0)?.(symbol('G', { shape: shape ?? [] }), args, 0, params));
  };

  it('reads like the call, and so do the derivatives', () => {
    expect(String(maxPool2d(X, 2))).toBe('maxPool2d(X)');
    expect(maxPool2d(X, 2).shape).toEqual([2, 2, 2]);
    expect(rule(maxPool2d(X, 2))).toBe('unpool(G, argmaxPool2d(X))');
    expect(String(avgPool2d(X, 2))).toBe('avgPool2d(X)');
    expect(rule(avgPool2d(X, 2))).toBe('avgPool2dᵀ(G)');
  });
});
