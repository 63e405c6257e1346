// All op families in one place, and the methods they give to the operands. Adding a family adds a line here.

import type * as activation from './activation.ts';
import type { activationMethods } from './activation-gate.ts';
import type * as activationHard from './activation-hard.ts';
import type * as activationSoft from './activation-soft.ts';
import type { affineMethods } from './affine.ts';
import type * as arithmetic from './arithmetic.ts';
import type { batchNormMethods } from './batch-norm.ts';
import type { blendMethods } from './blend.ts';
import type * as comparison from './comparison.ts';
import type { determinantMethods } from './determinant.ts';
import type { diagonalMethods } from './diagonal.ts';
import type { distanceMethods } from './distance.ts';
import type { dropoutMethods } from './dropout.ts';
import type { eigenMethods } from './eigen.ts';
import type { Methods } from './elementwise.ts';
import type * as errorFunction from './error-function.ts';
import type * as exponential from './exponential.ts';
import type { ExtremeMethods, extremesMethods } from './extremes.ts';
import type { gatherMethods } from './gather.ts';
import type { gridSampleMethods } from './grid-sample.ts';
import type { gumbelMethods } from './gumbel-softmax.ts';
import type * as hyperbolic from './hyperbolic.ts';
import type { inPlaceMethods } from './in-place.ts';
import type { indexingMethods } from './indexing.ts';
import type { interpolateMethods } from './interpolate.ts';
import type { layerNormMethods } from './layer-norm.ts';
import type * as logic from './logic.ts';
import type { binaryLossMethods } from './loss-binary.ts';
import type { classLossMethods } from './loss-class.ts';
import type { ctcMethods } from './loss-ctc.ts';
import type { distributionLossMethods } from './loss-distribution.ts';
import type { marginLossMethods } from './loss-margin.ts';
import type { regressionMethods } from './loss-regression.ts';
import type { maskMethods } from './mask.ts';
import type { matmulMethods } from './matmul.ts';
import type { matrixNormMethods } from './matrix-norm.ts';
import type { movementMethods } from './movement.ts';
import type { normMethods } from './norm.ts';
import type { padMethods } from './pad.ts';
import type { pixelMethods } from './pixel-shuffle.ts';
import type * as power from './power.ts';
import type { productMethods } from './products.ts';
import type { qrMethods } from './qr.ts';
import type { randomMethods } from './random.ts';
import type { reduceMethods } from './reduce.ts';
import type * as remainder from './remainder.ts';
import type { repeatMethods } from './repeat.ts';
import type { reshapeMethods } from './reshape.ts';
import type { responseNormMethods } from './response-norm.ts';
import type * as rounding from './rounding.ts';
import type { scanMethods } from './scan.ts';
import type { scatterReduceMethods } from './scatter-reduce.ts';
import type { sliceMethods } from './slice.ts';
import type { softmaxMethods } from './softmax.ts';
import type { solveMethods } from './solve.ts';
import type { sortMethods } from './sort.ts';
import type { splitMethods } from './split.ts';
import type { statisticsMethods } from './statistics.ts';
import type { MethodsOf } from './structured.ts';
import type { svdMethods } from './svd.ts';
import type { takeMethods } from './take.ts';
import type * as trigonometric from './trigonometric.ts';

