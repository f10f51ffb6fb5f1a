/**
 * Grows a neuron with the dimensions of a cortical pyramidal cell and exports it as a morphology; its SWC file is
 * examples/pyramidal.swc, which the demo draws and measures. It is made up, not a reconstruction: stems leave a soma of
 * 8 um radius, wander with a pull in one direction, taper, and split in two.
 *
 * Run it with: wbe run examples/make-pyramidal.ts
 */
import { type Morphology, RandomStream, Stream, SwcType } from "wbe/core";

type Vector = [number, number, number];

interface Branch {
  type: number;
  /** Index of the point it leaves from. */
  from: number;
  direction: Vector;
  /** Where it is drawn to, and how strongly (0 … 1 per step). */
  pull: Vector;
  strength: number;
  /** um */
  length: number;
  radius: number;
  /** Bifurcations still to come, and the length of the next branches (um). */
  splits: number;
  nextLength: number;
  /** Side branches along the way (apical obliques, axon collaterals). */
  sides: number;
}

const step = 6; // um
const random = new RandomStream(7, Stream.scannerGeometry);
const points: { type: number; at: Vector; radius: number; parent: number }[] = [
  { type: SwcType.soma, at: [0, 0, 0], radius: 8, parent: -1 },
  { type: SwcType.soma, at: [0, -8, 0], radius: 8, parent: 0 },
  { type: SwcType.soma, at: [0, 8, 0], radius: 8, parent: 0 },
];

const unit = ([x, y, z]: Vector): Vector => {
  const length = Math.sqrt(x * x + y * y + z * z);
  return [x / length, y / length, z / length];
};
const wander = (spread: number): Vector => [
  random.normal() * spread,
  random.normal() * spread,
  random.normal() * spread,
];
const add = (...vectors: Vector[]): Vector =>
  vectors.reduce<Vector>((sum, v) => [sum[0] + v[0], sum[1] + v[1], sum[2] + v[2]], [0, 0, 0]);
const scale = ([x, y, z]: Vector, by: number): Vector => [x * by, y * by, z * by];

function grow(branch: Branch): void {
  const { type, pull, strength, length, radius } = branch;
  const steps = Math.round(length / step);
  const atSide = new Set(
    Array.from({ length: branch.sides }, (_, k) => Math.round(((k + 1) * steps) / (branch.sides + 1))),
  );
  let direction = unit(branch.direction);
  let last = branch.from;
  for (let k = 1; k <= steps; k++) {
    direction = unit(add(direction, scale(pull, strength), wander(0.16)));
    const start = points[last]!;
    // The first point of a stem stands on the surface of the soma.
    const reach = last === 0 ? 8 : step;
    points.push({
      type,
      at: add(start.at, scale(direction, reach)),
      radius: radius * (1 - (0.35 * k) / steps),
      parent: last,
    });
    last = points.length - 1;
    if (atSide.has(k)) {
      const outwards = unit(add(scale(direction, 0.5), wander(1)));
      grow({
        ...branch,
        from: last,
        direction: outwards,
        pull: [0, 0, 0],
        length: 60 + 60 * random.uniform(),
        radius: radius * 0.45,
        splits: 1,
        nextLength: 50,
        sides: 0,
      });
    }
  }
  if (branch.splits === 0) return;
  for (const side of [-1, 1]) {
    const turn = add(
      direction,
      scale(unit(wander(1)), 0.35),
      scale([direction[2], direction[1] * 0.2, -direction[0]], side * 0.6),
    );
    grow({
      ...branch,
      from: last,
      direction: turn,
      length: branch.nextLength * (0.7 + 0.6 * random.uniform()),
      radius: Math.max(0.25, radius * 0.65 * 0.8),
      splits: branch.splits - 1,
      sides: 0,
    });
  }
}

// Apical dendrite upwards (+y), six basal dendrites around, an axon downwards.
grow({
  type: SwcType.apical,
  from: 0,
  direction: [0, 1, 0],
  pull: [0, 1, 0],
  strength: 0.12,
  length: 360,
  radius: 2,
  splits: 3,
  nextLength: 75,
  sides: 7,
});
for (let k = 0; k < 6; k++) {
  // Sixths of a turn, without trigonometry: the file must be the same on every machine.
  const around: Vector = [
    [1, 0],
    [0.5, 0.866],
    [-0.5, 0.866],
    [-1, 0],
    [-0.5, -0.866],
    [0.5, -0.866],
  ].map(([x, z]) => [x!, -0.45, z!] as Vector)[k]!;
  grow({
    type: SwcType.basal,
    from: 0,
    direction: around,
    pull: unit(around),
    strength: 0.05,
    length: 30 + 25 * random.uniform(),
    radius: 1.1,
    splits: 3,
    nextLength: 50,
    sides: 0,
  });
}
grow({
  type: SwcType.axon,
  from: 0,
  direction: [0.1, -1, 0],
  pull: [0, -1, 0],
  strength: 0.1,
  length: 320,
  radius: 0.6,
  splits: 1,
  nextLength: 60,
  sides: 4,
});

/** Values as the SWC file has them: four decimals. */
const rounded = (values: number[]): Float64Array => Float64Array.from(values, (v) => Math.round(v * 1e4) / 1e4 + 0);

export const pyramidal: Morphology = {
  name: "pyramidal",
  id: Int32Array.from(points, (_, i) => i + 1),
  type: Uint8Array.from(points, (p) => p.type),
  x: rounded(points.map((p) => p.at[0])),
  y: rounded(points.map((p) => p.at[1])),
  z: rounded(points.map((p) => p.at[2])),
  radius: rounded(points.map((p) => p.radius)),
  parent: Int32Array.from(points, (p) => p.parent),
  comments: [
    "A made-up neuron with the dimensions of a cortical pyramidal cell; not a reconstruction.",
    "Grown by examples/make-pyramidal.ts (seed 7). Lengths in um.",
    "id type x y z radius parent",
  ],
  warnings: [],
};
