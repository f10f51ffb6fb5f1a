import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { plasticityRules } from "wbe/plasticity";
import { SimulationEngine, spikeHash } from "wbe/simulation";
import reference from "../../examples/reference-network.json" with { type: "json" };
import type { SpikeData } from "../../src/core/spikes.js";
import { wbe } from "../cli/harness.js";
import { referenceHash } from "./reference-hash.js";

const spikes = (step: number[], neuron: number[]): SpikeData => ({
  step: Uint32Array.from(step),
  neuron: Uint32Array.from(neuron),
  dt: 0.1,
  nNeurons: 1000,
  startStep: 0,
  stopStep: 1000,
  populations: [],
  pulseTimes: [],
});

describe("spikeHash", () => {
  it("of no spikes is the SHA-256 of nothing (FIPS 180-4)", async () => {
    expect(await spikeHash(spikes([], []))).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });

  it("is the SHA-256 of (step, neuron) as little-endian u32 pairs", async () => {
    const bytes = Buffer.alloc(16);
    [3, 500, 0x01020304, 7].forEach((word, k) => {
      bytes.writeUInt32LE(word, 4 * k);
    });
    const expected = createHash("sha256").update(bytes).digest("hex");
    expect(await spikeHash(spikes([3, 0x01020304], [500, 7]))).toBe(expected);
  });

  it("does not depend on the order in which spikes are given, but on each step and neuron", async () => {
    const sorted = await spikeHash(spikes([1, 1, 2], [3, 4, 0]));
    expect(await spikeHash(spikes([2, 1, 1], [0, 4, 3]))).toBe(sorted);
    expect(await spikeHash(spikes([1, 1, 2], [3, 4, 1]))).not.toBe(sorted);
    expect(await spikeHash(spikes([1, 1, 3], [3, 4, 0]))).not.toBe(sorted);
  });
});

describe("the reference network", () => {
  async function runReference(changes: object = {}): Promise<SimulationEngine> {
    const engine = await SimulationEngine.fromDescription(
      { ...reference, ...changes },
      { catalogue: { rules: plasticityRules } },
    );
    await engine.run();
    return engine;
  }

  it("has the hash that is pinned, from the engine and from the command line", async () => {
    expect(await spikeHash((await runReference()).spikes())).toBe(referenceHash);
    const { code, out, err } = await wbe("hash examples/reference-network.json");
    expect([code, out, err]).toEqual([0, `${referenceHash}\n`, ""]);
  });

  it("makes every population fire and moves plastic weights, so that the hash stands for all parts", async () => {
    const engine = await runReference();
    const { neuron, populations } = engine.spikes();
    for (const { start, size } of populations) {
      expect(neuron.filter((n) => n >= start && n < start + size).length).toBeGreaterThan(3 * size);
    }
    const still = await SimulationEngine.fromDescription(reference, { catalogue: { rules: plasticityRules } });
    const before = still.weights("lif to lif").data;
    const moved = engine.weights("lif to lif").data.filter((w, k) => w !== before[k]);
    expect(moved.length).toBeGreaterThan(200);
  });

  it.each([
    ["another seed", { seed: 2027 }],
    ["no plasticity", { projections: reference.projections.map(({ plasticity: _, ...rest }) => rest) }],
    [
      "one delay a step longer",
      { projections: [{ ...reference.projections[0], delay: "0.85 ms" }, ...reference.projections.slice(1)] },
    ],
    [
      "one weight changed by 1e-3",
      { projections: [...reference.projections.slice(0, 5), { ...reference.projections[5], weight: 2.002 }] },
    ],
  ])("has another hash with %s", async (_, changes) => {
    expect(await spikeHash((await runReference(changes)).spikes())).not.toBe(referenceHash);
  });

  it.each([
    ["a file that is no JSON", ".ci/run", "FORMAT"],
    ["a file that is not there", "absent.json", "FILE"],
  ])("wbe hash refuses %s", async (_, file, code) => {
    expect((await wbe(["hash", file])).err).toContain(`error [${code}]`);
  });
});
