// What an op is to the engine: a number, a value rule, derivative rules and a way to be written down. The engine knows
// no op by name; it is handed these declarations and the little arithmetic that the chain rule itself needs.

import type { NDArray } from '../ndarray/array.ts';
import type { DType } from '../ndarray/dtype.ts';
import type { Shape } from '../ndarray/shape.ts';
import { ArgumentError, describe } from './errors.ts';
import type { Expression } from './expression.ts';
import type { Tensor } from './tensor.ts';
import type { Value } from './value.ts';

/** Everything a public op accepts. A new kind of operand joins this union and brings its own {@link Kind}. */
export type Operand = number | Value | Tensor | Expression;

/** The kind of operand that results from one of type `A`: `number` for `0.5`, `Value` for a value, and so on. */
export type KindOf<A extends Operand> = A extends number
  ? number
  : A extends Value
    ? Value
    : A extends Tensor
      ? Tensor
      : A extends Expression
        ? Expression
        : never;

/** The kind that results when operands of types `A` and `B` meet: each gives way to the next of number, Value, Tensor, Expression. */
export type Join<A extends Operand, B extends Operand> = A extends number
  ? KindOf<B>
  : B extends number
    ? KindOf<A>
    : A extends Expression
      ? Expression
      : B extends Expression
        ? Expression
        : A extends Tensor
          ? Tensor
          : B extends Tensor
            ? Tensor
            : Value;

/**
 * A local derivative ∂y/∂xₖ: either a constant or a function of the inputs and, last, the output, written with public
 * ops so that it runs on every kind of operand.
 */
export type Partial = number | ((...inputsAndOutput: never[]) => Operand);

/** How tightly an op binds when it is written down, after the usual rules of algebra. */
export type Precedence = 'comparison' | 'sum' | 'product' | 'negation' | 'power' | 'atom';

/** An argument of a term being written: the writer asks for it with the parentheses that its place demands. */
export interface Writer {
  /** The argument, in parentheses where it binds less tightly than `precedence`. */
  arg(k: number, precedence?: Precedence): string;
  /** The argument where an exponent or an index stands: never needs parentheses in LaTeX. */
  raw(k: number): string;
  /** The argument as an exact number, where it is one. */
  number(k: number): number | undefined;
  /** The name of the argument's own op, where it is a term. */
  opOf(k: number): Op | undefined;
  /** Whether the argument stands for a tensor. */
  tensor(k: number): boolean;
  /** How many arguments there are. */
  readonly count: number;
  /** The plain parameters of a structured op. */
  readonly params: unknown;
}

/** Writes a term in one notation; returns the string and how tightly it binds. */
export type Notation = (writer: Writer) => { string: string; precedence: Precedence };

/** A point at which an op is tested; `kink` marks places where only the published convention holds. */
export interface Sample {
  x: readonly number[];
  /** The op has no derivative here (or no finite one): the convention is checked, not the difference quotient. */
  kink?: boolean;
}

/**
 * What a structured op does with a cotangent: the contribution to one of its inputs, from the cotangent `g` of the output,
 * the inputs, the output `y` and the op's parameters; written with public ops, so that it runs on every kind of operand.
 */
export type Vjp<P = unknown> = (
  g: Operand,
  inputs: readonly Operand[],
  y: Operand,
  params: P,
) => Operand;

/** The index along one axis: a constant, then a coefficient for each label of the window. */
export type AffineIndex = readonly number[];

/**
 * Which elements of the inputs make which element of the result. Labels run over a box; each assignment of them is a term,
 * whose element of the result and of each input is given by affine indices. A term with an index outside of its tensor
 * (padding) does not exist.
 */
export interface Window {
  /**
   * How terms make an element: the sum of the products of their elements, their mean, the largest of them, or the share
   * exp(x) / Σ exp(x) of the one at the place of the result.
   */
  readonly kind: 'sum' | 'mean' | 'max' | 'share';
  /** The size of each label. */
  readonly labels: readonly number[];
  /** For each axis of the result its index. */
  readonly y: readonly AffineIndex[];
  /** The same for each input. */
  readonly inputs: readonly (readonly AffineIndex[])[];
  /** Inputs that are no factor but added once to each element, such as a bias. */
  readonly added?: readonly number[];
  /** Multiplies every sum; 1 unless given. */
  readonly scale?: number;
}

