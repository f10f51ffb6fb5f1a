/**
 * From label volumes to morphologies.
 *
 * @module
 */

import { requireInteger, requirePositive, requireWithin } from "../core/arguments.js";
import { WbeError } from "../core/errors.js";
import { type Morphology, SwcType } from "../core/morphology.js";
import { type LongCallOptions, throwIfCancelled } from "../core/progress.js";
import type { Volume } from "../core/volume.js";
import { distanceToBoundary } from "./distance-transform.js";
import { meanVoxelSize } from "./geometry.js";
import { checkVolume } from "./segmentation.js";
import { type Skeleton, type SkeletonOptions, skeletonize } from "./skeleton.js";
import { buildTree, type Tree } from "./skeleton-tree.js";
import { buildVoxelGraph } from "./voxel-graph.js";

export interface ExtractOptions extends LongCallOptions {
  /** Labels with fewer voxels are skipped; default 1. */
  minVoxels?: number;
  /** Labels that are skipped whatever their size: those that an earlier run has done. */
  skip?: ReadonlySet<number>;
  /** Rolling invalidation covers a ball of scale · distance + constant; default 1.5. */
  scale?: number;
  /** um; default 1.5 times the geometric mean of the voxel sizes, or the largest of them if that is more. */
  constant?: number;
  /** Penalty that keeps paths on the ridge; default exponent 16 and weight 1e5, as in kimimaro. */
  penaltyExponent?: number;
  penaltyWeight?: number;
  /** Thickness of a soma over the median neurite; default 1.7. */
  somaRatio?: number;
  /**
   * Half-width, in points, of the moving average that takes the staircase out of the voxel paths; default 2, 0 for
   * none. Ends of paths stay where they are.
   */
  smoothing?: number;
  /** Whether tips are moved back from the surface by their radius, where the axis of a round end lies; default true. */
  trimTips?: boolean;
}

/**
 * Turns each label into a tree (see skeleton.ts).
 *
 * Result: one morphology per label of at least minVoxels voxels, in the order of the labels; coordinates and radii
 * in um in the volume's frame. With a soma: point 1 is the soma's centre with its radius (type 1), neurites (type 3)
 * start on its surface. Without: the root is an end, the one farthest from the thickest place, and all types are 0.
 *
 * @example
 * const morphologies = new MorphologyExtractor().extractFromLabels(labels, { minVoxels: 300 });
 */
export class MorphologyExtractor {
  /**
   * @throws WbeError EMPTY_INPUT for a volume without voxels; ARGUMENT for one that does not fit its shape, labels
   *   that are not whole numbers or options out of range; CANCELLED.
   */
  extractFromLabels(labels: Volume, options: ExtractOptions = {}): Morphology[] {
    return Array.from(this.eachFromLabels(labels, options), ({ morphology }) => morphology);
  }

  /** The same one by one, each as soon as it is done, with its label. @throws as extractFromLabels, when it is asked for the first. */
  *eachFromLabels(labels: Volume, options: ExtractOptions = {}): Generator<{ label: number; morphology: Morphology }> {
    const where = "extractFromLabels";
    checkVolume(labels, where);
    const { shape, voxelSize, origin } = labels;
    const positive = (value: number | undefined, fallback: number, name: string) =>
      requirePositive(value ?? fallback, name, where);
    const skeletonOptions: SkeletonOptions = {
      scale: positive(options.scale, 1.5, "scale"),
      constant: requireWithin(
        options.constant ?? Math.max(1.5 * meanVoxelSize(voxelSize), ...voxelSize),
        0,
        Number.POSITIVE_INFINITY,
        "constant",
        where,
      ),
      penaltyExponent: positive(options.penaltyExponent, 16, "penaltyExponent"),
      penaltyWeight: positive(options.penaltyWeight, 1e5, "penaltyWeight"),
      somaRatio: positive(options.somaRatio, 1.7, "somaRatio"),
    };
    const smoothing = requireInteger(options.smoothing ?? 2, 0, 1000, "smoothing", where);
    const minVoxels = requireInteger(options.minVoxels ?? 1, 0, Number.MAX_SAFE_INTEGER, "minVoxels", where);
    const all = groupVoxels(labels.data, Math.max(1, minVoxels), where);
    const groups = options.skip ? all.filter(({ label }) => !options.skip!.has(label)) : all;
    if (groups.length === 0) return;
    const field = distanceToBoundary(labels.data, shape, voxelSize);
    for (const [k, { label, voxels }] of groups.entries()) {
      throwIfCancelled(options.signal, "the extraction");
      const graph = buildVoxelGraph(voxels, shape, voxelSize);
      const distance = Float64Array.from(voxels, (v) => field[v]!);
      const skeleton = skeletonize(graph, distance, skeletonOptions);
      const tree = buildTree(graph, distance, skeleton, smoothing, options.trimTips ?? true);
      options.onProgress?.(k + 1, groups.length);
      yield { label, morphology: toMorphology(tree, origin, `label-${label}`, voxels.length, skeleton) };
    }
  }
}

