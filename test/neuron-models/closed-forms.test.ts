/** Single neurons against closed forms and published figures: CASES O11 and O13, Hodgkin–Huxley's rate, Izhikevich's classes. */
import { describe, expect, it } from "vitest";
import {
  adEx,
  defineNeuron,
  hodgkinHuxley,
  izhikevich,
  leakyIntegrateAndFire,
  type NeuronDeclaration,
} from "../../src/neuron-models/index.js";
import { SimulationEngine } from "../../src/simulation/index.js";
import { type CellOptions, wasmCells } from "../compiler/kernels.js";
import adExGolden from "../golden/adex.json" with { type: "json" };
import izhikevichGolden from "../golden/izhikevich-2003.json" with { type: "json" };

async function spikeSteps(model: NeuronDeclaration, duration: number, options: CellOptions): Promise<number[]> {
  const cells = await wasmCells(model, options);
  cells.advance(Math.round(duration / options.dt));
  expect(cells.notFinite()).toBe(-1);
  return cells.spikes.map(([step]) => step);
}

const intervals = (steps: readonly number[]): number[] => steps.slice(1).map((step, k) => step - steps[k]!);

describe("leaky integrate-and-fire", () => {
  // V∞ = EL + I/gL = −70 + 300/12.5 = −46 mV, tau = 20 ms
  const first = 20 * Math.log(24 / 4);
  const between = 2 + 20 * Math.log(14 / 4);

  it.each([0.1, 0.01, 0.025])(
    "fires at the closed-form times, each on the first grid point after the crossing (dt %d ms)",
    async (dt) => {
      const steps = await spikeSteps(leakyIntegrateAndFire, 500, { dt, inputs: { I: 300 } });
      expect(steps.length).toBeGreaterThan(15);
      expect(steps[0]).toBe(Math.ceil(first / dt));
      // From the reset on the grid, after the refractory steps, again to the first grid point after the crossing.
      for (const interval of intervals(steps)) expect(interval).toBe(2 / dt + Math.ceil((between - 2) / dt));
    },
  );

  it("does not fire where V∞ lies at or below threshold, and fires just above it", async () => {
    // At threshold exactly V comes within rounding of Vth only after some 700 ms.
    expect(await spikeSteps(leakyIntegrateAndFire, 300, { dt: 0.1, inputs: { I: 250 } })).toEqual([]);
    expect(await spikeSteps(leakyIntegrateAndFire, 1000, { dt: 0.1, inputs: { I: 249.999 } })).toEqual([]);
    expect((await spikeSteps(leakyIntegrateAndFire, 1000, { dt: 0.1, inputs: { I: 250.01 } })).length).toBeGreaterThan(
      0,
    );
  });
});

describe("refractory period (CASES O11)", () => {
  const always = defineNeuron({
    id: "Always",
    source: "CASES O11: a neuron whose threshold is always met",
    params: { tRef: [1, "ms"] },
    states: { V: [0, "mV"] },
    inputs: {},
    equations: "dV/dt = 0",
    spike: "V > -1 mV",
    reset: "V = 0 mV",
    refractory: "tRef",
    method: "euler",
  });

  it.each([
    [1, 10],
    [0.3, 3],
    [0.7, 7],
    [2, 20],
    [3, 30],
    [0.15, 2], // rounded up
    [0, 1],
  ])("of %d ms at dt 0.1 ms: every interval of 10 s is %d steps", async (tRef, n) => {
    const steps = await spikeSteps(always, 10_000, { dt: 0.1, params: { tRef } });
    expect(steps[0]).toBe(1);
    expect(steps.length).toBe(Math.ceil(100_000 / n));
    expect(new Set(intervals(steps))).toEqual(new Set([n]));
  });

  it.each([
    [0.07, 7],
    [0.14, 14],
    [1.11, 111],
  ])("of %d ms at dt 0.01 ms, whose quotient is just above %d: no step more", async (tRef, n) => {
    expect(tRef / 0.01).toBeGreaterThan(n);
    expect(new Set(intervals(await spikeSteps(always, 100, { dt: 0.01, params: { tRef } })))).toEqual(new Set([n]));
  });

  it("holds as a per-neuron parameter, and given in seconds", async () => {
    const tRef = [1, 0.3, 0.7, 2, 3];
    const cells = await wasmCells(always, { n: 5, dt: 0.1, params: { tRef } });
    cells.advance(100_000);
    for (const [i, period] of tRef.entries()) {
      const steps = cells.spikes.filter(([, neuron]) => neuron === i).map(([step]) => step);
      expect(new Set(intervals(steps))).toEqual(new Set([Math.round(period * 10)]));
    }
    const inSeconds = { ...always, params: { tRef: [0.0003, "s"] } } as unknown as NeuronDeclaration;
    expect(new Set(intervals(await spikeSteps(inSeconds, 10_000, { dt: 0.1 })))).toEqual(new Set([3]));
  });
});

