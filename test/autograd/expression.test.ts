// Expressions as operands: evaluation with every kind, simplification that keeps the value, sharing, depth.

import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberExpression, plainTerm, sameTerm } from '../../src/autograd/expression.ts';
import {
  ArgumentError,
  add,
  div,
  Expression,
  evaluate,
  grad,
  mul,
  neg,
  type Operand,
  ops,
  pow,
  sin,
  square,
  sub,
  symbol,
  symbolsOf,
  Value,
  value,
} from '../../src/index.ts';

const x = symbol('x');
const y = symbol('y');

describe('evaluate', () => {
  const term = mul(sin(square(x)), y);

  it('takes numbers, Values and Expressions, and gives the same kind', () => {
    expect(evaluate(term, { x: 1.5, y: 2 })).toBe(Math.sin(2.25) * 2);
    const v = value(1.5);
    const recorded = evaluate<Operand>(term, { x: v, y: 2 }) as Value;
    expect(recorded.data).toBe(Math.sin(2.25) * 2);
    recorded.backward();
    expect(v.grad).toBe(Math.cos(2.25) * 2 * (2 * 1.5));
    expect(String(evaluate<Operand>(term, { x: add(y, 1), y: 3 }))).toBe('3 · sin((y + 1)²)');
    expect(evaluate(symbol('x'), { x: 7 })).toBe(7);
    expect(evaluate(numberExpression(7), {})).toBe(7);
  });

  it('inside a transform is differentiated', () => {
    expect(grad(v => evaluate<Operand>(square(x), { x: v }) as Value)(3)).toBe(6);
  });

  it('names the symbol that has no operand', () => {
    expect(() => evaluate(term, { x: 1 })).toThrow(/no operand given for the symbol "y"/);
    expect(() => evaluate(symbol('toString'), {})).toThrow(/"toString"/);
    expect(() => evaluate(symbol('__proto__'), {})).toThrow(ArgumentError);
    expect(evaluate(symbol('__proto__'), JSON.parse('{"__proto__": 4}'))).toBe(4);
  });

  it('refuses operands and expressions of a wrong kind', () => {
    for (const wrong of ['1', null, undefined, true, 1n, [1]]) {
      expect(() => evaluate(symbol('x'), { x: wrong as never })).toThrow(/operand of "x" must be/);
    }
    for (const wrong of [5, 'x', null, value(1)]) {
      expect(() => evaluate(wrong as never, {})).toThrow(/give an Expression first/);
    }
    expect(() => evaluate(x, undefined as never)).toThrow(/such as \{ x: 1\.5 \}/);
  });
});

describe('a term', () => {
  it('prints, inspects, and refuses JavaScript operators', () => {
    expect(`${sin(x)}`).toBe('sin(x)');
    expect(inspect(sin(x))).toBe('Expression(sin(x))');
    const number = x as unknown as number;
    for (const use of [() => number + 1, () => -number, () => number < 2, () => Number(number)]) {
      expect(use).toThrow(/Expression met a JavaScript operator/);
    }
  });

  it('lists its symbols once each, in order of appearance', () => {
    expect(symbolsOf(add(mul(y, x), sin(y)) as Expression)).toEqual(['y', 'x']);
    expect(symbolsOf(numberExpression(3))).toEqual([]);
  });

  it('folds numbers only where the result is as short', () => {
    expect(String(mul(numberExpression(0.5), 2))).toBe('1');
    expect(String(ops.get('log')?.(numberExpression(2)))).toBe('ln(2)');
    expect(String(div(numberExpression(1), 3))).toBe('1 / 3');
    expect(String(mul(numberExpression(0.1), 0.123456))).toBe('0.1 · 0.123456');
    expect(String(mul(Number.NaN, numberExpression(3)))).toBe('NaN · 3');
  });

  it('simplifies by the rules of the ops', () => {
    const zero = sub(x, x);
    const table: readonly [Operand, string][] = [
      [add(x, 0), 'x'],
      [add(0, x), 'x'],
      [add(x, x), '2x'],
      [sub(0, x), '−x'],
      [zero, '0'],
      [mul(x, 0), '0'],
      [mul(1, x), 'x'],
      [mul(-1, x), '−x'],
      [mul(neg(x), neg(y)), 'x · y'],
      [neg(sub(x, y)), 'y − x'],
      [neg(mul(3, x)), '−3x'],
      [pow(x, 1), 'x'],
      [pow(x, 0), '1'],
      [div(x, 1), 'x'],
      [div(0, x), '0'],
      [div(neg(x), y), '−x / y'],
    ];
    for (const [term, text] of table) expect(String(term)).toBe(text);
  });

  it('does not merge coefficients beyond the range of numbers', () => {
    const far = mul(1e200, mul(1e200, x));
    expect(evaluate(far as Expression, { x: 1e-300 })).toBeCloseTo(1e100, -86);
    const near = mul(1e-200, mul(1e-200, x)) as Expression;
    expect(evaluate(near, { x: 1e300 })).toBeGreaterThan(0.99e-100);
  });

  it('sameTerm compares structure', () => {
    expect(sameTerm(sin(x), sin(symbol('x')))).toBe(true);
    expect(sameTerm(sin(x), sin(y))).toBe(false);
    expect(sameTerm(numberExpression(0), numberExpression(-0))).toBe(false);
    expect(sameTerm(mul(x, y), mul(y, x))).toBe(false);
  });
});

