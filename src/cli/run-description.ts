/**
 * `wbe run network.json`: reads, builds, runs (from a checkpoint if asked), collects.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { NumericArray } from "../core/column.js";
import { WbeError } from "../core/errors.js";
import { fileError, fileSource, readWholeFile, removeAbandoned, writeWholeFile } from "../io/file.node.js";
import { hashInput, type InputHash } from "../io/run-folder.node.js";
import type { ZarrStore } from "../io/zarr.js";
import { plasticityRules } from "../plasticity/index.js";
import {
  type Checkpoint,
  decodeCheckpoint,
  type OpenFile,
  parseDescription,
  SimulationEngine,
} from "../simulation/index.js";
import type { CommandIO } from "./command.js";
import { addEngine } from "./results/collect.js";
import { emptyResults, type RunResults } from "./results/results.js";
import { addStreamed } from "./results/streamed.js";
import { describeSonataFile, isSonataConfig, type SonataRunOptions } from "./sonata-run.js";

/** The parsed JSON of a file, not yet checked. @throws WbeError FILE when it cannot be read, FORMAT when it is no JSON. */
export async function readDescription(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch((cause) => {
    throw fileError("read", path, cause);
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new WbeError("FORMAT", `expected JSON, found ${cause instanceof Error ? cause.message : String(cause)}`, {
      where: path,
      cause,
    });
  }
}

/** Opens the files that a description names, by their paths from its own folder. */
export function openBeside(description: string): OpenFile {
  return (file) => fileSource(resolve(dirname(description), file));
}

/** Hashes of the files that a description names, for the manifest. */
export async function hashStimulusFiles(path: string): Promise<InputHash[]> {
  const given = await readDescription(path);
  if (isSonataConfig(given)) return [];
  const { stimuli } = parseDescription(given);
  const files = stimuli.flatMap((stimulus) => ("file" in stimulus && stimulus.file ? [stimulus.file] : []));
  return Promise.all([...new Set(files)].map((file) => hashInput(resolve(dirname(path), file))));
}

/** Where a run keeps its checkpoints. */
export interface CheckpointPlan {
  /** File, absolute. */
  readonly path: string;
  /** Seconds of wall time between two saves. */
  readonly every: number;
  /** Go on from the file if it is there. */
  readonly resume: boolean;
}

/**
 * @param timings receives seconds of build and run.
 * @param stream where the records go while the run goes on.
 * @returns the results; `nodeIds` when the file was a SONATA configuration.
 * @throws WbeError FORMAT when the file is no JSON, DESCRIPTION_INVALID naming the field, FILE for a checkpoint that is
 * in the way or cannot be read or written, and what the run throws.
 */
export async function runDescription(
  path: string,
  io: CommandIO,
  timings: Record<string, number>,
  plan?: CheckpointPlan,
  threads: number | "auto" = "auto",
  sonata: SonataRunOptions = {},
  stream?: ZarrStore,
): Promise<{ results: RunResults; nodeIds: Readonly<Record<string, NumericArray>> | undefined }> {
  const given = await readDescription(path);
  const fromSonata = isSonataConfig(given) ? await describeSonataFile(path, sonata) : undefined;
  const description = fromSonata?.description ?? given;
  const results = await simulate(description, io, timings, plan, threads, openBeside(path), stream);
  if (fromSonata) results.warnings.unshift(...fromSonata.warnings);
  return { results, nodeIds: fromSonata?.nodeIds };
}

async function simulate(
  description: unknown,
  io: CommandIO,
  timings: Record<string, number>,
  plan: CheckpointPlan | undefined,
  threads: number | "auto",
  openFile: OpenFile,
  stream: ZarrStore | undefined,
): Promise<RunResults> {
  const checkpoint = plan && (await openCheckpoint(plan, io));
  const start = performance.now();
  const catalogue = { rules: plasticityRules };
  const engine = await SimulationEngine.fromDescription(description, { catalogue, threads, openFile });
  try {
    if (checkpoint) await load(engine, checkpoint, plan.path);
    timings.build = (performance.now() - start) / 1000;
    const bar = io.progress("simulating", engine.description.duration, "ms");
    const runStart = performance.now();
    await engine
      .run({
        signal: io.signal,
        onProgress: (time, total) => bar.update(time, total),
        autosave: plan && { every: 1000 * plan.every, write: (bytes) => writeWholeFile(plan.path, bytes) },
        ...(stream ? { stream: { store: stream } } : {}),
      })
      .finally(() => bar.finish());
    timings.run = (performance.now() - runStart) / 1000;
    const results = emptyResults();
    if (stream) await addStreamed(results, stream);
    await addEngine(results, engine);
    results.threads = { count: engine.threads, reason: engine.threadsReason };
    return results;
  } finally {
    await engine.dispose();
  }
}

async function openCheckpoint({ path, resume }: CheckpointPlan, io: CommandIO): Promise<Checkpoint | undefined> {
  await removeAbandoned(path);
  if (!existsSync(path)) {
    if (resume) io.stderr.write(`no checkpoint yet at ${path}: the run starts at 0 ms\n`);
    return undefined;
  }
  if (!resume) {
    throw new WbeError("FILE", "will not overwrite the checkpoint of another run", {
      where: path,
      remedy: "Add --resume to go on from it, or remove it.",
    });
  }
  const checkpoint = await decodeCheckpoint(await readWholeFile(path), path);
  io.stderr.write(`resuming at ${Number((checkpoint.step * checkpoint.dt).toPrecision(12))} ms\n`);
  return checkpoint;
}

async function load(engine: SimulationEngine, checkpoint: Checkpoint, path: string): Promise<void> {
  const { dt, duration } = engine.description;
  try {
    await engine.load(checkpoint);
  } catch (cause) {
    if (!(cause instanceof WbeError)) throw cause;
    throw new WbeError(cause.code, "the checkpoint does not fit this description", {
      where: path,
      remedy: cause.message,
      cause,
    });
  }
  if (checkpoint.step <= Math.round(duration / dt)) return;
  throw new WbeError(
    "DESCRIPTION_INVALID",
    `the checkpoint stands at ${engine.time} ms, behind the end at ${duration} ms`,
    {
      where: path,
      remedy: "Give a longer duration, or start without this checkpoint.",
    },
  );
}