describe("AdEx with slope factor zero (CASES O13)", () => {
  const params = { C: 200, gL: 10, EL: -70, VT: -50, Vreset: -58, Vpeak: 0, deltaT: 0, a: 0, b: 0, tRef: 0 };

  it.each(["euler", "heun", "rk4"])(
    "%s: I = 300 pA fires at 21.972 ms and then every 11.756 ms; no NaN",
    async (method) => {
      const dt = 0.001;
      const steps = await spikeSteps(adEx, 100, { dt, method, params, inputs: { I: 300 } });
      // The reset waits for the grid, and Euler's own error is of order dt: two steps.
      expect(Math.abs(steps[0]! * dt - 21.9722457734)).toBeLessThan(2 * dt);
      expect(steps.length).toBe(7);
      for (const interval of intervals(steps)) expect(Math.abs(interval * dt - 11.755733298)).toBeLessThan(2 * dt);
    },
  );

  it("at dt 0.1 ms the first spike is at 22.0 ms", async () => {
    expect((await spikeSteps(adEx, 30, { dt: 0.1, params, inputs: { I: 300 } }))[0]).toBe(220);
  });

  it("I = 150 pA gives no spike, V tends to −55 mV", async () => {
    const cells = await wasmCells(adEx, { dt: 0.1, params, inputs: { I: 150 } });
    cells.advance(10_000);
    expect(cells.spikes).toEqual([]);
    expect(cells.state("V")[0]!).toBeCloseTo(-55, 9);
  });

  it("mixes with neurons of another slope factor in one population", async () => {
    const cells = await wasmCells(adEx, {
      n: 3,
      dt: 0.1,
      params: { ...params, deltaT: [0, 2, 0] },
      inputs: { I: 300 },
    });
    cells.advance(1000);
    const steps = (i: number) => cells.spikes.filter(([, neuron]) => neuron === i).map(([step]) => step);
    expect(steps(0)).toEqual(steps(2));
    expect(steps(0)[0]).toBe(220);
    expect(steps(1)[0]).not.toBe(220);
    expect(cells.notFinite()).toBe(-1);
  });

  it("a negative slope factor is refused, naming the parameter", async () => {
    const cell = { name: "cell", model: "AdEx", size: 1, params: { deltaT: -1 } };
    const network = { version: 1, seed: 0, dt: 0.1, duration: 1, populations: [cell] };
    await expect(SimulationEngine.fromDescription(network)).rejects.toThrowError(
      /at least 0 \(mV\), found -1.*parameter deltaT/,
    );
  });
});

describe("DESIGN's own AdEx declaration, written by a user", () => {
  const literal = defineNeuron({
    id: "MyAdEx",
    source: "Brette & Gerstner 2005, J Neurophysiol 94:3637",
    params: {
      C: [281, "pF"],
      gL: [30, "nS"],
      EL: [-70.6, "mV"],
      VT: [-50.4, "mV"],
      deltaT: [2, "mV"],
      tauW: [144, "ms"],
      a: [4, "nS"],
      b: [80.5, "pA"],
      Vreset: [-70.6, "mV"],
      Vpeak: [20, "mV"],
      tRef: [0, "ms"],
    },
    states: { V: ["EL", "mV"], w: [0, "pA"] },
    equations: `
      dV/dt = (-gL*(V - EL) + gL*deltaT*exp((V - VT)/deltaT) - w + I) / C
      dw/dt = (a*(V - EL) - w) / tauW`,
    spike: "V > Vpeak",
    reset: "V = Vreset; w = w + b",
    refractory: "tRef",
    method: "rk4",
  });

  it.each(adExGolden.runs)(
    "rk4 at dt 0.1 ms, $I pA: no NaN, as many spikes as the reference, each within the grid's error",
    async (run) => {
      const steps = await spikeSteps(literal, 1000, { dt: 0.1, inputs: { I: run.I } });
      expect(steps).toEqual(run.brian2_rk4["0.1"]);
      expect(steps.length).toBe(run.spike_times_ms.length);
      // A spike is up to a step late and shifts all that follow: k + 1 steps after k intervals, with a = V's rate of change
      // at the peak so high that the upswing takes one more step.
      for (const [k, time] of run.spike_times_ms.entries()) {
        expect(Math.abs(steps[k]! * 0.1 - time)).toBeLessThan(0.1 * 2 * (k + 1));
      }
    },
  );
});

