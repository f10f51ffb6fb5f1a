import { describe, expect, it } from "vitest";
import type { Volume } from "../../src/core/volume.js";
import { labelComponents } from "../../src/scanner/components.js";
import { otsuThreshold } from "../../src/scanner/otsu.js";
import { NeuronSegmenter } from "../../src/scanner/segmentation.js";

function volumeOf(data: Volume["data"], shape: [number, number, number]): Volume {
  return { data, shape, voxelSize: [1, 1, 1], origin: [0, 0, 0] };
}

describe("connected components", () => {
  const o03 = new Uint8Array(27);
  for (const [a, b, c] of [
    [0, 0, 0],
    [0, 0, 1],
    [0, 1, 2],
    [1, 2, 1],
    [2, 2, 2],
  ] as const)
    o03[c + 3 * (b + 3 * a)] = 1;

  it("6, 18 and 26 neighbours give 4, 2 and 1 components (CASES O03)", () => {
    for (const [connectivity, sizes] of [
      [6, [2, 1, 1, 1]],
      [18, [3, 2]],
      [26, [5]],
    ] as const) {
      const options = { connectivity, threshold: 0.5, smoothing: 0 };
      const found = new NeuronSegmenter().segmentNeurons(volumeOf(o03, [3, 3, 3]), options);
      expect([...found.sizes].sort((a, b) => b - a)).toEqual(sizes);
      expect(found.count).toBe(sizes.length);
      expect([...new Set(found.data)].sort()).toEqual(Array.from({ length: sizes.length + 1 }, (_, k) => k));
      expect(found.data.every((label, i) => (label === 0) === (o03[i] === 0))).toBe(true);
    }
  });

  it("minSize drops the small ones and leaves no gap in the numbers", () => {
    const row = Uint8Array.of(1, 0, 1, 1, 0, 1, 0, 1, 1, 1);
    const found = new NeuronSegmenter().segmentNeurons(volumeOf(row, [10, 1, 1]), {
      threshold: 0.5,
      smoothing: 0,
      minSize: 2,
    });
    expect([...found.data]).toEqual([0, 0, 1, 1, 0, 0, 0, 2, 2, 2]);
    expect([...found.sizes]).toEqual([2, 3]);
    expect(found.removed).toEqual({ components: 2, voxels: 2, largest: 1 });
    expect([...labelComponents(row, [10, 1, 1], 6, 2).labels]).toEqual([...found.data]);
  });

  it("more components than 16 bits can count", () => {
    const n = 140_001;
    const mask = Uint8Array.from({ length: n }, (_, i) => (i + 1) % 2);
    const { count, labels } = labelComponents(mask, [n, 1, 1], 26);
    expect(count).toBe(70_001);
    expect(labels[n - 1]).toBe(70_001);
  });
});

describe("Otsu", () => {
  it("separates two levels in the middle between them", () => {
    expect(otsuThreshold([10, 10, 10, 30, 30])).toBeCloseTo(20, 1);
  });

  it("maximises the between-class variance over every possible split", () => {
    const values = Float32Array.from({ length: 500 }, (_, i) => ((i * 7919) % 97) ** 1.5);
    const variance = (t: number) => {
      const low = values.filter((v) => v <= t);
      const high = values.filter((v) => v > t);
      const mean = (a: Float32Array) => a.reduce((s, v) => s + v, 0) / a.length;
      return low.length * high.length * (mean(low) - mean(high)) ** 2;
    };
    const best = Math.max(...[...values].filter((v) => v < Math.max(...values)).map(variance));
    // A bin is 1/256 of the range, so the split may differ by a few values from the best of all.
    expect(variance(otsuThreshold(values)) / best).toBeGreaterThan(0.999);
  });

  it("has no threshold for equal values", () => {
    expect(otsuThreshold([5, 5, 5])).toBeNaN();
    expect(otsuThreshold([])).toBeNaN();
  });
});

describe("segmentNeurons on bad input", () => {
  const segment = (volume: Volume, options = {}) => new NeuronSegmenter().segmentNeurons(volume, options);

  it("refuses an empty volume, a wrong shape and values that are not finite, naming the voxel", () => {
    expect(() => segment(volumeOf(new Uint8Array(0), [0, 4, 4]))).toThrow(
      expect.objectContaining({ code: "EMPTY_INPUT" }),
    );
    expect(() => segment(volumeOf(new Uint8Array(7), [2, 2, 2]))).toThrow(/expected 8 values .* found 7/);
    expect(() => segment(volumeOf(new Uint8Array(4), [2, 2] as unknown as [number, number, number]))).toThrow(/shape/);
    const data = new Float32Array(24);
    data[2 * 6 + 1 * 2 + 1] = Number.NaN;
    expect(() => segment(volumeOf(data, [2, 3, 4]))).toThrow(/NaN at voxel \(1, 1, 2\)/);
    expect(() => segment({ ...volumeOf(new Uint8Array(8), [2, 2, 2]), voxelSize: [1, 0, 1] })).toThrow(/voxel size/);
  });

  it("refuses options out of range", () => {
    const volume = volumeOf(new Uint8Array(8), [2, 2, 2]);
    for (const options of [
      { minSize: -1 },
      { minSize: 1.5 },
      { connectivity: 8 },
      { smoothing: -1 },
      { threshold: Number.NaN },
    ]) {
      expect(() => segment(volume, options), JSON.stringify(options)).toThrow(
        expect.objectContaining({ code: "ARGUMENT" }),
      );
    }
  });

  it("a constant volume has no labels and a warning", () => {
    const found = segment(volumeOf(new Uint8Array(27).fill(9), [3, 3, 3]));
    expect(found.count).toBe(0);
    expect(found.warnings).toEqual(["the volume is constant: there is nothing to segment"]);
  });

  it("says when the threshold or minSize leaves nothing", () => {
    const volume = volumeOf(Uint8Array.of(0, 0, 9, 0), [4, 1, 1]);
    expect(segment(volume, { threshold: 50 }).warnings[0]).toMatch(/no voxel is above the threshold 50/);
    expect(segment(volume, { smoothing: 0, minSize: 5 }).warnings[0]).toMatch(
      /smaller than minSize = 5; the largest has 1/,
    );
  });
});
