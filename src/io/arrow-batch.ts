/** Columns of an Arrow record batch (Message.fbs). @module */
import { WbeError } from "../core/errors.js";
import type { ArrowField, ArrowValues } from "./arrow-schema.js";
import type { FlatTable } from "./flatbuffer.js";
import { checkBytes } from "./format.js";
import { bytesOf, decodeNumbers } from "./image-volume.js";
import { decodeLz4Frame } from "./lz4.js";
import type { TableBatch, TableColumn } from "./table-column.js";
import { checkZstd } from "./zstd.js";

export interface ArrowPlace {
  readonly body: Uint8Array;
  readonly where: string;
  /** Most bytes of one column. */
  readonly limit: number;
  /** Bytes that may still be unpacked. */
  readonly budget: { left: number };
  readonly dictionaries: ReadonlyMap<number, TableColumn>;
  decompressZstd(input: Uint8Array, output?: Uint8Array): Uint8Array;
}

/** Takes nodes and buffers in the order of the fields, depth first. */
class BatchReader {
  private node = 0;
  private buffer = 0;
  private readonly nodes: [number, number][];
  private readonly buffers: [number, number][];
  /** −1: not compressed; 0: LZ4; 1: zstd. */
  private readonly codec: number;

  constructor(
    batch: FlatTable,
    private readonly place: ArrowPlace,
  ) {
    this.nodes = batch.pairs(1);
    this.buffers = batch.pairs(2);
    const compression = batch.table(3);
    this.codec = compression ? compression.uint8(0) : -1;
  }

  /** Undefined for a column that is left out. */
  column(field: ArrowField, nRows: number): TableColumn | undefined {
    const { dictionary, name } = field;
    const node = this.nodes[this.node++];
    if (!node) throw this.fault(`a node of column "${name}"`, "none");
    const values = dictionary ? dictionary.index : field.values;
    if (!values) {
      this.skip(field);
      return undefined;
    }
    const [length] = node;
    if (length !== nRows) throw this.fault(`${nRows} rows of "${name}"`, length);
    checkBytes(8 * nRows, this.place.limit, `${this.place.where}, column ${name}`);
    const validity = this.bytes();
    if (validity.length > 0 && validity.length < Math.ceil(nRows / 8))
      throw this.fault(`a bit for each row of "${name}"`, validity.length);
    const present = validity.length === 0 ? undefined : bits(validity, nRows);
    const isFull = !present?.includes(0);
    const column = { name, values: this.values(values, nRows, name), present: isFull ? undefined : present };
    if (!dictionary) return column;
    const words = this.place.dictionaries.get(dictionary.id);
    if (!words) throw this.fault(`the dictionary of "${name}" before its first batch`, "none");
    return lookUp(column, words, (index) => this.fault(`an index below ${words.values.length} in "${name}"`, index));
  }

  private skip({ nBuffers, children, dictionary }: ArrowField): void {
    this.buffer += dictionary ? 2 : nBuffers;
    if (dictionary) return;
    for (const child of children) {
      this.node++;
      this.skip(child);
    }
  }

  private values(kind: ArrowValues, nRows: number, name: string): TableColumn["values"] {
    if (kind === "text" || kind === "wide text") return this.texts(kind === "text" ? 4 : 8, nRows, name);
    const bytes = this.bytes();
    if (kind === "bool") {
      if (bytes.length < Math.ceil(nRows / 8)) throw this.fault(`${nRows} bits of "${name}"`, `${bytes.length} bytes`);
      return bits(bytes, nRows);
    }
    const size = nRows * bytesOf(kind);
    if (bytes.length < size) throw this.fault(`${size} bytes of "${name}"`, bytes.length);
    return decodeNumbers(bytes.subarray(0, size), kind, true);
  }

