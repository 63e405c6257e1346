// Products with something added: the layers of networks, and PyTorch's addmm and its relatives.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { Tensor } from '../autograd/tensor.ts';
import { isFloat } from '../ndarray/dtype.ts';
import { DTypeError, ShapeError, showShape } from '../ndarray/errors.ts';
import { type Shape, sameShape, sizeOf } from '../ndarray/shape.ts';
import { add, mul, where } from './arithmetic.ts';
import { einsum } from './einsum.ts';
import { matmul } from './matmul.ts';
import { bmm, mm, mv } from './products.ts';
import { reshape, transpose } from './reshape.ts';
import { checkTensor, describeOps, methods, shapeOf, type TensorOr } from './structured.ts';

/** Options of {@link linear}. */
export interface LinearOptions<B extends Operand = Operand> {
  /** What is added to each output, of shape [out]; nothing unless given. */
  bias?: B;
}

function checkBias(name: string, bias: Operand | undefined, shape: Shape): void {
  if (bias === undefined) return;
  checkTensor(name, bias, 'bias');
  if (sameShape(shapeOf(bias), shape)) return;
  throw new ShapeError(
    `${name}: bias must have shape ${showShape(shape)}, one for each output of the weight, got ${showShape(shapeOf(bias))}`,
  );
}

/**
 * A layer: y = x·Wᵀ + b, for each vector in the last dimension of `x`. Shapes: x [..., in], weight [out, in], bias [out] →
 * [..., out]; a weight [in] gives [...]. Source: `torch.nn.functional.linear`.
 *
 * ```ts
 * linear(tensor([1, 2]), tensor([[3, 4], [5, 6]]), { bias: tensor([0.5, 0]) }).toArray(); // [11.5, 17]
 * ```
 * @throws ShapeError where the sizes do not fit.
 */
export function linear<A extends Operand, W extends Operand, B extends Operand = never>(
  x: A,
  weight: W,
  options?: LinearOptions<B>,
): TensorOr<A | W | B> {
  checkOptions('linear', options, ['bias']);
  checkTensor('linear', x);
  checkTensor('linear', weight, 'weight');
  const [from, w] = [shapeOf(x), shapeOf(weight)];
  const rows = from.slice(0, -1);
  if (w.length < 1 || w.length > 2 || from.length === 0 || from.at(-1) !== w.at(-1)) {
    throw new ShapeError(
      `linear: a weight of shape ${showShape(w)} does not fit an input of shape ${showShape(from)}; ` +
        'the input must be [..., in] and the weight [out, in]',
    );
  }
  const outputs = w.slice(0, -1);
  const bias: Operand | undefined = options?.bias;
  checkBias('linear', bias, outputs);
  // One product of matrices for all vectors; a stack of products would make a gradient of the weight for each of them.
  const flat = from.length > 2 ? reshape(x as Operand, [sizeOf(rows), w.at(-1) as number]) : x;
  const turned: Operand = w.length === 2 ? transpose(weight as Operand, 0, 1) : weight;
  const product: Operand = matmul(flat as Operand, turned);
  const sum: Operand = bias === undefined ? product : add(product, bias);
  return (from.length > 2 ? reshape(sum, [...rows, ...outputs]) : sum) as TensorOr<A | W | B>;
}

/** Options of {@link bilinear}. */
export interface BilinearOptions<C extends Operand = Operand> {
  /** What is added to each output, of shape [out]; nothing unless given. */
  bias?: C;
}

/**
 * y = aᵀ·W·b + c for each pair of vectors and each output. Shapes: a [..., m], b [..., n], weight [out, m, n], bias [out] →
 * [..., out]. Source: `torch.nn.functional.bilinear`.
 *
 * ```ts
 * bilinear(tensor([1, 2]), tensor([3]), tensor([[[1], [10]]])).toArray(); // [63]
 * ```
 * @throws ShapeError where the sizes do not fit.
 */
export function bilinear<
  A extends Operand,
  B extends Operand,
  W extends Operand,
  C extends Operand = never,
