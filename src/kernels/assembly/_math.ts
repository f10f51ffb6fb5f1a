/**
 * exp, log and the normal quantile of core/math.ts and core/normal-quantile.ts, operation by operation: the same bits
 * (tested). Constants and errors are documented there.
 */

/** Natural logarithm of a number above 0 that is neither subnormal nor infinite. */
export function log(x: f64): f64 {
  const bits = reinterpret<i64>(x);
  const k = (bits - 0x3fe6a09e667f3bcd) >> 52;
  const f = reinterpret<f64>(bits - (k << 52)) - 1.0;
  const s = f / (f + 2.0);
  const z = s * s;
  let p: f64 = 0.14616721179861816;
  p = p * z + 0.15331699633543858;
  p = p * z + 0.18182889786191042;
  p = p * z + 0.2222221112572281;
  p = p * z + 0.28571428626031065;
  p = p * z + 0.3999999999989938;
  p = p * z + 0.666666666666667;
  const remainder = z * p;
  const halfSquare = f * f * 0.5;
  const n = <f64>k;
  return n * 0.6931467056274414 - (halfSquare - (s * (halfSquare + remainder) + n * 4.7493250390316726e-7) - f);
}

/** ln(1 + x) for −1 < x ≤ 0. */
export function log1p(x: f64): f64 {
  const u = x + 1.0;
  return u == 1.0 ? x : (log(u) * x) / (u - 1.0);
}

/** e^x, saturating at e^−708 and e^709. */
export function exp(x: f64): f64 {
  const y = min<f64>(709.0, max<f64>(-708.0, x));
  const k = y * 1.4426950408889634 + 6755399441055744.0 - 6755399441055744.0;
  const r = y - k * 0.6931467056274414 - k * 4.7493250390316726e-7;
  const s = r * r;
  const even =
    (((2.747680213064262e-7 * s + 2.480193179200375e-5) * s + 0.0013888888516069124) * s + 0.0416666666681374) * s +
    0.49999999999998324;
  const odd =
    ((2.7635005851816206e-6 * s + 0.0001984118520351111) * s + 0.008333333370891774) * s + 0.16666666666611513;
  const p = (even + odd * r) * s + r + 1.0;
  return reinterpret<f64>(reinterpret<i64>(p) + (<i64>k << 52));
}

/** The z below which a standard normal variable lies with probability p, 0 < p < 1. */
export function normalQuantile(p: f64): f64 {
  const q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    const r = 0.180625 - q * q;
    const top =
      ((((((2509.0809287301227 * r + 33430.57558358813) * r + 67265.7709270087) * r + 45921.95393154987) * r +
        13731.69376550946) * r + 1971.5909503065513) * r + 133.14166789178438) * r + 3.3871328727963665;
    const bottom =
      ((((((5226.495278852854 * r + 28729.085735721943) * r + 39307.89580009271) * r + 21213.794301586597) * r +
        5394.196021424751) * r + 687.1870074920579) * r + 42.31333070160091) * r + 1.0;
    return q * (top / bottom);
  }
  const r = sqrt(-log(q < 0.0 ? p : 1.0 - p));
  const z = r <= 5.0 ? middleRange(r - 1.6) : tailRange(r - 5.0);
  return q < 0.0 ? -z : z;
}

function middleRange(r: f64): f64 {
  const top =
    ((((((0.0007745450142783414 * r + 0.022723844989269184) * r + 0.2417807251774506) * r + 1.2704582524523684) * r +
      3.6478483247632045) * r + 5.769497221460691) * r + 4.630337846156546) * r + 1.4234371107496835;
  const bottom =
    ((((((1.0507500716444169e-9 * r + 0.0005475938084995345) * r + 0.015198666563616457) * r +
      0.14810397642748008) * r + 0.6897673349851) * r + 1.6763848301838038) * r + 2.053191626637759) * r + 1.0;
  return top / bottom;
}

function tailRange(r: f64): f64 {
  const top =
    ((((((2.0103343992922881e-7 * r + 2.7115555687434876e-5) * r + 0.0012426609473880784) * r +
      0.026532189526576124) * r + 0.29656057182850487) * r + 1.7848265399172913) * r + 5.463784911164114) * r +
    6.657904643501103;
  const bottom =
    ((((((2.0442631033899397e-15 * r + 1.421511758316446e-7) * r + 1.8463183175100548e-5) * r +
      0.0007868691311456133) * r + 0.014875361290850615) * r + 0.1369298809227358) * r + 0.599832206555888) * r + 1.0;
  return top / bottom;
}
