/**
 * Columns of a table, as Parquet and Arrow files hold them.
 *
 * @module
 */
import type { NumericArray } from "../core/column.js";

export interface TableColumn {
  readonly name: string;
  /** Whole numbers of 64 bits stay exact. Booleans are 0 and 1. */
  readonly values: NumericArray | BigInt64Array | BigUint64Array | readonly string[];
  /** 1 where the row has a value; undefined where all have. */
  readonly present: Uint8Array | undefined;
}

/** Rows of a table that are read at a time: a row group of Parquet, a record batch of Arrow. All have the same columns. */
export interface TableBatch {
  readonly nRows: number;
  readonly columns: readonly TableColumn[];
  /** Columns of lists and structures, which are left out. */
  readonly leftOut: readonly string[];
}

/** A column of what a library hands out. Undefined for columns of lists, structures and bytes. */
export function columnOf(name: string, given: ArrayLike<unknown>): TableColumn | undefined {
  if (ArrayBuffer.isView(given)) {
    if (given instanceof BigInt64Array || given instanceof BigUint64Array)
      return { name, values: given, present: undefined };
    if (given instanceof DataView || given instanceof Uint8ClampedArray) return undefined;
    return { name, values: given as unknown as NumericArray, present: undefined };
  }
  const n = given.length;
  const present = new Uint8Array(n);
  let kind = "";
  let isFull = true;
  for (let i = 0; i < n; i++) {
    const value = given[i];
    if (value === null || value === undefined) {
      isFull = false;
      continue;
    }
    present[i] = 1;
    const found = value instanceof Date ? "string" : typeof value === "boolean" ? "number" : typeof value;
    if (kind === "") kind = found;
    if (found !== kind || found === "object") return undefined;
  }
  const mask = isFull ? undefined : present;
  const text = (value: unknown) => (value instanceof Date ? dateText(value) : String(value ?? ""));
  if (kind === "string" || kind === "") return { name, values: Array.from(given, text), present: mask };
  if (kind === "bigint") {
    const wide = Array.from(given, (value) => (value ?? 0n) as bigint);
    const isNegative = wide.some((value) => value < 0n);
    return { name, values: isNegative ? BigInt64Array.from(wide) : BigUint64Array.from(wide), present: mask };
  }
  return { name, values: Float64Array.from(given, (value) => Number(value ?? Number.NaN)), present: mask };
}

const dateText = (date: Date): string => (Number.isNaN(date.getTime()) ? "" : date.toISOString());
