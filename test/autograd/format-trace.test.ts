// A recorded pass as text: numbers, and tensors with their shapes, rules and shares.

import { describe, expect, it } from 'vitest';
import { handedTemplate } from '../../src/autograd/trace-rule.ts';
import { passLines, tellInFull } from '../../src/cli/pass.ts';
import { styleOf } from '../../src/cli/terminal.ts';
import { formatTrace, record, tellPass, tensor, value } from '../../src/index.ts';

/** E = sum((X·W + b)²): b is stretched over two rows. */
function layer() {
  return record(() => {
    const X = tensor([
      [1, 2],
      [3, 4],
    ]).named('X');
    const W = tensor([[1], [0.5]], { requiresGrad: true }).named('W');
    const b = tensor([-1], { requiresGrad: true }).named('b');
    X.matmul(W).add(b).named('z').square().sum().named('E').backward();
  }).trace;
}

const lines = (text: string): string[] => text.split('\n').map(line => line.trim());

describe('formatTrace of tensors', () => {
  it('tells shapes, norms, elements, rules and shares', () => {
    // By hand: z = (1, 4), dE/dz = 2z = (2, 8), dW = Xᵀ·dz = (26, 36), db = 10.
    expect(formatTrace(layer()).split('\n')).toEqual([
      'backward from E, 4 steps',
      '   1  E    = sum(t2)  value 17           gradient 1',
      '      → t2   g, share 1.41421',
      '   2  t2   = z²       2×1  ‖value‖ 16.0312      ‖gradient‖ 1.41421',
      '      value    [[1], [16]]',
      '      gradient [[1], [1]]',
      '      → z    g ⊙ (2 · z), share 8.24621',
      '   3  z    = t1 + b   2×1  ‖value‖ 4.12311      ‖gradient‖ 8.24621',
      '      value    [[1], [4]]',
      '      gradient [[2], [8]]',
      '      → t1   g, share 8.24621',
      '      → b    sum(g) = 10',
      '   4  t1   = X·W      2×1  ‖value‖ 5.38516      ‖gradient‖ 8.24621',
      '      value    [[2], [5]]',
      '      gradient [[2], [8]]',
      '      → W    Xᵀ·g, share 44.4072',
      'gradients of the leaves',
      '      W      2×1  ‖gradient‖ 44.4072',
      '             [[26], [36]]',
      '      b      [1]  10',
    ]);
  });

  it('shows shares that add up to the norm, with a negative one in parentheses', () => {
    const { trace } = record(() => {
      const x = tensor([3, 4], { requiresGrad: true }).named('x');
      x.mul(2).sub(x.mul(3)).named('y').sum().backward();
    });
    const text = lines(formatTrace(trace)).find(line => line.startsWith('x ')) ?? '';
    // dE/dx = 2 − 3 = −1 everywhere: its norm is √2; the parts (2, 2) and (−3, −3) have shares −2√2 and 3√2.
    expect(text).toBe('x      [2]  ‖gradient‖ 1.41421 = 4.24264 + (−2.82843)');
  });

  it('prints of large tensors the ends, and of those without elements what they are like', () => {
    const square = Array.from({ length: 20 }, (_, i) =>
      Array.from({ length: 20 }, (_, j) => i + j / 100),
    );
    const run = (elements: number) =>
      record(
        () =>
          tensor(square, { requiresGrad: true, dtype: 'float64' })
            .named('x')
            .square()
            .sum()
            .backward(),
        { elements },
      ).trace;
    const printed = formatTrace(run(4096));
    expect(printed).toContain('[[    0,  0.02,  0.04, …,  0.34,  0.36,  0.38],');
    expect(printed).toContain(' …,');
    expect(printed.split('\n').length).toBeLessThan(40);
    expect(formatTrace(run(10))).toContain('gradient from 1 to 1, mean 1');
  });

  it('tells numbers as before', () => {
    const { trace } = record(() => {
      const x = value(3, { name: 'x' });
      x.mul(x).named('y').backward();
    });
    expect(formatTrace(trace)).toBe(
      [
        'backward from y, 1 step',
        '   1  y    = x · x  value 9            gradient 1',
        '      → x    1 · 3 = 3',
        '      → x    1 · 3 = 3',
        'gradients of the leaves',
        '      x      6 = 3 + 3',
      ].join('\n'),
    );
    const [step] = tellPass(trace, trace.passes[0] as (typeof trace.passes)[0]).steps;
    expect(Object.keys(step ?? {})).not.toContain('tensors');
  });
});

describe('the passes of the command line', () => {
  it('name what a tensor hands on, with its shape and its share', () => {
    const trace = layer();
    const pass = trace.passes[0] as (typeof trace.passes)[0];
    const style = styleOf({ color: false, out: () => {}, error: () => {} });
    const text = lines(passLines(tellInFull(trace, pass), style).join('\n'));
    expect(text).toContain('W gets Xᵀ·g (2×1), share 44.4072');
    expect(text).toContain('b  gets sum(g) = 10');
    expect(text.join('\n')).not.toContain('NaN');
  });
});

describe('handedTemplate', () => {
  const of = (text: string, latex = text) => ({
    name: 'f',
    symbol: 'f',
    text: 'f({#0})',
    latex: 'f',
    partials: [{ text, latex }],
    // A formula with g is what an op on whole tensors contributes.
    ...(text.includes('{#g}') && { structured: true as const }),
  });
  const node = (...shape: number[]) => ({ kind: 'op' as const, inputs: [0], shape });

  it.each([
    ['{#g}·{#1}ᵀ', '{#g}·{#1}ᵀ'],
    ['flip(cumsum({#g}))', 'flip(cumsum({#g}))'],
    ['g({#0})', '{#g} ⊙ g({#0})'],
    ['1', '{#g}'],
    ['−1', '−{#g}'],
    ['0', '0'],
    ['2 · {#0}', '{#g} ⊙ (2 · {#0})'],
    ['sigmoid({#0})', '{#g} ⊙ sigmoid({#0})'],
    ['{#0} > 0', '{#g} ⊙ ({#0} > 0)'],
    ['log({#0})', '{#g} ⊙ log({#0})'],
    ['{#y}²', '{#g} ⊙ {#y}²'],
    ['2.5', '2.5 · {#g}'],
  ])('makes of %s, for shapes alike, %s', (text, expected) => {
    expect(handedTemplate(of(text), 0, 'text', node(2), [node(2)])).toBe(expected);
  });

  it('sums over what broadcasting stretched', () => {
    expect(handedTemplate(of('1'), 0, 'text', node(3, 2), [node(2)])).toBe('sum({#g})');
    expect(handedTemplate(of('1'), 0, 'latex', node(3, 2), [node(2)])).toBe('\\sum {#g}');
    expect(handedTemplate(of('{#y}'), 0, 'latex', node(3, 2), [node(2)])).toBe(
      '\\sum \\left({#g} \\odot {#y}\\right)',
    );
  });
});
