// Transforms inside transforms: orders up to five, mixed kinds, and no confusion between inner and outer variables.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  cos,
  exp,
  grad,
  hessian,
  hvp,
  jacobian,
  jvp,
  mul,
  type Scalar,
  type ScalarFunction,
  sin,
  square,
  tanh,
  Value,
  value,
  vjp,
  where,
} from '../../src/index.ts';

/** The n-th derivative of a function of one argument. */
function nth(f: ScalarFunction, n: number): (x: number) => number {
  let g: ScalarFunction = f;
  for (let k = 1; k < n; k++) g = grad(g);
  return x => (n === 0 ? (f(value(x)) as Value).data : grad(g)(x));
}

const close = (got: number, want: number) =>
  expect(Math.abs(got - want)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(want)));

describe('orders 1 to 5', () => {
  const orders = [1, 2, 3, 4, 5];

  it.each(orders)('sin, order %i', n => {
    const wanted = [Math.sin, Math.cos, (x: number) => -Math.sin(x), (x: number) => -Math.cos(x)];
    for (const x of [0, 0.4, -2.5]) close(nth(sin, n)(x), (wanted[n % 4] ?? Math.sin)(x));
  });

  it.each(orders)('exp, order %i', n => {
    for (const x of [0, 0.4, -2.5]) expect(nth(exp, n)(x)).toBe(Math.exp(x));
  });

  it.each(orders)('x⁴ and x^2.5, order %i', n => {
    const falling = (p: number) => [0, 1, 2, 3, 4].slice(0, n).reduce((c, k) => c * (p - k), 1);
    for (const x of [1.5, 0.3]) {
      close(nth(z => z.pow(4), n)(x), falling(4) * (n > 4 ? 0 : x ** (4 - n)));
      const want = falling(2.5) * x ** (2.5 - n);
      expect(Math.abs(nth(z => z.pow(2.5), n)(x) - want)).toBeLessThan(1e-12 * Math.abs(want));
    }
  });

  it('x⁴ as a product, at 0 and at −2', () => {
    const f: ScalarFunction = x => x.mul(x).mul(x).mul(x);
    expect(orders.map(n => nth(f, n)(-2))).toEqual([-32, 48, -48, 24, 0]);
    expect(orders.map(n => nth(f, n)(0))).toEqual([0, 0, 0, 24, 0]);
  });

  it('forward over forward agrees with reverse over reverse', () => {
    const tangent = (f: ScalarFunction): ScalarFunction => {
      return x => jvp(z => [f(z)], [x], [1])[1][0] as Scalar;
    };
    const f: ScalarFunction = x => tanh(mul(x, cos(x)));
    let forward = f;
    let reverse = f;
    for (let n = 1; n <= 4; n++) {
      forward = tangent(forward);
      reverse = grad(reverse);
      const [byForward, byReverse] = [forward, reverse].map(g => (g(value(0.7)) as Value).data);
      close(byForward as number, byReverse as number);
    }
  });
});

describe('no perturbation confusion', () => {
  it('d/dx (x · d/dy (x + y)) = 1', () => {
    expect(grad(x => x.mul(grad(y => x.add(y))(1) as Scalar))(1)).toBe(1);
    expect(grad(x => x.mul(jvp(y => [x.add(y)], [1], [1])[1][0] as Scalar))(1)).toBe(1);
    expect(jvp(x => [x.mul(jvp(y => [x.add(y)], [1], [1])[1][0] as Scalar)], [1], [1])[1]).toEqual([
      1,
    ]);
  });

  it('d/dx (x · d/dy (x · y)) = 2x', () => {
    const inner = (x: Value) => grad(y => x.mul(y))(5) as Scalar;
    expect(grad(x => x.mul(inner(x)))(3)).toBe(6);
    expect(jvp(x => [x.mul(inner(x))], [3], [1])[1]).toEqual([6]);
    expect(grad(x => x.mul(jvp(y => [x.mul(y)], [5], [1])[1][0] as Scalar))(3)).toBe(6);
    expect(grad(grad(x => x.mul(inner(x))))(3)).toBe(2);
  });

  it('the inner point may be the outer variable', () => {
    // d/dx [d/dy (x²·y³)]_{y=x} = d/dx 3x⁴ = 12x³
    const f: ScalarFunction = x => grad(y => square(x).mul(y.pow(3)))(x);
    expect(grad(f)(2)).toBe(96);
    expect(grad(grad(f))(2)).toBe(144);
    const g: ScalarFunction = x => jvp(y => [square(x).mul(y.pow(3))], [x], [1])[1][0] as Scalar;
    expect(grad(g)(2)).toBe(96);
  });

  it('the tangent may be the outer variable', () => {
    // ∂/∂x of y²·dy with y = 3, dy = x: 2·3
    expect(grad(x => jvp(y => [square(y)], [3], [x])[1][0] as Scalar)(10)).toBe(6);
    expect(grad(x => jvp(y => [square(y)], [x], [x])[1][0] as Scalar)(10)).toBe(40);
  });

  it('the cotangent may be the outer variable', () => {
    expect(grad(x => vjp(y => [square(y)], [x])[1]([x])[0])(10)).toBe(40);
    expect(grad(x => vjp(y => [square(y)], [3])[1]([x])[0] as Scalar)(10)).toBe(6);
  });

  it('three levels', () => {
    const f: ScalarFunction = x =>
      grad(y => grad(z => x.pow(3).mul(square(y)).mul(square(z)))(y))(x);
    // x³y²z²: inner at z = y 2x³y³, middle at y = x 6x⁵, outer 30x⁴.
    expect(grad(f)(2)).toBe(480);
  });

  it('an outer value at top level receives its gradient', () => {
    const w = value(3);
    const slope = grad(x => x.mul(w))(value(2));
    slope.backward();
    expect(w.grad).toBe(1);
  });
});

