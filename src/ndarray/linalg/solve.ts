// Systems of plain arrays: stacks of matrices that broadcast.

import { broadcastTo, fromData, type NDArray } from '../array.ts';
import { promote, type TypedArray } from '../dtype.ts';
import { flatData } from '../map.ts';
import { broadcastShapes, type Shape } from '../shape.ts';
import { checkInvertible, identity, luOf, solveWith } from './lu.ts';
import { countOf, matricesOf, stored } from './matrices.ts';
import { solveTriangle, type Triangle } from './triangular.ts';

/** The inverse of square matrices; a singular one gives ±Infinity or NaN where `where` is null. @throws LinAlgError naming `where`. */
export function inverseArray(where: string | null, a: NDArray): NDArray {
  const lu = luOf(a);
  if (where !== null) checkInvertible(where, lu);
  const { count, n } = lu;
  const out = new Float64Array(count * n * n);
  const one = identity(n);
  for (let b = 0; b < count; b++) out.set(solveWith(lu, b, one, n, false), b * n * n);
  return stored(out, a.shape, a.dtype);
}

/** X with A·X = B, or Aᵀ·X = B. @throws LinAlgError for a singular matrix. */
export function solveArrays(where: string, a: NDArray, b: NDArray, transpose: boolean): NDArray {
  const lu = luOf(a);
  checkInvertible(where, lu);
  return solveEach(where, a, b, (x, which, k) => solveWith(lu, which, x, k, transpose));
}

/** X with A·X = B for triangular A. */
export function triangularArrays(a: NDArray, b: NDArray, triangle: Triangle): NDArray {
  const { data, n } = matricesOf(a);
  return solveEach('triangularSolve', a, b, (x, which, k) => {
    solveTriangle(data.subarray(which * n * n, (which + 1) * n * n), n, x, k, triangle);
    return x;
  });
}

/** Solves for each B; `which` is the place of its matrix among those of `a`. */
function solveEach(
  where: string,
  a: NDArray,
  b: NDArray,
  solve: (right: Float64Array, which: number, k: number) => Float64Array,
): NDArray {
  const from = a.shape.slice(0, -2);
  const lead = broadcastShapes(where, [from, b.shape.slice(0, -2)]);
  const [n = 0, k = 0] = b.shape.slice(-2);
  const shape = [...lead, n, k];
  const out = Float64Array.from(flatData(broadcastTo(b, shape)));
  broadcastPlaces(from, lead).forEach((which, i) => {
    const part = out.subarray(i * n * k, (i + 1) * n * k);
    part.set(solve(part, which, k));
  });
  return stored(out, shape, promote(a.dtype, b.dtype));
}

/** For each place of `lead`, in order, the place among `from` that broadcasting puts there. */
function broadcastPlaces(from: Shape, lead: Shape): TypedArray {
  const places = Int32Array.from({ length: countOf(from) }, (_, k) => k);
  return flatData(broadcastTo(fromData(places, from, 'int32'), lead));
}
