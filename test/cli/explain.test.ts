// `seegrad explain` as a user runs it: what it prints, and what it says to those who make a mistake.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Seegrad } from './seegrad.ts';

const seegrad = new Seegrad();
beforeAll(() => seegrad.build());
afterAll(() => seegrad.remove());

it('explains sin(x²) step by step', async () => {
  expect(await seegrad.print('explain', 'sin(x^2)', 'x=1.5')).toBe(`
  y = sin(x²)
  at x = 1.5

  Value
    y = 0.7780731968879212

  Derivative
    y(x)' = cos(x²) · 2x
          = −1.8845208681682175

  Backward pass from y (2 steps)

   1  y = sin(t1)                      value 0.778073     gradient 1
         t1 gets 1 · cos(t1) = 1 · (−0.628174) = −0.628174

   2  t1 = x²                          value 2.25         gradient −0.628174
         x gets −0.628174 · 2x = −0.628174 · 3 = −1.88452

  Gradients
    x  −1.8845208681682175
`);
});

it('adds up what a variable receives on several ways', async () => {
  expect(await seegrad.print('explain', 'w*x + x', 'w=-2', 'x=3', '--wrt', 'x')).toBe(`
  y = w · x + x
  at w = −2, x = 3

  Value
    y = −3

  Derivative
    y(x)' = w + 1
          = −1

  Backward pass from y (2 steps)

   1  y = t1 + x                       value −3           gradient 1
         t1 gets 1 · 1 = 1
         x  gets 1 · 1 = 1

   2  t1 = w · x                       value −6           gradient 1
         x gets 1 · w = 1 · (−2) = −2

  Gradients
    x  −1
       = 1 + (−2)
`);
});

