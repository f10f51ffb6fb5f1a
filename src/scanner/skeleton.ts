/**
 * The centre lines of one label: a TEASAR-like extraction.
 *
 * 1. Distance of every voxel to the boundary, exact (distance-transform.ts).
 * 2. Root: the voxel farthest from the boundary; a soma when it is much thicker than the ridges outside of it.
 * 3. Geodesic distance from the root; from the farthest voxel not yet covered the cheapest path to the skeleton so
 *    far, with a penalty that keeps it on the ridge of the distance field.
 * 4. Voxels near the path are covered (rolling invalidation: a ball measured inside the object, of radius
 *    scale · distance + constant); back to 3 until all are.
 *
 * Sources: Sato et al. 2000, "TEASAR: tree-structure extraction algorithm for accurate and robust skeletons",
 * Pacific Graphics; Bae et al. 2018 and kimimaro (Silversmith et al.) for the soma and the penalty's form.
 *
 * @module
 */
import { cos, pow, sin } from "../core/math.js";
import { MinHeap } from "./heap.js";
import { cheapestPath, geodesicDistances, markWithin, type VoxelGraph } from "./voxel-graph.js";

export interface SkeletonOptions {
  /** Covered around a path: scale · distance to the boundary + constant (um). */
  scale: number;
  constant: number;
  /** Steepness and weight of the penalty away from the ridge: weight · (1 − D / Dmax)^exponent. */
  penaltyExponent: number;
  penaltyWeight: number;
  /** The root is a soma when its radius is at least this many times the median radius of the ridges outside of it. */
  somaRatio: number;
}

export interface SomaBall {
  /** um, in the voxel frame: voxel (i, j, k) has its centre at i·hx, j·hy, k·hz. */
  center: [number, number, number];
  radius: number;
}

export interface Skeleton {
  soma: SomaBall | undefined;
  root: number;
  /** Each from its tip to a node of an earlier path; or to a node on the soma's surface; the first one, without a soma, to the root. */
  paths: number[][];
  /** Nodes that cannot be reached from the root. */
  nUnreached: number;
}

/**
 * @param distance um, of each node to the boundary.
 */
export function skeletonize(graph: VoxelGraph, distance: Float64Array, options: SkeletonOptions): Skeleton {
  const { n } = graph;
  let root = 0;
  for (let i = 1; i < n; i++) if (distance[i]! > distance[root]!) root = i;
  const heap = new MinHeap();
  const fromRoot = geodesicDistances(graph, root, heap);
  const soma = findSoma(graph, distance, root, options.somaRatio);
  const penalty = ridgePenalty(graph, distance, soma, options);
  const onSkeleton = new Uint8Array(n);
  const covered = new Uint8Array(n);
  const left = new Float64Array(n).fill(-1);
  if (soma) {
    for (let i = 0; i < n; i++) if (isInsideBall(graph, i, soma)) onSkeleton[i] = 1;
    // A stem is a stem only where it clearly leaves the soma.
    const reach = 1.2 * distance[root]! + options.constant;
    markWithin(graph, [root], () => reach, covered, heap, left);
  }
  onSkeleton[root] = 1;

  // Farthest first; one sorted pass is enough, because coverage only grows.
  const order = Array.from({ length: n }, (_, i) => i).filter((i) => fromRoot[i] !== Number.POSITIVE_INFINITY);
  order.sort((a, b) => fromRoot[b]! - fromRoot[a]! || a - b);
  const cost = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const previous = new Int32Array(n);
  const paths: number[][] = [];
  for (const target of order) {
    if (covered[target] === 1) continue;
    const path = cheapestPath(graph, target, onSkeleton, penalty, heap, cost, previous);
    markWithin(graph, path, (i) => options.scale * distance[i]! + options.constant, covered, heap, left);
    for (const i of path) onSkeleton[i] = 1;
    if (path.length > 1) paths.push(path);
  }
  return { soma, root, paths, nUnreached: n - order.length };
}

/** Whether the centre of a node's voxel lies in the ball. */
export function isInsideBall(graph: VoxelGraph, i: number, ball: SomaBall): boolean {
  return isInside(graph, i, ball, ball.radius);
}

