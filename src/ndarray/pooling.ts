// Pools of plain arrays: windows along the last one to three dimensions, all others are planes of their own. A place in a
// plane is a whole number, the flat index of the element there.

import { allocate, type NDArray } from './array.ts';
import type { DType, TypedArray } from './dtype.ts';
import { IndexError, showShape } from './errors.ts';
import type { Geometry } from './im2col.ts';
import { flatData } from './map.ts';
import { type Shape, sizeOf } from './shape.ts';
import { maxWindowsF32 } from './wasm/pooling.ts';

/** The windows along one dimension: window j has the elements from starts[j] on, below ends[j], each `step` apart. */
export interface Windows {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly step: number;
  /** How many elements an average counts, which may include some of the padding. */
  readonly counts: readonly number[];
}

/** The windows along each dimension of a plane, and how large the plane is. */
export interface Pool {
  readonly input: Shape;
  readonly windows: readonly Windows[];
  /** The same where all windows are equal and the padding does not count; else null. */
  readonly geometry: Geometry | null;
}

/** The sizes of what a pool makes of a plane. */
export function pooledSizes({ windows }: Pool): number[] {
  return windows.map(({ starts }) => starts.length);
}

/** Three dimensions, the first ones of size 1 where there are fewer, so that one loop does for all. */
interface Cube {
  readonly height: number;
  readonly width: number;
  readonly area: number;
  readonly z: Axis;
  readonly y: Axis;
  readonly x: Axis;
}

interface Axis {
  readonly n: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly step: number;
  readonly counts: Float64Array;
}

const SINGLE: Windows = { starts: [0], ends: [1], step: 1, counts: [1] };

function cubeOf({ input, windows }: Pool): Cube {
  const missing = 3 - input.length;
  const sizes = [...new Array<number>(missing).fill(1), ...input];
  const axes = [...new Array<Windows>(missing).fill(SINGLE), ...windows].map(
    ({ starts, ends, step, counts }): Axis => ({
      n: starts.length,
      starts: Int32Array.from(starts),
      ends: Int32Array.from(ends),
      step,
      counts: Float64Array.from(counts),
    }),
  );
  const [z, y, x] = axes as [Axis, Axis, Axis];
  return { height: sizes[1] as number, width: sizes[2] as number, area: sizeOf(sizes), z, y, x };
}

function leadOf(x: NDArray, pool: Pool): Shape {
  return x.shape.slice(0, x.shape.length - pool.input.length);
}

/** Fills the results of a plane from `o` on with what its windows are, its elements beginning at `base`. */
type PlaneLoop = (to: TypedArray, o: number, data: TypedArray, base: number, cube: Cube) => void;

/**
 * Runs the loop of a pool over each plane. The loops over windows are written out in each of them: a call for each window
 * costs as much as a small window itself.
 */
function eachPlane(out: NDArray, x: NDArray, pool: Pool, loop: PlaneLoop): NDArray {
  const data = flatData(x);
  const cube = cubeOf(pool);
  const planes = sizeOf(leadOf(x, pool));
  const step = out.size / Math.max(1, planes);
  for (let plane = 0; plane < planes; plane++) {
    loop(out.data, plane * step, data, plane * cube.area, cube);
  }
  return out;
}

function pooled(x: NDArray, pool: Pool, dtype: DType): NDArray {
  return allocate([...leadOf(x, pool), ...pooledSizes(pool)], dtype);
}

/** The largest element of each window; NaN is larger than any number. */
export function maxPoolArray(x: NDArray, pool: Pool): NDArray {
  const out = pooled(x, pool, x.dtype);
  const { geometry } = pool;
  const planes = sizeOf(leadOf(x, pool));
  const to = out.data as Float32Array;
  if (geometry !== null && maxWindowsF32(flatData(x), planes, geometry, to, null)) return out;
  return eachPlane(out, x, pool, maxima);
}

function maxima(to: TypedArray, o: number, data: TypedArray, base: number, cube: Cube): void {
  const { height, width, z, y, x } = cube;
  for (let k = 0; k < z.n; k++) {
    const z0 = z.starts[k] as number;
    const z1 = z.ends[k] as number;
    for (let j = 0; j < y.n; j++) {
      const y0 = y.starts[j] as number;
      const y1 = y.ends[j] as number;
      for (let i = 0; i < x.n; i++) {
        const x0 = x.starts[i] as number;
        const x1 = x.ends[i] as number;
        let best = Number.NEGATIVE_INFINITY;
        for (let c = z0; c < z1; c += z.step) {
          for (let b = y0; b < y1; b += y.step) {
            const row = base + (c * height + b) * width;
            for (let a = row + x0; a < row + x1; a += x.step)
              best = Math.max(best, data[a] as number);
          }
        }
        to[o++] = best;
      }
    }
  }
}

