// The three products of a convolution. With images x, weights w and outputs y there is one number that is linear in each,
// Σ y[n, o, place] · w[o, tap] · x[n, tap + place]; its derivative by y is the convolution, by x the transposed convolution,
// by w the gradient of the weights. Each of them is a matrix product with the columns of im2col.ts.
//
// x [n, c, ...input]   w [o, c / groups, ...kernel]   y [n, o, ...output]

import { allocate, type NDArray } from './array.ts';
import { promote } from './dtype.ts';
import {
  blankImage,
  type Geometry,
  gatherColumns,
  type Layout,
  layoutOf,
  pad,
  scatterColumns,
  scratch,
  unpad,
} from './im2col.ts';
import { flatData } from './map.ts';
import { sizeOf } from './shape.ts';
import {
  convolveF32,
  convolveInputF32,
  convolveWeightF32,
  type Sizes,
} from './wasm/convolution.ts';
import { type GemmArray, gemmReference } from './wasm/gemm-reference.ts';

/** Most elements of a block of columns. */
const BLOCK = 1 << 17;

const columnScratch = scratch();

function sizesOf(n: number, c: number, o: number, geometry: Geometry): Sizes {
  const { groups, input, kernel, output } = geometry;
  return {
    n,
    c,
    o,
    groupChannels: c / groups,
    groupOutputs: o / groups,
    size: sizeOf([c, ...input]),
    taps: sizeOf([c / groups, ...kernel]),
    places: sizeOf(output),
  };
}

/** y = x ∗ w (+ bias): [n, o, ...output]. */
export function convolveArrays(
  x: NDArray,
  w: NDArray,
  bias: NDArray | null,
  geometry: Geometry,
): NDArray {
  const [n = 0, c = 0] = x.shape;
  const o = w.shape[0] as number;
  const sizes = sizesOf(n, c, o, geometry);
  const dtype = [w, ...(bias === null ? [] : [bias])].reduce(
    (type, array) => promote(type, array.dtype),
    x.dtype,
  );
  const y = allocate([n, o, ...geometry.output], dtype);
  const layout = layoutOf(geometry, c);
  const [images, weights] = [flatData(x), flatData(w)] as [GemmArray, GemmArray];
  const added = bias === null ? null : (flatData(bias) as GemmArray);
  if (convolveF32(images, weights, added, y.data, layout, sizes)) return y;
  convolve(images, weights, y.data as GemmArray, layout, sizes);
  if (added !== null) addBias(y.data as GemmArray, added, sizes);
  return y;
}

function convolve(
  x: GemmArray,
  w: GemmArray,
  y: GemmArray,
  layout: Layout,
  { n, o, groupChannels, groupOutputs, size, taps, places }: Sizes,
): void {
  const image = blankImage(layout);
  const width = blockWidth(taps, places);
  const columns = columnScratch(taps * width);
  for (let i = 0; i < n; i++) {
    pad(image, 0, x, i * size, layout);
    for (let first = 0; first < o; first += groupOutputs) {
      const at = (first / groupOutputs) * groupChannels * layout.channel;
      const to = (i * o + first) * places;
      for (let j = 0; j < places; j += width) {
        const count = Math.min(width, places - j);
        gatherColumns(columns, image, at, layout, j, count);
        // biome-ignore format: one operand a line
        gemmReference(groupOutputs, count, taps,
          w, first * taps, taps, 1,
          columns, 0, count, 1,
          y, to + j, places);
      }
    }
  }
}

function blockWidth(taps: number, places: number): number {
  return Math.max(1, Math.min(places, Math.floor(BLOCK / Math.max(1, taps))));
}

function addBias(y: GemmArray, bias: GemmArray, { n, o, places }: Sizes): void {
  for (let row = 0; row < n * o; row++) {
    const b = bias[row % o] as number;
    for (let k = row * places; k < (row + 1) * places; k++) y[k] = (y[k] as number) + b;
  }
}

/** The transposed convolution of y and w: [n, c, ...input]. */
export function convolveInputArrays(y: NDArray, w: NDArray, geometry: Geometry): NDArray {
  const [n = 0, o = 0] = y.shape;
  const c = (w.shape[1] as number) * geometry.groups;
  const sizes = sizesOf(n, c, o, geometry);
  const x = allocate([n, c, ...geometry.input], promote(y.dtype, w.dtype));
  const layout = layoutOf(geometry, c);
  const [outputs, weights] = [flatData(y), flatData(w)] as [GemmArray, GemmArray];
  if (!convolveInputF32(outputs, weights, x.data, layout, sizes)) {
    convolveInput(outputs, weights, x.data as GemmArray, layout, sizes);
  }
  return x;
}

function convolveInput(
  y: GemmArray,
  w: GemmArray,
  x: GemmArray,
  layout: Layout,
  { n, o, groupChannels, groupOutputs, size, taps, places }: Sizes,
): void {
  const width = blockWidth(taps, places);
  const columns = columnScratch(taps * width);
  for (let i = 0; i < n; i++) {
    const image = blankImage(layout);
    for (let first = 0; first < o; first += groupOutputs) {
      const at = (first / groupOutputs) * groupChannels * layout.channel;
      const from = (i * o + first) * places;
      for (let j = 0; j < places; j += width) {
        const count = Math.min(width, places - j);
        // biome-ignore format: one operand a line
        gemmReference(taps, count, groupOutputs,
          w, first * taps, 1, taps,
          y, from + j, places, 1,
          columns, 0, count);
        scatterColumns(image, at, columns, 0, layout, j, count);
      }
    }
    unpad(x, i * size, image, 0, layout);
  }
}

/** The gradient of the weights from x and y: [o, c / groups, ...kernel]. */
export function convolveWeightArrays(x: NDArray, y: NDArray, geometry: Geometry): NDArray {
  const [n = 0, c = 0] = x.shape;
  const o = y.shape[1] as number;
  const sizes = sizesOf(n, c, o, geometry);
  const shape = [o, c / geometry.groups, ...geometry.kernel];
  const w = allocate(shape, promote(x.dtype, y.dtype));
  const layout = layoutOf(geometry, c);
  const [images, outputs] = [flatData(x), flatData(y)] as [GemmArray, GemmArray];
  if (!convolveWeightF32(images, outputs, w.data, layout, sizes)) {
    w.data.set(convolveWeight(images, outputs, layout, sizes));
  }
  return w;
}

function convolveWeight(
  x: GemmArray,
  y: GemmArray,
  layout: Layout,
  { n, o, groupChannels, groupOutputs, size, taps, places }: Sizes,
): Float64Array {
  const image = blankImage(layout);
  const width = blockWidth(taps, places);
  const columns = columnScratch(taps * width);
  const part = new Float64Array(groupOutputs * taps);
  const total = new Float64Array(o * taps);
  for (let i = 0; i < n; i++) {
    pad(image, 0, x, i * size, layout);
    for (let first = 0; first < o; first += groupOutputs) {
      const at = (first / groupOutputs) * groupChannels * layout.channel;
      for (let j = 0; j < places; j += width) {
        const count = Math.min(width, places - j);
        gatherColumns(columns, image, at, layout, j, count);
        // biome-ignore format: one operand a line
        gemmReference(groupOutputs, taps, count,
          y, (i * o + first) * places + j, places, 1,
          columns, 0, 1, count,
          part, 0);
        const to = first * taps;
        for (let k = 0; k < part.length; k++) {
          total[to + k] = (total[to + k] as number) + (part[k] as number);
        }
      }
    }
  }
  return total;
}
