/**
 * `wbe run sonata_config.json`: a SONATA configuration as a description, and its results as SONATA files.
 *
 * @module
 */
import { dirname, join, relative, resolve } from "node:path";
import type { NumericArray } from "../core/column.js";
import { fileSink } from "../io/file.node.js";
import { localFolder } from "../io/folder.node.js";
import { sonataFormat } from "../io/sonata.js";
import { readSonataCircuit } from "../io/sonata-config.js";
import { sonataOfRun } from "../io/sonata-run.js";
import { describeSonata } from "../simulation/sonata-network.js";
import type { RunResults } from "./results/results.js";

/** True for JSON that is a SONATA configuration and no description of wbe. */
export function isSonataConfig(value: unknown): boolean {
  if (typeof value !== "object" || value === null || "populations" in value) return false;
  return ["networks", "network", "simulation"].some((key) => key in value) || ("run" in value && "inputs" in value);
}

export interface SonataRunOptions {
  /** Folder that no path of the configuration may leave; by default the configuration's own. */
  root?: string;
  /** ms, instead of the configuration's. */
  dt?: number;
}

/** The description of a configuration's network, what was noted, and the ids of its nodes. */
export async function describeSonataFile(path: string, { root = dirname(path), dt }: SonataRunOptions) {
  const folder = resolve(root);
  const circuit = await readSonataCircuit(localFolder(folder), relative(folder, path).replaceAll("\\", "/"));
  const { description, warnings } = await describeSonata(circuit, { dt });
  const nodeIds: Record<string, NumericArray> = {};
  for (const { rows } of circuit.nodes) if (rows.nodeId) nodeIds[rows.name] = rows.nodeId;
  return { description, warnings, nodeIds };
}

/** Writes spikes.h5, and report.h5 when states were recorded, into the run folder. @throws WbeError FILE */
export async function writeSonataResults(
  folder: string,
  { spikes, states }: RunResults,
  nodeIds: Readonly<Record<string, NumericArray>>,
): Promise<void> {
  if (!spikes) return;
  const file = sonataOfRun(spikes, states, nodeIds);
  await sonataFormat.write!({ ...file, reports: [] }, await fileSink(join(folder, "spikes.h5")));
  if (file.reports.length === 0) return;
  await sonataFormat.write!({ ...file, spikes: [] }, await fileSink(join(folder, "report.h5")));
}
