/** Spike times as text: every way in which people write them, and the line of what cannot be. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesSource, detectFormat, memorySink, readSpikeTimes, spikeTimesFormat } from "wbe/io";

const source = (text: string, name = "spikes.txt") => bytesSource(new TextEncoder().encode(text), name);
const read = async (text: string, name?: string) => {
  const { time, neuron } = await readSpikeTimes(source(text, name));
  return [...time].map((t, k) => [t, neuron[k]]);
};
const spikes = [
  [12.5, 3],
  [0, 0],
  [12.5, 3],
];

describe("spike times", () => {
  it.each([
    ["white space", "12.5 3\n0 0\n12.5 3\n"],
    ["tabs, no line end at the end", "12.5\t3\n0\t0\n12.5\t3"],
    ["commas", "12.5,3\n0,0\n12.5, 3\n"],
    ["semicolons and CRLF", "12.5;3\r\n0;0\r\n12.5;3\r\n"],
    ["comments and empty lines", "# made by hand\n\n12.5 3\n% more\n0 0\n// and more\n12.5 3\n"],
    ["numpy.savetxt", "1.250000000000000000e+01 3.000000000000000000e+00\n0e0 0\n1.25e1 3e0\n"],
    ["a header", "time_ms,neuron\n12.5,3\n0,0\n12.5,3\n"],
    ["columns the other way round, with more of them", "index,weight,t\n3,1,12.5\n0,1,0\n3,1,12.5\n"],
    ["seconds", "time (s)\tneuron\n0.0125\t3\n0\t0\n0.0125\t3\n".replace("time (s)", "time[s]")],
    [
      "NEST 3 ASCII",
      "# NEST version: 3.10.0\n# RecordingBackendASCII version: 2\nsender\ttime_ms\n3\t12.500\n0\t0.000\n3\t12.500\n",
    ],
  ])("with %s are read in the order of the file, duplicates kept", async (_, text) => {
    expect(await read(text)).toEqual(spikes);
  });

  it("of NEST's gdf have the neuron first", async () => {
    expect(await read("3 12.5\n0 0\n3 12.5\n", "old.gdf")).toEqual(spikes);
  });

  it("of an empty file are none", async () => {
    expect(await read("")).toEqual([]);
    expect(await read("# nothing\n")).toEqual([]);
  });

  it.each([
    ["1 2\nx 3\n", "spikes.txt:2", '"x"'],
    ["1 2\n\n# a\n-1 3\n", "spikes.txt:4", '"-1"'],
    ["nan 2\n", "spikes.txt:1", "nan"],
    ["1 2\ninf 2\n", "spikes.txt:2", "inf"],
    ["1 2\n1e999 2\n", "spikes.txt:2", "1e999"],
    ["1 2\n1\n", "spikes.txt:2", "expected a neuron"],
    ["1 2\n1 2.5\n", "spikes.txt:2", '"2.5"'],
    ["1 2\n1 -2\n", "spikes.txt:2", '"-2"'],
    ["1 2\n1 4294967296\n", "spikes.txt:2", "4294967296"],
    ["when,who\n1,2\n", "spikes.txt:1", "when,who"],
    ["sender\ttime_step\ttime_offset\n1\t2\t0\n", "spikes.txt:1", "Name the columns"],
    ["time_ms neuron\n1 2\ntime_ms neuron\n", "spikes.txt:3", '"time_ms"'],
  ])("%j is refused, naming file and line", async (text, where, found) => {
    await expect(readSpikeTimes(source(text))).rejects.toMatchObject({
      code: "FORMAT",
      where,
      message: expect.stringContaining(found),
    });
  });

  it("survive being written and read", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.double({ min: 0, max: 1e9, noNaN: true }), fc.nat({ max: 0xffffffff }))),
        async (rows) => {
          const sink = memorySink("out.txt");
          const table = {
            name: "",
            time: Float64Array.from(rows, ([t]) => t + 0),
            neuron: Uint32Array.from(rows, ([, i]) => i),
          };
          await spikeTimesFormat.write!(table, sink);
          const { time, neuron } = await readSpikeTimes(bytesSource(sink.bytes(), "out.txt"));
          expect([time, neuron]).toEqual([table.time, table.neuron]);
        },
      ),
    );
  });

  it("are detected by their header, or by two columns of numbers and the name", async () => {
    expect((await detectFormat(source("sender\ttime_ms\n1\t2\n", "x"))).id).toBe("spike-times");
    expect((await detectFormat(source("1.5 3\n2 4\n", "x.csv"))).id).toBe("spike-times");
    await expect(detectFormat(source("1.5 3\n2 4\n", "x"))).rejects.toMatchObject({ code: "UNSUPPORTED" });
    await expect(detectFormat(source("1 2 3\n", "x.txt"), "recording")).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });
});
