import { describe, expect, it } from "vitest";
import {
  memoryStore,
  readPrecomputed,
  readPrecomputedSkeleton,
  writePrecomputedSkeletons,
  type ZarrStore,
} from "wbe/io";
import { gzip } from "../../src/io/gzip.js";
import golden from "../golden/format-files.json" with { type: "json" };

type Case = keyof typeof golden.precomputed;
const folder = (files: Readonly<Record<string, Uint8Array>>): ZarrStore => ({
  get: async (key) => files[key.slice(1)],
  set: async () => undefined,
});
const filesOf = (name: Case): Record<string, Uint8Array> =>
  Object.fromEntries(
    Object.entries(golden.precomputed[name].files).map(([key, text]) => [
      key,
      new Uint8Array(Buffer.from(text!, "base64")),
    ]),
  );
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

describe("volumes that tensorstore wrote", () => {
  it.each(["raw16", "seg32"] as const)("%s is equal voxel by voxel, in its place", async (name) => {
    const { values, shape, channels } = golden.precomputed[name];
    const volume = await readPrecomputed(folder(filesOf(name)));
    expect([volume.shape, volume.frames]).toEqual([shape, channels]);
    expect(Array.from(volume.data, String)).toEqual(values);
    expect(volume.voxelSize).toEqual([0.008, 0.008, 0.04]);
    expect(volume.origin).toEqual([0.8, -0.16, 0.12]);
    expect(volume.type).toBe(name === "raw16" ? "image" : "segmentation");
  });

  it("ids of 64 bits beyond 2^53 are refused, or renumbered with their ids", async () => {
    const store = folder(filesOf("seg64"));
    await expect(readPrecomputed(store)).rejects.toMatchObject({ code: "LIMIT" });
    const { data, segmentIds } = await readPrecomputed(store, { renumber: true });
    expect(Array.from(data, (label) => (label === 0 ? "0" : String(segmentIds![label - 1])))).toEqual(
      golden.precomputed.seg64.values,
    );
    expect(Array.from(segmentIds!)).toEqual([3n, 720575940625416797n, 720575940625416798n, 18446744073709551615n]);
  });

  it("a box across chunks is that part of the whole", async () => {
    const store = folder(filesOf("raw16"));
    const whole = await readPrecomputed(store);
    const box = { from: [3, 2, 1], to: [8, 5, 4] } as const;
    const part = await readPrecomputed(store, { box });
    expect(part.shape).toEqual([5, 3, 3]);
    part.origin.forEach((at, k) => {
      expect(at).toBeCloseTo(whole.origin[k]! + box.from[k]! * whole.voxelSize[k]!, 12);
    });
    const [nx, ny, nz] = whole.shape;
    for (let c = 0; c < 2; c++)
      for (let z = 0; z < 3; z++)
        for (let y = 0; y < 3; y++)
          for (let x = 0; x < 5; x++)
            expect(part.data[x + 5 * (y + 3 * (z + 3 * c))]).toBe(
              whole.data[x + 3 + nx * (y + 2 + ny * (z + 1 + nz * c))],
            );
  });

  it("chunks in gzip are unpacked, under either name", async () => {
    const files = filesOf("raw16");
    const key = Object.keys(files).find((name) => name.endsWith("100-105_-20--16_3-6"))!;
    const packed = await gzip(files[key]!);
    const { [key]: _, ...others } = files;
    const expected = await readPrecomputed(folder(files));
    expect((await readPrecomputed(folder({ ...files, [key]: packed }))).data).toEqual(expected.data);
    expect((await readPrecomputed(folder({ ...others, [`${key}.gz`]: packed }))).data).toEqual(expected.data);
  });
});

