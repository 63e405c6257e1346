// Functions of float64 numbers, accurate to about half an ulp; no dependency on the rest of the library.

export { erf, erfc, erfcx } from './error-function.ts';
export { expDD } from './exponential.ts';
export { geluTanhGate, tanhSoftplus } from './gates.ts';
export { sech, sech2 } from './hyperbolic.ts';
export { logaddexp, logSigmoid, sigmoid, sigmoidOfDifference, softplus } from './logistic.ts';
export { gaussian, ndtr, normalPdf } from './normal.ts';
export { pow } from './power.ts';
export { roundHalfEven } from './rounding.ts';
