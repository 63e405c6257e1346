// The language of programs: what can be written, and what is said about what cannot.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormulaError } from '../../src/formula/error.ts';
import { readExpression } from '../../src/formula/expression.ts';
import { ProgramError, readProgram } from '../../src/formula/program.ts';
import { ops, Tensor, tensorOps } from '../../src/index.ts';

function names(text: string): string[] {
  return readProgram(text).statements.map(statement =>
    'expression' in statement
      ? `${statement.scopes.map(({ name }) => `${name}/`).join('')}${statement.name}:${statement.kind}`
      : statement.kind,
  );
}

describe('a program', () => {
  it('is leaves, results, scopes and directives', () => {
    const text = `# a neuron
const x = 2
param w = -1/2   # trained
b = pi/4 from -3 to 3.5
scope layer one {
  scope inner {
    y = sigmoid(w*x
                + b)
  }
}
E = (y - 1)^2
backward E
train 10 steps lr 0.5
seed 7`;
    expect(names(text)).toEqual([
      'x:leaf',
      'w:leaf',
      'b:leaf',
      'layer one/inner/y:result',
      'E:result',
      'backward',
      'train',
      'seed',
    ]);
    const [x, w, b] = readProgram(text).statements;
    expect(x).toMatchObject({ leaf: 'const', at: { start: 11, end: 22 } });
    expect(w).toMatchObject({ leaf: 'param' });
    expect(b).toMatchObject({ leaf: 'leaf', range: [-3, 3.5] });
  });

  it('may be one expression, whose variables begin at 1', () => {
    expect(names('sin(x^2) + a')).toEqual(['x:leaf', 'a:leaf', 'y:result']);
  });

  it('names its results freely, even like the ops on tensors', () => {
    expect(names('t = 2\nmean = t*t\nsum = mean + t')).toEqual([
      't:leaf',
      'mean:result',
      'sum:result',
    ]);
  });

  it('takes windows line ends', () => {
    expect(names('x = 1\r\ny = x^2\r\n')).toEqual(['x:leaf', 'y:result']);
  });
});

