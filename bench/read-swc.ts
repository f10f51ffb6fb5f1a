/**
 * Are 1,000 SWC files read as fast as by MorphIO? Decides whether the reader, which works on characters, is enough.
 *
 * @module
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSwc, writeSwc } from "wbe/io";
import { growPyramidalNeuron } from "wbe/scanner";
import { type Benchmark, type BenchOptions, withFolder } from "./bench.js";
import { compareReaders } from "./peers/formats-bench.js";

const neurons = 1000;

async function run(options: BenchOptions) {
  return withFolder(async (folder) => {
    const path = join(folder, "swc");
    mkdirSync(path);
    // Forty different trees, each 25 times: growing them is not what is measured.
    const texts = Array.from({ length: 40 }, (_, k) => writeSwc(growPyramidalNeuron({ seed: k })));
    for (let k = 0; k < neurons; k++) writeFileSync(join(path, `n${k}.swc`), texts[k % 40]!);
    let points = 0;
    const read = async () => {
      const files = readdirSync(path);
      points = 0;
      for (const file of files) points += readSwc(readFileSync(join(path, file), "utf8")).id.length;
      return [files.length];
    };
    await read();
    const work = `${neurons} SWC files, ${points} points`;
    return compareReaders("swc", path, read, { runs: 5, work, ratio: 1 }, options);
  });
}

export const benchmark: Benchmark = {
  name: "read-swc",
  question: "Are 1,000 SWC files read as fast as by MorphIO?",
  run,
};
