/** Checkpoints: a resumed run equals the uninterrupted one to the bit; what is no checkpoint of this network is refused. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeArrayFile } from "wbe/io";
import { PlasticityScheduler, plasticityRules, SynapticScaling } from "wbe/plasticity";
import {
  type Checkpoint,
  type CoupledProcess,
  decodeCheckpoint,
  type EngineOptions,
  encodeCheckpoint,
  type NetworkDescription,
  SimulationEngine,
  spikeHash,
} from "wbe/simulation";
import { network, richNetwork, scaling } from "./networks.js";
import { referenceHash } from "./reference-hash.js";

const reference: NetworkDescription = JSON.parse(
  readFileSync(new URL("../../examples/reference-network.json", import.meta.url), "utf8"),
);

/** The reference network with states recorded, and scaling. */
const everything: NetworkDescription = {
  ...reference,
  duration: 220,
  recorders: [
    { kind: "spikes" },
    { kind: "state", population: "hh", variable: "V", every: 0.35, neurons: [0, 6] },
    { kind: "state", population: "adex", variable: "w", every: 1 },
  ],
};
const withScaling = (): EngineOptions => ({
  catalogue: { rules: plasticityRules },
  plasticity: new PlasticityScheduler([new SynapticScaling({ targetRate: 8, every: 10, tau: 200, tauRate: 100 })]),
});

const fresh = (description = everything) => SimulationEngine.fromDescription(description, withScaling());

const digest = (data: Uint8Array | Uint32Array | Float64Array): string =>
  createHash("sha256")
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest("hex")
    .slice(0, 16);

/** A hash of every array of a checkpoint: equal exactly when all bits are. */
function bits({ arrays, ...header }: Checkpoint): Record<string, unknown> {
  return { ...header, ...Object.fromEntries([...arrays].map(([name, data]) => [name, digest(data as Uint8Array)])) };
}

/**
 * All of an engine, whatever the epochs were. Reading weights brings plasticity to one moment. Within a few steps the
 * records hold the spikes of one population before those of the next, so they are compared as users get them: sorted.
 */
async function all(engine: SimulationEngine): Promise<Record<string, unknown>> {
  for (const { name } of engine.view().projections) engine.weights(name);
  const { step, neuron } = engine.spikes();
  return { ...bits(await engine.save()), "spikes/step": digest(step), "spikes/neuron": digest(neuron) };
}

describe("a run of the reference network with scaling and recorders", () => {
  const whole = (async () => {
    const engine = await fresh();
    await engine.run();
    return engine;
  })();
  const expected = whole.then(all);

  it("fires in every population and moves weights", async () => {
    const engine = await whole;
    const { neuron, populations } = engine.spikes();
    for (const { start, size } of populations) {
      expect(neuron.some((n) => n >= start && n < start + size)).toBe(true);
    }
    const initial = await fresh();
    for (const name of ["lif to lif", "lif to adex", "hh to adex"]) {
      expect([...engine.weights(name).data]).not.toEqual([...initial.weights(name).data]);
    }
  });

  it("equals the run that is saved to a file at any step and resumed in a new engine", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 4400 }), async (cut) => {
        const first = await fresh();
        await first.run({ duration: cut * 0.05 });
        const file = await encodeCheckpoint(await first.save());
        const second = await SimulationEngine.resume(everything, await decodeCheckpoint(file), withScaling());
        expect(second.stepCount).toBe(cut);
        await second.run();
        expect(await all(second)).toEqual(await expected);
      }),
      // Starts, changes of current, input spikes, steps of scaling and the end; the rest at random.
      { numRuns: 25, seed: 4, examples: [0, 1, 199, 200, 201, 2000, 2401, 3999, 4000, 4400].map((cut) => [cut]) },
    );
  });

  it("equals the run that was saved and resumed every few milliseconds", async () => {
    let engine = await fresh();
    while (engine.stepCount < 4400) {
      await engine.run({ duration: Math.min(7.85, 0.05 * (4400 - engine.stepCount)) });
      const saved = await engine.save();
      engine = await fresh();
      await engine.load(saved);
    }
    expect(await all(engine)).toEqual(await expected);
  });

  it("is not changed by being saved", async () => {
    const engine = await fresh();
    for (let k = 0; k < 44; k++) {
      await engine.run({ duration: 5 });
      await engine.save();
    }
    expect(await all(engine)).toEqual(await expected);
  });

  it("gives the published hash when resumed at its middle", async () => {
    const options = { catalogue: { rules: plasticityRules } };
    const first = await SimulationEngine.fromDescription(reference, options);
    await first.run({ duration: 250 });
    const second = await SimulationEngine.resume(reference, await first.save(), options);
    await second.run();
    expect(await spikeHash(second.spikes())).toBe(referenceHash);
  });
});

