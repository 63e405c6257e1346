// Movement: which results are views, what is refused and how the message helps, what the rules look like with symbols.

import { describe, expect, test } from 'vitest';
import {
  ArgumentError,
  broadcastTo,
  chunk,
  diag,
  diagEmbed,
  diagonal,
  expand,
  flatten,
  flip,
  IndexError,
  meshgrid,
  movedim,
  narrow,
  pad,
  permute,
  repeat,
  repeatInterleave,
  reshape,
  roll,
  rot90,
  ShapeError,
  SizeError,
  select,
  slice,
  split,
  squeeze,
  symbol,
  type Tensor,
  t,
  tensor,
  tensorSplit,
  tile,
  transpose,
  triu,
  unbind,
  unflatten,
  unfoldDim,
  unsqueeze,
  view,
  zeros,
} from '../../src/index.ts';

const matrix = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);
const turned = transpose(matrix, 0, 1);

describe('views', () => {
  test.each<[string, (x: Tensor) => Tensor]>([
    ['transpose', x => transpose(x, 0, 1)],
    ['permute', x => permute(x, [1, 0])],
    ['t', x => t(x)],
    ['movedim', x => movedim(x, 0, 1)],
    ['expand', x => expand(x, [2, -1, -1])],
    ['broadcastTo', x => broadcastTo(x, [1, ...x.shape])],
    ['slice', x => slice(x, 0, { start: 1, step: 2 })],
    ['select', x => select(x, -1, -1)],
    ['narrow', x => narrow(x, 0, 1, 1)],
    ['squeeze', x => squeeze(unsqueeze(x, 1))],
    ['unsqueeze', x => unsqueeze(x, -1)],
    ['unflatten', x => unflatten(x, 0, [1, -1])],
    ['diagonal', x => diagonal(x, { offset: 1 })],
    ['diag', x => diag(x)],
    ['unfoldDim', x => unfoldDim(x, 0, 2, 1)],
    ['split', x => split(x, 1)[1] as Tensor],
    ['chunk', x => chunk(x, 2)[1] as Tensor],
    ['tensorSplit', x => tensorSplit(x, 2)[0] as Tensor],
    ['unbind', x => unbind(x)[1] as Tensor],
    ['meshgrid', x => meshgrid([select(x, 0, 0)])[0] as Tensor],
  ])('%s makes no copy, of a matrix or its transpose', (_name, f) => {
    for (const x of [matrix, turned]) expect(f(x).array.storage).toBe(matrix.array.storage);
  });

  test('reshape copies only where it must; view refuses to', () => {
    expect(reshape(matrix, [3, 2]).array.storage).toBe(matrix.array.storage);
    expect(reshape(turned, [3, 1, 2]).array.storage).toBe(matrix.array.storage);
    expect(reshape(turned, [6]).toArray()).toEqual([1, 4, 2, 5, 3, 6]);
    expect(view(turned, [3, 2, 1]).toArray()).toEqual([
      [[1], [4]],
      [[2], [5]],
      [[3], [6]],
    ]);
    expect(() => view(turned, [6])).toThrow(
      /strides \[1, 3\] has no view of shape \[6\].*use reshape/,
    );
    // Stretched, with gaps, of size 1, empty.
    expect(view(expand(tensor([[1], [2]]), [2, 2]), [2, 2, 1]).shape).toEqual([2, 2, 1]);
    expect(() => view(expand(tensor([[1], [2]]), [2, 2]), [4])).toThrow(ShapeError);
    expect(view(slice(tensor([1, 2, 3, 4]), 0, { step: 2 }), [2, 1]).toArray()).toEqual([[1], [3]]);
    expect(view(transpose(zeros([0, 3]), 0, 1), [0, 7]).shape).toEqual([0, 7]);
  });

  test('what must not share memory does not', () => {
    for (const f of [
      (x: Tensor) => flip(x, 0),
      (x: Tensor) => triu(x),
      (x: Tensor) => repeat(x, [2, 1]),
      (x: Tensor) => pad(x, [0, 0]),
      (x: Tensor) => roll(x, 1),
    ]) {
      expect(f(matrix).array.storage).not.toBe(matrix.array.storage);
    }
  });
});

