/**
 * Are ten million SONATA edges read at least half as fast as by libsonata? Decides whether columns may pass through the HDF5
 * library in WebAssembly, piece by piece.
 *
 * @module
 */
import { join } from "node:path";
import { sonataFormat } from "wbe/io";
import { fileSource } from "../src/io/file.node.js";
import type { Benchmark, BenchOptions } from "./bench.js";
import { withFolder } from "./bench.js";
import { compareReaders, makeInput } from "./peers/formats-bench.js";

const edges = 10_000_000;
async function run(options: BenchOptions) {
  return withFolder(async (folder) => {
    const path = join(folder, "edges.h5");
    if (!makeInput("sonata", path, edges))
      throw new Error("this benchmark needs interop/setup.sh, which makes its input");
    const read = async () => {
      const source = await fileSource(path);
      const file = await sonataFormat.read(source, { maxBytes: 2 ** 31 });
      const [population] = file.edges;
      const columns = population!.groups.get(0)!;
      const numbers = [population!.source, population!.target, columns.get("syn_weight"), columns.get("delay")];
      file.close();
      await source.close();
      return numbers.flatMap((column) => {
        const values = column as Float64Array;
        return [values[0]!, values[Math.floor(edges / 3)]!, values[edges - 1]!];
      });
    };
    const work = `${edges} edges: sources, targets, weights, delays; ours reads types, groups and indices too`;
    return compareReaders("sonata", path, read, { runs: 5, work, ratio: 2 }, options);
  });
}

export const benchmark: Benchmark = {
  name: "read-sonata",
  question: "Are ten million SONATA edges read at least half as fast as by libsonata?",
  run,
};