describe("a network with several plastic projections into shared ports, gap junctions and pulses", () => {
  const rich = richNetwork({ duration: 120 });
  rich.projections.push({
    name: "gap",
    from: "h",
    to: "h",
    synapse: "GapJunction",
    rule: { kind: "all-to-all" },
    weight: 0.01,
    delay: 1,
  });

  it.each([rich, { ...rich, projections: rich.projections.slice(0, -1) }])(
    "resumes to the bit at every seventh millisecond",
    async (description) => {
      const whole = await SimulationEngine.fromDescription(description, scaling());
      await whole.run();
      const expected = await all(whole);
      const runner = await SimulationEngine.fromDescription(description, scaling());
      const resumed = await SimulationEngine.fromDescription(description, scaling());
      while (runner.stepCount < 1190) {
        await runner.run({ duration: 7 });
        await resumed.load(await runner.save());
        await resumed.run();
        expect(await all(resumed)).toEqual(expected);
      }
    },
  );
});

describe("a target that fires often while its source is silent", () => {
  // Its history holds as many spikes as fit between two flushes: one that is not flushed in time forgets some.
  const description = network({
    duration: 600,
    populations: [
      { name: "source", model: "LIF", size: 1 },
      { name: "target", model: "LIF", size: 1, params: { tRef: 0 } },
    ],
    projections: [
      {
        name: "plastic",
        from: "source",
        to: "target",
        synapse: "ExpCurrent",
        rule: { kind: "all-to-all" },
        weight: 1,
        delay: 1,
        plasticity: [{ rule: "PairSTDP", params: { wMax: 2, tauPlus: 500, APlus: 0.001 } }],
      },
    ],
    stimuli: [
      { kind: "spikes", population: "source", times: [1, 590], weight: 100_000, synapse: "ExpCurrent" },
      { kind: "constant", population: "target", amplitude: 3000 },
    ],
  });
  const options = { catalogue: { rules: plasticityRules } };

  it("forgets none of its spikes when it is saved and resumed", async () => {
    const whole = await SimulationEngine.fromDescription(description, options);
    await whole.run();
    expect(whole.spikes().step.length).toBeGreaterThan(200);
    let engine = await SimulationEngine.fromDescription(description, options);
    while (engine.stepCount < 6000) {
      await engine.run({ duration: 20 });
      engine = await SimulationEngine.resume(description, await engine.save(), options);
    }
    expect(engine.weights("plastic").data[0]).toBe(whole.weights("plastic").data[0]);
  });
});

describe("save and load", () => {
  it("loading what was just saved changes nothing, and saving again gives the same bits", async () => {
    const engine = await fresh();
    await engine.run({ duration: 61.3 });
    const saved = await engine.save();
    await engine.load(saved);
    expect(bits(await engine.save())).toEqual(bits(saved));
  });

  it("a checkpoint is a copy: the engine runs on without changing it", async () => {
    const engine = await fresh();
    await engine.run({ duration: 30 });
    const saved = await engine.save();
    const before = bits(saved);
    await engine.run({ duration: 30 });
    expect(bits(saved)).toEqual(before);
    await engine.load(saved);
    await engine.run({ duration: 30 });
    expect(bits(saved)).toEqual(before);
  });

  it("an engine goes back to an earlier checkpoint, and its records with it", async () => {
    const engine = await fresh();
    await engine.run({ duration: 50 });
    const early = await engine.save();
    await engine.run({ duration: 100 });
    const late = await all(engine);
    await engine.load(early);
    expect(engine.spikes().stopStep).toBe(1000);
    expect(engine.spikes().step.every((step) => step <= 1000)).toBe(true);
    await engine.run({ duration: 100 });
    expect(await all(engine)).toEqual(late);
  });

  it("goes through structured cloning (to a worker, into IndexedDB)", async () => {
    const engine = await fresh();
    await engine.run({ duration: 20 });
    const saved = await engine.save();
    const other = await fresh();
    await other.load(structuredClone(saved));
    expect(bits(await other.save())).toEqual(bits(saved));
  });

  it("keeps a weight and a state that were written through a view", async () => {
    const engine = await fresh();
    await engine.run({ duration: 20 });
    engine.weights("lif to adex").data[3] = 17;
    engine.view().state("lif", "V").data[5] = -51;
    const other = await SimulationEngine.resume(everything, await engine.save(), withScaling());
    expect(other.weights("lif to adex").data[3]).toBe(17);
    expect(other.view().state("lif", "V").data[5]).toBe(-51);
  });

  it("a description that went through JSON, with another name and duration, fits", async () => {
    const engine = await fresh();
    await engine.run({ duration: 20 });
    const copy = JSON.parse(JSON.stringify({ ...everything, name: "again", duration: 1000 }));
    const other = await SimulationEngine.resume(copy, await engine.save(), withScaling());
    expect(other.time).toBe(20);
  });

  it("edges fit whether they were a plain or a typed array", async () => {
    const source = Array.from({ length: 200 }, (_, k) => (k * 7) % 40);
    const make = (edges: number[] | Uint32Array) =>
      network({
        cells: { size: 40 },
        projections: [
          {
            from: "cells",
            to: "cells",
            synapse: "Pulse",
            rule: { kind: "edges", source: edges, target: edges },
            weight: 1,
            delay: 1,
          },
        ],
      });
    const saved = await (await SimulationEngine.fromDescription(make(source))).save();
    await SimulationEngine.resume(make(Uint32Array.from(source)), saved);
    source[199] = 1;
    await expect(SimulationEngine.resume(make(source), saved)).rejects.toMatchObject({ code: "DESCRIPTION_INVALID" });
  });
});

