/** Spikes that come in from lists and files: on their steps, to their neurons, as often as they are given. */
import { describe, expect, it } from "vitest";
import { bytesSource } from "wbe/io";
import { defineNeuron } from "wbe/neuron-models";
import { type EngineOptions, SimulationEngine, type SpikeTimes } from "wbe/simulation";
import { network } from "./networks.js";

/** V adds up all that arrives. */
const counter = defineNeuron({
  id: "Counter",
  source: "test",
  params: {},
  states: { V: [0, "mV"] },
  equations: "dV/dt = I * 10 mV/(pA*ms)",
  spike: "V > 1e300 mV",
  method: "euler",
});

const describeInput = (input: SpikeTimes, size = 4) =>
  network({
    populations: [{ name: "cells", model: counter, size }],
    stimuli: [{ kind: "spikes", population: "cells", weight: 1, synapse: "Pulse", ...input }],
    duration: 4,
    recorders: [{ kind: "state", population: "cells", variable: "V" }],
  });

/** Arrivals as [step in which they act, neuron, how many]. */
async function arrivals(input: SpikeTimes, options?: EngineOptions): Promise<number[][]> {
  const engine = await SimulationEngine.fromDescription(describeInput(input), options);
  await engine.run();
  const { data } = engine.recorded("V");
  const found: number[][] = [];
  for (let step = 0; step < 40; step++) {
    for (let i = 0; i < 4; i++) {
      const n = data[4 * (step + 1) + i]! - data[4 * step + i]!;
      if (n !== 0) found.push([step, i, n]);
    }
  }
  return found;
}
const file = (text: string): EngineOptions => ({
  openFile: async (name) => bytesSource(new TextEncoder().encode(text), name),
});

describe("spike input", () => {
  it("with indices brings each time to its own neuron, in any order, to the nearest step, duplicates and all", async () => {
    const times = [3, 0.32, 3, 0, 0.28, 1.25, 3, 3.9];
    const indices = [2, 1, 2, 3, 1, 0, 0, 2];
    const expected = [
      [0, 3, 1],
      [3, 1, 2],
      [13, 0, 1],
      [30, 0, 1],
      [30, 2, 2],
      [39, 2, 1],
    ];
    expect(await arrivals({ times, indices })).toEqual(expected);
    expect(await arrivals({ times: Float64Array.from(times), indices: Uint32Array.from(indices) })).toEqual(expected);
    const lines = times.map((t, k) => `${t} ${indices[k]}`).join("\n");
    expect(await arrivals({ file: "in.txt" }, file(lines))).toEqual(expected);
    const shifted = times.map((t, k) => `${indices[k]! + 7}\t${t}`).join("\n");
    expect(await arrivals({ file: "in.dat", firstIndex: 7 }, file(`sender\ttime_ms\n${shifted}`))).toEqual(expected);
  });

  it("without indices brings all times to each chosen neuron", async () => {
    const both = [1, 3].map((i) => [5, i, 2]);
    expect(await arrivals({ times: [0.5, 0.5], neurons: [3, 1] })).toEqual(both);
  });

  it("makes a population fire at given times: large pulses into cells without refractory period, stamped a step later", async () => {
    const engine = await SimulationEngine.fromDescription(
      network({
        cells: { size: 3, params: { tRef: 0 } },
        stimuli: [
          {
            kind: "spikes",
            population: "cells",
            times: [0.9, 0, 0.1, 7.2, 0.1],
            indices: [2, 1, 1, 0, 0],
            weight: 1000,
            synapse: "Pulse",
          },
        ],
        duration: 10,
      }),
    );
    await engine.run();
    const { step, neuron } = engine.spikes();
    expect([...step].map((s, k) => [s - 1, neuron[k]])).toEqual([
      [0, 1],
      [1, 0],
      [1, 1],
      [9, 2],
      [72, 0],
    ]);
  });

  it("from a file is the run with the same lists, to the checkpoint", async () => {
    const lists = await SimulationEngine.fromDescription(describeInput({ times: [1, 2], indices: [0, 3] }));
    await lists.run({ duration: 1.5 });
    const engine = await SimulationEngine.resume(
      describeInput({ file: "x.csv" }),
      await lists.save(),
      file("time,neuron\n1,0\n2,3\n"),
    );
    await engine.run();
    await lists.run();
    expect(engine.recorded("V")).toEqual(lists.recorded("V"));
  });

  it("of a million spikes takes no longer per step than the spikes of that step", async () => {
    const n = 1_000_000;
    const times = Float64Array.from({ length: n }, (_, k) => (k % 1000) + 1);
    const indices = Uint32Array.from({ length: n }, (_, k) => k % 100);
    const description = { ...describeInput({ times, indices }, 100), duration: 1001, recorders: [] };
    const engine = await SimulationEngine.fromDescription(description);
    await engine.run();
    const { data } = engine.view().state("cells", "V");
    const total = Array.from(data).reduce((sum, v) => sum + v, 0);
    expect(total).toBe(n);
  });
});

describe("spike input refuses", () => {
  const refuses = (input: object, code: string, text: string, options?: EngineOptions) =>
    expect(SimulationEngine.fromDescription(describeInput(input as SpikeTimes), options)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(text),
    });

  it("neurons beyond the population, naming file and line", async () => {
    await refuses({ times: [1], indices: [4] }, "ARGUMENT", "found 4");
    await refuses({ file: "in.txt" }, "ARGUMENT", "in.txt:3", file("# a\n1 3\n1 4\n"));
    await refuses(
      { file: "in.txt", firstIndex: 1 },
      "ARGUMENT",
      "expected neurons from 1 to 4, found 0",
      file("1 0\n"),
    );
  });

  it("times that are none, and lists of different lengths", async () => {
    await refuses({ times: [-1], indices: [0] }, "ARGUMENT", "found -1");
    await refuses({ times: [1, 2], indices: [0] }, "ARGUMENT", "2 times, found 1");
    await refuses({ file: "in.txt" }, "FORMAT", "in.txt:1", file("-1 0\n"));
    await refuses({ file: "in.txt" }, "ARGUMENT", "expected a time", file("1e300 0\n"));
  });

  it("both or none of times and file, neurons beside indices, and a file that nobody opens", async () => {
    await refuses({}, "DESCRIPTION_INVALID", 'either "times" or "file"');
    await refuses({ times: [1], file: "x" }, "DESCRIPTION_INVALID", 'either "times" or "file"');
    await refuses({ times: [1], indices: [0], neurons: [0] }, "DESCRIPTION_INVALID", "only one of");
    await refuses({ file: "x.txt" }, "UNSUPPORTED", 'there is no way to open the file "x.txt"');
  });
});
