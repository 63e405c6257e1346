// Products by letters, layers and distances: what PyTorch's fixtures do not say. Equations beside sums in plain loops, errors,
// conventions at zero, and how the rules read.

import { describe, expect, test } from 'vitest';
import {
  ArgumentError,
  addmm,
  addmv,
  bilinear,
  bmm,
  cdist,
  cosineSimilarity,
  cross,
  DTypeError,
  dot,
  einsum,
  grad,
  IndexError,
  linear,
  mm,
  mv,
  outer,
  pairwiseDistance,
  ShapeError,
  sum,
  symbol,
  type Tensor,
  tensor,
  tensordot,
  zeros,
} from '../../src/index.ts';
import { hashedNumbers } from '../support/hashed-numbers.ts';

const random = (seed: number, ...shape: number[]): Tensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(hashedNumbers(seed, size, -1, 1), { shape, dtype: 'float64' });
};

/** An equation without ellipsis as a sum over every place of all letters. */
function bySums(equation: string, ...operands: Tensor[]): number[] {
  const [inputs = '', output = ''] = equation.split('->');
  const terms = inputs.split(',');
  const letters = [...new Set([...output, ...inputs.replaceAll(',', '')])];
  const sizes = letters.map(letter =>
    Math.max(
      ...terms.flatMap((term, k) =>
        [...term].map((l, dim) => (l === letter ? (operands[k]?.shape[dim] as number) : 1)),
      ),
    ),
  );
  const results = sizes.slice(0, output.length).reduce((a, b) => a * b, 1);
  const data = operands.map(x => Array.from(x.data));
  const sums = Array<number>(results).fill(0);
  const all = sizes.reduce((a, b) => a * b, 1);
  for (let place = 0; place < all; place++) {
    let rest = place;
    const at = new Map<string, number>();
    for (let k = letters.length - 1; k >= 0; k--) {
      at.set(letters[k] as string, rest % (sizes[k] as number));
      rest = Math.floor(rest / (sizes[k] as number));
    }
    const product = terms.reduce((y, term, k) => {
      const shape = operands[k]?.shape ?? [];
      const index = [...term].reduce(
        (i, letter, dim) =>
          i * (shape[dim] as number) + (shape[dim] === 1 ? 0 : (at.get(letter) as number)),
        0,
      );
      return y * (data[k]?.[index] as number);
    }, 1);
    sums[Math.floor(place / (all / results))] += product;
  }
  return sums;
}

