// Random draws with given probabilities: yes or no at each place, and indices with and without putting back.

import { allocate, type NDArray } from './array.ts';
import type { TypedArray } from './dtype.ts';
import { eachFraction, type Generator } from './random.ts';
import { logPair } from './special/logarithm.ts';

/** 1 with the probability that the array gives at each place, else 0. The array must lie in order. */
export function bernoulliArray(generator: Generator, p: NDArray): NDArray {
  const out = allocate(p.shape, p.dtype);
  const { data, offset } = p;
  generator.draw(out.size, (words, start, n) => {
    for (let k = 0; k < n; k++) {
      const i = start + k;
      out.data[i] = (words[k] as number) * 2 ** -32 < (data[offset + i] as number) ? 1 : 0;
    }
  });
  return out;
}

/**
 * For each of `rows` rows of `n` weights, `count` indices of the row drawn with chances in proportion to its weights. The
 * indices of a row differ where nothing is put back; at least `count` weights must then be positive.
 */
export function multinomialIndices(
  generator: Generator,
  weights: TypedArray,
  rows: number,
  n: number,
  count: number,
  replacement: boolean,
): Int32Array {
  const out = new Int32Array(rows * count);
  for (let row = 0; row < rows; row++) {
    const part = weights.subarray(row * n, (row + 1) * n);
    const drawn = out.subarray(row * count, (row + 1) * count);
    if (replacement) drawAgain(generator, part, drawn);
    else drawOnce(generator, part, drawn);
  }
  return out;
}

/** Each draw is where a random share of the whole weight is reached. */
function drawAgain(generator: Generator, weights: TypedArray, out: Int32Array): void {
  const sums = new Float64Array(weights.length);
  let sum = 0;
  let last = 0;
  for (let k = 0; k < weights.length; k++) {
    const weight = weights[k] as number;
    if (weight > 0) last = k;
    sum += weight;
    sums[k] = sum;
  }
  eachFraction(generator, out.length, (u, i) => {
    const target = u * sum;
    let [low, high] = [0, last];
    // The first index whose sum is above the target: never one of weight 0.
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] as number) > target) high = middle;
      else low = middle + 1;
    }
    out[i] = low;
  });
}

/**
 * A race: index k arrives after an exponentially distributed time with rate weight k, and the first to arrive are drawn, in
 * that order. Source: Efraimidis and Spirakis, Information Processing Letters 97 (2006).
 */
function drawOnce(generator: Generator, weights: TypedArray, out: Int32Array): void {
  const times = new Float64Array(weights.length);
  eachFraction(generator, weights.length, (u, k) => {
    const weight = weights[k] as number;
    // 1 − u is never 0.
    times[k] = weight > 0 ? -logPair(1 - u) / weight : Number.POSITIVE_INFINITY;
  });
  const order = Int32Array.from(times, (_, k) => k);
  order.sort((a, b) => compare(times[a] as number, times[b] as number) || a - b);
  out.set(order.subarray(0, out.length));
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
