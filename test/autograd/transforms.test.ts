// grad, valueAndGrad, vjp, jvp, jacobian, hessian and hvp against closed forms, in every kind of argument.

import { describe, expect, it } from 'vitest';
import {
  ArgumentError,
  add,
  cos,
  div,
  exp,
  grad,
  hessian,
  hvp,
  jacobian,
  jvp,
  log,
  mul,
  NonScalarLossError,
  noGrad,
  type Scalar,
  sin,
  square,
  stopGradient,
  sub,
  Value,
  value,
  valueAndGrad,
  vjp,
} from '../../src/index.ts';

/** f(a, b) = a²·b + sin(a): fₐ = 2ab + cos a, f_b = a². */
const f = (a: Scalar, b: Scalar) => add(mul(square(a), b), sin(a)) as Value;
const AT = [1.25, -0.5] as const;
const [a, b] = AT;
const F = a * a * b + Math.sin(a);
const FA = b * (2 * a) + Math.cos(a);
const FB = a * a;

describe('grad', () => {
  it('gives one number for one argument, an array for several', () => {
    expect(grad(x => x.mul(x))(3)).toBe(6);
    const gradient = grad(f)(a, b);
    expect(gradient).toHaveLength(2);
    expect(gradient[0]).toBeCloseTo(FA, 14);
    expect(gradient[1]).toBe(FB);
  });

  it('is 0 for an argument that the function ignores, and for a constant', () => {
    expect(grad((x, _y) => x.mul(2))(3, 4)).toEqual([2, 0]);
    expect(grad(() => 5)(3)).toBe(0);
    expect(grad(() => value(5))(3)).toBe(0);
    expect(grad(x => x)(3)).toBe(1);
    expect(grad(() => 5)(value(3))).toBeInstanceOf(Value);
  });

  it('of a Value gives a Value that can be differentiated again', () => {
    const x = value(0.75);
    const slope = grad(z => z.sin())(x);
    expect(slope).toBeInstanceOf(Value);
    expect(slope.data).toBe(Math.cos(0.75));
    slope.backward();
    expect(x.grad).toBe(-Math.sin(0.75));
  });

  it('of a Value without gradient gives a Value without history', () => {
    const slope = grad(z => z.sin())(value(0.75, { requiresGrad: false }));
    expect(slope).toBeInstanceOf(Value);
    expect(slope.data).toBe(Math.cos(0.75));
    expect(slope.requiresGrad).toBe(false);
  });

  it('leaves the gradients of captured values alone', () => {
    const w = value(4);
    expect(grad(x => x.mul(w))(2)).toBe(4);
    expect(w.grad).toBeNull();
  });

  it('of the same Value given twice is the partial derivative of each place', () => {
    const x = value(3);
    const [first, second] = grad((p, q) => p.mul(p).mul(q))(x, x);
    expect([first.data, second.data]).toEqual([18, 9]);
    add(first, second).backward(); // d/dx (2x² + x²) = 6x
    expect(x.grad).toBe(18);
  });

  it('works inside noGrad, which cuts only what is around it', () => {
    expect(noGrad(() => grad(x => x.mul(x))(3))).toBe(6);
    const x = value(3);
    const slope = noGrad(() => grad(z => z.mul(z))(x));
    expect(slope.data).toBe(6);
    expect(slope.requiresGrad).toBe(false);
    expect(noGrad(() => hessian(f, AT))[0]?.[1]).toBe(2 * a);
  });

  it('respects a noGrad inside the function', () => {
    expect(grad(x => x.mul(noGrad(() => x.mul(x))))(3)).toBe(9);
    // x · d/dz z²|x without the connection to the outer x: 2x instead of 4x.
    expect(grad(x => x.mul(noGrad(() => grad(z => z.mul(z))(x))))(3)).toBe(6);
  });
});

