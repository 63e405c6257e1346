// Programs run by the engine: the presets against the tutorial and the engine's own interface, and what is bounded.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseTrace } from '../../src/autograd/parse-trace.ts';
import { derive } from '../../src/index.ts';
import { presetOf, presets } from '../../src/viz/play/presets.ts';
import { rangeFor } from '../../src/viz/play/range.ts';
import type { PlayResult } from '../../src/viz/play/result.ts';
import { problemOf, runProgram } from '../../src/viz/play/run.ts';
import { network, leaves as networkLeaves } from '../support/tutorial-network.ts';

function runPreset(id: string, options = {}): PlayResult {
  const preset = presetOf(id);
  if (preset === undefined) throw new Error(`there is no preset ${id}`);
  return runProgram(preset.program, { derive: preset.leaf, ...options });
}

/** The value of a named node in a pass; of a tensor its elements. */
function numberOf({ trace }: PlayResult, name: string, pass = trace.passes.length - 1): unknown {
  const it = trace.passes[pass];
  const node = trace.graphs[it?.graph ?? 0]?.nodes.findIndex(each => each.name === name) ?? -1;
  const elements = it?.tensors?.values[node]?.data;
  return elements === undefined || elements.length === 1 ? it?.values[node] : elements;
}

function gradientOf(result: PlayResult, name: string): unknown {
  return result.leaves.find(leaf => leaf.name === name)?.gradient;
}

const close = (numbers: readonly number[]): unknown => numbers.map(x => expect.closeTo(x, 6));

describe('every preset', () => {
  it.each(presets.map(({ id }) => [id]))('%s gives a trace and a derivation', id => {
    const preset = presetOf(id);
    const result = runPreset(id);
    expect(() => parseTrace(JSON.stringify(result.trace))).not.toThrow();
    expect(result.trace.title).toBe(preset?.title);
    expect(result.derivation?.leaf).toBe(preset?.leaf);
    expect(result.leaves.map(({ name }) => name)).toContain(preset?.leaf);
    // A derivation is checked by what backward computed.
    const gradient = gradientOf(result, preset?.leaf ?? '');
    const derived = result.derivation?.value;
    if (typeof derived === 'number') expect(derived).toBeCloseTo(gradient as number, 9);
    else expect(derived).toEqual((gradient as number[]).map(x => expect.closeTo(x, 6)));
  });

  it('has a name of its own', () => {
    expect(new Set(presets.map(({ id }) => id)).size).toBe(presets.length);
    expect(new Set(presets.map(({ chapter }) => chapter))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7]));
  });
});

describe('chapter 1', () => {
  const x = 1.5;
  it.each<[string, number, number, string]>([
    ['constant', 3, 0, '0'],
    ['power', x ** 2, 2 * x, '2x'],
    ['exponential', Math.E, Math.E, 'y'],
    ['general-exponential', 2 ** x, 2 ** x * Math.LN2, 'y · ln(a)'],
    ['sine', Math.sin(1), Math.cos(1), 'cos(x)'],
    ['cosine', Math.cos(1), -Math.sin(1), '−sin(x)'],
    ['arcsine', Math.asin(0.5), 1 / Math.sqrt(0.75), '1 / √(1 − x²)'],
    ['arccosine', Math.acos(0.5), -1 / Math.sqrt(0.75), '−1 / √(1 − x²)'],
    ['arctangent', Math.atan(0.5), 0.8, '1 / (1 + x²)'],
    ['sum', x ** 2 + Math.sin(x), 2 * x + Math.cos(x), '2x + cos(x)'],
    ['difference', x ** 2 - Math.sin(x), 2 * x - Math.cos(x), '2x − cos(x)'],
    ['multiple', 3 * x ** 2, 6 * x, 'C · 2x'],
    [
      'product',
      x ** 2 * Math.sin(x),
      2 * x * Math.sin(x) + x ** 2 * Math.cos(x),
      'g · 2x + f · cos(x)',
    ],
    ['chain', Math.sin(x ** 2), Math.cos(x ** 2) * 2 * x, 'cos(t) · 2x'],
  ])('%s', (id, y, slope, text) => {
    const result = runPreset(id);
    expect(numberOf(result, 'y')).toBeCloseTo(y, 12);
    expect(gradientOf(result, 'x')).toBeCloseTo(slope, 12);
    expect(result.derivation?.text).toBe(text);
  });
});

