/**
 * The algorithms of core/math.ts (in single precision core/math-f32.ts) as primitive operations of the graph, the same in
 * the same order, so that the bits agree.
 *
 * @module
 */
import type { Precision } from "../core/column.js";
import * as math from "../core/math.js";
import * as single from "../core/math-f32.js";
import { normalQuantileRanges } from "../core/normal-quantile.js";
import type { Graph, Node } from "./ir.js";

/** What the lowerings need to know of a number format. */
export interface Format extends math.MathConstants {
  /** Bits below the exponent. */
  readonly mantissaBits: number;
  /** Bits of 1, of `magic` without its fraction, and of sqrt(1/2). */
  readonly oneBits: string;
  readonly magicBits: string;
  readonly sqrtHalfBits: string;
  /** Numbers below `tiny` are not normal; 2^tinyPower makes them so. */
  readonly tiny: number;
  readonly tinyPower: number;
  /** See share-exponentials.ts. */
  readonly rootLimit: number;
  /** A rate that stands for "at once" where a limit is infinite: large, yet far from overflow in any step. */
  readonly beyond: number;
}

export const formats: Readonly<Record<Precision, Format>> = {
  f64: {
    ...math.mathConstants,
    mantissaBits: 52,
    oneBits: "0x3ff0000000000000",
    magicBits: "0x4338000000000000",
    sqrtHalfBits: "0x3fe6a09e667f3bcd",
    tiny: 2.2250738585072014e-308,
    tinyPower: 54,
    rootLimit: 255,
    beyond: 1e100,
  },
  f32: {
    ...single.mathConstantsF32,
    mantissaBits: 23,
    oneBits: "0x3f800000",
    magicBits: "0x4b400000",
    sqrtHalfBits: "0x3f3504f3",
    tiny: 1.1754943508222875e-38,
    tinyPower: 25,
    rootLimit: 31,
    beyond: Math.fround(1e30),
  },
};

function polynomial(g: Graph, coefficients: readonly number[], x: Node): Node {
  let sum = g.constant(coefficients[coefficients.length - 1]!);
  for (let i = coefficients.length - 2; i >= 0; i--) sum = g.add(g.mul(sum, x), g.constant(coefficients[i]!));
  return sum;
}

/** x = k·ln2 + r. `shifted` holds k in its low bits. */
function reduceExponent(g: Graph, c: Format, x: Node): { k: Node; r: Node; shifted: Node } {
  // max then min, in the operand order that lets NaN through
  const low = g.max(x, g.constant(c.expMin));
  const y = g.min(low, g.constant(c.expMax));
  const shifted = g.add(g.mul(y, g.constant(c.log2e)), g.constant(c.magic));
  const k = g.sub(shifted, g.constant(c.magic));
  const r = g.sub(g.sub(y, g.mul(k, g.constant(c.ln2High))), g.mul(k, g.constant(c.ln2Low)));
  return { k, r, shifted };
}

/** Even and odd powers apart, in the order of core/math.ts: Horner's operations at half the latency. */
function evenOdd(g: Graph, coefficients: readonly number[], r: Node, square: Node): Node {
  const even = polynomial(
    g,
    coefficients.filter((_, i) => i % 2 === 0),
    square,
  );
  const odd = polynomial(
    g,
    coefficients.filter((_, i) => i % 2 === 1),
    square,
  );
  return g.add(even, g.mul(odd, r));
}

export function lowerExp(g: Graph, c: Format, x: Node): Node {
  const { r, shifted } = reduceExponent(g, c, x);
  const square = g.mul(r, r);
  const p = g.add(g.add(g.mul(evenOdd(g, c.expRemainder, r, square), square), r), g.constant(1));
  return g.fromBits(g.integer("iadd", g.bits(p), g.shift("ishl", g.bits(shifted), c.mantissaBits)));
}

export function lowerExp2(g: Graph, c: Format, t: Node): Node {
  return lowerExp2Between(g, c, t, c.exp2Min, c.exp2Max);
}

export function lowerExp2Between(g: Graph, c: Format, t: Node, low: number, high: number): Node {
  return lowerExp2Limited(g, c, g.min(g.max(t, g.constant(low)), g.constant(high)));
}

