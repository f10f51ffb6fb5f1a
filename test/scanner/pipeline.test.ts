import { describe, expect, it } from "vitest";
import {
  MorphologyExtractor,
  measureCableLength,
  measureMorphology,
  NeuronSegmenter,
  SyntheticDataGenerator,
} from "wbe/scanner";
import { matchByMajority } from "./paint.js";

type Triple = [number, number, number];

const cases: [string, number, Triple, { nNeurons: number; voxelSize?: Triple }][] = [
  ...[1, 2, 3, 42].map(
    (seed) => ["64³ voxels, 50 neurons", seed, [64, 64, 64], { nNeurons: 50 }] as (typeof cases)[number],
  ),
  ["96³ voxels of 0.5 um, 40 neurons", 5, [96, 96, 96], { nNeurons: 40, voxelSize: [0.5, 0.5, 0.5] }],
  ["voxels of 1 x 1 x 3 um, 12 neurons", 6, [64, 64, 64], { nNeurons: 12, voxelSize: [1, 1, 3] }],
];

describe("volume to labels to trees", () => {
  it.each(cases)(
    "%s, seed %i: at least 95 of 100 planted neurons found, cable within 10 per cent of the truth",
    (_, seed, shape, options) => {
      const volume = new SyntheticDataGenerator({ seed }).generateVolume(shape, options);
      const labels = new NeuronSegmenter().segmentNeurons(volume, { minSize: 100 });
      const morphologies = new MorphologyExtractor().extractFromLabels(labels, { minVoxels: 300 });
      expect(volume.trees.length).toBe(options.nNeurons);
      expect(labels.warnings).toEqual([]);
      const pairs = matchByMajority(volume.groundTruthLabels.data, labels.data);
      expect(pairs.length).toBeGreaterThanOrEqual(0.95 * options.nNeurons);
      expect(morphologies.length).toBeGreaterThanOrEqual(0.95 * options.nNeurons);
      expect(morphologies.length).toBeLessThanOrEqual(1.05 * options.nNeurons);
      const total = (trees: Parameters<typeof measureCableLength>[0][]) =>
        trees.reduce((s, m) => s + measureCableLength(m), 0);
      const ratio = total(morphologies) / total([...volume.trees]);
      expect(ratio).toBeGreaterThan(0.9);
      expect(ratio).toBeLessThan(1.1);
      // Somata where they were planted, to a voxel.
      const found = new Map(morphologies.map((m) => [Number(m.name.replace("label-", "")), m]));
      for (const [t, f] of pairs) {
        const m = found.get(f)!;
        const tree = volume.trees[t - 1]!;
        expect(m.type[0]).toBe(1);
        const off = [m.x[0]! - tree.x[0]!, m.y[0]! - tree.y[0]!, m.z[0]! - tree.z[0]!];
        off.forEach((d, a) => {
          expect(Math.abs(d)).toBeLessThan(volume.voxelSize[a]!);
        });
      }
    },
  );

  it("from the true labels the trees have the planted stems, area and volume", () => {
    const volume = new SyntheticDataGenerator({ seed: 9 }).generateVolume([64, 64, 64], { nNeurons: 50 });
    const got = new MorphologyExtractor().extractFromLabels(volume.groundTruthLabels).map(measureMorphology);
    const truth = volume.trees.map(measureMorphology);
    const ratio = (value: (m: (typeof got)[number]) => number) =>
      got.reduce((s, m) => s + value(m), 0) / truth.reduce((s, m) => s + value(m), 0);
    expect(got.length).toBe(50);
    // One voxel is 0.8 of a neurite's radius: totals over 50 neurons still agree to a few per cent.
    for (const [what, value, tolerance] of [
      ["stems", (m: (typeof got)[number]) => m.nStems, 0.03],
      ["tips", (m: (typeof got)[number]) => m.nTips, 0.06],
      ["cable", (m: (typeof got)[number]) => m.cableLength, 0.05],
      ["neurite area", (m: (typeof got)[number]) => m.neuriteArea, 0.06],
      ["neurite volume", (m: (typeof got)[number]) => m.neuriteVolume, 0.06],
      ["soma radius", (m: (typeof got)[number]) => m.soma.radius, 0.06],
    ] as const) {
      expect(Math.abs(ratio(value) - 1), what).toBeLessThan(tolerance);
    }
  });
});
