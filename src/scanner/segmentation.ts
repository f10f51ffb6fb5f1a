/**
 * From a grey volume to one label per neuron.
 *
 * @module
 */
import { requireFinite, requireInteger, requirePositive, requireWithin } from "../core/arguments.js";
import { WbeError } from "../core/errors.js";
import type { Volume } from "../core/volume.js";
import { type Connectivity, labelComponents, type RemovedComponents } from "./components.js";
import { blurInPlace } from "./gaussian.js";
import { otsuThreshold } from "./otsu.js";

type Triple = readonly [number, number, number];

export interface SegmentOptions {
  /** Smallest component that is kept, in voxels; default 1. */
  minSize?: number;
  /** Grey level (after smoothing) above which a voxel is foreground, or "otsu" (default). */
  threshold?: number | "otsu";
  /**
   * Standard deviation of the Gaussian smoothing before the threshold, um, one number or one per axis; 0 for none;
   * default 0.6 voxel per axis.
   */
  smoothing?: number | Triple;
  /** Which neighbours belong together; default 26. */
  connectivity?: Connectivity;
}

/** A label volume with what was done to get it. */
export interface Segmentation extends Volume<Uint32Array> {
  /** Labels are 1..count without gaps; 0 is background. */
  readonly count: number;
  /** Voxels of label k at sizes[k − 1]. */
  readonly sizes: Uint32Array;
  /** Grey level that was used; NaN when the volume is constant. */
  readonly threshold: number;
  /** Dropped because of minSize. */
  readonly removed: RemovedComponents;
  readonly warnings: readonly string[];
}

/** @throws WbeError EMPTY_INPUT, ARGUMENT, NOT_FINITE unless a volume has voxels, fits its shape and is finite. */
export function checkVolume(volume: Volume, where: string): void {
  const { data, shape, voxelSize, origin } = volume;
  for (const [name, value] of Object.entries({ shape, voxelSize, origin })) {
    if (!Array.isArray(value) || value.length !== 3) {
      throw new WbeError("ARGUMENT", `expected ${name} to be three numbers, found ${JSON.stringify(value)}`, { where });
    }
  }
  for (const n of shape) requireInteger(n, 0, Number.MAX_SAFE_INTEGER, "each side of the shape", where);
  for (const h of voxelSize) requirePositive(h, "each voxel size", where);
  for (const o of origin) requireFinite(o, "the origin", where);
  const n = shape[0] * shape[1] * shape[2];
  if (n === 0) {
    throw new WbeError("EMPTY_INPUT", `expected a volume with voxels, found the shape ${shape.join(" x ")}`, { where });
  }
  if (data.length !== n) {
    throw new WbeError("ARGUMENT", `expected ${n} values for the shape ${shape.join(" x ")}, found ${data.length}`, {
      where,
      remedy: "shape counts voxels along x, y, z with x fastest in memory.",
    });
  }
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return;
  const bad = data.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) {
    const x = bad % shape[0];
    const y = Math.floor(bad / shape[0]) % shape[1];
    const z = Math.floor(bad / (shape[0] * shape[1]));
    throw new WbeError("NOT_FINITE", `expected finite grey levels, found ${data[bad]} at voxel (${x}, ${y}, ${z})`, {
      where,
      remedy: "Replace missing voxels by the background level.",
    });
  }
}

/**
 * Segments neurons that do not touch: smooth, threshold, connected components, drop the small ones.
 *
 * Where neurites are as thin as the blur, their grey level stays low and Otsu's level lies below half of the
 * contrast: they are found whole, and thick parts come out a little too large (on the default synthetic volume
 * 0.4 voxel all round: soma radii 13 % over the planted ones, volumes 28 %). Give `threshold` to decide otherwise.
 *
 * @example
 * const labels = new NeuronSegmenter().segmentNeurons(volume, { minSize: 100 });
 */
export class NeuronSegmenter {
  /**
   * @throws WbeError EMPTY_INPUT for a volume without voxels; ARGUMENT for data that do not fit the shape or options
   *   out of range; NOT_FINITE for NaN or infinite grey levels. A constant volume gives no labels and a warning.
   */
  segmentNeurons(volume: Volume, options: SegmentOptions = {}): Segmentation {
    const where = "segmentNeurons";
    checkVolume(volume, where);
    const { shape, voxelSize, origin } = volume;
    const settings = readSettings(options, voxelSize, where);
    const grey = new Float32Array(volume.data);
    blurInPlace(grey, shape, settings.sigma);
    const threshold = settings.threshold ?? otsuThreshold(grey);
    const { labels, count, sizes, removed } = labelComponents(
      aboveThreshold(grey, threshold),
      shape,
      settings.connectivity,
      settings.minSize,
    );
    const warnings = explainSegmentation(threshold, sizes, removed, settings.minSize, grey.length);
    return { data: labels, shape, voxelSize, origin, count, sizes, threshold, removed, warnings };
  }
}

/** What the options mean for a volume. */
export interface SegmentSettings {
  readonly minSize: number;
  /** Of the smoothing, in voxels. */
  readonly sigma: Triple;
  /** undefined: Otsu's. */
  readonly threshold: number | undefined;
  readonly connectivity: Connectivity;
}

/** @throws WbeError ARGUMENT for options out of range. */
export function readSettings(options: SegmentOptions, voxelSize: Triple, where: string): SegmentSettings {
  const { threshold = "otsu", smoothing, connectivity = 26 } = options;
  const sigma = voxelSize.map((h, axis) => {
    const given = typeof smoothing === "object" ? smoothing[axis]! : smoothing;
    return given === undefined ? 0.6 : requireWithin(given, 0, Number.POSITIVE_INFINITY, "smoothing", where) / h;
  });
  return {
    minSize: requireInteger(options.minSize ?? 1, 0, Number.MAX_SAFE_INTEGER, "minSize", where),
    sigma: sigma as unknown as Triple,
    threshold: threshold === "otsu" ? undefined : requireFinite(threshold, "threshold", where),
    connectivity,
  };
}

/** 1 where the grey level is above the threshold; nowhere when that is NaN (a constant volume). */
export function aboveThreshold(grey: Float32Array, threshold: number): Uint8Array {
  const mask = new Uint8Array(grey.length);
  for (let i = 0; i < grey.length; i++) mask[i] = grey[i]! > threshold ? 1 : 0;
  return mask;
}

/** Warnings about a segmentation that found nothing, or everything. @param sizes of the labels that were kept */
export function explainSegmentation(
  threshold: number,
  sizes: Uint32Array,
  removed: RemovedComponents,
  minSize: number,
  nVoxels: number,
): string[] {
  if (Number.isNaN(threshold)) return ["the volume is constant: there is nothing to segment"];
  if (sizes.length + removed.components === 0) return [`no voxel is above the threshold ${threshold}`];
  if (sizes.length === 0) {
    const { components, largest } = removed;
    return [`all ${components} components are smaller than minSize = ${minSize}; the largest has ${largest} voxels`];
  }
  if (sizes.length === 1 && sizes[0] === nVoxels) return ["every voxel is foreground: check the threshold"];
  return [];
}
