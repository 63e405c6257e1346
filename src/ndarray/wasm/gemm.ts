// The float32 matrix product on ordinary arrays: operands are carried through the arena block by block, so that a
// product of any size needs no more than some megabytes of it.

import { hasSimd } from './assemble.ts';
import { carryIn, carryInAll, carryOut, type Operand, roomFor } from './carry.ts';
import { gemmDirect } from './gemm-direct.ts';
import {
  depthStep,
  FREE,
  type GemmKernels,
  gemmKernels,
  packedLeftBytes,
  packedRightBytes,
} from './gemm-kernels.ts';
import { aligned, reserve } from './memory.ts';

export { type GemmArray, gemmReference } from './gemm-reference.ts';

/** The result: rows are contiguous. */
interface Target {
  readonly data: Float32Array;
  readonly offset: number;
  readonly rowStride: number;
  readonly batchStride: number;
}

/** Up to this many multiplications the plain loops are faster than the way through the arena. */
const TINY = 216;
/** So many multiplications take the plain loops about as long as assembling the kernels takes. */
const WORTHWHILE = 1 << 22;
/** Most rows and columns of a block of the result. */
const BLOCK = 1024;
/** Products of a batch share the arena while their operands and results have at most this many elements. */
const GROUP = 1 << 14;

/**
 * out = A · B in float32, for an m × k matrix A and a k × n matrix B with any strides (transposed, sliced
 * and expanded operands cost nothing extra) and a result whose rows are contiguous and `outRowStride` apart. `out` must
 * not share elements with the operands. Sums along k in parts of at most 256, and adds the parts, in float32; with
 * fused multiply-adds where the engine has them. NaN and infinities go through as IEEE 754 says.
 *
 * Returns false, and has written nothing, where WebAssembly SIMD is missing: use {@link gemmReference} then.
 */
export function gemmF32(
  m: number,
  n: number,
  k: number,
  a: Float32Array,
  aOffset: number,
  aRowStride: number,
  aColStride: number,
  b: Float32Array,
  bOffset: number,
  bRowStride: number,
  bColStride: number,
  out: Float32Array,
  outOffset: number,
  outRowStride = n,
): boolean {
  // biome-ignore format: one operand a line
  return gemmBatchedF32(1, m, n, k,
    a, aOffset, 0, aRowStride, aColStride,
    b, bOffset, 0, bRowStride, bColStride,
    out, outOffset, 0, outRowStride);
}

/**
 * {@link gemmF32} for a batch of products, with strides from matrix to matrix. Many small products cost little more
 * than one large one; an operand that all of them share has the stride 0.
 */
export function gemmBatchedF32(
  batch: number,
  m: number,
  n: number,
  k: number,
  a: Float32Array,
  aOffset: number,
  aBatchStride: number,
  aRowStride: number,
  aColStride: number,
  b: Float32Array,
  bOffset: number,
  bBatchStride: number,
  bRowStride: number,
  bColStride: number,
  out: Float32Array,
  outOffset: number,
  outBatchStride = m * n,
  outRowStride = n,
): boolean {
  if (!hasSimd()) return false;
  const work = m * n * k;
  if (work <= TINY || !worthwhile(batch * work)) {
    for (let i = 0; i < batch; i++) {
      // biome-ignore format: one operand a line
      gemmDirect(m, n, k,
        a, aOffset + i * aBatchStride, aRowStride, aColStride,
        b, bOffset + i * bBatchStride, bRowStride, bColStride,
        out, outOffset + i * outBatchStride, outRowStride);
    }
    return true;
  }
  if (n === 1 && m > 1 && outRowStride === 1) {
    // A · b as bᵀ · Aᵀ, whose result is a row and fills the tiles.
    // biome-ignore format: one operand a line
    return gemmBatchedF32(batch, 1, m, k,
      b, bOffset, bBatchStride, bColStride, bRowStride,
      a, aOffset, aBatchStride, aColStride, aRowStride,
      out, outOffset, outBatchStride, m);
  }
  if (
    batch > 1 &&
    bBatchStride === 0 &&
    aBatchStride === m * aRowStride &&
    outBatchStride === m * outRowStride
  ) {
    // All matrices of the batch, one below the other, times the same right operand.
    // biome-ignore format: one operand a line
    return gemmBatchedF32(1, batch * m, n, k,
      a, aOffset, 0, aRowStride, aColStride,
      b, bOffset, 0, bRowStride, bColStride,
      out, outOffset, 0, outRowStride);
  }
  const kernels = gemmKernels();
  if (kernels === null) return false;
  const left: Operand = {
    data: a,
    offset: aOffset,
    rowStride: aRowStride,
    columnStride: aColStride,
    batchStride: aBatchStride,
  };
  const right: Operand = {
    data: b,
    offset: bOffset,
    rowStride: bRowStride,
    columnStride: bColStride,
    batchStride: bBatchStride,
  };
  const target: Target = {
    data: out,
    offset: outOffset,
    rowStride: outRowStride,
    batchStride: outBatchStride,
  };
  const largest = Math.max(m * k, k * n, m * n);
  if (batch > 1 && largest <= GROUP && m <= BLOCK && n <= BLOCK) {
    const size = Math.floor(GROUP / largest);
    for (let first = 0; first < batch; first += size) {
      group(kernels, first, Math.min(size, batch - first), m, n, k, left, right, target);
    }
  } else {
    for (let i = 0; i < batch; i++) single(kernels, i, m, n, k, left, right, target);
  }
  return true;
}

