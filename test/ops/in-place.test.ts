// Tensors changed in place: what they become, when that is allowed, and that backward notices.

import { describe, expect, test } from 'vitest';
import {
  ArgumentError,
  DTypeError,
  noGrad,
  ShapeError,
  TensorChangedError,
  tensor,
  transpose,
} from '../../src/index.ts';

describe('what they do', () => {
  test('arithmetic, with numbers, tensors that stretch, and a factor', () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(x.add_(1)).toBe(x);
    expect(x.toArray()).toEqual([
      [2, 3],
      [4, 5],
    ]);
    expect(x.sub_(tensor([2, 3])).toArray()).toEqual([
      [0, 0],
      [2, 2],
    ]);
    expect(x.add_(tensor([[1], [2]]), { alpha: 10 }).toArray()).toEqual([
      [10, 10],
      [22, 22],
    ]);
    expect(
      x
        .mul_(0.5)
        .div_(tensor([5, 1]))
        .toArray(),
    ).toEqual([
      [1, 5],
      [Math.fround(2.2), 11],
    ]);
    expect(x.zero_().fill_(3).toArray()).toEqual([
      [3, 3],
      [3, 3],
    ]);
  });

  test('views change what they look at', () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    transpose(x, 0, 1).assign([
      [10, 30],
      [20, 40],
    ]);
    expect(x.toArray()).toEqual([
      [10, 20],
      [30, 40],
    ]);
    x.assign(transpose(x, 0, 1));
    expect(x.toArray()).toEqual([
      [10, 30],
      [20, 40],
    ]);
  });

  test('whole numbers stay whole', () => {
    expect(tensor([1, 2], { dtype: 'int32' }).add_(2).toArray()).toEqual([3, 4]);
    expect(() => tensor([1], { dtype: 'int32' }).add_(0.5)).toThrow(DTypeError);
    expect(() => tensor([1], { dtype: 'int32' }).mul_(tensor([0.5]))).toThrow(/mul_: float32/);
    expect(() => tensor([1], { dtype: 'int32' }).div_(2)).toThrow(DTypeError);
  });
});

describe('when they are refused', () => {
  test('parameters outside noGrad, nodes of a graph, expanded memory', () => {
    const w = tensor([1, 2], { requiresGrad: true, name: 'w' });
    expect(() => w.sub_(1)).toThrow(/sub_: "w".*requires a gradient; change it inside noGrad/);
    expect(() => noGrad(() => w.sub_(1))).not.toThrow();
    expect(() => w.mul(2).zero_()).toThrow(/part of a graph/);
    expect(() => tensor([1]).expand([3]).zero_()).toThrow(/share their memory/);
  });

  test('what would lose a gradient, or does not fit', () => {
    const w = tensor([1, 2], { requiresGrad: true });
    expect(() => tensor([0, 0]).add_(w)).toThrow(/gradient, which would be lost/);
    expect(() => tensor([0, 0]).add_(tensor([1, 2, 3]))).toThrow(ShapeError);
    expect(() => tensor([0]).add_(tensor([1, 2]))).toThrow(/does not stretch to \[1\]/);
    expect(() => tensor([0]).add_('1' as never)).toThrow(ArgumentError);
    expect(() => tensor([0]).add_(1, { beta: 1 } as never)).toThrow(/unknown option "beta"/);
  });

  test('backward over a graph that used the old elements', () => {
    const x = tensor([1, 2]);
    const w = tensor([1, 2], { requiresGrad: true });
    const y = w.mul(x).sum();
    x.add_(1);
    expect(() => y.backward()).toThrow(TensorChangedError);
    const z = w.exp().sum();
    noGrad(() => w.add_(1));
    expect(() => z.backward()).toThrow(/got new data|changed in place/);
  });
});
