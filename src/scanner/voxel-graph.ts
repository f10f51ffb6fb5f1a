/**
 * The voxels of one label as a graph: nodes are voxels, edges join the 26 neighbours, weighted by their distance.
 *
 * @module
 */
import { lengthOf } from "./geometry.js";
import type { MinHeap } from "./heap.js";

export interface VoxelGraph {
  /** Number of nodes. */
  n: number;
  /** Voxel coordinates of each node. */
  x: Int32Array;
  y: Int32Array;
  z: Int32Array;
  /** um. */
  voxelSize: readonly [number, number, number];
  /** Neighbours of node i: neighbor[26 i + k], −1 where there is none; in direction k of `edgeLength`. */
  neighbor: Int32Array;
  /** um, of the 26 directions. */
  edgeLength: Float64Array;
  /** Node of the voxel (x, y, z), or −1. */
  nodeAt(x: number, y: number, z: number): number;
}

/** Nodes in the order of `voxels` (indices into the volume). */
export function buildVoxelGraph(
  voxels: Int32Array,
  shape: readonly [number, number, number],
  voxelSize: readonly [number, number, number],
): VoxelGraph {
  const n = voxels.length;
  const x = Int32Array.from(voxels, (v) => v % shape[0]);
  const y = Int32Array.from(voxels, (v) => Math.floor(v / shape[0]) % shape[1]);
  const z = Int32Array.from(voxels, (v) => Math.floor(v / (shape[0] * shape[1])));
  const span = (column: Int32Array) => {
    let low = column[0]!;
    let high = column[0]!;
    for (const v of column) {
      if (v < low) low = v;
      if (v > high) high = v;
    }
    // One empty voxel on every side, so that neighbours need no test of the border.
    return [low - 1, high - low + 3] as const;
  };
  const [x0, bx] = span(x);
  const [y0, by] = span(y);
  const [z0, bz] = span(z);
  const nodeAt = new Int32Array(bx * by * bz).fill(-1);
  const place = (i: number) => x[i]! - x0 + bx * (y[i]! - y0 + by * (z[i]! - z0));
  for (let i = 0; i < n; i++) nodeAt[place(i)] = i;
  const offset = new Int32Array(26);
  const edgeLength = new Float64Array(26);
  for (let k = 0, d = 0; d < 27; d++) {
    if (d === 13) continue;
    const dx = (d % 3) - 1;
    const dy = (Math.floor(d / 3) % 3) - 1;
    const dz = Math.floor(d / 9) - 1;
    offset[k] = dx + bx * (dy + by * dz);
    edgeLength[k++] = lengthOf(dx * voxelSize[0], dy * voxelSize[1], dz * voxelSize[2]);
  }
  const neighbor = new Int32Array(26 * n);
  for (let i = 0; i < n; i++) {
    const at = place(i);
    for (let k = 0; k < 26; k++) neighbor[26 * i + k] = nodeAt[at + offset[k]!]!;
  }
  return {
    n,
    x,
    y,
    z,
    voxelSize,
    neighbor,
    edgeLength,
    nodeAt: (vx, vy, vz) => {
      const [i, j, k] = [vx - x0, vy - y0, vz - z0];
      return i < 0 || j < 0 || k < 0 || i >= bx || j >= by || k >= bz ? -1 : nodeAt[i + bx * (j + by * k)]!;
    },
  };
}

/** Distance (um) along edges inside the object from one node to all; Infinity where it cannot be reached. */
export function geodesicDistances(graph: VoxelGraph, from: number, heap: MinHeap): Float64Array {
  const { neighbor, edgeLength } = graph;
  const distance = new Float64Array(graph.n).fill(Number.POSITIVE_INFINITY);
  distance[from] = 0;
  heap.clear();
  heap.push(0, from);
  while (heap.size > 0) {
    const key = heap.topKey;
    const i = heap.pop();
    if (key > distance[i]!) continue;
    for (let k = 0; k < 26; k++) {
      const j = neighbor[26 * i + k]!;
      if (j < 0) continue;
      const through = key + edgeLength[k]!;
      if (through < distance[j]!) {
        distance[j] = through;
        heap.push(through, j);
      }
    }
  }
  return distance;
}

/**
 * The tree of cheapest paths from a root to every node it can reach: the node before each on its path, −1 for the
 * root and what cannot be reached. A step to node j costs its length times (1 + penalty[j]).
 */
export function cheapestPathTree(graph: VoxelGraph, root: number, penalty: Float64Array, heap: MinHeap): Int32Array {
  const { neighbor, edgeLength } = graph;
  const cost = new Float64Array(graph.n).fill(Number.POSITIVE_INFINITY);
  const previous = new Int32Array(graph.n).fill(-1);
  cost[root] = 0;
  heap.clear();
  heap.push(0, root);
  while (heap.size > 0) {
    const key = heap.topKey;
    const i = heap.pop();
    if (key > cost[i]!) continue;
    for (let k = 0; k < 26; k++) {
      const j = neighbor[26 * i + k]!;
      if (j < 0) continue;
      const through = key + edgeLength[k]! * (1 + penalty[j]!);
      if (through < cost[j]!) {
        cost[j] = through;
        previous[j] = i;
        heap.push(through, j);
      }
    }
  }
  return previous;
}

/**
 * Marks every node that lies within `budget[i]` um (along edges inside the object) of a seed node i.
 *
 * @param left scratch of n numbers, all −1; left so.
 */
export function markWithin(
  graph: VoxelGraph,
  seeds: readonly number[],
  budget: (node: number) => number,
  marked: Uint8Array,
  heap: MinHeap,
  left: Float64Array,
): void {
  const { neighbor, edgeLength } = graph;
  const touched: number[] = [];
  heap.clear();
  for (const i of seeds) {
    left[i] = budget(i);
    touched.push(i);
    heap.push(-left[i]!, i); // the largest remaining budget first
  }
  while (heap.size > 0) {
    const key = -heap.topKey;
    const i = heap.pop();
    if (key < left[i]!) continue;
    marked[i] = 1;
    for (let k = 0; k < 26; k++) {
      const j = neighbor[26 * i + k]!;
      if (j < 0) continue;
      const rest = key - edgeLength[k]!;
      if (rest > left[j]! && rest >= 0) {
        if (left[j] === -1) touched.push(j);
        left[j] = rest;
        heap.push(-rest, j);
      }
    }
  }
  for (const i of touched) left[i] = -1;
}
