/**
 * Segmentation of volumes that do not fit into memory: slab by slab, with the labels of the whole volume.
 *
 * @module
 */
import { requireInteger } from "../core/arguments.js";
import { WbeError } from "../core/errors.js";
import { type LongCallOptions, throwIfCancelled } from "../core/progress.js";
import type { SlabSink, SlabSource } from "../core/volume.js";
import { SliceLabeller } from "../kernels/labelling.js";
import { type RemovedComponents, removedOf } from "./components.js";
import { blurInPlace, gaussianWeights } from "./gaussian.js";
import { GreyHistogram } from "./otsu.js";
import { aboveThreshold, checkVolume, explainSegmentation, readSettings, type SegmentOptions } from "./segmentation.js";

export interface SlabSegmentOptions extends SegmentOptions, LongCallOptions {
  /** Slices that are read and written at a time; default as many as make 64 Mi voxels, at least 1. */
  readonly slices?: number;
}

export interface SlabSegmentation {
  readonly count: number;
  /** Voxels of label k at sizes[k − 1]. */
  readonly sizes: Uint32Array;
  /** Grey level that was used; NaN when the volume is constant. */
  readonly threshold: number;
  readonly removed: RemovedComponents;
  readonly warnings: readonly string[];
}

/**
 * As NeuronSegmenter, to the same labels, in memory for a few slabs and the runs of foreground (12 bytes each): slabs are read with as many
 * slices on either side as the smoothing reaches; two passes find Otsu's level, one the components; then the labels are written.
 *
 * @param onProgress of the options: slices done, of all passes.
 * @throws WbeError as NeuronSegmenter; CANCELLED; LIMIT; and what the source and the sink throw.
 */
export async function segmentSlabs(
  source: SlabSource,
  sink: SlabSink<Uint32Array>,
  options: SlabSegmentOptions = {},
): Promise<SlabSegmentation> {
  const where = "segmentSlabs";
  const { shape, voxelSize } = source;
  const [nx, ny, nz] = shape;
  const slice = nx * ny;
  if (slice * nz === 0) {
    throw new WbeError("EMPTY_INPUT", `expected a volume with voxels, found the shape ${shape.join(" x ")}`, { where });
  }
  const settings = readSettings(options, voxelSize, where);
  const atATime = requireInteger(
    options.slices ?? Math.max(1, Math.floor(2 ** 26 / slice)),
    1,
    2 ** 31,
    "slices",
    where,
  );
  const halo = settings.sigma[2] > 0 ? gaussianWeights(settings.sigma[2]).length - 1 : 0;
  const passes = settings.threshold === undefined ? 4 : 2;
  let done = 0;

  /** Calls `use` with every smoothed slab. */
  const forEachSlab = async (use: (grey: Float32Array, z0: number, z1: number) => void): Promise<void> => {
    for (let z0 = 0; z0 < nz; z0 += atATime) {
      throwIfCancelled(options.signal, "the segmentation");
      const z1 = Math.min(nz, z0 + atATime);
      const [from, to] = [Math.max(0, z0 - halo), Math.min(nz, z1 + halo)];
      const data = await source.readSlices(from, to);
      const size = [nx, ny, to - from] as const;
      checkVolume({ data, shape: size, voxelSize, origin: source.origin }, `${where}: slices ${from} to ${to - 1}`);
      const grey = new Float32Array(data as ArrayLike<number>);
      blurInPlace(grey, size, settings.sigma);
      use(grey.subarray((z0 - from) * slice, (z1 - from) * slice), z0, z1);
      done += z1 - z0;
      options.onProgress?.(done, passes * nz);
    }
  };

  let { threshold } = settings;
  if (threshold === undefined) {
    const histogram = new GreyHistogram();
    await forEachSlab((grey) => histogram.addRange(grey));
    await forEachSlab((grey) => histogram.count(grey));
    threshold = histogram.threshold();
  }
  const level = threshold;
  const labeller = new SliceLabeller(1, nx, ny, settings.connectivity);
  const nowhere = new Uint32Array(0);
  await forEachSlab((grey, z0, z1) => {
    const mask = aboveThreshold(grey, level);
    for (let z = z0; z < z1; z++) labeller.add(mask.subarray((z - z0) * slice, (z - z0 + 1) * slice), nowhere);
  });
  const { sizes, all } = labeller.finish(settings.minSize);
  const labels = new Uint32Array(Math.min(nz, atATime) * slice);
  for (let z0 = 0; z0 < nz; z0 += atATime) {
    throwIfCancelled(options.signal, "the segmentation");
    const z1 = Math.min(nz, z0 + atATime);
    for (let z = z0; z < z1; z++) labeller.write(z, labels.subarray((z - z0) * slice, (z - z0 + 1) * slice));
    await sink.writeSlices(z0, labels.subarray(0, (z1 - z0) * slice));
    done += z1 - z0;
    options.onProgress?.(done, passes * nz);
  }
  await sink.close();
  const removed = removedOf(all, settings.minSize);
  const warnings = explainSegmentation(level, sizes, removed, settings.minSize, slice * nz);
  return { count: sizes.length, sizes, threshold: level, removed, warnings };
}
