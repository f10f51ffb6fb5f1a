/**
 * Tables of comma-separated values, read as a stream: a file of any size passes through one buffer, row by row, without a
 * string per field (RFC 4180, but a quoted field ends in its line; lines end with LF or CR LF; gzip is recognised). For
 * readers of large tables.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { type LongCallOptions, throwIfCancelled } from "../core/progress.js";
import type { Source } from "./format.js";

/** One row; good until the next. */
export interface CsvRow {
  /** Line of the file, from 1. */
  readonly line: number;
  /** The text of a field, without the quotes around it. */
  text(field: number): string;
  /**
   * A whole number from 0 to 2⁶⁴−1, exactly: its upper and lower 32 bits are left in `upper` and `lower`. False when the
   * field is anything else.
   */
  readId(field: number): boolean;
  readonly upper: number;
  readonly lower: number;
  /** A whole number within ±(2⁵³−1), NaN for anything else. */
  integer(field: number): number;
}

export interface CsvReader {
  /** Called with the names of the header row; their number is the number of fields of every row. */
  header(names: readonly string[]): void;
  row(row: CsvRow): void;
}

/** Bytes read at a time. */
const chunkSize = 1 << 22;
/** A line longer than this is no line of a table. */
const longestLine = 1 << 24;

const [quote, comma, lineFeed, carriageReturn, minus, zero] = [0x22, 0x2c, 0x0a, 0x0d, 0x2d, 0x30] as const;

/**
 * Reads a whole table. Empty lines are left out. `onProgress` counts bytes of the file.
 *
 * @throws WbeError FORMAT naming file and line for a row with another number of fields than the header, an open quote or no
 * header; UNSUPPORTED for gzip where the environment has no DecompressionStream; FILE, CANCELLED.
 */
export async function readCsv(source: Source, reader: CsvReader, options: LongCallOptions = {}): Promise<void> {
  const parser = new CsvParser(source.name, reader);
  const head = await source.read(0, Math.min(2, source.size));
  if (head[0] === 0x1f && head[1] === 0x8b) await readCompressed(source, parser, options);
  else for await (const chunk of chunksOf(source, options)) parser.push(chunk);
  parser.end();
}

async function* chunksOf(
  source: Source,
  { signal, onProgress }: LongCallOptions,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < source.size; at += chunkSize) {
    throwIfCancelled(signal, `reading ${source.name}`);
    const end = Math.min(source.size, at + chunkSize);
    yield new Uint8Array(await source.read(at, end));
    onProgress?.(end, source.size);
  }
}

async function readCompressed(source: Source, parser: CsvParser, options: LongCallOptions): Promise<void> {
  if (typeof DecompressionStream === "undefined") {
    throw new WbeError("UNSUPPORTED", "the file is compressed and this environment cannot decompress", {
      where: source.name,
      remedy: "Decompress it first (gunzip).",
    });
  }
  const chunks = chunksOf(source, options);
  const compressed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  const bytes = compressed.pipeThrough(new DecompressionStream("gzip")).getReader();
  for (;;) {
    const { done, value } = await bytes.read().catch((cause: unknown) => {
      if (cause instanceof WbeError) throw cause;
      throw new WbeError("FORMAT", "the compressed data are damaged or cut short", { where: source.name, cause });
    });
    if (done) return;
    parser.push(value);
  }
}

class CsvParser implements CsvRow {
  line = 0;
  upper = 0;
  lower = 0;
  private bytes = new Uint8Array(0);
  /** Bytes of a line that has not ended yet. */
  private rest = new Uint8Array(0);
  private starts: number[] = [];
  private ends: number[] = [];
  private nFields = -1;
  private readonly decoder = new TextDecoder();

  constructor(
    private readonly file: string,
    private readonly reader: CsvReader,
  ) {}

  push(chunk: Uint8Array): void {
    const last = chunk.lastIndexOf(lineFeed);
    if (last < 0) {
      this.rest = join(this.rest, chunk);
      if (this.rest.length > longestLine) throw this.fault(this.line + 1, "a line longer than 16 MiB");
      return;
    }
    this.readLines(join(this.rest, chunk.subarray(0, last + 1)));
    this.rest = chunk.slice(last + 1);
  }

