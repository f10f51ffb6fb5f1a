/**
 * Surfaces of triangles and values at their vertices: the category that surface formats read and write.
 *
 * @module
 */
import type { NumericArray } from "./column.js";

export interface SurfaceValues {
  readonly name: string;
  /** What they are, as the format says: NIFTI_INTENT_SHAPE, NIFTI_INTENT_LABEL, NIFTI_INTENT_TIME_SERIES, … */
  readonly intent: string;
  /** Row-major: `components` numbers a vertex. */
  readonly data: NumericArray;
  readonly components: number;
}

export interface SurfaceLabel {
  readonly key: number;
  readonly name: string;
  /** Red, green, blue, alpha, 0 to 1. */
  readonly color: readonly [number, number, number, number];
}

export interface Surface {
  readonly name: string;
  /** x, y, z of each vertex, um; empty in files of values only. */
  readonly vertices: Float64Array;
  /** Three vertices of each triangle. */
  readonly triangles: Uint32Array;
  readonly values: readonly SurfaceValues[];
  readonly labels: readonly SurfaceLabel[];
  /** What the coordinates refer to, as the format says: NIFTI_XFORM_TALAIRACH; "" where it is not said. */
  readonly space: string;
  readonly warnings: readonly string[];
}
