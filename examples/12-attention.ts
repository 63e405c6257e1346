// Chapter 7: softmax, scaled dot-product attention and multi-head attention, with every intermediate printed and the
// result compared with the op that does it at once.

import {
  cat,
  generator,
  matmul,
  multiHeadAttention,
  randn,
  record,
  scaledDotProductAttention,
  scope,
  softmax,
  type Tensor,
  tensor,
} from 'seegrad';
import { print } from './print.ts';
import { show } from './show.ts';

const WIDTH = 4;
const HEADS = 2;

/** Whether two tensors hold the same numbers up to rounding. */
const same = (a: Tensor, b: Tensor): string =>
  a.sub(b).abs().amax().item() < 1e-5 ? 'the same' : 'NOT the same';

print('softmax of 1 2 3', softmax(tensor([1, 2, 3]), { dim: 0 }));
print('softmax of 1001 1002 1003', softmax(tensor([1001, 1002, 1003]), { dim: 0 }));
print('their sum', softmax(tensor([1, 2, 3]), { dim: 0 }).sum());

/** softmax(Q·Kᵀ / √d)·V, each step named. */
function attention(Q: Tensor, K: Tensor, V: Tensor): Record<string, Tensor> {
  const [d = 1] = Q.shape.slice(-1);
  const scores = matmul(Q, K.transpose(-2, -1)).named('scores');
  const scaled = scores.div(Math.sqrt(d)).named('scaled');
  const weights = softmax(scaled, { dim: -1 }).named('weights');
  const output = matmul(weights, V).named('output');
  return { scores, scaled, weights, output };
}

console.log('\nscaled dot-product attention');
const words = (name: string, ...rows: number[][]): Tensor =>
  tensor(rows, { requiresGrad: true, name });
const Q = words('Q', [1, 0, 1, 0], [0, 2, 0, 2], [1, 1, 1, 1]);
const K = words('K', [1, 0, 1, 0], [0, 1, 0, 1], [2, 0, 0, 0]);
const V = words('V', [1, 2, 3, 4], [5, 6, 7, 8], [0, 0, 1, 1]);
for (const [name, t] of Object.entries({ Q, K, V, ...attention(Q, K, V) })) print(name, t);
const { output } = attention(Q, K, V);
if (output === undefined) throw new Error('no output');
console.log(`scaledDotProductAttention: ${same(output, scaledDotProductAttention(Q, K, V))}`);

console.log(`\nmulti-head attention: ${HEADS} heads of ${WIDTH / HEADS}`);
const random = generator(2);
const leaf = (name: string, ...shape: number[]): Tensor =>
  randn(shape, { generator: random, requiresGrad: true }).named(name);
const x = leaf('x', 3, WIDTH);
const matrix = (name: string): Tensor => leaf(name, WIDTH, WIDTH);
const [Wq, Wk, Wv, Wo] = [matrix('Wq'), matrix('Wk'), matrix('Wv'), matrix('Wo')] as const;

/** [words, width] → [heads, words, width / heads]: each head gets its share of the columns. */
const heads = (t: Tensor): Tensor => t.reshape([3, HEADS, WIDTH / HEADS]).transpose(0, 1);

function multiHead(): Record<string, Tensor> {
  const [q, k, v] = scope('projections', () =>
    [Wq, Wk, Wv].map((W, i) => heads(matmul(x, W.t())).named('qkv'[i] ?? '')),
  ) as [Tensor, Tensor, Tensor];
  const steps = scope('attention', () => attention(q, k, v));
  const joined = scope('joined', () =>
    (steps['output'] as Tensor).transpose(0, 1).reshape([3, WIDTH]).named('joined'),
  );
  return { q, k, v, ...steps, joined, result: matmul(joined, Wo.t()).named('result') };
}

const { trace, result } = record(
  () => {
    const steps = multiHead();
    steps['result']?.square().mean().named('loss').backward();
    return steps;
  },
  { title: 'multi-head attention' },
);
for (const [name, t] of Object.entries({ x, Wq, Wk, Wv, Wo, ...result })) print(name, t, 3);
const batch = x.unsqueeze(1);
const { output: atOnce } = multiHeadAttention(batch, batch, batch, {
  numHeads: HEADS,
  inProjWeight: cat([Wq, Wk, Wv]),
  outProjWeight: Wo,
});
console.log(`multiHeadAttention: ${same(result['result'] as Tensor, atOnce.squeeze({ dim: 1 }))}`);

console.log('\nbackward from the mean square of the result');
for (const w of [x, Wq, Wk, Wv, Wo]) if (w.grad !== null) print(`∂/∂${w.name}`, w.grad, 3);
show(trace);
