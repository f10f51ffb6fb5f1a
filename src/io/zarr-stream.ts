/**
 * Arrays of a Zarr v3 hierarchy that grow while others read them. A chunk is written when it is full; `commit` also
 * writes what fills no chunk yet, then the arrays' metadata, and last the root with all metadata consolidated in it.
 * A reader that opens the root therefore sees one moment of the stream, whatever is written meanwhile, and so does
 * whoever opens it after the writer was killed. Needs a store whose `set` is atomic.
 *
 * @module
 */
import type { Column, NumericArray } from "../core/column.js";
import { internalError, WbeError } from "../core/errors.js";
import {
  chunkBytes,
  compression,
  type DataTypeName,
  dataTypeOf,
  typedArrays,
  type ZarrContents,
  type ZarrStore,
} from "./zarr.js";

/** An array that grows by rows. */
export interface StreamedArray {
  readonly path: string;
  readonly dtype: DataTypeName;
  /** Numbers of a row; undefined for an array of one axis. */
  readonly width?: number;
  readonly name: string;
  readonly unit: string;
  readonly doc: string;
}

type Attributes = Readonly<Record<string, unknown>>;

export interface StreamLayout {
  readonly arrays: readonly StreamedArray[];
  /** Columns that are whole from the start. */
  readonly fixed?: Readonly<Record<string, Column>>;
  /** Attributes of groups by path; "" is the root. */
  readonly groups?: Readonly<Record<string, Attributes>>;
}

