// How a scalar function becomes a public op: one declaration in, one function out that takes every kind of operand.

import { ArgumentError, checkOptions } from '../autograd/errors.ts';
import { Expression } from '../autograd/expression.ts';
import {
  applyOp,
  type Join,
  type KindOf,
  type Notation,
  type Op,
  type Operand,
  type Partial,
  type Precedence,
  type ResultKind,
  registerOp,
  type Writer,
} from '../autograd/op.ts';
import type { Home } from '../autograd/tape.ts';
import { Tensor } from '../autograd/tensor.ts';
import '../autograd/tensor-record.ts';
import { type Leaf, record1, record2, Value } from '../autograd/value.ts';

/** Where the derivative rules do not say what to do, and what is done: a row of the table of conventions. */
export interface Convention {
  /** The inputs at which it holds. */
  at: readonly number[];
  /** The partials there. */
  partials: readonly number[];
  /** Why, in a few words. */
  because: string;
}

/** The declaration of an elementwise op. Everything else about the op is derived from it. */
export interface Elementwise {
  name: string;
  /** One sentence for the op table. */
  about: string;
  /** What other programs call it; the command line points from there to here. */
  otherNames?: readonly string[];
  /** It selects or steps, so that value and slopes are exact and need no accuracy fixture. */
  exact?: boolean;
  /** The op whose derivative needed this one; such ops stand apart in the table. */
  partOf?: string;
  /** Names of the inputs, in order; `x` for one, `a` and `b` for two unless said otherwise. */
  inputs?: readonly string[];
  /** Names and defaults of parameters given through the options object; they follow the inputs. */
  options?: Readonly<Record<string, number>>;
  /** The value at plain numbers. */
  value: (...x: number[]) => number;
  /** The same to the accuracy of float32, for tensors of that type, where it is much faster. */
  single?: (...x: number[]) => number;
  /** The same for int32, modulo 2³². */
  whole?: (...x: number[]) => number;
  /** ∂y/∂xₖ in the inputs and, last, the output y: stable for all inputs. */
  partials: readonly Partial[];
  /** The same as a textbook writes them, where that differs. */
  formulas?: readonly (Partial | undefined)[];
  /** Each partial only selects (0 stops whatever comes from above). */
  selects?: boolean;
  /** False where the result takes no gradient at all (comparisons). */
  differentiable?: boolean;
  /** For an op that only names a formula: the formula. */
  definition?: (...x: never[]) => Operand;
  /** A short sign for a card. */
  symbol?: string;
  /** Text: a template with {0}, {1} …, or a writer. By default `name(x)`. */
  text?: string | Notation;
  /** LaTeX, likewise. */
  latex?: string | Notation;
  /** Precedence of a template; 'atom' unless said otherwise. */
  precedence?: Precedence;
  simplify?: (...x: Expression[]) => Operand | undefined;
  /** For each input the open interval that random tests draw from. */
  domain: readonly (readonly [number, number])[];
  /** Further points to test at: zeros, large and small, next to singularities. */
  samples?: readonly (readonly number[])[];
  conventions?: readonly Convention[];
  /** Element type of the result for tensors: a float unless said otherwise. */
  result?: ResultKind;
  /** The first input only selects and has no say in the element type. */
  condition?: boolean;
  /** The PyTorch function with the same meaning, if there is one. */
  torch?: string;
}

interface Declared {
  readonly op: Op;
  readonly declaration: Elementwise;
}

/** A public op of one operand: `sin(x)` is of the same kind as `x`. */
export interface Unary extends Declared {
  readonly arity: 1;
  <A extends Operand>(x: A): KindOf<A>;
}

/** A public op of one operand and an options object. */
export interface UnaryWith<O> extends Declared {
  readonly arity: 'options';
  <A extends Operand>(x: A, options?: O): KindOf<A>;
}

/** A public op of two operands. */
export interface Binary extends Declared {
  readonly arity: 2;
  <A extends Operand, B extends Operand>(a: A, b: B): Join<A, B>;
}

/** A public op of three operands. */
export interface Ternary extends Declared {
  readonly arity: 3;
  <A extends Operand, B extends Operand, C extends Operand>(
    a: A,
    b: B,
    c: C,
  ): Join<A, B> extends infer Both extends Operand ? Join<Both, C> : never;
}

/** Any public op, for tables and for callers that find it by name. */
export interface PublicOp extends Declared {
  readonly arity: 1 | 2 | 3 | 'options';
  (...operands: Operand[]): Operand;
}

const publicOps = new Map<string, PublicOp>();

/** All public elementwise ops by name, in order of declaration. */
export const ops: ReadonlyMap<string, PublicOp> = publicOps;

