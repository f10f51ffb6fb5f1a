/**
 * Is a Zarr volume of 268 MB in chunks of zstd read at least half as fast as by zarr-python? Decides whether zarrita with its
 * codecs in WebAssembly is enough.
 *
 * @module
 */
import { join } from "node:path";
import { readOmeZarr } from "wbe/io";
import { directoryStore } from "../src/io/run-folder.node.js";
import { type Benchmark, type BenchOptions, withFolder } from "./bench.js";
import { compareReaders, makeInput } from "./peers/formats-bench.js";

const side = 512;

async function run(options: BenchOptions) {
  return withFolder(async (folder) => {
    const path = join(folder, "volume.zarr");
    if (!makeInput("zarr", path, side)) throw new Error("this benchmark needs interop/setup.sh, which makes its input");
    const read = async () => {
      const { data } = await readOmeZarr(directoryStore(path));
      return [data[0]!, data[Math.floor(data.length / 3)]!, data[data.length - 1]!];
    };
    const work = `${side}³ voxels of uint16 in chunks of 64³, zstd`;
    return compareReaders("zarr", path, read, { runs: 3, work, ratio: 2 }, options);
  });
}

export const benchmark: Benchmark = {
  name: "read-zarr",
  question: "Is a Zarr volume read at least half as fast as by zarr-python?",
  run,
};
