// Ops made by users: a value rule and derivative rules, with everything else derived as for the built-in ops.

import { ArgumentError, checkOptions, describe } from './errors.ts';
import {
  applyOp,
  type Join,
  type KindOf,
  type Operand,
  type Partial,
  registerAnonymousOp,
  type Writer,
} from './op.ts';
import { latexName } from './trace.ts';

/** The kind that results when operands of these types meet. */
type JoinAll<A extends readonly Operand[]> = A extends readonly [infer X extends Operand]
  ? KindOf<X>
  : A extends readonly [infer X extends Operand, infer Y extends Operand, ...infer Rest]
    ? Join<X, Y> extends infer Both extends Operand
      ? Rest extends readonly Operand[]
        ? JoinAll<[Both, ...Rest]>
        : never
      : never
    : Operand;

/** A custom op: takes every kind of operand and returns the same kind. */
export type CustomFunction = <A extends readonly Operand[]>(...operands: A) => JoinAll<A>;

/** The declaration of a custom op. */
export interface CustomOp {
  /** Shown in errors, derivations and the viewer. */
  name: string;
  /** The value at plain numbers; its parameters are the inputs. */
  value: (...x: number[]) => number;
  /**
   * For each input the local derivative: a number, or a function of the inputs and, last, the output, written with
   * public ops (then gradients of any order work).
   */
  partials: readonly Partial[];
  /** The op as LaTeX, with {0}, {1} … for the inputs. */
  latex?: string;
  /** The op as text, likewise. */
  text?: string;
  /** A short sign for a card in the viewer. */
  symbol?: string;
}

/**
 * Makes an op from a value rule and local derivatives.
 *
 * ```ts
 * const cube = customOp({
 *   name: 'cube',
 *   value: x => x ** 3,
 *   partials: [x => mul(3, square(x))],
 * });
 * grad(x => cube(x))(2); // 12
 * grad(grad(x => cube(x)))(2); // 12
 * ```
 * @throws ArgumentError where the declaration is incomplete. Source: `torch.autograd.Function`.
 */
export function customOp(declaration: CustomOp): CustomFunction {
  checkOptions('customOp', declaration, ['name', 'value', 'partials', 'latex', 'text', 'symbol']);
  const { name, value, partials } = declaration;
  if (typeof name !== 'string' || name === '') {
    throw new ArgumentError(`customOp: name must be a non-empty string, got ${describe(name)}`);
  }
  if (typeof value !== 'function') {
    throw new ArgumentError(`customOp ${name}: value must be a function, got ${describe(value)}`);
  }
  if (!Array.isArray(partials) || partials.length === 0) {
    throw new ArgumentError(`customOp ${name}: partials must list one rule per input`);
  }
  for (const partial of partials) {
    if (typeof partial !== 'number' && typeof partial !== 'function') {
      throw new ArgumentError(
        `customOp ${name}: a partial must be a number or a function, got ${describe(partial)}`,
      );
    }
  }
  const inputs = partials.map((_, k) => (partials.length === 1 ? 'x' : `x${k}`));
  const written =
    (template: string | undefined, standard: (w: Writer) => string) => (w: Writer) => ({
      string: template === undefined ? standard(w) : fillIn(template, inputs.length, w),
      precedence: 'atom' as const,
    });
  const call = (w: Writer): string => inputs.map((_, k) => w.arg(k)).join(', ');
  const op = registerAnonymousOp({
    name,
    inputs,
    options: {},
    forward: value,
    partials: partials.map(partial => withoutOutput(partial, inputs.length)),
    formulas: [],
    selects: false,
    differentiable: true,
    definition: undefined,
    symbol: declaration.symbol ?? name,
    text: written(declaration.text, w => `${name}(${call(w)})`),
    latex: written(declaration.latex, w => `${operatorLatex(name)}\\left(${call(w)}\\right)`),
    simplify: undefined,
    result: 'float',
    condition: false,
    structure: null,
  });
  const apply = (...operands: Operand[]): Operand => {
    if (operands.length !== inputs.length) {
      throw new ArgumentError(`${name} takes ${inputs.length} operands, got ${operands.length}`);
    }
    return applyOp(op, operands);
  };
  return apply as CustomFunction;
}

/** Puts the inputs into a template, in parentheses unless the template itself puts brackets or commas around them. */
function fillIn(template: string, inputs: number, writer: Writer): string {
  return template.replace(/\{(\d+)\}/g, (whole, digits: string, at: number) => {
    // As in {0}^{3}: the 3 is no input but an exponent.
    if (Number(digits) >= inputs) return whole;
    const before = template.slice(0, at).trimEnd().at(-1) ?? '';
    const after = template.slice(at + digits.length + 2).trimStart();
    const enclosed = '([{|,⌊⌈√'.includes(before) && /^([)\]}|,⌋⌉]|\\right)/.test(after);
    return writer.arg(Number(digits), before !== '' && enclosed ? 'comparison' : 'atom');
  });
}

function operatorLatex(name: string): string {
  return /^[A-Za-z0-9]+$/.test(name) ? `\\operatorname{${name}}` : latexName(name);
}

/** A public op given as a rule (`partials: [cos]`) takes the inputs alone, not the output after them. */
function withoutOutput(partial: Partial, inputs: number): Partial {
  if (typeof partial === 'number' || !('op' in partial)) return partial;
  const rule = partial as unknown as (...x: Operand[]) => Operand;
  return (...x: Operand[]) => rule(...x.slice(0, inputs));
}
