/**
 * Is the kernel that wbe generates for Hodgkin-Huxley as fast as the same loop written in C++ for vectors of the same
 * width? Decides whether the compiler's schedule and its exp are good enough, on each Node version.
 *
 * @module
 */
import { SimulationEngine } from "wbe/simulation";
import { type Benchmark, type BenchOptions, cpuSeconds, interleave, median, spread, withFolder } from "./bench.js";
import { compileHh } from "./peers/compile-hh.js";
import { type LoopRun, requireSameWork } from "./peers/loop-run.js";

const neurons = 4000;
const steps = 1000;
const dt = 0.025;

/** 4,000 neurons from silent (0 uA/cm2) to 86 Hz (20 uA/cm2), no synapses. */
const description = {
  version: 1,
  seed: 1,
  dt,
  duration: steps * dt,
  populations: [{ name: "cells", model: "HodgkinHuxley", size: neurons, method: "exponential-euler" }],
  projections: [],
  stimuli: [
    {
      kind: "constant",
      population: "cells",
      amplitude: { values: Array.from({ length: neurons }, (_, i) => (20 * i) / neurons) },
    },
  ],
  recorders: [{ kind: "spikes" }],
};

/**
 * CPU time of the steps alone, as the peer measures its loop alone. Building, compiling and V8's change from its quick to its
 * optimizing compiler, which takes the first calls of a kernel, are outside: a second engine on the same module is timed.
 */
async function runOurs(): Promise<LoopRun> {
  const warm = await SimulationEngine.fromDescription(description, { threads: 1 });
  await warm.run();
  const engine = await SimulationEngine.fromDescription(description, { threads: 1 });
  const time = await cpuSeconds(() => engine.run());
  const V = Float64Array.from(engine.view().state("cells", "V").data);
  const sumV = V.reduce((sum, v) => sum + v, 0);
  return { nsPerNeuronStep: (1e9 * time) / (neurons * steps), sumV, spikes: engine.spikes().step.length };
}

async function run(options: BenchOptions) {
  const runs = options.runs ?? 9;
  return withFolder(async (folder) => {
    options.onProgress?.("building the C++ loop");
    const peer = compileHh(folder, neurons, steps, dt);
    const results: Record<string, LoopRun> = {};
    const side = (name: string, measure: () => LoopRun | Promise<LoopRun>) => async () => {
      results[name] = await measure();
      return results[name].nsPerNeuronStep;
    };
    const sides = { ours: side("ours", runOurs) };
    const times: Record<string, number[]> = peer
      ? await interleave(
          runs,
          { ...sides, peer: side("peer", () => peer.run(false)), strict: side("strict", () => peer.run(true)) },
          options,
        )
      : await interleave(runs, sides, options);
    if (peer) requireSameWork(results.ours!, results.peer!, neurons);
    return {
      work: `${neurons} HH neurons × ${steps} steps, exponential Euler, f64, spikes recorded; CPU time`,
      runs,
      unit: "ns per neuron-step" as const,
      ours: median(times.ours!),
      peer: peer ? median(times.peer!) : null,
      peerVersion: peer?.version ?? null,
      target: { ratio: 1.1 },
      details: {
        "spread of ours": spread(times.ours!),
        ...(peer && {
          "spread of peer": spread(times.peer!),
          // What a busy machine leaves alone.
          "ratio of the best runs": Math.min(...times.ours!) / Math.min(...times.peer!),
          "C++ without fast-math": median(times.strict!),
          "difference of mean V, mV": Math.abs(results.ours!.sumV - results.peer!.sumV) / neurons,
        }),
        spikes: results.ours!.spikes,
      },
    };
  });
}

export const benchmark: Benchmark = {
  name: "hh-kernel",
  question: "Is the generated Hodgkin-Huxley kernel as fast as C++ at the same vector width?",
  run,
};
