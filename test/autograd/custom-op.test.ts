// Ops made by users: first and second order, several inputs, clashing names, notation, misuse.

import { describe, expect, it } from 'vitest';
import {
  ArgumentError,
  add,
  cos,
  customOp,
  derive,
  type Expression,
  evaluate,
  exp,
  grad,
  gradcheck,
  gradgradcheck,
  hessian,
  jvp,
  mul,
  neg,
  type Operand,
  record,
  sin,
  square,
  symbol,
  Value,
  value,
} from '../../src/index.ts';

const cube = customOp({
  name: 'cube',
  value: x => x ** 3,
  partials: [x => mul(3, square(x))],
  text: '{0}³',
  latex: '{0}^{3}',
  symbol: 'x³',
});

/** a²·b·e^c: every input of a different kind, the rules in the inputs and the output. */
const blend = customOp({
  name: 'blend',
  value: (a, b, c) => a * a * b * Math.exp(c),
  partials: [
    (a: Operand, b: Operand, c: Operand) => mul(mul(2, a), mul(b, exp(c))),
    (a: Operand, _b: Operand, c: Operand) => mul(square(a), exp(c)),
    (_a: Operand, _b: Operand, _c: Operand, y: Operand) => y,
  ],
});

describe('a custom op', () => {
  it('takes a public op as a rule', () => {
    const wave = customOp({ name: 'wave', value: Math.sin, partials: [cos] });
    expect(grad(x => wave(x))(0.5)).toBe(Math.cos(0.5));
    expect(grad(grad(x => wave(x)))(0.5)).toBe(-Math.sin(0.5));
  });

  it('may have a rule that does one thing with numbers and another with symbols', () => {
    const odd = customOp({
      name: 'odd',
      value: x => x * x,
      partials: [(x: Operand) => (typeof x === 'number' ? 2 * x : x)],
    });
    const x = value(3);
    odd(x).backward();
    expect(x.grad).toBe(6);
  });

  it('takes every kind of operand', () => {
    expect(cube(2)).toBe(8);
    expect(cube(value(2))).toBeInstanceOf(Value);
    expect(String(cube(symbol('x')))).toBe('x³');
    expect(evaluate(cube(symbol('x')), { x: 2 })).toBe(8);
    expect(blend(2, value(3), 0).data).toBe(12);
  });

  it('has gradients of any order', () => {
    expect(grad(x => cube(x))(2)).toBe(12);
    expect(grad(grad(x => cube(x)))(2)).toBe(12);
    expect(grad(grad(grad(x => cube(x))))(2)).toBe(6);
    expect(grad(grad(grad(grad(x => cube(x)))))(2)).toBe(0);
    expect(jvp(x => [cube(x)], [2], [10])[1]).toEqual([120]);
  });

  it('has several inputs, each with its rule', () => {
    const [a, b, c] = [1.5, -2, 0.25];
    const e = Math.exp(c);
    expect(grad((p, q, r) => blend(p, q, r))(a, b, c)).toEqual([
      2 * a * (b * e),
      a * a * e,
      a * a * b * e,
    ]);
    expect(gradcheck((p, q, r) => blend(p, q, r), [a, b, c]).ok).toBe(true);
    expect(gradgradcheck((p, q, r) => blend(p, q, r), [a, b, c]).ok).toBe(true);
    const H = hessian((p, q, r) => blend(p, q, r), [a, b, c]) as number[][];
    expect(H[0]?.[1]).toBeCloseTo(2 * a * e, 14);
    expect(H[2]?.[2]).toBeCloseTo(a * a * b * e, 14);
    expect(H[1]?.[1]).toBe(0);
  });

  it('of five inputs, more than any built-in op has', () => {
    const five = customOp({
      name: 'five',
      value: (...x) => x.reduce((sum, xi, k) => sum + (k + 1) * xi, 0),
      partials: [1, 2, 3, 4, 5],
    });
    expect(grad((...x) => five(...x) as Value)(1, 1, 1, 1, 1)).toEqual([1, 2, 3, 4, 5]);
  });

  it('may have constants as rules', () => {
    const odd = customOp({
      name: 'odd',
      value: (a, b, c) => 2 * a - b + 0 * c,
      partials: [2, -1, 0],
    });
    const x = value(3);
    odd(x, x, x).backward();
    expect(x.grad).toBe(1);
    expect(grad(z => mul(odd(z, 0, 0), z))(3)).toBe(12);
  });

  it('is used again and again in one graph, with shared inputs', () => {
    const x = value(1.1);
    const y = cube(cube(x)).add(cube(x)); // x⁹ + x³
    y.backward();
    const want = 9 * 1.1 ** 8 + 3 * 1.1 ** 2;
    expect(Math.abs((x.grad as number) - want)).toBeLessThan(1e-13 * want);
  });

  it('is derived and recorded like any other', () => {
    const x = value(2, { name: 'x' });
    expect(derive(cube(x).named('y'), x).text).toBe('3x²');
    expect(cube(add(symbol('a'), 1)).toLatex()).toBe('\\left(a + 1\\right)^{3}');
    const { trace } = record(() => sin(cube(value(2))).backward());
    expect(trace.ops[0]).toMatchObject({
      name: 'cube',
      symbol: 'x³',
      text: '{#0}³',
      partials: [{ text: '3 · {#0}²' }],
    });
  });
});