  end(): void {
    if (this.rest.length > 0) this.readLines(join(this.rest, Uint8Array.of(lineFeed)));
    if (this.nFields < 0) throw this.fault(1, "an empty file");
  }

  /** Whole lines. */
  private readLines(bytes: Uint8Array<ArrayBuffer>): void {
    this.bytes = bytes;
    for (let at = 0; at < bytes.length; ) {
      this.line++;
      const end = bytes.indexOf(lineFeed, at);
      const stop = end > at && bytes[end - 1] === carriageReturn ? end - 1 : end;
      if (stop > at) this.readLine(at, stop);
      at = end + 1;
    }
  }

  private readLine(from: number, to: number): void {
    const { bytes } = this;
    let n = 0;
    for (let at = from; at <= to; n++) {
      if (bytes[at] === quote) {
        let close = bytes.indexOf(quote, at + 1);
        // Two quotes inside quotes stand for one.
        while (close >= 0 && close + 1 < to && bytes[close + 1] === quote) close = bytes.indexOf(quote, close + 2);
        if (close < 0 || close >= to) throw this.fault(this.line, "a quote that is not closed");
        const after = bytes[close + 1]!;
        if (close + 1 < to && after !== comma) throw this.fault(this.line, "text after a closing quote");
        this.starts[n] = at + 1;
        this.ends[n] = close;
        at = close + 2;
      } else {
        let end = at;
        while (end < to && bytes[end] !== comma) end++;
        this.starts[n] = at;
        this.ends[n] = end;
        at = end + 1;
      }
    }
    if (this.nFields < 0) {
      this.nFields = n;
      const names = Array.from({ length: n }, (_, k) => this.text(k).trim());
      names[0] = names[0]!.replace(/^\uFEFF/, "");
      this.reader.header(names);
    } else if (n !== this.nFields) {
      throw this.fault(this.line, `${n} fields: "${this.excerpt(from, to)}"`, `${this.nFields} as in the header`);
    } else this.reader.row(this);
  }

  text(field: number): string {
    const start = this.starts[field]!;
    const text = this.decoder.decode(this.bytes.subarray(start, this.ends[field]));
    return this.bytes[start - 1] === quote ? text.replaceAll('""', '"') : text;
  }

  readId(field: number): boolean {
    const { bytes } = this;
    const [start, end] = [this.starts[field]!, this.ends[field]!];
    if (end <= start || end - start > 20) return false;
    let [upper, lower] = [0, 0];
    for (let at = start; at < end; at++) {
      const digit = bytes[at]! - zero;
      if (digit < 0 || digit > 9) return false;
      lower = lower * 10 + digit;
      const carry = Math.floor(lower / 0x100000000);
      lower -= carry * 0x100000000;
      upper = upper * 10 + carry;
    }
    if (upper > 0xffffffff) return false;
    this.upper = upper;
    this.lower = lower;
    return true;
  }

  integer(field: number): number {
    const { bytes } = this;
    let at = this.starts[field]!;
    const end = this.ends[field]!;
    const isNegative = bytes[at] === minus;
    if (isNegative) at++;
    if (at >= end) return Number.NaN;
    let value = 0;
    for (; at < end; at++) {
      const digit = bytes[at]! - zero;
      if (digit < 0 || digit > 9) return Number.NaN;
      value = value * 10 + digit;
    }
    return value > Number.MAX_SAFE_INTEGER ? Number.NaN : isNegative ? -value : value;
  }

  private excerpt(from: number, to: number): string {
    return this.decoder.decode(this.bytes.subarray(from, Math.min(to, from + 60)));
  }

  private fault(line: number, found: string, expected = "a table of comma-separated values"): WbeError {
    return new WbeError("FORMAT", `expected ${expected}, found ${found}`, { where: `${this.file}, line ${line}` });
  }
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
