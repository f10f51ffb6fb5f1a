/**
 * Elementary functions whose bits are the same on every JavaScript engine, and the same as those of the compiled
 * kernels: each uses only IEEE additions, multiplications, divisions, comparisons and bit moves, in a fixed order.
 * The compiler's function table (compiler/functions.ts) holds the same algorithms lane by lane; a test compares bits.
 *
 * Polynomials are Chebyshev interpolants of the remainder, made with 60 digits; errors are stated per function and
 * tested against 50-digit values. NaN comes back as NaN.
 *
 * @module
 */

/** Constants that math.ts and math-f32.ts have each in its own format. */
export interface MathConstants {
  readonly magic: number;
  readonly log2e: number;
  readonly ln2High: number;
  readonly ln2Low: number;
  readonly expMin: number;
  readonly expMax: number;
  readonly expRemainder: readonly number[];
  readonly expm1Remainder: readonly number[];
  readonly exp2Min: number;
  readonly exp2Max: number;
  readonly exp2Ratio: readonly number[];
  readonly logRemainder: readonly number[];
  readonly twoOverPi: number;
  readonly halfPi: readonly number[];
  readonly sinRemainder: readonly number[];
  readonly cosRemainder: readonly number[];
}

/** Constants of the algorithms, shared with the compiler so that both use one set of digits. */
export const mathConstants = {
  /** 1.5·2^52: adding it rounds to the nearest whole number, which then stands in the low bits. */
  magic: 6755399441055744,
  log2e: Math.LOG2E,
  ln2High: 0.6931467056274414,
  ln2Low: 4.7493250390316726e-7,
  /** exp and expm1 see their argument limited to this range: the results stay normal numbers, never 0 or Infinity. */
  expMin: -708,
  expMax: 709,
  /** (e^r − 1 − r)/r² on |r| ≤ ln2/2: minimax for e^r (relative error 2.9e-16) and for e^r − 1 (7.7e-18 of e^r). */
  expRemainder: [
    0.49999999999998324, 0.16666666666611513, 0.0416666666681374, 0.008333333370891774, 0.0013888888516069124,
    0.0001984118520351111, 2.480193179200375e-5, 2.7635005851816206e-6, 2.747680213064262e-7,
  ],
  expm1Remainder: [
    0.500000000000001, 0.16666666666666674, 0.04166666666652199, 0.008333333333322207, 0.0013888888947820891,
    0.00019841269886591, 2.4801487326012337e-5, 2.7557242336680357e-6, 2.763265575933203e-7, 2.5110049895858716e-8,
  ],
  /** exp2 sees its argument limited to this range, as exp does. */
  exp2Min: -1021,
  exp2Max: 1023,
  /** (2^f − 1)/f on |f| ≤ 1/2: minimax for 2^f, relative error 4.4e-16. */
  exp2Ratio: [
    0.6931471805599538, 0.2402265069591012, 0.05550410866424364, 0.009618129107595104, 0.0013333558259553452,
    0.0001540353045870509, 1.5252641585829148e-5, 1.3215433537505642e-6, 1.021147692687858e-7, 7.074194948756549e-9,
  ],
  /** (ln((1+s)/(1−s)) − 2s)/s³ in z = s², s ≤ 0.1716, relative error 4.7e-16. */
  logRemainder: [
    0.666666666666667, 0.3999999999989938, 0.28571428626031065, 0.2222221112572281, 0.18182889786191042,
    0.15331699633543858, 0.14616721179861816,
  ],
  twoOverPi: 0.6366197723675814,
  halfPi: [1.570796325802803, 9.920935774287987e-10, 2.2517417741562176e-18],
  /** (sin r − r)/r³ and (cos r − 1 + r²/2)/r⁴ in z = r², |r| ≤ π/4, relative error 5.7e-17. */
  sinRemainder: [
    -0.16666666666666666, 0.008333333333333331, -0.0001984126984126506, 2.7557319219335453e-6, -2.5052106231157904e-8,
    1.605853141458901e-10, -7.586685070091267e-13,
  ],
  cosRemainder: [
    0.041666666666666664, -0.0013888888888888887, 2.4801587301584645e-5, -2.755731922140076e-7, 2.0876755790363397e-9,
    -1.1470460773969325e-11, 4.7458652037874553e-14,
  ],
} as const satisfies MathConstants;

const c = mathConstants;
const scratch = new Float64Array(1);
const words = new Int32Array(scratch.buffer); // little-endian on every platform that runs JavaScript today