interface Codec {
  encode(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
  decode(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

interface GrowingArray {
  readonly spec: StreamedArray;
  readonly width: number;
  readonly chunkRows: number;
  /** Rows appended so far. */
  rows: number;
  /** The chunk that is being filled. */
  chunk: NumericArray;
  /** Numbers in it, and how many of them are in the store. */
  filled: number;
  stored: number;
  /** Chunks that are full and not yet in the store, the first of them number `firstFull`. */
  full: NumericArray[];
  firstFull: number;
}

export class ZarrStream {
  private readonly growing = new Map<string, GrowingArray>();
  private readonly documents = new Map<string, object>();
  private readonly groups: Map<string, Attributes>;

  private constructor(
    private readonly store: ZarrStore,
    layout: StreamLayout,
    private readonly codec: Codec,
  ) {
    this.groups = new Map(Object.entries(layout.groups ?? {}));
    for (const spec of layout.arrays) {
      const width = spec.width ?? 1;
      const arrayType = typedArrays[spec.dtype];
      const chunkRows = Math.max(1, Math.floor(chunkBytes / Math.max(1, width * arrayType.BYTES_PER_ELEMENT)));
      const chunk = new arrayType(chunkRows * width);
      const state = { rows: 0, filled: 0, stored: 0, full: [], firstFull: 0 };
      this.growing.set(spec.path, { spec, width, chunkRows, chunk, ...state });
    }
  }

  /**
   * Begins a stream, or goes on with one that is in the store.
   *
   * @param rows rows of each array that are kept, by path: what is beyond them is dropped. Missing: 0.
   * @throws WbeError FORMAT when the store holds other arrays, or fewer rows than are to be kept.
   */
  static async open(
    store: ZarrStore,
    layout: StreamLayout,
    rows: Readonly<Record<string, number>> = {},
  ): Promise<ZarrStream> {
    const stream = new ZarrStream(store, layout, await makeCodec());
    for (const array of stream.growing.values()) await stream.resume(array, rows[array.spec.path] ?? 0);
    for (const [path, column] of Object.entries(layout.fixed ?? {})) await stream.writeFixed(path, column);
    await stream.commit();
    return stream;
  }

  /** Adds whole rows. Nothing is written before `writeFull` or `commit`. */
  append(path: string, data: NumericArray): void {
    const array = this.growing.get(path);
    if (!array || data.length % array.width !== 0 || dataTypeOf(data) !== array.spec.dtype) {
      throw internalError(`rows that do not fit the streamed array "${path}"`);
    }
    for (let at = 0; at < data.length; ) {
      const count = Math.min(array.chunk.length - array.filled, data.length - at);
      array.chunk.set(data.subarray(at, at + count), array.filled);
      array.filled += count;
      at += count;
      if (array.filled < array.chunk.length) continue;
      array.full.push(array.chunk);
      array.chunk = new typedArrays[array.spec.dtype](array.chunk.length);
      array.filled = 0;
      array.stored = 0;
    }
    array.rows += data.length / array.width;
  }

  /** Rows appended so far. */
  rowsOf(path: string): number {
    return this.growing.get(path)!.rows;
  }

  /** Writes the chunks that are full; returns whether there were any. @throws what the store throws. */
  async writeFull(): Promise<boolean> {
    let wrote = false;
    for (const array of this.growing.values()) {
      while (array.full.length > 0) {
        await this.writeChunk(array, array.firstFull, array.full[0]!);
        array.full.shift();
        array.firstFull++;
        wrote = true;
      }
    }
    return wrote;
  }

  /**
   * Writes everything appended so far and makes it visible.
   *
   * @param groups new attributes of groups, by path.
   * @throws what the store throws; then readers see the moment of the last commit.
   */
  async commit(groups: Readonly<Record<string, Attributes>> = {}): Promise<void> {
    await this.writeFull();
    for (const [path, attributes] of Object.entries(groups)) this.groups.set(path, attributes);
    for (const array of this.growing.values()) {
      if (array.filled > array.stored) {
        // A part of a chunk is stored as a chunk; the shape says how much of it counts.
        await this.writeChunk(array, array.firstFull, array.chunk);
        array.stored = array.filled;
      }
      const { path, name, unit, doc, dtype, width } = array.spec;
      const shape = width === undefined ? [array.rows] : [array.rows, width];
      const chunk = width === undefined ? [array.chunkRows] : [array.chunkRows, Math.max(1, width)];
      await this.writeDocument(path, arrayDocument(dtype, shape, chunk, { unit, doc, name }));
    }
    await this.writeGroups();
  }

  /** Writes a column that does not grow; the next commit makes it visible. */
  private async writeFixed(path: string, column: Column): Promise<void> {
    await this.writeDocument(path, await writeColumn(this.store, this.codec, path, column));
  }

  private async writeChunk({ spec }: GrowingArray, index: number, chunk: NumericArray): Promise<void> {
    const bytes = await this.codec.encode(toBytes(chunk));
    await this.store.set(chunkKey(spec.path, index, spec.width === undefined ? 1 : 2), bytes);
  }

  /** Every group above an array, and the root with everything in it; the root last. */
  private async writeGroups(): Promise<void> {
    for (const path of this.documents.keys()) {
      for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
        const group = path.slice(0, at);
        if (!this.groups.has(group)) this.groups.set(group, {});
      }
    }
    const groupDocuments = [...this.groups].filter(([path]) => path !== "");
    for (const [path, attributes] of groupDocuments) await this.writeDocument(path, groupDocument(attributes));
    const arrays = [...this.documents].filter(([, d]) => "shape" in d).map(([path]) => path);
    const metadata = Object.fromEntries(this.documents);
    const consolidated = { kind: "inline", must_understand: false, metadata };
    const root = { ...groupDocument({ ...this.groups.get(""), arrays }), consolidated_metadata: consolidated };
    await this.store.set("/zarr.json", encodeJson(root));
  }

  private async writeDocument(path: string, document: object): Promise<void> {
    const known = this.documents.get(path);
    if (known && JSON.stringify(known) === JSON.stringify(document)) return;
    await this.store.set(`/${path}/zarr.json`, encodeJson(document));
    this.documents.set(path, document);
  }

  /** Takes up an array of the store at `rows` rows. */
  private async resume(array: GrowingArray, rows: number): Promise<void> {
    if (rows === 0) return;
    const { spec, width, chunkRows, chunk } = array;
    const broken = (found: string): WbeError =>
      new WbeError("FORMAT", `expected at least ${rows} rows of ${spec.path} to go on with, found ${found}`, {
        where: "stream",
        remedy: "Give the store that this run was streamed to.",
      });
    const bytes = await this.store.get(`/${spec.path}/zarr.json`);
    if (!bytes) throw broken("none");
    const found = parseDocument(bytes);
    const shape = width === 1 && spec.width === undefined ? [chunkRows] : [chunkRows, Math.max(1, width)];
    if (found?.dtype !== spec.dtype || found.chunk.join() !== shape.join()) throw broken("another array");
    if (found.rows < rows) throw broken(String(found.rows));
    array.rows = rows;
    array.firstFull = Math.floor(rows / chunkRows);
    array.filled = (rows % chunkRows) * width;
    array.stored = array.filled;
    if (array.filled === 0) return;
    const encoded = await this.store.get(chunkKey(spec.path, array.firstFull, shape.length));
    if (!encoded) throw broken("its last chunk missing");
    const decoded = await this.codec.decode(encoded);
    if (decoded.length !== chunk.byteLength) throw broken(`a chunk of ${decoded.length} bytes`);
    const arrayType = typedArrays[spec.dtype];
    const values = new arrayType(decoded.slice().buffer as ArrayBuffer);
    chunk.set(values.subarray(0, array.filled));
  }
}

async function makeCodec(): Promise<Codec> {
  const { registry } = await import("zarrita");
  const zstd = await registry.get("zstd")?.();
  if (!zstd) throw internalError("zarrita has no zstd codec");
  return zstd.fromConfig(compression.configuration, undefined as never) as unknown as Codec;
}

/** Writes the chunks of a column; returns its metadata. */
async function writeColumn(store: ZarrStore, codec: Codec, path: string, { data, schema }: Column): Promise<object> {
  const { shape, name, unit, doc } = schema;
  const width = shape.slice(1).reduce((a, b) => a * b, 1);
  const rows = Math.max(1, Math.floor(chunkBytes / Math.max(1, width * data.BYTES_PER_ELEMENT)));
  const chunkShape = shape.map((n, axis) => Math.max(1, axis === 0 ? Math.min(n, rows) : n));
  const length = chunkShape.reduce((a, b) => a * b, 1);
  for (let k = 0; k * length < data.length; k++) {
    const chunk = new typedArrays[dataTypeOf(data)](length);
    chunk.set(data.subarray(k * length, (k + 1) * length));
    await store.set(chunkKey(path, k, shape.length), await codec.encode(toBytes(chunk)));
  }
  return arrayDocument(dataTypeOf(data), shape, chunkShape, { unit, doc, name });
}

/** Adds columns and groups to a store that a stream has written, the root last: they are seen all or not at all. */
export async function addToStream(store: ZarrStore, { arrays, groups = {} }: ZarrContents): Promise<void> {
  const root = await readRoot(store);
  const codec = await makeCodec();
  const { metadata } = root.consolidated_metadata;
  const add = async (path: string, document: object): Promise<void> => {
    await store.set(`/${path}/zarr.json`, encodeJson(document));
    metadata[path] = document;
  };
  for (const path of Object.keys(arrays)) {
    for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
      const group = path.slice(0, at);
      if (!(group in metadata)) await add(group, groupDocument(groups[group] ?? {}));
    }
  }
  for (const [path, column] of Object.entries(arrays)) await add(path, await writeColumn(store, codec, path, column));
  root.attributes.arrays = Object.keys(metadata).filter((path) => "shape" in metadata[path]!);
  await store.set("/zarr.json", encodeJson(root));
}

/** What arrays a streamed store has. @throws WbeError FORMAT where there is no such store. */
export async function listStream(
  store: ZarrStore,
): Promise<{ path: string; dtype: string; shape: readonly number[]; unit: string; doc: string }[]> {
  const { metadata } = (await readRoot(store)).consolidated_metadata;
  return Object.entries(metadata).flatMap(([path, document]) => {
    if (!("shape" in document)) return [];
    const { shape, data_type, attributes } = document as ReturnType<typeof arrayDocument>;
    return [{ path, dtype: data_type, shape, unit: String(attributes.unit), doc: String(attributes.doc) }];
  });
}

async function readRoot(store: ZarrStore): Promise<{
  attributes: Record<string, unknown>;
  consolidated_metadata: { metadata: Record<string, object> };
}> {
  const bytes = await store.get("/zarr.json");
  try {
    const root = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof root.consolidated_metadata.metadata === "object") return root;
  } catch {
    // Reported below.
  }
  throw new WbeError("FORMAT", "expected a Zarr hierarchy with consolidated metadata", { where: "results.zarr" });
}

