/**
 * HDF5 files, read by range over h5wasm (HDF5 2.0 in WebAssembly): groups, attributes and datasets with plain values.
 *
 * Numbers come back as the typed array of their own type; 64-bit integers as Float64Array, and only when every value is
 * exact. h5py's boolean enumeration comes back as Int8Array of 0 and 1.
 * Links that leave the file (external links, external storage) are never followed.
 *
 * @module
 */
import type * as H5wasm from "h5wasm";
import type { NumericArray } from "../core/column.js";
import { WbeError } from "../core/errors.js";
import { checkBytes, type ReadOptions, type Source } from "./format.js";
import { guardHdf5, loadHdf5, mountSource } from "./hdf5-module.js";
import { exactNumbers, exactNumbersInto, narrowInto } from "./integers.js";

/** First bytes of an HDF5 file without a user block. */
export const hdf5Signature: readonly number[] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** True when the bytes begin as an HDF5 file does. */
export function isHdf5(head: Uint8Array): boolean {
  return hdf5Signature.every((byte, i) => head[i] === byte);
}

export type Hdf5Value = string | number | boolean | NumericArray | readonly string[] | readonly boolean[] | null;

type Entity = H5wasm.Group | H5wasm.Dataset;

/** What the handles of one open file share. */
interface Opened {
  readonly library: typeof H5wasm;
  readonly file: H5wasm.File;
  readonly name: string;
  readonly limit: number;
  readonly sourceBytes: number;
}

/**
 * Opens an HDF5 file. The source must stay open until `close()`.
 *
 * @throws WbeError FORMAT when it is no HDF5 file or its structure is damaged; LIMIT for a large Blob outside a worker.
 */
export async function openHdf5(source: Source, options: ReadOptions = {}): Promise<Hdf5File> {
  const head = await source.read(0, Math.min(8, source.size));
  if (!isHdf5(head)) {
    throw new WbeError("FORMAT", "expected the signature of an HDF5 file, found other bytes", { where: source.name });
  }
  const library = await loadHdf5();
  const { path, limit, unmount } = await mountSource(library, source, options);
  try {
    const file = guardHdf5(source.name, limit, () => {
      const opened = new library.File(path, "r");
      if (opened.file_id < 0n) throw new Error("the file could not be opened");
      return opened;
    });
    return new Hdf5File({ library, file, name: source.name, limit, sourceBytes: source.size }, unmount);
  } catch (error) {
    unmount();
    throw error;
  }
}

/** A group or dataset: its path and its attributes. */
abstract class Hdf5Object {
  constructor(
    protected readonly opened: Opened,
    protected readonly entity: Entity,
    /** Absolute, "/" for the root. */
    readonly path: string,
  ) {}

  /** For error messages: file and path. */
  get where(): string {
    return `${this.opened.name}:${this.path}`;
  }

  protected guard<T>(use: () => T): T {
    return guardHdf5(this.where, this.opened.limit, use);
  }

  attributeNames(): string[] {
    const { library, file } = this.opened;
    return this.guard(() => [...library.Module.get_attribute_names(file.file_id, this.path)]);
  }

  /** @returns undefined when there is no such attribute. @throws WbeError FORMAT */
  attribute(name: string): Hdf5Value | undefined {
    const { library, file } = this.opened;
    return this.guard(() => {
      if (!library.Module.get_attribute_names(file.file_id, this.path).includes(name)) return undefined;
      const metadata = library.Module.get_attribute_metadata(file.file_id, this.path, name);
      if (metadata.shape === null) return null;
      const value: unknown = this.entity.get_attribute(name, false);
      return this.plain(value, metadata, name);
    });
  }

  /** The attribute as text; `otherwise` when there is none or it is no text. */
  text(name: string, otherwise = ""): string {
    const value = this.attribute(name);
    if (Array.isArray(value)) return String(value[0] ?? otherwise);
    return typeof value === "string" ? value : otherwise;
  }