/** What the function of an op works with, handed over by name so that a copy of it needs nothing else. */
interface Parts {
  op: Op;
  forward: Op['forward'];
  differentiable: boolean;
  ValueClass: typeof Value;
  record1: typeof record1;
  record2: typeof record2;
  applyOp: typeof applyOp;
  wrongCount: typeof wrongCount;
}

type UnaryCall = (x: Operand, extra?: unknown) => Operand;
type BinaryCall = (a: Operand, b: Operand, extra?: unknown) => Operand;

// The numbers are read in these functions rather than by the getter `data`, which is too long to be inlined and would box them.

const unaryCall =
  ({ op, forward, differentiable, ValueClass, record1, applyOp, wrongCount }: Parts): UnaryCall =>
  (x, extra) => {
    if (extra !== undefined) throw wrongCount(op, 2);
    if (typeof x === 'number') return forward(x);
    if (x instanceof ValueClass && differentiable) {
      const x0 = x.row < 0 ? (x.home as Leaf).data : ((x.home as Home).values[x.row] as number);
      return record1(op, x, forward(x0));
    }
    return applyOp(op, [x]);
  };

const binaryCall =
  ({ op, forward, differentiable, ValueClass, record2, applyOp, wrongCount }: Parts): BinaryCall =>
  (a, b, extra) => {
    if (extra !== undefined) throw wrongCount(op, 3);
    if (typeof a === 'number') {
      if (typeof b === 'number') return forward(a, b);
      if (b instanceof ValueClass && differentiable) {
        const x1 = b.row < 0 ? (b.home as Leaf).data : ((b.home as Home).values[b.row] as number);
        return record2(op, a, b, forward(a, x1));
      }
    } else if (a instanceof ValueClass && differentiable) {
      const x0 = a.row < 0 ? (a.home as Leaf).data : ((a.home as Home).values[a.row] as number);
      if (b instanceof ValueClass) {
        const x1 = b.row < 0 ? (b.home as Leaf).data : ((b.home as Home).values[b.row] as number);
        return record2(op, a, b, forward(x0, x1));
      }
      if (typeof b === 'number') return record2(op, a, b, forward(x0, b));
    }
    return applyOp(op, [a, b]);
  };

/**
 * A copy of a factory that the JavaScript engine learns about on its own: functions from one place in the source share what
 * it knows of their callees, and one for all ops could never have the value of its own op built in. The factory must refer to
 * nothing but its parameter. Where generated code is forbidden, the factory itself does the same more slowly.
 */
function ownCopy<F extends (parts: never) => unknown>(factory: F): F {
  try {
    // The number makes the text a new one: of equal texts the engine compiles one and shares it.
    return new Function(`return ${factory.toString()} // ${copies++}`)() as F;
  } catch {
    return factory;
  }
}

let copies = 0;

function partsOf(op: Op): Parts {
  const { forward, differentiable } = op;
  return { op, forward, differentiable, ValueClass: Value, record1, record2, applyOp, wrongCount };
}

/** Declares an op of one operand. */
export function unary(declaration: Elementwise): Unary {
  const op = declare(declaration, ['x']);
  const call = ownCopy(unaryCall)(partsOf(op));
  return publish(
    1,
    op,
    declaration,
    call as (...operands: Operand[]) => Operand,
  ) as unknown as Unary;
}

/** Declares an op of two operands. */
export function binary(declaration: Elementwise): Binary {
  const op = declare(declaration, ['a', 'b']);
  const call = ownCopy(binaryCall)(partsOf(op));
  return publish(
    2,
    op,
    declaration,
    call as (...operands: Operand[]) => Operand,
  ) as unknown as Binary;
}

/** Declares an op of three operands. */
export function ternary(declaration: Elementwise): Ternary {
  const op = declare(declaration, ['a', 'b', 'c']);
  const { forward } = op;
  function call(a: Operand, b: Operand, c: Operand, extra?: unknown): Operand {
    if (extra !== undefined) throw wrongCount(op, 4);
    // Rules on plain numbers pass here, such as that of relu.
    if (typeof a === 'number' && typeof b === 'number' && typeof c === 'number') {
      return forward(a, b, c);
    }
    return applyOp(op, [a, b, c]);
  }
  return publish(
    3,
    op,
    declaration,
    call as (...operands: Operand[]) => Operand,
  ) as unknown as Ternary;
}