test('bounds of slices are cut to the dimension, as in Python', () => {
  const x = tensor([0, 1, 2, 3, 4]);
  const of = (start?: number | null, end?: number | null, step = 1): unknown =>
    slice(x, 0, { start: start ?? null, end: end ?? null, step }).toArray();
  expect(of(-100, 100)).toEqual([0, 1, 2, 3, 4]);
  expect(of(-2)).toEqual([3, 4]);
  expect(of(null, -3)).toEqual([0, 1]);
  expect(of(4, 1)).toEqual([]);
  expect(of(1, Number.POSITIVE_INFINITY, 3)).toEqual([1, 4]);
});

test('empty parts', () => {
  expect(split(zeros([0, 2]), 3).map(x => x.shape)).toEqual([[0, 2]]);
  expect(chunk(zeros([0]), 3).length).toBe(3);
  expect(tensorSplit(tensor([1]), 3).map(x => x.size)).toEqual([1, 0, 0]);
  expect(unbind(zeros([0, 2]))).toEqual([]);
  expect(unfoldDim(tensor([1, 2]), 0, 0, 1).shape).toEqual([3, 0]);
  expect(repeatInterleave(tensor([1, 2]), [0, 0]).shape).toEqual([0]);
  expect(pad(tensor([1, 2]), [-1, -1]).shape).toEqual([0]);
});

test('element types stay', () => {
  for (const dtype of ['int32', 'bool'] as const) {
    const x = tensor([[1, 0]], { dtype });
    const results = [triu(x), flip(x, 1), pad(x, [1, 0], { value: 2 }), repeat(x, [2, 2]), diag(x)];
    expect(results.map(y => y.dtype)).toEqual(results.map(() => dtype));
    expect(roll(x, 1).dtype).toBe(dtype);
  }
  expect(pad(tensor([false]), [1, 0], { value: 2 }).toArray()).toEqual([true, false]);
});

test('with symbols', () => {
  const x = symbol('x', { shape: [2, 3] });
  expect(String(select(x, 0, 1))).toBe('x[1]');
  expect(String(slice(x, 1, { start: 1, step: 2 }))).toBe('x[0:2, 1:3:2]');
  expect(select(x, 1, 0).shape).toEqual([2]);
  expect(unfoldDim(x, 1, 2, 1).shape).toEqual([2, 2, 2]);
  expect(diagEmbed(x).shape).toEqual([2, 3, 3]);
});

const huge = 2 ** 16;

