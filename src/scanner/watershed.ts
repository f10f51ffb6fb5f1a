/**
 * Seeded watershed: seeds grow over a landscape of boundary levels until they meet.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import type { Volume } from "../core/volume.js";
import type { Connectivity } from "./components.js";
import { Neighborhood } from "./neighbors.js";
import { checkVolume } from "./segmentation.js";

export interface WatershedOptions {
  /** Which neighbours belong together; default 6. */
  readonly connectivity?: Connectivity;
  /** Voxels that may be flooded: those that are not 0; all when absent. */
  readonly mask?: ArrayLike<number>;
}

/**
 * Floods the landscape from the seeds, lowest level first; a voxel goes to the seed that reaches it first, and of equals to the
 * one that waits longest. The result depends on nothing else: no randomness, no threads.
 *
 * Source: Meyer 1991, "Un algorithme optimal pour la ligne de partage des eaux", 8e Congrès RFIA 2:847 (hierarchical queues).
 *
 * @param boundaries high where something separates: membrane probability, gradient, or the negative distance to the boundary.
 * @param seeds labels 1 … of where to start, 0 elsewhere; one per voxel.
 * @returns the label of each voxel; 0 where the mask is 0 or no seed leads to.
 * @throws WbeError ARGUMENT, EMPTY_INPUT, NOT_FINITE as for any volume; ARGUMENT for seeds or a mask that do not fit, or when there is no
 *   seed.
 */
export function growSeeds(boundaries: Volume, seeds: Uint32Array, options: WatershedOptions = {}): Uint32Array {
  const where = "growSeeds";
  checkVolume(boundaries, where);
  const { data, shape } = boundaries;
  const n = data.length;
  const { mask } = options;
  for (const [name, values] of [["seeds", seeds] as const, ...(mask ? [["mask", mask] as const] : [])]) {
    if (values.length !== n) {
      throw new WbeError("ARGUMENT", `expected ${name} for ${n} voxels, found ${values.length}`, { where });
    }
  }
  const rank = rankOf(data);
  const queue = new LevelQueue(n, rank.count);
  const labels = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    if (seeds[i] === 0 || (mask && mask[i] === 0)) continue;
    labels[i] = seeds[i]!;
    queue.push(i, rank.of[i]!);
  }
  if (queue.isEmpty) {
    throw new WbeError("ARGUMENT", "expected at least one seed on a voxel that may be flooded, found none", { where });
  }
  const neighborhood = new Neighborhood(shape, options.connectivity ?? 6);
  const around = new Int32Array(26);
  while (!queue.isEmpty) {
    const i = queue.shift();
    const count = neighborhood.list(i, around);
    for (let k = 0; k < count; k++) {
      const j = around[k]!;
      if (labels[j] !== 0 || (mask && mask[j] === 0)) continue;
      labels[j] = labels[i]!;
      queue.push(j, rank.of[j]!);
    }
  }
  return labels;
}

/** Place of each value among the different values. */
function rankOf(data: Volume["data"]): { of: Uint32Array; count: number } {
  const sorted = Float64Array.from(data as ArrayLike<number>).sort();
  let count = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[count - 1]) sorted[count++] = sorted[i]!;
  }
  const of = Uint32Array.from(data as ArrayLike<number>, (value) => {
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  });
  return { of, count };
}

/** One queue a level, first in first out; what is pushed below the present level joins that. */
class LevelQueue {
  readonly #next: Int32Array;
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  #level = 0;
  #size = 0;
  #hasStarted = false;

  constructor(nVoxels: number, nLevels: number) {
    this.#next = new Int32Array(nVoxels);
    this.#first = new Int32Array(nLevels).fill(-1);
    this.#last = new Int32Array(nLevels).fill(-1);
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  push(voxel: number, rank: number): void {
    const level = this.#hasStarted ? Math.max(rank, this.#level) : rank;
    this.#next[voxel] = -1;
    if (this.#first[level]! < 0) this.#first[level] = voxel;
    else this.#next[this.#last[level]!] = voxel;
    this.#last[level] = voxel;
    this.#size++;
  }

  /** Not to be asked of an empty queue. */
  shift(): number {
    this.#hasStarted = true;
    while (this.#first[this.#level]! < 0) this.#level++;
    const voxel = this.#first[this.#level]!;
    this.#first[this.#level] = this.#next[voxel]!;
    this.#size--;
    return voxel;
  }
}
