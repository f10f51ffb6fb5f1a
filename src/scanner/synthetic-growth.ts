/**
 * Growth of synthetic neurons in a box, kept apart from each other and from themselves.
 *
 * Somata are placed first, by dart throwing with the largest minimum distance that fits. Then all neurons grow in
 * turns, one step each, so that none takes the room of another: every step is a small random turn, refused where it
 * would come closer than `gap` to another neuron, or to a part of its own tree that is far along the tree. A tip
 * that cannot go on ends; a neuron without tips sprouts a new branch elsewhere until its cable is long enough.
 *
 * @module
 */
import { exp } from "../core/math.js";
import { type Morphology, SwcType } from "../core/morphology.js";
import { RandomStream } from "../core/random.js";
import { Stream } from "../core/streams.js";
import { dot, normalize, randomDirection, randomNormal, tilt, type Vector } from "./direction.js";

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
  /** Least distance between the surfaces of two neurons. */
  gap: number;
  /** Length of one growth step. */
  step: number;
}

interface Tip {
  sample: number;
  direction: Vector;
  /** Cable left before the next bifurcation. */
  toBranch: number;
}

interface Neuron {
  random: RandomStream;
  soma: number;
  tips: Tip[];
  cable: number;
  target: number;
  /** Turns in a row in which nothing could grow. */
  stuck: number;
}

/** A branch must be able to grow this many steps when it starts, so that no stub is planted. */
const stepsOfNewBranch = 5;
/** A neuron gives up after this many turns without growth. */
const maxStuckTurns = 6;
/** Own cable may be near when the way along the tree is at most this many times the distance to be kept. */
const nearAlongTree = 2.2;

/** Trees of the neurons that found room; `nCrowded` counts those that did not and were left out. */
export function growNeurons(p: GrowthParameters): { trees: Morphology[]; nCrowded: number } {
  const centers = placeSomata(p);
  const space = new Space(p);
  const neurons = centers.map((center, k): Neuron => {
    const random = new RandomStream(p.seed, Stream.scannerGeometry, k + 1);
    const radius = random.uniformBetween(...p.somaRadius);
    const soma = space.add(k, -1, center, radius, 0);
    return { random, soma, tips: [], cable: 0, target: random.uniformBetween(...p.cableLength), stuck: 0 };
  });
  for (const neuron of neurons) startStems(p, space, neuron);
  let growing = neurons;
  while (growing.length > 0) {
    for (const neuron of growing) growOneTurn(p, space, neuron);
    growing = growing.filter((neuron) => neuron.cable < neuron.target && neuron.stuck < maxStuckTurns);
  }
  const trees: Morphology[] = [];
  for (const [k, neuron] of neurons.entries()) {
    if (neuron.cable >= p.cableLength[0]) trees.push(space.toMorphology(k, `synthetic-${trees.length + 1}`));
  }
  return { trees, nCrowded: p.nNeurons - trees.length };
}

