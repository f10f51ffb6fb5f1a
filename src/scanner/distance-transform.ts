/**
 * Exact Euclidean distance to the boundary of every label.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { DistancePlane } from "../kernels/distance.js";

/**
 * For every voxel of a label, the distance (um) from its centre to the nearest voxel centre that does not carry
 * that label; outside the volume counts as not carrying it. 0 on background (label 0). Labels that touch bound each
 * other. One pass per axis over all labels at once; in single precision (relative error below 1e-6).
 *
 * Source: separable squared distances; across lines by search of near rows, and by the lower envelope of Felzenszwalb &
 * Huttenlocher 2012, "Distance transforms of sampled functions", Theory Comput 8:415, where the distance is large.
 *
 * @param labels whole numbers below 2³². @param shape voxels along x, y, z; x fastest.
 * @param voxelSize um along x, y, z.
 * @throws WbeError ARGUMENT when the labels do not fit the shape; LIMIT when a plane needs more than 4 GiB.
 */
export function distanceToBoundary(
  labels: ArrayLike<number>,
  shape: readonly [number, number, number],
  voxelSize: readonly [number, number, number],
): Float32Array {
  const [nx, ny, nz] = shape;
  if (labels.length !== nx * ny * nz) {
    throw new WbeError("ARGUMENT", `expected ${nx * ny * nz} labels for the shape, found ${labels.length}`);
  }
  const values = ArrayBuffer.isView(labels) ? (labels as Uint32Array) : Uint32Array.from(labels);
  const distance = new Float32Array(values.length);
  if (values.length === 0) return distance;
  const slice = nx * ny;
  const level = new DistancePlane(ny, nx);
  for (let z = 0; z < nz; z++) {
    copyRows(values, z * slice, nx, level.labels, 0, level.width, nx, ny);
    level.alongRows(voxelSize[0]);
    level.acrossRows(voxelSize[1], false);
    copyRows(level.result, 0, level.width, distance, z * slice, nx, nx, ny);
  }
  const upright = new DistancePlane(nz, nx);
  for (let y = 0; y < ny; y++) {
    copyRows(values, y * nx, slice, upright.labels, 0, upright.width, nx, nz);
    copyRows(distance, y * nx, slice, upright.squared, 0, upright.width, nx, nz);
    upright.acrossRows(voxelSize[2], true);
    copyRows(upright.result, 0, upright.width, distance, y * nx, slice, nx, nz);
  }
  return distance;
}

type Rows = Uint32Array | Float32Array;

/** `n` rows of `length` values, in each array so many places apart. */
function copyRows(
  from: Rows,
  start: number,
  stride: number,
  to: Rows,
  toStart: number,
  toStride: number,
  length: number,
  n: number,
): void {
  if (stride === length && toStride === length) {
    to.set(from.subarray(start, start + n * length), toStart);
    return;
  }
  for (let i = 0; i < n; i++) {
    const at = start + i * stride;
    to.set(from.subarray(at, at + length), toStart + i * toStride);
  }
}
