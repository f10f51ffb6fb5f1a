/**
 * Tables of columns, as Parquet and Arrow files hold them, and their rows as readers of CSV take them: what reads a table
 * of one kind reads all.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import type { LongCallOptions } from "../core/progress.js";
import { type CsvReader, type CsvRow, readCsv } from "./csv.js";
import type { ReadOptions, Source } from "./format.js";
import type { TableBatch, TableColumn } from "./table-column.js";

/** What a table's file is, by its first bytes. Arrow streams begin with the length of a message after a mark. */
export function tableKind(head: Uint8Array): "parquet" | "arrow" | undefined {
  const magic = new TextDecoder("latin1").decode(head.subarray(0, 6));
  if (magic.startsWith("PAR1")) return "parquet";
  const isStream = head.length >= 8 && head.subarray(0, 4).every((byte) => byte === 0xff) && head[7]! < 0x01;
  return magic === "ARROW1" || isStream ? "arrow" : undefined;
}

/**
 * The batches of a Parquet or Arrow file in order.
 *
 * @throws WbeError FORMAT, UNSUPPORTED, LIMIT, FILE, CANCELLED.
 */
export async function* readBatches(
  source: Source,
  kind: "parquet" | "arrow",
  options: ReadOptions = {},
): AsyncGenerator<TableBatch> {
  if (kind === "parquet") yield* (await import("./parquet-read.js")).readParquetBatches(source, options);
  else yield* (await import("./arrow-read.js")).readArrowBatches(source, options);
}

/** A row of a batch in the place of a row of CSV. */
class BatchRow implements CsvRow {
  /** The row from 1, as if a header stood before it. */
  line = 1;
  upper = 0;
  lower = 0;
  private index = 0;
  private columns: readonly TableColumn[] = [];

  move(columns: readonly TableColumn[], index: number): void {
    this.columns = columns;
    this.index = index;
    this.line++;
  }

  private value(field: number): number | bigint | string {
    const { values, present } = this.columns[field]!;
    return present && !present[this.index] ? "" : values[this.index]!;
  }

  text(field: number): string {
    return String(this.value(field));
  }

  readId(field: number): boolean {
    const value = this.value(field);
    if (typeof value === "bigint") {
      if (value < 0n) return false;
      this.upper = Number(value >> 32n);
      this.lower = Number(value & 0xffffffffn);
      return true;
    }
    if (typeof value === "string") {
      if (!/^\d{1,20}$/.test(value) || BigInt(value) >= 2n ** 64n) return false;
      this.upper = Number(BigInt(value) >> 32n);
      this.lower = Number(BigInt(value) & 0xffffffffn);
      return true;
    }
    if (!Number.isSafeInteger(value) || value < 0) return false;
    this.upper = Math.floor(value / 2 ** 32);
    this.lower = value % 2 ** 32;
    return true;
  }

  integer(field: number): number {
    const value = this.value(field);
    if (typeof value === "string" && !/^-?\d+$/.test(value)) return Number.NaN;
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : Number.NaN;
  }
}

/**
 * Reads a table of any kind, by its content: Parquet, Arrow (files and streams), or CSV, also in gzip.
 *
 * @throws WbeError as readCsv; UNSUPPORTED for compressions that are not read; LIMIT.
 */
export async function readTable(
  source: Source,
  reader: CsvReader,
  options: LongCallOptions & ReadOptions = {},
): Promise<void> {
  const kind = tableKind(await source.read(0, Math.min(8, source.size)));
  if (kind === undefined) {
    await readCsv(source, reader, options);
    return;
  }
  const row = new BatchRow();
  let names: readonly string[] | undefined;
  for await (const { columns, nRows } of readBatches(source, kind, options)) {
    if (!names) {
      names = columns.map(({ name }) => name);
      reader.header(names);
    } else if (columns.length !== names.length || columns.some(({ name }, k) => name !== names![k])) {
      throw new WbeError("FORMAT", `expected the columns ${names.join(", ")} in every part, found others`, {
        where: source.name,
      });
    }
    for (let i = 0; i < nRows; i++) {
      row.move(columns, i);
      reader.row(row);
    }
  }
  if (!names) throw new WbeError("FORMAT", "expected a table with columns, found none", { where: source.name });
}