>(a: A, b: B, weight: W, options?: BilinearOptions<C>): TensorOr<A | B | W | C> {
  checkOptions('bilinear', options, ['bias']);
  checkTensor('bilinear', a);
  checkTensor('bilinear', b, 'the second argument');
  checkTensor('bilinear', weight, 'weight');
  const [p, q, w] = [shapeOf(a), shapeOf(b), shapeOf(weight)];
  const [out = 0, m, n] = w;
  const rowsFit = sameShape(p.slice(0, -1), q.slice(0, -1)) && p.length === q.length;
  if (w.length !== 3 || p.length === 0 || !rowsFit || p.at(-1) !== m || q.at(-1) !== n) {
    throw new ShapeError(
      `bilinear: shapes ${showShape(p)}, ${showShape(q)} and a weight of ${showShape(w)} do not fit; ` +
        'give [..., m], [..., n] and [out, m, n]',
    );
  }
  const bias: Operand | undefined = options?.bias;
  checkBias('bilinear', bias, [out]);
  const product: Operand = einsum<Operand>('...i,oij,...j->...o', a, weight, b);
  return (bias === undefined ? product : add(product, bias)) as TensorOr<A | B | W | C>;
}

/** Options of {@link addmm}, {@link baddbmm} and {@link addmv}. */
export interface AddProductOptions {
  /** The factor of what is added; 1 unless given. With 0 it is left out, NaN and all. */
  beta?: number;
  /** The factor of the product; 1 unless given. */
  alpha?: number;
}

function factorOf(name: string, what: string, factor: unknown, operands: readonly Operand[]) {
  if (typeof factor !== 'number') {
    throw new ArgumentError(`${name}: ${what} must be a number, got ${describe(factor)}`);
  }
  const whole = operands.every(x => x instanceof Tensor && !isFloat(x.dtype));
  if (whole && !Number.isInteger(factor)) {
    throw new DTypeError(
      `${name}: ${what} must be a whole number for int32 tensors, got ${factor}; convert them with .to('float32')`,
    );
  }
  return factor;
}

function checkStretches(name: string, from: Shape, to: Shape): void {
  const shift = to.length - from.length;
  if (shift >= 0 && from.every((n, k) => n === 1 || n === to[shift + k])) return;
  throw new ShapeError(
    `${name}: the input of shape ${showShape(from)} does not stretch to ${showShape(to)}, the shape of the product`,
  );
}

/** beta·input + alpha·(a·b). */
function addProduct(
  name: string,
  product: (a: Operand, b: Operand) => Operand,
  [input, a, b]: readonly [Operand, Operand, Operand],
  options: AddProductOptions | undefined,
): Operand {
  checkOptions(name, options, ['beta', 'alpha']);
  checkTensor(name, input);
  checkTensor(name, a, 'the second argument');
  checkTensor(name, b, 'the third argument');
  const beta = factorOf(name, 'beta', options?.beta ?? 1, [input, a, b]);
  const alpha = factorOf(name, 'alpha', options?.alpha ?? 1, [input, a, b]);
  const y = product(a, b);
  checkStretches(name, shapeOf(input), shapeOf(y));
  const added: Operand = beta === 0 ? where(0, input, 0) : beta === 1 ? input : mul(beta, input);
  const scaled: Operand = alpha === 1 ? y : mul(alpha, y);
  return add(added, scaled);
}

/**
 * β·input + α·(a·b) for matrices: [m, k]·[k, n], and an input that broadcasts to [m, n]. Source: `torch.addmm`.
 *
 * ```ts
 * addmm(tensor([1, 2]), tensor([[1, 0], [0, 1]]), tensor([[5, 6], [7, 8]])).toArray(); // [[6, 8], [8, 10]]
 * ```
 * @throws ShapeError where the shapes do not fit; DTypeError for factors with a fraction where all tensors are int32.
 */
export function addmm<X extends Operand, A extends Operand, B extends Operand>(
  input: X,
  a: A,
  b: B,
  options?: AddProductOptions,
): TensorOr<X | A | B> {
  return addProduct('addmm', mm, [input, a, b], options) as TensorOr<X | A | B>;
}

