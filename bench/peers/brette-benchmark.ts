/** A benchmark of Brette et al. 2007 beside Brian2, C++ standalone. @module */
import type { NetworkDescription } from "wbe/simulation";
import { type BenchOptions, type BenchOutcome, withFolder } from "../bench.js";
import { compareNetworks, type NetworkPeer } from "./network-benchmark.js";
import { buildBrian } from "./run-peer.js";

/**
 * The description and Brian2's variables have the same precision, `precision`. Both run the loop from t = 0 to the end. Brian2's build, which is code generation and g++, is told and not compared; the
 * program's own creation of the network, some hundredths of a second, is in neither.
 */
export function compareWithBrian(
  network: "cobahh" | "cuba",
  description: NetworkDescription,
  size: number,
  options: BenchOptions,
  precision: "f64" | "f32" = "f64",
): Promise<BenchOutcome> {
  return withFolder((one) =>
    withFolder((two) => {
      const { duration, dt } = description;
      options.onProgress?.("building the network in Brian2, for one thread and for two");
      const programs = [one, two].map((folder, k) =>
        buildBrian(folder, { network, size, duration, precision, threads: k + 1 }),
      );
      const peer: NetworkPeer | null = programs[0] && {
        version: programs[0].version + (precision === "f32" ? ", float32" : ""),
        run: (threads) => {
          const { buildSeconds, spikes, activity, run } = programs[threads - 1]!;
          return { buildSeconds, spikes, activity, runSeconds: run() };
        },
      };
      return compareNetworks(
        {
          description,
          peer,
          work: `${network.toUpperCase()} (Brette et al. 2007), ${size} neurons, ${size * 80} synapses, ${duration} ms, dt ${dt} ms, delay 1 step, ${precision}`,
          runs: options.runs ?? 5,
          target: { ratio: 0.3 },
          // Six draws of COBAHH range from 28 to 41 Hz, in Brian2 from 32 to 39.
          rateTolerance: network === "cobahh" ? 0.4 : 0.25,
        },
        options,
      );
    }),
  );
}

/** One outcome with the comparisons of others added under their names. */
export function joinOutcomes(first: BenchOutcome, others: Readonly<Record<string, BenchOutcome>>): BenchOutcome {
  const further = [...(first.further ?? [])];
  const details = { ...first.details };
  for (const [name, outcome] of Object.entries(others)) {
    const { ours, peer, target } = outcome;
    further.push({ name, ours, peer, target });
    for (const part of outcome.further ?? []) further.push({ ...part, name: `${name}, ${part.name}` });
    for (const [detail, value] of Object.entries(outcome.details)) details[`${name}: ${detail}`] = value;
  }
  return { ...first, further, details };
}