/** The place of the largest element of each window: the first of equal ones, the last NaN. */
export function maxPlacesArray(x: NDArray, pool: Pool): NDArray {
  const out = pooled(x, pool, 'int32');
  const { geometry } = pool;
  const planes = sizeOf(leadOf(x, pool));
  const to = out.data as Int32Array;
  if (geometry !== null && maxWindowsF32(flatData(x), planes, geometry, null, to)) {
    return withoutPadding(out, pool);
  }
  return eachPlane(out, x, pool, placesOfMaxima);
}

/** Puts the first place of a window where there is none, as all of it is −∞. */
function withoutPadding(places: NDArray, { input, windows }: Pool): NDArray {
  const { data } = places;
  for (let k = 0; k < data.length; k++) {
    if ((data[k] as number) >= 0) continue;
    let [rest, place, step] = [k, 0, 1];
    for (let d = input.length - 1; d >= 0; d--) {
      const { starts } = windows[d] as Windows;
      place += step * (starts[rest % starts.length] as number);
      rest = Math.floor(rest / starts.length);
      step *= input[d] as number;
    }
    data[k] = place;
  }
  return places;
}

function placesOfMaxima(
  to: TypedArray,
  o: number,
  data: TypedArray,
  base: number,
  cube: Cube,
): void {
  const { height, width, z, y, x } = cube;
  for (let k = 0; k < z.n; k++) {
    const z0 = z.starts[k] as number;
    const z1 = z.ends[k] as number;
    for (let j = 0; j < y.n; j++) {
      const y0 = y.starts[j] as number;
      const y1 = y.ends[j] as number;
      for (let i = 0; i < x.n; i++) {
        const x0 = x.starts[i] as number;
        const x1 = x.ends[i] as number;
        let place = base + (z0 * height + y0) * width + x0;
        let best = Number.NEGATIVE_INFINITY;
        for (let c = z0; c < z1; c += z.step) {
          for (let b = y0; b < y1; b += y.step) {
            const row = base + (c * height + b) * width;
            for (let a = row + x0; a < row + x1; a += x.step) {
              const value = data[a] as number;
              if (value > best || Number.isNaN(value)) {
                best = value;
                place = a;
              }
            }
          }
        }
        to[o++] = place - base;
      }
    }
  }
}

/**
 * A place in each window, drawn with probabilities in proportion to the elements (negative ones count as 0) by numbers
 * from [0, 1); the first place of a window without a positive element, the place of a NaN in one that has one.
 */
export function drawnPlacesArray(x: NDArray, uniform: NDArray, pool: Pool): NDArray {
  const numbers = flatData(uniform);
  return eachPlane(pooled(x, pool, 'int32'), x, pool, (to, o, data, base, cube) =>
    drawPlaces(to, o, data, base, numbers, cube),
  );
}

function drawPlaces(
  to: TypedArray,
  o: number,
  data: TypedArray,
  base: number,
  uniform: TypedArray,
  { height, width, z, y, x }: Cube,
): void {
  for (let k = 0; k < z.n; k++) {
    const z0 = z.starts[k] as number;
    const z1 = z.ends[k] as number;
    for (let j = 0; j < y.n; j++) {
      const y0 = y.starts[j] as number;
      const y1 = y.ends[j] as number;
      for (let i = 0; i < x.n; i++) {
        const x0 = x.starts[i] as number;
        const x1 = x.ends[i] as number;
        let place = base + (z0 * height + y0) * width + x0;
        let total = 0;
        // Twice over the window: the sum first, then up to where the draw falls.
        for (let pass = 0; pass < 2; pass++) {
          let left = pass === 0 ? Number.POSITIVE_INFINITY : total * (uniform[o] as number);
          if (pass === 1 && !(total > 0)) break;
          for (let c = z0; c < z1; c += z.step) {
            for (let b = y0; b < y1; b += y.step) {
              const row = base + (c * height + b) * width;
              for (let a = row + x0; a < row + x1; a += x.step) {
                const value = data[a] as number;
                if (value <= 0) continue;
                if (pass === 0) {
                  total += value;
                  if (Number.isNaN(value)) place = a;
                } else if (left >= 0) {
                  place = a;
                  left -= value;
                }
              }
            }
          }
        }
        to[o++] = place - base;
      }
    }
  }
}

/** The sum of each window divided by `divisor`, or by its count where that is null. */
export function averagePoolArray(x: NDArray, pool: Pool, divisor: number | null): NDArray {
  return eachPlane(pooled(x, pool, x.dtype), x, pool, (to, o, data, base, cube) =>
    averages(to, o, data, base, cube, divisor),
  );
}

