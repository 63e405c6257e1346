// The products of a convolution in float32: windows go from the padded image straight into the panels of the matrix product,
// so that no matrix of columns is ever written. Same letters as in ../convolution.ts.

import { type Elements, type Layout, pad, unpad } from '../im2col.ts';
import { hasSimd, instantiate } from './assemble.ts';
import {
  depthStep,
  FREE,
  type GemmKernels,
  gemmKernels,
  packedLeftBytes,
  packedRightBytes,
} from './gemm-kernels.ts';
import { aligned, reserve } from './memory.ts';
import { windowsText } from './windows-text.ts';

/** Sizes of the matrices of one image and group. */
export interface Sizes {
  /** Images. */
  readonly n: number;
  /** Channels of x and of y, and those of one group. */
  readonly c: number;
  readonly o: number;
  readonly groupChannels: number;
  readonly groupOutputs: number;
  /** Elements of an image. */
  readonly size: number;
  readonly taps: number;
  readonly places: number;
}

/**
 * Addresses are in bytes from the start of the arena, counts in elements and none of them 0. The tables `lines` and
 * `depths` hold rising byte offsets: element (p, j) is at image + depths[p] + lines[j].
 */
interface WindowKernels {
  /** Packs n lines of depth k into panels as `packRight` of the matrix product does. */
  readonly packWindows: (
    to: number,
    image: number,
    lines: number,
    n: number,
    depths: number,
    k: number,
  ) => void;
  /** Adds the k × n elements at `from`, without gaps, to where `packWindows` would take them. */
  readonly addWindows: (
    image: number,
    lines: number,
    n: number,
    depths: number,
    k: number,
    from: number,
  ) => void;
}

type Kernels = GemmKernels & WindowKernels;

/** Up to this many multiplications the plain loops are as fast. */
const SMALL = 1 << 13;
/** Most columns of a block, and most elements of a block that is added to an image. */
const BLOCK = 512;
const ADDED = 1 << 16;
/** After so many images the sum of their weight gradients goes on in float64. */
const IMAGES = 8;

let kernels: Kernels | null | undefined;

function kernelsFor({ n, o, taps, places }: Sizes, arrays: readonly unknown[]): Kernels | null {
  if (n * o * taps * places <= SMALL) return null;
  for (const array of arrays) if (!(array instanceof Float32Array)) return null;
  kernels ??= assembleKernels();
  return kernels;
}

function assembleKernels(): Kernels | null {
  const gemm = hasSimd() ? gemmKernels() : null;
  if (gemm === null) return null;
  return {
    ...gemm,
    ...(instantiate(windowsText(), ['packWindows', 'addWindows']) as WindowKernels),
  };
}

/** Places of consecutive regions of the arena. */
class Regions {
  private next = FREE;

  /** The address of `bytes`. */
  take(bytes: number): number {
    const at = this.next;
    this.next = aligned(at + bytes);
    return at;
  }

  /** The whole arena. */
  reserve(): Float32Array {
    return reserve(this.next);
  }
}

function writeTable(arena: Float32Array, at: number, table: Int32Array): void {
  const entries = new Int32Array(arena.buffer, at, table.length);
  for (let k = 0; k < table.length; k++) entries[k] = 4 * (table[k] as number);
}

/** How much room a packed left operand takes whose depth is cut into steps. */
function leftBytes(rows: number, depth: number): number {
  const step = depthStep(depth);
  let bytes = 0;
  for (let p = 0; p < depth; p += step) bytes += packedLeftBytes(rows, Math.min(step, depth - p));
  return bytes;
}

/** y = x ∗ w (+ bias); false, and nothing written, where the plain loops should do it. */
export function convolveF32(
  x: unknown,
  w: unknown,
  bias: unknown,
  y: unknown,
  layout: Layout,
  sizes: Sizes,
): boolean {
  const run = kernelsFor(sizes, bias === null ? [x, w, y] : [x, w, y, bias]);
  if (run === null) return false;
  const { n, o, groupChannels, groupOutputs, size, taps, places } = sizes;
  const step = depthStep(taps);
  const width = Math.min(BLOCK, places);
  const left = leftBytes(groupOutputs, taps);
  const regions = new Regions();
  const packed = regions.take((o / groupOutputs) * left);
  const tapTable = regions.take(4 * taps);
  const placeTable = regions.take(4 * places);
  const right = regions.take(packedRightBytes(width, step));
  const result = regions.take(4 * o * places);
  // The weights lie where the image will be, until they are packed.
  const image = regions.take(4 * Math.max(layout.image, o * taps));
  const arena = regions.reserve();
  writeTable(arena, tapTable, layout.taps);
  writeTable(arena, placeTable, layout.places);
  arena.set(w as Float32Array, image / 4);
  for (let first = 0, to = packed; first < o; first += groupOutputs) {
    for (let p = 0; p < taps; p += step) {
      const deep = Math.min(step, taps - p);
      run.packLeft(to, image + 4 * (first * taps + p), groupOutputs, deep, taps, 1);
      to += packedLeftBytes(groupOutputs, deep);
    }
  }
  arena.fill(0, image / 4, image / 4 + layout.image);
  for (let i = 0; i < n; i++) {
    pad(arena, image / 4, x as Float32Array, i * size, layout);
    if (bias !== null) fillRows(arena, result / 4, bias as Float32Array, places);
    for (let first = 0, lefts = packed; first < o; first += groupOutputs, lefts += left) {
      const from = image + 4 * (first / groupOutputs) * groupChannels * layout.channel;
      for (let j = 0; j < places; j += width) {
        const count = Math.min(width, places - j);
        const to = result + 4 * (first * places + j);
        for (let p = 0, at = lefts; p < taps; p += step) {
          const deep = Math.min(step, taps - p);
          run.packWindows(right, from, placeTable + 4 * j, count, tapTable + 4 * p, deep);
          const more = p > 0 || bias !== null ? 1 : 0;
          run.multiply(groupOutputs, count, deep, at, right, to, places, more);
          at += packedLeftBytes(groupOutputs, deep);
        }
      }
    }
    copyOut(y as Float32Array, i * o * places, arena, result / 4, o * places);
  }
  return true;
}