function evaluatePolynomial(coefficients: readonly number[], x: number): number {
  let sum = coefficients[coefficients.length - 1]!;
  for (let i = coefficients.length - 2; i >= 0; i--) sum = sum * x + coefficients[i]!;
  return sum;
}

const [e0, e1, e2, e3, e4, e5, e6, e7, e8] = c.expRemainder;
const [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9] = c.expm1Remainder;

/** p·2^k for p near 1, by adding k to the exponent bits. */
function scaleByPowerOfTwo(p: number, k: number): number {
  scratch[0] = p;
  words[1]! += k << 20;
  return scratch[0]!;
}

/**
 * e^x, error ≤ 3.5 ulp for −708 ≤ x ≤ 709; outside it saturates at e^−708 = 3.3e-308 and e^709 = 8.2e307 (never 0 or
 * Infinity, so that a product with 0 stays 0).
 */
export function exp(x: number): number {
  let y = c.expMin > x ? c.expMin : x;
  y = c.expMax < y ? c.expMax : y;
  const k = y * c.log2e + c.magic - c.magic;
  const r = y - k * c.ln2High - k * c.ln2Low;
  const s = r * r;
  // Even and odd powers apart: the same operations as Horner's scheme, half the latency.
  const even = (((e8 * s + e6) * s + e4) * s + e2) * s + e0;
  const odd = ((e7 * s + e5) * s + e3) * s + e1;
  const p = (even + odd * r) * s + r + 1;
  return Number.isNaN(p) ? p : scaleByPowerOfTwo(p, k);
}

const [t0, t1, t2, t3, t4, t5, t6, t7, t8, t9] = c.exp2Ratio;

/**
 * 2^t, error ≤ 5 ulp; saturates at 2^−1021 and 2^1023. The kernels compute e^x as 2^(x·log2 e), whose relative error
 * grows with |x|: ≤ (4 + |x|)·2.3e-16.
 */
export function exp2(t: number): number {
  let y = c.exp2Min > t ? c.exp2Min : t;
  y = c.exp2Max < y ? c.exp2Max : y;
  const k = y + c.magic - c.magic;
  const f = y - k;
  const s = f * f;
  const even = (((t8 * s + t6) * s + t4) * s + t2) * s + t0;
  const odd = (((t9 * s + t7) * s + t5) * s + t3) * s + t1;
  const p = (even + odd * f) * f + 1;
  return Number.isNaN(p) ? p : scaleByPowerOfTwo(p, k);
}

/** 2^t − 1 without cancellation, t limited as in exp2. */
function exp2m1(t: number): number {
  let y = c.exp2Min > t ? c.exp2Min : t;
  y = c.exp2Max < y ? c.exp2Max : y;
  const k = y + c.magic - c.magic;
  const f = y - k;
  const s = f * f;
  const even = (((t8 * s + t6) * s + t4) * s + t2) * s + t0;
  const odd = (((t9 * s + t7) * s + t5) * s + t3) * s + t1;
  const scale = scaleByPowerOfTwo(1, Number.isNaN(k) ? 0 : k);
  return scale * ((even + odd * f) * f) + (scale - 1);
}

/**
 * x/(2^t − 1) with its limit 1 at x = 0, for t = x·log2 e: exprelr as the kernels compute it, error ≤ (8 + |x|)·2.3e-16.
 */
export function exprelr2(x: number, t: number): number {
  const value = exp2m1(t);
  return x === 0 ? 1 : x / value;
}

/** (2^t − 1)/x with its limit 1 at x = 0, for t = x·log2 e: exprel as the kernels compute it. */
export function exprel2(x: number, t: number): number {
  const value = exp2m1(t);
  return x === 0 ? 1 : value / x;
}

interface Expm1Parts {
  readonly k: number;
  /** (e^r − 1)/r */
  readonly ratio: number;
  readonly value: number;
}

function expm1Parts(x: number): Expm1Parts {
  let y = c.expMin > x ? c.expMin : x;
  y = c.expMax < y ? c.expMax : y;
  const k = y * c.log2e + c.magic - c.magic;
  const r = y - k * c.ln2High - k * c.ln2Low;
  const s = r * r;
  const even = (((m8 * s + m6) * s + m4) * s + m2) * s + m0;
  const odd = (((m9 * s + m7) * s + m5) * s + m3) * s + m1;
  const ratio = (even + odd * r) * r + 1;
  const scale = scaleByPowerOfTwo(1, Number.isNaN(k) ? 0 : k);
  return { k, ratio, value: scale * (ratio * r) + (scale - 1) };
}