describe('chapter 2', () => {
  it('has the numbers of the worked example', () => {
    const result = runPreset('backpropagation');
    expect(numberOf(result, 'E')).toBeCloseTo(0.298371109, 9);
    expect(gradientOf(result, 'w5')).toBeCloseTo(0.082167041, 9);
    expect(gradientOf(result, 'w1')).toBeCloseTo(0.000438568, 9);
  });

  it('is what the engine computes without the language, to the last digit', () => {
    const l = networkLeaves();
    const E = network(l);
    const { text } = derive(E, l.w1);
    E.backward();
    const result = runPreset('backpropagation');
    for (const leaf of result.leaves) {
      const own = l[leaf.name as keyof typeof l];
      const gradient = leaf.kind === 'const' ? null : own.grad;
      expect([leaf.name, leaf.value, leaf.gradient]).toEqual([leaf.name, own.data, gradient]);
    }
    expect(numberOf(result, 'E')).toBe(E.data);
    expect(result.derivation?.text).toBe(text);
  });

  it('learns as the engine does, and ends where the tutorial says', () => {
    const program = presetOf('training')?.program.replace('200 steps', '10000 steps') ?? '';
    const result = runProgram(program, { derive: 'w1', step: 0 });
    expect(result.trace.graphs.length).toBe(1);
    expect(result.trace.passes.length).toBe(101);
    expect(result.trace.passes.map(({ step }) => step).slice(0, 3)).toEqual([0, 100, 200]);
    expect(numberOf(result, 'E', 0)).toBeCloseTo(0.298371109, 9);
    expect(numberOf(result, 'E')).toBeCloseTo(3.5e-5, 6);
    // The derivation is about the pass that was asked for.
    expect(result.derivation).toMatchObject({ step: 0, value: expect.closeTo(0.000438568, 9) });
  });
});

