/** What every format must do: the same claims for all of them. */
import { describe, expect, it } from "vitest";
import { WbeError } from "wbe/core";
import { bytesSource, detectFormat, memorySink } from "wbe/io";
import type { DataArray } from "../../src/core/recording.js";
import { formats } from "../../src/io/formats.js";
import { bytesOfSample, type FormatId, fileNameOf, type SampleKind, samples } from "./format-samples.js";
import { otherReaders, readAll } from "./fuzz-readers.js";
import { cpuTime, mutate, randomOf } from "./mutate.js";
import { withPlainNumbers } from "./plain-numbers.js";

const ids = Object.keys(samples) as FormatId[];

/** A value without functions, with its lazy arrays read. */
async function plain(value: unknown): Promise<unknown> {
  if (typeof value === "function") return undefined;
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (value instanceof Map)
    return new Map(await Promise.all([...value].map(async ([key, item]) => [key, await plain(item)] as const)));
  if (Array.isArray(value)) return Promise.all(value.map(plain));
  const object = value as Record<string, unknown>;
  if (typeof object.read === "function" && "shape" in object) {
    const array = object as unknown as DataArray;
    return { shape: [...array.shape], values: Array.from(await array.read()) };
  }
  const entries = await Promise.all(
    Object.entries(object).map(async ([key, item]) => [key, await plain(item)] as const),
  );
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
}

/** What a format says that it loses is taken out of both sides. */
function withoutLost(id: FormatId, value: unknown): unknown {
  const object = { ...(value as Record<string, unknown>) };
  delete object.warnings;
  if (id === "nwb") {
    delete object.version;
    // Integers of 64 bits come back as doubles.
    for (const table of object.tables as { columns: { ranges?: Record<string, ArrayLike<number>> }[] }[]) {
      for (const { ranges } of table.columns) for (const key in ranges) ranges[key] = Array.from(ranges[key]!);
    }
    for (const key of ["objects", "series", "tables"]) {
      object[key] = [...(object[key] as { path: string }[])].sort((a, b) => (a.path < b.path ? -1 : 1));
    }
  }
  if (["npy", "npz", "tiff", "nifti"].includes(id))
    for (const key of ["affine", "voxelSize", "origin"]) delete object[key];
  // Integers of 64 bits come back in 32 where they fit.
  if (id === "sonata") for (const key of ["nodes", "edges"]) object[key] = withPlainNumbers(object[key]);
  if (id === "matrix-market" || id === "adjacency") delete object.nodes;
  if (id === "spike-times") delete object.line;
  return object;
}

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

it("the suite holds every format of the registry", () => {
  expect(ids.sort()).toEqual(Object.keys(formats).sort());
});

describe.each(ids)("%s", (id) => {
  const kinds = (Object.keys(samples[id]) as SampleKind[]).filter((kind) => samples[id][kind] !== undefined);

  const isWritten = "write" in formats[id];

  it.runIf(!isWritten).each(kinds)("a file of another tool is read: %s", async (kind) => {
    await readAll(id, await bytesOfSample(id, samples[id][kind]));
  });

  it.runIf(isWritten).each(kinds)("round trip: %s", async (kind) => {
    const value = samples[id][kind];
    const name = fileNameOf(id, value);
    const bytes = await bytesOfSample(id, value);
    const read = formats[id].read as (source: ReturnType<typeof bytesSource>) => Promise<{ close?(): void }>;
    const again = await read(bytesSource(bytes, name));
    expect(withoutLost(id, await plain(again))).toEqual(withoutLost(id, await plain(value)));
    again.close?.();
  });

  it("is detected by its content and name", async () => {
    const value = samples[id].usual;
    const name = fileNameOf(id, value);
    expect((await detectFormat(bytesSource(await bytesOfSample(id, value), name))).id).toBe(id);
  });

  it("no bytes, other bytes and a file cut at any length are errors or a shorter value, at once", async () => {
    const bytes = await bytesOfSample(id, samples[id].usual);
    for (const other of [new Uint8Array(0), Uint8Array.from({ length: 64 }, (_, i) => 0x80 + i)]) {
      const error = await failure(readAll(id, other));
      // Any text is a table to them, and none an empty one.
      if (error === undefined && ["edge-list", "spike-times"].includes(id)) continue;
      expect(error).toBeInstanceOf(WbeError);
    }
    // Every length of a small file; of a large one the first lengths and some five hundred others.
    const step = Math.max(1, Math.floor(bytes.length / 500));
    for (let length = 0; length < bytes.length; length += length < 200 ? 1 : step) {
      const start = cpuTime();
      const error = await failure(readAll(id, bytes.subarray(0, length)));
      if (error !== undefined) expect(error).toBeInstanceOf(WbeError);
      expect(error instanceof WbeError ? error.code : "").not.toBe("INTERNAL");
      expect(cpuTime() - start).toBeLessThan(2000);
    }
  }, 60000);

  it.runIf(isWritten)("a cancelled or failed writer leaves nothing in the sink", async () => {
    const sink = memorySink("x");
    let aborted = false;
    const watched = {
      ...sink,
      abort: async () => {
        aborted = true;
      },
    };
    const { write } = formats[id] as { write?: unknown };
    const writeTo = write as (value: unknown, to: typeof sink, options: { signal: AbortSignal }) => Promise<void>;
    const error = await failure(writeTo(samples[id].usual, watched, { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ code: "CANCELLED" });
    expect(aborted).toBe(true);
    expect(() => sink.bytes()).toThrow();
  });

  it("1,000 damaged files give a value or a WbeError, each within 2 s", async () => {
    await fuzz(await bytesOfSample(id, samples[id].usual), (bytes) => readAll(id, bytes), ids.indexOf(id));
  }, 120000);
});

describe("other readers", () => {
  it.each(Object.keys(otherReaders))(
    "1,000 damaged inputs of %s give a value or a WbeError, each within 2 s",
    async (name) => {
      const { sample, read } = otherReaders[name]!;
      await fuzz(typeof sample === "string" ? new TextEncoder().encode(sample) : sample, read, 100 + name.length);
    },
    120000,
  );
});

async function fuzz(original: Uint8Array, read: (bytes: Uint8Array) => Promise<unknown>, seed: number): Promise<void> {
  const next = randomOf(seed);
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 1000; i++) {
    const bytes = mutate(original, next);
    const start = cpuTime();
    const error = await failure(read(bytes));
    const took = cpuTime() - start;
    const isFine = error === undefined || (error instanceof WbeError && error.code !== "INTERNAL");
    if (!isFine || took > 2000) {
      throw new Error(
        `input ${i} of seed ${seed}: ${took.toFixed(0)} ms, ${error instanceof Error ? error.stack : String(error)}`,
      );
    }
  }
  // Ten times a small file, and what the garbage collector has not looked at yet.
  expect(process.memoryUsage().rss - before).toBeLessThan(500e6);
}
