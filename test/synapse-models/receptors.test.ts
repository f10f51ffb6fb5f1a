/** Receptors against closed forms and published points: what each adds to a rise and a decay. */
import { describe, expect, it } from "vitest";
import { type IntegratorName, type PopulationSpec, type ProjectionSpec, SimulationEngine } from "wbe/simulation";
import { type SynapseDeclaration, synapseModels } from "wbe/synapse-models";

/** A membrane that does not move: V stays where it is set. */
const clamped = (potentials: readonly number[], method: IntegratorName = "rk4"): PopulationSpec => ({
  name: "cells",
  model: "LIF",
  size: potentials.length,
  method,
  params: { C: 1e15, gL: 1e-12, Vth: 1e6 },
  init: { V: { values: potentials } },
});

async function record(
  synapse: string,
  options: {
    params?: Record<string, number>;
    weight: number;
    potentials?: readonly number[];
    times?: readonly number[];
    dt?: number;
    duration?: number;
    variable: string;
    method?: IntegratorName;
  },
): Promise<number[]> {
  const { params, weight, potentials = [-65], times = [0], dt = 0.1, duration = 0, variable, method } = options;
  const engine = await SimulationEngine.fromDescription({
    version: 1,
    seed: 1,
    dt,
    duration: Math.max(dt, duration),
    populations: [clamped(potentials, method)],
    projections: [],
    stimuli: [{ kind: "spikes", population: "cells", times, weight, synapse, params }],
    recorders: [{ kind: "state", population: "cells", variable: `${synapse}.${variable}` }],
  });
  await engine.run();
  return Array.from(engine.recorded(`${synapse}.${variable}`).data);
}

describe("magnesium block", () => {
  it.each(["NMDA", "NMDAFiveState", "NMDAKinetic"])(
    "%s: the curve of Jahr and Stevens at published points",
    async (id) => {
      const potentials = [-80, -60, -40, -20.52525, 0, 20, 40];
      const found = await record(id, { weight: 1, potentials, variable: "unblocked" });
      // 1/(1 + exp(−0.062 V)/3.57): Jahr & Stevens 1990, eq. 4a, worked out by hand at 1 mM.
      const expected = [0.024425, 0.079627, 0.230154, 0.5, 0.781182, 0.925018, 0.97708];
      expected.forEach((value, k) => {
        expect(Math.abs(found[k]! - value)).toBeLessThan(2e-6);
      });
    },
  );

  it("without magnesium nothing is blocked, and ten times the magnesium shifts the curve by ln(10)·16.13 mV", async () => {
    const shift = Math.log(10) / 0.062;
    const one = await record("NMDA", { weight: 1, potentials: [-50, -10, 20], variable: "unblocked" });
    const ten = await record("NMDA", {
      weight: 1,
      params: { cMg: 10 },
      potentials: [-50 + shift, -10 + shift, 20 + shift],
      variable: "unblocked",
    });
    for (const k of [0, 1, 2]) expect(ten[k]).toBeCloseTo(one[k]!, 12);
    expect(await record("NMDA", { weight: 1, params: { cMg: 0 }, variable: "unblocked" })).toEqual([1, 1]);
  });

  it("Maex and De Schutter's is that of Jahr and Stevens, 10 mV further to the right", async () => {
    const maex = await record("NMDAMaexDeSchutter", { weight: 1, potentials: [-60, -30, 0], variable: "unblocked" });
    const jahr = await record("NMDA", {
      weight: 1,
      // Maex & De Schutter round 1/3.57 to 0.2801 per mM.
      params: { cMg: 1.2, KMg: 1 / 0.2801 },
      potentials: [-70, -40, -10],
      variable: "unblocked",
    });
    for (const k of [0, 1, 2]) expect(maex[k]).toBeCloseTo(jahr[k]!, 7);
  });
});

