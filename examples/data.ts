// The handwritten digits of examples/data, as arrays, split into those to train on and those held out.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** Pixels of one digit: 8 × 8. */
export const PIXELS = 64;

/** No more than the file unpacks to, with room to spare. */
const MOST_BYTES = 1 << 20;

/** N digits. */
export interface Digits {
  /** [N, 64], row by row, 0 (paper) to 1 (ink). */
  images: Float32Array;
  /** [N], the digit that each image shows. */
  labels: Int32Array;
}

/**
 * All 1,797 digits.
 *
 * @throws Error where a line is not 64 numbers from 0 to 16 and a digit.
 */
export function readDigits(): Digits {
  const packed = readFileSync(new URL('./data/digits.csv.gz', import.meta.url));
  const text = gunzipSync(packed, { maxOutputLength: MOST_BYTES }).toString('latin1');
  const lines = text.trimEnd().split('\n');
  const images = new Float32Array(lines.length * PIXELS);
  const labels = new Int32Array(lines.length);
  lines.forEach((line, n) => {
    const numbers = line.split(',').map(Number);
    const label = numbers.pop() ?? Number.NaN;
    if (numbers.length !== PIXELS || !numbers.every(upTo(16)) || !upTo(9)(label)) {
      throw new Error(`digits.csv.gz: line ${n + 1} is not 64 pixels and a digit`);
    }
    images.set(
      numbers.map(pixel => pixel / 16),
      n * PIXELS,
    );
    labels[n] = label;
  });
  return { images, labels };
}

/** Every sixth digit held out (299), the others to train on (1,498). The same people wrote both. */
export function splitDigits(digits: Digits): { train: Digits; held: Digits } {
  const numbers = [...digits.labels.keys()];
  return {
    train: pick(
      digits,
      numbers.filter(n => n % 6 !== 5),
    ),
    held: pick(
      digits,
      numbers.filter(n => n % 6 === 5),
    ),
  };
}

/** The digits with the numbers given, in that order. */
export function pick({ images, labels }: Digits, numbers: readonly number[]): Digits {
  const picked: Digits = {
    images: new Float32Array(numbers.length * PIXELS),
    labels: new Int32Array(numbers.length),
  };
  numbers.forEach((n, at) => {
    picked.images.set(images.subarray(n * PIXELS, (n + 1) * PIXELS), at * PIXELS);
    picked.labels[at] = labels[n] ?? 0;
  });
  return picked;
}

function upTo(most: number): (n: number) => boolean {
  return n => Number.isInteger(n) && n >= 0 && n <= most;
}
