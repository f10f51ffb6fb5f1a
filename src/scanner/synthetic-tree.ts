/**
 * A synthetic pyramidal neuron: the project's own example morphology, with realistic proportions and known truth.
 *
 * @module
 */
import { requireInteger } from "../core/arguments.js";
import { type Morphology, SwcType } from "../core/morphology.js";
import { RandomStream } from "../core/random.js";
import { Stream } from "../core/streams.js";
import { dot, normalize, randomDirection, randomNormal, tilt, type Vector } from "./geometry.js";

export interface PyramidalOptions {
  seed: number;
  /** One point, or NeuroMorpho.org's three (default). */
  soma?: "point" | "three-point";
  /** Default "pyramidal-<seed>". */
  name?: string;
}

const up: Vector = [0, 1, 0];
const down: Vector = [0, -1, 0];

/** How a kind of neurite grows; lengths in um. */
interface Habit {
  type: number;
  /** Unbranched stretches that end in a branch point, and those that end in a tip: mean and standard deviation. */
  between: readonly [number, number];
  terminal: readonly [number, number];
  /** Chance to branch after 0, 1, 2, … branch points; 0 beyond. */
  branching: readonly number[];
  /** Half of the angle between daughters, rad. */
  halfAngle: number;
  /** Turn per step (standard deviation, rad) and pull towards a direction per step. */
  wander: number;
  pull: number;
  towards: Vector;
  /** um. */
  thinnest: number;
}

// Proportions of rat layer 5 and CA1 pyramidal cells: 5 to 7 basal stems, short intermediate and long terminal
// stretches (Larkman 1991, J Comp Neurol 306:307), an apical trunk with obliques and a tuft.
const basal: Habit = {
  type: SwcType.basal,
  between: [28, 9],
  terminal: [105, 22],
  branching: [1, 0.85, 0.45, 0.15],
  halfAngle: 0.45,
  wander: 0.13,
  pull: 0.01,
  towards: down,
  thinnest: 0.35,
};
const oblique: Habit = {
  ...basal,
  type: SwcType.apical,
  between: [32, 10],
  terminal: [90, 20],
  branching: [0.65, 0.2],
  pull: 0.012,
  towards: up,
  thinnest: 0.3,
};
const tuft: Habit = {
  ...oblique,
  between: [35, 10],
  terminal: [85, 18],
  branching: [1, 1, 0.7, 0.25],
  halfAngle: 0.42,
  pull: 0.02,
};
const axon: Habit = {
  ...basal,
  type: SwcType.axon,
  between: [60, 15],
  terminal: [90, 25],
  branching: [1, 0.4],
  halfAngle: 0.6,
  wander: 0.1,
  pull: 0.03,
  thinnest: 0.2,
};

/** um between points. */
const step = 5;

/**
 * Grows a pyramidal neuron along +y: soma at the origin, 5 to 7 basal dendrites, an apical trunk of about 350 um
 * with obliques and a tuft, and a short axon. Radii taper along stretches and follow Rall's 3/2 power at branch
 * points, down to a least radius. The same seed gives the same bits on every machine.
 *
 * @throws WbeError ARGUMENT unless the seed is a whole number from 0 to 2³²−1.
 * @example
 * const text = writeSwc(growPyramidalNeuron({ seed: 7 }));
 */
export function growPyramidalNeuron(options: PyramidalOptions): Morphology {
  const seed = requireInteger(options.seed, 0, 0xffffffff, "seed");
  const random = new RandomStream(seed, Stream.scannerGeometry);
  const tree = new GrowingTree(random);
  const r = random.uniformBetween(6.5, 8.5);
  tree.add(-1, SwcType.soma, [0, 0, 0], r);
  if (options.soma !== "point") {
    tree.add(0, SwcType.soma, [0, -r, 0], r);
    tree.add(0, SwcType.soma, [0, r, 0], r);
  }
  growApical(tree, random, r);
  growBasal(tree, random, r);
  const hillock = tree.add(0, SwcType.axon, [0, -r, 0], 0.9);
  tree.branch(hillock, down, axon, 0, 0.6);
  const comments = [
    `synthetic pyramidal neuron of wbe, seed ${seed}: not a recorded cell`,
    "lengths in um; types 1 soma, 2 axon, 3 basal, 4 apical",
  ];
  return tree.toMorphology(options.name ?? `pyramidal-${seed}`, comments);
}

