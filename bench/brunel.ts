/**
 * Is a network of 12,500 neurons and 15.6 million synapses built and run at most 0.3 times as long as in NEST? Decides
 * whether construction and the delivery of spikes to memory larger than the caches are in order.
 *
 * @module
 */
import { brunel2000 } from "wbe/validation";
import type { Benchmark } from "./bench.js";
import { compareNetworks } from "./peers/network-benchmark.js";
import { runNest } from "./peers/run-peer.js";

const duration = 1000;

export const benchmark: Benchmark = {
  name: "brunel",
  question: "Are build and run of Brunel's network (12,500 neurons, AI state) at most 0.3 times as long as in NEST?",
  async run(options) {
    const nest = (threads: number) =>
      runNest("brunel_nest.py", ["--g", 5, "--eta", 2, "--duration", duration, "--threads", threads]);
    options.onProgress?.("looking for NEST");
    const first = runNest("brunel_nest.py", ["--scale", 0.01, "--duration", 400]);
    return compareNetworks(
      {
        description: brunel2000({ regime: "AI", duration }),
        peer: first && { version: `NEST ${first.nest}`, run: (threads) => nest(threads)! },
        work: `Brunel 2000, 12,500 neurons, 15,625,000 synapses, g 5, external rate 2, ${duration} ms, dt 0.1 ms`,
        runs: options.runs ?? 3,
        synapses: 15_625_000,
        target: { ratio: 0.3 },
        buildTarget: { ratio: 0.3 },
        rateTolerance: 0.05,
      },
      options,
    );
  },
};
