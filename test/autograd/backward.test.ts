// Values and backward as a user meets them: accumulation, seeds, graphs with shared nodes, switches, printing.

import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  ArgumentError,
  add,
  customOp,
  enableGrad,
  GraphFreedError,
  grad,
  jvp,
  mul,
  NoGradientError,
  noGrad,
  type Operand,
  relu,
  sin,
  type Value,
  value,
  where,
} from '../../src/index.ts';

describe('backward', () => {
  it('counts both edges of x·x', () => {
    const x = value(3);
    x.mul(x).backward();
    expect(x.grad).toBe(6);
    const y = value(5);
    y.sub(y).backward();
    expect(y.grad).toBe(0);
    const z = value(5);
    z.div(z).backward();
    expect(z.grad).toBeCloseTo(0, 15);
  });

  it('sums over the paths of diamonds', () => {
    const x = value(2);
    const h = x.mul(3); // 6
    const left = h.mul(h); // 36
    const right = h.add(x); // 8
    const y = left.mul(right); // (3x)²·4x = 36x³
    y.backward();
    expect(x.grad).toBe(432);
    expect([y.grad, left.grad, right.grad]).toEqual([1, 8, 36]);
    expect(h.grad).toBe(8 * 12 + 36);
  });

  it('sums over 2¹⁵ paths of a ladder of diamonds in one visit per node', () => {
    let rules = 0;
    const twice = customOp({
      name: 'twice',
      value: x => x,
      partials: [
        (x: Operand) => {
          if (typeof x === 'number') rules++;
          return 1;
        },
      ],
    });
    const x = value(1);
    let y: Value = x;
    for (let k = 0; k < 15; k++) {
      const z = twice(y) as Value;
      y = z.add(z);
    }
    y.backward();
    expect(x.grad).toBe(2 ** 15);
    expect(rules).toBe(15);
  });

  it('accumulates into leaves until zeroGrad', () => {
    const x = value(3);
    expect(x.grad).toBeNull();
    x.mul(x).backward();
    x.mul(2).backward();
    expect(x.grad).toBe(8);
    x.zeroGrad();
    expect(x.grad).toBeNull();
    x.mul(2).backward();
    expect(x.grad).toBe(2);
    x.grad = 10;
    x.mul(2).backward();
    expect(x.grad).toBe(12);
    x.grad = null;
    expect(x.grad).toBeNull();
  });

  it('keeps the gradient of the latest pass at interior nodes', () => {
    const x = value(3);
    const h = x.mul(2);
    const y = h.mul(h);
    expect(h.grad).toBeNull();
    y.backward({ retainGraph: true });
    expect([h.grad, y.grad]).toEqual([12, 1]);
    y.backward({ gradient: 10 });
    expect([h.grad, y.grad, x.grad]).toEqual([120, 10, 24 + 240]);
    expect(() => h.zeroGrad()).toThrow(/only the grad of a leaf can be set/);
  });

  it('gives a gradient of exactly 0, not null, where a path carries 0', () => {
    const x = value(-3);
    relu(x).backward();
    expect(x.grad).toBe(0);
  });

  it('does not touch what the root does not depend on', () => {
    const x = value(3);
    const y = value(4);
    const loss = x.mul(2);
    const other = x.mul(y);
    loss.backward();
    expect([x.grad, y.grad, other.grad]).toEqual([2, null, null]);
    other.backward();
    expect([x.grad, y.grad]).toEqual([6, 3]);
  });

  it('frees the graph, unless it is retained', () => {
    const x = value(3);
    const y = x.mul(x);
    y.backward({ retainGraph: true });
    y.backward();
    expect(x.grad).toBe(12);
    expect(() => y.backward()).toThrow(GraphFreedError);
    expect(() => y.add(1).backward()).toThrow(/mul.*freed/);
    expect(x.grad).toBe(12);
    expect(y.data).toBe(9);
  });

  it('starts from the given gradient, also 0 and NaN', () => {
    for (const gradient of [2.5, 0, -0, Number.POSITIVE_INFINITY, Number.NaN]) {
      const x = value(3);
      x.mul(2).backward({ gradient });
      expect(x.grad).toBe(2 * gradient);
    }
  });

  it('of a leaf gives the leaf the seed', () => {
    const x = value(3);
    x.backward();
    x.backward({ gradient: 4 });
    expect(x.grad).toBe(5);
  });

  it('serves several losses over one graph when retained', () => {
    const x = value(2);
    const h = x.mul(x);
    h.mul(3).backward({ retainGraph: true });
    h.mul(5).backward();
    expect(x.grad).toBe(12 + 20);
    expect(() => h.mul(7).backward()).toThrow(GraphFreedError);
  });

  it('reaches leaves with numbers of every kind', () => {
    for (const data of [0, -0, 1e-320, 1e308, Number.POSITIVE_INFINITY]) {
      const x = value(data);
      x.mul(2).backward();
      expect(x.grad).toBe(2);
      expect(x.data).toBe(data);
    }
    const x = value(Number.NaN);
    x.mul(x).backward();
    expect(x.grad).toBeNaN();
  });

  it('stops a NaN or ∞ at the branch that where and relu did not take', () => {
    const x = value(-1);
    where(0, x.log(), x.mul(2)).backward();
    expect(x.grad).toBe(2);
    const z = value(-2);
    relu(z).mul(Number.NaN).backward();
    expect(z.grad).toBe(0);
    // An ordinary product does not stop it: √z has slope ∞ at 0, and 0·∞ is NaN.
    const w = value(0);
    where(1, w.mul(3), w.sqrt()).backward();
    expect(w.grad).toBeNaN();
  });
});

