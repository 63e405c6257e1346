// Programs that are not well, recorded with the engine: for the tests of what the viewer says about them.

import {
  exp,
  log,
  record,
  scope,
  sigmoid,
  sqrt,
  type Trace,
  tensor,
  type Value,
  value,
} from '../../src/index.ts';

/** p·log p at 0, the derivative of √ at 0, and e⁸⁰⁰: one pass with five places where NaN or ∞ arises. */
export function threeWaysTrace(): Trace {
  return record(
    () => {
      const [p, x, w] = [value(0).named('p'), value(0).named('x'), value(2).named('w')];
      const entropy = p.mul(log(p).named('logp')).named('entropy');
      const root = sqrt(x).named('root');
      const big = exp(w.mul(400).named('u')).named('big');
      entropy.add(root.mul(w)).add(big).named('E').backward();
    },
    { title: 'three ways to NaN' },
  ).trace;
}

/** Sigmoids one after the other, each a layer of its own scope, trained: the first layers learn next to nothing. */
export function vanishingTrace(layers = 9, steps = 12): Trace {
  return record(
    () => {
      let weights = Array.from({ length: layers }, (_, l) => ({ w: 0.5 + l * 0.1, b: -0.4 }));
      for (let step = 0; step < steps; step++) {
        let h: Value = value(1, { requiresGrad: false }).named('x');
        const leaves = weights.map(({ w, b }, l) => {
          const leaf = { w: value(w).named(`w${l}`), b: value(b).named(`b${l}`) };
          h = scope(`layer${l}`, () => sigmoid(leaf.w.mul(h).add(leaf.b)).named(`h${l}`));
          return leaf;
        });
        h.sub(1).square().named('E').backward();
        weights = leaves.map(({ w, b }) => ({
          w: w.data - 2 * Number(w.grad),
          b: b.data - 2 * Number(b.grad),
        }));
      }
    },
    { title: 'nine sigmoids in a row' },
  ).trace;
}

/** Gradient descent on (2w + 0.3 − 1)⁴ with too large a step: the loss is ∞ from the sixth pass on. */
export function divergingTrace(steps = 12): Trace {
  return record(
    () => {
      let at = 1.5;
      for (let step = 0; step < steps; step++) {
        const w = value(at).named('w');
        const r = w.mul(2).add(value(0.3).named('b')).sub(1).named('r');
        const q = r.mul(r).named('q');
        q.mul(q).named('E').backward();
        at -= 0.08 * Number(w.grad);
      }
    },
    { title: 'a run that diverges' },
  ).trace;
}

/** √ of a tensor with two zeros in it, and a product of matrices beside it. */
export function tensorPoleTrace(): Trace {
  return record(() => {
    const x = tensor(
      [
        [1, 0, 4],
        [9, 0, 16],
      ],
      { requiresGrad: true },
    ).named('x');
    const r = x.sqrt().named('r');
    r.sum().add(x.mean()).named('E').backward();
  }).trace;
}

/** A mask of −∞ before a softmax, as in attention: not finite, and quite in order. */
export function maskTrace(): Trace {
  return record(() => {
    const x = tensor(
      [
        [1, 0],
        [3, 1],
      ],
      { requiresGrad: true },
    ).named('x');
    const mask = tensor(
      [
        [false, true],
        [false, false],
      ],
      { dtype: 'bool' },
    );
    x.maskedFill(mask, Number.NEGATIVE_INFINITY)
      .named('m')
      .softmax({ dim: 1 })
      .named('a')
      .square()
      .sum()
      .named('E')
      .backward();
  }).trace;
}
