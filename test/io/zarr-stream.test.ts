/** Growing Zarr arrays: what a reader sees at any time, and going on after the writer is gone. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryStore, readZarr, type ZarrStore } from "wbe/io";
import * as zarr from "zarrita";
import { type StreamLayout, ZarrStream } from "../../src/io/zarr-stream.js";

const layout: StreamLayout = {
  arrays: [
    { path: "a/step", dtype: "uint32", name: "step", unit: "1", doc: "steps" },
    { path: "a/data", dtype: "float64", width: 3, name: "V", unit: "mV", doc: "values" },
    // Rows of 100,000 bytes: ten of them fill a chunk.
    { path: "b/wide", dtype: "float64", width: 12_500, name: "w", unit: "nS", doc: "weights" },
  ],
  fixed: { "a/neurons": { data: Uint32Array.of(4, 5, 6), schema: { name: "n", unit: "1", shape: [3], doc: "which" } } },
  groups: { a: { dt: 0.1 } },
};

const steps = (from: number, n: number) => Uint32Array.from({ length: n }, (_, k) => from + k);
const rows = (from: number, n: number, width: number) =>
  Float64Array.from({ length: n * width }, (_, k) => (from * width + k) / 7);

/** n rows more of every array. */
function grow(stream: ZarrStream, from: number, n: number): void {
  stream.append("a/step", steps(from, n));
  stream.append("a/data", rows(from, n, 3));
  stream.append("b/wide", rows(from, n, 12_500));
}

function expectSame(found: ArrayBufferView, expected: ArrayBufferView): void {
  const bytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => Buffer.from(buffer, byteOffset, byteLength);
  expect(found.constructor).toBe(expected.constructor);
  expect(Buffer.compare(bytes(found), bytes(expected))).toBe(0);
}

async function expectRows(store: ZarrStore, n: number): Promise<void> {
  const { arrays, groups } = await readZarr(store);
  expect(arrays["a/step"]!.schema).toMatchObject({ shape: [n], unit: "1", doc: "steps" });
  expectSame(arrays["a/step"]!.data, steps(0, n));
  expect(arrays["a/data"]!.schema.shape).toEqual([n, 3]);
  expectSame(arrays["a/data"]!.data, rows(0, n, 3));
  expectSame(arrays["b/wide"]!.data, rows(0, n, 12_500));
  expect([...arrays["a/neurons"]!.data]).toEqual([4, 5, 6]);
  expect(groups.a).toMatchObject({ dt: 0.1 });
}

describe("a Zarr stream", () => {
  it("shows what was committed and no more, chunk borders or not", async () => {
    const store = memoryStore();
    const stream = await ZarrStream.open(store, layout);
    await expectRows(store, 0);
    grow(stream, 0, 7);
    await stream.commit();
    await expectRows(store, 7);
    grow(stream, 7, 25);
    await stream.writeFull();
    await expectRows(store, 7);
    await stream.commit({ a: { dt: 0.1, stop: 32 } });
    await expectRows(store, 32);
    expect((await readZarr(store)).groups.a).toEqual({ dt: 0.1, stop: 32 });
  });

  it("is read array by array without the consolidated metadata, by zarrita", async () => {
    const store = memoryStore();
    const stream = await ZarrStream.open(store, layout);
    grow(stream, 0, 12);
    await stream.commit();
    const array = await zarr.open.v3(zarr.root(store).resolve("b/wide"), { kind: "array" });
    expect(array.shape).toEqual([12, 12_500]);
    expectSame((await zarr.get(array)).data as Float64Array, rows(0, 12, 12_500));
  });

  it("never shows a torn moment: after every single write a reader finds one of the committed moments whole", async () => {
    const inner = memoryStore();
    const seen = new Set<number>();
    const checked: ZarrStore = {
      get: inner.get,
      set: async (key, value) => {
        await inner.set(key, value);
        if (!(await inner.get("/zarr.json"))) return;
        const n = (await readZarr(inner)).arrays["a/step"]!.data.length;
        seen.add(n);
        await expectRows(inner, n);
      },
    };
    const stream = await ZarrStream.open(checked, layout);
    for (const [from, n] of [
      [0, 4],
      [4, 9],
      [13, 7],
    ] as const) {
      grow(stream, from, n);
      await stream.commit();
    }
    expect([...seen]).toEqual([0, 4, 13, 20]);
  });

  it("goes on from any earlier length, dropping what lies beyond", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 25 }),
        fc.integer({ min: 0, max: 25 }),
        fc.integer({ min: 0, max: 12 }),
        async (written, kept, more) => {
          fc.pre(kept <= written);
          const store = memoryStore();
          const first = await ZarrStream.open(store, layout);
          grow(first, 0, written);
          await first.commit();
          const second = await ZarrStream.open(store, layout, { "a/step": kept, "a/data": kept, "b/wide": kept });
          await expectRows(store, kept);
          grow(second, kept, more);
          await second.commit();
          await expectRows(store, kept + more);
        },
      ),
      {
        numRuns: 30,
        seed: 2,
        examples: [
          [25, 10, 12],
          [10, 10, 10],
          [25, 9, 1],
        ],
      },
    );
  });

  it("keeps what could not be written, and writes it later", async () => {
    const inner = memoryStore();
    let isFull = false;
    const store: ZarrStore = {
      get: inner.get,
      set: (key, value) => (isFull ? Promise.reject(new Error("no room")) : inner.set(key, value)),
    };
    const stream = await ZarrStream.open(store, layout);
    grow(stream, 0, 5);
    await stream.commit();
    isFull = true;
    grow(stream, 5, 30);
    await expect(stream.commit()).rejects.toThrow("no room");
    await expectRows(inner, 5);
    isFull = false;
    await stream.commit();
    await expectRows(inner, 35);
  });

  it("refuses a store that holds less, other arrays, or damage", async () => {
    const kept = { "a/step": 4, "a/data": 4, "b/wide": 4 };
    const refuses = (store: ZarrStore, text: string) =>
      expect(ZarrStream.open(store, layout, kept)).rejects.toMatchObject({
        code: "FORMAT",
        message: expect.stringContaining(text),
      });
    await refuses(memoryStore(), "expected at least 4 rows of a/step to go on with, found none");
    const store = memoryStore();
    const stream = await ZarrStream.open(store, layout);
    grow(stream, 0, 3);
    await stream.commit();
    await refuses(store, "found 3");
    grow(stream, 3, 3);
    await stream.commit();
    await store.set("/a/data/zarr.json", new TextEncoder().encode("{"));
    await refuses(store, "a/data");
    const other = memoryStore();
    const changed = { ...layout, arrays: [{ ...layout.arrays[0], dtype: "float64" as const }] };
    const floats = await ZarrStream.open(other, changed);
    floats.append("a/step", new Float64Array(9));
    await floats.commit();
    await refuses(other, "another array");
  });
});