describe("receptors that bind transmitter", () => {
  it.each(["AMPAKinetic", "GABAAKinetic", "NMDAKinetic"])(
    "%s without unbinding: r = 1 − exp(−alpha·T0·tauT·(1 − e^(−t/tauT))), of order 4 in dt",
    async (synapse) => {
      const alpha = 1.3;
      const worst = async (dt: number): Promise<number> => {
        const params = { alpha, beta: 0, tauT: 1 };
        const r = await record(synapse, { weight: 0.5, params, dt, duration: 4, variable: "r" });
        return Math.max(...r.map((x, k) => Math.abs(x - (1 - Math.exp(-alpha * 0.5 * (1 - Math.exp(-k * dt)))))));
      };
      const [coarse, fine] = [await worst(0.2), await worst(0.1)];
      expect(fine).toBeLessThan(1e-6);
      expect(Math.abs(Math.log2(coarse / fine) - 4)).toBeLessThan(0.3);
    },
  );

  it("two states under steady transmitter settle at alpha·T/(alpha·T + beta) with rate alpha·T + beta", async () => {
    const params = { alpha: 1.1, beta: 0.19, tauT: 1e12 };
    const r = await record("AMPAKinetic", { weight: 0.3, params, duration: 10, variable: "r" });
    const rate = 1.1 * 0.3 + 0.19;
    r.forEach((x, k) => {
      expect(Math.abs(x - ((1.1 * 0.3) / rate) * (1 - Math.exp(-rate * k * 0.1)))).toBeLessThan(1e-7);
    });
  });

  it("five states under steady transmitter settle where each step is in balance", async () => {
    const params = { tauT: 1e12 };
    const at = async (variable: string) =>
      (await record("NMDAFiveState", { weight: 0.01, params, duration: 4000, variable })).at(-1)!;
    const c1 = (5 * 0.01) / 0.0129;
    const c2 = c1 * c1;
    const parts = { C0: 1, C1: c1, C2: c2, D: (c2 * 0.0084) / 0.0068, O: (c2 * 0.0465) / 0.0738 };
    const sum = Object.values(parts).reduce((a, b) => a + b);
    for (const [name, part] of Object.entries(parts)) expect(await at(name)).toBeCloseTo(part / sum, 6);
  });

  it("a G protein gates four times as steeply: balance of the cascade, and more than in proportion for small doses", async () => {
    const gated = async (T: number) =>
      (await record("GABAB", { weight: T, params: { tauT: 1e12 }, duration: 20_000, dt: 1, variable: "gated" })).at(
        -1,
      )!;
    const expected = (T: number) => {
      const G = (0.098 / 0.033) * ((0.52 * T) / (0.52 * T + 0.0013));
      return G ** 4 / (G ** 4 + 100);
    };
    for (const T of [0.0005, 0.002, 0.01]) expect(Math.abs((await gated(T)) / expected(T) - 1)).toBeLessThan(1e-6);
    const burst = Array.from({ length: 10 }, (_, k) => 5 * k);
    const peak = async (times: number[]) =>
      Math.max(...(await record("GABAB", { weight: 0.5, times, duration: 600, variable: "gated" })));
    // Destexhe et al. 1996: single spikes evoke next to nothing, bursts of spikes the full response.
    expect((await peak(burst)) / (await peak([0]))).toBeGreaterThan(100);
  });

  it("arrivals of one step saturate like arrivals one after another: (1 − g/gmax) falls by e^(−weight/gmax) each", async () => {
    const params = { gmax: 10, tau: 5 };
    const g = await record("SaturatingConductance", {
      weight: 4,
      params,
      times: [0, 0, 3],
      duration: 5,
      variable: "g",
    });
    const decay = (t: number) => Math.exp(-t / 5);
    const first = 10 * (1 - Math.exp(-0.8));
    const second = 10 - (10 - first * decay(3)) * Math.exp(-0.4);
    expect(g[20]).toBeCloseTo(first * decay(2), 6);
    expect(g[40]).toBeCloseTo(second * decay(1), 6);
  });
});