describe('simplification keeps the value', () => {
  const at = { x: 0.7, y: -1.3 };
  /** A recipe for a term that can be built with and without simplifying. */
  type Recipe = number | 'x' | 'y' | readonly [string, ...Recipe[]];
  // Not powSlope: b·aᵇ⁻¹, as which it is written, has no value at 0⁰, where the op itself is 0 by convention.
  const arithmetic = ['add', 'sub', 'mul', 'div', 'pow', 'max', 'where'];
  const unary = ['neg', 'square', 'reciprocal', 'alias', 'sin', 'abs', 'exp'];
  const { recipe } = fc.letrec<{ recipe: Recipe }>(tie => ({
    recipe: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.constantFrom<Recipe>('x', 'y', 0, 1, -1, 2, -0.5, 3),
      fc.tuple(fc.constantFrom(...unary), tie('recipe')),
      fc.tuple(fc.constantFrom(...arithmetic), tie('recipe'), tie('recipe')),
      fc.tuple(fc.constant('where'), tie('recipe'), tie('recipe'), tie('recipe')),
    ),
  }));

  function build(r: Recipe, plain: boolean): Expression {
    if (typeof r === 'number') return numberExpression(r);
    if (typeof r === 'string') return symbol(r);
    const [name, ...parts] = r;
    const args = (parts as Recipe[]).map(part => build(part, plain));
    const op = ops.get(name);
    if (op === undefined) throw new Error(`no op ${name}`);
    while (args.length < op.op.inputs.length) args.push(numberExpression(2));
    return plain ? plainTerm(op.op, args) : (op(...args) as Expression);
  }

  it('of random terms', () => {
    let compared = 0;
    fc.assert(
      fc.property(recipe, r => {
        const exact = evaluate(build(r, true), at);
        // 0 · ∞ and the like have no value to keep.
        if (!Number.isFinite(exact) || Math.abs(exact) > 1e6) return;
        if (!finiteThroughout(build(r, true))) return;
        compared++;
        const simplified = evaluate(build(r, false), at);
        expect(Math.abs(simplified - exact)).toBeLessThan(1e-9 * Math.max(1, Math.abs(exact)));
      }),
      { numRuns: 2000 },
    );
    expect(compared).toBeGreaterThan(1000);
  });

  function finiteThroughout(term: Expression): boolean {
    const values = [term, ...term.args];
    return (
      values.every(part => Number.isFinite(evaluate(part, at))) && term.args.every(finiteThroughout)
    );
  }
});

describe('shared subterms', () => {
  const doubled = (): Expression => {
    let term: Expression = sin(x);
    for (let k = 0; k < 60; k++) term = plainTerm(add(x, y).op as never, [term, term]);
    return term;
  };

  it('do not blow up when printed: what is too long is elided', () => {
    const term = doubled();
    expect(term.size).toBe(Number.MAX_SAFE_INTEGER);
    const text = String(term);
    expect(text).toContain('…');
    expect(text.length).toBeLessThan(50_000);
    expect(term.toLatex().length).toBeLessThan(50_000);
  });

  it('are evaluated once each', () => {
    const term = doubled();
    expect(evaluate(term, { x: 1 })).toBe(Math.sin(1) * 2 ** 60);
    const v = value(1);
    const recorded = evaluate<Operand>(term, { x: v }) as Value;
    recorded.backward();
    expect(v.grad).toBe(Math.cos(1) * 2 ** 60);
    expect(symbolsOf(term)).toEqual(['x']);
    expect(sameTerm(doubled(), doubled())).toBe(false); // gives up rather than compare 2⁶⁰ terms
  });
});

describe('depth', () => {
  it('of 100,000 does not overflow the stack', () => {
    let term: Expression = x;
    for (let k = 0; k < 100_000; k++) term = sin(term);
    expect(term.size).toBe(100_000);
    expect(String(term).length).toBeLessThan(50_000);
    expect(evaluate(term, { x: 0 })).toBe(0);
    expect(symbolsOf(term)).toEqual(['x']);
    expect(evaluate<Operand>(term, { x: value(0.5) })).toBeInstanceOf(Value);
    expect(evaluate<Operand>(term, { x: y })).toBeInstanceOf(Expression);
  });
});
