/**
 * The closed table of functions of the model language. Each has its value for the interpreter (core/math.ts, in
 * single precision core/math-f32.ts) and its lowering to primitive operations, the same algorithm in the same order, so
 * that the bits agree (lower-functions.ts). Removable singularities and limits are handled here and there, nowhere else.
 *
 * @module
 */

import * as math from "../core/math.js";
import * as single from "../core/math-f32.js";
import { normalQuantile } from "../core/normal-quantile.js";
import type { Graph, Node } from "./ir.js";
import {
  type Format,
  formats,
  lowerDecay2,
  lowerExp,
  lowerExp2,
  lowerExp2Between,
  lowerExp2m1,
  lowerExpm1Parts,
  lowerExprelParts,
  lowerLog,
  lowerNormalQuantile,
  lowerPow,
  lowerSine,
  oneAtZero,
} from "./lower-functions.js";

export interface FunctionEntry {
  readonly arity: number;
  readonly doc: string;
  /** Not part of the model language: only passes of the compiler put it into a graph. */
  readonly isInternal?: boolean;
  evaluate(...args: number[]): number;
  /** The same in single precision, of f32 values; missing where only kernels in double precision need it. */
  evaluateF32?(...args: number[]): number;
  /** Primitive operations; `g` is the graph that receives them, `c` the number format. */
  lower(g: Graph, c: Format, ...args: Node[]): Node;
  /** Derivative with respect to argument i. */
  derivative?(g: Graph, i: number, ...args: Node[]): Node;
}

/** a·exp(y/a) with its limit a → 0: 0 for y ≤ 0, beyond all bounds for y > 0 (the sharp threshold of AdEx). */
function scaledExp(a: number, y: number): number {
  if (a === 0) return 0 < y ? formats.f64.beyond : 0;
  return a * math.exp(y * (1 / a));
}

function scaledExpF32(a: number, y: number): number {
  if (a === 0) return 0 < y ? formats.f32.beyond : 0;
  return Math.fround(a * single.exp(Math.fround(y * Math.fround(1 / a))));
}

function limitRoot(t: number, limit: number): number {
  return limit < t ? limit : -limit > t ? -limit : t;
}

/** A series where |x| < 0.01, the closed form, which is 0/0 at 0, beyond: 13 digits on both sides. */
function nearZero(g: Graph, x: Node, series: readonly number[], beyond: Node): Node {
  const sum = series.reduceRight((rest, term) => g.add(g.mul(rest, x), g.constant(term)), g.constant(0));
  return g.select(g.compare("lt", g.unary("abs", x), g.constant(0.01)), sum, beyond);
}

