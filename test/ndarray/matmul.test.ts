// Products of stacks of matrices: every combination of ranks, element types and views against sums written out.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromData, type NDArray } from '../../src/ndarray/array.ts';
import { type DType, newData, promote } from '../../src/ndarray/dtype.ts';
import { copyOf } from '../../src/ndarray/map.ts';
import { matmulArrays } from '../../src/ndarray/matmul.ts';
import { contiguousStrides, sizeOf } from '../../src/ndarray/shape.ts';
import { numbers } from './wasm/matrices.ts';

type View = 'plain' | 'transposed' | 'flipped' | 'sliced' | 'stretched';

/** An array of this shape that is a view of another one; what lies around its elements is NaN where it can be. */
function make(shape: readonly number[], dtype: DType, view: View, next: () => number): NDArray {
  const rank = shape.length;
  const order = shape.map((_, k) => (view === 'transposed' ? rank - 1 - k : k));
  const step = view === 'sliced' ? 2 : 1;
  const stored = order.map(k => (shape[k] as number) * step);
  const whole = contiguousStrides(stored);
  let offset = step - 1;
  const strides = shape.map((n, k) => {
    const stride = (whole[order.indexOf(k)] as number) * step;
    if (view === 'stretched' && k === 0) return 0;
    if (view !== 'flipped' || n === 0) return stride;
    offset += (n - 1) * stride;
    return -stride;
  });
  const data = newData(dtype, Math.max(1, sizeOf(stored)));
  data.fill(Number.NaN);
  const array = fromData(data, stored, dtype).view(shape, strides, offset);
  const value = (): number =>
    dtype === 'bool' ? Number(next() > 0) : dtype === 'int32' ? Math.round(9 * next()) : next();
  for (const place of places(array)) data[place] = value();
  return array;
}

function places(array: NDArray): number[] {
  let all = [array.offset];
  array.shape.forEach((n, k) => {
    const stride = array.strides[k] as number;
    all = all.flatMap(place => Array.from({ length: n }, (_, i) => place + i * stride));
  });
  return all;
}

/** The product summed in float64 with plain loops, and the greatest sum of absolute values. */
function expected(a: NDArray, b: NDArray, shape: readonly number[]): [number[], number] {
  const [m = 0, k = 0] = a.shape.slice(-2);
  const n = b.shape.at(-1) as number;
  const at = (x: NDArray, index: readonly number[], i: number, j: number): number => {
    const full = [...index.slice(index.length - (x.rank - 2)), i, j];
    const place = full.reduce(
      (sum, at, d) => sum + (x.shape[d] === 1 ? 0 : at) * (x.strides[d] as number),
      x.offset,
    );
    return x.data[place] as number;
  };
  const products: number[] = [];
  let size = 0;
  for (let lead = 0; lead < sizeOf(shape.slice(0, -2)); lead++) {
    let rest = lead;
    const index = shape.slice(0, -2).map((n, d, all) => {
      const inner = sizeOf(all.slice(d + 1));
      const own = Math.floor(rest / inner);
      rest -= own * inner;
      return own % n;
    });
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let [sum, absolute] = [0, 0];
        for (let p = 0; p < k; p++) {
          const term = at(a, index, i, p) * at(b, index, p, j);
          sum += term;
          absolute += Math.abs(term);
        }
        products.push(sum);
        size = Math.max(size, absolute);
      }
    }
  }
  return [products, size];
}

const views = fc.constantFrom<View>('plain', 'transposed', 'flipped', 'sliced', 'stretched');
const dtypes = fc.constantFrom<DType>('float32', 'float64', 'int32', 'bool');

/** Leading dimensions that broadcast: for each 0 neither has it, 1 both, 2 and 3 one of them as a 1 (or not at all). */
const leads = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom(1, 2, 3)), {
  maxLength: 2,
});

describe('matmulArrays', () => {
  it('multiplies stacks of any rank, type and strides', () => {
    fc.assert(
      fc.property(
        leads,
        fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: 0, max: 21 }))),
        fc.tuple(views, views),
        fc.tuple(dtypes, dtypes),
        fc.boolean(),
        (lead, [m = 0, n = 0, k = 0], [aView, bView], [aType, bType], drop) => {
          const next = numbers(7);
          const side = (which: number): number[] =>
            lead.map(([size, kind]) => (kind === which ? 1 : size));
          const bLead = side(3);
          while (drop && bLead[0] === 1) bLead.shift();
          const a = make([...side(2), m, k], aType, aView, next);
          const b = make([...bLead, k, n], bType, bView, next);
          const shape = [...lead.map(([size]) => size), m, n];
          const y = matmulArrays(a, b);
          const [products, size] = expected(a, b, shape);
          const type = promote(aType, bType);
          expect(y.shape).toEqual(shape);
          expect(y.dtype).toBe(type === 'bool' ? 'int32' : type);
          const allowed = type === 'float32' ? 12 * 2 ** -24 * size : 0;
          products.forEach((product, i) => {
            expect(Math.abs((y.data[i] as number) - product)).toBeLessThanOrEqual(allowed);
          });
        },
      ),
      { numRuns: 200, seed: 5 },
    );
  });

  it('gives views what it gives copies', () => {
    const next = numbers(3);
    for (const view of ['transposed', 'flipped', 'sliced', 'stretched'] as const) {
      const a = make([3, 5, 70, 90], 'float32', view, next);
      const b = make([5, 90, 65], 'float32', view, next);
      const copies = matmulArrays(copyOf(a), copyOf(b)).data;
      expect(matmulArrays(a, b).data.every((x, i) => x === copies[i])).toBe(true);
    }
  });
});
