/** Builds hh.cpp and runs it. @module */
import { join } from "node:path";
import { output, peerFile } from "../bench.js";
import type { LoopRun } from "./loop-run.js";

export interface HhPeer {
  /** "g++ 12.2.0" */
  readonly version: string;
  /** One run; ns per neuron-step. */
  run(strict: boolean): LoopRun;
}

/** 128-bit vectors, as WebAssembly has them; fast-math lets g++ use libmvec's exp, two lanes at a time. */
const flags = ["-O3", "-march=native", "-mprefer-vector-width=128"];

/** The built peer, or null without g++. */
export function compileHh(folder: string, neurons: number, steps: number, dt: number): HhPeer | null {
  const version = output("g++", ["-dumpfullversion"]);
  if (version === null) return null;
  const fast = join(folder, "hh");
  const strict = join(folder, "hh-strict");
  output("g++", [...flags, "-ffast-math", peerFile("hh.cpp"), "-o", fast]);
  output("g++", [...flags, peerFile("hh.cpp"), "-o", strict]);
  return {
    version: `g++ ${version.trim()} ${flags.join(" ")} -ffast-math`,
    run: (isStrict) => JSON.parse(output(isStrict ? strict : fast, [neurons, steps, 1, dt].map(String)) ?? "null"),
  };
}