describe('what is wrong is said about its place', () => {
  it.each([
    ['x = 1\ny = x +', 2, 7, 'something is missing after +'],
    ['x = 1\ny = z*x', 2, 5, 'z has no value yet; write z = 1 on a line above'],
    ['weight = 1\ny = wieght*2', 2, 5, 'wieght has no value yet; did you mean weight?'],
    ['x = 1\ny = x\nx = 2', 3, 1, 'x has a value already; choose another name'],
    ['x = 1\n  y = sigmod(x)', 2, 7, 'there is no function sigmod; did you mean sigmoid?'],
    ['x = 1\ny = sin', 2, 5, 'sin is a function; write sin(x)'],
    ['x = 1\ny = x.sum()', 2, 5, 'functions stand before their inputs; write sum(x)'],
    ['x = [1, 2\ny = 3', 1, 5, 'this bracket is never closed'],
    ['x = (1]\ny = 3', 1, 5, 'this parenthesis is never closed'],
    ['x = 1]', 1, 6, 'this bracket was never opened'],
    ['x = [1,,2]', 1, 8, 'an input is missing before this'],
    ['x = [1 2]', 1, 8, 'an operator is missing before this; for a product write *'],
    ['x = 1\ny = sum(x, dim=0, 2)', 2, 19, 'options such as padding=1 come after the inputs'],
    ['x = 1\ny = sin(x, x)', 2, 5, 'sin takes 1 input, sin(x), but got 2'],
    ['x =', 1, 1, 'there is no value after ='],
    ['', 1, 1, 'the program is empty; try y = sin(x^2) with x = 1.5 on the line above'],
    ['x = 1\n}', 2, 1, 'there is no scope to close here'],
    ['scope a {\nx = 1', 1, 1, 'this scope is never closed; end it with }'],
    ['scope {\nx = 1\n}', 1, 1, 'this line should read scope NAME {'],
    ['x = 1\nbackward y', 2, 10, 'y has no value yet; write y = 1 on a line above'],
    ['x = 1\ntrain', 2, 1, 'this line should read train 100 steps lr 0.5'],
    ['train 20000 steps lr 1', 1, 1, 'train takes a whole number of steps from 1 to 10000'],
    ['train 2 steps lr fast', 1, 1, 'lr must be a number'],
    ['x = 1\nconst y = x', 2, 1, 'only numbers and tensors can be const; y is computed'],
    ['x = 1 from 2 to 1', 1, 7, 'a range goes from a number to a larger one, such as from -1 to 1'],
    ['x = 1\ny = x = 2', 2, 7, '= has no meaning here; to compare write =='],
    ['x = 1\ny = @x', 2, 5, 'this sign has no meaning here'],
  ])('%j', (text, line, column, message) => {
    let error: unknown;
    try {
      readProgram(text);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ProgramError);
    const { line: l, column: c, message: m } = error as ProgramError;
    expect({ line: l, column: c, message: m }).toEqual({ line, column, message });
  });

  it('in any text whatever', () => {
    const pieces = ['x', '=', '1', '[', ']', '(', ')', ',', '\n', ' ', '"', '.', 'sum', '{', '}'];
    const words = [
      'scope a',
      'train',
      'const ',
      'backward ',
      '#',
      '-',
      '^',
      '*',
      'svd',
      '𝒳',
      '\u0000',
    ];
    const text = fc.array(fc.constantFrom(...pieces, ...words), { maxLength: 40 });
    fc.assert(
      fc.property(text, parts => {
        const program = parts.join('');
        try {
          readProgram(program);
        } catch (error) {
          expect(error).toBeInstanceOf(ProgramError);
          const { line, column } = error as ProgramError;
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(program.split('\n').length);
          expect(column).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 2000, seed: 11 },
    );
  });

  it('in programs without end', () => {
    expect(() => readProgram('x = 1\n'.repeat(5000))).toThrow('no more than 20000 are read');
    const many = Array.from({ length: 1100 }, (_, k) => `a${k} = 1`).join('\n');
    expect(() => readProgram(many)).toThrow('no more than 1000 statements');
    expect(() => readProgram(`x = ${'['.repeat(3000)}1${']'.repeat(3000)}`)).toThrow('nested');
    expect(() => readProgram(`${'scope a {\n'.repeat(30)}x = 1${'\n}'.repeat(30)}`)).toThrow(
      'scopes are nested more than 20 deep',
    );
  });
});

describe('an expression of a program', () => {
  const run = (text: string) => readExpression(text, new Set()).run(new Map());
  const numbers = (text: string): unknown => {
    const found = run(text);
    return found instanceof Tensor ? found.toArray() : found;
  };

  it.each<[string, unknown]>([
    ['1 + 2*3', 7],
    ['-2^2', -4],
    ['[1, 2] + [10, 20]', [11, 22]],
    ['matmul([[1, 2], [3, 4]], [[1], [1]])', [[3], [7]]],
    ['sum([[1, 2], [3, 4]], dim=1)', [3, 7]],
    ['sum([[1, 2], [3, 4]], dim=1, keepdim=true)', [[3], [7]]],
    ['conv1d([[[1, 2, 3, 4, 5]]], [[[1, 0, 1]]], padding=1)', [[[2, 4, 6, 8, 4]]]],
    [
      'reshape([1, 2, 3, 4], [2, 2])',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['cat([zeros([1]), ones([2])])', [0, 1, 1]],
    ["einsum('ij,j->i', [[1, 2], [3, 4]], [1, 10])", [21, 43]],
    ['[[1, 2], [3, 4]] [1]', [3, 4]],
    ['zeros([2])', [0, 0]],
    ['max([3, 9, 2])', 9],
    ['max(2, 5)', 5],
    ['sort([3, 1, 2]).values', [1, 2, 3]],
    ['split([1, 2, 3, 4], 2)[1]', [3, 4]],
    ['leakyRelu(-2, 0.1)', -0.2],
    ["pad([1, 2], [1, 0], mode='constant', value=7)", [7, 1, 2]],
  ])('%s', (text, expected) => {
    expect(numbers(text)).toEqual(expected);
  });

  it.each([
    ["'a' + 1", 'text in quotes cannot be computed with'],
    ['sort([3, 1]) * 2', 'there are several results (values, indices); choose one with a point'],
    ['sort([3, 1]).size', 'there is no result size; there are values, indices'],
    ['sort([3, 1]).constructor', 'there is no result constructor; there are values, indices'],
    ['[1, 2].length', 'this has no part length; write functions as length(x)'],
    ['sin(1).constructor', 'this has no part constructor; write functions as constructor(x)'],
    ['[1, 2][0.5]', 'a place is a whole number, counted from 0'],
    ['[[1, 2], [3]] + 1', /rows|length|shape/],
    ['sum([1], nonsense=1)', /nonsense/],
  ])('%s is refused', (text, message) => {
    expect(() => run(text)).toThrow(FormulaError);
    expect(() => run(text)).toThrow(message);
  });

  it('knows every op of the two tables and no other function of the engine', () => {
    const reads = (name: string): string => {
      try {
        readExpression(`${name}()`, new Set());
        return 'known';
      } catch (error) {
        return (error as Error).message;
      }
    };
    const unknown = [...ops.keys(), ...tensorOps.keys()].filter(name =>
      reads(name).startsWith('there is no function'),
    );
    expect(unknown).toEqual([]);
    for (const name of ['record', 'customOp', 'tensor', 'add_', 'manualSeed', 'eval', 'toString'])
      expect(reads(name)).toMatch(/^there is no function/);
  });
});
