// Sliding windows over padded images, for any number of spatial dimensions. In a padded image, element (tap, place) of the
// matrix of columns is at taps[tap] + places[place]: two small tables say where everything is, and no bound is checked.
//
// tap       a channel of a group and a position in the kernel
// place     a position of the kernel in the image: an element of the output

import { allocate, type NDArray } from './array.ts';
import { flatData } from './map.ts';
import { type Shape, sizeOf } from './shape.ts';

/** Which windows a kernel sees. All lists have one number for each spatial dimension. */
export interface Geometry {
  readonly groups: number;
  /** Steps from window to window. */
  readonly stride: readonly number[];
  /** Steps from tap to tap. */
  readonly dilation: readonly number[];
  /** Zeros before the first element; as many follow the last as the output needs. */
  readonly low: readonly number[];
  readonly input: readonly number[];
  readonly kernel: readonly number[];
  readonly output: readonly number[];
}

/** Where everything is in a padded image. */
export interface Layout {
  /** Elements of a padded channel, and of the whole image. */
  readonly channel: number;
  readonly image: number;
  readonly taps: Int32Array;
  readonly places: Int32Array;
  /** Where the rows of the image start in the padded one, and how long they are. */
  readonly rows: Int32Array;
  readonly row: number;
}

/** What holds the elements of images and columns. */
export type Elements = Float32Array | Float64Array | Int32Array | Uint8Array;

/** The tables for images of so many channels. */
export function layoutOf(geometry: Geometry, channels: number): Layout {
  const { groups, stride, dilation, low, input, kernel, output } = geometry;
  const sizes = input.map((n, d) =>
    Math.max(
      (low[d] as number) + n,
      reach(output[d] as number, stride[d] as number) +
        reach(kernel[d] as number, dilation[d] as number) +
        1,
    ),
  );
  const steps = new Array<number>(sizes.length);
  let channel = 1;
  for (let d = sizes.length - 1; d >= 0; d--) {
    steps[d] = channel;
    channel *= sizes[d] as number;
  }
  const image = sizeOf([channels, channel]);
  const times = (factors: readonly number[]): number[] =>
    steps.map((step, d) => step * (factors[d] as number));
  const whole = sizes.every((n, d) => n === input[d]);
  return {
    channel,
    image,
    taps: offsets([channels / groups, ...kernel], [channel, ...times(dilation)]),
    places: offsets(output, times(stride)),
    rows: whole
      ? Int32Array.of(0)
      : offsets(
          [channels, ...input.slice(0, -1)],
          [channel, ...steps],
          times(low).reduce((a, b) => a + b, 0),
        ),
    row: whole ? image : (input.at(-1) as number),
  };
}

/** How far the last of `count` steps is from the first. */
function reach(count: number, step: number): number {
  return Math.max(0, count - 1) * step;
}

/** start + Σ index[d]·steps[d] for all indices below `sizes`, the last fastest. */
export function offsets(sizes: Shape, steps: readonly number[], start = 0): Int32Array {
  let all = Int32Array.of(start);
  sizes.forEach((n, d) => {
    const step = steps[d] as number;
    const next = new Int32Array(all.length * n);
    for (let i = 0; i < all.length; i++) {
      for (let j = 0; j < n; j++) next[i * n + j] = (all[i] as number) + j * step;
    }
    all = next;
  });
  return all;
}

/** From this length on, a row is copied as a whole and not element by element. */
const LINE = 24;

/** Copies an image, which starts at `from`, into a padded one at `at`, whose padding is left alone. */
export function pad(to: Elements, at: number, data: Elements, from: number, layout: Layout): void {
  const { rows, row } = layout;
  for (let r = 0; r < rows.length; r++)
    copy(to, at + (rows[r] as number), data, from + r * row, row);
}

/** Copies an image out of a padded one. */
export function unpad(
  to: Elements,
  at: number,
  data: Elements,
  from: number,
  layout: Layout,
): void {
  const { rows, row } = layout;
  for (let r = 0; r < rows.length; r++)
    copy(to, at + r * row, data, from + (rows[r] as number), row);
}

function copy(to: Elements, at: number, data: Elements, from: number, count: number): void {
  if (count < LINE) for (let i = 0; i < count; i++) to[at + i] = data[from + i] as number;
  else to.set(data.subarray(from, from + count), at);
}

/** Writes the columns of `count` places from `first` on: row `tap` has the elements of one tap. */
export function gatherColumns(
  columns: Elements,
  image: Elements,
  at: number,
  { taps, places }: Layout,
  first: number,
  count: number,
): void {
  let o = 0;
  for (let t = 0; t < taps.length; t++) {
    const base = at + (taps[t] as number);
    for (let j = first; j < first + count; j++) {
      columns[o++] = image[base + (places[j] as number)] as number;
    }
  }
}

/** Adds columns back to where {@link gatherColumns} took them from. */
export function scatterColumns(
  image: Elements,
  at: number,
  columns: Elements,
  from: number,
  { taps, places }: Layout,
  first: number,
  count: number,
): void {
  let i = from;
  for (let t = 0; t < taps.length; t++) {
    const base = at + (taps[t] as number);
    for (let j = first; j < first + count; j++) {
      const o = base + (places[j] as number);
      image[o] = (image[o] as number) + (columns[i++] as number);
    }
  }
}

/** Memory that is used again and again; what is too large to keep is made afresh. */
export function scratch(): (size: number) => Float64Array {
  let kept = new Float64Array(0);
  return size => {
    if (size > 2 ** 22) return new Float64Array(size);
    if (kept.length < size) kept = new Float64Array(size);
    return kept;
  };
}

const imageScratch = scratch();

/** A padded image of zeros, for use until the next call. */
export function blankImage(layout: Layout): Float64Array {
  return imageScratch(layout.image).fill(0, 0, layout.image);
}

/** The windows of images [n, c, ...input] as columns [n, c·kernel, places]. */
export function unfoldArray(x: NDArray, geometry: Geometry): NDArray {
  const [n, c] = x.shape as [number, number];
  const layout = layoutOf(geometry, c);
  const { taps, places, image } = layout;
  const out = allocate([n, taps.length, places.length], x.dtype);
  const data = flatData(x);
  const padded = blankImage(layout);
  const size = sizeOf([c, ...geometry.input]);
  const step = taps.length * places.length;
  for (let i = 0; i < n && image > 0; i++) {
    pad(padded, 0, data, i * size, layout);
    gatherColumns(out.data.subarray(i * step), padded, 0, layout, 0, places.length);
  }
  return out;
}

/** Columns [n, c·kernel, places] added up into images [n, c, ...input]. */
export function foldArray(columns: NDArray, geometry: Geometry): NDArray {
  const n = columns.shape[0] as number;
  const c = (columns.shape[1] as number) / sizeOf(geometry.kernel);
  const layout = layoutOf(geometry, c);
  const { taps, places } = layout;
  const out = allocate([n, c, ...geometry.input], columns.dtype);
  const data = flatData(columns);
  const size = sizeOf([c, ...geometry.input]);
  for (let i = 0; i < n; i++) {
    const image = blankImage(layout);
    scatterColumns(image, 0, data, i * taps.length * places.length, layout, 0, places.length);
    unpad(out.data, i * size, image, 0, layout);
  }
  return out;
}
