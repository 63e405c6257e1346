// The small parts of the command: options, suggestions, layout, numbers, and derivatives of formulas.

import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readArguments } from '../../src/cli/arguments.ts';
import { type OptionSpec, UsageError } from '../../src/cli/command.ts';
import { derivativeName, explain } from '../../src/cli/explanation.ts';
import { brief, counted, exact, factor } from '../../src/cli/numbers.ts';
import { passLines, tellInFull } from '../../src/cli/pass.ts';
import { processTerminal, styleOf, wrap, wrapFormula } from '../../src/cli/terminal.ts';
import { readFormula } from '../../src/formula/formula.ts';
import { nearest } from '../../src/formula/suggest.ts';
import {
  customOp,
  differentiate,
  Expression,
  evaluate,
  mul,
  type Operand,
  ops,
  record,
  square,
  symbol,
  Value,
  value,
} from '../../src/index.ts';

describe('options', () => {
  const options: OptionSpec[] = [
    { name: 'json', about: '' },
    { name: 'order', value: 'N', about: '' },
  ];

  it('stand anywhere, with = or a space before the value', () => {
    for (const args of [
      ['-x^2', '--order', '2', 'x=1', '--json'],
      ['--json', '--order=2', '-x^2', 'x=1'],
    ]) {
      const given = readArguments(args, options);
      expect(given.positional).toEqual(['-x^2', 'x=1']);
      expect(given.has('json')).toBe(true);
      expect(given.integer('order', 1, 9)).toBe(2);
    }
  });

  it('end at --', () => {
    const given = readArguments(['--', '--x', '--json'], options);
    expect(given.positional).toEqual(['--x', '--json']);
    expect(given.has('json')).toBe(false);
  });

  it.each(['--constructor', '--__proto__', '--ordr', '--'.padEnd(50, 'x')])(
    '%s is unknown',
    name => {
      expect(() => readArguments([name], options)).toThrow(UsageError);
    },
  );

  it.each(['', '-1', '1e1', ' 2', '2 ', '99999999999999999999', 'NaN', '10'])(
    '"%s" is no order',
    text => {
      expect(() => readArguments([`--order=${text}`], options).integer('order', 1, 9)).toThrow(
        UsageError,
      );
    },
  );
});

describe('suggestions', () => {
  it.each([
    ['sni', 'sin'],
    ['SIN', 'sin'],
    ['sigmod', 'sigmoid'],
    ['softpluss', 'softplus'],
    ['leakyrelu', 'leakyRelu'],
    ['expm', 'exp'],
    ['x', undefined],
    ['foo', undefined],
    ['', undefined],
    ['constructor', undefined],
    ['x'.repeat(1000), undefined],
  ])('for %s: %s', (word, wanted) => {
    expect(nearest(word, ops.keys())).toBe(wanted);
  });
});

