// The windows of pools from their arguments: kernel, stride, padding, dilation, ceilMode, or the size of the result.

import { ArgumentError, describe } from '../autograd/errors.ts';
import type { Writer } from '../autograd/op.ts';
import { ShapeError, showShape } from '../ndarray/errors.ts';
import { type Pool, pooledSizes, type Windows } from '../ndarray/pooling.ts';
import type { Shape } from '../ndarray/shape.ts';
import { type Spatial, spatial } from './spatial.ts';

/** A pool and the name under which it is written. */
export interface NamedPool extends Pool {
  readonly name: string;
}

/** Options that place the windows of a pool. */
export interface WindowOptions {
  /** Steps from window to window; the kernel size unless given. */
  stride?: Spatial | null;
  /** Elements on both sides that do not count, at most half a window; 0 unless given. */
  padding?: Spatial;
  /** Keep the last window where it reaches beyond the padding but starts before; false unless given. */
  ceilMode?: boolean;
}

/** The windows of a pool of `n` dimensions over the last dimensions of `shape`. */
export function poolOf(
  name: string,
  n: number,
  shape: Shape,
  kernelSize: Spatial,
  options: WindowOptions & { dilation?: Spatial; countIncludePad?: boolean } = {},
): NamedPool {
  const kernel = spatial(name, 'kernelSize', kernelSize, n, 1);
  const stride = spatial(name, 'stride', options.stride ?? kernel, n, 1);
  const padding = spatial(name, 'padding', options.padding ?? 0, n, 0);
  const dilation = spatial(name, 'dilation', options.dilation ?? 1, n, 1);
  const { ceilMode = false, countIncludePad = true } = options;
  checkFlag(name, 'ceilMode', ceilMode);
  checkFlag(name, 'countIncludePad', countIncludePad);
  const input = shape.slice(-n);
  const windows = input.map((size, d) => {
    const at = (list: readonly number[]): number => list[d] as number;
    const extent = at(dilation) * (at(kernel) - 1) + 1;
    if (2 * at(padding) > extent) {
      throw new ArgumentError(
        `${name}: padding ${showShape(padding)} is more than half of the kernel ${showShape(kernel)}, so that windows would see ` +
          'nothing but padding; use less padding or a larger kernel',
      );
    }
    const count = windowCount(size, extent, at(stride), at(padding), ceilMode);
    if (count < 1 || size === 0) {
      throw new ShapeError(
        `${name}: a window of ${showShape(kernel)} covers ${extent} elements, more than the ${size + 2 * at(padding)} of the padded ` +
          `input ${showShape(shape)} at dimension ${d - n}; use a smaller kernel or more padding`,
      );
    }
    return windowsAlong(
      size,
      count,
      extent,
      at(stride),
      at(padding),
      at(dilation),
      countIncludePad,
    );
  });
  if (windows.some(({ starts, ends }) => starts.some((start, j) => start >= (ends[j] as number)))) {
    throw new ShapeError(
      `${name}: a window of ${showShape(kernel)} with dilation ${showShape(dilation)} sees nothing of the input ` +
        `${showShape(shape)}; use less padding`,
    );
  }
  const output = windows.map(({ starts }) => starts.length);
  const geometry = { groups: 1, stride, dilation, low: padding, input, kernel, output };
  return { name, input, windows, geometry };
}

function windowCount(
  size: number,
  extent: number,
  stride: number,
  padding: number,
  ceilMode: boolean,
): number {
  const steps = (size + 2 * padding - extent) / stride;
  const count = (ceilMode ? Math.ceil(steps) : Math.floor(steps)) + 1;
  // A window that starts behind the input and its padding has nothing in it.
  return ceilMode && (count - 1) * stride >= size + padding ? count - 1 : count;
}

function windowsAlong(
  size: number,
  count: number,
  extent: number,
  stride: number,
  padding: number,
  step: number,
  includePad: boolean,
): Windows {
  const starts: number[] = [];
  const ends: number[] = [];
  const counts: number[] = [];
  for (let j = 0; j < count; j++) {
    const begin = j * stride - padding;
    const start = begin < 0 ? begin + Math.ceil(-begin / step) * step : begin;
    const end = Math.min(begin + extent, size);
    starts.push(start);
    ends.push(end);
    counts.push(includePad ? Math.min(begin + extent, size + padding) - begin : end - start);
  }
  return { starts, ends, step, counts };
}

/** The windows that make `outputSize` elements of each dimension; null keeps the size. */
export function adaptivePoolOf(
  name: string,
  n: number,
  shape: Shape,
  outputSize: number | readonly (number | null)[],
): NamedPool {
  const input = shape.slice(-n);
  const given: unknown =
    Array.isArray(outputSize) && outputSize.length === n
      ? outputSize.map((size, d) => size ?? input[d])
      : outputSize;
  const sizes = spatial(name, 'outputSize', given, n, 1);
  if (input.includes(0)) {
    throw new ShapeError(
      `${name}: the input ${showShape(shape)} must have at least one element along each spatial dimension`,
    );
  }
  const windows = input.map((size, d) => {
    const count = sizes[d] as number;
    const all = Array.from({ length: count }, (_, j) => j);
    const starts = all.map(j => Math.floor((j * size) / count));
    const ends = all.map(j => Math.ceil(((j + 1) * size) / count));
    return { starts, ends, step: 1, counts: ends.map((end, j) => end - (starts[j] as number)) };
  });
  return { name, input, windows, geometry: null };
}

/** Throws unless this is true or false. */
export function checkFlag(where: string, what: string, given: unknown): void {
  if (typeof given === 'boolean') return;
  throw new ArgumentError(`${where}: ${what} must be true or false, got ${describe(given)}`);
}

/** The shape of a pooled input. */
export function pooledShape([x = []]: readonly Shape[], pool: Pool): Shape {
  return [...x.slice(0, x.length - pool.input.length), ...pooledSizes(pool)];
}

/** The name of a pool with its input. */
export function calledByName(w: Writer) {
  const { name } = w.params as NamedPool;
  return { string: `${name}(${w.arg(0)})`, precedence: 'atom' as const };
}

/** {@link calledByName} in LaTeX. */
export function calledByNameLatex(w: Writer) {
  const { name } = w.params as NamedPool;
  return {
    string: `\\operatorname{${name}}\\left(${w.arg(0)}\\right)`,
    precedence: 'atom' as const,
  };
}
