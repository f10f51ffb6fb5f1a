/**
 * From the voxel paths of a skeleton to a tree of points.
 *
 * @module
 */
import { lengthOf, meanVoxelSize } from "./geometry.js";
import { isInsideBall, type Skeleton, type SomaBall } from "./skeleton.js";
import { frustumVolume } from "./soma.js";
import type { VoxelGraph } from "./voxel-graph.js";

/** Points in um in the voxel frame; parents stand before their children. */
export interface Tree {
  x: number[];
  y: number[];
  z: number[];
  radius: number[];
  parent: number[];
}

/**
 * The tree of a skeleton: smoothed paths, neurites that start on the soma's surface, fitted radii, trimmed ends.
 *
 * @param smoothing half-width of the moving average along paths, in points. @param trimTips see trimEnds.
 */
export function buildTree(
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
  const halfVoxel = 0.5 * meanVoxelSize(voxelSize);
  return trimTips ? trimEnds(tree, soma !== undefined, halfVoxel) : tree;
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
  return lengthOf(tree.x[i]! - tree.x[k]!, tree.y[i]! - tree.y[k]!, tree.z[i]! - tree.z[k]!);
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
  const length = lengthOf(...d);
  if (length === 0) return;
  x[0] = soma.center[0] + (d[0] / length) * soma.radius;
  y[0] = soma.center[1] + (d[1] / length) * soma.radius;
  z[0] = soma.center[2] + (d[2] / length) * soma.radius;
}

/**
 * Paths end in the outermost voxel. The axis of a round-ended neurite ends a radius before the surface, which lies
 * `margin` beyond that voxel's centre: every end is moved back along its path to the first place whose radius
 * reaches the end. Ends are the tips and, without a soma, a root with one child. Branch points and stems stay.
 */
function trimEnds(tree: Tree, hasSoma: boolean, margin: number): Tree {
  const { parent } = tree;
  const n = parent.length;
  const dropped = new Uint8Array(n);
  const children = new Int32Array(n);
  for (const p of parent) if (p >= 0) children[p]!++;
  const isFixed = (i: number) => i < 0 || children[i]! > 1 || (hasSoma && i === 0);
  for (let tip = 0; tip < n; tip++) {
    if (children[tip] === 0) {
      trimOneEnd(tree, tip, margin, dropped, (i) => (isFixed(parent[i]!) ? -1 : parent[i]!));
    }
  }
  if (!hasSoma && children[0] === 1) {
    // Only downwards to points with one child left, so that the other end is not met.
    const onlyChild = new Int32Array(n).fill(-1);
    for (let i = 1; i < n; i++) if (dropped[i] === 0 && children[i] === 1) onlyChild[parent[i]!] = i;
    trimOneEnd(tree, 0, margin, dropped, (i) => (children[i] === 1 ? onlyChild[i]! : -1));
  }
  const newIndex = new Int32Array(n).fill(-1);
  const kept: Tree = { x: [], y: [], z: [], radius: [], parent: [] };
  for (let i = 0; i < n; i++) {
    if (dropped[i] === 1) continue;
    const p = parent[i]!;
    // A point whose parent was dropped is the new root: tips are dropped with all that follows them.
    newIndex[i] = kept.parent.push(p < 0 ? -1 : newIndex[p]!) - 1;
    kept.x.push(tree.x[i]!);
    kept.y.push(tree.y[i]!);
    kept.z.push(tree.z[i]!);
    kept.radius.push(tree.radius[i]!);
  }
  return kept;
}

/**
 * Moves the end `from` inwards; `next` gives the point that follows an end, −1 where it must stay. The radius of the
 * neurite is taken where the path is 1.5 radii away from the end: nearer, the distance field sees the end itself.
 */
function trimOneEnd(tree: Tree, from: number, margin: number, dropped: Uint8Array, next: (i: number) => number): void {
  const points = [from];
  const passed = [margin];
  for (;;) {
    const at = points.at(-1)!;
    const inner = next(at);
    if (passed.at(-1)! >= 1.5 * tree.radius[at]! || inner < 0) break;
    passed.push(passed.at(-1)! + distanceBetween(tree, at, inner));
    points.push(inner);
  }
  const radius = tree.radius[points.at(-1)!]!;
  for (let k = 0; k + 1 < points.length; k++) {
    const at = points[k]!;
    const inner = points[k + 1]!;
    if (passed[k]! >= radius) return;
    if (passed[k + 1]! > radius) {
      // The end lies inside this link.
      const t = (radius - passed[k]!) / (passed[k + 1]! - passed[k]!);
      tree.x[at]! += t * (tree.x[inner]! - tree.x[at]!);
      tree.y[at]! += t * (tree.y[inner]! - tree.y[at]!);
      tree.z[at]! += t * (tree.z[inner]! - tree.z[at]!);
      return;
    }
    dropped[at] = 1;
  }
}