function isInside({ x, y, z, voxelSize }: VoxelGraph, i: number, ball: SomaBall, radius: number): boolean {
  const dx = x[i]! * voxelSize[0] - ball.center[0];
  const dy = y[i]! * voxelSize[1] - ball.center[1];
  const dz = z[i]! * voxelSize[2] - ball.center[2];
  return dx * dx + dy * dy + dz * dz <= radius * radius;
}

function findSoma(graph: VoxelGraph, distance: Float64Array, root: number, ratio: number): SomaBall | undefined {
  const { n, x, y, z, voxelSize, neighbor } = graph;
  const at: [number, number, number] = [x[root]! * voxelSize[0], y[root]! * voxelSize[1], z[root]! * voxelSize[2]];
  const peak = distance[root]!;
  const outside: SomaBall = { center: at, radius: 1.5 * peak };
  const ridges: number[] = [];
  // The centre between voxels: mean of the inner voxels of the ball, weighted towards the middle.
  const center: [number, number, number] = [0, 0, 0];
  let weight = 0;
  for (let i = 0; i < n; i++) {
    const d = distance[i]!;
    if (isInside(graph, i, outside, peak)) {
      const w = Math.max(0, d - 0.5 * peak) ** 2;
      center[0] += w * x[i]! * voxelSize[0];
      center[1] += w * y[i]! * voxelSize[1];
      center[2] += w * z[i]! * voxelSize[2];
      weight += w;
    } else if (!isInside(graph, i, outside, outside.radius)) {
      let top = true;
      for (let k = 0; k < 26 && top; k++) {
        const j = neighbor[26 * i + k]!;
        if (j >= 0 && distance[j]! > d) top = false;
      }
      if (top) ridges.push(d);
    }
  }
  for (let a = 0; a < 3; a++) center[a]! /= weight;
  if (ridges.length > 0) {
    ridges.sort((a, b) => a - b);
    if (peak < ratio * ridges[ridges.length >> 1]!) return undefined;
  }
  return { center, radius: radiusAround(graph, center) };
}

const nRays = 128;

/**
 * Median distance from a centre to the surface over directions that cover the sphere evenly (Fibonacci lattice):
 * the few rays that run out along neurites do not move it.
 */
function radiusAround(graph: VoxelGraph, center: readonly [number, number, number]): number {
  const { voxelSize, nodeAt } = graph;
  const step = 0.1 * Math.min(...voxelSize);
  const goldenAngle = Math.PI * (3 - Math.sqrt(5));
  const lengths = Array.from({ length: nRays }, (_, ray) => {
    const height = 1 - (2 * ray + 1) / nRays;
    const ring = Math.sqrt(1 - height * height);
    const direction = [ring * cos(ray * goldenAngle), ring * sin(ray * goldenAngle), height] as const;
    let t = 0;
    const voxel = (a: 0 | 1 | 2) => Math.round((center[a] + t * direction[a]) / voxelSize[a]);
    while (nodeAt(voxel(0), voxel(1), voxel(2)) >= 0) t += step;
    return t;
  });
  lengths.sort((a, b) => a - b);
  return Math.max((lengths[nRays / 2 - 1]! + lengths[nRays / 2]!) / 2, 0.5 * Math.min(...voxelSize));
}

function ridgePenalty(
  graph: VoxelGraph,
  distance: Float64Array,
  soma: SomaBall | undefined,
  options: SkeletonOptions,
): Float64Array {
  // The thickest neurite sets the scale, not the soma, beside which all neurites would look equally thin.
  let largest = 0;
  for (let i = 0; i < graph.n; i++) {
    if (!soma || !isInside(graph, i, soma, 1.5 * soma.radius)) largest = Math.max(largest, distance[i]!);
  }
  const top = 1.01 * largest;
  const known = new Map<number, number>();
  return distance.map((d) => {
    if (d >= top) return 0;
    let value = known.get(d);
    if (value === undefined) {
      value = options.penaltyWeight * pow(1 - d / top, options.penaltyExponent);
      known.set(d, value);
    }
    return value;
  });
}
