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

/** A volume that is read some slices at a time, so that it need not fit into memory. */
export interface SlabSource extends Omit<Volume, "data"> {
  /** Slices z0 … z1 − 1, x fastest. */
  readSlices(z0: number, z1: number): Promise<NumericArray>;
}

/** Where the slices of a volume go, in order. */
export interface SlabSink<A extends NumericArray = NumericArray> {
  /** The slices from z0 on; `data` may be used again afterwards. */
  writeSlices(z0: number, data: A): Promise<void>;
  /** After the last slice. */
  close(): Promise<void>;
}

/** A volume in memory, as a source of slices. */
export function slabsOf({ data, shape, voxelSize, origin }: Volume): SlabSource {
  const slice = shape[0] * shape[1];
  return { shape, voxelSize, origin, readSlices: async (z0, z1) => data.subarray(z0 * slice, z1 * slice) };
}
