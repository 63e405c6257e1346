// Matrices in arrays, in every order of strides, for the tests of the matrix product.

/** A matrix somewhere in an array. */
export interface Matrix {
  readonly data: Float32Array<ArrayBuffer>;
  readonly offset: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

export const LAYOUTS = [
  'rows',
  'columns',
  'slice',
  'steps',
  'row',
  'column',
  'one',
  'backwards',
  'upwards',
] as const;
export type Layout = (typeof LAYOUTS)[number];

/** A generator of the same numbers between −1 and 1 for the same seed (mulberry32). */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}

/**
 * A matrix of random numbers: stored by rows or by columns, as a slice of a larger one, with steps over rows and
 * columns, with its row, its column or its one number expanded, or flipped. What lies around it is NaN.
 */
export function matrix(rows: number, columns: number, layout: Layout, next: () => number): Matrix {
  const [offset, rowStride, columnStride] = {
    rows: [0, columns, 1],
    columns: [0, 1, rows],
    slice: [7, columns + 5, 1],
    steps: [3, 3 * columns * 2 + 1, 3],
    row: [2, 0, 1],
    column: [1, 1, 0],
    one: [5, 0, 0],
    backwards: [rows * columns, -columns, -1],
    upwards: [1, 1, -(rows + 1)],
  }[layout] as [number, number, number];
  const reach = [(rows - 1) * rowStride, (columns - 1) * columnStride];
  const [low, high] = [Math.min, Math.max].map(pick =>
    reach.reduce((sum, part) => sum + pick(part, 0), 0),
  ) as [number, number];
  const start = Math.max(offset, -low);
  const data = new Float32Array(start + high + 4).fill(Number.NaN);
  const result = { data, offset: start, rowStride, columnStride };
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) data[start + i * rowStride + j * columnStride] = next();
  }
  return result;
}

export function at(m: Matrix, i: number, j: number): number {
  return m.data[m.offset + i * m.rowStride + j * m.columnStride] as number;
}

/** A · B summed in float64, by rows, and beside it the same of the absolute values, which bounds the error. */
export function exact(
  m: number,
  n: number,
  k: number,
  a: Matrix,
  b: Matrix,
): { product: Float64Array; size: Float64Array } {
  const product = new Float64Array(m * n);
  const size = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const x = at(a, i, p);
      for (let j = 0; j < n; j++) {
        const term = x * at(b, p, j);
        product[i * n + j] = (product[i * n + j] as number) + term;
        size[i * n + j] = (size[i * n + j] as number) + Math.abs(term);
      }
    }
  }
  return { product, size };
}
