// Whole models beside PyTorch in double precision: the loss of each step of a short training, then every gradient and weight.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  avgPool2d,
  batchNorm,
  conv2d,
  crossEntropy,
  flatten,
  gelu,
  layerNorm,
  linear,
  maxPool2d,
  mseLoss,
  multiHeadAttention,
  noGrad,
  relu,
  silu,
  type Tensor,
  tanh,
  tensor,
} from '../../src/index.ts';
import { hashedNumbers } from '../support/hashed-numbers.ts';
import { sizeOf } from '../support/torch-fixtures.ts';

interface Stored {
  readonly model: 'mlp' | 'cnn' | 'transformer';
  readonly x: readonly number[];
  readonly target: readonly number[];
  readonly weights: readonly (readonly number[])[];
  readonly losses: readonly number[];
  readonly gradients: readonly (readonly number[])[];
  readonly final: readonly (readonly number[])[];
}

type Model = (x: Tensor, target: Tensor, w: readonly Tensor[]) => Tensor;

const RATE = 0.1;
/** Of the largest element of what is compared: a dozen layers' worth of rounding in another order. */
const TOLERANCE = 1e-11;

const at = (w: readonly Tensor[], k: number): Tensor => w[k] as Tensor;

const MODELS: Readonly<Record<Stored['model'], Model>> = {
  mlp: (x, target, w) => {
    const hidden = tanh(linear(x, at(w, 0), { bias: at(w, 1) }));
    const second = relu(linear(hidden, at(w, 2), { bias: at(w, 3) }));
    const logits = linear(second, at(w, 4), { bias: at(w, 5) });
    return crossEntropy(logits, target, { labelSmoothing: 0.1 });
  },
  cnn: (x, target, w) => {
    const first = maxPool2d(relu(conv2d(x, at(w, 0), { bias: at(w, 1), padding: 1 })), 2);
    const normed = batchNorm(first, { training: true, weight: at(w, 2), bias: at(w, 3) });
    const second = avgPool2d(silu(conv2d(normed, at(w, 4), { padding: 1, groups: 2 })), 2);
    return crossEntropy(
      linear(flatten(second, { startDim: 1 }), at(w, 5), { bias: at(w, 6) }),
      target,
    );
  },
  transformer: (x, target, w) => {
    const { output } = multiHeadAttention(x, x, x, {
      numHeads: 2,
      inProjWeight: at(w, 0),
      inProjBias: at(w, 1),
      outProjWeight: at(w, 2),
      outProjBias: at(w, 3),
      isCausal: true,
    });
    const width = x.shape.slice(-1);
    const first = layerNorm(x.add(output), width, { weight: at(w, 4), bias: at(w, 5) });
    const inner = gelu(linear(first, at(w, 6), { bias: at(w, 7) }));
    const hidden = linear(inner, at(w, 8), { bias: at(w, 9) });
    const second = layerNorm(first.add(hidden), width, { weight: at(w, 10), bias: at(w, 11) });
    return mseLoss(second, target);
  },
};

function numbers(seed: number, shape: readonly number[], scale: number): Tensor {
  const data = hashedNumbers(seed, sizeOf(shape), -1, 1).map(x => x * scale);
  return tensor(data, { shape, dtype: 'float64' });
}

function targetOf({ model, target }: Stored): Tensor {
  if (model === 'transformer') return numbers(101, target, 0.5);
  const [n = 0, classes = 0] = target;
  const drawn = hashedNumbers(101, n, 0, classes).map(Math.floor);
  return tensor(Int32Array.from(drawn), { dtype: 'int32' });
}

function expectClose(got: ArrayLike<number>, want: readonly number[]): void {
  const scale = want.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  expect(got.length).toBe(want.length);
  want.forEach((x, k) => {
    expect(Math.abs((got[k] as number) - x)).toBeLessThanOrEqual(TOLERANCE * scale);
  });
}

const text = readFileSync(new URL('../fixtures/torch/models.json', import.meta.url), 'utf8');

describe.each((JSON.parse(text) as Stored[]).map(stored => [stored.model, stored] as const))(
  '%s',
  (name, stored) => {
    test('losses, gradients and weights of a short training', () => {
      const [x, target] = [numbers(100, stored.x, 2), targetOf(stored)];
      const weights = stored.weights.map((shape, k) => numbers(k + 1, shape, 0.5).requiresGrad_());
      stored.losses.forEach((want, step) => {
        const loss = MODELS[name](x, target, weights);
        loss.backward();
        expectClose([loss.item()], [want]);
        if (step === stored.losses.length - 1) return;
        noGrad(() => {
          for (const w of weights) {
            w.sub_(w.grad as Tensor, { alpha: RATE });
            w.zeroGrad();
          }
        });
      });
      weights.forEach((w, k) => {
        expectClose(w.data, stored.final[k] ?? []);
        expectClose((w.grad as Tensor).data, stored.gradients[k] ?? []);
      });
    });
  },
);