/** 2^t for t that is known to stay below exp2Max. */
export function lowerDecay2(g: Graph, c: Format, t: Node): Node {
  return lowerExp2Limited(g, c, g.max(t, g.constant(c.exp2Min)));
}

function lowerExp2Limited(g: Graph, c: Format, y: Node): Node {
  const shifted = g.add(y, g.constant(c.magic));
  const f = g.sub(y, g.sub(shifted, g.constant(c.magic)));
  const p = g.add(g.mul(evenOdd(g, c.exp2Ratio, f, g.mul(f, f)), f), g.constant(1));
  return g.fromBits(g.integer("iadd", g.bits(p), g.shift("ishl", g.bits(shifted), c.mantissaBits)));
}

export function lowerExp2m1(g: Graph, c: Format, t: Node): Node {
  const y = g.min(g.max(t, g.constant(c.exp2Min)), g.constant(c.exp2Max));
  const shifted = g.add(y, g.constant(c.magic));
  const f = g.sub(y, g.sub(shifted, g.constant(c.magic)));
  const one = g.bitsConstant(c.oneBits);
  const scale = g.fromBits(g.integer("iadd", g.shift("ishl", g.bits(shifted), c.mantissaBits), one));
  const part = g.mul(evenOdd(g, c.exp2Ratio, f, g.mul(f, f)), f);
  return g.add(g.mul(scale, part), g.sub(scale, g.constant(1)));
}

export function oneAtZero(g: Graph, x: Node, value: Node): Node {
  return g.select(g.compare("eq", x, g.constant(0)), g.constant(1), value);
}

export function lowerExpm1Parts(g: Graph, c: Format, x: Node): { k: Node; ratio: Node; value: Node } {
  const { k, r, shifted } = reduceExponent(g, c, x);
  const ratio = g.add(g.mul(evenOdd(g, c.expm1Remainder, r, g.mul(r, r)), r), g.constant(1));
  const one = g.bitsConstant(c.oneBits);
  const scale = g.fromBits(g.integer("iadd", g.shift("ishl", g.bits(shifted), c.mantissaBits), one));
  const value = g.add(g.mul(scale, g.mul(ratio, r)), g.sub(scale, g.constant(1)));
  return { k, ratio, value };
}

export function lowerExprelParts(g: Graph, c: Format, x: Node): [Node, Node] {
  const { k, ratio, value } = lowerExpm1Parts(g, c, x);
  const small = g.compare("eq", k, g.constant(0));
  return [g.select(small, ratio, value), g.select(small, g.constant(1), x)];
}

export function lowerLog(g: Graph, c: Format, x: Node): Node {
  const tiny = g.compare("lt", x, g.constant(c.tiny));
  const y = g.select(tiny, g.mul(x, g.constant(2 ** c.tinyPower)), x);
  const value = lowerLogOfNormal(g, c, y, g.select(tiny, g.constant(-c.tinyPower), g.constant(0)));
  const infinite = g.compare("eq", x, g.constant(Number.POSITIVE_INFINITY));
  const zero = g.compare("eq", x, g.constant(0));
  const positive = g.compare("lt", g.constant(0), x);
  const special = g.select(zero, g.constant(Number.NEGATIVE_INFINITY), g.constant(Number.NaN));
  return g.select(positive, g.select(infinite, x, value), special);
}

/** ln y + shift·ln 2 for a positive y that is neither subnormal nor infinite. */
function lowerLogOfNormal(g: Graph, c: Format, y: Node, shift: Node): Node {
  const bits = g.bits(y);
  const steps = g.shift("ishr", g.integer("isub", bits, g.bitsConstant(c.sqrtHalfBits)), c.mantissaBits);
  const mantissa = g.fromBits(g.integer("isub", bits, g.shift("ishl", steps, c.mantissaBits)));
  const asNumber = g.fromBits(g.integer("iadd", steps, g.bitsConstant(c.magicBits)));
  const k = g.add(g.sub(asNumber, g.constant(c.magic)), shift);
  const f = g.sub(mantissa, g.constant(1));
  const s = g.div(f, g.add(f, g.constant(2)));
  const z = g.mul(s, s);
  const remainder = g.mul(z, polynomial(g, c.logRemainder, z));
  const halfSquare = g.mul(g.mul(f, f), g.constant(0.5));
  const inner = g.sub(
    g.sub(halfSquare, g.add(g.mul(s, g.add(halfSquare, remainder)), g.mul(k, g.constant(c.ln2Low)))),
    f,
  );
  return g.sub(g.mul(k, g.constant(c.ln2High)), inner);
}

