// The four operations, negation and selection: what the chain rule itself is made of.

import { type Expression, sameTerm } from '../autograd/expression.ts';
import { type Notation, type Operand, provideArithmetic, type Writer } from '../autograd/op.ts';
import { type Binary, binary, type Ternary, ternary, type Unary, unary } from './elementwise.ts';

const is = (x: Expression, n: number): boolean => x.number === n;

/** The argument of a negation, or the positive counterpart of a negative number or coefficient. */
function negated(x: Expression): Operand | undefined {
  if (x.number !== null) return x.number < 0 ? -x.number : undefined;
  if (x.op === neg.op) return x.args[0];
  const [factor, rest] = x.args;
  const coefficient = x.op === mul.op ? (factor?.number ?? 0) : 0;
  return coefficient < 0 ? mul(-coefficient, rest as Expression) : undefined;
}

/** a + b. Shapes: scalar. Source: `torch.add`. */
export const add: Binary = binary({
  name: 'add',
  result: 'same',
  about: 'Sum of two operands.',
  value: (a, b) => a + b,
  partials: [1, 1],
  symbol: '+',
  text: w => sum(w, ' + '),
  latex: w => sum(w, ' + '),
  simplify(a, b) {
    if (is(a, 0)) return b;
    if (is(b, 0)) return a;
    if (sameTerm(a, b)) return mul(2, a);
    const minusB = negated(b);
    if (minusB !== undefined) return sub(a, minusB);
    const minusA = negated(a);
    return minusA !== undefined && a.number === null ? sub(b, minusA) : undefined;
  },
  domain: [
    [-10, 10],
    [-10, 10],
  ],
  samples: [
    [0, 0],
    [1e300, -1e300],
    [1e-320, 1],
  ],
  torch: 'torch.add',
});

/** a − b. Source: `torch.sub`. */
export const sub: Binary = binary({
  name: 'sub',
  result: 'same',
  about: 'Difference of two operands.',
  value: (a, b) => a - b,
  partials: [1, -1],
  symbol: '−',
  text: w => sum(w, ' − '),
  latex: w => sum(w, ' - '),
  simplify(a, b) {
    if (is(a, 0)) return neg(b);
    if (is(b, 0)) return a;
    if (sameTerm(a, b)) return 0;
    const minusB = negated(b);
    return minusB === undefined ? undefined : add(a, minusB);
  },
  domain: [
    [-10, 10],
    [-10, 10],
  ],
  samples: [
    [0, 0],
    [1e300, 1e300],
    [1, 1e-320],
  ],
  torch: 'torch.sub',
});

function sum(w: Writer, sign: string): { string: string; precedence: 'sum' } {
  const right = w.arg(1, sign === ' + ' ? 'sum' : 'product');
  const bracketed = /^[−-]/.test(right);
  return { string: w.arg(0, 'sum') + sign + (bracketed ? `(${right})` : right), precedence: 'sum' };
}

/** a · b. Source: `torch.mul`. */
export const mul: Binary = binary({
  name: 'mul',
  result: 'same',
  about: 'Product of two operands.',
  value: (a, b) => a * b,
  whole: Math.imul,
  partials: [(_a: Operand, b: Operand) => b, (a: Operand) => a],
  symbol: '·',
  text: product(' · ', '', ' ⊙ '),
  latex: product(' \\cdot ', ' ', ' \\odot '),
  simplify(a, b) {
    if (is(a, 0) || is(b, 0)) return 0;
    if (is(a, 1)) return b;
    if (is(b, 1)) return a;
    if (is(a, -1)) return neg(b);
    if (is(b, -1)) return neg(a);
    if (b.number !== null && a.number === null) return mul(b, a);
    if (b.op === reciprocal.op) return div(a, b.args[0] as Expression);
    if (a.op === neg.op) return neg(mul(a.args[0] as Expression, b));
    if (b.op === neg.op) return neg(mul(a, b.args[0] as Expression));
    const [coefficient, rest] = b.args;
    if (a.number !== null && b.op === mul.op && coefficient?.number != null) {
      const product = a.number * coefficient.number;
      // One that overflows or vanishes would change the value.
      if (Number.isFinite(product) && product !== 0) return mul(product, rest as Expression);
    }
    return undefined;
  },
  domain: [
    [-10, 10],
    [-10, 10],
  ],
  samples: [
    [0, 3],
    [3, 0],
    [0, 0],
    [1e-200, 1e-100],
    [1e150, -1e150],
  ],
  torch: 'torch.mul',
});

/** Coefficients stand right before a single letter (2x); everything else takes a sign, two tensors the one of Hadamard. */
function product(sign: string, thin: string, hadamard: string): Notation {
  return w => {
    if (w.tensor(0) && w.tensor(1)) {
      // A product of matrices beside it needs parentheses: (X·W) ⊙ Y.
      const side = (k: number): string =>
        w.arg(k, w.opOf(k)?.structure == null ? 'product' : 'power');
      return { string: `${side(0)}${hadamard}${side(1)}`, precedence: 'product' };
    }
    // −2x needs no parentheses, while a negative number put in for a name does: (−0.2) · 0.5.
    const negative = (w.number(0) ?? 0) < 0;
    const left = w.arg(0, negative ? 'negation' : 'product');
    const right = w.arg(1, 'product');
    const letter = /^[a-zA-Z]([⁰¹²³⁴-⁹]+|\^\{\d+\})?$/.test(right);
    const close = w.number(0) !== undefined && letter && !/[e^]/.test(left);
    return {
      string: left + (close ? thin : sign) + right,
      precedence: negative ? 'negation' : 'product',
    };
  };
}