/** How an op computes that is not elementwise: on whole arrays. */
export interface Structure<P = unknown> {
  /** The value. The result may be a view of an input, but never an input itself changed. */
  readonly kernel: (inputs: readonly NDArray[], params: P) => NDArray;
  /** The shape of the result, for symbols that stand for tensors. */
  readonly shape: ((shapes: readonly Shape[], params: P) => Shape) | undefined;
  /** One rule per input (null: takes no gradient), or for any number of inputs the rule of input k. */
  readonly vjp: readonly (Vjp<P> | null)[] | ((k: number) => Vjp<P> | null);
  /** Linear in each input while the others stand: then its derivative along a tangent is the op itself. */
  readonly linear: boolean;
  /** Every element of the result is an element of the input: a tensor full of one number stays one. */
  readonly movesOnly: boolean;
  /** Which elements make which, for those who want to see it; undefined where that is not affine. */
  readonly terms?: ((shapes: readonly Shape[], params: P) => Window | undefined) | undefined;
}

/** How the element type of a result follows from the inputs: a float, the type they promote to, or bool. */
export type ResultKind = 'float' | 'same' | 'bool';

/** An op as the engine sees it. */
export interface Op {
  readonly name: string;
  /** Place in the table of ops; what a tape stores. */
  readonly id: number;
  /** Names of the positional inputs, then of the inputs that come from the options. */
  readonly inputs: readonly string[];
  /** Inputs given through the options object, with their defaults; they are the last of `inputs`. */
  readonly options: Readonly<Record<string, number>>;
  /** The value at plain numbers. */
  readonly forward: (...x: number[]) => number;
  /** The value to the accuracy of float32, where that is much faster. */
  readonly single?: ((...x: number[]) => number) | undefined;
  /** The value for int32, where it wraps modulo 2³² and a float64 would have lost the low bits. */
  readonly whole?: ((...x: number[]) => number) | undefined;
  /** One rule per input. */
  readonly partials: readonly Partial[];
  /** The same rules as a textbook writes them, where the stable ones above read differently. */
  readonly formulas: readonly (Partial | undefined)[];
  /**
   * Each partial only selects: a zero partial stops whatever comes from above, even NaN or ∞ (relu, where, max), while
   * in an ordinary product 0·∞ is NaN.
   */
  readonly selects: boolean;
  /** False for comparisons: their results are plain numbers to the engine. */
  readonly differentiable: boolean;
  /** The op written out in simpler ones, for ops that merely name a formula. */
  readonly definition: ((...x: never[]) => Operand) | undefined;
  /** A short sign for a card in the viewer. */
  readonly symbol: string;
  readonly text: Notation;
  readonly latex: Notation;
  /** A simpler expression of equal value, if these arguments allow one. */
  readonly simplify: ((...x: Expression[]) => Operand | undefined) | undefined;
  /** Element type of the result for tensors. */
  readonly result: ResultKind;
  /** The first input only selects (a condition): it has no say in the element type. */
  readonly condition: boolean;
  /** For an op on whole arrays; null for an elementwise one. */
  readonly structure: Structure | null;
}

/** The rule of a structured op for its input `k`. */
export function vjpOf(structure: Structure, k: number): Vjp | null {
  const { vjp } = structure;
  return (typeof vjp === 'function' ? vjp(k) : vjp[k]) ?? null;
}

const table: Op[] = [];
const byName = new Map<string, Op>();

/** Enters an op into the table and gives it its id. Names are unique. */
export function registerOp(declaration: Omit<Op, 'id'>): Op {
  if (byName.has(declaration.name)) {
    throw new ArgumentError(
      `an op named "${declaration.name}" exists already; choose another name`,
    );
  }
  const op: Op = Object.freeze({ ...declaration, id: nextId(declaration.name) });
  table.push(op);
  byName.set(op.name, op);
  return op;
}

/** Enters an op that belongs to one graph only, so that its name need not be unique. */
export function registerAnonymousOp(declaration: Omit<Op, 'id'>): Op {
  const op: Op = Object.freeze({ ...declaration, id: nextId(declaration.name) });
  table.push(op);
  return op;
}

/** A tape stores ids, and the complements of ids, in 16 bits. */
const MOST_OPS = 2 ** 15;

