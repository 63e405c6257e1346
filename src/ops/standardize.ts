// What layer, batch, group and instance normalisation share: groups of elements at mean 0 and deviation 1, and the chain rule
// for them. Each has an op of its own name; the way back is one op for all, whose own derivative is written below.

import { ArgumentError, describe } from '../autograd/errors.ts';
import type { Operand } from '../autograd/op.ts';
import { Tensor } from '../autograd/tensor.ts';
import type { NDArray } from '../ndarray/array.ts';
import { isFloat } from '../ndarray/dtype.ts';
import { DTypeError, ShapeError, showShape } from '../ndarray/errors.ts';
import {
  type Grouping,
  normalizeArray,
  normalizeBackArray,
  scaleArray,
} from '../ndarray/normalize.ts';
import { type Shape, sameShape } from '../ndarray/shape.ts';
import { add, div, mul, neg } from './arithmetic.ts';
import { sum } from './reduce.ts';
import { reshape } from './reshape.ts';
import { type Apply, shapeOf, structured } from './structured.ts';

/** Declares a normalisation: x, then a weight and a bias (where there are any), already in a shape that stretches to that of x. */
export function normalization(name: string): Apply<Grouping> {
  return structured<Grouping>({
    name,
    inputs: ['x', 'weight', 'bias'],
    kernel: ([x, weight, bias], grouping) => normalizeArray(x as NDArray, grouping, weight, bias),
    shape: ([x = []]) => x,
    vjp: [
      (g, [x, weight = 1], _y, grouping) =>
        normalizeBack([weight === 1 ? g : mul(g, weight), x as Operand], grouping),
      (g, [x], _y, grouping) => mul(g, standardize([x as Operand], grouping)),
      g => g,
    ],
  });
}

/** Without weight and bias: what the rules are written with. */
const standardize = normalization('standardize');

/** 1 / √(variance + eps) of each group, [1, groups, 1]. */
const groupScale = structured<Grouping>({
  name: 'groupScale',
  inputs: ['x'],
  kernel: ([x], grouping) => scaleArray(x as NDArray, grouping),
  shape: (_, { groups }) => [1, groups, 1],
  vjp: [
    (g, [x], y, grouping) => {
      const unit = inGroups(standardize([x as Operand], grouping), grouping);
      const slope = div(mul(mul(neg(y), y), unit), countOf(grouping));
      return reshape(mul(g, slope), shapeOf(x as Operand));
    },
  ],
});

/**
 * J·g, where J is the derivative of the normalised elements y: scale · (g − mean of g − y · mean of g·y). J is its own
 * transpose, so that the rule for g is the op itself. The rule for x differentiates h·J·g: first along the scale, then
 * along y, which leads through J again.
 */
export const normalizeBack: Apply<Grouping> = structured<Grouping>({
  name: 'normalizeBack',
  inputs: ['g', 'x'],
  kernel: ([g, x], grouping) => normalizeBackArray(g as NDArray, x as NDArray, grouping),
  shape: ([g = []]) => g,
  vjp: [
    (h, [, x], _y, grouping) => normalizeBack([h, x as Operand], grouping),
    (h, [given, x], result, grouping): Operand => {
      const [wide, g, back] = [h, given as Operand, result].map(z => inGroups(z, grouping)) as [
        Operand,
        Operand,
        Operand,
      ];
      const y = inGroups(standardize([x as Operand], grouping), grouping);
      const scale = groupScale([x as Operand], grouping);
      const whole = sum(mul(wide, back), { dim: [0, 2], keepdim: true });
      const alongScale = neg(mul(mul(y, scale), div(whole, countOf(grouping))));
      const shares = add(
        mul(wide, groupMean(mul(g, y), grouping)),
        mul(g, groupMean(mul(wide, y), grouping)),
      );
      const shape = shapeOf(x as Operand);
      const alongY = normalizeBack(
        [reshape(neg(mul(scale, shares)), shape), x as Operand],
        grouping,
      );
      return add(reshape(alongScale, shape), alongY);
    },
  ],
});

function inGroups(x: Operand, { outer, groups, inner }: Grouping): Operand {
  return reshape(x, [outer, groups, inner]);
}

function countOf({ outer, inner }: Grouping): number {
  return outer * inner;
}

function groupMean(x: Operand, grouping: Grouping): Operand {
  return div(sum(x, { dim: [0, 2], keepdim: true }), countOf(grouping));
}

/** Options that most normalisations take. */
export interface NormOfGroupsOptions {
  /** Factors after the normalisation; 1 unless given. */
  weight?: Operand;
  /** Summands after that; 0 unless given. */
  bias?: Operand;
  /** Added to the variance, so that a group of equal elements becomes 0; 1e-5 unless given. */
  eps?: number;
}

/** The ε of the options. @throws ArgumentError unless it is a number from 0. */
export function epsOf(name: string, eps: unknown): number {
  if (typeof eps === 'number' && eps >= 0) return eps;
  throw new ArgumentError(`${name}: eps must be a number from 0, got ${describe(eps)}`);
}

/** Throws unless the input has a float type, and the weights the same. */
export function checkTypes(name: string, x: Operand, weights: readonly (Operand | undefined)[]) {
  if (!(x instanceof Tensor)) return;
  if (!isFloat(x.dtype)) {
    throw new DTypeError(
      `${name}: the input must be float32 or float64, got ${x.dtype}; convert it with to()`,
    );
  }
  for (const weight of weights) {
    if (!(weight instanceof Tensor) || weight.dtype === x.dtype) continue;
    throw new DTypeError(
      `${name}: the input is ${x.dtype} but a weight, bias or running statistic is ${weight.dtype}; convert one with to()`,
    );
  }
}

/** Throws unless an optional tensor has the wanted shape. */
export function checkShapeOf(
  name: string,
  what: string,
  given: Operand | undefined,
  wanted: Shape,
): void {
  if (given === undefined || sameShape(shapeOf(given), wanted)) return;
  throw new ShapeError(
    `${name}: ${what} must have shape ${showShape(wanted)}, got ${showShape(shapeOf(given))}`,
  );
}

/** Number of elements of a shape. */
export function product(shape: Shape): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** The inputs of a normalisation: weight and bias where given, in the shape `aligned`. */
export function withWeights(
  x: Operand,
  weight: Operand | undefined,
  bias: Operand | undefined,
  aligned: Shape,
): Operand[] {
  if (bias !== undefined) {
    return [x, weight === undefined ? 1 : reshape(weight, aligned), reshape(bias, aligned)];
  }
  return weight === undefined ? [x] : [x, reshape(weight, aligned)];
}

/** The shape [channels, 1, …] in which numbers for each channel stretch to [batch, channels, …]. */
export function channelShape(shape: Shape): number[] {
  return shape.slice(1).map((n, k) => (k === 0 ? n : 1));
}
