// Memory of tensors: a long training in eager mode, with nothing cleaned up by the user, stays where it was.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { crossEntropy, generator, noGrad, randint, randn, type Tensor } from '../../src/index.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Live memory in MiB. */
function held(): number {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}

test('2,000 steps of a network 784-128-10, 64 pictures each', () => {
  const source = generator(1);
  const parameter = (...shape: number[]): Tensor =>
    randn(shape, { generator: source }).mul_(0.05).requiresGrad_();
  const parameters = [parameter(784, 128), parameter(128), parameter(128, 10), parameter(10)];
  const [w1, b1, w2, b2] = parameters as [Tensor, Tensor, Tensor, Tensor];
  const pictures = randn([64, 784], { generator: source });
  const digits = randint(0, 10, [64], { generator: source });
  const step = (): number => {
    const loss = crossEntropy(pictures.matmul(w1).add(b1).relu().matmul(w2).add(b2), digits);
    loss.backward();
    noGrad(() => {
      for (const p of parameters) {
        if (p.grad !== null) p.sub_(p.grad, { alpha: 0.1 });
        p.zeroGrad();
      }
    });
    return loss.item();
  };
  const first = step();
  for (let k = 1; k < 100; k++) step();
  const early = held();
  for (let k = 100; k < 1999; k++) step();
  const last = step();
  expect(held() - early).toBeLessThan(50);
  expect(first).toBeGreaterThan(2);
  expect(last).toBeLessThan(0.01);
}, 120_000);
