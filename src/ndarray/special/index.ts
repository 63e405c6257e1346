// Functions of float64 numbers, accurate to about half an ulp; no dependency on the rest of the library.

export {
  gelu,
  geluSlope,
  geluTanh,
  geluTanhSlope,
  mish,
  mishSlope,
  silu,
  siluSlope,
} from './activation.ts';
export { erf, erfc, erfcx, erfcxSlope } from './error-function.ts';
export { expDD } from './exponential.ts';
export { geluTanhGate, tanhSoftplus } from './gates.ts';
export { cosh, sech, sech2, sinh, tanh, tanhshrink } from './hyperbolic.ts';
export { acosh, asinh, atanh } from './inverse-hyperbolic.ts';
export { log10 } from './logarithm.ts';
export { logaddexp, logSigmoid, sigmoid, sigmoidOfDifference, softplus } from './logistic.ts';
export { gaussian, gaussianSlope, ndtr, normalPdf, normalPdfSlope } from './normal.ts';
export { hypot, pow, powExponentSlope, powSlope, rsqrt } from './power.ts';
export { floorQuotient, floorRest, roundHalfEven } from './rounding.ts';
