// Random numbers that are the same on every machine: a counter-based generator, and arrays filled from it.
//
// Word w of the stream with a key is a pure function of both: Philox 4×32-10 (Salmon, Moraes, Dror, Shaw: Parallel random
// numbers: as easy as 1, 2, 3; SC 2011), which gives four 32-bit words for each value of a 128-bit counter. A draw moves the
// counter on by whole blocks of four words, so that the next one is independent of how many numbers the last one used.

import { allocate, type NDArray } from './array.ts';
import { noteDraw } from './draws.ts';
import type { DType } from './dtype.ts';
import { normalQuantile } from './normal-quantile.ts';
import type { Shape } from './shape.ts';

const WORD = 2 ** 32;

/** What the third and fourth word of the counter say a block is for. */
const DRAW = 0;
const SPLIT = 1;

/** The upper half of the 64-bit product of two words whose lower half is known. */
function upper(a: number, b: number, lower: number): number {
  // The rounded product is off by at most 2^10: less its exact lower half it is next to a multiple of 2^32.
  return ((a * b - lower) * 2 ** -32 + 0.5) >>> 0;
}

/** Writes the four words that belong to the counter (c0, c1, c2, c3) under the key (k0, k1) to `out`, from `at` on. */
export function philox(
  out: Uint32Array,
  at: number,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
): void {
  let [a, b, c, d, k, l] = [c0, c1, c2, c3, k0, k1];
  for (let round = 0; round < 10; round++) {
    const low = Math.imul(0xcd9e8d57, c) >>> 0;
    const high = upper(0xcd9e8d57, c, low);
    const other = Math.imul(0xd2511f53, a) >>> 0;
    c = (upper(0xd2511f53, a, other) ^ d ^ l) >>> 0;
    a = (high ^ b ^ k) >>> 0;
    b = low;
    d = other;
    k = (k + 0x9e3779b9) >>> 0;
    l = (l + 0xbb67ae85) >>> 0;
  }
  out[at] = a;
  out[at + 1] = b;
  out[at + 2] = c;
  out[at + 3] = d;
}

/** Everything that a generator's further numbers depend on, as plain data. */
export interface GeneratorState {
  key: readonly [number, number];
  /** Blocks of four words drawn so far. */
  drawn: number;
  /** Generators split off so far. */
  split: number;
}

/** Words that are made at a time. */
const PIECE = 4096;

/**
 * A source of random numbers, made by `generator(seed)`. The same seed gives the same numbers on every machine. Philox 4×32-10
 * in counter mode.
 */
export class Generator {
  private key: readonly [number, number];
  private drawn = 0;
  private splits = 0;

  /** Internal: use `generator(seed)`. */
  constructor(key: readonly [number, number]) {
    this.key = key;
  }

  /**
   * A new generator, whose numbers are independent of this one's and of all others split off. How often this one was drawn
   * from does not matter: the n-th generator split off is always the same.
   *
   * ```ts
   * const [data, weights] = [generator(7), generator(7).split()];
   * rand([2], { generator: data }).data.join() === rand([2], { generator: weights }).data.join(); // false
   * ```
   */
  split(): Generator {
    noteDraw(this);
    const words = new Uint32Array(4);
    const n = this.splits++;
    const [k0, k1] = this.key;
    philox(words, 0, n >>> 0, Math.floor(n / WORD), 0, SPLIT, k0, k1);
    return new Generator([words[0] as number, words[1] as number]);
  }

  /** What further numbers depend on, as plain data: to be saved, and set again to go on from there. */
  get state(): GeneratorState {
    return { key: this.key, drawn: this.drawn, split: this.splits };
  }

  set state({ key, drawn, split }: GeneratorState) {
    this.key = [key[0] >>> 0, key[1] >>> 0];
    this.drawn = drawn;
    this.splits = split;
  }

