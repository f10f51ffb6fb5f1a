/**
 * `wbe run network.json`: reads, builds, runs, collects.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { WbeError } from "../core/errors.js";
import { fileError } from "../io/file.node.js";
import { plasticityRules } from "../plasticity/index.js";
import { SimulationEngine } from "../simulation/index.js";
import type { CommandIO } from "./command.js";
import { addEngine } from "./results/collect.js";
import { emptyResults, type RunResults } from "./results/results.js";

/** The parsed JSON of a file, not yet checked. @throws WbeError FILE when it cannot be read, FORMAT when it is no JSON. */
export async function readDescription(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch((cause) => {
    throw fileError("read", path, cause);
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new WbeError("FORMAT", `expected JSON, found ${cause instanceof Error ? cause.message : String(cause)}`, {
      where: path,
      cause,
    });
  }
}

/**
 * @param timings receives seconds of build and run.
 * @throws WbeError FORMAT when the file is no JSON, DESCRIPTION_INVALID naming the field, and what the run throws.
 */
export async function runDescription(
  path: string,
  io: CommandIO,
  timings: Record<string, number>,
): Promise<RunResults> {
  const description = await readDescription(path);
  const start = performance.now();
  const engine = await SimulationEngine.fromDescription(description, { catalogue: { rules: plasticityRules } });
  timings.build = (performance.now() - start) / 1000;
  const bar = io.progress("simulating", engine.description.duration, "ms");
  const runStart = performance.now();
  try {
    await engine.run({ signal: io.signal, onProgress: (time, total) => bar.update(time, total) });
  } finally {
    bar.finish();
  }
  timings.run = (performance.now() - runStart) / 1000;
  const results = emptyResults();
  await addEngine(results, engine);
  return results;
}
