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
    expect(x).toMatchObject({ agrees: true, tolerance: 1e-6 });
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
      agrees: false,
    });
    expect(checked(4.000001)?.agrees).toBe(true);
    expect(checked(4.00001)?.agrees).toBe(false);
    expect(checked(-4)?.relative).toBe(2);
  });

  it('takes what rounding of the loss does for agreement, and NaN only for NaN', () => {
    expect(checked(1e-12, 0)?.agrees).toBe(true);
    expect(checked(1e-9, 0)?.agrees).toBe(false);
    expect(checked('NaN', 'NaN')?.agrees).toBe(true);
    expect(checked(4, 'NaN')?.agrees).toBe(false);
  });

  it('says nothing where nothing was recorded', () => {
    expect(checked(null)).toBeUndefined();
    const [pass] = trace.passes;
    expect(pass && checkOf(buildModel(trace), pass, 0)).toBeUndefined();
  });
});