  /** Draws `count` words and hands them over in pieces of a multiple of four: `use(words, start, n)`. Internal. */
  draw(count: number, use: (words: Uint32Array, start: number, n: number) => void): void {
    noteDraw(this);
    const words = new Uint32Array(Math.min(PIECE, Math.ceil(count / 4) * 4));
    const [k0, k1] = this.key;
    for (let start = 0; start < count; start += PIECE) {
      const n = Math.min(PIECE, count - start);
      for (let at = 0; at < n; at += 4) {
        philox(words, at, this.drawn >>> 0, Math.floor(this.drawn / WORD), 0, DRAW, k0, k1);
        this.drawn++;
      }
      use(words, start, n);
    }
  }
}

/** The generator of a seed, a whole number from 0 to 2^53 − 1. */
export function seeded(seed: number): Generator {
  return new Generator([seed >>> 0, Math.floor(seed / WORD)]);
}

/** 53 random bits of two words as a fraction: k / 2^53 in [0, 1). */
function fraction53(a: number, b: number): number {
  return ((a >>> 5) * 2 ** 26 + (b >>> 6)) * 2 ** -53;
}

/** Numbers that are evenly spread over [0, 1): multiples of 2⁻⁵³, or of 2⁻²⁴ for float32. */
export function uniformArray(generator: Generator, shape: Shape, dtype: DType): NDArray {
  const out = allocate(shape, dtype);
  const { data } = out;
  if (dtype === 'float64') {
    eachFraction(generator, out.size, (u, i) => {
      data[i] = u;
    });
    return out;
  }
  generator.draw(out.size, (words, start, n) => {
    for (let i = 0; i < n; i++) data[start + i] = ((words[i] as number) >>> 8) * 2 ** -24;
  });
  return out;
}

/** Hands over `count` fractions of 53 bits. */
export function eachFraction(
  generator: Generator,
  count: number,
  use: (u: number, i: number) => void,
): void {
  generator.draw(2 * count, (words, start, n) => {
    for (let w = 0; w < n; w += 2) {
      use(fraction53(words[w] as number, words[w + 1] as number), (start + w) / 2);
    }
  });
}

/** Normally distributed numbers of mean 0 and deviation 1: the quantiles at uniform ones. */
export function normalArray(generator: Generator, shape: Shape, dtype: DType): NDArray {
  const out = allocate(shape, dtype);
  const { data } = out;
  // Midpoints of 2^52 (for float32: 2^32) even intervals: symmetric, and never 0 or 1.
  if (dtype === 'float64') {
    generator.draw(2 * out.size, (words, start, n) => {
      for (let w = 0; w < n; w += 2) {
        const k = ((words[w] as number) >>> 6) * 2 ** 26 + ((words[w + 1] as number) >>> 6);
        data[(start + w) / 2] = normalQuantile((k + 0.5) * 2 ** -52);
      }
    });
    return out;
  }
  generator.draw(out.size, (words, start, n) => {
    for (let i = 0; i < n; i++) {
      data[start + i] = normalQuantile(((words[i] as number) + 0.5) / WORD);
    }
  });
  return out;
}

/** Whole numbers from low to high − 1, evenly spread (to 1 in 2^53 for each). */
export function integerArray(
  generator: Generator,
  low: number,
  high: number,
  shape: Shape,
  dtype: DType,
): NDArray {
  const out = allocate(shape, dtype);
  const { data } = out;
  // The rounded product stays below the number of values: 1 − 2^-53 is never rounded up to 1.
  eachFraction(generator, out.size, (u, i) => {
    data[i] = low + Math.floor(u * (high - low));
  });
  return out;
}

/** The numbers from 0 to n − 1 in random order. Method: Fisher and Yates. */
export function permutationArray(generator: Generator, n: number, dtype: DType): NDArray {
  const out = allocate([n], dtype);
  const { data } = out;
  for (let i = 0; i < n; i++) data[i] = i;
  eachFraction(generator, n, (u, i) => {
    const last = n - 1 - i;
    const other = Math.floor(u * (last + 1));
    const kept = data[last] as number;
    data[last] = data[other] as number;
    data[other] = kept;
  });
  return out;
}
