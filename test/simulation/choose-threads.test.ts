/** How many threads the engine gives a network: the rule on machines that the test makes up. */
import { describe, expect, it } from "vitest";
import { type NetworkDescription, SimulationEngine } from "wbe/simulation";
import { brunel2000, cobaHh, cuba } from "wbe/validation";
import { builtInModels, findNeuronModel } from "../../src/simulation/catalogue.js";
import { estimateThreads, type Machine } from "../../src/simulation/threads/choose-threads.js";

const two: Machine = { processors: 2, isBusy: false, isShared: true };
const choose = (description: NetworkDescription, machine: Machine) =>
  estimateThreads(
    description,
    description.populations.map((population) => findNeuronModel(population, builtInModels)),
    machine,
  );
const brunel = brunel2000({ regime: "AI", duration: 1000 });

describe("the engine's choice of threads", () => {
  it("is all processors for a large network, one for a small one or a short run", () => {
    expect(choose(brunel, two)).toMatchObject({ threads: 2, reason: expect.stringContaining("2.0 times") });
    expect(choose(brunel, { ...two, processors: 4 }).threads).toBe(4);
    expect(choose(cobaHh({ duration: 10_000 }), two).threads).toBe(2);
    for (const small of [cuba({ duration: 100_000 }), cobaHh({ duration: 100 })]) {
      expect(choose(small, two)).toMatchObject({ threads: 1, reason: expect.stringContaining("too small") });
    }
  });

  it("is one, with the reason, on a busy machine, without shared memory, and where lists need the whole network", () => {
    expect(choose(brunel, { ...two, isBusy: true })).toMatchObject({
      threads: 1,
      reason: expect.stringContaining("busy"),
    });
    expect(choose(brunel, { ...two, isShared: false })).toMatchObject({
      threads: 1,
      reason: expect.stringContaining("SharedArrayBuffer"),
    });
    const [first, ...others] = brunel.projections;
    const listed = { ...first!, name: "listed", weight: { values: [1] } };
    expect(choose({ ...brunel, projections: [listed, ...others] }, two)).toMatchObject({
      threads: 1,
      reason: expect.stringContaining('"listed"'),
    });
  });

  it("is as many as the memory needs, whatever the processors", () => {
    const size = 100_000;
    const huge: NetworkDescription = {
      version: 1,
      seed: 1,
      dt: 0.1,
      duration: 0.1,
      populations: [{ name: "n", model: "LIF", size }],
      projections: [
        {
          from: "n",
          to: "n",
          synapse: "ExpCurrent",
          rule: { kind: "fixed-in-degree", k: 10_000 },
          weight: { normal: [1, 0.1] },
          delay: 1,
        },
      ],
      stimuli: [],
      recorders: [],
    };
    // 10⁹ synapses of at least 6 bytes are 5.6 GiB and more.
    const { threads, reason } = choose(huge, two);
    expect(threads).toBeGreaterThanOrEqual(2);
    expect(reason).toContain("4 GiB");
    expect(choose(huge, { ...two, processors: 1, isBusy: true }).threads).toBe(threads);
  });

  it("refuses numbers that cannot be, and says what a share needs that is too large", async () => {
    for (const threads of [0, 1.5, 257]) {
      await expect(SimulationEngine.fromDescription(brunel, { threads })).rejects.toMatchObject({ code: "ARGUMENT" });
    }
    const one = await SimulationEngine.fromDescription(cuba({ size: 100, duration: 1 }));
    expect(one.threads).toBe(1);
    expect(one.threadsReason).toContain("too small");
  });
});