function nextId(name: string): number {
  if (table.length < MOST_OPS) return table.length;
  throw new ArgumentError(
    `${name}: ${MOST_OPS} ops exist already; make an op once, outside of loops and functions, and call it many times`,
  );
}

/** The op that a tape stored under this id. */
export function opById(id: number): Op {
  return table[id] as Op;
}

/** All registered ops by name, in order of declaration. */
export function registeredOps(): ReadonlyMap<string, Op> {
  return byName;
}

/** What makes a class a kind of operand: how ops apply to it, and which kind wins when two meet (the higher rank). */
export interface Kind {
  readonly name: string;
  readonly rank: number;
  apply(op: Op, operands: readonly Operand[], params?: unknown): Operand;
}

/** The property under which the prototype of an operand class carries its {@link Kind}. */
export const KIND: unique symbol = Symbol('seegrad.kind');

const numbers: Kind = {
  name: 'number',
  rank: 0,
  apply: (op, operands) => op.forward(...(operands as number[])),
};

let tensors: Kind | undefined;

/** Called once by the kind that runs structured ops, also on plain numbers and values. */
export function provideTensors(kind: Kind): void {
  tensors = kind;
}

/** Applies an op to operands of any kinds: the kind of the highest rank decides. */
export function applyOp(op: Op, operands: readonly Operand[], params?: unknown): Operand {
  let kind = op.structure === null ? numbers : (tensors ?? numbers);
  for (let k = 0; k < operands.length; k++) {
    const other = kindOfOperand(operands[k]);
    if (other === undefined) {
      const got =
        k < op.inputs.length && operands[k] === undefined ? 'nothing' : describe(operands[k]);
      throw new ArgumentError(
        `${op.name}: input ${op.inputs[k] ?? k} must be a number, a Value, a Tensor or an Expression, got ${got}; ` +
          'wrap other data with value(x), tensor(x) or symbol(name)',
      );
    }
    if (other.rank > kind.rank) kind = other;
  }
  return kind.apply(op, operands, params);
}

function kindOfOperand(operand: unknown): Kind | undefined {
  if (typeof operand === 'number') return numbers;
  if (typeof operand !== 'object' || operand === null) return undefined;
  return (operand as { [KIND]?: Kind })[KIND];
}

/** True for anything that a public op accepts. */
export function isOperand(operand: unknown): operand is Operand {
  return kindOfOperand(operand) !== undefined;
}

/** The arithmetic of the chain rule itself, provided by the op families so that the engine needs no op by name. */
export interface Arithmetic {
  add(a: Operand, b: Operand): Operand;
  mul(a: Operand, b: Operand): Operand;
  neg(a: Operand): Operand;
  /** a where the condition is not zero, else 0; whatever a is. */
  select(condition: Operand, a: Operand): Operand;
  /** A node of its own with the same value. */
  alias(a: Operand): Operand;
}

/** What the chain rule of tensors needs besides: provided by the op families likewise. */
export interface TensorArithmetic {
  /** Sums a tensor over what broadcasting stretched, so that it has this shape. */
  sumTo(a: Operand, shape: Shape): Operand;
  /** Stretches to a shape. */
  expand(a: Operand, shape: Shape): Operand;
  /** Another element type. */
  cast(a: Operand, dtype: DType): Operand;
  /** The same elements in another shape. */
  reshape(a: Operand, shape: Shape): Operand;
  /** Tensors of one shape side by side along a new first dimension. */
  stack(parts: readonly Operand[]): Operand;
}

let providedForTensors: TensorArithmetic | undefined;

/** Called once by the families of tensor ops. */
export function provideTensorArithmetic(arithmetic: TensorArithmetic): void {
  providedForTensors = arithmetic;
}

/** The arithmetic of the chain rule of tensors. */
export function tensorArithmetic(): TensorArithmetic {
  if (providedForTensors === undefined) {
    throw new ArgumentError('no ops are loaded; import from "seegrad"');
  }
  return providedForTensors;
}

let provided: Arithmetic | undefined;

/** Called once by the family of arithmetic ops. */
export function provideArithmetic(arithmetic: Arithmetic): void {
  provided = arithmetic;
}

/** The arithmetic of the chain rule. */
export function arithmetic(): Arithmetic {
  if (provided === undefined) throw new ArgumentError('no ops are loaded; import from "seegrad"');
  return provided;
}
