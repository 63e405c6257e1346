// Special values of the kernels: NaN, signed zeros, infinities, ties; powers as IEEE 754 has them.

import { describe, expect, it } from 'vitest';
import * as special from '../../src/ndarray/special/index.ts';

const INF = Number.POSITIVE_INFINITY;
const NAN = Number.NaN;

describe('special values', () => {
  const limits: Record<
    string,
    [f: (x: number) => number, left: number, zero: number, right: number]
  > = {
    sigmoid: [special.sigmoid, 0, 0.5, 1],
    logSigmoid: [special.logSigmoid, -INF, -Math.LN2, 0],
    softplus: [special.softplus, 0, Math.LN2, INF],
    erf: [special.erf, -1, 0, 1],
    erfc: [special.erfc, 2, 1, 0],
    erfcx: [special.erfcx, INF, 1, 0],
    erfcxSlope: [special.erfcxSlope, -INF, -2 / Math.sqrt(Math.PI), 0],
    gaussian: [special.gaussian, 0, 1, 0],
    gaussianSlope: [special.gaussianSlope, 0, 0, 0],
    normalPdf: [special.normalPdf, 0, 1 / Math.sqrt(2 * Math.PI), 0],
    normalPdfSlope: [special.normalPdfSlope, 0, 0, 0],
    ndtr: [special.ndtr, 0, 0.5, 1],
    sech: [special.sech, 0, 1, 0],
    sech2: [special.sech2, 0, 1, 0],
    tanh: [special.tanh, -1, 0, 1],
    sinh: [special.sinh, -INF, 0, INF],
    cosh: [special.cosh, INF, 1, INF],
    tanhshrink: [special.tanhshrink, -INF, 0, INF],
    asinh: [special.asinh, -INF, 0, INF],
    acosh: [special.acosh, NAN, NAN, INF],
    log10: [special.log10, NAN, -INF, INF],
    atanh: [special.atanh, NAN, 0, NAN],
    geluTanhGate: [special.geluTanhGate, 0, 0.5, 1],
    tanhSoftplus: [special.tanhSoftplus, 0, 0.6, 1],
    silu: [special.silu, 0, 0, INF],
    siluSlope: [special.siluSlope, 0, 0.5, 1],
    gelu: [special.gelu, 0, 0, INF],
    geluSlope: [special.geluSlope, 0, 0.5, 1],
    geluTanh: [special.geluTanh, 0, 0, INF],
    geluTanhSlope: [special.geluTanhSlope, 0, 0.5, 1],
    mish: [special.mish, 0, 0, INF],
    mishSlope: [special.mishSlope, 0, 0.6, 1],
    rsqrt: [special.rsqrt, NAN, INF, 0],
    expDD: [x => special.expDD(x, 0), 0, 1, INF],
    roundHalfEven: [special.roundHalfEven, -INF, 0, INF],
  };

  it.each(Object.entries(limits))('%s at −∞, 0, ∞ and NaN', (_, [f, left, zero, right]) => {
    // Adding 0 takes the sign from −0: of a limit 0 it has no meaning.
    const values = [f(-INF), f(0), f(INF), f(NAN)].map(y => y + 0);
    expect(values).toEqual([left, zero, right, NAN]);
  });

  const { erf, sinh, tanh, asinh, atanh, silu, gelu, geluTanh, mish } = special;
  it.each(Object.entries({ erf, sinh, tanh, asinh, atanh, silu, gelu, geluTanh, mish }))(
    '%s keeps the sign of zero and the smallest numbers',
    (_, f) => {
      expect(f(-0)).toBe(-0);
      expect(Math.abs(f(5e-324))).toBeLessThanOrEqual(5e-324);
      expect(f(-3e-310)).toBe(-f(3e-310));
    },
  );

  it('log10 is exact at powers of ten, acosh at 1', () => {
    for (let k = -307; k <= 308; k++) expect(special.log10(Number(`1e${k}`))).toBe(k);
    expect([special.acosh(1), special.acosh(1 - 2 ** -53)]).toEqual([0, NAN]);
  });

  it('atanh is infinite at ±1 and NaN beyond', () => {
    expect([special.atanh(1), special.atanh(-1), special.atanh(1.5)]).toEqual([INF, -INF, NAN]);
  });

  it('rsqrt follows IEEE 754 at zeros and handles subnormal numbers', () => {
    expect([special.rsqrt(-0), special.rsqrt(5e-324)]).toEqual([-INF, 2 ** 537]);
  });

  it('logaddexp', () => {
    const f = special.logaddexp;
    expect([f(-INF, -INF), f(INF, INF), f(INF, -INF), f(-INF, INF)]).toEqual([-INF, INF, INF, INF]);
    expect([f(-INF, 3), f(3, -INF), f(INF, 3), f(3, INF)]).toEqual([3, 3, INF, INF]);
    expect([f(NAN, INF), f(-INF, NAN), f(1e308, -1e308), f(0, 0)]).toEqual([
      NAN,
      NAN,
      1e308,
      Math.LN2,
    ]);
  });

  it('sigmoidOfDifference', () => {
    const f = special.sigmoidOfDifference;
    expect([f(INF, 0), f(0, INF), f(1e308, -1e308), f(-1e308, 1e308)]).toEqual([1, 0, 1, 0]);
    expect([f(INF, INF), f(-INF, -INF), f(NAN, 0)]).toEqual([NAN, NAN, NAN]);
    // −700 − 5·10⁻¹⁴ rounds to −700: the lost part counts.
    expect(f(-700, 5e-14)).toBeLessThan(f(-700, 0));
  });

  it('hypot', () => {
    const f = special.hypot;
    expect([f(3, -4), f(0, 0), f(-0, 2), f(INF, NAN), f(NAN, -INF), f(NAN, 1)]).toEqual([
      5,
      0,
      2,
      INF,
      INF,
      NAN,
    ]);
    expect([f(3 * 2 ** 600, 4 * 2 ** 600), f(3 * 2 ** -1070, 4 * 2 ** -1070)]).toEqual([
      5 * 2 ** 600,
      5 * 2 ** -1070,
    ]);
    expect(f(1.7e308, 1.7e308)).toBe(INF);
  });
});