/** Labels up to this multiple of the number of voxels are counted in arrays, sparser ones in a map. */
const denseLabels = 4;

/** Voxel indices of each label with at least minVoxels, labels ascending. */
function groupVoxels(
  data: ArrayLike<number>,
  minVoxels: number,
  where: string,
): { label: number; voxels: Int32Array }[] {
  let largest = 0;
  for (let i = 0; i < data.length; i++) {
    const label = data[i]!;
    if (!Number.isInteger(label) || label < 0) {
      throw new WbeError("ARGUMENT", `expected labels 0, 1, 2, …, found ${label} at voxel index ${i}`, {
        where,
        remedy: "Segment the grey volume first.",
      });
    }
    if (label > largest) largest = label;
  }
  const slotOf = numberLabels(data, largest);
  const counts: number[] = [];
  const labelOf: number[] = [];
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 0) continue;
    const slot = slotOf(data[i]!);
    counts[slot] = (counts[slot] ?? 0) + 1;
    labelOf[slot] = data[i]!;
  }
  const groups = counts.map((count, slot) =>
    count < minVoxels ? undefined : { label: labelOf[slot]!, voxels: new Int32Array(count), n: 0 },
  );
  for (let i = 0; i < data.length; i++) {
    const group = data[i] === 0 ? undefined : groups[slotOf(data[i]!)];
    if (group) group.voxels[group.n++] = i;
  }
  return groups.filter((group) => group !== undefined).sort((a, b) => a.label - b.label);
}

/** A number 0, 1, 2, … for each label that occurs, in the order of first voxels. */
function numberLabels(data: ArrayLike<number>, largest: number): (label: number) => number {
  const dense = largest <= denseLabels * data.length ? new Int32Array(largest + 1).fill(-1) : undefined;
  const sparse = new Map<number, number>();
  const slotOf = (label: number) => (dense ? dense[label]! : (sparse.get(label) ?? -1));
  let n = 0;
  for (let i = 0; i < data.length; i++) {
    const label = data[i]!;
    if (label === 0 || slotOf(label) >= 0) continue;
    if (dense) dense[label] = n++;
    else sparse.set(label, n++);
  }
  return slotOf;
}

function toMorphology(
  tree: Tree,
  origin: readonly [number, number, number],
  name: string,
  nVoxels: number,
  skeleton: Skeleton,
): Morphology {
  const n = tree.parent.length;
  const type = new Uint8Array(n).fill(skeleton.soma ? SwcType.basal : SwcType.undefined);
  if (skeleton.soma) type[0] = SwcType.soma;
  const warnings: string[] = [];
  if (!skeleton.soma) warnings.push("no part is thick enough to be a soma: the root is an end of the tree");
  if (skeleton.nUnreached > 0) {
    warnings.push(`${skeleton.nUnreached} of ${nVoxels} voxels are not connected to the root and were left out`);
  }
  return {
    name,
    id: Int32Array.from({ length: n }, (_, i) => i + 1),
    type,
    x: Float64Array.from(tree.x, (v) => v + origin[0]),
    y: Float64Array.from(tree.y, (v) => v + origin[1]),
    z: Float64Array.from(tree.z, (v) => v + origin[2]),
    radius: Float64Array.from(tree.radius),
    parent: Int32Array.from(tree.parent),
    comments: [`skeleton of ${nVoxels} voxels (TEASAR)`],
    warnings,
  };
}
