import type { Morphology } from "../../../src/core/morphology.js";
import type { SpikeData } from "../../../src/core/spikes.js";
import type { Volume } from "../../../src/core/volume.js";
import type { Figure } from "../../../src/validation/figures/figure.js";

/** Counts the elements of a figure by name, and throws when the markup is not well-formed XML. */
export function countElements({ svg }: Figure): Map<string, number> {
  const counts = new Map<string, number>();
  const open: string[] = [];
  let end = 0;
  const tag = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g;
  for (const match of svg.matchAll(tag)) {
    const between = svg.slice(end, match.index);
    if (/[<>]/.test(between) || /&(?!(?:amp|lt|gt|quot|apos|#\d+);)/.test(between))
      throw new Error(`stray markup: ${between}`);
    end = match.index + match[0].length;
    const [, closing, name, , selfClosing] = match as unknown as string[];
    if (closing) {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`);
      continue;
    }
    counts.set(name!, (counts.get(name!) ?? 0) + 1);
    if (!selfClosing) open.push(name!);
  }
  if (open.length > 0 || end !== svg.length) throw new Error(`unclosed: ${open.join(", ")}`);
  return counts;
}

/** Widths and heights of the PNG pictures in a figure. */
export function pictureSizes({ svg }: Figure): [number, number][] {
  return [...svg.matchAll(/data:image\/png;base64,([A-Za-z0-9+/=]+)/g)].map((match) => {
    const bytes = Buffer.from(match[1]!, "base64");
    return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  });
}

export function volumeOf(shape: [number, number, number], value: (x: number, y: number, z: number) => number): Volume {
  const data = new Float32Array(shape[0] * shape[1] * shape[2]);
  for (let z = 0; z < shape[2]; z++) {
    for (let y = 0; y < shape[1]; y++) {
      for (let x = 0; x < shape[0]; x++) data[x + shape[0] * (y + shape[1] * z)] = value(x, y, z);
    }
  }
  return { data, shape, voxelSize: [1, 1, 2], origin: [0, 0, 0] };
}

/** Soma at the origin, a basal and an apical branch of `points` points each along −x and +x. */
export function twoBranches(name: string, points: number): Morphology {
  const n = 1 + 2 * points;
  const morphology = {
    name,
    id: Int32Array.from({ length: n }, (_, i) => i + 1),
    type: new Uint8Array(n),
    x: new Float64Array(n),
    y: new Float64Array(n),
    z: new Float64Array(n),
    radius: new Float64Array(n).fill(0.5),
    parent: new Int32Array(n),
    comments: [],
    warnings: [],
  };
  morphology.type[0] = 1;
  morphology.radius[0] = 5;
  morphology.parent[0] = -1;
  for (let k = 0; k < points; k++) {
    for (const [branch, type, direction] of [
      [0, 3, -1],
      [1, 4, 1],
    ] as const) {
      const i = 1 + 2 * k + branch;
      morphology.type[i] = type;
      morphology.x[i] = direction * 10 * (k + 1);
      morphology.parent[i] = k === 0 ? 0 : i - 2;
    }
  }
  return morphology;
}

/** Every neuron fires at its own phase, every 10 ms of 1000; dt 0.1 ms. */
export function regularSpikes(nNeurons: number): SpikeData {
  const pairs: [number, number][] = [];
  for (let n = 0; n < nNeurons; n++) for (let step = 1 + (n % 100); step <= 10_000; step += 100) pairs.push([step, n]);
  pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const excitatory = Math.ceil(nNeurons * 0.8);
  return {
    step: Uint32Array.from(pairs, (p) => p[0]),
    neuron: Uint32Array.from(pairs, (p) => p[1]),
    dt: 0.1,
    nNeurons,
    startStep: 0,
    stopStep: 10_000,
    populations: [
      { name: "exc", start: 0, size: excitatory },
      { name: "inh", start: excitatory, size: nNeurons - excitatory },
    ],
    pulseTimes: [500],
  };
}