function arrayDocument(
  dtype: DataTypeName,
  shape: readonly number[],
  chunk: readonly number[],
  attributes: Attributes,
) {
  return {
    zarr_format: 3,
    node_type: "array",
    shape,
    data_type: dtype,
    chunk_grid: { name: "regular", configuration: { chunk_shape: chunk } },
    chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
    fill_value: dtype.startsWith("float") ? "NaN" : 0,
    codecs: [{ name: "bytes", configuration: { endian: "little" } }, compression],
    attributes,
  };
}

const groupDocument = (attributes: Attributes): object => ({ zarr_format: 3, node_type: "group", attributes });

function parseDocument(bytes: Uint8Array): { dtype: string; rows: number; chunk: readonly number[] } | undefined {
  try {
    const { data_type, shape, chunk_grid } = JSON.parse(new TextDecoder().decode(bytes));
    return { dtype: String(data_type), rows: Number(shape[0]), chunk: chunk_grid.configuration.chunk_shape };
  } catch {
    return undefined;
  }
}

/** Chunks cover whole rows: only the first index differs. */
function chunkKey(path: string, index: number, axes: number): `/${string}` {
  return `/${path}/c/${[index, ...new Array<number>(Math.max(0, axes - 1)).fill(0)].join("/")}`;
}

const encodeJson = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

function toBytes(data: NumericArray): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (isLittleEndian || data.BYTES_PER_ELEMENT === 1) return bytes;
  const swapped = bytes.slice();
  for (let at = 0; at < swapped.length; at += data.BYTES_PER_ELEMENT) {
    swapped.subarray(at, at + data.BYTES_PER_ELEMENT).reverse();
  }
  return swapped;
}