  private texts(width: 4 | 8, nRows: number, name: string): string[] {
    const ends = this.bytes();
    const bytes = this.bytes();
    // A column without rows may have no offsets at all.
    if (nRows === 0) return [];
    if (ends.length < width * (nRows + 1))
      throw this.fault(`${nRows + 1} offsets of "${name}"`, `${ends.length} bytes`);
    const view = new DataView(ends.buffer, ends.byteOffset, ends.byteLength);
    const end = (i: number) => (width === 4 ? view.getInt32(4 * i, true) : Number(view.getBigInt64(8 * i, true)));
    const decoder = new TextDecoder();
    let from = end(0);
    if (!(from >= 0)) throw this.fault(`offsets from 0 on in "${name}"`, from);
    return Array.from({ length: nRows }, (_, i) => {
      const to = end(i + 1);
      if (!(to >= from && to <= bytes.length))
        throw this.fault(`ascending offsets within ${bytes.length} bytes of "${name}"`, to);
      const text = decoder.decode(bytes.subarray(from, to));
      from = to;
      return text;
    });
  }

  /** The next buffer, unpacked. */
  private bytes(): Uint8Array {
    const { body, budget, where } = this.place;
    const found = this.buffers[this.buffer++];
    if (!found) throw this.fault("a further buffer", "none");
    const [offset, length] = found;
    if (!(offset >= 0 && length >= 0 && offset + length <= body.length)) {
      throw this.fault(`a buffer within ${body.length} bytes`, `${offset} + ${length}`);
    }
    const packed = body.subarray(offset, offset + length);
    if (this.codec < 0 || length === 0) return packed;
    if (length < 8) throw this.fault("the length of a compressed buffer", `${length} bytes`);
    const size = Number(new DataView(packed.buffer, packed.byteOffset, 8).getBigInt64(0, true));
    const rest = packed.subarray(8);
    if (size === -1) return rest;
    checkBytes(size, budget.left, where);
    budget.left -= size;
    if (this.codec === 0) return decodeLz4Frame(rest, size, where);
    if (this.codec !== 1) throw new WbeError("UNSUPPORTED", `compression ${this.codec} is not known`, { where });
    checkZstd(rest, size, where);
    const out = this.place.decompressZstd(rest, new Uint8Array(size));
    if (out.length !== size) throw this.fault(`${size} bytes in a frame of zstd`, out.length);
    return out;
  }

  private fault(expected: string, found: unknown): WbeError {
    return new WbeError("FORMAT", `expected ${expected}, found ${found}`, { where: this.place.where });
  }
}

/** @throws WbeError FORMAT, UNSUPPORTED, LIMIT; RangeError for reads beyond the message. */
export function readArrowBatch(batch: FlatTable, fields: readonly ArrowField[], place: ArrowPlace): TableBatch {
  const nRows = batch.int64(0);
  if (!(Number.isSafeInteger(nRows) && nRows >= 0)) {
    throw new WbeError("FORMAT", `expected a number of rows, found ${nRows}`, { where: place.where });
  }
  const reader = new BatchReader(batch, place);
  const columns: TableColumn[] = [];
  const leftOut: string[] = [];
  for (const field of fields) {
    const column = reader.column(field, nRows);
    if (column) columns.push(column);
    else leftOut.push(field.name);
  }
  return { nRows, columns, leftOut };
}

/** One byte a bit, lowest first. */
function bits(bytes: Uint8Array, n: number): Uint8Array {
  const out = new Uint8Array(n);
  for (let i = 0; i < n; i++) out[i] = (bytes[i >> 3]! >> (i & 7)) & 1;
  return out;
}

function lookUp(indices: TableColumn, words: TableColumn, fault: (index: unknown) => WbeError): TableColumn {
  const n = indices.values.length;
  const present = new Uint8Array(n);
  const rows = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    if (indices.present && !indices.present[i]) continue;
    const row = Number(indices.values[i]);
    if (!(row >= 0 && row < words.values.length)) throw fault(indices.values[i]);
    rows[i] = row;
    present[i] = words.present ? words.present[row]! : 1;
  }
  const { name } = indices;
  const mask = present.includes(0) ? present : undefined;
  const { values } = words;
  if (isText(values))
    return { name, values: Array.from(rows, (row, i) => (present[i] ? values[row]! : "")), present: mask };
  const Typed = values.constructor as Float64ArrayConstructor;
  const typed = new Typed(n);
  // Of whatever type: the same as that of the dictionary.
  for (let i = 0; i < n; i++) if (present[i]) typed[i] = (values as Float64Array)[rows[i]!]!;
  return { name, values: typed, present: mask };
}

const isText = (values: TableColumn["values"]): values is readonly string[] => Array.isArray(values);
