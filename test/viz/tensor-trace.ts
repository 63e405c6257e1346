// A trace with tensors for the tests and the pictures: a small network of two layers, trained for a few steps.

import { record, scope, type Tensor, type Trace, tensor } from '../../src/index.ts';

const INPUTS = [
  [1, 0.5],
  [-0.5, 2],
  [0.3, -1],
];
const START: Record<string, number[][] | number[]> = {
  W1: [
    [0.5, -0.3, 0.2],
    [0.1, 0.8, -0.6],
  ],
  b1: [0.1, 0, -0.1],
  W2: [[0.7], [-0.4], [0.3]],
  b2: [0],
};

/** E = mean((tanh(X·W1 + b1)·W2 + b2 − t)²) with gradient descent, in double precision. */
export function networkTrace(steps = 8): Trace {
  const options = { dtype: 'float64' } as const;
  const X = tensor(INPUTS, options).named('X');
  const t = tensor([[1], [0], [1]], options).named('t');
  const weights = new Map(
    Object.entries(START).map(([name, data]) => [name, weight(name, tensor(data, options))]),
  );
  const of = (name: string): Tensor => weights.get(name) as Tensor;
  const { trace } = record(
    () => {
      for (let step = 0; step < steps; step++) {
        const h = scope('hidden', () =>
          X.matmul(of('W1')).add(of('b1')).named('z').tanh().named('h'),
        );
        const y = scope('output', () => h.matmul(of('W2')).add(of('b2')).named('y'));
        y.sub(t).square().mean().named('E').backward();
        for (const [name, before] of weights) {
          const change = before.grad?.mul(0.5) ?? 0;
          weights.set(name, weight(name, before.detach().sub(change)));
        }
      }
    },
    { title: 'two layers of tensors' },
  );
  return trace;
}

function weight(name: string, array: Tensor): Tensor {
  return tensor(array.toArray(), { dtype: 'float64', requiresGrad: true }).named(name);
}

/** x has three consumers, one of which works against the others: y = sum(x ⊙ x + 2x − 5x). */
export function sharesTrace(): Trace {
  return record(() => {
    const x = tensor([3, 4], { dtype: 'float64', requiresGrad: true }).named('x');
    const a = x.square().named('a');
    const b = x.mul(2).named('b');
    const c = x.mul(5).named('c');
    a.add(b).sub(c).sum().named('y').backward();
  }).trace;
}
