// Products of matrices and of stacks of matrices.

import { allocate, broadcastTo, type NDArray } from './array.ts';
import { promote } from './dtype.ts';
import { broadcastShapes } from './shape.ts';
import { eachRow, merge } from './walk.ts';

/** The shape of a product of stacks of matrices [..., m, k] · [..., k, n]; leading dimensions broadcast. */
export function matmulShape(a: readonly number[], b: readonly number[]): number[] {
  const lead = broadcastShapes('matmul', [a.slice(0, -2), b.slice(0, -2)]);
  return [...lead, a.at(-2) as number, b.at(-1) as number];
}

/** Stacks of matrices multiplied, for arrays of at least two dimensions. */
export function matmulArrays(a: NDArray, b: NDArray): NDArray {
  const shape = matmulShape(a.shape, b.shape);
  const lead = shape.slice(0, -2);
  const [m, n, k] = [a.shape.at(-2) as number, b.shape.at(-1) as number, a.shape.at(-1) as number];
  const out = allocate(shape, promote(a.dtype, b.dtype));
  const left = broadcastTo(a, [...lead, m, k]);
  const right = broadcastTo(b, [...lead, k, n]);
  const [ar = 0, ac = 0] = left.strides.slice(-2);
  const [br = 0, bc = 0] = right.strides.slice(-2);
  const outer = [out, left, right].map(x => ({ strides: x.strides.slice(0, -2) }));
  const walk = merge(lead, outer);
  eachRow(walk, [out.offset, left.offset, right.offset], ([o = 0, p = 0, q = 0]) => {
    for (let i = 0; i < walk.length; i++) {
      const [so = 0, sa = 0, sb = 0] = walk.steps;
      multiply(
        m,
        n,
        k,
        left.data,
        p + i * sa,
        ar,
        ac,
        right.data,
        q + i * sb,
        br,
        bc,
        out.data,
        o + i * so,
      );
    }
  });
  return out;
}

function multiply(
  m: number,
  n: number,
  k: number,
  a: ArrayLike<number>,
  a0: number,
  ar: number,
  ac: number,
  b: ArrayLike<number>,
  b0: number,
  br: number,
  bc: number,
  out: { [i: number]: number },
  o0: number,
): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++)
        sum += (a[a0 + i * ar + p * ac] as number) * (b[b0 + p * br + j * bc] as number);
      out[o0 + i * n + j] = sum;
    }
  }
}
