/**
 * Synthetic image volumes of neurons whose true labels and trees are known.
 *
 * @module
 */
import { requireFinite, requireInteger, requirePositive, requireWithin } from "../core/arguments.js";
import { WbeError } from "../core/errors.js";
import type { Morphology } from "../core/morphology.js";
import { RandomStream } from "../core/random.js";
import { Stream } from "../core/streams.js";
import type { Volume } from "../core/volume.js";
import { blurInPlace } from "./gaussian.js";
import { meanVoxelSize } from "./geometry.js";
import { paintTree } from "./rasterize.js";
import { growNeurons } from "./synthetic-growth.js";
import type { GrowthParameters } from "./synthetic-space.js";

type Triple = readonly [number, number, number];

/**
 * Lengths in um. The defaults scale with the resolution unit u = max(geometric mean of the voxel sizes, 0.7 · the
 * largest): neurites that the voxels cannot show would make no sense as ground truth.
 */
export interface GenerateOptions {
  nNeurons: number;
  /** um along x, y, z; default 1, 1, 1. */
  voxelSize?: Triple;
  /** um of the centre of voxel (0, 0, 0); default 0, 0, 0. */
  origin?: Triple;
  /** Range of soma radii; default 3.2 u to 3.8 u. */
  somaRadius?: readonly [number, number];
  /** Neurite radius far from the soma and at the soma; default 1.15 u and 1.6 u. */
  neuriteRadius?: readonly [number, number];
  /** Range of neurite cable per neuron; default 46 u to 60 u. */
  cableLength?: readonly [number, number];
  /** Range of unbranched stretches; default 7 u to 14 u. */
  sectionLength?: readonly [number, number];
  /** Least distance between the surfaces of two neurons, one number or one per axis; default 2.8 voxels per axis. */
  gap?: number | Triple;
  /** Standard deviation of the Gaussian point spread, one number or one per axis; default 0.5 voxel per axis. */
  blur?: number | Triple;
  /** Standard deviation of the additive Gaussian noise, as a share of neuron − background; default 0.1. */
  noise?: number;
  /** Grey levels of empty space and of the inside of a neuron; default 40 and 180. */
  greyLevels?: readonly [number, number];
  /** "uint8" (rounded and cut to 0..255, default) or "float32". */
  dtype?: "uint8" | "float32";
}

/** A grey volume with the truth that it was made from. */
export interface SyntheticVolume extends Volume<Uint8Array | Float32Array> {
  /** Label k + 1 where the voxel's centre lies in tree k; 0 elsewhere. */
  readonly groundTruthLabels: Volume<Uint32Array>;
  /** Planted trees, um in the volume's frame: a soma point and neurites that start on its surface. */
  readonly trees: readonly Morphology[];
  readonly warnings: readonly string[];
}

/** More voxels than this would not fit into the address space of one typed array in every environment. */
const maxVoxels = 2 ** 30;

/**
 * Makes volumes of neurons with a spherical soma and tapering, branching, curved neurites. The same seed and options
 * give the same bits on every machine.
 *
 * @example
 * const volume = new SyntheticDataGenerator({ seed: 42 }).generateVolume([64, 64, 64], { nNeurons: 50 });
 */
export class SyntheticDataGenerator {
  readonly seed: number;

  /** @throws WbeError ARGUMENT unless the seed is a whole number from 0 to 2³²−1. */
  constructor(options: { seed: number }) {
    this.seed = requireInteger(options.seed, 0, 0xffffffff, "seed");
  }

  /**
   * Grows the neurons, paints them with partial volume, blurs and adds noise. Where there is no room for all
   * (see synthetic-growth.ts), fewer are planted and a warning says how many.
   *
   * @param shape voxels along x, y, z.
   * @throws WbeError ARGUMENT for options out of range; LIMIT when not one neuron fits or the volume is too large.
   */
  generateVolume(shape: Triple, options: GenerateOptions): SyntheticVolume {
    const p = resolve(shape, options, this.seed);
    const { trees, nCrowded } = growNeurons(p);
    if (trees.length === 0 && p.nNeurons > 0) {
      throw new WbeError("LIMIT", `not one of ${p.nNeurons} neurons fits into ${shape.join(" x ")} voxels`, {
        remedy: "Make the volume larger, or somaRadius, cableLength or gap smaller.",
      });
    }
    const n = shape[0] * shape[1] * shape[2];
    const labels = new Uint32Array(n);
    const image = new Float32Array(n);
    trees.forEach((tree, k) => {
      paintTree(tree, k + 1, p, labels, image);
    });
    blurInPlace(image, shape, p.blur);
    const data = this.#expose(image, p.greyLevels, p.noise, options.dtype ?? "uint8");
    const frame = { shape: p.shape, voxelSize: p.voxelSize, origin: p.origin };
    const warnings =
      nCrowded > 0 ? [`${trees.length} of ${p.nNeurons} neurons were planted: the others found no room`] : [];
    return { data, ...frame, groundTruthLabels: { data: labels, ...frame }, trees, warnings };
  }

