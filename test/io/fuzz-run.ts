/** The long fuzz of scripts/fuzz-formats.js: samples and real files, damaged by the thousand. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { WbeError } from "wbe/core";
import { bytesSource, detectFormat } from "wbe/io";
import { bytesOfSample, type FormatId, samples } from "./format-samples.js";
import { otherReaders, readAll } from "./fuzz-readers.js";
import { cpuTime, mutate, randomOf } from "./mutate.js";

export interface FuzzOptions {
  readonly inputs: number;
  readonly seed: number;
  /** Only this reader. */
  readonly only: string | undefined;
  /** Folder of real files. */
  readonly data: string | undefined;
  log(line: string): void;
}

/** Largest real file that is damaged: larger ones only make each try slower. */
const largestFile = 200_000;

/** @returns the number of inputs that ended as neither value nor WbeError, or took longer than 2 s. */
export async function fuzzFormats({ inputs, seed, only, data, log }: FuzzOptions): Promise<number> {
  const originals = new Map<string, { read(bytes: Uint8Array): Promise<unknown>; files: Uint8Array[] }>();
  for (const id of Object.keys(samples) as FormatId[]) {
    const kinds = Object.values(samples[id]).filter((value) => value !== undefined);
    const files: Uint8Array[] = [];
    // One after the other: jiti gives half-loaded modules to imports at the same time.
    for (const value of kinds) files.push(await bytesOfSample(id, value));
    originals.set(id, {
      read: (bytes) => readAll(id, bytes),
      files: files.filter(({ length }) => length <= largestFile),
    });
  }
  for (const [name, { sample, read }] of Object.entries(otherReaders)) {
    originals.set(name, { read, files: [typeof sample === "string" ? new TextEncoder().encode(sample) : sample] });
  }
  if (data !== undefined) await addRealFiles(data, originals);
  let failures = 0;
  for (const [name, { read, files }] of originals) {
    if (only !== undefined && name !== only) continue;
    // What loads at first use is loaded before it is timed.
    for (const bytes of files) await read(bytes).catch(() => undefined);
    const next = randomOf(seed);
    const counts = new Map<string, number>();
    let slowest = 0;
    for (let i = 0; i < inputs; i++) {
      const bytes = mutate(files[Math.floor(next() * files.length)]!, next);
      const start = cpuTime();
      let outcome = "value";
      try {
        await read(bytes);
      } catch (error) {
        outcome = error instanceof WbeError ? error.code : "FAILURE";
        if (outcome === "FAILURE" || outcome === "INTERNAL")
          log(`${name}, input ${i}: ${error instanceof Error ? error.stack : String(error)}`);
      }
      const took = cpuTime() - start;
      slowest = Math.max(slowest, took);
      if (took > 2000) log(`${name}, input ${i}: ${took.toFixed(0)} ms`);
      if (took > 2000 || outcome === "FAILURE" || outcome === "INTERNAL") failures++;
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    }
    const summary = [...counts].map(([outcome, count]) => `${outcome} ${count}`).join(", ");
    const memory = Math.round(process.memoryUsage().rss / 1e6);
    log(`${name}: ${files.length} files, ${inputs} inputs: ${summary}; slowest ${slowest.toFixed(0)} ms; ${memory} MB`);
  }
  return failures;
}

async function addRealFiles(folder: string, originals: ReadonlyMap<string, { files: Uint8Array[] }>): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true })) {
    const path = join(folder, entry);
    const found = await stat(path);
    if (!found.isFile() || found.size > largestFile) continue;
    const bytes = new Uint8Array(await readFile(path));
    const format = await detectFormat(bytesSource(bytes, entry)).catch(() => undefined);
    if (format) originals.get(format.id)?.files.push(bytes);
  }
}
