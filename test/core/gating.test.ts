import { describe, expect, it } from "vitest";
import {
  boltzmann,
  exponentialRate,
  kineticsOfRates,
  linearExponentialRate,
  ratesOfKinetics,
  relaxGate,
  sigmoidRate,
} from "../../src/core/gating.js";

/** alpha_m = 0.1 (V+40)/(1 − exp(−(V+40)/10)) and alpha_n = 0.01 (V+55)/(1 − exp(−(V+55)/10)), per ms. */
const alphaM = (v: number) => linearExponentialRate(v, 1, -40, 10);
const alphaN = (v: number) => linearExponentialRate(v, 0.1, -55, 10);

describe("linear-exponential rate (CASES O12)", () => {
  const cases: [number, number][] = [
    [-40, 1],
    [-40 + 1e-12, 1.00000000000005],
    [-40 - 1e-7, 0.999999995],
    [-35, 1.2707470412684],
    [-2000, 1.4809405e-83],
    [2000, 204],
  ];
  for (const [v, expected] of cases) {
    // The published value at −2000 mV has eight digits, so that one can be held to 1e-7 only.
    const tolerance = v === -2000 ? 1e-7 : 1e-9;
    it(`alpha_m(${v}) is ${expected} to ${tolerance}`, () => {
      expect(Math.abs(alphaM(v) / expected - 1)).toBeLessThan(tolerance);
    });
  }

  it("alpha_m(−2000) is 196/(e^196 − 1) to 1e-12 (mpmath)", () => {
    expect(Math.abs(alphaM(-2000) / 1.480940527863544e-83 - 1)).toBeLessThan(1e-12);
  });

  it("alpha_n(−55) is 0.1", () => {
    expect(alphaN(-55)).toBe(0.1);
  });

  it("follows 1 + x/2 + x²/12 beside the singularity to rounding", () => {
    for (const x of [1e-15, -1e-10, 1e-8, -1e-6, 1e-5]) {
      const series = 1 + x / 2 + (x * x) / 12;
      expect(Math.abs(linearExponentialRate(10 * x, 1, 0, 10) - series)).toBeLessThan(5e-16);
    }
  });
});

describe("gates", () => {
  it("alpha 0.3 and beta 0.1 per ms settle at 0.75 with 2.5 ms, and back", () => {
    const { inf, tau } = kineticsOfRates(0.3, 0.1);
    expect(inf).toBeCloseTo(0.75, 15);
    expect(tau).toBeCloseTo(2.5, 15);
    const { alpha, beta } = ratesOfKinetics(inf, tau);
    expect(alpha).toBeCloseTo(0.3, 15);
    expect(beta).toBeCloseTo(0.1, 15);
  });

  it("the Boltzmann curve is ½ at its midpoint, e/(1+e) one slope above, and bounded far away", () => {
    expect(boltzmann(-35, -35, 7)).toBe(0.5);
    expect(boltzmann(-28, -35, 7)).toBeCloseTo(Math.E / (1 + Math.E), 15);
    expect(boltzmann(-28, -35, -7)).toBeCloseTo(1 / (1 + Math.E), 15);
    expect(boltzmann(1e6, -35, 7)).toBe(1);
    expect(boltzmann(-1e6, -35, 7)).toBeLessThan(1e-300);
    expect(boltzmann(-1e6, -35, 7)).toBeGreaterThanOrEqual(0);
  });

  it("Hodgkin & Huxley's resting gates (−65 mV) are m 0.0529, h 0.5961, n 0.3177", () => {
    const betaM = exponentialRate(-65, 4, -65, -18);
    const alphaH = exponentialRate(-65, 0.07, -65, -20);
    const betaH = sigmoidRate(-65, 1, -35, 10);
    const betaN = exponentialRate(-65, 0.125, -65, -80);
    expect(kineticsOfRates(alphaM(-65), betaM).inf).toBeCloseTo(0.0529325, 6);
    expect(kineticsOfRates(alphaH, betaH).inf).toBeCloseTo(0.5961208, 6);
    expect(kineticsOfRates(alphaN(-65), betaN).inf).toBeCloseTo(0.3176769, 6);
  });

  it("relaxation is exact for any step: 1 − 1/e after one time constant, and two half steps equal one", () => {
    expect(relaxGate(0, 1, 5, 5)).toBeCloseTo(1 - 1 / Math.E, 15);
    const half = relaxGate(0.2, 0.8, 3, 1);
    expect(relaxGate(half, 0.8, 3, 1)).toBeCloseTo(relaxGate(0.2, 0.8, 3, 2), 15);
    expect(relaxGate(0.2, 0.8, 3, 1e9)).toBe(0.8);
    expect(relaxGate(0.2, 0.8, 3, 0)).toBe(0.2);
  });

  const bad: [string, () => unknown][] = [
    ["both rates 0", () => kineticsOfRates(0, 0)],
    ["a negative rate", () => kineticsOfRates(-1, 2)],
    ["a steady state above 1", () => ratesOfKinetics(1.1, 1)],
    ["a time constant of 0", () => ratesOfKinetics(0.5, 0)],
    ["a slope of 0", () => boltzmann(0, 0, 0)],
    ["a NaN voltage", () => linearExponentialRate(Number.NaN, 1, 0, 1)],
    ["a negative step", () => relaxGate(0, 1, 1, -1)],
  ];
  for (const [name, call] of bad) {
    it(`${name} is refused`, () => expect(call).toThrow(expect.objectContaining({ code: "ARGUMENT" })));
  }
});
