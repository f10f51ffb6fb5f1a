/** SynapticScaling: its rule step by step, and rates driven to their target in a closed loop. */
import { describe, expect, it } from "vitest";
import { PlasticityScheduler, SynapticScaling, type SynapticScalingOptions } from "wbe/plasticity";
import { SimulationEngine } from "wbe/simulation";
import { network, run } from "../simulation/networks.js";

/** Two neurons that fire at rates set by current alone, with silent inputs of 1 … 4 nS, and inhibition beside them. */
function drivenCells(scaling: SynapticScaling) {
  const projection = {
    from: "silent",
    to: "cells",
    synapse: "ExpConductance",
    rule: { kind: "all-to-all" },
    delay: 1,
  } as const;
  return SimulationEngine.fromDescription(
    network({
      populations: [
        { name: "silent", model: "LIF", size: 2 },
        { name: "cells", model: "LIF", size: 2 },
      ],
      projections: [
        { ...projection, name: "e", params: { Erev: 0 }, weight: { values: [1, 2, 3, 4] } },
        { ...projection, name: "i", params: { Erev: -80 }, weight: 1 },
      ],
      stimuli: [{ kind: "constant", population: "cells", amplitude: { values: [0, 600] } }],
      duration: 2000,
    }),
    { plasticity: new PlasticityScheduler([scaling]) },
  );
}

const options: SynapticScalingOptions = { targetRate: 20, every: 50, tauRate: 200, tau: 1000 };

/** The rule of the declaration, from spike counts per interval: weight factors of one neuron, one after the other. */
function factorsOf(
  counts: readonly number[],
  { targetRate, every = 50, tauRate = 200, tau = 1000 }: SynapticScalingOptions,
) {
  let rate = targetRate;
  return counts.map((count) => {
    rate += (1 - Math.exp(-every / tauRate)) * ((1000 * count) / every - rate);
    return Math.max(0, 1 + ((every / tau) * (targetRate - rate)) / targetRate);
  });
}

