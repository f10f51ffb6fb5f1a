import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as zarr from "zarrita";
import type { RecordedState, SpikeData } from "../../src/core/spikes.js";
import { layOutResults, spikesOf, statesOf } from "../../src/io/run-arrays.js";
import {
  checkRunFolderPlace,
  directoryStore,
  hashInput,
  type RunContents,
  readRunFolder,
  writeRunFolder,
} from "../../src/io/run-folder.node.js";
import { pathPart, readZarr, writeZarr } from "../../src/io/zarr.js";

const spikes: SpikeData = {
  step: Uint32Array.of(1, 5, 5),
  neuron: Uint32Array.of(2, 0, 1),
  dt: 0.1,
  nNeurons: 3,
  startStep: 0,
  stopStep: 100,
  populations: [{ name: "cells", start: 0, size: 3 }],
  pulseTimes: [5],
};
const state: RecordedState = {
  variable: "V",
  unit: "mV",
  population: "layer 2/3",
  neurons: Uint32Array.of(0, 2),
  sampleStep: Uint32Array.of(0, 10, 20),
  dt: 0.1,
  data: Float64Array.of(-65, -64, Number.NaN, -62, -61, Number.POSITIVE_INFINITY),
};
const weight = {
  data: Float32Array.of(0.5, 1.5),
  schema: { name: "weight", unit: "nS", shape: [2], doc: "After the run." },
};
const contents: RunContents = {
  ...layOutResults({ spikes, states: [state], weights: { main: { weight } } }),
  record: {
    version: "0.1.0",
    seed: 7,
    description: { version: 1 },
    inputs: [],
    timings: { run: 0.25 },
    warnings: ["a warning"],
    phi: Number.NaN,
  },
  report: "<!doctype html><title>r</title>",
  files: { "figures/a.svg": "<svg/>" },
};

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "wbe-run-"));
});
afterEach(() => rm(place, { recursive: true, force: true }));

