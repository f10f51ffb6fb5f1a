/**
 * Networks run once for several figures, and their activity beside a peer's.
 *
 * @module
 */
import type { LongCallOptions } from "../../core/progress.js";
import type { NetworkDescription } from "../../simulation/index.js";
import { type PopulationActivity, populationActivity } from "../features/population-activity.js";
import { runNetwork } from "./drive.js";
import { type FigureCheck, within } from "./verify.js";
import { type Sample, sampleOf, welchProbability } from "./welch.js";

/** Where the numbers of the peers come from. */
export const golden = "test/golden/networks.json (interop/golden/networks.py)";

/** ms: the start of a run does not count. */
const settled = 200;

export async function activities(
  description: NetworkDescription,
  options: LongCallOptions,
): Promise<{ all: PopulationActivity; each: PopulationActivity[] }> {
  const { spikes } = await runNetwork(description, options);
  const window = { start: settled, stop: description.duration };
  const each = spikes.populations.map((_, population) => populationActivity(spikes, { population, ...window }));
  return { all: populationActivity(spikes, window), each };
}

/** One run for several figures. */
export function once<T>(run: (options: LongCallOptions) => Promise<T>): (options: LongCallOptions) => Promise<T> {
  let result: Promise<T> | undefined;
  return (options) => {
    result ??= run(options).catch((error) => {
      result = undefined;
      throw error;
    });
    return result;
  };
}

/** Mean and standard deviation of single draws in the peer. */
export interface PeerFigure {
  readonly mean: number;
  readonly sd: number;
}

/**
 * Another draw lies within 4 sd of the peer's mean but once in 16,000; a mean of n draws is known to sd/√n, which the same
 * bound covers.
 */
export function besidePeer(got: number | null, { mean, sd }: PeerFigure) {
  return { ...within(got ?? Number.NaN, mean, 4 * sd), tolerance: `4 sd of one draw = ${(4 * sd).toPrecision(2)}` };
}

/** Activity of the first population in runs with seeds 1, 2, …: network and input drawn anew. */
export function drawActivities(
  describe: (seed: number) => NetworkDescription,
  draws: number,
): (options: LongCallOptions) => Promise<readonly PopulationActivity[]> {
  return once(async (options) => {
    const results: PopulationActivity[] = [];
    for (let seed = 1; seed <= draws; seed++) results.push((await activities(describe(seed), options)).each[0]!);
    return results;
  });
}

/** Draws of a measure in a peer. */
export type PeerSamples = Readonly<Record<"rate" | "cv" | "synchrony", Sample>>;

export type Draws = ReturnType<typeof drawActivities>;

/** The mean of a measure over the draws; NaN where one has none. */
export async function sampleMeasure(
  runs: Draws,
  measure: "rate" | "cv" | "synchrony" | "frequency",
  options: LongCallOptions,
): Promise<Sample> {
  return sampleOf((await runs(options)).map((activity) => activity[measure] ?? Number.NaN));
}

/** One comparison in a thousand fails by chance, if draws are normal; seeds are fixed, so that it fails always or never. */
const leastProbability = 0.001;

const measureWords = {
  rate: "rate (Hz)",
  cv: "mean CV of intervals",
  synchrony: "synchrony (variance over mean of counts in 1 ms)",
};

/** Rate, CV and synchrony of several draws beside several draws of a peer, by Welch's test. */
export function besideDraws(
  { id, where, peer, draws }: { id: string; where: string; peer: string; draws: number },
  runs: Draws,
  samples: PeerSamples,
): FigureCheck[] {
  return (["rate", "cv", "synchrony"] as const).map((measure) => ({
    id: `${id}-${measure}`,
    what: `${measureWords[measure]} of excitatory neurons ${where}, mean of ${draws} draws`,
    source: `${peer}, mean of ${samples[measure].n} draws, ${golden}`,
    isSlow: true,
    check: async (options) => {
      const ours = await sampleMeasure(runs, measure, options);
      const p = welchProbability(ours, samples[measure]);
      const tolerance = `p ≥ ${leastProbability} by Welch's t-test (here ${p.toPrecision(2)})`;
      return { expected: samples[measure].mean, got: ours.mean, tolerance, ok: p >= leastProbability };
    },
  }));
}
