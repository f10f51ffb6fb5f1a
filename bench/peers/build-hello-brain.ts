/** Builds hello_brain_brian2.py's network as Brian2 C++ standalone and runs it. @module */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { output, peerFile, peerPython, seconds } from "../bench.js";

/** What hello_brain_brian2.py reads: mS/cm2, uA/cm2, mV, ms, Hz; one entry per synapse in the five arrays. */
export interface HelloBrainNetwork {
  readonly neurons: number;
  readonly dt: number;
  readonly duration: number;
  readonly recordEvery: number;
  readonly source: readonly number[];
  readonly target: readonly number[];
  readonly weight: readonly number[];
  readonly delay: readonly number[];
  readonly inhibitory: readonly boolean[];
  readonly tauExc: number;
  readonly tauInh: number;
  readonly EExc: number;
  readonly EInh: number;
  readonly stdp: { tauPlus: number; tauMinus: number; APlus: number; AMinus: number; wMax: number };
  readonly scaling: { targetRate: number; every: number; tauRate: number; tau: number };
  /** Poisson spikes to each neuron. */
  readonly background: { rate: number; weight: number };
}

export interface HelloBrainPeer {
  /** "Brian2 2.11.0, C++ standalone" */
  readonly version: string;
  /** Writing and compiling the C++ code, s. */
  readonly buildSeconds: number;
  /** From the start of Python to the results, s: import, build, run. */
  readonly totalSeconds: number;
  readonly spikes: number;
  /** Runs the built program once more; s. */
  run(): Promise<number>;
}

/** The built peer, or null when interop/.venv is not there. Takes ten seconds and more: g++ compiles the network. */
export function buildHelloBrain(folder: string, network: HelloBrainNetwork): HelloBrainPeer | null {
  const file = join(folder, "network.json");
  const directory = join(folder, "standalone");
  writeFileSync(file, JSON.stringify(network));
  const args = [peerFile("hello_brain_brian2.py"), "--mode", "standalone", "--network", file, "--directory", directory];
  const text = output(peerPython, args);
  if (text === null) return null;
  const result = JSON.parse(text.trim().split("\n").at(-1)!);
  return {
    version: `Brian2 ${result.brian2}, C++ standalone`,
    buildSeconds: result.buildSeconds,
    totalSeconds: result.totalSeconds,
    spikes: result.spikes,
    run: () => seconds(() => output(join(directory, "main"), [], directory)),
  };
}