describe("the run folder", () => {
  it("gives back spikes, states, weights, manifest and report", async () => {
    const folder = await writeRunFolder(join(place, "run"), contents);
    const run = await readRunFolder(folder);
    expect(spikesOf(run)).toMatchObject(spikes);
    expect(statesOf(run)).toEqual([state]);
    expect(run.arrays["weights/main/weight"]).toMatchObject(weight);
    expect(run.report).toBe(contents.report);
    expect(run.manifest).toMatchObject({ format: "wbe-run", seed: 7, timings: { run: 0.25 }, node: process.version });
    expect(run.manifest.arrays).toContainEqual(
      expect.objectContaining({ path: "spikes/step", dtype: "uint32", shape: [3], unit: "1" }),
    );
    expect((await readdir(folder)).sort()).toEqual(["figures", "manifest.json", "report.html", "results.zarr"]);
    expect(await readdir(place)).toEqual(["run"]);
  });

  it("is valid JSON and Zarr v3 as others read it: NaN is the word, units are attributes", async () => {
    const folder = await writeRunFolder(join(place, "run"), contents);
    expect(JSON.parse(await readFile(join(folder, "manifest.json"), "utf8"))).toMatchObject({ phi: "NaN" });
    const path = join(folder, "results.zarr/states/layer_x20_2_x2F_3/V/data");
    const metadata = JSON.parse(await readFile(join(path, "zarr.json"), "utf8"));
    expect(metadata).toMatchObject({
      zarr_format: 3,
      fill_value: "NaN",
      data_type: "float64",
      attributes: { unit: "mV" },
    });
    const array = await zarr.open(zarr.root(directoryStore(path)), { kind: "array" });
    expect((await zarr.get(array)).data).toEqual(state.data);
  });

  it("keeps long typed arrays of the description in Zarr, and gives them back in their places", async () => {
    const source = Uint32Array.from({ length: 200_000 }, (_, k) => (k * 7919) % 138_639);
    const values = Float32Array.from(source, (s) => s / 8);
    const short = Uint32Array.of(1, 2, 3);
    const description = { projections: [{ rule: { kind: "edges", source, target: short }, weight: { values } }] };
    const folder = join(place, "long");
    await writeRunFolder(folder, { ...contents, record: { ...contents.record, description } });
    const text = await readFile(join(folder, "manifest.json"), "utf8");
    expect(text.length).toBeLessThan(10_000);
    expect(JSON.parse(text).description.projections[0].rule).toEqual({
      kind: "edges",
      source: { $array: "manifest/description/projections/0/rule/source" },
      target: [1, 2, 3],
    });
    const { manifest, arrays } = await readRunFolder(folder);
    const [projection] = (manifest.description as typeof description).projections;
    expect(projection!.rule.source).toBeInstanceOf(Uint32Array);
    expect(Buffer.from(projection!.rule.source.buffer).equals(Buffer.from(source.buffer))).toBe(true);
    expect(Buffer.from(projection!.weight.values.buffer).equals(Buffer.from(values.buffer))).toBe(true);
    // What came out is as before.
    expect(Object.keys(arrays).filter((path) => path.startsWith("manifest"))).toEqual([]);
    expect(spikesOf(await readRunFolder(folder))).toMatchObject(spikes);
  });

  it("names the array of a manifest that is not there", async () => {
    const folder = join(place, "lost");
    const description = { values: new Float64Array(20_000) };
    await writeRunFolder(folder, { ...contents, record: { ...contents.record, description } });
    const path = join(folder, "manifest.json");
    await writeFile(path, (await readFile(path, "utf8")).replaceAll("description/values", "description/other"));
    await expect(readRunFolder(folder)).rejects.toThrow(/array manifest\/description\/other of the manifest/);
  });

  it("replaces an older run folder and an empty folder, but nothing else", async () => {
    await mkdir(join(place, "run"));
    await writeRunFolder(join(place, "run"), contents);
    await writeRunFolder(join(place, "run"), { ...contents, record: { ...contents.record, seed: 8 } });
    expect((await readRunFolder(join(place, "run"))).manifest.seed).toBe(8);

    await mkdir(join(place, "thesis"));
    await writeFile(join(place, "thesis/manifest.json"), '{"name": "something else"}');
    await writeFile(join(place, "notes.txt"), "mine");
    for (const name of ["thesis", "notes.txt"]) {
      await expect(writeRunFolder(join(place, name), contents)).rejects.toMatchObject({ code: "FILE" });
      await expect(checkRunFolderPlace(join(place, name))).rejects.toThrow(/will not overwrite/);
    }
    expect(await readFile(join(place, "notes.txt"), "utf8")).toBe("mine");
    expect((await readdir(place)).sort()).toEqual(["notes.txt", "run", "thesis"]);
  });

  it("leaves the older run and no half-written one when writing fails", async () => {
    await writeRunFolder(join(place, "run"), contents);
    const escaping = { ...contents, files: { "../../outside": "x" } };
    await expect(writeRunFolder(join(place, "run"), escaping)).rejects.toMatchObject({ code: "ARGUMENT" });
    expect(await readdir(place)).toEqual(["run"]);
    expect((await readRunFolder(join(place, "run"))).manifest.seed).toBe(7);
  });

  it("refuses what is no run folder, and says what is damaged", async () => {
    await expect(readRunFolder(place)).rejects.toMatchObject({ code: "FILE" });
    const folder = await writeRunFolder(join(place, "run"), contents);
    await rm(join(folder, "results.zarr/spikes/step/zarr.json"));
    await expect(readRunFolder(folder)).rejects.toThrow(/spikes\/step/);
    await writeFile(join(folder, "manifest.json"), '{"format": "wbe-run", "formatVersion": 99}');
    await expect(readRunFolder(folder)).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });

  it('knows the SHA-256 of the empty file and of "abc" (FIPS 180-4)', async () => {
    await writeFile(join(place, "empty"), "");
    await writeFile(join(place, "abc"), "abc");
    expect((await hashInput(join(place, "empty"))).sha256).toBe(
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    );
    expect(await hashInput(join(place, "abc"))).toEqual({
      name: "abc",
      bytes: 3,
      sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    });
  });
});

/** A store in memory, to look at the bytes. */
function memoryStore() {
  const held = new Map<string, Uint8Array>();
  return {
    held,
    get: async (key: `/${string}`) => held.get(key),
    set: async (key: `/${string}`, value: Uint8Array) => void held.set(key, value),
  };
}

