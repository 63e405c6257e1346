// Chapter 7, continued: one encoder layer and one decoder layer of the Transformer, with masks, forward and backward, all
// gradients checked against finite differences.

import {
  crossEntropy,
  generator,
  gradcheck,
  layerNorm,
  matmul,
  ones,
  randn,
  randnLike,
  record,
  relu,
  scaledDotProductAttention,
  scope,
  type Tensor,
  tensor,
  tril,
} from 'seegrad';
import { fixed, print } from './print.ts';
import { show } from './show.ts';

const [WIDTH, HEADS, INNER, WORDS, SOURCE, TARGET] = [4, 2, 6, 5, 4, 3];

const random = generator(4);
const leaves = new Map<string, Tensor>();
function leaf(name: string, ...shape: number[]): void {
  const spread = 1 / Math.sqrt(shape.at(-1) ?? 1);
  const numbers = randn(shape, { generator: random, dtype: 'float64' }).mul(spread);
  leaves.set(name, numbers.detach().requiresGrad_().named(name));
}
leaf('source', SOURCE, WIDTH);
leaf('target', TARGET, WIDTH);
for (const block of ['encoder.self', 'decoder.self', 'decoder.cross']) {
  for (const W of ['Wq', 'Wk', 'Wv', 'Wo']) leaf(`${block}.${W}`, WIDTH, WIDTH);
}
for (const side of ['encoder', 'decoder']) {
  leaf(`${side}.W1`, INNER, WIDTH);
  leaf(`${side}.W2`, WIDTH, INNER);
}
leaf('words', WORDS, WIDTH);

/** The last word of the source is padding that nobody may look at. [SOURCE], true where allowed. */
const sourceMask = tensor([true, true, true, false]);
/** A word of the target may look at itself and at the words before it. [TARGET, TARGET] */
const causalMask = tril(ones([TARGET, TARGET], { dtype: 'bool' }));

type Weights = (name: string) => Tensor;

/** Multi-head attention of the words in `x` to the words in `to`. */
function attention(w: Weights, block: string, x: Tensor, to: Tensor, attnMask: Tensor): Tensor {
  const heads = (t: Tensor): Tensor => t.reshape([-1, HEADS, WIDTH / HEADS]).transpose(0, 1);
  return scope(block, () => {
    const q = heads(matmul(x, w(`${block}.Wq`).t()));
    const k = heads(matmul(to, w(`${block}.Wk`).t()));
    const v = heads(matmul(to, w(`${block}.Wv`).t()));
    const joined = scaledDotProductAttention(q, k, v, { attnMask }).transpose(0, 1);
    return matmul(joined.reshape([-1, WIDTH]), w(`${block}.Wo`).t());
  });
}

/** Two matrices with a relu between, applied to each word. */
const feedForward = (w: Weights, side: string, x: Tensor): Tensor =>
  scope(`${side}.feed forward`, () =>
    matmul(relu(matmul(x, w(`${side}.W1`).t())), w(`${side}.W2`).t()),
  );

/** What comes in plus what a sublayer made of it, normalised ("Add & Norm"). */
const join = (x: Tensor, sublayer: Tensor): Tensor => layerNorm(x.add(sublayer), [WIDTH]);

function encoder(w: Weights, x: Tensor): Tensor {
  const a = join(x, attention(w, 'encoder.self', x, x, sourceMask));
  return join(a, feedForward(w, 'encoder', a)).named('memory');
}

function decoder(w: Weights, y: Tensor, memory: Tensor): Tensor {
  const a = join(y, attention(w, 'decoder.self', y, y, causalMask));
  const b = join(a, attention(w, 'decoder.cross', a, memory, sourceMask));
  return join(b, feedForward(w, 'decoder', b)).named('decoded');
}

/** [TARGET, WORDS]: the score of each word as the next one. */
const scores = (w: Weights): Tensor =>
  matmul(decoder(w, w('target'), encoder(w, w('source'))), w('words').t()).named('scores');
const next = tensor([2, 0, 4], { dtype: 'int32', name: 'next' });
const loss = (w: Weights): Tensor => crossEntropy(scores(w), next).named('loss');

const own: Weights = name => leaves.get(name) as Tensor;
const slope = (name: string): Tensor => own(name).grad as Tensor;
const { trace } = record(() => loss(own).backward(), { title: 'an encoder and a decoder layer' });
print('who may look at whom in the target', causalMask);
print('scores', scores(own), 3);
console.log(`loss ${fixed(loss(own).item())}\n`);
print('∂loss/∂source: none for the padding', slope('source'));

// With a random direction per tensor every number of it counts: one wrong gradient, and the slope along it is wrong.
const names = [...leaves.keys()];
const directions = names.map(name => randnLike(own(name), { generator: random }));
const along = (...steps: Tensor[]): Tensor =>
  loss(name => {
    const k = names.indexOf(name);
    return own(name)
      .detach()
      .add((directions[k] as Tensor).mul(steps[k] as Tensor));
  });
const here = names.map(() => tensor(0, { dtype: 'float64' }));
const { ok, entries } = gradcheck(along, here, { raise: false });
console.log(
  `\ngradcheck: ${ok ? 'all' : 'NOT all'} gradients of ${names.length} tensors agree with differences, ` +
    `${entries.length / 2} each in reverse and forward mode`,
);

own('target').zeroGrad();
scores(own).at(0).square().sum().backward();
print('\n∂(first scores)/∂target: none for the future', slope('target'));
show(trace);
