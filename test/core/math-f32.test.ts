/** Single-precision functions against the language's own in double precision, whose error of 1 ulp is 2e-9 of theirs. */
import { describe, expect, it } from "vitest";
import * as single from "../../src/core/math-f32.js";

const f = Math.fround;
const points = 40_000;

/** Spacing of f32 values just above |v|. */
function ulpOf(v: number): number {
  return 2 ** (Math.floor(Math.log2(Math.max(Math.abs(v), 1.1754943508222875e-38))) - 23);
}

/** Evenly over [low, high], and by size down to 1e-8 on both sides of 0 within it. */
function* argumentsIn(low: number, high: number): Iterable<number> {
  for (let i = 0; i < points; i++) yield f(low + ((high - low) * (i + 0.5)) / points);
  for (let i = 0; i < points; i++) {
    const size = 10 ** (-8 + (9 * i) / points);
    for (const x of [size, -size]) if (x >= low && x <= high) yield f(x);
  }
}

function worst(
  xs: Iterable<number>,
  got: (x: number) => number,
  exact: (x: number) => number,
  scale: (x: number, value: number) => number,
): number {
  let largest = 0;
  for (const x of xs) {
    const value = exact(x);
    const error = Math.abs(got(x) - value) / scale(x, value);
    if (!(error <= largest)) largest = error; // NaN too
  }
  return largest;
}

const inUlp = (_: number, value: number): number => ulpOf(value);
const exprel = (x: number): number => (x === 0 ? 1 : Math.expm1(x) / x);

describe("core/math-f32 against double precision", () => {
  it.each([
    ["exp", single.exp, Math.exp, -87, 88, 1.5],
    ["exp2", single.exp2, (t: number) => 2 ** t, -126, 127, 1.5],
    ["expm1", single.expm1, Math.expm1, -87, 88, 2.5],
    ["exprel", single.exprel, exprel, -87, 88, 2.5],
    ["exprelr", single.exprelr, (x: number) => 1 / exprel(x), -80, 80, 3],
    ["log", single.log, Math.log, 1e-6, 4, 1],
    ["log of all sizes", (x: number) => single.log(f(10 ** x)), (x: number) => Math.log(f(10 ** x)), -44, 38, 1],
    ["log1p", single.log1p, Math.log1p, -0.999, 50, 3],
    ["tanh", single.tanh, Math.tanh, -12, 12, 4],
  ] as const)("%s is within its stated bound", (_, got, exact, low, high, bound) => {
    const error = worst(argumentsIn(low, high), got, exact, inUlp);
    expect(error).toBeLessThanOrEqual(bound);
    expect(error).toBeGreaterThan(0.4); // half an ulp is the least that rounding leaves
  });

  it("sin and cos are within 1e-7 for |x| ≤ 8000", () => {
    for (const range of [10, 8000]) {
      expect(worst(argumentsIn(-range, range), single.sin, Math.sin, () => 1)).toBeLessThanOrEqual(1e-7);
      expect(worst(argumentsIn(-range, range), single.cos, Math.cos, () => 1)).toBeLessThanOrEqual(1e-7);
    }
  });

  it("e^x as 2^(x·log2 e), as kernels compute it, is within (2 + |x|)·1.2e-7; exprel and exprelr within (4 + |x|)·1.2e-7", () => {
    const t = (x: number): number => f(x * f(Math.LOG2E));
    const relative = (more: number) => (x: number, value: number) => value * (more + Math.abs(x)) * 1.2e-7;
    expect(worst(argumentsIn(-87, 87), (x) => single.exp2(t(x)), Math.exp, relative(2))).toBeLessThanOrEqual(1);
    expect(
      worst(
        argumentsIn(-80, 80),
        (x) => single.exprelr2(x, t(x)),
        (x) => 1 / exprel(x),
        relative(4),
      ),
    ).toBeLessThanOrEqual(1);
    expect(worst(argumentsIn(-80, 80), (x) => single.exprel2(x, t(x)), exprel, relative(4))).toBeLessThanOrEqual(1);
  });

  it("pow is within its stated relative error of (|y·ln x| + 2)·1.2e-7", () => {
    for (const y of [0.5, 2, 3, -1.5, 7.25, -4].map(f)) {
      const scale = (x: number, value: number): number => value * (Math.abs(y * Math.log(x)) + 2) * 1.2e-7;
      expect(
        worst(
          argumentsIn(1e-4, 500),
          (x) => single.pow(x, y),
          (x) => x ** y,
          scale,
        ),
      ).toBeLessThanOrEqual(1);
    }
  });
});

describe("limits of core/math-f32", () => {
  it("exp saturates to normal numbers: never 0, never Infinity", () => {
    for (const x of [-88, -1e30, Number.NEGATIVE_INFINITY]) expect(single.exp(x)).toBe(single.exp(-87));
    for (const x of [88.5, 1e30, Number.POSITIVE_INFINITY]) expect(single.exp(x)).toBe(single.exp(88));
    expect(single.exp(-87)).toBeGreaterThan(1.1754943508222875e-38);
    expect(Number.isFinite(single.exp(88))).toBe(true);
    expect(single.exp2(-2000)).toBe(2 ** -126);
    expect(single.exp2(2000)).toBe(2 ** 127);
  });

  it("removable singularities, logarithms, powers and NaN behave as in double precision", () => {
    for (const function_ of [single.exprel, single.exprelr]) {
      for (const x of [0, -0, 1e-44, -1e-44].map(f)) expect(function_(x)).toBe(1);
    }
    expect(Number.isFinite(single.exprelr(f(1e30)))).toBe(true);
    expect(single.log(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(single.log(-1)).toBeNaN();
    expect(single.log(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(single.log1p(-1)).toBe(Number.NEGATIVE_INFINITY);
    expect(single.pow(0, 2.5)).toBe(0);
    expect(single.pow(-8, f(1 / 3))).toBeNaN();
    expect([single.pow(-2, 3), single.pow(-2, 4)].map(Math.sign)).toEqual([-1, 1]);
    expect(single.tanh(50)).toBe(1);
    const { exp, exp2, expm1, exprel: rel, exprelr, log, log1p, sin, cos, tanh } = single;
    for (const function_ of [exp, exp2, expm1, rel, exprelr, log, log1p, sin, cos, tanh]) {
      expect(function_(Number.NaN)).toBeNaN();
    }
    for (const x of [1e9, 1e20, 1e38].map(f)) expect(Math.abs(sin(x))).toBeLessThanOrEqual(1 + 1e-6);
  });
});
