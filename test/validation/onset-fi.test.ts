import { describe, expect, it } from "vitest";
import { log } from "../../src/core/math.js";
import { adEx, izhikevich, leakyIntegrateAndFire } from "../../src/neuron-models/index.js";
import type { FICurveBenchmark } from "../../src/validation/benchmarks/benchmark.js";
import { leakyIntegrateAndFireFI } from "../../src/validation/benchmarks/lif-fi.js";
import {
  adExOnset,
  adExRheobase,
  izhikevichOnset,
  izhikevichRheobase,
} from "../../src/validation/benchmarks/onset-fi.js";
import { sustainedRate } from "../../src/validation/features/firing-rate.js";
import { scorePoint } from "../../src/validation/validators/fi-curve-validator.js";

type Params = Record<string, number>;

const defaults = (declaration: { params: Record<string, readonly [number, ...unknown[]]> }): Params =>
  Object.fromEntries(Object.entries(declaration.params).map(([name, [value]]) => [name, value]));

const points = (benchmark: FICurveBenchmark, params: Params) => {
  if (typeof benchmark.points !== "function") throw new Error("expected a closed form");
  return benchmark.points(params);
};

/** Spike times over 1500 ms of two equations written out by hand, explicit midpoint steps of 0.01 ms. */
function simulate(
  slope: (v: number, w: number) => [number, number],
  start: [number, number],
  peak: number,
  reset: (w: number) => [number, number],
): number[] {
  const dt = 0.01;
  const spikes: number[] = [];
  let [v, w] = start;
  for (let step = 1; step <= 150_000; step++) {
    const [dv, dw] = slope(v, w);
    const [ev, ew] = slope(Math.min(peak, v + (dv * dt) / 2), w + (dw * dt) / 2);
    v += ev * dt;
    w += ew * dt;
    if (v >= peak) {
      spikes.push(step * dt);
      [v, w] = reset(w);
    }
  }
  return spikes;
}

const adExSpikes = (p: Params, current: number) =>
  simulate(
    (v, w) => [
      (-p.gL! * (v - p.EL!) + p.gL! * p.deltaT! * Math.exp((Math.min(v, p.Vpeak!) - p.VT!) / p.deltaT!) - w + current) /
        p.C!,
      (p.a! * (v - p.EL!) - w) / p.tauW!,
    ],
    [p.EL!, 0],
    p.Vpeak!,
    (w) => [p.Vreset!, w + p.b!],
  );

const izhikevichSpikes = (p: Params, current: number) =>
  simulate(
    (v, u) => [0.04 * v * v + 5 * v + 140 - u + current / p.C!, p.a! * (p.b! * v - u)],
    [-65, -65 * p.b!],
    p.Vpeak!,
    (u) => [p.c!, u + p.d!],
  );

describe("closed-form onset of AdEx", () => {
  const base = defaults(adEx);
  // Tonic, adapting and initially bursting neurons of Naud et al. 2008 (table 1) beside the default of the model.
  const tonic = { C: 200, gL: 10, EL: -70, VT: -50, deltaT: 2, tauW: 30, a: 2, b: 0, Vreset: -58, Vpeak: 0, tRef: 0 };
  const sets: [string, Params][] = [
    ["default", base],
    ["tonic", tonic],
    ["adapting", { ...tonic, gL: 12, tauW: 300, b: 60 }],
    ["initial burst", { ...tonic, C: 130, gL: 18, EL: -58, tauW: 150, a: 4, b: 120, Vreset: -50 }],
    ["no subthreshold adaptation", { ...tonic, a: 0 }],
  ];

  it.each(sets)("separates silence from firing of the %s neuron", (_, params) => {
    for (const point of points(adExOnset, params)) {
      expect(scorePoint(point, sustainedRate(adExSpikes(params, point.current), 500, 1500))).toBe(1);
    }
  });

  it("is a sharp onset without adaptation: silent 1 % below, firing 1 % above", () => {
    const params = { ...tonic, a: 0, b: 0 };
    const rheobase = adExRheobase(params);
    expect(rheobase).toBeCloseTo(10 * (20 - 2), 12); // gL (VT − EL − deltaT)
    expect(adExSpikes(params, 0.99 * rheobase)).toEqual([]);
    expect(adExSpikes(params, 1.01 * rheobase).length).toBeGreaterThan(1);
  });
});

describe("closed-form onset of Izhikevich's neuron", () => {
  const base = defaults(izhikevich);
  it.each([
    ["regular spiking", base],
    ["bursting", { ...base, c: -55, d: 4 }],
    ["chattering", { ...base, c: -50, d: 2 }],
    ["fast spiking", { ...base, a: 0.1, d: 2 }],
    ["low-threshold", { ...base, b: 0.25, d: 2 }],
    ["another capacitance", { ...base, C: 20 }],
  ])("separates silence from firing of the %s neuron", (_, params) => {
    for (const point of points(izhikevichOnset, params)) {
      expect(scorePoint(point, sustainedRate(izhikevichSpikes(params, point.current), 500, 1500))).toBe(1);
    }
  });

  it("is 4 without resonance (saddle-node) and 3.7975 for regular spiking (Hopf)", () => {
    expect(izhikevichRheobase({ ...base, a: 0.3 })).toBeCloseTo(4, 12);
    expect(izhikevichRheobase(base)).toBeCloseTo(3.7975, 12);
  });
});

describe("closed-form F–I curve of LIF", () => {
  it("is 0 up to the rheobase and 1/(tRef + τ ln …) above", () => {
    const params = defaults(leakyIntegrateAndFire);
    const found = points(leakyIntegrateAndFireFI, params);
    expect(found.filter(({ current }) => current < 250).every(({ high }) => high === 0)).toBe(true);
    // 375 pA: V∞ = −40 mV, interval 2 + 20 ln 2 ms.
    const point = found.find(({ current }) => current === 375)!;
    expect(point.expected).toBeCloseTo(1000 / (2 + 20 * log(2)), 12);
  });

  it("agrees with CASES O13: V∞ = −40 mV gives an interval of 11.7557332980 ms", () => {
    const params = { C: 200, gL: 10, EL: -70, Vth: -50, Vreset: -58, tRef: 0 };
    const point = points(leakyIntegrateAndFireFI, params).map(({ current, expected }) => {
      const distance = (current / 10 - 20) / 8;
      return distance > 0 ? 1000 / expected! - 20 * log((distance + 1) / distance) : 0;
    });
    for (const difference of point) expect(difference).toBeCloseTo(0, 9);
    // V∞ = −40 is a distance of 1.25 from threshold in units of reset to threshold.
    expect(20 * log(2.25 / 1.25)).toBeCloseTo(11.755733298, 9);
  });
});