/** Centres of at most nNeurons somata: darts at a minimum distance that shrinks until all fit or somata would touch. */
function placeSomata(p: GrowthParameters): Vector[] {
  const random = new RandomStream(p.seed, Stream.scannerGeometry, 0);
  const margin = p.somaRadius[1] + p.gap;
  const low = p.origin.map((o, a) => o - p.voxelSize[a]! / 2 + margin);
  const room = p.shape.map((n, a) => n * p.voxelSize[a]! - 2 * margin);
  if (room.some((r) => r <= 0)) return [];
  const least = 2 * p.somaRadius[1] + p.gap;
  let distance = Math.max(least, Math.cbrt((room[0]! * room[1]! * room[2]!) / p.nNeurons));
  const centers: Vector[] = [];
  const cells = new Map<string, Vector[]>();
  // Cells keep their size while the distance shrinks: a search of the neighbouring cells stays complete.
  const cellSize = distance;
  const cellOf = (v: Vector) => v.map((x) => Math.floor(x / cellSize)) as [number, number, number];
  while (centers.length < p.nNeurons) {
    for (let dart = 0; dart < 20 * p.nNeurons && centers.length < p.nNeurons; dart++) {
      const v: Vector = [
        low[0]! + random.uniform() * room[0]!,
        low[1]! + random.uniform() * room[1]!,
        low[2]! + random.uniform() * room[2]!,
      ];
      const [cx, cy, cz] = cellOf(v);
      let free = true;
      for (let k = 0; k < 27 && free; k++) {
        const key = `${cx + (k % 3) - 1},${cy + (Math.floor(k / 3) % 3) - 1},${cz + Math.floor(k / 9) - 1}`;
        for (const c of cells.get(key) ?? []) {
          if ((c[0] - v[0]) ** 2 + (c[1] - v[1]) ** 2 + (c[2] - v[2]) ** 2 < distance * distance) free = false;
        }
      }
      if (!free) continue;
      centers.push(v);
      const key = `${cx},${cy},${cz}`;
      cells.set(key, [...(cells.get(key) ?? []), v]);
    }
    if (distance === least) break;
    distance = Math.max(least, 0.92 * distance);
  }
  return centers;
}

function radiusAt(p: GrowthParameters, fromSoma: number): number {
  const [thin, thick] = p.neuriteRadius;
  return thin + (thick - thin) * exp(-fromSoma / (0.25 * p.cableLength[0]));
}

function startStems(p: GrowthParameters, space: Space, neuron: Neuron): void {
  const { random } = neuron;
  const nStems = 3 + random.integer(3);
  const taken: Vector[] = [];
  for (let attempt = 0; attempt < 60 && taken.length < nStems; attempt++) {
    const direction = randomDirection(random);
    // 70 degrees apart at least: two stems stay two where they leave the soma.
    if (taken.some((other) => dot(other, direction) > 0.342)) continue;
    if (startBranch(p, space, neuron, neuron.soma, direction)) taken.push(direction);
  }
}

/** Starts a branch at a sample if it has room for its first steps. The first point of a stem lies on the soma's surface. */
function startBranch(p: GrowthParameters, space: Space, neuron: Neuron, from: number, direction: Vector): boolean {
  const fromSoma = from === neuron.soma;
  const first = fromSoma ? space.radius[from]! : p.step;
  const somaRadius = space.radius[neuron.soma]!;
  const planned: { position: Vector; radius: number; path: number }[] = [];
  const start = space.position(from);
  for (let k = 0; k < stepsOfNewBranch; k++) {
    const along = first + k * p.step;
    const position: Vector = [
      start[0] + along * direction[0],
      start[1] + along * direction[1],
      start[2] + along * direction[2],
    ];
    const path = space.path[from]! + along;
    const radius = radiusAt(p, Math.max(0, path - somaRadius));
    if (!space.isFree(from, position, radius, path)) return false;
    planned.push({ position, radius, path });
  }
  let sample = from;
  for (const { position, radius, path } of planned) {
    if (sample !== neuron.soma) neuron.cable += path - space.path[sample]!;
    sample = space.add(space.neuron[from]!, sample, position, radius, path);
  }
  neuron.tips.push({ sample, direction, toBranch: neuron.random.uniformBetween(...p.sectionLength) });
  return true;
}

function growOneTurn(p: GrowthParameters, space: Space, neuron: Neuron): void {
  const before = neuron.cable;
  if (neuron.tips.length === 0) sprout(p, space, neuron);
  for (const tip of neuron.tips.splice(0)) {
    if (neuron.cable >= neuron.target) break;
    if (tip.toBranch <= 0 && bifurcate(p, space, neuron, tip)) continue;
    if (advance(p, space, neuron, tip)) neuron.tips.push(tip);
  }
  neuron.stuck = neuron.cable > before ? 0 : neuron.stuck + 1;
}

