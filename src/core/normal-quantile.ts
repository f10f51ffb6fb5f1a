/**
 * The inverse of the standard normal distribution function.
 *
 * @module
 */
import { log } from "./math.js";

/** Numerator and denominator, lowest power first, of the three ranges of AS 241 (routine PPND16). */
const central = {
  num: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
    33430.57558358813, 2509.0809287301227,
  ],
  den: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
  ],
} as const;
const middle = {
  num: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  den: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
} as const;
const tail = {
  num: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  den: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5,
    1.421511758316446e-7, 2.0442631033899397e-15,
  ],
} as const;

/** Shared with the compiler, whose kernels compute the same numbers. */
export const normalQuantileRanges = { central, middle, tail } as const;

type Polynomial = readonly [number, number, number, number, number, number, number, number];

function ratio(r: number, range: { readonly num: Polynomial; readonly den: Polynomial }): number {
  const n = range.num;
  const d = range.den;
  const top = ((((((n[7] * r + n[6]) * r + n[5]) * r + n[4]) * r + n[3]) * r + n[2]) * r + n[1]) * r + n[0];
  const bottom = ((((((d[7] * r + d[6]) * r + d[5]) * r + d[4]) * r + d[3]) * r + d[2]) * r + d[1]) * r + d[0];
  return top / bottom;
}

/**
 * The z for which a standard normal variable is below z with probability p, to about 1 part in 1e16.
 * −∞ at p = 0, +∞ at p = 1, NaN outside [0, 1].
 *
 * Source: Wichura 1988, Algorithm AS 241, Applied Statistics 37:477 (PPND16).
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) return q * ratio(0.180625 - q * q, central);
  if (!(p > 0 && p < 1)) return p === 0 ? Number.NEGATIVE_INFINITY : p === 1 ? Number.POSITIVE_INFINITY : Number.NaN;
  const r = Math.sqrt(-log(q < 0 ? p : 1 - p));
  const z = r <= 5 ? ratio(r - 1.6, middle) : ratio(r - 5, tail);
  return q < 0 ? -z : z;
}
