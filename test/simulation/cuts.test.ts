/** A run gives the same bits however it is cut into calls, epochs and samples. */
import { describe, expect, it } from "vitest";
import { pairSTDPRule } from "wbe/plasticity";
import { type NetworkDescription, SimulationEngine } from "wbe/simulation";
import { bitsOf, network, richNetwork, run, scaling } from "./networks.js";

async function runCut(cuts: readonly number[] | "step", changes: Parameters<typeof richNetwork>[0] = {}) {
  const engine = await SimulationEngine.fromDescription(richNetwork(changes), scaling());
  if (cuts === "step") for (let k = 0; k < 3000; k++) engine.step();
  else for (const duration of cuts) await engine.run({ duration });
  return engine;
}

describe("a run of 300 ms with conductances, delays, STDP and scaling", () => {
  const whole = runCut([300]);

  it("fires, and its weights move", async () => {
    const engine = await whole;
    expect(engine.spikes().step.length).toBeGreaterThan(500);
    for (const { size, start } of engine.spikes().populations) {
      expect(engine.spikes().neuron.some((n) => n >= start && n < start + size)).toBe(true);
    }
    const fresh = await SimulationEngine.fromDescription(richNetwork(), scaling());
    for (const name of ["ee", "ee2", "he"]) {
      expect([...engine.weights(name).data]).not.toEqual([...fresh.weights(name).data]);
    }
  });

  it("equals the same run in two parts, to the bit", async () => {
    expect(bitsOf(await runCut([100.3, 199.7]))).toEqual(bitsOf(await whole));
  });

  it("equals the same run in many uneven parts", async () => {
    const cuts = Array.from({ length: 3000 / 60 }, (_, k) => (k % 2 ? 0.7 : 11.3));
    expect(bitsOf(await runCut(cuts))).toEqual(bitsOf(await whole));
  });

  it("equals 3000 single steps", async () => {
    expect(bitsOf(await runCut("step"))).toEqual(bitsOf(await whole));
  });

  it("equals the run with recorders of every step and of every third", async () => {
    const recorded = await runCut([300], {
      recorders: [
        { kind: "spikes" },
        { kind: "state", population: "e", variable: "V", every: 0.3 },
        { kind: "state", population: "i", variable: "w" },
      ],
    });
    expect(bitsOf(recorded)).toEqual(bitsOf(await whole));
  });

  it("equals the run whose weights are read in between", async () => {
    const engine = await SimulationEngine.fromDescription(richNetwork(), scaling());
    for (let k = 0; k < 100; k++) {
      await engine.run({ duration: 3 });
      engine.weights("ee");
      if (k % 3 === 0) engine.weights("ee2");
    }
    expect(bitsOf(engine)).toEqual(bitsOf(await whole));
  });
});

describe("many arrivals in one step through several projections into one port", () => {
  const synapse = { synapse: "ExpCurrent", params: { tau: 3 } } as const;
  const to = {
    from: "sources",
    to: "targets",
    ...synapse,
    rule: { kind: "all-to-all" },
    weight: { uniform: [0.1, 1] },
  } as const;
  const dense: NetworkDescription = network({
    duration: 100,
    populations: [
      { name: "sources", model: "LIF", size: 40, init: { V: { uniform: [-60, -50] } } },
      { name: "targets", model: "LIF", size: 9 },
    ],
    projections: [
      { ...to, name: "slow", delay: { uniform: [2, 4] } },
      {
        ...to,
        name: "plastic",
        delay: 3,
        axonalFraction: 0.7,
        plasticity: [{ rule: pairSTDPRule, params: { wMax: 2 } }],
      },
      { ...to, name: "fast", delay: { uniform: [1, 3] } },
      { ...to, name: "once", delay: 1.7 },
    ],
    stimuli: [
      { kind: "constant", population: "sources", amplitude: { normal: [2000, 300] } },
      { kind: "poisson", population: "targets", rate: 3000, weight: 0.37, ...synapse },
    ],
  });

  it("sums them in one order, whole or step by step", async () => {
    const whole = await run(dense);
    const stepped = await SimulationEngine.fromDescription(dense);
    for (let k = 0; k < 1000; k++) stepped.step();
    expect(whole.spikes().step.length).toBeGreaterThan(1000);
    expect(bitsOf(whole)).toEqual(bitsOf(stepped));
  });
});
