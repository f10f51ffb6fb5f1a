/** Several threads: the bits of one thread, and no thread left behind when something goes wrong. */
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { PairSTDP, PlasticityScheduler, plasticityRules, SynapticScaling } from "wbe/plasticity";
import { decodeCheckpoint, type EngineOptions, type NetworkDescription, SimulationEngine } from "wbe/simulation";
import { spikeHash } from "../../src/simulation/spike-hash.js";
import { referenceHash } from "./reference-hash.js";

const reference = JSON.parse(
  readFileSync(new URL("../../examples/reference-network.json", import.meta.url), "utf8"),
) as NetworkDescription;
const catalogue = { rules: plasticityRules };

const open: SimulationEngine[] = [];
async function start(description: unknown, threads: number, options: EngineOptions = {}): Promise<SimulationEngine> {
  const engine = await SimulationEngine.fromDescription(description, { catalogue, ...options, threads });
  open.push(engine);
  return engine;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.dispose()));
});

/** Odd sizes, both precisions, neurons left out at rest, a population smaller than the number of threads, every rule, drawn weights and delays, currents by place. */
const mixed: NetworkDescription = {
  version: 1,
  seed: 9,
  dt: 0.1,
  duration: 120,
  populations: [
    {
      name: "a",
      model: "LIF",
      size: 37,
      params: { Vth: { normal: [-50, 1] } },
      init: { V: { uniform: [-65, -51] } },
      restTolerance: 1e-6,
    },
    { name: "b", model: "AdEx", size: 13, precision: "f32" },
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
      expect(engine.threads).toBe(threads);
      expect(engine.spikes()).toEqual(alone.spikes());
      for (const [variable, population] of [
        ["V", "a"],
        ["w", "b"],
      ] as const) {
        expect(engine.recorded(variable, population)).toEqual(alone.recorded(variable, population));
      }
      for (const name of alone.view().projections.map((p) => p.name)) {
        expect(engine.weights(name).data).toEqual(alone.weights(name).data);
      }
      expect(engine.view().projections).toEqual(alone.view().projections);
    },
  );

  it("name population, neuron and time when a state blows up, whatever thread has it, and go on from a checkpoint", async () => {
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
    await engine.run({ duration: 20 });
    const saved = await engine.save();
    await expect(engine.run()).rejects.toMatchObject({
      code: "NOT_FINITE",
      message: expect.stringMatching(/population "b", neuron 12/),
    });
    await expect(engine.run()).rejects.toMatchObject({ code: "UNSUPPORTED" });
    await engine.load(saved);
    await engine.run({ duration: 20 });
    expect(
      engine
        .view()
        .state("b", "V")
        .data.every((V) => V === 0),
    ).toBe(true);
    expect(engine.stepCount).toBe(400);
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

  it("do not wait for a thread that has died, name it, and leave none behind", async () => {
    const engine = await start({ ...mixed, duration: 1e6 }, 3);
    const workers = Reflect.get(Reflect.get(engine, "peers"), "workers") as { handle: { end(): Promise<void> } }[];
    const run = engine.run();
    setTimeout(() => void workers[1]!.handle.end(), 100);
    await expect(run).rejects.toMatchObject({ message: expect.stringContaining("thread 3 of 3 ended") });
    await expect(engine.run()).rejects.toMatchObject({ message: expect.stringContaining("thread 3 of 3 ended") });
  });

  it("couple membranes as one thread does", async () => {
    const gap = (from: string, to: string) => ({
      from,
      to,
      synapse: "GapJunction",
      rule: { kind: "fixed-in-degree" as const, k: 3 },
      weight: { uniform: [0.5, 2] as const },
      delay: 1,
    });
    // Neurons with electrical synapses are never left out.
    const populations = mixed.populations.map(({ restTolerance: _, ...population }) => population);
    const coupled = {
      ...mixed,
      populations,
      projections: [...mixed.projections, gap("a", "a"), gap("a", "b"), gap("b", "a")],
    };
    const [alone, engine] = await Promise.all([SimulationEngine.fromDescription(coupled), start(coupled, 2)]);
    await alone.run();
    await engine.run({ duration: 60 });
    engine.step();
    await engine.run();
    expect(engine.spikes()).toEqual(alone.spikes());
    expect(engine.recorded("V", "a")).toEqual(alone.recorded("V", "a"));
  });

  it("run schedulers, processes and rules, take settings, and save and load on any number", async () => {
    const learning: NetworkDescription = {
      ...mixed,
      projections: [
        ...mixed.projections.slice(0, 2),
        {
          name: "stdp",
          from: "a",
          to: "a",
          synapse: "ExpCurrent",
          rule: { kind: "bernoulli", p: 0.4 },
          weight: { uniform: [10, 20] },
          delay: { uniform: [1.5, 2] },
          axonalFraction: 0.7,
        },
      ],
    };
    const make = (threads: number) => {
      const plasticity = new PlasticityScheduler([
        new PairSTDP({ wMax: 100, appliesTo: ({ name }) => name === "stdp" }),
        new SynapticScaling({ targetRate: 20, every: 7, tau: 300 }),
      ]);
      return start(learning, threads, { plasticity });
    };
    const drive = async (engine: SimulationEngine): Promise<SimulationEngine> => {
      engine.set("b", { gL: 20, w: { uniform: [0, 10] } });
      engine.view().state("a", "V").data[36] = -52;
      return engine;
    };
    const one = await drive(await make(1));
    const two = await drive(await make(2));
    const V = two.view().state("a", "V").data;
    await one.run({ duration: 45.5 });
    await two.run({ duration: 45.5 });
    expect(V).toEqual(one.view().state("a", "V").data);
    const [fromOne, fromTwo] = [await one.save(), await two.save()];
    expect(fromTwo).toEqual(fromOne);
    const three = await make(3);
    await three.load(fromTwo);
    await two.load(fromOne);
    const again = await make(1);
    await again.load(fromTwo);
    for (const engine of [one, two, three, again]) await engine.run();
    const result = async (engine: SimulationEngine) => [await engine.save(), engine.spikes(), engine.weights("stdp")];
    const expected = await result(one);
    expect(one.spikes().step.length).toBeGreaterThan(200);
    for (const engine of [two, three, again]) expect(await result(engine)).toEqual(expected);
  });

  it("run from event to event, draw rows again, and act at given times, as one thread does", async () => {
    const acting: NetworkDescription = {
      ...mixed,
      duration: 60,
      populations: [
        { ...mixed.populations[0]!, params: undefined, restTolerance: undefined, method: "event-driven" },
        { ...mixed.populations[1]! },
        { ...mixed.populations[2]! },
      ],
      projections: [
        // Linear neurons take no conductances.
        ...mixed.projections.filter(({ from }) => from !== "b"),
        {
          name: "drawn again",
          from: "b",
          to: "a",
          synapse: "ExpCurrent",
          rule: { kind: "fixed-out-degree", k: 5 },
          weight: 30,
          delay: 1,
          storage: "procedural",
        },
      ],
      actions: [
        { kind: "set", at: 10.3, population: "a", values: { gL: 20, V: { uniform: [-60, -52] } } },
        { kind: "scale-weights", at: 20, projection: "a→b", factor: 1.5 },
        { kind: "lesion", at: 30, population: "b", neurons: [0, 12] },
        { kind: "cut", at: 45, projection: "c→a" },
        { kind: "snapshot", at: 50, name: "late", projections: ["a→b"] },
      ],
    };
    const [alone, engine] = await Promise.all([SimulationEngine.fromDescription(acting), start(acting, 2)]);
    await alone.run();
    await engine.run({ duration: 25.1 });
    engine.step();
    await engine.run();
    expect(alone.spikes().step.length).toBeGreaterThan(50);
    expect(engine.spikes()).toEqual(alone.spikes());
    expect(engine.recorded("V", "a")).toEqual(alone.recorded("V", "a"));
    expect(engine.snapshots()).toEqual(alone.snapshots());
    expect(await engine.save()).toEqual(await alone.save());
  });

  it("stand whole where an autosave found the disk full, and the last checkpoint is that of before", async () => {
    const engine = await start(mixed, 2);
    const files: Uint8Array[] = [];
    const write = async (bytes: Uint8Array): Promise<void> => {
      if (files.length === 2) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      files.push(bytes.slice());
    };
    const run = engine.run({ autosave: { every: 10, clock: "model", write } });
    await expect(run).rejects.toMatchObject({ code: "FILE", message: expect.stringContaining("ENOSPC") });
    expect(engine.stepCount).toBe(300);
    const alone = await SimulationEngine.resume(mixed, await decodeCheckpoint(files[1]!));
    expect(alone.stepCount).toBe(200);
    await alone.run();
    await engine.run();
    expect(engine.spikes()).toEqual(alone.spikes());
  });
});
