/** Runs that save themselves: when, what a save changes (nothing), and what a failed save leaves. */
import { describe, expect, it } from "vitest";
import { plasticityRules } from "wbe/plasticity";
import { decodeCheckpoint, type NetworkDescription, SimulationEngine } from "wbe/simulation";
import { bitsOf, network, richNetwork, run, scaling } from "./networks.js";

const rich = richNetwork({ duration: 120 });
const make = (description: NetworkDescription = rich) => SimulationEngine.fromDescription(description, scaling());
const whole = run(rich, scaling()).then(bitsOf);

/** Keeps what a run saved. */
function keep() {
  const saved: Uint8Array[] = [];
  const write = async (bytes: Uint8Array) => {
    saved.push(bytes);
  };
  const times = async () => Promise.all(saved.map(async (bytes) => (await decodeCheckpoint(bytes)).step));
  return { saved, write, times };
}

describe("a run with autosave", () => {
  it("saves at every interval of model time and at the end", async () => {
    const { write, times } = keep();
    const engine = await make();
    await engine.run({ duration: 3.1 });
    await engine.run({ autosave: { every: 25, clock: "model", write } });
    expect(await times()).toEqual([281, 531, 781, 1031, 1200]);
  });

  it("saves once where the end is an interval's end", async () => {
    const { write, times } = keep();
    await (await make()).run({ duration: 50, autosave: { every: 25, clock: "model", write } });
    expect(await times()).toEqual([250, 500]);
  });

  it("gives the bits of a run without, however often it saves", async () => {
    const { saved, write } = keep();
    const engine = await make();
    await engine.run({ autosave: { every: 0.7, clock: "model", write } });
    expect(saved.length).toBe(Math.ceil(1200 / 7));
    expect(bitsOf(engine)).toEqual(await whole);
  });

  it("every one of its saves resumes to the bits of the whole run", async () => {
    const { saved, write } = keep();
    await (await make()).run({ autosave: { every: 11.3, clock: "model", write } });
    for (const bytes of saved) {
      const engine = await SimulationEngine.resume(rich, await decodeCheckpoint(bytes), scaling());
      await engine.run();
      expect(bitsOf(engine)).toEqual(await whole);
    }
  });

  it("saves by wall time, with the interval between the end of a save and the next", async () => {
    const starts: number[] = [];
    const ends: number[] = [];
    const engine = await SimulationEngine.fromDescription(
      network({ cells: { size: 2000, model: "HodgkinHuxley" }, duration: 500 }),
    );
    await engine.run({
      autosave: {
        every: 30,
        write: async () => {
          starts.push(performance.now());
          await new Promise((resolve) => setTimeout(resolve, 40));
          ends.push(performance.now());
        },
      },
    });
    expect(starts.length).toBeGreaterThan(2);
    // All but the last, which comes when the run ends.
    for (let k = 1; k < starts.length - 1; k++) expect(starts[k]! - ends[k - 1]!).toBeGreaterThanOrEqual(29);
  });

  it("does not save when nothing has run", async () => {
    const { saved, write } = keep();
    const engine = await make();
    await engine.run({ duration: 0, autosave: { every: 1, write } });
    expect(saved).toEqual([]);
  });

  it.each([0, -1, Number.NaN])("refuses an interval of %d ms before anything has run", async (every) => {
    const engine = await make();
    await expect(engine.run({ autosave: { every, write: async () => {} } })).rejects.toMatchObject({
      code: "ARGUMENT",
    });
    expect(engine.stepCount).toBe(0);
  });
});

describe("a run that is cancelled", () => {
  it("has saved where it stopped, and goes on from there to the same bits", async () => {
    const { saved, write } = keep();
    const controller = new AbortController();
    const engine = await make();
    const stopped = engine.run({
      signal: controller.signal,
      autosave: {
        every: 40,
        clock: "model",
        write: async (bytes) => {
          await write(bytes);
          if (saved.length === 2) controller.abort();
        },
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: "CANCELLED" });
    expect(engine.stepCount).toBeGreaterThanOrEqual(800);
    expect(engine.stepCount).toBeLessThan(1200);
    const resumed = await SimulationEngine.resume(rich, await decodeCheckpoint(saved.at(-1)!), scaling());
    expect(resumed.stepCount).toBe(engine.stepCount);
    await resumed.run();
    expect(bitsOf(resumed)).toEqual(await whole);
    await engine.run();
    expect(bitsOf(engine)).toEqual(await whole);
  });

  it("in the middle of an interval saves once more", async () => {
    const { saved, write, times } = keep();
    const controller = new AbortController();
    const engine = await SimulationEngine.fromDescription(
      network({ cells: { size: 2000, model: "HodgkinHuxley" }, duration: 10_000 }),
    );
    const stopped = engine.run({
      signal: controller.signal,
      onProgress: () => controller.abort(),
      autosave: { every: 1e9, write },
    });
    await expect(stopped).rejects.toMatchObject({ code: "CANCELLED" });
    expect(saved.length).toBe(1);
    expect(await times()).toEqual([engine.stepCount]);
  });
});

describe("a save that fails", () => {
  it("stops the run with a clear error; the engine is whole and goes on to the same bits", async () => {
    const engine = await make();
    let calls = 0;
    const write = async () => {
      if (++calls === 3) throw new Error("no space left on device");
    };
    const failed = await engine.run({ autosave: { every: 20, clock: "model", write } }).catch((error: Error) => error);
    expect(failed).toMatchObject({
      code: "FILE",
      message: expect.stringContaining("no space left on device"),
      cause: expect.any(Error),
    });
    expect(engine.stepCount).toBe(600);
    await engine.run();
    expect(bitsOf(engine)).toEqual(await whole);
  });

  it("stops a run whose state is not finite before anything is written", async () => {
    const { write, times } = keep();
    const engine = await SimulationEngine.fromDescription(network({ cells: { size: 2 } }), {
      catalogue: { rules: plasticityRules },
    });
    await engine.run({ duration: 10, autosave: { every: 4, clock: "model", write } });
    engine.view().state("cells", "V").data[0] = Number.NaN;
    await expect(engine.run({ autosave: { every: 4, clock: "model", write } })).rejects.toMatchObject({
      code: "NOT_FINITE",
    });
    expect(await times()).toEqual([40, 80, 100]);
  });
});