describe("broken volumes", () => {
  const scale = {
    key: "8",
    size: [2, 2, 1],
    resolution: [8, 8, 8],
    chunk_sizes: [[2, 2, 1]],
    encoding: "raw",
    voxel_offset: [0, 0, 0],
  };
  const info = (change: object = {}, top: object = {}) =>
    json({ type: "image", data_type: "uint8", num_channels: 1, scales: [{ ...scale, ...change }], ...top });
  const chunk = Uint8Array.of(1, 2, 3, 4);

  it("chunks that are not there are zeros", async () => {
    expect(Array.from((await readPrecomputed(folder({ info: info() }))).data)).toEqual([0, 0, 0, 0]);
  });

  it.each([
    [{}, /expected a file info/],
    [{ info: new TextEncoder().encode("{") }, /expected JSON in info/],
    [{ info: info({}, { data_type: "bfloat16" }) }, /data_type/],
    [{ info: info({ size: [2 ** 30, 2 ** 30, 1] }) }, /expected at most/],
    [{ info: info({ size: [1e6, 1, 1], chunk_sizes: [[1, 1, 1]] }) }, /expected at most 262144 chunks/],
    [{ info: info({ encoding: "jpeg" }), "8/0-2_0-2_0-1": chunk }, /encoding "jpeg" of u1 is not supported/],
    [{ info: info({ sharding: { "@type": "neuroglancer_uint64_sharded_v1" } }) }, /sharded volumes are not read/],
    [{ info: info(), "8/0-2_0-2_0-1": chunk.subarray(1) }, /expected 4 bytes, found 3/],
    [
      { info: info({ encoding: "compressed_segmentation" }, { data_type: "uint32" }), "8/0-2_0-2_0-1": chunk },
      /compressed_segmentation_block_size/,
    ],
    [
      {
        info: info(
          { encoding: "compressed_segmentation", compressed_segmentation_block_size: [8, 8, 8] },
          { data_type: "uint32" },
        ),
        "8/0-2_0-2_0-1": chunk,
      },
      /expected an offset below 1/,
    ],
  ])("is refused: %#", async (files, message) => {
    await expect(readPrecomputed(folder(files))).rejects.toThrow(message);
  });
});

describe("skeletons", () => {
  const { info, file, cable } = golden.skeleton;
  const id = "720575940625416797";
  const store = folder({ info: json(info), [id]: new Uint8Array(Buffer.from(file, "base64")) });

  it("one that osteoid wrote has its points, radii, types and length", async () => {
    const m = await readPrecomputedSkeleton(store, id);
    expect(Array.from(m.x)).toEqual([0, 1, 1, 1, 0.009]);
    expect(Array.from(m.z)).toEqual([0, 0, 0, 4.0005, 0.009]);
    expect(Array.from(m.parent)).toEqual([-1, 0, 1, 1, -1]);
    expect(Array.from(m.radius)).toEqual([0.5, 0.1, 0.05, 0.0255, 0.001]);
    expect(Array.from(m.type)).toEqual([1, 3, 3, 4, 0]);
    let length = 0;
    m.parent.forEach((p, i) => {
      if (p >= 0) length += Math.hypot(m.x[i]! - m.x[p]!, m.y[i]! - m.y[p]!, m.z[i]! - m.z[p]!);
    });
    expect(length).toBeCloseTo(cable / 1000, 6);
  });

  it("what is written is read again", async () => {
    const neuron = await readPrecomputedSkeleton(store, id);
    const copy = memoryStore();
    await writePrecomputedSkeletons(copy, [[BigInt(id), neuron]]);
    expect(await readPrecomputedSkeleton(copy, id)).toEqual(neuron);
  });

  it("edges that close a circle are left out and counted", async () => {
    const bytes = new Uint8Array(8 + 36 + 24);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, 3, true);
    view.setUint32(4, 3, true);
    [0, 1, 1, 2, 2, 0].forEach((vertex, i) => {
      view.setUint32(44 + 4 * i, vertex, true);
    });
    const plain = folder({ info: json({ "@type": "neuroglancer_skeletons" }), 5: bytes });
    const m = await readPrecomputedSkeleton(plain, 5n);
    expect(m.warnings).toEqual(["edges that close a circle were left out (1)", "without radii: 0 everywhere"]);
    view.setUint32(44, 3, true);
    await expect(readPrecomputedSkeleton(plain, "5")).rejects.toThrow(/expected vertices below 3 in edges, found 3/);
    await expect(readPrecomputedSkeleton(plain, "../5")).rejects.toThrow(/expected an id of digits/);
    await expect(readPrecomputedSkeleton(plain, "6")).rejects.toMatchObject({ code: "FILE" });
  });
});
