/**
 * Results read back from the store that a run was streamed to, as much of them as a report can show.
 *
 * @module
 */
import type { SpikeData } from "../../core/spikes.js";
import { seriesOf, spikesOf, statesOf } from "../../io/run-arrays.js";
import { readZarr, type ZarrStore } from "../../io/zarr.js";
import { listStream } from "../../io/zarr-stream.js";
import type { RunResults } from "./results.js";

/** Numbers of one array that are read. */
const mostNumbers = 2 ** 22;

/** Adds spikes, states, rates and weights over time; where they are too many, their beginning, with a warning. */
export async function addStreamed(results: RunResults, store: ZarrStore): Promise<void> {
  const rowsOfGroup = new Map<string, number>();
  const warnings: string[] = [];
  for (const { path, shape } of await listStream(store)) {
    const [group, part] = [path.slice(0, path.lastIndexOf("/")), path.slice(path.lastIndexOf("/") + 1)];
    if (part !== "data" && path !== "spikes/step") continue;
    const rows = Math.max(1, Math.floor(mostNumbers / Math.max(1, shape[1] ?? 1)));
    if (rows >= shape[0]!) continue;
    rowsOfGroup.set(group, rows);
    warnings.push(`the report shows the first ${rows} of ${shape[0]} rows of ${group}; results.zarr has all of them`);
  }
  const isCut = /\/(?:data|sampleStep|step|neuron)$/;
  const contents = await readZarr(store, (path) => {
    const rows = isCut.test(path) ? rowsOfGroup.get(path.slice(0, path.lastIndexOf("/"))) : undefined;
    return rows ?? Number.POSITIVE_INFINITY;
  });
  const spikes = spikesOf(contents);
  if (spikes) results.spikes = rowsOfGroup.has("spikes") ? cutWindow(spikes) : spikes;
  results.states.push(...statesOf(contents));
  results.rates.push(...seriesOf("rates", contents));
  results.weightSamples.push(...seriesOf("weights", contents));
  results.isStreamed = true;
  results.warnings.push(...warnings);
}

/** The window up to the last step of which all spikes are there. */
function cutWindow({ step, neuron, ...about }: SpikeData): SpikeData {
  const stopStep = step.at(-1)! - 1;
  const end = step.findIndex((s) => s > stopStep);
  return { ...about, step: step.subarray(0, end), neuron: neuron.subarray(0, end), stopStep };
}
