/**
 * The elementary functions of math.ts in single precision: the same algorithms with fewer terms, each operation rounded
 * to f32, so that every JavaScript engine gives the bits of the f32 kernels. 1 ulp is 2^-23 relative to the power of two
 * below a value. Arguments must be f32 values. NaN comes back as NaN.
 *
 * Polynomials are Chebyshev interpolants made with 60 digits, then rounded to f32.
 *
 * @module
 */
import type { MathConstants } from "./math.js";

const f = Math.fround;

/** Constants of the algorithms, shared with the compiler so that both use one set of digits. */
export const mathConstantsF32 = {
  magic: 12582912,
  log2e: f(Math.LOG2E),
  /** Ten bits, so that its product with a whole number of up to 2^14 is exact. */
  ln2High: 0.693359375,
  ln2Low: f(-0.00021219444),
  expMin: -87,
  expMax: 88,
  /** e^r on |r| ≤ ln2/2: relative error 9.7e-9; e^r − 1: 2.4e-8. */
  expRemainder: [f(0.5), f(0.16666578), f(0.041666556), f(0.008363173), f(0.0013926182)],
  expm1Remainder: [f(0.5), f(0.16666578), f(0.041666556), f(0.008363173), f(0.0013926182)],
  exp2Min: -126,
  exp2Max: 127,
  /** (2^f − 1)/f on |f| ≤ 1/2: relative error of 2^f 9.1e-9, of 2^f − 1 2.2e-8. */
  exp2Ratio: [f(Math.LN2), f(0.2402265), f(0.05550357), f(0.009618081), f(0.0013390875), f(0.00015453632)],
  /** Relative error of ln((1+s)/(1−s)) 2.6e-9. */
  logRemainder: [f(0.66666687), f(0.3998878), f(0.2957995)],
  twoOverPi: f(0.63661975),
  /** The first two have so few bits that their products with whole numbers of up to 2^13 are exact. */
  halfPi: [1.5703125, 0.0004837512969970703, f(7.54979e-8)],
  /** |r| ≤ π/4: relative error of sin 1.3e-8, of cos 8.4e-10. */
  sinRemainder: [f(-0.16666664), f(0.008332748), f(-0.00019587866)],
  cosRemainder: [f(0.041666664), f(-0.0013888302), f(2.4547917e-5)],
} as const satisfies MathConstants;

const c = mathConstantsF32;
const scratch = new Float32Array(1);
const word = new Int32Array(scratch.buffer);

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = coefficients[coefficients.length - 1]!;
  for (let i = coefficients.length - 2; i >= 0; i--) sum = f(f(sum * x) + coefficients[i]!);
  return sum;
}

/** Even and odd powers apart, as in math.ts. */
function evenOdd(coefficients: readonly number[], r: number, square: number): number {
  const even = coefficients.filter((_, i) => i % 2 === 0);
  const odd = coefficients.filter((_, i) => i % 2 === 1);
  return f(polynomial(even, square) + f(polynomial(odd, square) * r));
}

function limit(x: number, low: number, high: number): number {
  const y = low > x ? low : x;
  return high < y ? high : y;
}

function scaleByPowerOfTwo(p: number, k: number): number {
  if (Number.isNaN(p)) return p;
  scratch[0] = p;
  word[0]! += k << 23;
  return scratch[0]!;
}

function reduceExponent(x: number): { k: number; r: number } {
  const y = limit(x, c.expMin, c.expMax);
  const k = f(f(f(y * c.log2e) + c.magic) - c.magic);
  return { k, r: f(f(y - f(k * c.ln2High)) - f(k * c.ln2Low)) };
}

/** e^x, error ≤ 1.5 ulp for −87 ≤ x ≤ 88; saturates outside, never 0 or Infinity. */
export function exp(x: number): number {
  const { k, r } = reduceExponent(x);
  const s = f(r * r);
  return scaleByPowerOfTwo(f(f(f(evenOdd(c.expRemainder, r, s) * s) + r) + 1), k);
}

/**
 * 2^t, error ≤ 1.5 ulp; saturates at 2^−126 and 2^127. The kernels compute e^x as 2^(x·log2 e), with a relative error of
 * ≤ (2 + |x|)·1.2e-7.
 */
export function exp2(t: number): number {
  const y = limit(t, c.exp2Min, c.exp2Max);
  const k = f(f(y + c.magic) - c.magic);
  const part = f(y - k);
  return scaleByPowerOfTwo(f(f(evenOdd(c.exp2Ratio, part, f(part * part)) * part) + 1), k);
}

function exp2m1(t: number): number {
  const y = limit(t, c.exp2Min, c.exp2Max);
  const k = f(f(y + c.magic) - c.magic);
  const part = f(y - k);
  const scale = scaleByPowerOfTwo(1, Number.isNaN(k) ? 0 : k);
  return f(f(scale * f(evenOdd(c.exp2Ratio, part, f(part * part)) * part)) + f(scale - 1));
}

