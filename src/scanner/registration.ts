/**
 * Rigid and affine registration of volumes by mutual information.
 *
 * @module
 */
import { requireInteger } from "../core/arguments.js";
import type { AffineMatrix } from "../core/coordinates.js";
import { cos, log, sin } from "../core/math.js";
import { type LongCallOptions, throwIfCancelled } from "../core/progress.js";
import type { Volume } from "../core/volume.js";
import { blurInPlace } from "./gaussian.js";
import { samplerOf, voxelMap } from "./resample.js";
import { checkVolume } from "./segmentation.js";

export interface RegistrationOptions extends LongCallOptions {
  /** Default "rigid". */
  readonly model?: "translation" | "rigid" | "affine";
  /** Bins of each side of the joint histogram; default 32. */
  readonly bins?: number;
  /** Steps of the pyramid, each with half of the samples along every axis; default 3. */
  readonly levels?: number;
}

export interface Registration {
  /** From points of the fixed volume to points of the moving one, um: what `resample(moving, fixed, matrix)` takes. */
  readonly matrix: AffineMatrix;
  /** Mutual information of the two, bits, at the end. */
  readonly mutualInformation: number;
  /** The same before. */
  readonly before: number;
  readonly evaluations: number;
}

/**
 * Finds the map that makes the grey levels of two volumes tell most about each other; they may come from different instruments. From
 * coarse to fine, by the downhill simplex, about the centre of the fixed volume.
 *
 * Sources: Viola & Wells 1997, Int J Comput Vis 24:137; Maes et al. 1997, IEEE Trans Med Imaging 16:187 (histogram with partial
 * volumes); Nelder & Mead 1965, Comput J 7:308.
 *
 * @param onProgress of the options: levels done, of all.
 * @throws WbeError as for any volume; ARGUMENT for options out of range; CANCELLED.
 */
export function registerVolumes(fixed: Volume, moving: Volume, options: RegistrationOptions = {}): Registration {
  const where = "registerVolumes";
  checkVolume(fixed, where);
  checkVolume(moving, where);
  const bins = requireInteger(options.bins ?? 32, 4, 256, "bins", where);
  const levels = requireInteger(options.levels ?? 3, 1, 8, "levels", where);
  const center = fixed.shape.map((n, axis) => fixed.origin[axis]! + (fixed.voxelSize[axis]! * (n - 1)) / 2);
  const extent = Math.max(...fixed.shape.map((n, axis) => n * fixed.voxelSize[axis]!));
  const model = options.model ?? "rigid";
  const count = { translation: 3, rigid: 6, affine: 12 }[model];
  let best = new Float64Array(count);
  let evaluations = 0;
  let before = 0;
  let reached = 0;
  for (let level = levels - 1; level >= 0; level--) {
    const step = 2 ** level;
    const information = mutualInformation(smoothed(fixed, step), smoothed(moving, step), step, bins);
    const cost = (p: Float64Array) => {
      throwIfCancelled(options.signal, "the registration");
      evaluations++;
      return -information(matrixOf(p, center));
    };
    const coarsest = level === levels - 1;
    before = -cost(new Float64Array(count));
    const start = Math.max(...fixed.voxelSize) * step;
    // A few voxels of this level, as a length and as an angle that moves the border as far.
    const scale = Float64Array.from(best, (_, k) => ((coarsest ? 4 : 1) * start) / (k < 3 ? 1 : extent / 2));
    const found = downhill(cost, best, scale);
    // Once more from there: a simplex can fall flat.
    const again = downhill(
      cost,
      found.at,
      scale.map((s) => s / 2),
    );
    best = again.at;
    reached = -again.value;
    options.onProgress?.(levels - level, levels);
  }
  return { matrix: matrixOf(best, center), mutualInformation: reached, before, evaluations };
}

