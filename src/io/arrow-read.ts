/**
 * Arrow tables: IPC files (Feather 2) and streams, with LZ4 and zstd, one record batch at a time (arrow.apache.org/docs/format,
 * columnar format 1.5). Every length is compared with the bytes that are there before it is used.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { throwIfCancelled } from "../core/progress.js";
import { readArrowBatch } from "./arrow-batch.js";
import { type ArrowField, readArrowSchema } from "./arrow-schema.js";
import { FlatTable } from "./flatbuffer.js";
import { byteLimit, checkBytes, type ReadOptions, type Source } from "./format.js";
import type { TableBatch, TableColumn } from "./table-column.js";

const [schemaHeader, dictionaryHeader, recordHeader] = [1, 2, 3] as const;

/** @throws WbeError FORMAT, UNSUPPORTED, LIMIT, FILE, CANCELLED. */
export async function* readArrowBatches(source: Source, options: ReadOptions = {}): AsyncGenerator<TableBatch> {
  const where = source.name;
  const { decompressZstd } = await import("hyparquet-compressors");
  const limit = byteLimit(source.size, options);
  const budget = { left: limit };
  const dictionaries = new Map<number, TableColumn>();
  let fields: readonly ArrowField[] | undefined;
  for await (const { header, kind, body } of messages(source, options)) {
    const place = { body, where, limit, budget, dictionaries, decompressZstd };
    if (kind === schemaHeader) fields = guard(where, () => readArrowSchema(header, where));
    else if (kind === recordHeader) {
      if (!fields) throw new WbeError("FORMAT", "expected a schema before the first batch, found none", { where });
      const known = fields;
      yield guard(where, () => readArrowBatch(header, known, place));
    } else if (kind === dictionaryHeader) {
      guard(where, () => {
        const id = header.int64(0);
        const field = fields && findDictionary(fields, id);
        const data = header.table(1);
        if (!field || !data)
          throw new WbeError("FORMAT", `expected a field of dictionary ${id}, found none`, { where });
        if (header.uint8(2) !== 0) throw new WbeError("UNSUPPORTED", "dictionaries that grow are not read", { where });
        const plain = { ...field, dictionary: undefined };
        const [column] = readArrowBatch(data, [plain], place).columns;
        if (column) dictionaries.set(id, column);
      });
    }
  }
  if (!fields) throw new WbeError("FORMAT", "expected an Arrow schema, found none", { where });
}

function findDictionary(fields: readonly ArrowField[], id: number): ArrowField | undefined {
  for (const field of fields) {
    const found = field.dictionary?.id === id ? field : findDictionary(field.children, id);
    if (found) return found;
  }
  return undefined;
}

interface Message {
  readonly header: FlatTable;
  readonly kind: number;
  readonly body: Uint8Array;
}

/** A file is a stream after eight bytes, and a footer that repeats where its parts are. */
async function* messages(source: Source, options: ReadOptions): AsyncGenerator<Message> {
  const where = source.name;
  const magic = new TextDecoder("latin1").decode(await source.read(0, Math.min(6, source.size)));
  let at = magic === "ARROW1" ? 8 : 0;
  while (at + 8 <= source.size) {
    throwIfCancelled(options.signal, `reading ${where}`);
    const head = await source.read(at, at + 8);
    const view = new DataView(head.buffer, head.byteOffset, 8);
    // Before 2019 messages began with their length, without a mark.
    const isMarked = view.getUint32(0, true) === 0xffffffff;
    const size = isMarked ? view.getUint32(4, true) : view.getUint32(0, true);
    if (size === 0) return;
    at += isMarked ? 8 : 4;
    if (at + size > source.size)
      throw new WbeError("FORMAT", `expected a message of ${size} bytes, found the end`, { where });
    const metadata = new Uint8Array(await source.read(at, at + size));
    at += size;
    const { header, kind, length } = guard(where, () => {
      const message = FlatTable.root(metadata);
      return { header: message.table(2), kind: message.uint8(1), length: message.int64(3) };
    });
    checkBytes(length, source.size - at, where);
    if (header) yield { header, kind, body: new Uint8Array(await source.read(at, at + length)) };
    at += length;
    options.onProgress?.(at, source.size);
  }
}

/** Reads beyond a buffer are faults of the file. */
function guard<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof WbeError) throw cause;
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new WbeError("FORMAT", `expected an Arrow file, found: ${found}`, { where, cause });
  }
}
