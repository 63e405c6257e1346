// Identities, symmetries and monotony of the kernels on random doubles.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  low,
  productError,
  quotientError,
  sumError,
} from '../../src/ndarray/special/double-double.ts';
import { expm1Reduced } from '../../src/ndarray/special/exponential.ts';
import {
  acosh,
  asinh,
  atanh,
  cosh,
  erf,
  erfc,
  erfcx,
  erfcxSlope,
  expDD,
  gaussian,
  gaussianSlope,
  geluSlope,
  geluTanhGate,
  geluTanhSlope,
  hypot,
  logaddexp,
  logSigmoid,
  mishSlope,
  ndtr,
  normalPdf,
  normalPdfSlope,
  sech,
  sech2,
  sigmoid,
  siluSlope,
  sinh,
  softplus,
  tanh,
  tanhSoftplus,
} from '../../src/ndarray/special/index.ts';
import { logPair } from '../../src/ndarray/special/logarithm.ts';
import { errorInUlp, ulp } from '../support/ulp.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** A double as an exact integer multiple of 2⁻¹⁰⁷⁴. */
function exact(x: number): bigint {
  const unit = ulp(x);
  return BigInt(x / unit) << BigInt(Math.log2(unit) + 1074);
}

describe('error-free transformations', () => {
  it('a + b = sum + error, exactly', () => {
    fc.assert(
      fc.property(between(-1e300, 1e300), between(-1e300, 1e300), (a, b) => {
        const sum = a + b;
        expect(exact(sum) + exact(sumError(a, b, sum))).toBe(exact(a) + exact(b));
      }),
    );
  });

  it('a · b = product + error, exactly, away from overflow and underflow', () => {
    const moderate = fc
      .tuple(between(-2, 2), fc.integer({ min: -400, max: 400 }))
      .map(([m, k]) => (m + Math.sign(m)) * 2 ** k)
      .filter(x => x !== 0);
    fc.assert(
      fc.property(moderate, moderate, (a, b) => {
        const product = a * b;
        const scaled = (exact(product) + exact(productError(a, b, product))) << 1074n;
        expect(scaled).toBe(exact(a) * exact(b));
      }),
    );
  });

  it('quotientError makes n / d good to 2⁻⁹⁵', () => {
    fc.assert(
      fc.property(between(0.1, 10), between(0.1, 10), (n, d) => {
        const q = n / d;
        const lost = quotientError(n, 0, d, 0, q);
        const left = ((exact(q) + exact(lost)) * exact(d)) >> 1074n;
        const distance = left - exact(n);
        expect(distance < exact(n) >> 95n && -distance < exact(n) >> 95n).toBe(true);
      }),
    );
  });
});

describe('pairs', () => {
  it('logPair is the inverse of expDD', () => {
    fc.assert(
      fc.property(between(5e-324, 1.7e308), x => {
        const high = logPair(x);
        expect(Math.abs(expDD(high, low[0] as number) - x)).toBeLessThanOrEqual(ulp(x));
      }),
      { numRuns: 2000 },
    );
  });

  it('expm1Reduced carries what its first half lacks', () => {
    const high = expm1Reduced(0.25, 0, 0);
    // e^¼ − 1 to 30 digits.
    expect(errorInUlp(high + (low[0] as number), [0.2840254166877415, -0.1246])).toBeLessThan(0.51);
    expect(Math.abs(low[0] as number)).toBeGreaterThan(0);
  });
});

describe('symmetry', () => {
  it.each(Object.entries({ erf, sinh, tanh, asinh, atanh, gaussianSlope, normalPdfSlope }))(
    '%s is odd',
    (_, f) => {
      fc.assert(
        fc.property(finite, x => {
          expect(f(-x) + 0).toBe(-f(x) + 0);
        }),
      );
    },
  );

  it.each(Object.entries({ gaussian, normalPdf, cosh, sech, sech2 }))('%s is even', (_, f) => {
    fc.assert(
      fc.property(finite, x => {
        expect(f(-x)).toBe(f(x));
      }),
    );
  });

  it('hypot and logaddexp do not depend on the order, hypot not on signs', () => {
    fc.assert(
      fc.property(finite, finite, (a, b) => {
        expect(hypot(a, b)).toBe(hypot(-b, a));
        expect(logaddexp(a, b)).toBe(logaddexp(b, a));
      }),
    );
  });

  it.each(Object.entries({ siluSlope, geluSlope, geluTanhSlope, sigmoid, ndtr, geluTanhGate }))(
    '%s and its mirror image add up to 1',
    (_, f) => {
      fc.assert(
        fc.property(between(-50, 50), x => {
          expect(Math.abs(f(x) + f(-x) - 1)).toBeLessThanOrEqual(2 ** -52);
        }),
      );
    },
  );
});

