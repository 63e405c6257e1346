// Products of matrices and of stacks of matrices.

import { allocate, broadcastTo, type NDArray } from './array.ts';
import { type DType, promote } from './dtype.ts';
import { cast } from './map.ts';
import { broadcastShapes } from './shape.ts';
import { eachRow, merge } from './walk.ts';
import { type GemmArray, gemmBatchedF32, gemmReference } from './wasm/gemm.ts';

/** The shape of a product of stacks of matrices [..., m, k] · [..., k, n]; leading dimensions broadcast. */
export function matmulShape(a: readonly number[], b: readonly number[]): number[] {
  const lead = broadcastShapes('matmul', [a.slice(0, -2), b.slice(0, -2)]);
  return [...lead, a.at(-2) as number, b.at(-1) as number];
}

/** The element type of a product: that of both together, and int32 where true counts as 1. */
function productType(a: DType, b: DType): DType {
  const dtype = promote(a, b);
  return dtype === 'bool' ? 'int32' : dtype;
}

/**
 * Stacks of matrices multiplied, for arrays of at least two dimensions with any strides. float32 is summed in float32, in
 * parts along k; everything else in float64, or modulo 2³² where the result is int32.
 */
export function matmulArrays(a: NDArray, b: NDArray): NDArray {
  const shape = matmulShape(a.shape, b.shape);
  const lead = shape.slice(0, -2);
  const [m, n, k] = [a.shape.at(-2) as number, b.shape.at(-1) as number, a.shape.at(-1) as number];
  const dtype = productType(a.dtype, b.dtype);
  const out = allocate(shape, dtype);
  const left = broadcastTo(cast(a, dtype), [...lead, m, k]);
  const right = broadcastTo(cast(b, dtype), [...lead, k, n]);
  const [ar = 0, ac = 0] = left.strides.slice(-2);
  const [br = 0, bc = 0] = right.strides.slice(-2);
  const stacks = [out, left, right].map(x => ({ strides: x.strides.slice(0, -2) }));
  const walk = merge(lead, stacks);
  const [os = 0, as = 0, bs = 0] = walk.steps;
  eachRow(walk, [out.offset, left.offset, right.offset], ([o = 0, p = 0, q = 0]) => {
    // biome-ignore format: one operand a line
    multiplyStack(walk.length, m, n, k,
      left.data as GemmArray, p, as, ar, ac,
      right.data as GemmArray, q, bs, br, bc,
      out.data as GemmArray, o, os);
  });
  return out;
}

/** A batch of products, with strides from matrix to matrix; the matrices of the result have no gaps. */
function multiplyStack(
  batch: number,
  m: number,
  n: number,
  k: number,
  a: GemmArray,
  aOffset: number,
  aStep: number,
  ar: number,
  ac: number,
  b: GemmArray,
  bOffset: number,
  bStep: number,
  br: number,
  bc: number,
  out: GemmArray,
  outOffset: number,
  outStep: number,
): void {
  if (
    a instanceof Float32Array &&
    b instanceof Float32Array &&
    out instanceof Float32Array &&
    // biome-ignore format: one operand a line
    gemmBatchedF32(batch, m, n, k,
      a, aOffset, aStep, ar, ac,
      b, bOffset, bStep, br, bc,
      out, outOffset, outStep)
  ) {
    return;
  }
  for (let i = 0; i < batch; i++) {
    // biome-ignore format: one operand a line
    gemmReference(m, n, k,
      a, aOffset + i * aStep, ar, ac,
      b, bOffset + i * bStep, br, bc,
      out, outOffset + i * outStep);
  }
}