describe("Hodgkin–Huxley", () => {
  it.each([
    ["exponential-euler", 0.01],
    ["exponential-euler", 0.005],
    ["rk4", 0.01],
    ["rk4", 0.005],
    ["heun", 0.01],
    ["euler", 0.005],
  ])("%s at dt %d ms fires at 68.3 ± 0.5 Hz for 10 uA/cm2", async (method, dt) => {
    const steps = await spikeSteps(hodgkinHuxley, 1000, { dt, method, inputs: { I: 10 } });
    const late = steps.filter((step) => step * dt > 200);
    const rate = (1000 * (late.length - 1)) / ((late.at(-1)! - late[0]!) * dt);
    expect(Math.abs(rate - 68.3)).toBeLessThan(0.5);
  });

  it("started with V at −40 and −55 mV, where rates are 0/0 as printed, stays finite", async () => {
    for (const V of [-40, -55]) {
      for (const method of ["euler", "heun", "rk4", "exponential-euler"]) {
        await spikeSteps(hodgkinHuxley, 20, { dt: 0.01, method, init: { V } });
      }
    }
  });

  it("a conductance of 20 nS on 20,000 um2 acts as 0.1 mS/cm2", async () => {
    // 20 nS/20,000 um2 = 1e-9·20 S/(2e-4 cm2) = 1e-4 S/cm2: the leak's EL·gL pair must move V as an equal extra leak does.
    const port = {
      id: "Steady",
      source: "made up",
      weightUnit: "nS",
      params: {},
      states: { g: [20, "nS"] as const },
      equations: "",
      onSpike: "",
      current: "g*(-54.387 mV - V)",
    };
    const a = await wasmCells(hodgkinHuxley, {
      dt: 0.01,
      method: "rk4",
      inputs: { I: 5 },
      ports: [{ name: "s", synapse: port }],
    });
    const b = await wasmCells(hodgkinHuxley, { dt: 0.01, method: "rk4", inputs: { I: 5 }, params: { gL: 0.4 } });
    for (const cells of [a, b]) cells.advance(500);
    expect(Math.abs(a.state("V")[0]! - b.state("V")[0]!)).toBeLessThan(1e-9);
  });
});

describe("Izhikevich's firing classes at I = 10", () => {
  const spikeTimes = async (name: keyof typeof izhikevichGolden.classes, dt: number): Promise<number[]> => {
    const { a, b, c, d } = izhikevichGolden.classes[name];
    const options = { dt, method: "rk4", params: { a, b, c, d }, inputs: { I: 10 } };
    return (await spikeSteps(izhikevich, 500, options)).map((step) => step * dt);
  };

  it("regular spiking adapts: a short first interval, then constant long ones", async () => {
    const isi = intervals(await spikeTimes("RS", 0.01));
    expect(isi[0]!).toBeLessThan(0.7 * isi.at(-1)!);
    for (const interval of isi.slice(2)) expect(Math.abs(interval / isi.at(-1)! - 1)).toBeLessThan(0.02);
    expect(isi.at(-1)!).toBeGreaterThan(30);
  });

  it("intrinsically bursting starts with a burst and goes on with single spikes", async () => {
    const isi = intervals(await spikeTimes("IB", 0.01));
    for (const interval of isi.slice(0, 2)) expect(interval).toBeLessThan(6);
    for (const interval of isi.slice(2)) expect(interval).toBeGreaterThan(20);
    expect(isi.length).toBeGreaterThan(10);
  });

  it("chattering repeats bursts of closely spaced spikes", async () => {
    const isi = intervals(await spikeTimes("CH", 0.01));
    const pauses = isi.filter((interval) => interval > 25);
    const within = isi.filter((interval) => interval < 6);
    expect(pauses.length).toBeGreaterThan(6);
    expect(within.length).toBeGreaterThan(3 * pauses.length);
    expect(pauses.length + within.length).toBe(isi.length);
  });

  it("fast spiking has no adaptation and a high rate", async () => {
    const isi = intervals(await spikeTimes("FS", 0.01));
    for (const interval of isi.slice(3)) expect(Math.abs(interval / isi.at(-1)! - 1)).toBeLessThan(0.03);
    expect(1000 / isi.at(-1)!).toBeGreaterThan(120);
  });

  it.each(["RS", "IB", "CH", "FS", "LTS"] as const)("%s nears the located spikes as dt shrinks", async (name) => {
    const located = izhikevichGolden.classes[name].spike_times_ms;
    const count = Math.min(12, located.length);
    const worst = async (dt: number): Promise<number> => {
      const times = await spikeTimes(name, dt);
      return Math.max(...located.slice(0, count).map((time, k) => Math.abs(times[k]! - time)));
    };
    const coarse = await worst(0.02);
    const fine = await worst(0.002);
    // Spikes and resets on the grid: order 1. A tenth of the step, about a tenth of the error.
    expect(fine).toBeLessThan(0.25 * coarse);
    expect(fine).toBeLessThan(0.2);
  });
});
