// All op families in one place, and the methods they give to the operands. Adding a family adds a line here.

import type * as activation from './activation.ts';
import type * as arithmetic from './arithmetic.ts';
import type * as comparison from './comparison.ts';
import type { Methods } from './elementwise.ts';
import type * as errorFunction from './error-function.ts';
import type * as exponential from './exponential.ts';
import type * as hyperbolic from './hyperbolic.ts';
import type * as power from './power.ts';
import type * as rounding from './rounding.ts';
import type * as trigonometric from './trigonometric.ts';

export * from './activation.ts';
export * from './arithmetic.ts';
export * from './comparison.ts';
export { type Convention, type Elementwise, ops, type PublicOp } from './elementwise.ts';
export * from './error-function.ts';
export * from './exponential.ts';
export * from './hyperbolic.ts';
export * from './power.ts';
export * from './rounding.ts';
export * from './trigonometric.ts';

type Families = typeof arithmetic &
  typeof power &
  typeof exponential &
  typeof trigonometric &
  typeof hyperbolic &
  typeof errorFunction &
  typeof activation &
  typeof rounding &
  typeof comparison;

declare module '../autograd/value.ts' {
  interface Value extends Methods<Families, Value> {}
}

declare module '../autograd/expression.ts' {
  interface Expression extends Methods<Families, Expression> {}
}
