// The gradient of a node beside finite differences.

import { describe, expect, it } from 'vitest';
import { record, value } from '../../src/index.ts';
import { checkOf } from '../../src/viz/model/check.ts';
import { buildModel } from '../../src/viz/model/model.ts';
import { tinyTrace } from './tiny-trace.ts';

describe('checkOf', () => {
  it('agrees with what the engine recorded, node for node', () => {
    const { trace } = record(
      () => {
        const x = value(0.5).named('x');
        x.mul(x).exp().named('y').backward();
      },
      { check: true },
    );
    const model = buildModel(trace);
    const [pass] = trace.passes;
    if (pass === undefined) throw new Error('no pass');
    const x = checkOf(model, pass, 0);
    expect(x?.estimate).toBeCloseTo(Math.exp(0.25), 7);
    expect(x).toMatchObject({ verdict: 'agrees', tolerance: 1e-6 });
    // The root is what is differentiated; there is nothing to compare.
    expect(checkOf(model, pass, model.root)).toBeUndefined();
  });

  const trace = tinyTrace([
    ['x', 2],
    ['y', 'mul', 0, 0],
  ]);
  const checked = (check: number | 'NaN' | null, gradient: number | 'NaN' = 4) => {
    const [first] = trace.passes;
    if (first === undefined) throw new Error('no pass');
    return checkOf(
      buildModel(trace),
      { ...first, gradients: [gradient, 1], checks: [check, null] },
      0,
    );
  };

  it('states how far the two are apart', () => {
    expect(checked(5)).toEqual({
      gradient: 4,
      estimate: 5,
      relative: 0.2,
      tolerance: 1e-6,
      verdict: 'differs',
    });
    expect(checked(4.000001)?.verdict).toBe('agrees');
    expect(checked(4.00001)?.verdict).toBe('differs');
    expect(checked(-4)?.relative).toBe(2);
  });

  it('takes what rounding of the loss does for agreement, and NaN only for NaN', () => {
    expect(checked(1e-12, 0)?.verdict).toBe('agrees');
    expect(checked(1e-9, 0)?.verdict).toBe('differs');
    expect(checked('NaN', 'NaN')?.verdict).toBe('agrees');
    expect(checked(4, 'NaN')?.verdict).toBe('differs');
  });

  it('knows how far rounding of what lies between a node and the loss may lead', () => {
    const verdicts = [1e3, 1e8, 1e12, 1e16].map(large => {
      const { trace: recorded } = record(
        () => {
          const x = value(1.5);
          x.mul(x).add(large).sub(large).backward();
        },
        { check: true },
      );
      const [pass] = recorded.passes;
      return pass && checkOf(buildModel(recorded), pass, 0)?.verdict;
    });
    expect(verdicts).toEqual(['agrees', 'agrees', 'unclear', 'unclear']);
  });

  it('does not call a gradient right that is off by a third, only because rounding might be as much', () => {
    const { trace: recorded } = record(
      () => {
        const x = value(1.5);
        x.mul(x).add(2e11).sub(2e11).backward();
      },
      { check: true },
    );
    const [pass] = recorded.passes;
    const wrong = pass && { ...pass, gradients: [4, ...pass.gradients.slice(1)] };
    expect(wrong && checkOf(buildModel(recorded), wrong, 0)?.verdict).toBe('unclear');
  });

  it('does not excuse a wrong gradient by a large number elsewhere', () => {
    const { trace: recorded } = record(
      () => {
        const x = value(1.5);
        x.mul(x).add(value(1e16).mul(1e-16)).backward();
      },
      { check: true },
    );
    const [pass] = recorded.passes;
    const wrong = pass && { ...pass, gradients: [3.0001, ...pass.gradients.slice(1)] };
    expect(wrong && checkOf(buildModel(recorded), wrong, 0)?.verdict).toBe('differs');
  });

  it('says nothing where nothing was recorded', () => {
    expect(checked(null)).toBeUndefined();
    const [pass] = trace.passes;
    expect(pass && checkOf(buildModel(trace), pass, 0)).toBeUndefined();
  });
});