describe('grad of values', () => {
  it('gives the gradient of a value by values, and touches no .grad', () => {
    const x = value(3);
    const y = value(2);
    const h = x.mul(y);
    const [gx, gh, gy] = grad(h.mul(x), [x, h, y]);
    expect([gx?.data, gh?.data, gy?.data]).toEqual([12, 3, 9]);
    expect([x.grad, y.grad]).toEqual([null, null]);
  });

  it('gives the same gradient in each place for an input asked for twice', () => {
    const x = value(3);
    const [p, q] = grad(x.mul(x), [x, x], { createGraph: true });
    expect([p?.data, q?.data]).toEqual([6, 6]);
    p?.backward();
    expect(x.grad).toBe(2);
  });

  it('frees the graph unless told otherwise', () => {
    const x = value(3);
    const y = x.mul(x);
    grad(y, [x], { retainGraph: true });
    grad(y, [x], { createGraph: true });
    grad(y, [x]);
    expect(() => grad(y, [x])).toThrow(/mul.*freed.*retainGraph/s);
  });

  it('gives second derivatives with createGraph', () => {
    const x = value(2);
    const [slope] = grad(x.pow(3), [x], { createGraph: true });
    expect(slope?.data).toBe(12);
    const [curvature] = grad(slope as Value, [x]);
    expect(curvature?.data).toBe(12);
  });

  it('uses the constants that the graph saw, not what they became', () => {
    const x = value(3);
    const c = value(2, { requiresGrad: false });
    const y = x.mul(c);
    c.data = 5;
    expect(grad(y, [x], { createGraph: true })[0]?.data).toBe(2);
    expect(grad(y, [x])[0]?.data).toBe(2);
  });

  it('refuses inputs that are no array of Values', () => {
    const x = value(3);
    const y = x.mul(x);
    expect(() => grad(y, x as never)).toThrow(ArgumentError);
    expect(() => grad(y, undefined as never)).toThrow(/grad\(y, \[x\]\)/);
    expect(() => grad(y, [3 as never])).toThrow(ArgumentError);
    expect(() => grad(y, [x], { create: true } as never)).toThrow(/unknown option "create"/);
  });
});

describe('valueAndGrad', () => {
  it('gives both in the kind of the argument', () => {
    expect(valueAndGrad(x => x.mul(x))(3)).toEqual([9, 6]);
    const [y, slope] = valueAndGrad(x => x.mul(x))(value(3));
    expect([y.data, slope.data]).toEqual([9, 6]);
    const [z, none] = valueAndGrad(x => x.mul(x))(value(3, { requiresGrad: false }));
    expect(z).toBeInstanceOf(Value);
    expect([z.data, none.data]).toEqual([9, 6]);
    expect(valueAndGrad(() => 7)(value(3))[0]).toBeInstanceOf(Value);
  });
});

describe('vjp and jvp', () => {
  const g = (x: Value, y: Value) => [x.mul(y), x.div(y), sin(x)];
  const J = [
    [b, a],
    [1 / b, -a / (b * b)],
    [Math.cos(a), 0],
  ];

  it('vjp takes cotangents back, as often as one likes', () => {
    const [outputs, pull] = vjp(g, AT);
    expect(outputs).toEqual([a * b, a / b, Math.sin(a)]);
    J.forEach((row, i) => {
      const seeds = [0, 1, 2].map(k => (k === i ? 1 : 0));
      const pulled = pull(seeds);
      row.forEach((d, k) => void expect(pulled[k]).toBeCloseTo(d, 13));
    });
  });

  it('jvp pushes tangents forward', () => {
    const [outputs, tangents] = jvp(g, AT, [2, -3]);
    expect(outputs).toEqual([a * b, a / b, Math.sin(a)]);
    J.forEach((row, i) => {
      expect(tangents[i]).toBeCloseTo((row[0] as number) * 2 + (row[1] as number) * -3, 12);
    });
  });

  it('jvp takes tangents of both kinds, differentiable where they want a gradient', () => {
    const fixed = jvp(x => [x.mul(x)], [3], [value(2, { requiresGrad: false })]);
    expect(fixed).toEqual([[9], [12]]);
    const t = value(2);
    const [, [pushed]] = jvp(x => [x.mul(x)], [3], [t]);
    (pushed as Value).backward();
    expect(t.grad).toBe(6);
  });

  it('vjp takes cotangents of both kinds', () => {
    const [, pull] = vjp(x => [x.mul(x)], [3]);
    expect(pull([value(2, { requiresGrad: false })])).toEqual([12]);
    const v = value(2);
    const [pulled] = pull([v]) as unknown as [Value];
    pulled.backward();
    expect(v.grad).toBe(6);
  });

  it('handle outputs that are constants, inputs, or the same node twice', () => {
    const h = (x: Value) => {
      const y = x.mul(x);
      return [y, 4, x, y];
    };
    expect(vjp(h, [3])[1]([1, 10, 100, 1000])).toEqual([6 + 100 + 6000]);
    expect(jvp(h, [3], [1])).toEqual([
      [9, 4, 3, 9],
      [6, 0, 1, 6],
    ]);
    expect(vjp(() => [], [3])[1]([])).toEqual([0]);
  });

  it('refuse wrong numbers and kinds of vectors', () => {
    expect(() => jvp(x => [x], [3], [])).toThrow(/jvp: 1 tangents needed, got an array of 0/);
    expect(() => jvp(x => [x], [3], ['1'] as never)).toThrow(
      /tangents must be numbers, Values or Tensors/,
    );
    expect(() => jvp(x => [x], [3], 1 as never)).toThrow(ArgumentError);
    const [, pull] = vjp(x => [x], [3]);
    expect(() => pull([1, 2])).toThrow(/vjp: 1 cotangents needed, got an array of 2/);
    expect(() => pull([null as never])).toThrow(
      /cotangents must be numbers, Values or Tensors, got null/,
    );
  });
});