  /** The attribute as a number; undefined when there is none. @throws WbeError FORMAT when it is no number. */
  number(name: string): number | undefined {
    const value = this.attribute(name);
    if (value === undefined || value === null) return undefined;
    const single: unknown = ArrayBuffer.isView(value) ? value[0] : value;
    if (typeof single === "number") return single;
    throw new WbeError("FORMAT", `expected a number in attribute "${name}", found ${JSON.stringify(single)}`, {
      where: this.where,
    });
  }

  /** Values of the library as ours; object references become the paths they point to. */
  protected plain(value: unknown, metadata: H5wasm.Metadata, what: string): Hdf5Value {
    const { library } = this.opened;
    if (value === null || value === undefined) return null;
    if (typeof value === "bigint") return exactNumber(value, `${this.where} ${what}`);
    if (typeof value === "string") return value;
    if (typeof value === "number") return isBooleanEnum(metadata) ? value !== 0 : value;
    if (value instanceof library.Reference) return this.target(value);
    if (value instanceof BigInt64Array || value instanceof BigUint64Array) {
      return exactNumbers(value, `${this.where} ${what}`);
    }
    if (ArrayBuffer.isView(value)) {
      if (metadata.type > 1 && metadata.type !== 8) {
        throw new WbeError("UNSUPPORTED", `HDF5 type class ${metadata.type} is not supported`, { where: this.where });
      }
      return value as NumericArray;
    }
    if (Array.isArray(value)) {
      return value.map((item: unknown) => {
        if (typeof item === "string") return item;
        if (item instanceof library.Reference) return this.target(item);
        throw new WbeError("UNSUPPORTED", "expected numbers, text or references, found nested or compound values", {
          where: `${this.where} ${what}`,
        });
      });
    }
    throw new WbeError("UNSUPPORTED", `expected numbers, text or references in "${what}"`, { where: this.where });
  }

  /** Path of the object that a reference points to; "" for the null reference. */
  protected target(reference: H5wasm.Reference): string {
    if (reference.ref_data.every((byte) => byte === 0)) return "";
    const { library, file } = this.opened;
    // A reference that leads nowhere has no name.
    const name: string | null = library.Module.get_referenced_name(
      file.file_id,
      reference.ref_data,
      !(reference instanceof library.RegionReference),
    );
    return name ?? "";
  }
}

export class Hdf5Group extends Hdf5Object {
  /** Names of the members, in the order of their names. */
  keys(): string[] {
    return this.guard(() => (this.entity as H5wasm.Group).keys());
  }

  /** The member at a relative or absolute path; undefined when there is none, or a link leads nowhere or outside. */
  get(path: string): Hdf5Group | Hdf5Dataset | undefined {
    const { library } = this.opened;
    return this.guard(() => {
      const full = path.startsWith("/") ? path : `${this.path === "/" ? "" : this.path}/${path}`;
      const found = (this.entity as H5wasm.Group).get(full);
      if (found instanceof library.Dataset) return new Hdf5Dataset(this.opened, found, full);
      if (found instanceof library.Group) return new Hdf5Group(this.opened, found, full);
      return undefined;
    });
  }

  group(path: string): Hdf5Group | undefined {
    const found = this.get(path);
    return found instanceof Hdf5Group ? found : undefined;
  }

  dataset(path: string): Hdf5Dataset | undefined {
    const found = this.get(path);
    return found instanceof Hdf5Dataset ? found : undefined;
  }

  /** @throws WbeError FORMAT when there is no such dataset. */
  needDataset(path: string): Hdf5Dataset {
    const found = this.dataset(path);
    if (found) return found;
    throw new WbeError("FORMAT", `expected a dataset "${path}", found none`, { where: this.where });
  }

  /** Member groups in the order of their names. */
  groups(): Hdf5Group[] {
    return this.keys().flatMap((key) => this.group(key) ?? []);
  }