/** Parameters: shift (um); then rotation about x, y, z (rad), or the nine deviations of the linear part from 1. */
function matrixOf(p: Float64Array, center: readonly number[]): AffineMatrix {
  const linear =
    p.length === 12
      ? Array.from({ length: 9 }, (_, k) => p[3 + k]! + (k % 4 === 0 ? 1 : 0))
      : p.length === 6
        ? rotation(p[3]!, p[4]!, p[5]!)
        : [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const rows = [0, 1, 2].map((row) => {
    const l = linear.slice(3 * row, 3 * row + 3);
    const shift = center[row]! + p[row]! - l.reduce((sum, v, k) => sum + v * center[k]!, 0);
    return [...l, shift];
  });
  return rows.flat() as unknown as AffineMatrix;
}

function rotation(a: number, b: number, c: number): number[] {
  const [ca, sa, cb, sb, cc, sc] = [cos(a), sin(a), cos(b), sin(b), cos(c), sin(c)];
  return [
    cb * cc,
    sa * sb * cc - ca * sc,
    ca * sb * cc + sa * sc,
    cb * sc,
    sa * sb * sc + ca * cc,
    ca * sb * sc - sa * cc,
    -sb,
    sa * cb,
    ca * cb,
  ];
}

function smoothed(volume: Volume, step: number): Volume<Float32Array> {
  const { shape, voxelSize, origin } = volume;
  const data = Float32Array.from(volume.data as ArrayLike<number>);
  if (step > 1)
    blurInPlace(data, shape, shape.map((n) => (n > 1 ? step / 2 : 0)) as unknown as [number, number, number]);
  return { data, shape, voxelSize, origin };
}

/** Mutual information (bits) as a function of the map, over every step-th voxel of the fixed volume that lands in the moving one. */
function mutualInformation(fixed: Volume<Float32Array>, moving: Volume<Float32Array>, step: number, bins: number) {
  const range = (data: Float32Array) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const v of data) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
    return { low, scale: high > low ? (bins - 1) / (high - low) : 0 };
  };
  const [f, m] = [range(fixed.data), range(moving.data)];
  const sample = samplerOf(moving, "linear", Number.NaN);
  const [nx, ny, nz] = fixed.shape;
  const joint = new Float64Array(bins * bins);
  return (matrix: AffineMatrix): number => {
    const to = voxelMap(moving, fixed, matrix);
    joint.fill(0);
    let total = 0;
    for (let z = 0; z < nz; z += step) {
      for (let y = 0; y < ny; y += step) {
        for (let x = 0; x < nx; x += step) {
          const at = (k: number) => to[k]! * x + to[k + 1]! * y + to[k + 2]! * z + to[k + 3]!;
          const value = sample(at(0), at(4), at(8));
          if (Number.isNaN(value)) continue;
          const row = Math.round((fixed.data[x + nx * (y + ny * z)]! - f.low) * f.scale);
          // Shared between the two bins around, so that the measure changes smoothly.
          const place = (value - m.low) * m.scale;
          const low = Math.min(bins - 2, Math.floor(place));
          joint[row * bins + low]! += 1 - (place - low);
          joint[row * bins + low + 1]! += place - low;
          total++;
        }
      }
    }
    // With little overlap anything fits: no information.
    if (total * step ** 3 < 0.1 * nx * ny * nz) return 0;
    const rows = new Float64Array(bins);
    const columns = new Float64Array(bins);
    for (let i = 0; i < joint.length; i++) {
      rows[Math.floor(i / bins)]! += joint[i];
      columns[i % bins]! += joint[i];
    }
    let sum = 0;
    for (let i = 0; i < joint.length; i++) {
      const p = joint[i]!;
      if (p > 0) sum += p * log((p * total) / (rows[Math.floor(i / bins)]! * columns[i % bins]!));
    }
    return sum / (total * Math.LN2);
  };
}

/** Downhill simplex from `start` with the given first steps. */
function downhill(cost: (p: Float64Array) => number, start: Float64Array, scale: Float64Array) {
  const n = start.length;
  const points = [
    start.slice(),
    ...Array.from({ length: n }, (_, k) => start.map((v, j) => (j === k ? v + scale[k]! : v))),
  ];
  let simplex = points.map((at) => ({ at, value: cost(at) }));
  for (let round = 0; round < 100 * n; round++) {
    simplex.sort((a, b) => a.value - b.value);
    const [best, worst] = [simplex[0]!, simplex[n]!];
    const isSmall = best.at.every((v, k) =>
      simplex.every(({ at }) => Math.abs(at[k]! - v) <= 1e-3 * Math.abs(scale[k]!)),
    );
    if (isSmall || worst.value - best.value <= 1e-9 * Math.abs(best.value)) break;
    const middle = start.map((_, k) => simplex.slice(0, n).reduce((sum, { at }) => sum + at[k]!, 0) / n);
    const along = (factor: number) => {
      const at = middle.map((v, k) => v + factor * (worst.at[k]! - v));
      return { at, value: cost(at) };
    };
    const reflected = along(-1);
    if (reflected.value < best.value) {
      const further = along(-2);
      simplex[n] = further.value < reflected.value ? further : reflected;
    } else if (reflected.value < simplex[n - 1]!.value) simplex[n] = reflected;
    else {
      const inside = along(reflected.value < worst.value ? -0.5 : 0.5);
      if (inside.value < Math.min(worst.value, reflected.value)) simplex[n] = inside;
      else {
        simplex = simplex.map(({ at }, k) => {
          if (k === 0) return best;
          const nearer = at.map((v, j) => best.at[j]! + (v - best.at[j]!) / 2);
          return { at: nearer, value: cost(nearer) };
        });
      }
    }
  }
  simplex.sort((a, b) => a.value - b.value);
  return simplex[0]!;
}
