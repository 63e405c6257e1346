// Chapter 4: one-dimensional convolution. The four results of the tutorial, the gradient of one of them, and the length
// formula checked for every padding, stride, kernel and input in reach.

import { conv1d, record, type Tensor, tensor, zeros } from 'seegrad';
import { print } from './print.ts';
import { show } from './show.ts';

/** A row of numbers in the shape that conv1d takes: one sample, one channel. */
const signal = (...numbers: number[]): Tensor => tensor([[numbers]]);

const x = signal(1, 2, 3, 4, 5);
const comb = signal(1, 0, 1);
print('[1 2 3 4 5] * [1 0 1]', conv1d(x, comb).flatten());
print('  padding 1', conv1d(x, comb, { padding: 1 }).flatten());
print('  stride 2', conv1d(x, comb, { stride: 2 }).flatten());
print('[1 2 3 4 5] * [.2 .5 .3]', conv1d(x, signal(0.2, 0.5, 0.3)).flatten(), 1);

// Each weight has been multiplied with three numbers of the signal, so its gradient is their sum.
const input = tensor([[[1, 2, 3, 4, 5]]], { requiresGrad: true, name: 'x' });
const kernel = tensor([[[1, 0, 1]]], { requiresGrad: true, name: 'kernel' });
const { trace } = record(() => conv1d(input, kernel).named('y').sum().named('sum').backward(), {
  title: 'convolution in one dimension',
});
console.log('\nbackward from the sum of [1 2 3 4 5] * [1 0 1]');
if (kernel.grad !== null) print('  ∂/∂kernel', kernel.grad.flatten());
if (input.grad !== null) print('  ∂/∂x', input.grad.flatten());

/** The length of the result as the tutorial states it. */
const formula = (length: number, size: number, padding: number, stride: number): number =>
  Math.floor((length + 2 * padding - (size - 1) - 1) / stride + 1);

/** The convolution as the tutorial tells it: the kernel slides along, and at each place the products are summed. */
function slide(numbers: number[], weights: number[], padding: number, stride: number): number[] {
  const sums: number[] = [];
  for (let at = -padding; at + weights.length <= numbers.length + padding; at += stride) {
    sums.push(weights.reduce((sum, w, k) => sum + w * (numbers[at + k] ?? 0), 0));
  }
  return sums;
}

let [cases, lengths, values] = [0, 0, 0];
for (let length = 1; length <= 9; length++) {
  for (let size = 1; size <= 5; size++) {
    for (let padding = 0; padding <= 3; padding++) {
      for (let stride = 1; stride <= 4; stride++) {
        if (length + 2 * padding < size) continue;
        const numbers = Array.from({ length }, (_, k) => ((k * 7) % 10) - 4);
        const weights = Array.from({ length: size }, (_, k) => ((k * 3) % 7) - 2);
        const y = conv1d(signal(...numbers), signal(...weights), { padding, stride });
        cases++;
        if (y.shape[2] === formula(length, size, padding, stride)) lengths++;
        const expected = tensor([[slide(numbers, weights, padding, stride)]]);
        if (y.sub(expected).abs().sum().item() === 0) values++;
      }
    }
  }
}
console.log(
  `\nlength formula: right in ${lengths} of ${cases} cases; values: ${values} of ${cases}`,
);

try {
  conv1d(zeros([1, 1, 3]), zeros([1, 1, 5]));
} catch (error) {
  console.log(`a kernel longer than the signal: ${(error as Error).name}`);
}
show(trace);
