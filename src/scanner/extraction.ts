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
import { checkVolume } from "./segmentation.js";
import { isInsideBall, type Skeleton, type SkeletonOptions, type SomaBall, skeletonize } from "./skeleton.js";
import { frustumVolume } from "./soma.js";
import { buildVoxelGraph, type VoxelGraph } from "./voxel-graph.js";

export interface ExtractOptions extends LongCallOptions {
  /** Labels with fewer voxels are skipped; default 1. */
  minVoxels?: number;
  /** Rolling invalidation: ball of scale · distance + constant; default 1.5, and 1.5 · the geometric
   * mean of the voxel sizes or the largest of them, whichever is more (um). */
  scale?: number;
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
 * start on its surface. Without: the root is the thickest place and all points have type 0.
 *
 * @example
 * const morphologies = new MorphologyExtractor().extractFromLabels(labels, { minVoxels: 300 });
 */
export class MorphologyExtractor {
  /** @throws WbeError EMPTY_INPUT, ARGUMENT for a volume that does not fit its shape or labels that are not whole numbers; CANCELLED. */
  extractFromLabels(labels: Volume, options: ExtractOptions = {}): Morphology[] {
    const where = "extractFromLabels";
    checkVolume(labels, where);
    const { shape, voxelSize, origin } = labels;
    const positive = (value: number | undefined, fallback: number, name: string) =>
      requirePositive(value ?? fallback, name, where);
    const skeletonOptions: SkeletonOptions = {
      scale: positive(options.scale, 1.5, "scale"),
      constant: requireWithin(
        options.constant ?? Math.max(1.5 * Math.cbrt(voxelSize[0] * voxelSize[1] * voxelSize[2]), ...voxelSize),
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
    const groups = groupVoxels(labels.data, Math.max(1, minVoxels), where);
    if (groups.length === 0) return [];
    const field = distanceToBoundary(labels.data, shape, voxelSize);
    return groups.map(({ label, voxels }, k) => {
      throwIfCancelled(options.signal, "the extraction");
      const graph = buildVoxelGraph(voxels, shape, voxelSize);
      const distance = Float64Array.from(voxels, (v) => field[v]!);
      const skeleton = skeletonize(graph, distance, skeletonOptions);
      const tree = buildTree(graph, distance, skeleton, smoothing, options.trimTips ?? true);
      options.onProgress?.(k + 1, groups.length);
      return toMorphology(tree, origin, `label-${label}`, voxels.length, skeleton);
    });
  }
}

/** Voxel indices of each label with at least minVoxels, labels ascending. */
function groupVoxels(
  data: ArrayLike<number>,
  minVoxels: number,
  where: string,
): { label: number; voxels: Int32Array }[] {
  const counts = new Map<number, number>();
  for (let i = 0; i < data.length; i++) {
    const label = data[i]!;
    if (label === 0) continue;
    if (!Number.isInteger(label) || label < 0) {
      throw new WbeError("ARGUMENT", `expected labels 0, 1, 2, …, found ${label} at voxel index ${i}`, {
        where,
        remedy: "Segment the grey volume first.",
      });
    }
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const kept = [...counts].filter(([, count]) => count >= minVoxels).sort(([a], [b]) => a - b);
  const groups = new Map(kept.map(([label, count]) => [label, { label, voxels: new Int32Array(count), n: 0 }]));
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 0) continue;
    const group = groups.get(data[i]!);
    if (group) group.voxels[group.n++] = i;
  }
  return [...groups.values()];
}

/** Points in um in the voxel frame; parents stand before their children. */
interface Tree {
  x: number[];
  y: number[];
  z: number[];
  radius: number[];
  parent: number[];
}

function buildTree(
  graph: VoxelGraph,
  distance: Float64Array,
  { soma, root, paths }: Skeleton,
  smoothing: number,
  trimTips: boolean,
): Tree {
  const { voxelSize } = graph;
  const tree: Tree = { x: [], y: [], z: [], radius: [], parent: [] };
  const add = (x: number, y: number, z: number, radius: number, parent: number) => {
    tree.parent.push(parent);
    tree.y.push(y);
    tree.z.push(z);
    tree.radius.push(radius);
    return tree.x.push(x) - 1;
  };
  const pointOfNode = new Map<number, number>();
  if (soma) add(...soma.center, soma.radius, -1);
  else {
    const place = [graph.x, graph.y, graph.z].map((column, a) => column[root]! * voxelSize[a]!);
    pointOfNode.set(root, add(place[0]!, place[1]!, place[2]!, distance[root]!, -1));
  }
  for (const path of paths) {
    const nodes = [...path].reverse(); // from the skeleton to the tip
    let joint = pointOfNode.get(nodes[0]!);
    const columns = [graph.x, graph.y, graph.z].map((column, a) =>
      Float64Array.from(nodes, (i) => column[i]! * voxelSize[a]!),
    );
    const radii = Float64Array.from(nodes, (i) => distance[i]!);
    if (joint !== undefined) {
      columns[0]![0] = tree.x[joint]!;
      columns[1]![0] = tree.y[joint]!;
      columns[2]![0] = tree.z[joint]!;
    }
    const [x, y, z] = columns.map((column) => smoothPath(column, smoothing)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const radius = smoothPath(radii, smoothing);
    if (joint === undefined && soma) moveToSurface(soma, x, y, z);
    for (let k = joint === undefined ? 0 : 1; k < nodes.length; k++) {
      joint = add(x[k]!, y[k]!, z[k]!, radius[k]!, joint ?? 0);
      pointOfNode.set(nodes[k]!, joint);
    }
  }
  fitRadii(tree, graph, soma);
  const halfVoxel = 0.5 * Math.cbrt(voxelSize[0] * voxelSize[1] * voxelSize[2]);
  return trimTips ? withTrimmedTips(tree, soma !== undefined, halfVoxel) : tree;
}

/**
 * Scales the radii of the neurites by one factor, so that they hold the volume that the voxels outside the soma hold.
 * The distance field alone is biased where a neurite is a few voxels thick: it counts to the centre of the first
 * voxel outside, and from a voxel that is not quite on the axis.
 */
function fitRadii(tree: Tree, graph: VoxelGraph, soma: SomaBall | undefined): void {
  const [hx, hy, hz] = graph.voxelSize;
  let nOutside = graph.n;
  if (soma) {
    nOutside = 0;
    for (let i = 0; i < graph.n; i++) if (!isInsideBall(graph, i, soma)) nOutside++;
  }
  let volume = 0;
  for (let i = 0; i < tree.parent.length; i++) {
    const p = tree.parent[i]!;
    if (p < 0 || (soma && p === 0)) continue;
    volume += frustumVolume(tree.radius[p]!, tree.radius[i]!, distanceBetween(tree, p, i));
  }
  if (volume === 0 || nOutside === 0) return;
  const factor = Math.sqrt((nOutside * hx * hy * hz) / volume);
  for (let i = soma ? 1 : 0; i < tree.radius.length; i++) tree.radius[i]! *= factor;
}

function distanceBetween(tree: Tree, i: number, k: number): number {
  return Math.sqrt((tree.x[i]! - tree.x[k]!) ** 2 + (tree.y[i]! - tree.y[k]!) ** 2 + (tree.z[i]! - tree.z[k]!) ** 2);
}

/** Moving average; beyond an end the path goes on as its mirror image through that end, so the ends stay. */
function smoothPath(values: Float64Array, halfWidth: number): Float64Array {
  const n = values.length;
  const last = n - 1;
  const reach = Math.min(halfWidth, last);
  if (reach === 0) return values;
  const at = (i: number) =>
    i < 0 ? 2 * values[0]! - values[-i]! : i > last ? 2 * values[last]! - values[2 * last - i]! : values[i]!;
  return values.map((_, i) => {
    let sum = 0;
    for (let k = -reach; k <= reach; k++) sum += at(i + k);
    return sum / (2 * reach + 1);
  });
}

/** Puts the first point of a stem where its first link leaves the soma. */
function moveToSurface(soma: SomaBall, x: Float64Array, y: Float64Array, z: Float64Array): void {
  const d = [x[0]! - soma.center[0], y[0]! - soma.center[1], z[0]! - soma.center[2]] as const;
  const length = Math.sqrt(d[0] ** 2 + d[1] ** 2 + d[2] ** 2);
  if (length === 0) return;
  x[0] = soma.center[0] + (d[0] / length) * soma.radius;
  y[0] = soma.center[1] + (d[1] / length) * soma.radius;
  z[0] = soma.center[2] + (d[2] / length) * soma.radius;
}

/**
 * Paths end in the outermost voxel. The axis of a round-ended neurite ends a radius before the surface, which lies
 * `margin` beyond that voxel's centre: every tip is moved back along its path to the first place whose radius
 * reaches the end. Branch points, stems and the root stay.
 */
function withTrimmedTips(tree: Tree, hasSoma: boolean, margin: number): Tree {
  const n = tree.parent.length;
  const children = new Int32Array(n);
  for (const p of tree.parent) if (p >= 0) children[p]!++;
  const dropped = new Uint8Array(n);
  for (let tip = 0; tip < n; tip++) {
    if (children[tip]! > 0) continue;
    let at = tip;
    let passed = margin;
    while (tree.radius[at]! > passed) {
      const p = tree.parent[at]!;
      if (p < 0 || (hasSoma && p === 0) || children[p]! > 1) break;
      const step = distanceBetween(tree, at, p);
      const missing = tree.radius[at]! - passed;
      if (step > missing && tree.radius[p]! <= passed + step) {
        // The end lies inside this link.
        const t = missing / step;
        tree.x[at]! += t * (tree.x[p]! - tree.x[at]!);
        tree.y[at]! += t * (tree.y[p]! - tree.y[at]!);
        tree.z[at]! += t * (tree.z[p]! - tree.z[at]!);
        break;
      }
      dropped[at] = 1;
      passed += step;
      at = p;
    }
  }
  const newIndex = new Int32Array(n);
  const kept: Tree = { x: [], y: [], z: [], radius: [], parent: [] };
  for (let i = 0; i < n; i++) {
    if (dropped[i] === 1) continue;
    newIndex[i] = kept.parent.length;
    const p = tree.parent[i]!;
    kept.parent.push(p < 0 ? -1 : newIndex[p]!);
    kept.x.push(tree.x[i]!);
    kept.y.push(tree.y[i]!);
    kept.z.push(tree.z[i]!);
    kept.radius.push(tree.radius[i]!);
  }
  return kept;
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
  if (!skeleton.soma) warnings.push("no part is thick enough to be a soma: the root is the thickest place");
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
