// A derivative rule of an elementwise op as one function of plain numbers: what the backward pass of tensors runs in a single
// loop, g · ∂y/∂xₖ, instead of an array for each op in the rule.
//
// The rule is run once on operands that write down what is done to them. The text holds nothing but calls of the ops' own
// value functions, names made here and numbers.

import { Expression } from './expression.ts';
import { KIND, type Kind, type Op, type Operand, type Partial } from './op.ts';

/** A rule in one piece. */
export interface FusedRule {
  /** What it takes, in order: −1 for the cotangent, the number of an input, or the number of inputs for the output. */
  readonly takes: readonly number[];
  readonly rule: (...x: number[]) => number;
}

/** The code being written. */
class Code {
  readonly lines: string[] = [];
  readonly functions: Op['forward'][] = [];
  readonly taken = new Set<number>();
  declare private readonly single: boolean;

  constructor(single: boolean) {
    this.single = single;
  }

  call(op: Op, operands: readonly Operand[]): Written {
    const args = operands.map(x =>
      typeof x === 'number' ? literal(x) : (x as unknown as Written).use(),
    );
    const f = this.functions.push((this.single ? op.single : undefined) ?? op.forward) - 1;
    const name = `t${this.lines.length}`;
    this.lines.push(`const ${name} = f${f}(${args.join(', ')});`);
    return new Written(this, name, null);
  }
}

/** An operand that stands for a number in the code. */
class Written {
  declare readonly code: Code;
  declare private readonly name: string;
  declare private readonly place: number | null;

  constructor(code: Code, name: string, place: number | null) {
    this.code = code;
    this.name = name;
    this.place = place;
  }

  use(): string {
    if (this.place !== null) this.code.taken.add(this.place);
    return this.name;
  }
}

const kind: Kind = {
  name: 'Written',
  rank: 4,
  apply(op, operands) {
    if (op.structure !== null || operands.some(x => x instanceof Expression)) {
      throw new TypeError('not elementwise');
    }
    const first = operands.find(x => typeof x !== 'number') as unknown as Written;
    return first.code.call(op, operands) as unknown as Operand;
  },
};
Object.defineProperty(Written.prototype, KIND, { value: kind });

const known = new WeakMap<Op, (FusedRule | null)[]>();

/**
 * The rule of an op for its input `k` in one piece, to the accuracy of float32 where that is enough; null where it cannot be
 * had.
 */
export function fusedRule(op: Op, k: number, single: boolean): FusedRule | null {
  let rules = known.get(op);
  if (rules === undefined) {
    rules = [];
    known.set(op, rules);
  }
  const place = 2 * k + Number(single);
  const rule = rules[place];
  if (rule !== undefined) return rule;
  const made = makeRule(op, op.partials[k] as Partial, single);
  rules[place] = made;
  return made;
}

let written = 0;

function makeRule(op: Op, partial: Partial, single: boolean): FusedRule | null {
  const code = new Code(single);
  const count = op.inputs.length;
  const parameters = Array.from({ length: count + 1 }, (_, k) => new Written(code, `x${k}`, k));
  try {
    const result =
      typeof partial === 'number'
        ? partial
        : (partial as (...x: Operand[]) => Operand)(...(parameters as unknown as Operand[]));
    const local =
      typeof result === 'number' ? literal(result) : (result as unknown as Written).use();
    const takes = [-1, ...[...code.taken].sort((a, b) => a - b)];
    const names = takes.map(k => (k < 0 ? 'g' : `x${k}`)).join(', ');
    // A zero that only selects stops whatever comes from above, even NaN.
    const product = op.selects ? `${local} === 0 ? 0 : g * ${local}` : `g * ${local}`;
    // The number keeps V8 from taking two rules for one function: see `generated` in the loops of plain arrays.
    const text = `return (${names}) => { ${code.lines.join(' ')} return ${product}; }; // ${written++}`;
    const make = new Function(...code.functions.map((_, i) => `f${i}`), text);
    return { takes, rule: make(...code.functions) };
  } catch {
    // Rules that ask what kind of operand they got, pages that forbid generated code: op by op works everywhere.
    return null;
  }
}

function literal(number: number): string {
  return Object.is(number, -0) ? '-0' : String(number);
}