describe("receptors with a rise and a decay", () => {
  it.each(["AMPA", "GABAA", "Glycine", "NicotinicACh", "NMDA", "NMDAMaexDeSchutter"])(
    "%s: the weight is the peak, and the whole course the closed form",
    async (id) => {
      const { params } = synapseModels.find((s) => s.id === id)! as SynapseDeclaration;
      const [rise, decay] = [params.tauRise![0], params.tauDecay![0]];
      const g = await record(id, { weight: 3, duration: 100, variable: "g" });
      const course = (t: number) => Math.exp(-t / decay) - Math.exp(-t / rise);
      const peak = course((Math.log(decay / rise) * rise * decay) / (decay - rise));
      g.forEach((x, k) => {
        expect(Math.abs(x - (3 * course(0.1 * k)) / peak)).toBeLessThan(3 * 1e-12);
      });
    },
  );

  it.each(["AlphaCurrent", "AlphaConductance"])("%s: weight·(t/tau)·e^(1 − t/tau)", async (id) => {
    const variable = id === "AlphaCurrent" ? "i" : "g";
    const found = await record(id, { weight: 3, params: { tau: 1.7 }, duration: 20, variable });
    found.forEach((x, k) => {
      expect(Math.abs(x - 3 * ((0.1 * k) / 1.7) * Math.exp(1 - (0.1 * k) / 1.7))).toBeLessThan(1e-12);
    });
  });
});

describe("one source through several receptors", () => {
  it("AMPA and NMDA add their currents, each with its own course", async () => {
    const through = async (...synapses: string[]): Promise<number[]> => {
      const projections = synapses.map(
        (synapse): ProjectionSpec => ({
          name: synapse,
          from: "source",
          to: "cells",
          synapse,
          rule: { kind: "one-to-one" },
          weight: 1,
          delay: 1,
        }),
      );
      const engine = await SimulationEngine.fromDescription({
        version: 1,
        seed: 1,
        dt: 0.1,
        duration: 60,
        populations: [{ name: "source", model: "LIF", size: 1 }, clamped([-40])],
        projections,
        stimuli: [{ kind: "spikes", population: "source", times: [1], weight: 30, synapse: "Pulse" }],
        recorders: [{ kind: "state", population: "cells", variable: "I" }],
      });
      await engine.run();
      return Array.from(engine.recorded("I").data);
    };
    const [both, fast, slow] = [await through("AMPA", "NMDA"), await through("AMPA"), await through("NMDA")];
    both.forEach((I, k) => {
      expect(I).toBeCloseTo(fast[k]! + slow[k]!, 10);
    });
    expect(Math.max(...fast)).toBeGreaterThan(35);
    expect(slow[500]!).toBeGreaterThan(100 * fast[500]!);
  });
});

describe("bad values are refused at build", () => {
  it.each<[string, Record<string, number>, number, string, string]>([
    ["AMPA", { tauDecay: 0 }, 1, "PARAMETER_RANGE", "tauDecay"],
    ["AMPA", { tauRise: -1 }, 1, "PARAMETER_RANGE", "tauRise"],
    ["NMDA", { cMg: -1 }, 1, "PARAMETER_RANGE", "cMg"],
    ["AlphaConductance", {}, -1, "PARAMETER_RANGE", "a conductance of at least 0"],
    ["GABAB", {}, -0.5, "PARAMETER_RANGE", "a concentration of transmitter of at least 0"],
    ["SaturatingConductance", { gmax: 0 }, 1, "PARAMETER_RANGE", "gmax"],
  ])("%s with %j and weight %d", async (synapse, params, weight, code, text) => {
    await expect(record(synapse, { weight, params, variable: "T" })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(text),
    });
    const through = SimulationEngine.fromDescription({
      version: 1,
      seed: 1,
      dt: 0.1,
      duration: 1,
      populations: [clamped([-65, -65])],
      projections: [{ from: "cells", to: "cells", synapse, params, rule: { kind: "all-to-all" }, weight, delay: 1 }],
      stimuli: [],
      recorders: [],
    });
    await expect(through).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
  });
});
