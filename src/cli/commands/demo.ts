/**
 * `wbe demo`: the whole pipeline, and one report of it.
 *
 * @module
 */
import { resolve } from "node:path";
import { z } from "zod";
import { throwIfCancelled } from "../../core/progress.js";
import { checkRunFolderPlace } from "../../io/run-folder.node.js";
import { defineCommand } from "../command.js";
import type { DemoResult } from "../demo/part.js";
import { demoParts } from "../demo/parts.js";
import { emptyResults } from "../results/results.js";
import { writeRunOutput } from "../run-output.js";

export const demoCommand = defineCommand({
  name: "demo",
  summary: "run the whole pipeline on made-up and real input and write a report with figures",
  details: `
Writes wbe-demo/report.html (one file, opens anywhere), the figures as SVG, the spikes and recorded states as Zarr, and
the manifest.`,
  arguments: {},
  options: {
    out: z.string().default("wbe-demo").meta({ placeholder: "DIR", description: "folder to write" }),
    swc: z
      .string()
      .optional()
      .meta({ placeholder: "FILE", description: "draw and measure this neuron instead of the project's own" }),
    fast: z.boolean().default(false).describe("shorter runs"),
  },
  examples: ["wbe demo", "wbe demo --swc neuron.swc --out my-demo"],
  async run({ out, swc, fast }, io) {
    const folder = resolve(io.cwd, out);
    await checkRunFolderPlace(folder);
    const timings: Record<string, number> = {};
    const done: DemoResult[] = [];
    for (const part of demoParts) {
      throwIfCancelled(io.signal, "the demo");
      io.stderr.write(`${part.name} …\n`);
      const start = performance.now();
      const result = await part.run({ swc, isFast: fast }, io);
      timings[part.name] = (performance.now() - start) / 1000;
      io.stdout.write(`${result.summary.replace(/`/g, "")}\n`);
      done.push(result);
    }
    const main = done.find((result) => result.results)?.results;
    const results = main ?? emptyResults();
    const written = await writeRunOutput({
      folder,
      title: "wbe demo",
      summary: done.map((result) => result.summary).join("\n\n"),
      sections: done.flatMap((result) => result.sections),
      results: { ...results, warnings: done.flatMap((result) => result.warnings) },
      inputs: done.flatMap((result) => result.inputs),
      timings,
      files: Object.assign({}, ...done.map((result) => result.files ?? {})),
      command: `wbe demo${swc === undefined ? "" : ` --swc ${swc}`}${fast ? " --fast" : ""}`,
    });
    io.stdout.write(`${written}/report.html\n`);
  },
});
