/** Records streamed to a store: the same numbers as in memory, whole at any time, without gap or duplicate after a kill. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { memoryStore, readZarr, seriesOf, spikesOf, statesOf, type ZarrStore } from "wbe/io";
import { plasticityRules } from "wbe/plasticity";
import { decodeCheckpoint, type NetworkDescription, SimulationEngine } from "wbe/simulation";
import { streamStore } from "../../src/io/run-folder.node.js";
import { richNetwork } from "./networks.js";

const options = { catalogue: { rules: plasticityRules } };
const description = richNetwork({
  duration: 200,
  recorders: [
    { kind: "spikes" },
    { kind: "state", population: "e", variable: "V", every: 0.3 },
    { kind: "state", population: "i", variable: "ExpConductance.g", every: 1, neurons: [3, 0] },
    { kind: "rate", population: "e", every: 2.5 },
    { kind: "weights", projection: "ee", every: 10 },
    { kind: "weights", projection: "ee2", every: 5, summary: "moments" },
  ],
});
const fresh = (given: NetworkDescription = description) => SimulationEngine.fromDescription(given, options);

async function inMemory() {
  const engine = await fresh();
  await engine.run();
  return {
    spikes: engine.spikes(),
    states: [engine.recorded("V"), engine.recorded("ExpConductance.g")],
    rates: engine.rates(),
    weights: engine.weightSamples(),
  };
}
const expected = inMemory();

/** Reads a stream, whatever was running meanwhile. */
async function read(store: ZarrStore) {
  const contents = await readZarr(store);
  return {
    spikes: spikesOf(contents)!,
    states: statesOf(contents),
    rates: seriesOf("rates", contents),
    weights: seriesOf("weights", contents),
  };
}

async function expectAll(store: ZarrStore): Promise<void> {
  const found = await read(store);
  const { spikes, states, rates, weights } = await expected;
  expect(spikes.step.length).toBeGreaterThan(500);
  expect(found.spikes).toMatchObject(spikes);
  expect(found.states).toEqual(states);
  expect(found.rates).toEqual(rates);
  expect(found.weights).toEqual(weights);
}

describe("a streamed run", () => {
  it("gives the numbers of a run in memory, whole or in pieces", async () => {
    const store = memoryStore();
    const engine = await fresh();
    await engine.run({ stream: { store } });
    await expectAll(store);
    const pieces = memoryStore();
    const other = await fresh();
    for (const duration of [0, 0.1, 33.3, 66.6, 0, 100]) await other.run({ duration, stream: { store: pieces } });
    await expectAll(pieces);
  });

  it("gives the same numbers on two threads", async () => {
    const store = memoryStore();
    const engine = await SimulationEngine.fromDescription(description, { ...options, threads: 2 });
    try {
      await engine.run({ duration: 77.7, stream: { store } });
      await engine.run({ stream: { store } });
    } finally {
      await engine.dispose();
    }
    await expectAll(store);
  });

  it("takes over what was recorded before, and leaves to memory what comes after", async () => {
    const store = memoryStore();
    const engine = await fresh();
    await engine.run({ duration: 50 });
    await engine.run({ duration: 70, stream: { store } });
    expect(engine.spikes()).toMatchObject({ startStep: 1200, stopStep: 1200 });
    expect(engine.spikes().step).toHaveLength(0);
    await engine.run();
    const { spikes, states, rates } = await expected;
    const after = spikes.step.findIndex((step) => step > 1200);
    expect(engine.spikes().step).toEqual(spikes.step.subarray(after));
    expect(engine.recorded("V").sampleStep).toEqual(states[0]!.sampleStep.filter((step) => step > 1200));
    expect(engine.rates()[0]!.data).toEqual(rates[0]!.data.subarray(48));
    expect((await read(store)).spikes.stopStep).toBe(1200);
    await engine.run({ duration: 0, stream: { store } });
    await expectAll(store);
  });

  it("can be read after any piece, as far as it went", async () => {
    const store = memoryStore();
    const engine = await fresh();
    const { spikes, states } = await expected;
    for (let k = 1; k <= 20; k++) {
      await engine.run({ duration: 10, stream: { store } });
      const found = await read(store);
      const until = spikes.step.filter((step) => step <= 100 * k).length;
      expect(found.spikes.step).toEqual(spikes.step.subarray(0, until));
      expect(found.spikes.stopStep).toBe(100 * k);
      expect(found.states[0]!.data).toEqual(states[0]!.data.subarray(0, found.states[0]!.data.length));
    }
  });

  it("shows what was recorded while the run goes on", async () => {
    const store = memoryStore();
    const engine = await fresh({ ...description, duration: 1e6 });
    const lengths: number[] = [];
    const controller = new AbortController();
    const watch = async () => {
      for (let k = 0; k < 40 && new Set(lengths).size < 4; k++) {
        await new Promise((done) => setTimeout(done, 50));
        if (await store.get("/zarr.json")) lengths.push((await read(store)).spikes.step.length);
      }
      controller.abort();
    };
    const run = engine.run({ stream: { store, every: 50 }, signal: controller.signal });
    await expect(Promise.all([run, watch()])).rejects.toMatchObject({ code: "CANCELLED" });
    expect(new Set(lengths).size).toBeGreaterThanOrEqual(4);
    expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
    // What was recorded until the run was cancelled is there.
    expect((await read(store)).spikes.stopStep).toBe(engine.stepCount);
    expect(engine.spikes().step).toHaveLength(0);
  });
});

