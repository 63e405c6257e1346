// Every kernel against true values, within the error that its documentation states.

import { describe, expect, it } from 'vitest';
import * as special from '../../src/ndarray/special/index.ts';
import { type AccuracyPoint, accuracyPoints, worstError } from '../support/accuracy.ts';

interface Case {
  /** The fixture, and of its values or, with `slope`, of the slopes with respect to that input. */
  readonly fixture: string;
  readonly slope?: number;
  readonly kernel: (a: number, b: number) => number;
  /** In ulp: what was measured on a hundred times as many points, rounded up to a tenth; the kernel's doc says the same. */
  readonly bound: number;
}

const cases: Record<string, Case> = {
  sigmoid: { fixture: 'sigmoid', kernel: special.sigmoid, bound: 0.6 },
  logSigmoid: { fixture: 'logSigmoid', kernel: special.logSigmoid, bound: 0.6 },
  'logSigmoid, slope': {
    fixture: 'logSigmoid',
    slope: 0,
    kernel: x => special.sigmoid(-x),
    bound: 0.6,
  },
  softplus: { fixture: 'softplus', kernel: special.softplus, bound: 0.6 },
  'softplus, slope': { fixture: 'softplus', slope: 0, kernel: special.sigmoid, bound: 0.6 },
  logaddexp: { fixture: 'logaddexp', kernel: special.logaddexp, bound: 0.6 },
  'logaddexp, slope in a': {
    fixture: 'logaddexp',
    slope: 0,
    kernel: special.sigmoidOfDifference,
    bound: 0.6,
  },
  'logaddexp, slope in b': {
    fixture: 'logaddexp',
    slope: 1,
    kernel: (a, b) => special.sigmoidOfDifference(b, a),
    bound: 0.6,
  },
  sigmoidOfDifference: {
    fixture: 'sigmoidOfDifference',
    kernel: special.sigmoidOfDifference,
    bound: 0.6,
  },
  expDD: { fixture: 'exp', kernel: x => special.expDD(x, 0), bound: 0.6 },
  erf: { fixture: 'erf', kernel: special.erf, bound: 0.8 },
  erfc: { fixture: 'erfc', kernel: special.erfc, bound: 0.7 },
  erfcx: { fixture: 'erfcx', kernel: special.erfcx, bound: 0.7 },
  erfcxSlope: { fixture: 'erfcx', slope: 0, kernel: special.erfcxSlope, bound: 1.5 },
  gaussian: { fixture: 'gaussian', kernel: special.gaussian, bound: 0.7 },
  gaussianSlope: { fixture: 'gaussian', slope: 0, kernel: special.gaussianSlope, bound: 0.7 },
  normalPdf: { fixture: 'normalPdf', kernel: special.normalPdf, bound: 0.6 },
  normalPdfSlope: { fixture: 'normalPdf', slope: 0, kernel: special.normalPdfSlope, bound: 1.1 },
  ndtr: { fixture: 'ndtr', kernel: special.ndtr, bound: 0.7 },
  'ndtr, slope': { fixture: 'ndtr', slope: 0, kernel: special.normalPdf, bound: 0.6 },
  sech: { fixture: 'sech', kernel: special.sech, bound: 0.6 },
  tanh: { fixture: 'tanh', kernel: special.tanh, bound: 0.7 },
  tanhshrink: { fixture: 'tanhshrink', kernel: special.tanhshrink, bound: 1.1 },
  sech2: { fixture: 'tanh', slope: 0, kernel: special.sech2, bound: 0.7 },
  sinh: { fixture: 'sinh', kernel: special.sinh, bound: 0.7 },
  'sinh, slope': { fixture: 'sinh', slope: 0, kernel: special.cosh, bound: 0.6 },
  cosh: { fixture: 'cosh', kernel: special.cosh, bound: 0.6 },
  'cosh, slope': { fixture: 'cosh', slope: 0, kernel: special.sinh, bound: 0.7 },
  asinh: { fixture: 'asinh', kernel: special.asinh, bound: 0.6 },
  acosh: { fixture: 'acosh', kernel: special.acosh, bound: 0.6 },
  log10: { fixture: 'log10', kernel: special.log10, bound: 0.6 },
  atanh: { fixture: 'atanh', kernel: special.atanh, bound: 0.6 },
  silu: { fixture: 'silu', kernel: special.silu, bound: 0.6 },
  siluSlope: { fixture: 'silu', slope: 0, kernel: special.siluSlope, bound: 1.2 },
  gelu: { fixture: 'gelu', kernel: special.gelu, bound: 0.7 },
  geluSlope: { fixture: 'gelu', slope: 0, kernel: special.geluSlope, bound: 0.8 },
  geluTanh: { fixture: 'geluTanh', kernel: special.geluTanh, bound: 0.6 },
  geluTanhSlope: { fixture: 'geluTanh', slope: 0, kernel: special.geluTanhSlope, bound: 1.4 },
  geluTanhGate: { fixture: 'geluTanhGate', kernel: special.geluTanhGate, bound: 0.6 },
  mish: { fixture: 'mish', kernel: special.mish, bound: 0.8 },
  mishSlope: { fixture: 'mish', slope: 0, kernel: special.mishSlope, bound: 1 },
  hypot: { fixture: 'hypot', kernel: special.hypot, bound: 0.6 },
  rsqrt: { fixture: 'rsqrt', kernel: special.rsqrt, bound: 0.6 },
  pow: { fixture: 'pow', kernel: special.pow, bound: 1 },
  powSlope: { fixture: 'pow', slope: 0, kernel: special.powSlope, bound: 0.6 },
  powExponentSlope: { fixture: 'pow', slope: 1, kernel: special.powExponentSlope, bound: 0.6 },
};

