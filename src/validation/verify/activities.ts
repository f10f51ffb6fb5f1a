/**
 * Networks run once for several figures, and their activity beside a peer's.
 *
 * @module
 */
import type { LongCallOptions } from "../../core/progress.js";
import type { NetworkDescription } from "../../simulation/index.js";
import { type PopulationActivity, populationActivity } from "../features/population-activity.js";
import { runNetwork } from "./drive.js";
import { within } from "./verify.js";

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
