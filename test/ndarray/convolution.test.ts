// The products of convolutions: the float64 loops beside sums written out, and the float32 kernels beside float64.

import { describe, expect, it } from 'vitest';
import { randomNumbers } from '../../src/autograd/gradcheck.ts';
import { fromData, type NDArray } from '../../src/ndarray/array.ts';
import {
  convolveArrays,
  convolveInputArrays,
  convolveWeightArrays,
} from '../../src/ndarray/convolution.ts';
import { type Geometry, offsets } from '../../src/ndarray/im2col.ts';
import { cast } from '../../src/ndarray/map.ts';
import { sizeOf } from '../../src/ndarray/shape.ts';

interface Given extends Partial<Geometry> {
  title: string;
  n: number;
  /** Channels of x and y. */
  c: number;
  o: number;
  kernel: readonly number[];
  output: readonly number[];
}

const CASES: readonly Given[] = [
  { title: 'one dimension', n: 3, c: 4, o: 6, kernel: [5], output: [70], low: [2] },
  { title: 'two dimensions', n: 2, c: 3, o: 5, kernel: [3, 3], output: [13, 11], low: [1, 1] },
  {
    title: 'three dimensions',
    n: 1,
    c: 2,
    o: 4,
    kernel: [3, 2, 3],
    output: [5, 6, 9],
    low: [1, 0, 1],
  },
  {
    title: 'stride',
    n: 2,
    c: 4,
    o: 8,
    kernel: [3, 4],
    output: [9, 10],
    stride: [2, 3],
    low: [1, 0],
  },
  {
    title: 'dilation',
    n: 2,
    c: 4,
    o: 3,
    kernel: [3, 3],
    output: [12, 10],
    dilation: [3, 2],
    low: [0, 2],
  },
  { title: 'groups', n: 2, c: 6, o: 9, kernel: [3, 3], output: [12, 9], groups: 3, low: [1, 1] },
  {
    title: 'depthwise',
    n: 2,
    c: 16,
    o: 16,
    kernel: [3, 3],
    output: [12, 12],
    groups: 16,
    low: [1, 1],
  },
  { title: '1 × 1', n: 2, c: 33, o: 7, kernel: [1, 1], output: [6, 9] },
  { title: 'many taps', n: 2, c: 31, o: 5, kernel: [5, 5], output: [6, 7], low: [2, 2] },
  { title: 'many places', n: 1, c: 2, o: 3, kernel: [3, 3], output: [40, 41], low: [1, 1] },
  { title: 'many outputs', n: 1, c: 2, o: 301, kernel: [3, 1], output: [5, 7] },
  { title: 'many images', n: 19, c: 2, o: 5, kernel: [2, 2], output: [7, 7] },
  { title: 'one place', n: 5, c: 20, o: 30, kernel: [4, 4], output: [1, 1] },
];

function geometryOf({ kernel, output, ...given }: Given): Geometry {
  const same = (value: number): number[] => kernel.map(() => value);
  const { groups = 1, stride = same(1), dilation = same(1), low = same(0) } = given;
  const at = (list: readonly number[], d: number): number => list[d] as number;
  // Half of the padding after the end is missing, so that both sides differ.
  const input = output.map(
    (size, d) =>
      (size - 1) * at(stride, d) +
      at(dilation, d) * (at(kernel, d) - 1) +
      1 -
      at(low, d) -
      (at(low, d) >> 1),
  );
  return { groups, stride, dilation, low, input, kernel, output };
}

function arraysOf(given: Given, geometry: Geometry): Record<'x' | 'w' | 'y' | 'bias', NDArray> {
  const random = randomNumbers(given.title.length);
  const make = (...shape: number[]): NDArray =>
    fromData(
      Float64Array.from({ length: sizeOf(shape) }, () => Math.fround(random())),
      shape,
      'float64',
    );
  return {
    x: make(given.n, given.c, ...geometry.input),
    w: make(given.o, given.c / geometry.groups, ...geometry.kernel),
    y: make(given.n, given.o, ...geometry.output),
    bias: make(given.o),
  };
}

