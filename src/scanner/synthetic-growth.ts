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
import { exp, pow } from "../core/math.js";
import type { Morphology } from "../core/morphology.js";
import { RandomStream } from "../core/random.js";
import { Stream } from "../core/streams.js";
import { dot, lengthOf, normalize, randomDirection, randomNormal, tilt, type Vector } from "./geometry.js";
import { type GrowthParameters, Space } from "./synthetic-space.js";

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
  let distance = Math.max(least, pow((room[0]! * room[1]! * room[2]!) / p.nNeurons, 1 / 3));
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
          if (lengthOf(c[0] - v[0], c[1] - v[1], c[2] - v[2]) < distance) free = false;
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

/** Starts a branch at a sample if there is room for its first steps. A stem's first point lies on the soma's surface. */
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
