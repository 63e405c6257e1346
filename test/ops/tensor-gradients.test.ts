// Every tensor op × its samples × each input × reverse and forward mode × first and second order, with random cotangents in
// float64, against five-point differences; inputs in order and as views with gaps. The table of ops says what there is.

import { describe, expect, test } from 'vitest';
import { randomNumbers } from '../../src/autograd/gradcheck.ts';
import { watching } from '../../src/autograd/modes.ts';
import { type Op, registeredOps, type Structure, vjpOf } from '../../src/autograd/op.ts';
import {
  gradcheck,
  gradgradcheck,
  jvp,
  mul,
  noGrad,
  type Tensor,
  type TensorOp,
  tensor,
  tensorOps,
  vjp,
} from '../../src/index.ts';
import type { TensorSample } from '../../src/ops/structured.ts';
import { type Memory, makeInputs } from '../support/tensor-samples.ts';

const MEMORY: readonly Memory[] = ['in order', 'with gaps'];
const TOLERANCE = { rtol: 1e-9, atol: 1e-9 };
/** For a sample that is about a conversion to float32. */
const ROUNDED = { rtol: 1e-6, atol: 1e-6 };

function toleranceOf({ rounds }: TensorSample) {
  return { ...(rounds === true ? ROUNDED : TOLERANCE), raise: false };
}

/** The sample as a function of its float inputs alone. */
function ofFloats(sample: TensorSample, inputs: readonly Tensor[]) {
  const floats = inputs.filter(x => x.dtype === 'float64');
  const f = (...x: Tensor[]): Tensor => {
    let next = 0;
    return sample.call(
      ...inputs.map(given => (given.dtype === 'float64' ? (x[next++] as Tensor) : given)),
    );
  };
  return { floats, f };
}

function elements(x: Tensor): number[] {
  return [...x.data];
}

function randomLike(x: Tensor, random: () => number): Tensor {
  return tensor(
    Float64Array.from({ length: x.size }, () => random()),
    { shape: x.shape },
  );
}

const all = [...tensorOps.values()].map(op => [op.name, op] as const);

test('the table has ops and every op has samples', () => {
  expect(all.length).toBeGreaterThan(5);
  for (const [name, op] of all) expect(op.samples.length, name).toBeGreaterThan(0);
});

describe.each(all)('%s', (_name, op: TensorOp) => {
  test('gives the same for views as for tensors in order, and changes no input', () => {
    for (const sample of op.samples) {
      const [plain, view] = MEMORY.map(memory => makeInputs(sample.inputs, 5, memory)) as [
        Tensor[],
        Tensor[],
      ];
      const before = plain.map(elements);
      const [a, b] = noGrad(() => [sample.call(...plain), sample.call(...view)]);
      expect(b.shape).toEqual(a.shape);
      elements(a).forEach((x, k) => {
        const y = b.data[k] as number;
        if (!Object.is(x, y))
          expect(Math.abs(x - y)).toBeLessThanOrEqual(1e-14 * Math.max(1, Math.abs(x)));
      });
      expect(plain.map(elements)).toEqual(before);
    }
  });

  if (op.differentiable === false) return;

  for (const memory of MEMORY) {
    test(`first and second order, both modes, ${memory}`, () => {
      op.samples.forEach((sample, k) => {
        if (sample.kink === true) return;
        const { floats, f } = ofFloats(sample, makeInputs(sample.inputs, 10 + k, memory));
        const tolerance = toleranceOf(sample);
        const first = gradcheck(f, floats, tolerance);
        expect(first.ok, `sample ${k}\n${first.text}`).toBe(true);
        const second = gradgradcheck(f, floats, tolerance);
        expect(second.ok, `sample ${k}, second order\n${second.text}`).toBe(true);
      });
    });
  }

  test('⟨v, J·u⟩ = ⟨Jᵀ·v, u⟩', () => {
    op.samples.forEach((sample, k) => {
      const { floats, f } = ofFloats(sample, makeInputs(sample.inputs, 30 + k, 'in order'));
      expect(transposes(sample, f, floats), `sample ${k}`).toBe(true);
    });
  });
});

