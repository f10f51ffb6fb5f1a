/**
 * Are the units of an NWB file of 400 MB read at least half as fast as by h5py? Decides whether recordings may pass through the
 * HDF5 library in WebAssembly, piece by piece.
 *
 * @module
 */
import { join } from "node:path";
import { nwbFormat } from "wbe/io";
import { fileSource } from "../src/io/file.node.js";
import { type Benchmark, type BenchOptions, withFolder } from "./bench.js";
import { compareReaders, makeInput } from "./peers/formats-bench.js";

const spikes = 50_000_000;

async function run(options: BenchOptions) {
  return withFolder(async (folder) => {
    const path = join(folder, "units.nwb");
    if (!makeInput("nwb", path, spikes))
      throw new Error("this benchmark needs interop/setup.sh, which makes its input");
    const read = async () => {
      const source = await fileSource(path);
      const file = await nwbFormat.read(source, { maxBytes: 2 ** 31 });
      const column = file.tables
        .find((table) => table.path === "units")!
        .columns.find(({ name }) => name === "spike_times")!;
      const { values } = column;
      const times = "read" in values ? await values.read() : values;
      const result = [times.length, Number(times[times.length - 1]), column.ends[0]?.at(-1) ?? Number.NaN];
      file.close();
      await source.close();
      return result;
    };
    const work = `${spikes} spike times of 1000 units`;
    return compareReaders("nwb", path, read, { runs: 5, work, ratio: 2 }, options);
  });
}

export const benchmark: Benchmark = {
  name: "read-nwb",
  question: "Are the units of an NWB file of 400 MB read at least half as fast as by h5py?",
  run,
};
