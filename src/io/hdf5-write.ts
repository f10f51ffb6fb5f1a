/**
 * Writes HDF5 files over h5wasm. The file is built in memory, because HDF5 writes out of order and a sink takes bytes in
 * order; then it goes to the sink in pieces.
 *
 * @module
 */
import type * as H5wasm from "h5wasm";
import type { NumericArray } from "../core/column.js";
import { WbeError } from "../core/errors.js";
import { throwIfCancelled } from "../core/progress.js";
import type { Sink, WriteOptions } from "./format.js";
import { fileSystem, guardHdf5, loadHdf5 } from "./hdf5-module.js";

/** 64-bit integers are given as BigInt64Array or BigUint64Array. */
export type Hdf5Numbers = NumericArray | BigInt64Array | BigUint64Array;

/** Paths of objects, stored as HDF5 object references. */
export interface Hdf5References {
  readonly references: readonly string[];
}

/** Members of a compound dataset, columns of one length. */
export interface Hdf5Compound {
  readonly compound: Readonly<Record<string, Hdf5Numbers | Hdf5References>>;
}

/** A single number of a type of its own: { scalar: Uint32Array.of(3) }. */
export interface Hdf5Scalar {
  readonly scalar: Hdf5Numbers;
}

export type Hdf5AttributeValue = string | number | readonly string[] | Hdf5Numbers | Hdf5Scalar | Hdf5References;
export type Hdf5Attributes = Readonly<Record<string, Hdf5AttributeValue>>;

export interface Hdf5DatasetOptions {
  /** Row-major; by default one axis, or a scalar for a single text or number. */
  shape?: readonly number[];
  attributes?: Hdf5Attributes;
  /** Deflate level 1–9; numbers only. */
  deflate?: number;
}

let nWritten = 0;

/**
 * Starts a file.
 *
 * @param options.ascii text that is ASCII is declared so. h5wasm pads its UTF-8 text with spaces, which libsonata cannot
 *   read, and ends only ASCII text with a zero byte; pynwb in turn takes ASCII text for bytes.
 *
 * @example
 * const file = await createHdf5();
 * file.group("/units", { description: "sorted units" });
 * file.dataset("/units/id", Int32Array.of(7, 3));
 * await file.finish(sink);
 */
export async function createHdf5({ ascii = false } = {}): Promise<Hdf5Writer> {
  const library = await loadHdf5();
  const path = `/wbe-write-${nWritten++}`;
  const file = guardHdf5(path, Number.POSITIVE_INFINITY, () => new library.File(path, "w"));
  return new Hdf5Writer(library, file, path, ascii);
}

export class Hdf5Writer {
  #isOpen = true;
  readonly #groups = new Set<string>(["/"]);

  /** Use `createHdf5`. */
  constructor(
    private readonly library: typeof H5wasm,
    private readonly file: H5wasm.File,
    private readonly path: string,
    private readonly ascii: boolean,
  ) {}

  private textType(texts: readonly string[]): "A" | "S" {
    const isAscii = this.ascii && texts.every((text) => new TextEncoder().encode(text).length === text.length);
    return isAscii ? "A" : "S";
  }

  private guard<T>(where: string, use: () => T): T {
    return guardHdf5(where, Number.POSITIVE_INFINITY, use);
  }

  /** Makes a group (and those above it) and gives it attributes. `path` is absolute. */
  group(path: string, attributes: Hdf5Attributes = {}): void {
    this.makeGroup(path);
    this.attributes(path, attributes);
  }

