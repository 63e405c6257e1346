// The tasks in seegrad, eager.

import { leafTensor } from '../src/autograd/tensor.ts';
import {
  add,
  conv2d,
  crossEntropy,
  exp,
  layerNorm,
  matmul,
  maxPool2d,
  mseLoss,
  mul,
  neg,
  noGrad,
  permute,
  relu,
  reshape,
  scaledDotProductAttention,
  sum,
  type Tensor,
  tanh,
  tensor,
} from '../src/index.ts';
import {
  type Engine,
  EPSILON,
  HEADS,
  type Numbers,
  type Program,
  RATE,
  type Task,
} from './tasks.ts';

const of = ({ data, shape }: Numbers): Tensor => reshape(tensor(data), shape);
const leaf = (numbers: Numbers): Tensor => leafTensor(of(numbers).array, true);

export const seegrad: Engine = {
  name: 'seegrad',
  activate: () => {},
  prepare(task) {
    if (task.kind === 'matmul') return product(of(task.a), of(task.b));
    if (task.kind === 'chain') return chain(of(task.x), of(task.y));
    return training(task);
  },
};

function product(a: Tensor, b: Tensor): Program {
  let y = a;
  return {
    run() {
      y = matmul(a, b);
    },
    value: () => y.data[0] as number,
  };
}

function chain(data: Tensor, y: Tensor): Program {
  const x = leafTensor(data.array, true);
  let last = 0;
  return {
    run() {
      x.grad = null;
      const result = sum(mul(exp(neg(mul(x, x))), tanh(relu(add(mul(x, y), x)))));
      result.backward();
      last = result.item();
    },
    value: () => last + (x.grad?.array.data[0] ?? 0),
  };
}

function training(task: Exclude<Task, { kind: 'matmul' | 'chain' }>): Program {
  const weights = task.weights.map(leaf);
  const [x, target] = [of(task.x), of(task.target)];
  const loss = { mlp, cnn, transformer }[task.kind];
  let last = 0;
  return {
    run() {
      const result = loss(x, target, weights);
      result.backward();
      noGrad(() => {
        for (const w of weights) {
          if (w.grad !== null) w.sub_(w.grad, { alpha: RATE });
          w.zeroGrad();
        }
      });
      last = result.item();
    },
    value: () => last,
  };
}

function mlp(x: Tensor, target: Tensor, [w1, b1, w2, b2]: readonly Tensor[]): Tensor {
  const hidden = relu(add(matmul(x, w1 as Tensor), b1 as Tensor));
  return crossEntropy(add(matmul(hidden, w2 as Tensor), b2 as Tensor), target);
}

function cnn(x: Tensor, target: Tensor, [w1, w2, w3, b]: readonly Tensor[]): Tensor {
  const first = maxPool2d(relu(conv2d(x, w1 as Tensor, { padding: 1 })), 2);
  const second = maxPool2d(relu(conv2d(first, w2 as Tensor, { padding: 1 })), 2);
  const flat = reshape(second, [x.shape[0] as number, -1]);
  return crossEntropy(add(matmul(flat, w3 as Tensor), b as Tensor), target);
}

function transformer(x: Tensor, target: Tensor, w: readonly Tensor[]): Tensor {
  const [q, k, v, o, s1, h1, w1, b1, w2, b2, s2, h2] = w as [
    ...[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor],
    ...[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor],
  ];
  const [batch, length, width] = x.shape as [number, number, number];
  const size = width / HEADS;
  const heads = (y: Tensor): Tensor =>
    permute(reshape(y, [batch, length, HEADS, size]), [0, 2, 1, 3]);
  const [qs, ks, vs] = [heads(matmul(x, q)), heads(matmul(x, k)), heads(matmul(x, v))];
  const mixed = scaledDotProductAttention(qs, ks, vs);
  const joined = reshape(permute(mixed, [0, 2, 1, 3]), [batch, length, width]);
  const norm = (y: Tensor, weight: Tensor, bias: Tensor): Tensor =>
    layerNorm(y, [width], { weight, bias, eps: EPSILON });
  const first = norm(add(x, matmul(joined, o)), s1, h1);
  const hidden = relu(add(matmul(first, w1), b1));
  const second = norm(add(first, add(matmul(hidden, w2), b2)), s2, h2);
  return mseLoss(second, target);
}