export * from './activation.ts';
export {
  type GluOptions,
  glu,
  prelu,
  type ThresholdOptions,
  threshold,
} from './activation-gate.ts';
export * from './activation-hard.ts';
export * from './activation-soft.ts';
export {
  type AddProductOptions,
  addmm,
  addmv,
  type BilinearOptions,
  baddbmm,
  bilinear,
  type LinearOptions,
  linear,
} from './affine.ts';
export * from './arithmetic.ts';
export { type AttentionOptions, scaledDotProductAttention } from './attention.ts';
export {
  type AvgPoolOptions,
  type AvgPoolOptionsNd,
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  type LpPoolOptions,
  lpPool1d,
  lpPool2d,
} from './average-pooling.ts';
export { type BatchNormOptions, batchNorm } from './batch-norm.ts';
// Tensors.
export {
  type AddcOptions,
  addcdiv,
  addcmul,
  lerp,
  maskedFill,
  type NanToNumOptions,
  nanToNum,
} from './blend.ts';
export * from './comparison.ts';
export { type ConvOptions, conv1d, conv2d, conv3d } from './convolution.ts';
export {
  type ConvTransposeOptions,
  convTranspose1d,
  convTranspose2d,
} from './convolution-transpose.ts';
export {
  arange,
  eye,
  full,
  fullLike,
  linspace,
  ones,
  onesLike,
  zeros,
  zerosLike,
} from './creation.ts';
export { det, logdet, slogdet, trace } from './determinant.ts';
export {
  type DiagOptions,
  type DiagonalOptions,
  diag,
  diagEmbed,
  diagonal,
  type TriangleOptions,
  tril,
  triu,
  unfoldDim,
} from './diagonal.ts';
export {
  type CdistOptions,
  type CosineSimilarityOptions,
  type CrossOptions,
  cdist,
  cosineSimilarity,
  cross,
  type PairwiseDistanceOptions,
  pairwiseDistance,
} from './distance.ts';
export { type DropoutOptions, dropout } from './dropout.ts';
export { eigh, eigvalsh } from './eigen.ts';
export { einsum, type TensordotOptions, tensordot } from './einsum.ts';
export { type Convention, type Elementwise, ops, type PublicOp } from './elementwise.ts';
export { type EmbeddingOptions, embedding } from './embedding.ts';
export * from './error-function.ts';
export * from './exponential.ts';
export {
  amax,
  amin,
  argmax,
  argmin,
  type Extreme,
  logsumexp,
  max,
  min,
  type OneDimOptions,
} from './extremes.ts';
export {
  gather,
  type IndexAddOptions,
  type Indices,
  indexAdd,
  indexCopy,
  indexFill,
  indexSelect,
  type OneHotOptions,
  oneHot,
  scatter,
  scatterAdd,
} from './gather.ts';
export { type GridSampleOptions, gridSample } from './grid-sample.ts';
export { type GumbelSoftmaxOptions, gumbelSoftmax } from './gumbel-softmax.ts';
export * from './hyperbolic.ts';
export {
  type AlphaOptions,
  add_,
  assign,
  div_,
  fill_,
  mul_,
  sub_,
  zero_,
} from './in-place.ts';
export {
  type Index,
  type IndexList,
  type IndexPutOptions,
  index,
  indexPut,
} from './indexing.ts';
export {
  type InterpolateOptions,
  type InterpolationMode,
  interpolate,
} from './interpolate.ts';
export { cat, type JoinOptions, stack } from './join.ts';
export {
  groupNorm,
  instanceNorm,
  type LayerNormOptions,
  layerNorm,
  type RmsNormOptions,
  rmsNorm,
} from './layer-norm.ts';
export * from './logic.ts';
export {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  type LogitLossOptions,
  multilabelSoftMarginLoss,
  softMarginLoss,
  type WeightedLossOptions,
} from './loss-binary.ts';
export {
  type CrossEntropyOptions,
  crossEntropy,
  type NllLossOptions,
  nllLoss,
} from './loss-class.ts';
export { type CtcLossOptions, ctcLoss } from './loss-ctc.ts';
export {
  type GaussianNllLossOptions,
  gaussianNllLoss,
  type KlDivOptions,
  klDiv,
  type PoissonNllLossOptions,
  poissonNllLoss,
} from './loss-distribution.ts';
export {
  cosineEmbeddingLoss,
  hingeEmbeddingLoss,
  type MarginLossOptions,
  type MultiMarginLossOptions,
  marginRankingLoss,
  multiMarginLoss,
  type TripletMarginLossOptions,
  tripletMarginLoss,
} from './loss-margin.ts';
export type { LossOptions, Reduction } from './loss-reduction.ts';
export {
  type HuberLossOptions,
  huberLoss,
  l1Loss,
  mseLoss,
  type SmoothL1LossOptions,
  smoothL1Loss,
} from './loss-regression.ts';
export { maskedScatter, maskedSelect, nonzero } from './mask.ts';
export { matmul } from './matmul.ts';
export { type MatrixNormOptions, matrixNorm } from './matrix-norm.ts';
export {
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  type MaxPooled,
  type MaxPoolOptions,
  type MaxUnpoolOptions,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  maxUnpool1d,
  maxUnpool2d,
  type WithIndices,
} from './max-pooling.ts';
export {
  broadcastTo,
  expandAs,
  type FlattenOptions,
  flatten,
  movedim,
  type SqueezeOptions,
  squeeze,
  swapaxes,
  t,
  unflatten,
  unsqueeze,
  view,
} from './movement.ts';
export {
  type MultiHeadAttended,
  type MultiHeadAttentionOptions,
  multiHeadAttention,
} from './multi-head-attention.ts';
export { all, any, countNonzero, type NormOptions, norm, prod } from './norm.ts';
export { type PadMode, type PadOptions, pad } from './pad.ts';
export { pixelShuffle, pixelUnshuffle } from './pixel-shuffle.ts';
export * from './power.ts';
export { bmm, dot, kron, mm, mv, outer } from './products.ts';
export { qr } from './qr.ts';
export {
  bernoulli,
  type DrawOptions,
  Generator,
  type GeneratorState,
  generator,
  type MultinomialOptions,
  manualSeed,
  multinomial,
  type RandomOptions,
  rand,
  randint,
  randLike,
  randn,
  randnLike,
  randperm,
} from './random.ts';
export { type ReduceOptions, sum } from './reduce.ts';
export * from './remainder.ts';
export {
  type MeshgridOptions,
  meshgrid,
  type RepeatInterleaveOptions,
  type RollOptions,
  type Rot90Options,
  repeat,
  repeatInterleave,
  roll,
  rot90,
  tile,
} from './repeat.ts';
export { clone, expand, permute, reshape, sumTo, to, transpose } from './reshape.ts';
export {
  type LocalResponseNormOptions,
  localResponseNorm,
  type NormalizeOptions,
  normalize,
} from './response-norm.ts';
export * from './rounding.ts';
export {
  cummax,
  cummin,
  cumprod,
  cumsum,
  type DiffOptions,
  diff,
  logcumsumexp,
  type ValuesAndIndices,
} from './scan.ts';
export { type ScatterReduceOptions, scatterReduce } from './scatter-reduce.ts';
export { flip, narrow, type SliceOptions, select, slice } from './slice.ts';
export { logSoftmax, type SoftmaxOptions, softmax, softmin } from './softmax.ts';
export {
  type CholeskyOptions,
  cholesky,
  inverse,
  matrixPower,
  solve,
  type TriangularSolveOptions,
  triangularSolve,
} from './solve.ts';
export {
  argsort,
  type BincountOptions,
  bincount,
  bucketize,
  type KthOptions,
  kthvalue,
  median,
  type SearchOptions,
  type SortOptions,
  searchsorted,
  sort,
  type TopkOptions,
  topk,
  unique,
} from './sort.ts';
export { chunk, type SplitOptions, split, tensorSplit, unbind } from './split.ts';
export type { NormOfGroupsOptions } from './standardize.ts';
export {
  mean,
  nanmean,
  nansum,
  std,
  stdMean,
  type VarianceOptions,
  variance,
  varMean,
} from './statistics.ts';
export {
  type StochasticPoolOptions,
  stochasticPool1d,
  stochasticPool2d,
} from './stochastic-pooling.ts';
export { type TensorOp, type TensorOr, tensorOps } from './structured.ts';
export { type PinvOptions, pinv, svd, svdvals } from './svd.ts';
export { type TakeAlongDimOptions, take, takeAlongDim } from './take.ts';
export { tensor } from './tensor.ts';
export type { TensorOptions } from './tensor-options.ts';
export * from './trigonometric.ts';
export { fold, type UnfoldOptions, unfold } from './unfold.ts';

