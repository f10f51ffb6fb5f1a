/**
 * The closed table of functions of the model language. Each has its value for the interpreter (core/math.ts) and
 * its lowering to primitive operations, the same algorithm in the same order, so that the bits agree. Removable
 * singularities and limits are handled here and nowhere else.
 *
 * @module
 */
import * as math from "../core/math.js";
import { normalQuantile, normalQuantileRanges } from "../core/normal-quantile.js";
import type { Graph, Node } from "./ir.js";

export interface FunctionEntry {
  readonly arity: number;
  readonly doc: string;
  /** Not part of the model language: only passes of the compiler put it into a graph. */
  readonly isInternal?: boolean;
  evaluate(...args: number[]): number;
  /** Primitive operations; `g` is the graph that receives them. */
  lower(g: Graph, ...args: Node[]): Node;
  /** Derivative with respect to argument i. */
  derivative?(g: Graph, i: number, ...args: Node[]): Node;
}

const c = math.mathConstants;

/** See share-exponentials.ts. */
const rootLimit = 255;

/** A rate that stands for "at once" where a limit is infinite: large, yet far from overflow in any step. */
const beyond = 1e100;

function polynomial(g: Graph, coefficients: readonly number[], x: Node): Node {
  let sum = g.constant(coefficients[coefficients.length - 1]!);
  for (let i = coefficients.length - 2; i >= 0; i--) sum = g.add(g.mul(sum, x), g.constant(coefficients[i]!));
  return sum;
}

