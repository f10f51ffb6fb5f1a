/**
 * A run as a folder: manifest.json (how it came about), results.zarr (what came out), report.html (what it looks
 * like), and any further files. Written aside and renamed, so a folder is there whole or not at all.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { WbeError } from "../core/errors.js";
import { fileError, writeWholeFile } from "./file.node.js";
import { liftArrays, lowerArrays } from "./lifted-arrays.js";
import { dataTypeOf, readZarr, writeZarr, type ZarrContents, type ZarrStore } from "./zarr.js";
import { addToStream, listStream } from "./zarr-stream.js";

const formatName = "wbe-run";
const formatVersion = 1;
/** Where results.zarr holds the long arrays of the manifest. */
const manifestArrays = "manifest";

/** How a run came about. JSON only. */
export interface RunRecord {
  /** Version of wbe. */
  version: string;
  /** null where nothing random is known to have been used. */
  seed: number | null;
  /** The full network description, or what stood in its place (a script's path and text). */
  description: unknown;
  inputs: readonly InputHash[];
  /** Seconds by stage. */
  timings: Readonly<Record<string, number>>;
  warnings: readonly string[];
  /** Anything else worth keeping: command line, measured values, … */
  [key: string]: unknown;
}

export interface InputHash {
  name: string;
  bytes: number;
  sha256: string;
}

/** manifest.json: the record, and where and when it was made. */
export interface RunManifest extends RunRecord {
  format: typeof formatName;
  formatVersion: number;
  /** A run that is streamed writes its results while it is running. */
  state: "running" | "finished";
  node: string;
  platform: string;
  /** ISO 8601, UTC. */
  created: string;
  arrays: readonly { path: string; dtype: string; shape: readonly number[]; unit: string; doc: string }[];
}

export interface RunContents extends ZarrContents {
  record: RunRecord;
  /** A whole HTML document. */
  report?: string;
  /** Further files by relative path, e.g. "figures/raster.svg". */
  files?: Readonly<Record<string, string | Uint8Array>>;
}

export interface RunFolder extends Required<ZarrContents> {
  manifest: RunManifest;
  report: string | undefined;
}

/** SHA-256 of a file, read as a stream. @throws WbeError FILE */
export async function hashInput(path: string): Promise<InputHash> {
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path)) {
      const part = chunk as Uint8Array;
      hash.update(part);
      bytes += part.length;
    }
  } catch (cause) {
    throw fileError("read", path, cause);
  }
  return { name: basename(path), bytes, sha256: hash.digest("hex") };
}

let count = 0;

/**
 * Writes a run folder and returns its absolute path. An older run folder of that name is replaced; anything else
 * that is not an empty folder is left alone.
 *
 * @throws WbeError FILE when the place is taken or cannot be written; then nothing is left behind.
 */
export async function writeRunFolder(folder: string, contents: RunContents): Promise<string> {
  const target = resolve(folder);
  const older = await whatIsThere(target);
  const id = `${process.pid}.${count++}`;
  const aside = join(dirname(target), `.${basename(target)}.${id}.partial`);
  const replaced = join(dirname(target), `.${basename(target)}.${id}.replaced`);
  const { report, files = {} } = contents;
  const { value: record, arrays: lifted } = liftArrays(contents.record, manifestArrays);
  const arrays = { ...contents.arrays, ...lifted };
  const described = Object.entries(arrays).map(([path, { data, schema }]) => ({
    path,
    dtype: dataTypeOf(data),
    shape: schema.shape,
    unit: schema.unit,
    doc: schema.doc,
  }));
  try {
    await mkdir(aside, { recursive: true });
    await writeZarr(directoryStore(join(aside, "results.zarr")), { ...contents, arrays });
    await writeFiles(aside, files, report);
    await writeFile(join(aside, "manifest.json"), encodeManifest(record, "finished", described));
    if (older !== "nothing") await rename(target, replaced);
    await rename(aside, target);
  } catch (cause) {
    await rm(aside, { recursive: true, force: true });
    if (older !== "nothing" && (await whatIsThere(target).catch(() => "other")) === "nothing") {
      await rename(replaced, target).catch(() => undefined);
    }
    throw cause instanceof WbeError ? cause : fileError("write", target, cause);
  }
  await rm(replaced, { recursive: true, force: true });
  return target;
}