describe('layout', () => {
  it('breaks between words', () => {
    expect(wrap('one two three four', 2, 12)).toEqual(['  one two', '  three four']);
    expect(wrap('wonderful', 0, 4)).toEqual(['wonderful']);
    expect(wrap('', 2)).toEqual(['  ']);
  });

  it('breaks formulas before signs, outside of parentheses first', () => {
    expect(wrapFormula('y = (a · b + c · d) · eeeeeeeeee · f', 2, 30)).toEqual([
      '  y = (a · b + c · d)',
      '      · eeeeeeeeee · f',
    ]);
    expect(wrapFormula('y = aaaa · bbbb + cccc · dddd', 0, 24)).toEqual([
      'y = aaaa · bbbb',
      '    + cccc · dddd',
    ]);
  });

  it('never loses a part of a formula, nor makes a line too long that could be broken', () => {
    const part = fc.tuple(
      fc.constantFrom('+', '−', '·', '=', '/'),
      fc.constantFrom('a', 'bb', '(ccc', 'dddd)', 'sin(x)'),
    );
    fc.assert(
      fc.property(fc.array(part), fc.integer({ min: 20, max: 60 }), (parts, width) => {
        const formula = ['y', ...parts.flat()].join(' ');
        const lines = wrapFormula(formula, 3, width);
        expect(lines.map(line => line.trim()).join(' ')).toBe(formula);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('numbers', () => {
    expect([-1.5, -0, Number.NaN, Number.NEGATIVE_INFINITY, 1e-7].map(exact)).toEqual([
      '−1.5',
      '−0',
      'NaN',
      '−∞',
      '1e−7',
    ]);
    expect([1 / 3, -2 / 3e9, 123456789, 0, 100000, -0.00012345678].map(brief)).toEqual([
      '0.333333',
      '−6.66667e−10',
      '1.23457e8',
      '0',
      '100000',
      '−0.000123457',
    ]);
    expect([2, -2].map(factor)).toEqual(['2', '(−2)']);
    expect([counted(1, 'step'), counted(12345, 'pass', 'passes')]).toEqual([
      '1 step',
      '12,345 passes',
    ]);
  });

  it('names derivatives', () => {
    expect(
      [[], ['x'], ['x', 'x'], ['x', 'z'], ['x', 'x', 'x', 'x']].map(list =>
        derivativeName('y', list),
      ),
    ).toEqual(['y', "y(x)'", "y(x)''", "y(x, z)''", 'y(x)⁽⁴⁾']);
  });
});

describe('colours', () => {
  const { isTTY } = process.stdout;
  afterEach(() => {
    process.stdout.isTTY = isTTY;
    vi.unstubAllEnvs();
  });

  it.each([
    [true, { NO_COLOR: '' }, true],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '', TERM: 'dumb' }, false],
    [false, { NO_COLOR: '' }, false],
  ])('on a terminal: %s, with %j: %s', (terminal, environment, wanted) => {
    process.stdout.isTTY = terminal;
    for (const [name, text] of Object.entries({ TERM: 'xterm', ...environment }))
      vi.stubEnv(name, text);
    const { color } = processTerminal();
    expect(color).toBe(wanted);
    const style = styleOf({ ...processTerminal(), color });
    expect(style.bold('x')).toBe(wanted ? '\u001b[1mx\u001b[22m' : 'x');
  });
});

describe('the derivative of a formula', () => {
  it.each([
    ['x^3', '3x²'],
    ['sin(x^2)', 'cos(x²) · 2x'],
    ['z', '0'],
    ['x', '1'],
    ['x + x', '2'],
    ['x * x', '2x'],
    ['x^1', '1'],
  ])('%s is %s', (text, wanted) => {
    const symbols = new Map(['x', 'z'].map(name => [name, symbol(name)]));
    const expression = readFormula(text).run(symbols);
    if (!(expression instanceof Expression)) throw new Error(`${text} is no expression`);
    expect(String(differentiate(expression, 'x'))).toBe(wanted);
  });

  it('equals what the backward pass computes, for every op', () => {
    const variables = ['a', 'b', 'c'] as const;
    for (const op of ops.values()) {
      if (!op.op.differentiable) continue;
      const { inputs, options } = op.op;
      const names = variables.slice(0, inputs.length - Object.keys(options).length);
      // The middle of each domain, away from kinks.
      const at = names.map((_, k) => {
        const [low, high] = op.declaration.domain[k] ?? [0, 1];
        return low + (high - low) * (0.6 + 0.07 * k);
      });
      const expression = op(...names.map(name => symbol(name)));
      if (!(expression instanceof Expression)) throw new Error(`${op.op.name} gave no expression`);
      const leaves = at.map(x => value(x));
      const y = op(...leaves);
      if (!(y instanceof Value)) throw new Error(`${op.op.name} gave no value`);
      y.backward();
      names.forEach((name, k) => {
        const derivative = differentiate(expression, name);
        if (derivative === undefined) throw new Error(`${op.op.name} has no derivative`);
        const got = evaluate(derivative, Object.fromEntries(names.map((n, j) => [n, at[j] ?? 0])));
        const wanted = leaves[k]?.grad ?? 0;
        expect(Math.abs(got - wanted), `${op.op.name}, ${name}`).toBeLessThanOrEqual(
          1e-12 + 1e-10 * Math.abs(wanted),
        );
      });
    }
  });

  it('agrees with nested backward passes at higher orders', () => {
    for (const text of [
      'sin(x^2)',
      'x^4 * exp(-x)',
      'tanh(x) / x',
      'log(1 + x^2)^3',
      'sigmoid(x)*x',
    ]) {
      const formula = readFormula(text);
      const variables = new Map([['x', 0.7]]);
      const { derivatives } = explain({ formula, variables, wrt: ['x'], order: 4 });
      expect(derivatives).toHaveLength(4);
      for (const { expression, value: nested } of derivatives) {
        const symbolic = evaluate(expression ?? symbol('none'), { x: 0.7 });
        expect(Math.abs(symbolic - nested), text).toBeLessThanOrEqual(
          1e-11 * (1 + Math.abs(nested)),
        );
      }
    }
  });
});

it('mixed derivatives agree with differences', () => {
  const formula = readFormula('exp(x*z) * sin(x + z^2)');
  const at = (x: number, z: number): number => Math.exp(x * z) * Math.sin(x + z * z);
  const variables = new Map([
    ['x', 0.3],
    ['z', -0.4],
  ]);
  const { derivatives, trace } = explain({ formula, variables, wrt: ['x', 'z'], order: 2 });
  const h = 1e-3;
  const mixed =
    (at(0.3 + h, -0.4 + h) -
      at(0.3 + h, -0.4 - h) -
      at(0.3 - h, -0.4 + h) +
      at(0.3 - h, -0.4 - h)) /
    (4 * h * h);
  const found = derivatives.find(({ wrt }) => wrt.join() === 'x,z');
  expect(found?.value).toBeCloseTo(mixed, 5);
  expect(trace.passes.map(({ label }) => label)).toEqual(["y(x)'", "y(z)'"]);
});

describe('the told pass', () => {
  const plain = styleOf({ out: () => {}, error: () => {}, color: false });

  it('writes rules for the inputs at hand, whichever of them take a gradient', () => {
    const { trace } = record(() => {
      const x = value(2, { name: 'x' });
      const fixed = value(3, { name: 'x2', requiresGrad: false });
      mul(mul(fixed, x), mul(x, 5)).pow(3).named('y').backward();
    });
    const [pass] = trace.passes;
    if (pass === undefined) throw new Error('no pass');
    const { steps, leaves } = tellInFull(trace, pass);
    expect(steps.map(({ formula }) => formula)).toEqual(['t3³', 't1 · t2', 'x · 5', 'x2 · x']);
    expect(steps.map(({ handed }) => handed.map(({ to, rule }) => `${to}: ${rule}`))).toEqual([
      ['t3: 3 · t3²'],
      ['t1: t2', 't2: t1'],
      ['x: 5'],
      ['x: x2'],
    ]);
    expect(leaves.map(({ parts }) => parts.length)).toEqual([2]);
  });

  it('leaves ops of the user as the trace describes them', () => {
    const cube = customOp({
      name: 'cube',
      value: x => (x ?? 0) ** 3,
      partials: [(x: Operand) => mul(3, square(x))],
      text: 'cube of {0}',
    });
    const { trace } = record(() => {
      const y = cube(value(2, { name: 'x' }));
      if (y instanceof Value) y.named('y').backward();
    });
    const [pass] = trace.passes;
    if (pass === undefined) throw new Error('no pass');
    const lines = passLines(tellInFull(trace, pass), plain);
    expect(lines[0]).toContain('y = cube of x');
    expect(lines[1]).toBe('         x gets 1 · (3 · x²) = 1 · 12 = 12');
    expect(lines.at(-1)).toBe('    x  12');
  });
});
