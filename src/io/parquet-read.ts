/**
 * Parquet by hyparquet, one row group at a time. Before a column is decoded its pages are walked: hyparquet believes the
 * numbers of values that they declare.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { throwIfCancelled } from "../core/progress.js";
import { byteLimit, checkBytes, type ReadOptions, type Source } from "./format.js";
import { columnOf, type TableBatch, type TableColumn } from "./table-column.js";
import { checkZstd } from "./zstd.js";

type Hyparquet = typeof import("hyparquet");
type Metadata = Awaited<ReturnType<Hyparquet["parquetMetadataAsync"]>>;
type RowGroup = Metadata["row_groups"][number];
type Compressors = Parameters<Hyparquet["parquetRead"]>[0]["compressors"];

interface Place {
  readonly source: Source;
  readonly limit: number;
}

/** @throws WbeError FORMAT, LIMIT, FILE, CANCELLED. */
export async function* readParquetBatches(source: Source, options: ReadOptions = {}): AsyncGenerator<TableBatch> {
  const hyparquet = await import("hyparquet");
  const { compressors } = await import("hyparquet-compressors");
  const place = { source, limit: byteLimit(source.size, options) };
  const file = {
    byteLength: source.size,
    slice: async (start: number, end = source.size) => {
      // A copy: the library takes the whole buffer, and a source may give a view of a larger one.
      return new Uint8Array(await source.read(start, Math.min(end, source.size))).buffer;
    },
  };
  const metadata = await guard(place, async () => {
    // The footer's own length first: a damaged one would be read as a size.
    const tail = await source.read(Math.max(0, source.size - 8), source.size);
    const length = new DataView(tail.buffer, tail.byteOffset, tail.byteLength).getUint32(0, true);
    if (length + 12 > source.size)
      throw new WbeError("FORMAT", `expected a footer inside the file, found ${length} bytes`, { where: source.name });
    return hyparquet.parquetMetadataAsync(file);
  });
  const bounded = boundedCompressors(compressors as NonNullable<Compressors>, place);
  let start = 0;
  let bytes = 0;
  for (const group of metadata.row_groups) {
    throwIfCancelled(options.signal, `reading ${source.name}`);
    const nRows = Number(group.num_rows);
    bytes += 8 * nRows * group.columns.length;
    checkBytes(Number.isSafeInteger(nRows) && nRows >= 0 ? bytes : Number.NaN, place.limit, source.name);
    const parts = new Map<string, ArrayLike<unknown>[]>();
    await guard(place, async () => {
      for (const column of group.columns) await checkPages(column, nRows, place);
      await hyparquet.parquetRead({
        file,
        metadata,
        compressors: bounded,
        rowStart: start,
        rowEnd: start + nRows,
        onChunk: ({ columnName, columnData }) => {
          const list = parts.get(columnName);
          if (list) list.push(columnData);
          else parts.set(columnName, [columnData]);
        },
      });
    });
    // Columns of structures have no number of values of their own.
    yield batchOf(parts, namesOf(group), nRows, source.name);
    start += nRows;
    options.onProgress?.(
      Math.min(source.size, Math.round((source.size * start) / Math.max(1, Number(metadata.num_rows)))),
      source.size,
    );
  }
}

const namesOf = (group: RowGroup): string[] => [
  ...new Set(group.columns.map(({ meta_data }) => meta_data?.path_in_schema[0] ?? "")),
];

function batchOf(
  parts: ReadonlyMap<string, ArrayLike<unknown>[]>,
  names: readonly string[],
  nRows: number,
  where: string,
): TableBatch {
  const columns: TableColumn[] = [];
  const leftOut: string[] = [];
  for (const name of names) {
    const given = joined(parts.get(name) ?? []);
    const column = columnOf(name, given);
    if (!column) leftOut.push(name);
    else if (given.length === nRows) columns.push(column);
    else throw new WbeError("FORMAT", `expected ${nRows} values of "${name}", found ${given.length}`, { where });
  }
  return { nRows, columns, leftOut };
}

function joined(parts: readonly ArrayLike<unknown>[]): ArrayLike<unknown> {
  const [first] = parts;
  if (parts.length === 1) return first!;
  const isTyped =
    first !== undefined && ArrayBuffer.isView(first) && parts.every((part) => part.constructor === first.constructor);
  if (!isTyped) return parts.flatMap((part) => Array.from(part));
  const typed = parts as unknown as readonly Float64Array[];
  const Typed = typed[0]!.constructor as Float64ArrayConstructor;
  const whole = new Typed(typed.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of typed) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Errors of the library as faults of the file. */
async function guard<T>({ source }: Place, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof WbeError) throw cause;
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new WbeError("FORMAT", `expected a Parquet file, found: ${found}`, { where: source.name, cause });
  }
}

function boundedCompressors(given: NonNullable<Compressors>, { limit, source }: Place): NonNullable<Compressors> {
  const entries = Object.entries(given).map(([codec, decode]) => [
    codec,
    (input: Uint8Array, length: number) => {
      checkBytes(length, limit, source.name);
      if (codec === "ZSTD") return zstd(input, length, source.name, decode!);
      return decode!(input, length);
    },
  ]);
  return Object.fromEntries(entries) as NonNullable<Compressors>;
}

/** fzstd allocates what the frame itself declares. */
function zstd(
  input: Uint8Array,
  length: number,
  where: string,
  decode: (input: Uint8Array, length: number) => Uint8Array,
): Uint8Array {
  checkZstd(input, length, where);
  return decode(input, length);
}

/** Walks the pages of a column and compares what they declare with the row group. */
async function checkPages(column: RowGroup["columns"][number], nRows: number, place: Place): Promise<void> {
  const { source, limit } = place;
  const { deserializeTCompactProtocol } = await import("hyparquet/src/thrift.js");
  const meta = column.meta_data;
  if (!meta) throw new WbeError("FORMAT", "expected the place of a column, found none", { where: source.name });
  const name = meta.path_in_schema.join(".");
  const where = `${source.name}, column ${name}`;
  const fault = (expected: string, found: unknown) =>
    new WbeError("FORMAT", `expected ${expected}, found ${found}`, { where });
  const offset = Number(meta.dictionary_page_offset || meta.data_page_offset);
  const size = Number(meta.total_compressed_size);
  if (!(offset >= 0 && size >= 0 && offset + size <= source.size))
    throw fault("a column inside the file", `${offset} + ${size}`);
  checkBytes(Number(meta.total_uncompressed_size), limit, where);
  const bytes = await source.read(offset, offset + size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reader = { view, offset: 0 };
  // Lists have more values than rows: as many as their pages can hold.
  const most = meta.path_in_schema.length > 1 ? Math.max(nRows, Math.floor(limit / 8)) : nRows;
  let values = 0;
  while (reader.offset < size) {
    const header = deserializeTCompactProtocol(reader) as Record<string, unknown>;
    const [packed, unpacked] = [Number(header.field_3), Number(header.field_2)];
    if (!(packed >= 0 && reader.offset + packed <= size)) throw fault("a page inside its column", packed);
    checkBytes(unpacked, limit, where);
    const page = (header.field_5 ?? header.field_8) as Record<string, unknown> | undefined;
    const dictionary = header.field_7 as Record<string, unknown> | undefined;
    const count = Number((page ?? dictionary)?.field_1 ?? 0);
    if (page) values += count;
    if (!(count >= 0) || values > most || (dictionary && count > Math.max(unpacked, packed))) {
      throw fault(`at most ${most} values`, dictionary ? `a dictionary of ${count}` : values);
    }
    reader.offset += packed;
  }
}
