/**
 * How well a segmentation agrees with the truth: variation of information, Rand measures, expected run length.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { log } from "../core/math.js";
import type { Morphology } from "../core/morphology.js";
import { linkLength } from "./soma.js";

export interface SegmentationQuality {
  /** Voxels that were compared. */
  readonly voxels: number;
  /** Variation of information, bits: `split` is H(labels | truth), `merge` is H(truth | labels). */
  readonly variationOfInformation: { readonly split: number; readonly merge: number; readonly total: number };
  /**
   * Pairs of voxels: `precision` of those in one label that are one object in truth, `recall` of those of one object that share a label;
   * `error` is 1 − their harmonic mean. 1 where there are no such pairs.
   */
  readonly adaptedRand: { readonly error: number; readonly precision: number; readonly recall: number };
  /** Pairs of voxels on which labels and truth agree, of all pairs; 1 for a single voxel. */
  readonly randIndex: number;
}

/**
 * Compares labels with the truth, voxel by voxel; names of labels do not matter.
 *
 * Sources: Meilă 2007, J Multivar Anal 98:873 (variation of information); Arganda-Carreras et al. 2015, Front Neuroanat 9:142
 * (adapted Rand error); Rand 1971, J Am Stat Assoc 66:846.
 *
 * @param ignore labels of the truth whose voxels do not count; default 0, the boundary or background of the truth. Give an
 *   empty list to count all.
 * @throws WbeError ARGUMENT when lengths differ; EMPTY_INPUT when no voxel is left.
 */
export function compareSegmentations(
  labels: ArrayLike<number>,
  truth: ArrayLike<number>,
  options: { readonly ignore?: readonly number[] } = {},
): SegmentationQuality {
  const where = "compareSegmentations";
  if (labels.length !== truth.length) {
    throw new WbeError(
      "ARGUMENT",
      `expected as many labels as voxels of the truth (${truth.length}), found ${labels.length}`,
      { where },
    );
  }
  const table = countTogether(labels, truth, new Set(options.ignore ?? [0]));
  if (table.voxels === 0) {
    throw new WbeError("EMPTY_INPUT", "expected voxels to compare, found none outside of the ignored labels", {
      where,
    });
  }
  const n = table.voxels;
  // Σ p log p with counts c of n: Σ c log c / n − log n.
  const entropy = (counts: Iterable<number>) => {
    let sum = 0;
    for (const c of counts) sum += c * log(c);
    return (log(n) - sum / n) / Math.LN2;
  };
  const pairs = (counts: Iterable<number>) => {
    let sum = 0;
    for (const c of counts) sum += c * (c - 1);
    return sum;
  };
  const [both, ofLabels, ofTruth] = [table.both, table.labels, table.truth].map(entropy) as [number, number, number];
  const [together, inLabels, inTruth] = [table.both, table.labels, table.truth].map(pairs) as [number, number, number];
  const split = Math.max(0, both - ofTruth);
  const merge = Math.max(0, both - ofLabels);
  const precision = inLabels > 0 ? together / inLabels : 1;
  const recall = inTruth > 0 ? together / inTruth : 1;
  const error = inLabels + inTruth > 0 ? 1 - (2 * together) / (inLabels + inTruth) : 0;
  const all = n * (n - 1);
  const randIndex = all > 0 ? (all - inLabels - inTruth + 2 * together) / all : 1;
  return {
    voxels: n,
    variationOfInformation: { split, merge, total: split + merge },
    adaptedRand: { error, precision, recall },
    randIndex,
  };
}

/** Voxels of each label, of each object, and of each pair of both. */
function countTogether(labels: ArrayLike<number>, truth: ArrayLike<number>, ignore: ReadonlySet<number>) {
  const rows = new Map<number, Map<number, number>>();
  const ofLabel = new Map<number, number>();
  const ofTruth = new Map<number, number>();
  let voxels = 0;
  const add = (counts: Map<number, number>, key: number, n: number) => counts.set(key, (counts.get(key) ?? 0) + n);
  for (let i = 0; i < truth.length; ) {
    // Runs of one pair: neighbours along x mostly belong together.
    const [label, object] = [labels[i]!, truth[i]!];
    let end = i + 1;
    while (end < truth.length && labels[end] === label && truth[end] === object) end++;
    const n = end - i;
    i = end;
    if (ignore.has(object)) continue;
    voxels += n;
    add(ofLabel, label, n);
    add(ofTruth, object, n);
    const row = rows.get(object) ?? new Map<number, number>();
    rows.set(object, row);
    add(row, label, n);
  }
  const both: number[] = [];
  for (const row of rows.values()) both.push(...row.values());
  return { voxels, both, labels: [...ofLabel.values()], truth: [...ofTruth.values()] };
}

export interface RunLength {
  /** um: length that one expects to follow along a neurite of the truth before an error, from a random place. */
  readonly expected: number;
  /** The same when nothing is wrong: the mean path that there is. */
  readonly possible: number;
  /** Links whose ends have different labels. */
  readonly nSplitLinks: number;
  /** Labels that reach into several trees; their runs count as 0. */
  readonly mergedLabels: readonly number[];
}

/**
 * Expected run length of labels along true skeletons: the links of each tree whose ends carry one label, not 0, form runs by label;
 * a label that covers at least `mergeNodes` nodes of several trees is a merger and its runs count as nothing.
 *
 * Source: Januszewski et al. 2018, Nat Methods 15:605.
 *
 * @param trees skeletons of the truth. @param labelAt label at a point of them, um; 0 for none.
 * @throws WbeError EMPTY_INPUT when the trees have no length.
 */
export function expectedRunLength(
  trees: readonly Morphology[],
  labelAt: (x: number, y: number, z: number) => number,
  options: { readonly mergeNodes?: number } = {},
): RunLength {
  const mergeNodes = options.mergeNodes ?? 1;
  /** label → tree → nodes */
  const nodes = new Map<number, Map<number, number>>();
  const labelsOf = trees.map((m, tree) =>
    Array.from(m.parent, (_, i) => {
      const label = labelAt(m.x[i]!, m.y[i]!, m.z[i]!);
      if (label !== 0) {
        const counts = nodes.get(label) ?? new Map<number, number>();
        nodes.set(label, counts);
        counts.set(tree, (counts.get(tree) ?? 0) + 1);
      }
      return label;
    }),
  );
  const mergedLabels = [...nodes]
    .filter(([, counts]) => [...counts.values()].filter((n) => n >= mergeNodes).length > 1)
    .map(([label]) => label)
    .sort((a, b) => a - b);
  const merged = new Set(mergedLabels);
  let total = 0;
  let followed = 0;
  let possible = 0;
  let nSplitLinks = 0;
  for (const [tree, m] of trees.entries()) {
    const runs = new Map<number, number>();
    let length = 0;
    for (let i = 0; i < m.parent.length; i++) {
      const p = m.parent[i]!;
      if (p < 0) continue;
      const link = linkLength(m, i);
      length += link;
      const label = labelsOf[tree]![i]!;
      if (label !== labelsOf[tree]![p]) nSplitLinks++;
      else if (label !== 0 && !merged.has(label)) runs.set(label, (runs.get(label) ?? 0) + link);
    }
    total += length;
    possible += length * length;
    for (const run of runs.values()) followed += run * run;
  }
  if (total === 0) {
    throw new WbeError("EMPTY_INPUT", "expected true skeletons with length, found none", {
      where: "expectedRunLength",
    });
  }
  return { expected: followed / total, possible: possible / total, nSplitLinks, mergedLabels };
}