  /** Coverage (0..1) to grey levels with noise. */
  #expose(image: Float32Array, [dark, bright]: readonly [number, number], noise: number, dtype: "uint8" | "float32") {
    const random = new RandomStream(this.seed, Stream.scannerNoise);
    const sd = noise * Math.abs(bright - dark);
    for (let i = 0; i < image.length; i++) {
      image[i] = dark + (bright - dark) * image[i]! + (sd > 0 ? random.normal(0, sd) : 0);
    }
    // Uint8ClampedArray rounds to nearest and cuts to 0..255.
    return dtype === "float32" ? image : new Uint8Array(new Uint8ClampedArray(image).buffer);
  }
}

interface Resolved extends GrowthParameters {
  /** Voxels along x, y, z. */
  blur: Triple;
  noise: number;
  greyLevels: readonly [number, number];
}

function resolve(shape: Triple, options: GenerateOptions, seed: number): Resolved {
  const where = "generateVolume";
  if (!Array.isArray(shape) || shape.length !== 3) {
    throw new WbeError("ARGUMENT", `expected a shape of three numbers [nx, ny, nz], found ${JSON.stringify(shape)}`, {
      where,
    });
  }
  for (const n of shape) requireInteger(n, 1, maxVoxels, "each side of the shape", where);
  if (shape[0] * shape[1] * shape[2] > maxVoxels) {
    throw new WbeError("LIMIT", `expected at most 2^30 voxels, found ${shape.join(" x ")}`, { where });
  }
  const nNeurons = requireInteger(options.nNeurons, 0, 0xfffffffe, "nNeurons", where);
  const voxelSize = triple(options.voxelSize ?? [1, 1, 1], "voxelSize", (v, name) => requirePositive(v, name, where));
  const origin = triple(options.origin ?? [0, 0, 0], "origin", (v, name) => requireFinite(v, name, where));
  const u = Math.max(meanVoxelSize(voxelSize), 0.7 * Math.max(...voxelSize));
  const range = (given: readonly [number, number] | undefined, low: number, high: number, name: string) => {
    const [a, b] = given ?? [low * u, high * u];
    requirePositive(a, `${name}[0]`, where);
    requireWithin(b, a, Number.POSITIVE_INFINITY, `${name}[1]`, where);
    return [a, b] as const;
  };
  const neuriteRadius = range(options.neuriteRadius, 1.15, 1.6, "neuriteRadius");
  const perAxis = (given: number | Triple | undefined, voxels: number, name: string) =>
    triple(
      typeof given === "number" ? [given, given, given] : (given ?? voxelSize.map((h) => voxels * h)),
      name,
      (v, part) => requireWithin(v, 0, Number.POSITIVE_INFINITY, part, where),
    );
  const blur = perAxis(options.blur, 0.5, "blur");
  const greyLevels = options.greyLevels ?? ([40, 180] as const);
  for (const level of greyLevels) requireFinite(level, "a grey level", where);
  return {
    nNeurons,
    seed,
    shape,
    voxelSize,
    origin,
    somaRadius: range(options.somaRadius, 3.2, 3.8, "somaRadius"),
    neuriteRadius,
    cableLength: range(options.cableLength, 46, 60, "cableLength"),
    sectionLength: range(options.sectionLength, 7, 14, "sectionLength"),
    gap: perAxis(options.gap, 2.8, "gap"),
    // Steps shorter than the thinnest radius leave no notch between the bodies of two samples.
    step: Math.min(u, 0.8 * neuriteRadius[0]),
    blur: [blur[0] / voxelSize[0], blur[1] / voxelSize[1], blur[2] / voxelSize[2]],
    noise: requireWithin(options.noise ?? 0.1, 0, Number.POSITIVE_INFINITY, "noise", where),
    greyLevels,
  };
}

function triple(value: readonly number[], name: string, check: (v: number, name: string) => number): Triple {
  if (value.length !== 3) throw new WbeError("ARGUMENT", `expected three numbers for ${name}, found ${value.length}`);
  return value.map((v, a) => check(v, `${name}[${a}]`)) as unknown as Triple;
}
