import { describe, expect, it } from "vitest";
import { NeuronSegmenter, type SegmentOptions, SyntheticDataGenerator, segmentSlabs } from "wbe/scanner";
import { slabsOf, type Volume } from "../../src/core/volume.js";
import { createOmeZarrSlabs, openOmeZarrSlabs, readOmeZarr, writeOmeZarr } from "../../src/io/ome-zarr.js";
import { memoryStore } from "../../src/io/zarr.js";

function collect(shape: readonly number[]) {
  const data = new Uint32Array(shape[0]! * shape[1]! * shape[2]!);
  let isClosed = false;
  return {
    data,
    isClosed: () => isClosed,
    writeSlices: async (z0: number, slices: ArrayLike<number>) =>
      data.set(Uint32Array.from(slices), z0 * shape[0]! * shape[1]!),
    close: async () => {
      isClosed = true;
    },
  };
}

const volume = new SyntheticDataGenerator({ seed: 7 }).generateVolume([40, 36, 33], { nNeurons: 8 });

describe("segmentation by slabs", () => {
  it.each<[number, SegmentOptions]>([
    [1, {}],
    [7, { minSize: 50 }],
    [33, { threshold: 60, smoothing: 0, connectivity: 6 }],
    [5, { smoothing: [0.5, 0, 3], minSize: 20 }],
  ])("%i slices at a time: the labels of the whole volume, to the voxel", async (slices, options) => {
    const whole = new NeuronSegmenter().segmentNeurons(volume, options);
    const sink = collect(volume.shape);
    const steps: number[] = [];
    const found = await segmentSlabs(slabsOf(volume), sink, {
      ...options,
      slices,
      onProgress: (done, all) => steps.push(done / all),
    });
    const { data, count, sizes, threshold, removed, warnings } = whole;
    expect(sink.data).toEqual(data);
    expect(found).toEqual({ count, sizes, threshold, removed, warnings });
    expect(count).toBeGreaterThan(0);
    expect(sink.isClosed()).toBe(true);
    expect(steps.at(-1)).toBe(1);
  });

  it("works from one Zarr store to another", async () => {
    const [from, to] = [memoryStore(), memoryStore()];
    const { data, shape, voxelSize, origin }: Volume = volume;
    await writeOmeZarr(from, { data, shape, voxelSize, origin });
    const source = await openOmeZarrSlabs(from);
    expect(source).toMatchObject({ shape, origin });
    source.voxelSize.forEach((h, axis) => {
      expect(h).toBeCloseTo(voxelSize[axis]!, 12);
    });
    await segmentSlabs(source, (await createOmeZarrSlabs(to, source, "uint32")) as ReturnType<typeof collect>, {
      slices: 9,
    });
    const labels = await readOmeZarr(to);
    expect(labels.shape).toEqual(shape);
    expect(Uint32Array.from(labels.data)).toEqual(new NeuronSegmenter().segmentNeurons(volume).data);
  });

  it("can be cancelled between slabs, and names the slices that hold NaN", async () => {
    const controller = new AbortController();
    const run = segmentSlabs(slabsOf(volume), collect(volume.shape), {
      slices: 4,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(run).rejects.toThrow(/segmentation was cancelled/);
    const data = Float32Array.from(volume.data);
    data[40 * 36 * 20] = Number.NaN;
    const broken = segmentSlabs(slabsOf({ ...volume, data }), collect(volume.shape), { slices: 11 });
    await expect(broken).rejects.toThrow(/NaN at voxel \(0, 0, \d+\)/);
  });

  it("a sink of Zarr refuses slices out of order, and too few", async () => {
    const sink = await createOmeZarrSlabs(
      memoryStore(),
      { shape: [2, 2, 3], voxelSize: [1, 1, 1], origin: [0, 0, 0] },
      "uint8",
    );
    await expect(sink.writeSlices(1, new Uint8Array(4))).rejects.toThrow(/from 0 on, found 1 from 1 on/);
    await sink.writeSlices(0, new Uint8Array(8));
    await expect(sink.close()).rejects.toThrow(/3 slices, found 2/);
  });
});
