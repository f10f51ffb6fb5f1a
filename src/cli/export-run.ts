/**
 * A run folder as NWB or SONATA: `wbe convert RUN out.nwb`.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { WbeError } from "../core/errors.js";
import type { Sink } from "../io/format.js";
import { nwbFormat } from "../io/nwb.js";
import { recordingOfRun } from "../io/nwb-run.js";
import { spikesOf, statesOf } from "../io/run-arrays.js";
import { readRunFolder } from "../io/run-folder.node.js";
import { sonataFormat } from "../io/sonata.js";
import { sonataOfRun } from "../io/sonata-run.js";

/** True for a folder that `wbe run` or `wbe demo` wrote. */
export const isRunFolder = (folder: string): boolean => existsSync(join(folder, "manifest.json"));

/**
 * Writes the spikes and recorded states of a run, with its manifest where the format has a place for it.
 *
 * @param to "nwb" or "sonata"
 * @returns the title of the format.
 * @throws WbeError EMPTY_INPUT for a run without spikes, UNSUPPORTED for another format.
 */
export async function exportRun(
  folder: string,
  to: string,
  open: () => Promise<Sink>,
  signal: AbortSignal,
): Promise<string> {
  if (to !== nwbFormat.id && to !== sonataFormat.id) {
    throw new WbeError("UNSUPPORTED", "a run can be written as nwb (.nwb) or sonata (.h5)", { where: folder });
  }
  const run = await readRunFolder(folder);
  const spikes = spikesOf(run);
  if (!spikes) throw new WbeError("EMPTY_INPUT", "expected a run with spikes, found none", { where: folder });
  const states = statesOf(run);
  if (to === sonataFormat.id) {
    await sonataFormat.write!(sonataOfRun(spikes, states), await open(), { signal });
    return sonataFormat.title;
  }
  const { manifest } = run;
  const recording = recordingOfRun({
    identifier: `${basename(folder)} ${manifest.created}`,
    description: `run of wbe ${manifest.version}, seed ${manifest.seed ?? "unknown"}`,
    startTime: manifest.created,
    version: manifest.version,
    spikes,
    states,
    manifest,
  });
  await nwbFormat.write!(recording, await open(), { signal });
  return nwbFormat.title;
}
