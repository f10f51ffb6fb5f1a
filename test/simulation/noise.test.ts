/** Noise in a network: one seed, one outcome, on any number of threads, however a run is cut or resumed. */
import { afterEach, describe, expect, it } from "vitest";
import { type NetworkDescription, SimulationEngine } from "wbe/simulation";
import { spikeHash } from "../../src/simulation/spike-hash.js";

const noisy = {
  id: "NoisyLIF",
  source: "made up",
  params: { tau: [10, "ms"], mu: [-53, "mV"], sigma: [4, "mV"], tauI: [5, "ms"] },
  states: { V: [-60, "mV"], eta: [0, "mV"] },
  inputs: { I: "pA" },
  equations: `dV/dt = (mu - V + eta + I/(10 nS))/tau + sigma*sqrt(2/tau)*xi_V
    deta/dt = -eta/tauI + 1 mV*sqrt(2/tauI)*xi_eta`,
  spike: "V > -50 mV",
  reset: "V = -60 mV",
  refractory: "2 ms",
  method: "exponential-euler",
} as const;

const description = {
  version: 1,
  seed: 12,
  dt: 0.1,
  duration: 200,
  populations: [
    { name: "a", model: noisy, size: 23, params: { sigma: { uniform: [2, 5] } } },
    { name: "b", model: noisy, size: 14, method: "heun" },
  ],
  projections: [
    {
      from: "a",
      to: "b",
      synapse: "ExpCurrent",
      rule: { kind: "bernoulli", p: 0.3 },
      weight: 20,
      delay: { uniform: [0.5, 2] },
    },
    { from: "b", to: "a", synapse: "ExpCurrent", rule: { kind: "fixed-in-degree", k: 4 }, weight: -20, delay: 1.2 },
  ],
  stimuli: [],
  recorders: [{ kind: "spikes" }, { kind: "state", population: "a", variable: "eta", every: 5 }],
} as unknown as NetworkDescription;

const fresh = (changes: Partial<NetworkDescription> = {}) =>
  SimulationEngine.fromDescription({ ...description, ...changes });
const outcome = async (engine: SimulationEngine) => ({
  hash: await spikeHash(engine.spikes()),
  eta: [...engine.recorded("eta").data],
});
const whole = fresh().then(async (engine) => {
  await engine.run();
  return outcome(engine);
});

const open: SimulationEngine[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.dispose()));
});

describe("a network with noise", () => {
  it("fires, and fires otherwise with another seed", async () => {
    const engine = await fresh({ seed: 13 });
    await engine.run();
    expect(engine.spikes().step.length).toBeGreaterThan(200);
    expect((await outcome(engine)).hash).not.toBe((await whole).hash);
  });

  it.each([2, 3])("has the bits of one thread on %d", async (threads) => {
    const engine = await SimulationEngine.fromDescription(description, { threads });
    open.push(engine);
    await engine.run();
    expect(await outcome(engine)).toEqual(await whole);
  });

  it("has the same bits in uneven parts and step by step", async () => {
    const parts = await fresh();
    for (const duration of [0.1, 33.3, 66.6, 100]) await parts.run({ duration });
    expect(await outcome(parts)).toEqual(await whole);
    const steps = await fresh();
    for (let k = 0; k < 2000; k++) steps.step();
    expect(await outcome(steps)).toEqual(await whole);
  });

  it.each([0.1, 77.7, 150])("resumed at %d ms goes on to the bit", async (at) => {
    const first = await fresh();
    await first.run({ duration: at });
    const resumed = await SimulationEngine.resume(description, await first.save());
    await resumed.run();
    expect(await outcome(resumed)).toEqual(await whole);
  });

  it("is refused where neurons are left out: event-driven, and at rest", async () => {
    const one = (part: Record<string, unknown>) =>
      fresh({ populations: [{ name: "a", model: noisy, size: 2, ...part }], projections: [], recorders: [] });
    await expect(one({ method: "event-driven" })).rejects.toThrow(/noise|linear/);
    await expect(one({ restTolerance: 1e-6 })).rejects.toThrow(/noise xi_V never rests/);
  });

  it("with sigma set to 0 between runs is quiet from then on", async () => {
    const engine = await fresh();
    await engine.run({ duration: 50 });
    engine.set("b", { sigma: 0, mu: -58 });
    engine.set("a", { sigma: 0, mu: -58 });
    const before = engine.spikes().step.length;
    await engine.run({ duration: 20 });
    const settle = engine.spikes().step.length;
    await engine.run({ duration: 100 });
    expect(before).toBeGreaterThan(30);
    // eta, of 1 mV through the membrane, cannot lift V over the 8 mV that are left.
    expect(engine.spikes().step.length).toBe(settle);
  });
});
