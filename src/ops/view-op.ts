// How ops that pick elements at even steps are declared: a view without a copy, and its inverse in the chain rule, which puts
// a cotangent into zeros. Each is the derivative of the other.

import type { Notation, Operand } from '../autograd/op.ts';
import type { NDArray } from '../ndarray/array.ts';
import type { Shape } from '../ndarray/shape.ts';
import { unviewed, type View, viewed } from '../ndarray/view.ts';
import { shapeOf, structured } from './structured.ts';

interface ViewOp<P> {
  name: string;
  /** The name of the op that puts a cotangent back. */
  inverse: string;
  symbol: string;
  /** Where the elements of the view are in an array of this shape. */
  view: (shape: Shape, params: P) => View;
  /** An element may stand at several places of the view. */
  overlaps?: boolean;
  text?: Notation;
  latex?: Notation;
}

type Apply<P> = (inputs: readonly Operand[], params: P) => Operand;

/** What applies a view, and what applies its inverse: zeros of a shape with the elements of `x` where the view takes its own from. */
interface ViewPair<P> {
  take: (x: Operand, params: P) => Operand;
  put: (x: Operand, shape: Shape, params: P) => Operand;
}

/** Declares a view and its inverse. */
export function viewOp<P>(declaration: ViewOp<P>): ViewPair<P> {
  const { name, inverse, symbol, view, overlaps = false } = declaration;
  const { text, latex } = declaration;
  const written = { ...(text && { text }), ...(latex && { latex }) };
  const take: Apply<P> = structured<P>({
    name,
    inputs: ['x'],
    kernel: ([x], params) => viewed(x as NDArray, view((x as NDArray).shape, params)),
    shape: ([x = []], params) => view(x, params).shape,
    vjp: [(g, [x], _y, params) => put([g], { shape: shapeOf(x as Operand), params })],
    linear: true,
    symbol,
    ...written,
  });
  const put: Apply<{ shape: Shape; params: P }> = structured<{ shape: Shape; params: P }>({
    name: inverse,
    inputs: ['x'],
    kernel: ([x], { shape, params }) =>
      unviewed(x as NDArray, shape, view(shape, params), overlaps),
    shape: (_, { shape }) => shape,
    vjp: [(g, _inputs, _y, { params }) => take([g], params)],
    linear: true,
    symbol: `${symbol}⁻¹`,
  });
  return {
    take: (x, params) => take([x], params),
    put: (x, shape, params) => put([x], { shape, params }),
  };
}