describe("a streamed run that was killed", () => {
  it("goes on from its checkpoint without a gap or a duplicate, though the store was ahead", async () => {
    const store = memoryStore();
    let saved: Uint8Array | undefined;
    const engine = await fresh();
    const autosave = {
      every: 40,
      clock: "model" as const,
      write: async (bytes: Uint8Array) => {
        saved = bytes;
      },
    };
    for (let k = 0; k < 5; k++) {
      await engine.run({ duration: 30, autosave, stream: { store } });
    }
    const checkpoint = await decodeCheckpoint(saved!);
    await engine.run({ duration: 20, stream: { store } });
    expect(checkpoint.step).toBeLessThan((await read(store)).spikes.stopStep);
    // Records in the checkpoint are those that were not in the store: none.
    expect(checkpoint.arrays.get("spikes/step")).toHaveLength(0);
    const second = await SimulationEngine.resume(description, checkpoint, options);
    await second.run({ stream: { store } });
    await expectAll(store);
  });

  it("is refused by another store, with what is missing", async () => {
    const engine = await fresh();
    await engine.run({ duration: 50, stream: { store: memoryStore() } });
    const saved = await engine.save();
    const second = await SimulationEngine.resume(description, saved, options);
    await expect(second.run({ stream: { store: memoryStore() } })).rejects.toMatchObject({
      code: "FORMAT",
      message: expect.stringMatching(/expected at least \d+ rows of spikes\/step to go on with, found none/),
    });
    expect(second.stepCount).toBe(500);
  });
});

describe("a store that fails", () => {
  it("ends the run with FILE; the engine keeps the records and goes on when there is room again", async () => {
    const inner = memoryStore();
    let left = 60;
    const store: ZarrStore = {
      get: inner.get,
      set: async (key, value) => {
        if (left-- <= 0) throw new Error("no room");
        await inner.set(key, value);
      },
    };
    const engine = await fresh();
    const run = async () => {
      for (let k = 0; k < 20; k++) await engine.run({ duration: 10, stream: { store } });
    };
    await expect(run()).rejects.toMatchObject({ code: "FILE", message: expect.stringContaining("no room") });
    await read(inner);
    left = 1e9;
    await engine.run({ stream: { store } });
    await expectAll(inner);
  });

  it("an interval below 0 and a state recorded twice are refused", async () => {
    const engine = await fresh();
    await expect(engine.run({ stream: { store: memoryStore(), every: -1 } })).rejects.toMatchObject({
      code: "ARGUMENT",
    });
    const state = { kind: "state", population: "e", variable: "V" } as const;
    const twice = await fresh({ ...description, recorders: [state, { ...state, neurons: [0] }] });
    await expect(twice.run({ stream: { store: memoryStore() } })).rejects.toMatchObject({
      code: "NAME_CLASH",
      message: expect.stringContaining("states/e/V"),
    });
  });
});

describe("a folder as the store", () => {
  let place: string;
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), "wbe-stream-"));
  });
  afterEach(() => rm(place, { recursive: true, force: true }));

  it("holds the same numbers, and nothing aside when it is closed", async () => {
    const store = streamStore(join(place, "results.zarr"));
    const engine = await fresh();
    await engine.run({ stream: { store } });
    await store.close();
    await expectAll(store);
    expect(await readdir(place)).toEqual(["results.zarr"]);
  });
});
