/**
 * Volumes at other places: sampling between voxels, resampling to another grid or through an affine map.
 *
 * @module
 */
import { requirePositive } from "../core/arguments.js";
import type { AffineMatrix } from "../core/coordinates.js";
import { WbeError } from "../core/errors.js";
import type { Volume } from "../core/volume.js";
import { checkVolume } from "./segmentation.js";

/** "linear" between the eight voxels around; "nearest" for labels. */
export type Interpolation = "linear" | "nearest";

export interface ResampleOptions {
  readonly interpolation?: Interpolation;
  /** Value outside of the volume; default 0. */
  readonly outside?: number;
}

/** The grid of a volume without its data. */
export type Grid = Pick<Volume, "shape" | "voxelSize" | "origin">;

/**
 * The volume on another grid. A point p (um) of the grid takes the value at matrix · p of the volume; without a matrix both stand in
 * one frame. Places more than half a voxel outside of the volume get `outside`.
 *
 * @param matrix first three rows of a 4 × 4 matrix in um, from the grid to the volume.
 * @throws WbeError as for any volume; ARGUMENT for a grid without voxels or a voxel size that is not above 0.
 */
export function resample(
  volume: Volume,
  grid: Grid,
  matrix?: AffineMatrix,
  { interpolation = "linear", outside = 0 }: ResampleOptions = {},
): Volume<Float32Array> {
  const where = "resample";
  checkVolume(volume, where);
  for (const h of grid.voxelSize) requirePositive(h, "each voxel size of the grid", where);
  const [nx, ny, nz] = grid.shape;
  if (!(nx * ny * nz > 0)) throw new WbeError("EMPTY_INPUT", "expected a grid with voxels", { where });
  const sample = samplerOf(volume, interpolation, outside);
  const toVoxels = voxelMap(volume, grid, matrix);
  const data = new Float32Array(nx * ny * nz);
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, i++) {
        const at = (k: number) => toVoxels[k]! * x + toVoxels[k + 1]! * y + toVoxels[k + 2]! * z + toVoxels[k + 3]!;
        data[i] = sample(at(0), at(4), at(8));
      }
    }
  }
  return { data, shape: grid.shape, voxelSize: grid.voxelSize, origin: grid.origin };
}

/** From indices of the grid to (fractional) indices of the volume. */
export function voxelMap(volume: Grid, grid: Grid, matrix?: AffineMatrix): Float64Array {
  const m = matrix ?? [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0];
  const result = new Float64Array(12);
  for (let row = 0; row < 3; row++) {
    const h = volume.voxelSize[row]!;
    let shift = m[4 * row + 3]! - volume.origin[row]!;
    for (let k = 0; k < 3; k++) {
      result[4 * row + k] = (m[4 * row + k]! * grid.voxelSize[k]!) / h;
      shift += m[4 * row + k]! * grid.origin[k]!;
    }
    result[4 * row + 3] = shift / h;
  }
  return result;
}

/** Value at fractional voxel indices. */
export function samplerOf(
  { data, shape }: Pick<Volume, "data" | "shape">,
  interpolation: Interpolation,
  outside: number,
): (x: number, y: number, z: number) => number {
  const [nx, ny, nz] = shape;
  const isOutside = (x: number, y: number, z: number) =>
    !(x >= -0.5 && y >= -0.5 && z >= -0.5 && x <= nx - 0.5 && y <= ny - 0.5 && z <= nz - 0.5);
  const clamp = (v: number, n: number) => (v < 0 ? 0 : v > n - 1 ? n - 1 : v);
  if (interpolation === "nearest") {
    return (x, y, z) => {
      if (isOutside(x, y, z)) return outside;
      const [i, j, k] = [clamp(Math.round(x), nx), clamp(Math.round(y), ny), clamp(Math.round(z), nz)];
      return Number(data[i + nx * (j + ny * k)]);
    };
  }
  return (x, y, z) => {
    if (isOutside(x, y, z)) return outside;
    const [cx, cy, cz] = [clamp(x, nx), clamp(y, ny), clamp(z, nz)];
    const [i, j, k] = [Math.floor(cx), Math.floor(cy), Math.floor(cz)];
    const [u, v, w] = [cx - i, cy - j, cz - k];
    const [i1, j1, k1] = [Math.min(i + 1, nx - 1), Math.min(j + 1, ny - 1), Math.min(k + 1, nz - 1)];
    const line = (row: number) => Number(data[i + nx * row]) * (1 - u) + Number(data[i1 + nx * row]) * u;
    const plane = (slice: number) => line(j + ny * slice) * (1 - v) + line(j1 + ny * slice) * v;
    return plane(k) * (1 - w) + plane(k1) * w;
  };
}
