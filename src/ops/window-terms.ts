// Windows of ops as declarations: labels by name with their sizes, and for each axis of each tensor which labels move it.

import type { AffineIndex, Window } from '../autograd/op.ts';
import type { Geometry } from '../ndarray/im2col.ts';
import type { Pool } from '../ndarray/pooling.ts';
import type { Shape } from '../ndarray/shape.ts';

/** An index as steps per label; the number under `''` is the constant. */
export type Index = Readonly<Record<string, number>>;

/** A window from the sizes of its labels and the indices of the result and the inputs. */
export function windowOver(
  kind: Window['kind'],
  labels: Readonly<Record<string, number>>,
  y: readonly Index[],
  inputs: readonly (readonly Index[])[],
): Window {
  const names = Object.keys(labels);
  const affine = (index: Index): AffineIndex => [
    index[''] ?? 0,
    ...names.map(name => index[name] ?? 0),
  ];
  return {
    kind,
    labels: Object.values(labels),
    y: y.map(affine),
    inputs: inputs.map(rows => rows.map(affine)),
  };
}

/** The three tensors of a convolution, each of which may be the result: image, weight, output. */
export interface ConvolutionIndices {
  labels: Record<string, number>;
  x: Index[];
  w: Index[];
  y: Index[];
}

/** y[n, o, …] = Σ w[o, c, …]·x[n, c, …], the channels split into groups. */
export function convolutionIndices(x: Shape, w: Shape, geometry: Geometry): ConvolutionIndices {
  const { groups, stride, dilation, low, kernel, output } = geometry;
  const [channels, filters] = [w[1] as number, (w[0] as number) / groups];
  const labels: Record<string, number> = { n: x[0] as number, g: groups, o: filters };
  output.forEach((size, d) => {
    labels[`y${d}`] = size;
  });
  labels['c'] = channels;
  kernel.forEach((size, d) => {
    labels[`k${d}`] = size;
  });
  const axes = kernel.map((_, d) => d);
  return {
    labels,
    x: [
      { n: 1 },
      { g: channels, c: 1 },
      ...axes.map(d => ({
        '': -(low[d] as number),
        [`y${d}`]: stride[d] as number,
        [`k${d}`]: dilation[d] as number,
      })),
    ],
    w: [{ g: filters, o: 1 }, { c: 1 }, ...axes.map(d => ({ [`k${d}`]: 1 }))],
    y: [{ n: 1 }, { g: filters, o: 1 }, ...axes.map(d => ({ [`y${d}`]: 1 }))],
  };
}

/** The windows of a pool; undefined where they are not all alike, as in an adaptive pool of uneven parts. */
export function poolWindow(
  kind: 'sum' | 'mean' | 'max',
  x: Shape,
  { input, windows, geometry }: Pool,
): Window | undefined {
  const rank = x.length - input.length;
  const labels: Record<string, number> = {};
  const lead = x.slice(0, rank).map((size, d): Index => {
    labels[`n${d}`] = size;
    return { [`n${d}`]: 1 };
  });
  windows.forEach(({ starts }, d) => {
    labels[`y${d}`] = starts.length;
  });
  const moved: Index[] = [];
  for (const [d, { starts, ends, step }] of windows.entries()) {
    const size = input[d] as number;
    const stride = geometry?.stride[d] ?? size / starts.length;
    const taps = geometry?.kernel[d] ?? (ends[0] as number) - (starts[0] as number);
    if (!Number.isInteger(stride)) return undefined;
    labels[`k${d}`] = taps;
    moved.push({ '': -(geometry?.low[d] ?? 0), [`y${d}`]: stride, [`k${d}`]: step });
  }
  const y = [...lead, ...windows.map((_, d): Index => ({ [`y${d}`]: 1 }))];
  return windowOver(kind, labels, y, [[...lead, ...moved]]);
}

/** The elements that go into each result of a reduction over `dims`. */
export function reductionWindow(
  kind: 'sum' | 'mean' | 'max',
  x: Shape,
  { dims, keepdim }: { dims: readonly number[]; keepdim: boolean },
): Window {
  const labels: Record<string, number> = {};
  // The labels of the result first, so that its elements come in order.
  const order = x.map((_, d) => d).filter(d => !dims.includes(d));
  for (const d of [...order, ...dims]) labels[`d${d}`] = x[d] as number;
  const own = (d: number): Index => ({ [`d${d}`]: 1 });
  const y = keepdim ? x.map((_, d) => (dims.includes(d) ? {} : own(d))) : order.map(own);
  return windowOver(kind, labels, y, [x.map((_, d) => own(d))]);
}

/** Rows of which each element gets its share. */
export function shareWindow(x: Shape, dim: number): Window {
  const labels: Record<string, number> = {};
  x.forEach((size, d) => {
    labels[`d${d}`] = size;
  });
  labels['j'] = x[dim] ?? 1;
  const y = x.map((_, d): Index => ({ [`d${d}`]: 1 }));
  return windowOver('share', labels, y, [y.map((index, d) => (d === dim ? { j: 1 } : index))]);
}

/** Products of rows and columns, further dimensions being stacks that broadcast. */
export function matmulWindow(a: Shape, b: Shape): Window {
  const [stackA, stackB] = [a.slice(0, -2), b.slice(0, -2)];
  const depth = Math.max(stackA.length, stackB.length);
  const labels: Record<string, number> = {};
  const stacked = (shape: Shape): Index[] =>
    shape.map((size, d) => (size === 1 ? {} : { [`s${d + depth - shape.length}`]: 1 }));
  const y: Index[] = [];
  for (let d = 0; d < depth; d++) {
    const sizes = [stackA, stackB].map(shape => shape[d - depth + shape.length] ?? 1);
    labels[`s${d}`] = sizes.find(size => size !== 1) ?? 1;
    y.push({ [`s${d}`]: 1 });
  }
  const rows: Index[] = [];
  if (a.length > 1) {
    labels['i'] = a.at(-2) as number;
    rows.push({ i: 1 });
  }
  const columns: Index[] = [];
  if (b.length > 1) {
    labels['j'] = b.at(-1) as number;
    columns.push({ j: 1 });
  }
  labels['k'] = a.at(-1) as number;
  return windowOver(
    'sum',
    labels,
    [...y, ...rows, ...columns],
    [
      [...stacked(stackA), ...rows, { k: 1 }],
      [...stacked(stackB), { k: 1 }, ...columns],
    ],
  );
}
