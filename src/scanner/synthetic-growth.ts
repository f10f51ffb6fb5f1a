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
  /** Least distance between the surfaces of two neurons along x, y, z. */
  gap: readonly [number, number, number];
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
const stepsOfNewBranch = 7;
/** A neuron gives up after this many turns without growth. */
const maxStuckTurns = 10;
/**
 * Own cable may be near when the way along the tree is at most this many times the distance to be kept: for cable
 * on the way to the soma (a tip must not curl back on it), and for cable beyond a bifurcation, where two daughters
 * at an angle of 60 degrees leave each other slowly.
 */
const nearOnTheWayBack = 1.4;
const nearBeyondBranch = 2.2;

/** The whole growth is tried anew, with other random numbers, when a neuron found no room; at most this often. */
const maxAttempts = 6;

/** Trees of the neurons that found room; `nCrowded` counts those that did not and were left out. */
export function growNeurons(p: GrowthParameters): { trees: Morphology[]; nCrowded: number } {
  let best: Morphology[] = [];
  let nNeurons = p.nNeurons;
  for (let attempt = 0; attempt < maxAttempts && best.length < nNeurons; attempt++) {
    const trees = growOnce({ ...p, nNeurons }, attempt);
    if (trees.length > best.length) best = trees;
    // Too many at once spoil each other's room: where a tenth failed, fewer somata leave more whole neurons.
    if (trees.length < 0.9 * nNeurons) nNeurons = Math.max(best.length, Math.ceil((nNeurons + trees.length) / 2));
  }
  return { trees: best, nCrowded: p.nNeurons - best.length };
}

function growOnce(p: GrowthParameters, attempt: number): Morphology[] {
  const somata = new RandomStream(p.seed, Stream.scannerGeometry, 0).at(attempt);
  const space = new Space(p);
  const neurons = placeSomata(p, somata).map((center, k): Neuron => {
    const random = new RandomStream(p.seed, Stream.scannerGeometry, k + 1).at(attempt);
    const radius = random.uniformBetween(...p.somaRadius);
    const soma = space.add(k, -1, center, radius, 0);
    return { random, soma, tips: [], cable: 0, target: random.uniformBetween(...p.cableLength), stuck: 0 };
  });
  for (const neuron of neurons) startStems(p, space, neuron);
  // All reach the least length before any grows to its own: the first ones must not take the room of the last.
  for (const ownTarget of [false, true]) {
    const isDone = (n: Neuron) => n.stuck >= maxStuckTurns || n.cable >= (ownTarget ? n.target : p.cableLength[0]);
    let growing = neurons.filter((neuron) => !isDone(neuron));
    while (growing.length > 0) {
      for (const neuron of growing) growOneTurn(p, space, neuron);
      growing = growing.filter((neuron) => !isDone(neuron));
    }
  }
  const grown = neurons.filter((neuron) => neuron.cable >= p.cableLength[0]);
  return grown.map((neuron, k) => space.toMorphology(space.neuron[neuron.soma]!, `synthetic-${k + 1}`));
}

/** Centres of at most nNeurons somata: darts at a minimum distance that shrinks until all fit or somata would touch. */
function placeSomata(p: GrowthParameters, random: RandomStream): Vector[] {
  const margin = p.somaRadius[1] + Math.max(...p.gap);
  const low = p.origin.map((o, a) => o - p.voxelSize[a]! / 2 + margin);
  const room = p.shape.map((n, a) => n * p.voxelSize[a]! - 2 * margin);
  if (room.some((r) => r <= 0)) return [];
  const least = 2 * p.somaRadius[1] + Math.max(...p.gap);
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
  for (let attempt = 0; attempt < 16; attempt++) {
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
  for (let attempt = 0; attempt < 60; attempt++) {
    const from = own[neuron.random.integer(own.length)]!;
    const fromSoma = space.path[from]! - space.radius[neuron.soma]!;
    if (from !== neuron.soma && (space.nChildren[from]! > 1 || fromSoma < 0.7 * p.sectionLength[0])) continue;
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
      const left = 1 - ((k - z) / rz) ** 2;
      const reachY = ry * Math.sqrt(Math.max(0, left));
      for (let j = Math.max(0, Math.ceil(y - reachY)); j <= Math.min(shape[1] - 1, y + reachY); j++) {
        const reachX = rx * Math.sqrt(Math.max(0, left - ((j - y) / ry) ** 2));
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