describe('einsum', () => {
  const shapes: Readonly<Record<string, readonly (readonly number[])[]>> = {
    'ij,jk,kl,lm->mi': [
      [2, 3],
      [3, 4],
      [4, 2],
      [2, 3],
    ],
    'abc,cd,def,fa->be': [
      [2, 3, 4],
      [4, 2],
      [2, 3, 2],
      [2, 2],
    ],
    'ij,jk->ik': [
      [2, 1],
      [3, 4],
    ],
    'bij,bjk->kbi': [
      [2, 3, 1],
      [1, 2, 4],
    ],
    'iij,jkk->ik': [
      [3, 3, 2],
      [2, 2, 2],
    ],
    'iji,j->j': [[2, 3, 2], [3]],
    'iii->i': [[3, 3, 3]],
    'ij,kl,i,k->l': [[2, 3], [3, 2], [2], [3]],
    'abij,acij->bc': [
      [2, 3, 2, 2],
      [2, 2, 2, 2],
    ],
    'i,i,j->ij': [[1], [3], [1]],
  };

  test.each(Object.keys(shapes))('%s', equation => {
    const operands = (shapes[equation] ?? []).map((shape, k) => random(k + 1, ...shape));
    const wanted = bySums(equation, ...operands);
    const got = Array.from(einsum(equation, ...operands).data);
    expect(got.length).toBe(wanted.length);
    const apart = got.map((y, k) => Math.abs(y - (wanted[k] as number)));
    expect(Math.max(...apart)).toBeLessThan(1e-13);
  });

  test('an ellipsis that the result leaves out is summed, one without dimensions is nothing', () => {
    const x = random(1, 2, 3, 4);
    expect(einsum('...ij->i', x).shape).toEqual([3]);
    expect(einsum('a...b->b...a', x).shape).toEqual([4, 3, 2]);
    expect(einsum('ij->...ji', random(2, 3, 4)).shape).toEqual([4, 3]);
    expect(einsum('...i,i', x, random(3, 4)).shape).toEqual([2, 3]);
    expect(einsum('...,...i->i', random(3, 3), random(4, 2, 1, 5)).shape).toEqual([5]);
  });

  test('capitals come before small letters in the result that is not named', () => {
    expect(einsum('bA', random(1, 2, 3)).shape).toEqual([3, 2]);
  });

  test('long chains are multiplied in an order that stays small', () => {
    const [column, row] = [random(1, 300, 1), random(2, 1, 300)];
    const operands = Array.from({ length: 8 }, (_, k) => (k % 2 === 0 ? row : column));
    expect(einsum('ab,bc,cd,de,ef,fg,gh,hi->ai', ...operands).shape).toEqual([1, 1]);
  });

  test('int32 and bool', () => {
    const x = tensor(
      [
        [1, 2],
        [3, 4],
      ],
      { dtype: 'int32' },
    );
    const y = einsum('ij,jk->ik', x, x);
    expect([y.dtype, y.toArray()]).toEqual([
      'int32',
      [
        [7, 10],
        [15, 22],
      ],
    ]);
  });

  const x = zeros([2, 3]);
  const malformed: [string, Tensor[], string][] = [
    ['ij->ik', [x], "'k' of the result is a label of no operand"],
    ['ij->ii', [x], "'i' stands more than once in the result"],
    ['ij->i->j', [x], "'->' stands more than once"],
    ['i1', [x], "'1' is not a label"],
    ['i.j', [x], "one ellipsis '...'"],
    ['i...j...', [x], "one ellipsis '...'"],
    ['ij,jk', [x], '2 operand(s)'],
    ['ij', [x, x], '1 operand(s)'],
  ];
  test.each(malformed)("'%s' is refused", (equation, operands, part) => {
    expect(() => einsum(equation, ...operands)).toThrow(ArgumentError);
    expect(() => einsum(equation, ...operands)).toThrow(`einsum '${equation}'`);
    expect(() => einsum(equation, ...operands)).toThrow(part);
  });

  const misfits: [string, Tensor[], string][] = [
    ['ijk', [x], "'ijk' does not fit operand 1 of shape [2, 3]"],
    ['i...jk', [x], 'does not fit operand 1'],
    ['', [x], "'' does not fit operand 1"],
    ['ii', [x], "'i' has size 3 in operand 1 of shape [2, 3], but also size 2"],
    ['ii', [zeros([1, 3])], "'i' has size 3"],
    ['ij,jk', [x, x], "'j' has size 2 in operand 2"],
    ['...,...', [x, zeros([2])], "a dimension under '...' has size 2"],
  ];
  test.each(misfits)("'%s' does not fit", (equation, operands, part) => {
    expect(() => einsum(equation, ...operands)).toThrow(ShapeError);
    expect(() => einsum(equation, ...operands)).toThrow(part);
  });

  test('reads as a product of matrices', () => {
    const [a, b] = [symbol('A', { shape: [2, 3] }), symbol('B', { shape: [3, 4] })];
    expect(String(einsum('ij,jk->ik', a, b))).toBe('A·B');
    expect(String(einsum('ij,jk->ki', a, b))).toBe('Bᵀ·Aᵀ');
  });
});

describe('tensordot', () => {
  const [a, b] = [random(1, 2, 3, 4), random(2, 4, 3, 2)];

  test('pairs dimensions in the order given', () => {
    const got = tensordot(a, b, {
      dims: [
        [2, 0],
        [0, 2],
      ],
    });
    expect(got.shape).toEqual([3, 3]);
    expect(got.toArray()).toEqual(einsum('ijk,kli->jl', a, b).toArray());
  });

  test('refuses pairs that do not fit', () => {
    expect(() => tensordot(a, b)).toThrow(ShapeError);
    expect(() => tensordot(a, b, { dims: 4 })).toThrow('from 0 to 3');
    expect(() => tensordot(a, b, { dims: [[0], [1, 2]] })).toThrow('as many of each');
    expect(() =>
      tensordot(a, b, {
        dims: [
          [0, -3],
          [1, 2],
        ],
      }),
    ).toThrow(IndexError);
    expect(() => tensordot(a, b, { dims: [[3], [0]] })).toThrow(IndexError);
  });
});