describe('names', () => {
  it('may clash with each other and with built-in ops: each keeps its own rules', () => {
    const first = customOp({ name: 'same', value: x => 2 * x, partials: [2] });
    const second = customOp({ name: 'same', value: x => 5 * x, partials: [5] });
    const sine = customOp({ name: 'sin', value: x => 7 * x, partials: [7] });
    const x = value(1, { name: 'x' });
    add(add(first(x), second(x)), sine(x)).backward();
    expect(x.grad).toBe(14);
    expect(sin(0)).toBe(0);
    expect(grad(z => sin(z))(0)).toBe(1);
    const { trace } = record(() => add(first(value(1)), second(value(1))).backward());
    expect(trace.ops.map(op => [op.name, op.partials[0]?.text])).toEqual([
      ['same', '2'],
      ['same', '5'],
      ['add', '1'],
    ]);
    expect(evaluate(add(first(symbol('z')), second(symbol('z'))) as Expression, { z: 1 })).toBe(7);
  });

  it('install no methods', () => {
    expect((value(1) as unknown as Record<string, unknown>)['cube']).toBeUndefined();
  });
});

describe('rules', () => {
  it('see the inputs and, last, the output', () => {
    const seen: unknown[][] = [];
    const spy = customOp({
      name: 'spy',
      value: (a, b) => a + 10 * b,
      partials: [
        (...all: Operand[]) => {
          if (all.every(x => typeof x === 'number')) seen.push(all);
          return 1;
        },
        10,
      ],
    });
    spy(value(2), value(3)).backward();
    expect(seen).toEqual([[2, 3, 32]]);
  });

  it('that are one of the inputs, or the output, are read off once but hold everywhere', () => {
    const product = customOp({
      name: 'product',
      value: (a, b) => a * b,
      partials: [(_a: Operand, b: Operand) => b, (a: Operand) => a],
    });
    for (const [p, q] of [
      [2, 3],
      [-1, 0],
      [0.5, 1e300],
    ] as const) {
      expect(grad((a, b) => product(a, b))(p, q)).toEqual([q, p]);
    }
    const growth = customOp({
      name: 'growth',
      value: Math.exp,
      partials: [(_x: Operand, y: Operand) => y],
    });
    for (const x of [0, -3, 5]) expect(grad(z => growth(z))(x)).toBe(Math.exp(x));
  });

  it('in plain JavaScript numbers give first order', () => {
    const sine = customOp({
      name: 'sine',
      value: Math.sin,
      partials: [(x: Operand) => Math.cos(Number(x))],
    });
    const x = value(0.5);
    sine(x).backward();
    expect(x.grad).toBe(Math.cos(0.5));
    expect(() => grad(grad(z => sine(z)))(0.5)).toThrow(ArgumentError);
  });

  it('of the built-in ops are not disturbed by one that throws', () => {
    const bad = customOp({
      name: 'bad',
      value: x => x,
      partials: [
        () => {
          throw new RangeError('mine');
        },
      ],
    });
    const x = value(2);
    expect(() => bad(x).backward()).toThrow(RangeError);
    expect(() => grad(grad(z => bad(z)))(2)).toThrow(RangeError);
    expect(grad(z => neg(cos(z)))(1)).toBe(Math.sin(1));
  });
});

describe('misuse', () => {
  const good = { name: 'op', value: (x: number) => x, partials: [1] };
  it.each([
    [{ ...good, name: '' }, /name must be a non-empty string/],
    [{ ...good, name: 5 }, /got the number 5/],
    [{ ...good, value: 5 }, /customOp op: value must be a function/],
    [{ ...good, partials: [] }, /one rule per input/],
    [{ ...good, partials: 1 }, /one rule per input/],
    [{ ...good, partials: ['x'] }, /a partial must be a number or a function, got the string "x"/],
    [{ ...good, derivative: 1 }, /unknown option "derivative"/],
    [null, /options must be an object/],
  ])('%j is refused', (declaration, message) => {
    expect(() => customOp(declaration as never)).toThrow(ArgumentError);
    expect(() => customOp(declaration as never)).toThrow(message);
  });

  it('operands of a wrong kind or number are refused', () => {
    for (const wrong of ['1', null, undefined, [1], 1n, true]) {
      expect(() => cube(wrong as never)).toThrow(/cube: input x must be a number, a Value/);
    }
    expect(() => (cube as (...x: number[]) => unknown)()).toThrow(/cube takes 1 operands?, got 0/);
    expect(() => (blend as (...x: number[]) => unknown)(1, 2)).toThrow(
      /blend takes 3 operands, got 2/,
    );
  });

  it('ops without end, made in a loop, end in a clear error', () => {
    const make = () => {
      for (let k = 0; k < 40_000; k++) customOp(good);
    };
    expect(make).toThrow(/op: 32768 ops exist already; make an op once, outside of loops/);
    // What exists still works.
    expect(grad(x => cube(x))(2)).toBe(12);
  });
});