describe('mixed nesting', () => {
  const f = (x: Value, y: Value) => sin(mul(x, y)) as Value;
  const [x, y] = [0.6, -1.1];
  const s = Math.sin(x * y);
  const c = Math.cos(x * y);

  it('jacobian of grad, jvp of grad, vjp of grad: rows and products of the Hessian', () => {
    const H = [
      [-y * y * s, c - x * y * s],
      [c - x * y * s, -x * x * s],
    ];
    const gradient = (p: Value, q: Value) => grad(f)(p, q);
    const byJacobian = jacobian(gradient, [x, y]);
    const byHessian = hessian(f, [x, y]);
    for (const i of [0, 1]) {
      const unit = [1 - i, i];
      const forward = jvp(gradient, [x, y], unit)[1];
      const reverse = vjp(gradient, [x, y])[1](unit);
      const product = hvp(f, [x, y], unit);
      for (const k of [0, 1]) {
        const want = H[i]?.[k] as number;
        for (const got of [byJacobian[i]?.[k], byHessian[i]?.[k], forward[k], reverse[k]]) {
          close(got as number, want);
        }
        close(product[k] as number, want);
      }
    }
  });

  it('grad of hessian entries, jvp of vjp of jvp', () => {
    // ∂³f/∂x³ = −y³ cos(xy)
    const third = grad((p: Value) => hessian(z => f(z, value(y)), [p])[0]?.[0] as Scalar)(x);
    close(third, -(y ** 3) * c);
    const f3 = jvp(
      p => [
        vjp(q => [jvp(r => [f(r, value(y))], [q], [1])[1][0] as Scalar], [p])[1]([1])[0] as Scalar,
      ],
      [x],
      [1],
    )[1][0];
    close(f3 as number, -(y ** 3) * c);
  });

  it('backward through a hessian-vector product', () => {
    const p = value(x);
    const q = value(y);
    const [h] = hvp(f, [p, q], [1, 0]) as [Value, Value];
    close(h.data, -y * y * s);
    h.backward();
    close(p.grad as number, -(y ** 3) * c);
    close(q.grad as number, -2 * y * s - x * y * y * c);
  });
});

describe('random functions', () => {
  // A layer of k tanh units over n inputs with random weights: smooth, with a full Jacobian.
  const layer =
    (weights: readonly number[][]) =>
    (...z: Value[]) =>
      weights.map(row =>
        tanh(
          row.reduce<Scalar>(
            (sum, w, k) => add(sum, mul(w, z[k % z.length] as Value)) as Scalar,
            0,
          ),
        ),
      );
  const small = fc.double({ min: -2, max: 2, noNaN: true });
  const row = fc.array(small, { minLength: 3, maxLength: 3 });
  const dot = (p: readonly Scalar[], q: readonly Scalar[]) =>
    p.reduce<number>((sum, v, k) => sum + (v as number) * (q[k] as number), 0);

  it('⟨v, J·u⟩ = ⟨Jᵀ·v, u⟩, and both are what the Jacobian says', () => {
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 4 }),
        row,
        row,
        row,
        (w, at, u, seeds) => {
          const g = layer(w) as (...z: Value[]) => Scalar[];
          const v = w.map((_, k) => seeds[k % 3] as number);
          const Ju = jvp(g, at, u)[1];
          const JTv = vjp(g, at)[1](v) as Scalar[];
          const J = jacobian(g, at) as number[][];
          const scale = J.flat().reduce((sum, d) => sum + Math.abs(d), 1) * 4;
          expect(Math.abs(dot(v, Ju) - dot(JTv, u))).toBeLessThan(1e-14 * scale * 4);
          J.forEach((jrow, i) => {
            expect(Math.abs(dot(jrow, u) - (Ju[i] as number))).toBeLessThan(1e-14 * scale);
          });
        },
      ),
    );
  });

  it('hvp = hessian · v', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 3 }), row, row, (w, at, v) => {
        const g = (...z: Value[]) =>
          layer(w)(...z).reduce<Scalar>((sum, t) => add(sum, square(t as Value)) as Scalar, 0);
        const H = hessian(g, at) as number[][];
        const product = hvp(g, at, v) as number[];
        const scale = H.flat().reduce((sum, d) => sum + Math.abs(d), 1) * 2;
        H.forEach((hrow, i) => {
          expect(Math.abs(dot(hrow, v) - (product[i] as number))).toBeLessThan(1e-13 * scale);
        });
      }),
    );
  });
});

describe('rules that only select', () => {
  it('stop NaN and ∞ in recorded sweeps as in plain ones', () => {
    for (const factor of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const f: ScalarFunction = z => z.relu().mul(factor);
      expect(grad(f)(-2)).toBe(0);
      expect(grad(f)(value(-2)).data).toBe(0);
      // Forward over reverse, and forward over forward: the tangent of the part not taken is NaN or ∞.
      const g: ScalarFunction = z => z.mul(factor).min(z.mul(0)).relu();
      expect(jvp(z => [where(0, z.mul(factor), z)], [1], [1])[1]).toEqual([1]);
      const [, [t]] = jvp(z => [where(0, z.mul(factor), z)], [value(1)], [1]);
      expect(t instanceof Value ? t.data : t).toBe(1);
      expect(grad(g)(value(-1)).data).toBe(grad(g)(-1));
    }
  });
});
