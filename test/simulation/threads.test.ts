/** Several threads: the bits of one thread, and no thread left behind when something goes wrong. */
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { plasticityRules } from "wbe/plasticity";
import { type NetworkDescription, SimulationEngine, ThreadedEngine } from "wbe/simulation";
import { spikeHash } from "../../src/simulation/spike-hash.js";
import { referenceHash } from "./reference-hash.js";

const reference = JSON.parse(
  readFileSync(new URL("../../examples/reference-network.json", import.meta.url), "utf8"),
) as NetworkDescription;
const catalogue = { rules: plasticityRules };

const open: ThreadedEngine[] = [];
async function start(description: unknown, threads: number): Promise<ThreadedEngine> {
  const engine = await ThreadedEngine.fromDescription(description, { threads, catalogue });
  open.push(engine);
  return engine;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.dispose()));
});

/** Odd sizes, a population smaller than the number of threads, every rule, drawn weights and delays, currents by place. */
const mixed: NetworkDescription = {
  version: 1,
  seed: 9,
  dt: 0.1,
  duration: 120,
  populations: [
    { name: "a", model: "LIF", size: 37, params: { Vth: { normal: [-50, 1] } }, init: { V: { uniform: [-65, -51] } } },
    { name: "b", model: "AdEx", size: 13 },
    { name: "c", model: "LIF", size: 1 },
  ],
  projections: [
    {
      from: "a",
      to: "b",
      synapse: "ExpConductance",
      rule: { kind: "bernoulli", p: 0.3 },
      weight: { lognormal: [4, 0.5] },
      delay: { uniform: [0.5, 3] },
    },
    {
      from: "b",
      to: "a",
      synapse: "ExpConductance",
      params: { Erev: -80 },
      rule: { kind: "fixed-in-degree", k: 3 },
      weight: 3,
      delay: 1,
    },
    {
      from: "a",
      to: "a",
      synapse: "ExpCurrent",
      rule: { kind: "fixed-out-degree", k: 4 },
      weight: { normal: [20, 4] },
      delay: 0.7,
    },
    {
      from: "a",
      to: "a",
      name: "total",
      synapse: "ExpCurrent",
      rule: { kind: "fixed-total", n: 200 },
      weight: 15,
      delay: { normal: [1.5, 0.5], clip: [0.1, 5] },
    },
    { from: "c", to: "a", synapse: "ExpCurrent", rule: { kind: "all-to-all" }, weight: 10, delay: 2 },
    {
      from: "a",
      to: "c",
      synapse: "ExpCurrent",
      rule: { kind: "edges", source: [36, 1, 1], target: [0, 0, 0] },
      weight: { values: [300, 200, 100] },
      delay: { values: [1, 2, 3] },
    },
  ],
  stimuli: [
    {
      kind: "constant",
      population: "a",
      neurons: [36, 2, 5, 20],
      amplitude: { values: [400, 300, 350, 320] },
      start: 10,
      stop: 90,
    },
    { kind: "poisson", population: "a", rate: 8000, weight: 30, synapse: "ExpCurrent" },
    { kind: "spikes", population: "b", neurons: [12, 0], times: [5, 5, 40.2], weight: 60, synapse: "ExpConductance" },
  ],
  recorders: [
    { kind: "spikes" },
    { kind: "state", population: "a", variable: "V", every: 0.5, neurons: [36, 0, 17] },
    { kind: "state", population: "b", variable: "w", every: 2 },
  ],
};

