import { describe, expect, it } from "vitest";
import * as math from "../../src/core/math.js";
import golden from "../golden/elementary-functions.json" with { type: "json" };

const { values } = golden;

/** Spacing of doubles just above |v|: 1 ulp. */
function ulpOf(v: number): number {
  const size = Math.max(Math.abs(v), 2.2250738585072014e-308);
  return 2 ** (Math.floor(Math.log2(size)) - 52);
}

/** Largest distance of got(x) from high + low, in units of scale(row). */
function worst(rows: number[][], f: (...x: number[]) => number, scale: (row: number[]) => number): number {
  return Math.max(
    ...rows.map((row) => {
      const [high, low] = row.slice(-2) as [number, number];
      return Math.abs(f(...row.slice(0, -2)) - high - low) / scale(row);
    }),
  );
}

const inUlp = (row: number[]): number => ulpOf(row.at(-2)!);

describe("core/math against values of 50 digits", () => {
  it.each([
    ["exp", math.exp, 3.5],
    ["exp2", math.exp2, 5],
    ["expm1", math.expm1, 2],
    ["exprel", math.exprel, 3],
    ["exprelr", math.exprelr, 3],
    ["log", math.log, 1],
    ["log1p", math.log1p, 3],
    ["tanh", math.tanh, 4],
  ] as const)("%s is within its stated bound", (name, f, bound) => {
    const error = worst(values[name], f as (x: number) => number, inUlp);
    expect(error).toBeLessThanOrEqual(bound);
    expect(error).toBeGreaterThan(0.1); // no function is correctly rounded everywhere: the comparison does compare
  });

  it("sin and cos are within 2.5e-16 for |x| ≤ 1e6", () => {
    expect(worst(values.sin, math.sin, () => 1)).toBeLessThanOrEqual(2.5e-16);
    expect(worst(values.cos, math.cos, () => 1)).toBeLessThanOrEqual(2.5e-16);
  });

  it("pow is within its stated relative error of (|y·ln x| + 2)·2.3e-16", () => {
    const scale = ([x, y, high]: number[]): number =>
      Math.abs(high!) * (Math.abs(y! * Math.log(Math.abs(x!))) + 2) * 2.3e-16;
    expect(worst(values.pow, math.pow, scale)).toBeLessThanOrEqual(1);
  });

  it("e^x as 2^(x·log2 e), as kernels compute it, is within (4 + |x|)·2.3e-16", () => {
    const f = (x: number): number => math.exp2(x * Math.LOG2E);
    const inner = values.exp.filter(([x]) => Math.abs(x!) < 707);
    expect(worst(inner, f, ([x, high]) => high! * (4 + Math.abs(x!)) * 2.3e-16)).toBeLessThanOrEqual(1);
  });
});

describe("limits of core/math", () => {
  it("exp saturates to normal numbers: never 0, never Infinity", () => {
    for (const x of [-709, -1e4, -1e308, Number.NEGATIVE_INFINITY]) expect(math.exp(x)).toBe(math.exp(-708));
    for (const x of [709.5, 1e4, 1e308, Number.POSITIVE_INFINITY]) expect(math.exp(x)).toBe(math.exp(709));
    expect(math.exp(-708)).toBeGreaterThan(2.2250738585072014e-308);
    expect(math.exp2(-2000)).toBe(2 ** -1021);
    expect(math.exp2(2000)).toBe(2 ** 1023);
  });

  it("removable singularities have their limits, and no cliff beside them", () => {
    for (const f of [math.exprel, math.exprelr]) {
      for (const x of [0, -0, 1e-320, -1e-320]) expect(f(x)).toBe(1);
    }
    expect(math.exprel(1e-12)).toBe(1 + 5e-13);
    expect(math.exprelr(Number.POSITIVE_INFINITY)).toBeGreaterThan(0);
    expect(math.exprelr(-1e6)).toBe(1e6);
    expect(Number.isFinite(math.exprelr(1e6))).toBe(true);
  });

  it("log: −Infinity at 0, NaN below, Infinity at Infinity; log1p(−1) is −Infinity", () => {
    expect(math.log(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(math.log(-1)).toBeNaN();
    expect(math.log(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(math.log(1)).toBe(0);
    expect(math.log1p(-1)).toBe(Number.NEGATIVE_INFINITY);
    expect(math.log1p(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(math.log1p(-2)).toBeNaN();
  });

  it("pow: x^0 is 1, 0^y is 0 or Infinity, negative bases take whole powers only", () => {
    for (const x of [0, -3, 1e300, Number.NaN]) expect(math.pow(x, 0)).toBe(1);
    expect(math.pow(0, 2.5)).toBe(0);
    expect(math.pow(0, -1)).toBe(Number.POSITIVE_INFINITY);
    expect(math.pow(-8, 1 / 3)).toBeNaN();
    expect(Math.sign(math.pow(-2, 3))).toBe(-1);
    expect(Math.sign(math.pow(-2, 4))).toBe(1);
  });

  it("NaN comes back as NaN from every function", () => {
    const all = [math.exp, math.exp2, math.expm1, math.exprel, math.exprelr, math.log, math.log1p, math.sin, math.cos];
    for (const f of [...all, math.tanh]) expect(f(Number.NaN)).toBeNaN();
    expect(math.pow(Number.NaN, 2)).toBeNaN();
    expect(math.pow(2, Number.NaN)).toBeNaN();
  });

  it("sin and cos never leave [−1, 1] by more than rounding, however large the argument", () => {
    for (const x of [1e9, 1e12, 1e15, 1e16, 1e20, 1e300]) {
      for (const f of [math.sin, math.cos]) {
        const value = f(x);
        expect(Number.isNaN(value) || Math.abs(value) <= 1 + 1e-15).toBe(true);
      }
    }
  });

  it("tanh reaches ±1 and keeps sign and size of small arguments", () => {
    expect(math.tanh(50)).toBe(1);
    expect(math.tanh(-50)).toBe(-1);
    expect(math.tanh(1e-300)).toBe(1e-300);
    expect(math.tanh(Number.POSITIVE_INFINITY)).toBe(1);
  });
});
