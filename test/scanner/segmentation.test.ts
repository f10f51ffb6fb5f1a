import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Volume } from "../../src/core/volume.js";
import { type Connectivity, labelComponents } from "../../src/scanner/components.js";
import { otsuThreshold } from "../../src/scanner/otsu.js";
import { NeuronSegmenter } from "../../src/scanner/segmentation.js";

function volumeOf(data: Volume["data"], shape: [number, number, number]): Volume {
  return { data, shape, voxelSize: [1, 1, 1], origin: [0, 0, 0] };
}

/** Flood fill, the definition of a component: labels in order of the first voxel. */
function floodFill(mask: Uint8Array, [nx, ny, nz]: [number, number, number], connectivity: Connectivity): Uint32Array {
  const most = { 6: 1, 18: 2, 26: 3 }[connectivity];
  const labels = new Uint32Array(mask.length);
  let count = 0;
  for (let start = 0; start < mask.length; start++) {
    if (mask[start] === 0 || labels[start] !== 0) continue;
    labels[start] = ++count;
    const open = [start];
    while (open.length > 0) {
      const at = open.pop()!;
      const [x, y, z] = [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))];
      for (let k = 0; k < 27; k++) {
        const d = [(k % 3) - 1, (Math.floor(k / 3) % 3) - 1, Math.floor(k / 9) - 1] as const;
        const [i, j, l] = [x + d[0], y + d[1], z + d[2]];
        if (Math.abs(d[0]) + Math.abs(d[1]) + Math.abs(d[2]) > most) continue;
        if (i < 0 || j < 0 || l < 0 || i >= nx || j >= ny || l >= nz) continue;
        const other = i + nx * (j + ny * l);
        if (mask[other] === 0 || labels[other] !== 0) continue;
        labels[other] = count;
        open.push(other);
      }
    }
  }
  return labels;
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

  it("equal flood fill on random volumes of odd shapes", () => {
    const shape = fc.tuple(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 6 }),
    );
    fc.assert(
      fc.property(
        shape,
        fc.infiniteStream(fc.nat(99)),
        fc.constantFrom(20, 35, 55),
        fc.constantFrom(6, 18, 26),
        (s, stream, share, c) => {
          const mask = Uint8Array.from({ length: s[0] * s[1] * s[2] }, () => (stream.next().value! < share ? 1 : 0));
          const { labels, sizes, count } = labelComponents(mask, s, c as Connectivity);
          expect(labels).toEqual(floodFill(mask, s, c as Connectivity));
          expect(sizes.length).toBe(count);
          sizes.forEach((size, k) => {
            expect(labels.filter((l) => l === k + 1).length).toBe(size);
          });
        },
      ),
      { numRuns: 300, seed: 3 },
    );
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
