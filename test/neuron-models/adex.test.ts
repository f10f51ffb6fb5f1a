/** AdEx through the engine: CASES O13 on the grid and its neighbourhood, and where its rest loses stability. */
import { describe, expect, it } from "vitest";
import { adEx } from "wbe/neuron-models";
import { drive } from "./drive.js";

const sharp = { C: 200, gL: 10, EL: -70, VT: -50, Vreset: -58, Vpeak: 0, deltaT: 0, a: 0, b: 0, tRef: 0 };

describe("CASES O13: AdEx with slope factor zero", () => {
  // One step of each method multiplies the distance from V∞ by this factor, h = dt/20 ms.
  const factors = {
    euler: (h: number) => 1 - h,
    heun: (h: number) => 1 - h + h ** 2 / 2,
    rk4: (h: number) => 1 - h + h ** 2 / 2 - h ** 3 / 6 + h ** 4 / 24,
  };

  it.each([
    ["euler", 0.1],
    ["heun", 0.1],
    ["rk4", 0.1],
    ["rk4", 0.01],
  ] as const)(
    "%s at dt %d ms: each spike of 300 pA is at the first step at or after the crossing",
    async (method, dt) => {
      const { steps, trace } = await drive({
        model: "AdEx",
        method,
        params: sharp,
        init: { V: -70 },
        currents: [300, 150],
        dt,
        duration: 600,
        record: ["V", "w"],
      });
      const factor = factors[method](dt / 20);
      const first = Math.ceil(Math.log(10 / 30) / Math.log(factor)); // V∞ = −40 mV, threshold −50 mV
      const between = Math.ceil(Math.log(10 / 18) / Math.log(factor)); // from the reset, which lies on the grid
      if (method !== "euler") {
        expect([first, between]).toEqual([Math.ceil(21.9722457734 / dt), Math.ceil(11.755733298 / dt)]);
      }
      const count = Math.floor((600 / dt - first) / between) + 1;
      expect(steps[0]).toEqual(Array.from({ length: count }, (_, k) => first + k * between));
      if (dt === 0.1) expect(steps[0]!.slice(0, 3)).toEqual([220, 338, 456]);
      expect(steps[1]).toEqual([]);
      trace("V", 1).forEach((V, k) => {
        expect(Math.abs(V - (-55 - 15 * factor ** k))).toBeLessThan(1e-10); // rounding of 60,000 steps
      });
      for (const neuron of [0, 1]) {
        expect(trace("V", neuron).every((V) => V >= -70 && V <= -50)).toBe(true);
        expect(trace("w", neuron).every((w) => w === 0)).toBe(true);
      }
    },
  );

  it("the limit is continuous: slope factors from 1e-300 to 1e-3 mV give the spikes of zero", async () => {
    const deltaT = [0, 1e-300, 1e-12, 1e-6, 1e-3];
    const { steps } = await drive({
      model: "AdEx",
      // Vpeak at VT: a spike is read where the upswing begins, so that only the current below VT is compared.
      params: { ...sharp, Vpeak: -50, deltaT: { values: deltaT } },
      init: { V: -70 },
      currents: deltaT.map(() => 300),
      dt: 0.1,
      duration: 300,
    });
    expect(steps[0]!.length).toBe(24);
    for (const other of steps.slice(1)) expect(other).toEqual(steps[0]);
  });

  it("a small slope factor above zero does not overflow on its way to Vpeak", async () => {
    const { steps, trace } = await drive({
      model: "AdEx",
      params: { ...sharp, deltaT: 0.01 },
      init: { V: -70 },
      currents: [300],
      dt: 0.1,
      duration: 300,
      record: ["V"],
    });
    expect(steps[0]!.length).toBe(24);
    expect(trace("V").every(Number.isFinite)).toBe(true);
  });
});

describe("the rest of AdEx", () => {
  // Trace zero: e^((V − VT)/ΔT) = 1 + τm/τw (Touboul & Brette 2008, Biol Cybern 99:319; Naud et al. 2008, 99:335).
  const { C, gL, EL, VT, deltaT, tauW, a } = Object.fromEntries(
    Object.entries(adEx.params).map(([name, [value]]) => [name, value]),
  ) as Record<keyof typeof adEx.params, number>;
  const steepness = 1 + C / gL / tauW;
  const hopf = (gL + a) * (VT + deltaT * Math.log(steepness) - EL) - gL * deltaT * steepness;

  const restAt = (current: number): number => {
    let [low, high] = [-80, VT + deltaT * Math.log(1 + a / gL)];
    for (let k = 0; k < 60; k++) {
      const V = (low + high) / 2;
      if ((gL + a) * (V - EL) - gL * deltaT * Math.exp((V - VT) / deltaT) < current) low = V;
      else high = V;
    }
    return low;
  };

  it.each([
    [-0.5, "dies out"],
    [0.5, "grows"],
  ])("%d pA beside the Hopf current (627.2 pA) a disturbance of 0.01 mV %s", async (excess, fate) => {
    expect(Math.abs(hopf - 627.2)).toBeLessThan(0.05);
    const V = restAt(hopf + excess);
    const { trace } = await drive({
      model: "AdEx",
      init: { V: V + 0.01, w: a * (V - EL) },
      currents: [hopf + excess],
      dt: 0.05,
      duration: 600,
      record: ["V"],
    });
    const distance = trace("V").map((v) => Math.abs(v - V));
    if (fate === "grows")
      expect(Math.max(...distance)).toBeGreaterThan(10); // up to spikes
    else expect(Math.max(...distance.slice(-4000))).toBeLessThan(0.002);
  });
});
