// How an op on whole arrays is declared, and the table of all tensor ops: what the tests enumerate and the docs list.

import { ArgumentError, describe } from '../autograd/errors.ts';
import { Expression } from '../autograd/expression.ts';
import {
  applyOp,
  type Notation,
  type Op,
  type Operand,
  type Precedence,
  registerOp,
  type Structure,
  type Vjp,
  type Window,
  type Writer,
} from '../autograd/op.ts';
import { Tensor } from '../autograd/tensor.ts';
import type { NDArray } from '../ndarray/array.ts';
import type { Shape } from '../ndarray/shape.ts';

/** What a tensor op returns: an Expression for an Expression, a Tensor for anything else. */
export type TensorOr<A> = A extends Expression ? Expression : Tensor;

/** The declaration of an op on whole arrays. `P` are its plain parameters, complete and checked by the public function. */
export interface Structured<P> {
  name: string;
  /** Names of the inputs, by their usual letters. For an op of any number of inputs, the name of one. */
  inputs: readonly string[];
  /** The value, on plain arrays. */
  kernel: (inputs: readonly NDArray[], params: P) => NDArray;
  /** The shape of the result, so that the op can be applied to symbols. */
  shape?: (shapes: readonly Shape[], params: P) => Shape;
  /** One rule per input (null: no gradient), or a function that gives the rule of input k. */
  vjp: readonly (Vjp<P> | null)[] | ((k: number) => Vjp<P> | null);
  /** Linear in each input while the others stand. */
  linear?: boolean;
  /** Every element of the result is an element of the input. */
  movesOnly?: boolean;
  /** Which elements of the inputs make which of the result; undefined where that is not affine. */
  terms?: (shapes: readonly Shape[], params: P) => Window | undefined;
  /** False where the result takes no gradient at all (indices, comparisons). */
  differentiable?: boolean;
  symbol?: string;
  /** Text: a template with {0}, {1} …, or a writer (parameters in `writer.params`). By default `name(x, y)`. */
  text?: string | Notation;
  latex?: string | Notation;
  precedence?: Precedence;
}

/** What applies an op on whole arrays; to be named where two ops stand in each other's rules. */
export type Apply<P> = ((inputs: readonly Operand[], params: P) => Operand) & { readonly op: Op };

/** Declares an op on whole arrays; returns what applies it: `apply([x, w], params)`. */
export function structured<P = undefined>(declaration: Structured<P>): Apply<P> {
  const { name, inputs, precedence = 'atom' } = declaration;
  const call = (w: Writer): string =>
    Array.from({ length: w.count }, (_, k) => w.arg(k)).join(', ');
  const structure: Structure<P> = {
    kernel: declaration.kernel,
    shape: declaration.shape,
    vjp: declaration.vjp,
    linear: declaration.linear ?? false,
    movesOnly: declaration.movesOnly ?? false,
    terms: declaration.terms,
  };
  const op = registerOp({
    name,
    inputs,
    options: {},
    forward: () => {
      throw new ArgumentError(`${name} works on whole tensors; wrap numbers with tensor(x)`);
    },
    partials: [],
    formulas: [],
    selects: false,
    differentiable: declaration.differentiable ?? true,
    definition: undefined,
    symbol: declaration.symbol ?? name,
    text: notation(declaration.text, precedence, w => `${name}(${call(w)})`),
    latex: notation(
      declaration.latex,
      precedence,
      w => `\\operatorname{${name}}\\left(${call(w)}\\right)`,
    ),
    simplify: undefined,
    result: 'same',
    condition: false,
    structure: structure as Structure,
  });
  const apply = (operands: readonly Operand[], params: P): Operand => applyOp(op, operands, params);
  return Object.assign(apply, { op });
}

function notation(
  given: string | Notation | undefined,
  precedence: Precedence,
  standard: (writer: Writer) => string,
): Notation {
  if (typeof given === 'function') return given;
  if (given === undefined) return writer => ({ string: standard(writer), precedence: 'atom' });
  return writer => ({
    string: given.replace(/\{(\d)\}/g, (all, k: string) =>
      Number(k) < writer.count ? writer.arg(Number(k), precedence) : all,
    ),
    precedence,
  });
}

