/**
 * A JSON value and named typed arrays in one checked file: what is read back is what was written, or an error.
 *
 * All numbers are little-endian, as in WebAssembly memory and on every machine that runs it.
 *
 * | bytes | what |
 * | --- | --- |
 * | 8 | signature: 89 "WBE" 0D 0A 1A 0A (shows transfers that change line ends or drop the eighth bit) |
 * | 8 | length of the whole file, u64 |
 * | 8 | length n of the JSON, u64 |
 * | n | JSON { header, arrays: [{ name, type, length }] }, UTF-8, ends in spaces so that n is a multiple of 8 |
 * | … | the arrays in order, each padded with zeros to a multiple of 8 |
 * | 32 | SHA-256 of the SHA-256s of all bytes before, taken in pieces of 64 MiB |
 *
 * @module
 */
import { z } from "zod";
import type { NumericArray } from "../core/column.js";
import { WbeError } from "../core/errors.js";
import { sha256 } from "../core/sha256.js";

export interface ArrayFile {
  /** JSON. */
  readonly header: unknown;
  readonly arrays: ReadonlyMap<string, NumericArray>;
}

const signature = Uint8Array.of(0x89, 0x57, 0x42, 0x45, 0x0d, 0x0a, 0x1a, 0x0a);
const preambleBytes = 24;
const hashBytes = 32;
/** WebCrypto takes bytes in one piece; pieces keep files beyond its limits (and 2 GiB) possible. */
const pieceBytes = 2 ** 26;

const constructors = {
  f64: Float64Array,
  f32: Float32Array,
  u32: Uint32Array,
  i32: Int32Array,
  u16: Uint16Array,
  i16: Int16Array,
  u8: Uint8Array,
  i8: Int8Array,
} as const;

const types = Object.keys(constructors) as (keyof typeof constructors)[];

const table = z.strictObject({
  header: z.unknown(),
  arrays: z.array(z.strictObject({ name: z.string(), type: z.enum(types), length: z.int().min(0) })),
});

const pad8 = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/** The bytes of an array file. The arrays are copied before the first await. @throws WbeError UNSUPPORTED without WebCrypto. */
export async function encodeArrayFile({ header, arrays }: ArrayFile): Promise<Uint8Array<ArrayBuffer>> {
  const entries = [...arrays].map(([name, data]) => ({
    name,
    type: types.find((type) => data instanceof constructors[type])!,
    length: data.length,
  }));
  const json = new TextEncoder().encode(JSON.stringify({ header, arrays: entries }));
  const jsonBytes = pad8(json.length);
  let total = preambleBytes + jsonBytes + hashBytes;
  for (const data of arrays.values()) total += pad8(data.byteLength);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  bytes.set(signature);
  view.setBigUint64(8, BigInt(total), true);
  view.setBigUint64(16, BigInt(jsonBytes), true);
  bytes.fill(0x20, preambleBytes, preambleBytes + jsonBytes);
  bytes.set(json, preambleBytes);
  let at = preambleBytes + jsonBytes;
  for (const data of arrays.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += pad8(data.byteLength);
  }
  bytes.set(await hashPieces(bytes.subarray(0, at)), at);
  return bytes;
}

/**
 * @param where names the file in messages.
 * @throws WbeError FORMAT for bytes that are no array file, or not the whole and unchanged one.
 */
export async function decodeArrayFile(bytes: Uint8Array, where?: string): Promise<ArrayFile> {
  const broken = (found: string, remedy: string): WbeError => new WbeError("FORMAT", found, { where, remedy });
  const copy = "Take another copy; this one cannot be trusted.";
  if (signature.some((byte, k) => k < bytes.length && bytes[k] !== byte)) {
    throw broken("expected the signature of a wbe file, found other bytes", "Name a file that wbe wrote.");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const total = bytes.length < preambleBytes ? undefined : Number(view.getBigUint64(8, true));
  if (total !== bytes.length) {
    const expected = total === undefined ? `at least ${preambleBytes}` : total;
    throw broken(`expected ${expected} bytes, found ${bytes.length}: the file was cut short or added to`, copy);
  }
  const end = total - hashBytes;
  const hash = end < preambleBytes ? undefined : await hashPieces(bytes.subarray(0, end));
  if (!hash?.every((byte, k) => byte === bytes[end + k])) {
    throw broken(
      "expected the SHA-256 at the file's end to be that of its contents, found another: it was changed",
      copy,
    );
  }
  // Only a file that was made wrong gets past the hash and fails below.
  const unreadable = (what: string): WbeError => broken(`expected a wbe array file, found ${what}`, "");
  const jsonBytes = Number(view.getBigUint64(16, true));
  if (jsonBytes > end - preambleBytes) throw unreadable("a header longer than the file");
  let at = preambleBytes + jsonBytes;
  let parsed: z.infer<typeof table>;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(preambleBytes, at));
    parsed = table.parse(JSON.parse(text));
  } catch (cause) {
    throw new WbeError("FORMAT", "expected a wbe array file, found a header that does not say what it holds", {
      where,
      cause,
    });
  }
  const arrays = new Map<string, NumericArray>();
  for (const { name, type, length } of parsed.arrays) {
    const size = length * constructors[type].BYTES_PER_ELEMENT;
    if (size > end - at) throw unreadable(`array "${name}" beyond its end`);
    if (arrays.has(name)) throw unreadable(`two arrays "${name}"`);
    arrays.set(name, new constructors[type](bytes.slice(at, at + size).buffer));
    at += pad8(size);
  }
  if (at !== end) throw unreadable("bytes that belong to no array");
  return { header: parsed.header, arrays };
}

async function hashPieces(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const hashes = new Uint8Array(hashBytes * Math.max(1, Math.ceil(bytes.length / pieceBytes)));
  for (let k = 0; k * hashBytes < hashes.length; k++) {
    // WebCrypto copies its input; a view of shared memory it refuses, so the copy is ours.
    const piece = bytes.subarray(k * pieceBytes, (k + 1) * pieceBytes);
    hashes.set(await sha256(isPlain(piece) ? piece : piece.slice()), k * hashBytes);
  }
  return sha256(hashes);
}

function isPlain(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer;
}
