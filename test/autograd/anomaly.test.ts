// detectAnomaly: the first op that makes a NaN out of numbers is named, with its inputs and its line, forward or backward.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  AnomalyError,
  detectAnomaly,
  grad,
  hessian,
  jvp,
  noGrad,
  record,
  sqrt,
  type Tensor,
  tensor,
  type Value,
  value,
  vjp,
} from '../../src/index.ts';

function anomaly(run: () => unknown): string {
  try {
    detectAnomaly(run);
  } catch (error) {
    expect(error).toBeInstanceOf(AnomalyError);
    return (error as Error).message;
  }
  throw new Error('nothing was found');
}

/** The line of this file that ends with a mark. */
function marked(mark: string): number {
  const lines = readFileSync(new URL(import.meta.url), 'utf8').split('\n');
  return 1 + lines.findIndex(line => line.endsWith(`// mark: ${mark}`));
}

describe('forward', () => {
  it('log(−1): the op, the input by its name, and the line', () => {
    const message = anomaly(() => {
      const x = value(-1, { name: 'x' });
      const y = x.mul(1);
      return y.add(x.mul(0)).named('z').log(); // mark: log
    });
    expect(message).toMatch(/^log made a NaN out of numbers: log\(z = -1\) is NaN/);
    expect(message).toContain(`at test/autograd/anomaly.test.ts:${marked('log')}:`);
  });

  it('0/0, ∞ − ∞, 0·∞', () => {
    const zero = value(0, { name: 'zero' });
    const inf = value(Number.POSITIVE_INFINITY);
    expect(anomaly(() => zero.div(zero))).toMatch(/^div made a NaN.*div\(zero = 0, zero = 0\)/);
    expect(anomaly(() => inf.sub(inf))).toMatch(/sub\(a = Infinity, b = Infinity\)/);
    expect(anomaly(() => zero.mul(Number.NEGATIVE_INFINITY))).toMatch(/b = -Infinity/);
    expect(anomaly(() => value(-1).pow(0.5))).toMatch(/^pow/);
  });

  it('only the first op is blamed, not those that a NaN passes through', () => {
    expect(detectAnomaly(() => value(Number.NaN).mul(2).sin().data)).toBeNaN();
    expect(anomaly(() => value(-1).sqrt().mul(2).sin())).toMatch(/^sqrt made/);
  });

  it('sees ops without gradient too', () => {
    expect(anomaly(() => noGrad(() => value(-1).log()))).toMatch(/^log made/);
    expect(anomaly(() => value(-1, { requiresGrad: false }).log())).toMatch(/^log made/);
  });
});

describe('backward', () => {
  it('√x · 0 at 0: the derivative is ∞, the gradient from above 0', () => {
    const message = anomaly(() => {
      const x = value(0, { name: 'x' });
      const root = x.sqrt(); // mark: sqrt
      root.mul(0).backward();
    });
    expect(message).toMatch(/^sqrt made a NaN in the backward pass: at x = 0 its derivative/);
    expect(message).toMatch(/with respect to x is Infinity.*a zero times an infinity/);
    expect(message).toContain(`at test/autograd/anomaly.test.ts:${marked('sqrt')}:`);
  });

  it('a seed of NaN is found where it enters', () => {
    expect(anomaly(() => value(1).sin().backward({ gradient: Number.NaN }))).toMatch(
      /^the gradient that reaches sin is NaN/,
    );
  });

  it('in the sweeps of transforms as well', () => {
    const f = (x: Value) => sqrt(x).mul(0) as Value;
    expect(anomaly(() => grad(f)(0))).toMatch(/^sqrt made a NaN in the backward pass/);
    expect(anomaly(() => vjp(x => [f(x)], [0])[1]([1]))).toMatch(/^sqrt made/);
    const x = value(0);
    const y = f(x);
    expect(anomaly(() => grad(y, [x]))).toMatch(/^sqrt made/);
  });

  it('through recorded sweeps, whose steps are ops themselves', () => {
    expect(anomaly(() => hessian(x => sqrt(x).mul(0), [0]))).toMatch(/made a NaN/);
  });

  it('does not mind ∞, or a NaN that where and relu stop', () => {
    detectAnomaly(() => {
      value(0).sqrt().backward();
      value(0).log().backward();
      jvp(x => [sqrt(x)], [0], [1]);
    });
  });
});