describe("Zarr arrays", () => {
  it("round-trips every numeric type, several axes, several chunks and empty arrays", async () => {
    const types = [Float64Array, Float32Array, Uint32Array, Int32Array, Uint16Array, Int16Array, Uint8Array, Int8Array];
    const arrays = Object.fromEntries(
      types.map((Type) => {
        const data = new Type(24);
        for (let i = 0; i < 24; i++) data[i] = Type.name.startsWith("U") ? i : -i;
        return [Type.name, { data, schema: { name: Type.name, unit: "mV", shape: [2, 3, 4], doc: "d" } }];
      }),
    );
    const long = Float64Array.from({ length: 300_001 }, (_, i) => i / 3);
    const all = {
      ...arrays,
      long: { data: long, schema: { name: "long", unit: "1", shape: [300_001], doc: "" } },
      empty: { data: new Uint32Array(), schema: { name: "empty", unit: "1", shape: [0, 5], doc: "" } },
    };
    const store = memoryStore();
    await writeZarr(store, { arrays: all, groups: { "": { a: 1 } } });
    const back = await readZarr(store);
    for (const [path, { data, schema }] of Object.entries(all))
      expect(back.arrays[path]).toMatchObject({ data, schema });
    expect(back.groups[""]).toEqual({ a: 1 });
    expect([...store.held.keys()].filter((key) => key.startsWith("/long/c/"))).toHaveLength(3);
  });

  it("reads a missing chunk as the fill value NaN, not as zero (CASES O07)", async () => {
    const store = memoryStore();
    const metadata = {
      zarr_format: 3,
      node_type: "array",
      shape: [2, 3],
      data_type: "float32",
      chunk_grid: { name: "regular", configuration: { chunk_shape: [2, 2] } },
      chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
      fill_value: "NaN",
      codecs: [{ name: "bytes", configuration: { endian: "little" } }],
      attributes: {},
    };
    const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
    await store.set("/zarr.json", encode({ zarr_format: 3, node_type: "group", attributes: { arrays: ["x"] } }));
    await store.set("/x/zarr.json", encode(metadata));
    await store.set("/x/c/0/0", Uint8Array.from(Buffer.from("0000803f000000400000404000008040", "hex")));
    const { arrays } = await readZarr(store);
    expect(Array.from(arrays.x!.data)).toEqual([1, 2, Number.NaN, 3, 4, Number.NaN]);
  });

  it("writes fill values that JSON lacks as words", async () => {
    const store = memoryStore();
    const schema = { name: "x", unit: "1", shape: [1], doc: "" };
    const data = Float32Array.of(1);
    await writeZarr(store, {
      arrays: {
        nan: { data, schema },
        plus: { data, schema, fillValue: Infinity },
        minus: { data, schema, fillValue: -Infinity },
      },
    });
    const fill = (path: string) =>
      JSON.parse(new TextDecoder().decode(store.held.get(`/${path}/zarr.json`))).fill_value;
    expect(["nan", "plus", "minus"].map(fill)).toEqual(["NaN", "Infinity", "-Infinity"]);
  });

  it("refuses paths that leave the hierarchy and shapes that do not fit", async () => {
    const schema = { name: "x", unit: "1", shape: [2], doc: "" };
    for (const path of ["../x", "/x", "a//b", "a/..", ""]) {
      await expect(
        writeZarr(memoryStore(), { arrays: { [path]: { data: new Uint8Array(2), schema } } }),
      ).rejects.toMatchObject({ code: "ARGUMENT" });
    }
    await expect(writeZarr(memoryStore(), { arrays: { x: { data: new Uint8Array(3), schema } } })).rejects.toThrow(
      /at x/,
    );
  });

  it("makes any name one part of a path", () => {
    expect([".", "..", "a/b", "V", "é", ""].map(pathPart)).toEqual(["_x2E_", "_x2E_.", "a_x2F_b", "V", "_xE9_", "_x_"]);
  });
});

const python = process.env.WBE_PYTHON;
it.runIf(python)("zarr-python reads the same values and attributes", async () => {
  const folder = await writeRunFolder(join(place, "run"), contents);
  const script = `
import sys, json, zarr
root = zarr.open_group(sys.argv[1], mode="r")
data = root["states/layer_x20_2_x2F_3/V/data"]
print(json.dumps([root["spikes/step"][:].tolist(), [repr(float(v)) for v in data[:].ravel()], data.attrs["unit"], root["spikes"].attrs["dt"], repr(float(data.fill_value))]))
`;
  const out = execFileSync(python!, ["-c", script, join(folder, "results.zarr")], { encoding: "utf8" });
  expect(JSON.parse(out)).toEqual([[1, 5, 5], ["-65.0", "-64.0", "nan", "-62.0", "-61.0", "inf"], "mV", 0.1, "nan"]);
});