describe('jacobian, hessian, hvp', () => {
  it('jacobian has a row per result', () => {
    const polar = (r: Value, t: Value) => [mul(r, cos(t)), mul(r, sin(t))];
    const [row0, row1] = jacobian(polar, [2, 0.3]);
    expect(row0).toEqual([Math.cos(0.3), -Math.sin(0.3) * 2]);
    expect(row1).toEqual([Math.sin(0.3), Math.cos(0.3) * 2]);
    expect(jacobian((_x, y) => [1, y], [5, 6])).toEqual([
      [0, 0],
      [0, 1],
    ]);
  });

  it('hessian of a closed form', () => {
    // f = a²b + sin a: fₐₐ = 2b − sin a, fₐ_b = 2a, f_bb = 0.
    const h = hessian(f, AT);
    expect(h[0]?.[0]).toBeCloseTo(2 * b - Math.sin(a), 14);
    expect([h[0]?.[1], h[1]?.[0], h[1]?.[1]]).toEqual([2 * a, 2 * a, 0]);
    expect(hessian(x => x.pow(4), [2])).toEqual([[48]]);
    expect(hessian(x => x.mul(3), [2])).toEqual([[0]]);
  });

  it('hessian is symmetric and hvp = H·v', () => {
    const h3 = (x: Value, y: Value, z: Value) =>
      add(mul(exp(mul(x, y)), z), div(log(z), square(y))) as Value;
    const at = [0.3, -0.8, 1.7] as const;
    const v = [1, -2, 0.5];
    const H = hessian(h3, at);
    const product = hvp(h3, at, v);
    for (let i = 0; i < 3; i++) {
      let sum = 0;
      for (let k = 0; k < 3; k++) {
        const hik = (H[i] as number[])[k] as number;
        expect(Math.abs(hik - ((H[k] as number[])[i] as number))).toBeLessThan(1e-14);
        sum += hik * (v[k] as number);
      }
      expect(Math.abs((product[i] as number) - sum)).toBeLessThan(1e-12 * (1 + Math.abs(sum)));
    }
  });

  it('of Values are differentiable', () => {
    const x = value(2);
    const [[h]] = hessian(z => z.pow(4), [x]) as [[Value]];
    expect(h.data).toBe(48);
    h.backward();
    expect(x.grad).toBe(48); // d/dx 12x² = 24x
  });
});

describe('stopGradient', () => {
  it('keeps the value and cuts the history', () => {
    expect(grad(x => x.mul(stopGradient(x)))(3)).toBe(3);
    expect(stopGradient(4)).toBe(4);
    const x = value(2);
    expect(stopGradient(x.mul(x)).requiresGrad).toBe(false);
    expect(grad(x2 => sub(x2, stopGradient(x2)) as Value)(3)).toBe(1);
    // Also from the outer transform.
    expect(grad(p => grad(q => q.mul(stopGradient(p.mul(p))))(2) as Scalar)(3)).toBe(0);
  });
});

describe('misused transforms', () => {
  it('say what they take', () => {
    expect(() => grad(5 as never)(1)).toThrow(/grad: the first argument must be a function/);
    expect(() => (grad(x => x) as () => unknown)()).toThrow(/at least one argument/);
    expect(() => grad(x => x)('3' as never)).toThrow(
      /arguments must be numbers, Values or Tensors/,
    );
    expect(() => grad(x => [x] as never)(3)).toThrow(NonScalarLossError);
    expect(() => grad(x => [x, x] as never)(3)).toThrow(/array of 2; use jacobian/);
    expect(() => grad(() => undefined as never)(3)).toThrow(NonScalarLossError);
    expect(() => jacobian(((x: Value) => x) as never, [3])).toThrow(/write x => \[f\(x\)\]/);
    expect(() => hessian(f, [])).toThrow(/at least one argument/);
    expect(() => vjp(x => [x], ['a'] as never)).toThrow(ArgumentError);
    expect(() => hvp(f, AT, [1])).toThrow(/2 tangents needed/);
  });

  it('stay usable after the function threw', () => {
    expect(() =>
      grad(() => {
        throw new RangeError('mine');
      })(3),
    ).toThrow(RangeError);
    // Were the nesting depth not restored, plain numbers would no longer come out.
    const w = value(2);
    expect(grad(x => x.mul(w))(3)).toBe(2);
    expect(typeof grad(x => x.mul(w))(3)).toBe('number');
  });

  it('value of f is what the closed form says', () => {
    expect(valueAndGrad(f)(a, b)[0]).toBeCloseTo(F, 14);
  });
});
