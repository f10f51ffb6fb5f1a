/**
 * Separable Gaussian blur of a 3-D field.
 *
 * @module
 */
import { exp } from "../core/math.js";

/** Weights of a Gaussian of `sigma` voxels at 0, 1, 2, … voxels, cut at 4 sigma; over both sides they sum to 1. */
export function gaussianWeights(sigma: number): Float64Array {
  const reach = Math.max(1, Math.ceil(4 * sigma));
  const weights = Float64Array.from({ length: reach + 1 }, (_, k) => exp(-(k * k) / (2 * sigma * sigma)));
  const sum = 2 * weights.reduce((s, w) => s + w, 0) - weights[0]!;
  return weights.map((w) => w / sum);
}

/**
 * Blurs `data` (x fastest) in place; beyond a border the border value is repeated.
 *
 * @param sigma in voxels along x, y, z; 0 leaves that axis alone.
 */
export function blurInPlace(
  data: Float32Array,
  shape: readonly [number, number, number],
  sigma: readonly [number, number, number],
): void {
  const [nx, ny, nz] = shape;
  if (sigma[0] > 0) blurRows(data, nx, gaussianWeights(sigma[0]));
  if (sigma[1] > 0) {
    const weights = gaussianWeights(sigma[1]);
    for (let z = 0; z < nz; z++) blurAcross(data.subarray(z * nx * ny, (z + 1) * nx * ny), nx, ny, weights);
  }
  if (sigma[2] > 0) blurAcross(data, nx * ny, nz, gaussianWeights(sigma[2]));
}

/** Along the fastest axis, row by row. */
function blurRows(data: Float32Array, n: number, weights: Float64Array): void {
  const reach = weights.length - 1;
  const padded = new Float64Array(n + 2 * reach);
  for (let start = 0; start < data.length; start += n) {
    for (let i = 0; i < n; i++) padded[reach + i] = data[start + i]!;
    padded.fill(data[start]!, 0, reach);
    padded.fill(data[start + n - 1]!, reach + n);
    for (let i = 0; i < n; i++) {
      let sum = weights[0]! * padded[reach + i]!;
      for (let k = 1; k <= reach; k++) sum += weights[k]! * (padded[reach + i - k]! + padded[reach + i + k]!);
      data[start + i] = sum;
    }
  }
}

/** Across `n` lines of `width` values: whole lines are added, so memory is read in order. */
function blurAcross(data: Float32Array, width: number, n: number, weights: Float64Array): void {
  const reach = weights.length - 1;
  const out = new Float32Array(data.length);
  const clamp = (line: number) => Math.min(n - 1, Math.max(0, line)) * width;
  for (let line = 0; line < n; line++) {
    const at = line * width;
    for (let i = 0; i < width; i++) out[at + i] = weights[0]! * data[at + i]!;
    for (let k = 1; k <= reach; k++) {
      const w = weights[k]!;
      const before = clamp(line - k);
      const after = clamp(line + k);
      for (let i = 0; i < width; i++) out[at + i]! += w * (data[before + i]! + data[after + i]!);
    }
  }
  data.set(out);
}