describe("a checkpoint of something else", () => {
  const saved = (async () => {
    const engine = await fresh();
    await engine.run({ duration: 100 });
    return engine.save();
  })();
  const changed = (change: (description: NetworkDescription) => void): NetworkDescription => {
    const copy = structuredClone(everything);
    change(copy);
    return copy;
  };

  it.each<[string, NetworkDescription]>([
    [
      "seed",
      changed((d) => {
        d.seed++;
      }),
    ],
    [
      "dt",
      changed((d) => {
        d.dt = 0.025;
      }),
    ],
    [
      "size",
      changed((d) => {
        d.populations[1]!.size++;
      }),
    ],
    [
      "parameter",
      changed((d) => {
        d.populations[1]!.params = { b: 21 };
      }),
    ],
    [
      "model",
      changed((d) => {
        d.populations[1]!.model = "LIF";
        d.populations[1]!.params = {};
        d.recorders = [];
      }),
    ],
    [
      "method",
      changed((d) => {
        d.populations[2]!.method = "heun";
      }),
    ],
    [
      "weight",
      changed((d) => {
        d.projections[2]!.weight = -71;
      }),
    ],
    [
      "order of projections",
      changed((d) => {
        d.projections.reverse();
      }),
    ],
    [
      "rule of plasticity",
      changed((d) => {
        d.projections[0]!.plasticity![0]!.params!.APlus = 0.01;
      }),
    ],
    [
      "stimulus",
      changed((d) => {
        d.stimuli.pop();
      }),
    ],
    [
      "recorder",
      changed((d) => {
        d.recorders.pop();
      }),
    ],
  ])("is refused where the %s differs", async (_, description) => {
    await expect(SimulationEngine.resume(description, await saved, withScaling())).rejects.toMatchObject({
      code: "DESCRIPTION_INVALID",
      message: expect.stringContaining("another network"),
    });
  });

  it("is refused where the processes differ", async () => {
    await expect(
      SimulationEngine.resume(everything, await saved, { catalogue: { rules: plasticityRules } }),
    ).rejects.toMatchObject({ code: "DESCRIPTION_INVALID" });
  });

  it("is refused where it is of another version", async () => {
    const engine = await fresh();
    await expect(engine.load({ ...(await saved), version: 5 })).rejects.toMatchObject({
      code: "DESCRIPTION_INVALID",
      message: expect.stringContaining("version 4, found 5"),
    });
    const { arrays, ...header } = await saved;
    await expect(
      decodeCheckpoint(await encodeArrayFile({ header: { ...header, version: 5 }, arrays })),
    ).rejects.toMatchObject({ code: "DESCRIPTION_INVALID" });
  });

  it("leaves the engine as it was", async () => {
    const other = await fresh({ ...everything, seed: 1 });
    await other.run({ duration: 5 });
    const before = bits(await other.save());
    await expect(other.load(await saved)).rejects.toMatchObject({ code: "DESCRIPTION_INVALID" });
    const { arrays, ...header } = await other.save();
    for (const name of arrays.keys()) {
      if (name.startsWith("processes/")) continue;
      const lacking = new Map(arrays);
      lacking.delete(name);
      await expect(other.load({ ...header, arrays: lacking })).rejects.toMatchObject({ code: "FORMAT" });
      const longer = new Map(arrays).set(name, new Float64Array(arrays.get(name)!.length + 1));
      await expect(other.load({ ...header, arrays: longer })).rejects.toMatchObject({ code: "FORMAT" });
    }
    await expect(
      other.load({ ...header, arrays: new Map(arrays).set("more", new Float64Array(1)) }),
    ).rejects.toMatchObject({ code: "FORMAT", message: expect.stringContaining('"more"') });
    await expect(other.load({ ...header, step: -1, arrays })).rejects.toMatchObject({ code: "FORMAT" });
    expect(bits(await other.save())).toEqual(before);
  });

  it("with a neuron that does not exist among its spikes is refused", async () => {
    const engine = await fresh();
    const { arrays, ...header } = await saved;
    const neurons = arrays.get("spikes/neuron")!.slice().fill(85);
    await expect(
      engine.load({ ...header, arrays: new Map(arrays).set("spikes/neuron", neurons) }),
    ).rejects.toMatchObject({ code: "FORMAT", message: expect.stringContaining("spikes/neuron") });
  });
});

