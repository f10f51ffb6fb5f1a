/**
 * Results → run folder: arrays, manifest, report and the figures as files.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { layOutResults } from "../io/run-arrays.js";
import { type InputHash, type RunContents, type StreamedRunFolder, writeRunFolder } from "../io/run-folder.node.js";
import type { Figure } from "../validation/figures/figure.js";
import { type ReportInput, type ReportSection, renderReport } from "../validation/index.js";
import { packageVersion } from "./package-info.js";
import type { RunResults } from "./results/results.js";

export interface RunOutput {
  folder: string;
  title: string;
  summary: string;
  sections: readonly ReportSection[];
  results: RunResults;
  inputs: readonly InputHash[];
  /** Seconds by stage. */
  timings: Readonly<Record<string, number>>;
  /** The command line, without the path of node. */
  command: string;
  /** Further files by relative path. */
  files?: Readonly<Record<string, string>>;
  /** Stands in the manifest where there is no network description. */
  script?: string;
  /** The folder, where the run was streamed to it. */
  stream?: StreamedRunFolder | undefined;
}

/** Writes the folder and returns its path. @throws WbeError FILE */
export async function writeRunOutput(output: RunOutput): Promise<string> {
  const { folder, title, summary, sections, results, inputs, timings, command, script, files = {}, stream } = output;
  const seed = results.description?.seed ?? null;
  const provenance: ReportInput["provenance"] = {
    "wbe version": packageVersion(),
    command,
    seed: seed ?? "not known to the report",
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    written: new Date().toISOString(),
    "timings (s)": Object.fromEntries(Object.entries(timings).map(([stage, s]) => [stage, Number(s.toPrecision(4))])),
    inputs,
    ...(results.threads ? { threads: results.threads.reason ?? String(results.threads.count) } : {}),
    ...(results.description ? { "network description": abridge(results.description) } : {}),
  };
  const report = renderReport({ title, summary, sections, provenance, warnings: results.warnings });
  const figures = sections.flatMap((section): readonly Figure[] => section.figures ?? []);
  const weights = Object.fromEntries(
    results.weights.map(({ projection, unit, before, after }) => {
      const column = (name: string, values: ArrayLike<number>, doc: string) => {
        const data = Float64Array.from(values);
        return { data, schema: { name, unit, shape: [data.length], doc } };
      };
      return [
        projection,
        {
          after: column("after", after, "Weight of each synapse after the run."),
          ...(before ? { before: column("before", before, "Weight of each synapse before the run.") } : {}),
        },
      ];
    }),
  );
  const { spikes, states, rates, weightSamples, snapshots } = results;
  const recorded = results.isStreamed ? {} : { spikes, states, rates, weightSamples };
  const contents: RunContents = {
    ...layOutResults({ ...recorded, weights, snapshots }),
    record: {
      version: packageVersion(),
      seed,
      description: results.description ?? script ?? null,
      inputs,
      timings,
      warnings: results.warnings,
      command,
      ...(results.threads ? { threads: results.threads } : {}),
      measures: results.measures,
      validation: results.validation ?? null,
    },
    report,
    files: { ...files, ...Object.fromEntries(figures.map(({ id, svg }) => [`figures/${id}.svg`, svg])) },
  };
  return stream ? await stream.finish(contents) : await writeRunFolder(folder, contents);
}

/** The folder asked for, or runs/NAME, or the first free one of runs/NAME-2, runs/NAME-3, … */
export function chooseFolder(asked: string | undefined, name: string, cwd: string): string {
  if (asked !== undefined) return resolve(cwd, asked);
  const first = join(cwd, "runs", name);
  if (!existsSync(first)) return first;
  for (let k = 2; ; k++) if (!existsSync(`${first}-${k}`)) return `${first}-${k}`;
}

/** Long lists of a description (edges, positions, values) cut short for the page; the manifest has them whole. */
function abridge(value: unknown): unknown {
  if (
    ArrayBuffer.isView(value) ||
    (Array.isArray(value) && value.length > 20 && value.every((v) => typeof v === "number"))
  ) {
    const list = value as unknown as readonly number[] | Float64Array;
    return list.length > 20 ? `${list.length} numbers, from ${list.slice(0, 5).join(", ")}, …` : Array.from(list);
  }
  if (Array.isArray(value)) return value.map(abridge);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, abridge(v)]));
  }
  return value;
}