/** e^x − 1 without cancellation, error ≤ 2 ulp; saturates like exp. */
export function expm1(x: number): number {
  return expm1Parts(x).value;
}

/** (e^x − 1)/x with its limit 1 at x = 0; error ≤ 3 ulp. */
export function exprel(x: number): number {
  const { k, ratio, value } = expm1Parts(x);
  return k === 0 ? ratio : value / x;
}

/** x/(e^x − 1) with its limit 1 at x = 0; error ≤ 3 ulp. The rate functions of ion channels have this form. */
export function exprelr(x: number): number {
  const { k, ratio, value } = expm1Parts(x);
  return k === 0 ? 1 / ratio : x / value;
}

/** Natural logarithm, error ≤ 1 ulp. log(0) = −Infinity, NaN below 0. */
export function log(x: number): number {
  if (Number.isNaN(x) || x < 0) return Number.NaN;
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY) return x;
  let k = 0;
  let y = x;
  if (x < 2.2250738585072014e-308) {
    y = x * 18014398509481984;
    k = -54;
  }
  // k = whole powers of two so that m = y/2^k lies in [sqrt(1/2), sqrt(2)); 0x3fe6a09e667f3bcd is sqrt(1/2).
  scratch[0] = y;
  const low = words[0]! >>> 0;
  const borrow = low < 0x667f3bcd ? 1 : 0;
  const steps = (words[1]! - 0x3fe6a09e - borrow) >> 20;
  words[1]! -= steps << 20;
  k += steps;
  const f = scratch[0]! - 1;
  const s = f / (f + 2);
  const z = s * s;
  const remainder = z * evaluatePolynomial(c.logRemainder, z);
  const halfSquare = f * f * 0.5;
  return k * c.ln2High - (halfSquare - (s * (halfSquare + remainder) + k * c.ln2Low) - f);
}

/** ln(1 + x) without cancellation, error ≤ 3 ulp. */
export function log1p(x: number): number {
  const u = x + 1;
  if (u === 1) return x;
  return u === Number.POSITIVE_INFINITY ? u : (log(u) * x) / (u - 1);
}

/**
 * x^y. Relative error ≤ (|y·ln x| + 2)·2.3e-16 for real y; 0^y, negative x with whole y, and x^0 = 1 as in IEEE;
 * saturates like exp. In model equations a whole constant power becomes multiplications instead.
 */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (x === 0) return y > 0 ? 0 : Number.POSITIVE_INFINITY;
  const size = exp(y * log(Math.abs(x)));
  if (x > 0) return size;
  if (y !== Math.floor(y)) return Number.NaN;
  const half = y * 0.5;
  return half === Math.floor(half) ? size : -size;
}

function reduceQuarterTurns(x: number): [number, number] {
  const n = x * c.twoOverPi + c.magic - c.magic;
  const r = x - n * c.halfPi[0] - n * c.halfPi[1] - n * c.halfPi[2];
  // Beyond some 1e15 the remainder means nothing; bounded, the results stay between −1 and 1.
  const below = 1 < r ? 1 : r;
  return [n, below < -1 ? -1 : below];
}

function sinPolynomial(r: number): number {
  const z = r * r;
  return r + r * z * evaluatePolynomial(c.sinRemainder, z);
}

function cosPolynomial(r: number): number {
  const z = r * r;
  return 1 - z * 0.5 + z * z * evaluatePolynomial(c.cosRemainder, z);
}

function sineOfQuarter(x: number, shift: number): number {
  const [n, r] = reduceQuarterTurns(x);
  if (Number.isNaN(r)) return r;
  const turns = n + shift;
  const quarter = turns - 4 * Math.floor(turns * 0.25);
  const odd = quarter === 1 || quarter === 3;
  const value = odd ? cosPolynomial(r) : sinPolynomial(r);
  return quarter >= 2 ? -value : value;
}

/** sin x in radians; absolute error ≤ 2.5e-16 for |x| ≤ 1e6, growing beyond, never outside [−1, 1]. */
export function sin(x: number): number {
  return sineOfQuarter(x, 0);
}

/** cos x in radians; absolute error ≤ 2.5e-16 for |x| ≤ 1e6, growing beyond, never outside [−1, 1]. */
export function cos(x: number): number {
  return sineOfQuarter(x, 1);
}

/** tanh x, error ≤ 4 ulp. */
export function tanh(x: number): number {
  const e = expm1(2 * x);
  return e / (e + 2);
}