describe("an engine whose run ended inside a step", () => {
  const spoil = (): CoupledProcess => ({
    id: "spoil",
    every: 20,
    attach: () => {},
    step: (t, engine) => {
      if (t === 60 && !mended) engine.state("cells", "V").data[1] = Number.NaN;
    },
    save: () => ({}),
    load: () => {},
  });
  let mended = false;

  it("is neither saved nor run on, and a checkpoint mends it", async () => {
    const description = network({
      cells: { size: 3 },
      stimuli: [{ kind: "constant", population: "cells", amplitude: 400 }],
    });
    const engine = await SimulationEngine.fromDescription(description, { processes: [spoil()] });
    await engine.run({ duration: 50 });
    const saved = await engine.save();
    await expect(engine.run()).rejects.toMatchObject({ code: "NOT_FINITE" });
    for (const act of [() => engine.save(), () => engine.run(), async () => engine.step()]) {
      await expect(act()).rejects.toMatchObject({
        code: "UNSUPPORTED",
        message: expect.stringContaining("checkpoint"),
      });
    }
    mended = true;
    await engine.load(saved);
    await engine.run();
    const whole = await SimulationEngine.fromDescription(description, { processes: [spoil()] });
    await whole.run();
    expect(await all(engine)).toEqual(await all(whole));
  });
});

describe("the bytes of a checkpoint", () => {
  const tiny = network({ cells: { size: 2 }, duration: 5 });
  const file = (async () => encodeCheckpoint(await (await SimulationEngine.fromDescription(tiny)).save()))();

  it("are refused when cut short, at every length", async () => {
    const bytes = await file;
    expect(bytes.length).toBeLessThan(4000);
    for (let length = 0; length < bytes.length; length++) {
      await expect(decodeCheckpoint(bytes.subarray(0, length), "net.ckpt")).rejects.toMatchObject({ code: "FORMAT" });
    }
  });

  it("are refused when any one bit is changed, or several bytes", async () => {
    const bytes = await file;
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const copy = bytes.slice();
      copy[bit >> 3]! ^= 1 << (bit & 7);
      await expect(decodeCheckpoint(copy)).rejects.toMatchObject({ code: "FORMAT" });
    }
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 })), { minLength: 1 }),
        async (changes) => {
          const copy = bytes.slice();
          for (const [at, mask] of changes) copy[at]! ^= mask;
          fc.pre(copy.some((byte, k) => byte !== bytes[k]));
          await expect(decodeCheckpoint(copy)).rejects.toMatchObject({ code: "FORMAT" });
        },
      ),
      { numRuns: 200 },
    );
  });

  it("are refused with more behind them, and when they are something else", async () => {
    const bytes = await file;
    const longer = new Uint8Array(bytes.length + 1);
    longer.set(bytes);
    await expect(decodeCheckpoint(longer)).rejects.toMatchObject({ code: "FORMAT" });
    await expect(decodeCheckpoint(new TextEncoder().encode('{"version":1}'), "net.json")).rejects.toMatchObject({
      code: "FORMAT",
      message: expect.stringContaining("net.json"),
    });
    await expect(
      decodeCheckpoint(await encodeArrayFile({ header: { format: "other" }, arrays: new Map() })),
    ).rejects.toMatchObject({ code: "FORMAT" });
    await expect(
      decodeCheckpoint(
        await encodeArrayFile({ header: { format: "wbe-checkpoint", version: 4, step: -1 }, arrays: new Map() }),
      ),
    ).rejects.toMatchObject({ code: "FORMAT" });
  });

  it("are read at any offset of a larger buffer", async () => {
    const bytes = await file;
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const checkpoint = await decodeCheckpoint(shifted.subarray(3));
    expect(bits(checkpoint)).toEqual(bits(await decodeCheckpoint(bytes)));
  });
});
