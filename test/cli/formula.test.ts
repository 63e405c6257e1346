// Reading formulas: what they mean, and what is said about those that mean nothing.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { caretLines } from '../../src/cli/caret.ts';
import { FormulaError } from '../../src/formula/error.ts';
import { readFormula } from '../../src/formula/formula.ts';
import { hypot, pow, symbol, Value, value } from '../../src/index.ts';

const POINT = new Map([
  ['x', 2],
  ['y', 3],
  ['w5', 0.5],
]);

function compute(text: string): unknown {
  return readFormula(text).run(POINT);
}

describe('precedence and meaning', () => {
  it.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['x - y - 1', -2],
    ['x / y / 2', 1 / 3],
    ['x - -y', 5],
    ['x - +y', -1],
    ['--x', 2],
    ['-x^2', -4],
    ['-x**2', -4],
    ['(-x)^2', 4],
    ['2^-1', 0.5],
    ['2^-x^2', 0.0625],
    ['2^3^2', 512],
    ['2**3**2', 512],
    ['(2^3)^2', 64],
    ['2 ^ 3 * 2', 16],
    ['2 * 3 ^ 2', 18],
    ['-2^2', -4],
    ['3 - 2^2', -1],
    ['sqrt(x + 2)^2', 4],
    ['max(x, y)^-1', 1 / 3],
    ['((x)) ^ ((2))', 4],
    ['x < y', 1],
    ['x >= y', 0],
    ['x <= y', 1],
    ['x > y', 0],
    ['x == x', 1],
    ['x != x', 0],
    ['x + 1 < y * 1', 0],
    ['x < y == 1', 'error'],
    ['(x < y) == 1', 1],
    ['where(x > 1, x, y)', 2],
    ['clamp(y, 0, 1)', 1],
    ['clamp(y, 4)', 4],
    ['leakyRelu(-x)', -0.02],
    ['leakyRelu(-x, 0.5)', -1],
    ['1e3 + .5 + 5. + 1.5E-1', 1005.65],
    ['w5 * 4', 2],
    ['  x\t+\n1 ', 3],
    ['−x · y', -6],
    ['x × y ÷ 2', 3],
    ['x\u00a0+\u2003y', 5],
    ['-0', -0],
  ])('%s is %s', (text, wanted) => {
    if (wanted === 'error') expect(() => compute(text)).toThrow(FormulaError);
    else expect(compute(text)).toBe(wanted);
  });

  it('is the same on every kind of operand', () => {
    const formula = readFormula('x^2 * sin(y)');
    const operands = new Map([
      ['x', value(2)],
      ['y', value(3)],
    ]);
    const result = formula.run(operands);
    expect(result).toBeInstanceOf(Value);
    expect((result as Value).data).toBe(4 * Math.sin(3));
    const symbols = new Map(['x', 'y'].map(name => [name, symbol(name)]));
    expect(String(formula.run(symbols))).toBe('x² · sin(y)');
  });

  it('keeps the names in order of appearance, hostile ones too', () => {
    const { names } = readFormula('b + a * __proto__ - constructor ^ a');
    expect([...names.keys()]).toEqual(['b', 'a', '__proto__', 'constructor']);
  });
});

/** A random formula: its text, with parentheses only where they are needed, and its value found without the parser. */
interface Sample {
  text: string;
  value: number;
  /** 0 sum, 1 product, 2 sign, 3 power, 4 atom. */
  rank: number;
}

function grouped({ text, rank }: Sample, least: number): string {
  return rank < least ? `(${text})` : text;
}

const gap = fc.constantFrom('', ' ', '  ');
const { sample } = fc.letrec<{ sample: Sample }>(tie => ({
  sample: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom<Sample>(
      { text: 'x', value: 2, rank: 4 },
      { text: 'y', value: 3, rank: 4 },
      { text: 'w5', value: 0.5, rank: 4 },
    ),
    fc
      .double({ min: 0, max: 1e6, noNaN: true })
      .map(value => ({ text: String(Math.abs(value)), value: Math.abs(value), rank: 4 })),
    fc
      .tuple(tie('sample'), tie('sample'), gap, fc.constantFrom('+', '-'))
      .map(([a, b, s, sign]) => ({
        text: `${grouped(a, 0)}${s}${sign}${s}${grouped(b, 1)}`,
        value: sign === '+' ? a.value + b.value : a.value - b.value,
        rank: 0,
      })),
    fc
      .tuple(tie('sample'), tie('sample'), gap, fc.constantFrom('*', '/'))
      .map(([a, b, s, sign]) => ({
        text: `${grouped(a, 1)}${s}${sign}${s}${grouped(b, 2)}`,
        value: sign === '*' ? a.value * b.value : a.value / b.value,
        rank: 1,
      })),
    fc.tuple(tie('sample'), gap).map(([a, s]) => ({
      text: `-${s}${grouped(a, 2)}`,
      value: -a.value,
      rank: 2,
    })),
    fc
      .tuple(tie('sample'), tie('sample'), gap, fc.constantFrom('^', '**'))
      .map(([a, b, s, sign]) => ({
        text: `${grouped(a, 4)}${s}${sign}${s}${grouped(b, 2)}`,
        value: pow(a.value, b.value),
        rank: 3,
      })),
    fc.tuple(tie('sample'), gap).map(([a, s]) => ({
      text: `abs${s}(${s}${a.text}${s})`,
      value: Math.abs(a.value),
      rank: 4,
    })),
    fc.tuple(tie('sample'), tie('sample'), gap).map(([a, b, s]) => ({
      text: `hypot(${s}${a.text},${s}${b.text})`,
      value: hypot(a.value, b.value),
      rank: 4,
    })),
  ),
}));

