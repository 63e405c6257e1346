// Chapter 4, continued: convolution in two dimensions, with the padded case of the tutorial, and where the gradient goes.

import { conv2d, full, record, type Tensor, tensor } from 'seegrad';
import { print } from './print.ts';
import { show } from './show.ts';

/** One picture with one channel, as conv2d takes it. */
const image = (rows: number[][], name: string): Tensor =>
  tensor([[rows]], { requiresGrad: true, name });

const x = image(Array(5).fill([1, 2, 3, 4, 5]), 'x');
const kernel = image(Array(3).fill([1, 0, 1]), 'kernel');

print('five rows of 1 2 3 4 5', x.at(0, 0));
print('kernel', kernel.at(0, 0));
print('\nno padding', conv2d(x, kernel).at(0, 0));
const padded = conv2d(x, kernel, { padding: 1 });
print('\npadding 1', padded.at(0, 0));
console.log(
  `\nat the top left the whole kernel lies on rows 1 2 3: ${padded.at(0, 0, 1, 1).item()}`,
);
print('\npadding 1, stride 2', conv2d(x, kernel, { padding: 1, stride: 2 }).at(0, 0));
print('\ndilation 2', conv2d(x, kernel, { dilation: 2 }).at(0, 0));

const { trace } = record(
  () => conv2d(x, kernel, { padding: 1 }).named('y').sum().named('sum').backward(),
  { title: 'convolution in two dimensions' },
);
console.log('\nbackward from the sum of the padded case');
if (kernel.grad !== null) print('∂/∂kernel: what each weight has met', kernel.grad.at(0, 0));
if (x.grad !== null) print('∂/∂x: the weights that each pixel has met', x.grad.at(0, 0));

// Several channels: each output channel sums over all input channels, each with a kernel of its own.
const colour = tensor([
  [
    [
      [1, 2],
      [3, 4],
    ],
    [
      [5, 6],
      [7, 8],
    ],
  ],
]);
const mix = tensor([
  [[[1]], [[1]]],
  [[[1]], [[-1]]],
]);
print('\ntwo channels to their sum and their difference', conv2d(colour, mix).at(0));
print('with a bias of 10 and 20', conv2d(colour, mix, { bias: tensor([10, 20]) }).at(0));
print(
  '\na 2 × 2 kernel of quarters is the mean',
  conv2d(colour, full([2, 1, 2, 2], 0.25), { groups: 2 }).flatten(),
);
show(trace);