describe('monotony', () => {
  it.each(
    Object.entries({ sigmoid, softplus, logSigmoid, erf, ndtr, tanh, tanhSoftplus, geluTanhGate }),
  )('%s does not fall by more than its rounding', (_, f) => {
    fc.assert(
      fc.property(between(-800, 800), between(0, 10), (x, step) => {
        const y = f(x);
        expect(f(x + step)).toBeGreaterThanOrEqual(y - ulp(y));
      }),
      { numRuns: 1000 },
    );
  });

  it.each(Object.entries({ erfc, erfcx }))('%s does not rise by more than its rounding', (_, f) => {
    fc.assert(
      fc.property(between(-26, 1e3), between(0, 10), (x, step) => {
        const y = f(x);
        expect(f(x + step)).toBeLessThanOrEqual(y + ulp(y));
      }),
      { numRuns: 1000 },
    );
  });

  it('pieces meet: neighbours across a bound differ by an ulp or two', () => {
    const bounds: [f: (x: number) => number, at: number[]][] = [
      [erf, [0.5, -0.5]],
      [erfc, [0.5, -0.5, 5 / 6, 1.5, 13 / 6, 3.5, 7.5]],
      [erfcx, [0.5, -0.5, 7.5, 1e10]],
      [erfcxSlope, [0.5, 3]],
      [ndtr, [0.71, -0.71]],
      [tanh, [0.17, 2 ** -29]],
      [sinh, [0.5, 20]],
      [cosh, [20]],
      [asinh, [0.75, 2 ** 30]],
      [acosh, [1.25, 2 ** 30]],
      [atanh, [1 / 3]],
      [sigmoid, [40, -40, 0]],
      [softplus, [40, -40, 0]],
      [tanhSoftplus, [0, -40, 20]],
      [siluSlope, [0, -40, -1.278464542761074 + 0.24, -1.278464542761074 - 0.24]],
      [geluSlope, [0.71, -0.7517915245946923 + 0.24, -0.7517915245946923 - 0.24]],
      [geluTanhSlope, [0, -0.7524614220710162 + 0.24, -0.7524614220710162 - 0.24]],
      [mishSlope, [0, 1, -1.1924312145154952 + 0.24, -1.1924312145154952 - 0.24]],
    ];
    for (const [f, at] of bounds) {
      for (const x of at) {
        const step = Math.max(Math.abs(x), 1) * 2 ** -50;
        const [left, middle, right] = [f(x - step), f(x), f(x + step)];
        // The function itself moves by at most 2 (its slope there) times the step.
        const room = 4 * ulp(middle) + 2.5 * step * Math.max(1, Math.abs(middle));
        expect(Math.abs(middle - left), `${f.name} left of ${x}`).toBeLessThanOrEqual(room);
        expect(Math.abs(right - middle), `${f.name} right of ${x}`).toBeLessThanOrEqual(room);
      }
    }
  });
});

describe('ulp', () => {
  it('is the distance to the next larger double', () => {
    expect([ulp(1), ulp(-1.5), ulp(2), ulp(0.75)]).toEqual([
      2 ** -52,
      2 ** -52,
      2 ** -51,
      2 ** -53,
    ]);
    expect([ulp(0), ulp(5e-324), ulp(2 ** -1022), ulp(2 ** -1021)]).toEqual([
      2 ** -1074,
      2 ** -1074,
      2 ** -1074,
      2 ** -1073,
    ]);
    expect([ulp(Number.MAX_VALUE), ulp(Number.POSITIVE_INFINITY)]).toEqual([2 ** 971, Number.NaN]);
  });

  it('measures errors', () => {
    expect(errorInUlp(1 + 2 ** -52, [1])).toBe(1);
    expect(errorInUlp(1, [1, 0.25])).toBe(0.25);
    expect(errorInUlp(5e-324, [0, 0.4])).toBeCloseTo(0.6);
    expect(errorInUlp(3 * 2 ** -60, [2 ** -60], 1)).toBe(2 ** -7);
    expect(errorInUlp(3 * 2 ** -60, [2 ** -60, 0, 1])).toBe(2 ** -7);
    expect(errorInUlp(Number.POSITIVE_INFINITY, ['Infinity'])).toBe(0);
    expect(errorInUlp(1e308, ['Infinity'])).toBe(Number.POSITIVE_INFINITY);
    expect(errorInUlp(Number.NaN, [1])).toBe(Number.POSITIVE_INFINITY);
    expect(errorInUlp(Number.NaN, ['NaN'])).toBe(0);
  });
});