/** The shape of an operand; of a symbol the one that it was given. @throws ArgumentError where it is not known. */
export function shapeOf(x: Operand): Shape {
  if (x instanceof Tensor) return x.shape;
  if (!(x instanceof Expression)) return [];
  if (x.shape !== null) return x.shape;
  throw new ArgumentError(
    `the shape of ${String(x)} is not known; give the symbols their shapes: symbol('W', { shape: [2, 3] })`,
  );
}

/** How to make an input for a test: a shape (drawn at random), with bounds, or given elements. */
export interface InputSpec {
  shape: readonly number[];
  /** Elements in order, instead of random ones. */
  data?: readonly number[];
  /** Interval that random elements come from; [-2, 2] unless given. */
  range?: readonly [number, number];
  /** Random elements lie apart from each other (for max, sort): a shuffled even grid. */
  distinct?: boolean;
  /** int32 or bool inputs take no gradient. */
  dtype?: 'float64' | 'int32' | 'bool';
}

/** One way to call an op in a test: what it is given, and the call. */
export interface TensorSample {
  inputs: readonly InputSpec[];
  /** Calls the public function on operands made from `inputs`; may pick one of several results. */
  call: (...x: Tensor[]) => Tensor;
  /** No derivative exists here (ties, kinks): finite differences cannot check it. */
  kink?: boolean;
  /** The result is float32 on purpose: differences agree to its digits only. */
  rounds?: boolean;
}

/** A public tensor op as the tests and the docs see it. */
export interface TensorOp {
  name: string;
  /** One sentence for the op table. */
  about: string;
  torch?: string;
  /** The value as a formula for the table, where it has one. */
  formula?: string;
  /** False where no gradient flows at all. */
  differentiable?: boolean;
  samples: readonly TensorSample[];
}

const table = new Map<string, TensorOp>();

/** All public tensor ops by name, in order of declaration. */
export const tensorOps: ReadonlyMap<string, TensorOp> = table;

/** Enters public functions into the table of tensor ops, under their names. */
export function describeOps(entries: Readonly<Record<string, Omit<TensorOp, 'name'>>>): void {
  for (const [name, entry] of Object.entries(entries)) {
    if (table.has(name)) throw new ArgumentError(`a tensor op named "${name}" exists already`);
    table.set(name, { name, ...entry });
  }
}

/** A public function whose first operand is the tensor. */
// The parameters are whatever the function takes; `never` accepts them all.
export type TensorFunction = (...operands: never) => unknown;

/** Makes public functions methods of Tensor (and of Expression, where it has none of that name): `x.sum()` is `sum(x)`. */
export function methods<T extends Readonly<Record<string, TensorFunction>>>(functions: T): T {
  for (const [name, fn] of Object.entries(functions)) {
    const call = fn as (x: unknown, ...rest: unknown[]) => unknown;
    const method = function (this: unknown, ...rest: unknown[]): unknown {
      return call(this, ...rest);
    };
    const install = (prototype: object): void => {
      Object.defineProperty(prototype, name, { value: method, writable: true, configurable: true });
    };
    install(Tensor.prototype);
    if (!(name in Expression.prototype)) install(Expression.prototype);
  }
  return functions;
}

/** The methods that a table of functions gives to Tensor. */
export type MethodsOf<T> = {
  [K in keyof T]: T[K] extends (x: never, ...rest: infer R) => infer Y
    ? (...rest: R) => OfTensor<Y>
    : never;
};

/** What a function of any operand returns for a tensor, also inside arrays and records. */
export type OfTensor<Y> = Expression extends Y
  ? Tensor
  : Y extends readonly (infer E)[]
    ? OfTensor<E>[]
    : Y;

/** Throws unless this is a tensor (or an expression, which stands for one). */
export function checkTensor(where: string, x: unknown, what = 'the first argument'): void {
  if (x instanceof Tensor || x instanceof Expression || typeof x === 'number') return;
  if (typeof x === 'object' && x !== null && 'requiresGrad' in x) return;
  throw new ArgumentError(
    `${where}: ${what} must be a Tensor, got ${describe(x)}; wrap data with tensor(x)`,
  );
}
