// Chapter 1: the rules of differentiation. Each rule is derived by seegrad, evaluated at one point, and checked against
// the rule as the textbook states it and against finite differences.

import {
  acos,
  asin,
  atan,
  cos,
  derive,
  exp,
  gradcheck,
  log,
  pow,
  sin,
  type Value,
  value,
} from 'seegrad';

const ln = Math.log;

interface Rule {
  name: string;
  f: (x: Value) => Value;
  statement: string;
  /** f′ as the rule states it. */
  says: (x: number) => number;
}

const rules: Rule[] = [
  { name: 'constant', f: x => x.mul(0).add(5), statement: '5 → 0', says: () => 0 },
  { name: 'power', f: x => x.pow(2), statement: 'x² → 2x', says: x => 2 * x },
  { name: 'power', f: x => x.pow(5), statement: 'x⁵ → 5x⁴', says: x => 5 * x ** 4 },
  { name: 'natural exponential', f: x => exp(x), statement: 'eˣ → eˣ', says: x => Math.exp(x) },
  {
    name: 'general exponential',
    f: x => pow(3, x),
    statement: '3ˣ → 3ˣ·ln 3',
    says: x => 3 ** x * ln(3),
  },
  { name: 'sine', f: x => sin(x), statement: 'sin x → cos x', says: Math.cos },
  { name: 'cosine', f: x => cos(x), statement: 'cos x → −sin x', says: x => -Math.sin(x) },
  {
    name: 'inverse sine',
    f: x => asin(x),
    statement: 'asin x → 1/√(1 − x²)',
    says: x => 1 / Math.sqrt(1 - x * x),
  },
  {
    name: 'inverse cosine',
    f: x => acos(x),
    statement: 'acos x → −1/√(1 − x²)',
    says: x => -1 / Math.sqrt(1 - x * x),
  },
  {
    name: 'inverse tangent',
    f: x => atan(x),
    statement: 'atan x → 1/(1 + x²)',
    says: x => 1 / (1 + x * x),
  },
  {
    name: 'sum',
    f: x => sin(x).add(x.pow(3)),
    statement: 'sin x + x³ → cos x + 3x²',
    says: x => Math.cos(x) + 3 * x * x,
  },
  {
    name: 'difference',
    f: x => exp(x).sub(cos(x)),
    statement: 'eˣ − cos x → eˣ + sin x',
    says: x => Math.exp(x) + Math.sin(x),
  },
  {
    name: 'product',
    f: x => sin(x).mul(exp(x)),
    statement: 'sin x · eˣ → cos x · eˣ + sin x · eˣ',
    says: x => (Math.cos(x) + Math.sin(x)) * Math.exp(x),
  },
  { name: 'constant multiple', f: x => log(x).mul(7), statement: '7 ln x → 7/x', says: x => 7 / x },
  {
    name: 'chain',
    f: x => sin(x.pow(2)),
    statement: 'sin(x²) → cos(x²)·2x',
    says: x => Math.cos(x * x) * 2 * x,
  },
];

const at = 0.6;
console.log(`at x = ${at}\n`);
for (const { name, f, statement, says } of rules) {
  const x = value(at, { name: 'x' });
  const derivation = derive(f(x), x);
  f(x).backward();
  const grad = x.grad ?? Number.NaN;
  const agrees = Math.abs(grad - says(at)) <= 1e-15 * Math.abs(grad);
  const checked = gradcheck(f, [at]).ok;
  console.log(`${name.padEnd(20)} ${statement}`);
  console.log(`${''.padEnd(20)} derived   ${derivation.text}`);
  console.log(
    `${''.padEnd(20)} backward  ${grad}  ${agrees ? '= rule' : '≠ rule'}, ${checked ? '= differences' : '≠ differences'}`,
  );
}
