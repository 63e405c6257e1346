// Attention with several heads: projections of queries, keys and values, an attention of each head, and a projection back.

import { ArgumentError, checkOptions, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { Tensor } from '../autograd/tensor.ts';
import { ShapeError, showShape } from '../ndarray/errors.ts';
import { linear } from './affine.ts';
import { add, where } from './arithmetic.ts';
import { type AttentionOptions, attend, causalMask, checkMask } from './attention.ts';
import { ne } from './comparison.ts';
import { reshape, transpose } from './reshape.ts';
import { narrow } from './slice.ts';
import { checkShapeOf } from './standardize.ts';
import { mean } from './statistics.ts';
import { describeOps, shapeOf, type TensorOr } from './structured.ts';
import { tensor } from './tensor.ts';
import { checkFlag } from './windows.ts';

/** Options of {@link multiHeadAttention}. E is the number of features. */
export interface MultiHeadAttentionOptions
  extends Pick<AttentionOptions, 'isCausal' | 'dropoutP' | 'generator'> {
  /** How many heads share the features among them. */
  numHeads: number;
  /** The projections of query, key and value below each other, [3·E, E]. */
  inProjWeight: Operand;
  /** Their biases, [3·E]; none unless given. */
  inProjBias?: Operand;
  /** The projection of the result, [E, E]. */
  outProjWeight: Operand;
  /** Its bias, [E]; none unless given. */
  outProjBias?: Operand;
  /** [L, S] or [batch · heads, L, S]: bool, where true shuts a key out; or numbers that are added to the scores. */
  attnMask?: Operand;
  /** [batch, S], [S] without a batch: bool, where true shuts a key out; or numbers that are added to the scores. */
  keyPaddingMask?: Operand;
  /** Whether to return the weights as well; true unless given. */
  needWeights?: boolean;
  /** Weights as the mean over the heads (true, unless said otherwise), or of each head. */
  averageWeights?: boolean;
}

/** What {@link multiHeadAttention} returns. */
export interface MultiHeadAttended<T> {
  /** [L, batch, E], or [L, E] without a batch. */
  output: T;
  /** [batch, L, S] (of each head: [batch, heads, L, S]), without the batch where there is none; null unless asked for. */
  weights: T | null;
}

const NAME = 'multiHeadAttention';
const OPTIONS = [
  ...['numHeads', 'inProjWeight', 'inProjBias', 'outProjWeight', 'outProjBias', 'attnMask'],
  ...['keyPaddingMask', 'isCausal', 'needWeights', 'averageWeights', 'dropoutP', 'generator'],
];

/** Sizes, by their usual letters. */
interface Sizes {
  L: number;
  S: number;
  N: number;
  E: number;
  heads: number;
  batched: boolean;
}

/**
 * Attention with several heads. Query, key and value are projected, cut into heads of E / heads features, each head attends by
 * itself (see {@link scaledDotProductAttention}), and what they give is joined and projected again.
 *
 * Shapes: query [L, batch, E], key and value [S, batch, E], or all without the batch. In both masks true shuts a key out.
 * Source: `torch.nn.functional.multi_head_attention_forward`; Vaswani et al., Attention is all you need (2017).
 *
 * ```ts
 * const x = tensor([[1, 0], [0, 1]]);
 * const projections = { inProjWeight: zeros([6, 2]), outProjWeight: eye(2), outProjBias: tensor([1, 2]) };
 * multiHeadAttention(x, x, x, { numHeads: 2, ...projections }).output.toArray(); // [[1, 2], [1, 2]]
 * ```
 * @throws ShapeError where the shapes do not fit, ArgumentError unless the heads divide the features, DTypeError for int32 masks.
 */
export function multiHeadAttention<A extends Operand>(
  query: A,
  key: Operand,
  value: Operand,
  options: MultiHeadAttentionOptions,
): MultiHeadAttended<TensorOr<A>> {
  checkOptions(NAME, options, OPTIONS);
  const sizes = sizesOf(query, key, value, options);
  const { L, N, E, batched } = sizes;
  const { needWeights = true, averageWeights = true, isCausal, dropoutP, generator } = options;
  checkFlag(NAME, 'needWeights', needWeights);
  checkFlag(NAME, 'averageWeights', averageWeights);
  const [q, k, v] = [query, key, value].map((x, n) =>
    inHeads(projected(x, n, E, options), sizes),
  ) as [Operand, Operand, Operand];
  checkMask(NAME, 'attnMask', query, options.attnMask);
  checkMask(NAME, 'keyPaddingMask', query, options.keyPaddingMask);
  const attnMask = maskOf(sizes, options);
  const found = attend(NAME, q, k, v, {
    ...(attnMask !== undefined && { attnMask }),
    ...(isCausal !== undefined && attnMask === undefined && { isCausal }),
    ...(dropoutP !== undefined && { dropoutP }),
    ...(generator !== undefined && { generator }),
  });
  const joined = reshape(transpose(found.output, 0, 1), batched ? [L, N, E] : [L, E]);
  const output = linear(joined, options.outProjWeight, biasOf(options.outProjBias));
  const weights = needWeights ? weightsOf(found.weights, sizes, averageWeights) : null;
  return { output, weights } as MultiHeadAttended<TensorOr<A>>;
}

function biasOf(bias: Operand | undefined): { bias?: Operand } {
  return bias === undefined ? {} : { bias };
}

function sizesOf(
  query: Operand,
  key: Operand,
  value: Operand,
  options: MultiHeadAttentionOptions,
): Sizes {
  const [q, k, v] = [shapeOf(query), shapeOf(key), shapeOf(value)];
  const rank = q.length;
  const fits =
    (rank === 2 || rank === 3) &&
    k.length === rank &&
    v.length === rank &&
    k.every((n, d) => n === v[d] && (d === 0 || n === q[d]));
  if (!fits) {
    throw new ShapeError(
      `${NAME}: the query must be [L, batch, E] or [L, E], key and value [S, batch, E] or [S, E], got ` +
        [q, k, v].map(showShape).join(', '),
    );
  }
  const E = q[rank - 1] as number;
  const { numHeads: heads } = options;
  if (!Number.isInteger(heads) || heads < 1 || E % heads !== 0) {
    throw new ArgumentError(
      `${NAME}: numHeads must divide the ${E} features, got ${describe(heads)}`,
    );
  }
  checkShapeOf(NAME, 'inProjWeight', options.inProjWeight, [3 * E, E]);
  checkShapeOf(NAME, 'inProjBias', options.inProjBias, [3 * E]);
  checkShapeOf(NAME, 'outProjWeight', options.outProjWeight, [E, E]);
  checkShapeOf(NAME, 'outProjBias', options.outProjBias, [E]);
  const batched = rank === 3;
  return {
    L: q[0] as number,
    S: k[0] as number,
    N: batched ? (q[1] as number) : 1,
    E,
    heads,
    batched,
  };
}

/** The n-th of the three projections. */
function projected(x: Operand, n: number, E: number, options: MultiHeadAttentionOptions): Operand {
  const { inProjWeight, inProjBias } = options;
  const bias = inProjBias === undefined ? undefined : narrow(inProjBias, 0, n * E, E);
  return linear(x, narrow(inProjWeight, 0, n * E, E), biasOf(bias));
}

/** [length, batch, E] → [batch · heads, length, E / heads]. */
function inHeads(x: Operand, { N, E, heads }: Sizes): Operand {
  const [length = 0] = shapeOf(x);
  return transpose(reshape(x, [length, N * heads, E / heads]), 0, 1);
}

/** Both masks as numbers to add to the scores; undefined without any. */
function maskOf(
  { L, S, N, heads, batched }: Sizes,
  { attnMask, keyPaddingMask, isCausal = false }: MultiHeadAttentionOptions,
): Operand | undefined {
  checkFlag(NAME, 'isCausal', isCausal);
  if (isCausal && attnMask !== undefined) {
    throw new ArgumentError(`${NAME}: give either attnMask or isCausal, not both`);
  }
  if (attnMask !== undefined && shapeOf(attnMask).length !== 3) {
    checkShapeOf(NAME, 'attnMask', attnMask, [L, S]);
  } else {
    checkShapeOf(NAME, 'attnMask', attnMask, [N * heads, L, S]);
  }
  checkShapeOf(NAME, 'keyPaddingMask', keyPaddingMask, batched ? [N, S] : [S]);
  const own = attnMask === undefined ? undefined : addend(attnMask);
  if (keyPaddingMask === undefined) return own;
  const padding = addend(keyPaddingMask);
  const rows = reshape(add(reshape(padding, [N, 1, S]), reshape(zerosOf(heads), [1, heads, 1])), [
    N * heads,
    1,
    S,
  ]);
  if (own !== undefined) return add(own, rows);
  return isCausal ? where(causalMask(L, S), rows, Number.NEGATIVE_INFINITY) : rows;
}

function zerosOf(n: number): Tensor {
  return tensor(new Float32Array(n));
}

/** A mask as numbers to add: −∞ where a bool one shuts out. */
function addend(mask: Operand): Operand {
  const bool = mask instanceof Tensor && mask.dtype === 'bool';
  return bool ? where(mask, Number.NEGATIVE_INFINITY, 0) : mask;
}

function weightsOf(
  weights: Operand,
  { L, S, N, heads, batched }: Sizes,
  averaged: boolean,
): Operand {
  const all = reshape(weights, batched ? [N, heads, L, S] : [heads, L, S]);
  return averaged ? mean(all, { dim: -3 }) : all;
}

const of = (...shape: number[]) => ({ shape });
const projections = (n: number, inProjWeight: Tensor, outProjWeight: Tensor) => ({
  ...{ numHeads: n, inProjWeight, outProjWeight },
});

describeOps({
  multiHeadAttention: {
    about: 'Attention with several heads, and projections before and after.',
    torch: 'torch.nn.functional.multi_head_attention_forward',
    samples: [
      {
        inputs: [of(1, 2), of(2, 2), of(2, 2), of(6, 2), of(2, 2)],
        call: (q, k, v, a, b) => multiHeadAttention(q, k, v, projections(2, a, b)).output,
      },
      {
        inputs: [of(2, 1, 2), of(6, 2), of(6), of(2, 2), of(2)],
        call: (x, a, inProjBias, b, outProjBias) => {
          const all = { ...projections(1, a, b), inProjBias, outProjBias };
          return multiHeadAttention(x, x, x, { ...all, isCausal: true }).output;
        },
      },
      {
        inputs: [of(2, 2), of(6, 2), of(2, 2), of(2)],
        call: (x, a, b, m) => {
          const all = { ...projections(2, a, b), keyPaddingMask: m };
          return multiHeadAttention(x, x, x, all).weights ?? ne(x, x);
        },
      },
    ],
  },
});