describe("threads", () => {
  it.each([2, 3])("%d: the reference network has the pinned hash", async (threads) => {
    const engine = await start(reference, threads);
    await engine.run();
    expect(await spikeHash(engine.spikes())).toBe(referenceHash);
  });

  it.each([2, 5])(
    "%d: every rule, stimulus and recorder gives the bits of one thread, in one run or in pieces",
    async (threads) => {
      const [alone, engine] = await Promise.all([SimulationEngine.fromDescription(mixed), start(mixed, threads)]);
      await alone.run();
      for (const duration of [33.3, 50, 36.7]) await engine.run({ duration });
      expect(alone.spikes().step.length).toBeGreaterThan(100);
      expect(engine.spikes()).toEqual(alone.spikes());
      for (const [variable, population] of [
        ["V", "a"],
        ["w", "b"],
      ] as const) {
        expect(engine.recorded(variable, population)).toEqual(alone.recorded(variable, population));
      }
      for (const name of alone.view().projections.map((p) => p.name)) {
        expect((await engine.weights(name)).data).toEqual(alone.weights(name).data);
      }
    },
  );

  it("name population, neuron and time when a state blows up, whatever worker has it, and run no more", async () => {
    const explosive = {
      id: "Explosive",
      source: "dV/dt = V² has no solution beyond t = 1/V(0)",
      params: {},
      states: { V: [0, "mV"] },
      equations: "dV/dt = V*V/(1 mV * 1 ms) + I/(1 pF)",
      spike: "V < -1 mV",
      method: "euler",
    };
    const [a, , c] = mixed.populations;
    const engine = await start(
      {
        ...mixed,
        populations: [a, { name: "b", model: explosive, size: 13 }, c],
        projections: [],
        stimuli: [{ kind: "constant", population: "b", neurons: [12], amplitude: 100, start: 50 }],
        recorders: [],
      },
      2,
    );
    await expect(engine.run()).rejects.toMatchObject({
      code: "NOT_FINITE",
      message: expect.stringMatching(/population "b", neuron 12/),
    });
    await expect(engine.run()).rejects.toMatchObject({ code: "NOT_FINITE" });
  });

  it("report faults of the description as one thread does", async () => {
    await expect(start({ ...mixed, dt: 0 }, 2)).rejects.toMatchObject({ code: "ARGUMENT" });
    const unknown = { ...mixed, populations: [{ ...mixed.populations[0]!, model: "LIFF" }] };
    await expect(start(unknown, 2)).rejects.toMatchObject({
      code: "NAME_UNKNOWN",
      message: expect.stringContaining("LIF"),
    });
    await expect(start(mixed, 0)).rejects.toMatchObject({ code: "ARGUMENT" });
  });

  it("stop at one step when cancelled, and go on from there", async () => {
    const long = { ...mixed, duration: 20_000 };
    const engine = await start(long, 2);
    const cancel = new AbortController();
    const progress: number[] = [];
    const run = engine.run({
      signal: cancel.signal,
      onProgress: (time) => {
        progress.push(time);
        if (time > 0) cancel.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ code: "CANCELLED" });
    const { stepCount } = engine;
    expect(stepCount).toBeGreaterThan(0);
    expect(stepCount).toBeLessThan(200_000);
    await engine.run({ duration: 20 });
    const alone = await SimulationEngine.fromDescription(long);
    await alone.run({ duration: (stepCount + 200) * 0.1 });
    expect(engine.spikes()).toEqual(alone.spikes());
  });

  it("do not wait for a worker that has died", async () => {
    const engine = await start({ ...mixed, duration: 1e6 }, 2);
    const workers = Reflect.get(engine, "workers") as { end(): Promise<void> }[];
    const run = engine.run();
    setTimeout(() => void workers[1]!.end(), 100);
    await expect(run).rejects.toMatchObject({ message: expect.stringContaining("a worker ended") });
  });

  it("refuse what needs the whole network in one memory", async () => {
    const gap = {
      from: "a",
      to: "a",
      synapse: "GapJunction",
      rule: { kind: "fixed-in-degree", k: 1 },
      weight: 1,
      delay: 1,
    };
    await expect(start({ ...mixed, projections: [gap] }, 2)).rejects.toMatchObject({ code: "UNSUPPORTED" });
    const listed = { ...mixed.projections[0], weight: { values: [1, 2, 3] }, rule: { kind: "fixed-total", n: 3 } };
    await expect(start({ ...mixed, projections: [listed] }, 2)).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });
});