describe('switches', () => {
  it('requiresGrad false takes no gradient and makes no graph', () => {
    const c = value(3, { requiresGrad: false });
    const x = value(2);
    expect(c.mul(c).requiresGrad).toBe(false);
    expect(c.mul(c).isLeaf).toBe(true);
    const y = c.mul(x);
    expect([y.requiresGrad, y.isLeaf, x.isLeaf]).toEqual([true, false, true]);
    y.backward();
    expect([c.grad, x.grad]).toEqual([null, 3]);
  });

  it('detach cuts the graph and keeps the number', () => {
    const x = value(3, { name: 'x' });
    const d = x.mul(x).detach();
    expect([d.data, d.requiresGrad, d.isLeaf]).toEqual([9, false, true]);
    d.mul(x).backward();
    expect(x.grad).toBe(9);
    d.data = 1;
    expect(x.data).toBe(3);
  });

  it('noGrad and enableGrad nest, and are restored also after a throw', () => {
    const x = value(3);
    const wants = () => x.mul(2).requiresGrad;
    expect(
      noGrad(() => [wants(), enableGrad(() => [wants(), noGrad(wants), wants()]), wants()]),
    ).toEqual([false, [true, false, true], false]);
    expect(() =>
      noGrad(() => {
        enableGrad(() => {
          throw new RangeError('mine');
        });
      }),
    ).toThrow(RangeError);
    expect(wants()).toBe(true);
    expect(noGrad(() => 7)).toBe(7);
  });

  it('backward and the getters work inside noGrad on graphs from outside', () => {
    const x = value(3);
    const y = x.mul(x);
    noGrad(() => y.backward());
    expect(x.grad).toBe(6);
  });

  it('a comparison takes no gradient', () => {
    const x = value(3);
    const mask = x.gt(2);
    expect([mask.data, mask.requiresGrad]).toEqual([1, false]);
    expect(() => mask.backward()).toThrow(NoGradientError);
  });
});

