/**
 * The box in which synthetic neurons grow: what has been planted, and where there is room.
 *
 * @module
 */
import { type Morphology, SwcType } from "../core/morphology.js";
import { square, type Vector } from "./geometry.js";

/** All lengths in um. */
export interface GrowthParameters {
  nNeurons: number;
  seed: number;
  shape: readonly [number, number, number];
  voxelSize: readonly [number, number, number];
  origin: readonly [number, number, number];
  somaRadius: readonly [number, number];
  /** Radius of a neurite far from the soma, and at the soma. */
  neuriteRadius: readonly [number, number];
  cableLength: readonly [number, number];
  /** Length of an unbranched stretch. */
  sectionLength: readonly [number, number];
  /** Least distance between the surfaces of two neurons along x, y, z. */
  gap: readonly [number, number, number];
  /** Length of one growth step. */
  step: number;
}

/**
 * Own cable may be near when the way along the tree is at most this many times the distance to be kept: for cable
 * on the way to the soma (a tip must not curl back on it), and for cable beyond a bifurcation, where two daughters
 * at an angle of 60 degrees leave each other slowly.
 */
const nearOnTheWayBack = 1.4;
const nearBeyondBranch = 2.2;

/** The samples planted so far and, per voxel, the sample whose body covers it. */
export class Space {
  readonly x: number[] = [];
  readonly y: number[] = [];
  readonly z: number[] = [];
  readonly radius: number[] = [];
  readonly parent: number[] = [];
  readonly neuron: number[] = [];
  /** Length along the tree from the centre of the soma. */
  readonly path: number[] = [];
  readonly nChildren: number[] = [];
  readonly #own: number[][] = [];
  readonly #owner: Int32Array;
  readonly #p: GrowthParameters;

  constructor(p: GrowthParameters) {
    this.#p = p;
    this.#owner = new Int32Array(p.shape[0] * p.shape[1] * p.shape[2]).fill(-1);
  }

  position(sample: number): Vector {
    return [this.x[sample]!, this.y[sample]!, this.z[sample]!];
  }

  samplesOf(neuron: number): number[] {
    return this.#own[neuron]!;
  }

  add(neuron: number, parent: number, position: Vector, radius: number, path: number): number {
    const sample = this.x.length;
    this.x.push(position[0]);
    this.y.push(position[1]);
    this.z.push(position[2]);
    this.radius.push(radius);
    this.parent.push(parent);
    this.neuron.push(neuron);
    this.path.push(path);
    this.nChildren.push(0);
    if (parent >= 0) this.nChildren[parent]!++;
    if (parent < 0) this.#own[neuron] = [];
    this.#own[neuron]!.push(sample);
    this.#forEachVoxel(position, [radius, radius, radius], (voxel) => {
      if (this.#owner[voxel]! < 0) this.#owner[voxel] = sample;
      return true;
    });
    return sample;
  }

  /** Whether a body of `radius` may lie at `position`, as a continuation of `from` whose path is `path`. */
  isFree(from: number, position: Vector, radius: number, path: number): boolean {
    const { shape, voxelSize, origin, gap } = this.#p;
    for (let a = 0; a < 3; a++) {
      const fromEdge = position[a]! - origin[a]! + voxelSize[a]! / 2;
      const margin = radius + 1.5 * voxelSize[a]!;
      if (fromEdge < margin || fromEdge > shape[a]! * voxelSize[a]! - margin) return false;
    }
    const reach = [radius + gap[0], radius + gap[1], radius + gap[2]] as const;
    const longest = Math.max(...reach);
    return this.#forEachVoxel(position, reach, (voxel) => {
      const other = this.#owner[voxel]!;
      if (other < 0) return true;
      if (this.neuron[other] !== this.neuron[from]) return false;
      const apart = longest + this.radius[other]!;
      const joint = this.#joint(from, other);
      const along = path + this.path[other]! - 2 * this.path[joint]!;
      return along <= apart * (joint === other ? nearOnTheWayBack : nearBeyondBranch);
    });
  }

  /** The sample where the ways of two samples of one neuron to the soma meet. */
  #joint(a: number, b: number): number {
    let i = a;
    let k = b;
    while (i !== k) {
      if (i > k) i = this.parent[i]!;
      else k = this.parent[k]!;
    }
    return i;
  }

  /** Visits the voxels whose centre lies in an ellipsoid, until `visit` gives false; gives whether it never did. */
  #forEachVoxel(position: Vector, semiAxes: Vector, visit: (voxel: number) => boolean): boolean {
    const { shape, voxelSize, origin } = this.#p;
    const [x, y, z] = position.map((v, a) => (v - origin[a]!) / voxelSize[a]!) as [number, number, number];
    const [rx, ry, rz] = semiAxes.map((r, a) => r / voxelSize[a]!) as [number, number, number];
    for (let k = Math.max(0, Math.ceil(z - rz)); k <= Math.min(shape[2] - 1, z + rz); k++) {
      const left = 1 - square((k - z) / rz);
      const reachY = ry * Math.sqrt(Math.max(0, left));
      for (let j = Math.max(0, Math.ceil(y - reachY)); j <= Math.min(shape[1] - 1, y + reachY); j++) {
        const reachX = rx * Math.sqrt(Math.max(0, left - square((j - y) / ry)));
        const row = shape[0] * (j + shape[1] * k);
        for (let i = Math.max(0, Math.ceil(x - reachX)); i <= Math.min(shape[0] - 1, x + reachX); i++) {
          if (!visit(row + i)) return false;
        }
      }
    }
    return true;
  }

  toMorphology(neuron: number, name: string): Morphology {
    const own = this.#own[neuron]!;
    const indexOf = new Map(own.map((sample, i) => [sample, i]));
    return {
      name,
      id: Int32Array.from(own, (_, i) => i + 1),
      type: Uint8Array.from(own, (_, i) => (i === 0 ? SwcType.soma : SwcType.basal)),
      x: Float64Array.from(own, (s) => this.x[s]!),
      y: Float64Array.from(own, (s) => this.y[s]!),
      z: Float64Array.from(own, (s) => this.z[s]!),
      radius: Float64Array.from(own, (s) => this.radius[s]!),
      parent: Int32Array.from(own, (s) => (s === own[0] ? -1 : indexOf.get(this.parent[s]!)!)),
      comments: [],
      warnings: [],
    };
  }
}