function growApical(tree: GrowingTree, random: RandomStream, r: number): void {
  const trunk: Habit = { ...tuft, wander: 0.05, pull: 0.06, thinnest: 0.9 };
  const length = random.uniformBetween(310, 400);
  const first = tree.add(0, trunk.type, [0, r, 0], 2.4);
  const { points, direction } = tree.stretch(first, up, length, trunk, 2.2, 1.1);
  const nObliques = 6 + random.integer(4);
  // Obliques leave the first two thirds of the trunk, at different points.
  const last = Math.floor((2 / 3) * points.length);
  for (const k of random.choose(last - 6, nObliques)) {
    const side = tilt(up, randomNormal(up, random), random.uniformBetween(0.9, 1.4));
    tree.branch(points[6 + k]!, side, oblique, 0, random.uniformBetween(0.5, 0.75));
  }
  tree.branch(points.at(-1)!, direction, tuft, 0, 1.0);
}

function growBasal(tree: GrowingTree, random: RandomStream, r: number): void {
  const nStems = 5 + random.integer(3);
  const taken: Vector[] = [];
  while (taken.length < nStems) {
    const d = randomDirection(random);
    // Below the equator, away from the axon, and at least 45 degrees from each other.
    if (d[1] > 0.1 || d[1] < -0.9 || taken.some((other) => dot(d, other) > 0.7)) continue;
    taken.push(d);
    const radius = random.uniformBetween(0.8, 1.2);
    const first = tree.add(0, basal.type, [r * d[0], r * d[1], r * d[2]], 1.3 * radius);
    tree.branch(first, d, basal, 0, radius);
  }
}

/** Points in order of growth: parents stand before their children. */
class GrowingTree {
  readonly #random: RandomStream;
  readonly #positions: Vector[] = [];
  readonly #radii: number[] = [];
  readonly #types: number[] = [];
  readonly #parents: number[] = [];

  constructor(random: RandomStream) {
    this.#random = random;
  }

  add(parent: number, type: number, position: Vector, radius: number): number {
    this.#types.push(type);
    this.#radii.push(radius);
    this.#parents.push(parent);
    return this.#positions.push(position) - 1;
  }

  /** An unbranched stretch from a point; radii go linearly from `thick` to `thin`. */
  stretch(from: number, start: Vector, length: number, habit: Habit, thick: number, thin: number) {
    const points: number[] = [];
    const n = Math.max(2, Math.round(length / step));
    let direction = start;
    let at = from;
    for (let k = 1; k <= n; k++) {
      const turned = tilt(direction, randomNormal(direction, this.#random), this.#random.normal(0, habit.wander));
      const { pull, towards } = habit;
      direction = normalize([
        turned[0] + pull * towards[0],
        turned[1] + pull * towards[1],
        turned[2] + pull * towards[2],
      ]);
      const p = this.#positions[at]!;
      const next: Vector = [p[0] + step * direction[0], p[1] + step * direction[1], p[2] + step * direction[2]];
      at = this.add(at, habit.type, next, thick + ((thin - thick) * k) / n);
      points.push(at);
    }
    return { points, direction };
  }

  /** A stretch, and where it branches two daughters, and so on to the tips. */
  branch(from: number, direction: Vector, habit: Habit, order: number, radius: number): void {
    const random = this.#random;
    const branches = random.uniform() < (habit.branching[order] ?? 0);
    const [mean, sd] = branches ? habit.between : habit.terminal;
    const length = Math.max(0.4 * mean, random.normal(mean, sd));
    const thin = Math.max(habit.thinnest, (branches ? 0.9 : 0.6) * radius);
    const grown = this.stretch(from, direction, length, habit, Math.max(radius, thin), thin);
    if (!branches) return;
    const end = grown.points.at(-1)!;
    const side = randomNormal(grown.direction, random);
    // Rall: r^(3/2) of the parent is the sum over the daughters; two equal ones have 2^(−2/3) of its radius.
    const daughter = Math.max(habit.thinnest, 0.63 * thin);
    for (const sign of [1, -1]) {
      const angle = sign * habit.halfAngle * random.uniformBetween(0.7, 1.3);
      this.branch(end, tilt(grown.direction, side, angle), habit, order + 1, daughter);
    }
  }

  toMorphology(name: string, comments: string[]): Morphology {
    return {
      name,
      id: Int32Array.from(this.#parents, (_, i) => i + 1),
      type: Uint8Array.from(this.#types),
      x: Float64Array.from(this.#positions, (p) => p[0]),
      y: Float64Array.from(this.#positions, (p) => p[1]),
      z: Float64Array.from(this.#positions, (p) => p[2]),
      radius: Float64Array.from(this.#radii),
      parent: Int32Array.from(this.#parents),
      comments,
      warnings: [],
    };
  }
}