/** One step with a small turn; larger turns are tried where the small ones are blocked. */
function advance(p: GrowthParameters, space: Space, neuron: Neuron, tip: Tip): boolean {
  const start = space.position(tip.sample);
  const path = space.path[tip.sample]! + p.step;
  const radius = radiusAt(p, path - space.radius[neuron.soma]!);
  for (let attempt = 0; attempt < 12; attempt++) {
    const turn = Math.abs(neuron.random.normal(0, 0.12 + 0.04 * attempt));
    const direction = normalize(tilt(tip.direction, randomNormal(tip.direction, neuron.random), Math.min(turn, 0.6)));
    const position: Vector = [
      start[0] + p.step * direction[0],
      start[1] + p.step * direction[1],
      start[2] + p.step * direction[2],
    ];
    if (!space.isFree(tip.sample, position, radius, path)) continue;
    tip.sample = space.add(space.neuron[tip.sample]!, tip.sample, position, radius, path);
    tip.direction = direction;
    tip.toBranch -= p.step;
    neuron.cable += p.step;
    return true;
  }
  return false;
}

/** Two daughters 70 to 100 degrees apart; the tip goes on alone when they have no room. */
function bifurcate(p: GrowthParameters, space: Space, neuron: Neuron, tip: Tip): boolean {
  for (let attempt = 0; attempt < 6; attempt++) {
    const side = randomNormal(tip.direction, neuron.random);
    const half = neuron.random.uniformBetween(0.61, 0.87);
    const nTips = neuron.tips.length;
    if (!startBranch(p, space, neuron, tip.sample, tilt(tip.direction, side, half))) continue;
    startBranch(p, space, neuron, tip.sample, tilt(tip.direction, side, -half));
    return neuron.tips.length > nTips;
  }
  return false;
}

/** A new side branch somewhere on the tree, or a new stem. */
function sprout(p: GrowthParameters, space: Space, neuron: Neuron): void {
  const own = space.samplesOf(space.neuron[neuron.soma]!);
  for (let attempt = 0; attempt < 20; attempt++) {
    const from = own[neuron.random.integer(own.length)]!;
    if (space.nChildren[from]! > 1 && from !== neuron.soma) continue;
    if (startBranch(p, space, neuron, from, randomDirection(neuron.random))) return;
  }
}

/** The samples planted so far and, per voxel, the sample whose body covers it. */
class Space {
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
    this.#forEachVoxel(position, radius, (voxel) => {
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
    return this.#forEachVoxel(position, radius + gap, (voxel) => {
      const other = this.#owner[voxel]!;
      if (other < 0) return true;
      if (this.neuron[other] !== this.neuron[from]) return false;
      const apart = radius + gap + this.radius[other]!;
      return this.#alongTree(from, other) + path - this.path[from]! <= nearAlongTree * apart;
    });
  }

  /** Length of the way along the tree between two samples of one neuron. */
  #alongTree(a: number, b: number): number {
    const total = this.path[a]! + this.path[b]!;
    let i = a;
    let k = b;
    while (i !== k) {
      if (i > k) i = this.parent[i]!;
      else k = this.parent[k]!;
    }
    return total - 2 * this.path[i]!;
  }

  /** Visits the voxels whose centre lies within `radius` of a position, until `visit` gives false; gives whether it never did. */
  #forEachVoxel(position: Vector, radius: number, visit: (voxel: number) => boolean): boolean {
    const { shape, voxelSize, origin } = this.#p;
    const [x, y, z] = position.map((v, a) => (v - origin[a]!) / voxelSize[a]!) as [number, number, number];
    const [hx, hy, hz] = voxelSize;
    const r2 = radius * radius;
    for (let k = Math.max(0, Math.ceil(z - radius / hz)); k <= Math.min(shape[2] - 1, z + radius / hz); k++) {
      const dz2 = ((k - z) * hz) ** 2;
      const reachY = Math.sqrt(Math.max(0, r2 - dz2)) / hy;
      for (let j = Math.max(0, Math.ceil(y - reachY)); j <= Math.min(shape[1] - 1, y + reachY); j++) {
        const reachX = Math.sqrt(Math.max(0, r2 - dz2 - ((j - y) * hy) ** 2)) / hx;
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