/** a / b. Source: `torch.div`. */
export const div: Binary = binary({
  name: 'div',
  about: 'Quotient of two operands.',
  value: (a, b) => a / b,
  partials: [
    (_a: Operand, b: Operand) => reciprocal(b),
    (_a: Operand, b: Operand, y: Operand) => neg(div(y, b)),
  ],
  formulas: [undefined, (a: Operand, b: Operand) => neg(div(a, mul(b, b)))],
  symbol: '/',
  text: w => ({ string: `${w.arg(0, 'product')} / ${w.arg(1, 'power')}`, precedence: 'product' }),
  latex: w => ({ string: `\\frac{${w.raw(0)}}{${w.raw(1)}}`, precedence: 'product' }),
  simplify(a, b) {
    if (is(a, 0)) return 0;
    if (is(b, 1)) return a;
    if (a.op === neg.op) return neg(div(a.args[0] as Expression, b));
    return undefined;
  },
  domain: [
    [-10, 10],
    [0.2, 10],
  ],
  samples: [
    [0, 2],
    [3, -2],
    [1e-300, 1e-10],
    [1e300, 1e10],
    [5, -1e-3],
  ],
  torch: 'torch.div',
});

/** −x. Source: `torch.neg`. */
export const neg: Unary = unary({
  name: 'neg',
  result: 'same',
  about: 'Negation.',
  value: x => -x,
  partials: [-1],
  symbol: '−',
  text: w => ({ string: `−${w.arg(0, 'product')}`, precedence: 'negation' }),
  latex: w => ({ string: `-${w.arg(0, 'product')}`, precedence: 'negation' }),
  simplify(x) {
    if (x.op === neg.op) return x.args[0];
    if (x.op === sub.op) return sub(x.args[1] as Expression, x.args[0] as Expression);
    const [factor, rest] = x.args;
    if (x.op === mul.op && factor?.number != null) return mul(-factor.number, rest as Expression);
    return undefined;
  },
  domain: [[-10, 10]],
  samples: [[0], [1e300], [-1e-320]],
  torch: 'torch.neg',
});

/** 1 / x. Source: `torch.reciprocal`. */
export const reciprocal: Unary = unary({
  name: 'reciprocal',
  about: 'One over the operand.',
  value: x => 1 / x,
  partials: [(_x: Operand, y: Operand) => neg(mul(y, y))],
  formulas: [(x: Operand) => neg(div(1, mul(x, x)))],
  symbol: '1/x',
  text: w => ({ string: `1 / ${w.arg(0, 'power')}`, precedence: 'product' }),
  latex: w => ({ string: `\\frac{1}{${w.raw(0)}}`, precedence: 'product' }),
  domain: [[0.1, 10]],
  samples: [[-0.5], [1e-100], [1e100], [-3]],
  torch: 'torch.reciprocal',
});

/** x, as a node of its own. Source: `torch.Tensor.view_as` of itself. */
export const alias: Unary = unary({
  name: 'alias',
  result: 'same',
  about: 'The operand itself, as a node of its own.',
  exact: true,
  value: x => x,
  partials: [1],
  symbol: '=',
  text: w => ({ string: w.raw(0), precedence: 'atom' }),
  latex: w => ({ string: w.raw(0), precedence: 'atom' }),
  simplify: x => x,
  domain: [[-10, 10]],
  samples: [[0]],
});

/** a where the condition is not 0, else b. Source: `torch.where`. */
export const where: Ternary = ternary({
  name: 'where',
  condition: true,
  result: 'same',
  about: 'The second operand where the first is not 0, else the third.',
  exact: true,
  otherNames: ['if'],
  inputs: ['condition', 'a', 'b'],
  value: (condition, a, b) => (condition !== 0 ? a : b),
  partials: [
    0,
    (condition: Operand) => where(condition, 1, 0),
    (condition: Operand) => where(condition, 0, 1),
  ],
  selects: true,
  symbol: '?:',
  latex: w => ({
    string: `\\begin{cases}${w.raw(1)}&\\text{if }${w.raw(0)}\\\\${w.raw(2)}&\\text{else}\\end{cases}`,
    precedence: 'atom',
  }),
  simplify(condition, a, b) {
    if (condition.number !== null) return condition.number !== 0 ? a : b;
    return sameTerm(a, b) ? a : undefined;
  },
  domain: [
    [-1, 1],
    [-10, 10],
    [-10, 10],
  ],
  samples: [
    [0, 1, 2],
    [1, 3, 4],
    [1, 5, Number.POSITIVE_INFINITY],
  ],
  torch: 'torch.where',
});

provideArithmetic({ add, mul, neg, select: (condition, a) => where(condition, a, 0), alias });