function fillRows(to: Float32Array, at: number, bias: Float32Array, length: number): void {
  for (let row = 0; row < bias.length; row++) {
    to.fill(bias[row] as number, at + row * length, at + (row + 1) * length);
  }
}

function copyOut(
  to: Float32Array,
  at: number,
  arena: Float32Array,
  from: number,
  count: number,
): void {
  to.set(arena.subarray(from, from + count), at);
}

/** The transposed convolution of y and w; false where the plain loops should do it. */
export function convolveInputF32(
  y: unknown,
  w: unknown,
  x: unknown,
  layout: Layout,
  sizes: Sizes,
): boolean {
  const run = kernelsFor(sizes, [y, w, x]);
  if (run === null) return false;
  const { n, o, groupChannels, groupOutputs, size, taps, places } = sizes;
  const step = depthStep(groupOutputs);
  const width = Math.min(Math.max(64, Math.floor(ADDED / taps) & -8), BLOCK, places);
  const left = leftBytes(taps, groupOutputs);
  const regions = new Regions();
  const packed = regions.take((o / groupOutputs) * left);
  const tapTable = regions.take(4 * taps);
  const placeTable = regions.take(4 * places);
  const right = regions.take(packedRightBytes(width, step));
  const result = regions.take(4 * taps * width);
  const outputs = regions.take(4 * o * places);
  const image = regions.take(4 * Math.max(layout.image, o * taps));
  const arena = regions.reserve();
  writeTable(arena, tapTable, layout.taps);
  writeTable(arena, placeTable, layout.places);
  arena.set(w as Float32Array, image / 4);
  for (let first = 0, to = packed; first < o; first += groupOutputs) {
    for (let p = 0; p < groupOutputs; p += step) {
      const deep = Math.min(step, groupOutputs - p);
      run.packLeft(to, image + 4 * (first + p) * taps, taps, deep, 1, taps);
      to += packedLeftBytes(taps, deep);
    }
  }
  for (let i = 0; i < n; i++) {
    copyOut(arena, outputs / 4, y as Float32Array, i * o * places, o * places);
    arena.fill(0, image / 4, image / 4 + layout.image);
    for (let first = 0, lefts = packed; first < o; first += groupOutputs, lefts += left) {
      const to = image + 4 * (first / groupOutputs) * groupChannels * layout.channel;
      for (let j = 0; j < places; j += width) {
        const count = Math.min(width, places - j);
        for (let p = 0, at = lefts; p < groupOutputs; p += step) {
          const deep = Math.min(step, groupOutputs - p);
          run.packRight(right, outputs + 4 * ((first + p) * places + j), count, deep, 1, places);
          run.multiply(taps, count, deep, at, right, result, count, p > 0 ? 1 : 0);
          at += packedLeftBytes(taps, deep);
        }
        run.addWindows(to, placeTable + 4 * j, count, tapTable, taps, result);
      }
    }
    unpad(x as Elements, i * size, arena, image / 4, layout);
  }
  return true;
}

/** The gradient of the weights from x and y; false where the plain loops should do it. */
export function convolveWeightF32(
  x: unknown,
  y: unknown,
  w: unknown,
  layout: Layout,
  sizes: Sizes,
): boolean {
  const run = kernelsFor(sizes, [x, y, w]);
  if (run === null) return false;
  const { n, o, groupChannels, groupOutputs, size, taps, places } = sizes;
  const step = depthStep(places);
  const width = Math.min(BLOCK, taps);
  const regions = new Regions();
  const left = regions.take(packedLeftBytes(groupOutputs, step));
  const tapTable = regions.take(4 * taps);
  const placeTable = regions.take(4 * places);
  const right = regions.take(packedRightBytes(width, step));
  const result = regions.take(4 * o * taps);
  const outputs = regions.take(4 * o * places);
  const image = regions.take(4 * layout.image);
  const arena = regions.reserve();
  writeTable(arena, tapTable, layout.taps);
  writeTable(arena, placeTable, layout.places);
  arena.fill(0, image / 4, image / 4 + layout.image);
  const total = new Float64Array(o * taps);
  for (let i = 0; i < n; i++) {
    pad(arena, image / 4, x as Elements, i * size, layout);
    copyOut(arena, outputs / 4, y as Float32Array, i * o * places, o * places);
    for (let first = 0; first < o; first += groupOutputs) {
      const from = image + 4 * (first / groupOutputs) * groupChannels * layout.channel;
      for (let p = 0; p < places; p += step) {
        const deep = Math.min(step, places - p);
        run.packLeft(left, outputs + 4 * (first * places + p), groupOutputs, deep, places, 1);
        for (let j = 0; j < taps; j += width) {
          const count = Math.min(width, taps - j);
          run.packWindows(right, from, tapTable + 4 * j, count, placeTable + 4 * p, deep);
          const more = p > 0 || i % IMAGES > 0 ? 1 : 0;
          run.multiply(
            groupOutputs,
            count,
            deep,
            left,
            right,
            result + 4 * (first * taps + j),
            taps,
            more,
          );
        }
      }
    }
    if (i % IMAGES === IMAGES - 1 || i === n - 1) {
      for (let k = 0; k < total.length; k++) {
        total[k] = (total[k] as number) + (arena[result / 4 + k] as number);
      }
    }
  }
  (w as Float32Array).set(total);
  return true;
}
