// Functions to the accuracy of float32, several times as fast as those to the accuracy of float64: a result differs from
// the true value by less than 2e-9 of it before it is rounded to float32.

/** 2ᵏ for k from −160 on. */
const POWERS = Float64Array.from({ length: 320 }, (_, i) => 2 ** (i - 160));

/** eˣ: a power of two and a polynomial (the series to the eighth power) for |r| ≤ ln 2 / 2. */
export function expSingle(x: number): number {
  // What is beyond the range of float32, and NaN.
  if (!(x > -104 && x < 89)) return Math.exp(x);
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const r = x - k * Math.LN2;
  const high = 1 / 24 + r * (1 / 120 + r * (1 / 720 + r * (1 / 5040 + r * (1 / 40320))));
  return (1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * high)))) * (POWERS[k + 160] as number);
}

/** tanh x: its series near 0, where the exponentials would cancel. */
export function tanhSingle(x: number): number {
  const size = Math.abs(x);
  if (size < 0.3) {
    const s = x * x;
    const high = -17 / 315 + s * (62 / 2835 + s * (-1382 / 155925 + s * (21844 / 6081075)));
    return x * (1 + s * (-1 / 3 + s * (2 / 15 + s * high)));
  }
  if (size < 11) {
    const t = expSingle(2 * x);
    return (t - 1) / (t + 1);
  }
  return x > 0 ? 1 : x < 0 ? -1 : x;
}

/** 1 / cosh² x. */
export function sech2Single(x: number): number {
  const t = expSingle(-2 * Math.abs(x));
  return (4 * t) / ((1 + t) * (1 + t));
}

/** 1 / (1 + e⁻ˣ). */
export function sigmoidSingle(x: number): number {
  return 1 / (1 + expSingle(-x));
}
