/**
 * The centre lines of one label: a TEASAR-like extraction.
 *
 * 1. Distance of every voxel to the boundary, exact (distance-transform.ts).
 * 2. The voxel farthest from the boundary lies in the soma when it is much thicker than the ridges outside of it.
 *    Root: the soma; without one the end that is farthest from that voxel.
 * 3. Geodesic distance from the root; from the farthest voxel not yet covered the cheapest path towards the root,
 *    with a penalty that keeps it on the ridge of the distance field, until it meets the skeleton so far.
 * 4. Voxels near the path are covered (rolling invalidation: a ball measured inside the object, of radius
 *    scale · distance + constant); back to 3 until all are.
 *
 * Sources: Sato et al. 2000, "TEASAR: tree-structure extraction algorithm for accurate and robust skeletons",
 * Pacific Graphics; Bae et al. 2018 and kimimaro (Silversmith et al.) for the soma and the penalty's form.
 *
 * @module
 */

import { cos, pow, sin } from "../core/math.js";
import { square } from "./geometry.js";
import { cheapestPathTree, geodesicDistances, Marker, type VoxelGraph } from "./voxel-graph.js";

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
  /** Each from its tip to a node of an earlier path, a node on the soma's surface, or the root. */
  paths: number[][];
  /** Nodes that cannot be reached from the root. */
  nUnreached: number;
}

/**
 * @param distance um, of each node to the boundary.
 */
export function skeletonize(graph: VoxelGraph, distance: Float64Array, options: SkeletonOptions): Skeleton {
  const { n } = graph;
  let thickest = 0;
  for (let i = 1; i < n; i++) if (distance[i]! > distance[thickest]!) thickest = i;
  const soma = findSoma(graph, distance, thickest, options.somaRatio);
  let root = thickest;
  let { order } = geodesicDistances(graph, thickest);
  if (!soma) {
    root = order.at(-1)!;
    order = geodesicDistances(graph, root).order;
  }
  const penalty = ridgePenalty(graph, distance, soma, options);
  const onSkeleton = new Uint8Array(n);
  const covered = new Uint8Array(n);
  const marker = new Marker(graph);
  if (soma) {
    for (let i = 0; i < n; i++) if (isInsideBall(graph, i, soma)) onSkeleton[i] = 1;
    // A stem is a stem only where it clearly leaves the soma.
    const reach = 1.2 * distance[root]! + options.constant;
    marker.markWithin([root], () => reach, covered);
  }
  onSkeleton[root] = 1;

  const towardsRoot = cheapestPathTree(graph, root, penalty);
  const body = new Bodies(graph, bodyFactor * distance[thickest]!);
  const paths: number[][] = [];
  // Farthest first; one pass is enough, because coverage only grows.
  for (let k = order.length - 1; k >= 0; k--) {
    const target = order[k]!;
    if (covered[target] === 1) continue;
    const path = [target];
    while (onSkeleton[path.at(-1)!] === 0) path.push(towardsRoot[path.at(-1)!]!);
    joinEarly(path, body);
    marker.markWithin(path, (i) => options.scale * distance[i]! + options.constant, covered);
    for (const i of path) {
      if (onSkeleton[i] === 0) body.add(i, bodyFactor * distance[i]!);
      onSkeleton[i] = 1;
    }
    if (path.length > 1) paths.push(path);
  }
  return { soma, root, paths, nUnreached: n - order.length };
}

/**
 * Size of a body over the largest ball inside the object: at a branch point the object is wider than its branches,
 * and two paths go on side by side until the ridge divides.
 */
const bodyFactor = 1.5;

/**
 * A path that runs beside the skeleton before it meets it is no branch there: it is cut where it enters the bodies
 * of skeleton nodes for good, and joined to the node whose body it enters.
 */
function joinEarly(path: number[], body: Bodies): void {
  let k = path.length - 1;
  while (k > 0 && body.nodeAround(path[k - 1]!) >= 0) k--;
  if (k === path.length - 1) return;
  const joint = body.nodeAround(path[k]!);
  path.length = Math.max(1, k);
  path.push(joint);
}

/** Balls around skeleton nodes, in a grid of boxes as wide as the largest ball's radius. */
class Bodies {
  readonly #graph: VoxelGraph;
  readonly #boxWidth: number;
  readonly #boxes = new Map<string, { center: number; radius: number }[]>();

  constructor(graph: VoxelGraph, largestRadius: number) {
    this.#graph = graph;
    this.#boxWidth = largestRadius;
  }

  add(center: number, radius: number): void {
    const key = this.#boxOf(center).join();
    const box = this.#boxes.get(key) ?? [];
    this.#boxes.set(key, box);
    box.push({ center, radius });
  }

  /** The nearest skeleton node whose ball holds node i, or −1. */
  nodeAround(i: number): number {
    let nearest = -1;
    let least = Number.POSITIVE_INFINITY;
    const [bx, by, bz] = this.#boxOf(i);
    for (let z = bz - 1; z <= bz + 1; z++) {
      for (let y = by - 1; y <= by + 1; y++) {
        for (let x = bx - 1; x <= bx + 1; x++) {
          for (const { center, radius } of this.#boxes.get(`${x},${y},${z}`) ?? []) {
            const d2 = distance2(this.#graph, i, center);
            if (d2 > radius * radius || d2 >= least) continue;
            least = d2;
            nearest = center;
          }
        }
      }
    }
    return nearest;
  }

  #boxOf(i: number): [number, number, number] {
    const { x, y, z, voxelSize } = this.#graph;
    const box = (v: number, h: number) => Math.floor((v * h) / this.#boxWidth);
    return [box(x[i]!, voxelSize[0]), box(y[i]!, voxelSize[1]), box(z[i]!, voxelSize[2])];
  }
}

function distance2({ x, y, z, voxelSize }: VoxelGraph, i: number, j: number): number {
  const dx = (x[i]! - x[j]!) * voxelSize[0];
  const dy = (y[i]! - y[j]!) * voxelSize[1];
  const dz = (z[i]! - z[j]!) * voxelSize[2];
  return dx * dx + dy * dy + dz * dz;
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
  const { n, x, y, z, voxelSize, node, place, offset } = graph;
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
      const w = square(Math.max(0, d - 0.5 * peak));
      center[0] += w * x[i]! * voxelSize[0];
      center[1] += w * y[i]! * voxelSize[1];
      center[2] += w * z[i]! * voxelSize[2];
      weight += w;
    } else if (!isInside(graph, i, outside, outside.radius)) {
      let top = true;
      for (let k = 0; k < 26 && top; k++) {
        const j = node[place[i]! + offset[k]!]!;
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