describe('chapters 3 to 7', () => {
  it('the bitmaps are told apart', () => {
    const result = runPreset('bitmaps');
    expect(result.trace.passes.length).toBe(51);
    const last = numberOf(result, 'E') as number;
    expect(last).toBeLessThan(0.5 * (numberOf(result, 'E', 0) as number));
    const out = numberOf(result, 'out') as number[];
    expect(out.map(Math.round)).toEqual([1, 0, 0, 1]);
  });

  it.each([
    ['convolution-1d', [4, 6, 8], [6, 9, 12]],
    ['convolution-padding', [2, 4, 6, 8, 4], [10, 15, 14]],
    ['convolution-stride', [4, 8], [4, 6, 8]],
    ['convolution-weights', [2.1, 3.1, 4.1], [6, 9, 12]],
  ])('%s', (id, y, kernel) => {
    const result = runPreset(id);
    expect(numberOf(result, 'y')).toEqual(close(y));
    expect(gradientOf(result, 'kernel')).toEqual(close(kernel));
  });

  it('a full overlap in two dimensions gives 12', () => {
    const y = numberOf(runPreset('convolution-2d'), 'y') as number[];
    expect(y).toHaveLength(25);
    // Row 1, column 1: the kernel lies on rows [1, 2, 3] three times.
    expect(y[6]).toBe(12);
  });

  it.each([
    ['max-pooling', 5, [0, 1, 0]],
    ['average-pooling', 10 / 3, [1 / 3, 1 / 3, 1 / 3]],
  ])('%s', (id, total, x) => {
    const result = runPreset(id);
    expect(numberOf(result, 'total')).toBeCloseTo(total, 9);
    expect(gradientOf(result, 'x')).toEqual(close(x));
  });

  it('stochastic pooling draws with the seed, and hands everything to what it drew', () => {
    const result = runPreset('stochastic-pooling');
    const drawn = numberOf(result, 'total') as number;
    expect(gradientOf(result, 'x')).toEqual([2, 5, 3].map(x => (x === drawn ? 1 : 0)));
    const program = presetOf('stochastic-pooling')?.program ?? '';
    const draws = [1, 2, 3, 4, 5, 6, 7, 8].map(seed =>
      numberOf(runProgram(program.replace('seed 3', `seed ${seed}`)), 'total'),
    );
    expect(new Set(draws).size).toBeGreaterThan(1);
  });

  it('the convolutional network learns its label', () => {
    const result = runPreset('cnn');
    expect(numberOf(result, 'loss')).toBeLessThan(0.1 * (numberOf(result, 'loss', 0) as number));
  });

  it('softmax: p, and the derivative p − target', () => {
    const result = runPreset('softmax');
    const p = [1, 2, 3].map(x => Math.exp(x) / (Math.E + Math.E ** 2 + Math.E ** 3));
    expect(numberOf(result, 'p')).toEqual(close(p));
    expect(gradientOf(result, 'x')).toEqual(close(p.map((q, k) => q - (k === 2 ? 1 : 0))));
  });

  it('attention: each row of weights sums to 1', () => {
    const weights = numberOf(runPreset('attention'), 'weights') as number[];
    for (const row of [0, 3, 6]) {
      expect(weights.slice(row, row + 3).reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    }
  });

  it('positional encoding: likeness depends on the distance', () => {
    const frequencies = Array.from({ length: 8 }, (_, k) => 10_000 ** (-k / 8));
    const expected = frequencies.reduce((sum, f) => sum + Math.cos(0.5 * f), 0);
    expect(numberOf(runPreset('positional-encoding'), 'likeness')).toBeCloseTo(expected, 5);
  });
});

describe('numbers of one’s own', () => {
  it('replace those of the program', () => {
    const result = runProgram('x = 2\nv = [1, 2]\ny = sum(v * x^2)', {
      values: { x: 3, v: [10, 20] },
    });
    expect(numberOf(result, 'y')).toBe(270);
    expect(result.leaves).toEqual([
      {
        name: 'x',
        kind: 'leaf',
        start: 2,
        value: 3,
        gradient: 180,
        shape: [],
        min: -5,
        max: 5,
        line: 1,
      },
      {
        ...{ name: 'v', kind: 'leaf', start: [1, 2], value: [10, 20], gradient: [9, 9] },
        ...{ shape: [2], min: -5, max: 5, line: 2 },
      },
    ]);
  });

  it('are left alone where they do not fit', () => {
    const values = { x: [1], v: [1, 2, 3], gone: 4, y: 7 };
    const result = runProgram('x = 2\nv = [1, 2]\ny = sum(v * x^2)', { values });
    expect(numberOf(result, 'y')).toBe(12);
  });

  it('leave what is drawn at random as it was', () => {
    const program = 'seed 5\na = randn([2])\nb = randn([2])\ny = sum(a*b)';
    const drawn = runProgram(program).leaves[1]?.value;
    expect(runProgram(program, { values: { a: [0, 0] } }).leaves[1]?.value).toEqual(drawn);
  });

  it('come with ranges of round numbers', () => {
    expect([0, 0.15, 0.6, -2.5, 7, 1200].map(rangeFor)).toEqual([
      [-1, 1],
      [-1, 1],
      [-2, 2],
      [-5, 5],
      [-20, 20],
      [-5000, 5000],
    ]);
    expect(rangeFor([1, -30])).toEqual([-100, 100]);
    const [x] = runProgram('x = 2 from 0.5 to 3\ny = ln2*x\n'.replace('ln2', '2')).leaves;
    expect([x?.min, x?.max]).toEqual([0.5, 3]);
  });
});

describe('a trace of a program', () => {
  it('makes one scope of a block, however many results are in it', () => {
    const { trace } = runProgram(
      'x = 2\nscope a {\n  u = x^2\n  scope b {\n    v = u + 1\n    c = 3\n    w = v * c\n  }\n  y = w * u\n}\nscope a {\n  z = 2*y\n}',
    );
    const scopes = trace.graphs[0]?.nodes.flatMap(({ name, scope }) =>
      scope === undefined ? [] : [`${trace.scopes[scope]} ${name ?? ''}`],
    );
    expect(scopes).toEqual(['a u', 'a/b v', 'a/b w', 'a y', 'a~2 z']);
    const { trace: network } = runProgram(presetOf('backpropagation')?.program ?? '');
    expect(network.scopes).toEqual(['hidden', 'output', 'loss']);
  });

  it('knows the lines, the scopes and the checks', () => {
    const { trace } = runProgram('x = 2\nscope a {\n  y = x^3\n}\nz = 2*y', { check: true });
    const nodes = trace.graphs[0]?.nodes ?? [];
    const y = nodes.find(({ name }) => name === 'y');
    expect(y?.source).toEqual({ file: 0, line: 3, column: 3 });
    expect(trace.files).toEqual(['program']);
    expect(trace.scopes[y?.scope ?? -1]).toBe('a');
    const x = nodes.findIndex(({ name }) => name === 'x');
    expect(trace.passes[0]?.checks?.[x]).toBeCloseTo(24, 5);
  });

  it('has a pass for each backward line', () => {
    const { trace, root } = runProgram('x = 2\na = x^2\nb = x^3\nbackward a\nbackward b');
    expect(trace.passes.map(({ gradients }) => gradients[0])).toEqual([4, 12]);
    expect(root).toBe('b');
  });

  it('shows a second name as a node of its own', () => {
    const { trace } = runProgram('x = 2\ny = x\nz = y*y');
    expect(trace.graphs[0]?.nodes.map(({ name }) => name)).toEqual(['x', 'y', 'z']);
  });
});

describe('what cannot be run is said about its place', () => {
  it.each([
    ['x = 1', 1, 'nothing is computed yet; write a line such as y = x^2'],
    [
      'x = [1, 2]\ny = x*2',
      2,
      'y has 2 elements (2); what is differentiated is one number, such as sum(y)',
    ],
    ['const x = 1\ny = x*2', 2, 'y depends on no leaf that wants a gradient'],
    [
      'x = 1\ny = x*2\ntrain 2 steps lr 1',
      3,
      'there is nothing to train; write param before a leaf: param w = 0.5',
    ],
    ['a = [1, 2]\nb = [1, 2, 3]\nE = sum(a + b)', 3, /shape/],
    ['x = [1, 2]\ny = matmul(x, [[1, 2]])\nz = sum(y)', 2, /matmul/],
    ["x = 'a'\ny = 2", 1, 'text in quotes cannot be computed with'],
    [
      'x = [1]\nparts = split(x, 1)\nbackward parts',
      3,
      'parts is not one number that could be differentiated',
    ],
  ])('%j', (program, line, message) => {
    let problem = { message: '', line: 0 };
    try {
      runProgram(program);
    } catch (error) {
      problem = problemOf(error);
    }
    expect(problem.message).toMatch(message);
    expect(problem.line).toBe(line);
  });

  it('with the op that refuses', () => {
    try {
      runProgram('a = [1, 2]\nE = 1 + conv1d(a, a)');
      expect.unreachable();
    } catch (error) {
      const { line, column, length } = problemOf(error);
      expect({ line, column, length }).toEqual({ line: 2, column: 9, length: 6 });
    }
  });
});

describe('a hostile program is stopped', () => {
  const TOO_LARGE = 'a tensor of the playground has at most 10000 elements';
  it.each([
    ['a = ones([100000, 100000])', TOO_LARGE],
    ['a = ones([20000])', TOO_LARGE],
    ['a = arange(1000000000)', TOO_LARGE],
    ['a = arange(0, 1, 1e-9)', TOO_LARGE],
    ['a = linspace(0, 1, 1000000000)', TOO_LARGE],
    ['a = eye(100000)', TOO_LARGE],
    ['a = repeat([1, 2], [100000000])', TOO_LARGE],
    ['a = pad([1, 2], [1000000000, 0])', TOO_LARGE],
    ['a = conv1d([[[1]]], [[[1]]], padding=1000000000)', TOO_LARGE],
    ['a = outer(ones([10000]), ones([9000]))', TOO_LARGE],
    ['a = kron(kron(ones([100]), ones([100])), ones([100]))', TOO_LARGE],
    ['a = reshape(ones([9000]), [9000, 1]) + ones([9001])', TOO_LARGE],
    ['a = oneHot(to([1], "int32"), 1000000000)', TOO_LARGE],
  ])('%s', (program, message) => {
    expect(() => runProgram(`${program}\ny = sum(a)`)).toThrow(message);
  });

  it('that trains for too long', () => {
    const body = Array.from({ length: 900 }, (_, k) => `a${k} = w*${k}`).join('\n');
    expect(() => runProgram(`param w = 1\n${body}\ntrain 10000 steps lr 0`)).toThrow(
      'this is too much work for the playground',
    );
  });

  it('but small ones with large numbers are none', () => {
    const program =
      'x = [1, 2]\nm = maskedFill(x, x > 1, -1e9)\ny = sum(softmax(m, dim=0) * 20000)';
    expect(numberOf(runProgram(program), 'y')).toBe(20_000);
  });
});

it('the program of the guide runs and learns', () => {
  const guide = readFileSync(new URL('../../docs/viewer.md', import.meta.url), 'utf8');
  const program = /```\n(# A neuron[^`]*)```/.exec(guide)?.[1] ?? '';
  const result = runProgram(program);
  expect(result.trace.passes.length).toBe(101);
  expect(numberOf(result, 'E', 0)).toBe(0.125);
  expect(numberOf(result, 'E')).toBeLessThan(0.02);
});