it('goes to higher orders, with mixed derivatives', async () => {
  const out = await seegrad.print('explain', 'x^3 * y', 'x=2', 'y=5', '--order', '2');
  expect(out).toContain('f = x³ · y');
  const found = [...out.matchAll(/^ {4}(f\(.*?) = (?:.*\n +=\s)?(\S+)$/gm)].map(m => [m[1], m[2]]);
  expect(found).toEqual([
    ["f(x)'", '60'],
    ["f(y)'", '8'],
    ["f(x)''", '60'],
    ["f(x, y)''", '12'],
    ["f(y)''", '0'],
  ]);
  expect(out).toContain("Backward pass from f(x)'");
  expect(out).toContain("Backward pass from f(y)'");
});

it.each([
  ['5', 'x^5', '120'],
  ['6', 'x^5', '0'],
  ['9', 'x^5', '0'],
  ['4', 'sin(x)', '0.8414709848078965'],
  ['12', 'exp(x)', '2.718281828459045'],
])('derivative of order %s of %s at 1 is %s', async (order, formula, wanted) => {
  const report = JSON.parse(
    await seegrad.print('explain', formula, 'x=1', `--order=${order}`, '--json'),
  ) as { derivatives: { value: number; wrt: string[] }[] };
  expect(report.derivatives).toHaveLength(Number(order));
  expect(report.derivatives.at(-1)?.wrt).toEqual(new Array(Number(order)).fill('x'));
  expect(report.derivatives.at(-1)?.value).toBeCloseTo(Number(wanted), 10);
});

it('prints LaTeX', async () => {
  const out = await seegrad.print('explain', 'x^2 / b', 'x=3', 'b=2', '--order', '2', '--latex');
  expect(out).toBe(
    String.raw`y = \frac{x^{2}}{b} = 4.5
\frac{\partial y}{\partial x} = \frac{1}{b} \cdot 2 x = 3
\frac{\partial y}{\partial b} = -\frac{x^{2}}{b \cdot b} = -2.25
\frac{\partial^{2} y}{\partial x^{2}} = \frac{2}{b} = 1
\frac{\partial^{2} y}{\partial x \, \partial b} = -2 x \cdot \frac{1}{b \cdot b} = -1.5
\frac{\partial^{2} y}{\partial b^{2}} = 2 \cdot \frac{x^{2}}{b \cdot b \cdot b \cdot b} \cdot b = 2.25
`,
  );
  expect(await seegrad.print('explain', 'pi*w1', 'w1=0', '--latex')).toContain(
    String.raw`y = \pi \cdot w_{1} = 0`,
  );
});

it('prints JSON', async () => {
  const report: unknown = JSON.parse(await seegrad.print('explain', 'log(x)/x', 'x=0', '--json'));
  expect(report).toMatchObject({
    expression: 'log(x)/x',
    name: 'y',
    variables: [{ name: 'x', value: 0 }],
    value: '-Infinity',
    derivatives: [{ name: "y(x)'", wrt: ['x'], latex: expect.stringContaining('\\frac') }],
    passes: [{ root: 'y', steps: [{ node: 'y', gradient: 1 }, { node: 't1' }] }],
  });
});

it.each([
  ['-x^2', ['x=3'], 'y = −9'],
  ['(-x)^2', ['x=3'], 'y = 9'],
  ['2^3^2', [], 'y = 512'],
  ['x**-1', ['x=4'], 'y = 0.25'],
  ['-x', ['x=-2e3'], 'y = 2000'],
  ['−x · 2', ['x=−3'], 'y = 6'],
  ['sin(x)', ['x=pi/2'], 'y = 1'],
  ['e^x', ['x=0'], 'y = 1'],
  ['e * 2', ['e=3'], 'y = 6'],
  ['sin', ['sin=3'], 'y = 3'],
  ['x < 2', ['x=1'], 'y = 1'],
  ['__proto__ ^ 2', ['__proto__=3'], 'y = 9'],
  ['constructor + toString', ['constructor=1', 'toString=2'], 'y = 3'],
  ['λ * 2', ['λ=2'], 'y = 4'],
  ['x', ['x=5'], 'y = 5'],
])('%s with %j gives %s', async (formula, variables, line) => {
  expect(await seegrad.print('explain', formula, ...variables)).toContain(`\n    ${line}\n`);
});

it('says that nothing varies', async () => {
  expect(await seegrad.print('explain', '2 + 3')).toContain(
    'There is no variable to differentiate by.',
  );
  expect(await seegrad.print('explain', 'x < 1', 'x=0')).toContain('y does not vary here');
});

it('keeps to 80 columns', async () => {
  const formula = 'sigmoid(w1*x1 + w2*x2 + b) * log(1 + exp(a*x1 - c*x2)) / sqrt(a^2 + b^2 + c^2)';
  const variables = ['w1=1', 'x1=2', 'w2=3', 'x2=4', 'b=5', 'a=6', 'c=7'];
  const out = await seegrad.print('explain', formula, ...variables);
  for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  expect(out).not.toContain('\u001b');
});

it('cuts very long passes short', async () => {
  const out = await seegrad.print('explain', `x${'*x'.repeat(99)}`, 'x=1');
  expect(out).toContain('… and 39 more steps');
  expect(out).toContain('(the sum of 100 contributions)');
});

describe('mistakes', () => {
  it.each([
    ['sin(x^^2)', ['x=1'], '  sin(x^^2)\n       ^\nseegrad: there is no exponent after ^.\n'],
    ['sni(x)', ['x=1'], '  sni(x)\n  ^^^\nseegrad: there is no function sni; did you mean sin?\n'],
    ['1 + (2', [], '  1 + (2\n      ^\nseegrad: this parenthesis is never closed.\n'],
    [
      'constructor(x)',
      ['x=1'],
      '  constructor(x)\n  ^^^^^^^^^^^\nseegrad: there is no function constructor.\n',
    ],
    [
      '😀😀 + x.y',
      ['x=1'],
      '  😀😀 + x.y\n         ^^^\nseegrad: a point can only stand in a number.\n',
    ],
    ['\tx +', ['x=1'], '   x +\n     ^\nseegrad: something is missing after +.\n'],
    [
      'atan2(x)',
      ['x=1'],
      '  atan2(x)\n  ^^^^^\nseegrad: atan2 takes 2 inputs, atan2(y, x), but got 1.\n',
    ],
    [
      'x * weight',
      ['x=1'],
      '  x * weight\n      ^^^^^^\nseegrad: weight has no value; add weight=1 after the expression.\n',
    ],
    [
      'weight * x',
      ['x=1', 'wieght=2'],
      '  weight * x\n  ^^^^^^\nseegrad: weight has no value; add weight=1 after the expression; did you mean\nwieght?\n',
    ],
    ['a*b', [], '  a*b\n  ^\nseegrad: a and b have no values; add a=1 b=1 after the expression.\n'],
    ['x', ['x=1', 'x=2'], 'seegrad: x is given twice.\n'],
    ['x', ['x=1', 'z=2'], 'seegrad: the expression does not use z; leave it out.\n'],
    ['x', ['x='], 'seegrad: x is given no value; write x=1.5.\n'],
    ['x', ['x=abc'], 'seegrad: the value of x must be a number, got "abc".\n'],
    [
      'x',
      ['x=1e400'],
      '  1e400\n  ^^^^^\nseegrad: 1e400 is too large for a double-precision number.\n',
    ],
    ['x', ['2x=1'], 'seegrad: "2x" cannot be the name of a variable.\n'],
    [
      'x',
      ['y', 'x=1'],
      'seegrad: "y" is no variable; give them as NAME=VALUE, and put the expression in\nquotes.\n',
    ],
    [
      'x',
      ['x=1', '--wrt', 'z'],
      'seegrad: --wrt: the expression has no variable "z"; there is x.\n',
    ],
    ['x', ['x=1', '--order', '0'], 'seegrad: --order takes a whole number from 1, got "0".\n'],
    ['x', ['x=1', '--order', '1.5'], 'seegrad: --order takes a whole number from 1, got "1.5".\n'],
    ['x', ['x=1', '--order'], 'seegrad: --order needs a value: --order N.\n'],
    ['x', ['x=1', '--jsn'], 'seegrad: there is no option --jsn; did you mean --json?\n'],
    ['x', ['x=1', '--json', '--json'], 'seegrad: --json is given twice.\n'],
    ['x', ['x=1', '--json=1'], 'seegrad: --json takes no value.\n'],
    [
      'x<1',
      ['x=1', '--order', '999'],
      'seegrad: up to order 999 there are more than 200 derivatives; choose a smaller\n--order, or one variable with --wrt.\n',
    ],
    [
      'exp(sin(x^2))',
      ['x=1', '--order', '40'],
      'seegrad: the derivative of order 10 takes more than 100000 operations; choose a\nsmaller --order.\n',
    ],
  ])('%s %j', async (formula, rest, wanted) => {
    expect(await seegrad.refusal('explain', formula, ...rest)).toBe(wanted);
  });

  it('without an expression', async () => {
    expect(await seegrad.refusal('explain')).toBe(
      'seegrad: explain needs an expression; try seegrad explain "sin(x^2)" x=1.5.\n',
    );
  });

  it('in expressions without end', async () => {
    const deep = `${'('.repeat(50_000)}x${')'.repeat(50_000)}`;
    expect(await seegrad.refusal('explain', deep, 'x=1')).toContain(
      'the expression has 100001 characters; no more than 10000 are read.',
    );
    const deepish = `${'('.repeat(4000)}x${')'.repeat(4000)}`;
    const error = await seegrad.refusal('explain', deepish, 'x=1');
    expect(error).toContain('the expression is nested more than 200 deep.');
    for (const line of error.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('with sequences that a terminal would obey', async () => {
    const error = await seegrad.refusal('explain', 'x', 'x=1', '--\u001b[31mred');
    expect(error).not.toContain('\u001b');
    expect(await seegrad.refusal('explain', 'x + \u001b]0;title\u0007', 'x=1')).not.toContain(
      '\u001b',
    );
  });
});