export const functionTable: Readonly<Record<string, FunctionEntry>> = {
  exp: {
    arity: 1,
    doc: "e^x; saturates beyond −708 and 709 (f32: −87 and 88)",
    evaluate: math.exp,
    evaluateF32: single.exp,
    lower: lowerExp,
    derivative: (g, _i, x) => g.call("exp", [x]),
  },
  exp2: {
    arity: 1,
    doc: "2^t; saturates beyond −1021 and 1023 (f32: −126 and 127)",
    evaluate: math.exp2,
    evaluateF32: single.exp2,
    lower: lowerExp2,
    derivative: (g, _i, t) => g.mul(g.constant(Math.LN2), g.call("exp2", [t])),
  },
  exp2Root: {
    arity: 1,
    isInternal: true,
    doc: "2^t limited to 2^±255 (f32: 2^±31), whose powers up to the fourth stay finite",
    evaluate: (t) => math.exp2(limitRoot(t, formats.f64.rootLimit)),
    evaluateF32: (t) => single.exp2(limitRoot(t, formats.f32.rootLimit)),
    lower: (g, c, t) => lowerExp2Between(g, c, t, -c.rootLimit, c.rootLimit),
  },
  decay: {
    arity: 1,
    isInternal: true,
    doc: "e^x for x ≤ 0, which the integrators prove",
    evaluate: math.exp,
    evaluateF32: single.exp,
    lower: lowerExp,
  },
  decay2: {
    arity: 1,
    isInternal: true,
    doc: "2^t for t ≤ 0",
    evaluate: math.exp2,
    evaluateF32: single.exp2,
    lower: lowerDecay2,
  },
  exprel2: {
    arity: 2,
    isInternal: true,
    doc: "(2^t − 1)/x, 1 at x = 0, for t = x·log2 e",
    evaluate: math.exprel2,
    evaluateF32: single.exprel2,
    lower: (g, c, x, t) => oneAtZero(g, x, g.div(lowerExp2m1(g, c, t), x)),
  },
  exprelr2: {
    arity: 2,
    isInternal: true,
    doc: "x/(2^t − 1), 1 at x = 0, for t = x·log2 e",
    evaluate: math.exprelr2,
    evaluateF32: single.exprelr2,
    lower: (g, c, x, t) => oneAtZero(g, x, g.div(x, lowerExp2m1(g, c, t))),
  },
  expm1: {
    arity: 1,
    doc: "e^x − 1 without cancellation",
    evaluate: math.expm1,
    evaluateF32: single.expm1,
    lower: (g, c, x) => lowerExpm1Parts(g, c, x).value,
    derivative: (g, _i, x) => g.call("exp", [x]),
  },
  exprel: {
    arity: 1,
    doc: "(e^x − 1)/x, 1 at 0",
    evaluate: math.exprel,
    evaluateF32: single.exprel,
    lower: (g, c, x) => {
      const [numerator, denominator] = lowerExprelParts(g, c, x);
      return g.div(numerator, denominator);
    },
    derivative: (g, _i, x) => {
      const slope = g.div(g.sub(g.call("exp", [x]), g.call("exprel", [x])), x);
      return nearZero(g, x, [1 / 2, 1 / 3, 1 / 8, 1 / 30, 1 / 144, 1 / 840], slope);
    },
  },
  exprelr: {
    arity: 1,
    doc: "x/(e^x − 1), 1 at 0",
    evaluate: math.exprelr,
    evaluateF32: single.exprelr,
    lower: (g, c, x) => {
      const [numerator, denominator] = lowerExprelParts(g, c, x);
      return g.div(denominator, numerator);
    },
    derivative: (g, _i, x) => {
      const value = g.call("exprelr", [x]);
      const slope = g.div(g.mul(value, g.sub(g.sub(g.constant(1), value), x)), x);
      return nearZero(g, x, [-1 / 2, 1 / 6, 0, -1 / 180], slope);
    },
  },
  log: {
    arity: 1,
    doc: "natural logarithm",
    evaluate: math.log,
    evaluateF32: single.log,
    lower: lowerLog,
    derivative: (g, _i, x) => g.div(g.constant(1), x),
  },
  log1p: {
    arity: 1,
    doc: "ln(1 + x) without cancellation",
    evaluate: math.log1p,
    evaluateF32: single.log1p,
    lower: (g, c, x) => {
      const u = g.add(x, g.constant(1));
      const ratio = g.div(g.mul(lowerLog(g, c, u), x), g.sub(u, g.constant(1)));
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
  pow: { arity: 2, doc: "x^y for any y", evaluate: math.pow, evaluateF32: single.pow, lower: lowerPow },
  sin: {
    arity: 1,
    doc: "sine of radians",
    evaluate: math.sin,
    evaluateF32: single.sin,
    lower: (g, c, x) => lowerSine(g, c, x, 0),
    derivative: (g, _i, x) => g.call("cos", [x]),
  },
  cos: {
    arity: 1,
    doc: "cosine of radians",
    evaluate: math.cos,
    evaluateF32: single.cos,
    lower: (g, c, x) => lowerSine(g, c, x, 1),
    derivative: (g, _i, x) => g.neg(g.call("sin", [x])),
  },
  tanh: {
    arity: 1,
    doc: "hyperbolic tangent",
    evaluate: math.tanh,
    evaluateF32: single.tanh,
    lower: (g, c, x) => {
      const e = lowerExpm1Parts(g, c, g.mul(g.constant(2), x)).value;
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
    evaluateF32: scaledExpF32,
    lower: (g, c, a, y) => {
      const zero = g.compare("eq", a, g.constant(0));
      const limit = g.select(g.compare("lt", g.constant(0), y), g.constant(c.beyond), g.constant(0));
      return g.select(zero, limit, g.mul(a, lowerExp(g, c, g.mul(y, g.div(g.constant(1), a)))));
    },
    derivative: (g, i, a, y) => {
      const e = g.call("exp", [g.div(y, a)]);
      return i === 1 ? e : g.mul(e, g.sub(g.constant(1), g.div(y, a)));
    },
  },
};