describe('names and printing', () => {
  it('named returns the node, and every handle sees the name', () => {
    const x = value(3, { name: 'x' });
    expect(x.name).toBe('x');
    const y = x.mul(2);
    expect(y.name).toBeUndefined();
    expect(y.named('y')).toBe(y);
    expect(y.named('z').name).toBe('z');
    for (const name of ['', 5, null, undefined]) {
      expect(() => y.named(name as string)).toThrow(ArgumentError);
    }
    expect(value(1, { name: '__proto__' }).name).toBe('__proto__');
  });

  it('prints name, number and gradient', () => {
    const x = value(3, { name: 'x' });
    const y = x.mul(-0.5);
    expect(String(y)).toBe('Value(-1.5)');
    y.backward();
    expect(`${x}`).toBe('Value(x = 3, grad -0.5)');
    expect(inspect(y)).toBe('Value(-1.5, grad 1)');
    expect(inspect({ x })).toBe('{ x: Value(x = 3, grad -0.5) }');
    expect(x.item()).toBe(3);
  });

  it('throws at JavaScript operators instead of cutting the graph', () => {
    const x = value(3, { name: 'x' }) as unknown as number;
    const y = value(2) as unknown as number;
    const uses = [
      () => x + y,
      () => x * 2,
      () => 2 - x,
      () => x / y,
      () => x ** 2,
      () => -x,
      () => +x,
      () => x < y,
      () => x >= 1,
      () => Math.sin(x),
      () => Number(x),
      () => `a${1 + x}`,
      () => x > 3,
    ];
    for (const use of uses) {
      expect(use).toThrow(ArgumentError);
      expect(use).toThrow(/"x" \(3\) met a JavaScript operator.*a\.add\(b\).*a\.data/);
    }
  });
});

describe('data of a leaf', () => {
  it('can be set, that of a computed node cannot', () => {
    const x = value(3);
    x.data -= 1;
    expect(x.data).toBe(2);
    const y = x.mul(2).named('y');
    expect(() => {
      y.data = 5;
    }).toThrow(/"y" \(4\) is computed by an op/);
    expect(() => {
      y.grad = 5;
    }).toThrow(ArgumentError);
    for (const wrong of ['5', null, undefined, 5n, [5]]) {
      expect(() => {
        x.data = wrong as unknown as number;
      }).toThrow(/must be a number/);
    }
    expect(() => {
      x.grad = '5' as unknown as number;
    }).toThrow(/must be a number or null/);
  });

  it('trains: x² is minimised', () => {
    const x = value(5);
    for (let step = 0; step < 100; step++) {
      x.zeroGrad();
      x.mul(x).backward();
      x.data -= 0.1 * (x.grad ?? 0);
    }
    expect(Math.abs(x.data)).toBeLessThan(5 * 0.8 ** 100 * 1.0001);
  });
});

describe('a sweep inside a sweep', () => {
  it('a rule may itself run backward, over the same graph or another', () => {
    const w = value(2);
    const curious = customOp({
      name: 'curious',
      value: x => 3 * x,
      partials: [
        (x: Operand) => {
          if (typeof x !== 'number') return 3;
          const probe = w.mul(x);
          probe.backward();
          return 3;
        },
      ],
    });
    const x = value(5);
    const y = add(curious(x.mul(2)), mul(x, 7)) as Value;
    y.backward();
    expect(x.grad).toBe(13);
    expect(w.grad).toBe(10);
    expect(y.grad).toBe(1);
  });

  it('functional gradients inside leave .grad alone', () => {
    const x = value(2);
    const y = x.mul(x);
    y.backward({ retainGraph: true });
    grad(z => z.mul(z).mul(z))(x);
    jvp(z => [sin(z)], [x], [1]);
    expect([x.grad, y.grad]).toEqual([4, 1]);
  });
});

describe('JSON.stringify', () => {
  it('writes a value without the graph behind it', () => {
    const x = value(3, { name: 'x' });
    const y = x.mul(x);
    y.backward();
    expect(JSON.stringify({ x, y })).toBe(
      '{"x":{"name":"x","data":3,"grad":6},"y":{"data":9,"grad":1}}',
    );
  });
});