it('computes random formulas as a reference does', () => {
  fc.assert(
    fc.property(sample, ({ text, value: wanted }) => {
      expect(compute(text)).toBe(wanted);
    }),
    { numRuns: 1000 },
  );
});

it('never fails on any text but with a sentence about a place in it', () => {
  const piece = fc.constantFrom(
    ...[
      'x',
      'sin',
      '(',
      ')',
      ',',
      '+',
      '-',
      '*',
      '/',
      '^',
      '**',
      '<',
      '=',
      '.',
      '1',
      '2e',
      ' ',
      '!',
      '😀',
      '\t',
      'π',
    ],
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(piece, { maxLength: 30 }).map(pieces => pieces.join('')),
        fc.string({ unit: 'binary', maxLength: 40 }),
      ),
      text => {
        try {
          readFormula(text);
        } catch (error) {
          expect(error).toBeInstanceOf(FormulaError);
          const { at, text: about } = error as FormulaError;
          expect(about).toBe(text);
          expect(at.start).toBeGreaterThanOrEqual(0);
          expect(at.start).toBeLessThanOrEqual(text.length);
          expect(at.end).toBeGreaterThan(at.start);
        }
      },
    ),
    { numRuns: 3000 },
  );
});

describe('errors point at the place', () => {
  it.each([
    ['sin(x', '   ^', 'this parenthesis is never closed'],
    ['x)', ' ^', 'this parenthesis was never opened'],
    ['1 + ()', '    ^^', 'there is nothing in these parentheses'],
    ['x +', '  ^', 'something is missing after +'],
    ['(x -) * 2', '   ^', 'something is missing after -'],
    ['x + * 2', '    ^', '"*" cannot stand here'],
    ['2^', ' ^', 'there is no exponent after ^'],
    ['2 ** ', '  ^^', 'there is no exponent after **'],
    ['1 + 2x', '    ^^', '"2x" is not a number; for a product write 2*x'],
    ['1.2.3', '^^^^^', '"1.2.3" is not a number'],
    ['1e999', '^^^^^', '1e999 is too large for a double-precision number'],
    ['x(2)', '^', 'x is not a function; for a product write x*(…)'],
    ['pi(2)', '^^', 'pi is not a function; for a product write pi*(…)'],
    ['(x+1)(x-1)', '     ^', 'an operator is missing before this; for a product write *'],
    ['x y', '  ^', 'an operator is missing before this; for a product write *'],
    ['max(x y)', '      ^', 'an operator is missing before this; for a product write *'],
    ['x, y', ' ^', 'a comma can only stand between the inputs of a function'],
    ['(x, y)', '  ^', 'a comma can only stand between the inputs of a function'],
    ['max(x,,y)', '      ^', 'an input is missing before this'],
    ['max(,x)', '    ^', 'an input is missing before this'],
    ['1 + sin', '    ^^^', 'sin is a function; write sin(x)'],
    ['clamp', '^^^^^', 'clamp is a function; write clamp(x[, min][, max])'],
    ['sin()', '^^^', 'sin takes 1 input, sin(x), but got 0'],
    ['1+atan2(x)', '  ^^^^^', 'atan2 takes 2 inputs, atan2(y, x), but got 1'],
    ['sin(x, y)', '^^^', 'sin takes 1 input, sin(x), but got 2'],
    [
      'leakyRelu()',
      '^^^^^^^^^',
      'leakyRelu takes 1 to 2 inputs, leakyRelu(x[, negativeSlope]), but got 0',
    ],
    ['sni(x)', '^^^', 'there is no function sni; did you mean sin?'],
    ['Sigmiod(x)', '^^^^^^^', 'there is no function Sigmiod; did you mean sigmoid?'],
    ['ln(x)', '^^', 'there is no function ln; it is called log here'],
    ['constructor(x)', '^^^^^^^^^^^', 'there is no function constructor'],
    ['__proto__(x)', '^^^^^^^^^', 'there is no function __proto__'],
    ['hasOwnProperty(x)', '^^^^^^^^^^^^^^', 'there is no function hasOwnProperty'],
    ['x.constructor', '^^^^^^^^^^^^^', 'a point can only stand in a number'],
    ['x.a(1)', '^^^^^^', 'a point can only stand in a number'],
    ['this', '^^^^', '"this" is not a variable that can be given'],
    ['x[0]', ' ^', 'lists are not supported; use round parentheses'],
    ['[x]', '^', 'lists are not supported; use round parentheses'],
    ['"x"', '^', 'text in quotes cannot be computed with'],
    ['x = 3', '  ^', '= has no meaning here; to compare write =='],
    ['x === y', '  ^^^', '=== has no meaning here; write =='],
    ['x; y', ' ^', 'only one expression can be given'],
    ['x ? 1 : 2', '  ^', 'for a choice write where(condition, a, b)'],
    ['!x', '^', '"!" cannot stand here'],
    ['x!', ' ^', '"!" cannot stand here'],
    ['x && y', '  ^', 'for "and" multiply the comparisons'],
    ['x % 2', '  ^', 'the remainder is not supported'],
    ['1 < x < 2', '      ^', 'comparisons cannot be chained; write (a < b) * (b < c)'],
    ['', '^', 'the expression is empty'],
    [' \t', '^', 'the expression is empty'],
    // Neither emoji, accents made of two characters, wide characters nor tabs move the caret.
    ['😀 + foo(x)', '     ^^^', 'there is no function foo'],
    ['👩‍🚀*foo(x)', '   ^^^', 'there is no function foo'],
    ['e\u0301 + foo(x)', '    ^^^', 'there is no function foo'],
    ['漢字 + foo(x)', '       ^^^', 'there is no function foo'],
    ['x\t+ foo(x)', '    ^^^', 'there is no function foo'],
    ['𝒙 + foo(x)', '    ^^^', 'there is no function foo'],
  ])('%s', (text, carets, message) => {
    const error = errorOf(text);
    expect(error.message).toBe(message);
    expect(caretLines(error.text, error.at)[1]).toBe(carets);
  });

  it.each([
    [
      'a long text',
      `x${'+1'.repeat(50_000)}`,
      'the expression has 100001 characters; no more than 10000 are read',
    ],
    [
      'parentheses',
      `${'('.repeat(4000)}x${')'.repeat(4000)}`,
      'the expression is nested more than 200 deep',
    ],
    [
      'calls',
      `${'sin('.repeat(1900)}x${')'.repeat(1900)}`,
      'the expression is nested more than 200 deep',
    ],
    ['signs', `${'-'.repeat(9999)}x`, 'the expression is nested more than 200 deep'],
    ['powers', `${'2^'.repeat(4999)}x`, 'the expression is nested more than 200 deep'],
  ])('%s without end', (_, text, message) => {
    expect(errorOf(text).message).toBe(message);
  });

  it('but long and deep ones within the bounds are computed', () => {
    expect(compute(`x${'+1'.repeat(4999)}`)).toBe(5001);
    expect(compute(`${'('.repeat(190)}x${')'.repeat(190)}`)).toBe(2);
    expect(compute(`${'-'.repeat(190)}x`)).toBe(2);
  });
});

function errorOf(text: string): FormulaError {
  try {
    readFormula(text, new Set(['x', 'y']));
  } catch (error) {
    expect(error).toBeInstanceOf(FormulaError);
    return error as FormulaError;
  }
  throw new Error(`"${text}" was accepted`);
}

describe('the excerpt', () => {
  it('cuts a long text around the place, within 80 columns', () => {
    const text = `${'x + '.repeat(40)}foo(x)${' + x'.repeat(40)}`;
    const error = errorOf(text);
    const [line, carets] = caretLines(error.text, error.at);
    expect(line.length).toBeLessThanOrEqual(74);
    expect(line.startsWith('…')).toBe(true);
    expect(line.endsWith('…')).toBe(true);
    expect(line.slice(carets.indexOf('^'), carets.length)).toBe('foo');
  });

  it('shows nothing that a terminal would obey', () => {
    const [line] = caretLines('\u001b[31mx\u0007\u202ey\u009b', { start: 0, end: 1 });
    expect(line).toBe('�[31mx��y�');
  });
});
