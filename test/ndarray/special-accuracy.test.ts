// Every kernel against true values: values and slopes within half an ulp or little more.

import { describe, expect, it } from 'vitest';
import * as special from '../../src/ndarray/special/index.ts';
import { type AccuracyPoint, accuracyPoints, worstError } from '../support/accuracy.ts';

interface Case {
  /** The fixture, and of its values or, with `slope`, of the slopes with respect to that input. */
  readonly fixture: string;
  readonly slope?: number;
  readonly kernel: (a: number, b: number) => number;
  /** In ulp: what was measured on twenty times as many points, rounded up to a half. */
  readonly bound: number;
}

const cases: Record<string, Case> = {
  sigmoid: { fixture: 'sigmoid', kernel: special.sigmoid, bound: 1 },
  logSigmoid: { fixture: 'logSigmoid', kernel: special.logSigmoid, bound: 1 },
  'logSigmoid, slope': {
    fixture: 'logSigmoid',
    slope: 0,
    kernel: x => special.sigmoid(-x),
    bound: 1,
  },
  softplus: { fixture: 'softplus', kernel: special.softplus, bound: 1 },
  'softplus, slope': { fixture: 'softplus', slope: 0, kernel: special.sigmoid, bound: 1 },
  logaddexp: { fixture: 'logaddexp', kernel: special.logaddexp, bound: 1 },
  'logaddexp, slope in a': {
    fixture: 'logaddexp',
    slope: 0,
    kernel: special.sigmoidOfDifference,
    bound: 1,
  },
  'logaddexp, slope in b': {
    fixture: 'logaddexp',
    slope: 1,
    kernel: (a, b) => special.sigmoidOfDifference(b, a),
    bound: 1,
  },
  sigmoidOfDifference: {
    fixture: 'sigmoidOfDifference',
    kernel: special.sigmoidOfDifference,
    bound: 1,
  },
  expDD: { fixture: 'exp', kernel: x => special.expDD(x, 0), bound: 1 },
  erf: { fixture: 'erf', kernel: special.erf, bound: 1 },
  erfc: { fixture: 'erfc', kernel: special.erfc, bound: 1 },
  erfcx: { fixture: 'erfcx', kernel: special.erfcx, bound: 1 },
  erfcxSlope: { fixture: 'erfcx', slope: 0, kernel: special.erfcxSlope, bound: 1.5 },
  gaussian: { fixture: 'gaussian', kernel: special.gaussian, bound: 1 },
  gaussianSlope: { fixture: 'gaussian', slope: 0, kernel: special.gaussianSlope, bound: 1 },
  normalPdf: { fixture: 'normalPdf', kernel: special.normalPdf, bound: 1 },
  normalPdfSlope: { fixture: 'normalPdf', slope: 0, kernel: special.normalPdfSlope, bound: 1.5 },
  ndtr: { fixture: 'ndtr', kernel: special.ndtr, bound: 1 },
  'ndtr, slope': { fixture: 'ndtr', slope: 0, kernel: special.normalPdf, bound: 1 },
  sech: { fixture: 'sech', kernel: special.sech, bound: 1 },
  tanh: { fixture: 'tanh', kernel: special.tanh, bound: 1 },
  sech2: { fixture: 'tanh', slope: 0, kernel: special.sech2, bound: 1 },
  sinh: { fixture: 'sinh', kernel: special.sinh, bound: 1 },
  'sinh, slope': { fixture: 'sinh', slope: 0, kernel: special.cosh, bound: 1 },
  cosh: { fixture: 'cosh', kernel: special.cosh, bound: 1 },
  'cosh, slope': { fixture: 'cosh', slope: 0, kernel: special.sinh, bound: 1 },
  asinh: { fixture: 'asinh', kernel: special.asinh, bound: 1 },
  acosh: { fixture: 'acosh', kernel: special.acosh, bound: 1 },
  log10: { fixture: 'log10', kernel: special.log10, bound: 1 },
  atanh: { fixture: 'atanh', kernel: special.atanh, bound: 1 },
  silu: { fixture: 'silu', kernel: special.silu, bound: 1 },
  siluSlope: { fixture: 'silu', slope: 0, kernel: special.siluSlope, bound: 1.5 },
  gelu: { fixture: 'gelu', kernel: special.gelu, bound: 1 },
  geluSlope: { fixture: 'gelu', slope: 0, kernel: special.geluSlope, bound: 1 },
  geluTanh: { fixture: 'geluTanh', kernel: special.geluTanh, bound: 1 },
  geluTanhSlope: { fixture: 'geluTanh', slope: 0, kernel: special.geluTanhSlope, bound: 1.5 },
  geluTanhGate: { fixture: 'geluTanhGate', kernel: special.geluTanhGate, bound: 1 },
  mish: { fixture: 'mish', kernel: special.mish, bound: 1 },
  mishSlope: { fixture: 'mish', slope: 0, kernel: special.mishSlope, bound: 1 },
  hypot: { fixture: 'hypot', kernel: special.hypot, bound: 1 },
  rsqrt: { fixture: 'rsqrt', kernel: special.rsqrt, bound: 1 },
  pow: { fixture: 'pow', kernel: special.pow, bound: 1 },
  powSlope: { fixture: 'pow', slope: 0, kernel: special.powSlope, bound: 1 },
  powExponentSlope: { fixture: 'pow', slope: 1, kernel: special.powExponentSlope, bound: 1 },
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