let workBefore = 0;

/** Whether there has been, with this much more, enough to do for the kernels to be worth assembling. */
function worthwhile(work: number): boolean {
  if (workBefore <= WORTHWHILE) workBefore += work;
  return workBefore > WORTHWHILE;
}

/** One product, block by block. */
function single(
  { packLeft, packRight, multiply }: GemmKernels,
  index: number,
  m: number,
  n: number,
  k: number,
  left: Operand,
  right: Operand,
  target: Target,
): void {
  const rows = part(m, 4);
  const columns = part(n, 8);
  const depth = depthStep(k);
  const packedRight = FREE + packedLeftBytes(rows, depth);
  const result = packedRight + packedRightBytes(columns, depth);
  const stage = result + aligned(4 * rows * columns);
  const view = reserve(stage + 4 * roomFor(Math.max(rows, columns) * depth));
  for (let i = 0; i < m; i += rows) {
    const height = Math.min(rows, m - i);
    for (let j = 0; j < n; j += columns) {
      const width = Math.min(columns, n - j);
      for (let p = 0; p < k; p += depth) {
        const deep = Math.min(depth, k - p);
        const a = carryIn(view, stage, left, index, i, p, height, deep);
        packLeft(FREE, stage, height, deep, a.rowStride, a.columnStride);
        const b = carryIn(view, stage, right, index, p, j, deep, width);
        packRight(packedRight, stage, width, deep, b.columnStride, b.rowStride);
        multiply(height, width, deep, FREE, packedRight, result, width, p > 0 ? 1 : 0);
      }
      const to = target.offset + index * target.batchStride + i * target.rowStride + j;
      carryOut(view, result, height, width, target.data, to, target.rowStride);
    }
  }
}

/** Products of a batch that fit the arena together: carried in and out in one copy where they lie close together. */
function group(
  { packLeft, packRight, multiply }: GemmKernels,
  first: number,
  size: number,
  m: number,
  n: number,
  k: number,
  left: Operand,
  right: Operand,
  target: Target,
): void {
  const depth = depthStep(k);
  const packedRight = FREE + packedLeftBytes(m, depth);
  const results = packedRight + packedRightBytes(n, depth);
  const lefts = results + aligned(4 * size * m * n);
  const rights = lefts + aligned(4 * size * roomFor(m * k));
  const view = reserve(rights + 4 * size * roomFor(k * n));
  const a = carryInAll(view, lefts, left, first, size, m, k);
  const b = carryInAll(view, rights, right, first, size, k, n);
  for (let i = 0; i < size; i++) {
    const result = results + 4 * i * m * n;
    for (let p = 0; p < k; p += depth) {
      const deep = Math.min(depth, k - p);
      const again = i > 0 && depth === k;
      if (!again || a.step > 0) {
        const from = a.at + i * a.step + 4 * p * a.columnStride;
        packLeft(FREE, from, m, deep, a.rowStride, a.columnStride);
      }
      if (!again || b.step > 0) {
        const from = b.at + i * b.step + 4 * p * b.rowStride;
        packRight(packedRight, from, n, deep, b.columnStride, b.rowStride);
      }
      multiply(m, n, deep, FREE, packedRight, result, n, p > 0 ? 1 : 0);
    }
  }
  const { data, offset, rowStride, batchStride } = target;
  const to = offset + first * batchStride;
  if (rowStride === n && batchStride === m * n) {
    carryOut(view, results, size * m, n, data, to, n);
  } else {
    for (let i = 0; i < size; i++) {
      carryOut(view, results + 4 * i * m * n, m, n, data, to + i * batchStride, rowStride);
    }
  }
}

/** `count` in equal parts of at most {@link BLOCK}, each a multiple of `unit`. */
function part(count: number, unit: number): number {
  if (count <= BLOCK) return count;
  return Math.ceil(count / Math.ceil(count / BLOCK) / unit) * unit;
}
