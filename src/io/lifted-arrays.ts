/**
 * Long typed arrays of a JSON value ↔ arrays of their own beside it: a network of millions of listed connections is no
 * text. In their place stands { "$array": path }.
 *
 * @module
 */
import type { NumericArray } from "../core/column.js";
import { WbeError } from "../core/errors.js";
import type { StoredColumn } from "./zarr.js";

/** Shorter arrays stay in the text, where a reader sees them. */
const longestInline = 10_000;
const marker = "$array";

/** @param root path of the arrays in the store. */
export function liftArrays<T>(value: T, root: string): { value: T; arrays: Record<string, StoredColumn> } {
  const arrays: Record<string, StoredColumn> = {};
  const lift = (part: unknown, path: readonly string[]): unknown => {
    if (ArrayBuffer.isView(part)) {
      const data = part as unknown as NumericArray;
      if (data.length <= longestInline) return part;
      const key = `${root}/${path.join("/")}`;
      const doc = `In the manifest: ${path.join(".")}.`;
      arrays[key] = { data, schema: { name: path.at(-1)!, unit: "1", shape: [data.length], doc } };
      return { [marker]: key };
    }
    if (Array.isArray(part)) return part.map((item, k) => lift(item, [...path, String(k)]));
    // Others know themselves how to become JSON.
    if (typeof part !== "object" || part === null || Object.getPrototypeOf(part) !== Object.prototype) return part;
    return Object.fromEntries(Object.entries(part).map(([name, item]) => [name, lift(item, [...path, name])]));
  };
  return { value: lift(value, []) as T, arrays };
}

/**
 * The value with its arrays in their places again, and the arrays that are none of its own.
 *
 * @throws WbeError FORMAT for an array that is not there.
 */
export function lowerArrays<T>(
  value: T,
  arrays: Readonly<Record<string, StoredColumn>>,
  where: string,
): { value: T; arrays: Record<string, StoredColumn> } {
  const rest = { ...arrays };
  const lower = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(lower);
    if (typeof part !== "object" || part === null) return part;
    const key: unknown = (part as Record<string, unknown>)[marker];
    if (typeof key === "string" && Object.keys(part).length === 1) {
      const column = Object.hasOwn(arrays, key) ? arrays[key] : undefined;
      if (!column) throw new WbeError("FORMAT", `expected the array ${key} of the manifest, found none`, { where });
      delete rest[key];
      return column.data;
    }
    return Object.fromEntries(Object.entries(part).map(([name, item]) => [name, lower(item)]));
  };
  return { value: lower(value) as T, arrays: rest };
}
