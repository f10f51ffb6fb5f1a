/**
 * The one shape in which arrays cross a border: plain typed array plus a small serialisable schema (DESIGN §4).
 *
 * @module
 */

export type NumericArray =
  | Float64Array
  | Float32Array
  | Uint32Array
  | Int32Array
  | Uint16Array
  | Int16Array
  | Uint8Array
  | Int8Array;

/** Number format of a population's states and constants. */
export type Precision = "f64" | "f32";

/** An array in a population's number format. */
export type Reals = Float64Array | Float32Array;

export interface ColumnSchema {
  name: string;
  /** Unit as written in core/units.ts, "1" when dimensionless. */
  unit: string;
  /** Row-major; the product is data.length. */
  shape: number[];
  doc: string;
}

export interface Column<A extends NumericArray = NumericArray> {
  data: A;
  schema: ColumnSchema;
}
