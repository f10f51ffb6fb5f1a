/**
 * What every file format offers and what it reads from and writes to (DESIGN §10). A format is data plus lazy
 * functions; it never opens a file itself, so the same reader serves a file, a Blob of a page and bytes in memory.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import type { LongCallOptions } from "../core/progress.js";

/** What a file is about once read. Formats of one category read and write the same TypeScript type. */
export type Category = "volume" | "surface" | "morphology" | "connectome" | "recording" | "network";

/** Bytes that can be read in ranges, at byte offsets. A source is opened by its maker and closed by its user. */
export interface Source {
  /** File name with extension, without folders; used for detection and in error messages. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Bytes [start, end) with 0 ≤ start ≤ end ≤ size; the whole range or a WbeError FILE, never fewer bytes. */
  read(start: number, end: number): Promise<Uint8Array>;
  /**
   * The same without waiting, where the platform can: files in Node, bytes in memory, Blobs in a worker. A source may
   * fill `into`, whose length is that of the range, and return it.
   */
  readSync?(start: number, end: number, into?: Uint8Array): Uint8Array;
  close(): Promise<void>;
}

/** Takes bytes in order. Nothing is visible under the final name before `close`; `abort` leaves nothing behind. */
export interface Sink {
  readonly name: string;
  write(bytes: Uint8Array): Promise<void>;
  /** Makes what was written final. */
  close(): Promise<void>;
  abort(): Promise<void>;
}

export interface ReadOptions extends LongCallOptions {
  /** Name of the value that is read; by default the file name without its extension. */
  name?: string;
  /**
   * Most bytes that one array may take in memory. By default ten times the file (at least 16 MiB), so that a small
   * file that declares or unpacks to something enormous is refused before it is allocated.
   */
  maxBytes?: number;
}

export type WriteOptions = LongCallOptions;

export interface Format<T> {
  /** Short, lower-case, unique in the registry; also the name of the file that implements it. */
  readonly id: string;
  readonly title: string;
  readonly category: Category;
  /** Lower-case, without the dot. */
  readonly extensions: readonly string[];
  /** Standard or paper that defines the format. */
  readonly source: string;
  /** What a value loses when written in this format and read again, in words; empty when nothing. */
  readonly loses: readonly string[];
  /** True when the first bytes of a file (up to `detectBytes` of them) or its name show this format. */
  detect(head: Uint8Array, name: string): boolean;
  /** Where the head is shared with other formats (HDF5, gzip, zip): looks further, once `detect` has said yes. */
  confirm?(source: Source): Promise<boolean>;
  read(source: Source, options?: ReadOptions): Promise<T>;
  /** Writes to the sink and closes it; on an error the sink is aborted. */
  write?(value: T, sink: Sink, options?: WriteOptions): Promise<void>;
}

/** The limit that holds for arrays of a source of this size; see ReadOptions.maxBytes. */
export function byteLimit(sourceBytes: number, options: ReadOptions = {}): number {
  return options.maxBytes ?? Math.max(2 ** 24, 10 * sourceBytes);
}

/**
 * Refuses a declared size before anything is allocated for it.
 *
 * @param bytes the declared size; NaN and negative sizes are refused too.
 * @throws WbeError LIMIT
 */
export function checkBytes(bytes: number, limit: number, where: string): void {
  if (bytes >= 0 && bytes <= limit) return;
  throw new WbeError("LIMIT", `expected at most ${limit} bytes, found a declared size of ${bytes}`, {
    where,
    remedy: "If the file can be trusted, give maxBytes (--max-bytes) to read it.",
  });
}

/** How many bytes of a file `Format.detect` is shown. */
export const detectBytes = 4096;

function checkRange(source: Source, start: number, end: number): void {
  if (!(start >= 0 && start <= end && end <= source.size)) {
    throw new WbeError("FILE", `expected a byte range inside 0..${source.size}, found ${start}..${end}`, {
      where: source.name,
      remedy: "The file is shorter than its own structure says: it may be truncated.",
    });
  }
}

/** A source over bytes in memory (also a Node Buffer). The ranges that it returns are views: do not write to them. */
export function bytesSource(bytes: Uint8Array, name: string): Source {
  const source: Source = {
    name,
    size: bytes.length,
    async read(start, end) {
      checkRange(source, start, end);
      return bytes.subarray(start, end);
    },
    readSync(start, end) {
      checkRange(source, start, end);
      return bytes.subarray(start, end);
    },
    async close() {},
  };
  return source;
}

/** A source over a Blob or File of a browser (Node has Blob too); reads only the ranges asked for. */
export function blobSource(blob: Blob, name?: string): Source {
  const source: Source = {
    name: name ?? ("name" in blob && typeof blob.name === "string" ? blob.name : "unnamed"),
    size: blob.size,
    async read(start, end) {
      checkRange(source, start, end);
      try {
        return new Uint8Array(await blob.slice(start, end).arrayBuffer());
      } catch (cause) {
        throw new WbeError("FILE", "the browser could not read the file", {
          where: source.name,
          remedy: "Choose it again: it may have been changed or removed since.",
          cause,
        });
      }
    },
    async close() {},
  };
  const Reader = (globalThis as { FileReaderSync?: new () => { readAsArrayBuffer(blob: Blob): ArrayBuffer } })
    .FileReaderSync;
  if (!Reader) return source;
  return {
    ...source,
    readSync(start, end) {
      checkRange(source, start, end);
      return new Uint8Array(new Reader().readAsArrayBuffer(blob.slice(start, end)));
    },
  };
}

/** A sink that keeps the bytes; `bytes()` gives them once the sink is closed. */
export function memorySink(name: string): Sink & { bytes(): Uint8Array } {
  let parts: Uint8Array[] = [];
  let whole: Uint8Array | undefined;
  return {
    name,
    async write(bytes) {
      parts.push(bytes.slice());
    },
    async close() {
      whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
      let at = 0;
      for (const part of parts) {
        whole.set(part, at);
        at += part.length;
      }
      parts = [];
    },
    async abort() {
      parts = [];
    },
    bytes() {
      if (!whole) throw new WbeError("FILE", "the sink has not been closed", { where: name });
      return whole;
    },
  };
}

/**
 * The whole source as text. UTF-8 (with or without byte-order mark) and UTF-16 with a byte-order mark are
 * recognised; bytes that are not UTF-8 are read as Windows-1252, which is what older tracing programs wrote, and
 * `encoding` says so.
 */
export async function readText(source: Source): Promise<{ text: string; encoding: string }> {
  const bytes = await source.read(0, source.size);
  const utf16 =
    bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "";
  if (utf16) return { text: new TextDecoder(utf16).decode(bytes), encoding: utf16 };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), encoding: "utf-8" };
  } catch {
    return { text: new TextDecoder("windows-1252").decode(bytes), encoding: "windows-1252" };
  }
}

/** Makes a text, writes it as UTF-8 and closes the sink; aborts the sink when any of it fails. */
export async function writeText(makeText: () => string, sink: Sink): Promise<void> {
  try {
    await sink.write(new TextEncoder().encode(makeText()));
  } catch (error) {
    await sink.abort();
    throw error;
  }
  await sink.close();
}

/** File name without folders and without its last extension. */
export function baseName(name: string): string {
  const file = name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1);
  const dot = file.lastIndexOf(".");
  return dot > 0 ? file.slice(0, dot) : file;
}
