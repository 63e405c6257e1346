// Chapter 5: pooling. Max, average and stochastic pooling, and where the gradient goes in each.

import {
  avgPool1d,
  avgPool2d,
  eq,
  generator,
  maxPool1d,
  maxPool2d,
  record,
  stochasticPool1d,
  stochasticPool2d,
  type Tensor,
  tensor,
} from 'seegrad';
import { print } from './print.ts';
import { show } from './show.ts';

const window = tensor([[[2, 5, 3]]]);
print('max of 2 5 3', maxPool1d(window, 3).flatten());
print('average of 2 5 3', avgPool1d(window, 3).flatten());

// Stochastic pooling draws an element with a probability in proportion to it: 2, 5 and 3 tenths of the time.
const many = stochasticPool1d(window.tile([1, 1, 1000]), 3, {
  training: true,
  generator: generator(5),
});
const counts = [2, 5, 3].map(y => `${y}: ${eq(many, y).sum().item()}`);
console.log(`1000 draws from 2 5 3        ${counts.join(', ')}`);
const expected = stochasticPool1d(window, 3, { training: false });
print('their mean, when not training', expected.flatten(), 2);

const rows = (name: string, ...numbers: number[][]): Tensor =>
  tensor([[numbers]], { requiresGrad: name === 'x', name });
/** A picture of 4 × 4; the window at the bottom left holds the same number four times. */
const picture = (): Tensor => rows('x', [1, 3, 2, 1], [4, 2, 0, 5], [2, 2, 1, 0], [2, 2, 6, 3]);
/** What the loss hands back to each of the four windows. */
const upstream = rows('upstream', [10, 20], [30, 40]);

print('\nx', picture().at(0, 0));
print('gradient that arrives at the four windows', upstream.at(0, 0));

const pools: Record<string, (x: Tensor) => Tensor> = {
  'max: all of it to the largest, to the first of equals': x => maxPool2d(x, 2),
  'average: a quarter to each': x => avgPool2d(x, 2),
  'stochastic: all of it to the one drawn': x =>
    stochasticPool2d(x, 2, { training: true, generator: generator(11) }),
  'max of windows that overlap: the parts add up': x => maxPool2d(x, 3, { stride: 1 }),
};

const { trace } = record(
  () => {
    for (const [name, pool] of Object.entries(pools)) {
      const x = picture();
      const y = pool(x).named('y');
      y.mul(upstream).sum().backward();
      console.log(`\n${name}`);
      print('y', y.at(0, 0), 2);
      if (x.grad !== null) print('∂/∂x', x.grad.at(0, 0), 2);
    }
  },
  { title: 'pooling' },
);
show(trace);
