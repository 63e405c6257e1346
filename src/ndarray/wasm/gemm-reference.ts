// The matrix product in plain TypeScript: what the kernels are tested against, the way for float64 and int32, and for
// float32 where WebAssembly SIMD is missing.

/** The arrays that a product takes and gives. */
export type GemmArray = Float32Array | Float64Array | Int32Array;

/** Rows and columns of a block of the result, and the depth of a pass: packed operands of 128 KiB each. */
const BLOCK = 128;
/** Rows and columns of a tile. */
const TILE = 4;

/** Scratch space of the float64 way and of the int32 way: packed operands and a block of sums. */
interface Scratch<T> {
  readonly left: T;
  readonly right: T;
  readonly sums: T;
}

let floats: Scratch<Float64Array> | undefined;
let integers: Scratch<Int32Array> | undefined;

/**
 * out = A · B for an m × k matrix A and a k × n matrix B with any strides, into rows that are `outRowStride` apart.
 *
 * Floating-point results are summed along k in float64, in order, and rounded once; where `out` is an Int32Array, whole
 * numbers are multiplied and summed modulo 2³², as PyTorch does. `out` must not share elements with the operands.
 */
export function gemmReference(
  m: number,
  n: number,
  k: number,
  a: GemmArray,
  aOffset: number,
  aRowStride: number,
  aColStride: number,
  b: GemmArray,
  bOffset: number,
  bRowStride: number,
  bColStride: number,
  out: GemmArray,
  outOffset: number,
  outRowStride = n,
): void {
  const whole = out instanceof Int32Array;
  if (whole) integers ??= scratch(size => new Int32Array(size));
  else floats ??= scratch(size => new Float64Array(size));
  const space = (whole ? integers : floats) as Scratch<GemmArray>;
  for (let i = 0; i < m; i += BLOCK) {
    const rows = Math.min(BLOCK, m - i);
    for (let j = 0; j < n; j += BLOCK) {
      const columns = Math.min(BLOCK, n - j);
      space.sums.fill(0, 0, panels(rows) * panels(columns) * TILE * TILE);
      for (let p = 0; p < k; p += BLOCK) {
        const depth = Math.min(BLOCK, k - p);
        const fromA = aOffset + i * aRowStride + p * aColStride;
        const fromB = bOffset + p * bRowStride + j * bColStride;
        pack(space.left, a, fromA, rows, depth, aRowStride, aColStride);
        pack(space.right, b, fromB, columns, depth, bColStride, bRowStride);
        if (whole) integerTiles(panels(rows), panels(columns), depth);
        else floatTiles(panels(rows), panels(columns), depth);
      }
      const to = outOffset + i * outRowStride + j;
      unpack(space.sums, rows, columns, out, to, outRowStride);
    }
  }
}

function scratch<T>(make: (size: number) => T): Scratch<T> {
  const size = BLOCK * BLOCK;
  return { left: make(size), right: make(size), sums: make(size) };
}

/** How many panels of {@link TILE} lines it takes for `count` lines. */
function panels(count: number): number {
  return Math.ceil(count / TILE);
}

/** Interleaves each {@link TILE} lines along the depth. Lines missing in the last panel keep what was there before. */
function pack(
  to: GemmArray,
  from: GemmArray,
  offset: number,
  lines: number,
  depth: number,
  lineStride: number,
  depthStride: number,
): void {
  for (let line = 0; line < lines; line++) {
    let at = offset + line * lineStride;
    const first = (line - (line % TILE)) * depth + (line % TILE);
    const end = first + depth * TILE;
    for (let place = first; place < end; place += TILE) {
      to[place] = from[at] as number;
      at += depthStride;
    }
  }
}

/** Adds to each tile of sums the product of its panels. */
function floatTiles(rows: number, columns: number, depth: number): void {
  const { left, right, sums } = floats as Scratch<Float64Array>;
  const step = TILE * depth;
  let to = 0;
  for (let j = 0; j < columns; j++) {
    for (let i = 0; i < rows; i++) {
      // Two tiles of 4 × 2: 8 sums and 6 operands fit the registers, 4 × 4 would not.
      floatTile(left, i * step, right, j * step, sums, to, depth);
      floatTile(left, i * step, right, j * step + 2, sums, to + 2, depth);
      to += TILE * TILE;
    }
  }
}

/** Four rows by two columns. */
function floatTile(
  left: Float64Array,
  a: number,
  right: Float64Array,
  b: number,
  sums: Float64Array,
  to: number,
  depth: number,
): void {
  let s00 = sums[to] as number;
  let s01 = sums[to + 1] as number;
  let s10 = sums[to + 4] as number;
  let s11 = sums[to + 5] as number;
  let s20 = sums[to + 8] as number;
  let s21 = sums[to + 9] as number;
  let s30 = sums[to + 12] as number;
  let s31 = sums[to + 13] as number;
  for (let p = 0; p < TILE * depth; p += TILE) {
    const x = right[b + p] as number;
    const y = right[b + p + 1] as number;
    const a0 = left[a + p] as number;
    s00 += a0 * x;
    s01 += a0 * y;
    const a1 = left[a + p + 1] as number;
    s10 += a1 * x;
    s11 += a1 * y;
    const a2 = left[a + p + 2] as number;
    s20 += a2 * x;
    s21 += a2 * y;
    const a3 = left[a + p + 3] as number;
    s30 += a3 * x;
    s31 += a3 * y;
  }
  sums[to] = s00;
  sums[to + 1] = s01;
  sums[to + 4] = s10;
  sums[to + 5] = s11;
  sums[to + 8] = s20;
  sums[to + 9] = s21;
  sums[to + 12] = s30;
  sums[to + 13] = s31;
}

/** {@link floatTiles} modulo 2³². */
function integerTiles(rows: number, columns: number, depth: number): void {
  const { left, right, sums } = integers as Scratch<Int32Array>;
  const step = TILE * depth;
  for (let j = 0; j < columns; j++) {
    for (let i = 0; i < rows; i++) {
      for (let cell = 0; cell < TILE * TILE; cell++) {
        const to = (j * rows + i) * TILE * TILE + cell;
        const a = i * step + (cell >> 2);
        const b = j * step + (cell & 3);
        let sum = sums[to] as number;
        for (let p = 0; p < step; p += TILE) {
          sum = (sum + Math.imul(left[a + p] as number, right[b + p] as number)) | 0;
        }
        sums[to] = sum;
      }
    }
  }
}

/** The valid part of a block of sums, tile by tile, to its place. */
function unpack(
  sums: GemmArray,
  rows: number,
  columns: number,
  out: GemmArray,
  offset: number,
  rowStride: number,
): void {
  for (let j = 0; j < columns; j++) {
    const tile = (j >> 2) * panels(rows) * TILE * TILE + (j & 3);
    for (let i = 0; i < rows; i++) {
      out[offset + i * rowStride + j] = sums[tile + i * TILE] as number;
    }
  }
}
