/**
 * Is the cortical microcircuit at scale 0.1 and 0.2 built and run at most 0.3 times as long as in NEST? Eight populations,
 * individual weights and delays, delays down to one step: decides whether many small projections and short epochs are in
 * order.
 *
 * @module
 */
import { potjansDiesmann2014 } from "wbe/validation";
import type { Benchmark, BenchOptions } from "./bench.js";
import { compareNetworks } from "./peers/network-benchmark.js";
import { pd14Network } from "./peers/pd14-network.js";
import { runNest } from "./peers/run-peer.js";

function compare(scale: number, options: BenchOptions) {
  const description = potjansDiesmann2014({ scale, duration: 1000 });
  const network = pd14Network(description);
  const nest = (threads: number, duration = network.duration) =>
    runNest("pd14_nest.py", ["--threads", threads], JSON.stringify({ ...network, duration }));
  const first = nest(1, 400);
  const synapses = network.projections.reduce((sum, { n }) => sum + n, 0);
  const neurons = network.populations.reduce((sum, { size }) => sum + size, 0);
  return compareNetworks(
    {
      description,
      peer: first && { version: `NEST ${first.nest}`, run: (threads) => nest(threads)! },
      work: `Potjans & Diesmann 2014 at scale ${scale}, ${neurons} neurons, ${synapses} synapses, 1000 ms, dt 0.1 ms`,
      runs: options.runs ?? 3,
      synapses,
      target: { ratio: 0.3 },
      buildTarget: { ratio: 0.3 },
      // L2/3E fires some 800 spikes in common volleys: 0.40 to 0.50 Hz from seed to seed at scale 0.1.
      rateTolerance: 0.3,
    },
    options,
  );
}

export const benchmark: Benchmark = {
  name: "pd14",
  question: "Are build and run of the cortical microcircuit at scale 0.1 and 0.2 at most 0.3 times as long as in NEST?",
  async run(options) {
    const small = await compare(0.1, options);
    const large = await compare(0.2, options);
    const { ours, peer, target, further = [] } = large;
    return {
      ...small,
      further: [
        ...(small.further ?? []),
        { name: "scale 0.2", ours, peer, target },
        ...further.map((part) => ({ ...part, name: `scale 0.2, ${part.name}` })),
      ],
      details: {
        ...small.details,
        ...Object.fromEntries(Object.entries(large.details).map(([name, value]) => [`scale 0.2: ${name}`, value])),
      },
    };
  },
};
