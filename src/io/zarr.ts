/**
 * Columns in a Zarr v3 hierarchy (https://zarr-specs.readthedocs.io/en/latest/v3/core/), over any key–bytes store,
 * so that Python, Julia and the page read a run's results without wbe.
 *
 * @module
 */
import type { Column, NumericArray } from "../core/column.js";
import { internalError, WbeError } from "../core/errors.js";

/** Keys begin with "/"; a missing key is undefined. */
export interface ZarrStore {
  get(key: `/${string}`): Promise<Uint8Array | undefined>;
  set(key: `/${string}`, value: Uint8Array): Promise<void>;
}

/** A store in memory. */
export function memoryStore(): ZarrStore {
  const values = new Map<string, Uint8Array>();
  return {
    get: async (key) => values.get(key),
    set: async (key, value) => {
      values.set(key, value.slice());
    },
  };
}

/** A column on disk, with what else is to be said about it. JSON values only. */
export interface StoredColumn extends Column {
  attributes?: Readonly<Record<string, unknown>>;
  /** Value of what was never written. Default NaN for floats, 0 for integers. */
  fillValue?: number;
}

export interface ZarrContents {
  /** By path, e.g. "spikes/step". Folders become groups. */
  arrays: Readonly<Record<string, StoredColumn>>;
  /** Attributes of groups by path; "" is the root. */
  groups?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export const typedArrays = {
  float64: Float64Array,
  float32: Float32Array,
  uint32: Uint32Array,
  int32: Int32Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint8: Uint8Array,
  int8: Int8Array,
} as const;
export type DataTypeName = keyof typeof typedArrays;

export function dataTypeOf(data: NumericArray): DataTypeName {
  for (const [name, arrayType] of Object.entries(typedArrays)) {
    if (data instanceof arrayType) return name as DataTypeName;
  }
  throw internalError(`no Zarr data type for ${Object.prototype.toString.call(data)}`);
}

/** Chunks of whole rows of at most this many bytes: one read per screenful, few files per run. */
export const chunkBytes = 2 ** 20;

/** Fast and lossless, and the default of zarr-python. */
export const compression = { name: "zstd", configuration: { level: 1, checksum: false } };

/** Node names of the characters that the Zarr specification recommends; no part begins with a dot. */
const pathPattern = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/;

/** A name (of a population, a variable) as one part of a path: other characters become _x<code>_. */
export function pathPart(name: string): string {
  const part = name.replace(/[^\w.-]|^\./gu, (c) => `_x${c.codePointAt(0)!.toString(16).toUpperCase()}_`);
  return part === "" ? "_x_" : part;
}

/**
 * Writes arrays and their groups. The list of arrays is also kept in the root's attributes ("arrays"), because a
 * store need not be able to list its keys.
 *
 * @throws WbeError ARGUMENT when a path is no plain relative path or a shape does not fit its data.
 */
export async function writeZarr(store: ZarrStore, contents: ZarrContents): Promise<void> {
  const zarr = await import("zarrita");
  const root = zarr.root(store);
  const groups = new Map(Object.entries(contents.groups ?? {}));
  for (const path of Object.keys(contents.arrays)) {
    if (!pathPattern.test(path)) {
      throw new WbeError("ARGUMENT", `expected a relative path of letters, digits, "_", "-" and ".", found "${path}"`);
    }
    for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
      const group = path.slice(0, at);
      if (!groups.has(group)) groups.set(group, {});
    }
  }
  groups.set("", { ...groups.get(""), arrays: Object.keys(contents.arrays) });
  for (const [path, attributes] of groups) {
    await zarr.create(path === "" ? root : root.resolve(path), { attributes: { ...attributes } });
  }

  for (const [path, { data, schema, attributes, fillValue }] of Object.entries(contents.arrays)) {
    const { shape } = schema;
    if (shape.reduce((a, b) => a * b, 1) !== data.length) {
      throw new WbeError("ARGUMENT", `expected ${data.length} elements, found shape ${shape.join(" × ")}`, {
        where: path,
      });
    }
    const rowElements = shape.slice(1).reduce((a, b) => a * b, 1);
    const rows = Math.max(1, Math.floor(chunkBytes / Math.max(1, rowElements * data.BYTES_PER_ELEMENT)));
    const dtype = dataTypeOf(data);
    const array = await zarr.create(root.resolve(path), {
      shape: [...shape],
      chunkShape: shape.map((n, axis) => Math.max(1, axis === 0 ? Math.min(n, rows) : n)),
      dtype,
      fillValue: fillValue ?? (dtype.startsWith("float") ? Number.NaN : 0),
      codecs: [{ name: "bytes", configuration: { endian: "little" } }, compression],
      attributes: { unit: schema.unit, doc: schema.doc, name: schema.name, ...attributes },
    });
    if (data.length > 0) await zarr.set(array, null, { data, shape: [...shape], stride: rowMajorStrides(shape) });
  }
}