/**
 * Refuses early, before hours of computing, what writeRunFolder would refuse at the end.
 *
 * @throws WbeError FILE when the place is taken by something that is not a run folder.
 */
export async function checkRunFolderPlace(folder: string): Promise<void> {
  await whatIsThere(resolve(folder));
}

/** A run folder that is there from the start of the run. */
export interface StreamedRunFolder {
  /** results.zarr, for the engine's stream. */
  readonly store: ZarrStore;
  /** Writes what is known at the end: more arrays, report, files, the whole manifest. Returns the absolute path. */
  finish(contents: RunContents): Promise<string>;
}

/**
 * Makes a run folder for a run that is streamed: manifest.json says "running" until it is finished, and results.zarr can
 * be read all the while.
 *
 * @param goOn keep the results of an older run folder, to go on with it; otherwise they are replaced.
 * @throws WbeError FILE when the place is taken by something that is not a run folder, or cannot be written.
 */
export async function beginRunFolder(folder: string, record: RunRecord, goOn: boolean): Promise<StreamedRunFolder> {
  const target = resolve(folder);
  const older = await whatIsThere(target);
  try {
    if (older === "run folder" && !goOn) await rm(target, { recursive: true });
    await mkdir(target, { recursive: true });
    const { value: plain } = liftArrays(record, manifestArrays);
    await writeWholeFile(join(target, "manifest.json"), encodeManifest(plain, "running", []));
  } catch (cause) {
    throw cause instanceof WbeError ? cause : fileError("write", target, cause);
  }
  const root = join(target, "results.zarr");
  const store = streamStore(root);
  await store.close();
  return {
    store,
    async finish({ record, report, files, ...contents }) {
      const { value: whole, arrays: lifted } = liftArrays(record, manifestArrays);
      try {
        await addToStream(store, { ...contents, arrays: { ...contents.arrays, ...lifted } });
        await store.close();
        await writeFiles(target, files ?? {}, report);
        const arrays = await listStream(store);
        await writeWholeFile(join(target, "manifest.json"), encodeManifest(whole, "finished", arrays));
      } catch (cause) {
        throw cause instanceof WbeError ? cause : fileError("write", target, cause);
      }
      return target;
    },
  };
}

function encodeManifest(record: RunRecord, state: RunManifest["state"], arrays: RunManifest["arrays"]): Uint8Array {
  const manifest: RunManifest = {
    ...record,
    format: formatName,
    formatVersion,
    state,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    created: new Date().toISOString(),
    arrays,
  };
  return new TextEncoder().encode(`${toJson(manifest)}\n`);
}

async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  report: string | undefined,
): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    const path = resolve(folder, name);
    if (!path.startsWith(join(folder, "/")) || name === "manifest.json" || name === "report.html") {
      throw new WbeError("ARGUMENT", `expected a file name inside the run folder, found "${name}"`);
    }
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
  if (report !== undefined) await writeFile(join(folder, "report.html"), report);
}

async function whatIsThere(target: string): Promise<"nothing" | "empty folder" | "run folder"> {
  const taken = (what: string) =>
    new WbeError("FILE", `will not overwrite ${what}, which is not a run folder`, {
      where: target,
      remedy: "Choose another output folder, or move this one away.",
    });
  let names: string[];
  try {
    names = await readdir(target);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ENOENT") return "nothing";
    if (code === "ENOTDIR") {
      if ((await stat(target).catch(() => undefined))?.isFile()) throw taken("the file");
    }
    throw fileError("look at", target, cause);
  }
  if (names.length === 0) return "empty folder";
  if (names.includes("manifest.json")) {
    const text = await readFile(join(target, "manifest.json"), "utf8").catch(() => "");
    if (isManifest(parseJson(text))) return "run folder";
  }
  throw taken(`the folder (${names.length} ${names.length === 1 ? "entry" : "entries"})`);
}