describe("SynapticScaling", () => {
  it("multiplies all excitatory inputs of a neuron by the factor of its own rate, and leaves inhibition alone", async () => {
    const engine = await drivenCells(new SynapticScaling({ ...options, wMax: 1000 }));
    await engine.run({ duration: 500 });
    const { step, neuron } = engine.spikes();
    const product = [2, 3].map((cell) => {
      // A spike stamped at the end of an interval belongs to it.
      const counts = Array.from(
        { length: 10 },
        (_, k) => step.filter((s, n) => neuron[n] === cell && s > 500 * k && s <= 500 * (k + 1)).length,
      );
      return factorsOf(counts, options).reduce((a, b) => a * b, 1);
    });
    const found = engine.weights("e").data;
    // Weights of static projections are kept in single precision: 6e-8 for each of ten products.
    [1, 2, 3, 4].forEach((weight, k) => {
      expect(Math.abs(found[k]! / (weight * product[k % 2]!) - 1)).toBeLessThan(1e-6);
    });
    expect(product[0]).toBeGreaterThan(1.1);
    expect(product[1]).toBeLessThan(0.9);
    expect([...engine.weights("i").data]).toEqual([1, 1, 1, 1]);
  });

  it("raises inputs of silent neurons up to wMax and no further, by default twice the largest", async () => {
    for (const [wMax, limit] of [
      [5, 5],
      [undefined, 8],
    ] as const) {
      const engine = await drivenCells(new SynapticScaling({ ...options, tau: 100, wMax }));
      await engine.run();
      const [a, , c] = engine.weights("e").data;
      expect([a, c]).toEqual([limit, limit]);
    }
  });

  it("never turns a weight negative, however fast the neuron fires", async () => {
    const engine = await drivenCells(new SynapticScaling({ ...options, targetRate: 0.1, tau: 50 }));
    await engine.run();
    expect(Math.min(...engine.weights("e").data)).toBe(0);
  });

  it("drives firing rates of a network from below and from above to the target", async () => {
    const measure = async (weight: number) => {
      const engine = await run(
        network({
          seed: 3,
          populations: [
            { name: "sources", model: "LIF", size: 80 },
            { name: "cells", model: "LIF", size: 10 },
          ],
          projections: [
            {
              name: "e",
              from: "sources",
              to: "cells",
              synapse: "ExpCurrent",
              params: { tau: 5 },
              rule: { kind: "all-to-all" },
              weight,
              delay: 1,
            },
          ],
          stimuli: [{ kind: "poisson", population: "sources", rate: 20, weight: 1000, synapse: "Pulse" }],
          duration: 20000,
        }),
        {
          plasticity: new PlasticityScheduler([
            new SynapticScaling({ targetRate: 10, tau: 1000, tauRate: 500, wMax: 500 }),
          ]),
        },
      );
      const { step, neuron } = engine.spikes();
      const rate = (from: number, to: number) =>
        step.filter((s, k) => neuron[k]! >= 80 && s > from * 10 && s <= to * 10).length / 10 / ((to - from) / 1000);
      return [rate(0, 200), rate(10000, 20000)] as const;
    };
    const [lowStart, lowEnd] = await measure(5);
    const [highStart, highEnd] = await measure(80);
    expect(lowStart).toBeLessThan(2);
    expect(highStart).toBeGreaterThan(30);
    // Poisson input moves the estimates of a rate by some 10 %.
    for (const end of [lowEnd, highEnd]) expect(Math.abs(end - 10)).toBeLessThan(1.5);
  });

  it("goes on from saved rates as if it had not stopped", async () => {
    const whole = await drivenCells(new SynapticScaling(options));
    await whole.run({ duration: 300 });
    const saved = await whole.save();
    expect(saved.arrays.get("processes/0/rates of cells")![0]).toBeCloseTo(20 * Math.exp(-300 / 200), 10);
    const resumed = await drivenCells(new SynapticScaling(options));
    await resumed.load(saved);
    await whole.run({ duration: 300 });
    await resumed.run({ duration: 300 });
    expect([...resumed.weights("e").data]).toEqual([...whole.weights("e").data]);
  });

  it("saves each of the engines that it serves as that engine's own", async () => {
    const shared = new SynapticScaling(options);
    const [a, b] = [await drivenCells(shared), await drivenCells(shared)];
    await a.run({ duration: 300 });
    const saved = await a.save();
    await b.load(saved);
    await a.run({ duration: 300 });
    await b.run({ duration: 300 });
    expect([...b.weights("e").data]).toEqual([...a.weights("e").data]);
  });

  it.each(["targetRate", "tauRate", "tau", "wMax"] as const)(
    "refuses what a scaling with another %s saved",
    async (name) => {
      const other = await drivenCells(new SynapticScaling({ ...options, [name]: 30 }));
      const engine = await drivenCells(new SynapticScaling(options));
      await expect(engine.load(await other.save())).rejects.toMatchObject({
        code: "DESCRIPTION_INVALID",
        message: expect.stringContaining("SynapticScaling"),
      });
    },
  );

  it("serves two engines that run in turn as two of its kind would", async () => {
    const shared = new SynapticScaling(options);
    const [a, b] = [await drivenCells(shared), await drivenCells(shared)];
    for (let k = 0; k < 6; k++) {
      await a.run({ duration: 70 });
      if (k < 2) await b.run({ duration: 70 });
    }
    const alone = await drivenCells(new SynapticScaling(options));
    await alone.run({ duration: 420 });
    expect([...a.weights("e").data]).toEqual([...alone.weights("e").data]);
  });

  it.each(["targetRate", "every", "tauRate", "tau"])("refuses a %s of 0", (name) => {
    expect(() => new SynapticScaling({ ...options, [name]: 0 })).toThrowError(
      expect.objectContaining({ code: "ARGUMENT", message: expect.stringContaining(name) }),
    );
  });

  it("refuses an interval that is no whole number of steps", async () => {
    await expect(drivenCells(new SynapticScaling({ ...options, every: 50.03 }))).rejects.toMatchObject({
      code: "ARGUMENT",
      message: expect.stringContaining("SynapticScaling"),
    });
  });
});