/**
 * All three ranges of AS 241 side by side, one division: no branch, the operations of core/normal-quantile.ts. In single
 * precision (core/normal-quantile-f32.ts) p is at least 2^−24, which is not in the tail.
 */
export function lowerNormalQuantile(g: Graph, c: Format, p: Node): Node {
  const { central, middle, tail } = normalQuantileRanges;
  const q = g.sub(p, g.constant(0.5));
  const size = g.unary("abs", q);
  // ½ − |q| is the nearer of p and 1 − p, exactly.
  const toNearerEnd = lowerLogOfNormal(g, c, g.sub(g.constant(0.5), size), g.constant(0));
  const r = g.unary("sqrt", g.neg(toNearerEnd));
  const isCentral = g.compare("le", size, g.constant(0.425));
  const hasTail = c === formats.f64;
  const pick = (part: "num" | "den"): Node => {
    const inner = polynomial(g, middle[part], g.sub(r, g.constant(1.6)));
    const outer = hasTail
      ? g.select(g.compare("le", r, g.constant(5)), inner, polynomial(g, tail[part], g.sub(r, g.constant(5))))
      : inner;
    return g.select(isCentral, polynomial(g, central[part], g.sub(g.constant(0.180625), g.mul(q, q))), outer);
  };
  const ratio = g.div(pick("num"), pick("den"));
  const outer = g.select(g.compare("lt", q, g.constant(0)), g.neg(ratio), ratio);
  return g.select(isCentral, g.mul(q, ratio), outer);
}

export function lowerPow(g: Graph, c: Format, x: Node, y: Node): Node {
  const size = lowerExp(g, c, g.mul(y, lowerLog(g, c, g.unary("abs", x))));
  const whole = g.compare("eq", y, g.unary("floor", y));
  const half = g.mul(y, g.constant(0.5));
  const even = g.compare("eq", half, g.unary("floor", half));
  const negative = g.select(whole, g.select(even, size, g.neg(size)), g.constant(Number.NaN));
  const nonzero = g.select(g.compare("lt", g.constant(0), x), size, negative);
  const zeroLimit = g.select(g.compare("lt", g.constant(0), y), g.constant(0), g.constant(Number.POSITIVE_INFINITY));
  const value = g.select(g.compare("eq", x, g.constant(0)), zeroLimit, nonzero);
  return g.select(g.compare("eq", y, g.constant(0)), g.constant(1), value);
}

export function lowerSine(g: Graph, c: Format, x: Node, shift: number): Node {
  const shifted = g.add(g.mul(x, g.constant(c.twoOverPi)), g.constant(c.magic));
  const n = g.sub(shifted, g.constant(c.magic));
  const rest = c.halfPi.reduce((sum, part) => g.sub(sum, g.mul(n, g.constant(part))), x);
  const r = g.max(g.min(rest, g.constant(1)), g.constant(-1));
  const z = g.mul(r, r);
  const sine = g.add(r, g.mul(g.mul(r, z), polynomial(g, c.sinRemainder, z)));
  const cosine = g.add(
    g.sub(g.constant(1), g.mul(z, g.constant(0.5))),
    g.mul(g.mul(z, z), polynomial(g, c.cosRemainder, z)),
  );
  const turns = g.add(n, g.constant(shift));
  const quarter = g.sub(turns, g.mul(g.constant(4), g.unary("floor", g.mul(turns, g.constant(0.25)))));
  const odd = g.logic("or", g.compare("eq", quarter, g.constant(1)), g.compare("eq", quarter, g.constant(3)));
  const value = g.select(odd, cosine, sine);
  return g.select(g.compare("le", g.constant(2), quarter), g.neg(value), value);
}
