/** Scanner: which voxels belong together, and what segmentation finds of a volume whose truth is known. @module */
import { slabsOf } from "../../core/volume.js";
import { labelComponents } from "../../scanner/components.js";
import { distanceToBoundary } from "../../scanner/distance-transform.js";
import { compareSegmentations } from "../../scanner/quality.js";
import { NeuronSegmenter } from "../../scanner/segmentation.js";
import { segmentSlabs } from "../../scanner/slab-segmentation.js";
import { SyntheticDataGenerator } from "../../scanner/synthetic.js";
import { equal, type FigureCheck, type VerifyArea } from "./verify.js";

/** Five voxels of a 3 × 3 × 3 volume that touch by a face, by edges and by a corner. */
const voxels = [
  [0, 0, 0],
  [0, 0, 1],
  [0, 1, 2],
  [1, 2, 1],
  [2, 2, 2],
] as const;

const neighbourhoods: FigureCheck[] = (
  [
    [6, "2 1 1 1"],
    [18, "3 2"],
    [26, "5"],
  ] as const
).map(([connectivity, sizes]) => ({
  id: `components-${connectivity}`,
  what: `sizes of the components of five voxels, ${connectivity} neighbours`,
  source: "digital topology (Rosenfeld 1970): neighbours by face, face or edge, face or edge or corner",
  check: async () => {
    const mask = new Uint8Array(27);
    for (const [x, y, z] of voxels) mask[x + 3 * (y + 3 * z)] = 1;
    const found = Array.from(labelComponents(mask, [3, 3, 3], connectivity).sizes).sort((a, b) => b - a);
    return equal(found.join(" "), sizes);
  },
}));

export const scannerArea: VerifyArea = {
  area: "scanner",
  figures: [
    ...neighbourhoods,
    {
      id: "distance-in-a-ball",
      what: "largest difference (voxels) of the distance transform from r + 1/2 − |x| inside a ball of r = 20 voxels",
      source: "closed form, to within the half voxel by which the surface of voxels is rough",
      check: async () => {
        const n = 45;
        const r = 20;
        const from = (i: number) =>
          Math.hypot(...[i % n, Math.floor(i / n) % n, Math.floor(i / (n * n))].map((v) => v - 22));
        const ball = Uint8Array.from({ length: n ** 3 }, (_, i) => (from(i) <= r ? 1 : 0));
        const distance = distanceToBoundary(ball, [n, n, n], [1, 1, 1]);
        const off = distance.reduce(
          (most, d, i) => (ball[i] ? Math.max(most, Math.abs(d - (r + 0.5 - from(i)))) : most),
          0,
        );
        return { expected: 0, got: off, tolerance: Math.sqrt(3) / 2, ok: off <= Math.sqrt(3) / 2 };
      },
    },
    {
      id: "halves-variation-of-information",
      what: "variation of information (bits) of an object that is cut into two halves",
      source: "Meilă 2007, J Multivar Anal 98:873: the entropy of a fair coin",
      check: async () => {
        const truth = new Uint32Array(1000).fill(1);
        const { total } = compareSegmentations(
          truth.map((_, i) => (i < 500 ? 1 : 2)),
          truth,
        ).variationOfInformation;
        return { expected: 1, got: total, tolerance: 1e-12, ok: Math.abs(total - 1) <= 1e-12 };
      },
    },
    {
      id: "slabs-equal-whole",
      what: "voxels whose label differs between a segmentation by slabs of 5 slices and one of the whole volume",
      source: "the definition: one result, whatever the memory",
      check: async () => {
        const volume = new SyntheticDataGenerator({ seed: 7 }).generateVolume([40, 36, 33], { nNeurons: 8 });
        const found = new Uint32Array(volume.data.length);
        const writeSlices = async (z0: number, labels: Uint32Array) => found.set(labels, z0 * 40 * 36);
        await segmentSlabs(slabsOf(volume), { writeSlices, close: async () => undefined }, { slices: 5, minSize: 50 });
        const whole = new NeuronSegmenter().segmentNeurons(volume, { minSize: 50 }).data;
        return equal(String(found.reduce((n, label, i) => n + (label === whole[i] ? 0 : 1), 0)), "0");
      },
    },
    {
      id: "planted-neurons-found",
      what: "share of 50 planted neurons that one label of their own covers, at the default noise",
      source: "ground truth of the generated volume (64³ voxels, seed 42)",
      isSlow: true,
      check: async () => {
        const volume = new SyntheticDataGenerator({ seed: 42 }).generateVolume([64, 64, 64], { nNeurons: 50 });
        const labels = new NeuronSegmenter().segmentNeurons(volume, { minSize: 100 });
        const share = shareFound(volume.groundTruthLabels.data, labels.data);
        return { expected: "≥ 0.95", got: share, tolerance: 0, ok: share >= 0.95 };
      },
    },
  ],
};

/** A planted neuron is found when one label covers more than half of its voxels and belongs mostly to it. */
function shareFound(truth: ArrayLike<number>, labels: ArrayLike<number>): number {
  const truthSizes = new Map<number, number>();
  const labelSizes = new Map<number, number>();
  const shared = new Map<number, Map<number, number>>();
  for (let i = 0; i < truth.length; i++) {
    const [planted, label] = [truth[i]!, labels[i]!];
    if (label > 0) labelSizes.set(label, (labelSizes.get(label) ?? 0) + 1);
    if (planted === 0) continue;
    truthSizes.set(planted, (truthSizes.get(planted) ?? 0) + 1);
    if (label === 0) continue;
    const row = shared.get(planted) ?? new Map<number, number>();
    row.set(label, (row.get(label) ?? 0) + 1);
    shared.set(planted, row);
  }
  let found = 0;
  for (const [planted, size] of truthSizes) {
    for (const [label, common] of shared.get(planted) ?? []) {
      if (common > size / 2 && common > labelSizes.get(label)! / 2) found++;
    }
  }
  return truthSizes.size > 0 ? found / truthSizes.size : 0;
}