type Families = typeof arithmetic &
  typeof power &
  typeof exponential &
  typeof trigonometric &
  typeof hyperbolic &
  typeof errorFunction &
  typeof activation &
  typeof activationHard &
  typeof activationSoft &
  typeof rounding &
  typeof remainder &
  typeof comparison &
  typeof logic;

declare module '../autograd/value.ts' {
  interface Value extends Methods<Families, Value> {}
}

type TensorFamilies = typeof ctcMethods &
  typeof gridSampleMethods &
  typeof interpolateMethods &
  typeof pixelMethods &
  typeof binaryLossMethods &
  typeof distributionLossMethods &
  typeof marginLossMethods &
  typeof gumbelMethods &
  typeof dropoutMethods &
  typeof activationMethods &
  typeof layerNormMethods &
  typeof batchNormMethods &
  typeof responseNormMethods &
  typeof inPlaceMethods &
  typeof blendMethods &
  typeof sortMethods &
  typeof normMethods &
  typeof scanMethods &
  typeof gatherMethods &
  typeof indexingMethods &
  typeof maskMethods &
  typeof scatterReduceMethods &
  typeof takeMethods &
  typeof extremesMethods &
  typeof statisticsMethods &
  typeof matmulMethods &
  typeof affineMethods &
  typeof productMethods &
  typeof distanceMethods &
  typeof matrixNormMethods &
  typeof movementMethods &
  typeof determinantMethods &
  typeof diagonalMethods &
  typeof padMethods &
  typeof randomMethods &
  typeof repeatMethods &
  typeof reduceMethods &
  typeof reshapeMethods &
  typeof sliceMethods &
  typeof regressionMethods &
  typeof classLossMethods &
  typeof softmaxMethods &
  typeof eigenMethods &
  typeof qrMethods &
  typeof svdMethods &
  typeof solveMethods &
  typeof splitMethods;

declare module '../autograd/tensor.ts' {
  interface Tensor
    extends Omit<Methods<Families, Tensor>, keyof TensorFamilies | keyof ExtremeMethods>,
      MethodsOf<TensorFamilies>,
      ExtremeMethods {}
}

declare module '../autograd/expression.ts' {
  interface Expression extends Methods<Families, Expression> {}
}
