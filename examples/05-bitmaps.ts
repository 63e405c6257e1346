// Chapter 3: two bitmaps, the digits 1 and 7, told apart by a small network of sigmoid neurons like the one of chapter 2:
// 64 pixels, 3 hidden neurons, 2 outputs, half the squared error.

import {
  generator,
  matmul,
  randn,
  record,
  scope,
  sigmoid,
  square,
  type Tensor,
  tensor,
} from 'seegrad';
import { descend } from './descent.ts';
import { fixed, print } from './print.ts';
import { show } from './show.ts';

const ONE = '00000000 00011000 00011000 00011000 00011000 00011000 00011000 00000000';
const SEVEN = '00000000 01111100 01111100 00001100 00001100 00001100 00001100 00000000';

/** The pixels of a bitmap, row by row. */
const bits = (bitmap: string): number[] => [...bitmap.replaceAll(' ', '')].map(Number);

/** The bitmap with pixels turned over at the places given. */
const damaged = (bitmap: string, ...places: number[]): number[] =>
  bits(bitmap).map((bit, place) => (places.includes(place) ? 1 - bit : bit));

for (const [k, line] of ONE.split(' ').entries()) {
  const both = `${line}   ${SEVEN.split(' ')[k]}`;
  console.log(both.replaceAll('0', '·').replaceAll('1', '█'));
}

const random = generator(7);
const weight = (name: string, rows: number, columns: number): Tensor =>
  randn([rows, columns], { generator: random }).mul(0.3).detach().requiresGrad_().named(name);
const W1 = weight('W1', 64, 3);
const b1 = tensor([0, 0, 0], { requiresGrad: true, name: 'b1' });
const W2 = weight('W2', 3, 2);
const b2 = tensor([0, 0], { requiresGrad: true, name: 'b2' });
const weights = [W1, b1, W2, b2];

/** [N, 64] pixels → [N, 2]: how much each picture is a 1, and a 7. */
function network(pictures: Tensor): Tensor {
  const hidden = scope('hidden', () => sigmoid(matmul(pictures, W1).add(b1)).named('hidden'));
  return scope('output', () => sigmoid(matmul(hidden, W2).add(b2)).named('out'));
}

const pictures = tensor([bits(ONE), bits(SEVEN)], { name: 'pictures' });
const targets = tensor(
  [
    [1, 0],
    [0, 1],
  ],
  { name: 'targets' },
);
const error = (): Tensor =>
  scope('loss', () => square(network(pictures).sub(targets)).sum().mul(0.5).named('E'));

const { trace } = record(() => error().backward(), { title: 'two bitmaps' });
console.log('\nfirst backward pass');
for (const w of weights) {
  const slope = w.grad?.norm().item() ?? 0;
  console.log(`  ‖∂E/∂${w.name}‖ = ${fixed(slope)}  of shape [${w.shape.join(', ')}]`);
}
for (const w of weights) w.zeroGrad();

console.log('\n  step        E');
for (let step = 0; step <= 1000; step++) {
  const E = error();
  E.backward();
  if (step % 200 === 0) console.log(`${String(step).padStart(6)}   ${fixed(E.item(), 3)}`);
  descend(weights, 0.5);
}

console.log();
print('the 1 is (1, 7)', network(tensor([bits(ONE)])).flatten(), 2);
print('the 7 is (1, 7)', network(tensor([bits(SEVEN)])).flatten(), 2);
print('a 1 with three wrong pixels', network(tensor([damaged(ONE, 9, 27, 60)])).flatten(), 1);
print('a 7 with three wrong pixels', network(tensor([damaged(SEVEN, 9, 36, 3)])).flatten(), 1);
show(trace);