describe('the switch', () => {
  it('is off by default, and off again afterwards', () => {
    expect(value(-1).log().data).toBeNaN();
    detectAnomaly(() => value(1));
    expect(value(-1).log().data).toBeNaN();
    expect(() => detectAnomaly(() => value(-1).log())).toThrow(AnomalyError);
    expect(value(-1).log().data).toBeNaN();
    const x = value(0);
    x.sqrt().mul(0).backward();
    expect(x.grad).toBeNaN();
  });

  it('nests, also with recordings, and returns what the function returns', () => {
    expect(detectAnomaly(() => detectAnomaly(() => 5))).toBe(5);
    detectAnomaly(() => {
      expect(() => detectAnomaly(() => value(-1).log())).toThrow(AnomalyError);
      expect(() => value(-1).log()).toThrow(AnomalyError);
    });
    const { trace } = record(() => {
      expect(() => detectAnomaly(() => value(0).sqrt().mul(0).backward())).toThrow(AnomalyError);
      value(1).mul(2).backward();
    });
    expect(trace.passes.map(pass => pass.step)).toEqual([1]);
  });

  it('lets other errors through', () => {
    expect(() =>
      detectAnomaly(() => {
        throw new RangeError('mine');
      }),
    ).toThrow(RangeError);
    expect(value(2).mul(3).chunk?.notes.size).toBeDefined();
  });
});

describe('tensors', () => {
  it('forward: the elements that met, by name and place', () => {
    const x = tensor(
      [
        [4, 1],
        [9, -1],
      ],
      { name: 'x' },
    );
    const message = anomaly(() => {
      return x.mul(1).named('y').sqrt().sum(); // mark: tensor
    });
    expect(message).toMatch(/^sqrt made a NaN out of numbers: sqrt\(y\[1, 1\] = -1\) is NaN/);
    expect(message).toContain(`at test/autograd/anomaly.test.ts:${marked('tensor')}:`);
    const zero = tensor([[0], [1]], { name: 'zero' });
    expect(anomaly(() => zero.div(tensor([1, 0], { name: 'b' })))).toMatch(
      /div\(zero\[0, 0\] = 0, b\[1\] = 0\) is NaN/,
    );
  });

  it('forward: ops on whole tensors with the shapes', () => {
    const x = tensor(
      [
        [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
        [1, 2],
      ],
      { name: 'x' },
    );
    expect(anomaly(() => x.sum({ dim: 1 }))).toMatch(/sum\(x \[2, 2\]\) at \[0\] is NaN/);
    expect(detectAnomaly(() => tensor([Number.NaN]).sum().item())).toBeNaN();
  });

  it('backward: the op that hands on a NaN, though the forward pass has none', () => {
    const message = anomaly(() => {
      const x = tensor([1, 0], { requiresGrad: true });
      const y = x.sqrt().mul(0).sum(); // mark: backward tensor
      y.backward();
    });
    expect(message).toMatch(
      /^sqrt made a NaN in the backward pass: what it hands to x is NaN at \[1\]/,
    );
    expect(message).toContain(`anomaly.test.ts:${marked('backward tensor')}:`);
  });

  it('backward: a seed that is NaN, and transforms', () => {
    const seed = (): void => {
      tensor([1, 2], { requiresGrad: true })
        .mul(2)
        .backward({ gradient: tensor([1, Number.NaN]) });
    };
    expect(anomaly(seed)).toMatch(/the gradient that reaches mul is NaN at \[1\]/);
    expect(anomaly(() => grad((x: Tensor) => x.sqrt().mul(0).sum())(tensor([0])))).toMatch(
      /^sqrt made/,
    );
  });
});