/** The points without the scales that excuse errors next to a zero crossing. */
function unexcused(points: readonly AccuracyPoint[]): AccuracyPoint[] {
  return points.map(p => ({ ...p, d: p.d.map(t => t && [t[0], t[1] ?? 0]) }));
}

describe('kernels against true values', () => {
  it.each(Object.entries(cases))('%s', (_, { fixture, slope, kernel, bound }) => {
    const points = unexcused(accuracyPoints(fixture));
    const worst = worstError(points, (a, b) => kernel(a as number, b as number), slope);
    expect(worst.ulp, `at ${worst.x.join(', ')}`).toBeLessThanOrEqual(bound);
  });

  it('tanhSoftplus is the factor of x in mish', () => {
    // x · gate in the fixture; below −700 the gate is subnormal and x · gate has more digits than it.
    const points = accuracyPoints('mish').filter(p => (p.x[0] as number) > -700);
    const worst = worstError(points, x => (x as number) * special.tanhSoftplus(x as number));
    expect(worst.ulp).toBeLessThanOrEqual(1.5);
  });

  it('has a case for every kernel that a fixture is about', () => {
    const tested = new Set(Object.values(cases).map(c => c.kernel));
    const untested = Object.entries(special).filter(([, f]) => !tested.has(f as Case['kernel']));
    expect(untested.map(([name]) => name).sort()).toEqual([
      'expDD',
      'floorQuotient',
      'floorRest',
      'roundHalfEven',
      'tanhSoftplus',
    ]);
  });

  it('would notice the naive formulas', () => {
    const error = (fixture: string, f: (x: number) => number, slope?: number) =>
      worstError(accuracyPoints(fixture), x => f(x as number), slope).ulp;
    expect(error('gaussian', x => Math.exp(-x * x))).toBeGreaterThan(50);
    expect(error('sigmoid', x => special.sigmoid(x) * (1 - special.sigmoid(x)), 0)).toBeGreaterThan(
      1e6,
    );
    expect(error('softplus', x => Math.log1p(Math.exp(x)))).toBe(Number.POSITIVE_INFINITY);
    expect(error('tanh', x => 1 - Math.tanh(x) ** 2, 0)).toBeGreaterThan(1e6);
    expect(error('silu', x => x * special.sigmoid(x))).toBeGreaterThan(50);
  });
});
