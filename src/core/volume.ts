/**
 * A 3-D image or label field: the category that image formats read and write.
 *
 * @module
 */
import type { NumericArray } from "./column.js";

export interface Volume<A extends NumericArray = NumericArray> {
  readonly data: A;
  /** Voxels along x, y, z. Index of voxel (x, y, z): x + shape[0] * (y + shape[1] * z), x fastest. */
  readonly shape: readonly [number, number, number];
  /** um along x, y, z. */
  readonly voxelSize: readonly [number, number, number];
  /** Scanner position of the centre of voxel (0, 0, 0), um. */
  readonly origin: readonly [number, number, number];
}