/** x = k·ln2 + r. `shifted` holds k in its low bits. */
function reduceExponent(g: Graph, x: Node): { k: Node; r: Node; shifted: Node } {
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

function lowerExp(g: Graph, x: Node): Node {
  const { r, shifted } = reduceExponent(g, x);
  const square = g.mul(r, r);
  const p = g.add(g.add(g.mul(evenOdd(g, c.expRemainder, r, square), square), r), g.constant(1));
  return g.fromBits(g.integer("iadd", g.bits(p), g.shift("ishl", g.bits(shifted), 52)));
}

function lowerExp2(g: Graph, t: Node): Node {
  return lowerExp2Between(g, t, c.exp2Min, c.exp2Max);
}

function lowerExp2Between(g: Graph, t: Node, low: number, high: number): Node {
  return lowerExp2Limited(g, g.min(g.max(t, g.constant(low)), g.constant(high)));
}

/** 2^t for t that is known to stay below exp2Max. */
function lowerDecay2(g: Graph, t: Node): Node {
  return lowerExp2Limited(g, g.max(t, g.constant(c.exp2Min)));
}

function lowerExp2Limited(g: Graph, y: Node): Node {
  const shifted = g.add(y, g.constant(c.magic));
  const f = g.sub(y, g.sub(shifted, g.constant(c.magic)));
  const p = g.add(g.mul(evenOdd(g, c.exp2Ratio, f, g.mul(f, f)), f), g.constant(1));
  return g.fromBits(g.integer("iadd", g.bits(p), g.shift("ishl", g.bits(shifted), 52)));
}

function lowerExp2m1(g: Graph, t: Node): Node {
  const y = g.min(g.max(t, g.constant(c.exp2Min)), g.constant(c.exp2Max));
  const shifted = g.add(y, g.constant(c.magic));
  const f = g.sub(y, g.sub(shifted, g.constant(c.magic)));
  const one = g.bitsConstant("0x3ff0000000000000");
  const scale = g.fromBits(g.integer("iadd", g.shift("ishl", g.bits(shifted), 52), one));
  const part = g.mul(evenOdd(g, c.exp2Ratio, f, g.mul(f, f)), f);
  return g.add(g.mul(scale, part), g.sub(scale, g.constant(1)));
}

function oneAtZero(g: Graph, x: Node, value: Node): Node {
  return g.select(g.compare("eq", x, g.constant(0)), g.constant(1), value);
}

function lowerExpm1Parts(g: Graph, x: Node): { k: Node; ratio: Node; value: Node } {
  const { k, r, shifted } = reduceExponent(g, x);
  const ratio = g.add(g.mul(evenOdd(g, c.expm1Remainder, r, g.mul(r, r)), r), g.constant(1));
  const one = g.bitsConstant("0x3ff0000000000000");
  const scale = g.fromBits(g.integer("iadd", g.shift("ishl", g.bits(shifted), 52), one));
  const value = g.add(g.mul(scale, g.mul(ratio, r)), g.sub(scale, g.constant(1)));
  return { k, ratio, value };
}

function lowerExprelParts(g: Graph, x: Node): [Node, Node] {
  const { k, ratio, value } = lowerExpm1Parts(g, x);
  const small = g.compare("eq", k, g.constant(0));
  return [g.select(small, ratio, value), g.select(small, g.constant(1), x)];
}

function lowerLog(g: Graph, x: Node): Node {
  const tiny = g.compare("lt", x, g.constant(2.2250738585072014e-308));
  const y = g.select(tiny, g.mul(x, g.constant(18014398509481984)), x);
  const value = lowerLogOfNormal(g, y, g.select(tiny, g.constant(-54), g.constant(0)));
  const infinite = g.compare("eq", x, g.constant(Number.POSITIVE_INFINITY));
  const zero = g.compare("eq", x, g.constant(0));
  const positive = g.compare("lt", g.constant(0), x);
  const special = g.select(zero, g.constant(Number.NEGATIVE_INFINITY), g.constant(Number.NaN));
  return g.select(positive, g.select(infinite, x, value), special);
}

/** ln y + shift·ln 2 for a positive y that is neither subnormal nor infinite. */
function lowerLogOfNormal(g: Graph, y: Node, shift: Node): Node {
  const bits = g.bits(y);
  const steps = g.shift("ishr", g.integer("isub", bits, g.bitsConstant("0x3fe6a09e667f3bcd")), 52);
  const mantissa = g.fromBits(g.integer("isub", bits, g.shift("ishl", steps, 52)));
  const asNumber = g.fromBits(g.integer("iadd", steps, g.bitsConstant("0x4338000000000000")));
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

/** All three ranges of AS 241 side by side, one division: no branch, the operations of core/normal-quantile.ts. */
function lowerNormalQuantile(g: Graph, p: Node): Node {
  const { central, middle, tail } = normalQuantileRanges;
  const q = g.sub(p, g.constant(0.5));
  const size = g.unary("abs", q);
  // ½ − |q| is the nearer of p and 1 − p, exactly.
  const toNearerEnd = lowerLogOfNormal(g, g.sub(g.constant(0.5), size), g.constant(0));
  const r = g.unary("sqrt", g.neg(toNearerEnd));
  const isCentral = g.compare("le", size, g.constant(0.425));
  const isMiddle = g.compare("le", r, g.constant(5));
  const pick = (part: "num" | "den"): Node => {
    const outer = g.select(
      isMiddle,
      polynomial(g, middle[part], g.sub(r, g.constant(1.6))),
      polynomial(g, tail[part], g.sub(r, g.constant(5))),
    );
    return g.select(isCentral, polynomial(g, central[part], g.sub(g.constant(0.180625), g.mul(q, q))), outer);
  };
  const ratio = g.div(pick("num"), pick("den"));
  const outer = g.select(g.compare("lt", q, g.constant(0)), g.neg(ratio), ratio);
  return g.select(isCentral, g.mul(q, ratio), outer);
}

function lowerPow(g: Graph, x: Node, y: Node): Node {
  const size = lowerExp(g, g.mul(y, lowerLog(g, g.unary("abs", x))));
  const whole = g.compare("eq", y, g.unary("floor", y));
  const half = g.mul(y, g.constant(0.5));
  const even = g.compare("eq", half, g.unary("floor", half));
  const negative = g.select(whole, g.select(even, size, g.neg(size)), g.constant(Number.NaN));
  const nonzero = g.select(g.compare("lt", g.constant(0), x), size, negative);
  const zeroLimit = g.select(g.compare("lt", g.constant(0), y), g.constant(0), g.constant(Number.POSITIVE_INFINITY));
  const value = g.select(g.compare("eq", x, g.constant(0)), zeroLimit, nonzero);
  return g.select(g.compare("eq", y, g.constant(0)), g.constant(1), value);
}

function lowerSine(g: Graph, x: Node, shift: number): Node {
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

/** a·exp(y/a) with its limit a → 0: 0 for y ≤ 0, beyond all bounds for y > 0 (the sharp threshold of AdEx). */
function scaledExp(a: number, y: number): number {
  if (a === 0) return 0 < y ? beyond : 0;
  return a * math.exp(y * (1 / a));
}

export const functionTable: Readonly<Record<string, FunctionEntry>> = {
  exp: {
    arity: 1,
    doc: "e^x; saturates beyond −708 and 709",
    evaluate: math.exp,
    lower: lowerExp,
    derivative: (g, _i, x) => g.call("exp", [x]),
  },
  exp2: {
    arity: 1,
    doc: "2^t; saturates beyond −1021 and 1023",
    evaluate: math.exp2,
    lower: lowerExp2,
    derivative: (g, _i, t) => g.mul(g.constant(Math.LN2), g.call("exp2", [t])),
  },
  exp2Root: {
    arity: 1,
    isInternal: true,
    doc: "2^t limited to 2^±255, whose powers up to the fourth stay finite",
    evaluate: (t) => math.exp2(rootLimit < t ? rootLimit : -rootLimit > t ? -rootLimit : t),
    lower: (g, t) => lowerExp2Between(g, t, -rootLimit, rootLimit),
  },
  decay: {
    arity: 1,
    isInternal: true,
    doc: "e^x for x ≤ 0, which the integrators prove",
    evaluate: math.exp,
    lower: lowerExp,
  },
  decay2: {
    arity: 1,
    isInternal: true,
    doc: "2^t for t ≤ 0",
    evaluate: math.exp2,
    lower: lowerDecay2,
  },
  exprel2: {
    arity: 2,
    isInternal: true,
    doc: "(2^t − 1)/x, 1 at x = 0, for t = x·log2 e",
    evaluate: math.exprel2,
    lower: (g, x, t) => oneAtZero(g, x, g.div(lowerExp2m1(g, t), x)),
  },
  exprelr2: {
    arity: 2,
    isInternal: true,
    doc: "x/(2^t − 1), 1 at x = 0, for t = x·log2 e",
    evaluate: math.exprelr2,
    lower: (g, x, t) => oneAtZero(g, x, g.div(x, lowerExp2m1(g, t))),
  },
  expm1: {
    arity: 1,
    doc: "e^x − 1 without cancellation",
    evaluate: math.expm1,
    lower: (g, x) => lowerExpm1Parts(g, x).value,
    derivative: (g, _i, x) => g.call("exp", [x]),
  },
  exprel: {
    arity: 1,
    doc: "(e^x − 1)/x, 1 at 0",
    evaluate: math.exprel,
    lower: (g, x) => {
      const [numerator, denominator] = lowerExprelParts(g, x);
      return g.div(numerator, denominator);
    },
  },
  exprelr: {
    arity: 1,
    doc: "x/(e^x − 1), 1 at 0",
    evaluate: math.exprelr,
    lower: (g, x) => {
      const [numerator, denominator] = lowerExprelParts(g, x);
      return g.div(denominator, numerator);
    },
  },
  log: {
    arity: 1,
    doc: "natural logarithm",
    evaluate: math.log,
    lower: lowerLog,
    derivative: (g, _i, x) => g.div(g.constant(1), x),
  },
  log1p: {
    arity: 1,
    doc: "ln(1 + x) without cancellation",
    evaluate: math.log1p,
    lower: (g, x) => {
      const u = g.add(x, g.constant(1));
      const ratio = g.div(g.mul(lowerLog(g, u), x), g.sub(u, g.constant(1)));
      const infinite = g.compare("eq", u, g.constant(Number.POSITIVE_INFINITY));
      return g.select(g.compare("eq", u, g.constant(1)), x, g.select(infinite, u, ratio));
    },
    derivative: (g, _i, x) => g.div(g.constant(1), g.add(x, g.constant(1))),
  },
  normalQuantile: {
    arity: 1,
    isInternal: true,
    doc: "the z that a standard normal number stays below with probability p, 0 < p < 1",
    evaluate: normalQuantile,
    lower: lowerNormalQuantile,
  },
  pow: { arity: 2, doc: "x^y for any y", evaluate: math.pow, lower: lowerPow },
  sin: {
    arity: 1,
    doc: "sine of radians",
    evaluate: math.sin,
    lower: (g, x) => lowerSine(g, x, 0),
    derivative: (g, _i, x) => g.call("cos", [x]),
  },
  cos: {
    arity: 1,
    doc: "cosine of radians",
    evaluate: math.cos,
    lower: (g, x) => lowerSine(g, x, 1),
    derivative: (g, _i, x) => g.neg(g.call("sin", [x])),
  },
  tanh: {
    arity: 1,
    doc: "hyperbolic tangent",
    evaluate: math.tanh,
    lower: (g, x) => {
      const e = lowerExpm1Parts(g, g.mul(g.constant(2), x)).value;
      return g.div(e, g.add(e, g.constant(2)));
    },
    derivative: (g, _i, x) => {
      const t = g.call("tanh", [x]);
      return g.sub(g.constant(1), g.mul(t, t));
    },
  },
  scaledExp: {
    arity: 2,
    doc: "a·exp(y/a) with its limit at a = 0; the compiler finds this form by itself",
    evaluate: scaledExp,
    lower: (g, a, y) => {
      const zero = g.compare("eq", a, g.constant(0));
      const limit = g.select(g.compare("lt", g.constant(0), y), g.constant(beyond), g.constant(0));
      return g.select(zero, limit, g.mul(a, lowerExp(g, g.mul(y, g.div(g.constant(1), a)))));
    },
    derivative: (g, i, a, y) => {
      const e = g.call("exp", [g.div(y, a)]);
      return i === 1 ? e : g.mul(e, g.sub(g.constant(1), g.div(y, a)));
    },
  },
};