  /** Target path of a soft link; undefined when `name` is no soft link. */
  softLink(name: string): string | undefined {
    return this.guard(() => {
      const target = (this.entity as H5wasm.Group).get_link(`${this.path === "/" ? "" : this.path}/${name}`);
      return target || undefined;
    });
  }
}

export class Hdf5File extends Hdf5Group {
  readonly #unmount: () => void;
  #isOpen = true;

  /** Use `openHdf5`. */
  constructor(opened: Opened, unmount: () => void) {
    super(opened, opened.file, "/");
    this.#unmount = unmount;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      this.guard(() => this.opened.file.close());
    } finally {
      this.#unmount();
    }
  }
}

/** The kinds of values that a dataset can hold here. */
export type Hdf5Kind = "number" | "boolean" | "text" | "reference" | "compound" | "other";

export class Hdf5Dataset extends Hdf5Object {
  #metadata: H5wasm.Metadata | undefined;

  private get dataset(): H5wasm.Dataset {
    return this.entity as H5wasm.Dataset;
  }

  private get metadata(): H5wasm.Metadata {
    this.#metadata ??= this.guard(() => this.dataset.metadata);
    return this.#metadata;
  }

  /** Row-major; [] for a scalar, and [0] for a dataset without a dataspace. */
  get shape(): readonly number[] {
    return this.metadata.shape ?? [0];
  }

  /** False for a dataset that was declared with no place for values ("null dataspace"). */
  get hasDataspace(): boolean {
    return this.metadata.shape !== null;
  }

  get length(): number {
    return this.shape.reduce((a, b) => a * b, 1);
  }

  get kind(): Hdf5Kind {
    const { type } = this.metadata;
    if (type === 0 || type === 1) return "number";
    if (type === 3) return "text";
    if (type === 6) return "compound";
    if (type === 7) return "reference";
    if (type === 8) return isBooleanEnum(this.metadata) ? "boolean" : "number";
    return "other";
  }

  /** As numpy writes it: "f8", "i4", "u1", "S", … */
  get dtype(): string {
    const { type, signed, size, vlen } = this.metadata;
    if (type === 0) return `${signed ? "i" : "u"}${size}`;
    if (type === 1) return `f${size}`;
    if (type === 3) return vlen ? "text" : `text${size}`;
    return this.kind;
  }

  /** Enumeration of an enum type, name to value. */
  get enumeration(): Readonly<Record<string, number>> | undefined {
    return this.metadata.enum_type?.members;
  }

  /** Lossless filters and others, by name: "deflate", "shuffle", … */
  get filters(): string[] {
    return this.guard(() => this.dataset.filters.map(({ name }) => name));
  }

  /**
   * Numbers of rows [start, stop) along the first axis (all by default), row-major.
   *
   * @throws WbeError FORMAT for values that are no numbers or cannot be read, LIMIT for a declared size beyond the
   *   limit and for 64-bit integers that a double cannot hold.
   */
  numbers(start = 0, stop = this.shape[0] ?? 1): NumericArray {
    const value = this.rows(start, stop);
    if (ArrayBuffer.isView(value)) return value;
    if (typeof value === "number") return Float64Array.of(value);
    if (typeof value === "boolean") return Uint8Array.of(Number(value));
    throw new WbeError("FORMAT", `expected numbers, found ${this.kind}`, { where: this.where });
  }

  /**
   * All numbers; 64-bit integers in 32 bits (signed as they are) when every one fits, which takes half the memory.
   *
   * @throws WbeError as `numbers` does.
   */
  compactNumbers(): NumericArray {
    const { shape, dtype } = this;
    if (!this.isPlainNumbers || (dtype !== "i8" && dtype !== "u8") || shape.length === 0 || this.length === 0)
      return this.numbers();
    this.checkSize(this.length);
    const out = dtype === "i8" ? new Int32Array(this.length) : new Uint32Array(this.length);
    const fits = this.guard(() =>
      this.eachPiece(0, shape[0]!, (values, at) =>
        narrowInto(out.subarray(at, at + values.length), values as BigInt64Array),
      ),
    );
    return fits ? out : this.numbers();
  }

