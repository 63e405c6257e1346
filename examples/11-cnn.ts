// Chapter 6: the simple convolutional network, convolution → activation → pooling → flatten → fully connected, on
// handwritten digits of 8 × 8 pixels.

import {
  argmax,
  conv2d,
  crossEntropy,
  eq,
  generator,
  linear,
  maxPool2d,
  noGrad,
  randn,
  randperm,
  record,
  relu,
  scope,
  type Tensor,
  tensor,
  zeros,
} from 'seegrad';
import { type Digits, pick, readDigits, splitDigits } from './data.ts';
import { descend } from './descent.ts';
import { fixed } from './print.ts';
import { show } from './show.ts';

const CHANNELS = 16;
const BATCH = 50;
const EPOCHS = 12;
const PRINTED = [1, 2, 4, 8, EPOCHS];
const RATE = 0.5;

const random = generator(1);
/** Random weights whose products keep the spread of what comes in (He et al., 2015, arXiv 1502.01852). */
const weight = (name: string, gain: number, ...shape: number[]): Tensor => {
  const incoming = shape.slice(1).reduce((a, b) => a * b);
  const scale = Math.sqrt(gain / incoming);
  return randn(shape, { generator: random }).mul(scale).detach().requiresGrad_().named(name);
};
const kernels = weight('kernels', 2, CHANNELS, 1, 3, 3);
const shifts = zeros([CHANNELS], { requiresGrad: true, name: 'shifts' });
const matrix = weight('matrix', 1, 10, CHANNELS * 4 * 4);
const bias = zeros([10], { requiresGrad: true, name: 'bias' });
const weights = [kernels, shifts, matrix, bias];

/** [N, 1, 8, 8] → [N, 10]: how much each picture looks like each digit. */
function network(images: Tensor): Tensor {
  const features = scope('convolution', () =>
    relu(conv2d(images, kernels, { bias: shifts, padding: 1 })).named('features'),
  );
  const pooled = scope('pooling', () => maxPool2d(features, 2).named('pooled'));
  return scope('fully connected', () =>
    linear(pooled.flatten({ startDim: 1 }), matrix, { bias }).named('scores'),
  );
}

const imagesOf = ({ images, labels }: Digits): Tensor =>
  tensor(images).reshape([labels.length, 1, 8, 8]).named('images');
const labelsOf = ({ labels }: Digits): Tensor => tensor(labels, { dtype: 'int32', name: 'labels' });
const loss = (digits: Digits): Tensor =>
  scope('loss', () => crossEntropy(network(imagesOf(digits)), labelsOf(digits)).named('loss'));

const { train, held } = splitDigits(readDigits());
console.log(`${train.labels.length} digits to train on, ${held.labels.length} held out`);

const { trace } = record(() => loss(pick(train, [0, 1, 2, 3])).backward(), {
  title: 'a simple CNN',
});
console.log('\nfirst backward pass, of four digits');
for (const w of weights) {
  const slope = w.grad?.norm().item() ?? 0;
  console.log(`  ‖∂loss/∂${w.name}‖ = ${fixed(slope, 2)}  of shape [${w.shape.join(', ')}]`);
  w.zeroGrad();
}

console.log('\n epoch   mean loss');
for (let epoch = 1; epoch <= EPOCHS; epoch++) {
  const order = [...randperm(train.labels.length, { generator: random }).data];
  // Smaller and smaller steps let the weights settle.
  const rate = RATE * (1 - (epoch - 1) / EPOCHS);
  let sum = 0;
  for (let at = 0; at < order.length; at += BATCH) {
    const batch = order.slice(at, at + BATCH);
    const E = loss(pick(train, batch));
    E.backward();
    sum += E.item() * batch.length;
    descend(weights, rate);
  }
  if (PRINTED.includes(epoch)) {
    console.log(`${String(epoch).padStart(6)}   ${fixed(sum / order.length, 2)}`);
  }
}

const right = noGrad(() =>
  eq(argmax(network(imagesOf(held)), { dim: 1 }), labelsOf(held))
    .sum()
    .item(),
);
const share = (100 * right) / held.labels.length;
console.log(
  `\nheld-out digits told right: ${share >= 95 ? 'at least 95 %' : `only ${fixed(share, 1)} %`}`,
);
show(trace);