/** Declares an op of one operand with parameters in an options object. */
export function unaryWith<O>(declaration: Elementwise): UnaryWith<O> {
  const op = declare(declaration, ['x']);
  const names = Object.keys(op.options);
  const call = (
    x: Operand,
    options?: Readonly<Record<string, Operand>>,
    extra?: unknown,
  ): Operand => {
    if (extra !== undefined) {
      throw new ArgumentError(`${op.name} takes one operand and an options object, nothing more`);
    }
    checkOptions(op.name, options, names);
    const operands = [x];
    for (const name of names) operands.push(options?.[name] ?? (op.options[name] as number));
    return applyOp(op, operands);
  };
  return publish(
    'options',
    op,
    declaration,
    call as unknown as (...operands: Operand[]) => Operand,
  ) as unknown as UnaryWith<O>;
}

function declare(declaration: Elementwise, defaultInputs: readonly string[]): Op {
  const { name, precedence = 'atom' } = declaration;
  const inputs = [
    ...(declaration.inputs ?? defaultInputs),
    ...Object.keys(declaration.options ?? {}),
  ];
  if (declaration.partials.length !== inputs.length) {
    throw new ArgumentError(
      `${name}: ${inputs.length} inputs but ${declaration.partials.length} partials`,
    );
  }
  const call = (w: Writer): string => inputs.map((_, k) => w.arg(k)).join(', ');
  return registerOp({
    name,
    inputs,
    options: declaration.options ?? {},
    forward: declaration.value,
    single: declaration.single,
    whole: declaration.whole,
    partials: declaration.partials,
    formulas: declaration.formulas ?? [],
    selects: declaration.selects ?? false,
    differentiable: declaration.differentiable ?? true,
    definition: declaration.definition,
    symbol: declaration.symbol ?? name,
    text: notation(inputs.length, declaration.text, precedence, w => `${name}(${call(w)})`),
    latex: notation(
      inputs.length,
      declaration.latex,
      precedence,
      w => `\\operatorname{${name}}\\left(${call(w)}\\right)`,
    ),
    simplify: declaration.simplify,
    result: declaration.result ?? 'float',
    condition: declaration.condition ?? false,
    structure: null,
  });
}

function notation(
  inputs: number,
  given: string | Notation | undefined,
  precedence: Precedence,
  standard: (writer: Writer) => string,
): Notation {
  if (typeof given === 'function') return given;
  if (given === undefined) return writer => ({ string: standard(writer), precedence: 'atom' });
  return writer => ({
    // Only the inputs are places: the {2} of \log_{2} stays.
    string: given.replace(/\{(\d)\}/g, (all, k: string) =>
      Number(k) < inputs ? writer.arg(Number(k)) : all,
    ),
    precedence,
  });
}

function wrongCount(op: Op, got: number): ArgumentError {
  return new ArgumentError(
    `${op.name} takes ${op.inputs.length} operand${op.inputs.length === 1 ? '' : 's'} ` +
      `(${op.inputs.join(', ')}) and nothing more, got ${got}`,
  );
}

function publish(
  arity: PublicOp['arity'],
  op: Op,
  declaration: Elementwise,
  call: (...operands: Operand[]) => Operand,
): PublicOp {
  const published = Object.assign(call, { arity, op, declaration }) as PublicOp;
  Object.defineProperty(published, 'name', { value: op.name });
  publicOps.set(op.name, published);
  if (arity !== 3) {
    installMethod(Value.prototype, op.name, published);
    installMethod(Expression.prototype, op.name, published);
    installMethod(Tensor.prototype, op.name, published);
  }
  return published;
}

type Method = (this: Operand, ...rest: Operand[]) => Operand;

const unaryMethod = ({ call }: { call: UnaryCall }): Method =>
  function (extra) {
    return call(this, extra);
  };

const binaryMethod = ({ call }: { call: BinaryCall }): Method =>
  function (b, extra) {
    return call(this, b as Operand, extra);
  };

/** Makes a public op a method of an operand class. Fixed parameters: this is where every fluent program passes. */
function installMethod(prototype: object, name: string, call: PublicOp): void {
  const factory = call.arity === 1 ? unaryMethod : binaryMethod;
  const method = ownCopy(factory)({ call: call as never });
  Object.defineProperty(prototype, name, { value: method, writable: true, configurable: true });
}

/** The methods that a table of ops gives to an operand of type `Self`: its first operand is `this`. */
export type Methods<Table, Self extends Operand> = {
  [K in keyof Table as Table[K] extends { readonly arity: 1 | 2 | 'options' }
    ? K
    : never]: Table[K] extends Unary
    ? () => Self
    : Table[K] extends Binary
      ? <B extends Operand>(b: B) => Join<Self, B>
      : Table[K] extends UnaryWith<infer O>
        ? (options?: O) => Self
        : never;
};