/**
 * β·input + α·(a·b) for stacks of matrices: [batch, m, k]·[batch, k, n], and an input that broadcasts to [batch, m, n].
 * Source: `torch.baddbmm`.
 *
 * @throws ShapeError where the shapes do not fit; DTypeError for factors with a fraction where all tensors are int32.
 */
export function baddbmm<X extends Operand, A extends Operand, B extends Operand>(
  input: X,
  a: A,
  b: B,
  options?: AddProductOptions,
): TensorOr<X | A | B> {
  return addProduct('baddbmm', bmm, [input, a, b], options) as TensorOr<X | A | B>;
}

/**
 * β·input + α·(a·b) for a matrix [m, k] and a vector [k], and an input that broadcasts to [m]. Source: `torch.addmv`.
 *
 * ```ts
 * addmv(tensor([1, 1]), tensor([[1, 2], [3, 4]]), tensor([1, 1]), { alpha: 2 }).toArray(); // [7, 15]
 * ```
 * @throws ShapeError where the shapes do not fit; DTypeError for factors with a fraction where all tensors are int32.
 */
export function addmv<X extends Operand, A extends Operand, B extends Operand>(
  input: X,
  a: A,
  b: B,
  options?: AddProductOptions,
): TensorOr<X | A | B> {
  return addProduct('addmv', mv, [input, a, b], options) as TensorOr<X | A | B>;
}

export const affineMethods = methods({ addmm, baddbmm, addmv });

const of = (...shape: number[]) => ({ shape });

describeOps({
  linear: {
    about: 'A layer: each vector times the transposed weight, plus a bias.',
    torch: 'torch.nn.functional.linear',
    samples: [
      { inputs: [of(2, 2), of(3, 2)], call: (x, w) => linear(x, w) },
      {
        inputs: [of(2, 1, 2), of(2, 2), of(2)],
        call: (x, w, bias) => linear(x, w, { bias: bias as Tensor }),
      },
      { inputs: [of(2), of(3, 2)], call: (x, w) => linear(x, w) },
      { inputs: [of(2, 1, 3), of(3)], call: (x, w) => linear(x, w) },
      { inputs: [of(2, 0, 3), of(2, 3)], call: (x, w) => linear(x, w) },
    ],
  },
  bilinear: {
    about: 'A weight between two vectors, plus a bias.',
    torch: 'torch.nn.functional.bilinear',
    samples: [
      { inputs: [of(1, 2), of(1, 1), of(2, 2, 1)], call: (a, b, w) => bilinear(a, b, w) },
      {
        inputs: [of(1), of(2), of(1, 1, 2), of(1)],
        call: (a, b, w, bias) => bilinear(a, b, w, { bias: bias as Tensor }),
      },
    ],
  },
  addmm: {
    about: 'Product of two matrices, added to a third.',
    torch: 'torch.addmm',
    samples: [
      { inputs: [of(2, 2), of(2, 3), of(3, 2)], call: (x, a, b) => addmm(x, a, b) },
      {
        inputs: [of(2), of(2, 1), of(1, 2)],
        call: (x, a, b) => addmm(x, a, b, { beta: 0.5, alpha: -2 }),
      },
      {
        inputs: [of(), of(1, 2), of(2, 1)],
        call: (x, a, b) => addmm(x, a, b, { beta: 0 }),
      },
    ],
  },
  baddbmm: {
    about: 'Products of two stacks of matrices, added to a third.',
    torch: 'torch.baddbmm',
    samples: [
      {
        inputs: [of(1, 2), of(2, 1, 2), of(2, 2, 2)],
        call: (x, a, b) => baddbmm(x, a, b, { alpha: 2 }),
      },
    ],
  },
  addmv: {
    about: 'A matrix times a vector, added to a vector.',
    torch: 'torch.addmv',
    samples: [{ inputs: [of(2), of(2, 3), of(3)], call: (x, a, b) => addmv(x, a, b, { beta: 3 }) }],
  },
});
