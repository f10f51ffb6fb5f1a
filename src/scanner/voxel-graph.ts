/**
 * The voxels of one label as a graph: nodes are voxels, edges join the 26 neighbours, weighted by their distance.
 *
 * @module
 */
import { lengthOf } from "./geometry.js";
import { RadixQueue } from "./radix-queue.js";
import { WaveQueue } from "./wave-queue.js";

export interface VoxelGraph {
  /** Number of nodes. */
  n: number;
  /** Voxel coordinates of each node. */
  x: Int32Array;
  y: Int32Array;
  z: Int32Array;
  /** um. */
  voxelSize: readonly [number, number, number];
  /**
   * The box around the object, one voxel wider on every side: the node that stands at each of its places, or −1.
   * Neighbours of node i: node[place[i] + offset[k]] in direction k.
   */
  node: Int32Array;
  place: Int32Array;
  offset: Int32Array;
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
  const places = Int32Array.from({ length: n }, (_, i) => x[i]! - x0 + bx * (y[i]! - y0 + by * (z[i]! - z0)));
  for (let i = 0; i < n; i++) nodeAt[places[i]!] = i;
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
  return {
    n,
    x,
    y,
    z,
    voxelSize,
    node: nodeAt,
    place: places,
    offset,
    edgeLength,
    nodeAt: (vx, vy, vz) => {
      const [i, j, k] = [vx - x0, vy - y0, vz - z0];
      return i < 0 || j < 0 || k < 0 || i >= bx || j >= by || k >= bz ? -1 : nodeAt[i + bx * (j + by * k)]!;
    },
  };
}

/**
 * Distance (um) along edges inside the object from one node to all, Infinity where it cannot be reached; and the nodes that
 * can be reached from near to far (to within the shortest edge).
 */
export function geodesicDistances(graph: VoxelGraph, from: number): { distance: Float64Array; order: Int32Array } {
  const { node, place, offset, edgeLength } = graph;
  const distance = new Float64Array(graph.n).fill(Number.POSITIVE_INFINITY);
  const order = new Int32Array(graph.n);
  let reached = 0;
  distance[from] = 0;
  const isDone = new Uint8Array(graph.n);
  const queue = new WaveQueue(shortestEdge(graph));
  queue.push(0, from);
  for (let i = queue.shift(); i >= 0; i = queue.shift()) {
    if (isDone[i] === 1) continue;
    isDone[i] = 1;
    order[reached++] = i;
    const here = distance[i]!;
    const at = place[i]!;
    for (let k = 0; k < 26; k++) {
      const j = node[at + offset[k]!]!;
      if (j < 0) continue;
      const through = here + edgeLength[k]!;
      if (through < distance[j]!) {
        distance[j] = through;
        queue.push(through, j);
      }
    }
  }
  return { distance, order: order.subarray(0, reached) };
}

/**
 * The tree of cheapest paths from a root to every node it can reach: the node before each on its path, −1 for the
 * root and what cannot be reached. A step to node j costs its length times (1 + penalty[j]).
 */
export function cheapestPathTree(graph: VoxelGraph, root: number, penalty: Float64Array): Int32Array {
  const { node, place, offset, edgeLength } = graph;
  const cost = new Float64Array(graph.n).fill(Number.POSITIVE_INFINITY);
  const previous = new Int32Array(graph.n).fill(-1);
  const queue = new RadixQueue(cost);
  cost[root] = 0;
  queue.push(root);
  for (let i = queue.shift(); i >= 0; i = queue.shift()) {
    const here = cost[i]!;
    const at = place[i]!;
    for (let k = 0; k < 26; k++) {
      const j = node[at + offset[k]!]!;
      if (j < 0) continue;
      const through = here + edgeLength[k]! * (1 + penalty[j]!);
      if (through < cost[j]!) {
        cost[j] = through;
        previous[j] = i;
        queue.push(j);
      }
    }
  }
  return previous;
}

/** Marks nodes near seeds; keeps what its searches need, which are many and small. */
export class Marker {
  readonly #graph: VoxelGraph;
  readonly #queue: WaveQueue;
  /** What is left of the budget at each node that a search has come to, −1 elsewhere and between searches. */
  readonly #left: Float64Array;

  constructor(graph: VoxelGraph) {
    this.#graph = graph;
    this.#queue = new WaveQueue(shortestEdge(graph));
    this.#left = new Float64Array(graph.n).fill(-1);
  }

  /** Marks every node that lies within `budget(i)` um, along edges inside the object, of a seed node i. */
  markWithin(seeds: readonly number[], budget: (node: number) => number, marked: Uint8Array): void {
    const { node, place, offset, edgeLength } = this.#graph;
    const left = this.#left;
    const queue = this.#queue;
    const touched: number[] = [];
    let largest = 0;
    for (const i of seeds) {
      left[i] = budget(i);
      touched.push(i);
      if (left[i]! > largest) largest = left[i]!;
    }
    queue.restart();
    for (const i of seeds) queue.push(largest - left[i]!, i); // the largest remaining budget first
    for (let i = queue.shift(); i >= 0; i = queue.shift()) {
      marked[i] = 1;
      const here = left[i]!;
      const at = place[i]!;
      for (let k = 0; k < 26; k++) {
        const j = node[at + offset[k]!]!;
        if (j < 0) continue;
        const rest = here - edgeLength[k]!;
        if (rest > left[j]! && rest >= 0) {
          if (left[j] === -1) touched.push(j);
          left[j] = rest;
          queue.push(largest - rest, j);
        }
      }
    }
    for (const i of touched) left[i] = -1;
  }
}

function shortestEdge({ edgeLength }: VoxelGraph): number {
  return edgeLength.reduce((least, length) => Math.min(least, length), Number.POSITIVE_INFINITY);
}