  private makeGroup(path: string): void {
    if (path === "" || this.#groups.has(path)) return;
    const at = path.lastIndexOf("/");
    this.makeGroup(path.slice(0, at));
    this.guard(path, () => this.library.Module.create_group(this.file.file_id, path, false));
    this.#groups.add(path);
  }

  attributes(path: string, attributes: Hdf5Attributes): void {
    for (const [name, value] of Object.entries(attributes)) {
      this.guard(`${path}@${name}`, () => {
        const entity = path === "/" ? this.file : this.file.get(path);
        if (!entity || !("create_attribute" in entity)) throw new Error("there is no such object");
        if (typeof value === "string") entity.create_attribute(name, value, [], this.textType([value]));
        else if (typeof value === "number") entity.create_attribute(name, Float64Array.of(value), [], "<d");
        else if (ArrayBuffer.isView(value)) entity.create_attribute(name, value, [value.length]);
        else if ("scalar" in value) entity.create_attribute(name, value.scalar, []);
        else if ("references" in value) {
          const references = value.references.map((target) => this.reference(target));
          // A single reference is a scalar: that is how NWB's table and electrode attributes are declared.
          const shape = references.length === 1 ? [] : [references.length];
          entity.create_attribute(name, references, shape, "Reference");
        } else entity.create_attribute(name, [...value], [value.length], this.textType(value));
      });
    }
  }

  /**
   * Writes a dataset; the groups above it are made.
   *
   * @throws WbeError ARGUMENT when the shape does not fit the data.
   */
  dataset(
    path: string,
    data: Hdf5Numbers | readonly string[] | string | number | Hdf5References | Hdf5Compound,
    { shape, attributes = {}, deflate }: Hdf5DatasetOptions = {},
  ): void {
    this.makeGroup(path.slice(0, path.lastIndexOf("/")));
    const length = lengthOf(data);
    const given = shape ?? (typeof data === "string" || typeof data === "number" ? [] : [length]);
    if (given.reduce((a, b) => a * b, 1) !== length) {
      throw new WbeError("ARGUMENT", `expected ${length} elements, found shape [${given.join(", ")}]`, { where: path });
    }
    this.guard(path, () => {
      const name = path.slice(1);
      const common = { name, shape: [...given] };
      if (typeof data === "string") this.file.create_dataset({ ...common, data, dtype: this.textType([data]) });
      else if (typeof data === "number") {
        this.file.create_dataset({ ...common, data: Float64Array.of(data), dtype: "<d" });
      } else if (ArrayBuffer.isView(data)) {
        const isChunked = deflate !== undefined && length > 0;
        this.file.create_dataset({
          ...common,
          data,
          ...(isChunked ? { chunks: chunksOf(given, data.BYTES_PER_ELEMENT), compression: deflate } : {}),
        });
      } else if ("references" in data) {
        const references = data.references.map((target) => this.reference(target));
        this.file.create_dataset({ ...common, data: references, dtype: "Reference" });
      } else if ("compound" in data) this.compound(common, data);
      else this.file.create_dataset({ ...common, data: [...data], dtype: this.textType(data) });
    });
    this.attributes(path, attributes);
  }

  private compound(common: { name: string; shape: number[] }, { compound }: Hdf5Compound): void {
    const columns = new Map<string, unknown>();
    for (const [member, column] of Object.entries(compound)) {
      columns.set(member, "references" in column ? column.references.map((path) => this.reference(path)) : column);
    }
    this.file.create_dataset({ ...common, data: columns });
  }

  private reference(path: string): H5wasm.Reference {
    if (path === "") return new this.library.Reference(new Uint8Array(this.library.Module.SIZEOF_OBJ_REF));
    return new this.library.Reference(this.library.Module.create_object_reference(this.file.file_id, path));
  }

  /** A soft link at `path` to the object at `target`, both absolute. */
  link(path: string, target: string): void {
    this.makeGroup(path.slice(0, path.lastIndexOf("/")));
    this.guard(path, () => this.library.Module.create_soft_link(this.file.file_id, target, path));
  }

  /** Ends the file, passes it to the sink in pieces and closes the sink; on an error the sink is aborted. */
  async finish(sink: Sink, options: WriteOptions = {}): Promise<void> {
    try {
      if (!this.#isOpen) throw new WbeError("ARGUMENT", "the file is already finished");
      this.#isOpen = false;
      this.guard(sink.name, () => this.file.close());
      const fs = fileSystem(this.library);
      const bytes = fs.readFile(this.path);
      fs.unlink(this.path);
      const piece = 2 ** 24;
      for (let at = 0; at < bytes.length; at += piece) {
        throwIfCancelled(options.signal, "writing the file");
        await sink.write(bytes.subarray(at, at + piece));
        options.onProgress?.(Math.min(at + piece, bytes.length), bytes.length);
      }
    } catch (error) {
      await sink.abort();
      throw error;
    }
    await sink.close();
  }

  /** Drops an unfinished file. */
  discard(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.guard(this.path, () => this.file.close());
    fileSystem(this.library).unlink(this.path);
  }
}

function lengthOf(data: Hdf5Numbers | readonly string[] | string | number | Hdf5References | Hdf5Compound): number {
  if (typeof data === "string" || typeof data === "number") return 1;
  if (ArrayBuffer.isView(data)) return data.length;
  if ("references" in data) return data.references.length;
  if ("compound" in data) {
    const first = Object.values(data.compound)[0];
    return first === undefined ? 0 : lengthOf(first);
  }
  return data.length;
}

/** Whole rows of about 1 MiB. */
function chunksOf(shape: readonly number[], elementBytes: number): number[] {
  const row = shape.slice(1).reduce((a, b) => a * b, 1) * elementBytes;
  const rows = Math.max(1, Math.min(shape[0] ?? 1, Math.floor(2 ** 20 / Math.max(1, row))));
  return shape.map((n, axis) => (axis === 0 ? rows : Math.max(1, n)));
}