/** Calls `each` with the flat places in x, w and y of every product. */
function products(
  { n, c, o }: Given,
  { groups, stride, dilation, low, input, kernel, output }: Geometry,
  each: (x: number, w: number, y: number) => void,
): void {
  const [taps, places] = [indices(kernel), indices(output)];
  const pixels = sizeOf(input);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < o; k++) {
      for (let q = 0; q < c / groups; q++) {
        const channel = Math.floor(k / (o / groups)) * (c / groups) + q;
        taps.forEach((tap, t) => {
          places.forEach((place, p) => {
            let at = 0;
            for (let d = 0; d < input.length; d++) {
              const step = (list: readonly number[]): number => list[d] as number;
              const j = step(place) * step(stride) + step(tap) * step(dilation) - step(low);
              if (j < 0 || j >= step(input)) return;
              at = at * step(input) + j;
            }
            each(
              (i * c + channel) * pixels + at,
              (k * (c / groups) + q) * taps.length + t,
              (i * o + k) * places.length + p,
            );
          });
        });
      }
    }
  }
}

function indices(sizes: readonly number[]): number[][] {
  return sizes.reduce<number[][]>(
    (all, n) => all.flatMap(index => Array.from({ length: n }, (_, k) => [...index, k])),
    [[]],
  );
}

/** The largest difference, relative to the largest element. */
function difference(got: ArrayLike<number>, want: ArrayLike<number>): number {
  expect(got.length).toBe(want.length);
  let [worst, scale] = [0, 0];
  for (let k = 0; k < want.length; k++) {
    const [a, b] = [got[k] as number, want[k] as number];
    scale = Math.max(scale, Math.abs(b));
    worst = Math.max(worst, Number.isNaN(a) ? Infinity : Math.abs(a - b));
  }
  return worst / scale;
}

describe.each(CASES.map(given => [given.title, given] as const))('%s', (_, given) => {
  const geometry = geometryOf(given);
  const arrays = arraysOf(given, geometry);
  const at = (list: ArrayLike<number>, k: number): number => list[k] as number;
  const [x, w, y] = [arrays.x.data, arrays.w.data, arrays.y.data];
  const sums = {
    x: new Float64Array(x.length),
    w: new Float64Array(w.length),
    y: new Float64Array(y.length),
  };
  products(given, geometry, (i, j, k) => {
    sums.y[k] = at(sums.y, k) + at(x, i) * at(w, j);
    sums.x[i] = at(sums.x, i) + at(y, k) * at(w, j);
    sums.w[j] = at(sums.w, j) + at(x, i) * at(y, k);
  });

  it.each([
    ['float64', 1e-13],
    ['float32', 1e-6],
  ] as const)('%s', (dtype, tolerance) => {
    const [a, b, c, bias] = [arrays.x, arrays.w, arrays.y, arrays.bias].map(array =>
      cast(array, dtype),
    ) as [NDArray, NDArray, NDArray, NDArray];
    const results = {
      y: convolveArrays(a, b, null, geometry),
      x: convolveInputArrays(c, b, geometry),
      w: convolveWeightArrays(a, c, geometry),
    };
    for (const name of ['y', 'x', 'w'] as const) {
      expect(results[name].dtype).toBe(dtype);
      expect(difference(results[name].data, sums[name]), name).toBeLessThan(tolerance);
    }
    const moved = sums.y.map((sum, k) => {
      const row = Math.floor(k / sizeOf(geometry.output));
      return sum + at(arrays.bias.data, row % given.o);
    });
    expect(difference(convolveArrays(a, b, bias, geometry).data, moved)).toBeLessThan(tolerance);
  });
});

it('lists all offsets, the last index fastest', () => {
  expect([...offsets([2, 3], [10, 2], 5)]).toEqual([5, 7, 9, 15, 17, 19]);
  expect([...offsets([], [])]).toEqual([0]);
  expect([...offsets([2, 0], [1, 1])]).toEqual([]);
});

it('carries NaN and infinities only as far as the windows reach', () => {
  const geometry = geometryOf({
    title: '',
    n: 1,
    c: 8,
    o: 8,
    kernel: [3, 3],
    output: [12, 12],
    low: [1, 1],
  });
  const x = new Float32Array(8 * sizeOf(geometry.input)).fill(1);
  x[0] = Number.NaN;
  const y = convolveArrays(
    fromData(x, [1, 8, ...geometry.input], 'float32'),
    fromData(new Float32Array(576).fill(1), [8, 8, 3, 3], 'float32'),
    null,
    geometry,
  );
  const nan = [...y.data.subarray(0, 144)].flatMap((value, k) => (Number.isNaN(value) ? [k] : []));
  expect(nan).toEqual([0, 1, 12, 13]);
});