  /** Text values; for references the paths they point to. @throws WbeError FORMAT */
  texts(start = 0, stop = this.shape[0] ?? 1): readonly string[] {
    const value = this.rows(start, stop);
    if (typeof value === "string") return [value];
    if (Array.isArray(value) && value.every((item): item is string => typeof item === "string")) return value;
    if (this.length === 0) return [];
    throw new WbeError("FORMAT", `expected text, found ${this.kind}`, { where: this.where });
  }

  /** The value of a scalar, or the first of several. */
  scalar(): string | number | boolean {
    const value = this.rows(0, Math.min(1, this.shape[0] ?? 1));
    const first: unknown = Array.isArray(value) || ArrayBuffer.isView(value) ? (value as ArrayLike<unknown>)[0] : value;
    if (typeof first === "string" || typeof first === "number" || typeof first === "boolean") return first;
    throw new WbeError("FORMAT", `expected one value, found ${this.kind} of shape [${this.shape.join(", ")}]`, {
      where: this.where,
    });
  }

  /** Members of a compound dataset as columns; references become paths. @throws WbeError FORMAT */
  compound(): Map<string, NumericArray | readonly string[]> {
    const members = this.metadata.compound_type?.members;
    if (!members) throw new WbeError("FORMAT", `expected compound values, found ${this.kind}`, { where: this.where });
    this.checkSize(this.length);
    if (this.length === 0) return new Map(members.map(({ name }) => [name, new Float64Array(0)]));
    return this.guard(() => this.readCompound(members));
  }

  /** h5wasm does not decode references inside compounds, so its raw rows are decoded here. */
  private readCompound(members: readonly H5wasm.CompoundMember[]): Map<string, NumericArray | readonly string[]> {
    const { library, file } = this.opened;
    const { Module } = library;
    const { length } = this;
    const { size } = this.metadata;
    const shape = this.shape.map(BigInt);
    const pointer = Module._malloc(length * size);
    if (pointer === 0) throw new Error("out of memory");
    const none = shape.map(() => 0n);
    const ones = shape.map(() => 1n);
    const hasText = members.some((member) => member.vlen);
    try {
      const isScalar = shape.length === 0;
      Module.HEAPU8.fill(0, pointer, pointer + length * size);
      Module.get_dataset_data(
        file.file_id,
        this.path,
        isScalar ? null : shape,
        isScalar ? null : none,
        isScalar ? null : ones,
        BigInt(pointer),
      );
      const bytes = Module.HEAPU8.slice(pointer, pointer + length * size);
      return new Map(members.map((member) => [member.name, this.column(member, bytes, size)]));
    } finally {
      if (hasText) Module.reclaim_vlen_memory(file.file_id, this.path, "", BigInt(pointer));
      Module._free(pointer);
    }
  }

  private column(member: H5wasm.CompoundMember, bytes: Uint8Array, stride: number): NumericArray | readonly string[] {
    const { library } = this.opened;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const rows = Math.floor(bytes.length / stride);
    const { type, size, signed, littleEndian, offset, vlen, name } = member;
    const at = (row: number) => row * stride + offset;
    const cell = (row: number) => bytes.slice(at(row), at(row) + size);
    if (type === 7) {
      const Reference = member.ref_type === "region" ? library.RegionReference : library.Reference;
      return Array.from({ length: rows }, (_, row) => this.target(new Reference(cell(row))));
    }
    if (type === 3) {
      const read = (row: number) =>
        vlen
          ? library.Module.UTF8ToString(view.getUint32(at(row), true))
          : new TextDecoder().decode(cell(row)).split("\0", 1)[0]!;
      return Array.from({ length: rows }, (_, row) => read(row));
    }
    const number = numberReader(type, size, signed);
    if (!number) {
      throw new WbeError("UNSUPPORTED", `member "${name}" holds neither numbers, text nor references`, {
        where: this.where,
      });
    }
    const where = `${this.where} ${name}`;
    return Float64Array.from({ length: rows }, (_, row) => {
      const value = number(view, at(row), littleEndian);
      return typeof value === "bigint" ? exactNumber(value, where) : value;
    });
  }

