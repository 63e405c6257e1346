// The inverse of the normal distribution function, with the same result on every machine.

import { logPair } from './special/logarithm.ts';

/**
 * The x below which the standard normal distribution has the share p; ±Infinity at 1 and 0. Relative error: about 1e-16.
 *
 * Source: Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37 (1988): ratios of polynomials, in q² with q = p − ½ for
 * the centre, in √(−ln p) for the tails.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(r, CENTRE)) / polynomial(r, CENTRE_BELOW);
  }
  const tail = q < 0 ? p : 1 - p;
  if (!(tail > 0)) return tail === 0 ? Math.sign(q) * Number.POSITIVE_INFINITY : Number.NaN;
  const r = Math.sqrt(-logPair(tail));
  const x =
    r <= 5
      ? polynomial(r - 1.6, NEAR) / polynomial(r - 1.6, NEAR_BELOW)
      : polynomial(r - 5, FAR) / polynomial(r - 5, FAR_BELOW);
  return q < 0 ? -x : x;
}

type Coefficients = readonly [number, number, number, number, number, number, number, number];

/** Coefficients from the highest power down. */
function polynomial(r: number, c: Coefficients): number {
  return (
    ((((((c[0] * r + c[1]) * r + c[2]) * r + c[3]) * r + c[4]) * r + c[5]) * r + c[6]) * r + c[7]
  );
}

const CENTRE = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
  1971.5909503065513, 133.14166789178438, 3.3871328727963665,
] as const;
const CENTRE_BELOW = [
  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
  687.1870074920579, 42.31333070160091, 1,
] as const;
const NEAR = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684,
  3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835,
] as const;
const NEAR_BELOW = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008,
  0.6897673349851, 1.6763848301838038, 2.053191626637759, 1,
] as const;
const FAR = [
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124,
  0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
] as const;
const FAR_BELOW = [
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133,
  0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
] as const;