function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/**
 * Reads what writeZarr wrote.
 *
 * @param rowsOf how many rows of an array to read, by its path; all by default.
 * @throws WbeError FORMAT when there is no such hierarchy or an array is damaged, naming it.
 */
export async function readZarr(
  store: ZarrStore,
  rowsOf: (path: string) => number = () => Number.POSITIVE_INFINITY,
): Promise<Required<ZarrContents>> {
  const zarr = await import("zarrita");
  const root = zarr.root(await withConsolidated(store));
  const broken = (path: string, message: string, cause?: unknown) =>
    new WbeError("FORMAT", message, { where: path || "the root of the Zarr hierarchy", cause });
  let paths: unknown;
  const groups: Record<string, Record<string, unknown>> = {};
  try {
    const { attrs } = await zarr.open.v3(root, { kind: "group" });
    const { arrays: listed, ...attributes } = attrs;
    paths = listed;
    groups[""] = attributes;
  } catch (cause) {
    throw broken("", "expected a Zarr v3 group, found none", cause);
  }
  if (!Array.isArray(paths) || !paths.every((path) => typeof path === "string" && pathPattern.test(path))) {
    throw broken("", `expected a list of array paths in the attribute "arrays"`);
  }
  const arrays: Record<string, StoredColumn> = {};
  for (const path of paths as string[]) {
    for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
      const group = path.slice(0, at);
      try {
        groups[group] ??= { ...(await zarr.open.v3(root.resolve(group), { kind: "group" })).attrs };
      } catch (cause) {
        throw broken(group, "expected a Zarr v3 group, found none", cause);
      }
    }
    try {
      const array = await zarr.open.v3(root.resolve(path), { kind: "array" });
      const rows = rowsOf(path);
      const isWhole = !(rows < array.shape[0]!);
      const shape = isWhole ? [...array.shape] : [rows, ...array.shape.slice(1)];
      if (!(array.dtype in typedArrays)) throw new Error(`data type ${array.dtype} is not supported`);
      const dtype = array.dtype as DataTypeName;
      const length = shape.reduce((a, b) => a * b, 1);
      // Reading a selection of nothing is an error in zarrita.
      const data =
        length === 0
          ? new typedArrays[dtype](0)
          : ((await zarr.get(array, isWhole ? null : shape.map((n, axis) => (axis === 0 ? zarr.slice(0, n) : null))))
              .data as NumericArray);
      const { unit, doc, name, ...attributes } = array.attrs;
      arrays[path] = {
        data,
        schema: { name: String(name ?? path), unit: String(unit ?? "1"), shape, doc: String(doc ?? "") },
        attributes,
      };
    } catch (cause) {
      throw broken(path, `could not read the array: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
    }
  }
  return { arrays, groups };
}

/**
 * A store whose metadata are those of one moment, where the root has all of them consolidated (as zarr-python writes and
 * zarr-stream.ts does): what is appended while we read is not seen in part.
 */
async function withConsolidated(store: ZarrStore): Promise<ZarrStore> {
  const bytes = await store.get("/zarr.json");
  if (!bytes) return store;
  let metadata: unknown;
  try {
    metadata = JSON.parse(new TextDecoder().decode(bytes))?.consolidated_metadata?.metadata;
  } catch {
    return store;
  }
  if (typeof metadata !== "object" || metadata === null) return store;
  const documents = new Map<string, Uint8Array>([["/zarr.json", bytes]]);
  for (const [path, document] of Object.entries(metadata)) {
    documents.set(`/${path}/zarr.json`, new TextEncoder().encode(JSON.stringify(document)));
  }
  return {
    ...store,
    get: async (key) => documents.get(key) ?? store.get(key),
    set: (key, value) => store.set(key, value),
  };
}