test.each<[string, () => unknown, new (text: string) => Error, string]>([
  ['a step back', () => slice(matrix, 0, { step: -1 }), ArgumentError, 'use flip to go backwards'],
  [
    'a fraction',
    () => slice(matrix, 0, { start: 0.5 }),
    IndexError,
    'start must be a whole number',
  ],
  ['no dimension', () => slice(tensor(1), 0), IndexError, 'slice: a tensor without dimensions'],
  [
    'an index past the end',
    () => select(matrix, 0, 2),
    IndexError,
    'select: index 2 is out of range for dimension 0 of size 2; use -2 to 1',
  ],
  ['nothing to select', () => select(zeros([0]), 0, 0), IndexError, 'it is empty'],
  [
    'too long a part',
    () => narrow(matrix, 1, 2, 2),
    IndexError,
    'narrow: 2 elements from 2 on are not in dimension 1 of [2, 3]',
  ],
  ['a dimension too far', () => squeeze(matrix, { dim: 2 }), IndexError, 'squeeze: dimension 2'],
  ['a dimension twice', () => flip(matrix, [0, -2]), IndexError, 'flip: dimension given twice'],
  ['a place too far', () => unsqueeze(matrix, 3), IndexError, 'unsqueeze: dimension 3'],
  [
    'ends in the wrong order',
    () => flatten(matrix, { startDim: 1, endDim: 0 }),
    IndexError,
    'startDim 1 comes after endDim 0',
  ],
  [
    'sizes that do not fit',
    () => unflatten(matrix, 1, [2, -1]),
    ShapeError,
    'unflatten: 3 elements',
  ],
  ['a transpose of a cube', () => t(zeros([1, 1, 1])), ShapeError, 'transpose(x, -2, -1)'],
  ['unequal lists', () => movedim(matrix, [0, 1], 0), ArgumentError, 'one place for each'],
  [
    'a stretch of 2',
    () => expand(matrix, [4, 3]),
    ShapeError,
    'expand: shape [2, 3] does not stretch to [4, 3]',
  ],
  ['sizes that do not add up', () => split(matrix, [1, 2]), ShapeError, 'must add up to 2'],
  ['parts of 0', () => split(matrix, 0), ArgumentError, 'the size of a part'],
  ['0 chunks', () => chunk(matrix, 0), ArgumentError, 'the number of chunks'],
  [
    'a billion chunks',
    () => chunk(zeros([0]), 1e9),
    SizeError,
    'the number of chunks is 1000000000',
  ],
  ['too few repeats', () => repeat(matrix, [2]), ShapeError, 'fewer numbers'],
  ['negative tiles', () => tile(matrix, [-1]), ArgumentError, 'tile: give whole numbers'],
  [
    'a count missing',
    () => repeatInterleave(matrix, [1], { dim: 0 }),
    ShapeError,
    'one for each of 2',
  ],
  ['two shifts', () => roll(matrix, [1, 2], { dims: 0 }), ArgumentError, '2 shifts'],
  ['one dimension twice', () => rot90(matrix, { dims: [1, -1] }), IndexError, 'rot90'],
  ['a grid of matrices', () => meshgrid([matrix]), ShapeError, 'meshgrid: takes vectors'],
  [
    'equal dimensions',
    () => diagonal(matrix, { dim1: 1, dim2: -1 }),
    IndexError,
    'both dimension 1',
  ],
  ['a diagonal of a vector', () => diagonal(tensor([1])), ShapeError, 'takes matrices'],
  ['a triangle of a vector', () => triu(tensor([1])), ShapeError, 'triu: takes matrices'],
  ['a wide window', () => unfoldDim(matrix, 0, 3, 1), ShapeError, 'a window of 3'],
  ['a window that stands', () => unfoldDim(matrix, 0, 1, 0), ArgumentError, 'the step one from 1'],
  ['odd padding', () => pad(matrix, [1]), ArgumentError, 'two whole numbers for each dimension'],
  ['padding for more', () => pad(tensor([1]), [0, 0, 1, 1]), ShapeError, 'for 2 dimensions'],
  ['a cut too deep', () => pad(matrix, [-2, -2]), ShapeError, 'cuts more off dimension 1'],
  [
    'a long mirror',
    () => pad(matrix, [3, 0], { mode: 'reflect' }),
    ShapeError,
    'at most 2 elements',
  ],
  [
    'a long circle',
    () => pad(matrix, [0, 4], { mode: 'circular' }),
    ShapeError,
    'at most 3 elements',
  ],
  [
    'a copy of nothing',
    () => pad(zeros([0]), [1, 0], { mode: 'replicate' }),
    ShapeError,
    'at most 0 elements',
  ],
  [
    'an unknown mode',
    () => pad(matrix, [1, 1], { mode: 'toString' as never }),
    ArgumentError,
    "'replicate' or 'circular'",
  ],
  [
    'a value not used',
    () => pad(matrix, [1, 1], { mode: 'reflect', value: 1 }),
    ArgumentError,
    "mode 'constant' only",
  ],
  [
    'an unknown option',
    () => roll(matrix, 1, { dim: 0 } as never),
    ArgumentError,
    'unknown option "dim"',
  ],
  ['more than indices reach', () => expand(tensor(1), [huge, huge]), SizeError, '2³¹'],
  ['more repeats', () => repeat(matrix, [huge, huge]), SizeError, '2³¹'],
  ['a wide border', () => pad(matrix, [2 ** 31, 0]), SizeError, '2³¹'],
  ['a long diagonal', () => diagEmbed(zeros([huge])), SizeError, '2³¹'],
  ['a large grid', () => meshgrid([zeros([huge]), zeros([huge])]), SizeError, '2³¹'],
  ['long rows', () => repeatInterleave(matrix, 2 ** 31), SizeError, '2³¹'],
  [
    '65 dimensions',
    () => reshape(tensor(1), new Array<number>(65).fill(1)),
    ShapeError,
    'at most 64',
  ],
])('refuses %s', (_what, call, error, text) => {
  expect(call).toThrow(error);
  expect(call).toThrow(text);
});
