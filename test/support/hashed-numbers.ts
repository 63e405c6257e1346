// Reproducible numbers out of integers alone, the same as `uniform` in test/fixtures/torch/float32.py.

/** `n` numbers from `low` up to `high`: the mixing step of MurmurHash3 on seed and position. */
export function hashedNumbers(seed: number, n: number, low: number, high: number): Float64Array {
  const numbers = new Float64Array(n);
  const start = Math.imul(seed, 0x85ebca6b);
  for (let k = 0; k < n; k++) {
    let h = (Math.imul(k, 0x9e3779b1) + start) | 0;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h ^= h >>> 16;
    numbers[k] = low + (high - low) * ((h >>> 0) / 2 ** 32);
  }
  return numbers;
}
