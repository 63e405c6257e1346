// Indexing beyond what PyTorch's fixtures hold: views, element types, collisions, and what the errors say.

import { describe, expect, test } from 'vitest';
import {
  ArgumentError,
  DTypeError,
  embedding,
  evaluate,
  gather,
  grad,
  type Index,
  IndexError,
  index,
  indexAdd,
  indexCopy,
  indexFill,
  indexPut,
  indexSelect,
  maskedScatter,
  maskedSelect,
  nonzero,
  oneHot,
  ShapeError,
  scatter,
  scatterAdd,
  scatterReduce,
  sum,
  symbol,
  type Tensor,
  take,
  takeAlongDim,
  tensor,
  zeros,
} from '../../src/index.ts';

const x = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);
const int = (data: number | number[] | number[][]) => tensor(data, { dtype: 'int32' });
const bool = (data: boolean | boolean[]) => tensor(data);

/** The type of an error and parts of what it says. */
type Expected = readonly [type: typeof IndexError, ...parts: string[]];

function expectError(call: () => unknown, [type, ...parts]: Expected): void {
  expect(call).toThrow(type);
  for (const part of parts) expect(call).toThrow(part);
}

describe('index', () => {
  test.each<[string, Index[], unknown]>([
    ['a number', [1], [4, 5, 6]],
    ['a 0-d tensor is a number', ['...', int(-1)], [3, 6]],
    [
      'a slice with bounds past the ends',
      [{}, { start: -9, end: 9, step: 2 }],
      [
        [1, 3],
        [4, 6],
      ],
    ],
    ['an empty slice', [{ start: 2 }], []],
    ['a new dimension', [0, null], [[1, 2, 3]]],
    [
      'nothing',
      [],
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    [
      'a list',
      [{}, [2, -3]],
      [
        [3, 1],
        [6, 4],
      ],
    ],
    ['a nested list', [0, [[2], [0]]], [[3], [1]]],
    ['an empty list', [[]], []],
    [
      'lists that broadcast',
      [
        [[0], [1]],
        [0, 2],
      ],
      [
        [1, 3],
        [4, 6],
      ],
    ],
    ['lists apart from each other come first', [[1, 0], null, [0, 1]], [[4], [2]]],
    ['a list of booleans', [[false, true]], [[4, 5, 6]]],
    ['a mask beside a list', [bool([true, true]), [2, 0]], [3, 4]],
    [
      'a mask of one dimension among others',
      [{}, bool([true, false, true])],
      [
        [1, 3],
        [4, 6],
      ],
    ],
    ['true', [true, 0], [[1, 2, 3]]],
    ['false', [false, 0], []],
  ])('%s', (_what, indices, expected) => {
    expect(x.at(...indices).toArray()).toEqual(expected);
  });

  test('numbers and slices share memory, lists do not', () => {
    const storage = (y: Tensor) => y.array.storage;
    expect(storage(x.at(1, { start: 1 }, null))).toBe(storage(x));
    expect(storage(x.at([0]))).not.toBe(storage(x));
  });

  test('keeps the element type', () => {
    expect(int([7, 8]).at([1]).dtype).toBe('int32');
    expect(bool([true, false]).at([1, 0]).toArray()).toEqual([false, true]);
  });

  test('a later change of the index does not reach the gradient', () => {
    const w = tensor([1, 2, 3], { requiresGrad: true });
    const places = int([0, 0]);
    const y = sum(w.at(places));
    places.array.data.fill(2);
    expect(grad(y, [w]).map(g => g.toArray())).toEqual([[2, 0, 0]]);
  });

  test.each<[string, Index[], Expected]>([
    ['number', [2], [IndexError, 'index: index 2', 'dimension 0 of size 2; use -2 to 1']],
    ['fraction', [0.5], [IndexError, 'index:', 'whole number, got 0.5']],
    ['list', [{}, [0, 3]], [IndexError, 'index: index 3', 'dimension 1 of size 3']],
    ['too many', [0, 0, 0], [IndexError, '3 indices for the 2 dimensions of shape [2, 3]']],
    ['two ellipses', ['...', '...'], [IndexError, "'...' can stand only once"]],
    ['mask', [bool([true])], [IndexError, 'mask of shape [1]', '[2, 3]', '[2]']],
    [
      'lists',
      [
        [0, 1],
        [0, 1, 2],
      ],
      [ShapeError, 'index:', '[2] and [3]'],
    ],
    ['floats', [tensor([1])], [DTypeError, 'int32 or bool', ".to('int32')"]],
    ['fractions', [[0.5]], [DTypeError, 'whole numbers, got 0.5']],
    ['step', [{ step: -1 }], [ArgumentError, 'step', 'flip']],
    ['option', [{ stop: 1 } as never], [ArgumentError, 'stop']],
    ['string', ['1' as never], [ArgumentError, 'null', 'the string "1"']],
    ['undefined', [undefined as never], [ArgumentError, 'got undefined']],
  ])('error: %s', (_what, indices, error) => {
    expectError(() => index(x, ...indices), error);
  });

  test('symbols take numbers and slices, and rows by a symbol', () => {
    const W = symbol('W', { shape: [3, 2] });
    expect(index(W, { start: 1 }, null, -1).shape).toEqual([2, 1]);
    const rows = indexSelect(W, 0, symbol('i', { shape: [2] }));
    expect(String(rows)).toBe('W[i]');
    const W1 = tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect((evaluate(rows, { W: W1, i: int([2, 2]) }) as Tensor).toArray()).toEqual([
      [5, 6],
      [5, 6],
    ]);
  });
});

describe('writing', () => {
  test('the last of several writes stays, and takes the gradient', () => {
    const base = zeros([2]);
    const values = tensor([5, 6, 7]);
    const list = [1, 1, 1];
    const writes: ((v: Tensor) => Tensor)[] = [
      v => indexPut(base, [list], v),
      v => scatter(base, 0, list, v),
      v => indexCopy(base, 0, list, v),
    ];
    for (const write of writes) {
      expect(write(values).toArray()).toEqual([0, 7]);
      expect(grad((v: Tensor) => write(v).sum())(values).toArray()).toEqual([0, 0, 1]);
    }
  });

  test('keeps the element type', () => {
    expect(indexPut(int([1, 2]), [[0]], 7.9).toArray()).toEqual([7, 2]);
    expect(indexPut(int([1, 2]), [[0]], 7.9).dtype).toBe('int32');
    expect(scatterAdd(int([1, 1]), 0, [1, 1], int([2, 3])).toArray()).toEqual([1, 6]);
    expect(indexFill(bool([true, true]), 0, [1], 0).toArray()).toEqual([true, false]);
    expect(indexCopy(bool([true]), 0, [], bool([])).dtype).toBe('bool');
    expect(maskedScatter(int([1, 2]), bool([false, true]), tensor([9.5])).toArray()).toEqual([
      1, 9,
    ]);
  });

  test('takes slices and new dimensions, and leaves the input as it was', () => {
    const written = indexPut(x, ['...', { start: 1 }], tensor([[7], [8]]));
    expect(written.toArray()).toEqual([
      [1, 7, 7],
      [4, 8, 8],
    ]);
    expect(indexPut(x, [1, [0, 0]], 1, { accumulate: true }).toArray()).toEqual([
      [1, 2, 3],
      [6, 5, 6],
    ]);
    expect(x.toArray()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  test('adds many small numbers to one place without drift', () => {
    const n = 100_000;
    const places = new Array<number>(n).fill(0);
    const source = tensor(new Float32Array(n).fill(0.1));
    const total = Math.fround(n * Math.fround(0.1));
    expect(indexAdd(zeros([1]), 0, places, source).item()).toBe(total);
    expect(scatterAdd(zeros([1]), 0, places, source).item()).toBe(total);
  });
});

describe('scatterReduce', () => {
  const reduce = (
    kind: 'sum' | 'prod' | 'mean' | 'amax' | 'amin',
    includeSelf: boolean,
    to: Tensor,
  ) =>
    scatterReduce(to, 0, [0, 0, 2], tensor([2, 5, -3], { dtype: to.dtype }), {
      reduce: kind,
      includeSelf,
    });

  test.each([
    ['sum', [8, 1, -2], [7, 1, -3]],
    ['prod', [10, 1, -3], [10, 1, -3]],
    ['mean', [2, 1, -1], [3, 1, -3]],
    ['amax', [5, 1, 1], [5, 1, -3]],
    ['amin', [1, 1, -3], [2, 1, -3]],
  ] as const)('%s of whole numbers', (kind, withSelf, without) => {
    const ones = int([1, 1, 1]);
    expect(reduce(kind, true, ones).toArray()).toEqual(withSelf);
    expect(reduce(kind, false, ones).toArray()).toEqual(without);
    expect(reduce(kind, true, ones).dtype).toBe('int32');
  });

  test('NaN is not lost', () => {
    const nan = tensor([Number.NaN, 1]);
    expect(scatterReduce(nan, 0, [0], 3, { reduce: 'amax' }).toArray()).toEqual([Number.NaN, 1]);
    expect(
      scatterReduce(zeros([1]), 0, [0, 0], nan, { reduce: 'amin', includeSelf: false }).toArray(),
    ).toEqual([Number.NaN]);
  });

  test('ties share the gradient, with the element that was there', () => {
    const shares = (v: Tensor) =>
      scatterReduce(tensor([3]), 0, [0, 0], v, { reduce: 'amax' }).sum();
    expect(grad(shares)(tensor([3, 1])).toArray()).toEqual([0.5, 0]);
  });

  test('errors', () => {
    const call = (options: never) => () => scatterReduce(x, 0, [[0]], x, options);
    expectError(call({ reduce: 'max' } as never), [ArgumentError, 'sum, prod', '"max"']);
    expect(call(undefined as never)).toThrow(ArgumentError);
    expectError(call({ reduce: 'sum', self: true } as never), [ArgumentError, 'self']);
  });
});

test('nonzero lists NaN, and 0-d tensors', () => {
  expect(nonzero(tensor([0, Number.NaN, -0, 2])).toArray()).toEqual([[1], [3]]);
  expect(nonzero(tensor(3)).shape).toEqual([1, 0]);
  expect(
    nonzero(
      tensor([
        [1, 0],
        [0, 1],
      ]).at({}, 1),
    ).toArray(),
  ).toEqual([[1]]);
});

test('oneHot counts classes from the largest index', () => {
  expect(oneHot([1, 0]).toArray()).toEqual([
    [0, 1],
    [1, 0],
  ]);
  expect(oneHot(2, { numClasses: 4 }).toArray()).toEqual([0, 0, 1, 0]);
  expect(oneHot([0]).dtype).toBe('int32');
});

test('the padding of an embedding keeps its value and gets no gradient', () => {
  const look = (w: Tensor) => embedding([[1, 0]], w, { paddingIdx: -1 });
  const weight = tensor([
    [1, 2],
    [3, 4],
  ]);
  expect(look(weight).toArray()).toEqual([
    [
      [3, 4],
      [1, 2],
    ],
  ]);
  expect(grad((w: Tensor) => look(w).sum())(weight).toArray()).toEqual([
    [1, 1],
    [0, 0],
  ]);
});

describe('errors', () => {
  const range = (name: string): Expected => [
    IndexError,
    `${name}: index 3 is out of range for`,
    'size 3',
  ];
  test.each<[string, () => unknown, Expected]>([
    ['gather: range', () => gather(x, 1, [[3]]), range('gather')],
    ['gather: negative', () => gather(x, 1, [[-1]]), [IndexError, 'index -1']],
    ['gather: dimension', () => gather(x, 2, [[0]]), [IndexError, 'dimension 2']],
    ['gather: rank', () => gather(x, 0, [0]), [IndexError, '[1]', '[2, 3]']],
    ['gather: size', () => gather(x, 0, [[0, 0, 0, 0]]), [IndexError, '[1, 4]', '[2, 3]']],
    ['gather: fraction', () => gather(x, 0, [[0.5]]), [DTypeError, 'got 0.5']],
    ['gather: float', () => gather(x, 0, tensor([[0]])), [DTypeError, "to('int32')"]],
    ['gather: no index', () => gather(x, 0, 'a' as never), [ArgumentError, 'int32 Tensor']],
    ['indexSelect: range', () => indexSelect(x, 1, [3]), range('indexSelect')],
    ['indexSelect: rank', () => indexSelect(x, 0, [[0]]), [ShapeError, 'gather']],
    [
      'indexAdd: shape',
      () => indexAdd(x, 0, [0, 1], x.at([0])),
      [ShapeError, '[2, 3], got [1, 3]'],
    ],
    ['indexCopy: shape', () => indexCopy(x, 0, [0], x), [ShapeError, '[1, 3], got [2, 3]']],
    ['indexFill: shape', () => indexFill(x, 0, [0], x), [ShapeError, 'indexCopy']],
    ['scatter: range', () => scatter(x, 1, [[3]], 1), range('scatter')],
    [
      'scatterAdd: source',
      () => scatterAdd(x, 0, [[0, 0]], tensor([[1]])),
      [IndexError, '[1, 2]', '[1, 1]'],
    ],
    ['oneHot: range', () => oneHot([3], { numClasses: 3 }), range('oneHot')],
    ['oneHot: negative', () => oneHot([-1]), [IndexError]],
    ['oneHot: nothing', () => oneHot([]), [IndexError, 'numClasses']],
    ['embedding: range', () => embedding([3], zeros([3, 2])), range('embedding')],
    ['embedding: weight', () => embedding([0], zeros([3])), [ShapeError, '[3]']],
    [
      'embedding: padding',
      () => embedding([0], x, { paddingIdx: 2 }),
      [IndexError, 'paddingIdx', '2'],
    ],
    [
      'embedding: option',
      () => embedding([0], x, { maxNorm: 1 } as never),
      [ArgumentError, 'maxNorm'],
    ],
    ['take: range', () => take(x, [6]), [IndexError, 'take: index 6', 'use -6 to 5']],
    ['takeAlongDim: rank', () => takeAlongDim(x, [0], { dim: 0 }), [ShapeError, '[1] for [2, 3]']],
    [
      'takeAlongDim: shape',
      () => takeAlongDim(x, [[0, 0]], { dim: 0 }),
      [ShapeError, 'takeAlongDim'],
    ],
    [
      'indexPut: values',
      () => indexPut(x, [0], tensor([1, 2])),
      [ShapeError, 'indexPut', '[2]', '[3]'],
    ],
    [
      'indexPut: rank',
      () => indexPut(x, [0, 0], tensor([1])),
      [ShapeError, 'indexPut', '[1]', '[]'],
    ],
    ['indexPut: indices', () => indexPut(x, int([0]) as never, 1), [ArgumentError, 'array']],
    ['indexPut: range', () => indexPut(x, [{}, [3]], 1), range('indexPut')],
    ['maskedSelect: dtype', () => maskedSelect(x, x), [DTypeError, 'mask must be bool']],
    [
      'maskedSelect: shape',
      () => maskedSelect(x, bool([true, false])),
      [ShapeError, 'maskedSelect'],
    ],
    [
      'maskedScatter: few',
      () => maskedScatter(x, bool(true), zeros([5])),
      [ShapeError, '6 places', '5 elements'],
    ],
    ['nonzero: symbol', () => nonzero(symbol('s')), [ArgumentError, 'symbol s']],
  ])('%s', (_what, call, error) => {
    expectError(call, error);
  });
});