/**
 * Reads a run folder whole.
 *
 * @throws WbeError FILE when it cannot be read, FORMAT when it is not a run folder or is damaged.
 */
export async function readRunFolder(folder: string): Promise<RunFolder> {
  const target = resolve(folder);
  let text: string;
  try {
    text = await readFile(join(target, "manifest.json"), "utf8");
  } catch (cause) {
    throw fileError("read", join(target, "manifest.json"), cause);
  }
  const manifest = parseJson(text);
  if (!isManifest(manifest)) {
    throw new WbeError("FORMAT", `expected a manifest of format "${formatName}"`, {
      where: join(target, "manifest.json"),
      remedy: "Name a folder that wbe run or wbe demo wrote.",
    });
  }
  if (manifest.formatVersion > formatVersion) {
    throw new WbeError(
      "UNSUPPORTED",
      `expected a run folder of version ≤ ${formatVersion}, found ${manifest.formatVersion}`,
      {
        where: target,
        remedy: "Read it with a newer wbe.",
      },
    );
  }
  const results = await readZarr(directoryStore(join(target, "results.zarr")));
  const report = await readFile(join(target, "report.html"), "utf8").catch(() => undefined);
  // A run that is going on has not written them yet.
  if (manifest.state === "running") return { manifest, report, ...results };
  const { value: whole, arrays } = lowerArrays(manifest, results.arrays, join(target, "manifest.json"));
  return { manifest: whole, report, ...results, arrays };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isManifest(value: unknown): value is RunManifest {
  return (
    typeof value === "object" &&
    value !== null &&
    "format" in value &&
    value.format === formatName &&
    "formatVersion" in value &&
    Number.isInteger(value.formatVersion)
  );
}

/** JSON has no NaN or infinity: they are written as words, as in Zarr. Typed arrays are lists. */
function toJson(value: unknown): string {
  const replace = (_: string, v: unknown): unknown => {
    if (typeof v === "number" && !Number.isFinite(v)) return String(v);
    return ArrayBuffer.isView(v) ? Array.from(v as unknown as ArrayLike<number>) : v;
  };
  return JSON.stringify(value, replace, 2);
}

/** A folder as a Zarr store: keys are paths below it. */
export function directoryStore(root: string): ZarrStore {
  return {
    async get(key) {
      try {
        return new Uint8Array(await readFile(join(root, key)));
      } catch (cause) {
        if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
        throw fileError("read", join(root, key), cause);
      }
    },
    async set(key, value) {
      const path = join(root, key);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, value);
    },
  };
}

/**
 * A folder as a Zarr store in which each file appears whole: written aside, in the folder `<root>.partial`, and renamed.
 * For streams that others read while they are written.
 */
export function streamStore(root: string): ZarrStore & { close(): Promise<void> } {
  const aside = `${root}.partial`;
  const made = new Set<string>();
  const make = async (folder: string): Promise<void> => {
    if (made.has(folder)) return;
    await mkdir(folder, { recursive: true });
    made.add(folder);
  };
  return {
    ...directoryStore(root),
    async set(key, value) {
      const path = join(root, key);
      const part = join(aside, `${process.pid}.${count++}`);
      try {
        await make(aside);
        await make(dirname(path));
        const file = await open(part, "w");
        try {
          await file.writeFile(value);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(part, path);
      } catch (cause) {
        await rm(part, { force: true }).catch(() => undefined);
        throw fileError("write", path, cause);
      }
    },
    /** Removes what killed writers have left aside. */
    async close() {
      await rm(aside, { recursive: true, force: true });
    },
  };
}
