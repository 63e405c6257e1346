// The matrix product on operands that already lie in the arena, for other kernels to build on: a convolution writes its
// columns straight into panels and multiplies those.

import { hasFusedMultiplyAdd, hasSimd, instantiate } from './assemble.ts';
import { COLUMNS, gemmText, RESERVED, ROWS } from './gemm-text.ts';
import { aligned } from './memory.ts';

/**
 * Addresses are in bytes from the start of the arena and lie at or above {@link FREE}; counts and strides are in
 * elements; no count may be 0. Start regions at multiples of 64 bytes, packed operands above all.
 */
export interface GemmKernels {
  /**
   * Packs m × k elements at `from`, element (i, p) at i·rowStride + p·columnStride, into panels of 4 rows:
   * element (i, p) goes to 4·k·⌊i/4⌋ + 4·p + i mod 4, and the rows missing in the last panel are 0. Takes
   * {@link packedLeftBytes}.
   */
  readonly packLeft: (
    to: number,
    from: number,
    m: number,
    k: number,
    rowStride: number,
    columnStride: number,
  ) => void;
  /**
   * Packs n columns of depth k at `from`, element (p, j) at p·rowStride + j·columnStride, into panels of 8 columns:
   * element (p, j) goes to 8·k·⌊j/8⌋ + 8·p + j mod 8; what is missing in the last panel need not be written. Takes
   * {@link packedRightBytes}. Mind the order of the strides: the one from column to column comes first.
   */
  readonly packRight: (
    to: number,
    from: number,
    n: number,
    k: number,
    columnStride: number,
    rowStride: number,
  ) => void;
  /**
   * out ← left · right, or out ← out + left · right where `add` is 1, for packed operands of depth k and an m × n
   * result with rows `outRowStride` apart. Sums along k in float32, in order: split the depth into parts of at most
   * {@link DEPTH} and add the products, as {@link depthStep} says, to keep the error down and the panels cached.
   */
  readonly multiply: (
    m: number,
    n: number,
    k: number,
    left: number,
    right: number,
    out: number,
    outRowStride: number,
    add: 0 | 1,
  ) => void;
}

/** The first address that is free for operands. */
export const FREE = aligned(RESERVED);
/** The greatest depth of one product: 256 × 8 × 4 bytes of columns stay in the first-level cache. */
export const DEPTH = 256;

/** How much room the panels of m rows of depth k take, in bytes, up to the next cache line. */
export function packedLeftBytes(m: number, k: number): number {
  return aligned(Math.ceil(m / ROWS) * ROWS * k * 4);
}

/** How much room the panels of n columns of depth k take, in bytes, up to the next cache line. */
export function packedRightBytes(n: number, k: number): number {
  return aligned(Math.ceil(n / COLUMNS) * COLUMNS * k * 4);
}

/** The depth k in equal parts of at most {@link DEPTH}; it alone decides in which order a product is summed. */
export function depthStep(k: number): number {
  return Math.ceil(k / Math.ceil(k / DEPTH));
}

let kernels: GemmKernels | null | undefined;

/** The kernels, assembled at the first call, or null where WebAssembly SIMD is missing. */
export function gemmKernels(): GemmKernels | null {
  kernels ??= assembleKernels();
  return kernels;
}

function assembleKernels(): GemmKernels | null {
  if (!hasSimd()) return null;
  try {
    return instantiate(gemmText(hasFusedMultiplyAdd()), ['packLeft', 'packRight', 'multiply']);
  } catch (error) {
    // No address space for the memory, or a page that forbids compiling WebAssembly (Safari throws an EvalError then).
    const expected = [RangeError, EvalError, WebAssembly.CompileError];
    if (expected.some(type => error instanceof type)) return null;
    throw error;
  }
}
