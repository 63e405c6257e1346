// Everything seegrad exports.

export { detectAnomaly } from './autograd/anomaly.ts';
export type { BackwardOptions } from './autograd/backward.ts';
export { checkpoint } from './autograd/checkpoint.ts';
export { type CustomFunction, type CustomOp, customOp } from './autograd/custom-op.ts';
export { type Derivation, type DerivationStep, derive } from './autograd/derive.ts';
export * from './autograd/errors.ts';
export { Expression, evaluate, symbol, symbolsOf } from './autograd/expression.ts';
export {
  type FormatTraceOptions,
  formatTrace,
  type PassStory,
  tellPass,
} from './autograd/format-trace.ts';
export {
  type GradcheckOptions,
  type GradcheckReport,
  gradcheck,
  gradgradcheck,
} from './autograd/gradcheck.ts';
export { enableGrad, noGrad, scope } from './autograd/modes.ts';
export type { Join, KindOf, Op, Operand } from './autograd/op.ts';
export { parseTrace } from './autograd/parse-trace.ts';
export { type Recording, type RecordOptions, record } from './autograd/record.ts';
export { differentiate } from './autograd/symbols.ts';
export { type Nested, Tensor } from './autograd/tensor.ts';
export * from './autograd/trace.ts';
export {
  type Differentiable,
  type Gradient,
  type GradientFunction,
  type GradOptions,
  grad,
  hessian,
  hvp,
  jacobian,
  jvp,
  type Scalar,
  type ScalarFunction,
  stopGradient,
  type TensorScalarFunction,
  type TensorVectorFunction,
  type VectorFunction,
  valueAndGrad,
  vjp,
} from './autograd/transforms.ts';
export { Value, type ValueOptions, value } from './autograd/value.ts';
export { type Shown, type ShowOptions, save, show } from './live/show.ts';
export { type WatchOptions, watch } from './live/watch.ts';
export type { DType, TypedArray } from './ndarray/dtype.ts';
export * from './ops/index.ts';