/** x/(2^t − 1), 1 at x = 0, for t = x·log2 e: error ≤ (4 + |x|)·1.2e-7, relative. */
export function exprelr2(x: number, t: number): number {
  const value = exp2m1(t);
  return x === 0 ? 1 : f(x / value);
}

/** (2^t − 1)/x, 1 at x = 0, for t = x·log2 e. */
export function exprel2(x: number, t: number): number {
  const value = exp2m1(t);
  return x === 0 ? 1 : f(value / x);
}

function expm1Parts(x: number): { k: number; ratio: number; value: number } {
  const { k, r } = reduceExponent(x);
  const ratio = f(f(evenOdd(c.expm1Remainder, r, f(r * r)) * r) + 1);
  const scale = scaleByPowerOfTwo(1, Number.isNaN(k) ? 0 : k);
  return { k, ratio, value: f(f(scale * f(ratio * r)) + f(scale - 1)) };
}

/** e^x − 1 without cancellation, error ≤ 2.5 ulp; saturates like exp. */
export function expm1(x: number): number {
  return expm1Parts(x).value;
}

/** (e^x − 1)/x, 1 at 0; error ≤ 2.5 ulp. */
export function exprel(x: number): number {
  const { k, ratio, value } = expm1Parts(x);
  return k === 0 ? ratio : f(value / x);
}

/** x/(e^x − 1), 1 at 0; error ≤ 3 ulp. */
export function exprelr(x: number): number {
  const { k, ratio, value } = expm1Parts(x);
  return k === 0 ? f(1 / ratio) : f(x / value);
}

/** Natural logarithm, error ≤ 1 ulp. log(0) = −Infinity, NaN below 0. */
export function log(x: number): number {
  if (Number.isNaN(x) || x < 0) return Number.NaN;
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY) return x;
  const isTiny = x < 1.1754943508222875e-38;
  scratch[0] = isTiny ? x * 33554432 : x;
  // k = whole powers of two so that m = y/2^k lies in [sqrt(1/2), sqrt(2)); 0x3f3504f3 is sqrt(1/2).
  const steps = (word[0]! - 0x3f3504f3) >> 23;
  word[0]! -= steps << 23;
  const k = steps + (isTiny ? -25 : 0);
  const part = f(scratch[0]! - 1);
  const s = f(part / f(part + 2));
  const z = f(s * s);
  const remainder = f(z * polynomial(c.logRemainder, z));
  const halfSquare = f(f(part * part) * 0.5);
  const inner = f(f(halfSquare - f(f(s * f(halfSquare + remainder)) + f(k * c.ln2Low))) - part);
  return f(f(k * c.ln2High) - inner);
}

/** ln(1 + x) without cancellation, error ≤ 3 ulp. */
export function log1p(x: number): number {
  const u = f(x + 1);
  if (u === 1) return x;
  return u === Number.POSITIVE_INFINITY ? u : f(f(log(u) * x) / f(u - 1));
}

/** x^y, relative error ≤ (|y·ln x| + 2)·1.2e-7; special values as in math.ts. */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (x === 0) return y > 0 ? 0 : Number.POSITIVE_INFINITY;
  const size = exp(f(y * log(Math.abs(x))));
  if (x > 0) return size;
  if (y !== Math.floor(y)) return Number.NaN;
  const half = f(y * 0.5);
  return half === Math.floor(half) ? size : -size;
}

function sineOfQuarter(x: number, shift: number): number {
  const n = f(f(f(x * c.twoOverPi) + c.magic) - c.magic);
  const rest = c.halfPi.reduce((sum, part) => f(sum - f(n * part)), x);
  if (Number.isNaN(rest)) return rest;
  const r = limit(rest, -1, 1);
  const z = f(r * r);
  const sine = f(r + f(f(r * z) * polynomial(c.sinRemainder, z)));
  const cosine = f(f(1 - f(z * 0.5)) + f(f(z * z) * polynomial(c.cosRemainder, z)));
  const turns = f(n + shift);
  const quarter = f(turns - f(4 * Math.floor(f(turns * 0.25))));
  const value = quarter === 1 || quarter === 3 ? cosine : sine;
  return quarter >= 2 ? -value : value;
}

/** sin x in radians; absolute error ≤ 1e-7 for |x| ≤ 8000, growing beyond, never outside [−1, 1]. */
export function sin(x: number): number {
  return sineOfQuarter(x, 0);
}

/** cos x in radians; bounds as for sin. */
export function cos(x: number): number {
  return sineOfQuarter(x, 1);
}

/** tanh x, error ≤ 4 ulp. */
export function tanh(x: number): number {
  const e = expm1(f(2 * x));
  return f(e / f(e + 2));
}
