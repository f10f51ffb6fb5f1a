/**
 * Is a step of a LIF population with two current synapses, epoch by epoch of one step as networks with the shortest delays
 * need it, as fast as the same step in C++ at the same vector width? Decides whether the kernels of small models and what
 * the engine does around them are in order. The C++ program has no engine around its loops: no ring, no recorder.
 *
 * @module
 */
import { join } from "node:path";
import { type NetworkDescription, SimulationEngine } from "wbe/simulation";
import {
  type Benchmark,
  type BenchOptions,
  cpuSeconds,
  interleave,
  median,
  output,
  peerFile,
  spread,
  withFolder,
} from "./bench.js";
import { type LoopRun, requireSameWork } from "./peers/loop-run.js";

const neurons = 4000;
const steps = 10_000;
type Precision = "f64" | "f32";

/** Brette et al. 2007, CUBA, with one synapse of weight 0 on each port: they make an epoch one step. */
function describe(precision: Precision): NetworkDescription {
  const projection = (tau: number) => ({
    from: "cells",
    to: "cells",
    synapse: "ExpCurrent",
    params: { tau },
    rule: { kind: "edges" as const, source: [0], target: [1] },
    weight: 0,
    delay: 0.1,
  });
  const V = Array.from({ length: neurons }, (_, i) => -60 + (10 * i) / neurons);
  const params = { C: 200, gL: 10, EL: -49, Vth: -50, Vreset: -60, tRef: 5 };
  return {
    version: 1,
    seed: 1,
    dt: 0.1,
    duration: steps * 0.1,
    populations: [{ name: "cells", model: "LIF", size: neurons, precision, params, init: { V: { values: V } } }],
    projections: [projection(5), projection(10)],
    stimuli: [],
    recorders: [{ kind: "spikes" }],
  };
}

async function runOurs(precision: Precision): Promise<LoopRun> {
  const engine = await SimulationEngine.fromDescription(describe(precision), { threads: 1 });
  const time = await cpuSeconds(() => engine.run());
  const V = Float64Array.from(engine.view().state("cells", "V").data);
  const sumV = V.reduce((sum, v) => sum + v, 0);
  return { nsPerNeuronStep: (1e9 * time) / (neurons * steps), sumV, spikes: engine.spikes().step.length };
}

/** WebAssembly has vectors of 128 bits; V8 makes no use of AVX-512, whose masks and compressed stores g++ takes at any width. */
const variants = {
  "128": ["-mprefer-vector-width=128"],
  "256": ["-mprefer-vector-width=256"],
  "no AVX-512": ["-mprefer-vector-width=128", ...(process.arch === "x64" ? ["-mno-avx512f"] : [])],
} as const;
type Variant = keyof typeof variants;

/** Runs of the C++ program, or null without g++. */
function compileLif(folder: string): { version: string; run(precision: Precision, variant: Variant): LoopRun } | null {
  const version = output("g++", ["-dumpfullversion"]);
  if (version === null) return null;
  const programs = new Map<string, string>();
  for (const [precision, real] of [
    ["f64", "double"],
    ["f32", "float"],
  ] as const) {
    for (const [variant, flags] of Object.entries(variants)) {
      const program = join(folder, `lif-${programs.size}`);
      output("g++", ["-O3", "-march=native", ...flags, `-DREAL=${real}`, peerFile("lif.cpp"), "-o", program]);
      programs.set(`${precision} ${variant}`, program);
    }
  }
  return {
    version: `g++ ${version.trim()} -O3 -march=native -mprefer-vector-width=128`,
    run: (precision, variant) =>
      JSON.parse(output(programs.get(`${precision} ${variant}`)!, [neurons, steps, 1].map(String)) ?? "null"),
  };
}

async function run(options: BenchOptions) {
  const runs = options.runs ?? 9;
  return withFolder(async (folder) => {
    options.onProgress?.("building the C++ loops");
    const peer = compileLif(folder);
    const results: Record<string, LoopRun> = {};
    const side = (name: string, measure: () => LoopRun | Promise<LoopRun>) => async () => {
      results[name] = await measure();
      return results[name].nsPerNeuronStep;
    };
    const sides: Record<string, () => Promise<number>> = {
      f64: side("f64", () => runOurs("f64")),
      f32: side("f32", () => runOurs("f32")),
      ...(peer && {
        peer64: side("peer64", () => peer.run("f64", "128")),
        peer32: side("peer32", () => peer.run("f32", "128")),
        wide64: side("wide64", () => peer.run("f64", "256")),
        wide32: side("wide32", () => peer.run("f32", "256")),
        plain64: side("plain64", () => peer.run("f64", "no AVX-512")),
        plain32: side("plain32", () => peer.run("f32", "no AVX-512")),
      }),
    };
    const times = await interleave(runs, sides, options);
    if (peer) requireSameWork(results.f64!, results.peer64!, neurons);
    const of = (name: string): number => median(times[name]!);
    const target = { ratio: 1.3 };
    return {
      work: `${neurons} LIF neurons with two current synapses × ${steps} steps in epochs of one, f64, spikes recorded; CPU time`,
      runs,
      unit: "ns per neuron-step" as const,
      ours: of("f64"),
      peer: peer ? of("peer64") : null,
      peerVersion: peer?.version ?? null,
      target,
      further: [{ name: "f32", ours: of("f32"), peer: peer ? of("peer32") : null, target }],
      details: {
        "spread of ours": spread(times.f64!),
        ...(peer && {
          "spread of peer": spread(times.peer64!),
          "C++ with vectors of 256 bits": of("wide64"),
          "C++ with vectors of 256 bits, f32": of("wide32"),
          "C++ without AVX-512": of("plain64"),
          "C++ without AVX-512, f32": of("plain32"),
          "difference of mean V, mV": Math.abs(results.f64!.sumV - results.peer64!.sumV) / neurons,
        }),
        spikes: results.f64!.spikes,
      },
    };
  });
}

export const benchmark: Benchmark = {
  name: "lif-kernel",
  question: "Is a step of a LIF population as fast as in C++ at the same vector width?",
  run,
};
