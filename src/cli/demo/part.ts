/**
 * The demo is a list of parts, each of which runs something and hands over sections for the one report.
 *
 * @module
 */
import type { InputHash } from "../../io/run-folder.node.js";
import type { ReportSection } from "../../validation/index.js";
import type { CommandIO } from "../command.js";
import type { RunResults } from "../results/results.js";

export interface DemoOptions {
  /** SWC file to draw instead of the project's own. */
  swc: string | undefined;
  /** Shorter runs. */
  isFast: boolean;
}

export interface DemoResult {
  /** One sentence for the top of the report. */
  summary: string;
  sections: ReportSection[];
  warnings: readonly string[];
  inputs: readonly InputHash[];
  /** Further files for the folder, by relative path. */
  files?: Readonly<Record<string, string>>;
  /** What goes into results.zarr and the manifest; one part of the demo has it. */
  results?: RunResults;
}

export interface DemoPart {
  name: string;
  run(options: DemoOptions, io: CommandIO): Promise<DemoResult>;
}