function averages(
  to: TypedArray,
  o: number,
  data: TypedArray,
  base: number,
  { height, width, z, y, x }: Cube,
  divisor: number | null,
): void {
  for (let k = 0; k < z.n; k++) {
    const z0 = z.starts[k] as number;
    const z1 = z.ends[k] as number;
    for (let j = 0; j < y.n; j++) {
      const y0 = y.starts[j] as number;
      const y1 = y.ends[j] as number;
      const rows = (z.counts[k] as number) * (y.counts[j] as number);
      for (let i = 0; i < x.n; i++) {
        const x0 = x.starts[i] as number;
        const x1 = x.ends[i] as number;
        let sum = 0;
        for (let c = z0; c < z1; c++) {
          for (let b = y0; b < y1; b++) {
            const row = base + (c * height + b) * width;
            for (let a = row + x0; a < row + x1; a++) sum += data[a] as number;
          }
        }
        to[o++] = sum / (divisor ?? rows * (x.counts[i] as number));
      }
    }
  }
}

/** The transpose of {@link averagePoolArray}: each element, divided likewise, added to all of its window. */
export function spreadArray(g: NDArray, pool: Pool, divisor: number | null): NDArray {
  const lead = leadOf(g, pool);
  const out = allocate([...lead, ...pool.input], g.dtype);
  const data = flatData(g);
  const cube = cubeOf(pool);
  const step = g.size / Math.max(1, sizeOf(lead));
  const sums = new Float64Array(cube.area);
  for (let plane = 0; plane < sizeOf(lead); plane++) {
    sums.fill(0);
    spread(sums, data, plane * step, cube, divisor);
    out.data.set(sums, plane * cube.area);
  }
  return out;
}

function spread(
  sums: Float64Array,
  data: TypedArray,
  from: number,
  { height, width, z, y, x }: Cube,
  divisor: number | null,
): void {
  let o = from;
  for (let k = 0; k < z.n; k++) {
    const z0 = z.starts[k] as number;
    const z1 = z.ends[k] as number;
    for (let j = 0; j < y.n; j++) {
      const y0 = y.starts[j] as number;
      const y1 = y.ends[j] as number;
      const rows = (z.counts[k] as number) * (y.counts[j] as number);
      for (let i = 0; i < x.n; i++) {
        const x0 = x.starts[i] as number;
        const x1 = x.ends[i] as number;
        const value = (data[o++] as number) / (divisor ?? rows * (x.counts[i] as number));
        for (let c = z0; c < z1; c++) {
          for (let b = y0; b < y1; b++) {
            const row = (c * height + b) * width;
            for (let a = row + x0; a < row + x1; a++) sums[a] = (sums[a] as number) + value;
          }
        }
      }
    }
  }
}

/** Elements at the given places of each plane. @throws IndexError for a place outside. */
export function takeArray(x: NDArray, places: NDArray, input: Shape, where: string): NDArray {
  const area = sizeOf(input);
  const out = allocate(places.shape, x.dtype);
  const [data, indices] = [flatData(x), flatData(places)];
  const planes = sizeOf(x.shape.slice(0, x.shape.length - input.length));
  const count = places.size / Math.max(1, planes);
  const to = out.data;
  for (let plane = 0; plane < planes; plane++) {
    const base = plane * area;
    for (let k = plane * count; k < (plane + 1) * count; k++) {
      to[k] = data[base + checked(indices[k] as number, area, input, where)] as number;
    }
  }
  return out;
}

function checked(place: number, area: number, input: Shape, where: string): number {
  if (place >= 0 && place < area) return place;
  throw new IndexError(
    `${where}: index ${place} is outside of a plane of ${showShape(input)}, which has ${area} elements`,
  );
}

/** Planes of zeros with the elements of `g` at the given places: added where several meet, or the last of them. */
export function putArray(
  g: NDArray,
  places: NDArray,
  input: Shape,
  adds: boolean,
  where: string,
): NDArray {
  const area = sizeOf(input);
  const lead = g.shape.slice(0, g.shape.length - input.length);
  const out = allocate([...lead, ...input], g.dtype);
  const [data, indices] = [flatData(g), flatData(places)];
  const planes = sizeOf(lead);
  const count = g.size / Math.max(1, planes);
  const sums = new Float64Array(area);
  for (let plane = 0; plane < planes; plane++) {
    sums.fill(0);
    for (let k = plane * count; k < (plane + 1) * count; k++) {
      const place = checked(indices[k] as number, area, input, where);
      sums[place] = (adds ? (sums[place] as number) : 0) + (data[k] as number);
    }
    out.data.set(sums, plane * area);
  }
  return out;
}