/** Whether reverse and forward mode are each other's transpose. */
function transposes(
  { rounds }: TensorSample,
  f: (...x: Tensor[]) => Tensor,
  floats: readonly Tensor[],
): boolean {
  const random = randomNumbers(3);
  const u = floats.map(x => randomLike(x, random));
  const several = (...x: Tensor[]): Tensor[] => [f(...x)];
  const [[y], [pushed]] = jvp(several, floats, u) as [[Tensor], [Tensor]];
  const v = randomLike(y, random);
  const pulled = vjp(several, floats)[1]([v]) as Tensor[];
  const left = products(pushed, v);
  const right = pulled.flatMap((g, i) => products(g, u[i] as Tensor));
  const scale = [...left, ...right].reduce((sum, x) => sum + Math.abs(x), 0);
  if (!Number.isFinite(scale) || (y.dtype !== 'float64' && rounds !== true)) return false;
  const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
  const allowed = rounds === true ? ROUNDED.rtol : 1e-12;
  return Math.abs(sum(left) - sum(right)) <= allowed * scale;
}

function products(a: Tensor, b: Tensor): number[] {
  const other = elements(b);
  return elements(a).map((x, i) => x * (other[i] as number));
}

// A mistake in a rule of a structured op: the rule is replaced in place while the samples of all ops run.
const structuredOps = [...registeredOps().values()].filter(
  op => op.structure !== null && op.differentiable,
);

describe('a broken rule is caught', () => {
  const users = usersOf(structuredOps);
  for (const factor of [0, -1, 1.001]) {
    test.each(structuredOps.map(op => [op.name, op] as const))(
      `times ${factor}: %s`,
      (_name, op) => {
        const samples = users.get(op) ?? [];
        expect(samples.length, 'no sample uses this op').toBeGreaterThan(0);
        const failed = withBrokenRules(op, factor, () => samples.some(sample => !passes(sample)));
        expect(failed).toBe(true);
      },
    );
  }
});

/** Whether reverse mode (sweep and recorded sweep) agrees with differences, or where these cannot tell, with forward mode. */
function passes(sample: TensorSample): boolean {
  const { floats, f } = ofFloats(sample, makeInputs(sample.inputs, 11, 'in order'));
  try {
    if (sample.kink === true) return transposes(sample, f, floats);
    const tolerance = toleranceOf(sample);
    return gradcheck(f, floats, tolerance).ok && gradgradcheck(f, floats, tolerance).ok;
  } catch {
    return false;
  }
}

/** For each op the samples whose graphs have a row of it. */
function usersOf(ops: readonly Op[]): Map<Op, TensorSample[]> {
  const users = new Map<Op, TensorSample[]>();
  const wanted = new Set(ops);
  for (const op of tensorOps.values()) {
    if (op.differentiable === false) continue;
    for (const sample of op.samples) {
      const seen = new Set<Op>();
      const { floats, f } = ofFloats(sample, makeInputs(sample.inputs, 11, 'in order'));
      // The rules themselves are made of ops too, which second derivatives test.
      const gradients = (...x: Tensor[]): Tensor[] => {
        const [[y], pull] = vjp((...z: Tensor[]) => [f(...z)], x);
        return pull([y as Tensor]) as Tensor[];
      };
      watchOps(seen, () => void vjp(gradients, floats));
      for (const used of seen)
        if (wanted.has(used)) users.set(used, [...(users.get(used) ?? []), sample]);
    }
  }
  return users;
}

function watchOps(seen: Set<Op>, fn: () => void): void {
  watching({ created: (_result, op) => void seen.add(op) }, fn);
}

function withBrokenRules<T>(op: Op, factor: number, fn: () => T): T {
  const structure = op.structure as { vjp: unknown };
  const kept = structure.vjp;
  const broken = (k: number) => {
    const rule = vjpOf({ ...op.structure, vjp: kept } as Structure, k);
    return rule === null ? null : (...args: Parameters<typeof rule>) => mul(factor, rule(...args));
  };
  structure.vjp = broken;
  const linear = op.structure as { linear: boolean };
  const wasLinear = linear.linear;
  linear.linear = false;
  try {
    return fn();
  } finally {
    structure.vjp = kept;
    linear.linear = wasLinear;
  }
}
