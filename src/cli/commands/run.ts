/**
 * `wbe run FILE`: a network description or a script, then the run folder.
 *
 * @module
 */
import { basename, extname, resolve } from "node:path";
import { z } from "zod";
import type { NumericArray } from "../../core/column.js";
import { WbeError } from "../../core/errors.js";
import { beginRunFolder, checkRunFolderPlace, hashInput, type StreamedRunFolder } from "../../io/run-folder.node.js";
import { defineCommand } from "../command.js";
import { UsageError } from "../failure.js";
import { loadScript } from "../load-script.js";
import { packageVersion } from "../package-info.js";
import { collectExports } from "../results/collect.js";
import type { RunResults } from "../results/results.js";
import { makeSections } from "../results/sections.js";
import { summarise } from "../results/summary.js";
import { chooseFolder, writeRunOutput } from "../run-output.js";
import { writeSonataResults } from "../sonata-run.js";
import { threadsOption } from "../threads-option.js";

export const runCommand = defineCommand({
  name: "run",
  summary: "run a network description (.json) or a script (.ts) and write a run folder",
  details: `
The run folder holds manifest.json (description, seed, input hashes, timings), results.zarr (spikes, recorded states,
weights), report.html and the figures. A description is run for its duration. A script (.ts, .js) does what it does;
what it exports (an engine, volume, labels, morphologies, connectome, measures, a validation report, figures) goes
into the report.

A SONATA configuration of point neurons runs too; spikes.h5 and report.h5 in the run folder are its results in SONATA.

With --checkpoint a run of a description saves itself at intervals, when it is interrupted (Ctrl-C) and at its end; with
--resume it goes on from there and gives the same bits as a run that was never interrupted.

With --stream the folder is there from the start: what is recorded goes to results.zarr while the run goes on, which can
be read at any time (zarr-python: zarr.open("DIR/results.zarr")), and takes no memory. With --checkpoint and --resume the
stream goes on too, without a gap or a duplicate. Files of spike times that a description names are looked for beside it.`,
  arguments: {
    file: z.string().describe("network description or SONATA configuration (.json), or script (.ts, .mts, .js, .mjs)"),
  },
  options: {
    out: z.string().optional().meta({ placeholder: "DIR", description: "run folder (default: a new one in runs/)" }),
    checkpoint: z.string().optional().meta({ placeholder: "FILE", description: "file that the run saves itself to" }),
    autosave: z
      .number()
      .gt(0)
      .optional()
      .meta({ placeholder: "SECONDS", description: "time between two saves (default: 60)" }),
    threads: threadsOption,
    root: z.string().optional().meta({
      placeholder: "DIR",
      description: "folder that no path of a SONATA configuration may leave (default: its own)",
    }),
    dt: z.number().gt(0).optional().meta({ placeholder: "MS", description: "time step instead of the SONATA one" }),
    stream: z.boolean().default(false).meta({ description: "write records to the run folder while the run goes on" }),
    resume: z.boolean().default(false).meta({ description: "go on from the checkpoint if there is one" }),
  },
  examples: [
    "wbe run network.json",
    "wbe run examples/hello-brain.ts --out my-run",
    "wbe run circuit/simulation_config.json --root .",
    "wbe run network.json --checkpoint net.ckpt --resume",
    "wbe run network.json --stream --out long-run",
  ],
  async run({ file, out, checkpoint, autosave, threads, root, dt, stream, resume }, io) {
    if (checkpoint === undefined && (resume || autosave !== undefined)) {
      throw new UsageError("--autosave and --resume need --checkpoint FILE");
    }
    const path = resolve(io.cwd, file);
    const name = basename(path, extname(path));
    const plan =
      checkpoint === undefined ? undefined : { path: resolve(io.cwd, checkpoint), every: autosave ?? 60, resume };
    const folder = chooseFolder(out, name, io.cwd);
    await checkRunFolderPlace(folder);
    const inputs = [await hashInput(path)];
    const start = performance.now();
    const isScript = /\.[cm]?[jt]s$/.test(path);
    if (!isScript && extname(path) !== ".json") {
      throw new WbeError(
        "UNSUPPORTED",
        `expected a description (.json) or a script (.ts, .js), found "${basename(path)}"`,
      );
    }
    if (isScript && threads !== "auto") {
      throw new WbeError("UNSUPPORTED", "expected a description (.json) with --threads, found a script", {
        remedy: "A script makes its engine itself: SimulationEngine.fromDescription(description, { threads }).",
      });
    }
    if (isScript && plan) {
      throw new WbeError("UNSUPPORTED", "expected a description (.json) with --checkpoint, found a script", {
        remedy: "A script saves its engine itself: engine.run({ autosave }), engine.load(checkpoint).",
      });
    }
    if (isScript && stream) {
      throw new WbeError("UNSUPPORTED", "expected a description (.json) with --stream, found a script", {
        remedy: "A script streams its engine itself: engine.run({ stream: { store } }).",
      });
    }
    let results: RunResults;
    let nodeIds: Readonly<Record<string, NumericArray>> | undefined;
    let streamed: StreamedRunFolder | undefined;
    const timings: Record<string, number> = {};
    if (isScript) {
      results = await collectExports(await loadScript(path, io.cwd, io.signal));
      timings.script = seconds(start);
    } else {
      const { hashStimulusFiles, readDescription, runDescription } = await import("../run-description.js");
      inputs.push(...(await hashStimulusFiles(path)));
      if (stream) {
        const description = await readDescription(path);
        const record = { version: packageVersion(), seed: null, description, inputs, timings: {}, warnings: [] };
        streamed = await beginRunFolder(folder, record, resume);
      }
      const sonata = { root: root === undefined ? undefined : resolve(io.cwd, root), dt };
      ({ results, nodeIds } = await runDescription(path, io, timings, plan, threads, sonata, streamed?.store));
    }
    const reportStart = performance.now();
    const sections = await makeSections(results);
    timings.figures = seconds(reportStart);
    const written = await writeRunOutput({
      folder,
      title: results.description?.name ?? name,
      summary: summarise(results),
      sections,
      results,
      inputs,
      timings,
      command: [
        `wbe run ${file}`,
        out === undefined ? [] : `--out ${out}`,
        checkpoint === undefined ? [] : `--checkpoint ${checkpoint}`,
        autosave === undefined ? [] : `--autosave ${autosave}`,
        threads === "auto" ? [] : `--threads ${threads}`,
        root === undefined ? [] : `--root ${root}`,
        dt === undefined ? [] : `--dt ${dt}`,
        stream ? "--stream" : [],
        resume ? "--resume" : [],
      ]
        .flat()
        .join(" "),
      script: isScript ? basename(path) : undefined,
      stream: streamed,
    });
    if (nodeIds) await writeSonataResults(folder, results, nodeIds);
    for (const warning of results.warnings) io.stderr.write(`warning: ${warning}\n`);
    io.stdout.write(`${summarise(results)}\n${written}/report.html\n`);
  },
});

const seconds = (since: number): number => (performance.now() - since) / 1000;