describe('roundHalfEven', () => {
  it.each([
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [3.5, 4],
    [-0.5, -0],
    [-1.5, -2],
    [-2.5, -2],
    [-0.2, -0],
    [0.49999999999999994, 0],
    [2.500000000000001, 3],
    [4503599627370495.5, 4503599627370496],
    [4503599627370494.5, 4503599627370494],
    [9007199254740994, 9007199254740994],
    [-0, -0],
  ])('%d → %d', (x, rounded) => {
    expect(special.roundHalfEven(x)).toBe(rounded);
  });
});

// IEEE 754-2019, 9.2.1.
describe('pow', () => {
  const { pow } = special;
  it('is 1 for y = 0 and for x = 1, whatever the other', () => {
    for (const x of [NAN, INF, -INF, 0, -0, -2]) {
      expect([pow(x, 0), pow(x, -0), pow(1, x)]).toEqual([1, 1, 1]);
    }
  });

  it('is 1 for x = −1 and y = ±∞', () => {
    expect([pow(-1, INF), pow(-1, -INF)]).toEqual([1, 1]);
  });

  it.each([
    [0, 3, 0],
    [-0, 3, -0],
    [-0, 2, 0],
    [-0, -3, -INF],
    [0, -2.5, INF],
    [-0, -INF, INF],
    [0.5, INF, 0],
    [0.5, -INF, INF],
    [-2, INF, INF],
    [2, -INF, 0],
    [INF, -1, 0],
    [-INF, 3, -INF],
    [-INF, -3, -0],
    [-INF, 2.5, INF],
    [-8, 1 / 3, NAN],
    [NAN, 1, NAN],
    [2, NAN, NAN],
  ])('pow(%d, %d) = %d', (x, y, power) => {
    expect(pow(x, y)).toBe(power);
  });

  it('has slopes at the edges', () => {
    const { powSlope, powExponentSlope } = special;
    expect([powSlope(0, 2), powSlope(0, 1), powSlope(0, 0), powSlope(0, 0.5)]).toEqual([
      0,
      1,
      0,
      INF,
    ]);
    expect([powSlope(-2, 3), powSlope(-2, 2), powSlope(-2, 0.5)]).toEqual([12, -4, NAN]);
    expect([powSlope(INF, 2), powSlope(1e-200, -2), powSlope(NAN, 2)]).toEqual([INF, -INF, NAN]);
    expect([powExponentSlope(0, 2), powExponentSlope(0, 0), powExponentSlope(1, 7)]).toEqual([
      0, 0, 0,
    ]);
    expect([powExponentSlope(-2, 2), powExponentSlope(INF, 2), powExponentSlope(INF, -2)]).toEqual([
      NAN,
      INF,
      0,
    ]);
    expect(powExponentSlope(0, -1)).toBe(-INF);
  });
});
