// Chapter 4, continued: a kernel is learned like any other weight. From the photograph and its edges alone, gradient
// descent finds the kernel that made them.

import {
  conv2d,
  generator,
  mseLoss,
  noGrad,
  randn,
  record,
  type Tensor,
  tensor,
  zerosLike,
} from 'seegrad';
import { readPicture, symmetric, toPicture, writePicture } from './pictures.ts';
import { fixed, print } from './print.ts';
import { show } from './show.ts';

const RATE = 2;
const MOMENTUM = 0.9;
const STEPS = 200;
const PRINTED = [0, 10, 20, 40, 80, STEPS];

const photograph = readPicture('photographer.png');
const picture = tensor(photograph.data).reshape([1, 1, photograph.height, photograph.width]);
// Around 0 instead of around middle grey: otherwise the mean of the nine weights drowns what tells them apart.
const x = picture.sub(picture.mean()).named('photograph');
const edges = conv2d(
  x,
  tensor([
    [
      [
        [-1, -1, -1],
        [-1, 8, -1],
        [-1, -1, -1],
      ],
    ],
  ]),
).named('edges');

const kernel = randn([1, 1, 3, 3], { generator: generator(3), requiresGrad: true }).named('kernel');
const error = (): Tensor => mseLoss(conv2d(x, kernel).named('guess'), edges).named('E');
print('start', kernel.at(0, 0), 2);
const before = toPicture(noGrad(() => conv2d(x, kernel)));

const { trace } = record(() => error().backward(), { title: 'learning a kernel' });
if (kernel.grad !== null) print('\nfirst gradient', kernel.grad.at(0, 0), 2);
kernel.zeroGrad();

console.log('\n  step        E');
// Neighbouring pixels are alike, so the error is a long narrow valley; momentum carries the descent along it.
let velocity = zerosLike(kernel);
for (let step = 0; step <= STEPS; step++) {
  const E = error();
  E.backward();
  if (PRINTED.includes(step)) console.log(`${String(step).padStart(6)}   ${fixed(E.item(), 4)}`);
  noGrad(() => {
    velocity = velocity.mul(MOMENTUM).add(kernel.grad ?? 0);
    kernel.sub_(velocity.mul(RATE));
  });
  kernel.zeroGrad();
}

print('\nlearned', kernel.at(0, 0), 2);
const after = toPicture(noGrad(() => conv2d(x, kernel)));
const path = writePicture('learned-kernel', photograph, symmetric(before), symmetric(after));
console.log(`\nthe photograph, through the first kernel, through the learned one: ${path}`);
show(trace);
