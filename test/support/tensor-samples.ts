// The inputs at which tensor ops are tested, from their declarations: float64, in order or as views with gaps.

import { randomNumbers } from '../../src/autograd/gradcheck.ts';
import { permute, type Tensor, tensor } from '../../src/index.ts';
import type { InputSpec } from '../../src/ops/structured.ts';

/** How the elements lie in memory. */
export type Memory = 'in order' | 'with gaps';

/** Makes the inputs of a sample; each call with the same seed gives the same numbers. */
export function makeInputs(specs: readonly InputSpec[], seed: number, memory: Memory): Tensor[] {
  const random = randomNumbers(seed);
  return specs.map(spec => {
    const size = spec.shape.reduce((a, b) => a * b, 1);
    const elements = elementsFor(spec, size, random);
    const dtype = spec.dtype ?? 'float64';
    const plain = tensor(Float64Array.from(elements), { dtype, shape: spec.shape });
    return memory === 'in order' ? plain : withGaps(plain, spec);
  });
}

function elementsFor(spec: InputSpec, size: number, random: () => number): readonly number[] {
  if (spec.data !== undefined) return spec.data;
  const [low, high] = spec.range ?? [-2, 2];
  const unit = (): number => {
    const r = random();
    return r > 0 ? r / 2 + 0.25 : (r + 1.5) / 2 - 0.25 + 0.25;
  };
  if (spec.distinct !== true) {
    return Array.from(
      { length: size },
      () => low + (high - low) * Math.min(0.999, Math.max(0.001, fraction(unit()))),
    );
  }
  const grid = Array.from({ length: size }, (_, k) => low + ((high - low) * (k + 0.37)) / size);
  for (let k = size - 1; k > 0; k--) {
    const other = Math.floor(fraction(unit() * 7.13) * (k + 1));
    [grid[k], grid[other]] = [grid[other] as number, grid[k] as number];
  }
  return grid;
}

function fraction(x: number): number {
  return x - Math.floor(x);
}

/** The same tensor as a view: dimensions stored in reverse order, every second element of a larger piece of memory. */
function withGaps(plain: Tensor, spec: InputSpec): Tensor {
  const { shape } = spec;
  const rank = shape.length;
  if (rank === 0 || plain.size === 0) return plain;
  const reversed = shape.map((_, k) => rank - 1 - k);
  const stored = permute(plain, reversed);
  const storedShape = stored.shape;
  const data = stored.data;
  // What lies in the gaps must not be read; integers have no NaN to show it.
  const wide = new Float64Array(2 * data.length).fill(plain.dtype === 'float64' ? Number.NaN : 1);
  data.forEach((x, k) => {
    wide[2 * k] = x;
  });
  const base = tensor(wide, { dtype: plain.dtype, shape: [...storedShape, 2] });
  const { array } = base;
  const view = array.view(storedShape, array.strides.slice(0, rank), array.offset);
  return permute(Object.assign(base.detach(), { array: view }) as Tensor, reversed).detach();
}