  private rows(start: number, stop: number): Hdf5Value {
    const { shape } = this;
    if (!(Number.isInteger(start) && Number.isInteger(stop) && start >= 0 && start <= stop)) {
      throw new WbeError("ARGUMENT", `expected a range of rows, found ${start}..${stop}`, { where: this.where });
    }
    const [rows = 1] = shape;
    const end = shape.length === 0 ? 1 : Math.min(stop, rows);
    const count = shape.length === 0 ? 1 : Math.max(0, end - start) * shape.slice(1).reduce((a, b) => a * b, 1);
    const { type, size } = this.metadata;
    if (type === 1 && size !== 4 && size !== 8) {
      throw new WbeError("UNSUPPORTED", `floats of ${8 * size} bits are not supported`, { where: this.where });
    }
    this.checkSize(count);
    if (count === 0) return this.kind === "text" || this.kind === "reference" ? [] : emptyLike(this.dtype);
    if (this.isPlainNumbers && shape.length > 0) return this.guard(() => this.readPieces(start, end));
    return this.guard(() => {
      const value: unknown =
        shape.length === 0
          ? this.dataset.value
          : this.dataset.slice([[start, end], ...shape.slice(1).map(() => [] as [])]);
      return this.plain(value, this.metadata, "values");
    });
  }

  /** Little-endian integers and floats, which need no decoding but for those of 64 bits. */
  private get isPlainNumbers(): boolean {
    const { type, vlen, littleEndian } = this.metadata;
    return (type === 0 || type === 1) && !vlen && littleEndian && numberArray(this.dtype) !== undefined;
  }

  private readPieces(start: number, end: number): NumericArray {
    const count = (end - start) * this.shape.slice(1).reduce((a, b) => a * b, 1);
    const Typed = numberArray(this.dtype)!;
    if (Typed === BigInt64Array || Typed === BigUint64Array) {
      const exact = new Float64Array(count);
      this.eachPiece(start, end, (values, at) => {
        exactNumbersInto(exact.subarray(at, at + values.length), values as BigInt64Array, this.where);
        return true;
      });
      return exact;
    }
    const out = new (Typed as Float64ArrayConstructor)(count);
    this.eachPiece(start, end, (values, at) => {
      out.set(values as Float64Array, at);
      return true;
    });
    return out;
  }

  /**
   * Plain numbers of rows in pieces of whole chunks, as views of the library's memory, which so stays small and warm:
   * reading tens of megabytes at once spends most of its time on fresh memory. Stops when `use` returns false.
   *
   * @returns false when `use` did.
   */
  private eachPiece(
    start: number,
    end: number,
    use: (values: ArrayBufferView & { length: number }, at: number) => boolean,
  ): boolean {
    const { Module } = this.opened.library;
    const { size, chunks } = this.metadata;
    const inner = this.shape.slice(1);
    const perRow = inner.reduce((a, b) => a * b, 1);
    const chunkRows = Math.max(1, chunks?.[0] ?? 1);
    const pieceRows = chunkRows * Math.max(1, Math.floor(pieceBytes / (size * perRow * chunkRows)));
    const Typed = numberArray(this.dtype)! as Float64ArrayConstructor;
    const pointer = Module._malloc(Math.min(pieceRows, end - start) * perRow * size);
    if (pointer === 0) throw new Error("no memory for a piece of the dataset");
    try {
      for (let at = start; at < end; ) {
        // The first piece ends where a chunk ends.
        const stop = Math.min(end, Math.floor(at / chunkRows) * chunkRows + pieceRows);
        const count = [stop - at, ...inner].map(BigInt);
        const offset = [at, ...inner.map(() => 0)].map(BigInt);
        const strides = count.map(() => 1n);
        Module.get_dataset_data(this.opened.file.file_id, this.path, count, offset, strides, BigInt(pointer));
        // The memory may have moved.
        const values = new Typed(Module.HEAPU8.buffer as ArrayBuffer, pointer, (stop - at) * perRow);
        if (!use(values, (at - start) * perRow)) return false;
        at = stop;
      }
      return true;
    } finally {
      Module._free(pointer);
    }
  }

