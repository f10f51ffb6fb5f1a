/** Neurons at rest are left out. The oracle is the run in single steps, before each of which all are woken. */
import { describe, expect, it } from "vitest";
import { type NetworkDescription, SimulationEngine } from "wbe/simulation";
import { bitsOf, richNetwork, run, scaling } from "./networks.js";

/** A sparse network of which a few neurons are driven for a while, so that most rest most of the time. */
function sparse(restTolerance: number | undefined, changes: Partial<NetworkDescription> = {}): NetworkDescription {
  return {
    version: 1,
    seed: 7,
    dt: 0.1,
    duration: 800,
    populations: [
      { name: "a", model: "LIF", size: 401, init: { V: { uniform: [-75, -60] } }, restTolerance },
      { name: "b", model: "AdEx", size: 203, restTolerance },
    ],
    projections: [
      {
        from: "a",
        to: "b",
        synapse: "ExpCurrent",
        rule: { kind: "bernoulli", p: 0.05 },
        weight: { uniform: [300, 900] },
        delay: { uniform: [1, 3] },
      },
      {
        from: "a",
        to: "a",
        synapse: "ExpCurrent",
        rule: { kind: "fixed-out-degree", k: 9 },
        weight: 300,
        delay: 1.4,
      },
      { from: "b", to: "a", synapse: "Pulse", rule: { kind: "fixed-in-degree", k: 5 }, weight: 2, delay: 0.8 },
    ],
    stimuli: [
      {
        kind: "poisson",
        population: "a",
        neurons: [0, 3, 400],
        rate: 900,
        synapse: "ExpCurrent",
        weight: 700,
        stop: 200,
      },
      { kind: "spikes", population: "a", neurons: [17], times: [590, 590.5], synapse: "ExpCurrent", weight: 5000 },
      { kind: "pulse", population: "b", neurons: [5, 6], amplitude: 900, start: 650, duration: 30 },
    ],
    recorders: [
      { kind: "spikes" },
      { kind: "state", population: "a", variable: "V", every: 1, neurons: [0, 1, 2, 17, 400] },
    ],
    ...changes,
  };
}

async function stepped(description: NetworkDescription, steps: number): Promise<SimulationEngine> {
  const engine = await SimulationEngine.fromDescription(description);
  for (let k = 0; k < steps; k++) engine.step();
  return engine;
}

describe("a population with a rest tolerance", () => {
  it("gives the bits of the dense run", async () => {
    const engine = await run(sparse(1e-6));
    expect(engine.spikes().step.length).toBeGreaterThan(100);
    expect(bitsOf(engine)).toEqual(bitsOf(await stepped(sparse(1e-6), 8000)));
  });

  it("fires the spikes of the population without one, when the tolerance is small", async () => {
    const [with_, without] = await Promise.all([run(sparse(1e-9)), run(sparse(undefined))]);
    expect([...with_.spikes().step]).toEqual([...without.spikes().step]);
    expect([...with_.spikes().neuron]).toEqual([...without.spikes().neuron]);
  });

  it("stops at most tolerance times time constant from where it was going", async () => {
    const engine = await run(sparse(1e-4, { stimuli: [], recorders: [] }));
    const { data } = engine.view().state("a", "V");
    const distance = Math.max(...Array.from(data, (V) => Math.abs(V + 70)));
    expect(distance).toBeGreaterThan(0);
    expect(distance).toBeLessThanOrEqual(1e-4 * 20 * (1 + 1e-9));
  });

  it("is woken by what processes, settings and plastic synapses do", async () => {
    const description = richNetwork();
    const populations = description.populations.map((p) => ({ ...p, restTolerance: 1e-3 }));
    const whole = await SimulationEngine.fromDescription({ ...description, populations }, scaling());
    await whole.run({ duration: 100 });
    whole.set("e", { EL: -61 });
    await whole.run({ duration: 100 });
    const steps = await SimulationEngine.fromDescription({ ...description, populations }, scaling());
    for (let k = 0; k < 1000; k++) steps.step();
    steps.set("e", { EL: -61 });
    for (let k = 0; k < 1000; k++) steps.step();
    expect(bitsOf(whole)).toEqual(bitsOf(steps));
  });

  it("continues from a checkpoint to the bit", async () => {
    const whole = await run(sparse(1e-6));
    const first = await SimulationEngine.fromDescription(sparse(1e-6));
    await first.run({ duration: 589.3 });
    const second = await SimulationEngine.resume(sparse(1e-6), await first.save());
    await second.run();
    expect(bitsOf(second)).toEqual(bitsOf(whole));
  });

  it("refuses a tolerance that is none", async () => {
    for (const bad of [0, -1, Number.NaN]) {
      await expect(SimulationEngine.fromDescription(sparse(bad))).rejects.toMatchObject({
        code: "DESCRIPTION_INVALID",
      });
    }
  });
});
