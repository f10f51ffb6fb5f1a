/** Runs a Python peer and reads its line of JSON. @module */
import { spawnSync } from "node:child_process";
import { output, peerFile, peerPython } from "../bench.js";

/** Activity of a population after 200 ms, as src/validation/features/population-activity.ts defines it. */
export interface PeerActivity {
  readonly rate: number;
  readonly cv: number | null;
  readonly synchrony: number | null;
  readonly frequency: number | null;
}

export interface NestRun {
  readonly nest: string;
  readonly neurons: number;
  readonly synapses: number;
  /** Create, connect and prepare; s. */
  readonly buildSeconds: number;
  /** The model time itself; s. */
  readonly runSeconds: number;
  /** CPU time of all its threads in it; of brunel_nest.py only. */
  readonly runCpuSeconds?: number;
  readonly spikes: number;
  /** Resident memory that the network took. */
  readonly bytes: number;
  readonly activity: Readonly<Record<string, PeerActivity>>;
}

/** A script of NEST, or null when interop/.venv is not there. */
export function runNest(script: string, args: readonly (string | number)[], input = ""): NestRun | null {
  const result = spawnSync(peerPython, [peerFile(script), ...args.map(String)], {
    input,
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (result.error) {
    if ("code" in result.error && result.error.code === "ENOENT") return null;
    throw result.error;
  }
  if (result.status !== 0) throw new Error(`${script} ended with ${result.status}:\n${result.stderr.slice(-2000)}`);
  return JSON.parse(result.stdout.trim().split("\n").at(-1)!);
}

export interface BrianProgram {
  /** "Brian2 2.11.0, C++ standalone" */
  readonly version: string;
  /** Writing and compiling the C++ code; s. */
  readonly buildSeconds: number;
  readonly spikes: number;
  readonly activity: Readonly<Record<string, PeerActivity>>;
  /** Runs the program once more; seconds of its loop. */
  run(): number;
}

/** A network of Brette et al. 2007 as a C++ program in `folder`, run once; null when interop/.venv is not there. */
export function buildBrian(
  folder: string,
  choice: {
    network: string;
    size: number;
    threads: number;
    duration: number;
    precision: "f64" | "f32";
  },
): BrianProgram | null {
  const script = peerFile("brette_brian2.py");
  const args = Object.entries({ ...choice, directory: folder }).flatMap(([name, value]) => [
    `--${name}`,
    String(value),
  ]);
  const text = output(peerPython, [script, ...args]);
  if (text === null) return null;
  const built = JSON.parse(text.trim().split("\n").at(-1)!);
  return {
    version: `Brian2 ${built.brian2}, C++ standalone`,
    buildSeconds: built.buildSeconds,
    spikes: built.spikes,
    activity: built.activity,
    run: () => JSON.parse(output(peerPython, [script, "--again", folder])!)[0].runSeconds,
  };
}