describe('products of fixed ranks', () => {
  const [v, m, s] = [zeros([3]), zeros([3, 3]), zeros([2, 3, 3])];

  test.each([
    ['mm', () => mm(m, v), 'argument 2 must be a matrix, got shape [3]'],
    ['mm', () => mm(m, zeros([2, 3])), '[3, 3] and [2, 3] do not fit'],
    ['bmm', () => bmm(s, zeros([1, 3, 3])), 'stacks of different size'],
    ['mv', () => mv(m, zeros([2])), 'do not fit'],
    ['dot', () => dot(v, zeros([1])), 'do not fit'],
    ['outer', () => outer(v, m), 'must be a vector'],
    ['addmm', () => addmm(zeros([2]), m, m), '[2] does not stretch to [3, 3]'],
    ['addmm', () => addmm(s, m, m), 'does not stretch'],
    ['linear', () => linear(m, zeros([3, 2])), 'a weight of shape [3, 2] does not fit'],
    ['linear', () => linear(m, zeros([2, 3]), { bias: v }), 'bias must have shape [2]'],
    ['bilinear', () => bilinear(v, v, m), 'do not fit'],
  ])('%s names what does not fit', (name, call, part) => {
    expect(call).toThrow(ShapeError);
    expect(call).toThrow(`${name}: `);
    expect(call).toThrow(part);
  });

  test('beta 0 leaves the input out, NaN and all', () => {
    const input = tensor([Number.NaN, 1], { requiresGrad: true });
    const y = addmv(
      input,
      tensor([
        [1, 2],
        [3, 4],
      ]),
      tensor([1, 1]),
      { beta: 0, alpha: 2 },
    );
    expect(y.toArray()).toEqual([6, 14]);
    expect(grad(sum(y), [input])[0]?.toArray()).toEqual([0, 0]);
  });

  test('whole tensors take whole factors', () => {
    const x = tensor(
      [
        [1, 2],
        [3, 4],
      ],
      { dtype: 'int32' },
    );
    expect(() => addmm(x, x, x, { beta: 0.5 })).toThrow(DTypeError);
    expect(addmm(x, x, x, { beta: 2 }).dtype).toBe('int32');
  });
});

describe('distances', () => {
  test.each([0, 0.5, 1, 1.5, 2, 3, Number.POSITIVE_INFINITY])(
    'of a point from itself, p = %d: no gradient',
    p => {
      const x = tensor([[1, 2]], { dtype: 'float64', requiresGrad: true });
      const y = cdist(x, tensor([[1, 2]], { dtype: 'float64' }), { p });
      expect(y.toArray()).toEqual([[0]]);
      const [first] = grad(sum(y), [x], { createGraph: true });
      expect(first?.toArray()).toEqual([[0, 0]]);
    },
  );

  test('small distances far from the origin keep their digits', () => {
    const [a, b] = [tensor([[10000, 0]]), tensor([[10000, 0.001]])];
    expect(cdist(a, b).item()).toBeCloseTo(0.001, 9);
  });

  test('the cosine with a vector shorter than eps is small, with slope b / (‖b‖ eps)', () => {
    const x = tensor([0, 0], { dtype: 'float64', requiresGrad: true });
    const y = cosineSimilarity(x, tensor([3, 4], { dtype: 'float64' }), { dim: 0, eps: 0.5 });
    expect(y.item()).toBe(0);
    const [slope] = grad(y, [x]);
    expect(slope?.toArray()).toEqual([1.2, 1.6]);
  });

  test('cross of int32 wraps, of bool is refused', () => {
    const big = tensor([2 ** 30, 3, 0], { dtype: 'int32' });
    const y = cross(big, tensor([0, 5, 1], { dtype: 'int32' }));
    expect(y.toArray()).toEqual([3, -(2 ** 30), 2 ** 30]);
    const truth = tensor([true, false, true]);
    expect(() => cross(truth, truth)).toThrow(DTypeError);
  });

  test('errors', () => {
    expect(() => cross(zeros([2]), zeros([2]))).toThrow('size 3 in dimension 0');
    expect(() => cross(zeros([3]), zeros([1, 3]))).toThrow(ShapeError);
    expect(() => cdist(zeros([2, 3]), zeros([2, 2]))).toThrow(ShapeError);
    expect(() => cdist(zeros([2, 3]), zeros([2, 3]), { p: -1 })).toThrow(ArgumentError);
    expect(() => cosineSimilarity(zeros([2]), zeros([2]))).toThrow(IndexError);
    expect(() => pairwiseDistance(zeros([2], { dtype: 'int32' }), zeros([2]))).toThrow(DTypeError);
  });

  test('cross reads as one writes it', () => {
    const [a, b] = [symbol('a', { shape: [3] }), symbol('b', { shape: [3] })];
    expect(String(cross(a, b))).toBe('a×b');
  });
});