  /** Declared sizes are checked before the library allocates for them. */
  private checkSize(count: number): void {
    const { limit, sourceBytes } = this.opened;
    const { size, chunks, vlen } = this.metadata;
    const bytes = count * Math.max(1, size);
    // What is stored unfiltered and in one piece cannot be larger than the file; small ones may hold fill values only.
    checkBytes(bytes, chunks === null && !vlen ? Math.min(limit, Math.max(sourceBytes, 2 ** 20)) : limit, this.where);
    if (chunks)
      checkBytes(
        chunks.reduce((a, b) => a * b, size),
        limit,
        `${this.where} (one chunk)`,
      );
  }
}

type NumberReader = (view: DataView, at: number, littleEndian: boolean) => number | bigint;

function numberReader(type: number, size: number, signed: boolean): NumberReader | undefined {
  if (type === 1) {
    if (size === 4) return (view, at, little) => view.getFloat32(at, little);
    return size === 8 ? (view, at, little) => view.getFloat64(at, little) : undefined;
  }
  if (type !== 0 && type !== 8) return undefined;
  const readers: Record<number, [NumberReader, NumberReader]> = {
    1: [(view, at) => view.getUint8(at), (view, at) => view.getInt8(at)],
    2: [(view, at, little) => view.getUint16(at, little), (view, at, little) => view.getInt16(at, little)],
    4: [(view, at, little) => view.getUint32(at, little), (view, at, little) => view.getInt32(at, little)],
    8: [(view, at, little) => view.getBigUint64(at, little), (view, at, little) => view.getBigInt64(at, little)],
  };
  return readers[size]?.[Number(signed)];
}

function isBooleanEnum(metadata: H5wasm.Metadata): boolean {
  const members = metadata.enum_type?.members;
  return members !== undefined && Object.keys(members).length === 2 && members.FALSE === 0 && members.TRUE === 1;
}

function exactNumber(value: bigint, where: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new WbeError("LIMIT", `expected an integer below 2^53, found ${value}`, { where });
}

/** Bytes of the library's memory that a read of numbers goes through at a time. */
const pieceBytes = 2 ** 20;

type NumberArrayConstructor = Float64ArrayConstructor | BigInt64ArrayConstructor | BigUint64ArrayConstructor;

function numberArray(dtype: string): NumberArrayConstructor | undefined {
  const constructors: Readonly<Record<string, unknown>> = {
    f8: Float64Array,
    f4: Float32Array,
    i8: BigInt64Array,
    u8: BigUint64Array,
    i4: Int32Array,
    u4: Uint32Array,
    i2: Int16Array,
    u2: Uint16Array,
    i1: Int8Array,
    u1: Uint8Array,
  };
  return constructors[dtype] as NumberArrayConstructor | undefined;
}

function emptyLike(dtype: string): NumericArray {
  const constructors = {
    f4: Float32Array,
    i4: Int32Array,
    u4: Uint32Array,
    i2: Int16Array,
    u2: Uint16Array,
    i1: Int8Array,
    u1: Uint8Array,
  };
  const TypedArray = (constructors as Record<string, new (length: number) => NumericArray>)[dtype] ?? Float64Array;
  return new TypedArray(0);
}
